"""
What happens in a conversation: what they say, and the steps that were taken.

Reads:  the store, the playbook's matcher
Gives:  Talk: where the conversation stands, what was heard, the cards that fit
Never:  notes a step that may not be taken now, or puts their words into the log.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping

from arrears.daytime.basis import ANSWER_WITHIN
from arrears.daytime.place_hold import locked_person
from arrears.daytime.transaction import drawn_id, in_one_transaction, must_be_aware, unusable
from arrears.evidence.verify import commitment
from arrears.kernel.fact import Fact, Json
from arrears.kernel.reading.text import cleaned
from arrears.playbook.call_flow import STEP_WORDS, Flow, Noted, Step, after, flow_of
from arrears.playbook.match import LANGUAGES, Matched, match
from arrears.store import talks
from arrears.store.evidence import About, append
from arrears.store.open import Store

HEARD_MAX = 2_000
"""Letters of one thing heard; a longer one is cut, for the matcher reads what was said and not a file."""


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation at a moment. `cards` are those that fit what was heard, the newest first, each once."""

    attempt_id: str
    channel: str
    inbound: bool
    with_debtor: bool
    flow: Flow
    heard: Sequence[RowMapping]

    @property
    def cards(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(card for row in reversed(self.heard) for card in row["cards"]))


def hear(store: Store, *, person_id: str, words: str, language: str, by: str, at: datetime) -> Matched:
    """
    Take down what they just said, and match it to the playbook. `words` are cut at HEARD_MAX letters; `language` is
    the one they speak, zh or en. Raises Unusable `nothing_heard`, `language_unknown`, `no_conversation`,
    `person_unknown`.
    """
    must_be_aware(at)
    plain = cleaned(words)[:HEARD_MAX]
    if not plain:
        raise unusable(
            "nothing_heard",
            "what they said",
            "is empty.",
            "There is nothing to match.",
            "Write what they said, in a few words of theirs.",
        )
    if language not in LANGUAGES:
        raise unusable(
            "language_unknown",
            "what they said",
            f"{language[:20]!r} is not a language that is read.",
            "The playbook reads what is said in the language it is said in.",
            f"Choose one of {', '.join(LANGUAGES)}.",
        )
    found = match(plain, language)

    def work(connection: Connection) -> None:
        locked_person(connection, person_id)
        talk = _conversation(connection, person_id, by, at)
        salt = secrets.token_bytes(32)
        cards: list[Json] = [one.card for one in found.cards]
        rights: list[Json] = [*found.rights]
        row = {
            "heard_id": drawn_id("heard"),
            "attempt_id": talk["attempt_id"],
            "person_id": person_id,
            "words": plain,
            "words_salt": salt,
            "language": language,
            "cards": cards,
            "vulnerable": found.vulnerable,
            "rights": rights,
            "at": at,
            "by": by,
        }
        talks.add_heard(connection, row)
        body: dict[str, Json] = {
            "heard_id": str(row["heard_id"]),
            "attempt_id": str(talk["attempt_id"]),
            "person_id": person_id,
            "words": commitment(plain, salt),
            "cards": cards,
            "vulnerable": found.vulnerable,
            "rights": rights,
            "by": by,
        }
        append(connection, [About(str(row["heard_id"]), Fact("heard", at, body))])

    in_one_transaction(store, work)
    return found


def note_step(store: Store, *, person_id: str, step: str, by: str, at: datetime) -> Flow:
    """
    Note one step of the conversation that `by` is in with the person; the flow after it. Raises Unusable
    `step_unknown`, `no_conversation`, `step_not_now`, `person_unknown`.
    """
    must_be_aware(at)
    if step not in tuple(Step):
        raise unusable(
            "step_unknown",
            "conversation",
            f"{step[:40]!r} is no step of a conversation.",
            "Where it stands follows from its steps.",
            f"Choose one of {', '.join(Step)}.",
        )

    def work(connection: Connection) -> Flow:
        locked_person(connection, person_id)
        talk = _conversation(connection, person_id, by, at)
        attempt_id = str(talk["attempt_id"])
        flow = _flow(connection, attempt_id)
        then = after(flow, Noted(Step(step), at))
        if then is None:
            may = ", ".join(STEP_WORDS[each][1] for each in flow.may) or "nothing: it has ended"
            raise unusable(
                "step_not_now",
                f"conversation {attempt_id!r}",
                f"{STEP_WORDS[Step(step)][1]!r} can't be noted while it is {flow.state}.",
                "A conversation goes on only in ways that respect who is at the other end.",
                f"What may be noted now: {may}.",
            )
        row = {
            "call_step_id": drawn_id("step"),
            "attempt_id": attempt_id,
            "person_id": person_id,
            "ordinal": len(flow.steps),
            "step": step,
            "at": at,
            "by": by,
        }
        talks.add_step(connection, row)
        body: dict[str, Json] = {
            "call_step_id": str(row["call_step_id"]),
            "attempt_id": attempt_id,
            "person_id": person_id,
            "step": step,
            "by": by,
        }
        append(connection, [About(str(row["call_step_id"]), Fact("call_step_noted", at, body))])
        return then

    return in_one_transaction(store, work)


def talk_of(connection: Connection, person_id: str, by: str, at: datetime) -> Talk | None:
    """The conversation that `by` is in with the person or was in until a moment ago; None where there is none."""
    found = talks.conversation_of(connection, person_id, by, at - ANSWER_WITHIN)
    if found is None:
        return None
    return Talk(
        attempt_id=found["attempt_id"],
        channel=found["channel"],
        inbound=found["direction"] == "inbound",
        with_debtor=found["recipient_id"] == person_id,
        flow=_flow(connection, found["attempt_id"]),
        heard=talks.heard_in(connection, found["attempt_id"]),
    )


def _flow(connection: Connection, attempt_id: str) -> Flow:
    return flow_of(Noted(Step(row["step"]), row["at"]) for row in talks.steps_of(connection, attempt_id))


def _conversation(connection: Connection, person_id: str, by: str, at: datetime) -> RowMapping:
    found = talks.conversation_of(connection, person_id, by, at - ANSWER_WITHIN)
    if found is None:
        raise unusable(
            "no_conversation",
            f"person {person_id!r}",
            f"{by!r} is in no contact with them.",
            "What is said is said in a contact that was permitted, or in one of theirs that is on record.",
            "Ask for the contact first, or record that they contacted you.",
        )
    return found

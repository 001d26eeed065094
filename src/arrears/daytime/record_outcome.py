"""
Record what came of an attempt, and what follows from it at once.

Reads:  the store
Gives:  Recorded
Never:  leaves a request of the borrower for later: a dispute, hardship, stop or other hold asked for in the
        conversation holds from this transaction on. Never: lets a word on an attempt replace an earlier one unseen;
        `correct_outcome` does that in the open.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from arrears.daytime.heed_outcome import Heard, heed
from arrears.daytime.transaction import drawn_id, in_one_transaction, must_be_aware, unusable
from arrears.evidence.verify import commitment
from arrears.kernel.fact import Fact, Json
from arrears.outcome.table import NOT_RECORDED, OUTCOMES, WRITTEN, Outcome, Then, outcomes_of
from arrears.queue.claim import QueueItem
from arrears.store import contact, outcome_entries, queue
from arrears.store.evidence import About, append
from arrears.store.open import Store

_OF_MESSAGES = frozenset(code for code, known in OUTCOMES.items() if "sms" in known.channels)
FOLLOWS = {"sent": _OF_MESSAGES - {"sent"}, "delivered": _OF_MESSAGES - {"sent", "delivered"}}
"""What may still be learned of a message after an earlier outcome. A call has one outcome."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """`new` is False where the same outcome had been recorded before; a note that came with it is kept all the same."""

    attempt_id: str
    outcome: str
    connected: bool | None
    new: bool
    hold_id: str | None
    queue_item: QueueItem | None


def record_outcome(
    store: Store,
    attempt_id: str,
    outcome: str,
    *,
    by: str,
    at: datetime,
    note: str | None = None,
    then: Then | None = None,
    callback_at: datetime | None = None,
) -> Recorded:
    """
    One of outcome.table.OUTCOMES for the attempt's channel; sets `connected`, and moves the queue item as the
    outcome says unless `then` says otherwise (a hold always withdraws it). The permit ends with it.

    It is recorded by whoever made the attempt, or whoever holds the person's case now. `callback_at` is the time that
    was agreed on where somebody asked for another one: nobody contacts them before it. Raises Unusable
    `attempt_unknown`, `outcome_unknown`, `outcome_not_of_channel`, `outcome_already_recorded`, `outcome_of_another`,
    `callback_time_missing`, `callback_time_past`, `callback_time_unasked`.
    """
    must_be_aware(at)
    known = known_outcome(outcome)
    check_callback(known, callback_at, at, attempt_id)

    def work(connection: Connection) -> Recorded:
        seen = attempt_of_the_day(connection, attempt_id, lock=False)
        people = contact.lock_people(connection, {seen["debtor_id"], seen["recipient_id"]})
        attempt = attempt_of_the_day(connection, attempt_id, lock=True)
        if attempt["outcome"] == outcome:
            _keep_note(connection, attempt, note, by, at)
            return recorded(connection, attempt, known, new=False)
        _may_be_recorded(connection, attempt, known, by)
        before, facts = heed(connection, Heard(attempt, known, people, by, at, callback_at), then)
        entry = write_entry(connection, "recorded", attempt, known, before, by=by, at=at, note=note)
        set_outcome(connection, attempt, known, at, entry)
        body: dict[str, Json] = {
            "attempt_id": attempt_id,
            "outcome": outcome,
            "connected": known.connected,
            "by": by,
            "note": entry["note_commitment"],
            **callback_told(callback_at),
        }
        append(connection, [About(attempt_id, Fact("outcome_recorded", at, body)), *facts])
        return recorded(connection, attempt, known, new=True, hold_id=_text(before["hold"]))

    return in_one_transaction(store, work)


def write_entry(
    connection: Connection,
    kind: str,
    attempt: RowMapping,
    known: Outcome,
    before: dict[str, Json] | None,
    *,
    by: str,
    at: datetime,
    note: str | None = None,
) -> dict[str, Any]:
    """Keep one word on the outcome; the row, and the commitment of its note."""
    said = note.strip() if note and note.strip() else None
    salt = None if said is None else secrets.token_bytes(32)
    if before is not None:
        last_at = attempt["outcome_at"]
        before = {
            **before,
            "outcome": attempt["outcome"],
            "connected": attempt["connected"],
            "outcome_at": None if last_at is None else last_at.isoformat(),
        }
    # Two words of one instant are read in the order in which they were written.
    place = len(outcome_entries.of_attempts(connection, [attempt["attempt_id"]]))
    row = {
        "entry_id": drawn_id(f"entry-{place:06d}"),
        "attempt_id": attempt["attempt_id"],
        "kind": kind,
        "outcome": known.code,
        "at": at,
        "by": by,
        "note": said,
        "note_salt": salt,
        "before": before,
    }
    outcome_entries.add(connection, row)
    return {**row, "note_commitment": None if said is None or salt is None else commitment(said, salt)}


def set_outcome(
    connection: Connection, attempt: RowMapping, known: Outcome, at: datetime, entry: dict[str, Any]
) -> None:
    """The attempt shows the word that holds, with its note where it has one."""
    values: dict[str, Any] = {"outcome": known.code, "outcome_at": at, "connected": known.connected}
    if entry["note"] is not None:
        values |= {"note": entry["note"], "note_salt": entry["note_salt"]}
    contact.set_outcome(connection, attempt["attempt_id"], values)


def callback_told(callback_at: datetime | None) -> dict[str, Json]:
    """The agreed time as a fact has it; nothing where none was asked for."""
    return {} if callback_at is None else {"not_before_at": callback_at.isoformat()}


def recorded(
    connection: Connection, attempt: RowMapping, known: Outcome, *, new: bool, hold_id: str | None = None
) -> Recorded:
    """The answer, with the queue item as it is now."""
    item_id = attempt["queue_item_id"]
    now = queue.item_with_id(connection, item_id, lock=False) if item_id else None
    return Recorded(attempt["attempt_id"], known.code, known.connected, new, hold_id, now)


def _text(value: Json) -> str | None:
    return None if value is None else str(value)


def _keep_note(connection: Connection, attempt: RowMapping, note: str | None, by: str, at: datetime) -> None:
    """The same outcome again with another note: the note is kept beside the first."""
    said = (note or "").strip()
    if not said or said == attempt["note"]:
        return
    entry = write_entry(connection, "noted", attempt, OUTCOMES[attempt["outcome"]], None, by=by, at=at, note=said)
    body: dict[str, Json] = {"attempt_id": attempt["attempt_id"], "by": by, "note": entry["note_commitment"]}
    append(connection, [About(attempt["attempt_id"], Fact("note_added", at, body))])


def known_outcome(outcome: str) -> Outcome:
    """The outcome of that code. Raises Unusable `outcome_unknown`."""
    known = OUTCOMES.get(outcome)
    if known is None:
        raise unusable(
            "outcome_unknown",
            "outcome",
            f"{outcome!r} is not an outcome.",
            "What follows from an attempt is decided by its outcome.",
            f"Choose one of {', '.join(OUTCOMES)}.",
        )
    return known


def check_callback(known: Outcome, callback_at: datetime | None, at: datetime, attempt_id: str) -> None:
    """The agreed time is given where somebody asked for one, lies ahead, and is given nowhere else."""
    if known.asks_time == (callback_at is not None) and (callback_at is None or must_be_aware(callback_at) > at):
        return
    if callback_at is None:
        code, what, fix = "missing", "no time is given.", "Ask when they want to be contacted, and give that time."
    elif not known.asks_time:
        code, what, fix = "unasked", f"{known.code!r} agrees on no time.", "Leave the time out."
    else:
        code = "past"
        what = f"{callback_at.isoformat()} is not after {at.isoformat()}."
        fix = "Give a time that is still to come where they are."
    raise unusable(
        f"callback_time_{code}",
        f"attempt {attempt_id!r}",
        what,
        "Nobody contacts them before the time they asked for.",
        fix,
    )


def attempt_of_the_day(connection: Connection, attempt_id: str, *, lock: bool) -> RowMapping:
    """The attempt. Raises Unusable `attempt_unknown` where it was not made here."""
    attempt = contact.attempt_with_id(connection, attempt_id, lock=lock)
    if attempt is None or attempt["source"] != "day":
        raise unusable(
            "attempt_unknown",
            f"attempt {attempt_id!r}",
            "is not one that was made here.",
            "An outcome belongs to an attempt that the gate permitted.",
            "Place the attempt first, and record its outcome with the id that its permit names.",
        )
    return attempt


def must_be_of_channel(attempt: RowMapping, known: Outcome) -> None:
    """Raises Unusable `outcome_not_of_channel`."""
    if attempt["channel"] not in known.channels:
        raise unusable(
            "outcome_not_of_channel",
            f"attempt {attempt['attempt_id']!r}",
            f"{known.code!r} can't come of {attempt['channel']!r}.",
            "The caps count connected calls by their outcome.",
            f"Choose one of {', '.join(each.code for each in outcomes_of(attempt['channel']))}.",
        )


def _may_be_recorded(connection: Connection, attempt: RowMapping, known: Outcome, by: str) -> None:
    theirs = attempt["collector_id"] != by
    if not (theirs and known.code == NOT_RECORDED):
        must_be_of_channel(attempt, known)
    before = attempt["outcome"]
    if before is not None and known.code not in FOLLOWS.get(before, ()):
        raise unusable(
            "outcome_already_recorded",
            f"attempt {attempt['attempt_id']!r}",
            f"its outcome is on record as {before!r}.",
            "A call that counted as connected must not stop counting because somebody changed their mind.",
            "Correct it with a reason, or place another attempt.",
        )
    # What a network says of a message is nobody's own word.
    if theirs and before is None and attempt["channel"] not in WRITTEN and not _holds_case(connection, attempt, by):
        raise unusable(
            "outcome_of_another",
            f"attempt {attempt['attempt_id']!r}",
            "somebody else made it, and you don't hold the case.",
            "What came of a conversation is said by whoever had it.",
            "Ask them to record it, or take the case over first.",
        )


def _holds_case(connection: Connection, attempt: RowMapping, by: str) -> bool:
    item = queue.live_item_of(connection, attempt["debtor_id"])
    return item is not None and item.claimed_by == by

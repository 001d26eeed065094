"""
What to say: the conversation's state, the card that fits, and its next wordings with the case's own figures in them.

Comes in: the conversation, the cards, the case's rows, the visitor. Goes out: TalkView. Never: puts a figure into a
wording that nobody knows (the place stays open, in brackets), or offers a wording while something protects the person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from sqlalchemy import RowMapping

from arrears.daytime import Talk
from arrears.daytime.deck import checked_deck
from arrears.law.load import Law
from arrears.outcome.table import HOLD_KINDS
from arrears.playbook.call_flow import START, STATE_WORDS, STEP_WORDS, TASKS, State, Step
from arrears.playbook.cards import SLOTS, Card, Say, fill
from arrears.store.pages import CasePage
from arrears.web.masks import masked_name
from arrears.web.visitor import Visitor
from arrears.web.words.catalogue import Words, marked
from arrears.web.workspace import Letterhead

SHOWN = 2
"""Wordings that stand open; the rest fold away."""
OTHER_CARDS = 3
SEGMENT_CARDS = {"white_collar": "P1", "retired_public": "P2", "business_owner": "P3", "worker": "P4"}
STATES = {State.OPENING: "told", State.TALKING: "allowed", State.PROTECTED: "held", State.ENDED: "quiet"}
RIGHT_WORDS = {
    "dispute": marked("They say it is not owed."),
    "stop_contact": marked("They ask for contact to stop."),
    "represented": marked("Somebody already acts for them."),
    "complaint": marked("They complain."),
    "proof_requested": marked("They ask for proof, authority or how the sum is made up."),
}
RIGHT_HOLDS = {"dispute": "dispute", "stop_contact": "stop", "represented": "represented", "complaint": "complaint"}
"""The hold that a right asks for; proof that is asked for is answered in writing."""


@dataclass(frozen=True, slots=True)
class Wording:
    """One way to say it; `only_if` is what must be so first."""

    text: str
    only_if: str | None


@dataclass(frozen=True, slots=True)
class NeverLine:
    """A habit that is refused, why, the clauses, and what to do instead."""

    habit: str
    why: str
    clauses: tuple[str, ...]
    instead: str


@dataclass(frozen=True, slots=True)
class CardView:
    """A card as it helps in this conversation."""

    id: str
    title: str
    gist: str
    wordings: tuple[Wording, ...]
    more: tuple[Wording, ...]
    ask: tuple[str, ...]
    verify: tuple[str, ...]
    documents: tuple[str, ...]
    never: tuple[NeverLine, ...]
    next_steps: tuple[str, ...]
    refer: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepButton:
    """One step that may be noted now."""

    step: str
    words: str


@dataclass(frozen=True, slots=True)
class TalkView:
    """The section. `live` where this visitor is in a conversation with the person."""

    live: bool
    state: str
    state_words: str
    tasks: tuple[tuple[str, bool, bool], ...]
    """(words, done, next) of the four."""
    next_step: StepButton | None
    """The step that the wordings shown are for."""
    steps: tuple[StepButton, ...]
    identity: str | None
    """What is said before it is known who answers: nothing about a debt."""
    warnings: int
    warning: str | None
    protects: tuple[str, ...]
    holds: tuple[tuple[str, str], ...]
    vulnerable: bool
    card: CardView | None
    others: tuple[tuple[str, str], ...]
    heard: str | None
    spoken: str
    """The language they are spoken to in."""
    languages: tuple[tuple[str, str], ...]
    summary: str
    """A draft for the file; empty where nothing was noted."""


def talk_view(
    talk: Talk | None,
    page: CasePage,
    visitor: Visitor,
    law: Law,
    zone: tzinfo,
    *,
    tone: str,
    last_heard: RowMapping | None,
    chosen: str | None,
    letterhead: Letterhead | None,
    summary: str = "",
) -> TalkView:
    """The section at this moment; before a contact, how to prepare for it."""
    words = visitor.words
    flow = START if talk is None else talk.flow
    spoken = page.person["language"] if page.person["language"] in ("zh", "en") else words.language
    heard = talk.heard[-1] if talk is not None and talk.heard else None
    recent = heard if talk is not None else last_heard
    ids = _cards(talk, page, last_heard)
    card = chosen if chosen in ids else next(iter(ids), None)
    tasks = _tasks(talk)
    values = _values(page, visitor, zone, spoken, letterhead)
    protects = flow.state is State.PROTECTED
    return TalkView(
        live=talk is not None,
        state=STATES[flow.state],
        state_words=words.pair(*STATE_WORDS[flow.state]) if talk is not None else words.say("before the contact"),
        tasks=tuple((words.pair(*STEP_WORDS[each]), each in flow.done, each is flow.task) for each in TASKS),
        next_step=None if talk is None or flow.task is None else _button(flow.task, words),
        steps=() if talk is None else tuple(_button(step, words) for step in flow.may if step not in TASKS),
        identity=_identity(values, spoken) if talk is None or flow.state is State.OPENING else None,
        warnings=flow.warnings,
        warning=None if flow.warning is None else Words(spoken).pair(*flow.warning),
        protects=() if recent is None else tuple(words.say(RIGHT_WORDS[right]) for right in recent["rights"]),
        holds=()
        if recent is None
        else tuple(
            (RIGHT_HOLDS[right], words.pair(*HOLD_KINDS[RIGHT_HOLDS[right]]))
            for right in recent["rights"]
            if right in RIGHT_HOLDS
        ),
        vulnerable=bool(recent is not None and recent["vulnerable"]) and not protects,
        card=None
        if card is None or flow.state is State.ENDED
        else _card(ids[card], tasks, tone, law, values, words, spoken),
        others=tuple((each.id, each.title.in_(words.language)) for each in ids.values() if each.id != card)[
            :OTHER_CARDS
        ],
        heard=None if heard is None else heard["words"],
        spoken=spoken,
        languages=(("zh", "中文"), ("en", "English")),
        summary=summary,
    )


def tone_of(page: CasePage, last_promise_broken: bool) -> str:
    """How the case is spoken to: after a broken promise, again, or for the first time."""
    if last_promise_broken:
        return "broken_promise"
    reached = any(
        row["connected"] and row["outcome"] not in (None, "third_party", "wrong_number") for row in page.attempts
    )
    return "follow_up" if reached else "first_call"


def _cards(talk: Talk | None, page: CasePage, last_heard: RowMapping | None) -> dict[str, Card]:
    """The cards to choose from: what was heard, else what was heard last; then their stage and their work."""
    deck = {card.id: card for card in checked_deck()[0].cards}
    wanted = [*(talk.cards if talk is not None else ())]
    if not wanted and last_heard is not None:
        wanted += last_heard["cards"]
    wanted += [f"L2-{page.item['stage']}", SEGMENT_CARDS.get(page.person["occupation"] or "", ""), "C2", "S2"]
    return {card_id: deck[card_id] for card_id in wanted if card_id in deck}


def _tasks(talk: Talk | None) -> tuple[str, ...]:
    """
    What is to be said now, in the cards' words: before the contact the opening, to prepare; in it the opening only once
    it is known who answers, then the next task, then the close; nothing of a card while something protects them.
    """
    if talk is None:
        return ("open",)
    flow = talk.flow
    if flow.state is not State.TALKING:
        return ()
    if not flow.done:
        return ("open", str(flow.task))
    return ("close",) if flow.task is None else (str(flow.task),)


def _card(
    card: Card, tasks: tuple[str, ...], tone: str, law: Law, values: Mapping[str, str], words: Words, spoken: str
) -> CardView:
    language, cited = words.language, checked_deck()[1]
    first, beside = [], []
    for task in tasks:
        exact, others = _to_say(card, task, tone, law)
        shown = (exact or others)[:SHOWN]
        first += shown
        beside += [say for say in (*exact, *others) if say not in shown]
    return CardView(
        id=card.id,
        title=card.title.in_(language),
        gist=card.gist.in_(language),
        wordings=tuple(_wording(say, values, words, spoken) for say in first),
        more=tuple(_wording(say, values, words, spoken) for say in beside),
        ask=tuple(each.in_(spoken) for each in card.ask),
        verify=tuple(each.in_(language) for each in card.verify),
        documents=tuple(each.in_(language) for each in card.documents),
        never=tuple(
            NeverLine(
                never.habit.in_(language),
                never.why.in_(language),
                tuple(cited.get(clause).citation for clause in _of_law(never.clauses, law)),
                never.instead.in_(language),
            )
            for never in card.never
        ),
        next_steps=tuple(each.in_(language) for each in card.next_steps),
        refer=tuple(refer.when.in_(language) for refer in card.refer),
    )


def _to_say(card: Card, task: str, tone: str, law: Law) -> tuple[list[Say], list[Say]]:
    """What the card says for this task in this tone, and in the others."""
    packs = {pack.id for pack in law.packs}
    fits = [
        say for say in card.say if say.task == task and say.to == "borrower" and (not say.law or packs & set(say.law))
    ]
    return [say for say in fits if say.tone == tone], [say for say in fits if say.tone != tone]


def _wording(say: Say, values: Mapping[str, str], words: Words, spoken: str) -> Wording:
    """What is not known, or is being agreed at this moment, stays an open place."""
    left_open = {name: f"〔{slot.about.in_(spoken)}〕" for name, slot in SLOTS.items()}
    text = fill(say.in_(spoken), {**left_open, **values})
    assert text is not None, "every slot has a value or stands open"
    return Wording(text, None if say.only_if is None else say.only_if.in_(words.language))


def _of_law(clauses: Sequence[str], law: Law) -> list[str]:
    """The clauses of the packs in force here; all of them where none is."""
    packs = {pack.id for pack in law.packs}
    here = [clause for clause in clauses if clause.split(".", 1)[0] in packs]
    return here or list(clauses)


def _values(
    page: CasePage, visitor: Visitor, zone: tzinfo, spoken: str, letterhead: Letterhead | None
) -> dict[str, str]:
    """What is known of the slots, written in the language they are spoken to in."""
    words = Words(spoken)
    lead = next((row for row in page.accounts if row["account_id"] == page.item["lead_account_id"]), None)
    promise = page.promises[-1] if page.promises else None
    found: dict[str, str | None] = {
        "borrower_name": masked_name(page.person["name"]) if page.person["name"] else None,
        "agent_name": visitor.me.name,
        "lender_name": None if letterhead is None else letterhead.institution,
        "service_phone": None if letterhead is None else letterhead.phone,
        "payday": None
        if not page.person["payday"]
        else words.say("day %(day)s of the month", day=page.person["payday"]),
    }
    if lead is not None:
        found |= {
            "overdue_amount": None
            if lead["overdue_cents"] is None
            else words.money(lead["overdue_cents"], lead["currency"]),
            "due_day": None if lead["oldest_unpaid_due_on"] is None else words.day(lead["oldest_unpaid_due_on"]),
            "days_past_due": None if lead["days_past_due"] is None else words.count(lead["days_past_due"]),
        }
    if promise is not None:
        found |= {
            "promised_day": words.weekday(promise["due_at"].astimezone(zone).date()),
            "promised_amount": words.money(promise["amount_cents"], promise["currency"]),
        }
    return {name: value for name, value in found.items() if value is not None}


WHO_IS_IT = (
    "您好，我是{agent_name}，这通电话会录音。请问是{borrower_name}本人吗？",
    "Hello, this is {agent_name}, on a recorded line. Am I speaking with {borrower_name}?",
)


def _identity(values: Mapping[str, str], spoken: str) -> str:
    """Who calls, that it is recorded, and whether it is they; a name nobody knows stays an open place."""
    left_open = {name: f"〔{SLOTS[name].about.in_(spoken)}〕" for name in ("agent_name", "borrower_name")}
    said = fill(Words(spoken).pair(*WHO_IS_IT), {**left_open, **values})
    assert said is not None, "every slot has a value or stands open"
    return said


def _button(step: Step, words: Words) -> StepButton:
    return StepButton(str(step), words.pair(*STEP_WORDS[step]))

"""
What the borrower said, ready to print: where each claim stands and by what, its papers, the cause, the next step.

Comes in: daytime's Ledger, the visitor, the place's clock. Goes out: LedgerView. Never: says that somebody lies: the
records differ from what was said, and by what they differ stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from arrears.daytime import Ledger
from arrears.daytime.allowed import ROLES
from arrears.outcome.next_step import STEPS
from arrears.playbook.claims import CAUSES, CLAIM_KINDS, Ground, Status
from arrears.playbook.claims.weigh import GROUNDS
from arrears.web.visitor import Visitor
from arrears.web.words.catalogue import Words, marked

Choices = list[tuple[str, str]]
STATES = {Status.SUPPORTED: "allowed", Status.CONTRADICTED: "refused", Status.UNVERIFIED: "quiet"}
STATE_WORDS = {
    Status.SUPPORTED: marked("supported"),
    Status.CONTRADICTED: marked("records differ"),
    Status.UNVERIFIED: marked("not yet verified"),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper on a claim; `received` says whether there is a file to open."""

    id: str
    told: str
    received: bool


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One claim."""

    id: str
    kind: str
    figures: str
    when: str
    words: str | None
    state: str
    state_words: str
    grounds: tuple[str, ...]
    asks: tuple[str, ...]
    would_show: tuple[str, ...]
    papers: tuple[Paper, ...]
    awaited: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class StepLine:
    """The pinned next step."""

    id: str
    words: str
    due: str


@dataclass(frozen=True, slots=True)
class LedgerView:
    """The section. `may_write` where this visitor is in contact with the person or holds the case."""

    lines: tuple[ClaimLine, ...]
    counted: str
    pointers: tuple[str, ...]
    cause: str | None
    step: StepLine | None
    may_write: bool
    may_read: bool
    kinds: Choices
    causes: Choices
    steps: Choices


def ledger_view(ledger: Ledger, visitor: Visitor, zone: tzinfo, *, may_write: bool) -> LedgerView:
    """The newest claim first; only questions of claims that are still open."""
    words = visitor.words
    open_ones = sum(standing.status is Status.UNVERIFIED for standing in ledger.standings.values())
    return LedgerView(
        lines=tuple(_line(row, ledger, visitor, zone) for row in reversed(ledger.rows)),
        counted=words.say_n("%(n)s open", "%(n)s open", open_ones),
        pointers=tuple(_cause(pointer.cause, words) for pointer in ledger.pointers[:2]),
        cause=None if ledger.cause is None else _cause(ledger.cause["cause"], words),
        step=None
        if ledger.step is None
        else StepLine(
            ledger.step["next_step_id"], words.pair(*STEPS[ledger.step["step"]]), words.weekday(ledger.step["due_on"])
        ),
        may_write=may_write,
        may_read=may_write and visitor.me.role in ROLES["document.read"],
        kinds=[(code, words.pair(*kind.words)) for code, kind in CLAIM_KINDS.items()],
        causes=[(code, words.pair(*cause.words)) for code, cause in CAUSES.items()],
        steps=[(code, words.pair(*pair)) for code, pair in STEPS.items()],
    )


def _cause(code: str, words: Words) -> str:
    """The cause with the treatment it deserves."""
    cause = CAUSES[code]
    return words.say("%(cause)s (%(deserves)s)", cause=words.pair(*cause.words), deserves=words.pair(*cause.deserves))


def _line(row: Any, ledger: Ledger, visitor: Visitor, zone: tzinfo) -> ClaimLine:
    words = visitor.words
    kind, standing = CLAIM_KINDS[row["kind"]], ledger.standings[row["claim_id"]]
    papers = [each for each in ledger.documents if each["claim_id"] == row["claim_id"]]
    figures = [
        None if row["amount_cents"] is None else words.money(row["amount_cents"], row["currency"]),
        None if row["about_on"] is None else words.weekday(row["about_on"], row["said_at"]),
        None if row["payday"] is None else words.say("day %(day)s of the month", day=row["payday"]),
    ]
    return ClaimLine(
        id=row["claim_id"],
        kind=words.pair(*kind.words),
        figures=words.say(", ").join(figure for figure in figures if figure),
        when=words.moment(row["said_at"], zone),
        words=row["words"],
        state=STATES[standing.status],
        state_words=words.say(STATE_WORDS[standing.status]),
        grounds=tuple(_ground(ground, words) for ground in standing.grounds),
        asks=tuple(words.pair(*ask) for ask in kind.asks) if standing.status is Status.UNVERIFIED else (),
        would_show=tuple(words.pair(*paper) for paper in kind.papers),
        papers=tuple(_paper(each, words, zone) for each in papers),
        awaited=any(each["received_at"] is None for each in papers),
        mine=row["taken_by"] == visitor.me.user_id,
    )


def _ground(ground: Ground, words: Words) -> str:
    told = words.pair(*GROUNDS[ground.code])
    beside = [
        None if ground.money is None else words.money(ground.money.cents, ground.money.currency),
        None if ground.on is None else words.weekday(ground.on),
    ]
    more = words.say(", ").join(each for each in beside if each)
    return f"{told} ({more})" if more else told


def _paper(row: Any, words: Words, zone: tzinfo) -> Paper:
    if row["received_at"] is None:
        return Paper(
            row["document_id"], words.say("asked for %(when)s", when=words.moment(row["asked_at"], zone)), False
        )
    told = words.say("%(name)s, came %(when)s", name=row["file_name"], when=words.moment(row["received_at"], zone))
    if row["supports"] is not None:
        read = words.say("read: supports it") if row["supports"] else words.say("read: contradicts it")
        told = f"{told}{words.say('; ')}{read}"
    return Paper(row["document_id"], told, True)

"""
What can be put on record beside a contact: holds and their end, payments, consents, contacts of
theirs, contact points, corrections.

Comes in: the case's rows, the visitor, the instant. Goes out: Records, ready to print. Never: decides who may; the
verbs do, and the parts of a role that may not are left out so that nobody presses in vain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from arrears.book.lawful_sources import LAWFUL_SOURCES
from arrears.daytime.add_contact_point import POINT_CHANNELS
from arrears.daytime.allowed import ROLES
from arrears.daytime.correct_outcome import UNDO_WITHIN
from arrears.daytime.record_inbound import INBOUND_CHANNELS
from arrears.outcome.table import CONSENTS, HOLD_WORDS, OUTCOMES, outcomes_of
from arrears.store.pages import CasePage, Row
from arrears.web.visitor import Visitor
from arrears.web.words.labels import label

Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Records:
    """The parts of the page, each with what it offers; an empty list or a false flag leaves the part out."""

    holds: Choices
    may_lift: bool
    payments: Choices
    may_pay: bool
    accounts: Choices
    consents_given: Choices
    consents_open: Choices
    inbound: Choices
    undo: str | None
    corrections: Choices
    outcomes: Choices
    may_take_over: bool
    may_add_point: bool
    point_kinds: Choices
    lawful_sources: Choices


def records_of(page: CasePage, visitor: Visitor) -> Records:
    """What this visitor may put on record in the case at this minute."""
    words, role, at = visitor.words, visitor.me.role, visitor.at
    given = {row["kind"] for row in page.consents if row["withdrawn_at"] is None}
    done = [row for row in page.attempts if _is_ours(row) and row["outcome"] is not None]
    return Records(
        holds=[
            (row["hold_id"], words.pair(*HOLD_WORDS[row["kind"]]))
            for row in page.holds
            if row["kind"] in HOLD_WORDS and _runs(row, at.date())
        ],
        may_lift=role in ROLES["hold.lift"],
        payments=[
            (row["payment_id"], f"{words.day(row['paid_on'])} {words.money(row['amount_cents'], row['currency'])}")
            for row in page.payments
            if row["source"] == "day" and row["reversed_on"] is None
        ],
        may_pay=role in ROLES["payment.record"],
        accounts=[(row["account_id"], row["account_id"]) for row in page.accounts],
        consents_given=[(kind, words.pair(*pair)) for kind, pair in CONSENTS.items() if kind in given],
        consents_open=[(kind, words.pair(*pair)) for kind, pair in CONSENTS.items() if kind not in given],
        inbound=[(channel, label(words, "channel", channel)) for channel in INBOUND_CHANNELS],
        undo=next((row["attempt_id"] for row in done if _undoable(row, visitor.me.user_id, at)), None),
        corrections=[
            (row["attempt_id"], f"{label(words, 'channel', row['channel'])} · {_outcome(row, visitor)}")
            for row in done[:5]
            if row["collector_id"] == visitor.me.user_id or role in ROLES["outcome.correct_for_another"]
        ],
        outcomes=[
            (each.code, words.pair(each.zh, each.en))
            for each in {code: OUTCOMES[code] for code in _codes(done)}.values()
            if not each.asks_time
        ],
        may_take_over=role in ROLES["case.take_over"]
        and page.item["status"] in ("waiting", "claimed")
        and page.item["claimed_by"] != visitor.me.user_id,
        may_add_point=role in ROLES["contact_point.add"],
        point_kinds=[(kind, label(words, "point", kind)) for kind in POINT_CHANNELS],
        lawful_sources=[(source, words.pair(*pair)) for source, pair in LAWFUL_SOURCES.items()],
    )


def _is_ours(row: Row) -> bool:
    return bool(row["source"] == "day" and row["direction"] == "outbound")


def _runs(row: Row, today: date) -> bool:
    return bool(row["lifted_at"] is None and (row["ends_on"] is None or row["ends_on"] > today))


def _undoable(row: Row, me: str, at: datetime) -> bool:
    return bool(row["collector_id"] == me and row["outcome_at"] and at - row["outcome_at"] <= UNDO_WITHIN)


def _outcome(row: Row, visitor: Visitor) -> str:
    known = OUTCOMES[row["outcome"]]
    return visitor.words.pair(known.zh, known.en)


def _codes(done: list[Row]) -> list[str]:
    return [each.code for row in done[:5] for each in outcomes_of(row["channel"]) if each.code != "promised"]

"""
What a payment plan must say before it is agreed, and where it stands afterwards.

Reads:  the terms, what is owed, who may grant what, the law's bound; later, the standing of each instalment
Gives:  the first fault of the terms, with a stable code; the role that has to approve; PlanStatus
Never:  agrees to anything, or counts money: the promise clock does, an instalment being a promise to pay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from arrears.decision.settlement import ALL_BPS, PARTS, Grant
from arrears.kernel.money import decimal_text
from arrears.kernel.problem import Problem
from arrears.outcome.promise_clock import PromiseStatus

KINDS: dict[str, tuple[str, str]] = {
    "pay_arrears": ("补齐逾期款", "pay what is overdue"),
    "instalments": ("分期还款", "instalments"),
    "settlement": ("减免后一次结清", "one payment, the rest waived"),
}
"""Kinds of plan, to words in (Chinese, English)."""

ACCEPTED: dict[str, tuple[str, str]] = {
    "recorded_call": ("录音电话中同意", "agreed to in a recorded call"),
    "signed": ("书面签署", "signed on paper"),
    "portal": ("在还款平台确认", "confirmed in the portal"),
    "counter": ("柜面确认", "confirmed at a branch"),
    "letter": ("信函回复同意", "agreed to by letter"),
}
"""How the borrower accepted it, to words in (Chinese, English)."""

CLOCKS_DIFFER = timedelta(minutes=5)
TOLERANCE_HOURS = 24
"""How long after the end of the day on which it is due an instalment may still arrive."""


class PlanStatus(StrEnum):
    """Where a plan stands."""

    RUNNING = "running"
    KEPT = "kept"
    PARTLY = "partly"
    """An instalment was missed, and a part of it paid."""
    MISSED = "missed"
    ENDED = "ended"
    """Something else was decided in its place."""

    @property
    def is_broken(self) -> bool:
        return self in (PlanStatus.PARTLY, PlanStatus.MISSED)


PLAN_STATUS_WORDS: dict[PlanStatus, tuple[str, str]] = {
    PlanStatus.RUNNING: ("履行中", "being kept"),
    PlanStatus.KEPT: ("已履行完毕", "kept"),
    PlanStatus.PARTLY: ("部分违约", "an instalment was paid in part only"),
    PlanStatus.MISSED: ("违约", "an instalment was missed"),
    PlanStatus.ENDED: ("已被其他决定取代", "ended by another decision"),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """One plan as it is to be agreed. Minor units; `payments` are (due_on, amount) in order."""

    kind: str
    payments: tuple[tuple[date, int], ...]
    waiver: Mapping[str, int]
    accepted_how: str
    accepted_at: datetime

    @property
    def total(self) -> int:
        return sum(amount for _, amount in self.payments)

    @property
    def waived(self) -> int:
        return sum(self.waiver.values())


@dataclass(frozen=True, slots=True)
class Debt:
    """What the terms are held against. `sustainable` None: nobody knows what a month can bear."""

    account_id: str
    owed: Mapping[str, int]
    arrears: int | None
    today: date
    now: datetime
    sustainable: int | None
    minimum_instalment: int
    instalments_most: int

    @property
    def total(self) -> int:
        return sum(self.owed.values())


def faults(terms: Terms, debt: Debt) -> Iterator[Problem]:
    """Everything that keeps these terms from being agreed by anybody."""
    yield from _of_form(terms, debt)
    if terms.kind in KINDS and terms.payments:
        yield from _of_days(terms, debt)
        yield from _of_amounts(terms, debt)


def _of_form(terms: Terms, debt: Debt) -> Iterator[Problem]:
    if terms.kind not in KINDS:
        yield _fault(
            debt,
            "plan_kind_unknown",
            f"{terms.kind[:40]!r} is no kind of plan.",
            "What is waived and what remains follows from its kind.",
            f"Choose one of {', '.join(KINDS)}.",
        )
    if terms.accepted_how not in ACCEPTED:
        yield _fault(
            debt,
            "plan_not_accepted",
            f"{terms.accepted_how[:40]!r} is no way in which the borrower accepts a plan.",
            "A plan that the borrower did not accept binds nobody.",
            f"Choose one of {', '.join(ACCEPTED)}.",
        )
    if terms.accepted_at > debt.now + CLOCKS_DIFFER:
        yield _fault(
            debt,
            "plan_not_accepted",
            f"it would be accepted at {terms.accepted_at.isoformat()}, which is still to come.",
            "A plan begins once the borrower has accepted it.",
            "Record it after they have.",
        )
    if not terms.payments:
        yield _fault(
            debt, "plan_empty", "it has no payment.", "A plan says what is paid and when.", "Give at least one payment."
        )


def _of_days(terms: Terms, debt: Debt) -> Iterator[Problem]:
    days = [day for day, _ in terms.payments]
    if days[0] < debt.today:
        yield _fault(
            debt,
            "plan_starts_before_today",
            f"its first payment is due on {days[0]}, and today is {debt.today}.",
            "Nobody can pay on a day that is over, and the plan would be broken as it begins.",
            "Begin today or later.",
        )
    if any(later <= earlier for earlier, later in pairwise(days)):
        yield _fault(
            debt,
            "plan_days_out_of_order",
            "its payments are not in the order of their days, each on its own.",
            "Money pays the instalment that is due first.",
            "Give every payment a later day than the one before.",
        )
    if days[-1] > months_after(debt.today, debt.instalments_most) or len(days) > debt.instalments_most:
        yield _fault(
            debt,
            "plan_beyond_law",
            f"it has {len(days)} payments until {days[-1]}, and at most {debt.instalments_most} months are permitted.",
            "The law of the day, or the policy where it is silent, bounds how long a plan may run.",
            "Agree on fewer payments, or ask for a waiver or for hardship.",
        )


def _of_amounts(terms: Terms, debt: Debt) -> Iterator[Problem]:
    amounts = [amount for _, amount in terms.payments]
    total, waived = terms.total, terms.waived
    if min(amounts) <= 0 or any(cents < 0 for cents in terms.waiver.values()):
        yield _fault(
            debt,
            "plan_not_positive",
            "it has a payment or a waiver of nothing or less.",
            "Nothing can be kept that was not agreed.",
            "Give amounts above 0.00.",
        )
    elif total + waived > debt.total or any(terms.waiver.get(part, 0) > debt.owed[part] for part in PARTS):
        yield _fault(
            debt,
            "plan_above_owed",
            f"{decimal_text(total)} paid and {decimal_text(waived)} waived are more than the "
            f"{decimal_text(debt.total)} that is owed, or than a part of it.",
            "Nobody is asked for more than they owe, and nothing is waived that is not owed.",
            f"Give {decimal_text(debt.total)} at most, waiver and payments together.",
        )
    elif terms.kind == "pay_arrears" and (waived or debt.arrears is None or total != debt.arrears):
        told = "unknown" if debt.arrears is None else decimal_text(debt.arrears)
        yield _fault(
            debt,
            "plan_not_the_arrears",
            f"it pays {decimal_text(total)} and waives {decimal_text(waived)}, and {told} is overdue.",
            "To pay the arrears is to pay what is overdue, no more and no less.",
            "Give the amount that is overdue, or agree on instalments for all of it.",
        )
    elif terms.kind != "pay_arrears" and total + waived != debt.total:
        yield _fault(
            debt,
            "plan_leaves_a_rest",
            f"{decimal_text(debt.total - total - waived)} of {decimal_text(debt.total)} is neither paid nor waived.",
            "A rest that nobody spoke of comes back as a surprise.",
            "Let payments and waiver add up to what is owed, or pay the arrears alone.",
        )
    yield from _of_size(terms, debt, amounts)


def _of_size(terms: Terms, debt: Debt, amounts: Sequence[int]) -> Iterator[Problem]:
    count = {"settlement": (1, 1), "instalments": (2, debt.instalments_most)}.get(terms.kind)
    if count is not None and not count[0] <= len(amounts) <= max(count):
        yield _fault(
            debt,
            "plan_count",
            f"it has {len(amounts)} payments.",
            "A settlement is one payment, instalments are two or more.",
            "Choose the kind that fits, or other payments.",
        )
    if len(amounts) < 2:
        return
    if debt.sustainable is None:
        yield _fault(
            debt,
            "means_unknown",
            "what a month can bear is not on record.",
            "An instalment that living would have to pay for is not agreed, and unknown means are not enough.",
            "Take down the means first: `arrears offers means`.",
        )
    elif max(amounts) > debt.sustainable:
        yield _fault(
            debt,
            "plan_above_means",
            f"its largest payment is {decimal_text(max(amounts))}, and a month can bear "
            f"{decimal_text(debt.sustainable)}.",
            "A plan above the borrower's means breaks, and costs them and the lender more.",
            "Agree on more and smaller payments, or ask for a waiver or for hardship.",
        )
    if min(amounts[:-1]) < debt.minimum_instalment:
        yield _fault(
            debt,
            "plan_below_minimum",
            f"a payment is below {decimal_text(debt.minimum_instalment)}.",
            "Smaller payments cost more to take than they bring, by the policy.",
            "Agree on fewer payments.",
        )


def needed_role(terms: Terms, debt: Debt, ladder: Sequence[Grant]) -> str | None:
    """The lowest role of `ladder` (rising, that of whoever asks first) that may agree to it; None where none may."""
    return next((grant.role for grant in ladder if _within(terms, debt, grant)), None)


def _within(terms: Terms, debt: Debt, grant: Grant) -> bool:
    most_waived = {part: debt.owed[part] * grant.waive_bps[part] // ALL_BPS for part in PARTS}
    return (
        (len(terms.payments) == 1 or len(terms.payments) <= grant.instalments)
        and (terms.payments[0][0] - debt.today).days <= grant.first_payment_days
        and all(terms.waiver.get(part, 0) <= most_waived[part] for part in PARTS)
    )


def status_of(instalments: Sequence[PromiseStatus]) -> PlanStatus:
    """Where a plan stands, from the standing of its instalments in the order in which they are due."""
    for standing in instalments:
        if standing is PromiseStatus.BROKEN:
            return PlanStatus.MISSED
        if standing is PromiseStatus.PARTLY_KEPT:
            return PlanStatus.PARTLY
    if any(standing.is_open for standing in instalments):
        return PlanStatus.RUNNING
    if any(standing is PromiseStatus.SUPERSEDED for standing in instalments):
        return PlanStatus.ENDED
    return PlanStatus.KEPT


def held_until(instalments: Sequence[tuple[date, PromiseStatus]]) -> date | None:
    """
    The first day on which collection is not held any more, unless the next instalment arrives: the one after its
    tolerance. None where nothing is left to wait for.
    """
    following = [due_on for due_on, standing in instalments if standing.is_open]
    return min(following) + timedelta(days=1 + TOLERANCE_HOURS // 24) if following else None


def months_after(day: date, months: int) -> date:
    """The same day of the month, or the last of a shorter one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _fault(debt: Debt, code: str, what: str, why: str, fix: str) -> Problem:
    return Problem(code, f"plan for account {debt.account_id!r}", what, why, fix)

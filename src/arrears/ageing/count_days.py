"""
How late one loan is on one day, by stated conventions: the plain version, with nothing left out.

Reads:  a schedule, payments, chargebacks and pauses of one loan
Gives:  `Age`: raw days past due, less grace, less pauses, kept apart; the bucket; the amounts
Never:  reads the clock. The day is `on`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from arrears.ageing.pauses import Pause, frozen_on, paused_days
from arrears.ageing.rules import Bucket
from arrears.ageing.waterfall import Chargeback, Debt, Order, Payment, settle


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """The conventions of one case. The contract names each and its values."""

    dpd_on_due_date: int = 0
    grace_days: int = 0
    takes_off_grace: bool = True
    takes_off_pauses: bool = True
    freezes_bucket: bool = True
    installment_grace: bool = False
    next_unpaid_from_today: bool = False
    paid_on_day_counts: bool = True
    buckets: tuple[Bucket, ...] = ()

    def bucket_of(self, days: int) -> str | None:
        """The bucket of delinquent days; None where there are none, or no range holds them."""
        return next((bucket.name for bucket in self.buckets if days > 0 and bucket.holds(days)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """One loan as a case gives it. `make_debts` gives a fresh schedule, so that a replay can use it up."""

    make_debts: Callable[[], list[Debt]]
    payments: Sequence[Payment] = ()
    chargebacks: Sequence[Chargeback] = ()
    pauses: Sequence[Pause] = ()
    order: Order = field(default_factory=Order)


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    """Amounts in minor units. Dates are None and days 0 where nothing is overdue."""

    days_past_due: int = 0
    delinquent_days: int = 0
    oldest_unpaid_due_on: date | None = None
    delinquent_since: date | None = None
    overdue: int = 0
    overdue_principal: int = 0
    overdue_interest: int = 0
    bucket: str | None = None
    installment_buckets: tuple[tuple[str, int], ...] = ()
    outstanding: int
    next_payment_due_on: date | None
    next_payment: int


def debts_on(loan: Loan, on: date, counting: Counting) -> list[Debt]:
    """The debts at the end of a day, oldest first, after what had been paid and charged back by then."""
    latest = on if counting.paid_on_day_counts else on - timedelta(days=1)
    settled = settle(
        loan.make_debts(),
        [payment for payment in loan.payments if payment.on <= latest],
        loan.order,
        [back for back in loan.chargebacks if back.on <= on],
    )
    return sorted(settled.debts, key=lambda debt: debt.due_on)


def days_late(due_on: date, on: date, counting: Counting) -> int:
    """Raw days past due of a debt that is unpaid."""
    return max(0, (on - due_on).days + counting.dpd_on_due_date)


def age_loan(loan: Loan, on: date, counting: Counting) -> Age:
    """Everything the `aging` contract asks of an active loan on a day."""
    debts = debts_on(loan, on, counting)
    unpaid = [debt for debt in debts if debt.outstanding]
    overdue = [debt for debt in unpaid if days_late(debt.due_on, on, counting)]
    ahead = [debt for debt in unpaid if not counting.next_unpaid_from_today or debt.due_on >= on]
    following = ahead[0] if ahead else None
    outstanding = sum(debt.outstanding for debt in unpaid)
    next_due_on, next_amount = (following.due_on, following.outstanding) if following else (None, 0)
    if not overdue:
        return Age(outstanding=outstanding, next_payment_due_on=next_due_on, next_payment=next_amount)
    oldest = overdue[0].due_on
    return Age(
        days_past_due=days_late(oldest, on, counting),
        delinquent_days=delinquent_days(loan, oldest, on, counting),
        oldest_unpaid_due_on=oldest,
        delinquent_since=oldest + timedelta(days=counting.grace_days),
        overdue=sum(debt.outstanding for debt in overdue),
        overdue_principal=sum(debt.owing["principal"] for debt in overdue),
        overdue_interest=sum(debt.owing["interest"] for debt in overdue),
        bucket=_bucket(loan, oldest, on, counting),
        installment_buckets=_installment_buckets(loan, overdue, on, counting),
        outstanding=outstanding,
        next_payment_due_on=next_due_on,
        next_payment=next_amount,
    )


def delinquent_days(loan: Loan, oldest_due_on: date, on: date, counting: Counting) -> int:
    """Days past due, less grace, less the days of pauses since the due date."""
    days = days_late(oldest_due_on, on, counting)
    if counting.takes_off_grace:
        days -= counting.grace_days
    if counting.takes_off_pauses:
        days -= paused_days(loan.pauses, oldest_due_on, on)
    return max(0, days)


def _working_day(loan: Loan, on: date, counting: Counting) -> date:
    """The day at whose end buckets were last worked out: this one, unless a pause has frozen them."""
    if not counting.freezes_bucket:
        return on
    return frozen_on(loan.pauses, on) or on


def _late_then(loan: Loan, on: date, counting: Counting) -> list[Debt]:
    return [debt for debt in debts_on(loan, on, counting) if debt.outstanding and days_late(debt.due_on, on, counting)]


def _bucket(loan: Loan, oldest_due_on: date, on: date, counting: Counting) -> str | None:
    worked_out_on = _working_day(loan, on, counting)
    if worked_out_on < on:
        then = _late_then(loan, worked_out_on, counting)
        if not then:
            return None
        oldest_due_on = then[0].due_on
    return counting.bucket_of(delinquent_days(loan, oldest_due_on, worked_out_on, counting))


def _installment_buckets(
    loan: Loan, overdue: Sequence[Debt], on: date, counting: Counting
) -> tuple[tuple[str, int], ...]:
    """
    What is overdue now by the bucket of its own instalment, youngest bucket first. The bucket is the one worked
    out last: a pause freezes it, and what fell due since has none. There are none before the loan is delinquent.
    """
    worked_out_on = _working_day(loan, on, counting)
    then = _late_then(loan, worked_out_on, counting)
    if not then or delinquent_days(loan, then[0].due_on, worked_out_on, counting) == 0:
        return ()
    amounts: dict[str, int] = {}
    for debt in overdue:
        days = days_late(debt.due_on, worked_out_on, counting)
        if counting.takes_off_pauses:
            days -= paused_days(loan.pauses, debt.due_on, worked_out_on)
        if counting.installment_grace:
            days -= counting.grace_days
        name = counting.bucket_of(days)
        if name is not None:
            amounts[name] = amounts.get(name, 0) + debt.outstanding
    youngest_first = sorted(counting.buckets, key=lambda bucket: bucket.from_day)
    return tuple((bucket.name, amounts[bucket.name]) for bucket in youngest_first if bucket.name in amounts)

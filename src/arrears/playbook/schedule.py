"""
Instalment plans: what is due when, how much of it is interest, and that the balance ends at nothing.

Amounts are whole minor units; rates and year fractions are exact fractions, rounded only where a plan says so
(the rate factor of a period, the interest of a period, the equal instalment). No binary floating point.

Sources: declining balance and flat plans as lenders' systems compute them (the schedule cases name theirs); the
day counts are the market's usual definitions, each under its own name (`MONTHS_OF_THIRTY`, and actual/actual split at
the turn of the year). docs/concepts/schedules.md tells them apart.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from math import ceil, floor

MONTHS_IN_A_YEAR = 12
MOST_PERIODS = 600
"""Fifty years of months: a longer plan is a typing error."""


@dataclass(frozen=True, slots=True)
class Row:
    """One instalment. `balance` is the principal left after it."""

    due_on: date | None
    principal: int
    interest: int
    balance: int

    @property
    def total(self) -> int:
        return self.principal + self.interest


@dataclass(frozen=True, slots=True)
class Plan:
    """`installment` is the usual amount, that of every row but perhaps the last."""

    rows: tuple[Row, ...]
    installment: int
    shown_interest: int | None = None
    """The whole interest as it is shown, where figures are rounded one by one and no longer add up."""

    @property
    def total_interest(self) -> int:
        return sum(row.interest for row in self.rows) if self.shown_interest is None else self.shown_interest


def _half(amount: Fraction, upward: Callable[[int], bool]) -> int:
    """The nearest whole number; exactly between two, the one farther from zero where `upward(lower one)`."""
    size = abs(amount)
    whole = floor(size)
    rest = size - whole
    if rest > Fraction(1, 2) or (rest == Fraction(1, 2) and upward(whole)):
        whole += 1
    return whole if amount >= 0 else -whole


ROUNDINGS: dict[str, Callable[[Fraction], int]] = {
    "half_even": lambda amount: _half(amount, lambda whole: whole % 2 == 1),
    "half_up": lambda amount: _half(amount, lambda _: True),
    "half_down": lambda amount: _half(amount, lambda _: False),
    "up": lambda amount: ceil(amount) if amount >= 0 else floor(amount),
    "down": lambda amount: floor(amount) if amount >= 0 else ceil(amount),
    "ceiling": ceil,
    "floor": floor,
}
"""Ways to a whole number of units. `up` and `half_up` are away from zero, `down` and `half_down` towards it."""


def rounded(value: Fraction, decimals: int, rounding: str) -> Fraction:
    """`value` to so many decimals."""
    return Fraction(ROUNDINGS[rounding](value * 10**decimals), 10**decimals)


def due_days(first: date, count: int, rule: str = "same_day") -> list[date]:
    """
    `count` monthly due dates from an anchor: `same_day` of each month (the last, where the month is too short),
    `end_of_current_month`, or `start_of_next_month`.
    """
    months = [_month_after(first, step) for step in range(count + 1)]
    if rule == "same_day":
        return [date(year, month, min(first.day, _length(year, month))) for year, month in months[:count]]
    if rule == "end_of_current_month":
        return [date(year, month, _length(year, month)) for year, month in months[:count]]
    if rule == "start_of_next_month":
        return [date(year, month, 1) for year, month in months[1:]]
    raise ValueError(f"{rule!r} is no rule of due dates: same_day, end_of_current_month or start_of_next_month")


def year_fractions(start: date, dues: Sequence[date], day_count: str) -> list[Fraction]:
    """
    The part of a year in each period from `start` to the first due date, to the next and so on.

    `day_count` is days/year: days one of `MONTHS_OF_THIRTY`, or `actual`; year a number of days, or `actual` (ISDA:
    each day over the length of its own year). ValueError where it is anything else, or dates don't rise.
    """
    written = day_count.removesuffix(" ISDA") if day_count.startswith("actual/actual") else day_count
    days, _, year = written.partition("/")
    year, is_isda = (year.removesuffix(" ISDA"), year.endswith(" ISDA")) if days == "30E" else (year, False)
    if days not in (*MONTHS_OF_THIRTY, "actual") or not (year == "actual" or (year.isdigit() and int(year))):
        raise ValueError(f"{day_count!r} is no day count: {', '.join(DAY_COUNTS)}")
    if days != "actual" and year == "actual":
        raise ValueError(f"{day_count} is no day count: months of thirty days need a year of stated length")
    starts = [start, *dues[:-1]]
    if any(first >= last for first, last in zip(starts, dues, strict=True)):
        raise ValueError("due dates must rise, from after the day of disbursement")
    periods = list(zip(starts, dues, strict=True))
    if days == "actual":
        return [_actual(first, last, year) for first, last in periods]
    cut = _cut_30e_isda(dues[-1]) if is_isda else MONTHS_OF_THIRTY[days]
    plan_day = max(due.day for due in dues) if len(dues) > 1 else None
    return [
        Fraction(
            30 * _months(first, last) if _whole_months(first, last, start, plan_day) else _days_of_30(first, last, cut),
            int(year),
        )
        for first, last in periods
    ]


Cut = Callable[[date, date], tuple[int, int]]
"""The days of the month that two dates count as, where every month has thirty."""


def _cut_bond(first: date, last: date) -> tuple[int, int]:
    """Bond basis (ISDA 2006 4.16(f)): an end on the 31st is the 30th only where the start is the 30th or 31st."""
    start = min(first.day, 30)
    return start, min(last.day, 30) if start == 30 else last.day


def _cut_30e(first: date, last: date) -> tuple[int, int]:
    """Eurobond (ISDA 2006 4.16(g)): the 31st is the 30th, at either end."""
    return min(first.day, 30), min(last.day, 30)


def _cut_30u(first: date, last: date) -> tuple[int, int]:
    """US: bond basis, and a start on the last of February is the 30th; so is an end there, if the start is too."""
    if not _ends_february(first):
        return _cut_bond(first, last)
    return 30, 30 if _ends_february(last) else min(last.day, 30)


def _cut_30e_isda(ends_on: date) -> Cut:
    """Eurobond (ISDA 2006 4.16(h)): the last of February is the 30th too, but for an end on the day the loan ends."""

    def cut(first: date, last: date) -> tuple[int, int]:
        start = 30 if _ends_february(first) else min(first.day, 30)
        return start, 30 if _ends_february(last) and last != ends_on else min(last.day, 30)

    return cut


MONTHS_OF_THIRTY: dict[str, Cut] = {"30": _cut_bond, "30E": _cut_30e, "30U": _cut_30u}
DAY_COUNTS = ("30/360", "30E/360", "30E/360 ISDA", "30U/360", "actual/365", "actual/360", "actual/actual")
"""The usual ones, as they are written. Any other whole number of days may stand for the year."""


def _ends_february(day: date) -> bool:
    return day.month == 2 and day.day == _length(day.year, 2)


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * MONTHS_IN_A_YEAR + last.month - first.month


def _days_of_30(first: date, last: date, cut: Cut) -> int:
    """Days between two dates with months of thirty, the dates read as `cut` says."""
    starts, ends = cut(first, last)
    return 30 * _months(first, last) + ends - starts


def _whole_months(first: date, last: date, start: date, plan_day: int | None) -> bool:
    """
    Whether a period of a plan is whole months: both its ends on the plan's day of the month (the last, where the
    month is too short). A plan of one due date has no such day; the day of disbursement is on it only by its number.
    """
    if plan_day is None or (first == start and first.day != plan_day):
        return False
    return all(day.day == min(plan_day, _length(day.year, day.month)) for day in (first, last))


def _actual(first: date, last: date, year: str) -> Fraction:
    if year != "actual":
        return Fraction((last - first).days, int(year))
    total = Fraction(0)
    while first < last:
        turn = min(last, date(first.year + 1, 1, 1))
        total += Fraction((turn - first).days, 366 if calendar.isleap(first.year) else 365)
        first = turn
    return total


def equal_installment(principal: int, factors: Sequence[Fraction]) -> Fraction:
    """
    The one amount that repays `principal` over the periods, interest of each being its factor of the balance.
    Exact: principal × Π(1+f) ÷ the sum of what a unit paid each period grows to.
    """
    growth, worth = Fraction(1), Fraction(0)
    for factor in factors:
        growth *= 1 + factor
        worth = worth * (1 + factor) + 1
    return principal * growth / worth


def declining(
    principal: int,
    factors: Sequence[Fraction],
    dues: Sequence[date | None],
    installment: int,
    rounding: str = "half_even",
    *,
    last_takes_remainder: bool = True,
) -> Plan:
    """
    Equal instalments on a declining balance. Interest is rounded each period; the rest of the instalment is
    principal. The last one takes what is left, unless it is to equal the others and leave a remainder.
    """
    rows: list[Row] = []
    balance = principal
    for place, (factor, due_on) in enumerate(zip(factors, dues, strict=True), start=1):
        interest = ROUNDINGS[rounding](balance * factor)
        is_last = place == len(factors) and last_takes_remainder
        part = balance if is_last else min(installment - interest, balance)
        balance -= part
        rows.append(Row(due_on, part, interest, balance))
    return Plan(tuple(rows), installment)


def differs_least(
    principal: int, factors: Sequence[Fraction], dues: Sequence[date | None], rounding: str = "half_even"
) -> Plan:
    """
    The plan of whole equal instalments whose last one differs least from the others: from the rounded equal instalment
    up or down by a unit for as long as that brings the last one nearer.
    """

    def made(installment: int) -> Plan:
        return declining(principal, factors, dues, installment, rounding)

    def apart(plan: Plan) -> int:
        return abs(plan.rows[-1].total - plan.installment)

    best = made(ROUNDINGS[rounding](equal_installment(principal, factors)))
    step = 1 if best.rows[-1].total > best.installment else -1
    while best.installment + step > 0 and apart(nearer := made(best.installment + step)) < apart(best):
        best = nearer
    return best


def until_paid(principal: int, factor: Fraction, installment: int, rounding: str = "half_even") -> Plan:
    """
    A stated instalment each period until nothing is left; the last one is what is left, and smaller. ValueError where
    the instalment does not exceed the interest of the first period: it would never end.
    """
    if installment <= ROUNDINGS[rounding](principal * factor):
        raise ValueError("installment does not exceed the first interest, so the balance never falls. Raise it.")
    rows: list[Row] = []
    balance = principal
    while balance:
        interest = ROUNDINGS[rounding](balance * factor)
        part = min(installment - interest, balance)
        balance -= part
        rows.append(Row(None, part, interest, balance))
        if len(rows) > MOST_PERIODS:
            raise ValueError(f"installment is so low that it takes more than {MOST_PERIODS} of them. Raise it.")
    return Plan(tuple(rows), installment)


def payments_needed(principal: int, factor: Fraction, payment: int) -> Decimal:
    """
    How many payments of this size repay it, as a number with a part of a payment at its end (`nper`): exact to forty
    digits, from ln(payment ÷ (payment - first interest)) ÷ ln(1 + factor).
    """
    interest = principal * factor
    if payment <= interest:
        raise ValueError("installment does not exceed the first interest, so no number of them is enough. Raise it.")
    with localcontext() as context:
        context.prec = 40
        if not factor:
            return Decimal(principal) / Decimal(payment)
        ratio = Fraction(payment) / (payment - interest)
        growth = 1 + factor
        return (Decimal(ratio.numerator) / ratio.denominator).ln() / (
            Decimal(growth.numerator) / growth.denominator
        ).ln()


def with_broken_interest(plan: Plan, interest: int, how: str) -> Plan:
    """
    The plan with the interest of a broken stretch before its first full period: `added_to_first` instalment, or
    `spread` in equal parts over all of them, the cents to the last. No principal moves.
    """
    count = len(plan.rows)
    parts = [interest // count] * count if how == "spread" else [interest] + [0] * (count - 1)
    parts[-1] += interest - sum(parts)
    rows = [
        Row(row.due_on, row.principal, row.interest + part, row.balance)
        for row, part in zip(plan.rows, parts, strict=True)
    ]
    return Plan(tuple(rows), plan.installment)


def late_penalty(
    overdue: int, annual_rate: Fraction, days_late: int, grace_days: int, days_in_year: int, rounding: str, since: str
) -> tuple[int, int]:
    """
    (penalty, days charged) on an overdue amount. Within grace there is none. After it, days count from the end of
    grace (`after_grace`), or from the due date, grace included (`due_date`).
    """
    after = max(days_late - grace_days, 0)
    days = max(days_late, 0) if since == "due_date" and after else after
    return simple_interest(overdue, annual_rate, days, days_in_year, rounding), days


def flat(principal: int, factors: Sequence[Fraction], dues: Sequence[date | None], rounding: str = "half_even") -> Plan:
    """
    Interest on the first principal for the whole term, principal in equal parts; the last one takes what rounding
    left of both.
    """
    count = len(factors)
    whole_interest = ROUNDINGS[rounding](principal * sum(factors, Fraction(0)))
    part = ROUNDINGS[rounding](Fraction(principal, count))
    rows: list[Row] = []
    balance, interest_left = principal, whole_interest
    for place, (factor, due_on) in enumerate(zip(factors, dues, strict=True), start=1):
        is_last = place == count
        interest = interest_left if is_last else ROUNDINGS[rounding](principal * factor)
        paid = balance if is_last else min(part, balance)
        balance -= paid
        interest_left -= interest
        rows.append(Row(due_on, paid, interest, balance))
    return Plan(tuple(rows), rows[0].total)


def simple_interest(principal: int, annual_rate: Fraction, days: int, days_in_year: int, rounding: str) -> int:
    """Interest of so many days on an unchanged principal."""
    return ROUNDINGS[rounding](principal * annual_rate * Fraction(days, days_in_year))


def month_before(day: date) -> date:
    """The same day a month before; the last of it, where that month is too short."""
    year, month = _month_after(day, -1)
    return date(year, month, min(day.day, _length(year, month)))


def _month_after(day: date, months: int) -> tuple[int, int]:
    year, month = divmod(day.year * MONTHS_IN_A_YEAR + day.month - 1 + months, MONTHS_IN_A_YEAR)
    return year, month + 1


def _length(year: int, month: int) -> int:
    return ((date(year + month // 12, month % 12 + 1, 1)) - timedelta(days=1)).day

"""
Instalment plans: what is due when, how much of it is interest, and that the balance ends at nothing.

Amounts are whole minor units; rates and year fractions are exact fractions, rounded only where a plan says so
(the rate factor of a period, the interest of a period, the equal instalment). No binary floating point.

Sources: declining balance and flat plans as lenders' systems compute them (the schedule cases name theirs); the
day counts are the market's usual definitions (30/360 bond basis, actual/actual split at the turn of the year).
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor

MONTHS_IN_A_YEAR = 12


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

    @property
    def total_interest(self) -> int:
        return sum(row.interest for row in self.rows)


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

    `day_count` is days/year: days `30` (every month has thirty) or `actual`; year a number of days, or `actual`
    (each day over the length of its own year). ValueError where it is anything else, or dates don't rise.
    """
    days, _, year = day_count.partition("/")
    if days not in ("30", "actual") or not (year == "actual" or (year.isdigit() and int(year))):
        raise ValueError(f"{day_count!r} is no day count: 30/360, actual/365, actual/360 or actual/actual")
    if days == "30" and year == "actual":
        raise ValueError("30/actual is no day count: months of thirty days need a year of stated length")
    starts = [start, *dues[:-1]]
    if any(first >= last for first, last in zip(starts, dues, strict=True)):
        raise ValueError("due dates must rise, from after the day of disbursement")
    if days == "30":
        anchor = max(day.day for day in [start, *dues])
        return [Fraction(_days_of_30(*period, anchor), int(year)) for period in zip(starts, dues, strict=True)]
    return [_actual(first, last, year) for first, last in zip(starts, dues, strict=True)]


def _days_of_30(first: date, last: date, anchor: int) -> int:
    """Days between two dates with months of thirty. Both on the plan's day of the month are whole months apart."""
    months = (last.year - first.year) * MONTHS_IN_A_YEAR + last.month - first.month
    if all(day.day == min(anchor, _length(day.year, day.month)) for day in (first, last)):
        return 30 * months
    return 30 * months + min(last.day, 30) - min(first.day, 30)


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


def _month_after(day: date, months: int) -> tuple[int, int]:
    year, month = divmod(day.year * MONTHS_IN_A_YEAR + day.month - 1 + months, MONTHS_IN_A_YEAR)
    return year, month + 1


def _length(year: int, month: int) -> int:
    return ((date(year + month // 12, month % 12 + 1, 1)) - timedelta(days=1)).day

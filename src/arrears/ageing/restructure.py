"""
Re-ageing and re-amortisation of one loan: overdue principal moved to later instalments.

Only principal moves; interest, fees and penalties stay where they are due. Parts are equal, rounded half to even,
and the last takes the cents. The old age stays in reports: nothing here changes a day already counted.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from arrears.ageing.waterfall import Debt, equal_parts

Unit = Literal["days", "weeks", "months", "years"]


@dataclass(frozen=True, slots=True)
class Terms:
    """When the new instalments fall due."""

    first_due_on: date
    every: int
    unit: Unit
    installments: int

    def due_days(self) -> list[date]:
        return [later(self.first_due_on, self.every * step, self.unit) for step in range(self.installments)]


def later(day: date, count: int, unit: Unit) -> date:
    """`count` units after a day; a month that is too short ends on its last day."""
    if unit == "days":
        return day + timedelta(days=count)
    if unit == "weeks":
        return day + timedelta(weeks=count)
    months = day.year * 12 + day.month - 1 + count * (12 if unit == "years" else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def reage(debts: Sequence[Debt], terms: Terms) -> tuple[int, list[tuple[date, int]]]:
    """
    All unpaid principal taken off the debts (they are changed) and put on new instalments.
    Gives the amount moved and (due date, principal) of each new one.
    """
    moved = sum(debt.owing["principal"] for debt in debts)
    for debt in debts:
        debt.owing["principal"] = 0
    return moved, list(zip(terms.due_days(), equal_parts(moved, terms.installments), strict=True))


def reamortize(debts: Sequence[Debt], on: date) -> int | None:
    """
    Unpaid principal due by `on` put in equal parts on the later instalments that carry principal (the debts are
    changed). Gives the amount moved; None where no instalment is later, so that there is nowhere to put it.
    """
    past = [debt for debt in debts if debt.due_on <= on]
    ahead = [debt for debt in debts if debt.due_on > on and debt.owing["principal"]]
    if not ahead:
        return None
    moved = sum(debt.owing["principal"] for debt in past)
    for debt in past:
        debt.owing["principal"] = 0
    for debt, part in zip(ahead, equal_parts(moved, len(ahead)), strict=True):
        debt.owing["principal"] += part
    return moved

"""
What the kinds that are not about one act share: `answer(given)` for stated facts, and the lines they draw.

A line is (name, side). `lines` says where cases must stand, `stands_on` where one does. An unknown fact gives
"unknown", never a side.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol

Given = Mapping[str, Any]
Answer = str | int
Line = tuple[str, str]

UNKNOWN = "unknown"


class Answering(Protocol):
    """A kind whose question is asked of stated facts."""

    def answer(self, given: Given) -> Answer:
        """The provision's answer, or "unknown" where a fact it needs is not given."""

    def lines(self) -> tuple[Line, ...]:
        """Every (line, side) on which a case must stand."""

    def stands_on(self, given: Given) -> Iterable[Line]:
        """The (line, side)s a case with these facts stands on."""


def answered(answer: Answer) -> Line:
    """The plainest line: the answer itself."""
    return "answer", str(answer)


def months_on(day: date, months: int) -> date:
    """
    The corresponding day that many months later; where that month has no such day, its last (民法典 art. 202).
    """
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def years_on(day: date, years: int) -> date:
    """The corresponding day that many years later; 29 February falls back to the 28th."""
    return months_on(day, 12 * years)


def flags(given: Given, names: Iterable[str]) -> list[bool | None]:
    """Each named fact as true, false or not stated."""
    return [given[name] if isinstance(given.get(name), bool) else None for name in names]

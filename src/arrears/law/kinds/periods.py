"""Kinds about time that passes: how long to keep, when to delete, when a claim lapses and what restarts it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from arrears.law.kinds.answering import UNKNOWN, Answer, Given, Line, answered, months_on, years_on


@dataclass(frozen=True, slots=True)
class Keep:
    """
    How long `what` is kept: a period from a day, or until the debt is settled, or both.

    given: from_on (made, or closed, as `counted_from` says), asked_on, settled. answers: keep | may_go.
    """

    what: tuple[str, ...]
    counted_from: str
    at_least_months: int = 0
    until_settled: bool = False

    def __post_init__(self) -> None:
        if self.counted_from not in ("made", "closed"):
            raise ValueError("counted_from is made or closed")
        if not self.at_least_months and not self.until_settled:
            raise ValueError("neither at_least_months nor until_settled is stated")

    def answer(self, given: Given) -> Answer:
        if self.until_settled:
            if "settled" not in given:
                return UNKNOWN
            if not given["settled"]:
                return "keep"
        if not self.at_least_months:
            return "may_go"
        start, asked = given.get("from_on"), given.get("asked_on")
        if not isinstance(start, date) or not isinstance(asked, date):
            return UNKNOWN
        return "keep" if asked <= months_on(start, self.at_least_months) else "may_go"

    def lines(self) -> tuple[Line, ...]:
        lines: tuple[Line, ...] = ()
        if self.until_settled:
            lines += (("settled", "no"), ("settled", "yes"))
        if self.at_least_months:
            lines += (("period", "last day"), ("period", "day after"))
        return lines

    def stands_on(self, given: Given) -> Iterable[Line]:
        if "settled" in given:
            yield "settled", "yes" if given["settled"] else "no"
        start, asked = given.get("from_on"), given.get("asked_on")
        if self.at_least_months and isinstance(start, date) and isinstance(asked, date):
            yield from _last_days("period", asked, months_on(start, self.at_least_months))


def _last_days(name: str, asked: date, last: date) -> Iterable[Line]:
    if asked == last:
        yield name, "last day"
    if (asked - last).days == 1:
        yield name, "day after"


@dataclass(frozen=True, slots=True)
class Erase:
    """
    Data whose purpose is done is deleted; while a legal period still runs it is only stored.
    given: purpose_done, legal_period_runs. answers: delete | store_only | may_use.
    """

    when: tuple[str, ...]

    def answer(self, given: Given) -> Answer:
        done = [given.get(name) for name in self.when]
        if not any(value is True for value in done):
            return "may_use" if all(value is False for value in done) else UNKNOWN
        runs = given.get("legal_period_runs")
        return UNKNOWN if runs is None else "store_only" if runs else "delete"

    def lines(self) -> tuple[Line, ...]:
        return (answered("delete"), answered("store_only"), answered("may_use"))

    def stands_on(self, given: Given) -> Iterable[Line]:
        return [answered(self.answer(given))]


@dataclass(frozen=True, slots=True)
class Limitation:
    """
    A claim may be enforced for so long. given: from_on (knew or should have known, or last restarted), harmed_on
    (for the longest period), asked_on. answers: runs | lapsed.

    The first day is not counted and the corresponding day is the last (民法典 arts. 201, 202: recalled).
    """

    claim: str
    ordinary_years: int
    longest_years: int = 0

    def answer(self, given: Given) -> Answer:
        start, asked, harmed = given.get("from_on"), given.get("asked_on"), given.get("harmed_on")
        if not isinstance(start, date) or not isinstance(asked, date):
            return UNKNOWN
        if self.longest_years and isinstance(harmed, date) and asked > years_on(harmed, self.longest_years):
            return "lapsed"
        return "runs" if asked <= years_on(start, self.ordinary_years) else "lapsed"

    def lines(self) -> tuple[Line, ...]:
        lines: tuple[Line, ...] = (("ordinary", "last day"), ("ordinary", "day after"))
        if self.longest_years:
            lines += (("longest", "last day"), ("longest", "day after"))
        return lines

    def stands_on(self, given: Given) -> Iterable[Line]:
        start, asked, harmed = given.get("from_on"), given.get("asked_on"), given.get("harmed_on")
        if isinstance(start, date) and isinstance(asked, date):
            yield from _last_days("ordinary", asked, years_on(start, self.ordinary_years))
            if self.longest_years and isinstance(harmed, date):
                yield from _last_days("longest", asked, years_on(harmed, self.longest_years))

    def questions(self) -> tuple[str, ...]:
        return (f"limitation of {self.claim}",)


@dataclass(frozen=True, slots=True)
class LimitationStart:
    """
    The day a limitation period begins. `last_due` is the only rule written: for one debt in instalments, the
    last due date. given: due_on = [day, …], one_debt. Answers the day.
    """

    starts: str

    def __post_init__(self) -> None:
        if self.starts != "last_due":
            raise ValueError("starts is last_due")

    def answer(self, given: Given) -> Answer:
        days = given.get("due_on")
        if not days or "one_debt" not in given:
            return UNKNOWN
        return max(days).isoformat() if given["one_debt"] else "each_from_its_own"

    def lines(self) -> tuple[Line, ...]:
        return (("one debt", "yes"), ("one debt", "no"))

    def stands_on(self, given: Given) -> Iterable[Line]:
        if "one_debt" in given:
            yield "one debt", "yes" if given["one_debt"] else "no"

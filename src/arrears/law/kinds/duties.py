"""Kinds about duties, effects and tests: what must be done, what an event does, what shows that something is so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from arrears.law.kinds.answering import UNKNOWN, Answer, Given, Line, answered, flags


@dataclass(frozen=True, slots=True)
class Duty:
    """
    On an event (or all the time), everything in `do` is done, in time and often enough.

    given: event, done = [act, …], days (since the event), times_a_year. answers: met | unmet | not_asked.
    """

    on: str
    """The event that brings the duty; "always" needs none."""
    do: tuple[str, ...]
    within_days: int = 0
    each_year_at_least_times: int = 0

    def answer(self, given: Given) -> Answer:
        if self.on != "always":
            if "event" not in given:
                return UNKNOWN
            if given["event"] != self.on:
                return "not_asked"
        if "done" not in given or (self.within_days and "days" not in given):
            return UNKNOWN
        if self.each_year_at_least_times and "times_a_year" not in given:
            return UNKNOWN
        met = set(self.do) <= set(given["done"])
        if self.within_days:
            met = met and given["days"] <= self.within_days
        if self.each_year_at_least_times:
            met = met and given["times_a_year"] >= self.each_year_at_least_times
        return "met" if met else "unmet"

    def lines(self) -> tuple[Line, ...]:
        lines: tuple[Line, ...] = (("duty", "met"), *((act, "left out") for act in self.do))
        if self.on != "always":
            lines += (("event", "not_asked"),)
        if self.within_days:
            lines += (("days", "last day"), ("days", "day after"))
        if self.each_year_at_least_times:
            lines += (("times", "enough"), ("times", "one short"))
        return lines

    def stands_on(self, given: Given) -> Iterable[Line]:
        answer = self.answer(given)
        if answer == "not_asked":
            yield "event", "not_asked"
            return
        left = [act for act in self.do if act not in given.get("done", ())]
        if len(left) == 1 and answer == "unmet":
            yield left[0], "left out"
        if answer == "met":
            yield "duty", "met"
        if self.within_days and not left and "days" in given:
            if given["days"] == self.within_days:
                yield "days", "last day"
            if given["days"] == self.within_days + 1:
                yield "days", "day after"
        if self.each_year_at_least_times and not left and "times_a_year" in given:
            if given["times_a_year"] == self.each_year_at_least_times:
                yield "times", "enough"
            if given["times_a_year"] == self.each_year_at_least_times - 1:
                yield "times", "one short"


@dataclass(frozen=True, slots=True)
class Effects:
    """What an event does in law. given: event. Answers the effect, or "none" for an event not named here."""

    of: Mapping[str, str] = field(hash=False)

    def answer(self, given: Given) -> Answer:
        if "event" not in given:
            return UNKNOWN
        return self.of.get(given["event"], "none")

    def lines(self) -> tuple[Line, ...]:
        return (*((event, "effect") for event in self.of), answered("none"))

    def stands_on(self, given: Given) -> Iterable[Line]:
        event = given.get("event")
        return [(str(event), "effect")] if event in self.of else [answered(self.answer(given))]

    def questions(self) -> tuple[str, ...]:
        return tuple(f"effect of {event}" for event in self.of)


@dataclass(frozen=True, slots=True)
class LegalTest:
    """
    Whether something is so in law: any of these facts, all of those, none of the others, and numbers at least or
    more than a line. given: the facts by name. answers: yes | no | unknown (a fact that would decide is missing).
    """

    of: str
    any_of: tuple[str, ...] = ()
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    at_least: Mapping[str, int] = field(default_factory=dict, hash=False)
    more_than: Mapping[str, int] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not (self.any_of or self.all_of or self.none_of or self.at_least or self.more_than):
            raise ValueError("it states no condition")

    def answer(self, given: Given) -> Answer:
        parts = [*flags(given, self.all_of), *self._numbers(given)]
        parts += [None if value is None else not value for value in flags(given, self.none_of)]
        if self.any_of:
            shown = flags(given, self.any_of)
            parts.append(True if True in shown else None if None in shown else False)
        if False in parts:
            return "no"
        return UNKNOWN if None in parts else "yes"

    def _numbers(self, given: Given) -> Iterable[bool | None]:
        for name, line in self.at_least.items():
            value = given.get(name)
            yield value >= line if isinstance(value, int) else None
        for name, line in self.more_than.items():
            value = given.get(name)
            yield value > line if isinstance(value, int) else None

    def lines(self) -> tuple[Line, ...]:
        lines: list[Line] = [("answer", "yes")]
        lines += [(name, "enough alone") for name in self.any_of]
        lines += [("any_of", "none shown")] if self.any_of else []
        lines += [(name, "not so") for name in self.all_of]
        lines += [(name, "so") for name in self.none_of]
        lines += [(name, side) for name in (*self.at_least, *self.more_than) for side in ("just enough", "just short")]
        return tuple(lines)

    def stands_on(self, given: Given) -> Iterable[Line]:
        answer = self.answer(given)
        yield answered(answer)
        shown = [name for name in self.any_of if given.get(name) is True]
        if answer == "yes" and len(shown) == 1:
            yield shown[0], "enough alone"
        if answer == "no":
            if self.any_of and not shown:
                yield "any_of", "none shown"
            yield from ((name, "not so") for name in self.all_of if given.get(name) is False)
            yield from ((name, "so") for name in self.none_of if given.get(name) is True)
        for names, just_enough in ((self.at_least, 0), (self.more_than, 1)):
            for name, line in names.items():
                if given.get(name) == line + just_enough and answer == "yes":
                    yield name, "just enough"
                if given.get(name) == line + just_enough - 1 and answer == "no":
                    yield name, "just short"

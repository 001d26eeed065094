"""
The lines a provision draws, and on which side of each a case stands.

A line is a name; its sides are answers. Every provision needs a case on each side of each of its lines, and a
case stands on a side by what it expects: a refusal on one, lawful on the other. Clock times and counts are
lines of their own, so that the last minute inside and the first outside are both shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import time
from typing import Any

from arrears.law.cases import Case
from arrears.law.kinds.contact import ClosedHours, Counts, Hold, LawfulSources, ThirdParty, Unreachable
from arrears.law.local_time import plausible_zones, second_of_day, seconds_of
from arrears.law.provision import Provision

Line = tuple[str, str]


def missing_sides(provision: Provision, cases: Sequence[Case]) -> list[Line]:
    """(line, side) for each side nobody stands on, in the order the lines are named."""
    stood = {line for case in cases for line in _stands(provision.encoding, case)}
    return [line for line in _needed(provision.encoding) if line not in stood]


def _needed(encoding: Any) -> list[Line]:
    lines: list[Line]
    if isinstance(encoding, ClosedHours):
        return [
            ("closed_from", "last open second"),
            ("closed_from", "first closed second"),
            ("closed_to", "last closed second"),
            ("closed_to", "first open second"),
        ]
    if isinstance(encoding, Counts):
        return [("at_most", "allowed"), ("at_most", "refused")]
    if isinstance(encoding, Unreachable):
        return [("shown", "allowed"), ("shown", "refused")]
    if isinstance(encoding, ThirdParty):
        lines = [("contact", "allowed")]
        lines += [(name, "refused") for name in _conditions(encoding)]
        return lines
    if isinstance(encoding, Hold):
        named = [*encoding.holds, *encoding.flags]
        return [(name, "refused") for name in named] + [("hold", "allowed")]
    if isinstance(encoding, LawfulSources):
        return [(name, "allowed") for name in encoding.sources] + [("source", "refused")]
    if hasattr(encoding, "lines"):
        return list(encoding.lines())
    return [("act", "allowed"), ("act", "refused")]


def _conditions(encoding: ThirdParty) -> list[str]:
    named = {
        "declined": encoding.stops_when_declined,
        "only_roles": bool(encoding.only_roles),
        "only_if": bool(encoding.only_if),
        "purposes": bool(encoding.purposes),
        "disclosure": not encoding.may_disclose_debt,
    }
    return [name for name, stated in named.items() if stated]


_REASON_LINES = {
    "refused_third_party_declined": "declined",
    "refused_third_party": "only_roles",
    "refused_third_party_purpose": "purposes",
    "refused_third_party_disclosure": "disclosure",
    "refused_debtor_can_be_reached": "only_if",
}


def _stands(encoding: Any, case: Case) -> Iterator[Line]:
    if case.act is None or case.standing is None:
        if hasattr(encoding, "stands_on"):
            yield from encoding.stands_on(case.given)
        return
    side = "allowed" if case.expect == "allowed" else "refused"
    if isinstance(encoding, ClosedHours):
        yield from _on_the_clock(encoding, case)
    elif isinstance(encoding, Counts):
        counted = len(case.history)
        if side == "refused" and counted == encoding.at_most:
            yield "at_most", "refused"
        if side == "allowed" and counted == encoding.at_most - 1:
            yield "at_most", "allowed"
    elif isinstance(encoding, Unreachable):
        yield "shown", side
    elif isinstance(encoding, ThirdParty):
        yield ("contact", side) if side == "allowed" else (_REASON_LINES.get(str(case.expect), "contact"), side)
    elif isinstance(encoding, Hold):
        if side == "allowed":
            yield "hold", side
        for name in encoding.holds:
            if name in case.standing.holds or name == "*":
                yield name, side
        for flag in encoding.flags:
            if getattr(case.standing, flag):
                yield flag, side
    elif isinstance(encoding, LawfulSources):
        yield ("source", side) if side == "refused" else (str(case.act.lawful_source), side)
    else:
        yield "act", side


def _on_the_clock(encoding: ClosedHours, case: Case) -> Iterator[Line]:
    if case.act is None or case.standing is None:
        return
    for zone in plausible_zones(case.standing.time_zone):
        second = second_of_day(case.act.at, zone)
        side: Callable[[time], int] = seconds_of
        if case.expect == "allowed":
            if second == (side(encoding.closed_from) - 1) % 86_400:
                yield "closed_from", "last open second"
            if second == side(encoding.closed_to):
                yield "closed_to", "first open second"
        else:
            if second == side(encoding.closed_from):
                yield "closed_from", "first closed second"
            if second == (side(encoding.closed_to) - 1) % 86_400:
                yield "closed_to", "last closed second"

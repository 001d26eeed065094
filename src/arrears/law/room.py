"""
How much of each daily (or longer) count is used up before an act: why a contact is still allowed.

Reads:  what `judge` reads
Gives:  Room, one per counting provision that binds the act: used, and at most
Never:  decides. It counts with the judge's own hands, so the two can't tell different numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from arrears.law.act import Act, PastContact, Standing
from arrears.law.judge import _Case, _in_force, _same, _text
from arrears.law.kinds.contact import Counts
from arrears.law.load import Law
from arrears.law.local_time import day_starts_at, local_date, plausible_zones


@dataclass(frozen=True, slots=True)
class Room:
    """`used` contacts of the kind `what` (connected_call | dial | message) per `per` in `days`, of `at_most`."""

    provision_id: str
    citation: str
    confidence: str
    force: str
    what: str
    per: str
    days: int
    used: int
    at_most: int


def room_left(law: Law, act: Act, standing: Standing, history: Sequence[PastContact]) -> tuple[Room, ...]:
    """Every count that binds the act. Where the zone is unknown no day is, and nothing is counted."""
    zones = plausible_zones(standing.time_zone)
    provisions = _in_force(law, act.at)
    case = _Case(act, standing, history, zones, provisions)
    found = []
    for provision in provisions:
        rule = provision.encoding
        if not isinstance(rule, Counts) or not zones:
            continue
        if act.channel not in rule.channels or case.purpose not in rule.purposes or case.consents(rule.lifted_by):
            continue
        if not provision.binds(_text(standing, "product"), _text(standing, "lender_kind")):
            continue
        same = [past.at for past in _same(rule, case) if past.at <= act.at]
        firsts = [day_starts_at(local_date(act.at, zone) - timedelta(days=rule.days - 1), zone) for zone in zones]
        found.append(
            Room(
                provision_id=provision.id,
                citation=provision.citation,
                confidence=provision.confidence,
                force=provision.force,
                what=rule.what,
                per=rule.per[0],
                days=rule.days,
                used=max(sum(at >= first for at in same) for first in firsts),
                at_most=rule.at_most,
            )
        )
    return tuple(found)

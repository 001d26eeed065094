"""
When each treatment is planned where the borrower is, and between which minutes the law leaves the day open.

Comes in: the day, the zones in use, the policy's times, the law. Goes out: small tables to join on the zone.
Never: reads a clock; plans for a place nobody knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from arrears.kernel.days import zone_named
from arrears.law.kinds.contact import CONTACT_CHANNELS, ClosedHours
from arrears.law.load import Law, provisions_of
from arrears.law.local_time import at_wall_clock

UTC_TIME = pa.timestamp("us", tz="UTC")


def planned_slots(as_of: date, zones: Sequence[str], slots: Mapping[str, time]) -> ir.Table:
    """One row per zone: `of_zone`, `offset_seconds` at noon of the day, `<channel>_at` for every slot."""
    columns: dict[str, list[object]] = {"of_zone": [], "offset_seconds": [], **{f"{c}_at": [] for c in slots}}
    for name in zones:
        zone = zone_named(name)
        columns["of_zone"].append(name)
        offset = datetime.combine(as_of, time(12), zone).utcoffset() or timedelta(0)
        columns["offset_seconds"].append(int(offset.total_seconds()))
        for channel, clock in slots.items():
            columns[f"{channel}_at"].append(at_wall_clock(as_of, clock, zone).astimezone(UTC))
    types = {"of_zone": pa.string(), "offset_seconds": pa.int64(), **{f"{c}_at": UTC_TIME for c in slots}}
    return ibis.memtable(pa.table({name: pa.array(values, types[name]) for name, values in columns.items()}))


def open_hours(law: Law, as_of: date, channel: str, slot: time) -> tuple[time, time] | None:
    """
    The stretch of the day, as [first, after), that no closed hours in force cover and that holds `slot`, on the
    borrower's clock. None where the slot itself is closed. A day open to its end is open until 23:59.
    """
    closed: list[tuple[int, int]] = []
    asked = CONTACT_CHANNELS if channel == "none" else (channel,)
    for provision in provisions_of(law, [ClosedHours], as_of):
        rule = provision.encoding
        if isinstance(rule, ClosedHours) and any(one in rule.channels for one in asked):
            first, after = _minute(rule.closed_from), _minute(rule.closed_to)
            closed += [(first, after)] if first < after else [(first, 24 * 60), (0, after)]
    minute = _minute(slot)
    if any(first <= minute < after for first, after in closed):
        return None
    opens = max((after for first, after in closed if after <= minute), default=0)
    ends = min((first for first, after in closed if first > minute), default=24 * 60 - 1)
    return _clock(opens), _clock(ends)


def open_windows(law: Law, as_of: date, zones: Sequence[str], slots: Mapping[str, time]) -> ir.Table:
    """One row per zone and channel: `of_zone`, `of_channel`, `not_before_at`, `not_after_at` (UTC)."""
    rows = []
    for channel in (*slots, "none"):
        hours = open_hours(law, as_of, channel, slots.get(channel, time(10)))
        if hours is None:
            continue
        for name in zones:
            zone = zone_named(name)
            first, last = (at_wall_clock(as_of, clock, zone).astimezone(UTC) for clock in hours)
            rows.append((name, channel, first, last))
    names = ("of_zone", "of_channel", "not_before_at", "not_after_at")
    columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], [], []]
    kinds = (pa.string(), pa.string(), UTC_TIME, UTC_TIME)
    return ibis.memtable(
        pa.table([pa.array(values, kind) for values, kind in zip(columns, kinds, strict=True)], names=list(names))
    )


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)

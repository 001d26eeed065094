"""
The history side of `columns`: which local day an act is on, what was counted before it, whether the debtor is lost.

Every table that leaves here has one row per act at most. Never: reads history older than the rules look back,
except for lost contact, where only acts towards third parties are asked about.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, reduce
from operator import and_, or_
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from arrears.law.kinds.contact import CALLS, OBLIGORS, Counts, Unreachable
from arrears.law.local_time import SECONDS_A_DAY, pieces_between

DAYS_BEFORE, DAYS_AFTER = 2, 10
"""How far from the business day an act may lie."""


def whole_seconds(at: Any) -> ir.IntegerValue:
    """Whole seconds since the epoch, rounded down on every engine."""
    return at.epoch_seconds().cast("float64").floor().cast("int64")


def any_of(conditions: Iterable[ir.BooleanValue]) -> ir.BooleanValue:
    """True where one of them is."""
    return reduce(or_, conditions, ibis.literal(False))


@dataclass(frozen=True, slots=True)
class Places:
    """The clocks of the zones in use over the days in question."""

    as_of: date
    zones: tuple[str, ...]
    slots: int
    days_back: int

    def on(self, rows: ir.Table) -> ir.Table:
        """Rows (with time_zone, _second) with _offset_i and _start_i_k (when local day less k began) per slot."""
        timed = rows.mutate(_utc_day=rows._second // SECONDS_A_DAY)
        clocks = ibis.memtable(_clock_rows(self.zones, self.as_of, self.slots, self.days_back))
        joined = timed.left_join(
            clocks,
            [
                timed.time_zone == clocks._zone,
                timed._utc_day == clocks._day,
                timed._second >= clocks._from,
                timed._second < clocks._to,
            ],
        )
        return joined.drop("_zone", "_day", "_from", "_to", "_utc_day")


@lru_cache(maxsize=8)
def _clock_rows(zones: tuple[str, ...], as_of: date, slots: int, days_back: int) -> pa.Table:
    """One row per zone value and piece of the window; an act falls into exactly one of its zone's rows."""
    first, last = as_of - timedelta(days=DAYS_BEFORE), as_of + timedelta(days=DAYS_AFTER)
    names = ["_zone", "_day", "_from", "_to"]
    names += [f"_offset_{slot}" for slot in range(slots)]
    names += [f"_start_{slot}_{back}" for slot in range(slots) for back in range(days_back + 1)]
    rows: list[tuple[Any, ...]] = []
    for zone in zones:
        for piece in pieces_between(zone, first, last, days_back):
            spare = slots - len(piece.offsets)
            offsets = piece.offsets + piece.offsets[:1] * spare
            starts = piece.starts + piece.starts[:1] * spare
            flat = tuple(start for of_slot in starts for start in of_slot)
            rows.append((zone, piece.from_s // SECONDS_A_DAY, piece.from_s, piece.to_s, *offsets, *flat))
    kinds = [pa.string()] + [pa.int64()] * (len(names) - 1)
    columns = [pa.array([row[place] for row in rows], kind) for place, kind in enumerate(kinds)]
    return pa.table(columns, names=names)


_KEYS = {"debtor": ("debtor_id", "debtor_id"), "number": ("number", "number"), "person": ("recipient_id", "person_id")}
"""What a count is per: the act's column and the history's."""


def counted(acts: ir.Table, history: ir.Table, counters: dict[Counts, str], place: Places) -> ir.Table:
    """
    One row per act that has anything to count, with a count per rule and zone slot. Only the days the rules look
    back on are read, and only pairs of an act and a contact get a clock, so the cost is that of the recent history.
    """
    act_key, past_key = _KEYS[next(iter(counters)).per[0]]
    oldest = place.as_of - timedelta(days=DAYS_BEFORE + 1 + max(rule.days for rule in counters))
    since = ibis.literal(datetime.combine(oldest, time(0), UTC))
    channels = sorted({channel for rule in counters for channel in rule.channels})
    recent = history.filter(history.at >= since, history.direction == "outbound", history.channel.isin(channels))
    recent = recent.select(
        _past_key=recent[past_key], _past_at=recent.at, _past_channel=recent.channel, _connected=recent.connected
    )
    asked = acts.select("act_id", "time_zone", _key=acts[act_key], _act_at=acts.at)
    pairs = asked.inner_join(recent, [asked._key == recent._past_key, recent._past_at <= asked._act_at])
    pairs = place.on(pairs.mutate(_second=whole_seconds(pairs._act_at), _past_second=whole_seconds(pairs._past_at)))
    counts = {
        f"{name}_{slot}": (_counts_for(rule, pairs) & (pairs._past_second >= pairs[f"_start_{slot}_{rule.days - 1}"]))
        .cast("int64")
        .sum()
        for rule, name in counters.items()
        for slot in range(place.slots)
    }
    return pairs.group_by("act_id").aggregate(**counts).rename(_of_act="act_id")


def _counts_for(rule: Counts, pairs: ir.Table) -> ir.BooleanValue:
    counted = pairs._past_channel.isin(rule.channels)
    if rule.what == "connected_call":
        counted = counted & pairs._connected.fill_null(True)
    return counted


def lost_contact(acts: ir.Table, history: ir.Table, tests: list[Unreachable], place: Places) -> ir.Table:
    """
    One row per act towards a third party whose debtor has a history, with _lost_i: whether it shows by test i that
    the debtor can't be reached.
    """
    slots = place.slots
    others = acts.filter(~acts.recipient_role.fill_null("").isin(OBLIGORS))
    asked = others.select("act_id", "time_zone", _debtor=others.debtor_id, _act_at=others.at)
    own = history.filter(history.person_id == history.debtor_id)
    own = own.select(
        _past_debtor=own.debtor_id,
        _past_at=own.at,
        _past_channel=own.channel,
        _outbound=own.direction == "outbound",
        _connected=own.connected,
    )
    pairs = asked.inner_join(own, [asked._debtor == own._past_debtor, own._past_at <= asked._act_at])
    spoken = pairs._connected.fill_null(False) & pairs._past_channel.isin((*CALLS, "visit"))
    at_type = pairs._past_at.type()
    reached = pairs.mutate(_reached_at=ibis.ifelse(~pairs._outbound | spoken, pairs._past_at, ibis.null(at_type)))
    last = reached._reached_at.max().over(ibis.window(group_by=reached.act_id))
    reached = reached.mutate(_last=last)
    failed = reached.filter(
        reached._outbound,
        reached._past_channel.isin(CALLS),
        (reached._connected == False).fill_null(False),  # noqa: E712 - a column
        reached._last.isnull() | (reached._past_at > reached._last),
    )
    failed = place.on(failed.mutate(_second=whole_seconds(failed._act_at), _past_second=whole_seconds(failed._past_at)))
    sums: dict[str, Any] = {}
    for slot in range(slots):
        sums[f"_earlier_{slot}"] = (failed._past_second < failed[f"_start_{slot}_0"]).cast("int64").sum()
        for back in range(max(rule.failed_days for rule in tests)):
            on_day = failed._past_second >= failed[f"_start_{slot}_{back}"]
            if back:
                on_day = on_day & (failed._past_second < failed[f"_start_{slot}_{back - 1}"])
            sums[f"_day_{slot}_{back}"] = on_day.cast("int64").max()
    shown = failed.group_by("act_id").aggregate(**sums)
    lost = {f"_lost_{place}": _shown_by(rule, shown, slots) for place, rule in enumerate(tests)}
    return shown.select(_of_act=shown.act_id, **lost)


def _shown_by(rule: Unreachable, shown: ir.Table, slots: int) -> ir.BooleanValue:
    """In every plausible zone: enough failed calls on earlier days, or a failed call on each of the last days."""
    in_zone = []
    for slot in range(slots):
        calls = shown[f"_earlier_{slot}"] >= rule.failed_calls
        days = reduce(and_, (shown[f"_day_{slot}_{back}"] == 1 for back in range(rule.failed_days)))
        in_zone.append((calls | days).fill_null(False))
    return reduce(and_, in_zone)

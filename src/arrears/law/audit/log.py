"""
A whole contact log against the law: every violation and presumption, with its clause and the contacts behind it.

Reads:  rows that were read (log_rows), a Law, the span of days the log covers
Gives:  FINDINGS, one row per contact and provision; and which contacts count toward each (`counted_with`)
Never:  reads a file or a clock; counts a held row

Days and hours are those at the person's place. Where several places are plausible, an hour must be open in each of
them, and days are counted in the first. Hours and counts come from the provisions in force on the day of the
contact; for Regulation F calls are counted per person and debt with the exclusions of 12 CFR 1006.14(b)(3).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from itertools import pairwise

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from arrears.kernel.problem import Problem, Unusable
from arrears.law.audit.figures import number
from arrears.law.audit.log_rows import CALLS
from arrears.law.kinds.contact import ClosedHours, Counts
from arrears.law.load import Law
from arrears.law.local_time import SECONDS_A_DAY, plausible_zones, seconds_of
from arrears.law.provision import Provision

FINDINGS = {
    "row": "!int64",
    "contact_id": "!string",
    "person": "!string",
    "debt": "!string",
    "number": "string",
    "at": "!string",
    "provision": "!string",
    "counted": "int64",  # how many counted up to this contact, itself included; null for hours
    "since_row": "int64",  # for a call after a conversation: the row of that conversation
}

FREQUENCY = "us.reg_f.call_frequency"
AFTER_TALK = "us.reg_f.call_after_conversation"
_PARTITIONS = {"debtor": "debtor", "number": "number_key", "person": "person"}


@dataclass(frozen=True, slots=True)
class Counting:
    """What is counted, for whom, over how many days: one rule of one provision."""

    provision: str
    keys: tuple[str, ...]
    days: int
    at_most: int
    channels: tuple[str, ...]
    which: str
    """dial | connected_call | message | connected_line (Regulation F's 'connected to the dialed number')"""
    first_day: int
    last_day: int


def offsets(zones: Iterable[str], first: date, last: date) -> pa.Table:
    """One row per zone text, plausible zone and stretch with one offset: what turns an instant into a local time."""
    rows: list[tuple[str, int, int, int, int]] = []
    for text in sorted(set(zones)):
        for slot, zone in enumerate(plausible_zones(text)):
            start = int(datetime.combine(first - timedelta(days=2), time(0), UTC).timestamp())
            end = int(datetime.combine(last + timedelta(days=3), time(0), UTC).timestamp())
            cuts = [start]
            for at in range(start, end, 3600):
                before = datetime.fromtimestamp(at, zone).utcoffset()
                if before != datetime.fromtimestamp(min(at + 3600, end), zone).utcoffset():
                    cuts.append(at + 3600)
            for from_s, to_s in pairwise([*cuts, end]):
                shift = datetime.fromtimestamp(from_s, zone).utcoffset() or timedelta()
                rows.append((text, slot, from_s, to_s, int(shift.total_seconds())))
    names = ("zone_text", "slot", "from_s", "to_s", "offset_s")
    kinds = (pa.string(), pa.int64(), pa.int64(), pa.int64(), pa.int64())
    return pa.table(
        {
            name: pa.array([row[place] for row in rows], kind)
            for place, (name, kind) in enumerate(zip(names, kinds, strict=True))
        }
    )


def epoch_day(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def placed(rows: ir.Table, shifts: ir.Table) -> ir.Table:
    """The rows that can be audited, once per plausible zone, with `day` and `second` there."""
    good = rows.filter(rows.held.isnull())
    joined = good.join(
        shifts,
        [good.time_zone == shifts.zone_text, good.at_s >= shifts.from_s, good.at_s < shifts.to_s],
        how="inner",
    )
    local = joined.at_s + joined.offset_s
    return joined.mutate(day=(local / SECONDS_A_DAY).floor().cast("int64"), second=local % SECONDS_A_DAY)


def findings(rows: ir.Table, shifts: ir.Table, law: Law, pack: str) -> ir.Table:
    """FINDINGS over all provisions of the pack that a plain log can answer."""
    there = placed(rows, shifts)
    first = there.filter(there.slot == 0)
    found = [*_hours(there, law, pack)]
    found += [_over(first, counting) for counting in countings(law, pack)]
    if pack == "us":
        found.append(_after_talk(first))
    if not found:
        raise Unusable(
            Problem(
                code="no_rule_for_a_log",
                where=f"--pack {pack}",
                what="It has no rule that a plain log can show to be broken.",
                why="Nothing found would look like nothing wrong.",
                fix="Audit the log by the pack of the country, us or cn.",
            )
        )
    return reduce(lambda one, other: one.union(other), found)


# ── hours ────────────────────────────────────────────────────────────────


def _provisions(law: Law, pack: str, kind: type) -> Iterator[Provision]:
    return (item for item in law.provisions if item.pack == pack and isinstance(item.encoding, kind))


def _span(provision: Provision) -> tuple[int, int]:
    last = provision.in_force_until or date.max
    return epoch_day(provision.in_force_from), epoch_day(last) - 1


def _hours(there: ir.Table, law: Law, pack: str) -> Iterator[ir.Table]:
    for provision in _provisions(law, pack, ClosedHours):
        rule = provision.encoding
        if not isinstance(rule, ClosedHours):
            continue
        start, end = seconds_of(rule.closed_from), seconds_of(rule.closed_to)
        late, early = there.second >= start, there.second < end
        closed = (late | early) if start > end else (late & early)
        from_day, to_day = _span(provision)
        touched = there.filter(
            closed,
            there.direction == "outbound",
            there.channel.isin(rule.channels),
            there.day.between(from_day, to_day),
        )
        yield _shaped(touched.distinct(on="row"), provision.id)


# ── counts ───────────────────────────────────────────────────────────────


def countings(law: Law, pack: str) -> list[Counting]:
    """Every cap of the pack that a plain log can answer."""
    found: list[Counting] = []
    for provision in _provisions(law, pack, Counts):
        rule = provision.encoding
        if not isinstance(rule, Counts):
            continue
        keys = tuple(_PARTITIONS[key] for key in rule.per)
        which = rule.what
        if provision.id == FREQUENCY:
            keys, which = ("person", "debt"), "connected_line"
        found.append(Counting(provision.id, keys, rule.days, rule.at_most, rule.channels, which, *_span(provision)))
    return found


def counts_toward(rows: ir.Table, counting: Counting) -> ir.BooleanValue:
    """Whether a contact is one of those counted."""
    outbound = (rows.direction == "outbound") & rows.channel.isin(counting.channels)
    if counting.which == "connected_line":
        return outbound & rows.connected.fill_null(True)
    if counting.which == "connected_call":
        return outbound & rows.answered.fill_null(True)
    return outbound


def _over(first: ir.Table, counting: Counting) -> ir.Table:
    counted = first.filter(counts_toward(first, counting))
    keys = [counted[key] for key in counting.keys]
    window = ibis.range_window(group_by=keys, order_by=counted.day, preceding=counting.days - 1, following=0)
    same_day = ibis.window(group_by=[*keys, counted.day], order_by=counted.place)
    whole_day = ibis.window(group_by=[*keys, counted.day])
    counted = counted.mutate(
        up_to_day=counted.count().over(window),
        earlier=ibis.row_number().over(same_day),
        on_day=counted.count().over(whole_day),
    )
    counted = counted.mutate(counted=counted.up_to_day - counted.on_day + counted.earlier + 1)
    over = counted.filter(
        counted.counted > counting.at_most, counted.day.between(counting.first_day, counting.last_day)
    )
    return _shaped(over, counting.provision, counted=over.counted)


def _after_talk(first: ir.Table) -> ir.Table:
    """12 CFR 1006.14(b)(2)(i)(B): a call within seven days after a conversation, its day the first of them."""
    calls = first.filter(first.channel.isin(CALLS))
    earlier = ibis.window(group_by=[calls.person, calls.debt], order_by=calls.place, preceding=(None, 1))
    spoke = ibis.ifelse(calls.talked.fill_null(False), calls.place, ibis.null("int64"))
    spoke_on = ibis.ifelse(calls.talked.fill_null(False), calls.day, ibis.null("int64"))
    calls = calls.mutate(since_place=spoke.max().over(earlier), since_day=spoke_on.max().over(earlier))
    talks = first.select(talk_place=first.place, since_row=first.row)
    soon = calls.filter(
        calls.direction == "outbound",
        calls.connected.fill_null(True),
        calls.day < calls.since_day + number(AFTER_TALK, "days"),
    )
    soon = soon.join(talks, soon.since_place == talks.talk_place, how="inner")
    return _shaped(soon, AFTER_TALK, since=soon.since_row)


def _shaped(
    rows: ir.Table, provision: str, counted: ir.IntegerValue | None = None, since: ir.IntegerValue | None = None
) -> ir.Table:
    return rows.select(
        row=rows.row,
        contact_id=rows.contact_id,
        person=rows.person,
        debt=rows.debt,
        number=rows.number,
        at=rows.at,
        provision=ibis.literal(provision),
        counted=counted if counted is not None else ibis.null("int64"),
        since_row=since if since is not None else ibis.null("int64"),
    )


def counted_with(rows: ir.Table, shifts: ir.Table, over: ir.Table, counting: Counting) -> ir.Table:
    """For each finding of a cap (`over`): the rows counted up to it, in order. Columns `row` and `events`."""
    there = placed(rows, shifts)
    first = there.filter(there.slot == 0)
    counted = first.filter(counts_toward(first, counting))
    excess = counted.semi_join(over.filter(over.provision == counting.provision), "row")
    names = ("row", "day", "place", *counting.keys)
    late = excess.select(**{f"x_{name}": excess[name] for name in names})
    held = counted.select(*dict.fromkeys((*names, "contact_id")))
    same = [held[key] == late[f"x_{key}"] for key in counting.keys]
    joined = held.join(late, [*same, held.day <= late.x_day, held.day > late.x_day - counting.days], how="inner")
    inside = joined.filter((joined.day < joined.x_day) | (joined.place <= joined.x_place))
    return inside.group_by(row=inside.x_row).agg(events=inside.contact_id.collect(order_by=(inside.day, inside.place)))


def known_zones(texts: Sequence[str | None]) -> list[str]:
    """The values of time_zone whose every part is a zone."""
    return sorted({text for text in texts if text and plausible_zones(text)})

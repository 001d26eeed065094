"""
The same law for a whole column of proposed acts: one pass, engine-free, no function called per row.

Reads:  acts (ACTS), history (HISTORY), a Law, the business day
Gives:  one row per act (VERDICTS): allowed, or the first reason against it in the order of `Law.on`
Never:  reads a clock, assumes a zone, asks the engine for a time zone

Every act lies between `as_of` less 3 days and `as_of` plus 10; one that does not is refused as unknown.
Lists of words (holds, consents, channels_stopped) are text, "dispute,plan", or an array of text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, reduce
from operator import and_, or_
from typing import Any
from zoneinfo import available_timezones

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from arrears.kernel.days import zone_named
from arrears.kernel.reasons import Reason
from arrears.law.judge import COUNT_REASONS, HOLD_REASONS
from arrears.law.kinds.contact import (
    CALLS,
    OBLIGORS,
    ROLES,
    ClosedHours,
    CollectOnlyFrom,
    Counts,
    Hold,
    LawfulSources,
    StoppedChannel,
    Switch,
    ThirdParty,
    Unreachable,
    VisitNeeds,
)
from arrears.law.load import Law
from arrears.law.local_time import SECONDS_A_DAY, day_starts_at, pieces_between, seconds_of
from arrears.law.provision import Provision

ACTS = {
    "act_id": "!string",  # one row each
    "at": "!timestamp('UTC')",
    "channel": "!string",
    "debtor_id": "!string",
    "recipient_id": "string",
    "recipient_role": "string",
    "number": "string",
    "purpose": "string",  # null is collect
    "lawful_source": "string",
    "time_zone": "string",  # IANA; several plausible ones joined by "|"; null is unknown
    "holds": "string",  # or array<string>
    "consents": "string",  # or array<string>
    "channels_stopped": "string",  # or array<string>
    "declined_on": "date",
    "debtor_dead": "boolean",
    "debtor_incapable": "boolean",
    "visits_enabled": "boolean",
}
"""Columns of a proposed act. Also read where they are there: OPTIONAL_ACTS."""

OPTIONAL_ACTS = {
    "discloses_debt": "boolean",
    "debtor_number_invalid": "boolean",
    "product": "string",
    "lender_kind": "string",
    "visitors": "int64",
    "visit_ids_carried": "boolean",
    "visit_recorded": "boolean",
    "visit_entry_agreed": "boolean",
}

HISTORY = {
    "contact_id": "!string",
    "at": "!timestamp('UTC')",
    "channel": "!string",
    "person_id": "!string",
    "debtor_id": "!string",
    "direction": "!string",
    "number": "string",
    "connected": "boolean",
}

VERDICTS = {
    "act_id": "!string",
    "allowed": "!boolean",
    "reason": "string",  # kernel.reasons.Reason
    "provision_id": "string",
}

DAYS_BEFORE, DAYS_AFTER = 3, 10

Test = tuple[str | None, Reason, ir.BooleanValue]


@dataclass(frozen=True, slots=True)
class _Column:
    """The acts with everything the tests read, and what all of them share."""

    acts: ir.Table
    slots: int
    """Plausible zones per act, at most."""
    hold_names: frozenset[str]
    counters: dict[Counts, str]
    """A counting rule to the prefix of its columns, one per zone slot."""
    lost: ir.BooleanValue
    """Whether the debtor is shown not to be reachable, by a test in force at the act."""

    def either(self, one: Callable[[int], ir.BooleanValue]) -> ir.BooleanValue:
        return _any(one(slot) for slot in range(self.slots))

    def lists(self, column: str, word: str) -> ir.BooleanValue:
        """Whether a list of words holds one; null holds none."""
        value = self.acts[column]
        if value.type().is_array():
            return value.contains(word).fill_null(False)
        return (ibis.literal(",") + value + ",").contains(f",{word},").fill_null(False)

    def length(self, column: str) -> ir.IntegerValue:
        value = self.acts[column]
        if value.type().is_array():
            return value.length().fill_null(0)
        commas = value.length() - value.replace(",", "").length()
        return ibis.ifelse(value.length().fill_null(0) == 0, 0, commas + 1)

    def fact(self, name: str) -> Any:
        """An optional column, or null of its type."""
        if name in self.acts.columns:
            return self.acts[name]
        return ibis.null(OPTIONAL_ACTS[name])

    @property
    def purpose(self) -> Any:
        return self.acts.purpose.fill_null("collect")

    @property
    def role(self) -> Any:
        return self.acts.recipient_role.fill_null("")

    @property
    def obligor(self) -> ir.BooleanValue:
        return self.role.isin(OBLIGORS)

    @property
    def placed(self) -> ir.BooleanValue:
        return self.acts._offset_0.notnull()

    def consents(self, consent: str | None) -> ir.BooleanValue:
        return ibis.literal(False) if consent is None else self.lists("consents", consent) & self.obligor


def judge_columns(
    law: Law, acts: ir.Table, history: ir.Table, *, as_of: date, zones: Sequence[str] | None = None
) -> ir.Table:
    """
    VERDICTS for every row of `acts`, equal to `judge` act by act.

    `zones` are the values `time_zone` may take (every IANA name where it is not given); naming the few in use is
    quicker, and a value that is not among them is held as unknown. Values that join several zones must be named.
    """
    law.on(as_of)
    held = [item for item in law.provisions if _boundaries(law, item, as_of) is not None]
    held.sort(key=law.order)
    named = tuple(zones) if zones is not None else tuple(sorted(available_timezones()))
    column = _prepared(law, acts, history, held, as_of, named)
    tests = [(None, Reason.REFUSED_UNKNOWN_FACT, ~_within(column.acts, as_of))]
    for provision in held:
        look = _LOOKS.get(type(provision.encoding))
        if look is None:
            continue
        applies = _applies(law, provision, column.acts, as_of)
        for reason, against in look(provision.encoding, column):
            tests.append((provision.id, reason, against if applies is None else applies & against))
    return _first(column.acts, tests)


def _first(acts: ir.Table, tests: list[Test]) -> ir.Table:
    """The number of the first test that holds, then its reason and provision by that number."""
    number = ibis.cases(*((against, place) for place, (_, _, against) in enumerate(tests)), else_=-1)
    judged = acts.select("act_id", _test=number)
    reason = judged._test.cases(
        *((place, reason.value) for place, (_, reason, _) in enumerate(tests)), else_=ibis.null("string")
    )
    spoken = [(place, provision) for place, (provision, _, _) in enumerate(tests) if provision is not None]
    provision = judged._test.cases(*spoken, else_=ibis.null("string")) if spoken else ibis.null("string")
    return judged.select("act_id", allowed=judged._test == -1, reason=reason, provision_id=provision)


# --- which provisions, when -------------------------------------------------------------------------------


def _boundaries(law: Law, provision: Provision, as_of: date) -> tuple[datetime | None, datetime | None] | None:
    """
    (from, until) as instants where they fall among the acts, None for a side that does not, and None for a
    provision that holds at no time among them.
    """
    if law.pinned_on is not None:
        return (None, None) if provision.in_force_on(law.pinned_on) else None
    zone = zone_named(law.clocks[provision.pack])
    first, last = as_of - timedelta(days=DAYS_BEFORE + 1), as_of + timedelta(days=DAYS_AFTER + 2)
    if provision.in_force_from > last or (provision.in_force_until is not None and provision.in_force_until <= first):
        return None
    starts = day_starts_at(provision.in_force_from, zone) if provision.in_force_from > first else None
    until = provision.in_force_until
    ends = day_starts_at(until, zone) if until is not None and until <= last else None
    return starts, ends


def _applies(law: Law, provision: Provision, acts: ir.Table, as_of: date) -> ir.BooleanValue | None:
    """When and to which products a provision speaks, or None where it always does."""
    starts, ends = _boundaries(law, provision, as_of) or (None, None)
    conditions: list[ir.BooleanValue] = []
    if starts is not None:
        conditions.append(acts._second >= int(starts.timestamp()))
    if ends is not None:
        conditions.append(acts._second < int(ends.timestamp()))
    for limit, name in ((provision.products, "product"), (provision.lenders, "lender_kind")):
        if limit and name in acts.columns:
            conditions.append(acts[name].isnull() | acts[name].isin(limit))
    return reduce(and_, conditions) if conditions else None


def _any(conditions: Iterator[ir.BooleanValue]) -> ir.BooleanValue:
    return reduce(or_, conditions, ibis.literal(False))


# --- preparing the acts -----------------------------------------------------------------------------------


def _prepared(
    law: Law, acts: ir.Table, history: ir.Table, held: list[Provision], as_of: date, zones: tuple[str, ...]
) -> _Column:
    encodings = [item.encoding for item in held]
    counters = {rule: f"_count{place}" for place, rule in enumerate(_distinct(encodings, Counts))}
    tests = [item for item in held if isinstance(item.encoding, Unreachable)]
    rules = [item.encoding for item in tests if isinstance(item.encoding, Unreachable)]
    days_back = max([rule.days - 1 for rule in counters] + [rule.failed_days - 1 for rule in rules], default=0)
    slots = max((zone.count("|") + 1 for zone in zones), default=1)
    placed = _placed(acts, as_of, zones, slots, days_back)
    past = _timed(history)
    for per in sorted({rule.per for rule in counters}):
        of_per = {rule: name for rule, name in counters.items() if rule.per == per}
        placed = _counted(placed, past, of_per, slots, as_of)
    if rules:
        placed = _reachable(placed, past, rules, slots)
    names = frozenset(hold for rule in _distinct(encodings, Hold) for hold in rule.holds)
    invalid = placed.debtor_number_invalid.fill_null(False) if "debtor_number_invalid" in placed.columns else None
    lost = ibis.literal(False)
    for place, (provision, rule) in enumerate(zip(tests, rules, strict=True)):
        shown = placed[f"_lost_{place}"].fill_null(False)
        if rule.number_invalid and invalid is not None:
            shown = shown | invalid
        applies = _applies(law, provision, placed, as_of)
        lost = lost | (shown if applies is None else applies & shown)
    return _Column(placed, slots, names, counters, lost)


def _distinct(encodings: list[Any], kind: type[Any]) -> list[Any]:
    return list(dict.fromkeys(item for item in encodings if isinstance(item, kind)))


def _seconds(at: Any) -> ir.IntegerValue:
    """Whole seconds since the epoch, rounded down on every engine."""
    return at.epoch_seconds().cast("float64").floor().cast("int64")


def _placed(acts: ir.Table, as_of: date, zones: tuple[str, ...], slots: int, days_back: int) -> ir.Table:
    """Acts with _offset_i (seconds) and _start_i_k (when local day less k began) for each zone slot."""
    timed = acts.mutate(_second=_seconds(acts.at))
    timed = timed.mutate(_utc_day=timed._second // SECONDS_A_DAY)
    clocks = ibis.memtable(_clock_rows(zones, as_of, slots, days_back))
    joined = timed.left_join(
        clocks,
        [
            timed.time_zone == clocks._zone,
            timed._utc_day == clocks._day,
            timed._second >= clocks._from,
            timed._second < clocks._to,
        ],
    )
    return joined.drop("_zone", "_day", "_from", "_to")


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
    columns = list(zip(*rows, strict=True)) if rows else [[] for _ in names]
    types = [pa.string()] + [pa.int64()] * (len(names) - 1)
    return pa.table([pa.array(list(values), kind) for values, kind in zip(columns, types, strict=True)], names=names)


def _within(acts: ir.Table, as_of: date) -> ir.BooleanValue:
    first = datetime.combine(as_of - timedelta(days=DAYS_BEFORE), time(0), UTC)
    after = datetime.combine(as_of + timedelta(days=DAYS_AFTER + 1), time(0), UTC)
    inside = (acts._second >= int(first.timestamp())) & (acts._second < int(after.timestamp()))
    return (inside & acts.channel.notnull()).fill_null(False)


# --- history ----------------------------------------------------------------------------------------------


def _timed(history: ir.Table) -> ir.Table:
    return history.select(
        _past=history.contact_id,
        _past_at=history.at,
        _past_second=_seconds(history.at),
        _past_channel=history.channel,
        _past_person=history.person_id,
        _past_debtor=history.debtor_id,
        _past_number=history.number,
        _outbound=history.direction == "outbound",
        _connected=history.connected,
    )


_ACT_KEY = {("debtor",): "debtor_id", ("number",): "number", ("person",): "recipient_id"}
_PAST_KEY = {("debtor",): "_past_debtor", ("number",): "_past_number", ("person",): "_past_person"}


def _counted(acts: ir.Table, past: ir.Table, counters: dict[Counts, str], slots: int, as_of: date) -> ir.Table:
    """Acts with one count per rule and zone slot. Only the days the rules look back on are read at all."""
    per = next(iter(counters)).per
    oldest = as_of - timedelta(days=DAYS_BEFORE + 1 + max(rule.days for rule in counters))
    since = int(datetime.combine(oldest, time(0), UTC).timestamp())
    channels = sorted({channel for rule in counters for channel in rule.channels})
    recent = past.filter(past._past_second >= since, past._outbound, past._past_channel.isin(channels))
    recent = recent.select(*([_PAST_KEY[per]]), "_past_at", "_past_second", "_past_channel", "_connected")
    starts = [f"_start_{slot}_{back}" for slot in range(slots) for back in sorted({rule.days - 1 for rule in counters})]
    asked = acts.select("act_id", _ACT_KEY[per], _act_at=acts.at, **{name: acts[name] for name in starts})
    asked = asked.filter(asked._start_0_0.notnull() if "_start_0_0" in starts else asked[starts[0]].notnull())
    pairs = asked.inner_join(recent, [asked[_ACT_KEY[per]] == recent[_PAST_KEY[per]], recent._past_at <= asked._act_at])
    counts = {
        f"{name}_{slot}": (_counts_for(rule, pairs) & (pairs._past_second >= pairs[f"_start_{slot}_{rule.days - 1}"]))
        .cast("int64")
        .sum()
        for rule, name in counters.items()
        for slot in range(slots)
    }
    pairs = pairs.filter(_any(pairs._past_second >= pairs[name] for name in starts))
    totals = pairs.group_by("act_id").aggregate(**counts).rename(_of_act="act_id")
    return acts.left_join(totals, acts.act_id == totals._of_act).drop("_of_act")


def _counts_for(rule: Counts, pairs: ir.Table) -> ir.BooleanValue:
    counted = pairs._past_channel.isin(rule.channels)
    if rule.what == "connected_call":
        counted = counted & pairs._connected.fill_null(True)
    return counted


def _reachable(acts: ir.Table, past: ir.Table, tests: list[Unreachable], slots: int) -> ir.Table:
    """Acts with _lost_i: whether history shows by test i that the debtor can't be reached; of third parties only."""
    starts = [name for name in acts.columns if name.startswith("_start_")]
    others = acts.filter(~acts.recipient_role.fill_null("").isin(OBLIGORS))
    asked = others.select("act_id", "debtor_id", _act_at=others.at, **{name: others[name] for name in starts})
    own = past.filter(past._past_person == past._past_debtor)
    pairs = asked.inner_join(own, [asked.debtor_id == own._past_person, own._past_at <= asked._act_at])
    spoken = pairs._connected.fill_null(False) & pairs._past_channel.isin((*CALLS, "visit"))
    reached = pairs.mutate(
        _reached_at=ibis.ifelse(~pairs._outbound | spoken, pairs._past_at, ibis.null(pairs._past_at.type()))
    )
    last = reached._reached_at.max().over(ibis.window(group_by=reached.act_id))
    reached = reached.mutate(_last=last)
    failed = reached.filter(
        reached._outbound,
        reached._past_channel.isin(CALLS),
        (reached._connected == False).fill_null(False),  # noqa: E712 - a column
        reached._last.isnull() | (reached._past_at > reached._last),
    )
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
    lost_acts = shown.select(_of_act=shown.act_id, **lost)
    return acts.left_join(lost_acts, acts.act_id == lost_acts._of_act).drop("_of_act")


def _shown_by(rule: Unreachable, shown: ir.Table, slots: int) -> ir.BooleanValue:
    """In every plausible zone: enough failed calls on earlier days, or a failed call on each of the last days."""
    in_zone = []
    for slot in range(slots):
        calls = shown[f"_earlier_{slot}"] >= rule.failed_calls
        days = reduce(and_, (shown[f"_day_{slot}_{back}"] == 1 for back in range(rule.failed_days)))
        in_zone.append((calls | days).fill_null(False))
    return reduce(and_, in_zone)


# --- what each kind asks, in the order `judge` asks it ----------------------------------------------------


Asked = Iterator[tuple[Reason, ir.BooleanValue]]


def _lawful_sources(rule: LawfulSources, column: _Column) -> Asked:
    yield Reason.REFUSED_NO_LAWFUL_SOURCE, ~column.acts.lawful_source.fill_null("").isin(rule.sources)


def _hold(rule: Hold, column: _Column) -> Asked:
    waits = column.purpose.isin(rule.purposes)
    for hold in rule.holds:
        if hold == "*":
            named = sorted(column.hold_names - {"*"})
            known = reduce(lambda sum_, name: sum_ + column.lists("holds", name).cast("int64"), named, ibis.literal(0))
            yield Reason.REFUSED_HOLD, waits & (column.length("holds") > known)
        else:
            yield HOLD_REASONS.get(hold, Reason.REFUSED_HOLD), waits & column.lists("holds", hold)
    for flag in rule.flags:
        yield HOLD_REASONS.get(flag, Reason.REFUSED_HOLD), waits & column.acts[flag].fill_null(False)


def _collect_only_from(rule: CollectOnlyFrom, column: _Column) -> Asked:
    yield Reason.REFUSED_NOT_AN_OBLIGOR, ~column.role.isin(ROLES)
    asks = ~column.purpose.isin(("locate", "pass_message"))
    yield Reason.REFUSED_THIRD_PARTY, asks & ~column.role.isin(rule.roles)


def _third_party(rule: ThirdParty, column: _Column) -> Asked:
    other = ~column.obligor
    if rule.stops_when_declined:
        yield Reason.REFUSED_THIRD_PARTY_DECLINED, other & column.acts.declined_on.notnull()
    if rule.only_roles:
        yield Reason.REFUSED_THIRD_PARTY, other & ~column.role.isin(rule.only_roles)
    if rule.purposes:
        yield Reason.REFUSED_THIRD_PARTY_PURPOSE, other & ~column.purpose.isin(rule.purposes)
    if not rule.may_disclose_debt:
        yield Reason.REFUSED_THIRD_PARTY_DISCLOSURE, other & column.fact("discloses_debt").fill_null(False)
    if rule.only_if:
        shown = _any(_trigger(trigger, column) for trigger in rule.only_if)
        yield Reason.REFUSED_DEBTOR_CAN_BE_REACHED, other & ~shown


def _trigger(trigger: str, column: _Column) -> ir.BooleanValue:
    if trigger == "dead":
        return column.acts.debtor_dead.fill_null(False)
    if trigger == "incapable":
        return column.acts.debtor_incapable.fill_null(False)
    return column.lost


def _switch(rule: Switch, column: _Column) -> Asked:
    on = column.acts[rule.flag].fill_null(False)
    yield Reason.REFUSED_VISIT_NOT_ENABLED, column.acts.channel.isin(rule.channels) & ~on


def _stopped_channel(rule: StoppedChannel, column: _Column) -> Asked:
    value = column.acts.channels_stopped
    if value.type().is_array():
        stopped = value.contains(column.acts.channel)
    else:
        stopped = (ibis.literal(",") + value + ",").contains(ibis.literal(",") + column.acts.channel + ",")
    yield Reason.REFUSED_CHANNEL_STOPPED, stopped.fill_null(False) & column.purpose.isin(rule.purposes)


def _visit_needs(rule: VisitNeeds, column: _Column) -> Asked:
    visit = column.acts.channel == "visit"
    stated = [(column.fact(fact), wanted) for fact, wanted in rule.needs()]
    yield Reason.REFUSED_UNKNOWN_FACT, visit & _any(value.isnull() for value, _ in stated)
    short = _any((~value if wanted is True else value < wanted).fill_null(False) for value, wanted in stated)
    yield Reason.REFUSED_VISIT_CONDITIONS, visit & short


def _closed_hours(rule: ClosedHours, column: _Column) -> Asked:
    asked = column.acts.channel.isin(rule.channels) & ~column.consents(rule.lifted_by)
    yield Reason.HELD_FOR_MISSING_TIME_ZONE, asked & ~column.placed
    closed_from, closed_to = seconds_of(rule.closed_from), seconds_of(rule.closed_to)

    def closed(slot: int) -> ir.BooleanValue:
        second = (column.acts._second + column.acts[f"_offset_{slot}"]) % SECONDS_A_DAY
        late, early = second >= closed_from, second < closed_to
        return (late | early if closed_from > closed_to else late & early).fill_null(False)

    yield Reason.REFUSED_OUTSIDE_HOURS, asked & column.either(closed)


def _counts(rule: Counts, column: _Column) -> Asked:
    asked = column.acts.channel.isin(rule.channels) & column.purpose.isin(rule.purposes)
    asked = asked & ~column.consents(rule.lifted_by)
    yield Reason.HELD_FOR_MISSING_TIME_ZONE, asked & ~column.placed
    if rule.per == ("number",):
        yield Reason.REFUSED_UNKNOWN_FACT, asked & (column.acts.number.fill_null("") == "")
    name = column.counters[rule]
    used_up = column.either(lambda slot: column.acts[f"{name}_{slot}"].fill_null(0) >= rule.at_most)
    yield COUNT_REASONS[rule.what], asked & used_up


_LOOKS: dict[type[Any], Callable[[Any, _Column], Asked]] = {
    LawfulSources: _lawful_sources,
    Hold: _hold,
    CollectOnlyFrom: _collect_only_from,
    ThirdParty: _third_party,
    StoppedChannel: _stopped_channel,
    Switch: _switch,
    VisitNeeds: _visit_needs,
    ClosedHours: _closed_hours,
    Counts: _counts,
}

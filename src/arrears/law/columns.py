"""
The same law for a whole column of proposed acts: one pass, engine-free, no function called per row.

Reads:  acts (ACTS), history (HISTORY), a Law, the business day
Gives:  one row per act (VERDICTS): allowed, or the first reason against it in the order of `Law.on`
Never:  reads a clock, assumes a zone, asks the engine for a time zone

Every act lies between `as_of` less 2 days and `as_of` plus 10; one that does not is refused as unknown.
Lists of words (holds, consents, channels_stopped) are text, "dispute,plan", or an array of text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import reduce
from operator import and_
from typing import Any
from zoneinfo import available_timezones

import ibis
import ibis.expr.types as ir

from arrears.kernel.days import zone_named
from arrears.kernel.reasons import Reason
from arrears.law.columns_history import (
    DAYS_AFTER,
    DAYS_BEFORE,
    Places,
    any_of,
    counted,
    lost_contact,
    whole_seconds,
)
from arrears.law.judge import COUNT_REASONS, HOLD_REASONS
from arrears.law.kinds.contact import (
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
from arrears.law.local_time import SECONDS_A_DAY, day_starts_at, seconds_of
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
        return any_of(one(slot) for slot in range(self.slots))

    def lists(self, column: str, word: str) -> ir.BooleanValue:
        """Whether a list of words holds one; null holds none."""
        value = self.acts[column]
        if value.type().is_array():
            return value.contains(word).fill_null(False)
        return (value != "") & value.contains(f",{word},")

    def length(self, column: str) -> ir.IntegerValue:
        value = self.acts[column]
        if value.type().is_array():
            return value.length().fill_null(0)
        return ibis.ifelse(value == "", 0, value.length() - value.replace(",", "").length() - 1)

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
    tests: list[Test] = [(None, Reason.REFUSED_UNKNOWN_FACT, ~_within(column.acts, as_of))]
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


# --- preparing the acts -----------------------------------------------------------------------------------


def _prepared(
    law: Law, acts: ir.Table, history: ir.Table, held: list[Provision], as_of: date, zones: tuple[str, ...]
) -> _Column:
    encodings = [item.encoding for item in held]
    counters = {rule: f"_count{place}" for place, rule in enumerate(_distinct(encodings, Counts))}
    tests = [item for item in held if isinstance(item.encoding, Unreachable)]
    rules = [item.encoding for item in tests if isinstance(item.encoding, Unreachable)]
    slots = max((zone.count("|") + 1 for zone in zones), default=1)
    place = Places(
        as_of, zones, slots, max([r.days - 1 for r in counters] + [r.failed_days - 1 for r in rules], default=0)
    )
    acts = _worded(acts.mutate(_second=whole_seconds(acts.at)))
    totals: list[ir.Table] = []
    for per in sorted({rule.per for rule in counters}):
        of_per = {rule: name for rule, name in counters.items() if rule.per == per}
        totals.append(counted(acts, history, of_per, place))
    if rules:
        totals.append(lost_contact(acts, history, rules, place))
    placed = place.on(acts)
    for total in totals:
        placed = placed.left_join(total, placed.act_id == total._of_act).drop("_of_act")
    names = frozenset(hold for rule in _distinct(encodings, Hold) for hold in rule.holds)
    invalid = placed.debtor_number_invalid.fill_null(False) if "debtor_number_invalid" in placed.columns else None
    lost = ibis.literal(False)
    for number, (provision, rule) in enumerate(zip(tests, rules, strict=True)):
        shown = placed[f"_lost_{number}"].fill_null(False)
        if rule.number_invalid and invalid is not None:
            shown = shown | invalid
        applies = _applies(law, provision, placed, as_of)
        lost = lost | (shown if applies is None else applies & shown)
    return _Column(placed, slots, names, counters, lost)


LISTS = ("holds", "consents", "channels_stopped")


def _worded(acts: ir.Table) -> ir.Table:
    """Lists that are text get a comma on both sides, once, so that a word is found whole; empty ones stay empty."""
    text = [name for name in LISTS if not acts[name].type().is_array()]
    return acts.mutate(
        **{name: ibis.ifelse(acts[name].fill_null("") == "", "", ibis.literal(",") + acts[name] + ",") for name in text}
    )


def _distinct(encodings: list[Any], kind: type[Any]) -> list[Any]:
    return list(dict.fromkeys(item for item in encodings if isinstance(item, kind)))


def _within(acts: ir.Table, as_of: date) -> ir.BooleanValue:
    first = datetime.combine(as_of - timedelta(days=DAYS_BEFORE), time(0), UTC)
    after = datetime.combine(as_of + timedelta(days=DAYS_AFTER + 1), time(0), UTC)
    inside = (acts._second >= int(first.timestamp())) & (acts._second < int(after.timestamp()))
    return (inside & acts.channel.notnull()).fill_null(False)


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
        shown = any_of(_trigger(trigger, column) for trigger in rule.only_if)
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
        stopped = (value != "") & value.contains(ibis.literal(",") + column.acts.channel + ",")
    yield Reason.REFUSED_CHANNEL_STOPPED, stopped.fill_null(False) & column.purpose.isin(rule.purposes)


def _visit_needs(rule: VisitNeeds, column: _Column) -> Asked:
    visit = column.acts.channel == "visit"
    stated = [(column.fact(fact), wanted) for fact, wanted in rule.needs()]
    yield Reason.REFUSED_UNKNOWN_FACT, visit & any_of(value.isnull() for value, _ in stated)
    short = any_of((~value if wanted is True else value < wanted).fill_null(False) for value, wanted in stated)
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

"""
May this act happen at this minute? Every provision that stands against it, with its clause and when it lapses.

Reads:  a Law, an Act, the Standing of the people in it, and the history of contacts (of this debtor, and of
        the number about to be used)
Gives:  a Verdict: empty means lawful; otherwise every reason and not only the first, in the order of `Law.on`
Never:  reads a clock or a store; takes an unknown fact for permission
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from arrears.kernel.days import zone_named
from arrears.kernel.reasons import Reason
from arrears.law.act import Act, Finding, PastContact, Standing, Verdict
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
from arrears.law.local_time import (
    at_wall_clock,
    day_starts_at,
    is_closed,
    local_date,
    plausible_zones,
    second_of_day,
    seconds_of,
)
from arrears.law.provision import Provision

HOLD_REASONS = {
    "dispute": Reason.HELD_FOR_DISPUTE,
    "hardship": Reason.HELD_FOR_HARDSHIP,
    "represented": Reason.HELD_FOR_REPRESENTATION,
    "stop": Reason.HELD_FOR_STOP_REQUEST,
    "complaint": Reason.HELD_FOR_COMPLAINT,
    "deceased": Reason.HELD_FOR_DEATH,
    "plan": Reason.HELD_FOR_PLAN_BEING_KEPT,
    "litigation": Reason.HELD_FOR_LITIGATION,
    "handed_over": Reason.HELD_FOR_HAND_OVER,
    "written_off": Reason.HELD_FOR_WRITE_OFF,
    "case_closed": Reason.HELD_FOR_CLOSED_CASE,
    "promise": Reason.HELD_FOR_OPEN_PROMISE,
    "incident": Reason.HELD_FOR_INCIDENT,
    "debtor_dead": Reason.HELD_FOR_DEATH,
}
"""A hold (or flag) to the reason people read; any other is `refused_hold`."""

COUNT_REASONS = {
    "connected_call": Reason.REFUSED_CONNECTED_CALLS_TODAY,
    "dial": Reason.REFUSED_ATTEMPTS_TO_NUMBER_TODAY,
    "message": Reason.REFUSED_MESSAGES_TODAY,
}


@dataclass(frozen=True, slots=True)
class _Case:
    """One act with what was known, and what several kinds ask of it, worked out once."""

    act: Act
    standing: Standing
    history: Sequence[PastContact]
    zones: tuple[ZoneInfo, ...]
    provisions: tuple[Provision, ...]

    @property
    def purpose(self) -> str:
        return self.act.purpose or "collect"

    @property
    def is_obligor(self) -> bool:
        return self.act.recipient_role in OBLIGORS

    def consents(self, consent: str | None) -> bool:
        """Whether the debtor's consent lifts a rule here; it never lifts one for somebody who does not owe."""
        return consent is not None and consent in self.standing.consents and self.is_obligor


@dataclass(frozen=True, slots=True)
class _Against:
    reason: Reason
    lapses_at: datetime | None = None
    events: tuple[str, ...] = ()


def judge(law: Law, act: Act, standing: Standing, history: Sequence[PastContact]) -> Verdict:
    """Every finding against `act` under the law of its day; earlier contacts count up to and including `act.at`."""
    return judge_by(_in_force(law, act.at), act, standing, history)


def judge_by(
    provisions: tuple[Provision, ...], act: Act, standing: Standing, history: Sequence[PastContact]
) -> Verdict:
    """The same by stated provisions, for one provision's own cases."""
    case = _Case(act, standing, history, plausible_zones(standing.time_zone), provisions)
    product, lender = _text(standing, "product"), _text(standing, "lender_kind")
    found: list[Finding] = []
    for provision in provisions:
        look = _LOOKS.get(type(provision.encoding))
        if look is None or not provision.binds(product, lender):
            continue
        for against in look(provision.encoding, case):
            found.append(_finding(provision, against, case))
    return Verdict(act, tuple(found))


def _in_force(law: Law, at: datetime) -> tuple[Provision, ...]:
    """The day is read off each pack's own clock, since a provision begins at midnight where it is law."""
    days = {pack: local_date(at, zone_named(clock)) for pack, clock in law.clocks.items()}
    if len(set(days.values())) == 1:
        return law.on_contact(next(iter(days.values())))
    held = [item for pack, day in days.items() for item in law.on_contact(day) if item.pack == pack]
    return tuple(sorted(held, key=law.order))


def _finding(provision: Provision, against: _Against, case: _Case) -> Finding:
    lapses = against.lapses_at
    return Finding(
        provision_id=provision.id,
        citation=provision.citation,
        force=provision.force,
        reason=against.reason,
        confidence=provision.confidence,
        words_zh=provision.words_zh,
        words_en=provision.words_en,
        allowed_again_at=_when_open(lapses, case) if lapses is not None else None,
        events=against.events,
    )


def _text(standing: Standing, name: str) -> str | None:
    value = standing.facts.get(name)
    return value if isinstance(value, str) else None


# --- time -------------------------------------------------------------------------------------------------


def _closed_hours(rule: ClosedHours, case: _Case) -> Iterator[_Against]:
    if case.act.channel not in rule.channels or case.consents(rule.lifted_by):
        return
    if not case.zones:
        yield _Against(Reason.HELD_FOR_MISSING_TIME_ZONE)
    elif any(_closed_in(rule, case.act.at, zone) for zone in case.zones):
        yield _Against(Reason.REFUSED_OUTSIDE_HOURS, lapses_at=case.act.at)


def _closed_in(rule: ClosedHours, at: datetime, zone: ZoneInfo) -> bool:
    return is_closed(second_of_day(at, zone), seconds_of(rule.closed_from), seconds_of(rule.closed_to))


def _when_open(at: datetime, case: _Case) -> datetime | None:
    """
    The first instant from `at` on at which no closed-hours rule stands against the act, in the recipient's
    zone; None where the zones and rules leave no common open hour within a week.
    """
    if not case.zones:
        return None
    rules = [
        item.encoding
        for item in case.provisions
        if isinstance(item.encoding, ClosedHours)
        and case.act.channel in item.encoding.channels
        and not case.consents(item.encoding.lifted_by)
        and item.binds(_text(case.standing, "product"), _text(case.standing, "lender_kind"))
    ]
    horizon = at + timedelta(days=8)
    while at < horizon:
        shut = [_opens_at(rule, at, zone) for rule in rules for zone in case.zones if _closed_in(rule, at, zone)]
        if not shut:
            return at.astimezone(case.zones[0])
        at = max(shut)
    return None


def _opens_at(rule: ClosedHours, at: datetime, zone: ZoneInfo) -> datetime:
    """The next time the wall clock there shows `closed_to`."""
    day = local_date(at, zone)
    opening = at_wall_clock(day, rule.closed_to, zone)
    return opening if opening > at else at_wall_clock(day + timedelta(days=1), rule.closed_to, zone)


# --- counting ---------------------------------------------------------------------------------------------


def _counts(rule: Counts, case: _Case) -> Iterator[_Against]:
    act = case.act
    if act.channel not in rule.channels or case.purpose not in rule.purposes or case.consents(rule.lifted_by):
        return
    if not case.zones:
        yield _Against(Reason.HELD_FOR_MISSING_TIME_ZONE)
        return
    if rule.per == ("number",) and not act.number:
        yield _Against(Reason.REFUSED_UNKNOWN_FACT)
        return
    for zone in case.zones:
        first_day = local_date(act.at, zone) - timedelta(days=rule.days - 1)
        counted = [past for past in _same(rule, case) if day_starts_at(first_day, zone) <= past.at <= act.at]
        if len(counted) >= rule.at_most:
            lapses = _room_again(rule, sorted(past.at for past in counted), zone)
            yield _Against(COUNT_REASONS[rule.what], lapses, tuple(past.contact_id for past in counted))
            return


def _same(rule: Counts, case: _Case) -> Iterator[PastContact]:
    """Contacts of the kind counted, to the same debtor, number or person, whichever account they were for."""
    for past in case.history:
        if past.direction != "outbound" or past.channel not in rule.channels:
            continue
        if rule.what == "connected_call" and past.connected is False:
            continue
        if _counted_for(rule.per[0], past, case.act):
            yield past


def _counted_for(per: str, past: PastContact, act: Act) -> bool:
    if per == "number":
        return past.number == act.number
    if per == "person":
        return past.person_id == act.recipient_id
    return past.debtor_id == act.debtor_id


def _room_again(rule: Counts, counted: list[datetime], zone: ZoneInfo) -> datetime | None:
    """Midnight after enough of the counted contacts have left the window; None under a cap of zero."""
    if rule.at_most == 0:
        return None
    leaving = counted[len(counted) - rule.at_most]
    return day_starts_at(local_date(leaving, zone) + timedelta(days=rule.days), zone)


# --- people -----------------------------------------------------------------------------------------------


def _collect_only_from(rule: CollectOnlyFrom, case: _Case) -> Iterator[_Against]:
    role = case.act.recipient_role
    if role in rule.roles:
        return
    if role not in ROLES:
        yield _Against(Reason.REFUSED_NOT_AN_OBLIGOR)
    elif case.purpose not in ("locate", "pass_message"):
        yield _Against(Reason.REFUSED_THIRD_PARTY)


def _third_party(rule: ThirdParty, case: _Case) -> Iterator[_Against]:
    act, standing = case.act, case.standing
    if case.is_obligor:
        return
    if rule.stops_when_declined and standing.declined_on is not None:
        yield _Against(Reason.REFUSED_THIRD_PARTY_DECLINED)
    if rule.only_roles and act.recipient_role not in rule.only_roles:
        yield _Against(Reason.REFUSED_THIRD_PARTY)
    if rule.purposes and case.purpose not in rule.purposes:
        yield _Against(Reason.REFUSED_THIRD_PARTY_PURPOSE)
    if act.discloses_debt and not rule.may_disclose_debt:
        yield _Against(Reason.REFUSED_THIRD_PARTY_DISCLOSURE)
    if rule.only_if and not any(_shown(trigger, case) for trigger in rule.only_if):
        yield _Against(Reason.REFUSED_DEBTOR_CAN_BE_REACHED, lapses_at=_next_day_if_calls_suffice(case))


def _shown(trigger: str, case: _Case) -> bool:
    if trigger == "dead":
        return case.standing.debtor_dead is True
    if trigger == "incapable":
        return case.standing.debtor_incapable is True
    return any(_unreachable(rule, case, case.act.at) for rule in _tests(case))


def _tests(case: _Case) -> list[Unreachable]:
    return [item.encoding for item in case.provisions if isinstance(item.encoding, Unreachable)]


def _unreachable(rule: Unreachable, case: _Case, at: datetime) -> bool:
    """Whether the debtor can't be reached at `at`, in every plausible zone."""
    if rule.number_invalid and case.standing.facts.get("debtor_number_invalid") is True:
        return True
    if not case.zones:
        return False
    failed = _failed_since_reached(case)
    return all(_calls_show(rule, failed, local_date(at, zone), zone) for zone in case.zones)


def _calls_show(rule: Unreachable, failed: list[datetime], today: date, zone: ZoneInfo) -> bool:
    days = sorted({local_date(at, zone) for at in failed})
    earlier = sum(local_date(at, zone) < today for at in failed)
    if earlier >= rule.failed_calls:
        return True
    run = 1
    longest = min(1, len(days))
    for before, after in pairwise(days):
        run = run + 1 if after - before == timedelta(days=1) else 1
        longest = max(longest, run)
    return longest >= rule.failed_days


def _failed_since_reached(case: _Case) -> list[datetime]:
    """
    Failed calls to the debtor after the debtor was last reached, up to the act. Reached is a call or visit that
    connected, or anything from the debtor; a message that was delivered reaches nobody for sure.
    """
    own = [past for past in case.history if past.person_id == case.act.debtor_id and past.at <= case.act.at]
    reached = [
        past.at
        for past in own
        if past.direction == "inbound" or (past.connected is True and past.channel in (*CALLS, "visit"))
    ]
    last = max(reached, default=None)
    return [
        past.at
        for past in own
        if past.direction == "outbound"
        and past.channel in CALLS
        and past.connected is False
        and (last is None or past.at > last)
    ]


def _next_day_if_calls_suffice(case: _Case) -> datetime | None:
    """Tomorrow, where today's failed calls complete the test; otherwise nobody knows when."""
    if not case.zones:
        return None
    tomorrow = max(day_starts_at(local_date(case.act.at, zone) + timedelta(days=1), zone) for zone in case.zones)
    return tomorrow if any(_unreachable(rule, case, tomorrow) for rule in _tests(case)) else None


# --- standing ---------------------------------------------------------------------------------------------


def _lawful_sources(rule: LawfulSources, case: _Case) -> Iterator[_Against]:
    if case.act.lawful_source not in rule.sources:
        yield _Against(Reason.REFUSED_NO_LAWFUL_SOURCE)


def _hold(rule: Hold, case: _Case) -> Iterator[_Against]:
    if case.purpose not in rule.purposes:
        return
    for hold in rule.holds:
        if hold == "*":
            if case.standing.holds - _named_holds(case):
                yield _Against(Reason.REFUSED_HOLD)
        elif hold in case.standing.holds:
            yield _Against(HOLD_REASONS.get(hold, Reason.REFUSED_HOLD))
    for flag in rule.flags:
        if getattr(case.standing, flag) is True:
            yield _Against(HOLD_REASONS.get(flag, Reason.REFUSED_HOLD))


def _named_holds(case: _Case) -> frozenset[str]:
    return frozenset(
        hold for item in case.provisions if isinstance(item.encoding, Hold) for hold in item.encoding.holds
    )


def _switch(rule: Switch, case: _Case) -> Iterator[_Against]:
    if case.act.channel in rule.channels and getattr(case.standing, rule.flag) is not True:
        yield _Against(Reason.REFUSED_VISIT_NOT_ENABLED)


def _stopped_channel(rule: StoppedChannel, case: _Case) -> Iterator[_Against]:
    if case.act.channel in case.standing.channels_stopped and case.purpose in rule.purposes:
        yield _Against(Reason.REFUSED_CHANNEL_STOPPED)


def _visit_needs(rule: VisitNeeds, case: _Case) -> Iterator[_Against]:
    if case.act.channel != "visit":
        return
    stated = [(case.standing.facts.get(fact), wanted) for fact, wanted in rule.needs()]
    if any(value is None for value, _ in stated):
        yield _Against(Reason.REFUSED_UNKNOWN_FACT)
    elif not all(_enough(value, wanted) for value, wanted in stated):
        yield _Against(Reason.REFUSED_VISIT_CONDITIONS)


def _enough(value: object, wanted: int | bool) -> bool:
    if isinstance(wanted, bool):
        return value is wanted
    return isinstance(value, int) and not isinstance(value, bool) and value >= wanted


_LOOKS: dict[type[Any], Callable[[Any, _Case], Iterator[_Against]]] = {
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
"""Kind to what it asks of an act. A kind that is not here speaks about something else."""

"""When a consumer may be reached: 12 CFR 1006.6(b)(1)(i)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from arrears.law.audit.case import Case, Event
from arrears.law.audit.inconvenient import Window, covering, designations
from arrears.law.audit.local_hours import inconvenient_at
from arrears.law.audit.place import zones_at
from arrears.law.audit.prior_consent import lifted
from arrears.law.audit.replies import answers
from arrears.law.audit.verdict import Finding, barred, free, unknown

HOURS = "us.reg_f.hours"


def time_is_convenient(case: Case) -> Finding:
    """12 CFR 1006.6(b)(1)(i). An electronic message is sent when it is sent, not when it is read."""
    action = case.action
    if action is None:
        return unknown("1006.6(b)(1)(i) speaks about a step, and none is proposed.")
    sent_at = _sent_at(action)
    if not zones_at(case, sent_at) and not designations(case, sent_at).inconvenient:
        return unknown("Nothing says where the consumer is, so the local time is not known.")
    found = inconvenient_at(case, sent_at)
    if found is None:
        return free(HOURS)
    provision, window = found
    source = window.source if window else None
    opening = lifted(case, "time")
    if opening is not None:
        return opening
    zones = zones_at(case, sent_at)

    def same_period(event: Event) -> bool:
        there = inconvenient_at(case, event.at)
        if there is None or abs(sent_at - event.at) > timedelta(days=1):
            return False
        if window is not None:
            return covering([window], case, event.at) is not None and _same_stretch(window, event.at, sent_at, zones)
        return True

    answered = answers(case, inside=same_period)
    if answered is not None:
        return free(provision, answered)
    return barred(provision, source)


def _same_stretch(window: Window, one: datetime, other: datetime, zones: list[ZoneInfo]) -> bool:
    """Whether two instants lie in one run of the window: the same day, or one night."""
    zone = zones[0] if zones else None
    first = one.astimezone(zone) if zone else one
    second = other.astimezone(zone) if zone else other
    if window.start <= window.end:
        return first.date() == second.date()
    return abs(second - first) < timedelta(days=1)


def _sent_at(action: Event) -> datetime:
    given = action.get("sent_at", "released_at")
    return datetime.fromisoformat(str(given)) if given else action.at

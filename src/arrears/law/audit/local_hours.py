"""Whether an instant is inconvenient: the hours of 12 CFR 1006.6(b)(1)(i), and the times the consumer named."""

from __future__ import annotations

from datetime import datetime

from arrears.law.audit.case import Case
from arrears.law.audit.figures import clock
from arrears.law.audit.inconvenient import Window, covering, designations
from arrears.law.audit.place import zones_at

HOURS = "us.reg_f.hours"
DESIGNATED = "us.reg_f.inconvenient_times"


def outside_hours(case: Case, at: datetime) -> bool:
    """Before the opening or after the close of the day in any place the consumer might be."""
    opens, closes = clock(HOURS, "closed_to"), clock(HOURS, "closed_from")
    for zone in zones_at(case, at):
        local = at.astimezone(zone).time()
        if local < opens or local > closes:
            return True
    return False


def inconvenient_at(case: Case, at: datetime) -> tuple[str, Window | None] | None:
    """What makes an instant inconvenient: the hours of the rule, or a window the consumer named."""
    named = designations(case, at)
    window = covering(named.inconvenient, case, at)
    if window is not None:
        return DESIGNATED, window
    if outside_hours(case, at) and covering(named.convenient, case, at) is None:
        return HOURS, None
    return None

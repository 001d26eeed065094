"""
Days that some periods leave out: Saturdays, Sundays and the legal public holidays of 5 U.S.C. 6103(a).

6103(a) names the holidays themselves. The day off in lieu that federal employees get when one falls on a weekend
is 6103(b), which 12 CFR 1006.34(b)(5) and 1006.22(c) do not mention, so it is not left out.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from arrears.law.audit.figures import figure

HOLIDAYS = "us.usc_5.public_holidays"


@lru_cache(maxsize=256)
def public_holidays(year: int) -> frozenset[date]:
    """The days of one year, from the provision: a month and a day, or the n-th (or last, -1) weekday of a month."""
    found: set[date] = set()
    for entry in figure(HOLIDAYS, "days_of_year"):
        since = int(entry.get("since_year", 0))
        if year < since:
            continue
        if "day" in entry:
            found.add(date(year, int(entry["month"]), int(entry["day"])))
        else:
            found.add(_nth(year, int(entry["month"]), int(entry["weekday"]), int(entry["nth"])))
    return frozenset(found)


def _nth(year: int, month: int, weekday: int, nth: int) -> date:
    if nth > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last - timedelta(days=(last.weekday() - weekday) % 7)


def counts_as_day(day: date) -> bool:
    return day.weekday() < 5 and day not in public_holidays(day.year)


def business_days_on(day: date, count: int) -> date:
    """The day `count` counted days after (before, where negative) a day; that day itself is not counted."""
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        if counts_as_day(day):
            left -= 1
    return day


def business_days_between(first: date, last: date) -> int:
    """Counted days after `first` up to and with `last`."""
    return sum(1 for offset in range(1, (last - first).days + 1) if counts_as_day(first + timedelta(days=offset)))

"""
A calendar day.

Taken      2026-11-20, 2026/11/20, 2026.11.20, 2026年11月20日, 20261120, or the forms that a mapping names instead; each
           with a time of day on the same clock behind it, which adds nothing ("2025/1/15 0:00", as spreadsheets write).
Refused    a time with an offset: which day that is depends on the place. Only where it is midnight in the zone of the
           file was a day meant, and that day is taken. A day that no calendar has. Two-digit years, unless named.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from arrears.kernel.reading.instant import CLOCK, OFFSET, read_instant, time_of_day
from arrears.kernel.reading.text import cleaned, narrow
from arrears.kernel.reading.unreadable import Unreadable

_SHAPE = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})"
    r"|年([0-9]{1,2})月([0-9]{1,2})日|([0-9]{2})([0-9]{2}))"
)
_LOCAL = re.compile(rf"(?P<day>.*?)(?:[Tt]| +|(?<=日)){CLOCK}")
_WITH_OFFSET = re.compile(rf"(?P<day>.*?)(?:[Tt]| +|(?<=日)){CLOCK}{OFFSET}")


def read_day(text: str, forms: tuple[str, ...] = (), zone: str | None = None) -> date:
    """The day that is written. `forms` are strptime's, instead of the usual ones; `zone` is the place of the file."""
    plain = narrow(cleaned(text))
    found = _formed(plain, forms)
    if found is None:
        local = _LOCAL.fullmatch(plain)
        found = _formed(local["day"], forms) if local is not None and _is_time(local) else None
    if found is not None:
        return found
    if _WITH_OFFSET.fullmatch(plain):
        return _midnight(plain, text, zone)
    raise Unreadable("not_a_date", f"{text!r} is not a date")


def _is_time(match: re.Match[str]) -> bool:
    try:
        time_of_day(match, match.string)
    except Unreadable:
        return False
    return True


def _formed(text: str, forms: tuple[str, ...]) -> date | None:
    if not forms:
        return _usual(text)
    for form in forms:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar day has no zone
        except ValueError:
            continue
    return None


def _usual(text: str) -> date | None:
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups() if part))
    except ValueError:
        raise Unreadable("impossible_date", f"{text!r} is a day that no calendar has") from None


def _midnight(plain: str, text: str, zone: str | None) -> date:
    try:
        instant = read_instant(plain)
    except Unreadable:
        raise Unreadable("not_a_date", f"{text!r} is not a date") from None
    there = instant.astimezone(ZoneInfo(zone)) if zone else None
    if there is None or there.time() != time():
        raise Unreadable("instant_for_a_day", f"{text!r} is an instant: which day it is depends on the place")
    return there.date()


def read_six_digits(text: str, century: int, month_offset: int = 0) -> date:
    """ "706213" of the 1900s: two digits each of year, month and day; `month_offset` is taken off a month above it."""
    plain = narrow(cleaned(text))
    if not re.fullmatch("[0-9]{6}", plain):
        raise Unreadable("not_a_date", f"{text!r} is not six digits")
    month = int(plain[2:4])
    try:
        return date(century + int(plain[:2]), month - month_offset if month > month_offset else month, int(plain[4:]))
    except ValueError:
        raise Unreadable("impossible_date", f"{text!r} is a day that no calendar has") from None

"""
An instant: a calendar day, a time of day, and the offset that makes it one minute for everybody.

Taken      2026-11-20T10:12:00+08:00 and Z, with a space, with / or . or 年月日, to the minute, second or less;
           UTC, GMT, UTC+8, -05, -0500, a zone by its IANA name, in brackets after an offset too if both agree;
           AM and PM, 上午 and 下午; without any offset where the zone of the file is given.
Refused    anything left over, a bare day, a time without offset or zone, an hour that the clocks went over or
           struck twice in that zone (an offset settles which), zone words with two meanings (CST), numbers of seconds.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from arrears.kernel.reading.text import cleaned, narrow
from arrears.kernel.reading.unreadable import Unreadable

_DAY = (
    r"(?:(?P<y>[0-9]{4})(?:-(?P<m1>[0-9]{1,2})-(?P<d1>[0-9]{1,2})|/(?P<m2>[0-9]{1,2})/(?P<d2>[0-9]{1,2})"
    r"|\.(?P<m3>[0-9]{1,2})\.(?P<d3>[0-9]{1,2})|年(?P<m4>[0-9]{1,2})月(?P<d4>[0-9]{1,2})日"
    r"|(?P<m5>[0-9]{2})(?P<d5>[0-9]{2})))"
)
CLOCK = (
    r"(?P<before>上午|下午|[AaPp]\.?[Mm]\.?)? ?"
    r"(?:(?P<h>[0-9]{1,2}):(?P<min>[0-9]{2})(?::(?P<s>[0-9]{2})(?:[.,](?P<frac>[0-9]{1,9}))?)?"
    r"|(?P<hz>[0-9]{1,2})[时点](?P<minz>[0-9]{1,2})分(?:(?P<sz>[0-9]{1,2})秒)?"
    r"|(?P<hc>[0-9]{2})(?P<minc>[0-9]{2})(?P<sc>[0-9]{2})(?:\.(?P<fracc>[0-9]{1,9}))?)"
    r" ?(?P<after>[AaPp]\.?[Mm]\.?)?"
)
"""A time of day, to the minute or finer, on a clock of 24 hours or of twice twelve."""
OFFSET = (
    r"(?: ?(?P<utc>[Zz]|UTC|GMT|(?:UTC|GMT)?(?P<sign>[+-])(?P<oh>[0-9]{1,2})(?::?(?P<om>[0-9]{2}))?))?"
    r"(?: ?(?P<zone>[A-Z][A-Za-z_]+(?:/[A-Za-z0-9_+-]+)+)| ?\[(?P<inner>[A-Za-z0-9_+/-]+)\])?"
)
_INSTANT = re.compile(rf"{_DAY}(?:[Tt]| +|(?<=日)|(?<=[0-9]{{8}})){CLOCK}{OFFSET}")


def read_instant(text: str, zone: str | None = None) -> datetime:
    """The instant that is written, in UTC. `zone` is the place whose clock it is where no offset says so."""
    match = _INSTANT.fullmatch(narrow(cleaned(text)))
    if match is None:
        raise Unreadable("not_an_instant", f"{text!r} is not a date and time")
    local = _local(match, text)
    offset, place = offset_of(match, text), match["zone"] or match["inner"]
    if offset is not None:
        instant = _moved(local, offset, text)
        if place is not None and match["utc"] not in ("Z", "z"):
            if instant.astimezone(_zone(place, text)).replace(tzinfo=None) != local:
                raise Unreadable("not_an_instant", f"{text!r}: {place} does not keep that offset then")
        elif place is not None:
            _zone(place, text)
        return instant
    if place is None and zone is None:
        raise Unreadable("instant_without_offset", f"{text!r} is a time without its offset from UTC")
    return _placed(local, _zone(place, text) if place else ZoneInfo(zone or ""), text)


def _local(match: re.Match[str], text: str) -> datetime:
    month = next(int(match[f"m{at}"]) for at in range(1, 6) if match[f"m{at}"])
    day = next(int(match[f"d{at}"]) for at in range(1, 6) if match[f"d{at}"])
    try:
        on = date(int(match["y"]), month, day)
    except ValueError:
        raise Unreadable("not_an_instant", f"{text!r}: no calendar has that day") from None
    return datetime.combine(on, datetime.min.time()) + time_of_day(match, text)


def time_of_day(match: re.Match[str], text: str) -> timedelta:
    """How long after midnight a match of CLOCK is. Raises Unreadable for a time that no clock shows."""
    hour = int(match["h"] or match["hz"] or match["hc"])
    minute = int(match["min"] or match["minz"] or match["minc"])
    second = int(match["s"] or match["sz"] or match["sc"] or 0)
    micros = int(((match["frac"] or match["fracc"] or "") + "000000")[:6])
    halves = [word for word in (match["before"], match["after"]) if word]
    if len(halves) > 1 or minute > 59 or second > 59 or hour > 23:
        raise Unreadable("not_an_instant", f"{text!r}: no clock shows that time")
    if halves:
        if not 1 <= hour <= 12:
            raise Unreadable("not_an_instant", f"{text!r}: a clock with {halves[0]} goes from 1 to 12")
        hour = hour % 12 + (12 if halves[0] == "下午" or halves[0][0] in "Pp" else 0)
    return timedelta(hours=hour, minutes=minute, seconds=second, microseconds=micros)


def offset_of(match: re.Match[str], text: str) -> timedelta | None:
    """What a match of OFFSET says about UTC; None where it says nothing."""
    if match["utc"] is None:
        return None
    offset = timedelta(hours=int(match["oh"] or 0), minutes=int(match["om"] or 0))
    bare_hour = match["oh"] is not None and len(match["oh"]) == 1 and match["utc"][0] in "+-"
    if offset > timedelta(hours=14) or int(match["om"] or 0) > 59 or bare_hour:
        raise Unreadable("not_an_instant", f"{text!r}: that is no offset from UTC")
    return -offset if match["sign"] == "-" else offset


def _moved(local: datetime, offset: timedelta, text: str) -> datetime:
    try:
        return local.replace(tzinfo=timezone(offset)).astimezone(UTC)
    except OverflowError:
        raise Unreadable("not_an_instant", f"{text!r} is beyond the calendar") from None


def _placed(local: datetime, zone: ZoneInfo, text: str) -> datetime:
    """The instant at which clocks in a zone show `local`. Raises where none does, or two."""
    try:
        first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        shown = first.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        raise Unreadable("not_an_instant", f"{text!r} is beyond the calendar") from None
    if shown != local:
        raise Unreadable("time_skipped", f"{text!r}: clocks in {zone.key} went over that time")
    if first != second:
        raise Unreadable("time_repeated", f"{text!r}: clocks in {zone.key} showed that time twice")
    return first


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """Every IANA zone."""
    return frozenset(available_timezones())


def _zone(name: str, text: str) -> ZoneInfo:
    if name not in zone_names():
        raise Unreadable("not_an_instant", f"{text!r}: {name} is not an IANA time zone")
    return ZoneInfo(name)

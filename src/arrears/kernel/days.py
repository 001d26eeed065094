"""
Calendar days and instants. A business day is a `date`; an instant is an aware `datetime`.

Never: calls `now()`. The day arrives as an argument named `as_of`, the instant as `at`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def aware(text: str) -> datetime:
    """ISO 8601 with an offset ("2026-03-05T10:12:00+08:00" or "…Z"). Without one it is a ValueError."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no offset: write +08:00 (or Z) so that the instant is certain")
    return instant


def local_day(instant: datetime, zone: str) -> date:
    """The calendar day of an instant where the borrower is."""
    return instant.astimezone(zone_named(zone)).date()


def zone_named(name: str) -> ZoneInfo:
    """An IANA zone, or a ValueError that names it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as fault:
        raise ValueError(f"{name!r} is not an IANA time zone such as Asia/Shanghai") from fault


def days_of(first: date, last: date) -> list[date]:
    """Every day from first to last, both included."""
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]

"""
Where the recipient is, what the clock says there, and when a calendar day begins.

Zones come as text: one IANA name, or several joined by "|" where the place is not certain and each of them is
plausible. With several, an hour is lawful only where it is lawful in every one of them. Never: assumes a zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from arrears.kernel.days import zone_named

SECONDS_A_DAY = 86_400


def plausible_zones(text: str | None) -> tuple[ZoneInfo, ...]:
    """The zones of "Asia/Shanghai" or "America/New_York|America/Chicago"; empty where any name is unknown."""
    if not text:
        return ()
    try:
        return tuple(zone_named(name) for name in text.split("|"))
    except ValueError:
        return ()


def second_of_day(instant: datetime, zone: ZoneInfo) -> int:
    """Whole seconds since 00:00 on the wall clock there: 21:59:59.9 is still 21:59:59."""
    local = instant.astimezone(zone)
    return local.hour * 3600 + local.minute * 60 + local.second


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day of an instant in a zone."""
    return instant.astimezone(zone).date()


@lru_cache(maxsize=65_536)
def day_starts_at(day: date, zone: ZoneInfo) -> datetime:
    """
    The first instant of a calendar day, in UTC.

    Where clocks go forward over midnight, it is the instant of the change: 00:00 read with the offset before
    the change names the same instant as 01:00 after it.
    """
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def at_wall_clock(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """
    The instant at which a wall clock shows `clock` on `day`, aware and in that zone.

    A clock time skipped by a change to summer time is moved on by the change; one that comes twice is the first.
    """
    return datetime.combine(day, clock, zone).astimezone(UTC).astimezone(zone)


def is_closed(second: int, closed_from: int, closed_to: int) -> bool:
    """
    Whether a second of the day lies in [closed_from, closed_to), which may pass midnight.

    22:00:00 is closed and 08:00:00 is open (note of regulation-cn, "Combining").
    """
    if closed_from > closed_to:
        return second >= closed_from or second < closed_to
    return closed_from <= second < closed_to


def seconds_of(clock: time) -> int:
    """A clock time as seconds since 00:00."""
    return clock.hour * 3600 + clock.minute * 60 + clock.second


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of time with one offset and one local date in every plausible zone. Seconds since the epoch."""

    from_s: int
    to_s: int
    offsets: tuple[int, ...]
    """One per plausible zone, in seconds east of UTC."""
    starts: tuple[tuple[int, ...], ...]
    """For each zone: when its local day began, the day before began, and so on."""


def pieces_between(text: str, first: date, last: date, days_back: int) -> list[Piece]:
    """The UTC days first … last cut wherever an offset, a local date or the UTC date changes."""
    zones = plausible_zones(text)
    pieces: list[Piece] = []
    cuts = sorted({cut for zone in zones for cut in _cuts(zone, first, last)})
    for from_s, to_s in pairwise(cuts):
        offsets, starts = [], []
        for zone in zones:
            local = datetime.fromtimestamp(from_s, zone)
            offsets.append(_offset(zone, from_s))
            starts.append(
                tuple(
                    int(day_starts_at(local.date() - timedelta(days=back), zone).timestamp())
                    for back in range(days_back + 1)
                )
            )
        pieces.append(Piece(from_s, to_s, tuple(offsets), tuple(starts)))
    return pieces


def _cuts(zone: ZoneInfo, first: date, last: date) -> list[int]:
    cuts: list[int] = []
    day = first
    while day <= last:
        start = int(datetime.combine(day, time(0), UTC).timestamp())
        end = start + SECONDS_A_DAY
        cuts += [start, end]
        while (change := _first_change(zone, start, end)) < end:
            cuts.append(change)
            start = change
        for near in (day - timedelta(days=1), day, day + timedelta(days=1)):
            midnight = int(day_starts_at(near, zone).timestamp())
            if end - SECONDS_A_DAY < midnight < end:
                cuts.append(midnight)
        day += timedelta(days=1)
    return cuts


def _offset(zone: ZoneInfo, epoch: int) -> int:
    offset = datetime.fromtimestamp(epoch, zone).utcoffset()
    if offset is None:
        raise ValueError(f"{zone} gives no offset at {epoch}")
    return int(offset.total_seconds())


def _first_change(zone: ZoneInfo, start: int, end: int) -> int:
    """The first second in (start, end) at which the offset differs from that at `start`, or `end`."""
    held = _offset(zone, start)
    if _offset(zone, end - 1) == held:
        return end
    low, high = start, end - 1
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, middle) == held:
            low = middle
        else:
            high = middle
    return high

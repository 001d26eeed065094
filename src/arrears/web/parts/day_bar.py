"""
The lawful hours of one day where a person lives, as a strip from 0 to 24 and as words.

Comes in: the law, a channel, the person's zone, an instant. Goes out: DayBar. The minutes are read off the same
provisions that the gate asks; the gate remains the judge of each attempt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from arrears.law.kinds.contact import ClosedHours
from arrears.law.load import Law
from arrears.law.local_time import is_closed, local_date, plausible_zones, second_of_day, seconds_of
from arrears.web.words.catalogue import Words

DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class DayBar:
    """`open` are stretches of minutes of the day, end not included; `now` is the minute it is there."""

    zone: ZoneInfo
    open: tuple[tuple[int, int], ...]
    now: int | None
    local: datetime

    @property
    def is_open(self) -> bool:
        return self.now is not None and any(start <= self.now < end for start, end in self.open)

    @property
    def hours(self) -> tuple[tuple[time, time], ...]:
        """The open stretches as clock times; an end of 24:00 is written 00:00."""
        return tuple((_clock(start), _clock(end)) for start, end in self.open)


def _clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def _east(instant: datetime, zone: ZoneInfo) -> int:
    """Seconds east of UTC."""
    offset = instant.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def day_bar(
    law: Law, zones: str | None, channel: str, at: datetime, consents: frozenset[str] = frozenset()
) -> DayBar | None:
    """
    The bar of the day of `at`, in the first plausible zone; None where no zone is known, and then no hour is.

    With several plausible zones a minute is open only where it is open in each of them.
    """
    plausible = plausible_zones(zones)
    if not plausible:
        return None
    zone = plausible[0]
    today = local_date(at, zone)
    rules = [
        item.encoding
        for item in law.on(today)
        if isinstance(item.encoding, ClosedHours)
        and channel in item.encoding.channels
        and item.encoding.lifted_by not in consents
    ]
    shut = [(seconds_of(rule.closed_from), seconds_of(rule.closed_to)) for rule in rules]
    noon = datetime.combine(today, time(12), zone)
    shifts = {_east(noon, other) - _east(noon, zone) for other in plausible}
    stretches: list[tuple[int, int]] = []
    for minute in range(DAY):
        seconds = [(minute * 60 + shift) % (DAY * 60) for shift in shifts]
        if any(is_closed(second, start, end) for second in seconds for start, end in shut):
            continue
        if stretches and stretches[-1][1] == minute:
            stretches[-1] = (stretches[-1][0], minute + 1)
        else:
            stretches.append((minute, minute + 1))
    return DayBar(zone, tuple(stretches), second_of_day(at, zone) // 60, at.astimezone(zone))


def bar_words(bar: DayBar | None, words: Words) -> str:
    """The strip in one line: the time there, and whether contact is lawful at it."""
    if bar is None:
        return words.say("No time zone on file: the hour where they live is unknown, so nobody may be contacted.")
    hours = words.pair("、", ", ").join(f"{words.clock(start)}–{words.clock(end)}" for start, end in bar.hours)
    told = words.say(
        "%(time)s in %(place)s. Contact is open %(hours)s.",
        time=words.clock(bar.local),
        place=words.place(bar.zone),
        hours=hours,
    )
    return told if bar.is_open else told + words.pair("", " ") + words.say("Closed now.")

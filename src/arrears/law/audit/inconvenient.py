"""
Times a consumer has called inconvenient, or free, read from requests, file notes and what the collector knows.

12 CFR 1006.6(b)(1)(i), comments 6(b)(1)-1.i, -1.ii. A window begins at its first minute and ends before its last;
days without hours are whole days. Whoever withdraws a window withdraws the whole of that day or that window.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from arrears.law.audit.case import Case, Event, as_day
from arrears.law.audit.place import zones_at
from arrears.law.audit.words import as_list, says, words

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTES_A_DAY = 24 * 60
_CLOCK = re.compile(r"^\s*(\d{1,2})(?::?(\d{2}))?\s*(a\.?m\.?|p\.?m\.?)?\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Window:
    """Minutes [start, end) on these weekdays (0 is Monday), between two days where any are given."""

    weekdays: frozenset[int]
    start: int
    end: int
    first: date | None = None
    last: date | None = None
    dates: frozenset[date] = frozenset()
    source: Event | None = None

    def covers(self, local: datetime) -> bool:
        minute = local.hour * 60 + local.minute
        if self.start <= self.end:
            return self._on(local.date()) and self.start <= minute < self.end
        from datetime import timedelta

        evening = self._on(local.date()) and minute >= self.start
        morning = self._on(local.date() - timedelta(days=1)) and minute < self.end
        return evening or morning

    def _on(self, day: date) -> bool:
        if self.first is not None and day < self.first:
            return False
        if self.last is not None and day > self.last:
            return False
        if self.dates:
            return day in self.dates
        return day.weekday() in self.weekdays


def clock_minute(value: Any) -> int | None:
    """Minutes after midnight of '15:00', '3 pm', '24:00', 'noon'; None where it is no clock time."""
    if value is None:
        return None
    if isinstance(value, time):
        return value.hour * 60 + value.minute
    if isinstance(value, int):
        return value * 60 if value <= 24 else (value // 100) * 60 + value % 100
    text = str(value).strip().lower()
    if text in ("noon", "midday"):
        return 12 * 60
    if text == "midnight":
        return 0
    found = _CLOCK.match(text)
    if not found:
        if len(text) >= 16 and "t" in text:
            return clock_minute(text[11:16])
        found = _CLOCK.match(text[:5])
        if not found:
            return None
    hour, minute = int(found.group(1)), int(found.group(2) or 0)
    half = (found.group(3) or "").replace(".", "")
    if half == "pm" and hour < 12:
        hour += 12
    if half == "am" and hour == 12:
        hour = 0
    return hour * 60 + minute


def weekdays(value: Any) -> frozenset[int]:
    """The weekdays named: 'tue', 'Thursdays', 'weekdays', 'weekend', 'every day', 'mon-fri'."""
    line = words(value)
    found: set[int] = set()
    for match in re.finditer(
        r" (mon|tue|wed|thu|fri|sat|sun)[a-z]* (?:to|through|thru) (mon|tue|wed|thu|fri|sat|sun)", line
    ):
        start, end = _short(match.group(1)), _short(match.group(2))
        found.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    if says(line, r" (weekdays?|working days?|business days?) "):
        found.update(range(5))
    if says(line, r" (weekends?) "):
        found.update((5, 6))
    if says(line, r" (daily|every day|all days|any day|everyday) "):
        found.update(range(7))
    for word in line.split():
        for index, name in enumerate(DAYS):
            short = word.rstrip("s") if word not in DAYS else word
            if word == name or (len(short) >= 3 and name.startswith(short)) or short == name:
                found.add(index)
    span = re.search(r" (mon|tue|wed|thu|fri|sat|sun) (mon|tue|wed|thu|fri|sat|sun) ", line)
    if isinstance(value, str) and "-" in value and span:
        start, end = _short(span.group(1)), _short(span.group(2))
        found.update((start + step) % 7 for step in range((end - start) % 7 + 1))
    return frozenset(found)


def _short(name: str) -> int:
    return next(index for index, day in enumerate(DAYS) if day.startswith(name))


def windows_in(value: Any, source: Event | None) -> Iterator[Window]:
    """Every window that a field holds."""
    for entry in as_list(value):
        if isinstance(entry, Mapping):
            yield _window(entry, source)
        else:
            days = weekdays(entry)
            minutes = re.findall(r"\d{1,2}:\d{2}|\d{1,2} ?(?:am|pm)", str(entry).lower())
            start, end = 0, MINUTES_A_DAY
            if len(minutes) >= 2:
                start, end = clock_minute(minutes[0]) or 0, clock_minute(minutes[1]) or MINUTES_A_DAY
            if days or len(minutes) >= 2:
                yield Window(days or frozenset(range(7)), start, end, source=source)


def _window(entry: Mapping[str, Any], source: Event | None) -> Window:
    def first(*names: str) -> Any:
        return next((entry[name] for name in names if entry.get(name) is not None), None)

    given_days = first("days", "day", "weekdays", "weekday", "day_of_week", "days_of_week", "on")
    dates = frozenset(day for day in (as_day(item) for item in as_list(first("dates", "date"))) if day is not None)
    start = clock_minute(first("from", "start", "from_", "after", "from_time", "start_time", "begin"))
    end = clock_minute(first("to", "end", "until", "before", "to_time", "end_time", "till"))
    if end == 0 and start is not None:
        end = MINUTES_A_DAY
    return Window(
        weekdays=weekdays(given_days) or frozenset(range(7)),
        start=0 if start is None else start,
        end=MINUTES_A_DAY if end is None else end,
        first=as_day(first("from_date", "starting", "start_date", "first_date")),
        last=as_day(first("until_date", "through", "end_date", "until_day", "last_date", "ends_on")),
        dates=dates,
        source=source,
    )


_NOTED = (
    "cannot_be_disturbed",
    "inconvenient_times",
    "inconvenient",
    "inconvenient_days",
    "do_not_call",
    "do_not_contact",
    "do_not_disturb",
    "no_contact",
    "not_available",
    "unavailable",
    "windows",
    "inconvenient_windows",
    "days",
    "times_inconvenient",
)
_FREE_AGAIN = (
    r" (withdraw|withdraws|withdrawn|revoke|revokes|no longer|not inconvenient|lift|lifts|"
    r"fine now|ok now|cancel|rescind|remove) ?"
)


@dataclass(frozen=True, slots=True)
class Designations:
    """What holds at one instant: windows called inconvenient, and windows called convenient."""

    inconvenient: tuple[Window, ...]
    convenient: tuple[Window, ...]


def _bounded(window: Window, until: date | None, since: date | None = None) -> Window:
    return Window(
        window.weekdays,
        window.start,
        window.end,
        window.first or since,
        window.last or until,
        window.dates,
        window.source,
    )


def designations(case: Case, at: datetime) -> Designations:
    """Every window in force at `at`, from the whole history before it."""
    inconvenient: list[Window] = []
    convenient: list[Window] = []
    notes = case.facts.get("file_notes") or case.fact("inconvenient_times", "inconvenient_windows")
    if notes:
        inconvenient.extend(_noted(notes, None))
    for event in case.events:
        if event.at > at or (event.by == "collector" and event.kind == "consumer_request"):
            continue
        held = event.get("file_notes", "notes", "creditor_notes", "file")
        if isinstance(held, Mapping):
            inconvenient.extend(_noted(held, event))
        if event.kind not in ("consumer_request", "knowledge", "consumer_statement", "file_note", "creditor_notice"):
            continue
        named = words([event.get("request", "fact", "statement", "note"), event.get("status")])
        stated = list(windows_in(event.get("windows", "window", "times", "time_windows", *_NOTED[:8]), event))
        until = as_day(event.get("until", "through", "until_date", "valid_until", "end_date"))
        stated = [_bounded(window, until, as_day(event.get("from_date", "starting"))) for window in stated]
        if says(named, _FREE_AGAIN) and says(
            named, r" (time|times|hour|hours|inconvenien\w*|window|windows|day|days) "
        ):
            inconvenient = _without(inconvenient, stated)
        elif says(named, r" (convenient|preferred|prefers|best|available) ") and not says(
            named, r" (not|in) convenient "
        ):
            if says(named, r" (only|sole) "):
                inconvenient.extend(_all_but(stated, event))
            inconvenient = _without(inconvenient, stated, partly=True)
            convenient.extend(stated)
        elif stated and says(
            named,
            r" (inconvenient|disturb|busy|not call|no calls?|unavailable|asleep|sleep\w*|work\w*|time|times|shift) ",
        ):
            inconvenient.extend(stated)
            convenient = []
    return Designations(tuple(inconvenient), tuple(convenient))


def _noted(notes: Any, source: Event | None) -> list[Window]:
    if not isinstance(notes, Mapping):
        return list(windows_in(notes, source))
    until = as_day(notes.get("until", notes.get("through", notes.get("until_date", notes.get("end_date")))))
    since = as_day(notes.get("from_date", notes.get("starting")))
    found: list[Window] = []
    for name in _NOTED:
        found.extend(windows_in(notes.get(name), source))
    if "days" in notes and (notes.get("from") or notes.get("to")):
        found = [_window(notes, source)]
    return [_bounded(window, until, since) for window in found]


def _without(held: Iterable[Window], withdrawn: list[Window], *, partly: bool = False) -> list[Window]:
    """What is left after a withdrawal; a withdrawal that names no time takes back all of it."""
    if not withdrawn:
        return [] if not partly else list(held)
    left: list[Window] = []
    for window in held:
        pieces = [window]
        for gone in withdrawn:
            pieces = [part for piece in pieces for part in _cut(piece, gone)]
        left.extend(pieces)
    return left


def _cut(window: Window, gone: Window) -> list[Window]:
    shared = window.weekdays & gone.weekdays
    if window.dates:
        kept = (
            window.dates - gone.dates if gone.dates else frozenset(d for d in window.dates if d.weekday() not in shared)
        )
        return (
            []
            if not kept
            else [Window(window.weekdays, window.start, window.end, window.first, window.last, kept, window.source)]
        )
    if not shared or gone.dates:
        return [window]
    parts: list[Window] = []
    if window.weekdays - shared:
        parts.append(_like(window, window.weekdays - shared, window.start, window.end))
    if window.start < gone.start:
        parts.append(_like(window, shared, window.start, min(window.end, gone.start)))
    if gone.end < window.end:
        parts.append(_like(window, shared, max(window.start, gone.end), window.end))
    return parts


def _like(window: Window, days: frozenset[int], start: int, end: int) -> Window:
    return Window(days, start, end, window.first, window.last, window.dates, window.source)


def _all_but(stated: list[Window], event: Event) -> list[Window]:
    whole = [Window(frozenset(range(7)), 0, MINUTES_A_DAY, source=event)]
    for window in stated:
        whole = [part for piece in whole for part in _cut(piece, window)]
    return whole


def covering(windows: Iterable[Window], case: Case, at: datetime) -> Window | None:
    """The first window that holds this instant in any place the consumer might be."""
    zones = zones_at(case, at)
    locals_ = [at.astimezone(zone) for zone in zones] or [at]
    for window in windows:
        if any(window.covers(local) for local in locals_):
            return window
    return None

"""
Where the consumer is, and so what time it is there.

12 CFR 1006.6(b)(1)(i) and comment 2: local time at the consumer's location; where the evidence conflicts, the time
must be convenient in every place it points to. An unknown place is no place: the caller says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from arrears.law.audit.case import Case
from arrears.law.audit.words import as_list, truth

_SPOKEN = {
    "eastern": "America/New_York",
    "et": "America/New_York",
    "est": "America/New_York",
    "edt": "America/New_York",
    "central": "America/Chicago",
    "ct": "America/Chicago",
    "cst": "America/Chicago",
    "cdt": "America/Chicago",
    "mountain": "America/Denver",
    "mt": "America/Denver",
    "mst": "America/Denver",
    "mdt": "America/Denver",
    "pacific": "America/Los_Angeles",
    "pt": "America/Los_Angeles",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "arizona": "America/Phoenix",
    "atlantic": "America/Puerto_Rico",
}


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo | None:
    """An IANA zone, or a United States zone by its spoken name; None where it is neither."""
    try:
        return ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        spoken = name.strip().lower().replace("_", " ").removesuffix(" time").removeprefix("us/")
        known = _SPOKEN.get(spoken)
        return ZoneInfo(known) if known else None


def _named(value: Any) -> Iterator[ZoneInfo]:
    for entry in as_list(value):
        if isinstance(entry, Mapping):
            if truth(entry.get("ruled_out")) is True or truth(entry.get("superseded")) is True:
                continue
            given = entry.get("time_zone", entry.get("timezone", entry.get("zone", entry.get("tz"))))
            if given is not None:
                yield from _named(given)
            elif entry.get("area_code") is not None or entry.get("number") is not None:
                yield from _of_number(str(entry.get("number") or entry.get("area_code")))
        else:
            found = zone(str(entry))
            if found is not None:
                yield found


@lru_cache(maxsize=512)
def _of_number(number: str) -> tuple[ZoneInfo, ...]:
    import phonenumbers
    from phonenumbers import timezone as number_zones

    digits = "".join(character for character in number if character.isdigit())
    if len(digits) == 3:
        digits += "5550100"
    try:
        parsed = phonenumbers.parse(digits, "US")
    except phonenumbers.NumberParseException:
        return ()
    names = number_zones.time_zones_for_number(parsed)
    return tuple(found for found in (zone(name) for name in names) if found is not None)


def zones_at(case: Case, at: datetime | None) -> list[ZoneInfo]:
    """
    Every zone the consumer might be in at that instant; one where the place is known; none where nothing is.

    What the collector came to know last goes before what the file said.
    """
    known: list[ZoneInfo] | None = None
    for event in case.events:
        if at is not None and event.at > at:
            break
        given = event.get("time_zone", "timezone", "current_time_zone", "new_time_zone", "consumer_time_zone")
        if given is None and event.kind in ("knowledge", "location_update"):
            given = event.get("location_evidence", "zone")
        if given is not None and (
            event.kind in ("knowledge", "location_update", "consumer_request", "consumer_moved", "inbound_call")
            or event.says(r" (moved|travell?ing|location|located|relocat) ?")
        ):
            found = list(_named(given))
            if found and event.says(r" (conflict|additional|also|may|might|possib)"):
                known = [*(known if known is not None else _standing(case)), *found]
            elif found:
                known = found
    found = known if known is not None else _standing(case)
    unique: list[ZoneInfo] = []
    for candidate in found:
        if candidate not in unique:
            unique.append(candidate)
    return unique


def _standing(case: Case) -> list[ZoneInfo]:
    consumer = case.facts.get("consumer")
    consumer = consumer if isinstance(consumer, Mapping) else {}
    for holder in (consumer, case.facts):
        for name in ("known_location", "known_time_zone", "time_zone", "timezone", "tz", "location"):
            if holder.get(name) is not None:
                found = list(_named(holder[name]))
                if found:
                    return found
    for holder in (consumer, case.facts):
        for name in ("location_evidence", "time_zones", "possible_time_zones", "evidence", "locations"):
            if holder.get(name):
                return list(_named(holder[name]))
    return []

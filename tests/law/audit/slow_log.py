"""
A contact log judged the slow, obvious way: one row at a time, plain loops, no engine. The columns are held to it.

It knows the figures by heart, so that a change in a provision file shows up as a difference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

Row = Mapping[str, str | None]

ANSWERED = {"conversation", "answered_then_dropped", "voicemail"}
NOT_CONNECTED = {"busy", "not_in_service", "failed"}
OUTCOMES = ANSWERED | NOT_CONNECTED | {"no_answer"}
CALLS = ("call", "ai_call")
CHANNELS = (*CALLS, "sms", "email", "letter", "visit")
SHAPE = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})")
FIRST_DAY = {"us": date(2021, 11, 30), "cn": date(2025, 2, 28)}


@dataclass(frozen=True)
class Good:
    """A row that can be audited."""

    place: int
    raw: Row
    at: datetime
    zones: tuple[ZoneInfo, ...]

    @property
    def day(self) -> date:
        return self.at.astimezone(self.zones[0]).date()

    @property
    def outcome(self) -> str | None:
        return self.raw["outcome"]

    @property
    def outbound_call(self) -> bool:
        return self.raw["direction"] == "outbound" and self.raw["channel"] in CALLS


def zones_of(text: str | None) -> tuple[ZoneInfo, ...]:
    try:
        return tuple(ZoneInfo(name) for name in (text or "").split("|"))
    except (ZoneInfoNotFoundError, ValueError):
        return ()


def held_for(row: Row, pack: str) -> str | None:
    """What is wrong with a row whatever the others say."""
    at = row["at"]
    if not row["person"]:
        return "missing_person"
    if not row["debt"]:
        return "missing_debt"
    if not at or (not SHAPE.fullmatch(at) and re.match(r"\d{4}-\d{2}-\d{2}", at)):
        return "instant_without_offset"
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        return "impossible_time"
    if instant < datetime.combine(FIRST_DAY[pack], time(0), UTC):
        return "before_first_day"
    if row["channel"] not in CHANNELS:
        return "unknown_channel"
    if row["direction"] not in ("outbound", "inbound"):
        return "unknown_direction"
    if row["channel"] in CALLS and row["outcome"] not in OUTCOMES:
        return "unknown_outcome"
    if row["channel"] in CALLS and not row["number"]:
        return "missing_number"
    if not zones_of(row["time_zone"]):
        return "missing_time_zone"
    return None


def sorted_out(rows: Sequence[Row], pack: str) -> tuple[list[Good], dict[int, str]]:
    """The rows that can be audited, and why each of the others is held."""
    held: dict[int, str] = {}
    good: list[Good] = []
    for place, row in enumerate(rows, start=1):
        fault = held_for(row, pack)
        if fault:
            held[place] = fault
            continue
        at = datetime.fromisoformat(str(row["at"]))
        one = Good(place, row, at, zones_of(row["time_zone"]))
        if any(same_raw(row, other.raw) for other in good) or any(
            held.get(other) == "duplicate" and same_raw(row, rows[other - 1]) for other in range(1, place)
        ):
            held[place] = "duplicate"
        else:
            good.append(one)
    return sorted(good, key=lambda one: (one.at, one.place)), held


def same_raw(one: Row, other: Row) -> bool:
    """The same id; or every column the same."""
    return one["contact_id"] == other["contact_id"]


def key_of(row: Row) -> str | None:
    """A number as its country's exchange would dial it: digits after the country's code."""
    number = row["number"]
    if number is None:
        return None
    digits = "".join(character for character in number if character.isdigit())
    if number.startswith("+") or digits.startswith("00"):
        return digits.removeprefix("00")
    return digits if "America" in str(row["time_zone"]) else f"86{digits}"


Found = dict[tuple[int, str], tuple[int | None, tuple[int, ...]]]
"""(row, provision) to how many counted and which rows they were."""


def audit(rows: Sequence[Row], pack: str) -> tuple[Found, dict[int, str]]:
    good, held = sorted_out(rows, pack)
    found: Found = {}
    for one in good:
        if pack == "us":
            _hours(found, one, "us.reg_f.hours", time(21), time(8))
            _frequency(found, one, good)
            _after_talk(found, one, good)
        else:
            _hours(found, one, "cn.gbt_45251.contact_hours", time(22), time(8))
            if one.day >= date(2026, 1, 30):
                _hours(found, one, "cn.cba_2026.contact_hours", time(22), time(8))
            _cap(found, one, good, "cn.gbt_45251.connected_calls", "debtor", 3, answered_only=True)
            if one.day >= date(2026, 1, 30):
                _cap(found, one, good, "cn.cba_2026.dial_attempts", "number", 6, answered_only=False)
    return found, held


def _hours(found: Found, one: Good, provision: str, shut: time, opens: time) -> None:
    if one.raw["direction"] != "outbound":
        return
    for zone in one.zones:
        local = one.at.astimezone(zone).time()
        if local >= shut or local < opens:
            found[one.place, provision] = (None, (one.place,))


def _before(one: Good, other: Good) -> bool:
    return (other.day, other.at, other.place) <= (one.day, one.at, one.place)


def _frequency(found: Found, one: Good, good: Sequence[Good]) -> None:
    """More than seven within seven consecutive days, per person and debt, connected to the number."""
    if not one.outbound_call or one.outcome in NOT_CONNECTED:
        return
    counted = [
        other
        for other in good
        if other.outbound_call
        and other.outcome not in NOT_CONNECTED
        and other.raw["person"] == one.raw["person"]
        and other.raw["debt"] == one.raw["debt"]
        and 0 <= (one.day - other.day).days < 7
        and _before(one, other)
    ]
    if len(counted) > 7:
        found[one.place, "us.reg_f.call_frequency"] = (len(counted), tuple(sorted(item.place for item in counted)))


def _after_talk(found: Found, one: Good, good: Sequence[Good]) -> None:
    """Within seven consecutive days after a conversation, whoever placed the call; its day is the first."""
    if not one.outbound_call or one.outcome in NOT_CONNECTED:
        return
    talks = [
        other
        for other in good
        if (other.at, other.place) < (one.at, one.place)
        and other.raw["channel"] in CALLS
        and other.outcome == "conversation"
        and other.raw["person"] == one.raw["person"]
        and other.raw["debt"] == one.raw["debt"]
    ]
    if any((one.day - talk.day).days < 7 for talk in talks):
        found[one.place, "us.reg_f.call_after_conversation"] = (None, tuple(sorted((talks[-1].place, one.place))))


def _cap(
    found: Found, one: Good, good: Sequence[Good], provision: str, per: str, most: int, *, answered_only: bool
) -> None:
    def key(row: Good) -> str | None:
        return (row.raw["debtor"] or row.raw["person"]) if per == "debtor" else key_of(row.raw)

    def counts(row: Good) -> bool:
        return row.outbound_call and (not answered_only or row.outcome in ANSWERED)

    if not counts(one):
        return
    counted = [
        other
        for other in good
        if counts(other) and key(other) == key(one) and other.day == one.day and _before(one, other)
    ]
    if len(counted) > most:
        found[one.place, provision] = (len(counted), tuple(sorted(item.place for item in counted)))

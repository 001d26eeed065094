"""
What the book says about reaching people: how they were contacted lately, and at which number or address.

Reads:  contacts and contact_points of book.table.Snapshot
Gives:  CONTACTED, one row per person with a recent attempt; REACHABLE, one row per person with a contact point
Never:  counts contacts the borrower began; takes a contact point known not to work.

Days are calendar days where the borrower is. The clock of the night stands for all days of the window, so an
attempt within an hour of midnight on the far side of a change to summer time may count on the day beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir

from arrears.book.table import Snapshot
from arrears.decision.policy import CHANNELS
from arrears.segmentation.table import COLLECT_ON

CALLS = ("call", "ai_call")
NO_SECOND = -(10**12)
"""Earlier than any attempt: what stands for "never" where a count is 0."""


def seconds_of(at: Any) -> ir.IntegerValue:
    """Whole seconds since the epoch."""
    return at.epoch_seconds().cast("int64")


def contacted(snapshot: Snapshot, window_days: int, channels: Sequence[str]) -> ir.Table:
    """
    CONTACTED: person_id, attempts (by channel, 7 and 30 days, all), last second by channel and in any, answered.

    Attempts are outbound and lie before the night's day in UTC plus one day, so that no zone loses its evening;
    those of the day itself count too: a night that runs twice in a day sees what the day did.
    """
    contacts = snapshot["contacts"]
    since = _midnight(snapshot.as_of - timedelta(days=window_days))
    until = _midnight(snapshot.as_of + timedelta(days=1))
    week = _midnight(snapshot.as_of - timedelta(days=7))
    recent = contacts.filter(contacts.direction == "outbound", contacts.at >= since, contacts.at < until)
    recent = recent.select("person_id", "channel", "connected", "at")
    never = ibis.null(contacts.at.type().copy(nullable=True))
    by_channel: dict[str, Any] = {}
    for channel in channels:
        mine = recent.channel.isin(CALLS) if channel == "call" else recent.channel == channel
        by_channel[f"attempts_{channel}"] = mine.cast("int32").sum()
        by_channel[f"last_{channel}_second"] = ibis.ifelse(mine, recent.at, never).max()
    found = recent.group_by("person_id").agg(
        attempts=ibis._.count().cast("int32"),
        attempts_7d=(recent.at >= week).cast("int32").sum(),
        last_second=recent.at.max(),
        answered=(recent.connected.fill_null(False) & recent.channel.isin(CALLS)).cast("int32").max(),
        **by_channel,
    )
    # Instants become seconds once a person, not once a contact.
    last = [name for name in found.columns if name.startswith("last_")]
    return found.mutate(**{name: seconds_of(found[name]).fill_null(NO_SECOND) for name in last})


def reachable(snapshot: Snapshot, channels: Sequence[str], *, among: ir.Table) -> ir.Table:
    """
    REACHABLE for the persons of `among`: person_id, and per kind of point used (phone, email, address) by what it is
    counted, and its lawful source.

    Where a person has several, one known to work goes before one not yet known, then the first by id.
    """
    kinds = sorted({kind for channel in channels if (kind := CHANNELS[channel]) is not None})
    points = snapshot["contact_points"]
    points = points.filter(points.valid.fill_null(True), points.channel.isin(kinds)).semi_join(among, "person_id")
    place = ibis.ifelse(points.valid.fill_null(False), "0", "1") + points.contact_point_id
    # A book from before there were keys is counted by what is written in it.
    points = points.select(
        "person_id", "channel", "lawful_source", key=points.number_key.fill_null(points.value), place=place
    )
    columns: dict[str, Any] = {}
    for kind in kinds:
        mine = points.channel == kind
        columns[kind] = points.key.argmin(points.place, where=mine)
        columns[f"{kind}_source"] = points.lawful_source.argmin(points.place, where=mine)
    return points.group_by("person_id").agg(**columns)


def decided_lately(snapshot: Snapshot) -> ir.Table:
    """of_decided: people of whom somebody decided that collection goes on, and about whom nobody is asked again yet."""
    day, holds = ibis.literal(snapshot.as_of), snapshot["holds"]
    running = holds.filter(
        holds.kind == COLLECT_ON, holds.learned_on <= day, holds.ends_on.isnull() | (holds.ends_on > day)
    )
    return running.select(of_decided="person_id").distinct()


def _midnight(day: date) -> ir.TimestampScalar:
    return ibis.literal(datetime.combine(day, time(0), UTC))

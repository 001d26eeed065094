"""
The rows of a plain contact log: which can be audited, and which are held with the reason.

Reads:  a table of text (LOG), one row per contact as the sender wrote it
Gives:  the same rows with whole seconds since the epoch, and `held` (null where the row can be audited)
Never:  guesses an offset, a zone or an outcome; takes the order of the file for the order of time; reads a file or a
        clock
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

LOG = {
    "row": "!int64",  # as in the file, from 1
    "contact_id": "!string",
    "person": "string",
    "debtor": "string",  # whose debt; the person where the log does not say
    "debt": "string",
    "number": "string",
    "number_key": "string",  # by which numbers are counted: kernel.number, or the address in one form
    "at": "string",
    "instant": "string",  # the same as ISO 8601 with its offset, where the sender wrote it another way
    "channel": "string",
    "direction": "string",
    "outcome": "string",
    "time_zone": "string",  # IANA; several plausible ones joined by "|"
}

CHANNELS = ("call", "ai_call", "sms", "email", "letter", "visit")
CALLS = ("call", "ai_call")
DIRECTIONS = ("outbound", "inbound")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an outcome of a call says: whether the line connected, whether it was answered, whether they talked."""

    connected: bool
    answered: bool
    talked: bool


OUTCOMES = {
    "no_answer": Outcome(True, False, False),
    "busy": Outcome(False, False, False),
    "not_in_service": Outcome(False, False, False),
    "failed": Outcome(False, False, False),
    "answered_then_dropped": Outcome(True, True, False),
    "conversation": Outcome(True, True, True),
    # A machine that answers is a line that was answered: the stricter of two readings where calls answered are capped.
    "voicemail": Outcome(True, True, False),
    "voicemail_limited_content": Outcome(True, True, False),
    "voicemail_without_ringing": Outcome(True, True, False),
    "voicemail_unable_to_leave_message": Outcome(True, True, False),
    "voicemail_partial": Outcome(True, True, False),
    "ringless_voicemail": Outcome(True, True, False),
    "recorded_message": Outcome(True, True, False),
}

HELD = {
    "missing_person": "The row names nobody.",
    "missing_debt": "The row names no debt.",
    "instant_without_offset": "The instant has no offset from UTC, so it could be any of many.",
    "impossible_time": "There is no such day, hour or offset.",
    "before_first_day": "No law is encoded for so early a day.",
    "unknown_channel": "The channel is not one of: " + ", ".join(CHANNELS) + ".",
    "unknown_direction": "The direction is neither outbound nor inbound.",
    "unknown_outcome": "The outcome of the call is not one that is known.",
    "missing_number": "The call names no number.",
    "missing_time_zone": "Nothing says where the person is, so the local day and hour are not known.",
    "duplicate": "An earlier row has the same id, or is the same in every column.",
}
"""Why a row is held, in the order in which the reasons are looked for."""

_SHAPE = r"^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?) ?(Z|z|[+-]\d{2}:?\d{2})$"
_NAIVE = r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?$"
FURTHEST_OFFSET_S = 14 * 3600
"""The furthest offset from UTC that any place keeps."""


def read_rows(log: ir.Table, zones: Sequence[str], first_day_s: int) -> ir.Table:
    """
    LOG with `at_s`, `place` (the order in time; of the file where instants are the same), `connected`, `answered`,
    `talked` and `held`.

    `zones` are the values of time_zone that are known; `first_day_s` the first second any law here was encoded for.
    """
    rows = log.mutate(
        **{name: _text(log[name]) for name in LOG if name not in ("row", "contact_id")},
    )
    rows = rows.mutate(debtor=rows.debtor.fill_null(rows.person))
    rows = rows.mutate(
        at_s=_seconds(rows.instant.fill_null(rows.at)), number_key=rows.number_key.fill_null(rows.number)
    )
    rows = _with_outcome(rows)
    rows = rows.mutate(held=_own_fault(rows, zones, first_day_s))
    rows = rows.mutate(held=rows.held.fill_null(_repeated(rows)))
    return rows.mutate(place=ibis.row_number().over(ibis.window(order_by=[rows.at_s, rows.row])))


def _text(column: ir.Column) -> ir.StringValue:
    return column.cast("string").strip().nullif("")


def _seconds(at: ir.StringValue) -> ir.IntegerValue:
    """Whole seconds since the epoch; null where the text is no instant with an offset."""
    clock = at.re_extract(_SHAPE, 2)
    clock = ibis.ifelse(clock.length() == 5, clock + ":00", clock.substr(0, 8))
    local = (at.re_extract(_SHAPE, 1) + " " + clock).try_cast("timestamp").epoch_seconds().cast("int64")
    shift = at.re_extract(_SHAPE, 3)
    digits = shift.replace(":", "")
    sign = ibis.ifelse(digits.substr(0, 1) == "-", -1, 1)
    hours, minutes = digits.substr(1, 2).try_cast("int64"), digits.substr(3, 2).try_cast("int64")
    offset = ibis.ifelse(shift.lower() == "z", 0, sign * (hours * 3600 + minutes * 60))
    fits = at.re_search(_SHAPE) & (offset.abs() <= FURTHEST_OFFSET_S) & (minutes.fill_null(0) < 60)
    return ibis.ifelse(fits, local - offset, ibis.null("int64"))


def _with_outcome(rows: ir.Table) -> ir.Table:
    def says(name: str) -> ir.BooleanValue:
        named = [outcome for outcome, what in OUTCOMES.items() if getattr(what, name)]
        known = rows.outcome.isin(list(OUTCOMES))
        return ibis.ifelse(known, rows.outcome.isin(named), ibis.null("boolean"))

    return rows.mutate(connected=says("connected"), answered=says("answered"), talked=says("talked"))


def _own_fault(rows: ir.Table, zones: Sequence[str], first_day_s: int) -> ir.StringValue:
    """What is wrong with a row whatever the others say."""
    call = rows.channel.isin(CALLS)
    no_zone = ~rows.time_zone.isin(list(zones)) if zones else ibis.literal(True)
    faults: list[tuple[ir.BooleanValue, str]] = [
        (rows.person.isnull(), "missing_person"),
        (rows.debt.isnull(), "missing_debt"),
        (
            rows.at.isnull() | (rows.instant.isnull() & ~rows.at.re_search(_SHAPE) & rows.at.re_search(_NAIVE)),
            "instant_without_offset",
        ),
        (rows.at_s.isnull(), "impossible_time"),
        (rows.at_s < first_day_s, "before_first_day"),
        (~rows.channel.isin(CHANNELS).fill_null(False), "unknown_channel"),
        (~rows.direction.isin(DIRECTIONS).fill_null(False), "unknown_direction"),
        (call & ~rows.outcome.isin(list(OUTCOMES)).fill_null(False), "unknown_outcome"),
        (call & rows.number.isnull(), "missing_number"),
        (rows.time_zone.isnull() | no_zone, "missing_time_zone"),
    ]
    return ibis.cases(*faults, else_=ibis.null("string"))


def _repeated(rows: ir.Table) -> ir.StringValue:
    """
    A row that bears the id of an earlier good row, or says in every column what that one says.

    Two calls of one minute with ids of their own are two calls.
    """
    good = ibis.ifelse(rows.held.isnull(), rows.row, ibis.null("int64"))
    own_id = ibis.ifelse(rows.contact_id == "row " + rows.row.cast("string"), ibis.null("string"), rows.contact_id)
    alike = [own_id, *(rows[name] for name in LOG if name not in ("row", "contact_id"))]
    first_alike = good.min().over(ibis.window(group_by=alike))
    first_named = good.min().over(ibis.window(group_by=[rows.contact_id]))
    earlier = (first_alike < rows.row) | (first_named < rows.row)
    return ibis.ifelse(earlier, "duplicate", ibis.null("string"))

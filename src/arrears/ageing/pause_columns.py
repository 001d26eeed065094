"""
Pauses, as whole columns: who is paused on a day, since when, and how many late days a pause takes off.

Reads:  book.table.PAUSES, those learned by the night and begun by it
Gives:  `running` (accounts in a pause) and `paused_days` (late days inside pauses)

A pause is active from start to end, both days included. The days it takes off are half open: from its start, or
the due date where that is later, up to its end, the end not counted. Pauses that overlap count once.
"""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis.util import gen_name

RUNNING = {
    "account_id": "!string",
    "frozen_on": "!date",  # the day at whose end the bucket was last worked out
}


def known_pauses(pauses: ir.Table, as_of: date) -> ir.Table:
    """
    (account_id, start_on, end_on, learned_on, covered_until): pauses begun and known by `as_of`, each with the
    latest end of those before it (its own start where there is none), so that no day is counted twice.
    """
    night = ibis.literal(as_of)
    known = pauses.filter(pauses.learned_on <= night, pauses.start_on <= night, pauses.end_on >= pauses.start_on)
    earlier = ibis.window(group_by="account_id", order_by=["start_on", "end_on"], rows=(None, -1))
    known = known.select(
        "account_id",
        "start_on",
        "end_on",
        "learned_on",
        covered_until=known.end_on.max().over(earlier).fill_null(known.start_on),
        is_first=known.end_on.max().over(earlier).isnull(),
    )
    return known.alias(gen_name("known_pauses"))


def running(known: ir.Table, as_of: date) -> ir.Table:
    """
    Accounts in a pause on `as_of`, as RUNNING. Pauses that touch or follow day on day are one rest: the bucket
    was last worked out the day before the rest began, or, where one of its pauses was entered late, on the day
    it was entered.
    """
    begins = known.is_first | (known.start_on > as_day(known.covered_until + ibis.interval(days=1)))
    in_order = ibis.window(group_by="account_id", order_by=["start_on", "end_on"], rows=(None, 0))
    rests = known.mutate(begins=begins.cast("int64"))
    rests = rests.mutate(rest=rests.begins.sum().over(in_order))
    late = rests.learned_on > rests.start_on
    rests = rests.mutate(entered_late_on=ibis.ifelse(late, rests.learned_on, ibis.null("date")))
    rests = rests.group_by("account_id", "rest").agg(
        start_on=rests.start_on.min(), end_on=rests.end_on.max(), entered_late_on=rests.entered_late_on.max()
    )
    now = rests.filter(rests.end_on >= ibis.literal(as_of))
    day_before = as_day(now.start_on - ibis.interval(days=1))
    now = now.select("account_id", frozen_on=now.entered_late_on.fill_null(day_before))
    return now.alias(gen_name("resting"))


def paused_days(known: ir.Table, late: ir.Table) -> ir.Table:
    """(account_id, paused_days) for the accounts of `late` (account_id, due_on, on)."""
    both = known.inner_join(late, "account_id")
    since = ibis.greatest(both.start_on, both.covered_until, both.due_on)
    until = ibis.least(both.end_on, both.on)
    days = ibis.greatest(until.delta(since, unit="day"), 0)
    return both.group_by("account_id").agg(paused_days=days.sum())


def as_day(moved: ir.DateValue) -> ir.DateValue:
    """A date that was moved by days. Engines make a timestamp of it, which Ibis takes for a date; this makes it one."""
    day: ir.DateValue = moved.cast("timestamp").cast("date")
    return day

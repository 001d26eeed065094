"""
What kind of case each account is tonight, and what holds it, as whole columns.

Reads:  ageing.table.AGED; persons and holds of book.table.Snapshot
Gives:  segmentation.table.SEGMENTED, one row per account
Never:  guesses. A fact nobody stated gives null, and a fact the plan needs and lacks is a reason to hold.
        Reads no birth date, sex, marriage, education or ethnicity.

`tests/segmentation/one_account.py` says the same row by row; a test holds the two equal.
"""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from arrears.book.table import Snapshot
from arrears.kernel.reasons import Reason
from arrears.kernel.table import conform
from arrears.segmentation.table import (
    CASES,
    COLLECT_ON,
    ENDED,
    HOLD_REASONS,
    SEGMENTED,
    SEGMENTS,
    STAGE_FROM_BUCKET,
    STAGE_FROM_DAY,
)


def segment(aged: ir.Table, snapshot: Snapshot) -> ir.Table:
    """Every account of `aged`, as SEGMENTED: lazy, on the snapshot's engine."""
    return conform(cases(aged, snapshot), SEGMENTED, name="segmented")


def cases(aged: ir.Table, snapshot: Snapshot) -> ir.Table:
    """The same rows with the columns of AGED and then those of SEGMENTED, so that nobody has to join the two."""
    persons = snapshot["persons"].select("person_id", "time_zone", "occupation", "payday", "vulnerability")
    joined = aged.left_join(persons, "person_id").drop("person_id_right")
    held = holds_in_force(snapshot)
    joined = joined.left_join(held, joined.person_id == held.of_person)
    staged = _with_stage(joined)
    return conform(_with_reason(_with_kind(staged)), CASES, name="cases")


def holds_in_force(snapshot: Snapshot) -> ir.Table:
    """
    One row per person with a hold in force on the day, known by then: `holds`, and the gravest with its days.

    (of_person, holds, first_kind, held_since_on, held_until_on); where several holds of a kind run, the days
    are those of the longest.
    """
    day = ibis.literal(snapshot.as_of)
    holds = snapshot["holds"]
    running = holds.filter(
        holds.placed_on <= day,
        holds.learned_on <= day,
        holds.ends_on.isnull() | (holds.ends_on > day),
        holds.kind != COLLECT_ON,
    )
    by_kind = running.group_by("person_id", "kind").agg(
        since_on=running.placed_on.min(),
        open_ended=running.ends_on.isnull().cast("int64").max(),
        last_on=running.ends_on.max(),
    )
    rank = ibis.cases(
        *[(by_kind.kind == kind, place) for place, kind in enumerate(HOLD_REASONS)], else_=len(HOLD_REASONS)
    )
    ranked = by_kind.mutate(rank=rank)
    of_person = ranked.group_by("person_id").agg(
        gravest=ranked.rank.min(), holds=ranked.kind.group_concat(",", order_by=ranked.kind)
    )
    both = of_person.inner_join(ranked, [of_person.person_id == ranked.person_id, of_person.gravest == ranked.rank])
    # Kinds nobody knows share the last rank; one of them is named, and all of them hold.
    return both.group_by(of_person=both.person_id).agg(
        holds=both.holds.min(),
        first_kind=both.kind.min(),
        held_since_on=both.since_on.min(),
        held_until_on=ibis.ifelse(both.open_ended.max() == 1, ibis.null("date"), both.last_on.max()),
    )


def _with_stage(cases: ir.Table) -> ir.Table:
    days = cases.delinquent_days
    ended = cases.loan_status.isin(ENDED)
    by_day: list[tuple[Any, str]] = [(days >= first, stage) for stage, first in reversed(STAGE_FROM_DAY.items())]
    by_bucket = [(cases.bucket == bucket, stage) for bucket, stage in STAGE_FROM_BUCKET.items()]
    from_bucket = days.isnull() & cases.bucket.isin(list(STAGE_FROM_BUCKET))
    return cases.mutate(
        stage=ibis.cases(
            (ended, "end"),
            *by_day,
            (days.notnull(), "before_due"),
            *by_bucket,
            else_=ibis.null("string"),
        ),
        stage_fact=ibis.cases(
            (ended, "loan_status"),
            (days.notnull(), "delinquent_days"),
            (from_bucket, "bucket"),
            else_=ibis.null("string"),
        ),
    )


def _with_kind(cases: ir.Table) -> ir.Table:
    occupation, stated = cases.occupation, cases.vulnerability
    retired = (occupation == "retired_public").fill_null(False)
    return cases.mutate(
        segment=ibis.cases(
            (occupation.isin(SEGMENTS), occupation),
            (occupation.notnull(), "other"),
            else_=ibis.null("string"),
        ),
        segment_fact=ibis.ifelse(occupation.notnull(), "occupation", ibis.null("string")),
        vulnerability=ibis.cases((stated.notnull(), stated), (retired, "retired"), else_=ibis.null("string")),
        vulnerability_fact=ibis.cases(
            (stated.notnull(), "vulnerability"), (retired, "occupation"), else_=ibis.null("string")
        ),
    )


def _with_reason(cases: ir.Table) -> ir.Table:
    held_by_person = cases.first_kind.notnull()
    kinds: list[tuple[Any, str]] = [(cases.first_kind == kind, reason.value) for kind, reason in HOLD_REASONS.items()]
    tests: list[tuple[Any, str, str]] = [
        (cases.person_id.isnull(), Reason.HELD_FOR_MISSING_BORROWER.value, "person_id"),
        *[(test, reason, "holds") for test, reason in kinds],
        # A hold of a kind nobody knows is honoured as the most careful one: somebody must look at it.
        (held_by_person, Reason.HELD_FOR_INCIDENT.value, "holds"),
        (cases.paused, Reason.HELD_FOR_PAUSE.value, "paused"),
        (cases.bucket.isnull(), Reason.HELD_FOR_MISSING_AGE.value, "bucket"),
        (cases.overdue_cents.isnull(), Reason.HELD_FOR_MISSING_OVERDUE_AMOUNT.value, "overdue_cents"),
        (cases.time_zone.isnull(), Reason.HELD_FOR_MISSING_TIME_ZONE.value, "time_zone"),
    ]
    return cases.mutate(
        holds=cases.holds.fill_null(""),
        held_reason=ibis.cases(*[(test, reason) for test, reason, _ in tests], else_=ibis.null("string")),
        held_fact=ibis.cases(*[(test, fact) for test, _, fact in tests], else_=ibis.null("string")),
    )

"""Stage, segment, vulnerability and holds: from stated facts, with the fact named, and equal row by row."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.segmentation.one_account import segment_one

from arrears.ageing.table import AGED
from arrears.book.table import HOLDS, PERSONS, Snapshot
from arrears.kernel.reasons import Reason
from arrears.kernel.table import schema_of
from arrears.segmentation.from_ageing import segment
from arrears.segmentation.table import HELD_ORDER, HOLD_REASONS, SEGMENTED, STAGE_FROM_DAY

NIGHT = date(2026, 11, 23)
CON = ibis.duckdb.connect()
Row = dict[str, Any]


def table(rows: list[Row], columns: dict[str, str]) -> ibis.expr.types.Table:
    plain = {name: kind.lstrip("!") for name, kind in columns.items()}
    filled = [{name: row.get(name) for name in plain} for row in rows]
    return ibis.memtable(pa.Table.from_pylist(filled, schema=schema_of(plain).to_pyarrow()))


def aged_row(**facts: Any) -> Row:
    row: Row = {
        "account_id": "A-1",
        "person_id": "P-1",
        "lender_id": "L",
        "product": "consumer_loan",
        "currency": "CNY",
        "loan_status": "active",
        "age_source": "due_date",
        "delinquent_days": 12,
        "days_past_due": 12,
        "bucket": "M1",
        "overdue_cents": 120_000,
        "outstanding_cents": 900_000,
        "paused": False,
    }
    return row | facts


def person_row(**facts: Any) -> Row:
    return {"person_id": "P-1", "time_zone": "Asia/Shanghai", "occupation": "worker", "payday": 10} | facts


def hold_row(kind: str, **facts: Any) -> Row:
    return {
        "person_id": "P-1",
        "kind": kind,
        "placed_on": NIGHT - timedelta(3),
        "learned_on": NIGHT - timedelta(3),
        "ends_on": None,
    } | facts


def segmented(aged: list[Row], persons: list[Row], holds: list[Row]) -> list[Row]:
    snapshot = Snapshot(NIGHT, {"persons": table(persons, PERSONS), "holds": table(holds, HOLDS)})
    rows: list[Row] = CON.to_pyarrow(segment(table(aged, AGED), snapshot)).to_pylist()
    return sorted(rows, key=lambda row: row["account_id"])


def one(aged: Row, person: Row | None = None, *holds: Row) -> Row:
    return segmented([aged], [person] if person else [], list(holds))[0]


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        (0, "before_due"),
        (1, "growth"),
        (30, "growth"),
        (31, "maturity"),
        (90, "maturity"),
        (91, "decline"),
        (181, "end"),
    ],
)
def test_a_case_has_five_ages_and_each_begins_on_its_day(days: int, stage: str) -> None:
    """Before due, growth, maturity, decline, end (seed-map L2); the fact behind it is named."""
    row = one(aged_row(delinquent_days=days), person_row())
    assert (row["stage"], row["stage_fact"]) == (stage, "delinquent_days")


def test_a_charged_off_loan_is_at_its_end_whatever_its_days() -> None:
    """The last age means restructuring, sale, litigation or write-off (L3), and never more calls."""
    row = one(aged_row(loan_status="charged_off", delinquent_days=10), person_row())
    assert (row["stage"], row["stage_fact"]) == ("end", "loan_status")


def test_unknown_days_and_an_unknown_bucket_give_no_stage() -> None:
    """Unknown is never before due."""
    row = one(aged_row(delinquent_days=None, bucket=None), person_row())
    assert (row["stage"], row["stage_fact"]) == (None, None)
    assert row["held_reason"] == Reason.HELD_FOR_MISSING_AGE


def test_a_book_of_months_that_knows_only_the_bucket_has_a_stage_from_it() -> None:
    row = one(aged_row(delinquent_days=None, bucket="M3"), person_row())
    assert (row["stage"], row["stage_fact"]) == ("maturity", "bucket")


def test_an_occupation_nobody_stated_gives_no_segment() -> None:
    row = one(aged_row(), person_row(occupation=None))
    assert (row["segment"], row["segment_fact"]) == (None, None)
    assert one(aged_row(), person_row(occupation="student"))["segment"] == "other"


def test_a_retired_borrower_is_treated_as_vulnerable_and_the_fact_is_named() -> None:
    """P2: health and family burdens; gentle. What was stated goes before what the occupation suggests."""
    retired = one(aged_row(), person_row(occupation="retired_public"))
    assert (retired["vulnerability"], retired["vulnerability_fact"]) == ("retired", "occupation")
    ill = one(aged_row(), person_row(occupation="retired_public", vulnerability="illness"))
    assert (ill["vulnerability"], ill["vulnerability_fact"]) == ("illness", "vulnerability")
    assert one(aged_row(), person_row())["vulnerability"] is None


@pytest.mark.parametrize(("kind", "reason"), HOLD_REASONS.items())
def test_every_hold_keeps_its_own_reason(kind: str, reason: Reason) -> None:
    row = one(aged_row(), person_row(), hold_row(kind))
    assert (row["held_reason"], row["held_fact"], row["holds"]) == (reason, "holds", kind)
    assert row["held_since_on"] == NIGHT - timedelta(3)


def test_a_promise_holds_until_its_day_and_not_on_it() -> None:
    """`ends_on` is the first day it no longer holds."""
    still = one(aged_row(), person_row(), hold_row("promise", ends_on=NIGHT + timedelta(1)))
    assert (still["held_reason"], still["held_until_on"]) == (Reason.HELD_FOR_OPEN_PROMISE, NIGHT + timedelta(1))
    assert one(aged_row(), person_row(), hold_row("promise", ends_on=NIGHT))["held_reason"] is None


def test_a_hold_learned_tomorrow_does_not_hold_tonight() -> None:
    """Two dates on every fact, so that a past night replays."""
    row = one(aged_row(), person_row(), hold_row("dispute", learned_on=NIGHT + timedelta(1)))
    assert row["held_reason"] is None


def test_a_hold_of_a_kind_nobody_knows_is_still_a_hold() -> None:
    row = one(aged_row(), person_row(), hold_row("something_new"))
    assert (row["held_reason"], row["holds"]) == (Reason.HELD_FOR_INCIDENT, "something_new")


def test_the_gravest_of_several_holds_is_named_and_all_are_listed() -> None:
    row = one(aged_row(), person_row(), hold_row("promise"), hold_row("deceased"), hold_row("complaint"))
    assert row["held_reason"] == Reason.HELD_FOR_DEATH
    assert row["holds"] == "complaint,deceased,promise"


def test_missing_facts_hold_an_account_and_say_which_fact() -> None:
    """No time zone is never taken as UTC, no borrower never as nobody to protect."""
    assert one(aged_row(), person_row(time_zone=None))["held_reason"] == Reason.HELD_FOR_MISSING_TIME_ZONE
    assert one(aged_row())["held_fact"] == "time_zone"
    assert one(aged_row(person_id=None), person_row())["held_reason"] == Reason.HELD_FOR_MISSING_BORROWER
    assert one(aged_row(overdue_cents=None), person_row())["held_fact"] == "overdue_cents"
    assert one(aged_row(paused=True), person_row())["held_reason"] == Reason.HELD_FOR_PAUSE


def test_every_reason_to_hold_has_a_place_in_the_order() -> None:
    assert len(set(HELD_ORDER)) == len(HELD_ORDER)
    assert set(HOLD_REASONS.values()) <= set(HELD_ORDER)
    assert list(STAGE_FROM_DAY.values()) == sorted(STAGE_FROM_DAY.values())


DAYS = st.one_of(st.none(), st.integers(0, 400))
NEAR = st.integers(-5, 5).map(lambda step: NIGHT + timedelta(step))
PEOPLE = ("P-1", "P-2", "P-3", None)


@st.composite
def books(draw: st.DrawFn) -> tuple[list[Row], list[Row], list[Row]]:
    aged = [
        aged_row(
            account_id=f"A-{n}",
            person_id=draw(st.sampled_from(PEOPLE)),
            loan_status=draw(st.sampled_from(["active", "charged_off", "written_off", "closed"])),
            delinquent_days=draw(DAYS),
            bucket=draw(st.sampled_from([None, "M0", "M1", "M3", "M7+", "late"])),
            overdue_cents=draw(st.sampled_from([None, 0, 5_000])),
            paused=draw(st.booleans()),
        )
        for n in range(draw(st.integers(1, 6)))
    ]
    persons = [
        person_row(
            person_id=who,
            time_zone=draw(st.sampled_from([None, "Asia/Shanghai"])),
            occupation=draw(st.sampled_from([None, "worker", "retired_public", "student", "business_owner"])),
            vulnerability=draw(st.sampled_from([None, "illness", "other"])),
            payday=draw(st.sampled_from([None, 10, 31])),
        )
        for who in draw(st.sets(st.sampled_from(["P-1", "P-2", "P-3"])))
    ]
    keys = st.tuples(st.sampled_from(["P-1", "P-2"]), st.sampled_from([*HOLD_REASONS, "new_a", "new_b"]), NEAR)
    holds = [
        hold_row(kind, person_id=who, placed_on=placed, learned_on=draw(NEAR), ends_on=draw(st.one_of(st.none(), NEAR)))
        for who, kind, placed in draw(st.sets(keys, max_size=6))
    ]
    return aged, persons, holds


@settings(max_examples=60, deadline=None)
@given(books())
def test_columns_and_the_row_by_row_version_agree(book: tuple[list[Row], list[Row], list[Row]]) -> None:
    """The fast version is the obvious one, for any book."""
    aged, persons, holds = book
    by_person = {person["person_id"]: person for person in persons}
    expected = [
        segment_one(
            row,
            by_person.get(row["person_id"]),
            [hold for hold in holds if hold["person_id"] == row["person_id"]],
            NIGHT,
        )
        for row in aged
    ]
    assert segmented(aged, persons, holds) == sorted(expected, key=lambda row: row["account_id"])
    assert list(expected[0]) == list(SEGMENTED)

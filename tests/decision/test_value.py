"""What a treatment is worth, said of one borrower at a time: recovery, cost, and the harm of one more contact."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import ibis
import pyarrow as pa
import pytest

from arrears.decision.allocate.problem import MAX_VALUE
from arrears.decision.load import load_policy
from arrears.decision.policy import Harm, Recovery, Treatment
from arrears.decision.value import gross, harm, payday_near

GENTLE = Harm(complaint_cost_cents=50_000, vulnerable_permille=3000, attempts_7d_permille=(1000, 1500, 4000))
CALL = replace(
    load_policy("default-2026-11").treatments[0],
    recovery=Recovery("prior", "a test", {"growth": 100_000}),
    complaint_ppm=0,
    fatigue_cents=0,
)


def harmed(treatment: Treatment, attempts_7d: int, *, vulnerable: bool = False) -> int:
    row = ibis.memtable(pa.table({"attempts": [attempts_7d], "vulnerable": [vulnerable]}))
    return int(harm(row.attempts, row.vulnerable, treatment, GENTLE).to_pyarrow()[0].as_py())


def recovered(treatment: Treatment, **facts: Any) -> int:
    usual = {
        "overdue_cents": 100_000,
        "stage": "growth",
        "segment": "unknown",
        "product": "consumer_loan",
        "answered_before": "unknown",
        "payday_near": "unknown",
        "attempts": 0,
        "attempts_7d": 0,
    }
    row = ibis.memtable(pa.table({name: [value] for name, value in (usual | facts).items()}))
    return int(gross(row, treatment).to_pyarrow()[0].as_py())


@pytest.mark.parametrize(("attempts_7d", "cents"), [(0, 150), (1, 300), (2, 450), (6, 1050)])
def test_the_first_contact_of_a_week_tires_too_and_each_attempt_before_it_adds_as_much(
    attempts_7d: int, cents: int
) -> None:
    """Contact is never free: with no attempt in the last seven days one more still costs its own fatigue."""
    assert harmed(replace(CALL, fatigue_cents=150), attempts_7d) == cents


@pytest.mark.parametrize(("attempts_7d", "cents"), [(0, 50), (1, 75), (2, 200), (3, 200), (9, 200)])
def test_a_complaint_grows_likelier_with_attempts_and_the_last_step_holds_for_more(
    attempts_7d: int, cents: int
) -> None:
    """1,000 in a million at 500.00 is 0.50, times the factor of the attempts."""
    assert harmed(replace(CALL, complaint_ppm=1000), attempts_7d) == cents


def test_harm_to_a_vulnerable_person_weighs_as_much_more_as_the_policy_says() -> None:
    """Complaint and fatigue alike, and only for them."""
    call = replace(CALL, complaint_ppm=1000, fatigue_cents=150)
    assert harmed(call, 0) == 200
    assert harmed(call, 0, vulnerable=True) == 600


def test_half_a_cent_of_harm_is_a_cent() -> None:
    """Halves go up: harm is never rounded away at the half."""
    assert harmed(replace(CALL, complaint_ppm=10), 0) == 1
    assert harmed(replace(CALL, complaint_ppm=9), 0) == 0


@pytest.mark.parametrize(("stage", "cents"), [("growth", 10_000), ("mature", 0)])
def test_a_treatment_recovers_its_share_of_what_is_overdue_and_nothing_at_a_stage_it_is_not_for(
    stage: str, cents: int
) -> None:
    """A tenth of 1,000.00 is 100.00."""
    assert recovered(CALL, stage=stage) == cents


def test_half_a_cent_of_recovery_is_a_cent() -> None:
    """A tenth of 0.05 is half a cent, taken as one; of 0.04, as none."""
    assert [recovered(CALL, overdue_cents=cents) for cents in (4, 5)] == [0, 1]


@pytest.mark.parametrize(("word", "cents"), [("yes", 20_000), ("no", 5_000), ("unknown", 10_000)])
def test_a_fact_multiplies_by_its_word_and_a_word_not_named_changes_nothing(word: str, cents: int) -> None:
    """Unknown is neither yes nor no."""
    asked = replace(CALL.recovery, by_word={"answered_before": {"yes": 2000, "no": 500}})
    assert recovered(replace(CALL, recovery=asked), answered_before=word) == cents


@pytest.mark.parametrize(("fact", "column"), [("attempts_7d", "attempts_7d"), ("attempts_30d", "attempts")])
def test_a_count_multiplies_by_its_step_and_the_last_step_holds_for_more(fact: str, column: str) -> None:
    """Two attempts or twenty are the same step where the policy names three."""
    tired = replace(CALL, recovery=replace(CALL.recovery, by_count={fact: (1000, 700, 200)}))
    assert [recovered(tired, **{column: count}) for count in (0, 1, 2, 20)] == [10_000, 7_000, 2_000, 2_000]
    always = replace(CALL, recovery=replace(CALL.recovery, by_count={fact: (300,)}))
    assert [recovered(always, **{column: count}) for count in (0, 5)] == [3_000, 3_000]


def test_an_absurd_amount_is_cut_before_it_is_worth_anything() -> None:
    """So that value times price fits whole numbers; below the cut nothing is cut."""
    whole = replace(CALL, recovery=replace(CALL.recovery, share_ppm={"growth": 1_000_000}))
    amounts = [MAX_VALUE - 1, MAX_VALUE, MAX_VALUE + 1]
    assert [recovered(whole, overdue_cents=cents) for cents in amounts] == [MAX_VALUE - 1, MAX_VALUE, MAX_VALUE]


@pytest.mark.parametrize(
    ("as_of", "near"),
    [
        (date(2026, 11, 15), {13, 14, 15}),
        (date(2026, 11, 30), {28, 29, 30, 31}),  # a payday of the 31st falls on the 30th
        (date(2026, 12, 1), {1, 29, 30, 31}),
        (date(2026, 12, 2), {1, 2, 30, 31}),
        (date(2026, 12, 3), {1, 2, 3}),
        (date(2027, 2, 28), {26, 27, 28, 29, 30, 31}),
        (date(2027, 3, 2), {1, 2, 28, 29, 30, 31}),
        (date(2027, 3, 3), {1, 2, 3}),
    ],
)
def test_a_payday_is_near_on_its_day_and_two_days_after(as_of: date, near: set[int]) -> None:
    """A payday that the month is too short for falls on its last day; one that nobody told is unknown."""
    row = ibis.memtable(pa.table({"payday": pa.array([*range(1, 32), None], pa.int64())}))
    said = payday_near(row.payday, as_of).name("near")
    found = row.mutate(said).to_pyarrow().to_pylist()
    assert {one["payday"] for one in found if one["near"] == "yes"} == near
    assert [one["payday"] for one in found if one["near"] == "unknown"] == [None]

"""Pauses: what they take off, when the bucket froze, and which may be entered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from arrears.ageing.pauses import Action, Pause, effective, frozen_on, paused_days, refusal


def october(day: int) -> date:
    return date(2023, 9, 30) + timedelta(days=day)


def pause(start: int, end: int, learned: int | None = None) -> Pause:
    return Pause(october(start), october(end), None if learned is None else october(learned))


def entered(start: int | None, end: int | None, kind: str = "pause") -> Action:
    return Action(
        kind,
        None if start is None else october(start),
        None if end is None else october(end),
    )


def resumed(day: int) -> Action:
    return entered(day, None, "resume")


@pytest.mark.parametrize(
    ("pauses", "due", "on", "days"),
    [
        ([pause(15, 25)], 1, 26, 10),  # the last day does not count
        ([pause(15, 25)], 1, 15, 0),  # nor does the first day yet
        ([pause(15, 25)], 1, 16, 1),
        ([pause(6, 25)], 16, 46, 9),  # days before the due date never count
        ([pause(6, 25)], 25, 46, 0),
        ([pause(25, 30), pause(30, 45)], 1, 30, 5),  # touching pauses count the shared day once
        ([pause(25, 30), pause(30, 45)], 1, 31, 6),
        ([pause(10, 20), pause(15, 30)], 1, 31, 20),  # overlapping ones count once
        ([pause(30, 30)], 1, 31, 0),
        ([], 1, 31, 0),
    ],
)
def test_a_pause_takes_off_its_overlap_with_overdue_time(pauses: list[Pause], due: int, on: int, days: int) -> None:
    """Half open: [start, end) inside [due date, the day)."""
    assert paused_days(pauses, october(due), october(on)) == days


@pytest.mark.parametrize(
    ("pauses", "on", "froze"),
    [
        ([pause(15, 25)], 14, None),
        ([pause(15, 25)], 15, 14),
        ([pause(15, 25)], 25, 14),  # active to its end, that day included
        ([pause(15, 25)], 26, None),
        ([pause(15, 25), pause(25, 30)], 28, 14),  # touching: one rest
        ([pause(15, 25), pause(26, 30)], 28, 14),  # from one day to the next: one rest
        ([pause(15, 25), pause(27, 30)], 28, 26),  # a day between: the bucket was worked out on it
        ([pause(15, 25, learned=18)], 20, 18),  # entered late: worked out the day it was entered
        ([pause(15, 25, learned=10)], 20, 14),
        ([pause(15, 25), pause(20, 30, learned=24)], 28, 24),
    ],
)
def test_the_bucket_froze_the_day_before_the_rest_began(pauses: list[Pause], on: int, froze: int | None) -> None:
    """Or on the day a pause of it was entered, where that was later."""
    assert frozen_on(pauses, october(on)) == (None if froze is None else october(froze))


def test_a_resume_ends_the_pauses_it_falls_in_and_no_later_entry() -> None:
    """A pause entered after the resume, from the same day on, runs its whole length."""
    actions = [entered(15, 20), resumed(18), entered(18, 20), entered(25, 30)]
    assert effective(actions) == [pause(15, 18), pause(18, 20), pause(25, 30)]


def test_only_a_resume_on_a_day_of_the_pause_ends_it() -> None:
    """Neither one before its start, nor another pause entered into it, nor one that names no day."""
    assert effective([entered(15, 20), resumed(14), entered(17, 25), entered(None, None, "resume")]) == [
        pause(15, 20),
        pause(17, 25),
    ]
    assert effective([entered(15, 20), resumed(15)]) == [pause(15, 15)]
    assert effective([entered(15, None), entered(None, 20)]) == []


@pytest.mark.parametrize(
    ("new", "existing", "reason"),
    [
        (entered(10, 20), [], None),
        (entered(10, 10), [], "shorter_than_one_day"),
        (entered(10, 9), [], "end_before_start"),
        (entered(10, None), [], "missing_end"),
        (entered(None, 20), [], "missing_start"),
        (entered(4, 20), [], "before_disbursement"),
        (entered(10, 20, ""), [], "missing_action"),
        (entered(10, 20, "halt"), [], "unknown_action"),
        (entered(5, 20), [], None),
        (entered(10, 20), [entered(20, 25)], None),
        (entered(10, 20), [entered(19, 25)], "overlaps_existing_pause"),
        (entered(10, 20), [entered(5, 10)], None),
        (entered(10, 20), [entered(5, 11)], "overlaps_existing_pause"),
        (entered(10, 20), [entered(12, 15)], "overlaps_existing_pause"),  # one inside the new one
        (entered(12, 15), [entered(10, 20)], "overlaps_existing_pause"),
        (entered(10, 20), [entered(5, 15), resumed(10)], None),
        (resumed(16), [entered(15, 20)], None),
        (resumed(16), [entered(16, 20)], None),
        (resumed(16), [], "resume_without_pause"),
        (resumed(16), [entered(10, 15)], "resume_without_pause"),
        (resumed(15), [entered(10, 20)], "resume_not_today"),
        (resumed(17), [entered(10, 20)], "resume_not_today"),
        (entered(16, 20, "resume"), [entered(10, 20)], "resume_has_end"),
        (resumed(16), [entered(10, 20), resumed(16)], "resume_already_exists"),
    ],
)
def test_which_actions_may_be_entered(new: Action, existing: list[Action], reason: str | None) -> None:
    """On the 16th, for a loan paid out on the 5th. Pauses may touch, not overlap."""
    found = refusal(new, existing, business_day=october(16), disbursed_on=october(5), loan_status="active")
    assert found == reason


def test_a_loan_that_is_not_active_takes_no_action() -> None:
    """Whatever the action is."""
    for new in (entered(10, 20), resumed(16)):
        found = refusal(new, [], business_day=october(16), disbursed_on=None, loan_status="closed")
        assert found == "loan_not_active"

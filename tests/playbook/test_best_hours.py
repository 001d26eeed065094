"""When somebody tends to answer is said with its uncertainty, and only within the lawful hours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.playbook.best_hours import PARTS, best_hours, interval

CALLS = st.lists(st.tuples(st.integers(0, 23), st.booleans()), max_size=40)


def test_a_part_of_the_day_with_more_behind_it_goes_before_one_lucky_call() -> None:
    """Seven of eight in the evening say more than one of one at noon."""
    calls = [(12, True), *[(19, True)] * 7, (20, False), (9, False)]
    windows = best_hours(calls, 8, 22)
    assert [(one.first, one.after, one.reached, one.calls) for one in windows] == [
        (19, 22, 7, 8),
        (12, 14, 1, 1),
        (8, 10, 0, 1),
    ]


@given(calls=CALLS, opens=st.integers(0, 23), closes=st.integers(1, 24))
def test_no_hour_that_the_law_closes_is_named(calls: list[tuple[int, bool]], opens: int, closes: int) -> None:
    """Each call inside the lawful hours is counted once, those outside never."""
    windows = best_hours(calls, opens, closes)
    assert all(opens <= one.first < one.after <= closes for one in windows)
    assert sum(one.calls for one in windows) == sum(opens <= hour < closes for hour, _ in calls)
    assert all(one.low <= one.reached / one.calls <= one.high for one in windows)


@pytest.mark.parametrize(("hits", "of"), [(0, 0), (0, 3), (3, 3), (5, 10), (500, 1000)])
def test_the_interval_holds_its_share_and_narrows_with_calls(hits: int, of: int) -> None:
    """Against the formula's own definition: both ends are where the share is Z standard errors away."""
    low, high = interval(hits, of)
    if of == 0:
        assert (low, high) == (0.0, 1.0)
        return
    for end in (low, high):
        assert (hits / of - end) ** 2 == pytest.approx(1.645**2 * end * (1 - end) / of, abs=1e-12)
    assert interval(hits * 10, of * 10)[1] - interval(hits * 10, of * 10)[0] < high - low


def test_the_parts_cover_the_day_once() -> None:
    """No hour is in two parts or in none."""
    assert [hour for first, after in PARTS for hour in range(first, after)] == list(range(24))

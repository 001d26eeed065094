"""Re-ageing and re-amortisation: principal moves, the rest stays, and not a cent is lost on the way."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.ageing.restructure import Terms, Unit, later, reage, reamortize
from arrears.ageing.waterfall import Debt

JANUARY, FEBRUARY, MARCH = (date(2024, month, 31 if month != 2 else 29) for month in (1, 2, 3))


def debt(due_on: date, principal: int, fee: int = 0) -> Debt:
    return Debt(due_on, {"principal": principal, "interest": 0, "fee": fee, "penalty": 0})


def test_reageing_leaves_fees_where_they_were_due() -> None:
    """The old debts keep their fee and their date; the new ones are principal alone."""
    debts = [debt(JANUARY, 100), debt(FEBRUARY, 100, fee=7)]

    moved, new = reage(debts, Terms(MARCH, 1, "months", 3))

    assert moved == 200
    assert [one.outstanding for one in debts] == [0, 7]
    assert new == [(MARCH, 67), (date(2024, 4, 30), 67), (date(2024, 5, 31), 66)]


def test_what_is_due_on_the_day_is_moved_and_what_is_later_takes_it() -> None:
    """`on` itself counts as due: only a later instalment can take it."""
    debts = [debt(JANUARY, 30), debt(FEBRUARY, 100, fee=5), debt(MARCH, 100)]

    assert reamortize(debts, FEBRUARY) == 130
    assert [one.outstanding for one in debts] == [0, 5, 230]


def test_there_must_be_a_later_instalment_to_move_to() -> None:
    """A fee that falls due later carries no principal, so it takes none."""
    debts = [debt(JANUARY, 30), debt(MARCH, 0, fee=5)]
    assert reamortize(debts, FEBRUARY) is None
    assert [one.outstanding for one in debts] == [30, 5]


@pytest.mark.parametrize(
    ("count", "unit", "day"),
    [
        (0, "months", JANUARY),
        (1, "months", FEBRUARY),  # a short month ends on its last day
        (2, "months", MARCH),  # and the next is not shortened by it
        (12, "months", date(2025, 1, 31)),
        (1, "years", date(2025, 1, 31)),
        (2, "weeks", date(2024, 2, 14)),
        (30, "days", date(2024, 3, 1)),
    ],
)
def test_a_step_of_the_calendar(count: int, unit: Unit, day: date) -> None:
    """From 31 January of a leap year."""
    assert later(JANUARY, count, unit) == day


@given(
    lines=st.lists(st.tuples(st.dates(date(2024, 1, 1), date(2024, 12, 31)), st.integers(0, 99), st.integers(0, 9))),
    on=st.dates(date(2024, 1, 1), date(2024, 12, 31)),
    count=st.integers(1, 24),
)
def test_what_is_owed_before_is_owed_after(lines: list[tuple[date, int, int]], on: date, count: int) -> None:
    """Either way the sum is the same, and no part is negative."""
    owed = sum(principal + fee for _, principal, fee in lines)
    debts = [debt(*line) for line in lines]
    reamortize(debts, on)
    assert sum(one.outstanding for one in debts) == owed

    moved, new = reage(debts, Terms(on, 1, "months", count))
    assert moved == sum(principal for _, principal, _ in lines)
    assert sum(part for _, part in new) + sum(one.outstanding for one in debts) == owed
    assert min(part for _, part in new) >= 0

"""Where money goes: both directions, the three rules for early money, chargebacks, and what must always hold."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.ageing.rules import COMPONENTS
from arrears.ageing.waterfall import (
    Chargeback,
    Debt,
    FutureRule,
    Order,
    Payment,
    Processing,
    equal_parts,
    settle,
)

JANUARY, FEBRUARY, MARCH, APRIL = (date(2024, month, 10) for month in (1, 2, 3, 4))


def debt(due_on: date, principal: int, interest: int = 0, fee: int = 0, penalty: int = 0) -> Debt:
    return Debt(due_on, {"principal": principal, "interest": interest, "fee": fee, "penalty": penalty})


def test_cost_comes_before_interest_and_interest_before_principal() -> None:
    """民法典 art. 561, unless the parties agreed otherwise."""
    owed = debt(JANUARY, 100, interest=20, fee=5, penalty=3)

    settle([owed], [Payment(FEBRUARY, 30)], Order())

    assert owed.owing == {"fee": 0, "penalty": 0, "interest": 0, "principal": 98}


@pytest.mark.parametrize(
    ("way", "left"),
    [("horizontal", [(0, 0), (5, 13)]), ("vertical", [(5, 0), (5, 8)])],
)
def test_horizontal_finishes_an_instalment_and_vertical_a_component(
    way: Processing, left: list[tuple[int, int]]
) -> None:
    """(interest, principal) left of two late instalments of 20 and 5, after 32 that pays principal first."""
    owed = [debt(JANUARY, 20, interest=5), debt(FEBRUARY, 20, interest=5)]

    settle(owed, [Payment(MARCH, 32)], Order(way, ("principal", "interest", "fee", "penalty")))

    assert [(one.owing["interest"], one.owing["principal"]) for one in owed] == left


def test_what_is_late_comes_before_what_is_due_today_even_down_a_component() -> None:
    """A penalty that falls due today waits for the principal that is late."""
    late, today = debt(JANUARY, 100), debt(FEBRUARY, 0, penalty=20)

    settle([late, today], [Payment(FEBRUARY, 100)], Order("vertical", ("penalty", "fee", "interest", "principal")))

    assert (late.outstanding, today.outstanding) == (0, 20)


@pytest.mark.parametrize(
    ("rule", "left"),
    [("next_installment", [0, 70, 100]), ("last_installment", [100, 70, 0]), ("reamortization", [57, 57, 56])],
)
def test_early_money_goes_by_its_own_rule(rule: FutureRule, left: list[int]) -> None:
    """130 paid before three instalments of 100; shared equally, the cent that is over goes to the last."""
    owed = [debt(FEBRUARY, 100), debt(MARCH, 100), debt(APRIL, 100)]

    settle(owed, [Payment(JANUARY, 130)], Order(future_rule=rule))

    assert [one.outstanding for one in owed] == left
    assert sum(one.paid_in_advance for one in owed) == 130


def test_what_a_small_instalment_cannot_take_is_shared_again() -> None:
    """250 over 250, 250 and 20: the third takes its 20 and the rest is equal."""
    owed = [debt(FEBRUARY, 250), debt(MARCH, 250), debt(APRIL, 0, penalty=20)]

    settle(owed, [Payment(JANUARY, 250)], Order(future_rule="reamortization"))

    assert [one.outstanding for one in owed] == [135, 135, 0]


@pytest.mark.parametrize(("way", "left"), [("horizontal", [(0, 96), (10, 96)]), ("vertical", [(0, 100), (2, 100)])])
def test_early_money_that_is_shared_goes_down_a_component_first_where_the_loan_is_vertical(
    way: Processing, left: list[tuple[int, int]]
) -> None:
    """(interest, principal) left after 20 shared over interest of 2 and of 20: what the first cannot take."""
    owed = [debt(FEBRUARY, 100, interest=2), debt(MARCH, 100, interest=20)]

    settle(owed, [Payment(JANUARY, 20)], Order(way, future_rule="reamortization"))

    assert [(one.owing["interest"], one.owing["principal"]) for one in owed] == left


def test_one_payment_may_overrule_the_loan_for_itself() -> None:
    """A goodwill credit goes to the last instalment, the next repayment to the next one."""
    owed = [debt(FEBRUARY, 100), debt(MARCH, 100)]

    settle(owed, [Payment(JANUARY, 30, "last_installment"), Payment(JANUARY, 40)], Order())

    assert [one.outstanding for one in owed] == [60, 70]


def test_paid_on_the_day_is_neither_early_nor_late() -> None:
    """The day before is early, the day after is late."""
    owed = debt(FEBRUARY, 30)
    day = timedelta(days=1)

    settle([owed], [Payment(FEBRUARY - day, 10), Payment(FEBRUARY, 10), Payment(FEBRUARY + day, 10)], Order())

    assert (owed.paid, owed.paid_in_advance, owed.paid_late, owed.settled_on) == (30, 10, 10, FEBRUARY + day)


def test_a_chargeback_is_debt_of_its_own_day() -> None:
    """Money paid ahead before it stays where it went; money after it pays it as the oldest."""
    january, march = debt(JANUARY, 100), debt(MARCH, 100)
    payments = [Payment(JANUARY, 150), Payment(date(2024, 2, 20), 30)]

    settled = settle([january, march], payments, Order(), [Chargeback(FEBRUARY, 100)])

    (back,) = [one for one in settled.debts if one.due_on == FEBRUARY]
    assert (january.outstanding, back.outstanding, march.outstanding) == (0, 70, 50)


def test_credit_left_over_pays_a_later_chargeback() -> None:
    """An overpayment waits for the next debt; nothing is lost."""
    settled = settle([debt(JANUARY, 100)], [Payment(JANUARY, 130)], Order(), [Chargeback(FEBRUARY, 100)])
    assert (settled.credit, sum(one.outstanding for one in settled.debts)) == (0, 70)


@pytest.mark.parametrize(
    ("money", "count", "parts"),
    [
        (83750, 3, [27917, 27917, 27916]),
        (100, 3, [33, 33, 34]),
        (1, 2, [0, 1]),
        (3, 2, [2, 1]),
        (7, 2, [4, 3]),
        (9, 2, [4, 5]),
        (2, 3, [1, 1, 0]),
        (3, 5, [0, 0, 0, 0, 3]),
    ],
)
def test_equal_parts_round_half_to_even_and_the_last_takes_the_cents(money: int, count: int, parts: list[int]) -> None:
    """They sum to the money, whatever rounding does."""
    assert equal_parts(money, count) == parts


orders = st.builds(
    Order,
    processing=st.sampled_from(["horizontal", "vertical"]),
    components=st.permutations(COMPONENTS).map(tuple),
    in_advance=st.permutations(COMPONENTS).map(tuple),
    future_rule=st.sampled_from(["next_installment", "last_installment", "reamortization"]),
)
days = st.integers(0, 120).map(lambda step: JANUARY + timedelta(days=step))
cents = st.integers(0, 40)
schedules = st.lists(st.tuples(days, cents, cents, cents, cents), max_size=6)


@given(schedule=schedules, paid=st.lists(st.tuples(days, st.integers(0, 120)), max_size=5), order=orders)
def test_no_cent_is_lost_or_made(
    schedule: list[tuple[date, int, int, int, int]], paid: list[tuple[date, int]], order: Order
) -> None:
    """Owed before = owed after + paid, payment by payment and component by component; the rest is credit."""
    debts = [debt(*line) for line in schedule]
    owed = sum(one.outstanding for one in debts)

    settled = settle(debts, [Payment(*one) for one in paid], order)

    left = sum(one.outstanding for one in debts)
    assert owed - left == sum(sum(split.values()) for split in settled.splits) == sum(one.paid for one in debts)
    assert sum(amount for _, amount in paid) == owed - left + settled.credit
    assert settled.credit == 0 or left == 0
    assert all(amount >= 0 for one in debts for amount in one.owing.values())
    assert all((one.settled_on is None) == (one.outstanding > 0 or one.paid == 0) for one in debts)


@given(schedule=schedules, paid=st.lists(st.tuples(days, st.integers(0, 120)), max_size=5), order=orders)
def test_a_late_instalment_waits_for_no_younger_one(
    schedule: list[tuple[date, int, int, int, int]], paid: list[tuple[date, int]], order: Order
) -> None:
    """Across instalments, money received after everything was due leaves no older one open behind a younger paid."""
    debts = sorted((debt(*line) for line in schedule), key=lambda one: one.due_on)
    late = date(2024, 12, 31)

    settle(debts, [Payment(late, amount) for _, amount in paid], Order("horizontal", order.components))

    touched = [one for one in debts if one.paid]
    assert all(one.outstanding == 0 for one in touched[:-1])

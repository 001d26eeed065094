"""How late one loan is, in this process: every case of the contract, and the days on which an answer turns."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from arrears.ageing.count_days import Counting, Loan, age_loan
from arrears.ageing.explain import explain
from arrears.ageing.pauses import Pause
from arrears.ageing.rules import Bucket
from arrears.ageing.waterfall import Chargeback, Debt, Payment

CASES = [
    json.loads(line)
    for name in ("ageing_dev", "ageing_reported")
    for line in (Path(__file__).parent / "cases" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
]
FIRST = date(2026, 3, 1)
BUCKETS = (Bucket("young", 1, 10), Bucket("old", 11, None))
COUNTING = Counting(buckets=BUCKETS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_every_case_of_the_contract_is_answered_as_it_says(case: dict[str, Any]) -> None:
    """Each of the figures that it asks for."""
    assert explain(case) == case["expected"]


def later(days: int) -> date:
    return FIRST + timedelta(days=days)


def debt(due: int, principal: int, interest: int = 0) -> Debt:
    return Debt(later(due), {"principal": principal, "interest": interest, "fee": 0, "penalty": 0})


def loan(**others: Any) -> Loan:
    """100 and 10 of interest due on the first day, 50 due ten days later and 70 in forty."""
    return Loan(make_debts=lambda: [debt(10, 50), debt(0, 100, 10), debt(40, 70)], **others)


def test_due_today_is_late_tomorrow_and_every_amount_is_its_own() -> None:
    """Overdue is what is late, outstanding is everything, and the next payment is the oldest unpaid."""
    today, tomorrow = (age_loan(loan(), later(day), COUNTING) for day in (0, 1))
    assert (today.days_past_due, today.delinquent_days, today.outstanding) == (0, 0, 230)
    assert (today.overdue, today.overdue_principal, today.overdue_interest) == (0, 0, 0)
    assert (today.oldest_unpaid_due_on, today.delinquent_since, today.installment_buckets) == (None, None, ())
    assert (today.next_payment_due_on, today.next_payment, today.bucket) == (FIRST, 110, None)
    assert (tomorrow.days_past_due, tomorrow.delinquent_days, tomorrow.bucket) == (1, 1, "young")
    assert (tomorrow.overdue, tomorrow.overdue_principal, tomorrow.overdue_interest) == (110, 100, 10)
    assert (tomorrow.oldest_unpaid_due_on, tomorrow.delinquent_since) == (FIRST, FIRST)
    assert (tomorrow.outstanding, tomorrow.next_payment_due_on, tomorrow.next_payment) == (230, FIRST, 110)


def test_a_lender_may_count_the_due_date_as_day_one() -> None:
    """Then what is due today is one day late today."""
    age = age_loan(loan(), FIRST, Counting(dpd_on_due_date=1, buckets=BUCKETS))
    assert (age.days_past_due, age.overdue, age.bucket) == (1, 110, "young")


def test_the_next_payment_may_be_the_next_from_today_on() -> None:
    """What falls due today is still next."""
    ahead = Counting(next_unpaid_from_today=True)
    found = [age_loan(loan(), later(day), ahead) for day in (0, 1, 10, 11, 41)]
    assert [age.next_payment_due_on for age in found] == [FIRST, later(10), later(10), later(40), None]
    assert [age.next_payment for age in found] == [110, 50, 50, 70, 0]


@pytest.mark.parametrize(("counts", "overdue"), [(True, 10), (False, 110)])
def test_a_payment_of_the_day_counts_today_or_from_tomorrow(counts: bool, overdue: int) -> None:
    """A payment of a later day never does; a chargeback of the day always."""
    paid = loan(payments=[Payment(later(5), 100), Payment(later(6), 10)])
    assert age_loan(paid, later(5), Counting(paid_on_day_counts=counts)).overdue == overdue
    assert age_loan(paid, later(6), Counting(paid_on_day_counts=counts)).overdue == overdue - (10 if counts else 100)
    back = loan(chargebacks=[Chargeback(later(5), 7), Chargeback(later(6), 9)])
    assert age_loan(back, later(5), Counting(paid_on_day_counts=counts)).outstanding == 237


def test_grace_and_pauses_come_off_delinquent_days_where_the_conventions_say_so_and_never_below_zero() -> None:
    """Days past due stay raw, whatever comes off."""
    paused = loan(pauses=[Pause(later(2), later(5))])
    told = {
        (grace, pauses): age_loan(
            paused, later(9), Counting(grace_days=2, takes_off_grace=grace, takes_off_pauses=pauses)
        )
        for grace in (True, False)
        for pauses in (True, False)
    }
    assert {key: age.delinquent_days for key, age in told.items()} == {
        (True, True): 4,
        (True, False): 7,
        (False, True): 6,
        (False, False): 9,
    }
    assert age_loan(paused, later(9), Counting(grace_days=2)) == told[True, True]
    assert {age.days_past_due for age in told.values()} == {9}
    assert {age.delinquent_since for age in told.values()} == {later(2)}
    assert age_loan(loan(), later(1), Counting(grace_days=3)).delinquent_days == 0


@pytest.mark.parametrize(("freezes", "bucket"), [(True, "young"), (False, "old")])
def test_a_pause_may_freeze_the_bucket_of_the_day_before_it(freezes: bool, bucket: str) -> None:
    """Otherwise it follows the days that count."""
    paused = loan(pauses=[Pause(later(9), later(30))])
    counting = Counting(freezes_bucket=freezes, takes_off_pauses=False, buckets=BUCKETS)
    assert age_loan(paused, later(20), counting).bucket == bucket


def test_a_loan_that_was_not_late_when_the_pause_began_has_no_bucket_in_it() -> None:
    """Though it is late now."""
    paused = loan(pauses=[Pause(later(1), later(30))])
    age = age_loan(paused, later(20), COUNTING)
    assert (age.days_past_due, age.bucket, age.installment_buckets) == (20, None, ())


def test_the_bucket_in_a_pause_is_that_of_what_was_the_oldest_unpaid_then() -> None:
    """Paying the oldest in the pause does not make the frozen bucket younger."""
    paid = loan(pauses=[Pause(later(13), later(30))], payments=[Payment(later(15), 110)])
    age = age_loan(paid, later(20), COUNTING)
    assert (age.oldest_unpaid_due_on, age.days_past_due, age.bucket) == (later(10), 10, "old")


def test_each_instalment_has_the_bucket_of_its_own_days_youngest_first() -> None:
    """Fifteen and five days late; two in one bucket add up; what fell due in the pause has none."""
    assert age_loan(loan(), later(15), COUNTING).installment_buckets == (("young", 50), ("old", 110))
    assert age_loan(loan(), later(30), COUNTING).installment_buckets == (("old", 160),)
    assert age_loan(loan(), later(30), Counting(buckets=BUCKETS[::-1])).installment_buckets == (("old", 160),)
    assert age_loan(loan(), later(15), Counting(buckets=BUCKETS[::-1])).installment_buckets == (
        ("young", 50),
        ("old", 110),
    )
    paused = loan(pauses=[Pause(later(8), later(30))])
    assert age_loan(paused, later(15), COUNTING).installment_buckets == (("young", 110),)


@pytest.mark.parametrize(("own_grace", "buckets"), [(True, (("young", 110),)), (False, (("young", 50), ("old", 110)))])
def test_grace_of_an_instalment_is_a_convention_of_its_own(
    own_grace: bool, buckets: tuple[tuple[str, int], ...]
) -> None:
    """With five days of it, what is five days late is in no bucket, and before the loan is delinquent nothing is."""
    counting = Counting(grace_days=5, installment_grace=own_grace, buckets=BUCKETS)
    assert age_loan(loan(), later(15), counting).installment_buckets == buckets
    assert age_loan(loan(), later(5), counting).installment_buckets == ()


def test_days_inside_a_pause_come_off_an_instalment_too_where_they_come_off_the_loan() -> None:
    """Ten of fifteen days."""
    paused = loan(pauses=[Pause(later(2), later(12))])
    taken, kept = (
        age_loan(paused, later(15), Counting(takes_off_pauses=takes, buckets=BUCKETS)).installment_buckets
        for takes in (True, False)
    )
    assert taken == (("young", 160),)
    assert kept == (("young", 50), ("old", 110))


def test_days_that_no_range_holds_have_no_bucket() -> None:
    """Nor has what is not late."""
    gap = Counting(buckets=(Bucket("old", 11, None),))
    assert [gap.bucket_of(days) for days in (0, 1, 10, 11)] == [None, None, None, "old"]
    below_zero = Counting(buckets=(Bucket("any", -5, None),))
    assert [below_zero.bucket_of(days) for days in (-1, 0, 1)] == [None, None, "any"]

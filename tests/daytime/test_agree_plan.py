"""Payment plans: agreed inside authority, law and means; they hold collection while they are kept, and no longer."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from tests.daytime.audit import audit
from tests.daytime.authority import give_authority, set_account, state_means
from tests.daytime.small_book import book, payment
from tests.daytime.test_promises_and_payments import pay, promise
from tests.daytime.town import AS_OF, Debtor, account_now, add_user, at, build, call, claimed, item_now, kinds, law
from tests.daytime.town import reasons as refused_for

from arrears.daytime import day_tables, offers_for, record_inbound, reverse_payment
from arrears.daytime.agree_plan import PlanAgreed, agree_offer, agree_plan
from arrears.daytime.promise_standing import PlanStanding, plans_at, promises_at
from arrears.kernel.problem import Unusable
from arrears.outcome.payment_plan import PlanStatus, held_until, months_after, status_of
from arrears.outcome.promise_clock import PromiseStatus
from arrears.store.open import Store
from arrears.store.reconcile import reconcile
from arrears.store.schema import holds, payment_plans

FIRST = date(2026, 12, 5)


def town(store: Store, debtors: int = 1, monthly: int = 1_000_00) -> list[Debtor]:
    """Debtors who owe 9,800.00 each, whose payday is the fifth, and a collector who holds the first case."""
    made = build(store, debtors)
    give_authority(store)
    for debtor in made:
        state_means(store, debtor.person_id, monthly, at("08:30"), income_pattern="monthly", payday=5)
    return made


def agreed(store: Store, debtor: Debtor, clock: str = "10:00", day: str = "2026-11-24", **more: Any) -> PlanAgreed:
    """The plan without a waiver that `offers_for` opens with, accepted in a recorded call; taken by li."""
    now = at(clock, day)
    claimed(store, debtor, now)
    offers = offers_for(store, law(), debtor.account_id, role="collector", at=now)
    values: dict[str, Any] = {
        "account_id": debtor.account_id,
        "offer": offers.next,
        "accepted_how": "recorded_call",
        "accepted_at": now,
        "by": "li",
        "at": now,
        **more,
    }
    return agree_offer(store, law(), **values)


def own_terms(store: Store, payments: list[tuple[date, int]], **more: Any) -> PlanAgreed:
    values: dict[str, Any] = {
        "account_id": "A-1",
        "kind": "instalments",
        "payments": payments,
        "accepted_how": "signed",
        "accepted_at": at("10:00"),
        "by": "li",
        "at": at("10:00"),
        **more,
    }
    return agree_plan(store, law(), **values)


def standing(store: Store, moment: datetime, account_id: str = "A-1") -> PlanStanding:
    with store.read() as connection:
        return plans_at(connection, account_id, moment)[-1]


def holds_of(store: Store, as_of: date) -> list[tuple[str, Any]]:
    """The plan holds of the next night that are in force on that day: kind and end."""
    rows = day_tables(store, as_of)["holds"].to_pylist()
    return [
        (row["kind"], row["ends_on"])
        for row in rows
        if row["kind"] == "plan" and (row["ends_on"] is None or row["ends_on"] > as_of)
    ]


def test_an_agreed_plan_closes_the_case_and_holds_collection(store: Store) -> None:
    """M02: once a plan is agreed collection stops, for the gate and the night, until the first payment is overdue."""
    [debtor] = town(store)

    plan = agreed(store, debtor)

    assert (len(plan.payments), plan.payments[0], plan.total) == (10, (FIRST, 980_00), 9_800_00)
    assert plan.held_until == FIRST + timedelta(days=2)
    assert item_now(store, debtor)["status"] == "done"
    assert "held_for_plan_being_kept" in refused_for(call(store, debtor, at("11:00")))
    assert holds_of(store, AS_OF) == [("plan", date(2026, 12, 7))]
    assert holds_of(store, date(2026, 12, 6)) == [("plan", date(2026, 12, 7))]
    assert holds_of(store, date(2026, 12, 7)) == []
    assert {"payment_plan_agreed", "hold_placed"} <= set(kinds(store))
    audit(store, AS_OF)


def test_agreeing_changes_no_figure_of_the_account(store: Store) -> None:
    """A plan stops collection and not the clock: days, bucket and what is owed are what the payments make them."""
    [debtor] = town(store)
    before = dict(account_now(store, debtor))
    agreed(store, debtor)
    assert dict(account_now(store, debtor)) == before


def test_a_service_notice_and_an_answer_are_not_held(store: Store) -> None:
    """What the borrower asks about is answered while the plan runs: only what presses is held."""
    [debtor] = town(store)
    agreed(store, debtor)
    record_inbound(store, debtor_id=debtor.person_id, by="li", at=at("11:00"))
    answer = call(store, debtor, at("11:01"), purpose="answer_request")
    assert "held_for_plan_being_kept" not in refused_for(answer)


def test_each_payment_that_is_kept_moves_the_hold_to_the_next(store: Store) -> None:
    """Nobody is called between two payments that were kept; the day of the next is the end of the hold."""
    [debtor] = town(store)
    agreed(store, debtor)

    pay(store, debtor, 980_00, paid_at=at("09:00", "2026-12-05"), at=at("09:01", "2026-12-05"))

    now = standing(store, at("12:00", "2026-12-05"))
    assert (now.status, now.paid, now.held_until) == (PlanStatus.RUNNING, 980_00, date(2027, 1, 7))
    assert holds_of(store, date(2026, 12, 20)) == [("plan", date(2027, 1, 7))]
    reverse(store)
    assert holds_of(store, date(2026, 12, 5)) == [("plan", date(2026, 12, 7))]
    assert holds_of(store, date(2026, 12, 20)) == []


def reverse(store: Store, payment_id: str = "pay-1", day: str = "2026-12-05") -> None:
    add_user(store, "fang", "supervisor")
    reverse_payment(store, payment_id, at=at("15:00", day), by="fang", why="returned by the bank")


def test_a_missed_payment_breaks_the_plan_and_ends_the_hold_without_anybody_doing_anything(store: Store) -> None:
    """The tolerance is a day: paid on the sixth is kept late, nothing by its end is missed, a part is partly."""
    [debtor] = town(store)
    agreed(store, debtor)
    assert standing(store, at("23:59", "2026-12-06")).status is PlanStatus.RUNNING
    assert standing(store, at("00:00", "2026-12-07")).status is PlanStatus.MISSED

    pay(store, debtor, 100_00, paid_at=at("09:00", "2026-12-06"), at=at("09:01", "2026-12-06"))
    assert standing(store, at("00:00", "2026-12-07")).status is PlanStatus.PARTLY
    assert holds_of(store, date(2026, 12, 7)) == []


def test_after_a_broken_plan_another_can_be_agreed_and_the_first_is_ended(store: Store) -> None:
    """The next plan takes the place of what is left of the first: no payment counts for both."""
    [debtor] = town(store)
    first = agreed(store, debtor)
    set_account(store, "A-1", overdue_cents=1_200_00)
    record_inbound(store, debtor_id="P-1", by="li", at=at("09:59", "2026-12-10"))
    second = own_terms(
        store,
        [(months_after(date(2026, 12, 20), n), 980_00) for n in range(10)],
        at=at("10:00", "2026-12-10"),
        accepted_at=at("10:00", "2026-12-10"),
    )
    pay(store, debtor, 980_00, paid_at=at("09:00", "2026-12-20"), at=at("09:01", "2026-12-20"))

    with store.read() as connection:
        found = {one.row["payment_plan_id"]: one for one in plans_at(connection, "A-1", at("12:00", "2026-12-20"))}
    assert found[first.payment_plan_id].row["ended_why"] == "missed"
    assert [found[each.payment_plan_id].paid for each in (first, second)] == [0, 980_00]
    audit(store, date(2026, 12, 20))


def test_a_plan_that_is_kept_ends_and_lets_its_hold_go(store: Store) -> None:
    """All of it paid is kept; reversed, it runs again from where it stands."""
    [debtor] = town(store)
    claimed(store, debtor, at("10:00"))
    own_terms(store, [(AS_OF, 1_200_00)], kind="pay_arrears")
    pay(store, debtor, 1_200_00, at=at("10:31"), paid_at=at("10:30"))

    assert standing(store, at("11:00")).row["ended_why"] == "kept"
    assert holds_of(store, AS_OF) == []
    reverse(store, day="2026-11-24")
    assert standing(store, at("16:00")).status is PlanStatus.RUNNING
    assert holds_of(store, AS_OF) == [("plan", date(2026, 11, 26))]
    audit(store, AS_OF)
    compared = {"holds", "lifted holds", "means", "payment plans", "ended payment plans"}
    with store.read() as connection:
        assert [each for each in reconcile(connection).differences if each.what in compared] == []


def test_a_kept_settlement_waives_the_rest_and_stays_on_hold_until_the_lender_has_booked_it(store: Store) -> None:
    """What was waived is not collected because the next book still has it."""
    [debtor] = town(store)
    add_user(store, "fang", "supervisor")
    claimed(store, debtor, at("10:00"), by="fang")
    own_terms(store, [(AS_OF, 9_760_00)], kind="settlement", waiver={"penalty": 30_00, "fee": 10_00}, by="fang")
    pay(store, debtor, 9_760_00, at=at("10:31"), paid_at=at("10:30"))

    account = account_now(store, debtor)
    assert (account["outstanding_cents"], account["overdue_cents"]) == (0, 0)
    assert holds_of(store, AS_OF + timedelta(days=400)) == [("plan", None)]
    audit(store, AS_OF)


def test_two_people_who_agree_at_once_agree_on_one_plan(store: Store) -> None:
    """Both are in contact with the borrower; one plan stands, and the other is told of it."""
    [debtor] = town(store)
    record_inbound(store, debtor_id="P-1", by="wang", at=at("09:58"))
    claimed(store, debtor, at("09:59"))
    answers: list[str] = []

    def one(by: str) -> None:
        try:
            own_terms(store, [(months_after(FIRST, n), 980_00) for n in range(10)], by=by)
            answers.append("agreed")
        except Unusable as refused:
            answers.append(refused.problem.code)

    threads = [threading.Thread(target=one, args=(by,)) for by in ("li", "wang")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) in (["agreed", "plan_running"], ["agreed", "promise_under_hold"])
    with store.read() as connection:
        assert len(connection.execute(select(payment_plans)).all()) == 1
        assert len(connection.execute(select(holds)).all()) == 1
    audit(store, AS_OF)


def test_a_promise_beside_a_running_plan_is_refused_and_an_earlier_one_is_superseded(store: Store) -> None:
    """The plan says what is paid and when; the same money is promised once."""
    [debtor] = town(store)
    promise(store, debtor, clock="09:00")
    record_inbound(store, debtor_id="P-1", by="li", at=at("09:59"))
    own_terms(store, [(months_after(FIRST, n), 980_00) for n in range(10)])

    with store.read() as connection:
        [before] = promises_at(connection, "A-1", at("11:00"))
    assert before.status is PromiseStatus.SUPERSEDED
    with pytest.raises(Unusable) as refused:
        promise(store, debtor, clock="11:00")
    assert refused.value.problem.code == "promise_within_plan"


def test_asking_again_with_the_same_key_gives_the_first_plan(store: Store) -> None:
    [debtor] = town(store)
    first = agreed(store, debtor, request_key="key-1")
    again = own_terms(store, [(FIRST, 1)], request_key="key-1")
    assert (again.payment_plan_id, again.payments) == (first.payment_plan_id, first.payments)


TEN = [(months_after(FIRST, n), 980_00) for n in range(10)]


@pytest.mark.parametrize(
    ("payments", "more", "code"),
    [
        ([(AS_OF - timedelta(days=1), 980_00), *TEN[1:]], {}, "plan_starts_before_today"),
        ([TEN[1], TEN[0], *TEN[2:]], {}, "plan_days_out_of_order"),
        ([(FIRST, 9_900_00)], {"kind": "settlement"}, "plan_above_owed"),
        (TEN[:9], {}, "plan_leaves_a_rest"),
        ([(FIRST, 0), *TEN[1:]], {}, "plan_not_positive"),
        ([], {}, "plan_empty"),
        (TEN, {"kind": "barter"}, "plan_kind_unknown"),
        (TEN, {"accepted_how": "silence"}, "plan_not_accepted"),
        (TEN, {"accepted_at": at("10:06")}, "plan_not_accepted"),
        ([(FIRST, 9_800_00)], {}, "plan_count"),
        ([(FIRST, 4_900_00), (months_after(FIRST, 1), 4_900_00)], {}, "plan_above_means"),
        ([(FIRST, 1_00)], {"kind": "pay_arrears"}, "plan_not_the_arrears"),
        ([(months_after(FIRST, n), 140_00) for n in range(70)], {}, "plan_beyond_law"),
        ([(months_after(FIRST, n), 490_00) for n in range(20)], {}, "plan_needs_approval"),
        ([(FIRST, 9_770_00)], {"kind": "settlement", "waiver": {"penalty": 30_00}}, "plan_needs_approval"),
        ([(FIRST, 800_00)], {"kind": "settlement", "waiver": {"principal": 9_000_00}}, "plan_beyond_every_role"),
        ([(FIRST, 9_700_00)], {"kind": "settlement", "waiver": {"penalty": 100_00}}, "plan_above_owed"),
        ([(FIRST, 9_700_00)], {"kind": "settlement", "waiver": {"rent": 100_00}}, "waiver_part_unknown"),
        (TEN, {"by": "wang"}, "promise_needs_contact"),
        (TEN, {"account_id": "A-9"}, "account_unknown"),
    ],
)
def test_terms_that_cannot_be_agreed_are_refused_and_nothing_is_lost(
    store: Store, payments: list[tuple[date, int]], more: dict[str, Any], code: str
) -> None:
    """Each fault by itself: the answer says what is wrong, the case stays with its collector, no plan is there."""
    [debtor] = town(store)
    claimed(store, debtor, at("09:59"))

    with pytest.raises(Unusable) as refused:
        own_terms(store, payments, **more)

    assert refused.value.problem.code == code
    assert item_now(store, debtor)["status"] == "claimed"
    with store.read() as connection:
        assert connection.execute(select(payment_plans)).all() == []


def test_instalments_need_means_on_record(store: Store) -> None:
    """Unknown means are not enough for an instalment; a single payment needs none."""
    [debtor] = build(store)
    give_authority(store)
    claimed(store, debtor, at("09:59"))
    with pytest.raises(Unusable) as refused:
        own_terms(store, TEN)
    assert refused.value.problem.code == "means_unknown"
    own_terms(store, [(FIRST, 1_200_00)], kind="pay_arrears")


def test_who_is_of_no_agreeing_role_agrees_to_nothing(store: Store) -> None:
    town(store)
    add_user(store, "wen", "compliance")
    with pytest.raises(Unusable) as refused:
        own_terms(store, TEN, by="wen")
    assert refused.value.problem.code == "not_for_role"


def test_what_the_lender_was_paid_keeps_the_plan_before_the_store_has_it(store: Store, tmp_path: Path) -> None:
    """The night's own book may bring the payment: then the plan was kept, and nobody is called about it."""
    [debtor] = town(store)
    agreed(store, debtor)
    with_it = book(tmp_path / "paid", date(2026, 12, 20), payments=[payment("book-1", "A-1", FIRST, 980_00)])
    without = book(tmp_path / "unpaid", date(2026, 12, 20), payments=[])
    silent = book(tmp_path / "silent", date(2026, 12, 20), absent=["payments"])

    def ends(directory: Path) -> list[date]:
        rows = day_tables(store, date(2026, 12, 20), directory)["holds"].to_pylist()
        return [row["ends_on"] for row in rows if row["kind"] == "plan"]

    assert (ends(with_it), ends(without), ends(silent)) == (
        [date(2027, 1, 7)],
        [date(2026, 12, 7)],
        [date(2026, 12, 7)],
    )


def test_an_open_promise_paid_at_the_lender_is_kept(store: Store, tmp_path: Path) -> None:
    """A promised account is held out of the queue; its payments in the book are followed all the same."""
    [debtor] = build(store)
    promise(store, debtor)
    paid = book(tmp_path / "paid", date(2026, 11, 30), payments=[payment("b-1", "A-1", date(2026, 11, 27), 1_200_00)])

    [row] = day_tables(store, date(2026, 11, 30), paid)["promises"].to_pylist()
    assert (row["status"], row["paid_cents"]) == ("kept", 1_200_00)
    [row] = day_tables(store, date(2026, 11, 30))["promises"].to_pylist()
    assert row["status"] == "broken"


@given(
    standings=st.lists(
        st.tuples(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.sampled_from(PromiseStatus)), min_size=1, max_size=6
    )
)
def test_a_plan_is_held_exactly_while_something_is_open_and_nothing_missed(
    standings: list[tuple[date, PromiseStatus]],
) -> None:
    """Whatever its instalments: a running plan waits for a day, and a missed one is never called running or kept."""
    status = status_of([standing for _, standing in standings])
    missed = {PromiseStatus.BROKEN, PromiseStatus.PARTLY_KEPT} & {standing for _, standing in standings}
    assert status.is_broken is bool(missed)
    if status is PlanStatus.RUNNING:
        until = held_until(standings)
        assert until is not None
        assert until > min(day for day, standing in standings if standing.is_open)
    if status is PlanStatus.KEPT:
        assert {standing for _, standing in standings} <= {PromiseStatus.KEPT, PromiseStatus.KEPT_LATE}


@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)), months=st.integers(0, 400))
def test_months_after_is_the_same_day_or_the_months_last(day: date, months: int) -> None:
    found = months_after(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found + timedelta(days=1)).day == 1

"""Promises to pay, payments the moment they are known, and the holds a person places or ends."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from tests.daytime.town import Debtor, account_now, add_user, at, build, claimed, facts, item_now, kinds

from arrears.ageing.rules import COMPONENTS, AgeingRules
from arrears.daytime import (
    lift_hold,
    place_hold,
    receive_payment,
    record_consent,
    record_inbound,
    reverse_payment,
    take_promise,
)
from arrears.daytime.promise_standing import promises_at
from arrears.daytime.receive_payment import PaymentReceived
from arrears.daytime.take_promise import PromiseTaken
from arrears.kernel.problem import Unusable
from arrears.outcome.promise_clock import PromiseStatus
from arrears.outcome.split_payment import split
from arrears.store.open import Store
from arrears.store.schema import accounts, consents, nights, queue_items


def promise(store: Store, debtor: Debtor, clock: str = "10:00", **more: Any) -> PromiseTaken:
    values: dict[str, Any] = {
        "account_id": debtor.account_id,
        "amount_cents": 1_200_00,
        "due_at": at("18:00", "2026-11-28"),
        "channel": "app",
        "money_source": "salary",
        "by": "portal",
        "at": at(clock),
        **more,
    }
    return take_promise(store, **values)


def pay(store: Store, debtor: Debtor, cents: int, payment_id: str = "pay-1", **more: Any) -> PaymentReceived:
    values: dict[str, Any] = {
        "payment_id": payment_id,
        "account_id": debtor.account_id,
        "amount_cents": cents,
        "currency": "CNY",
        "paid_at": at("10:00"),
        "at": at("10:01"),
        "by": "bank",
        **more,
    }
    return receive_payment(store, **values)


def test_a_promise_closes_the_takers_case_and_is_in_the_log(store: Store) -> None:
    """The work of the day is done: what follows is the promise clock's."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"))

    taken = promise(store, debtor, by="li")

    assert item_now(store, debtor)["status"] == "done"
    assert taken.withdrawn == (debtor.item_id,)
    assert facts(store, "promise_taken") == [taken.promise_id]


def test_a_promise_taken_by_somebody_else_withdraws_the_queued_case(store: Store) -> None:
    """A borrower who calls in and promises is not called about it."""
    [debtor] = build(store)

    record_inbound(store, debtor_id=debtor.person_id, by="wang", at=at("09:59"))
    promise(store, debtor, by="wang")

    assert item_now(store, debtor)["withdrawn_reason"] == "withdrawn_promise_taken"


def test_a_later_promise_takes_the_place_of_the_open_one(store: Store) -> None:
    """And says which one, as the promise clock reads it."""
    [debtor] = build(store)
    first = promise(store, debtor)
    second = promise(store, debtor, "11:00", amount_cents=600_00)

    assert second.supersedes == (first.promise_id,)
    with store.read() as connection:
        standing = promises_at(connection, debtor.account_id, at("12:00"))
    assert [each.status for each in standing] == [PromiseStatus.SUPERSEDED, PromiseStatus.PENDING]


def test_a_promise_is_kept_by_the_payment_that_came(store: Store) -> None:
    """From what the store has, at any instant."""
    [debtor] = build(store)
    promise(store, debtor)
    pay(store, debtor, 1_200_00, paid_at=at("10:30"), at=at("10:31"))

    with store.read() as connection:
        [standing] = promises_at(connection, debtor.account_id, at("11:00"))
        [earlier] = promises_at(connection, debtor.account_id, at("10:15"))
    assert standing.status is PromiseStatus.KEPT
    assert earlier.status is PromiseStatus.PENDING


def test_due_today_is_read_where_the_borrower_said_it(store: Store) -> None:
    """due_at keeps its offset: 00:30 in Shanghai is that day, though it is the day before in UTC."""
    [debtor] = build(store)
    promise(store, debtor, due_at=at("00:30", "2026-11-26"))

    with store.read() as connection:
        [before] = promises_at(connection, debtor.account_id, at("23:59", "2026-11-25"))
        [on_the_day] = promises_at(connection, debtor.account_id, at("00:00", "2026-11-26"))
    assert before.status is PromiseStatus.PENDING
    assert on_the_day.status is PromiseStatus.DUE_TODAY


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount_cents": 0}, "promise_not_positive"),
        ({"amount_cents": -1}, "promise_not_positive"),
        ({"amount_cents": 9_800_01}, "promise_above_balance"),
        ({"due_at": at("10:00")}, "promise_in_the_past"),
        ({"channel": "cash"}, "promise_channel_unknown"),
        ({"money_source": "another_loan"}, "promise_money_source_unknown"),
        ({"tolerance_hours": -1}, "promise_tolerance_negative"),
        ({"account_id": "A-none"}, "account_unknown"),
    ],
)
def test_a_promise_that_cannot_be_meant_is_not_taken(store: Store, changes: dict[str, Any], code: str) -> None:
    """With the reason, and nothing in the store or the log."""
    [debtor] = build(store)

    with pytest.raises(Unusable) as caught:
        promise(store, debtor, **changes)

    assert caught.value.problem.code == code
    assert facts(store) == []


def test_a_promise_of_the_whole_balance_is_taken(store: Store) -> None:
    """The other side of the line: 9,800.00 is owed."""
    [debtor] = build(store)

    assert promise(store, debtor, amount_cents=9_800_00).amount_cents == 9_800_00


def test_the_same_promise_sent_twice_is_one_promise(store: Store) -> None:
    """By its request key."""
    [debtor] = build(store)

    first = promise(store, debtor, request_key="k")
    second = promise(store, debtor, request_key="k")

    assert second.promise_id == first.promise_id
    assert facts(store, "promise_taken") == [first.promise_id]


def test_a_payment_of_everything_overdue_withdraws_the_case_at_once(store: Store) -> None:
    """A claimed one too; and the account is cured today, not tomorrow."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"))

    received = pay(store, debtor, 1_200_00)

    assert received.withdrawn == (debtor.item_id,)
    assert received.split == {"fee": 20_00, "penalty": 30_00, "interest": 150_00, "principal": 1_000_00}
    now = account_now(store, debtor)
    assert (now["overdue_cents"], now["days_past_due"], now["bucket"]) == (0, 0, "M0")
    assert now["outstanding_cents"] == 8_600_00
    assert item_now(store, debtor)["withdrawn_reason"] == "withdrawn_paid"
    assert kinds(store)[-2:] == ["payment_received", "case_withdrawn"]


def test_one_cent_short_leaves_the_case_in_the_queue_with_what_is_left(store: Store) -> None:
    """One overdue number on every screen: the queue shows the account's."""
    [debtor] = build(store)

    received = pay(store, debtor, 1_199_99)

    assert received.withdrawn == ()
    assert received.overdue_cents == 1
    assert item_now(store, debtor)["overdue_cents"] == 1
    assert item_now(store, debtor)["status"] == "waiting"
    assert account_now(store, debtor)["overdue_principal_cents"] == 1


def test_a_person_with_another_overdue_account_stays_in_the_queue(store: Store) -> None:
    """The item is the person's: it goes when nothing of it is overdue."""
    one, two = build(store, 2)
    with store.write() as connection:
        connection.execute(
            update(accounts).where(accounts.c.account_id == two.account_id).values(person_id=one.person_id)
        )
        connection.execute(
            update(queue_items)
            .where(queue_items.c.queue_item_id == one.item_id)
            .values(account_ids=[one.account_id, two.account_id], overdue_cents=2_400_00)
        )

    assert pay(store, one, 1_200_00).withdrawn == ()
    assert item_now(store, one)["overdue_cents"] == 1_200_00
    assert pay(store, two, 1_200_00, "pay-2").withdrawn == (one.item_id,)


def test_an_unknown_overdue_amount_is_not_taken_for_nothing(store: Store) -> None:
    """Unknown stays unknown until nothing at all is owed."""
    [debtor] = build(store)
    with store.write() as connection:
        connection.execute(update(accounts).values(overdue_cents=None))

    assert pay(store, debtor, 1_200_00).overdue_cents is None
    assert item_now(store, debtor)["status"] == "waiting"
    assert pay(store, debtor, 8_600_00, "pay-2").overdue_cents == 0
    assert item_now(store, debtor)["status"] == "withdrawn"


def test_the_same_payment_twice_is_one_payment(store: Store) -> None:
    """Banks send again what was not acknowledged."""
    [debtor] = build(store)
    pay(store, debtor, 500_00)
    before = facts(store)

    again = pay(store, debtor, 500_00)

    assert again.new is False
    assert again.overdue_cents == 700_00
    assert facts(store) == before


def test_one_payment_id_with_two_amounts_is_refused(store: Store) -> None:
    """Both can't be true, and we don't pick."""
    [debtor] = build(store)
    pay(store, debtor, 500_00)

    with pytest.raises(Unusable) as caught:
        pay(store, debtor, 600_00)

    assert caught.value.problem.code == "payment_differs"
    assert account_now(store, debtor)["overdue_cents"] == 700_00


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount_cents": 0}, "payment_not_positive"),
        ({"amount_cents": -5}, "payment_not_positive"),
        ({"account_id": "A-none"}, "account_unknown"),
        ({"currency": "USD"}, "payment_in_other_currency"),
        ({"paid_at": at("10:07")}, "payment_in_the_future"),
        ({"designation": "tip"}, "designation_unknown"),
    ],
)
def test_a_payment_that_cannot_be_meant_is_not_booked(store: Store, changes: dict[str, Any], code: str) -> None:
    """With the reason, and nothing in the store or the log."""
    [debtor] = build(store)

    with pytest.raises(Unusable) as caught:
        pay(store, debtor, 500_00, **changes)

    assert caught.value.problem.code == code
    assert facts(store) == []
    assert account_now(store, debtor)["overdue_cents"] == 1_200_00


def test_a_reversed_payment_was_never_made(store: Store) -> None:
    """What it took off is owed again, component by component; reversing it twice changes nothing."""
    [debtor] = build(store)
    before = account_now(store, debtor)
    pay(store, debtor, 500_00)

    reverse_payment(store, "pay-1", at=at("11:00"), by="bank", why="bounced")
    again = reverse_payment(store, "pay-1", at=at("11:01"), by="bank", why="bounced")

    after = account_now(store, debtor)
    assert {name: after[name] for name in before} == dict(before)
    assert again.new is False
    assert facts(store, "payment_reversed") == ["pay-1"]


def test_a_payer_who_says_what_it_is_for_is_followed(store: Store) -> None:
    """The debtor's designation comes first (民法典 560)."""
    [debtor] = build(store)

    received = pay(store, debtor, 500_00, designation="principal")

    assert received.split == {"fee": 0, "penalty": 0, "interest": 0, "principal": 500_00}


def test_the_day_counts_by_the_rules_of_the_night_behind_the_figures(store: Store) -> None:
    """A lender who pays principal first by night pays it first by day, and calls a cured account by its own name."""
    [debtor] = build(store)
    rules = AgeingRules(order=("principal", "interest", "penalty", "fee"), current_bucket="Stage 0")
    with store.write() as connection:
        connection.execute(update(nights).values(manifest={"ageing_rules": rules.said()}))

    first = pay(store, debtor, 500_00)
    assert first.split == {"fee": 0, "penalty": 0, "interest": 0, "principal": 500_00}

    pay(store, debtor, account_now(store, debtor)["overdue_cents"], "pay-2")
    assert account_now(store, debtor)["bucket"] == "Stage 0"


def test_a_card_in_its_ninety_first_day_pays_principal_first() -> None:
    """Day 90 pays by the usual order, day 91 principal first; other products never do."""
    overdue = {"fee": 10, "penalty": 10, "interest": 10, "principal": 10}

    def paid(product: str, days: int) -> int:
        return split(10, overdue, product=product, days_past_due=days, designation=None, rules=AgeingRules()).taken[
            "principal"
        ]

    assert paid("credit_card", 90) == 0
    assert paid("credit_card", 91) == 10
    assert paid("consumer_loan", 91) == 0


@given(
    amount=st.integers(1, 10_000),
    overdue=st.fixed_dictionaries({component: st.integers(0, 3_000) for component in COMPONENTS}),
    designation=st.sampled_from([None, *COMPONENTS]),
    days=st.one_of(st.none(), st.integers(0, 200)),
)
def test_no_cent_of_a_payment_is_lost_or_made(
    amount: int, overdue: dict[str, int], designation: str | None, days: int | None
) -> None:
    """Shares and the rest sum to the payment; no component is paid more than is overdue on it; nothing is left idle."""
    shares = split(
        amount, overdue, product="credit_card", days_past_due=days, designation=designation, rules=AgeingRules()
    )

    assert shares.overdue_cents + shares.beyond_cents == amount
    assert all(0 <= shares.taken[component] <= overdue[component] for component in COMPONENTS)
    assert shares.overdue_cents == min(amount, sum(overdue.values()))


def test_a_hold_withdraws_a_claimed_case_at_once(store: Store) -> None:
    """And lifting it does not bring the work back: the next night decides."""
    [debtor] = build(store)
    add_user(store, "fang", "supervisor")
    claimed(store, debtor, at("10:00"))

    placed = place_hold(store, person_id=debtor.person_id, kind="hardship", by="wang", at=at("10:01"))
    assert placed.withdrawn == (debtor.item_id,)
    assert lift_hold(store, placed.hold_id, by="fang", at=at("11:00"), why="answered in writing")

    assert item_now(store, debtor)["status"] == "withdrawn"
    assert kinds(store)[-3:] == ["hold_placed", "case_withdrawn", "hold_lifted"]


def test_a_hold_of_the_same_kind_is_placed_once_unless_it_lasts_longer(store: Store) -> None:
    """The longer of two holds decides."""
    [debtor] = build(store)

    def hold(ends_on: date | None) -> tuple[str, bool]:
        placed = place_hold(store, person_id=debtor.person_id, kind="stop", by="li", at=at("10:00"), ends_on=ends_on)
        return placed.hold_id, placed.new

    short, new = hold(date(2026, 12, 1))
    assert new
    assert hold(date(2026, 12, 1)) == (short, False)
    assert hold(date(2026, 11, 30)) == (short, False)
    longer, new = hold(date(2026, 12, 2))
    assert new
    assert longer != short
    assert hold(None)[1]


def test_lifting_a_hold_that_has_ended_changes_nothing(store: Store) -> None:
    """Twice, or after its last day."""
    [debtor] = build(store)
    add_user(store, "fang", "supervisor")
    placed = place_hold(
        store, person_id=debtor.person_id, kind="stop", by="li", at=at("10:00"), ends_on=date(2026, 11, 26)
    )

    assert lift_hold(store, placed.hold_id, by="fang", at=at("10:00", "2026-11-26"), why="over") is False
    assert lift_hold(store, placed.hold_id, by="fang", at=at("10:00", "2026-11-25"), why="taken back by the borrower")
    assert lift_hold(store, placed.hold_id, by="fang", at=at("11:00", "2026-11-25"), why="again") is False


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"person_id": "P-none"}, "person_unknown"),
        ({"kind": "holiday"}, "hold_unknown"),
        ({"ends_on": date(2026, 11, 24)}, "hold_ends_before_it_starts"),
    ],
)
def test_a_hold_that_cannot_be_meant_is_not_placed(store: Store, changes: dict[str, Any], code: str) -> None:
    """With the reason."""
    [debtor] = build(store)
    asked: dict[str, Any] = {"person_id": debtor.person_id, "kind": "stop", "by": "li", "at": at("10:00"), **changes}

    with pytest.raises(Unusable) as caught:
        place_hold(store, **asked)

    assert caught.value.problem.code == code
    assert item_now(store, debtor)["status"] == "waiting"


def test_ending_a_hold_needs_a_reason_and_a_hold(store: Store) -> None:
    """Who ends what protects somebody says why."""
    [debtor] = build(store)
    add_user(store, "fang", "supervisor")
    placed = place_hold(store, person_id=debtor.person_id, kind="stop", by="li", at=at("10:00"))

    with pytest.raises(Unusable) as silent:
        lift_hold(store, placed.hold_id, by="fang", at=at("11:00"), why=" ")
    with pytest.raises(Unusable) as none:
        lift_hold(store, "hold-none", by="fang", at=at("11:00"), why="because")

    assert (silent.value.problem.code, none.value.problem.code) == ("why_missing", "hold_not_found")


def test_a_consent_is_given_withdrawn_and_given_again(store: Store) -> None:
    """Each change is a fact; saying the same twice is not."""
    [debtor] = build(store)
    for hour, given_ in ((9, True), (10, True), (11, False), (12, False), (13, True)):
        record_consent(
            store,
            person_id=debtor.person_id,
            kind="contact_outside_hours",
            by="li",
            at=at(f"{hour:02d}:00"),
            given=given_,
        )

    assert kinds(store) == ["consent_given", "consent_withdrawn", "consent_given"]
    with store.read() as connection:
        rows = connection.execute(select(consents).order_by(consents.c.given_at)).mappings().all()
    assert [(row["given_at"], row["withdrawn_at"]) for row in rows] == [(at("09:00"), at("11:00")), (at("13:00"), None)]

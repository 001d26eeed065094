"""Taking a case from the queue: in order of priority, one collector at a time, on a lease."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.daytime.town import at, build, claimed, item_now, kinds

from arrears.daytime import claim, finish, place_hold, receive_payment, release, rest, take_next
from arrears.kernel.problem import Unusable
from arrears.queue.claim import NotClaimed, QueueItem, Status, WhyNot
from arrears.store.open import Store


def test_the_most_valuable_case_comes_first_and_goes_to_one_collector(store: Store) -> None:
    """Priority 1 is worked first; the next collector gets the next one."""
    first, second = build(store, 2)

    for_li = take_next(store, "li", at=at("10:00"))
    for_wang = take_next(store, "wang", at=at("10:00"))

    assert for_li is not None
    assert for_wang is not None
    assert (for_li.queue_item_id, for_li.claimed_by) == (first.item_id, "li")
    assert (for_wang.queue_item_id, for_wang.claimed_by) == (second.item_id, "wang")
    assert kinds(store) == ["case_claimed", "case_claimed"]


def test_who_asks_again_keeps_the_case_at_hand(store: Store) -> None:
    """A collector has one case at a time; asking again begins the lease anew."""
    build(store, 2)
    first = take_next(store, "li", at=at("10:00"))
    again = take_next(store, "li", at=at("10:20"))

    assert first is not None
    assert again is not None
    assert again.queue_item_id == first.queue_item_id
    assert again.claimed_until == at("10:50")


@pytest.mark.parametrize(
    ("clock", "offered"), [("07:59:59", False), ("08:00:00", True), ("21:59:59", True), ("22:00", False)]
)
def test_a_case_is_offered_in_its_lawful_minutes_only(store: Store, clock: str, offered: bool) -> None:
    """not_before_at is inside, not_after_at is outside."""
    build(store)

    assert (take_next(store, "li", at=at(clock)) is not None) is offered


@pytest.mark.parametrize(("minutes", "free"), [(29, False), (30, True)])
def test_a_lease_that_ran_out_frees_the_case(store: Store, minutes: int, free: bool) -> None:
    """At claimed_until the item is anybody's again, and the one who slept no longer holds it."""
    [debtor] = build(store)
    take_next(store, "li", at=at("10:00"))

    got = take_next(store, "wang", at=at("10:00") + timedelta(minutes=minutes))

    assert (got is not None) is free
    if free:
        assert item_now(store, debtor)["claimed_by"] == "wang"
        refused = release(store, debtor.item_id, "li", at=at("10:31"))
        assert refused == NotClaimed(debtor.item_id, WhyNot.CLAIMED_BY_ANOTHER, "wang", at("11:00"))


def test_held_and_paid_people_are_passed_over(store: Store) -> None:
    """Even where the night put them first."""
    held, paid, third = build(store, 3)
    place_hold(store, person_id=held.person_id, kind="hardship", by="wang", at=at("09:00"))
    receive_payment(
        store,
        payment_id="pay-1",
        account_id=paid.account_id,
        amount_cents=1_200_00,
        currency="CNY",
        paid_at=at("09:00"),
        at=at("09:00"),
        by="bank",
    )

    got = take_next(store, "li", at=at("10:00"))

    assert got is not None
    assert got.queue_item_id == third.item_id
    for gone, why in ((held, "withdrawn_hold"), (paid, "withdrawn_paid")):
        assert item_now(store, gone)["withdrawn_reason"] == why
        assert claim(store, gone.item_id, "li", at=at("10:00")) == NotClaimed(gone.item_id, WhyNot.GONE)


def test_a_rested_case_waits_until_it_may_be_taken_again(store: Store) -> None:
    """Nobody calls the same person again a minute after nobody answered."""
    [debtor] = build(store)
    take_next(store, "li", at=at("10:00"))
    back = rest(store, debtor.item_id, "li", at=at("10:05"))

    assert isinstance(back, QueueItem)
    assert back.status is Status.WAITING
    assert take_next(store, "wang", at=at("12:04")) is None
    assert take_next(store, "wang", at=at("12:05")) is not None


def test_a_finished_case_is_not_offered_again(store: Store) -> None:
    """And finishing it twice says that it is gone."""
    [debtor] = build(store)
    take_next(store, "li", at=at("10:00"))

    done = finish(store, debtor.item_id, "li", at=at("10:05"), why="data_wrong")

    assert isinstance(done, QueueItem)
    assert done.status is Status.DONE
    assert take_next(store, "wang", at=at("10:06")) is None
    assert finish(store, debtor.item_id, "li", at=at("10:07")) == NotClaimed(debtor.item_id, WhyNot.GONE)


def test_a_case_of_another_is_not_claimed_and_the_answer_says_whose(store: Store) -> None:
    """By whom and until when, so that two collectors can talk about it."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"), by="wang")

    got = claim(store, debtor.item_id, "li", at=at("10:01"))

    assert got == NotClaimed(debtor.item_id, WhyNot.CLAIMED_BY_ANOTHER, "wang", at("10:30"))


def test_claiming_ones_own_case_renews_the_lease(store: Store) -> None:
    """And is no second claim in the log."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"))
    claimed(store, debtor, at("10:10"))

    assert item_now(store, debtor)["claimed_until"] == at("10:40")
    assert kinds(store) == ["case_claimed"]


def test_an_item_that_never_was_is_gone(store: Store) -> None:
    """The page may be older than the night."""
    build(store)

    assert claim(store, "item-none", "li", at=at("10:00")) == NotClaimed("item-none", WhyNot.GONE)


def test_a_case_is_taken_by_somebody_who_is_on_record(store: Store) -> None:
    """The evidence names a person, not a word."""
    build(store)

    with pytest.raises(Unusable) as caught:
        take_next(store, "nobody", at=at("10:00"))

    assert caught.value.problem.code == "collector_unknown"

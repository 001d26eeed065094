"""A permit is open until its outcome is on record: until then nobody else contacts the person, and the case is held."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from tests.daytime.audit import audit
from tests.daytime.test_many_at_once import all_at_once
from tests.daytime.town import (
    AS_OF,
    Debtor,
    add_party,
    add_user,
    at,
    build,
    call,
    claimed,
    day_attempts,
    facts,
    item_now,
    kinds,
    law,
    reasons,
)

from arrears.contact.permit import Permit, Refusal
from arrears.daytime import (
    claim,
    finish,
    place_hold,
    preview,
    record_outcome,
    release,
    rest,
    take_next,
    take_over,
)
from arrears.kernel.problem import Unusable
from arrears.queue.claim import NotClaimed, QueueItem, WhyNot
from arrears.store.open import Store


def in_a_call(store: Store, debtor: Debtor, clock: str = "10:00", by: str = "li") -> Permit:
    """The collector holds the case and has been permitted a call whose outcome is not recorded."""
    claimed(store, debtor, at(clock), by=by)
    answer = call(store, debtor, at(clock), by=by)
    assert isinstance(answer, Permit), reasons(answer)
    return answer


@pytest.mark.parametrize("channel", ["call", "sms"])
def test_a_second_window_is_shown_the_permit_that_is_open(store: Store, channel: str) -> None:
    """Two windows, one collector, one case: one permit, whatever the second window asks for."""
    [debtor] = build(store)
    first = in_a_call(store, debtor)

    second = call(store, debtor, at("10:01"), channel=channel)

    assert isinstance(second, Permit)
    assert (second.permit_id, second.attempt_id) == (first.permit_id, first.attempt_id)
    assert (first.new, second.new) == (True, False)
    assert len(day_attempts(store)) == 1


def test_sixteen_windows_make_one_permit(store: Store) -> None:
    """At one instant, on either database."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"))

    answers = all_at_once([partial(call, store, debtor, at("10:01")) for _ in range(16)])

    assert {answer.attempt_id for answer in answers if isinstance(answer, Permit)} == {
        day_attempts(store)[0]["attempt_id"]
    }
    assert len(day_attempts(store)) == 1
    audit(store, AS_OF)


def test_collectors_of_debtors_who_share_a_guarantor_make_one_permit_towards_the_guarantor(store: Store) -> None:
    """The person in the call is one person, whoever's debt it is about."""
    debtors = build(store, 4, [f"collector-{n}" for n in range(4)])
    add_party(store, debtors[0], "G-1", "guarantor", "199-0001-0001")
    for debtor in debtors[1:]:
        from sqlalchemy import insert

        from arrears.store.schema import parties

        with store.write() as connection:
            connection.execute(
                insert(parties).values(
                    account_id=debtor.account_id, person_id="G-1", role="guarantor", liability="joint"
                )
            )
    for n, debtor in enumerate(debtors):
        claimed(store, debtor, at("10:00"), by=f"collector-{n}")

    answers = all_at_once(
        [
            partial(call, store, debtor, at("10:01"), by=f"collector-{n}", point_id="C-G-1")
            for n, debtor in enumerate(debtors)
        ]
    )

    assert sum(isinstance(answer, Permit) for answer in answers) == 1
    assert all(reasons(answer) == {"refused_permit_open"} for answer in answers if isinstance(answer, Refusal)), [
        reasons(answer) for answer in answers
    ]
    audit(store, AS_OF)


def test_the_next_permit_is_made_once_the_outcome_is_on_record(store: Store) -> None:
    """An outcome ends a permit; an hour, a night and a lease don't."""
    [debtor] = build(store)
    first = in_a_call(store, debtor)
    late = call(store, debtor, at("21:00"))
    assert isinstance(late, Permit)
    assert late.attempt_id == first.attempt_id

    record_outcome(store, first.attempt_id, "no_answer", by="li", at=at("21:01"))

    after = call(store, debtor, at("21:02"))
    assert isinstance(after, Permit)
    assert after.attempt_id != first.attempt_id


def test_an_open_permit_keeps_the_lease(store: Store) -> None:
    """Hours after the lease ran out the case is not another's, and the collector still holds it."""
    [debtor] = build(store)
    in_a_call(store, debtor)

    later = at("10:00") + timedelta(hours=3)
    assert take_next(store, "wang", at=later) is None
    assert claim(store, debtor.item_id, "wang", at=later) == NotClaimed(
        debtor.item_id, WhyNot.CLAIMED_BY_ANOTHER, "li", at("10:30")
    )
    own = take_next(store, "li", at=later)
    assert own is not None
    assert own.queue_item_id == debtor.item_id


def test_a_case_is_not_put_down_while_its_permit_is_open(store: Store) -> None:
    """Giving back, resting and finishing wait for the outcome."""
    [debtor] = build(store)
    permit = in_a_call(store, debtor)
    waits = NotClaimed(debtor.item_id, WhyNot.PERMIT_OPEN, "li")

    assert release(store, debtor.item_id, "li", at=at("10:05")) == waits
    assert rest(store, debtor.item_id, "li", at=at("10:05")) == waits
    assert finish(store, debtor.item_id, "li", at=at("10:05"), why="would_harm") == waits

    record_outcome(store, permit.attempt_id, "no_answer", by="li", at=at("10:06"))
    assert isinstance(release(store, debtor.item_id, "li", at=at("10:07")), QueueItem)


def test_a_supervisor_takes_over_with_a_reason_and_there_is_still_one_permit(store: Store) -> None:
    """The collector may still be speaking: the supervisor calls once somebody has said what came of the first call."""
    [debtor] = build(store)
    add_user(store, "fang", "supervisor")
    permit = in_a_call(store, debtor)

    taken = take_over(store, debtor.item_id, "fang", at=at("10:40"), why="同事突发急病离席")

    assert isinstance(taken, QueueItem)
    assert (taken.claimed_by, taken.permit_by) == ("fang", "li")
    assert reasons(call(store, debtor, at("10:41"), by="fang")) == {"refused_permit_open"}
    assert facts(store, "case_taken_over") == [debtor.item_id]
    record_outcome(store, permit.attempt_id, "not_recorded", by="fang", at=at("10:42"))
    assert isinstance(call(store, debtor, at("10:43"), by="fang"), Permit)
    audit(store, AS_OF)


def test_the_collector_in_the_call_can_still_say_what_came_of_it(store: Store) -> None:
    """Taken over is the case, not the conversation."""
    [debtor] = build(store)
    add_user(store, "fang", "supervisor")
    permit = in_a_call(store, debtor)
    take_over(store, debtor.item_id, "fang", at=at("10:40"), why="lease ran out")

    assert record_outcome(store, permit.attempt_id, "right_party", by="li", at=at("10:41")).new
    assert item_now(store, debtor)["claimed_by"] == "fang"


@pytest.mark.parametrize(("by", "why", "code"), [("wang", "I am free", "not_for_role"), ("fang", "  ", "why_missing")])
def test_taking_over_is_a_supervisors_and_needs_a_reason(store: Store, by: str, why: str, code: str) -> None:
    """A colleague claims what is free; what is not free is taken by somebody who answers for it."""
    [debtor] = build(store)
    add_user(store, "fang", "supervisor")
    in_a_call(store, debtor)
    before = kinds(store)

    with pytest.raises(Unusable) as caught:
        take_over(store, debtor.item_id, by, at=at("10:40"), why=why)

    assert caught.value.problem.code == code
    assert kinds(store) == before


def test_what_came_of_a_call_is_said_by_whoever_made_it_or_holds_the_case(store: Store) -> None:
    """A colleague can't end somebody else's call with a word."""
    [debtor] = build(store)
    permit = in_a_call(store, debtor)

    with pytest.raises(Unusable) as caught:
        record_outcome(store, permit.attempt_id, "no_answer", by="wang", at=at("10:05"))

    assert caught.value.problem.code == "outcome_of_another"


def test_a_permit_of_yesterday_is_still_open_today(store: Store) -> None:
    """By name nobody else gets the case, by the gate nobody another permit, until its outcome is said."""
    [debtor] = build(store)
    in_a_call(store, debtor)
    place_hold(store, person_id=debtor.person_id, kind="complaint", by="li", at=at("10:01"))

    answer = call(store, debtor, at("10:00", "2026-11-26"), by="wang")

    assert "refused_permit_open" in reasons(answer)


def test_the_preview_names_a_colleagues_open_permit(store: Store) -> None:
    """What the gate would say is what the page says; one's own permit is shown as what it is."""
    [debtor] = build(store)
    permit = in_a_call(store, debtor)

    def told(by: str) -> set[str]:
        [shown, *_] = preview(store, law(), person_id=debtor.person_id, at=at("10:01"), collector_id=by)
        return {str(ground.reason) for ground in shown.grounds}

    assert told("wang") == {"refused_not_claimed", "refused_permit_open"}
    assert told("li") == set()
    [shown, *_] = preview(store, law(), person_id=debtor.person_id, at=at("10:01"), collector_id="wang")
    [ground] = [each for each in shown.grounds if each.reason == "refused_permit_open"]
    assert ground.events == (permit.attempt_id,)

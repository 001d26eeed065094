"""Who may look at a person's data and take their promise: whoever holds the case, or whom the person contacted."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from tests.daytime.audit import audit
from tests.daytime.test_many_at_once import all_at_once
from tests.daytime.town import AS_OF, Debtor, add_party, at, build, call, claimed, day_attempts, facts, kinds

from arrears.contact.permit import Permit
from arrears.daytime import NotRevealed, place_hold, record_inbound, record_outcome, reveal_detail, take_promise
from arrears.daytime.reveal_detail import PER_HOUR_MAX, PURPOSES, TO_ANSWER, WhyHidden
from arrears.kernel.problem import Unusable
from arrears.store.open import Store
from arrears.store.reveals import by_user
from arrears.store.schema import reveals


def look(store: Store, debtor: Debtor, clock: str = "10:01", by: str = "li", **more: Any) -> Any:
    asked = {"purpose": "confirm_identity", **more}
    return reveal_detail(store, person_id=debtor.person_id, by=by, at=at(clock), **asked)


def promise(store: Store, debtor: Debtor, clock: str = "10:01", by: str = "li") -> str:
    taken = take_promise(
        store,
        account_id=debtor.account_id,
        amount_cents=100_00,
        due_at=at("18:00", "2026-11-27"),
        channel="app",
        money_source="salary",
        by=by,
        at=at(clock),
    )
    return taken.promise_id


def test_nothing_of_a_case_that_somebody_else_holds_is_shown(store: Store) -> None:
    """Nor of one that nobody holds: a list of ids is no right to read through it. The refusal leaves no reveal."""
    one, two = build(store, 2)
    claimed(store, one, at("10:00"), by="wang")

    assert look(store, one) == look(store, two) == NotRevealed(WhyHidden.NOT_YOUR_CASE)
    assert facts(store, "detail_revealed") == []


@pytest.mark.parametrize("purpose", PURPOSES)
def test_whoever_holds_the_case_sees_what_the_purpose_asks_for(store: Store, purpose: str) -> None:
    """And the log says who, what for, and by which right."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"))

    assert look(store, debtor, purpose=purpose)["name"] == "张1"
    assert look(store, debtor, purpose=purpose, contact_point_id=debtor.point_id)["value"] == debtor.phone
    with store.read() as connection:
        assert set(connection.execute(select(reveals.c.basis)).scalars()) == {"claim"}
    assert len(facts(store, "detail_revealed")) == 2


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("hold", [None, "complaint"])
def test_whom_they_contacted_may_answer_and_no_more(store: Store, purpose: str, hold: str | None) -> None:
    """Under a hold too, for it is what the borrower asks for; a number to dial is not part of an answer."""
    [debtor] = build(store)
    if hold is not None:
        place_hold(store, person_id=debtor.person_id, kind=hold, by="portal", at=at("09:00"))
    record_inbound(store, debtor_id=debtor.person_id, by="li", at=at("10:00"))

    answer = look(store, debtor, purpose=purpose)

    shown = purpose in TO_ANSWER
    assert isinstance(answer, NotRevealed) is not shown
    if not shown:
        assert answer.why is WhyHidden.ONLY_TO_ANSWER
    assert isinstance(look(store, debtor, purpose="confirm_identity", by="wang"), NotRevealed)


@pytest.mark.parametrize(("minutes", "shown"), [(29, True), (30, False)])
def test_a_contact_of_theirs_gives_the_right_for_half_an_hour(store: Store, minutes: int, shown: bool) -> None:
    """Both sides of the line."""
    [debtor] = build(store)
    record_inbound(store, debtor_id=debtor.person_id, by="li", at=at("10:00"))

    answer = reveal_detail(
        store,
        person_id=debtor.person_id,
        purpose="answer_request",
        by="li",
        at=at("10:00") + timedelta(minutes=minutes),
    )

    assert isinstance(answer, NotRevealed) is not shown


def test_a_guarantor_is_seen_through_the_case_they_stand_in_and_no_other(store: Store) -> None:
    """The claim on one debtor's case says nothing about another's people."""
    one, two = build(store, 2)
    add_party(store, one, "G-1", "guarantor", "199-0001-0001")
    claimed(store, one, at("10:00"))
    asked = {"person_id": "G-1", "purpose": "confirm_identity", "by": "li", "at": at("10:01")}

    assert reveal_detail(store, **asked, debtor_id=one.person_id) == {  # type: ignore[arg-type]
        "name": "李某",
        "id_number": None,
        "birth_on": None,
    }
    with pytest.raises(Unusable) as caught:
        reveal_detail(store, **asked, debtor_id=two.person_id)  # type: ignore[arg-type]
    assert caught.value.problem.code == "person_unknown"


def test_an_hour_has_room_for_so_many_reveals_and_not_one_more(store: Store) -> None:
    """However many windows ask at once; an hour after the first there is room again. A colleague has their own."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"))
    for n in range(PER_HOUR_MAX - 2):
        assert not isinstance(look(store, debtor, clock=f"10:{1 + n // 2:02d}"), NotRevealed)

    answers = all_at_once([partial(look, store, debtor, "10:20") for _ in range(8)])

    assert sum(not isinstance(answer, NotRevealed) for answer in answers) == 2
    assert {answer.why for answer in answers if isinstance(answer, NotRevealed)} == {WhyHidden.TOO_MANY}
    claimed(store, debtor, at("10:29"))
    claimed(store, debtor, at("10:58"))
    assert look(store, debtor, "11:00") == NotRevealed(WhyHidden.TOO_MANY, at("11:01"))
    assert not isinstance(look(store, debtor, "11:01"), NotRevealed)
    with store.read() as connection:
        [row] = by_user(connection, at("09:00"))
    assert (row["user_id"], row["reveals"], row["people"]) == ("li", PER_HOUR_MAX + 1, 1)


def test_a_promise_is_taken_by_whoever_is_in_contact(store: Store) -> None:
    """By the claim, by a contact of one's own that reached them, or by one of theirs; by nobody else."""
    one, two, three, four = build(store, 4)
    claimed(store, one, at("10:00"))
    record_inbound(store, debtor_id=two.person_id, by="li", at=at("10:00"), channel="sms")
    claimed(store, three, at("10:00"))
    spoke = call(store, three, at("10:00"))
    assert isinstance(spoke, Permit)
    record_outcome(store, spoke.attempt_id, "right_party", by="li", at=at("10:01"))

    assert all(promise(store, each) for each in (one, two, three))
    with pytest.raises(Unusable) as caught:
        promise(store, four)
    assert caught.value.problem.code == "promise_needs_contact"
    audit(store, AS_OF)


@pytest.mark.parametrize("kind", ["dispute", "hardship", "stop", "complaint"])
def test_under_a_hold_a_promise_is_taken_where_the_borrower_came_with_it(store: Store, kind: str) -> None:
    """The case of a moment ago is worth nothing; a contact of theirs is."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"))
    place_hold(store, person_id=debtor.person_id, kind=kind, by="li", at=at("10:00"))

    with pytest.raises(Unusable) as caught:
        promise(store, debtor)
    assert caught.value.problem.code == "promise_under_hold"

    record_inbound(store, debtor_id=debtor.person_id, by="li", at=at("10:01"))
    assert promise(store, debtor, "10:02")


def test_nobody_promises_for_somebody_who_has_died(store: Store) -> None:
    """Whoever calls about it."""
    [debtor] = build(store)
    place_hold(store, person_id=debtor.person_id, kind="deceased", by="li", at=at("10:00"))
    record_inbound(store, debtor_id=debtor.person_id, by="li", at=at("10:01"))

    with pytest.raises(Unusable) as caught:
        promise(store, debtor, "10:02")
    assert caught.value.problem.code == "promise_under_hold"


def test_a_contact_of_theirs_is_on_record_and_uses_up_no_call_of_ours(store: Store) -> None:
    """Three calls from them leave our three; who has no part in the debt is told nothing about it."""
    [debtor] = build(store)
    for minute in range(3):
        record_inbound(store, debtor_id=debtor.person_id, by="li", at=at(f"10:0{minute}"))
    claimed(store, debtor, at("10:05"))

    assert isinstance(call(store, debtor, at("10:06")), Permit)
    assert [row["direction"] for row in day_attempts(store)] == ["inbound"] * 3 + ["outbound"]
    assert kinds(store).count("inbound_recorded") == 3
    with pytest.raises(Unusable) as caught:
        record_inbound(store, debtor_id=debtor.person_id, person_id="P-none", by="li", at=at("10:07"))
    assert caught.value.problem.code == "person_not_in_case"

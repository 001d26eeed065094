"""The gate at the minute: what is permitted, what is refused with every ground, and what is on record either way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, select
from tests.daytime.town import (
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
    law,
    point,
    reasons,
    set_person,
)

from arrears.contact.permit import Permit, Refusal
from arrears.daytime import (
    claim,
    place_attempt,
    place_hold,
    preview,
    receive_payment,
    record_outcome,
    release,
    take_over,
)
from arrears.kernel.problem import Unusable
from arrears.store.open import Store
from arrears.store.schema import attempts, contact_points, permits, refusals


def permitted(store: Store, debtor: Debtor, moment: datetime, **more: Any) -> str:
    """The attempt of a call that the gate permits."""
    answer = call(store, debtor, moment, **more)
    assert isinstance(answer, Permit), reasons(answer)
    return answer.attempt_id


def test_a_lawful_call_is_on_record_before_the_collector_hears_of_it(store: Store) -> None:
    """Attempt, permit and fact are there once place_attempt has returned, and they name each other."""
    [debtor] = build(store)
    claimed(store, debtor, at("09:59"))

    answer = call(store, debtor, at("10:00"))

    assert isinstance(answer, Permit), reasons(answer)
    [attempt] = day_attempts(store)
    assert attempt["attempt_id"] == answer.attempt_id
    assert attempt["connected"] is None
    assert attempt["local_day"].isoformat() == "2026-11-24"
    with store.read() as connection:
        permit = connection.execute(select(permits)).mappings().one()
    assert (permit["permit_id"], permit["attempt_id"]) == (answer.permit_id, answer.attempt_id)
    assert facts(store, "attempt_permitted") == [answer.attempt_id]


@pytest.mark.parametrize(
    ("clock", "allowed"), [("07:59:59", False), ("08:00:00", True), ("21:59:59", True), ("22:00:00", False)]
)
def test_calls_are_made_from_eight_to_ten_at_night_where_the_borrower_is(
    store: Store, clock: str, allowed: bool
) -> None:
    """Both sides of both edges: 22:00:00 is closed and 08:00:00 is open."""
    [debtor] = build(store)
    claimed(store, debtor, at(clock))

    answer = call(store, debtor, at(clock))

    assert isinstance(answer, Permit) is allowed
    assert reasons(answer) == (set() if allowed else {"refused_outside_hours"})


def test_a_refusal_says_when_it_would_be_allowed(store: Store) -> None:
    """The collector reads the next lawful minute, in the borrower's time."""
    [debtor] = build(store)
    claimed(store, debtor, at("22:30"))

    answer = call(store, debtor, at("22:30"))

    assert isinstance(answer, Refusal)
    assert answer.allowed_again_at == at("08:00", "2026-11-25")
    assert all(ground.citation and ground.zh and ground.en for ground in answer.grounds)


def test_the_fourth_connected_call_of_a_day_is_refused_and_the_third_is_not(store: Store) -> None:
    """At most three connected calls per debtor and day (F01)."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"))
    for minute in range(3):
        answer = call(store, debtor, at(f"10:{minute:02d}"))
        assert isinstance(answer, Permit), reasons(answer)
        record_outcome(store, answer.attempt_id, "voicemail", by="li", at=at(f"10:{minute:02d}"))
        claimed(store, debtor, at(f"10:{minute:02d}"))

    answer = call(store, debtor, at("10:30"))

    assert reasons(answer) == {"refused_connected_calls_today"}
    assert isinstance(call(store, debtor, at("10:30", "2026-11-25")), Refusal)  # the claim has lapsed by then
    claimed(store, debtor, at("10:30", "2026-11-25"))
    assert isinstance(call(store, debtor, at("10:30", "2026-11-25")), Permit)


def test_a_call_whose_outcome_nobody_knows_counts_as_connected(store: Store) -> None:
    """Nobody gains a fourth call by not saying what came of the first three."""
    [debtor] = build(store)
    add_user(store, "fang", "supervisor")
    for minute in range(3):
        claimed(store, debtor, at(f"10:{minute:02d}"))
        attempt_id = permitted(store, debtor, at(f"10:{minute:02d}"))
        take_over(store, debtor.item_id, "fang", at=at(f"10:{minute:02d}"), why="在通话中离线")
        record_outcome(store, attempt_id, "not_recorded", by="fang", at=at(f"10:{minute:02d}"))
        release(store, debtor.item_id, "fang", at=at(f"10:{minute:02d}"))

    claimed(store, debtor, at("10:05"))
    assert reasons(call(store, debtor, at("10:05"))) == {"refused_connected_calls_today"}


def test_a_number_is_dialled_six_times_a_day_at_most_whoever_it_is_about(store: Store) -> None:
    """Attempts are counted per number (F02): two debtors who share one share its six attempts."""
    one, two = build(store, 2, shared_number="199-0000-9999")
    for n in range(6):
        debtor = one if n % 2 else two
        claimed(store, debtor, at(f"10:{n:02d}"))
        answer = call(store, debtor, at(f"10:{n:02d}"))
        assert isinstance(answer, Permit), reasons(answer)
        record_outcome(store, answer.attempt_id, "no_answer", by="li", at=at(f"10:{n:02d}"))

    claimed(store, one, at("11:00"))
    assert reasons(call(store, one, at("11:00"))) == {"refused_attempts_to_number_today"}


@pytest.mark.parametrize("written", ["+86 199 0000 0001", "0086-199-0000-0001", "19900000001"])
def test_a_number_written_another_way_is_the_same_number(store: Store, written: str) -> None:
    """A second contact point with the same number in another form does not give six more attempts."""
    [debtor] = build(store)
    with store.write() as connection:
        connection.execute(insert(contact_points).values(**point("C-again", debtor.person_id, written)))
    for n in range(6):
        claimed(store, debtor, at(f"10:{n:02d}"))
        answer = call(store, debtor, at(f"10:{n:02d}"))
        assert isinstance(answer, Permit), reasons(answer)
        record_outcome(store, answer.attempt_id, "no_answer", by="li", at=at(f"10:{n:02d}"))
    claimed(store, debtor, at("11:00"))

    assert reasons(call(store, debtor, at("11:00"), point_id="C-again")) == {"refused_attempts_to_number_today"}


def test_every_ground_is_named_and_not_the_first(store: Store) -> None:
    """At night, unclaimed, on hold, and of a contact person: all of it is said at once."""
    [debtor] = build(store)
    friend = add_party(store, debtor, "P-friend", "contact_person", "199-0000-7777")
    place_hold(store, person_id=debtor.person_id, kind="dispute", by="li", at=at("09:00"))

    answer = call(store, debtor, at("23:00"), point_id=friend)

    assert {
        "refused_outside_hours",
        "refused_not_claimed",
        "held_for_dispute",
        "refused_third_party",
        "refused_debtor_can_be_reached",
    } <= reasons(answer)


def test_a_refusal_is_on_record_with_its_grounds_and_reaches_nobody(store: Store) -> None:
    """What was refused is evidence too: the row has every ground, the fact has its reasons and provisions."""
    [debtor] = build(store)

    answer = call(store, debtor, at("10:00"))

    assert isinstance(answer, Refusal)
    assert day_attempts(store) == []
    with store.read() as connection:
        row = connection.execute(select(refusals)).mappings().one()
    assert row["refusal_id"] == answer.refusal_id
    assert [ground["reason"] for ground in row["grounds"]] == ["refused_not_claimed"]
    assert facts(store, "contact_refused") == [answer.refusal_id]


def test_only_the_collector_who_holds_the_case_may_call(store: Store) -> None:
    """And only while the lease runs."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"), by="li")

    assert reasons(call(store, debtor, at("10:01"), by="wang")) == {"refused_not_claimed"}
    assert reasons(call(store, debtor, at("10:30"))) == {"refused_not_claimed"}
    claimed(store, debtor, at("10:31"))
    assert isinstance(call(store, debtor, at("10:31")), Permit)


def test_an_attempt_begins_the_lease_anew(store: Store) -> None:
    """Who is working a case does not lose it."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"))
    call(store, debtor, at("10:29"))

    assert item_now(store, debtor)["claimed_until"] == at("10:59")


def test_an_unknown_time_zone_is_never_taken_for_ours(store: Store) -> None:
    """Unknown is not zero: the case is refused and the reason says what is missing."""
    [debtor] = build(store, zone=None)
    claimed(store, debtor, at("10:00"))

    assert reasons(call(store, debtor, at("10:00"))) == {"held_for_missing_time_zone"}


def test_the_borrowers_clock_decides_not_ours(store: Store) -> None:
    """09:00 in Shanghai is 01:00 in London."""
    [debtor] = build(store)
    set_person(store, debtor.person_id, time_zone="Europe/London")
    claimed(store, debtor, at("09:00"))

    assert reasons(call(store, debtor, at("09:00"))) == {"refused_outside_hours"}


@pytest.mark.parametrize(
    "kind", ["dispute", "hardship", "represented", "stop", "complaint", "deceased", "plan", "incident"]
)
def test_a_hold_stops_a_call_that_was_about_to_be_made(store: Store, kind: str) -> None:
    """The hold is read again at the minute; the claim of a moment ago is worth nothing."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"))
    place_hold(store, person_id=debtor.person_id, kind=kind, by="wang", at=at("10:01"))

    answer = call(store, debtor, at("10:02"))

    assert "refused_not_claimed" in reasons(answer)
    assert any(reason.startswith("held_for") for reason in reasons(answer))


def test_a_payment_stops_a_call_that_was_about_to_be_made(store: Store) -> None:
    """Reminders sent after payment are the complaint every suite gets."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"))
    receive_payment(
        store,
        payment_id="pay-1",
        account_id=debtor.account_id,
        amount_cents=1_200_00,
        currency="CNY",
        paid_at=at("10:00"),
        at=at("10:01"),
        by="bank",
    )

    assert {"refused_paid", "refused_not_claimed"} <= reasons(call(store, debtor, at("10:02")))


def test_a_number_known_to_be_wrong_is_not_used_again(store: Store) -> None:
    """Neither by this collector nor by another."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"))
    answer = call(store, debtor, at("10:00"))
    assert isinstance(answer, Permit)
    record_outcome(store, answer.attempt_id, "wrong_number", by="li", at=at("10:01"))

    assert reasons(call(store, debtor, at("10:05"))) == {"refused_number_invalid"}


def test_a_contact_person_is_refused_while_the_debtor_can_be_reached(store: Store) -> None:
    """Third parties are denied by default, and collecting from them always."""
    [debtor] = build(store)
    friend = add_party(store, debtor, "P-friend", "contact_person", "199-0000-7777")
    claimed(store, debtor, at("10:00"))

    assert "refused_third_party" in reasons(call(store, debtor, at("10:00"), point_id=friend))
    assert "refused_debtor_can_be_reached" in reasons(
        call(store, debtor, at("10:01"), point_id=friend, purpose="locate")
    )


def test_somebody_in_no_role_is_a_third_party(store: Store) -> None:
    """A contact point of a person whom the book does not tie to the debt is not a way around."""
    [debtor] = build(store)
    with store.write() as connection:
        connection.execute(insert(contact_points).values(**point("C-stranger", "P-stranger", "199-0000-8888")))
    claimed(store, debtor, at("10:00"))

    answer = call(store, debtor, at("10:00"), point_id="C-stranger")

    assert answer.act.recipient_role == "third_party"
    assert "refused_third_party" in reasons(answer)


def test_a_guarantors_calls_count_towards_the_debtors_cap(store: Store) -> None:
    """Connected calls are counted per debtor, whoever among the obligors answered."""
    [debtor] = build(store)
    guarantor = add_party(store, debtor, "P-guarantor", "guarantor", "199-0000-6666")
    claimed(store, debtor, at("10:00"))
    for minute in range(3):
        attempt_id = permitted(store, debtor, at(f"10:{minute:02d}"), point_id=guarantor)
        record_outcome(store, attempt_id, "voicemail", by="li", at=at(f"10:{minute:02d}"))

    assert reasons(call(store, debtor, at("10:10"))) == {"refused_connected_calls_today"}


def test_a_guarantor_who_asked_to_be_left_alone_is_left_alone(store: Store) -> None:
    """A hold of the recipient stops contact with the recipient; the debtor's own case goes on."""
    [debtor] = build(store)
    guarantor = add_party(store, debtor, "P-guarantor", "guarantor", "199-0000-6666")
    place_hold(store, person_id="P-guarantor", kind="stop", by="li", at=at("09:00"))
    claimed(store, debtor, at("10:00"))

    assert "refused_hold" in reasons(call(store, debtor, at("10:00"), point_id=guarantor))
    assert isinstance(call(store, debtor, at("10:01")), Permit)


def test_two_clocks_that_differ_do_not_make_two_last_calls(store: Store) -> None:
    """An attempt on record counts even where its clock runs ahead of ours."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"))
    for second in (5, 6, 7):
        attempt_id = permitted(store, debtor, at(f"10:00:0{second}"))
        record_outcome(store, attempt_id, "voicemail", by="li", at=at(f"10:00:0{second}"))

    assert reasons(call(store, debtor, at("10:00:01"))) == {"refused_connected_calls_today"}


def test_the_same_request_twice_is_one_attempt(store: Store) -> None:
    """A double click, or a retry after a lost answer."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"))

    first = call(store, debtor, at("10:00"), request_key="key-1")
    second = call(store, debtor, at("10:01"), request_key="key-1")

    assert isinstance(first, Permit)
    assert isinstance(second, Permit)
    assert (first.permit_id, first.attempt_id) == (second.permit_id, second.attempt_id)
    assert len(day_attempts(store)) == 1


def test_the_same_refused_request_twice_is_one_refusal(store: Store) -> None:
    """With the grounds it had the first time."""
    [debtor] = build(store)

    first = call(store, debtor, at("10:00"), request_key="key-1")
    claimed(store, debtor, at("10:01"))
    second = call(store, debtor, at("10:02"), request_key="key-1")

    assert isinstance(first, Refusal)
    assert isinstance(second, Refusal)
    assert second.refusal_id == first.refusal_id
    assert second.grounds == first.grounds
    with store.read() as connection:
        assert connection.execute(select(func.count()).select_from(refusals)).scalar_one() == 1


def test_a_preview_says_what_the_gate_would_say_and_records_nothing(store: Store) -> None:
    """Every party, every channel, the borrower first; the same grounds as the attempt that follows."""
    [debtor] = build(store)
    friend = add_party(store, debtor, "P-friend", "contact_person", "199-0000-7777")
    claimed(store, debtor, at("10:00"))
    before = facts(store)

    shown = preview(store, law(), person_id=debtor.person_id, at=at("10:00"), collector_id="li")

    assert [(each.contact_point_id, each.channel, each.allowed) for each in shown] == [
        (debtor.point_id, "call", True),
        (debtor.point_id, "sms", True),
        (friend, "call", False),
        (friend, "sms", False),
    ]
    assert facts(store) == before
    answer = call(store, debtor, at("10:00"), point_id=friend)
    assert isinstance(answer, Refusal)
    assert answer.grounds == shown[2].grounds


def test_a_preview_for_another_collector_says_whose_case_it_is_not(store: Store) -> None:
    """And without a collector it says what the law allows."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"), by="li")

    for_wang = preview(store, law(), person_id=debtor.person_id, at=at("10:00"), collector_id="wang")
    for_anybody = preview(store, law(), person_id=debtor.person_id, at=at("10:00"))

    assert {str(ground.reason) for each in for_wang for ground in each.grounds} == {"refused_not_claimed"}
    assert all(each.allowed for each in for_anybody)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"queue_item_id": "item-none"}, "queue_item_unknown"),
        ({"contact_point_id": "C-none"}, "contact_point_unknown"),
        ({"channel": "email"}, "channel_unsuited"),
        ({"purpose": "threaten"}, "purpose_unknown"),
    ],
)
def test_a_call_that_cannot_be_meant_changes_nothing(store: Store, changes: dict[str, str], code: str) -> None:
    """It says where, what, why and what to do."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"))
    before = facts(store)
    asked: dict[str, Any] = {
        "queue_item_id": debtor.item_id,
        "contact_point_id": debtor.point_id,
        "channel": "call",
        "collector_id": "li",
        **changes,
    }

    with pytest.raises(Unusable) as caught:
        place_attempt(store, law(), at=at("10:00"), **asked)

    assert caught.value.problem.code == code
    assert facts(store) == before


def test_an_instant_without_an_offset_is_refused(store: Store) -> None:
    """The edge says what time it is, and where."""
    [debtor] = build(store)

    with pytest.raises(ValueError, match="no offset"):
        claim(store, debtor.item_id, "li", at=at("10:00").replace(tzinfo=None))


def test_book_history_counts_like_our_own(store: Store) -> None:
    """Three connected calls that an agency reports for today leave none."""
    [debtor] = build(store)
    with store.write() as connection:
        connection.execute(
            insert(attempts),
            [
                {
                    "attempt_id": f"agency-{n}",
                    "source": "book",
                    "at": at("08:30") + timedelta(minutes=n),
                    "channel": "call",
                    "direction": "outbound",
                    "purpose": "collect",
                    "debtor_id": debtor.person_id,
                    "recipient_id": debtor.person_id,
                    "account_ids": [debtor.account_id],
                    "connected": True,
                    "outcome": "right_party",
                }
                for n in range(3)
            ],
        )
    claimed(store, debtor, at("10:00"))

    assert reasons(call(store, debtor, at("10:00"))) == {"refused_connected_calls_today"}

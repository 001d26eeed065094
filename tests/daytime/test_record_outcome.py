"""What came of an attempt, and what follows at once."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select
from tests.daytime.town import (
    Debtor,
    add_party,
    at,
    build,
    call,
    claimed,
    day_attempts,
    facts,
    item_now,
    kinds,
    point,
    reasons,
)

from arrears.contact.permit import Permit
from arrears.daytime import claim, record_outcome, release, take_next
from arrears.evidence.verify import commitment
from arrears.kernel.problem import Unusable
from arrears.outcome.table import HOLD_KINDS, OUTCOMES, Then, outcomes_of
from arrears.queue.claim import QueueItem
from arrears.store.evidence import entries_about
from arrears.store.open import Store
from arrears.store.schema import attempts, contact_points, holds


def permitted(store: Store, debtor: Debtor, clock: str = "10:00", **more: str) -> Permit:
    claimed(store, debtor, at(clock))
    answer = call(store, debtor, at(clock), **more)
    assert isinstance(answer, Permit), reasons(answer)
    return answer


@pytest.mark.parametrize("outcome", [each.code for each in outcomes_of("call")])
def test_every_outcome_of_a_call_moves_the_case_as_the_table_says(store: Store, outcome: str) -> None:
    """Later, stay, done or withdrawn; connected or not; and one fact says it."""
    [debtor] = build(store)
    permit = permitted(store, debtor)
    known = OUTCOMES[outcome]

    agreed = at("18:30") if known.asks_time else None
    recorded = record_outcome(store, permit.attempt_id, outcome, by="li", at=at("10:05"), callback_at=agreed)

    kept = dict.fromkeys((Then.STAY, Then.KEEP), "claimed")
    status = {**kept, Then.LATER: "waiting", Then.DONE: "done", Then.WITHDRAWN: "withdrawn"}[known.then]
    assert item_now(store, debtor)["status"] == status
    assert recorded.connected is known.connected
    assert (recorded.hold_id is not None) is (known.hold is not None)
    assert facts(store, "outcome_recorded") == [permit.attempt_id]
    assert facts(store, "hold_placed") == ([recorded.hold_id] if known.hold else [])


@pytest.mark.parametrize("outcome", [each.code for each in OUTCOMES.values() if each.hold])
def test_a_request_made_in_a_call_holds_before_the_call_is_over(store: Store, outcome: str) -> None:
    """In the same transaction: the case is withdrawn and can't be claimed again."""
    [debtor] = build(store)
    permit = permitted(store, debtor)

    record_outcome(store, permit.attempt_id, outcome, by="li", at=at("10:05"))

    with store.read() as connection:
        hold = connection.execute(select(holds)).mappings().one()
    assert (hold["person_id"], hold["kind"]) == (debtor.person_id, OUTCOMES[outcome].hold)
    assert hold["attempt_id"] == permit.attempt_id
    assert item_now(store, debtor)["withdrawn_reason"] == "withdrawn_hold"
    assert not isinstance(claim(store, debtor.item_id, "li", at=at("10:06")), QueueItem)
    assert kinds(store)[-3:] == ["outcome_recorded", "hold_placed", "case_withdrawn"]


def test_then_says_otherwise_where_the_collector_knows_better(store: Store) -> None:
    """But a hold always withdraws."""
    one, two = build(store, 2)
    first = permitted(store, one)
    record_outcome(store, first.attempt_id, "right_party", by="li", at=at("10:05"), then=Then.STAY)
    assert item_now(store, one)["status"] == "claimed"

    second = permitted(store, two)
    record_outcome(store, second.attempt_id, "disputed", by="li", at=at("10:05"), then=Then.STAY)
    assert item_now(store, two)["status"] == "withdrawn"


def test_nobody_reached_leaves_the_case_with_its_collector_for_the_next_number(store: Store) -> None:
    """The second number needs no new claim; given back, the case rests two hours before anybody else calls."""
    [debtor] = build(store)
    with store.write() as connection:
        connection.execute(insert(contact_points).values(**point("C-second", debtor.person_id, "199-0000-7070")))
    record_outcome(store, permitted(store, debtor).attempt_id, "no_answer", by="li", at=at("10:05"))

    assert isinstance(call(store, debtor, at("10:06"), point_id="C-second"), Permit)
    [_, second] = day_attempts(store)
    record_outcome(store, second["attempt_id"], "busy", by="li", at=at("10:07"))
    release(store, debtor.item_id, "li", at=at("10:08"))

    assert take_next(store, "wang", at=at("12:06")) is None
    assert take_next(store, "wang", at=at("12:07")) is not None


def test_a_case_whose_lease_ends_after_no_answer_rests_too(store: Store) -> None:
    """Whoever comes next does not ring the same phone half an hour later."""
    [debtor] = build(store)
    record_outcome(store, permitted(store, debtor).attempt_id, "no_answer", by="li", at=at("10:05"))

    assert take_next(store, "wang", at=at("10:40")) is None
    assert take_next(store, "wang", at=at("12:05")) is not None


def test_an_outcome_is_recorded_once(store: Store) -> None:
    """The same again changes nothing; another one is refused: a connected call is not unmade in passing."""
    [debtor] = build(store)
    permit = permitted(store, debtor)
    record_outcome(store, permit.attempt_id, "right_party", by="li", at=at("10:05"))
    before = facts(store)

    again = record_outcome(store, permit.attempt_id, "right_party", by="li", at=at("10:06"))
    with pytest.raises(Unusable) as caught:
        record_outcome(store, permit.attempt_id, "no_answer", by="li", at=at("10:07"))

    assert again.new is False
    assert caught.value.problem.code == "outcome_already_recorded"
    assert facts(store) == before


def test_a_message_is_sent_then_delivered_then_answered(store: Store) -> None:
    """Of a message more may be learned later, in that direction only."""
    [debtor] = build(store)
    permit = permitted(store, debtor, channel="sms")
    for outcome in ("sent", "delivered", "hardship"):
        assert record_outcome(store, permit.attempt_id, outcome, by="li", at=at("10:05")).new

    with pytest.raises(Unusable):
        record_outcome(store, permit.attempt_id, "sent", by="li", at=at("10:06"))
    assert item_now(store, debtor)["withdrawn_reason"] is None  # done when it was sent, before the request came
    assert facts(store, "hold_placed") != []


@pytest.mark.parametrize(
    ("attempt", "outcome", "code"),
    [
        ("known", "shouted_at", "outcome_unknown"),
        ("known", "delivered", "outcome_not_of_channel"),
        ("attempt-none", "no_answer", "attempt_unknown"),
    ],
)
def test_an_outcome_that_cannot_be_meant_changes_nothing(store: Store, attempt: str, outcome: str, code: str) -> None:
    """It says what can be recorded instead."""
    [debtor] = build(store)
    permit = permitted(store, debtor)
    before = facts(store)

    with pytest.raises(Unusable) as caught:
        record_outcome(store, permit.attempt_id if attempt == "known" else attempt, outcome, by="li", at=at("10:05"))

    assert caught.value.problem.code == code
    assert facts(store) == before


def test_a_note_stays_in_the_store_and_the_log_has_its_commitment(store: Store) -> None:
    """What was said about a person can be erased; that it was this note can still be proven."""
    [debtor] = build(store)
    permit = permitted(store, debtor)
    record_outcome(store, permit.attempt_id, "right_party", by="li", at=at("10:05"), note="  在医院，下周再谈  ")

    with store.read() as connection:
        row = connection.execute(select(attempts)).mappings().one()
        [*_, (_, kind, entry)] = entries_about(connection, [permit.attempt_id])
    assert row["note"] == "在医院，下周再谈"
    assert kind == "outcome_recorded"
    assert row["note"].encode() not in entry
    assert commitment(row["note"], row["note_salt"]).encode() in entry


def test_the_number_of_an_attempt_is_in_the_log_as_a_commitment_alone(store: Store) -> None:
    """And whoever is shown number and salt can check it."""
    [debtor] = build(store)
    permit = permitted(store, debtor)

    with store.read() as connection:
        row = connection.execute(select(attempts)).mappings().one()
        [(_, _, entry)] = entries_about(connection, [permit.attempt_id])
    assert row["number"] == "+8619900000001"
    assert b"1990000" not in entry
    assert commitment(row["number"], row["number_salt"]).encode() in entry


def test_a_contact_person_who_declines_is_never_contacted_again(store: Store) -> None:
    """Not today, not about this debtor, by nobody."""
    [debtor] = build(store)
    friend = add_party(store, debtor, "P-friend", "contact_person", "199-0000-7777")
    with (
        store.write() as connection
    ):  # the debtor's own number does not work, so the friend may be asked where they are
        from sqlalchemy import update

        from arrears.store.schema import contact_points

        connection.execute(
            update(contact_points).where(contact_points.c.contact_point_id == debtor.point_id).values(valid=False)
        )
    permit = permitted(store, debtor, point_id=friend, purpose="locate")
    record_outcome(store, permit.attempt_id, "third_party_declined", by="li", at=at("10:05"))
    claimed(store, debtor, at("15:00", "2026-11-25"))

    answer = call(store, debtor, at("15:00", "2026-11-25"), point_id=friend, purpose="locate")

    assert "refused_third_party_declined" in reasons(answer)


def test_somebody_else_who_answers_the_debtors_number_and_declines_rests_the_number(store: Store) -> None:
    """It is their number; the debtor is not thereby a person who declined."""
    [debtor] = build(store)
    permit = permitted(store, debtor)
    record_outcome(store, permit.attempt_id, "third_party_declined", by="li", at=at("10:05"))

    assert reasons(call(store, debtor, at("10:10"))) == {"refused_number_invalid"}


def test_a_stopped_channel_is_not_used_again(store: Store) -> None:
    """The other channels stay open."""
    [debtor] = build(store)
    permit = permitted(store, debtor, channel="sms")
    record_outcome(store, permit.attempt_id, "channel_stopped", by="li", at=at("10:05"), then=Then.STAY)

    assert reasons(call(store, debtor, at("10:10"), channel="sms")) == {"refused_channel_stopped"}
    assert isinstance(call(store, debtor, at("10:10")), Permit)


@pytest.mark.parametrize(
    ("outcome", "held"),
    [("stop_requested", {"P-guarantor"}), ("disputed", {"P-1", "P-guarantor"}), ("deceased", {"P-1"})],
)
def test_a_guarantors_request_holds_whom_it_is_about(store: Store, outcome: str, held: set[str]) -> None:
    """A wish to be left alone is the guarantor's own; a dispute is about the debt; a death is the borrower's."""
    [debtor] = build(store)
    guarantor = add_party(store, debtor, "P-guarantor", "guarantor", "199-0000-6666")
    permit = permitted(store, debtor, point_id=guarantor)
    record_outcome(store, permit.attempt_id, outcome, by="li", at=at("10:05"))

    with store.read() as connection:
        assert set(connection.execute(select(holds.c.person_id)).scalars()) == held


def test_every_outcome_and_hold_has_words_in_both_languages_and_a_place(store: Store) -> None:
    """What is recorded is what people read."""
    for outcome in OUTCOMES.values():
        assert outcome.zh
        assert outcome.en
        assert (outcome.hold is None) or (outcome.then is Then.WITHDRAWN and outcome.hold in HOLD_KINDS)
    for channel in ("call", "ai_call", "sms", "email", "letter", "visit"):
        assert len(outcomes_of(channel)) >= 8

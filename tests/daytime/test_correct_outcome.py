"""A wrong outcome: ten seconds to undo it, then a correction that leaves the first in the log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from tests.daytime.audit import audit
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
    reasons,
)

from arrears.contact.permit import Permit
from arrears.daytime import claim, correct_outcome, place_hold, record_outcome, take_next, undo_outcome
from arrears.kernel.problem import Unusable
from arrears.outcome.table import outcomes_of
from arrears.queue.claim import NotClaimed
from arrears.store.open import Store
from arrears.store.schema import contact_points, declines, holds, outcome_entries, stopped_channels

PRESSED = at("10:05")
OF_A_CALL = [each for each in outcomes_of("call") if each.code != "promised"]


def pressed(store: Store, debtor: Debtor, outcome: str, **more: str) -> str:
    """A call of li's, ended with `outcome` at 10:05."""
    claimed(store, debtor, at("10:00"))
    answer = call(store, debtor, at("10:00"), **more)
    assert isinstance(answer, Permit), reasons(answer)
    agreed = at("18:00") if outcome == "callback_requested" else None
    record_outcome(store, answer.attempt_id, outcome, by="li", at=PRESSED, note="记一笔", callback_at=agreed)
    return answer.attempt_id


def bound(store: Store) -> dict[str, object]:
    """What an outcome may leave behind on people and numbers."""
    with store.read() as connection:
        return {
            "wrong": list(
                connection.execute(
                    select(contact_points.c.contact_point_id).where(contact_points.c.valid.is_(False))
                ).scalars()
            ),
            "declined": connection.execute(select(declines.c.person_id)).scalars().all(),
            "stopped": connection.execute(select(stopped_channels.c.channel)).scalars().all(),
            "held": connection.execute(select(holds.c.kind).where(holds.c.lifted_at.is_(None))).scalars().all(),
        }


@pytest.mark.parametrize("outcome", [each.code for each in OF_A_CALL])
@pytest.mark.parametrize("role", ["borrower", "guarantor"])
def test_within_ten_seconds_it_is_as_if_it_had_not_been_pressed(store: Store, outcome: str, role: str) -> None:
    """The permit is open, the case is held, nobody is bound by it; the log has the outcome and its undoing."""
    [debtor] = build(store)
    guarantor = add_party(store, debtor, "P-guarantor", "guarantor", "199-0000-6666")
    clean = bound(store)
    attempt_id = pressed(store, debtor, outcome, **({"point_id": guarantor} if role == "guarantor" else {}))

    undo_outcome(store, attempt_id, by="li", at=PRESSED + timedelta(seconds=10))

    [attempt] = day_attempts(store)
    assert (attempt["outcome"], attempt["connected"], attempt["note"]) == (None, None, None)
    assert bound(store) == clean
    item = item_now(store, debtor)
    assert (item["status"], item["claimed_by"], item["rests_until"]) == ("claimed", "li", None)
    again = call(store, debtor, at("10:06"))
    assert isinstance(again, Permit)
    assert again.attempt_id == attempt_id
    assert kinds(store).count("outcome_undone") == 1
    audit(store, AS_OF)


@pytest.mark.parametrize(("seconds", "by"), [(11, "li"), (5, "wang")])
def test_it_is_undone_in_time_and_by_whoever_pressed_it(store: Store, seconds: int, by: str) -> None:
    """Afterwards others rely on it, and a correction says why."""
    [debtor] = build(store)
    attempt_id = pressed(store, debtor, "deceased")

    with pytest.raises(Unusable) as caught:
        undo_outcome(store, attempt_id, by=by, at=PRESSED + timedelta(seconds=seconds))

    assert caught.value.problem.code == "undo_too_late"
    assert bound(store)["held"] == ["deceased"]


def test_a_case_that_a_colleague_took_in_the_meantime_is_not_taken_back(store: Store) -> None:
    """Five seconds were enough for the next collector."""
    [debtor] = build(store)
    attempt_id = pressed(store, debtor, "callback_requested")
    claimed(store, debtor, PRESSED + timedelta(seconds=4), by="wang")

    with pytest.raises(Unusable) as caught:
        undo_outcome(store, attempt_id, by="li", at=PRESSED + timedelta(seconds=5))

    assert caught.value.problem.code == "undo_too_late"


@pytest.mark.parametrize("outcome", ["deceased", "incident", "stop_requested"])
def test_a_hold_pressed_by_mistake_ends_by_a_supervisors_correction(store: Store, outcome: str) -> None:
    """Not by the collector's own word; the first entry stays beside the second, and the next night decides anew."""
    [debtor] = build(store)
    add_user(store, "fang", "supervisor")
    attempt_id = pressed(store, debtor, outcome)
    with pytest.raises(Unusable) as caught:
        correct_outcome(store, attempt_id, "right_party", by="li", at=at("10:20"), why="pressed the wrong key")
    assert caught.value.problem.code == "not_for_role"

    corrected = correct_outcome(store, attempt_id, "right_party", by="fang", at=at("10:30"), why="听录音：未提及")

    assert (corrected.outcome, corrected.new) == ("right_party", True)
    assert bound(store)["held"] == []
    assert kinds(store).count("outcome_recorded") == 1
    assert [kind for kind in kinds(store) if kind in ("outcome_corrected", "hold_lifted")] == [
        "outcome_corrected",
        "hold_lifted",
    ]
    with store.read() as connection:
        entries = connection.execute(select(outcome_entries).order_by(outcome_entries.c.at)).mappings().all()
    assert [(entry["kind"], entry["outcome"]) for entry in entries] == [
        ("recorded", outcome),
        ("corrected", "right_party"),
    ]
    assert isinstance(claim(store, debtor.item_id, "li", at=at("10:31")), NotClaimed)
    audit(store, AS_OF)


def test_a_hold_that_was_missed_is_placed_by_correcting(store: Store) -> None:
    """The collector's own slip the other way: it protects somebody, so nobody else is needed."""
    [debtor] = build(store)
    attempt_id = pressed(store, debtor, "right_party")

    correct_outcome(store, attempt_id, "disputed", by="li", at=at("10:20"), why="they said the amount is wrong")

    assert bound(store)["held"] == ["dispute"]
    audit(store, AS_OF)


@pytest.mark.parametrize(("by", "allowed"), [("li", False), ("fang", True)])
def test_a_call_that_counted_stops_counting_by_a_supervisors_word_only(store: Store, by: str, allowed: bool) -> None:
    """A cap is not won back by changing one's mind."""
    [debtor] = build(store)
    add_user(store, "fang", "supervisor")
    attempt_id = pressed(store, debtor, "hung_up")

    if allowed:
        correct_outcome(store, attempt_id, "no_answer", by=by, at=at("10:20"), why="it rang out")
        assert day_attempts(store)[0]["connected"] is False
    else:
        with pytest.raises(Unusable) as caught:
            correct_outcome(store, attempt_id, "no_answer", by=by, at=at("10:20"), why="it rang out")
        assert caught.value.problem.code == "not_for_role"


@pytest.mark.parametrize(
    ("outcome", "why", "code"),
    [
        ("hung_up", "", "why_missing"),
        ("hung_up", "same", "nothing_to_correct"),
        ("shouted_at", "x", "outcome_unknown"),
        ("delivered", "x", "outcome_not_of_channel"),
        ("callback_requested", "x", "callback_time_missing"),
    ],
)
def test_a_correction_that_cannot_be_meant_changes_nothing(store: Store, outcome: str, why: str, code: str) -> None:
    """It says what to do instead."""
    [debtor] = build(store)
    attempt_id = pressed(store, debtor, "hung_up")
    before = facts(store)

    with pytest.raises(Unusable) as caught:
        correct_outcome(store, attempt_id, outcome, by="li", at=at("10:20"), why=why)

    assert caught.value.problem.code == code
    assert facts(store) == before


def test_the_same_outcome_with_another_note_keeps_both_notes(store: Store) -> None:
    """The second note is beside the first, in the store and, as a commitment, in the log."""
    [debtor] = build(store)
    attempt_id = pressed(store, debtor, "right_party")

    again = record_outcome(store, attempt_id, "right_party", by="li", at=at("10:06"), note="下周发工资")
    same = record_outcome(store, attempt_id, "right_party", by="li", at=at("10:07"), note="记一笔")

    assert (again.new, same.new) == (False, False)
    with store.read() as connection:
        notes = connection.execute(select(outcome_entries.c.note).order_by(outcome_entries.c.at)).scalars().all()
    assert notes == ["记一笔", "下周发工资"]
    assert facts(store, "note_added") == [attempt_id]
    audit(store, AS_OF)


def test_an_undone_outcome_can_be_recorded_anew(store: Store) -> None:
    """Undone, then said right; the day goes on."""
    [debtor] = build(store)
    attempt_id = pressed(store, debtor, "incident")
    undo_outcome(store, attempt_id, by="li", at=PRESSED + timedelta(seconds=3))

    assert record_outcome(store, attempt_id, "hung_up", by="li", at=at("10:06")).new
    assert take_next(store, "wang", at=at("10:07")) is None
    audit(store, AS_OF)


def test_an_outcome_is_not_undone_into_a_second_open_permit(store: Store) -> None:
    """No answer, and within ten seconds the next dial is permitted: the first stays ended."""
    debtor = build(store)[0]
    attempt = pressed(store, debtor, "no_answer")
    again = call(store, debtor, PRESSED + timedelta(seconds=2))
    assert isinstance(again, Permit), reasons(again)
    with pytest.raises(Unusable) as caught:
        undo_outcome(store, attempt, by="li", at=PRESSED + timedelta(seconds=4))
    assert caught.value.problem.code == "undo_too_late"
    audit(store, AS_OF)


def test_a_hold_placed_since_keeps_the_case_out_of_the_queue_when_an_outcome_is_undone(store: Store) -> None:
    """The outcome is taken back; what the borrower asked for in the meantime holds."""
    debtor = build(store)[0]
    attempt = pressed(store, debtor, "hung_up")
    place_hold(store, person_id=debtor.person_id, kind="dispute", by="li", at=PRESSED + timedelta(seconds=1))
    undo_outcome(store, attempt, by="li", at=PRESSED + timedelta(seconds=2))
    assert day_attempts(store)[0]["outcome"] is None
    assert item_now(store, debtor)["status"] not in ("waiting", "claimed")
    audit(store, AS_OF)


def test_words_of_one_instant_are_read_in_the_order_they_were_written(store: Store) -> None:
    """Recorded, undone and recorded again within one tick of the clock: the last one holds, every time."""
    for debtor in build(store, 6):
        attempt = pressed(store, debtor, "deceased")
        undo_outcome(store, attempt, by="li", at=PRESSED)
        record_outcome(store, attempt, "hung_up", by="li", at=PRESSED)
        late = PRESSED + timedelta(seconds=11)
        correct_outcome(store, attempt, "refused", by="li", at=late, why="按错了")

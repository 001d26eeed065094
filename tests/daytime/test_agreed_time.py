"""The time somebody asked to be contacted at is a fact: the gate, the queue and the night obey it."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from tests.daytime.audit import audit
from tests.daytime.town import AS_OF, Debtor, add_party, at, build, call, claimed, facts, law, reasons

from arrears.contact.permit import Permit, Refusal
from arrears.daytime import claim, preview, record_outcome, take_next
from arrears.kernel.problem import Unusable
from arrears.store.open import Store


def asked(store: Store, debtor: Debtor, until: datetime | None, clock: str = "10:00", **more: str) -> None:
    """A call in which the person asked for another time."""
    claimed(store, debtor, at(clock))
    permit = call(store, debtor, at(clock), **more)
    assert isinstance(permit, Permit), reasons(permit)
    record_outcome(store, permit.attempt_id, "callback_requested", by="li", at=at(clock), callback_at=until)


@pytest.mark.parametrize(("clock", "refused"), [("18:29:59", True), ("18:30:00", False)])
def test_contact_before_the_agreed_time_is_refused_with_its_own_reason(store: Store, clock: str, refused: bool) -> None:
    """Both sides of the minute; the refusal says when."""
    [debtor] = build(store)
    asked(store, debtor, at("18:30"))
    claim(store, debtor.item_id, "li", at=at(clock))

    answer = call(store, debtor, at(clock))

    assert isinstance(answer, Refusal) is refused
    assert reasons(answer) == ({"refused_before_agreed_time"} if refused else set())
    if isinstance(answer, Refusal):
        assert answer.allowed_again_at == at("18:30")


def test_no_channel_is_a_way_around_the_agreed_time(store: Store) -> None:
    """A message before the hour is contact before the hour."""
    [debtor] = build(store)
    asked(store, debtor, at("18:30"))

    shown = preview(store, law(), person_id=debtor.person_id, at=at("12:00"))

    assert {each.channel for each in shown} >= {"call", "sms"}
    assert all("refused_before_agreed_time" in {ground.reason for ground in each.grounds} for each in shown)


def test_the_case_is_offered_again_at_the_agreed_time(store: Store) -> None:
    """To whoever asks for work then, and to nobody before."""
    [debtor] = build(store)
    asked(store, debtor, at("18:30"))

    assert take_next(store, "wang", at=at("18:29")) is None
    item = take_next(store, "wang", at=at("18:30"))
    assert item is not None
    assert item.queue_item_id == debtor.item_id


def test_the_latest_wish_holds(store: Store) -> None:
    """They called it off for an hour, then for the evening."""
    [debtor] = build(store)
    asked(store, debtor, at("11:00"))
    asked(store, debtor, at("20:00"), clock="11:00")
    claim(store, debtor.item_id, "li", at=at("19:00"))

    assert reasons(call(store, debtor, at("19:00"))) == {"refused_before_agreed_time"}


def test_a_guarantors_wish_binds_contact_with_the_guarantor(store: Store) -> None:
    """The borrower said nothing of the kind."""
    [debtor] = build(store)
    guarantor = add_party(store, debtor, "P-guarantor", "guarantor", "199-0000-6666")
    asked(store, debtor, at("18:30"), point_id=guarantor)
    claim(store, debtor.item_id, "li", at=at("12:00"))

    assert reasons(call(store, debtor, at("12:00"), point_id=guarantor)) == {"refused_before_agreed_time"}
    assert isinstance(call(store, debtor, at("12:00")), Permit)


@pytest.mark.parametrize(
    ("until", "code"),
    [(None, "callback_time_missing"), (at("09:59"), "callback_time_past"), (at("10:00"), "callback_time_past")],
)
def test_the_time_is_asked_and_lies_ahead(store: Store, until: datetime | None, code: str) -> None:
    """A wish without a time is asked about; a time that has passed can't be meant."""
    [debtor] = build(store)

    with pytest.raises(Unusable) as caught:
        asked(store, debtor, until)

    assert caught.value.problem.code == code
    assert facts(store, "outcome_recorded") == []


def test_a_time_belongs_to_the_outcome_that_agrees_on_one(store: Store) -> None:
    """ "No answer" agrees on nothing."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"))
    permit = call(store, debtor, at("10:00"))
    assert isinstance(permit, Permit)

    with pytest.raises(Unusable) as caught:
        record_outcome(store, permit.attempt_id, "no_answer", by="li", at=at("10:01"), callback_at=at("18:00"))

    assert caught.value.problem.code == "callback_time_unasked"


def test_the_fact_says_the_time(store: Store) -> None:
    """What was agreed can be shown to the borrower years later."""
    [debtor] = build(store)
    asked(store, debtor, at("18:30"))

    from arrears.store.evidence import entries_about

    with store.read() as connection:
        [attempt_id] = facts(store, "outcome_recorded")
        told = [
            data.decode() for _, kind, data in entries_about(connection, [attempt_id]) if kind == "outcome_recorded"
        ]
    assert '"not_before_at":"2026-11-24T18:30:00+08:00"' in told[0]
    audit(store, AS_OF)


@pytest.mark.parametrize(
    ("night", "held"), [(date(2026, 11, 24), True), (date(2026, 11, 25), True), (date(2026, 11, 26), False)]
)
def test_the_night_holds_the_person_until_the_day_of_the_agreed_time(store: Store, night: date, held: bool) -> None:
    """Nights of earlier days plan nothing for the person; on the day itself the hour is the gate's and the queue's."""
    from arrears.daytime import day_tables

    [debtor] = build(store)
    asked(store, debtor, at("09:00", "2026-11-26"))

    rows = [row for row in day_tables(store, night)["holds"].to_pylist() if row["kind"] == "agreed_time"]

    [row] = rows
    assert row["person_id"] == debtor.person_id
    assert (row["placed_on"] <= night < row["ends_on"]) is held

"""A day with one of everything that leaves a row and a fact."""

from __future__ import annotations

from datetime import timedelta

from tests.daytime.town import Debtor, add_user, at, build, call, claimed

from arrears.contact.permit import Permit, Refusal
from arrears.daytime import (
    add_contact_point,
    lift_hold,
    place_hold,
    receive_payment,
    record_consent,
    record_inbound,
    record_outcome,
    reverse_payment,
    take_promise,
)
from arrears.store.open import Store

NOTE = "下周三发工资"


def worked(store: Store) -> list[Debtor]:
    """Two debtors: a permitted call with a note, a refused one, a promise, payments, a hold lifted, a consent."""
    debtors = build(store, 2)
    first, second = debtors
    add_user(store, "fang", "supervisor")
    claimed(store, first, at("09:59"))
    permit = call(store, first, at("10:00"))
    assert isinstance(permit, Permit)
    record_outcome(store, permit.attempt_id, outcome="no_answer", by="li", at=at("10:02"), note=NOTE)
    claimed(store, second, at("10:10"))
    refused = call(store, second, at("23:30"))
    assert isinstance(refused, Refusal)
    record_consent(store, person_id=first.person_id, kind="contact_outside_hours", by="li", at=at("10:20"))
    receive_payment(
        store,
        payment_id="pay-1",
        account_id=first.account_id,
        amount_cents=100,
        currency="CNY",
        paid_at=at("10:30"),
        channel="app",
        at=at("10:31"),
        by="bank",
    )
    reverse_payment(store, "pay-1", at=at("10:40"), by="fang", why="returned by the bank")
    record_inbound(store, debtor_id=first.person_id, by="li", at=at("10:49"))
    take_promise(
        store,
        account_id=first.account_id,
        amount_cents=500,
        due_at=at("18:00") + timedelta(days=2),
        channel="app",
        money_source="salary",
        by="li",
        at=at("10:50"),
    )
    add_contact_point(
        store,
        person_id=first.person_id,
        channel="email",
        value="zhang@example.com",
        lawful_source="debtor_authorisation",
        by="fang",
        at=at("10:55"),
        why="they wrote to us",
    )
    placed = place_hold(store, person_id=second.person_id, kind="dispute", by="li", at=at("11:00"))
    lift_hold(store, placed.hold_id, by="fang", at=at("11:10"), why="settled")
    return debtors

"""
A small made-up town of debtors for the tests of the day: rows put straight into an empty, migrated store.

Names are invented; numbers are in the 199-0000 range that no operator has given out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import insert, select, update

from arrears.contact.permit import Permit, Refusal
from arrears.daytime import claim, place_attempt
from arrears.kernel.ids import derived_id
from arrears.law.load import Law, load_law
from arrears.queue.claim import QueueItem
from arrears.store.open import Store
from arrears.store.schema import (
    accounts,
    attempts,
    contact_points,
    evidence_entries,
    nights,
    parties,
    persons,
    queue_items,
    users,
)

AS_OF = date(2026, 11, 24)
NIGHT = "night-2026-11-24"
ZONE = "Asia/Shanghai"


@cache
def law() -> Law:
    """The law of China with the house rules, as a lender there would load it."""
    return load_law(["cn"], AS_OF)


def at(clock: str, day: str = "2026-11-24") -> datetime:
    """A wall clock at the borrowers' place: at("10:00") is 10:00 in Shanghai."""
    return datetime.fromisoformat(f"{day}T{clock}:00+08:00" if clock.count(":") == 1 else f"{day}T{clock}+08:00")


@dataclass(frozen=True)
class Debtor:
    """One person who owes, with one account, one phone and one live queue item."""

    person_id: str
    account_id: str
    phone: str
    point_id: str
    item_id: str


def build(
    store: Store,
    debtors: int = 1,
    collectors: Sequence[str] = ("li", "wang"),
    *,
    overdue_cents: int = 1_200_00,
    shared_number: str | None = None,
    zone: str | None = ZONE,
) -> list[Debtor]:
    """A published night with so many debtors in its queue, in order of priority, and collectors to work it."""
    made = [
        Debtor(f"P-{n}", f"A-{n}", shared_number or f"199-0000-{n:04d}", f"C-{n}", derived_id("item", NIGHT, f"P-{n}"))
        for n in range(1, debtors + 1)
    ]
    with store.write() as connection:
        connection.execute(insert(users), [user(name) for name in collectors])
        connection.execute(insert(nights).values(**night()))
        for n, debtor in enumerate(made, start=1):
            connection.execute(
                insert(persons).values(person_id=debtor.person_id, name=f"张{n}", language="zh", time_zone=zone)
            )
            connection.execute(insert(accounts).values(**account(debtor, overdue_cents)))
            connection.execute(
                insert(parties).values(
                    account_id=debtor.account_id, person_id=debtor.person_id, role="borrower", liability="full"
                )
            )
            connection.execute(insert(contact_points).values(**point(debtor.point_id, debtor.person_id, debtor.phone)))
            connection.execute(insert(queue_items).values(**item(debtor, n, overdue_cents)))
    return made


def town_of(store: Store) -> list[Debtor]:
    """The debtors that `build` put into this store, for another process that finds them there."""
    with store.read() as connection:
        wanted = (
            select(queue_items.c.person_id, queue_items.c.lead_account_id, contact_points.c.value)
            .join(contact_points, contact_points.c.person_id == queue_items.c.person_id)
            .order_by(queue_items.c.priority)
        )
        return [
            Debtor(person, account_id, phone, person.replace("P-", "C-"), derived_id("item", NIGHT, person))
            for person, account_id, phone in connection.execute(wanted)
        ]


def user(name: str, role: str = "collector") -> dict[str, Any]:
    """A user row; nobody signs in with it."""
    return {
        "user_id": name,
        "username": name,
        "name": name,
        "password_hash": "none",
        "role": role,
        "language": "zh",
        "active": True,
        "created_at": datetime(2026, 11, 1, tzinfo=UTC),
    }


def add_user(store: Store, name: str, role: str) -> None:
    """Somebody of another role."""
    with store.write() as connection:
        connection.execute(insert(users).values(**user(name, role)))


def night() -> dict[str, Any]:
    return {
        "night_id": NIGHT,
        "as_of": AS_OF,
        "published_at": at("06:00"),
        "policy_id": "policy-1",
        "law_id": law().law_id,
        "digest": "0" * 64,
        "manifest": {},
    }


def account(debtor: Debtor, overdue_cents: int | None) -> dict[str, Any]:
    return {
        "account_id": debtor.account_id,
        "person_id": debtor.person_id,
        "night_id": NIGHT,
        "as_of": AS_OF,
        "lender_id": "L-1",
        "product": "consumer_loan",
        "currency": "CNY",
        "loan_status": "active",
        "age_source": "schedule",
        "days_past_due": 12,
        "delinquent_days": 12,
        "overdue_cents": overdue_cents,
        "overdue_principal_cents": None if overdue_cents is None else overdue_cents - 200_00,
        "overdue_interest_cents": None if overdue_cents is None else 150_00,
        "overdue_fee_cents": None if overdue_cents is None else 20_00,
        "overdue_penalty_cents": None if overdue_cents is None else 30_00,
        "outstanding_cents": 9_800_00,
        "bucket": "M1",
        "risk_class": "special_mention",
        "paused": False,
    }


def point(point_id: str, person_id: str, value: str, channel: str = "phone") -> dict[str, Any]:
    return {
        "contact_point_id": point_id,
        "person_id": person_id,
        "channel": channel,
        "value": value,
        "salt": point_id.encode().ljust(32, b"."),
        "lawful_source": "contract",
        "valid": None,
    }


def item(debtor: Debtor, priority: int, overdue_cents: int) -> dict[str, Any]:
    return {
        "queue_item_id": debtor.item_id,
        "night_id": NIGHT,
        "person_id": debtor.person_id,
        "lead_account_id": debtor.account_id,
        "account_ids": [debtor.account_id],
        "treatment": "call_friendly",
        "channel": "call",
        "priority": priority,
        "not_before_at": at("08:00"),
        "not_after_at": at("22:00"),
        "overdue_cents": overdue_cents,
        "currency": "CNY",
        "days_past_due": 12,
        "bucket": "M1",
        "stage": "growth",
        "value_cents": 1000.0 - priority,
        "policy_id": "policy-1",
        "law_id": law().law_id,
        "status": "waiting",
    }


def add_party(store: Store, debtor: Debtor, person_id: str, role: str, phone: str, zone: str | None = ZONE) -> str:
    """Another person around the debt; the id of their phone."""
    with store.write() as connection:
        connection.execute(insert(persons).values(person_id=person_id, name="李某", time_zone=zone))
        connection.execute(
            insert(parties).values(
                account_id=debtor.account_id,
                person_id=person_id,
                role=role,
                liability="none" if role == "contact_person" else "joint",
            )
        )
        connection.execute(insert(contact_points).values(**point(f"C-{person_id}", person_id, phone)))
    return f"C-{person_id}"


def call(
    store: Store, debtor: Debtor, moment: datetime, *, by: str = "li", point_id: str | None = None, **more: Any
) -> Permit | Refusal:
    """Ask the gate for a call to the debtor (or another of the case's contact points)."""
    return place_attempt(
        store,
        law(),
        queue_item_id=debtor.item_id,
        contact_point_id=point_id or debtor.point_id,
        channel=more.pop("channel", "call"),
        collector_id=by,
        at=moment,
        **more,
    )


def claimed(store: Store, debtor: Debtor, moment: datetime, by: str = "li") -> QueueItem:
    """The debtor's item, claimed."""
    got = claim(store, debtor.item_id, by, at=moment)
    assert isinstance(got, QueueItem), got
    return got


def set_person(store: Store, person_id: str, **values: Any) -> None:
    with store.write() as connection:
        connection.execute(update(persons).where(persons.c.person_id == person_id).values(values))


def reasons(answer: Permit | Refusal) -> set[str]:
    """The reasons of a refusal; empty for a permit."""
    return set() if isinstance(answer, Permit) else {str(ground.reason) for ground in answer.grounds}


def facts(store: Store, kind: str | None = None) -> list[str]:
    """What the facts of the log are about, in order."""
    with store.read() as connection:
        wanted = select(evidence_entries.c.about).order_by(evidence_entries.c.entry_index)
        if kind is not None:
            wanted = wanted.where(evidence_entries.c.kind == kind)
        return list(connection.execute(wanted).scalars())


def kinds(store: Store) -> list[str]:
    """The kinds of the log's facts, in order."""
    with store.read() as connection:
        return list(
            connection.execute(select(evidence_entries.c.kind).order_by(evidence_entries.c.entry_index)).scalars()
        )


def day_attempts(store: Store) -> list[Any]:
    """Every attempt made in the day, in order."""
    with store.read() as connection:
        wanted = select(attempts).where(attempts.c.source == "day").order_by(attempts.c.at, attempts.c.attempt_id)
        return list(connection.execute(wanted).mappings())


def account_now(store: Store, debtor: Debtor) -> Any:
    with store.read() as connection:
        wanted = select(accounts).where(accounts.c.account_id == debtor.account_id)
        return connection.execute(wanted).mappings().one()


def item_now(store: Store, debtor: Debtor) -> Any:
    with store.read() as connection:
        wanted = select(queue_items).where(queue_items.c.queue_item_id == debtor.item_id)
        return connection.execute(wanted).mappings().one()

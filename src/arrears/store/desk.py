"""
SQL of the decision desk: what waits for a person's decision, what is known of it, and what was decided.

Reads:  a connection of the store
Gives:  rows of requests, decisions and queue items; rows written
Never:  commits; decides who may decide (decision.settlement does) or what has to be true (outcome.desk does).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select, update

from arrears.store.schema import (
    accounts,
    attempts,
    contact_points,
    decision_requests,
    decisions,
    payments,
    persons,
    queue_items,
    users,
)

LISTED_MAX = 500
"""Rows of one list; the page and the command say so where there are more."""


def waiting_items(connection: Connection) -> Sequence[RowMapping]:
    """Live items of the night that a person decides, in the order of the night."""
    wanted = (
        select(queue_items, persons.c.name)
        .join(persons, persons.c.person_id == queue_items.c.person_id)
        .where(queue_items.c.for_decision.is_(True), queue_items.c.status.in_(("waiting", "claimed")))
        .order_by(queue_items.c.priority, queue_items.c.queue_item_id)
        .limit(LISTED_MAX)
    )
    return connection.execute(wanted).mappings().all()


def open_requests(connection: Connection) -> Sequence[RowMapping]:
    """Requests nobody has decided, the oldest first, with the account's figures and who asked."""
    wanted = (
        select(
            decision_requests,
            persons.c.name,
            accounts.c.currency,
            accounts.c.outstanding_cents,
            accounts.c.overdue_cents,
            accounts.c.days_past_due,
            users.c.name.label("asked_by_name"),
        )
        .join(persons, persons.c.person_id == decision_requests.c.person_id)
        .join(accounts, accounts.c.account_id == decision_requests.c.account_id)
        .outerjoin(users, users.c.user_id == decision_requests.c.asked_by)
        .where(decision_requests.c.closed_at.is_(None))
        .order_by(decision_requests.c.asked_at, decision_requests.c.request_id)
        .limit(LISTED_MAX)
    )
    return connection.execute(wanted).mappings().all()


def request_with_id(connection: Connection, request_id: str) -> RowMapping | None:
    wanted = select(decision_requests).where(decision_requests.c.request_id == request_id)
    return connection.execute(wanted).mappings().one_or_none()


def open_request_of(connection: Connection, account_id: str) -> RowMapping | None:
    wanted = select(decision_requests).where(
        decision_requests.c.account_id == account_id, decision_requests.c.closed_at.is_(None)
    )
    return connection.execute(wanted).mappings().one_or_none()


def add_request(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(decision_requests).values(dict(values)))


def close_request(connection: Connection, request_id: str, values: Mapping[str, Any]) -> None:
    connection.execute(
        update(decision_requests).where(decision_requests.c.request_id == request_id).values(dict(values))
    )


def add_decision(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(decisions).values(dict(values)))


def decisions_of(connection: Connection, person_id: str) -> Sequence[RowMapping]:
    """What was decided about the person's accounts, the newest first."""
    wanted = (
        select(decisions, users.c.name.label("decided_by_name"))
        .outerjoin(users, users.c.user_id == decisions.c.decided_by)
        .where(decisions.c.person_id == person_id)
        .order_by(decisions.c.decided_at.desc(), decisions.c.decision_id)
    )
    return connection.execute(wanted).mappings().all()


def collected_on(connection: Connection, as_of: date) -> Sequence[RowMapping]:
    """People of whom it was decided, by that day, that collection goes on; each with the days of the decision."""
    wanted = (
        select(decisions.c.person_id, decisions.c.decided_on, func.max(decisions.c.until_on).label("until_on"))
        .where(decisions.c.kind == "decline", decisions.c.decided_on <= as_of, decisions.c.until_on.is_not(None))
        .group_by(decisions.c.person_id, decisions.c.decided_on)
        .order_by(decisions.c.person_id, decisions.c.decided_on)
    )
    return connection.execute(wanted).mappings().all()


def last_payment_on(connection: Connection, account_id: str) -> date | None:
    wanted = select(func.max(payments.c.paid_on)).where(
        payments.c.account_id == account_id, payments.c.reversed_on.is_(None)
    )
    found: date | None = connection.execute(wanted).scalar()
    return found


def identity_known(connection: Connection, person_id: str) -> bool:
    wanted = select(persons.c.id_number).where(persons.c.person_id == person_id)
    return connection.execute(wanted).scalar() is not None


def address_known(connection: Connection, person_id: str) -> bool:
    """Whether an address that is not known to be wrong is on file."""
    wanted = select(contact_points.c.contact_point_id).where(
        contact_points.c.person_id == person_id,
        contact_points.c.channel == "address",
        contact_points.c.valid.is_not(False),
    )
    return connection.execute(wanted.limit(1)).first() is not None


def conversations(connection: Connection, person_id: str) -> int:
    """Conversations with the person about their own debt that are on record."""
    wanted = select(func.count()).where(
        attempts.c.debtor_id == person_id, attempts.c.recipient_id == person_id, attempts.c.connected.is_(True)
    )
    return int(connection.execute(wanted).scalar_one())


def known(connection: Connection, key: str) -> bool:
    """Whether it was ever on the desk."""
    item = select(queue_items.c.queue_item_id).where(
        queue_items.c.queue_item_id == key, queue_items.c.for_decision.is_(True)
    )
    return request_with_id(connection, key) is not None or connection.execute(item).first() is not None

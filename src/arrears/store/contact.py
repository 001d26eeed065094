"""
SQL of contact: lock the people and the number, gather what the gate looks at, record its answer.

Reads:  a connection of the store, in a transaction that may write
Gives:  people, points, accounts, parties, holds, consents and history; rows written
Never:  commits; judges; records what the gate answers (`store.gate` does). Locks are taken in one order: people by
        id, then the queue item, then the head of the evidence log, so no two verbs can wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, and_, delete, func, insert, or_, select, update

from arrears.kernel.number import country_of_zone, point_key
from arrears.law.act import PastContact
from arrears.store.queue import in_force
from arrears.store.schema import (
    accounts,
    attempts,
    callbacks,
    consents,
    contact_points,
    declines,
    holds,
    parties,
    permits,
    persons,
    refusals,
    stopped_channels,
)

PERSON_NAMES = ("person_id", "time_zone", "vulnerability")
POINT_NAMES = ("contact_point_id", "person_id", "channel", "value", "salt", "lawful_source", "valid")
"""Columns of Person and Point, in their order."""

LOOK_BACK = timedelta(days=92)
"""How far back the gate looks: farther than any counter of the law packs."""


@dataclass(frozen=True, slots=True)
class Point:
    """A number or address of a person."""

    contact_point_id: str
    person_id: str
    channel: str
    value: str
    salt: bytes
    lawful_source: str
    valid: bool | None


@dataclass(frozen=True, slots=True)
class Party:
    """A person's part in an account."""

    account_id: str
    person_id: str
    role: str


@dataclass(frozen=True, slots=True)
class Account:
    """What the gate needs of an account. `overdue_cents` None is unknown."""

    account_id: str
    product: str
    overdue_cents: int | None


@dataclass(frozen=True, slots=True)
class Person:
    """What the gate needs of a person."""

    person_id: str
    time_zone: str | None
    vulnerability: str | None


def lock_people(connection: Connection, person_ids: Iterable[str]) -> dict[str, Person]:
    """
    These people, locked in the order of their ids until the transaction ends. On SQLite the transaction already
    holds the database.
    """
    wanted = (
        select(*(persons.c[name] for name in PERSON_NAMES))
        .where(persons.c.person_id.in_(sorted(set(person_ids))))
        .order_by(persons.c.person_id)
        .with_for_update(key_share=True)
    )
    return {row.person_id: Person(*row) for row in connection.execute(wanted)}


def people_now(connection: Connection, person_ids: Iterable[str]) -> dict[str, Person]:
    """The same without a lock, for a preview."""
    wanted = select(*(persons.c[name] for name in PERSON_NAMES)).where(persons.c.person_id.in_(sorted(set(person_ids))))
    return {row.person_id: Person(*row) for row in connection.execute(wanted)}


def lock_number(connection: Connection, number: str) -> None:
    """One decision about this number at a time, whoever's debt it is about."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(number, 0))))


def point_with_id(connection: Connection, contact_point_id: str) -> Point | None:
    wanted = select(*_POINT).where(contact_points.c.contact_point_id == contact_point_id)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else Point(*row)


def points_of(connection: Connection, person_ids: Iterable[str]) -> list[Point]:
    wanted = (
        select(*_POINT)
        .where(contact_points.c.person_id.in_(sorted(set(person_ids))))
        .order_by(contact_points.c.person_id, contact_points.c.channel.desc(), contact_points.c.contact_point_id)
    )
    return [Point(*row) for row in connection.execute(wanted)]


def add_point(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(contact_points).values(dict(values)))


def somebody_else_has(connection: Connection, person_id: str, channel: str, key: str) -> bool:
    """
    Whether another person has this number or e-mail address, by its key and so in any spelling. An address of a street
    is shared by whoever lives there, and is not compared. Reads every number: for what is done a few times a day.
    """
    c = contact_points.c
    if channel == "phone":
        bare: Any = c.value
        for sign in (" ", "-", "(", ")", "."):
            bare = func.replace(bare, sign, "")
        alike = bare.contains(key[-TAIL:], autoescape=True)
    elif channel == "email":
        alike = func.lower(c.value) == key
    else:
        return False
    wanted = (
        select(c.value, persons.c.time_zone)
        .outerjoin(persons, persons.c.person_id == c.person_id)
        .where(c.channel == channel, c.person_id != person_id, alike)
    )
    return any(
        point_key(channel, value, country_of_zone(zone) or "CN") == key for value, zone in connection.execute(wanted)
    )


TAIL = 7
"""The last digits of a number, which every spelling of it has in one piece."""


def spoke_with_another(connection: Connection, debtor_id: str) -> bool:
    """Whether a conversation with another person than the debtor about finding the debtor is on record."""
    wanted = select(attempts.c.attempt_id).where(
        attempts.c.debtor_id == debtor_id, attempts.c.recipient_id != debtor_id, attempts.c.connected.is_(True)
    )
    return connection.execute(wanted.limit(1)).first() is not None


_POINT = [contact_points.c[name] for name in POINT_NAMES]


def mark_invalid(connection: Connection, contact_point_id: str) -> bool:
    """False where it was known to be wrong already."""
    wrong = update(contact_points).where(
        contact_points.c.contact_point_id == contact_point_id, contact_points.c.valid.is_not(False)
    )
    return connection.execute(wrong.values(valid=False)).rowcount > 0


def unmark_invalid(connection: Connection, contact_point_id: str) -> None:
    """Whether it works is unknown again."""
    connection.execute(
        update(contact_points).where(contact_points.c.contact_point_id == contact_point_id).values(valid=None)
    )


def accounts_of(connection: Connection, person_id: str) -> list[Account]:
    """The person's own accounts, by id."""
    wanted = (
        select(accounts.c.account_id, accounts.c.product, accounts.c.overdue_cents)
        .where(accounts.c.person_id == person_id)
        .order_by(accounts.c.account_id)
    )
    return [Account(*row) for row in connection.execute(wanted)]


def parties_of(connection: Connection, account_ids: Sequence[str]) -> list[Party]:
    wanted = (
        select(parties.c.account_id, parties.c.person_id, parties.c.role)
        .where(parties.c.account_id.in_(list(account_ids)))
        .order_by(parties.c.account_id, parties.c.person_id, parties.c.role)
    )
    return [Party(*row) for row in connection.execute(wanted)]


def holds_of(connection: Connection, person_ids: Iterable[str], days: Sequence[date]) -> dict[str, frozenset[str]]:
    """Kinds of hold in force for each person on any of `days`: the local days the instant may fall on."""
    found: dict[str, set[str]] = {person_id: set() for person_id in person_ids}
    wanted = select(holds.c.person_id, holds.c.kind).where(
        holds.c.person_id.in_(sorted(found)), in_force(min(days), max(days))
    )
    for person_id, kind in connection.execute(wanted):
        found[person_id].add(kind)
    return {person_id: frozenset(kinds) for person_id, kinds in found.items()}


def consents_of(connection: Connection, person_ids: Iterable[str], at: datetime) -> dict[str, frozenset[str]]:
    """Consents each person has given by `at` and not withdrawn."""
    wanted = select(consents.c.person_id, consents.c.kind).where(
        consents.c.person_id.in_(sorted(set(person_ids))),
        consents.c.given_at <= at,
        or_(consents.c.withdrawn_at.is_(None), consents.c.withdrawn_at > at),
    )
    return _grouped(connection.execute(wanted).all())


def channels_stopped(connection: Connection, person_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """Channels each person asked not to be used."""
    wanted = select(stopped_channels.c.person_id, stopped_channels.c.channel).where(
        stopped_channels.c.person_id.in_(sorted(set(person_ids)))
    )
    return _grouped(connection.execute(wanted).all())


def declined_on(connection: Connection, debtor_id: str) -> dict[str, date]:
    """Who refused further contact about this debtor, and when."""
    wanted = select(declines.c.person_id, declines.c.declined_on).where(declines.c.debtor_id == debtor_id)
    return {row.person_id: row.declined_on for row in connection.execute(wanted)}


def agreed_times(connection: Connection, debtor_id: str) -> dict[str, datetime]:
    """The time each person last asked to be contacted at about this debtor's debts."""
    wanted = (
        select(callbacks.c.person_id, callbacks.c.not_before_at)
        .where(callbacks.c.debtor_id == debtor_id, callbacks.c.taken_back_at.is_(None))
        .order_by(callbacks.c.asked_at, callbacks.c.not_before_at)
    )
    return {row.person_id: row.not_before_at for row in connection.execute(wanted)}


def history(
    connection: Connection, debtor_id: str, person_ids: Iterable[str], numbers: Iterable[str], at: datetime
) -> list[PastContact]:
    """Contacts since LOOK_BACK about this debtor, to these people or to these numbers, oldest first."""
    wanted = (
        select(attempts)
        .where(
            attempts.c.at >= at - LOOK_BACK,
            or_(
                attempts.c.debtor_id == debtor_id,
                attempts.c.recipient_id.in_(sorted(set(person_ids))),
                attempts.c.number.in_(sorted(set(numbers))),
            ),
        )
        .order_by(attempts.c.at, attempts.c.attempt_id)
    )
    return [_past(row) for row in connection.execute(wanted).mappings()]


def _past(row: RowMapping) -> PastContact:
    return PastContact(
        contact_id=row["attempt_id"],
        at=row["at"],
        channel=row["channel"],
        person_id=row["recipient_id"],
        debtor_id=row["debtor_id"],
        direction=row["direction"],
        number=row["number"],
        connected=row["connected"],
        outcome=row["outcome"],
        account_ids=tuple(row["account_ids"]),
    )


def _grouped(rows: Sequence[Any]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for person_id, value in rows:
        found.setdefault(person_id, set()).add(value)
    return {person_id: frozenset(values) for person_id, values in found.items()}


# What the gate answered.


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked the gate, for which item, through which contact point."""

    collector_id: str
    queue_item_id: str | None
    contact_point_id: str | None
    request_key: str | None
    number_salt: bytes | None = None


def attempt_of_request(connection: Connection, request_key: str) -> RowMapping | None:
    """The attempt, with its permit, that an earlier request of this key made."""
    wanted = (
        select(attempts, permits.c.permit_id, permits.c.law_id)
        .join(permits, permits.c.attempt_id == attempts.c.attempt_id)
        .where(attempts.c.request_key == request_key)
    )
    return connection.execute(wanted).mappings().one_or_none()


def refusal_of_request(connection: Connection, request_key: str) -> RowMapping | None:
    """The refusal that an earlier request of this key got."""
    wanted = select(refusals).where(refusals.c.request_key == request_key)
    return connection.execute(wanted).mappings().one_or_none()


def attempt_with_id(connection: Connection, attempt_id: str, *, lock: bool = False) -> RowMapping | None:
    wanted = select(attempts).where(attempts.c.attempt_id == attempt_id)
    return connection.execute(wanted.with_for_update() if lock else wanted).mappings().one_or_none()


def inbound_since(connection: Connection, debtor_id: str, collector_id: str, since: datetime) -> bool:
    """Whether this collector took a contact about the debtor's debt after `since`."""
    return _has(connection, debtor_id, collector_id, since, attempts.c.direction == "inbound")


def reached_since(connection: Connection, debtor_id: str, collector_id: str, since: datetime) -> bool:
    """Whether this collector was permitted to contact the debtor's side after `since`, and did or may be doing so."""
    reached = or_(attempts.c.connected.is_not(False), attempts.c.outcome.is_(None))
    return _has(connection, debtor_id, collector_id, since, attempts.c.direction == "outbound", reached)


def _has(connection: Connection, debtor_id: str, collector_id: str, since: datetime, *where: Any) -> bool:
    wanted = select(attempts.c.attempt_id).where(
        attempts.c.debtor_id == debtor_id,
        attempts.c.source == "day",
        attempts.c.collector_id == collector_id,
        attempts.c.at > since,
        *where,
    )
    return connection.execute(wanted.limit(1)).first() is not None


def has_part(connection: Connection, debtor_id: str, person_id: str) -> bool:
    """Whether the person is the debtor or is named in one of the debtor's accounts."""
    named = (
        select(parties.c.person_id)
        .join(accounts, accounts.c.account_id == parties.c.account_id)
        .where(accounts.c.person_id == debtor_id, parties.c.person_id == person_id)
    )
    return person_id == debtor_id or connection.execute(named.limit(1)).first() is not None


def has_outcome(connection: Connection, queue_item_id: str, collector_id: str) -> bool:
    """Whether this collector recorded what came of an attempt on the item."""
    wanted = select(attempts.c.attempt_id).where(
        attempts.c.queue_item_id == queue_item_id,
        attempts.c.collector_id == collector_id,
        attempts.c.outcome.is_not(None),
    )
    return connection.execute(wanted.limit(1)).first() is not None


def set_outcome(connection: Connection, attempt_id: str, values: Mapping[str, Any]) -> None:
    connection.execute(update(attempts).where(attempts.c.attempt_id == attempt_id).values(dict(values)))


def add_decline(connection: Connection, person_id: str, debtor_id: str, day: date, attempt_id: str) -> bool:
    """Never again: False where they had refused before."""
    known = select(declines.c.person_id).where(
        and_(declines.c.person_id == person_id, declines.c.debtor_id == debtor_id)
    )
    if connection.execute(known).first() is not None:
        return False
    connection.execute(
        insert(declines).values(person_id=person_id, debtor_id=debtor_id, declined_on=day, attempt_id=attempt_id)
    )
    return True


def remove_decline(connection: Connection, person_id: str, debtor_id: str, attempt_id: str) -> None:
    """The refusal that this attempt was said to have brought was none."""
    connection.execute(
        delete(declines).where(
            declines.c.person_id == person_id, declines.c.debtor_id == debtor_id, declines.c.attempt_id == attempt_id
        )
    )


def add_stopped_channel(connection: Connection, person_id: str, channel: str, at: datetime, attempt_id: str) -> bool:
    """False where they had stopped it before."""
    known = select(stopped_channels.c.person_id).where(
        and_(stopped_channels.c.person_id == person_id, stopped_channels.c.channel == channel)
    )
    if connection.execute(known).first() is not None:
        return False
    connection.execute(
        insert(stopped_channels).values(person_id=person_id, channel=channel, stopped_at=at, attempt_id=attempt_id)
    )
    return True


def remove_stopped_channel(connection: Connection, person_id: str, channel: str, attempt_id: str) -> None:
    """The wish that this attempt was said to have brought was none."""
    connection.execute(
        delete(stopped_channels).where(
            stopped_channels.c.person_id == person_id,
            stopped_channels.c.channel == channel,
            stopped_channels.c.attempt_id == attempt_id,
        )
    )

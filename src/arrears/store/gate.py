"""
SQL of one decision of the gate: lock, read all that it looks at, record the answer, in as few statements as can be.

Reads:  a connection of the store, in a transaction that may write
Gives:  Found (the locked people, the point), Around (what is on record about them), history; rows written
Never:  commits; judges. Locks are taken in one order: people by id, then the number with the queue item, then the
        head of the evidence log, so no two verbs can wait for each other.

Statements are made once, not per call: a decision costs its round trips, and building the same SQL anew would cost
more than the database does. `store.contact` reads the same rows for a whole case; a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Date,
    Insert,
    LargeBinary,
    Select,
    Table,
    Text,
    Update,
    bindparam,
    cast,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    union_all,
    update,
)

from arrears.contact.number import counted_at
from arrears.contact.permit import Permit, Refusal
from arrears.law.act import PastContact
from arrears.queue.claim import QueueItem
from arrears.store.contact import (
    LOOK_BACK,
    PERSON_NAMES,
    POINT_NAMES,
    Account,
    Asked,
    Party,
    Person,
    Point,
    lock_number,
)
from arrears.store.evidence import About, next_entries
from arrears.store.permits import IS_OPEN, OpenPermit
from arrears.store.queue import ITEM_COLUMNS, in_force, item_of
from arrears.store.schema import (
    accounts,
    attempts,
    callbacks,
    consents,
    contact_points,
    declines,
    evidence_entries,
    evidence_head,
    holds,
    parties,
    permits,
    persons,
    queue_items,
    refusals,
    stopped_channels,
)

# Lock.


@dataclass(frozen=True, slots=True)
class Found:
    """Who is asked about and through which point, the people locked. The point is as it was before the lock."""

    debtor_id: str
    point: Point
    people: dict[str, Person]


_FIND = (
    select(
        queue_items.c.person_id.label("debtor_id"),
        *(persons.c[name].label(f"locked_{name}") for name in PERSON_NAMES),
        *(contact_points.c[name] for name in POINT_NAMES),
    )
    .select_from(persons, queue_items, contact_points)
    .where(
        queue_items.c.queue_item_id == bindparam("item"),
        contact_points.c.contact_point_id == bindparam("point"),
        or_(persons.c.person_id == queue_items.c.person_id, persons.c.person_id == contact_points.c.person_id),
    )
    .order_by(persons.c.person_id)
    .with_for_update(key_share=True, of=persons)
)


def find_and_lock(connection: Connection, queue_item_id: str, contact_point_id: str) -> Found | None:
    """
    The debtor of the item and the owner of the point, locked in the order of their ids until the transaction ends.
    None where there is no such item or no such point, or neither person is on record.
    """
    rows = connection.execute(_FIND, {"item": queue_item_id, "point": contact_point_id}).all()
    if not rows:
        return None
    people = [Person(*(getattr(row, f"locked_{name}") for name in PERSON_NAMES)) for row in rows]
    point = Point(*(getattr(rows[0], name) for name in POINT_NAMES))
    return Found(rows[0].debtor_id, point, {person.person_id: person for person in people})


_ANSWERED = or_(
    exists().where(attempts.c.request_key == bindparam("request_key", type_=Text)),
    exists().where(refusals.c.request_key == bindparam("request_key", type_=Text)),
).label("answered")
_ITEM = select(*ITEM_COLUMNS, _ANSWERED).where(queue_items.c.queue_item_id == bindparam("item"))
_ITEM_AND_NUMBER = _ITEM.add_columns(
    func.pg_advisory_xact_lock(func.hashtextextended(bindparam("number", type_=Text), 0))
).with_for_update(of=queue_items)


def lock_item_and_number(
    connection: Connection, queue_item_id: str, number: str, request_key: str | None
) -> tuple[QueueItem, bool]:
    """
    The item, locked, and the number: one decision about it at a time, whoever's debt it is about. And whether a
    request of this key was answered before. On SQLite the transaction already holds the database.
    """
    given = {"item": queue_item_id, "request_key": request_key}
    if connection.dialect.name == "postgresql":
        row = connection.execute(_ITEM_AND_NUMBER, {**given, "number": number}).mappings().one()
    else:
        row = connection.execute(_ITEM, given).mappings().one()
    return item_of(row), bool(row["answered"])


# Read.


@dataclass(frozen=True, slots=True)
class Around:
    """What is on record about the debtor and whoever is reached, of one moment."""

    accounts: tuple[Account, ...]
    parties: tuple[Party, ...]
    points: tuple[Point, ...]
    holds: dict[str, frozenset[str]]
    consents: dict[str, frozenset[str]]
    stopped: dict[str, frozenset[str]]
    declined: dict[str, date]
    permits: tuple[OpenPermit, ...]
    agreed: dict[str, datetime]


_KINDS: dict[str, Any] = {
    **dict.fromkeys(("account_id", "person_id", "debtor_id", "attempt_id", "collector_id"), Text()),
    **dict.fromkeys(("contact_point_id", "product", "role", "channel", "value", "lawful_source", "kind"), Text()),
    "overdue_cents": BigInteger(),
    "declined_on": Date(),
    "valid": Boolean(),
    "salt": LargeBinary(),
    "at": attempts.c.at.type,
    "not_before_at": attempts.c.at.type,
}
"""The columns that the relations below share, by name; what a relation does not have is null."""

_INSTANT = attempts.c.at.type
_DEBTOR, _OTHER = bindparam("debtor", type_=Text), bindparam("other", type_=Text)
_EITHER = [_DEBTOR, _OTHER]
_AT = bindparam("at", type_=_INSTANT)


def _part(relation: str, *where: Any, **columns: Any) -> Select[Any]:
    shaped = [(columns[name] if name in columns else cast(null(), kind)).label(name) for name, kind in _KINDS.items()]
    return select(literal(relation).label("relation"), *shaped).where(*where)


def _named(table: Table, *names: str) -> dict[str, Any]:
    return {name: table.c[name] for name in names}


_AROUND = union_all(
    _part("account", accounts.c.person_id == _DEBTOR, **_named(accounts, "account_id", "product", "overdue_cents")),
    _part(
        "party",
        parties.c.account_id == accounts.c.account_id,
        accounts.c.person_id == _DEBTOR,
        **_named(parties, "account_id", "person_id", "role"),
    ),
    _part(
        "point",
        contact_points.c.person_id.in_(_EITHER),
        **_named(contact_points, "contact_point_id", "person_id", "channel", "value", "salt", "lawful_source", "valid"),
    ),
    _part(
        "hold",
        holds.c.person_id.in_(_EITHER),
        in_force(bindparam("first_day", type_=Date), bindparam("last_day", type_=Date)),
        **_named(holds, "person_id", "kind"),
    ),
    _part(
        "consent",
        consents.c.person_id.in_(_EITHER),
        consents.c.given_at <= _AT,
        or_(consents.c.withdrawn_at.is_(None), consents.c.withdrawn_at > _AT),
        **_named(consents, "person_id", "kind"),
    ),
    _part("stopped", stopped_channels.c.person_id.in_(_EITHER), **_named(stopped_channels, "person_id", "channel")),
    _part("decline", declines.c.debtor_id == _DEBTOR, **_named(declines, "person_id", "declined_on")),
    _part(
        "permit",
        or_(attempts.c.debtor_id.in_(_EITHER), attempts.c.recipient_id.in_(_EITHER)),
        IS_OPEN,
        person_id=attempts.c.recipient_id,
        **_named(attempts, "attempt_id", "at", "collector_id", "debtor_id"),
    ),
    _part(
        "callback",
        callbacks.c.debtor_id == _DEBTOR,
        callbacks.c.taken_back_at.is_(None),
        at=callbacks.c.asked_at,
        **_named(callbacks, "person_id", "not_before_at"),
    ),
)


def read_around(connection: Connection, debtor_id: str, other_id: str, at: datetime, days: Sequence[date]) -> Around:
    """Everything but people and history, in one statement. `days`: the local days the instant may fall on."""
    given = {"debtor": debtor_id, "other": other_id, "at": at, "first_day": min(days), "last_day": max(days)}
    of: dict[str, list[Any]] = {}
    for row in connection.execute(_AROUND, given):
        of.setdefault(row.relation, []).append(row)
    found = [Account(row.account_id, row.product, row.overdue_cents) for row in of.get("account", ())]
    named = [Party(row.account_id, row.person_id, row.role) for row in of.get("party", ())]
    opened = [
        OpenPermit(row.attempt_id, row.at, row.collector_id, row.debtor_id, row.person_id)
        for row in of.get("permit", ())
    ]
    asked = [(row.at, row.person_id, row.not_before_at) for row in of.get("callback", ())]
    return Around(
        accounts=tuple(sorted(found, key=lambda account: account.account_id)),
        parties=tuple(sorted(named, key=astuple)),
        points=tuple(Point(*(getattr(row, name) for name in POINT_NAMES)) for row in of.get("point", ())),
        holds={debtor_id: frozenset(), other_id: frozenset(), **_grouped(of.get("hold", ()), "kind")},
        consents=_grouped(of.get("consent", ()), "kind"),
        stopped=_grouped(of.get("stopped", ()), "channel"),
        declined={row.person_id: row.declined_on for row in of.get("decline", ())},
        permits=tuple(sorted(opened, key=lambda each: (each.at, each.attempt_id))),
        agreed={person_id: until for _, person_id, until in sorted(asked)},
    )


def _grouped(rows: Iterable[Any], column: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.person_id, set()).add(getattr(row, column))
    return {person_id: frozenset(words) for person_id, words in found.items()}


_HISTORY_NAMES = (
    "attempt_id",
    "at",
    "channel",
    "recipient_id",
    "debtor_id",
    "direction",
    "number",
    "connected",
    "outcome",
    "account_ids",
)
_HISTORY = (
    select(*(attempts.c[name] for name in _HISTORY_NAMES))
    .where(
        attempts.c.at >= bindparam("since", type_=_INSTANT),
        or_(
            attempts.c.debtor_id == _DEBTOR,
            attempts.c.recipient_id.in_([_DEBTOR, _OTHER]),
            attempts.c.number == bindparam("number", type_=Text),
        ),
    )
    .order_by(attempts.c.at, attempts.c.attempt_id)
)


def read_history(
    connection: Connection, debtor_id: str, other_id: str, number: str, at: datetime
) -> tuple[PastContact, ...]:
    """Contacts since LOOK_BACK about this debtor, to either person or to this number, oldest first."""
    given = {"debtor": debtor_id, "other": other_id, "number": number, "since": at - LOOK_BACK}
    return tuple(
        PastContact(
            contact_id=row.attempt_id,
            at=row.at,
            channel=row.channel,
            person_id=row.recipient_id,
            debtor_id=row.debtor_id,
            direction=row.direction,
            number=row.number,
            connected=row.connected,
            outcome=row.outcome,
            account_ids=tuple(row.account_ids),
        )
        for row in connection.execute(_HISTORY, given)
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """All that is read under lock for one decision."""

    debtor_id: str
    point: Point
    """As it is under the lock."""
    around: Around
    history: tuple[PastContact, ...]


def read_under_lock(connection: Connection, found: Found, at: datetime, days: Sequence[date]) -> Seen:
    """
    Everything for one point, whose owner and debtor are locked. Where its number changed while the lock was waited
    for, the new one is locked too.
    """
    debtor_id, point = found.debtor_id, found.point
    around = read_around(connection, debtor_id, point.person_id, at, days)
    now = next((each for each in around.points if each.contact_point_id == point.contact_point_id), point)
    owner = found.people.get(point.person_id)
    zone = owner.time_zone if owner else None
    number = counted_at(now.channel, now.value, zone)
    if number != counted_at(point.channel, point.value, zone):
        lock_number(connection, number)
    return Seen(debtor_id, now, around, read_history(connection, debtor_id, now.person_id, number, at))


# Record.

# `prefix` keeps the parameters of one part apart from those of the others.


def _bound(table: Table, names: Sequence[str], prefix: str) -> dict[str, Any]:
    return {name: bindparam(f"{prefix}_{name}", type_=table.c[name].type) for name in names}


def _insert(table: Table, prefix: str, leave_out: Sequence[str] = ()) -> Insert:
    names = [column.name for column in table.c if column.name not in leave_out]
    return insert(table).values(_bound(table, names, prefix))


_MADE = _insert(attempts, "made", ("connected", "outcome", "outcome_at", "note", "note_salt"))
_PERMIT, _REFUSAL, _ENTRY = _insert(permits, "permit"), _insert(refusals, "refusal"), _insert(evidence_entries, "entry")
_LEASE = (
    update(queue_items)
    .where(queue_items.c.queue_item_id == bindparam("lease_item", type_=Text))
    .values(claimed_until=bindparam("lease_until", type_=queue_items.c.claimed_until.type))
)
_HEAD = update(evidence_head).values(_bound(evidence_head, ("size", "root", "compact_range"), "head"))


def _at_once(*others: Any) -> Update:
    """The head of the log with everything that becomes true with it, in one statement."""
    whole: Update = _HEAD
    for number, other in enumerate(others):
        whole = whole.add_cte(other.cte(f"part_{number}"))
    return whole


_PARTS: dict[str, tuple[tuple[str, Any], ...]] = {
    "permit": (("made", _MADE), ("permit", _PERMIT), ("lease", _LEASE), ("entry", _ENTRY)),
    "refusal": (("refusal", _REFUSAL), ("entry", _ENTRY)),
}
_WHOLE = {what: _at_once(*(part for _, part in parts)) for what, parts in _PARTS.items()}


def record_permit(
    connection: Connection, permit: Permit, asked: Asked, local_day: date | None, lease_until: datetime, fact: About
) -> None:
    """The attempt, its permit, the lease begun anew and the fact, before anybody is reached."""
    act = permit.act
    _record(
        connection,
        "permit",
        fact,
        made={
            "attempt_id": permit.attempt_id,
            "source": "day",
            "at": act.at,
            "local_day": local_day,
            "channel": act.channel,
            "direction": "outbound",
            "purpose": act.purpose,
            "debtor_id": act.debtor_id,
            "recipient_id": act.recipient_id,
            "recipient_role": act.recipient_role,
            "account_ids": list(act.account_ids),
            "contact_point_id": asked.contact_point_id,
            "number": act.number,
            "number_salt": asked.number_salt,
            "collector_id": asked.collector_id,
            "queue_item_id": asked.queue_item_id,
            "request_key": asked.request_key,
        },
        permit={
            "permit_id": permit.permit_id,
            "attempt_id": permit.attempt_id,
            "at": act.at,
            "collector_id": asked.collector_id,
            "law_id": permit.law_id,
        },
        lease={"item": asked.queue_item_id, "until": lease_until},
    )


def record_inbound(connection: Connection, values: Mapping[str, Any]) -> None:
    """A contact of theirs, which needs no permit: the row says that it came in, whatever `values` say."""
    connection.execute(insert(attempts).values({**values, "source": "day", "direction": "inbound"}))


def record_refusal(connection: Connection, refusal_id: str, refusal: Refusal, asked: Asked, fact: About) -> None:
    """The refusal with every ground, and the fact."""
    act = refusal.act
    _record(
        connection,
        "refusal",
        fact,
        refusal={
            "refusal_id": refusal_id,
            "at": act.at,
            "channel": act.channel,
            "purpose": act.purpose,
            "debtor_id": act.debtor_id,
            "recipient_id": act.recipient_id,
            "recipient_role": act.recipient_role,
            "contact_point_id": asked.contact_point_id,
            "collector_id": asked.collector_id,
            "queue_item_id": asked.queue_item_id,
            "law_id": refusal.law_id,
            "grounds": [ground.as_json() for ground in refusal.grounds],
            "allowed_again_at": refusal.allowed_again_at,
            "request_key": asked.request_key,
        },
    )


def _record(connection: Connection, what: str, fact: About, **values: Mapping[str, Any]) -> None:
    """One statement on PostgreSQL; on SQLite, which has no rows to wait for, one after the other."""
    grown = next_entries(connection, [fact])
    values = {**values, "entry": grown.entries[0], "head": grown.head}
    named = {part: {f"{part}_{name}": value for name, value in of.items()} for part, of in values.items()}
    if connection.dialect.name == "postgresql":
        connection.execute(_WHOLE[what], {name: value for of in named.values() for name, value in of.items()})
        return
    for part, statement in (*_PARTS[what], ("head", _HEAD)):
        connection.execute(statement, named[part])

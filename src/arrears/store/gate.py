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

from arrears.contact.permit import Permit, Refusal
from arrears.law.act import PastContact
from arrears.queue.claim import QueueItem
from arrears.store.contact import LOOK_BACK, Account, Asked, Party, Person, Point
from arrears.store.evidence import About, next_entries
from arrears.store.queue import ITEM_COLUMNS, in_force, item_of
from arrears.store.schema import (
    accounts,
    attempts,
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


_POINT = [
    contact_points.c[name]
    for name in ("contact_point_id", "person_id", "channel", "value", "salt", "lawful_source", "valid")
]

_FIND = (
    select(queue_items.c.person_id, persons.c.person_id, persons.c.time_zone, persons.c.vulnerability, *_POINT)
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
    people = {row[1]: Person(row[1], row[2], row[3]) for row in rows}
    return Found(rows[0][0], Point(*rows[0][4:]), people)


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


_KINDS: dict[str, Any] = {
    **dict.fromkeys(("one", "two", "three", "four", "five"), Text()),
    "cents": BigInteger(),
    "day": Date(),
    "flag": Boolean(),
    "salt": LargeBinary(),
}
_INSTANT = attempts.c.at.type
_DEBTOR, _OTHER = bindparam("debtor", type_=Text), bindparam("other", type_=Text)
_EITHER = [_DEBTOR, _OTHER]


def _part(what: int, *where: Any, **columns: Any) -> Select[Any]:
    """One relation in the shape all of them share; what a relation does not have is null."""
    shaped = [(columns[name] if name in columns else cast(null(), kind)).label(name) for name, kind in _KINDS.items()]
    return select(literal(what).label("what"), *shaped).where(*where)


_AROUND = union_all(
    _part(
        1,
        accounts.c.person_id == _DEBTOR,
        one=accounts.c.account_id,
        two=accounts.c.product,
        cents=accounts.c.overdue_cents,
    ),
    _part(
        2,
        parties.c.account_id == accounts.c.account_id,
        accounts.c.person_id == _DEBTOR,
        one=parties.c.account_id,
        two=parties.c.person_id,
        three=parties.c.role,
    ),
    _part(
        3,
        contact_points.c.person_id.in_(_EITHER),
        one=contact_points.c.contact_point_id,
        two=contact_points.c.person_id,
        three=contact_points.c.channel,
        four=contact_points.c.value,
        five=contact_points.c.lawful_source,
        flag=contact_points.c.valid,
        salt=contact_points.c.salt,
    ),
    _part(
        4,
        holds.c.person_id.in_(_EITHER),
        in_force(bindparam("first_day", type_=Date), bindparam("last_day", type_=Date)),
        one=holds.c.person_id,
        two=holds.c.kind,
    ),
    _part(
        5,
        consents.c.person_id.in_(_EITHER),
        consents.c.given_at <= bindparam("at", type_=_INSTANT),
        or_(consents.c.withdrawn_at.is_(None), consents.c.withdrawn_at > bindparam("at", type_=_INSTANT)),
        one=consents.c.person_id,
        two=consents.c.kind,
    ),
    _part(
        6,
        stopped_channels.c.person_id.in_(_EITHER),
        one=stopped_channels.c.person_id,
        two=stopped_channels.c.channel,
    ),
    _part(7, declines.c.debtor_id == _DEBTOR, one=declines.c.person_id, day=declines.c.declined_on),
)


def read_around(connection: Connection, debtor_id: str, other_id: str, at: datetime, days: Sequence[date]) -> Around:
    """Everything but people and history, in one statement. `days`: the local days the instant may fall on."""
    given = {"debtor": debtor_id, "other": other_id, "at": at, "first_day": min(days), "last_day": max(days)}
    of: dict[int, list[Any]] = {what: [] for what in range(1, 8)}
    for row in connection.execute(_AROUND, given):
        of[row[0]].append(row)
    return Around(
        accounts=tuple(sorted((Account(row[1], row[2], row[6]) for row in of[1]), key=_ids_of_account)),
        parties=tuple(sorted((Party(row[1], row[2], row[3]) for row in of[2]), key=astuple)),
        points=tuple(Point(row[1], row[2], row[3], row[4], row[9], row[5], row[8]) for row in of[3]),
        holds={debtor_id: frozenset(), other_id: frozenset(), **_grouped(of[4])},
        consents=_grouped(of[5]),
        stopped=_grouped(of[6]),
        declined={row[1]: row[7] for row in of[7]},
    )


def _ids_of_account(account: Account) -> str:
    return account.account_id


def _grouped(rows: Iterable[Any]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row[1], set()).add(row[2])
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
            contact_id=row[0],
            at=row[1],
            channel=row[2],
            person_id=row[3],
            debtor_id=row[4],
            direction=row[5],
            number=row[6],
            connected=row[7],
            outcome=row[8],
            account_ids=tuple(row[9]),
        )
        for row in connection.execute(_HISTORY, given)
    )


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

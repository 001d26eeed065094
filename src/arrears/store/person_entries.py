"""
SQL of one person's part of the evidence log: which entries speak of them, and what commitments can be opened.

Reads:  a connection of the store, a person's id
Gives:  (index, bytes) of entries, oldest first; values with their salts
Never:  gives an entry about anybody else's rows
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, union

from arrears.evidence.log import commit
from arrears.store.evidence import entries_about
from arrears.store.schema import (
    accounts,
    attempts,
    call_steps,
    claim_documents,
    claims,
    contact_points,
    heard,
    holds,
    next_steps,
    outcome_entries,
    payments,
    promises,
    queue_items,
    refusals,
    root_causes,
)

Entry = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Opened:
    """A value that entry `index` committed to under `name` of its body, with its salt."""

    index: int
    name: str
    value: str
    salt: bytes


def is_known(connection: Connection, person_id: str) -> bool:
    """Whether anything about this person is in the store."""
    return bool(_ids(connection, person_id) - {person_id}) or bool(entries_about(connection, [person_id]))


def entries_of(connection: Connection, person_id: str) -> list[Entry]:
    """Every entry about this person and about the rows that are theirs."""
    ids = sorted(_ids(connection, person_id))
    found: dict[int, bytes] = {}
    for start in range(0, len(ids), 500):
        found |= {index: data for index, _, data in entries_about(connection, ids[start : start + 500])}
    return sorted(found.items())


def openings_of(connection: Connection, entries: list[Entry]) -> Iterator[Opened]:
    """What the store still holds of the numbers and notes that these entries committed to."""
    for index, data in entries:
        body = json.loads(data)["body"]
        for name in ("number", "note"):
            for value, salt in _values(connection, name, body):
                if value is not None and salt is not None and commit(value, salt) == body[name]:
                    yield Opened(index, name, value, salt)
                    break


def _values(connection: Connection, name: str, body: dict[str, Any]) -> Iterator[tuple[str | None, bytes | None]]:
    """What the store has that a commitment of this name may be to."""
    if not isinstance(body.get(name), str) or not body.get("attempt_id"):
        return
    a, e, p = attempts.c, outcome_entries.c, contact_points.c
    if name == "number":
        places = [
            select(a.number, a.number_salt).where(a.attempt_id == body["attempt_id"]),
            select(p.value, p.salt).where(p.contact_point_id == body.get("contact_point_id")),
        ]
    else:
        places = [
            select(a.note, a.note_salt).where(a.attempt_id == body["attempt_id"]),
            select(e.note, e.note_salt).where(e.attempt_id == body["attempt_id"]),
        ]
    for wanted in places:
        yield from ((value, salt) for value, salt in connection.execute(wanted))


def _ids(connection: Connection, person_id: str) -> set[str]:
    """The person, and every row that is theirs."""
    mine = select(accounts.c.account_id).where(accounts.c.person_id == person_id)
    rows = union(
        mine,
        select(attempts.c.attempt_id).where(
            (attempts.c.debtor_id == person_id) | (attempts.c.recipient_id == person_id)
        ),
        select(refusals.c.refusal_id).where(
            (refusals.c.debtor_id == person_id) | (refusals.c.recipient_id == person_id)
        ),
        select(promises.c.promise_id).where(promises.c.person_id == person_id),
        select(payments.c.payment_id).where(payments.c.source == "day", payments.c.account_id.in_(mine)),
        select(holds.c.hold_id).where(holds.c.person_id == person_id),
        select(queue_items.c.queue_item_id).where(queue_items.c.person_id == person_id),
        select(contact_points.c.contact_point_id).where(contact_points.c.person_id == person_id),
        select(claims.c.claim_id).where(claims.c.person_id == person_id),
        select(claim_documents.c.document_id).where(claim_documents.c.person_id == person_id),
        select(call_steps.c.call_step_id).where(call_steps.c.person_id == person_id),
        select(heard.c.heard_id).where(heard.c.person_id == person_id),
        select(root_causes.c.root_cause_id).where(root_causes.c.person_id == person_id),
        select(next_steps.c.next_step_id).where(next_steps.c.person_id == person_id),
    )
    return {person_id, *connection.execute(rows).scalars()}

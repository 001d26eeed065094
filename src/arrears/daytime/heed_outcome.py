"""
What an outcome changes at once, and taking it back.

Reads:  the store, on the connection of the verb that records, undoes or corrects an outcome
Gives:  the facts, and `before`: what was changed, as it was
Never:  commits; decides what an outcome means (outcome.table does). A wrong number, a refusal and a stopped channel
        bind every later attempt, and a hold holds, from this transaction on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from arrears.daytime.gather import local_day_of
from arrears.daytime.place_hold import hold_person, lift
from arrears.daytime.take_case import case_fact
from arrears.daytime.transaction import drawn_id
from arrears.kernel.fact import Fact, Json
from arrears.law.kinds.contact import OBLIGORS
from arrears.outcome.table import Outcome, Then, who_is_held
from arrears.queue.claim import LEASE, RETRY_AFTER, QueueItem, Status
from arrears.store import contact, outcome_entries, queue
from arrears.store.contact import Person
from arrears.store.evidence import About

MOVED = (
    "status",
    "claimed_by",
    "claimed_at",
    "claimed_until",
    "rests_until",
    "rested_by",
    "closed_at",
    "closed_why",
    "withdrawn_reason",
)
"""What of a queue item an outcome may change."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One outcome of one attempt, with whoever it is about, all of them locked."""

    attempt: RowMapping
    known: Outcome
    people: Mapping[str, Person]
    by: str
    at: datetime
    callback_at: datetime | None = None

    @property
    def person(self) -> Person:
        """Whom the attempt reached. Somebody the book knows by nothing but a number is a person all the same."""
        recipient_id = self.attempt["recipient_id"]
        return self.people.get(recipient_id, Person(recipient_id, None, None))


def heed(connection: Connection, heard: Heard, then: Then | None) -> tuple[dict[str, Json], list[About]]:
    """Everything that follows from the outcome: (`before`, the facts)."""
    item_id = heard.attempt["queue_item_id"]
    item = queue.item_with_id(connection, item_id, lock=True) if item_id else None
    before: dict[str, Json] = {"item": None if item is None else _as_json(item)}
    before |= _bind(connection, heard)
    facts: list[About] = []
    placed: list[Json] = []
    first: str | None = None
    for person in _to_hold(heard):
        held, its_facts = hold_person(
            connection, person, str(heard.known.hold), by=heard.by, at=heard.at, attempt_id=heard.attempt["attempt_id"]
        )
        first = first or held.hold_id
        placed += [held.hold_id] if held.new else []
        facts += its_facts
    before |= {"hold": first, "holds": placed}
    now = queue.item_with_id(connection, item_id, lock=False) if item_id else None
    if now is not None and now.status is Status.CLAIMED and now.claimed_by == heard.by:
        facts += _move(connection, now, heard, heard.known.then if then is None else then)
    return before, facts


def _bind(connection: Connection, heard: Heard) -> dict[str, Json]:
    """Wrong numbers, refusals of third persons, stopped channels and agreed times bind every later attempt."""
    attempt, known = heard.attempt, heard.known
    recipient_id, debtor_id = attempt["recipient_id"], attempt["debtor_id"]
    attempt_id, point_id = attempt["attempt_id"], attempt["contact_point_id"]
    obligor = attempt["recipient_role"] in OBLIGORS
    changed: dict[str, Json] = {}
    # Somebody else who answers an obligor's number and declines: it is the number that must rest.
    if point_id is not None and (known.number_is_wrong or (known.declines and obligor)):
        changed["marked_invalid"] = contact.mark_invalid(connection, point_id)
    if not obligor and (known.declines or known.hold == "stop"):
        day = local_day_of(heard.people.get(recipient_id), heard.at) or heard.at.date()
        changed["declined"] = contact.add_decline(connection, recipient_id, debtor_id, day, attempt_id)
    if known.stops_channel:
        changed["stopped"] = contact.add_stopped_channel(
            connection, recipient_id, attempt["channel"], heard.at, attempt_id
        )
    if heard.callback_at is not None:
        outcome_entries.add_callback(
            connection,
            {
                "callback_id": drawn_id("callback"),
                "person_id": recipient_id,
                "debtor_id": debtor_id,
                "not_before_at": heard.callback_at,
                "asked_at": heard.at,
                "attempt_id": attempt_id,
                "taken_by": heard.by,
            },
        )
    return changed


def _to_hold(heard: Heard) -> list[Person]:
    """Whom the request holds, the debtor first."""
    if heard.known.hold is None:
        return []
    debtor_id, recipient_id = heard.attempt["debtor_id"], heard.attempt["recipient_id"]
    by_debtor, by_obligor = recipient_id == debtor_id, heard.attempt["recipient_role"] in OBLIGORS
    debtor, asker = who_is_held(heard.known.hold, by_debtor=by_debtor, by_obligor=by_obligor)
    wanted = [debtor_id] if debtor else []
    if asker and not by_debtor:
        wanted.append(recipient_id)
    return [heard.people.get(person_id, Person(person_id, None, None)) for person_id in wanted]


def _move(connection: Connection, item: QueueItem, heard: Heard, then: Then) -> list[About]:
    """The claimed item goes where the outcome sends it."""
    by, at = heard.by, heard.at
    if then is Then.LATER:
        until = heard.callback_at or at + RETRY_AFTER
        queue.put_back(connection, item.queue_item_id, until)
        return [case_fact("case_released", item, by, at, until=until.isoformat())]
    if then is Then.DONE:
        queue.set_done(connection, item.queue_item_id, at, heard.known.code)
        return [case_fact("case_finished", item, by, at, why=heard.known.code)]
    queue.renew_lease(connection, item.queue_item_id, at + LEASE)
    if then is Then.KEEP:
        queue.let_rest(connection, item.queue_item_id, at + RETRY_AFTER)
    return []


def take_back(connection: Connection, heard: Heard, before: Mapping[str, Any]) -> list[About]:
    """What the outcome bound is free again and its holds end; the queue item stays where it is."""
    attempt = heard.attempt
    attempt_id, recipient_id = attempt["attempt_id"], attempt["recipient_id"]
    if before.get("marked_invalid"):
        contact.unmark_invalid(connection, attempt["contact_point_id"])
    if before.get("declined"):
        contact.remove_decline(connection, recipient_id, attempt["debtor_id"], attempt_id)
    if before.get("stopped"):
        contact.remove_stopped_channel(connection, recipient_id, attempt["channel"], attempt_id)
    outcome_entries.take_back_callbacks(connection, attempt_id, heard.at)
    facts: list[About] = []
    for hold_id in before.get("holds", ()):
        facts += lift(connection, hold_id, by=heard.by, at=heard.at, why=f"outcome {attempt['outcome']} taken back")
    return facts


def restore_item(connection: Connection, heard: Heard, before: Mapping[str, Any]) -> list[About]:
    """The queue item is what it was before the outcome, with the lease begun anew."""
    item_id, was = heard.attempt["queue_item_id"], before.get("item")
    if item_id is None or was is None:
        return []
    now = queue.item_with_id(connection, item_id, lock=True)
    if now is None:
        return []
    values = {name: was[name] for name in MOVED}
    for name in MOVED:
        if name.endswith(("_at", "_until")) and values[name] is not None:
            values[name] = datetime.fromisoformat(values[name])
    if values["status"] == Status.CLAIMED:
        values["claimed_until"] = heard.at + LEASE
    queue.set_as_it_was(connection, item_id, values)
    if now.status == values["status"]:
        return []
    body: dict[str, Json] = {
        "queue_item_id": item_id,
        "person_id": now.person_id,
        "by": heard.by,
        "status": str(values["status"]),
        "claimed_by": values["claimed_by"],
    }
    return [About(item_id, Fact("case_restored", heard.at, body))]


def _as_json(item: QueueItem) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name in MOVED:
        value = getattr(item, name)
        found[name] = value.isoformat() if isinstance(value, datetime) else None if value is None else str(value)
    return found

"""
Record what came of an attempt, and what follows from it at once.

Reads:  the store
Gives:  Recorded
Never:  leaves a request of the borrower for later: a dispute, hardship, stop or other hold asked for in the
        conversation holds from this transaction on.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from arrears.daytime.gather import local_day_of
from arrears.daytime.place_hold import hold_person
from arrears.daytime.take_case import case_fact
from arrears.daytime.transaction import in_one_transaction, must_be_aware, unusable
from arrears.evidence.verify import commitment
from arrears.kernel.fact import Fact, Json
from arrears.law.kinds.contact import OBLIGORS
from arrears.outcome.table import OUTCOMES, Outcome, Then, outcomes_of, who_is_held
from arrears.queue.claim import LEASE, RETRY_AFTER, QueueItem
from arrears.store import contact, queue
from arrears.store.contact import Person
from arrears.store.evidence import About, append
from arrears.store.open import Store

_OF_MESSAGES = frozenset(code for code, known in OUTCOMES.items() if "sms" in known.channels)
FOLLOWS = {"sent": _OF_MESSAGES - {"sent"}, "delivered": _OF_MESSAGES - {"sent", "delivered"}}
"""What may still be learned of a message after an earlier outcome. A call has one outcome."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """`new` is False where the same outcome had been recorded before."""

    attempt_id: str
    outcome: str
    connected: bool | None
    new: bool
    hold_id: str | None
    queue_item: QueueItem | None


def record_outcome(
    store: Store,
    attempt_id: str,
    outcome: str,
    *,
    by: str,
    at: datetime,
    note: str | None = None,
    then: Then | None = None,
    not_before_at: datetime | None = None,
) -> Recorded:
    """
    One of outcome.table.OUTCOMES for the attempt's channel; sets `connected`, and moves the queue item as the
    outcome says unless `then` says otherwise (a hold always withdraws it).

    `not_before_at` is when a case put back "later" may be taken again (a callback asked for). Raises Unusable
    `attempt_unknown`, `outcome_unknown`, `outcome_not_of_channel`, `outcome_already_recorded`.
    """
    must_be_aware(at)
    known = _known_outcome(outcome)

    def work(connection: Connection) -> Recorded:
        seen = _attempt(connection, attempt_id, lock=False)
        people = contact.lock_people(connection, {seen["debtor_id"], seen["recipient_id"]})
        attempt = _attempt(connection, attempt_id, lock=True)
        item_id = attempt["queue_item_id"]
        if attempt["outcome"] == outcome:
            item = queue.item_with_id(connection, item_id, lock=False) if item_id else None
            return Recorded(attempt_id, outcome, attempt["connected"], False, None, item)
        _may_be_recorded(attempt, known)
        values: dict[str, Any] = {"outcome": outcome, "outcome_at": at, "connected": known.connected}
        said = note.strip() if note and note.strip() else None
        if said is not None:
            values |= {"note": said, "note_salt": secrets.token_bytes(32)}
        contact.set_outcome(connection, attempt_id, values)
        body: dict[str, Json] = {
            "attempt_id": attempt_id,
            "outcome": outcome,
            "connected": known.connected,
            "by": by,
            "note": None if said is None else commitment(said, values["note_salt"]),
        }
        facts = [About(attempt_id, Fact("outcome_recorded", at, body))]
        _heed(connection, attempt, known, at, local_day_of(people.get(attempt["recipient_id"]), at))
        hold_id = None
        for person in _to_hold(attempt, known, people):
            held, its_facts = hold_person(connection, person, str(known.hold), by=by, at=at, attempt_id=attempt_id)
            hold_id = hold_id or held.hold_id
            facts += its_facts
        item = queue.item_with_id(connection, item_id, lock=True) if item_id else None
        if item is not None and item.status.is_live and item.claimed_by == by:
            facts += _move(connection, item, known.then if then is None else then, by, at, not_before_at)
        append(connection, facts)
        now = queue.item_with_id(connection, item_id, lock=False) if item_id else None
        return Recorded(attempt_id, outcome, known.connected, True, hold_id, now)

    return in_one_transaction(store, work)


def _to_hold(attempt: RowMapping, known: Outcome, people: Mapping[str, Person]) -> list[Person]:
    """Whom the request holds, the debtor first."""
    if known.hold is None:
        return []
    debtor_id, recipient_id = attempt["debtor_id"], attempt["recipient_id"]
    by_debtor, by_obligor = recipient_id == debtor_id, attempt["recipient_role"] in OBLIGORS
    debtor, asker = who_is_held(known.hold, by_debtor=by_debtor, by_obligor=by_obligor)
    wanted = [debtor_id] if debtor else []
    if asker and not by_debtor:
        wanted.append(recipient_id)
    # Somebody the book knows by nothing but a number is held all the same.
    return [people.get(person_id, Person(person_id, None, None)) for person_id in wanted]


def _heed(connection: Connection, attempt: RowMapping, known: Outcome, at: datetime, day: Any) -> None:
    """Wrong numbers, refusals of third persons and stopped channels bind every later attempt."""
    recipient_id, debtor_id = attempt["recipient_id"], attempt["debtor_id"]
    attempt_id, point_id = attempt["attempt_id"], attempt["contact_point_id"]
    obligor = attempt["recipient_role"] in OBLIGORS
    # Somebody else who answers an obligor's number and declines: it is the number that must rest.
    if point_id is not None and (known.number_is_wrong or (known.declines and obligor)):
        contact.mark_invalid(connection, point_id)
    if not obligor and (known.declines or known.hold == "stop"):
        contact.add_decline(connection, recipient_id, debtor_id, day or at.date(), attempt_id)
    if known.stops_channel:
        contact.add_stopped_channel(connection, recipient_id, attempt["channel"], at, attempt_id)


def _move(
    connection: Connection, item: QueueItem, then: Then, by: str, at: datetime, not_before_at: datetime | None
) -> list[About]:
    """The claimed item goes where the outcome sends it."""
    if then is Then.LATER:
        queue.put_back(connection, item.queue_item_id, not_before_at or at + RETRY_AFTER)
        return [case_fact("case_released", item, by, at)]
    if then is Then.DONE:
        queue.set_done(connection, item.queue_item_id, at)
        return [case_fact("case_finished", item, by, at)]
    queue.renew_lease(connection, item.queue_item_id, at + LEASE)
    return []


def _known_outcome(outcome: str) -> Outcome:
    known = OUTCOMES.get(outcome)
    if known is None:
        raise unusable(
            "outcome_unknown",
            "outcome",
            f"{outcome!r} is not an outcome.",
            "What follows from an attempt is decided by its outcome.",
            f"Choose one of {', '.join(OUTCOMES)}.",
        )
    return known


def _attempt(connection: Connection, attempt_id: str, *, lock: bool) -> RowMapping:
    attempt = contact.attempt_with_id(connection, attempt_id, lock=lock)
    if attempt is None or attempt["source"] != "day":
        raise unusable(
            "attempt_unknown",
            f"attempt {attempt_id!r}",
            "is not one that was made here.",
            "An outcome belongs to an attempt that the gate permitted.",
            "Place the attempt first, and record its outcome with the id that its permit names.",
        )
    return attempt


def _may_be_recorded(attempt: RowMapping, known: Outcome) -> None:
    where = f"attempt {attempt['attempt_id']!r}"
    if attempt["channel"] not in known.channels:
        raise unusable(
            "outcome_not_of_channel",
            where,
            f"{known.code!r} can't come of {attempt['channel']!r}.",
            "The caps count connected calls by their outcome.",
            f"Choose one of {', '.join(each.code for each in outcomes_of(attempt['channel']))}.",
        )
    before = attempt["outcome"]
    if before is not None and known.code not in FOLLOWS.get(before, ()):
        raise unusable(
            "outcome_already_recorded",
            where,
            f"its outcome is on record as {before!r}.",
            "A call that counted as connected must not stop counting because somebody changed their mind.",
            "Place another attempt, or leave a note for a supervisor.",
        )

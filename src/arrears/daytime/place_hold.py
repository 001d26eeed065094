"""
Hold a person's case, and let it go again; note a consent.

Reads:  the store
Gives:  HoldPlaced
Never:  waits: a hold stops everything of the person in the transaction that places it, claimed work too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from arrears.daytime.allowed import must_be_allowed
from arrears.daytime.explain import explained, must_say_why
from arrears.daytime.gather import local_day_of
from arrears.daytime.transaction import drawn_id, in_one_transaction, must_be_aware, unusable
from arrears.kernel.fact import Fact, Json
from arrears.kernel.problem import Unusable
from arrears.kernel.reasons import Reason
from arrears.outcome.table import CONSENTS, HOLD_KINDS
from arrears.store import contact, outcome, queue
from arrears.store.contact import Person
from arrears.store.evidence import About, append
from arrears.store.open import Store


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    """`new` is False where the person was already held for that kind; then `hold_id` is the hold in force."""

    hold_id: str
    person_id: str
    kind: str
    new: bool
    withdrawn: tuple[str, ...]


def place_hold(
    store: Store,
    *,
    person_id: str,
    kind: str,
    by: str,
    at: datetime,
    ends_on: date | None = None,
    attempt_id: str | None = None,
) -> HoldPlaced:
    """
    Collection from the person stops now and everywhere. `kind` is one of outcome.table.HOLD_KINDS; `ends_on` is
    the first day it no longer holds, None until it is lifted. Raises Unusable `person_unknown`, `hold_unknown`,
    `hold_ends_before_it_starts`, `not_for_role`.
    """
    must_be_aware(at)

    def work(connection: Connection) -> HoldPlaced:
        must_be_allowed(connection, by, "hold.place")
        person = locked_person(connection, person_id)
        placed, facts = hold_person(connection, person, kind, by=by, at=at, ends_on=ends_on, attempt_id=attempt_id)
        append(connection, facts)
        return placed

    return in_one_transaction(store, work)


def hold_person(
    connection: Connection,
    person: Person,
    kind: str,
    *,
    by: str,
    at: datetime,
    ends_on: date | None = None,
    attempt_id: str | None = None,
) -> tuple[HoldPlaced, list[About]]:
    """The same inside another verb's transaction, which has locked the person and appends the facts."""
    _check(kind)
    # Without a zone the day is the instant's own: a hold begins at the latest now.
    day = local_day_of(person, at) or at.date()
    if ends_on is not None and ends_on <= day:
        raise unusable(
            "hold_ends_before_it_starts",
            f"hold for person {person.person_id!r}",
            f"it would end on {ends_on}, and today is {day}.",
            "A hold that never held protects nobody.",
            "Give a later day, or none to hold until it is lifted.",
        )
    running = outcome.hold_of_kind(connection, person.person_id, kind, day)
    withdrawn = queue.withdraw(connection, person.person_id, Reason.WITHDRAWN_HOLD, at)
    facts = []
    if running is not None and _outlasts(running["ends_on"], ends_on):
        placed = HoldPlaced(running["hold_id"], person.person_id, kind, False, withdrawn)
    else:
        placed = HoldPlaced(drawn_id("hold"), person.person_id, kind, True, withdrawn)
        outcome.add_hold(
            connection,
            {
                "hold_id": placed.hold_id,
                "person_id": person.person_id,
                "kind": kind,
                "placed_on": day,
                "learned_on": day,
                "ends_on": ends_on,
                "source": "day",
                "placed_at": at,
                "placed_by": by,
                "attempt_id": attempt_id,
            },
        )
        facts.append(
            About(
                placed.hold_id,
                Fact(
                    "hold_placed",
                    at,
                    {
                        "hold_id": placed.hold_id,
                        "person_id": person.person_id,
                        "kind": kind,
                        "ends_on": None if ends_on is None else ends_on.isoformat(),
                        "by": by,
                        "attempt_id": attempt_id,
                    },
                ),
            )
        )
    facts += withdrawn_facts(withdrawn, person.person_id, Reason.WITHDRAWN_HOLD, at)
    return placed, facts


def placed_by_decision(
    connection: Connection, person: Person, kind: str, *, ends_on: date | None, by: str, at: datetime
) -> tuple[str, list[About]]:
    """
    A hold of the decision's own, or the plan's, whatever other hold of its kind runs: it ends by itself. Queued and
    claimed work of the person is withdrawn with it, but for a plan, which its own verb closes.
    """
    day = local_day_of(person, at) or at.date()
    hold_id = drawn_id("hold")
    outcome.add_hold(
        connection,
        {
            "hold_id": hold_id,
            "person_id": person.person_id,
            "kind": kind,
            "placed_on": day,
            "learned_on": day,
            "ends_on": ends_on,
            "source": "day",
            "placed_at": at,
            "placed_by": by,
        },
    )
    body: dict[str, Json] = {
        "hold_id": hold_id,
        "person_id": person.person_id,
        "kind": kind,
        "ends_on": None if ends_on is None else ends_on.isoformat(),
        "by": by,
        "attempt_id": None,
    }
    facts = [About(hold_id, Fact("hold_placed", at, body))]
    if kind != "plan":
        withdrawn = queue.withdraw(connection, person.person_id, Reason.WITHDRAWN_HOLD, at)
        facts += withdrawn_facts(withdrawn, person.person_id, Reason.WITHDRAWN_HOLD, at)
    return hold_id, facts


def lift_hold(store: Store, hold_id: str, *, by: str, at: datetime, why: str) -> bool:
    """
    End a hold; False where it had ended already. Withdrawn work does not come back: the next night decides.
    Raises Unusable `hold_not_found`, `why_missing`, `not_for_role`.
    """
    must_be_aware(at)
    words = must_say_why(why, f"hold {hold_id!r}", "ending it")

    def work(connection: Connection) -> bool:
        must_be_allowed(connection, by, "hold.lift")
        known = outcome.hold_with_id(connection, hold_id)
        if known is None:
            raise unusable(
                "hold_not_found",
                f"hold {hold_id!r}",
                "is not on record.",
                "Only a hold that was placed can end.",
                "Choose one that the case page or `arrears hold list` shows.",
            )
        locked_person(connection, known["person_id"])
        facts = lift(connection, hold_id, by=by, at=at, why=words)
        append(connection, facts)
        return bool(facts)

    return in_one_transaction(store, work)


def lift(connection: Connection, hold_id: str, *, by: str, at: datetime, why: str) -> list[About]:
    """The same inside another verb's transaction, which has locked the person and appends the facts: none: ended."""
    hold = outcome.hold_with_id(connection, hold_id, lock=True)
    if hold is None or hold["lifted_at"] is not None:
        return []
    person = contact.people_now(connection, [hold["person_id"]]).get(hold["person_id"])
    day = local_day_of(person, at) or at.date()
    if hold["ends_on"] is not None and hold["ends_on"] <= day:
        return []
    outcome.set_hold(connection, hold_id, {"lifted_at": at, "lifted_by": by, "lifted_why": why})
    body: dict[str, Json] = {
        "hold_id": hold_id,
        "person_id": hold["person_id"],
        "kind": hold["kind"],
        "by": by,
        "why": explained(connection, about=hold_id, kind="hold_lifted", words=why, by=by, at=at),
    }
    return [About(hold_id, Fact("hold_lifted", at, body))]


def record_consent(store: Store, *, person_id: str, kind: str, by: str, at: datetime, given: bool = True) -> bool:
    """
    A consent of outcome.table.CONSENTS, given or withdrawn by the person; False where nothing changes. Raises Unusable
    `person_unknown`, `consent_unknown`, `not_for_role`.
    """
    must_be_aware(at)
    if kind not in CONSENTS:
        raise unusable(
            "consent_unknown",
            "consent",
            f"{kind[:40]!r} is not a consent that lifts a rule.",
            "A consent is to something, and the law says to what.",
            f"Choose one of {', '.join(CONSENTS)}.",
        )

    def work(connection: Connection) -> bool:
        must_be_allowed(connection, by, "consent.record" if given else "consent.withdraw")
        person = locked_person(connection, person_id)
        change = outcome.add_consent if given else outcome.end_consent
        changed = change(connection, person.person_id, kind, at)
        if changed:
            body = {"person_id": person.person_id, "consent": kind, "by": by}
            append(connection, [About(person_id, Fact("consent_given" if given else "consent_withdrawn", at, body))])
        return changed

    return in_one_transaction(store, work)


def locked_person(connection: Connection, person_id: str) -> Person:
    """The person, locked until the transaction ends; Unusable `person_unknown` where there is none."""
    person = contact.lock_people(connection, [person_id]).get(person_id)
    if person is None:
        raise unknown_person(person_id)
    return person


def unknown_person(person_id: str) -> Unusable:
    """Nobody of that id is on record."""
    return unusable(
        "person_unknown",
        f"person {person_id!r}",
        "is not on record.",
        "Holds, promises and consents belong to a person of the book.",
        "Choose one that the case page shows, or publish the book first.",
    )


def withdrawn_facts(items: tuple[str, ...], person_id: str, reason: Reason, at: datetime) -> list[About]:
    """One fact per queue item withdrawn."""
    return [
        About(item, Fact("case_withdrawn", at, {"queue_item_id": item, "person_id": person_id, "reason": str(reason)}))
        for item in items
    ]


def _check(kind: str) -> None:
    if kind not in HOLD_KINDS:
        raise unusable(
            "hold_unknown",
            "hold",
            f"{kind!r} is not a kind of hold.",
            "What a hold stops, and for how long, follows from its kind.",
            f"Choose one of {', '.join(HOLD_KINDS)}.",
        )


def _outlasts(running: date | None, wanted: date | None) -> bool:
    """Whether the hold in force lasts at least as long as the one asked for."""
    return running is None or (wanted is not None and running >= wanted)

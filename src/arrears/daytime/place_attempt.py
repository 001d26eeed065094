"""
Ask the gate: what is allowed for a case now, and may this attempt happen.

Reads:  the store and the law
Gives:  Preview (what is allowed now, with every ground against the rest), Permit or Refusal
Never:  lets two collectors at once exceed a cap: the people and the number are locked, in that order, before the
        history is read, and the attempt is recorded before anybody is told of the permit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, RowMapping

from arrears.contact.gate import CHANNELS_OF, PRESSING, Situation, decide, given_before, grounds_against
from arrears.contact.permit import Ground, Permit, Refusal, lapses_at
from arrears.daytime.gather import Case, case_of, counted, days_of, local_day_of, read_case, situation
from arrears.daytime.transaction import drawn_id, in_one_transaction, must_be_aware, unusable
from arrears.evidence.verify import commitment
from arrears.kernel.fact import Fact
from arrears.law.act import Act
from arrears.law.kinds.contact import PURPOSES
from arrears.law.load import Law
from arrears.law.room import Room, room_left
from arrears.queue.claim import LEASE
from arrears.store import contact, gate, permits, queue
from arrears.store.contact import Asked, Point
from arrears.store.evidence import About
from arrears.store.open import Store

BY_A_PERSON = ("call", "sms", "email", "letter", "visit")
"""Channels offered to a collector; an AI voice is a treatment of its own and never a collector's choice."""


@dataclass(frozen=True, slots=True)
class Preview:
    """One way to reach one party, and whether the gate would allow it at that minute. `grounds` empty: allowed."""

    contact_point_id: str
    point_channel: str
    """phone | email | address"""
    channel: str
    """call | sms | email | letter | visit"""
    recipient_id: str
    recipient_role: str
    """borrower | co_borrower | guarantor | contact_person | third_party"""
    grounds: tuple[Ground, ...]
    allowed_again_at: datetime | None
    room: tuple[Room, ...] = ()
    """How much of each count is used: why a contact is still allowed."""

    @property
    def allowed(self) -> bool:
        return not self.grounds


def preview(
    store: Store,
    law: Law,
    *,
    person_id: str,
    at: datetime,
    collector_id: str | None = None,
    purpose: str = "collect",
    visits_enabled: bool = False,
) -> list[Preview]:
    """
    Every contact point of every party to the person's accounts, on every channel it serves: borrower first.

    With `collector_id`, "not claimed by you" is among the grounds; without it that is left out. Records nothing.
    """
    must_be_aware(at)
    _known_purpose(purpose)
    with store.read() as connection:
        case = read_case(connection, person_id, at)
        item = queue.live_item_of(connection, person_id)
    claimed = None if collector_id is None else item is not None and item.held_by(collector_id, at)
    found = []
    for point in case.points:
        for channel in CHANNELS_OF[point.channel]:
            if channel not in BY_A_PERSON:
                continue
            asked = situation(
                case,
                point,
                channel,
                purpose=purpose,
                claimed=claimed,
                discloses_debt=purpose == "collect",
                visits_enabled=visits_enabled,
                collector_id=collector_id,
            )
            grounds = grounds_against(law, asked)
            found.append(
                Preview(
                    contact_point_id=point.contact_point_id,
                    point_channel=point.channel,
                    channel=channel,
                    recipient_id=point.person_id,
                    recipient_role=asked.act.recipient_role,
                    grounds=grounds,
                    allowed_again_at=lapses_at(grounds),
                    room=_room(law, asked),
                )
            )
    # Stable: within one party the points keep the order in which they were read.
    return sorted(found, key=lambda each: (_ORDER[each.recipient_role], each.recipient_id))


def _room(law: Law, asked: Situation) -> tuple[Room, ...]:
    """Each count once: accounts of two products may be bound by the same provision."""
    found = {
        room.provision_id: room for each in asked.standings for room in room_left(law, asked.act, each, asked.history)
    }
    return tuple(found.values())


_ORDER = {
    role: rank for rank, role in enumerate(("borrower", "co_borrower", "guarantor", "contact_person", "third_party"))
}


def place_attempt(
    store: Store,
    law: Law,
    *,
    queue_item_id: str,
    contact_point_id: str,
    channel: str,
    collector_id: str,
    at: datetime,
    purpose: str = "collect",
    discloses_debt: bool | None = None,
    visits_enabled: bool = False,
    facts: Mapping[str, str | int | bool | None] | None = None,
    request_key: str | None = None,
) -> Permit | Refusal:
    """
    The gate at the minute. A Permit means the attempt is recorded and may be made now; a Refusal is recorded with
    every ground.

    The number is dialled only after this returned a Permit. While the collector has a permit open for the debtor,
    that one is the answer (`new` is False): it ends by its outcome, and then the next is made. `request_key` makes a
    repeated request (a double click, a retry after a lost answer) give the first answer again. `discloses_debt` is
    taken as true for purpose "collect". `facts` are Standing.facts a visit needs. Raises Unusable
    `queue_item_unknown`, `contact_point_unknown`, `channel_unsuited`, `purpose_unknown`, `request_key_used`.
    """
    must_be_aware(at)
    _known_purpose(purpose)
    asked = Asked(collector_id, queue_item_id, contact_point_id, request_key)

    def work(connection: Connection) -> Permit | Refusal:
        found = gate.find_and_lock(connection, queue_item_id, contact_point_id)
        if found is None:
            found = _found_one_by_one(connection, queue_item_id, contact_point_id)
        _must_suit(found.point, channel)
        number = counted(found.point, found.people)
        item, answered = gate.lock_item_and_number(connection, queue_item_id, number, request_key)
        if answered:
            return _answered_before(connection, asked)
        seen = gate.read_under_lock(connection, found, at, days_of(found.people.values(), at))
        case, point = case_of(seen, found.people, at), seen.point
        mine = _my_open_permit(connection, case, collector_id)
        if mine is not None:
            return mine
        answer = decide(
            law,
            situation(
                case,
                point,
                channel,
                purpose=purpose,
                claimed=item.held_by(collector_id, at),
                discloses_debt=purpose == "collect" if discloses_debt is None else discloses_debt,
                visits_enabled=visits_enabled,
                collector_id=collector_id,
                facts=facts,
            ),
            permit_id=drawn_id("permit"),
            attempt_id=drawn_id("attempt"),
        )
        if isinstance(answer, Refusal):
            refusal_id = drawn_id("refusal")
            gate.record_refusal(connection, refusal_id, answer, asked, _refused_fact(refusal_id, answer, asked))
            return replace(answer, refusal_id=refusal_id)
        day = local_day_of(found.people.get(point.person_id), at)
        made = replace(asked, number_salt=point.salt)
        # A permit is for the collector who holds the case, so each one begins the lease anew.
        gate.record_permit(connection, answer, made, day, at + LEASE, _permitted_fact(answer, asked, point))
        return answer

    return in_one_transaction(store, work)


def _my_open_permit(connection: Connection, case: Case, collector_id: str) -> Permit | None:
    """The permit this collector has open about the debtor."""
    for each in case.permits:
        if (each.collector_id, each.debtor_id) == (collector_id, case.debtor_id):
            attempt = contact.attempt_with_id(connection, each.attempt_id)
            if attempt is not None:
                permit_id, law_id = permits.permit_of(connection, each.attempt_id)
                return given_before(permit_id, each.attempt_id, _act(attempt, attempt["number"]), law_id)
    return None


def _permitted_fact(permit: Permit, asked: Asked, point: Point) -> About:
    act = permit.act
    return About(
        permit.attempt_id,
        Fact(
            "attempt_permitted",
            act.at,
            {
                "attempt_id": permit.attempt_id,
                "permit_id": permit.permit_id,
                "channel": act.channel,
                "purpose": act.purpose,
                "debtor_id": act.debtor_id,
                "recipient_id": act.recipient_id,
                "recipient_role": act.recipient_role,
                "account_ids": list(act.account_ids),
                "contact_point_id": asked.contact_point_id,
                "number": commitment(act.number, point.salt),
                "collector_id": asked.collector_id,
                "queue_item_id": asked.queue_item_id,
                "law_id": permit.law_id,
            },
        ),
    )


def _refused_fact(refusal_id: str, refusal: Refusal, asked: Asked) -> About:
    act = refusal.act
    return About(
        refusal_id,
        Fact(
            "contact_refused",
            act.at,
            {
                "refusal_id": refusal_id,
                "channel": act.channel,
                "purpose": act.purpose,
                "debtor_id": act.debtor_id,
                "recipient_id": act.recipient_id,
                "recipient_role": act.recipient_role,
                "contact_point_id": asked.contact_point_id,
                "collector_id": asked.collector_id,
                "queue_item_id": asked.queue_item_id,
                "law_id": refusal.law_id,
                "grounds": [
                    {"reason": str(ground.reason), "provision_id": ground.provision_id, "events": list(ground.events)}
                    for ground in refusal.grounds
                ],
            },
        ),
    )


def _found_one_by_one(connection: Connection, queue_item_id: str, contact_point_id: str) -> gate.Found:
    """What is missing, said; or two people of whom neither is on record, about whom nothing is known."""
    item = queue.item_with_id(connection, queue_item_id, lock=False)
    if item is None:
        raise unusable(
            "queue_item_unknown",
            f"queue item {queue_item_id!r}",
            "is not on record.",
            "Every attempt belongs to a case that the night put into the queue.",
            "Take the case from the queue again.",
        )
    point = contact.point_with_id(connection, contact_point_id)
    if point is None:
        raise unusable(
            "contact_point_unknown",
            f"contact point {contact_point_id!r}",
            "is not on record.",
            "Only a number or address with a lawful source on record may be used.",
            "Choose one that the case page shows.",
        )
    return gate.Found(item.person_id, point, contact.lock_people(connection, {item.person_id, point.person_id}))


def _must_suit(point: Point, channel: str) -> None:
    if channel not in CHANNELS_OF[point.channel]:
        raise unusable(
            "channel_unsuited",
            f"contact point {point.contact_point_id!r}",
            f"a {point.channel} can't be reached by {channel!r}.",
            "The caps count what is really done.",
            f"Choose one of {', '.join(CHANNELS_OF[point.channel])}.",
        )


def _known_purpose(purpose: str) -> None:
    if purpose not in PURPOSES:
        raise unusable(
            "purpose_unknown",
            "purpose",
            f"{purpose!r} is not a purpose of contact.",
            "What the law allows depends on what the contact is for.",
            f"Choose one of {', '.join(PURPOSES)}.",
        )


def _answered_before(connection: Connection, asked: Asked) -> Permit | Refusal:
    """The answer that an earlier request with this key got, to whoever made it and about what it was about."""
    request_key = asked.request_key
    if request_key is not None:
        made = contact.attempt_of_request(connection, request_key)
        before = made or contact.refusal_of_request(connection, request_key)
        same = ("collector_id", "queue_item_id", "contact_point_id")
        if before is not None and any(before[name] != getattr(asked, name) for name in same):
            raise unusable(
                "request_key_used",
                f"request {request_key[:40]!r}",
                "was made by somebody else or about another contact.",
                "A repeated request gets its own answer again; another request's answer permits nothing here.",
                "Give each request a key of its own.",
            )
        if made is not None:
            return given_before(made["permit_id"], made["attempt_id"], _act(made, made["number"]), made["law_id"])
        refused = contact.refusal_of_request(connection, request_key)
        if refused is not None:
            grounds = tuple(Ground.from_json(ground) for ground in refused["grounds"])
            return Refusal(_act(refused, None), refused["law_id"], grounds, refused["refusal_id"])
    raise AssertionError(f"request {request_key!r} was answered a moment ago and is gone")


def _act(row: RowMapping, number: str | None) -> Act:
    """The act of a recorded attempt or refusal."""
    return Act(
        at=row["at"],
        channel=row["channel"],
        debtor_id=row["debtor_id"],
        recipient_id=row["recipient_id"],
        recipient_role=row["recipient_role"],
        account_ids=tuple(row["account_ids"]) if "account_ids" in row else (),
        number=number,
        purpose=row["purpose"],
        discloses_debt=row["purpose"] in PRESSING,
    )

"""
Put together what the gate looks at: one Situation for one way of reaching one party.

Reads:  the store, on the connection of the verb that asks
Gives:  Case (read once) and, for each contact point and channel, its Situation
Never:  judges, locks or writes. What is not on record stays None and is never taken as permission.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from arrears.contact.gate import Situation
from arrears.contact.number import counted_at
from arrears.kernel.money import together
from arrears.law.act import Act, PastContact, Standing
from arrears.law.local_time import local_date, plausible_zones
from arrears.store import contact, permits
from arrears.store.contact import Account, Party, Person, Point
from arrears.store.gate import Seen
from arrears.store.permits import OpenPermit

ROLES_BY_RANK = ("borrower", "co_borrower", "guarantor", "contact_person")
"""Somebody with several parts in the accounts is reached in the first of these."""


@dataclass(frozen=True, slots=True)
class Case:
    """One debtor with everybody around the debt, as of one moment."""

    debtor_id: str
    at: datetime
    people: Mapping[str, Person]
    accounts: tuple[Account, ...]
    parties: tuple[Party, ...]
    points: tuple[Point, ...]
    holds: Mapping[str, frozenset[str]]
    consents: Mapping[str, frozenset[str]]
    stopped: Mapping[str, frozenset[str]]
    declined: Mapping[str, date]
    history: tuple[PastContact, ...]
    permits: tuple[OpenPermit, ...]
    agreed: Mapping[str, datetime]

    def permit_open_for(self, recipient_id: str) -> OpenPermit | None:
        """The permit that is open about the debtor, or for whoever is to be reached, whoever's debt it is about."""
        people = {self.debtor_id, recipient_id}
        return next((each for each in self.permits if people & {each.debtor_id, each.recipient_id}), None)

    def role_of(self, person_id: str) -> str:
        """The recipient's part in the debt: third_party where the book names none."""
        roles = {party.role for party in self.parties if party.person_id == person_id}
        if person_id == self.debtor_id:
            return "borrower"
        return next((role for role in ROLES_BY_RANK if role in roles), "third_party")

    def accounts_with(self, person_id: str) -> tuple[Account, ...]:
        """The accounts in which the person has a part; all of the debtor's where the book names none."""
        if person_id == self.debtor_id:
            return self.accounts
        named = {party.account_id for party in self.parties if party.person_id == person_id}
        return tuple(account for account in self.accounts if account.account_id in named) or self.accounts


def counted(point: Point, people: Mapping[str, Person]) -> str:
    """The form by which a point is counted, read in the country of its owner."""
    owner = people.get(point.person_id)
    return counted_at(point.channel, point.value, owner.time_zone if owner else None)


def read_case(connection: Connection, debtor_id: str, at: datetime) -> Case:
    """Everything around the debtor, for every way of reaching anybody: what a preview looks at."""
    accounts = tuple(contact.accounts_of(connection, debtor_id))
    parties = tuple(contact.parties_of(connection, [account.account_id for account in accounts]))
    around = {debtor_id, *(party.person_id for party in parties)}
    points = tuple(contact.points_of(connection, around))
    known = contact.people_now(connection, around)
    numbers = {counted(point, known) for point in points}
    return Case(
        debtor_id=debtor_id,
        at=at,
        people=known,
        accounts=accounts,
        parties=parties,
        points=points,
        holds=contact.holds_of(connection, around, days_of(known.values(), at)),
        consents=contact.consents_of(connection, around, at),
        stopped=contact.channels_stopped(connection, around),
        declined=contact.declined_on(connection, debtor_id),
        history=tuple(contact.history(connection, debtor_id, around, numbers, at)),
        permits=permits.open_for(connection, around),
        agreed=contact.agreed_times(connection, debtor_id),
    )


def case_of(seen: Seen, people: Mapping[str, Person], at: datetime) -> Case:
    """What the gate read under lock for one point, whose owner and debtor are locked as `people`."""
    around = seen.around
    return Case(
        debtor_id=seen.debtor_id,
        at=at,
        people=people,
        accounts=around.accounts,
        parties=around.parties,
        points=around.points,
        holds=around.holds,
        consents=around.consents,
        stopped=around.stopped,
        declined=around.declined,
        history=seen.history,
        permits=around.permits,
        agreed=around.agreed,
    )


def situation(
    case: Case,
    point: Point,
    channel: str,
    *,
    purpose: str,
    claimed: bool | None,
    discloses_debt: bool,
    visits_enabled: bool,
    collector_id: str | None,
    facts: Mapping[str, str | int | bool | None] | None = None,
) -> Situation:
    """
    What the gate looks at for reaching the owner of `point` on `channel`. A permit of `collector_id` about the same
    debt is their own to end; any other that is open for the person stands against a new one.
    """
    recipient_id = point.person_id
    opened = case.permit_open_for(recipient_id)
    if opened is not None and (opened.collector_id, opened.debtor_id) == (collector_id, case.debtor_id):
        opened = None
    accounts = case.accounts_with(recipient_id)
    act = Act(
        at=case.at,
        channel=channel,
        debtor_id=case.debtor_id,
        recipient_id=recipient_id,
        recipient_role=case.role_of(recipient_id),
        account_ids=tuple(account.account_id for account in accounts),
        number=counted(point, case.people),
        purpose=purpose,
        lawful_source=point.lawful_source,
        discloses_debt=discloses_debt,
    )
    recipient, debtor = case.people.get(recipient_id), case.people.get(case.debtor_id)
    held = case.holds.get(case.debtor_id, frozenset())
    standings = tuple(
        Standing(
            time_zone=recipient.time_zone if recipient else None,
            holds=held,
            consents=case.consents.get(recipient_id, frozenset()),
            channels_stopped=case.stopped.get(recipient_id, frozenset()),
            declined_on=case.declined.get(recipient_id),
            debtor_dead="deceased" in held,
            debtor_incapable=debtor is not None and debtor.vulnerability == "incapacity",
            visits_enabled=visits_enabled,
            facts={**(facts or {}), "product": product, "debtor_number_invalid": _number_invalid(case)},
        )
        for product in sorted({account.product for account in accounts})
    )
    return Situation(
        act=act,
        standings=standings,
        history=case.history,
        overdue_cents=overdue_together(accounts),
        claimed=claimed,
        number_is_valid=point.valid,
        permit_open=None if opened is None else opened.attempt_id,
        agreed_at=case.agreed.get(recipient_id),
        recipient_holds=frozenset() if recipient_id == case.debtor_id else case.holds.get(recipient_id, frozenset()),
    )


def overdue_together(accounts: Iterable[Account]) -> int | None:
    """
    What is overdue on these accounts. Where one of them is unknown the sum is unknown, unless the known part
    alone is enough to say that something is overdue.
    """
    sums = together(account.overdue_cents for account in accounts)
    return None if sums.known <= 0 and sums.unknown else sums.known


def local_day_of(person: Person | None, at: datetime) -> date | None:
    """The calendar day at the person's place; None where the zone is unknown."""
    zones = plausible_zones(person.time_zone if person else None)
    return local_date(at, zones[0]) if zones else None


def days_of(people: Iterable[Person], at: datetime) -> list[date]:
    """Every local day that `at` may be for these people; for an unknown zone, any day on earth."""
    days = {local_date(at, zone) for person in people for zone in plausible_zones(person.time_zone)}
    return sorted(days) or [(at - timedelta(hours=12)).date(), (at + timedelta(hours=14)).date()]


def _number_invalid(case: Case) -> bool | None:
    """Whether every phone number of the debtor is known not to work; None where none is on file."""
    phones = [point for point in case.points if point.person_id == case.debtor_id and point.channel == "phone"]
    return all(point.valid is False for point in phones) if phones else None

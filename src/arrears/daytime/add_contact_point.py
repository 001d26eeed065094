"""
Take down a number or address of somebody that was lawfully learned by day: the way on where none of theirs works.

Reads:  the store
Gives:  PointAdded
Never:  takes a number of one person for another's, one without a lawful source, or what a contact person told where
        nobody spoke with one. Whether it may be used, and when, is asked of the gate each time.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from arrears.book.lawful_sources import LAWFUL_SOURCES
from arrears.contact.number import counted_at
from arrears.daytime.allowed import must_be_allowed
from arrears.daytime.explain import explained, must_say_why
from arrears.daytime.gather import local_day_of
from arrears.daytime.place_hold import locked_person
from arrears.daytime.transaction import drawn_id, in_one_transaction, must_be_aware, unusable
from arrears.evidence.verify import commitment
from arrears.kernel.fact import Fact, Json
from arrears.kernel.problem import Unusable
from arrears.kernel.reading.email import read_email
from arrears.kernel.reading.phone import read_phone
from arrears.kernel.reading.text import cleaned
from arrears.kernel.reading.unreadable import Unreadable
from arrears.store import contact
from arrears.store.contact import Person
from arrears.store.evidence import About, append
from arrears.store.open import Store

POINT_CHANNELS = ("phone", "email", "address")
FROM_A_CONTACT = "told_by_reserved_contact"
ADDRESS_LETTERS = (5, 300)
"""Fewer are no address; more is a story."""


@dataclass(frozen=True, slots=True)
class PointAdded:
    """`new` is False where the person had it already; then nothing was changed, and one known to be wrong stays so."""

    contact_point_id: str
    new: bool


def add_contact_point(
    store: Store,
    *,
    person_id: str,
    channel: str,
    value: str,
    lawful_source: str,
    by: str,
    at: datetime,
    why: str,
    obtained_on: date | None = None,
) -> PointAdded:
    """
    A contact point of the person, with its lawful source and, in `why`, how it was learned. `channel` is one of
    POINT_CHANNELS, `obtained_on` the day it was learned where they live (today where none is given).

    Raises Unusable `person_unknown`, `not_for_role`, `why_missing`, `channel_unknown`, `no_lawful_source`, the codes of
    kernel.reading for a value that is none, `number_of_somebody_else`, `nobody_told_us`, `obtained_in_the_future`.
    """
    must_be_aware(at)
    where = f"contact point of {person_id!r}"
    words = must_say_why(why, where, "taking it down")
    written = _read(channel, value, where)
    _must_be_lawful(lawful_source, where)

    def work(connection: Connection) -> PointAdded:
        must_be_allowed(connection, by, "contact_point.add")
        person = locked_person(connection, person_id)
        key = counted_at(channel, written, person.time_zone)
        # One number is taken down for one person at a time, or two at once would both be the first.
        contact.lock_number(connection, key)
        for point in contact.points_of(connection, [person_id]):
            if point.channel == channel and counted_at(channel, point.value, person.time_zone) == key:
                return PointAdded(point.contact_point_id, new=False)
        _must_be_theirs(connection, person, channel, key, where)
        if lawful_source == FROM_A_CONTACT and not contact.spoke_with_another(connection, person_id):
            raise _nobody_told_us(where)
        today = local_day_of(person, at) or at.date()
        if obtained_on is not None and obtained_on > today:
            raise unusable(
                "obtained_in_the_future",
                where,
                f"it would have been learned on {obtained_on}, and today is {today}.",
                "When it was learned shows whether its source was lawful then.",
                "Give the day on which it was learned, or none for today.",
            )
        point_id, salt = drawn_id("point"), secrets.token_bytes(32)
        contact.add_point(
            connection,
            {
                "contact_point_id": point_id,
                "person_id": person_id,
                "channel": channel,
                "value": written,
                "salt": salt,
                "lawful_source": lawful_source,
                "obtained_on": obtained_on or today,
                "valid": None,
                "added_at": at,
                "added_by": by,
            },
        )
        body: dict[str, Json] = {
            "contact_point_id": point_id,
            "person_id": person_id,
            "channel": channel,
            "lawful_source": lawful_source,
            "value": commitment(written, salt),
            "by": by,
            "why": explained(connection, about=point_id, kind="contact_point_added", words=words, by=by, at=at),
        }
        append(connection, [About(point_id, Fact("contact_point_added", at, body))])
        return PointAdded(point_id, new=True)

    return in_one_transaction(store, work)


def _read(channel: str, value: str, where: str) -> str:
    """The value as it is kept; read by the same rules as a book's."""
    if channel not in POINT_CHANNELS:
        raise unusable(
            "channel_unknown",
            where,
            f"{channel[:40]!r} is not a kind of contact point.",
            "How somebody may be reached follows from what it is.",
            f"Choose one of {', '.join(POINT_CHANNELS)}.",
        )
    try:
        if channel == "phone":
            return read_phone(value)
        return read_email(value) if channel == "email" else _read_address(value)
    except Unreadable as fault:
        raise unusable(
            fault.code,
            where,
            f"{fault}.",
            "Something that is not theirs, or not one number or address, would reach somebody else.",
            "Write one number or address of theirs and nothing else.",
        ) from fault


def _read_address(value: str) -> str:
    plain = cleaned(value)
    fewest, most = ADDRESS_LETTERS
    if not fewest <= len(plain) <= most or not any(letter.isalpha() for letter in plain):
        raise Unreadable("not_one_address", "it is not one postal address")
    return plain


def _must_be_lawful(lawful_source: str, where: str) -> None:
    if lawful_source not in LAWFUL_SOURCES:
        raise unusable(
            "no_lawful_source",
            where,
            f"{lawful_source[:40]!r} is not a lawful source.",
            "A number bought, searched out or coaxed from others is not used, whoever it belongs to.",
            f"Choose one of {', '.join(LAWFUL_SOURCES)}; where none is true, leave it.",
        )


def _must_be_theirs(connection: Connection, person: Person, channel: str, key: str, where: str) -> None:
    if contact.somebody_else_has(connection, person.person_id, channel, key):
        raise unusable(
            "number_of_somebody_else",
            where,
            "another person on record has it.",
            "A third party's number under the borrower's name would take a third party for the borrower.",
            "Leave it where it is; whoever it belongs to is reached, if at all, under their own name.",
        )


def _nobody_told_us(where: str) -> Unusable:
    return unusable(
        "nobody_told_us",
        where,
        "no conversation with a person they named is on record.",
        "What a contact person tells is asked for openly, once, without a word about the debt, and that is on record.",
        "Record their contact first, or choose the source that is true.",
    )

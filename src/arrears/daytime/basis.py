"""
What gives somebody the right to look at a person's data or to take their promise now.

Reads:  the store: claims, permits and inbound contacts
Gives:  Basis, or None
Never:  takes a role or a good intention for a right. Under a hold only what the borrower asks for is done, so only a
        contact that came from them gives it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from arrears.contact.gate import STOPPING_HOLDS
from arrears.daytime.gather import days_of
from arrears.store import contact, queue

ANSWER_WITHIN = timedelta(minutes=30)
"""How long a contact that was recorded gives the right to go on with it: as long as a lease."""


class Basis(StrEnum):
    """In the order in which they are looked for."""

    CLAIM = "claim"
    """They hold the case."""
    CONTACT = "contact"
    """They reached the person through a permit, or are doing so."""
    INBOUND = "inbound"
    """The person contacted them."""


def basis_of(connection: Connection, debtor_id: str, by: str, at: datetime) -> Basis | None:
    """The right of `by` in this debtor's case at `at`."""
    since = at - ANSWER_WITHIN
    if "deceased" in (held := stopping_holds(connection, debtor_id, at)):
        return None
    if held:
        return Basis.INBOUND if contact.inbound_since(connection, debtor_id, by, since) else None
    item = queue.live_item_of(connection, debtor_id)
    if item is not None and item.held_by(by, at):
        return Basis.CLAIM
    if contact.inbound_since(connection, debtor_id, by, since):
        return Basis.INBOUND
    return Basis.CONTACT if contact.reached_since(connection, debtor_id, by, since) else None


def stopping_holds(connection: Connection, debtor_id: str, at: datetime) -> frozenset[str]:
    """The holds in force for the debtor that stop collection."""
    people = contact.people_now(connection, [debtor_id])
    return contact.holds_of(connection, [debtor_id], days_of(people.values(), at))[debtor_id] & STOPPING_HOLDS

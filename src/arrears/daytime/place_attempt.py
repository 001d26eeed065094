"""
Ask the gate: what is allowed for a case now, and may this attempt happen.

Reads:  the store and the law
Gives:  Preview (what is allowed now, with every ground against the rest), Permit or Refusal
Never:  lets two collectors at once exceed a cap: the debtor and the number are locked, in that order, before the
        history is read, and the attempt is recorded before anybody is told of the permit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from arrears.contact.permit import Ground, Permit, Refusal
from arrears.law.load import Law
from arrears.store.open import Store


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
    raise NotImplementedError


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

    The number is dialled only after this returned a Permit. `request_key` makes a repeated request (a double click,
    a retry after a lost answer) give the first answer again. `discloses_debt` is taken as true for purpose
    "collect". `facts` are Standing.facts a visit needs. Raises Unusable `queue_item_unknown`,
    `contact_point_unknown`, `channel_unsuited`.
    """
    raise NotImplementedError

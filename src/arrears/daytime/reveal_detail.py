"""
Show a collector what a page masks, and keep that they looked.

Reads:  the store
Gives:  the value asked for, after the fact of asking is in the evidence log; or NotRevealed with why
Never:  shows a value whose reading is not recorded, or one of a case that the asker neither holds nor was contacted
        about. The fact carries ids and the purpose, never the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection

from arrears.daytime.basis import Basis, basis_of
from arrears.daytime.transaction import drawn_id, in_one_transaction, must_be_aware, unusable
from arrears.kernel.fact import Fact
from arrears.kernel.problem import Unusable
from arrears.store import contact, people, reveals
from arrears.store.evidence import About, append
from arrears.store.open import Store

PURPOSES = ("confirm_identity", "dial_by_hand", "answer_request", "write_letter", "correct_record")
TO_ANSWER = ("confirm_identity", "answer_request", "correct_record")
"""Purposes of somebody who was contacted: they answer; they don't begin a contact of their own."""

PER_HOUR_MAX = 30
"""How many details one user sees in an hour: more than a day of work asks for, less than a list to take along."""

HOUR = timedelta(hours=1)


class WhyHidden(StrEnum):
    """Why a detail is not shown."""

    NOT_YOUR_CASE = "not_your_case"
    """Neither claimed nor asked for by a contact of theirs that is on record."""
    ONLY_TO_ANSWER = "only_to_answer"
    """They were contacted, which gives the right to answer and to nothing else."""
    TOO_MANY = "too_many"
    """PER_HOUR_MAX is reached."""


@dataclass(frozen=True, slots=True)
class NotRevealed:
    """A detail that is not shown. `again_at` is when the hour's count has room again."""

    why: WhyHidden
    again_at: datetime | None = None


def reveal_detail(
    store: Store,
    *,
    person_id: str,
    purpose: str,
    by: str,
    at: datetime,
    contact_point_id: str | None = None,
    debtor_id: str | None = None,
) -> Mapping[str, object] | NotRevealed:
    """
    The person's identity (store.reveals.IDENTITY), or the value of one of their contact points (`value`), to whoever
    holds the case of `debtor_id` (the person's own where none is given) or was contacted about it.

    `purpose` is one of PURPOSES. Raises Unusable `purpose_unknown`, `user_unknown`, `person_unknown`,
    `contact_point_unknown`.
    """
    must_be_aware(at)
    if purpose not in PURPOSES:
        raise unusable(
            "purpose_unknown",
            "reveal",
            f"{purpose[:40]!r} is not a purpose.",
            "Reading a person's data is recorded with what it is for.",
            f"Give one of: {', '.join(PURPOSES)}.",
        )
    debtor = debtor_id or person_id

    def work(connection: Connection) -> Mapping[str, object] | NotRevealed:
        # One reveal of a user at a time, or two at once would both be the last of the hour.
        if not people.lock_user(connection, by):
            raise _unknown("user", by)
        found = reveals.detail(connection, person_id, contact_point_id)
        if found is None or not contact.has_part(connection, debtor, person_id):
            raise _unknown("contact_point" if contact_point_id else "person", person_id)
        basis = basis_of(connection, debtor, by, at)
        hidden = _hidden(basis, purpose) or _too_many(connection, by, at)
        if basis is None or hidden is not None:
            return hidden or NotRevealed(WhyHidden.NOT_YOUR_CASE)
        body = {"person_id": person_id, "purpose": purpose, "by": by, "contact_point_id": contact_point_id}
        reveals.add(connection, {**_row(body, at), "basis": str(basis)})
        told = {**body, "basis": str(basis), "debtor_id": debtor}
        append(connection, [About(contact_point_id or person_id, Fact("detail_revealed", at, told))])
        return found

    return in_one_transaction(store, work)


def _hidden(basis: Basis | None, purpose: str) -> NotRevealed | None:
    if basis is None:
        return NotRevealed(WhyHidden.NOT_YOUR_CASE)
    if basis is not Basis.CLAIM and purpose not in TO_ANSWER:
        return NotRevealed(WhyHidden.ONLY_TO_ANSWER)
    return None


def _too_many(connection: Connection, by: str, at: datetime) -> NotRevealed | None:
    seen = reveals.times_of(connection, by, at - HOUR)
    if len(seen) < PER_HOUR_MAX:
        return None
    return NotRevealed(WhyHidden.TOO_MANY, seen[-PER_HOUR_MAX] + HOUR)


def _row(body: Mapping[str, str | None], at: datetime) -> dict[str, object]:
    return {
        "reveal_id": drawn_id("reveal"),
        "user_id": body["by"],
        "at": at,
        "person_id": body["person_id"],
        "contact_point_id": body["contact_point_id"],
        "purpose": body["purpose"],
    }


def _unknown(kind: str, asked: str) -> Unusable:
    return unusable(
        f"{kind}_unknown",
        "reveal",
        f"there is no such {kind.replace('_', ' ')} of {asked!r}.",
        "There is nothing to show.",
        "Open the case again; a newer book may have replaced it.",
    )

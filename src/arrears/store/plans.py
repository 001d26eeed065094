"""
SQL of what is agreed with a borrower: their means, and the policy's authority that stands on record.

Reads:  a connection of the store
Gives:  rows of `means`, and the authority that the newest night was decided by; rows written
Never:  commits; decides what may be agreed (decision.settlement and playbook.propose do).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from arrears.store.schema import accounts, means, nights, persons


def authority_said(connection: Connection) -> tuple[str | None, Mapping[str, Any] | None]:
    """The newest night, and what its policy says of who may agree to what; None where it says nothing."""
    wanted = select(nights.c.night_id, nights.c.manifest).order_by(nights.c.as_of.desc(), nights.c.published_at.desc())
    row = connection.execute(wanted.limit(1)).first()
    return (None, None) if row is None else (row.night_id, (row.manifest or {}).get("settlement"))


def means_of(connection: Connection, person_id: str) -> RowMapping | None:
    """What the person last said they live on."""
    wanted = (
        select(means)
        .where(means.c.person_id == person_id)
        .order_by(means.c.recorded_at.desc(), means.c.means_id.desc())
        .limit(1)
    )
    return connection.execute(wanted).mappings().first()


def add_means(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(means).values(dict(values)))


def income_of(connection: Connection, person_id: str) -> RowMapping | None:
    """How and when the person's income comes in, as the book tells it."""
    wanted = select(persons.c.income_pattern, persons.c.payday).where(persons.c.person_id == person_id)
    return connection.execute(wanted).mappings().first()


def owed_by(connection: Connection, person_id: str) -> list[RowMapping]:
    """The person's accounts: id, currency and what is owed on each."""
    wanted = (
        select(accounts.c.account_id, accounts.c.currency, accounts.c.outstanding_cents)
        .where(accounts.c.person_id == person_id)
        .order_by(accounts.c.account_id)
    )
    return list(connection.execute(wanted).mappings())

"""
SQL of what is agreed with a borrower: their means, payment plans, and the policy's authority that stands on record.

Reads:  a connection of the store
Gives:  rows of `means` and of payment plans, the authority that the newest night was decided by; rows written
Never:  commits; decides what may be agreed (decision.settlement and playbook.propose do).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from arrears.store.schema import (
    accounts,
    means,
    nights,
    payment_plan_instalments,
    payment_plans,
    persons,
    promises,
)


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


# Payment plans.


def plans_of(connection: Connection, account_id: str) -> list[RowMapping]:
    """Every plan of the account, in the order agreed."""
    wanted = (
        select(payment_plans)
        .where(payment_plans.c.account_id == account_id)
        .order_by(payment_plans.c.agreed_at, payment_plans.c.payment_plan_id)
    )
    return list(connection.execute(wanted).mappings())


def plan_with_id(connection: Connection, payment_plan_id: str) -> RowMapping | None:
    wanted = select(payment_plans).where(payment_plans.c.payment_plan_id == payment_plan_id)
    return connection.execute(wanted).mappings().one_or_none()


def plan_of_request(connection: Connection, request_key: str) -> RowMapping | None:
    wanted = select(payment_plans).where(payment_plans.c.request_key == request_key)
    return connection.execute(wanted).mappings().one_or_none()


def unended_plan(connection: Connection, account_id: str) -> RowMapping | None:
    """The plan of the account that nothing has ended yet; whether it is being kept is the clock's to say."""
    wanted = select(payment_plans).where(payment_plans.c.account_id == account_id, payment_plans.c.ended_at.is_(None))
    return connection.execute(wanted).mappings().one_or_none()


def accounts_with_unended_plans(connection: Connection) -> list[RowMapping]:
    """Every plan that nothing has ended, by person: account_id, person_id, offset_minutes."""
    wanted = (
        select(payment_plans.c.account_id, payment_plans.c.person_id, payment_plans.c.offset_minutes)
        .where(payment_plans.c.ended_at.is_(None))
        .order_by(payment_plans.c.person_id, payment_plans.c.account_id)
    )
    return list(connection.execute(wanted).mappings())


def accounts_promised(connection: Connection) -> list[str]:
    """Accounts with a promise or a plan: their payments are followed, whether or not they are in a queue."""
    found = set(connection.execute(select(promises.c.account_id).distinct()).scalars())
    found |= set(connection.execute(select(payment_plans.c.account_id).distinct()).scalars())
    return sorted(found)


def instalments_of(connection: Connection, payment_plan_id: str) -> list[RowMapping]:
    wanted = (
        select(payment_plan_instalments)
        .where(payment_plan_instalments.c.payment_plan_id == payment_plan_id)
        .order_by(payment_plan_instalments.c.instalment_no)
    )
    return list(connection.execute(wanted).mappings())


def add_plan(connection: Connection, values: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> None:
    connection.execute(insert(payment_plans).values(dict(values)))
    connection.execute(insert(payment_plan_instalments), [dict(line) for line in lines])


def set_plan(connection: Connection, payment_plan_id: str, values: Mapping[str, Any]) -> None:
    connection.execute(
        update(payment_plans).where(payment_plans.c.payment_plan_id == payment_plan_id).values(dict(values))
    )

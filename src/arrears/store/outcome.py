"""
SQL of outcomes: holds, promises, payments and what they do to an account's figures.

Reads:  a connection of the store, in a transaction that may write
Gives:  rows of accounts, holds, promises and payments; rows written
Never:  commits; decides what an outcome means (outcome.table does) or how money is split (outcome.split_payment).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from arrears.store.schema import accounts, consents, holds, nights, payments, promises


def account_with_id(connection: Connection, account_id: str, *, lock: bool = False) -> RowMapping | None:
    wanted = select(accounts).where(accounts.c.account_id == account_id)
    return connection.execute(wanted.with_for_update() if lock else wanted).mappings().one_or_none()


def ageing_rules_said(connection: Connection, night_id: str) -> Mapping[str, Any]:
    """The ageing rules that a night was decided by, as its manifest keeps them; empty where it keeps none."""
    manifest = connection.execute(select(nights.c.manifest).where(nights.c.night_id == night_id)).scalar()
    said: Mapping[str, Any] = (manifest or {}).get("ageing_rules") or {}
    return said


def set_account(connection: Connection, account_id: str, values: Mapping[str, Any]) -> None:
    connection.execute(update(accounts).where(accounts.c.account_id == account_id).values(dict(values)))


def overdue_of(connection: Connection, account_ids: Sequence[str]) -> dict[str, int | None]:
    """Overdue cents by account; None is unknown."""
    wanted = select(accounts.c.account_id, accounts.c.overdue_cents).where(accounts.c.account_id.in_(list(account_ids)))
    return {row.account_id: row.overdue_cents for row in connection.execute(wanted)}


# Holds.


def hold_of_kind(connection: Connection, person_id: str, kind: str, day: date) -> RowMapping | None:
    """A hold of this kind in force for the person on `day`."""
    wanted = (
        select(holds)
        .where(
            holds.c.person_id == person_id,
            holds.c.kind == kind,
            holds.c.lifted_at.is_(None),
            holds.c.placed_on <= day,
            (holds.c.ends_on.is_(None)) | (holds.c.ends_on > day),
        )
        .order_by(holds.c.placed_on, holds.c.hold_id)
        .limit(1)
    )
    return connection.execute(wanted).mappings().one_or_none()


def hold_with_id(connection: Connection, hold_id: str, *, lock: bool = False) -> RowMapping | None:
    wanted = select(holds).where(holds.c.hold_id == hold_id)
    return connection.execute(wanted.with_for_update() if lock else wanted).mappings().one_or_none()


def add_hold(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(holds).values(dict(values)))


def set_hold(connection: Connection, hold_id: str, values: Mapping[str, Any]) -> None:
    connection.execute(update(holds).where(holds.c.hold_id == hold_id).values(dict(values)))


# Consents.


def add_consent(connection: Connection, person_id: str, kind: str, at: datetime) -> bool:
    """False where it was given already and not withdrawn."""
    if _running_consent(connection, person_id, kind) is not None:
        return False
    connection.execute(insert(consents).values(person_id=person_id, kind=kind, given_at=at))
    return True


def end_consent(connection: Connection, person_id: str, kind: str, at: datetime) -> bool:
    """False where there was none to withdraw."""
    given_at = _running_consent(connection, person_id, kind)
    if given_at is None:
        return False
    connection.execute(
        update(consents)
        .where(consents.c.person_id == person_id, consents.c.kind == kind, consents.c.given_at == given_at)
        .values(withdrawn_at=at)
    )
    return True


def _running_consent(connection: Connection, person_id: str, kind: str) -> datetime | None:
    given: datetime | None = connection.execute(
        select(consents.c.given_at).where(
            consents.c.person_id == person_id, consents.c.kind == kind, consents.c.withdrawn_at.is_(None)
        )
    ).scalar_one_or_none()
    return given


# Promises.


def promises_of(connection: Connection, account_id: str) -> list[RowMapping]:
    """Every promise of the account, in the order made."""
    wanted = (
        select(promises).where(promises.c.account_id == account_id).order_by(promises.c.made_at, promises.c.promise_id)
    )
    return list(connection.execute(wanted).mappings())


def promise_of_request(connection: Connection, request_key: str) -> RowMapping | None:
    wanted = select(promises).where(promises.c.request_key == request_key)
    return connection.execute(wanted).mappings().one_or_none()


def add_promise(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(promises).values(dict(values)))


# Payments.


def payment_with_id(connection: Connection, payment_id: str, *, lock: bool = False) -> RowMapping | None:
    wanted = select(payments).where(payments.c.payment_id == payment_id)
    return connection.execute(wanted.with_for_update() if lock else wanted).mappings().one_or_none()


def payments_of(connection: Connection, account_id: str) -> list[RowMapping]:
    """Every payment of the account that was not reversed, oldest first."""
    wanted = (
        select(payments)
        .where(payments.c.account_id == account_id, payments.c.reversed_on.is_(None))
        .order_by(payments.c.paid_on, payments.c.payment_id)
    )
    return list(connection.execute(wanted).mappings())


def add_payment(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(payments).values(dict(values)))


def set_payment(connection: Connection, payment_id: str, values: Mapping[str, Any]) -> None:
    connection.execute(update(payments).where(payments.c.payment_id == payment_id).values(dict(values)))

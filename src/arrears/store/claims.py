"""
SQL of claims: what the borrower said, the papers on it, the confirmed cause, the next step.

Reads:  a connection of the store
Gives:  rows by person; rows written; what is known beside them, to weigh them by
Never:  commits; decides where a claim stands (playbook.claims does)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, insert, select, update

from arrears.store.schema import accounts, claim_documents, claims, holds, next_steps, payments, persons, root_causes


def claims_of(connection: Connection, person_id: str) -> Sequence[RowMapping]:
    """Every claim that stands, in the order said."""
    wanted = (
        select(claims)
        .where(claims.c.person_id == person_id, claims.c.taken_back_at.is_(None))
        .order_by(claims.c.said_at, claims.c.claim_id)
    )
    return connection.execute(wanted).mappings().all()


def claim_with_id(connection: Connection, claim_id: str, *, lock: bool = False) -> RowMapping | None:
    return _one(connection, claims, claim_id, lock)


def claim_of_request(connection: Connection, request_key: str) -> RowMapping | None:
    return connection.execute(select(claims).where(claims.c.request_key == request_key)).mappings().one_or_none()


def documents_of(connection: Connection, person_id: str) -> Sequence[RowMapping]:
    """Every paper asked for or received, the oldest first; of claims that were taken back too."""
    wanted = (
        select(claim_documents)
        .where(claim_documents.c.person_id == person_id)
        .order_by(claim_documents.c.asked_at, claim_documents.c.received_at, claim_documents.c.document_id)
    )
    return connection.execute(wanted).mappings().all()


def document_with_id(connection: Connection, document_id: str, *, lock: bool = False) -> RowMapping | None:
    return _one(connection, claim_documents, document_id, lock)


def cause_of(connection: Connection, person_id: str) -> RowMapping | None:
    """The cause confirmed last; None where nobody has."""
    wanted = (
        select(root_causes)
        .where(root_causes.c.person_id == person_id)
        .order_by(root_causes.c.at.desc(), root_causes.c.root_cause_id.desc())
        .limit(1)
    )
    return connection.execute(wanted).mappings().one_or_none()


def step_of(connection: Connection, person_id: str) -> RowMapping | None:
    """The next step pinned last, unless it is done."""
    wanted = (
        select(next_steps)
        .where(next_steps.c.person_id == person_id)
        .order_by(next_steps.c.at.desc(), next_steps.c.next_step_id.desc())
        .limit(1)
    )
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None or row["done_at"] is not None else row


def step_with_id(connection: Connection, step_id: str) -> RowMapping | None:
    return _one(connection, next_steps, step_id, lock=False)


def add_claim(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(claims).values(dict(values)))


def add_document(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(claim_documents).values(dict(values)))


def add_cause(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(root_causes).values(dict(values)))


def add_step(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(next_steps).values(dict(values)))


def set_claim(connection: Connection, claim_id: str, values: Mapping[str, Any]) -> None:
    connection.execute(update(claims).where(claims.c.claim_id == claim_id).values(dict(values)))


def set_document(connection: Connection, document_id: str, values: Mapping[str, Any]) -> None:
    connection.execute(update(claim_documents).where(claim_documents.c.document_id == document_id).values(dict(values)))


def set_step(connection: Connection, step_id: str, values: Mapping[str, Any]) -> None:
    connection.execute(update(next_steps).where(next_steps.c.next_step_id == step_id).values(dict(values)))


def accounts_of(connection: Connection, person_id: str) -> Sequence[RowMapping]:
    """(account_id, currency, as_of) of the person's own accounts."""
    wanted = select(accounts.c.account_id, accounts.c.currency, accounts.c.as_of).where(
        accounts.c.person_id == person_id
    )
    return connection.execute(wanted).mappings().all()


def payments_of_person(connection: Connection, person_id: str) -> Sequence[RowMapping]:
    """Every payment of the person's own accounts, those taken back too."""
    mine = select(accounts.c.account_id).where(accounts.c.person_id == person_id)
    wanted = select(payments).where(payments.c.account_id.in_(mine)).order_by(payments.c.paid_on, payments.c.payment_id)
    return connection.execute(wanted).mappings().all()


def holds_of_book(connection: Connection, person_id: str) -> Sequence[RowMapping]:
    """Holds that the lender's book brought and nobody lifted."""
    wanted = select(holds.c.hold_id, holds.c.kind).where(
        holds.c.person_id == person_id, holds.c.source == "book", holds.c.lifted_at.is_(None)
    )
    return connection.execute(wanted.order_by(holds.c.hold_id)).mappings().all()


def payday_of(connection: Connection, person_id: str) -> int | None:
    """The payday on record, a day of the month; None where the book told none."""
    found: int | None = connection.execute(select(persons.c.payday).where(persons.c.person_id == person_id)).scalar()
    return found


def _one(connection: Connection, table: Table, row_id: str, lock: bool) -> RowMapping | None:
    wanted = select(table).where(next(iter(table.primary_key.columns)) == row_id)
    return connection.execute(wanted.with_for_update() if lock else wanted).mappings().one_or_none()

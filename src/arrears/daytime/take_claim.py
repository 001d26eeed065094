"""
Take down what the borrower says, take it back where it was a slip, and say where every claim stands.

Reads:  the store
Gives:  Ledger: claims with their standing, papers, cause and next step
Never:  takes a claim from somebody who is not in contact with the person, or puts their words into the log.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping

from arrears.daytime.basis import basis_of
from arrears.daytime.gather import local_day_of
from arrears.daytime.place_hold import locked_person, unknown_person
from arrears.daytime.transaction import drawn_id, in_one_transaction, must_be_aware, unusable
from arrears.evidence.verify import commitment
from arrears.kernel.fact import Fact, Json
from arrears.kernel.problem import Unusable
from arrears.kernel.reading.text import cleaned
from arrears.playbook.claims import (
    Claim,
    Document,
    Known,
    Money,
    Paid,
    Pointer,
    Standing,
    causes_pointed_to,
    faults,
    weigh,
)
from arrears.store import claims, contact
from arrears.store.evidence import About, append
from arrears.store.open import Store

WORDS_MAX = 500


@dataclass(frozen=True, slots=True)
class Ledger:
    """What one person said and what is known of it, of one moment."""

    rows: Sequence[RowMapping]
    standings: Mapping[str, Standing]
    documents: Sequence[RowMapping]
    pointers: tuple[Pointer, ...]
    cause: RowMapping | None
    step: RowMapping | None


def take_claim(
    store: Store,
    *,
    person_id: str,
    kind: str,
    by: str,
    at: datetime,
    amount_cents: int | None = None,
    currency: str | None = None,
    on: date | None = None,
    payday: int | None = None,
    account_id: str | None = None,
    words: str | None = None,
    attempt_id: str | None = None,
    request_key: str | None = None,
) -> str:
    """
    The id of the claim. `kind` is one of playbook.claims.CLAIM_KINDS; amounts are minor units of `currency`; `words`
    are the person's own, at most 500 letters.

    Raises Unusable `person_unknown`, `account_of_another`, `claim_needs_contact`, and the codes of claims.faults.
    """
    must_be_aware(at)
    plain = cleaned(words or "")[:WORDS_MAX] or None

    def work(connection: Connection) -> str:
        person = locked_person(connection, person_id)
        earlier = claims.claim_of_request(connection, request_key) if request_key else None
        if earlier is not None:
            return str(earlier["claim_id"])
        today = local_day_of(person, at) or at.date()
        found = faults(kind, amount_cents=amount_cents, currency=currency, on=on, payday=payday, today=today)
        if found:
            raise Unusable(found[0])
        mine = {row["account_id"] for row in claims.accounts_of(connection, person_id)}
        if account_id is not None and account_id not in mine:
            raise unusable(
                "account_of_another",
                f"account {account_id!r}",
                "is not an account of this person.",
                "What is claimed of one debt says nothing of another's.",
                "Choose an account of theirs, or none.",
            )
        must_be_in_contact(connection, person_id, by, at)
        salt = secrets.token_bytes(32)
        row: dict[str, Any] = {
            "claim_id": drawn_id("claim"),
            "person_id": person_id,
            "account_id": account_id,
            "kind": kind,
            "said_at": at,
            "amount_cents": amount_cents,
            "currency": currency if amount_cents is not None else None,
            "about_on": on,
            "payday": payday,
            "words": plain,
            "words_salt": None if plain is None else salt,
            "attempt_id": attempt_id,
            "taken_by": by,
            "request_key": request_key,
        }
        claims.add_claim(connection, row)
        body: dict[str, Json] = {
            **{name: row[name] for name in ("claim_id", "person_id", "account_id", "kind", "amount_cents", "currency")},
            "about_on": None if on is None else on.isoformat(),
            "payday": payday,
            "words": None if plain is None else commitment(plain, salt),
            "attempt_id": attempt_id,
            "by": by,
        }
        append(connection, [About(str(row["claim_id"]), Fact("claim_taken", at, body))])
        return str(row["claim_id"])

    return in_one_transaction(store, work)


def take_back_claim(store: Store, claim_id: str, *, by: str, at: datetime) -> bool:
    """
    A slip of the pen counts no more; False where it did not count already. By whoever took it down. Raises Unusable
    `claim_not_found`, `claim_of_another`.
    """
    must_be_aware(at)

    def work(connection: Connection) -> bool:
        row = known_claim(connection, claim_id)
        if row["taken_by"] != by:
            raise unusable(
                "claim_of_another",
                f"claim {claim_id!r}",
                "was taken down by somebody else.",
                "Only who heard it knows that it was not said.",
                "Take down what they say now as a claim of its own; the two are compared.",
            )
        if row["taken_back_at"] is not None:
            return False
        claims.set_claim(connection, claim_id, {"taken_back_at": at})
        body: dict[str, Json] = {"claim_id": claim_id, "person_id": row["person_id"], "by": by}
        append(connection, [About(claim_id, Fact("claim_taken_back", at, body))])
        return True

    return in_one_transaction(store, work)


def known_claim(connection: Connection, claim_id: str) -> RowMapping:
    """The claim's row, its person locked; Unusable `claim_not_found` where there is none."""
    row = claims.claim_with_id(connection, claim_id)
    if row is None:
        raise claim_not_found(claim_id)
    locked_person(connection, row["person_id"])
    return claims.claim_with_id(connection, claim_id, lock=True) or row


def claim_not_found(claim_id: str) -> Unusable:
    """No claim of that id is on record."""
    return unusable(
        "claim_not_found",
        f"claim {claim_id!r}",
        "is not on record.",
        "A paper or a reading belongs to a claim that was taken down.",
        "Choose one that the case page or `arrears claim list` shows.",
    )


def must_be_in_contact(connection: Connection, person_id: str, by: str, at: datetime) -> None:
    """What somebody says is heard in a contact, or comes in one of theirs."""
    if basis_of(connection, person_id, by, at) is None:
        raise unusable(
            "claim_needs_contact",
            f"person {person_id!r}",
            f"{by!r} neither holds the case nor was in contact with them.",
            "What a borrower says is heard: in a permitted contact, or in one of theirs that is on record.",
            "Take the case first, or record that they contacted you.",
        )


def known_ledger(store: Store, person_id: str, at: datetime) -> Ledger:
    """The ledger of a person on record. Raises Unusable `person_unknown`."""
    with store.read() as connection:
        if person_id not in contact.people_now(connection, [person_id]):
            raise unknown_person(person_id)
        return ledger_of(connection, person_id, at)


def ledger_of(connection: Connection, person_id: str, at: datetime, cards: Sequence[str] = ()) -> Ledger:
    """Everything the person said and where it stands at `at`; `cards` are those that match what was said."""
    rows = claims.claims_of(connection, person_id)
    papers = claims.documents_of(connection, person_id)
    person = contact.people_now(connection, [person_id])[person_id]
    known = _known(connection, person_id, local_day_of(person, at) or at.date(), rows, papers)
    standings = {claim.claim_id: weigh(claim, known) for claim in known.claims}
    return Ledger(
        rows=rows,
        standings=standings,
        documents=papers,
        pointers=causes_pointed_to(known.claims, standings, cards),
        cause=claims.cause_of(connection, person_id),
        step=claims.step_of(connection, person_id),
    )


def _known(
    connection: Connection,
    person_id: str,
    today: date,
    rows: Sequence[RowMapping],
    papers: Sequence[RowMapping],
) -> Known:
    accounts = claims.accounts_of(connection, person_id)
    return Known(
        today=today,
        book_day=min((row["as_of"] for row in accounts), default=None),
        payments=[
            Paid(
                row["payment_id"],
                row["account_id"],
                Money(row["amount_cents"], row["currency"]),
                row["paid_on"],
                row["reversed_on"],
            )
            for row in claims.payments_of_person(connection, person_id)
        ],
        documents=[
            Document(
                row["document_id"],
                row["claim_id"],
                row["asked_at"] and row["asked_at"].date(),
                row["received_at"] and row["received_at"].date(),
                row["supports"],
                row["read_at"],
            )
            for row in papers
        ],
        claims=[
            Claim(
                claim_id=row["claim_id"],
                kind=row["kind"],
                said_at=row["said_at"],
                amount_cents=row["amount_cents"],
                currency=row["currency"],
                on=row["about_on"],
                payday=row["payday"],
                account_id=row["account_id"],
            )
            for row in rows
        ],
        holds=[(row["hold_id"], row["kind"]) for row in claims.holds_of_book(connection, person_id)],
        payday=claims.payday_of(connection, person_id),
    )

"""
Take a promise to pay.

Reads:  the store
Gives:  PromiseTaken
Never:  takes a promise above what is owed, or for a time that has passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping

from arrears.daytime.allowed import is_feed
from arrears.daytime.basis import basis_of, stopping_holds
from arrears.daytime.place_hold import locked_person, withdrawn_facts
from arrears.daytime.promise_standing import promises_at, running_plan
from arrears.daytime.take_case import case_fact
from arrears.daytime.transaction import drawn_id, in_one_transaction, must_be_aware, unusable
from arrears.kernel.fact import Fact, Json
from arrears.kernel.problem import Unusable
from arrears.kernel.reasons import Reason
from arrears.outcome.promise import faults
from arrears.store import outcome, queue
from arrears.store.evidence import About, append
from arrears.store.open import Store

TOLERANCE_HOURS = 24
PROMISED = "promised"
"""Why a case is done: the outcome of the same name."""


@dataclass(frozen=True, slots=True)
class PromiseTaken:
    """Amount in minor units. `supersedes` are the ids of promises of the account that it takes the place of."""

    promise_id: str
    account_id: str
    person_id: str
    amount_cents: int
    currency: str
    made_at: datetime
    due_at: datetime
    tolerance_hours: int
    supersedes: tuple[str, ...]
    withdrawn: tuple[str, ...]
    """Queue items closed because of it."""


def take_promise(
    store: Store,
    *,
    account_id: str,
    amount_cents: int,
    due_at: datetime,
    channel: str,
    money_source: str,
    by: str,
    at: datetime,
    attempt_id: str | None = None,
    tolerance_hours: int = TOLERANCE_HOURS,
    request_key: str | None = None,
) -> PromiseTaken:
    """
    A promise of the account's borrower. `channel` is one of outcome.promise.CHANNELS, `money_source` one of
    outcome.promise.MONEY_SOURCES. Keep the borrower's offset in `due_at`: "due today" is read in it.

    It is taken by whoever holds the case or is in contact with the borrower; while a hold is in force, by whoever the
    borrower contacted. Raises Unusable `account_unknown`, `promise_not_positive`, `promise_above_balance`,
    `promise_in_the_past`, `promise_channel_unknown`, `promise_money_source_unknown`, `promise_needs_borrower`,
    `promise_needs_contact`, `promise_under_hold`, `promise_within_plan`.
    """
    made_at, due_at = must_be_aware(at), must_be_aware(due_at)
    offset = due_at.utcoffset() or timedelta()
    said: dict[str, Any] = {
        "account_id": account_id,
        "amount_cents": amount_cents,
        "made_at": made_at,
        "due_at": due_at,
        "tolerance_hours": tolerance_hours,
        "channel": channel,
        "money_source": money_source,
    }

    def work(connection: Connection) -> PromiseTaken:
        person_id = borrower_of(known_account(connection, account_id))
        locked_person(connection, person_id)
        earlier = outcome.promise_of_request(connection, request_key) if request_key else None
        if earlier is not None:
            return _taken(earlier, (), ())
        account = known_account(connection, account_id, lock=True)
        found = faults(**said, outstanding_cents=account["outstanding_cents"])
        if found:
            raise Unusable(found[0])
        must_be_in_contact(connection, person_id, by, made_at)
        _must_be_without_plan(connection, account_id, made_at)
        before = _open_promises(connection, account_id, made_at)
        row = {
            **said,
            "promise_id": drawn_id("promise"),
            "person_id": person_id,
            "currency": account["currency"],
            "due_offset_minutes": int(offset.total_seconds() // 60),
            "taken_by": by,
            "attempt_id": attempt_id,
            "request_key": request_key,
        }
        outcome.add_promise(connection, row)
        replaced = tuple(sorted(before - _open_promises(connection, account_id, made_at)))
        closed, facts = close_work(connection, person_id, by, made_at)
        append(connection, [_fact(row, replaced), *facts])
        return _taken(row, replaced, closed)

    return in_one_transaction(store, work)


def borrower_of(account: RowMapping) -> str:
    if account["person_id"] is None:
        raise unusable(
            "promise_needs_borrower",
            f"account {account['account_id']!r}",
            "has no borrower on record.",
            "A promise is somebody's.",
            "Send the borrower with the next book.",
        )
    return str(account["person_id"])


def must_be_in_contact(connection: Connection, person_id: str, by: str, at: datetime) -> None:
    """A promise is made to somebody, in a contact that is on record."""
    if is_feed(by, "promise.take") or basis_of(connection, person_id, by, at) is not None:
        return
    held = sorted(stopping_holds(connection, person_id, at))
    if held:
        raise unusable(
            "promise_under_hold",
            f"person {person_id!r}",
            f"collection is on hold ({', '.join(held)}).",
            "While a hold is in force only what the borrower asks for is done.",
            "Where they contacted you, record that contact first; then the promise.",
        )
    raise unusable(
        "promise_needs_contact",
        f"person {person_id!r}",
        f"{by!r} neither holds the case nor was in contact with them.",
        "A promise is made to somebody: in a permitted contact, or in one of theirs that is on record.",
        "Take the case first, or record that they contacted you.",
    )


def _must_be_without_plan(connection: Connection, account_id: str, at: datetime) -> None:
    """A plan says already what is paid and when; a promise beside it would take its place unsaid."""
    plan = running_plan(connection, account_id, at)
    if plan is not None:
        raise unusable(
            "promise_within_plan",
            f"promise for account {account_id!r}",
            f"plan {plan.row['payment_plan_id']} is being kept on it.",
            "The plan says what is paid and when, and a second promise of the same money would count it twice.",
            "Record the payment when it comes; the plan counts it.",
        )


def _open_promises(connection: Connection, account_id: str, at: datetime) -> set[str]:
    return {standing.promise_id for standing in promises_at(connection, account_id, at) if standing.status.is_open}


def _fact(row: Mapping[str, Any], replaced: tuple[str, ...]) -> About:
    names = ("promise_id", "account_id", "person_id", "amount_cents", "currency", "tolerance_hours", "channel")
    body: dict[str, Json] = {
        **{name: row[name] for name in (*names, "money_source", "attempt_id")},
        "due_at": row["due_at"].isoformat(),
        "supersedes": list(replaced),
        "by": row["taken_by"],
    }
    return About(row["promise_id"], Fact("promise_taken", row["made_at"], body))


def known_account(connection: Connection, account_id: str, *, lock: bool = False) -> RowMapping:
    """The account's row; Unusable `account_unknown` where there is none."""
    account = outcome.account_with_id(connection, account_id, lock=lock)
    if account is None:
        raise unusable(
            "account_unknown",
            f"account {account_id!r}",
            "is not on record.",
            "Money and promises belong to an account of the book.",
            "Check the account number, or publish the book that has it first.",
        )
    return account


def close_work(connection: Connection, person_id: str, by: str, at: datetime) -> tuple[tuple[str, ...], list[About]]:
    """The taker's own case is worked; a case of somebody else, or of nobody, is withdrawn."""
    mine = [item for item in queue.live_items(connection, [person_id]) if item.claimed_by == by]
    facts = []
    for item in mine:
        queue.set_done(connection, item.queue_item_id, at, PROMISED)
        facts.append(case_fact("case_finished", item, by, at, why=PROMISED))
    withdrawn = queue.withdraw(connection, person_id, Reason.WITHDRAWN_PROMISE_TAKEN, at)
    facts += withdrawn_facts(withdrawn, person_id, Reason.WITHDRAWN_PROMISE_TAKEN, at)
    return (*(item.queue_item_id for item in mine), *withdrawn), facts


def _taken(row: Mapping[str, Any] | RowMapping, supersedes: tuple[str, ...], closed: tuple[str, ...]) -> PromiseTaken:
    return PromiseTaken(
        promise_id=row["promise_id"],
        account_id=row["account_id"],
        person_id=row["person_id"],
        amount_cents=row["amount_cents"],
        currency=row["currency"],
        made_at=row["made_at"],
        due_at=row["due_at"],
        tolerance_hours=row["tolerance_hours"],
        supersedes=supersedes,
        withdrawn=closed,
    )

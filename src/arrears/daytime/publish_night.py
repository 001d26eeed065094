"""
Publish a night into the store.

Reads:  the files of a night and of the book it decided on (night_files says which); the store
Gives:  NightLoaded
Never:  publishes half a night: one transaction, so a kill half-way leaves the store as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from arrears.ageing.table import AGED
from arrears.daytime.keep_plan import follow_every_plan
from arrears.daytime.night_files import (
    NightFiles,
    currencies_of,
    of_accounts,
    of_the_book,
    queued_accounts,
    since_of,
    zones_of,
)
from arrears.daytime.take_off_payments import take_off_payments
from arrears.daytime.transaction import in_one_transaction, must_be_aware, unusable
from arrears.decision.table import PLAN
from arrears.kernel.fact import Fact, Json
from arrears.queue.table import QUEUE
from arrears.store import night as sql
from arrears.store import plans, queue
from arrears.store.evidence import About, append
from arrears.store.open import Store

HISTORY_DAYS = 92
"""Days of contact history taken into the store: longer than any counter of the law packs looks back."""


@dataclass(frozen=True, slots=True)
class NightLoaded:
    """`new` is False where this very night had been published before; then nothing changed."""

    night_id: str
    as_of: date
    new: bool
    persons: int
    accounts: int
    queue_items: int
    withdrawn: int


def load_night(
    store: Store, night_dir: Path, book_dir: Path, *, at: datetime, history_days: int = HISTORY_DAYS
) -> NightLoaded:
    """
    Persons, accounts, parties, contact points, recent contacts, plan and queue in one transaction; live items of
    older nights are withdrawn as `withdrawn_next_night`, holds and payments the day knows keep people out.

    A day decided anew is published when the night names the one it replaces.
    Schedules, payments and pauses are taken for the accounts in tonight's queue, which are those whose page is read;
    payments also for accounts with a promise or a plan, which are held out of the queue while they are kept.
    Publishing the same night again changes nothing. Raises Unusable `night_unreadable`, `night_differs` (another
    plan for a day already published, that does not replace it), `night_older_than_last`, `night_of_another_book`.
    """
    must_be_aware(at)
    night = NightFiles.read(night_dir, book_dir)

    def work(connection: Connection) -> NightLoaded:
        known = sql.nights_of_day(connection, night.as_of)
        if _is_published(known, night):
            return NightLoaded(night.night_id, night.as_of, False, 0, 0, 0, 0)
        last = sql.latest_day(connection)
        if last is not None and last > night.as_of:
            raise unusable(
                "night_older_than_last",
                str(night_dir),
                f"it is the night of {night.as_of}, and {last} is published.",
                "Work queued today must not be replaced by an older decision.",
                "Publish the night of a later day.",
            )
        return _publish(connection, night, at, history_days)

    return in_one_transaction(store, work)


def _publish(connection: Connection, night: NightFiles, at: datetime, history_days: int) -> NightLoaded:
    night_id, as_of = night.night_id, night.as_of
    queued = queued_accounts(night)
    sql.add_night(
        connection,
        {
            "night_id": night_id,
            "as_of": as_of,
            "published_at": at,
            "policy_id": night.manifest["policy_id"],
            "law_id": night.manifest["law_id"],
            "digest": night.digest,
            "manifest": night.manifest,
        },
    )
    people = sql.load_persons(connection, night.book_batches("persons"))
    accounts = sql.load_accounts(
        connection, night.batches("aged", AGED), of_the_book(night, sql.FROM_BOOK), night_id, as_of
    )
    if night.has("parties"):
        sql.load_parties(connection, night.book_batches("parties"))
    if night.has("contact_points"):
        sql.load_contact_points(connection, night.book_batches("contact_points"))
    if night.has("contacts"):
        since = datetime.combine(as_of, time(), timezone.utc) - timedelta(days=history_days)  # noqa: UP017
        sql.load_contacts(connection, since_of(night.book_batches("contacts"), since), zones_of(night))
    if night.has("holds"):
        sql.load_holds(connection, night.book_batches("holds"), as_of)
    if night.has("instalments"):
        wanted = of_accounts(night.book_batches("instalments"), queued)
        sql.load_schedules(connection, wanted, queued)
    if night.has("pauses"):
        sql.load_pauses(connection, of_accounts(night.book_batches("pauses"), queued), queued)
    if night.has("payments"):
        currencies = currencies_of(night)
        followed = sorted({*queued, *plans.accounts_promised(connection)})
        wanted = of_accounts(night.book_batches("payments"), followed)
        sql.load_payments(connection, wanted, currencies)
    of_plans = follow_every_plan(connection, by="night", at=at)
    sql.load_plan(connection, night.batches("plan", PLAN), night_id)
    withdrawn = queue.withdraw_other_nights(connection, night_id, at)
    items = sql.load_queue(
        connection, night.batches("queue", QUEUE), night_id, at, night.manifest.get("for_decision") or ()
    )
    sql.let_rest_until_agreed(connection, night_id)
    take_off_payments(connection, night)
    sql.withdraw_paid(connection, night_id, at)
    body: dict[str, Json] = {
        "night_id": night_id,
        "as_of": as_of.isoformat(),
        "digest": night.digest,
        "policy_id": night.manifest["policy_id"],
        "law_id": night.manifest["law_id"],
        "accounts": accounts,
        "queue_items": items,
        "withdrawn": len(withdrawn),
    }
    append(connection, [About(night_id, Fact("night_published", at, body)), *of_plans])
    return NightLoaded(night_id, as_of, True, people, accounts, items, len(withdrawn))


def _is_published(known: Sequence[Any], night: NightFiles) -> bool:
    """Whether this very night is in the store. Another of its day is refused, unless it replaces the last one."""
    if any((each["night_id"], each["digest"]) == (night.night_id, night.digest) for each in known):
        return True
    if any(each["night_id"] == night.night_id for each in known):
        told = "with another plan under the same id"
    elif known and night.manifest.get("replaces") != known[-1]["night_id"]:
        told = "with another plan, and this one does not say that it replaces it"
    else:
        return False
    raise unusable(
        "night_differs",
        str(night.directory),
        f"the night of {night.as_of} is published as {known[-1]['night_id']}, {told}.",
        "A day is decided once; what people have begun to work must not change under their hands unawares.",
        "Keep the published night, or decide the day anew with `arrears night run --again`.",
    )

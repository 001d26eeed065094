"""
Publish a night into the store.

Reads:  a night's directory and the directory of the book it decided on; the store
Gives:  NightLoaded
Never:  publishes half a night: one transaction, so a kill half-way leaves the store as it was.

A night's directory holds

    manifest.json   night_id, as_of, policy_id, law_id, and whatever the night page shows (kept as it is);
                    optionally day_read_at, the instant at which `day_tables` was read for it, and ageing_rules,
                    by which the day counts too (without them, this project's own)
    plan.parquet    decision.table.PLAN
    queue.parquet   queue.table.QUEUE
    aged.parquet    ageing.table.AGED

and a book's directory is what `book.publish` made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from sqlalchemy import Connection

from arrears.ageing.rules import AgeingRules
from arrears.ageing.table import AGED
from arrears.book.read import manifest_of
from arrears.book.table import TABLES
from arrears.daytime.receive_payment import figures_after, overdue_parts
from arrears.daytime.transaction import in_one_transaction, must_be_aware, unusable
from arrears.decision.table import PLAN
from arrears.kernel.fact import Fact, Json
from arrears.kernel.money import together
from arrears.kernel.table import Columns, arrow_schema
from arrears.outcome.split_payment import split
from arrears.queue.table import QUEUE
from arrears.store import night as sql
from arrears.store import outcome, queue
from arrears.store.evidence import About, append
from arrears.store.open import Store

HISTORY_DAYS = 92
"""Days of contact history taken into the store: longer than any counter of the law packs looks back."""

NIGHT_FILES = ("aged.parquet", "plan.parquet", "queue.parquet")


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
    Schedules, payments and pauses are taken for the accounts in tonight's queue, which are those whose page is read.
    Publishing the same night again changes nothing. Raises Unusable `night_unreadable`, `night_differs` (another
    plan for a day already published, that does not replace it), `night_older_than_last`, `night_of_another_book`.
    """
    must_be_aware(at)
    night = _Night.read(night_dir, book_dir)

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


@dataclass(frozen=True, slots=True)
class _Night:
    """What is read before the transaction begins."""

    directory: Path
    book: Path
    manifest: dict[str, Any]
    book_manifest: dict[str, Any]
    digest: str

    @classmethod
    def read(cls, directory: Path, book: Path) -> _Night:
        try:
            manifest = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
            for key in ("night_id", "policy_id", "law_id"):
                manifest[key] = str(manifest[key])
            date.fromisoformat(manifest["as_of"])
            digest = hashlib.sha256()
            for name in NIGHT_FILES:
                with (directory / name).open("rb") as file:
                    found = hashlib.file_digest(file, "sha256")
                if manifest.get("files", {}).get(name, found.hexdigest()) != found.hexdigest():
                    raise ValueError(f"{name} is not the file that its manifest names")
                digest.update(found.digest())
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise unusable(
                "night_unreadable",
                str(directory),
                f"it is not a whole night ({type(fault).__name__}: {fault}).",
                "Only a night that was written to its end is published.",
                f"Run the night again; it writes manifest.json, {', '.join(NIGHT_FILES)}.",
            ) from fault
        made = cls(directory, book, manifest, manifest_of(book), digest.hexdigest())
        if made.book_manifest["as_of"] != manifest["as_of"]:
            raise unusable(
                "night_of_another_book",
                str(directory),
                f"the night is of {manifest['as_of']} and the book {book} of {made.book_manifest['as_of']}.",
                "A plan is read beside the figures it was made from.",
                "Give the book that the night decided on.",
            )
        return made

    @property
    def night_id(self) -> str:
        return str(self.manifest["night_id"])

    @property
    def as_of(self) -> date:
        return date.fromisoformat(self.manifest["as_of"])

    def has(self, table: str) -> bool:
        """Whether the lender sent this table of the book."""
        return table not in self.book_manifest["absent"]

    def batches(self, name: str, columns: Columns) -> Iterator[pa.RecordBatch]:
        """A file of the night, with the columns of its contract."""
        yield from _read(self.directory / f"{name}.parquet", columns)

    def book_batches(self, table: str) -> Iterator[pa.RecordBatch]:
        """A table of the book; nothing where it was not sent."""
        if self.has(table):
            yield from _read(self.book / f"{table}.parquet", TABLES[table])


def _read(path: Path, columns: Columns) -> Iterator[pa.RecordBatch]:
    schema = arrow_schema(columns)
    for batch in pq.ParquetFile(path).iter_batches(batch_size=50_000, columns=list(columns)):
        yield from pa.Table.from_batches([batch]).select(list(columns)).cast(schema).to_batches()


def _publish(connection: Connection, night: _Night, at: datetime, history_days: int) -> NightLoaded:
    night_id, as_of = night.night_id, night.as_of
    queued_accounts = _queued_accounts(night)
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
    accounts = sql.load_accounts(connection, night.batches("aged", AGED), _of_the_book(night), night_id, as_of)
    if night.has("parties"):
        sql.load_parties(connection, night.book_batches("parties"))
    if night.has("contact_points"):
        sql.load_contact_points(connection, night.book_batches("contact_points"))
    if night.has("contacts"):
        since = datetime.combine(as_of, time(), timezone.utc) - timedelta(days=history_days)  # noqa: UP017
        sql.load_contacts(connection, _since(night.book_batches("contacts"), since), _zones(night))
    if night.has("holds"):
        sql.load_holds(connection, night.book_batches("holds"), as_of)
    if night.has("instalments"):
        wanted = _of_accounts(night.book_batches("instalments"), queued_accounts)
        sql.load_schedules(connection, wanted, queued_accounts)
    if night.has("pauses"):
        sql.load_pauses(connection, _of_accounts(night.book_batches("pauses"), queued_accounts), queued_accounts)
    if night.has("payments"):
        currencies = _currencies(night)
        wanted = _of_accounts(night.book_batches("payments"), queued_accounts)
        sql.load_payments(connection, wanted, currencies)
    sql.load_plan(connection, night.batches("plan", PLAN), night_id)
    withdrawn = queue.withdraw_other_nights(connection, night_id, at)
    items = sql.load_queue(connection, night.batches("queue", QUEUE), night_id, at)
    sql.let_rest_until_agreed(connection, night_id)
    _take_off_payments(connection, night)
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
    append(connection, [About(night_id, Fact("night_published", at, body))])
    return NightLoaded(night_id, as_of, True, people, accounts, items, len(withdrawn))


def _is_published(known: Sequence[Any], night: _Night) -> bool:
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


def _queued_accounts(night: _Night) -> list[str]:
    """Accounts of tonight's queue, sorted."""
    found: set[str] = set()
    for batch in night.batches("queue", QUEUE):
        found.update(pc.list_flatten(batch.column("account_ids")).to_pylist())
    return sorted(found)


def _of_the_book(night: _Night) -> dict[str, Sequence[Any]]:
    """The columns of an account that ageing does not carry."""
    names = ("account_id", *sql.FROM_BOOK)
    found: dict[str, Sequence[Any]] = {}
    for batch in night.book_batches("accounts"):
        for account_id, *values in zip(*(batch.column(name).to_pylist() for name in names), strict=True):
            if any(value is not None for value in values):
                found[account_id] = values
    return found


def _currencies(night: _Night) -> dict[str, str]:
    found: dict[str, str] = {}
    for batch in night.book_batches("accounts"):
        found.update(zip(batch.column("account_id").to_pylist(), batch.column("currency").to_pylist(), strict=True))
    return found


def _zones(night: _Night) -> dict[str, str | None]:
    """person_id to time zone, as the book has it."""
    found: dict[str, str | None] = {}
    for batch in night.book_batches("persons"):
        found.update(zip(batch.column("person_id").to_pylist(), batch.column("time_zone").to_pylist(), strict=True))
    return found


def _since(batches: Iterable[pa.RecordBatch], since: datetime) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        recent = batch.filter(pc.greater_equal(batch.column("at"), pa.scalar(since, pa.timestamp("us", tz="UTC"))))
        if recent.num_rows:
            yield recent


def _of_accounts(batches: Iterable[pa.RecordBatch], account_ids: Sequence[str]) -> Iterator[pa.RecordBatch]:
    wanted = pa.array(account_ids, pa.string())
    for batch in batches:
        some = batch.filter(pc.is_in(batch.column("account_id"), value_set=wanted))
        if some.num_rows:
            yield some


def _take_off_payments(connection: Connection, night: _Night) -> None:
    """
    What the day received and the night had not seen comes off the night's figures, and off the queue.

    A payment that the book lists was seen, and so was one that `day_tables` had given when the night read it. A book
    without payments has them in its balances up to its own day.
    """
    since = sql.payments_since(connection, night.as_of)
    listed = _listed(night, [payment["payment_id"] for payment in since])
    read_at = night.manifest.get("day_read_at")
    unseen = [
        payment
        for payment in since
        if payment["payment_id"] not in listed
        and not (read_at is not None and payment["received_at"] <= datetime.fromisoformat(read_at))
        and (night.has("payments") or payment["learned_on"] > night.as_of)
    ]
    rules = AgeingRules.from_said(night.manifest.get("ageing_rules") or {}, where=str(night.directory))
    people = set()
    for payment in unseen:
        account = outcome.account_with_id(connection, payment["account_id"])
        if account is None:
            continue
        shares = split(
            payment["amount_cents"],
            overdue_parts(account),
            product=account["product"],
            days_past_due=account["days_past_due"],
            designation=payment["designation"],
            rules=rules,
        )
        outcome.set_account(
            connection,
            payment["account_id"],
            figures_after(account, shares.taken, payment["amount_cents"], rules),
        )
        outcome.set_payment(connection, payment["payment_id"], {"split": dict(shares.taken)})
        people.add(account["person_id"])
    for item in sql.items_of_people(connection, night.night_id, people - {None}):
        sums = together(outcome.overdue_of(connection, item["account_ids"]).values())
        queue.set_overdue(connection, item["queue_item_id"], sums.known)


def _listed(night: _Night, payment_ids: Sequence[str]) -> set[str]:
    """Which of these payments the book lists."""
    wanted = pa.array(payment_ids, pa.string())
    found: set[str] = set()
    for batch in night.book_batches("payments") if payment_ids else ():
        column = batch.column("payment_id")
        found.update(column.filter(pc.is_in(column, value_set=wanted)).to_pylist())
    return found

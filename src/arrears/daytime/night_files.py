"""
A night and its book as files: what is read before the transaction that publishes it begins, and while it runs.

Reads:  a night's directory and the directory of the book it decided on
Gives:  NightFiles
Never:  opens the store, or takes files that are not the manifest's.

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
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arrears.book.read import manifest_of
from arrears.book.table import TABLES
from arrears.daytime.transaction import unusable
from arrears.kernel.table import Columns, arrow_schema
from arrears.queue.table import QUEUE

NIGHT_FILES = ("aged.parquet", "plan.parquet", "queue.parquet")


@dataclass(frozen=True, slots=True)
class NightFiles:
    """What is read before the transaction begins."""

    directory: Path
    book: Path
    manifest: dict[str, Any]
    book_manifest: dict[str, Any]
    digest: str

    @classmethod
    def read(cls, directory: Path, book: Path) -> NightFiles:
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
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as fault:
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


def queued_accounts(night: NightFiles) -> list[str]:
    """Accounts of tonight's queue, sorted."""
    found: set[str] = set()
    for batch in night.batches("queue", QUEUE):
        found.update(pc.list_flatten(batch.column("account_ids")).to_pylist())
    return sorted(found)


def book_payments(book: Path, account_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The payments of a book on these accounts, by account; none where the lender sent no payments."""
    found: dict[str, list[dict[str, Any]]] = {}
    if account_ids and "payments" not in manifest_of(book)["absent"]:
        for batch in of_accounts(_read(book / "payments.parquet", TABLES["payments"]), account_ids):
            for row in batch.to_pylist():
                found.setdefault(row["account_id"], []).append(row)
    return found


def of_the_book(night: NightFiles, names: Sequence[str]) -> dict[str, Sequence[Any]]:
    """account_id to these columns of the book, where one of them is known."""
    found: dict[str, Sequence[Any]] = {}
    for batch in night.book_batches("accounts"):
        for account_id, *values in zip(
            *(batch.column(name).to_pylist() for name in ("account_id", *names)), strict=True
        ):
            if any(value is not None for value in values):
                found[account_id] = values
    return found


def currencies_of(night: NightFiles) -> dict[str, str]:
    found: dict[str, str] = {}
    for batch in night.book_batches("accounts"):
        found.update(zip(batch.column("account_id").to_pylist(), batch.column("currency").to_pylist(), strict=True))
    return found


def zones_of(night: NightFiles) -> dict[str, str | None]:
    """person_id to time zone, as the book has it."""
    found: dict[str, str | None] = {}
    for batch in night.book_batches("persons"):
        found.update(zip(batch.column("person_id").to_pylist(), batch.column("time_zone").to_pylist(), strict=True))
    return found


def since_of(batches: Iterable[pa.RecordBatch], since: datetime) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        recent = batch.filter(pc.greater_equal(batch.column("at"), pa.scalar(since, pa.timestamp("us", tz="UTC"))))
        if recent.num_rows:
            yield recent


def of_accounts(batches: Iterable[pa.RecordBatch], account_ids: Sequence[str]) -> Iterator[pa.RecordBatch]:
    wanted = pa.array(account_ids, pa.string())
    for batch in batches:
        some = batch.filter(pc.is_in(batch.column("account_id"), value_set=wanted))
        if some.num_rows:
            yield some

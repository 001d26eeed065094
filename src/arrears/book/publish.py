"""
Publish a book: write it beside the others, then rename it into place, so that it is there whole or not at all.

Comes in: the home directory and sorted record batches per table. Goes out: `home/books/<book_id>/`, which never
changes again. The id derives from the rows, so the same rows are the same book wherever they came from. A run
that was killed leaves a directory named `.draft-…`, which the next run removes.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from arrears.book.read import FORMAT, Manifest, books, file_sha256
from arrears.book.table import DECLARED, TABLES
from arrears.kernel.table import schema_of

ROWS_PER_GROUP = 122_880
DRAFT = ".draft-"


def arrow_schema(table: str) -> pa.Schema:
    """The Arrow schema in which a table of the book is written."""
    schema: pa.Schema = schema_of({name: kind.lstrip("!") for name, kind in TABLES[table].items()}).to_pyarrow()
    for at, column in enumerate(schema):
        if pa.types.is_timestamp(column.type):
            schema = schema.set(at, pa.field(column.name, pa.timestamp("us", tz="UTC")))
    return schema


@dataclass
class Draft:
    """A book being written, in a directory nobody reads."""

    home: Path
    directory: Path
    written: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Per table: rows, content (SHA-256 of the values), file (SHA-256 of the Parquet file)."""
    silent: set[str] = field(default_factory=set)
    """Columns ("persons.name") without one value."""

    @property
    def spill(self) -> Path:
        """Where an engine may put what does not fit into memory: beside the draft, so that it is never published."""
        return self.directory.with_name(f"{self.directory.name}-spill")

    def write(self, table: str, batches: Iterable[pa.RecordBatch]) -> int:
        """Write one table from batches already in key order; the number of rows."""
        target = self.directory / f"{table}.parquet"
        schema = arrow_schema(table)
        content = hashlib.sha256()
        rows = 0
        silent = set(schema.names)
        few = [name for name, column in DECLARED[table].columns.items() if column.few or column.choices]
        with pq.ParquetWriter(target, schema, compression="zstd", compression_level=1, use_dictionary=few) as writer:
            for batch in regrouped(batches, schema):
                for name, column in zip(schema.names, batch.columns, strict=True):
                    content.update(_canonical(column))
                    if column.null_count < len(column):
                        silent.discard(name)
                writer.write_batch(batch, row_group_size=ROWS_PER_GROUP)
                rows += batch.num_rows
        sync(target)
        self.written[table] = {"rows": rows, "content": content.hexdigest(), "file": file_sha256(target)}
        self.silent |= {f"{table}.{name}" for name in silent if rows}
        return rows

    def write_beside(self, name: str, table: pa.Table) -> None:
        """A file that is about the book and not part of its content, such as the quarantine."""
        target = self.directory / name
        pq.write_table(table, target, compression="zstd")
        sync(target)

    def book_id(self, as_of: date) -> str:
        """The id that these rows give a book of this day."""
        content = {name: facts["content"] for name, facts in sorted(self.written.items())}
        text = json.dumps({"format": FORMAT, "as_of": as_of.isoformat(), "content": content}, sort_keys=True)
        return f"{as_of.isoformat()}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"

    def publish(self, as_of: date, about: Manifest) -> tuple[Path, bool]:
        """
        Put the book in place. Gives its directory, and False where the same content was there already (then
        nothing changes).
        """
        book_id = self.book_id(as_of)
        target = self.home / "books" / book_id
        if target.exists():
            return target, False
        sequence = max((int(manifest["sequence"]) for _, manifest in books(self.home)), default=0) + 1
        manifest = {
            "format": FORMAT,
            "book_id": book_id,
            "as_of": as_of.isoformat(),
            "sequence": sequence,
            "absent": sorted(set(TABLES) - set(self.written)),
            "absent_columns": sorted(self.silent),
            "tables": dict(sorted(self.written.items())),
            **about,
        }
        file = self.directory / "manifest.json"
        file.write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        sync(file)
        sync(self.directory)
        self.directory.rename(target)
        sync(target.parent)
        return target, True


@contextmanager
def drafting(home: Path) -> Iterator[Draft]:
    """A draft in `home/books`. One at a time: another import waits. What is not published is removed at the end."""
    room = home / "books"
    room.mkdir(parents=True, exist_ok=True)
    with (room / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in room.glob(f"{DRAFT}*"):
            shutil.rmtree(left, ignore_errors=True)
        directory = room / f"{DRAFT}{os.getpid()}"
        directory.mkdir()
        draft = Draft(home, directory)
        try:
            yield draft
        finally:
            shutil.rmtree(directory, ignore_errors=True)
            shutil.rmtree(draft.spill, ignore_errors=True)


def regrouped(batches: Iterable[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of exactly ROWS_PER_GROUP (the last may be shorter), each in `schema`."""
    waiting: list[pa.RecordBatch] = []
    held = 0
    for batch in batches:
        waiting.append(batch.select(schema.names).cast(schema))
        held += batch.num_rows
        if held >= ROWS_PER_GROUP:
            table = pa.Table.from_batches(waiting)
            whole = held - held % ROWS_PER_GROUP
            for start in range(0, whole, ROWS_PER_GROUP):
                yield _one(table.slice(start, ROWS_PER_GROUP))
            rest = table.slice(whole)
            waiting, held = rest.to_batches(), rest.num_rows
    if held:
        yield _one(pa.Table.from_batches(waiting))


def _one(table: pa.Table) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(
        [
            pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
            for column in table.columns
        ],
        schema=table.schema,
    )


def _canonical(column: pa.Array) -> bytes:
    """The values of a column as bytes that don't depend on how Arrow happens to hold them."""
    present: bytes = np.packbits(pc.is_valid(column).to_numpy(zero_copy_only=False)).tobytes()
    if pa.types.is_string(column.type):
        filled = column.fill_null("")
        lengths: bytes = pc.binary_length(filled).to_numpy(zero_copy_only=False).astype("<i4").tobytes()
        return present + lengths + _text_bytes(filled)
    if pa.types.is_boolean(column.type):
        truths: bytes = np.packbits(column.fill_null(False).to_numpy(zero_copy_only=False)).tobytes()
        return present + truths
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    values: bytes = column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False).astype("<i8").tobytes()
    return present + values


def _text_bytes(filled: pa.StringArray) -> bytes:
    _, offsets, data = filled.buffers()
    if data is None or len(filled) == 0:
        return b""
    bounds = np.frombuffer(offsets, dtype="<i4")
    first, last = bounds[filled.offset], bounds[filled.offset + len(filled)]
    return memoryview(data)[first:last].tobytes()


def sync(path: Path) -> None:
    """Wait until a file or directory is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""
Open a published book: the one way from files to `Snapshot`, used by the night and by everyone who reads a book.

Comes in: a directory that `publish.py` made, or `arrears book generate`. Goes out: lazy tables on the given Ibis
connection. Never: changes a file; reads a book that is not whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import ibis
import ibis.expr.types as ir

from arrears.book.table import DERIVED, TABLES, Snapshot
from arrears.kernel.problem import Problem, Unusable
from arrears.kernel.shape import misshapen
from arrears.kernel.table import conform, empty

Manifest: TypeAlias = dict[str, Any]
SAID = {
    "book_id": str,
    "as_of": str,
    "sequence": int,
    "tables": dict,
    "absent": list,
    "absent_columns": list,
    "totals": dict,
    "mapping": dict,
    "quarantined": int,
}
"""What every manifest of a book says; the rest is read where it is there."""
FORMAT = 1


def open_book(directory: Path, con: Any) -> Snapshot:
    """
    The book in `directory` as lazy tables of `con`, an Ibis backend (`ibis.duckdb.connect()`).

    A table that the lender did not send is empty and named in `Snapshot.absent`. Raises Unusable where the
    directory holds no whole book.
    """
    manifest = manifest_of(directory)
    tables: dict[str, ir.Table] = {}
    for name, columns in TABLES.items():
        file = directory / f"{name}.parquet"
        if name in manifest["absent"]:
            tables[name] = conform(empty(columns), columns, name=name)
        elif file.exists():
            tables[name] = conform(_with_derived(con.read_parquet(str(file)), name), columns, name=name)
        else:
            raise Unusable(
                Problem(
                    code="book_incomplete",
                    where=str(directory),
                    what=f"{name}.parquet is named in the manifest and is not there.",
                    why="A book with a table missing would be decided on as if nothing had happened.",
                    fix="Import the lender's files again; the same content gives the same book.",
                )
            )
    return Snapshot(
        as_of=date.fromisoformat(manifest["as_of"]),
        tables=tables,
        absent=frozenset(manifest["absent"]),
        absent_columns=frozenset(manifest["absent_columns"]),
    )


def refuse_damaged(directory: Path) -> None:
    """Raises Unusable where a file of the book is not the one that was published: a night would decide on it."""
    for name, facts in sorted(manifest_of(directory)["tables"].items()):
        file = directory / f"{name}.parquet"
        if not file.is_file() or file_sha256(file) != facts["file"]:
            raise Unusable(
                Problem(
                    code="book_damaged",
                    where=str(file),
                    what="it is not the file that was published: its hash differs from the manifest's.",
                    why="A bit that turned round on the disk would be decided on as if the lender had sent it.",
                    fix="Restore it from its copy, or move the book away and import the lender's files again.",
                )
            )


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _with_derived(rows: ir.Table, name: str) -> ir.Table:
    """A book imported before a column was made at import has it unknown."""
    lacking = [column for table, column in DERIVED if table == name and column not in rows.columns]
    return rows.mutate(**{column: ibis.null(TABLES[name][column]) for column in lacking}) if lacking else rows


def manifest_of(directory: Path) -> Manifest:
    """What `manifest.json` says about a book. Raises Unusable where there is none or it can't be read."""
    file = directory / "manifest.json"
    try:
        manifest: Manifest = json.loads(file.read_text(encoding="utf-8"))
        if wrong := misshapen(manifest, {"format": int}):
            raise ValueError(wrong)
    except (OSError, ValueError, RecursionError) as fault:
        raise Unusable(
            Problem(
                code="no_book",
                where=str(directory),
                what=f"there is no readable manifest.json ({type(fault).__name__}: {fault}).",
                why="Only a published book has one, and only a published book is whole.",
                fix="Give a directory under books/, or import the lender's files with `arrears book import`.",
            )
        ) from fault
    if manifest.get("format") != FORMAT:
        raise Unusable(
            Problem(
                code="book_of_another_format",
                where=str(file),
                what=f"the format is {manifest.get('format')!r}; this version reads format {FORMAT}.",
                why="Columns may mean something else in another format.",
                fix="Import the lender's files again with this version.",
            )
        )
    if wrong := misshapen(manifest, SAID) or _no_day(manifest["as_of"]):
        raise Unusable(
            Problem(
                code="book_damaged",
                where=str(file),
                what=f"{wrong}.",
                why="What a book holds, and of which day, is read from it.",
                fix="Restore it from its copy, or move the book away and import the lender's files again.",
            )
        )
    return manifest


def _no_day(said: str) -> str | None:
    try:
        date.fromisoformat(said)
    except ValueError:
        return f"its as_of is {said[:20]!r}, which is no day"
    return None


def books(home: Path) -> Iterator[tuple[Path, Manifest]]:
    """Every published book of `home`, oldest business day first, and in the order of import within a day."""
    room = home / "books"
    found = [path for path in room.iterdir() if not path.name.startswith(".")] if room.is_dir() else []
    opened = [(path, manifest_of(path)) for path in found if (path / "manifest.json").exists()]
    yield from sorted(opened, key=lambda book: (book[1]["as_of"], book[1]["sequence"], book[0].name))


def latest_book(home: Path) -> Path | None:
    """The book of the latest business day (the last one imported, where a day has several), or None."""
    last = None
    for path, _ in books(home):
        last = path
    return last

# ruff: noqa: S608 - every name in the SQL here is ours or goes through quoted() and literal()
"""
Who left with their accounts: people whom no file of today names, whom an earlier book of the home had, and of whose
accounts none is sent any more. A lender's stop list goes on naming them, and what it says of them stays theirs.

Comes in: the feeds of an import and the earlier books, newest first. Goes out: the table `left_book` (person_id).
Never: takes for gone whoever has an account among today's; that one may be here under another id, unprotected.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb

from arrears.book.load_files import run
from arrears.book.mapping import Feed
from arrears.book.parse import literal
from arrears.kernel.problem import Problem, Unusable

NAMED_IN = {"accounts": "person_id, account_id", "parties": "person_id, account_id", "persons": "person_id, NULL"}


def find_who_left(con: duckdb.DuckDBPyConnection, feeds: Sequence[tuple[str, Feed]], earlier: Iterable[Path]) -> None:
    """Make `left_book`. Reads back as far as those whom no file of today names were last seen, and else not at all."""
    run(con, "CREATE TABLE left_book (person_id VARCHAR)")
    today = {name: [made for made, feed in feeds if feed.into == name] for name in ("holds", *NAMED_IN)}
    if not today["holds"]:
        return
    people = _union(f"SELECT person_id FROM {made}" for name in NAMED_IN for made in today[name])
    held = _union(f"SELECT person_id FROM {made}" for made in today["holds"])
    run(
        con,
        f"CREATE TEMP TABLE sought AS SELECT DISTINCT person_id FROM ({held}) "
        f"WHERE person_id IS NOT NULL AND person_id NOT IN (FROM ({people}) WHERE person_id IS NOT NULL)",
    )
    accounts = _union(f"SELECT account_id FROM {made}" for made in today["accounts"])
    for book in earlier:
        if not run(con, "SELECT 1 FROM sought LIMIT 1"):
            return
        files = {name: book / f"{name}.parquet" for name in NAMED_IN if (book / f"{name}.parquet").is_file()}
        named = _union(f"SELECT {NAMED_IN[name]} FROM {literal(str(file))}" for name, file in files.items())
        try:
            run(
                con,
                f"CREATE OR REPLACE TEMP TABLE seen AS SELECT person_id, bool_or(account_id IN (FROM ({accounts}))) AS "
                f"still FROM ({named}) AS n (person_id, account_id) SEMI JOIN sought USING (person_id) GROUP BY ALL",
            )
        except duckdb.Error as fault:
            raise _damaged(book, fault) from fault
        run(con, "INSERT INTO left_book SELECT person_id FROM seen WHERE NOT coalesce(still, false)")
        run(con, "DELETE FROM sought WHERE person_id IN (SELECT person_id FROM seen)")


def _union(parts: Iterable[str]) -> str:
    return " UNION ALL ".join(parts)


def _damaged(book: Path, fault: duckdb.Error) -> Unusable:
    return Unusable(
        Problem(
            code="book_damaged",
            where=str(book),
            what=f"an earlier book can't be read ({str(fault).partition(chr(10))[0]}).",
            why="Whether the people of a stop list left with their accounts is read there.",
            fix="Restore it from its copy, or move the book away and import the lender's files again.",
        )
    )

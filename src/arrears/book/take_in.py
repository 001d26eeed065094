# ruff: noqa: S608 - every name in the SQL here is ours or goes through quoted() and literal()
"""
Import: from a lender's files to a published book, or to a stop that says why.

Comes in: files, a mapping, the home directory. Goes out: `TakenIn`, and a directory under `home/books` that is there
whole or not at all. Every row read is accepted or in quarantine with a reason; declared totals reconcile or the
import stops. Never: the clock; a book replaced; a row dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from arrears.book.accept import Accepted, accept
from arrears.book.counted import counted_rows
from arrears.book.load_files import FileRead, Progress, gather, load_files, raw_table, run
from arrears.book.load_mapping import total_declared
from arrears.book.mapping import AMOUNT_TOTALS
from arrears.book.mapping import Mapping as BookMapping
from arrears.book.parquet_rows import damage_named
from arrears.book.parse import quoted
from arrears.book.publish import Draft, drafting
from arrears.book.quarantine import Quarantined, quarantine, quarantine_table
from arrears.book.read import books
from arrears.book.table import TABLES
from arrears.book.unprotected import unprotected
from arrears.book.vocabulary import KEYS
from arrears.book.warned import Warned, warned
from arrears.kernel.money import decimal_text
from arrears.kernel.problem import Problem, Unusable

ROWS_A_BATCH = 100_000
LARGE = 512 << 20
"""Bytes of files from which an import works on the disk rather than in memory."""


class Stopped(Exception):  # noqa: N818 - reads as what it is: the import is stopped
    """A safety rule stopped the import, and the caller may overrule it knowingly. Exit code 3."""

    def __init__(self, problem: Problem, problems: tuple[Quarantined, ...] = ()) -> None:
        super().__init__(str(problem))
        self.problem = problem
        self.quarantined = problems


@dataclass(frozen=True, slots=True)
class SourceCount:
    """One file: rows read, and what became of them. accepted + quarantined = read, always."""

    file: str
    source: str
    sha256: str
    read: int
    accepted: int
    quarantined: int
    set_aside: int
    """Of the accepted: rows that the mapping's `where` or a filter join leaves out of every table."""
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A declared control total that the accepted rows don't meet."""

    total: str
    declared: int
    accepted: int
    quarantined: int
    """How much of it is in quarantine, as far as it can be read there."""
    unread: int = 0
    """Rows in quarantine whose cells can't be told apart: each is one of what is counted, and holds amounts unknown."""

    def __str__(self) -> str:
        show = decimal_text if self.total in AMOUNT_TOTALS else str
        held, rest = self.quarantined, self.declared - self.accepted - self.quarantined
        why = "unexplained"
        if self.unread and self.total not in AMOUNT_TOTALS:
            held, rest = held + self.unread, rest - self.unread
        elif self.unread and rest:
            why = f"in {self.unread} rows of the quarantine that can't be read, or unexplained"
        return (
            f"{self.total}: declared {show(self.declared)}, accepted {show(self.accepted)}, difference "
            f"{show(self.declared - self.accepted)}, of which {show(held)} in quarantine and {show(rest)} {why}"
        )


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What an import did."""

    directory: Path
    book_id: str
    as_of: date
    is_new: bool
    """False where the same content had been imported before: then nothing was changed."""
    sources: tuple[SourceCount, ...]
    rows: Mapping[str, int]
    totals: Mapping[str, Mapping[str, int]]
    """By currency: accounts, principal, overdue, balance, and how many accounts don't state each amount."""
    differences: tuple[Difference, ...]
    problems: tuple[Quarantined, ...]
    absent: tuple[str, ...]
    notes: tuple[str, ...] = field(default_factory=tuple)
    warnings: tuple[Warned, ...] = ()
    """Contradictions within accepted rows."""
    unprotected: int = 0
    """People whom rows in quarantine would have protected: only where the caller accepted that."""


def take_in(
    given: Iterable[Path],
    *,
    home: Path,
    mapping: BookMapping,
    as_of: date | None = None,
    declared: Mapping[str, str] | None = None,
    accept_difference: bool = False,
    accept_unprotected: bool = False,
    backdated: bool = False,
    progress: Progress | None = None,
) -> TakenIn:
    """
    Import files as the book of `as_of` (or of the mapping's own day) and publish it in `home`.

    `declared` are control totals by name ("accounts", "principal", …) on top of the mapping's. Raises Unusable where
    the input can't be used as a whole, and Stopped where totals don't reconcile, the day has been decided, or the
    book is older than the last.
    """
    day = as_of or mapping.as_of
    if day is None:
        raise _unusable(
            mapping.where,
            "no_business_day",
            "neither the mapping nor the command says which day the book is of.",
            "Days past due, and every limit on contact, count from it.",
            "Say --as-of 2026-11-20, or as_of in the mapping.",
        )
    expected = dict(mapping.totals)
    for name, said in (declared or {}).items():
        expected[name] = total_declared(name, said, "--expect")
    found, _ = gather(given, mapping)
    files = [path for paths in found.values() for path in paths]
    with damage_named(files), drafting(home) as draft, duckdb.connect(_workplace(draft, found)) as con:
        run(con, "SET TimeZone = 'UTC'")
        run(con, "SET temp_directory = ?", [str(draft.spill)])
        loaded = load_files(con, found, mapping, progress)
        earlier = [path for path, manifest in books(home) if manifest["as_of"] <= day.isoformat()]
        accepted = accept(con, loaded, mapping, day, progress, reversed(earlier))
        problems = quarantine(con, loaded)
        left = unprotected(con, accepted, loaded.files)
        warnings = warned(con, accepted, loaded.files, day)
        sources = tuple(_counts(con, accepted, loaded.files, problems))
        if not run(con, f"SELECT 1 FROM ({accepted.rows('accounts')}) LIMIT 1"):
            raise _nothing_left(mapping, problems)
        if left is not None and not accept_unprotected:
            raise Stopped(left.problem(), problems)
        totals = _totals(con, accepted)
        differences = tuple(_differences(con, accepted, expected, totals, loaded.files))
        rows = {}
        for table in accepted.tables:
            rows[table] = draft.write(table, _sorted(con, accepted, table, progress))
        draft.write_beside("quarantine.parquet", quarantine_table(problems))
        book_id = draft.book_id(day)
        already = (home / "books" / book_id).exists()
        if not already:
            _refuse_unsafe(home, day, differences, problems, accept_difference=accept_difference, backdated=backdated)
        notes = (*mapping.notes, *_formula_notes(con, accepted))
        directory, is_new = draft.publish(
            day,
            {
                "mapping": {"name": mapping.name, "sha256": mapping.sha256},
                "sources": [_as_json(source) for source in sources],
                "quarantined": sum(source.quarantined for source in sources),
                "unprotected": left.people if left else 0,
                "warnings": {warning.code: warning.count for warning in warnings},
                "totals": totals,
                "declared": expected,
                "differences": [str(difference) for difference in differences],
                "notes": list(notes),
                "derived": {name: dict(how) for name, how in mapping.derived().items()},
            },
        )
    return TakenIn(
        directory=directory,
        book_id=book_id,
        as_of=day,
        is_new=is_new,
        sources=sources,
        rows=rows,
        totals=totals,
        differences=differences,
        problems=problems,
        absent=tuple(name for name in TABLES if name not in rows),
        notes=notes,
        warnings=warnings,
        unprotected=left.people if left else 0,
    )


def _workplace(draft: Draft, found: Mapping[str, list[Path]]) -> str:
    """Where the engine works: in memory, or on the disk where the files together are large."""
    given = [path for paths in found.values() for path in paths if path.exists()]
    size = sum(path.stat().st_size * (8 if path.suffix == ".gz" else 1) for path in given)
    if size < LARGE:
        return ":memory:"
    draft.spill.mkdir()
    return str(draft.spill / "work.duckdb")


def _as_json(source: SourceCount) -> dict[str, Any]:
    return {name: getattr(source, name) for name in SourceCount.__slots__}


def _sorted(
    con: duckdb.DuckDBPyConnection, accepted: Accepted, table: str, progress: Progress | None
) -> Iterator[pa.RecordBatch]:
    """The rows of a table in key order, so that the order in the files leaves no trace."""
    order = ", ".join(quoted(name) for name in KEYS[table])
    for batch in con.sql(f"{counted_rows(con, accepted, table)} ORDER BY {order}").to_arrow_reader(ROWS_A_BATCH):
        yield batch
        if progress:
            progress(f"writing {table}", batch.num_rows)


def _counts(
    con: duckdb.DuckDBPyConnection, accepted: Accepted, files: list[FileRead], problems: tuple[Quarantined, ...]
) -> Iterator[SourceCount]:
    for read in files:
        sound = int(
            str(
                run(
                    con,
                    f"SELECT count(*) FROM {raw_table(read.source)} r WHERE file_no = ? AND NOT EXISTS (SELECT 1 FROM "
                    "bad_row b WHERE b.file_no = r.file_no AND b.row_no = r.row_no)",
                    [read.number],
                )[0][0]
            )
        )
        blamed = int(str(run(con, "SELECT count(*) FROM bad_row WHERE file_no = ?", [read.number])[0][0]))
        quarantined = blamed + len(read.broken)
        if sound + quarantined != read.rows:
            raise RuntimeError(
                f"{read.path.name}: {sound} rows accepted and {quarantined} quarantined of {read.rows} read"
            )
        feeds = [made for made, feed in accepted.feeds if feed.source == read.source]
        used = " UNION ".join(f"SELECT row_no FROM {made} WHERE file_no = {read.number}" for made in feeds)
        aside = sound + blamed - int(str(run(con, f"SELECT count(*) FROM ({used})")[0][0])) if used else 0
        yield SourceCount(
            file=read.path.name,
            source=read.source,
            sha256=read.sha256,
            read=read.rows,
            accepted=sound,
            quarantined=quarantined,
            set_aside=aside,
            encoding=read.encoding,
            delimiter=read.delimiter,
        )


_SUMS = ", ".join(
    f"coalesce(sum({name}_cents), 0)::BIGINT, (count(*) - count({name}_cents))::BIGINT" for name in AMOUNT_TOTALS
)


def _totals(con: duckdb.DuckDBPyConnection, accepted: Accepted) -> dict[str, dict[str, int]]:
    names = [part for name in AMOUNT_TOTALS for part in (f"{name}_cents", f"{name}_unknown")]
    return {
        str(currency): dict(zip(("accounts", *names), (int(str(value)) for value in values), strict=True))
        for currency, *values in run(
            con, f"SELECT currency, count(*), {_SUMS} FROM ({accepted.rows('accounts')}) GROUP BY 1 ORDER BY 1"
        )
    }


def _differences(
    con: duckdb.DuckDBPyConnection,
    accepted: Accepted,
    expected: Mapping[str, int],
    totals: Mapping[str, Mapping[str, int]],
    files: Sequence[FileRead],
) -> Iterator[Difference]:
    for name, declared in sorted(expected.items()):
        if name in AMOUNT_TOTALS:
            have = sum(of[f"{name}_cents"] for of in totals.values())
            table, counted = "accounts", f"coalesce(sum({name}_cents), 0)"
        else:
            table, counted = name, "count(*)"
            have = (
                int(str(run(con, f"SELECT count(*) FROM ({accepted.rows(name)})")[0][0]))
                if name in accepted.tables
                else 0
            )
        if have != declared:
            held = " UNION ALL ".join(
                f"SELECT m.* FROM {made} m SEMI JOIN bad_row USING (file_no, row_no)"
                for made, feed in accepted.feeds
                if feed.into == table
            )
            held_sum = int(str(run(con, f"SELECT {counted} FROM ({held})")[0][0])) if held else 0
            sources = {feed.source for _, feed in accepted.feeds if feed.into == table}
            unread = sum(len(read.broken) for read in files if read.source in sources)
            yield Difference(name, declared, have, held_sum, unread)


def _refuse_unsafe(
    home: Path,
    day: date,
    differences: tuple[Difference, ...],
    problems: tuple[Quarantined, ...],
    *,
    accept_difference: bool,
    backdated: bool,
) -> None:
    nights = home / "nights"
    decided = sorted(entry.name for entry in nights.glob(f"{day.isoformat()}*")) if nights.is_dir() else []
    if decided:
        raise _stopped(
            str(nights / decided[0]),
            "day_already_decided",
            f"{day} has been decided on another book.",
            "People have been contacted on that plan; a second book of the day would contradict it.",
            "Import it as the book of the next business day (--as-of).",
            problems,
        )
    last = None
    for _, manifest in books(home):
        last = manifest
    if last is not None and last["as_of"] > day.isoformat() and not backdated:
        raise _stopped(
            last["book_id"],
            "older_than_the_last",
            f"the book is of {day}, and the last one is of {last['as_of']}.",
            "A night on it would undo what has happened since.",
            "Check the day (--as-of); to keep it for replay beside the last one, say --backdated.",
            problems,
        )
    if differences and not accept_difference:
        raise _stopped(
            "control totals",
            "totals_differ",
            "; ".join(str(difference) for difference in differences) + ".",
            "Rows that were lost on the way are people contacted wrongly, or not at all.",
            "Correct the quarantined rows or ask the lender; to go on knowingly, say --accept-difference.",
            problems,
        )


def _formula_notes(con: duckdb.DuckDBPyConnection, accepted: Accepted) -> Iterator[str]:
    """How many texts begin like a spreadsheet formula. They are kept as they came, and neutral wherever exported."""
    for table, column in (
        ("persons", "name"),
        ("accounts", "account_id"),
        ("accounts", "status_code"),
        ("contact_points", "value"),
    ):
        if table in accepted.tables:
            found = run(
                con,
                f"SELECT count(*) FROM ({accepted.rows(table)}) WHERE {column}[1] IN ('=', '+', '-', '@') "
                f"AND NOT regexp_full_match({column}, '[+-]?[0-9][0-9,]*(\\.[0-9]+)?%?')",
            )
            count = int(str(found[0][0]))
            if count:
                yield (
                    f"{count} values of {table}.{column} begin like a spreadsheet formula: kept as text, and made "
                    "harmless in everything exported"
                )


def _nothing_left(mapping: BookMapping, problems: tuple[Quarantined, ...]) -> Unusable:
    counts: dict[str, int] = {}
    for problem in problems:
        counts[problem.problem.code] = counts.get(problem.problem.code, 0) + 1
    most = sorted(counts, key=lambda code: -counts[code])[:3]
    told = ", ".join(f"{counts[code]} × {code}" for code in most) or "the mapping leaves every row out"
    first = f" First: {problems[0].problem}" if problems else ""
    return _unusable(
        mapping.where,
        "nothing_accepted",
        f"not one account was accepted ({told}).{first}",
        "A book without accounts would withdraw all work.",
        "Look at the columns with `arrears book check`; most often the mapping is of another file.",
    )


def _unusable(where: str, code: str, what: str, why: str, fix: str) -> Unusable:
    return Unusable(Problem(code=code, where=where, what=what, why=why, fix=fix))


def _stopped(where: str, code: str, what: str, why: str, fix: str, problems: tuple[Quarantined, ...]) -> Stopped:
    return Stopped(Problem(code=code, where=where, what=what, why=why, fix=fix), problems)

# ruff: noqa: S608 - every name in the SQL here is ours or goes through quoted() and literal()
"""
Put the lender's files into DuckDB as they are: one table per kind of file, its cells untouched, its rows numbered.

Comes in: paths and a mapping. Goes out: `Loaded`, with table `raw_<source>` (file_no, row_no, one column per column of
the file that the mapping uses) and, per file, what was read and which rows could not be split. Raises Unusable.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import TypeAlias

import duckdb

from arrears.book.find_header import title_lines
from arrears.book.mapping import Feed, Mapping, SourceFile
from arrears.book.parquet_rows import ParquetRows
from arrears.book.parse import literal, quoted
from arrears.book.read import file_sha256
from arrears.book.sheet_rows import SheetRows
from arrears.book.sniff import sniff
from arrears.book.table import TABLES
from arrears.book.text_rows import Broken, TextRows, open_text
from arrears.kernel.problem import Problem, Unusable

Progress: TypeAlias = Callable[[str, int], None]
"""Called with what is being done and how many rows more of it are done."""

Rows: TypeAlias = TextRows | SheetRows | ParquetRows


@dataclass
class FileRead:
    """One file: what it is and how many data rows it has."""

    path: Path
    source: str
    number: int
    sha256: str
    kind: str
    encoding: str | None
    delimiter: str | None
    header: list[str]
    rows: int = 0
    broken: list[Broken] = field(default_factory=list)


@dataclass
class Loaded:
    """The raw tables, and for each source the names of its columns in them."""

    files: list[FileRead]
    columns: dict[str, dict[str, tuple[str, str]]]
    """Source to the sender's column name to (name in raw_<source>, DuckDB type)."""

    def of(self, source: str) -> list[FileRead]:
        """The files of one kind."""
        return [read for read in self.files if read.source == source]


def run(con: duckdb.DuckDBPyConnection, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
    """Run one statement to its end and give its rows."""
    found: list[tuple[object, ...]] = con.execute(sql, list(values)).fetchall()
    return found


def gather(given: Iterable[Path], mapping: Mapping) -> tuple[dict[str, list[Path]], list[Path]]:
    """
    Which files feed which source, and which files of a given directory the mapping does not mention.

    A file named by itself must be mentioned; with a mapping of one source, it is that one whatever its name.
    """
    found: dict[str, list[Path]] = {name: [] for name in mapping.sources}
    ignored: list[Path] = []
    for path in given:
        inside = sorted(entry for entry in path.iterdir() if entry.is_file()) if path.is_dir() else [path]
        for entry in inside:
            source = _source_of(entry, mapping)
            if source is not None:
                found[source].append(entry)
            elif not path.is_dir() and len(mapping.sources) == 1:
                found[next(iter(mapping.sources))].append(entry)
            elif path.is_dir():
                ignored.append(entry)
            else:
                patterns = ", ".join(pattern for source in mapping.sources.values() for pattern in source.match)
                raise _stop(
                    entry.name,
                    "unmapped_file",
                    f"the mapping {mapping.name} does not say what this file is.",
                    "A file that is left out silently is rows lost.",
                    f"Name it as one of {patterns}, or add it to [files] of the mapping.",
                )
    needed = {feed.source for feed in mapping.feeds if feed.into == "accounts"}
    fed = {feed.source for feed in mapping.feeds if found[feed.source]}
    needed |= {join.file for feed in mapping.feeds if feed.source in fed for join in feed.joins}
    for source in sorted(needed):
        if not found[source]:
            raise _stop(
                mapping.where,
                "missing_file",
                f"none of the files given is {source} ({', '.join(mapping.sources[source].match)}).",
                "Accounts can't be made without it.",
                "Give that file too, or the directory that holds it.",
            )
    return found, ignored


def _source_of(path: Path, mapping: Mapping) -> str | None:
    for source in mapping.sources.values():
        if any(fnmatch(path.name.casefold(), pattern.casefold()) for pattern in source.match):
            return source.name
    return None


def load_files(
    con: duckdb.DuckDBPyConnection, found: dict[str, list[Path]], mapping: Mapping, progress: Progress | None = None
) -> Loaded:
    """Every file in its raw table. Raises Unusable for a file that can't be used as a whole."""
    loaded = Loaded([], {})
    for source in mapping.sources.values():
        paths = found[source.name]
        if not paths:
            continue
        opened = [open_file(path, source) for path in paths]
        columns = _columns_used(source, mapping, [read.header for read, _ in opened])
        for read, _ in opened:
            _require(read, mapping, source)
        types = _types(columns, opened)
        loaded.columns[source.name] = {name: (f"u{place}", types[name]) for place, name in enumerate(columns)}
        for read, content in opened:
            read.number = len(loaded.files)
            read.rows = content.read
            loaded.files.append(read)
        table = raw_table(source.name)
        if all(isinstance(content, ParquetRows) for _, content in opened):
            # Parquet is read where it lies, as often as needed: a copy would only fill the memory.
            parts = " UNION ALL ".join(_select(read, columns, types) for read, _ in opened)
            run(con, f"CREATE VIEW {table} AS {parts}")
        else:
            shape = ["file_no INTEGER", "row_no BIGINT"]
            shape += [f"u{place} {types[name]}" for place, name in enumerate(columns)]
            run(con, f"CREATE TABLE {table} ({', '.join(shape)})")
            for read, content in opened:
                _fill(con, table, read, content, columns, progress)
        for read, _ in opened:
            if progress:
                progress(f"reading {read.path.name}", read.rows if read.kind == "parquet" else 0)
            if read.rows == 0 and any(feed.into == "accounts" for feed in mapping.feeds_of(source.name)):
                raise _header_only(read)
    return loaded


MOST_COLUMNS = 2_000
LONGEST_NAME = 1_000


def raw_table(source: str) -> str:
    """The name of the raw table of a source."""
    return f"raw_{_safe(source)}"


def _safe(source: str) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else f"_{ord(letter):x}_" for letter in source)


def open_file(path: Path, source: SourceFile) -> tuple[FileRead, Rows]:
    """A file with its header read. Raises Unusable."""
    sniffed = sniff(path, source.encoding)
    read = FileRead(path, source.name, 0, file_sha256(path), sniffed.kind, None, None, [])
    content: Rows
    if sniffed.kind == "text":
        content = open_text(sniffed, source)
        read.encoding, read.delimiter = sniffed.encoding, content.delimiter
    else:
        content = SheetRows(path, source) if sniffed.kind == "xlsx" else ParquetRows(path)
    read.header = content.header
    _guard_header(path.name, read.header)
    return read, content


def _guard_header(where: str, header: Sequence[str]) -> None:
    longest = max(header, key=len, default="")
    if len(header) > MOST_COLUMNS:
        raise _stop(
            where,
            "too_many_columns",
            f"its header has {len(header):,} columns; up to {MOST_COLUMNS:,} are read.",
            "A loan book is not that wide: the delimiter is another one, or the line ends are missing.",
            "Name the delimiter in the mapping, or export the columns that matter.",
        )
    if len(longest) > LONGEST_NAME:
        raise _stop(
            where,
            "column_name_too_long",
            f"column {list(header).index(longest) + 1} of its header is {len(longest):,} characters long, and begins "
            f"{longest[:20]!r}.",
            "No column is called that: the first line is not the header, or this is not a table.",
            "Say in the mapping how many lines stand above the header (`skip`), or export it again.",
        )


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().strip()


def column_named(name: str, header: Sequence[str]) -> int | None:
    """The place of a column in a header: by its exact name, or else by the same letters in another width or case."""
    if name in header:
        return list(header).index(name)
    alike = [place for place, other in enumerate(header) if _plain(other) == _plain(name)]
    return alike[0] if len(alike) == 1 else None


def references(feed: Feed) -> list[tuple[str, str]]:
    """Every (source, column) that a feed reads."""
    joined = {join.file for join in feed.joins}

    def of(reference: str) -> tuple[str, str]:
        alias, dot, column = reference.partition(".")
        return (alias, column) if dot and alias in joined | {feed.source} else (feed.source, reference)

    found = [(feed.source, column) for column in feed.where]
    for join in feed.joins:
        found += [(join.file, theirs) for theirs in (*join.on, *join.where)]
        found += [of(ours) for ours in join.on.values()]
    for cell in feed.cells.values():
        found += [of(reference) for reference in cell.references() if reference]
    return found


def _columns_used(source: SourceFile, mapping: Mapping, headers: list[list[str]]) -> list[str]:
    used = [column for feed in mapping.feeds for of, column in references(feed) if of == source.name]
    for feed in mapping.feeds_of(source.name):
        if feed.same_names:
            used += [
                column
                for column in TABLES[feed.into]
                if column not in feed.cells and any(column_named(column, header) is not None for header in headers)
            ]
    return list(dict.fromkeys(used))


def _require(read: FileRead, mapping: Mapping, source: SourceFile) -> None:
    needed = {column for feed in mapping.feeds for of, column in references(feed) if of == source.name}
    for feed in mapping.feeds_of(source.name):
        if feed.same_names:
            needed |= {
                name
                for name, kind in TABLES[feed.into].items()
                if kind.startswith("!") and name not in feed.cells and name not in feed.fallback
            }
    for column in sorted(needed):
        if column_named(column, read.header) is None:
            alike = sum(_plain(other) == _plain(column) for other in read.header)
            close = difflib.get_close_matches(column, read.header, n=2, cutoff=0.5)
            raise _stop(
                read.path.name,
                "missing_column",
                f"there {'are several columns' if alike > 1 else 'is no column'} {column!r}; "
                f"the header has {', '.join(read.header[:40])}.",
                f"The mapping {mapping.name} reads it.",
                _lower_header(read.path, source, needed)
                + (f"Did you mean {' or '.join(close)}? " if close else "")
                + "Correct the mapping (`arrears book check` suggests one), or ask for the column.",
            )
    if len(set(read.header) & needed) < len([name for name in read.header if name in needed]):
        twice = next(name for name in read.header if name in needed and read.header.count(name) > 1)
        raise _stop(
            read.path.name,
            "column_twice",
            f"the header has {twice!r} more than once.",
            "Which of them is meant is not ours to guess.",
            "Rename one of them.",
        )


def _lower_header(path: Path, source: SourceFile, needed: Collection[str]) -> str:
    """What to do where the header that the mapping means stands below lines of titles; empty where none does."""
    above = title_lines(path, needed, source.sheet)
    if above <= source.skip:
        return ""
    return f"The names of columns stand below {above} lines: write skip = {above} in [files] of the mapping. "


def _types(columns: list[str], opened: list[tuple[FileRead, Rows]]) -> dict[str, str]:
    """The type of each column in the raw table: text, unless all files are Parquet and agree on another."""
    types = dict.fromkeys(columns, "VARCHAR")
    for name in columns:
        kinds = set()
        for read, content in opened:
            place = column_named(name, read.header)
            if place is not None:
                kinds.add(content.type_of(place) if isinstance(content, ParquetRows) else "VARCHAR")
        if len(kinds) == 1:
            types[name] = kinds.pop()
    return types


def _select(read: FileRead, columns: list[str], types: dict[str, str]) -> str:
    """The SELECT of the raw columns of a Parquet file."""
    places = {name: column_named(name, read.header) for name in columns}
    picked = [
        f"CAST({'NULL' if place is None else quoted(read.header[place])} AS {types[name]}) AS u{at}"
        for at, (name, place) in enumerate(places.items())
    ]
    return (
        f"SELECT {', '.join([f'{read.number}::INTEGER AS file_no', 'file_row_number + 1 AS row_no', *picked])} "
        f"FROM read_parquet({literal(_no_pattern(read.path))}, file_row_number = true)"
    )


def _fill(
    con: duckdb.DuckDBPyConnection,
    table: str,
    read: FileRead,
    content: Rows,
    columns: list[str],
    progress: Progress | None,
) -> None:
    places = {name: column_named(name, read.header) for name in columns}
    wanted = sorted({place for place in places.values() if place is not None})
    picked = ["NULL" if place is None else quoted(str(place)) for place in places.values()]
    insert = f"INSERT INTO {table} SELECT {', '.join([str(read.number), 'row_no', *picked])} FROM rows_read"
    for rows in content.tables(wanted):
        con.register("rows_read", rows)
        run(con, insert)
        con.unregister("rows_read")
        if progress:
            progress(f"reading {read.path.name}", rows.num_rows)
    read.rows = content.read
    read.broken = content.broken if isinstance(content, TextRows) else []


def _no_pattern(path: Path) -> str:
    """A path in which DuckDB sees no file name pattern."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in str(path))


def _header_only(read: FileRead) -> Unusable:
    return _stop(
        read.path.name,
        "header_only",
        "there is a header and not one row of data.",
        "A book without accounts would withdraw all work; more likely the export failed.",
        "Export it again. (A file of payments, pauses or contacts may be empty: it then says that there were none.)",
    )


def _stop(where: str, code: str, what: str, why: str, fix: str) -> Unusable:
    return Unusable(Problem(code=code, where=where, what=what, why=why, fix=fix))

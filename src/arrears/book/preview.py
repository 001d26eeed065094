# ruff: noqa: S608 - every name in the SQL here is ours or goes through quoted() and literal()
"""
Look before importing: what every column of a file was understood as, what would go to quarantine, what is unmapped.

Comes in: files, and a mapping where there is one. Goes out: `Preview`. Nothing is written anywhere. Samples are masked:
a preview is read on shared screens.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import duckdb

from arrears.book.accept import Accepted, accept, column_shown
from arrears.book.cells import masked, shortened
from arrears.book.find_header import title_lines
from arrears.book.load_files import Progress, gather, load_files, open_file, run
from arrears.book.mapping import Feed, Mapping, SourceFile
from arrears.book.parquet_rows import damage_named
from arrears.book.parse import quoted
from arrears.book.quarantine import Quarantined, quarantine
from arrears.book.suggest import Seen, Suggestion, shape_of, suggestions
from arrears.book.table import TABLES
from arrears.book.text_rows import TextRows
from arrears.book.unprotected import unprotected
from arrears.book.warned import Warned, warned
from arrears.kernel.problem import Problem
from arrears.kernel.reading.day import read_day
from arrears.kernel.reading.unreadable import Unreadable

SAMPLED = 2_000
SAMPLES = 3


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """One column of a file as it looks, and what it feeds."""

    name: str
    shape: str
    distinct: int
    """Different values among the first SAMPLED."""
    samples: tuple[str, ...]
    """Masked."""
    feeds: tuple[str, ...]
    """ "accounts.balance_cents 99.8 %": share of the filled cells that were understood"""
    words: tuple[str, ...] = ()
    """Its different values, where they are few words: a mapping that is suggested must know them."""
    latest: date | None = None

    def seen(self) -> Seen:
        """As `suggest` looks at it."""
        return Seen(self.name, self.shape, self.distinct, self.words, self.latest)


@dataclass(frozen=True, slots=True)
class FileSeen:
    """One file: what it is, how many rows, its columns."""

    name: str
    kind: str
    rows: int
    quarantined: int
    columns: tuple[ColumnSeen, ...]
    encoding: str | None = None
    delimiter: str | None = None
    skip: int = 0
    """Lines above the header."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do."""

    files: tuple[FileSeen, ...]
    ignored: tuple[str, ...]
    rows: dict[str, int] = field(default_factory=dict)
    """Rows that each table of the book would have; empty without a mapping."""
    problems: tuple[Quarantined, ...] = ()
    unprotected: Problem | None = None
    """Why an import would stop: protective rows that would be in quarantine."""
    warnings: tuple[Warned, ...] = ()
    suggested: tuple[Suggestion, ...] = ()
    """Columns of the book that nothing feeds, and a column that may."""

    def seen(self) -> dict[str, list[Seen]]:
        """The columns of each file as `suggest` looks at them."""
        return {file.name: [one.seen() for one in file.columns] for file in self.files}

    def titles(self) -> dict[str, int]:
        """The lines above the header of each file."""
        return {file.name: file.skip for file in self.files}


def preview(
    given: Iterable[Path], mapping: Mapping | None = None, as_of: date | None = None, progress: Progress | None = None
) -> Preview:
    """Read the files, and with a mapping try it on all rows. Raises Unusable where a file can't be used at all."""
    paths = list(given)
    with damage_named(_files_of(paths)), duckdb.connect(":memory:") as con:
        run(con, "SET TimeZone = 'UTC'")
        if mapping is None:
            return _unmapped(con, paths, progress)
        found, ignored = gather(paths, mapping)
        loaded = load_files(con, found, mapping, progress)
        day = as_of or mapping.as_of or date.max.replace(year=2099)
        accepted = accept(con, loaded, mapping, day, progress)
        problems = quarantine(con, loaded)
        rows = {
            table: int(str(run(con, f"SELECT count(*) FROM ({accepted.rows(table)})")[0][0]))
            for table in accepted.tables
        }
        understood = _understood(con, accepted)
        left = unprotected(con, accepted, loaded.files)
        warnings = warned(con, accepted, loaded.files, day)
    shown = [_shown(read.path, mapping.sources[read.source], understood.get(read.source, {})) for read in loaded.files]
    bad = {(problem.problem.where, problem.problem.row) for problem in problems}
    files = tuple(replace(file, quarantined=sum(where == file.name for where, _ in bad)) for file in shown)
    fed = {f"{feed.into}.{name}" for _, feed in accepted.feeds for name in accepted.converter.cells(feed)}
    free = [one for file in files for one in file.columns if not one.feeds]
    missing = [one for one in suggestions([one.seen() for one in free]) if f"{one.table}.{one.column}" not in fed]
    return Preview(
        files=files,
        ignored=tuple(path.name for path in ignored),
        rows=rows,
        problems=problems,
        unprotected=left.problem() if left else None,
        warnings=warnings,
        suggested=tuple(missing),
    )


def _unmapped(con: duckdb.DuckDBPyConnection, paths: list[Path], progress: Progress | None) -> Preview:
    flat = [entry for path in paths for entry in (sorted(path.iterdir()) if path.is_dir() else [path])]
    readable = [path for path in _files_of(paths) if (not _beside(path) or path in paths)]
    files = tuple(_shown(path, SourceFile(path.name, (path.name,), skip=title_lines(path)), {}) for path in readable)
    if progress:
        progress("reading files", len(files))
    return Preview(files, tuple(path.name for path in flat if path not in readable))


def _files_of(paths: Iterable[Path]) -> list[Path]:
    """The files that are given, and those of the directories that are."""
    flat = [entry for path in paths for entry in (sorted(path.iterdir()) if path.is_dir() else [path])]
    return [path for path in flat if path.is_file()]


def _beside(path: Path) -> bool:
    return path.suffix.lower() in (".md", ".toml", ".json", ".pdf", ".docx") or path.name.startswith(".")


def _understood(con: duckdb.DuckDBPyConnection, accepted: Accepted) -> dict[str, dict[str, list[str]]]:
    """By source and column of the sender: "table.column share" of what was understood."""
    told: dict[str, dict[str, list[str]]] = {}
    for _, feed in accepted.feeds:
        cells = accepted.converter.cells(feed)
        named = [name for name in TABLES[feed.into] if name in cells and cells[name].column is not None]
        counts = ", ".join(
            f"count({quoted('t_' + name)}), "
            f"count(*) FILTER (WHERE {quoted('c_' + name)} > 0 AND {quoted('t_' + name)} IS NOT NULL)"
            for name in named
        )
        if not counts:
            continue
        values = [int(str(value)) for value in run(con, f"SELECT {counts} FROM ({accepted.converter.select(feed)})")[0]]
        for place, name in enumerate(named):
            filled, faulty = values[2 * place : 2 * place + 2]
            share = f"{100 * (filled - faulty) / filled:.1f} %" if filled else "empty"
            source, column = _source_of(feed, column_shown(cells[name], name))
            entries = told.setdefault(source, {}).setdefault(column, [])
            if f"{feed.into}.{name} {share}" not in entries:
                entries.append(f"{feed.into}.{name} {share}")
    return told


def _source_of(feed: Feed, reference: str) -> tuple[str, str]:
    alias, dot, column = reference.partition(".")
    joined = {join.file for join in feed.joins} | {feed.source}
    return (alias, column) if dot and alias in joined else (feed.source, reference)


def _shown(path: Path, source: SourceFile, feeds: dict[str, list[str]]) -> FileSeen:
    read, content = open_file(path, source)
    kept: list[list[str]] = [[] for _ in read.header]
    for table in content.tables(range(len(read.header))):
        for place, values in enumerate(kept):
            if len(values) < SAMPLED:
                texts = table.column(str(place)).slice(0, SAMPLED).to_pylist()
                values += [text.strip() for text in texts if text and text.strip()][: SAMPLED - len(values)]
    columns = tuple(
        ColumnSeen(
            name=name,
            shape=shape,
            distinct=len(set(values)),
            samples=tuple(
                _sample(value, shape, len(set(values)), len(values)) for value in list(dict.fromkeys(values))[:SAMPLES]
            ),
            feeds=tuple(feeds.get(name, ())),
            words=tuple(sorted(set(values))) if shape == "few words" else (),
            latest=_latest(values) if shape in ("date", "instant") else None,
        )
        for name, values, shape in ((name, kept[at], shape_of(kept[at])) for at, name in enumerate(read.header))
    )
    broken = len(content.broken) if isinstance(content, TextRows) else 0
    return FileSeen(path.name, read.kind, content.read, broken, columns, read.encoding, read.delimiter, source.skip)


def _latest(values: list[str]) -> date | None:
    days = []
    for value in set(values):
        try:
            days.append(read_day(value[:10] if value[4:5] == "-" else value))
        except Unreadable:
            continue
    return max(days, default=None)


def _sample(value: str, shape: str, distinct: int, filled: int) -> str:
    if shape in ("amount", "whole number", "percentage", "yes or no"):
        return value
    if shape == "date":
        return value[:-2] + "＊＊"
    # A word that many rows share is a code that the mapping must know, and nobody's name.
    common = shape == "few words" and filled >= 10 * distinct
    return shortened(value) if common else masked(value)

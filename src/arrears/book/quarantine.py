"""
The quarantine: every fault of every row that was not taken, with where, what, why and what to do, in two languages.

Only bad rows are touched one by one. Values are shortened, masked where they are about a person, and harmless in a
spreadsheet; rows are named by file and number, so the lender finds the rest in their own file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from arrears.book.cells import masked, neutral, shortened
from arrears.book.faults import CELL_NUMBER, FAULTS
from arrears.book.load_files import Loaded, run
from arrears.book.vocabulary import PERSONAL
from arrears.kernel.problem import Problem

COLUMNS = ("where", "row", "column", "code", "value", "what", "why", "fix", "zh")


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One fault of one row: as a Problem, and as a sentence in Chinese."""

    problem: Problem
    zh: str

    def as_row(self) -> dict[str, str | int | None]:
        """The columns of COLUMNS."""
        told = self.problem.as_row()
        return {name: self.zh if name == "zh" else told[name] for name in COLUMNS}


def quarantine(con: duckdb.DuckDBPyConnection, loaded: Loaded) -> tuple[Quarantined, ...]:
    """Every fault, in the order of files and rows."""
    names = {read.number: read.path.name for read in loaded.files}
    found: list[tuple[int, int, Quarantined]] = []
    for read in loaded.files:
        for broken in read.broken:
            told = _told(read.path.name, broken.row, broken.code, "", None, broken.value, broken.detail)
            found.append((read.number, broken.row, told))
    for number, row, code, table, column, value, detail in run(
        con, "SELECT DISTINCT file_no, row_no, code, t, c, v, d FROM fault ORDER BY ALL"
    ):
        of, at = int(str(number)), int(str(row))
        told = _told(names[of], at, str(code), str(table), str(column), _text(value), _text(detail) or "")
        found.append((of, at, told))
    found.sort(key=lambda entry: entry[:2])
    return tuple(told for _, _, told in found)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _told(
    where: str, row: int, code: str, table: str, column: str | None, value: str | None, detail: str
) -> Quarantined:
    fault = FAULTS[code]
    shown = None
    if value is not None:
        # For a fault of one cell the detail is the name of the book's column; a broken row may hold anything.
        personal = column is None or (code in CELL_NUMBER and (table, detail) in PERSONAL)
        shown = neutral(shortened(masked(value) if personal else value))
    words = {
        "column": column or "",
        "value": "empty" if shown is None else f"“{shown}”",
        "table": table,
        "detail": detail,
    }
    problem = Problem(
        code=code,
        where=where,
        what=fault.what.format(**words),
        why=fault.why.format(**words),
        fix=fault.fix,
        row=row,
        column=column,
        value=shown,
    )
    return Quarantined(problem, fault.zh.format(**{**words, "value": "空" if shown is None else f"“{shown}”"}))


def quarantine_table(faults: Iterable[Quarantined]) -> pa.Table:
    """The quarantine as a table: the columns of COLUMNS, one row a fault."""
    schema = pa.schema([(name, pa.int64() if name == "row" else pa.string()) for name in COLUMNS])
    return pa.Table.from_pylist([fault.as_row() for fault in faults], schema=schema)


def write_quarantine(path: Path, faults: Iterable[Quarantined]) -> None:
    """The quarantine as CSV."""
    write_rows(path, (fault.as_row() for fault in faults))


def write_rows(path: Path, rows: Iterable[Mapping[str, str | int | None]]) -> None:
    """Rows of COLUMNS as CSV in UTF-8 with a byte-order mark, which spreadsheets read rightly; formulas neutral."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        for row in rows:
            writer.writerow({name: neutral(text) if isinstance(text, str) else text for name, text in row.items()})

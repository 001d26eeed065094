"""
The rows of a workbook as columns of text, as `text_rows.py` gives them for text.

A cell that holds a date or an instant becomes ISO text, a whole number loses its ".0", and a number with more than 15
digits stays in exponent form, in which the import refuses it: a workbook has already lost its last digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

import pyarrow as pa

from arrears.book.guard_workbook import guard_workbook
from arrears.book.mapping import SourceFile
from arrears.kernel.problem import Problem, Unusable

EXACT = 10**15
ROWS = 10_000


class SheetRows:
    """One sheet, opened: its header, then its rows once. A sheet has no broken rows: its cells are cells."""

    def __init__(self, path: Path, source: SourceFile) -> None:
        self._left = rows_of_sheet(path, source.sheet)
        header = next((row for place, row in enumerate(self._left) if place >= source.skip and any(row)), None)
        if header is None:
            raise Unusable(
                Problem(
                    code="empty_file",
                    where=path.name,
                    what="the sheet is empty.",
                    why="An empty sheet may be an export that failed; it does not say that there are no loans.",
                    fix="Name the right sheet in the mapping (`sheet`), or export it again.",
                )
            )
        self.header = [name.strip() for name in header]
        self.read = 0
        """Data rows so far."""

    def tables(self, wanted: Sequence[int]) -> Iterator[pa.Table]:
        """The columns at `wanted` (places in the header), named by their place ("3"), with row_no."""
        rows = (row for row in self._left if any(row))
        while block := list(islice(rows, ROWS)):
            columns = {str(place): pa.array([row[place] for row in block], pa.string()) for place in wanted}
            numbers = range(self.read + 1, self.read + len(block) + 1)
            self.read += len(block)
            yield pa.table({**columns, "row_no": pa.array(numbers, pa.int64())})


def rows_of_sheet(path: Path, name: str | None) -> Iterator[list[str]]:
    """The rows of a sheet as text, one after the other from its first. Raises Unusable."""
    from python_calamine import CalamineWorkbook

    guard_workbook(path)
    try:
        book = CalamineWorkbook.from_path(str(path))
        if name is not None and name not in book.sheet_names:
            raise Unusable(
                Problem(
                    code="no_such_sheet",
                    where=path.name,
                    what=f"there is no sheet {name!r}; it has {', '.join(book.sheet_names)}.",
                    why="The mapping names the sheet to read.",
                    fix="Correct `sheet` in the mapping, or rename the sheet.",
                )
            )
        sheet = book.get_sheet_by_name(name) if name is not None else book.get_sheet_by_index(0)
        rows: Iterator[list[object]] = iter(sheet.iter_rows())
    except Unusable:
        raise
    except Exception as fault:  # the reader raises its own kinds for every kind of damage
        raise Unusable(
            Problem(
                code="damaged_archive",
                where=path.name,
                what=f"the workbook can't be read ({type(fault).__name__}).",
                why="What could be read may not be all of it.",
                fix="Open it in a spreadsheet and save it again as .xlsx, or export CSV.",
            )
        ) from fault
    return ([_text(cell) for cell in row] for row in rows)


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return (
            str(int(cell)) if cell.is_integer() and abs(cell) < EXACT else f"{cell:.15e}" if _huge(cell) else repr(cell)
        )
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)


def _huge(cell: float) -> bool:
    return abs(cell) >= EXACT

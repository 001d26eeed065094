"""
How many lines stand above the header of a file: a title, who made it and when, blank lines.

Comes in: a path, and the names of columns that its mapping reads, where it has one. Goes out: a number of lines, for
`skip`. The header is the first row with most names that a column of the book or of the mapping goes by; where no row
has two, the first that is as wide as the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from itertools import islice
from pathlib import Path

from arrears.book.sheet_rows import rows_of_sheet
from arrears.book.sniff import sniff
from arrears.book.suggest import known_names, plain
from arrears.book.text_rows import DELIMITERS, first_records

LOOKED_AT = 40
NAMES = 2
WIDE = 0.6


def title_lines(path: Path, wanted: Iterable[str] = (), sheet: str | None = None) -> int:
    """The lines above the header, which is known by usual names and those `wanted`. Raises Unusable."""
    known = known_names() | {plain(name) for name in wanted}
    sniffed = sniff(path)
    if sniffed.kind == "parquet":
        return 0
    if sniffed.kind == "xlsx":
        return _above(list(enumerate(islice(rows_of_sheet(path, sheet), LOOKED_AT))), known)[1]
    found = [_above(list(islice(first_records(sniffed, mark), LOOKED_AT)), known) for mark in DELIMITERS]
    return max(found, key=lambda one: one[0])[1]


def _above(rows: list[tuple[int, list[str]]], known: Set[str]) -> tuple[tuple[int, int], int]:
    """How sure it is (names known, width), and the lines above the header."""
    filled = [(line, [cell for cell in row if cell.strip()]) for line, row in rows]
    filled = [(line, cells) for line, cells in filled if cells]
    if not filled:
        return (0, 0), 0
    names = [sum(plain(cell) in known for cell in cells) for _, cells in filled]
    width = max(len(cells) for _, cells in filled)
    if max(names) >= NAMES:
        line = filled[names.index(max(names))][0]
    else:
        line = next(line for line, cells in filled if len(cells) >= WIDE * width)
    return (max(names), width), 0 if line == filled[0][0] else line

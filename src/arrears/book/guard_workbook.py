"""
Whether a workbook can be read within a bounded memory, before it is read: a spreadsheet's reader lays out every cell
between the first and the last, and a text that many cells share once for each of them.

Comes in: the path of a workbook. Goes out: nothing, or Unusable that says what is too large. The parts are streamed and
counted as they unpack, whatever the archive says of their sizes. Never: a part held as a whole.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from arrears.book.sniff import DAMAGED_ZIP, is_damage
from arrears.kernel.problem import Problem, Unusable

MOST_CELLS = 20_000_000
"""Of the used range: a million rows of twenty columns."""
FEW_CELLS = 1_000_000
SPARSE = 50
"""A used range above FEW_CELLS of which less than one cell in SPARSE is filled is a stray cell, or an attack."""
MOST_LETTERS = 1 << 27
MOST_BYTES = 1 << 30
"""Of all parts, unpacked."""
PIECE = 1 << 20

_CELL = re.compile(rb"<(?:\w+:)?c(?:\s[^>]*)?(?<!/)>")
_AT = re.compile(rb"<(?:\w+:)?c\s(?:[^>]*?\s)?r\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"'][^>]*(?<!/)>")
_ROW = re.compile(rb"<(?:\w+:)?row(?=[\s>])")
_ROW_AT = re.compile(rb"^\s[^>]*?\br\s*=\s*[\"']([0-9]{1,7})")
_SHARED = re.compile(rb"\bt\s*=\s*[\"']s[\"'][^>]*>\s*<(?:\w+:)?v>\s*([0-9]{1,9})")
_TAG = re.compile(rb"<[^>]*>")


@dataclass
class _Used:
    """What a sheet holds, as far as it was read."""

    cells: int = 0
    rows: int = 0
    columns: int = 0
    letters: int = 0
    """Bytes of text that stand in the sheet itself."""
    shared: dict[int, int] = field(default_factory=dict)
    """Place of a shared text to how many cells hold it."""

    @property
    def span(self) -> int:
        return self.rows * self.columns


def guard_workbook(path: Path) -> None:
    """Stop before a workbook is read that would fill the memory. Raises Unusable."""
    budget = [MOST_BYTES]
    try:
        with zipfile.ZipFile(path) as archive:
            texts = np.zeros(0, np.int64)
            sheets = []
            for entry in archive.infolist():
                if entry.filename.lower().endswith("sharedstrings.xml"):
                    texts = _texts(path, archive, entry, budget)
                else:
                    sheets.append(_used(path, archive, entry, budget))
    except DAMAGED_ZIP as fault:
        if not is_damage(fault):
            raise
        raise Unusable(
            Problem(
                code="damaged_archive",
                where=path.name,
                what="the workbook can't be unpacked: a part of it is damaged, locked or not as long as it says.",
                why="What could be read may not be all of it.",
                fix="Open it in a spreadsheet and save it again without a password, or send it again.",
            )
        ) from None
    for sheet in sheets:
        held = sheet.letters + sum(
            int(texts[place]) * count for place, count in sheet.shared.items() if place < len(texts)
        )
        if held > MOST_LETTERS:
            raise _too_large(path, f"the texts of its cells are {held:,} bytes")


def _used(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: list[int]) -> _Used:
    used = _Used()
    for number, text in enumerate(_cut(path, archive, entry, budget, _ROW)):
        if number:
            _count(used, text)
            if used.span > MOST_CELLS:
                raise _too_large(path, f"its {used.cells:,} filled cells so far lie in a range of {used.span:,}")
            if used.letters > MOST_LETTERS:
                raise _too_large(path, f"the texts of its cells are more than {MOST_LETTERS:,} bytes")
    if used.span > FEW_CELLS and used.span > SPARSE * used.cells:
        raise _too_large(path, f"its {used.cells:,} filled cells lie in a range of {used.span:,}")
    return used


def _count(used: _Used, row: bytes) -> None:
    """One row of a sheet, from behind its "<row"."""
    cells = len(_CELL.findall(row))
    if not cells:
        return
    named = _AT.findall(row)
    used.cells += cells
    at = _ROW_AT.match(row)
    used.rows = max(used.rows + 1, int(at.group(1)) if at else 0, *(int(number) for _, number in named[-1:]))
    if len({number for _, number in named}) > 1:
        used.rows = max(used.rows, *(int(number) for _, number in named))
    wide = max((_place(letters) for letters, _ in named), default=0)
    used.columns = max(used.columns, wide, cells)
    if b"<t" in row or b":t" in row or b'"str"' in row:
        used.letters += len(_TAG.sub(b"", row))
    for place in _SHARED.findall(row):
        used.shared[int(place)] = used.shared.get(int(place), 0) + 1


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters.upper():
        place = place * 26 + letter - 64
    return place


def _texts(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: list[int]) -> np.ndarray:
    """The length of each text that cells share, in bytes."""
    ends = re.compile(rb"<(?:\w+:)?si(?=[\s/>])")
    lengths = [len(_TAG.sub(b"", b"<si" + text)) for text in _cut(path, archive, entry, budget, ends)]
    return np.array(lengths[1:], np.int64)


def _cut(
    path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: list[int], mark: re.Pattern[bytes]
) -> Iterator[bytes]:
    """What lies before the first mark of a part of the archive, then what lies behind each."""
    rest = b""
    with archive.open(entry) as stream:
        while piece := stream.read(PIECE):
            budget[0] -= len(piece)
            if budget[0] < 0:
                raise _too_large(path, f"it unpacks to more than {MOST_BYTES:,} bytes")
            *whole, rest = mark.split(rest + piece)
            yield from whole
            if len(rest) > MOST_LETTERS:
                raise _too_large(path, f"one row or text of it is more than {MOST_LETTERS:,} bytes")
    yield rest


def _too_large(path: Path, what: str) -> Unusable:
    return Unusable(
        Problem(
            code="workbook_too_large",
            where=path.name,
            what=f"{what}.",
            why="A workbook is laid out cell by cell before it is read, and this one would fill the memory.",
            fix="Delete what lies beyond the table (empty rows and columns to the end of the sheet), or export CSV.",
        )
    )

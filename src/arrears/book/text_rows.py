"""
The rows of a text file as columns of text, each row with its number, and the rows that can't be split.

Comes in: a sniffed file. Goes out: Arrow tables of text with `row_no` (data rows counted from 1; blank lines don't
count), and `Broken` for every row with too few or too many columns or with damaged characters. Where each line is one
row, whole blocks are cut at once; from the first line on that is not, records are read one by one. A property test
holds the two equal.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv

from arrears.book.encodings import CODECS
from arrears.book.mapping import SourceFile
from arrears.book.sniff import LONGEST_LINE, Sniffed, pieces
from arrears.kernel.problem import Problem, Unusable

DELIMITERS = ",;\t|"
RECORDS = 50_000
_UNDECODABLE = b"\0undecodable"


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that could not be split into columns."""

    row: int
    code: str
    detail: str
    value: str


@dataclass
class TextRows:
    """One text file, opened: its header, then its rows once."""

    sniffed: Sniffed
    header: list[str]
    delimiter: str
    skip: int
    header_lines: int
    broken: list[Broken] = field(default_factory=list)
    read: int = 0
    """Data rows so far, broken ones included."""

    def tables(self, wanted: Sequence[int]) -> Iterator[pa.Table]:
        """The columns at `wanted` (places in the header), named by their place ("3"), with row_no."""
        for table in self._blocks(wanted):
            if table.num_rows:
                yield table

    def _blocks(self, wanted: Sequence[int]) -> Iterator[pa.Table]:
        """Whole blocks of lines at once; from the first block on in which a line is not a row, record by record."""
        gone = self.header_lines
        to_skip = gone
        for block in _lines(self.sniffed):
            if to_skip:
                block, to_skip = _without_first(block, to_skip)
            if not block:
                continue
            cut = _cut(block, self.delimiter)
            if cut is None:
                yield from self._records(wanted, gone)
                return
            gone += len(cut.ends)
            block, numbers = self._sound(block, cut)
            if block:
                yield self._parsed(block, numbers, wanted)

    def _sound(self, block: bytes, cut: _Cut) -> tuple[bytes, npt.NDArray[np.int64]]:
        """The lines of a block that are rows of the right width, and their numbers. The others are noted."""
        blank = cut.ends == cut.starts
        bad = cut.columns != len(self.header)
        if self.sniffed.damaged or b"\0" in block:
            bad |= _damaged(block, cut.ends)
        bad &= ~blank
        numbers = self.read + np.cumsum(~blank)
        self.read += int(np.count_nonzero(~blank))
        if not (bad.any() or blank.any()):
            return block, numbers
        for place in np.flatnonzero(bad):
            line = block[cut.starts[place] : cut.ends[place]].decode()
            self._break(int(numbers[place]), line, int(cut.columns[place]))
        keep = ~(bad | blank)
        return b"".join(block[cut.starts[at] : cut.ends[at] + 1] for at in np.flatnonzero(keep)), numbers[keep]

    def _parsed(self, block: bytes, numbers: npt.NDArray[np.int64], wanted: Sequence[int]) -> pa.Table:
        names = [str(place) for place in range(len(self.header))]
        used = [str(place) for place in wanted]
        table = pa_csv.read_csv(
            pa.BufferReader(block),
            read_options=pa_csv.ReadOptions(column_names=names, block_size=LONGEST_LINE + 1),
            parse_options=pa_csv.ParseOptions(
                delimiter=self.delimiter, quote_char='"' if b'"' in block else False, ignore_empty_lines=False
            ),
            convert_options=pa_csv.ConvertOptions(
                include_columns=used or names[:1],
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
            ),
        )
        return table.select(used).append_column("row_no", pa.array(numbers, pa.int64()))

    def _records(self, wanted: Sequence[int], gone: int) -> Iterator[pa.Table]:
        """The rows below the first `gone` lines, each record followed through its quotation marks."""
        numbers: list[int] = []
        records: list[list[str]] = []
        for record, first, last in _reader(self.sniffed, self.delimiter, gone):
            if not record:
                continue
            self.read += 1
            if len(record) != len(self.header) or (self.sniffed.damaged and any("\0" in cell for cell in record)):
                self._break(self.read, self.delimiter.join(record), len(record), last - first + 1)
                continue
            numbers.append(self.read)
            records.append(record)
            if len(records) == RECORDS:
                yield _table(records, numbers, wanted)
                numbers, records = [], []
        if records:
            yield _table(records, numbers, wanted)

    def _break(self, row: int, line: str, columns: int, lines: int = 1) -> None:
        if _UNDECODABLE.decode() in line:
            self.broken.append(Broken(row, "undecodable_line", "", ""))
        elif "\0" in line or "\r" in line:
            self.broken.append(Broken(row, "control_character", "", line.replace("\0", "␀").replace("\r", "␍")))
        else:
            detail = f"{columns} columns where the header has {len(self.header)}"
            if lines > 1:
                detail += f"; {lines} lines were read as one row because a quotation mark was open"
            self.broken.append(Broken(row, "wrong_number_of_columns", detail, line))


@dataclass(frozen=True, slots=True)
class _Cut:
    """Where the lines of a block begin and end, and how many columns each has."""

    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    columns: npt.NDArray[np.int64]


def _cut(block: bytes, delimiter: str) -> _Cut | None:
    """
    The lines of a block, or None where a line is not a row: a quotation mark is open at its end, or stands where
    only reading from the start tells what it means.
    """
    letters = np.frombuffer(block, np.uint8)
    mark = ord(delimiter)
    ends = np.flatnonzero(letters == 10)
    starts = np.concatenate([[0], ends[:-1] + 1])
    marks = np.flatnonzero(letters == mark)
    quotes = np.flatnonzero(letters == 34)
    if len(quotes):
        if (np.diff(np.searchsorted(quotes, ends), prepend=0) % 2).any():
            return None
        before = letters[np.maximum(quotes[0::2] - 1, 0)]
        opens = np.isin(before, (10, mark, 34)) | (quotes[0::2] == 0)
        if not (opens.all() and np.isin(letters[quotes[1::2] + 1], (10, mark, 34)).all()):
            return None
        marks = marks[np.searchsorted(quotes, marks) % 2 == 0]
    return _Cut(starts, ends, np.diff(np.searchsorted(marks, ends), prepend=0) + 1)


def open_text(sniffed: Sniffed, source: SourceFile) -> TextRows:
    """The file with its header read. Raises Unusable where it has none."""
    delimiter = source.delimiter or _delimiter(sniffed, source.skip)
    try:
        header, _, last = next(_reader(sniffed, delimiter, source.skip))
    except StopIteration:
        raise Unusable(
            Problem(
                code="empty_file",
                where=sniffed.path.name,
                what="the file has no header.",
                why="Without names nobody can say what the columns are.",
                fix="Export it again with column names in the first line.",
            )
        ) from None
    header = [name.replace("\0", "").strip().strip("　") for name in header]
    return TextRows(sniffed, header, delimiter, source.skip, last)


def first_records(sniffed: Sniffed, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Every record from the first line on, with the number of lines above it."""
    for record, first, _ in _reader(sniffed, delimiter, 0):
        yield first - 1, record


def _delimiter(sniffed: Sniffed, skip: int) -> str:
    def columns(mark: str) -> int:
        return len(next(_reader(sniffed, mark, skip), ([], 0, 0))[0])

    return max(DELIMITERS, key=columns)


def _lines(sniffed: Sniffed) -> Iterator[bytes]:
    """Blocks of whole lines in UTF-8, each line ending with one line feed; undecodable lines marked."""
    rest = b""
    first = sniffed.encoding == "utf-8-sig"
    for piece in pieces(sniffed.path, sniffed.packed):
        if first:
            piece, first = piece[3:], False
        end = piece.rfind(b"\n") + 1
        if end:
            yield _utf8(sniffed, rest + piece[:end])
            rest = piece[end:]
        else:
            rest += piece
    if rest:
        yield _utf8(sniffed, rest + b"\n")


def _utf8(sniffed: Sniffed, block: bytes) -> bytes:
    if b"\r" in block:
        block = block.replace(b"\r\n", b"\n")
    try:
        text = block.decode(_codec(sniffed))
    except UnicodeDecodeError:
        return b"".join(_utf8_line(sniffed, line) for line in block.split(b"\n")[:-1])
    return block if sniffed.encoding.startswith("utf-8") else text.encode()


def _codec(sniffed: Sniffed) -> str:
    return CODECS.get(sniffed.encoding, sniffed.encoding.removesuffix("-sig"))


def _utf8_line(sniffed: Sniffed, line: bytes) -> bytes:
    try:
        return line.decode(_codec(sniffed)).encode() + b"\n"
    except UnicodeDecodeError:
        return _UNDECODABLE + b"\n"


def _damaged(block: bytes, ends: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Which lines hold a NUL or a lone carriage return."""
    letters = np.frombuffer(block, np.uint8)
    at = np.searchsorted(ends, np.flatnonzero((letters == 0) | (letters == 13)))
    marked = np.zeros(len(ends), dtype=np.bool_)
    marked[at] = True
    return marked


def _without_first(block: bytes, lines: int) -> tuple[bytes, int]:
    while lines and block:
        block = block[block.index(b"\n") + 1 :]
        lines -= 1
    return block, lines


def _reader(sniffed: Sniffed, delimiter: str, skip: int) -> Iterator[tuple[list[str], int, int]]:
    """Every record with its first and last line (from 1): the header first. Blank lines before it are left out."""
    csv.field_size_limit(LONGEST_LINE)

    def lines() -> Iterator[str]:
        number = 0
        for block in _lines(sniffed):
            for line in block.decode().split("\n")[:-1]:
                number += 1
                if number > skip:
                    yield line.replace("\r", "\0") + "\n"

    if sniffed.quoted:
        reader = csv.reader(lines(), delimiter=delimiter)
    else:
        reader = csv.reader(lines(), delimiter=delimiter, quoting=csv.QUOTE_NONE)
    first, begun = skip + 1, False
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Unusable(
                Problem(
                    code="quote_never_closed",
                    where=sniffed.path.name,
                    what=f"the row that begins on line {first} is longer than {LONGEST_LINE:,} characters.",
                    why="A quotation mark opened there is not closed, so the rest would be read as one value.",
                    fix="Close or remove the quotation mark on that line.",
                )
            ) from None
        if record or begun:
            begun = True
            yield record, first, skip + reader.line_num
        first = skip + reader.line_num + 1


def _table(records: list[list[str]], numbers: list[int], wanted: Sequence[int]) -> pa.Table:
    columns = list(zip(*records, strict=True))
    return pa.table(
        {
            **{str(place): pa.array(columns[place], pa.string()) for place in wanted},
            "row_no": pa.array(numbers, pa.int64()),
        }
    )

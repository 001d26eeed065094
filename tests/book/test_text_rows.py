"""Rows of a text file: cut by whole blocks, and exactly as the csv module would, record by record."""

from __future__ import annotations

import csv
import gzip
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from arrears.book import sniff as sniffing
from arrears.book.mapping import SourceFile
from arrears.book.sniff import sniff
from arrears.book.text_rows import Broken, open_text
from arrears.kernel.problem import Unusable

ANY = SourceFile("any", ("*",), delimiter=",")


def rows_of(path: Path, source: SourceFile = ANY) -> tuple[list[tuple[int, tuple[str, ...]]], list[Broken], int]:
    """(number, cells) of every sound row, the broken ones, and how many were read."""
    rows = open_text(sniff(path, source.encoding), source)
    width = len(rows.header)
    found = []
    for table in rows.tables(range(width)):
        columns = [table.column(str(place)).to_pylist() for place in range(width)]
        found += list(zip(table.column("row_no").to_pylist(), zip(*columns, strict=True), strict=True))
    return found, rows.broken, rows.read


def obviously(text: str) -> tuple[list[tuple[int, tuple[str, ...]]], list[int]]:
    """The same by the csv module alone: sound rows, and the numbers of those of another width."""
    records = [record for record in csv.reader(io.StringIO(text, newline="")) if record]
    width = len(records[0])
    sound = [(number, tuple(record)) for number, record in enumerate(records[1:], start=1) if len(record) == width]
    return sound, [number for number, record in enumerate(records[1:], start=1) if len(record) != width]


cells = some.text(some.sampled_from('ab1 ,"\n中é'), max_size=5)
quoted = cells.map(lambda cell: '"' + cell.replace('"', '""') + '"')
bare = some.text(some.sampled_from("ab1 中é"), max_size=5)
stray = some.text(some.sampled_from('ab"'), max_size=4)
lines = some.lists(some.one_of(bare, bare, bare, quoted, stray), min_size=0, max_size=4).map(",".join)


@given(body=some.lists(lines, max_size=30), pieces=some.sampled_from([7, 64, 1 << 22]))
@example(body=['"a""b",1', "", '"x\ny",2', "3,4"], pieces=7)
@example(body=['a"b,1', '"c,2', 'd",3'], pieces=1 << 22)
@settings(max_examples=250, deadline=None)
def test_whole_blocks_are_cut_as_the_csv_module_reads_records(body: list[str], pieces: int) -> None:
    """Quotation marks, quoted line ends, stray marks, blank lines, other widths; wherever the pieces of it end."""
    text = "\n".join(["h1,h2", *body]) + "\n"
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sniffing, "PIECE", pieces)
        path = Path(folder) / "rows.csv"
        path.write_text(text)
        found, broken, read = rows_of(path)
    sound, other = obviously(text)
    assert found == sound
    assert [one.row for one in broken] == other
    assert read == len(sound) + len(other)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("packed", [False, True])
def test_line_ends_encodings_and_packing_leave_no_trace(tmp_path: Path, end: str, encoding: str, packed: bool) -> None:
    """The same cells come out of all of them."""
    data = end.join(["姓名,金额", '"拟, 天枢",1', "例天璇,2"]).encode(encoding)
    path = tmp_path / ("rows.csv.gz" if packed else "rows.csv")
    path.write_bytes(gzip.compress(data) if packed else data)
    assert rows_of(path)[0] == [(1, ("拟, 天枢", "1")), (2, ("例天璇", "2"))]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_in_the_header(tmp_path: Path, mark: str) -> None:
    """A lender's export tool chooses it, and nobody remembers which."""
    path = tmp_path / "rows.csv"
    path.write_text(f"a{mark}b{mark}c d\n1{mark}2{mark}3\n")
    rows = open_text(sniff(path), SourceFile("any", ("*",)))
    assert rows.delimiter == mark
    assert rows.header == ["a", "b", "c d"]


def test_title_lines_above_the_header_are_skipped_where_the_mapping_says_so(tmp_path: Path) -> None:
    """Reports often begin with a title."""
    path = tmp_path / "rows.csv"
    path.write_text("贷款台账\n\na,b\n1,2\n")
    assert rows_of(path, SourceFile("any", ("*",), skip=1))[0] == [(1, ("1", "2"))]


EVERYDAY = [bytes([high, low]).decode("gb2312") for high in range(0xB0, 0xD7) for low in range(0xA1, 0xFF)]
"""The 3,755 characters that GB 2312 lists first, by their sound: those of ordinary names and words."""


def _as_gb18030(words: list[str]) -> list[str]:
    """The names that are read from a file of these names."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        path.write_bytes("\n".join(["姓名,省份", *(f"{word},广东省" for word in words)]).encode("gb18030"))
        found, _, _ = rows_of(path)
    return [str(row[0]) for _, row in found]


@given(words=some.lists(some.text(some.sampled_from(EVERYDAY), min_size=2, max_size=4), min_size=3))
@settings(max_examples=100, deadline=None)
def test_everyday_chinese_in_gb18030_is_never_taken_for_utf_8(words: list[str]) -> None:
    """Names come out as they went in."""
    assert _as_gb18030(words) == words


@given(
    words=some.lists(
        some.text(some.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=4), min_size=1
    )
)
@settings(max_examples=100, deadline=None)
def test_rare_characters_come_out_as_they_went_in_or_the_file_is_refused(words: list[str]) -> None:
    """A handful of rare characters may look like another encoding: then the message says how to name gb18030."""
    refused = '"gb18030" if that is what it is'
    try:
        found = _as_gb18030(words)
    except Unusable as fault:
        found, refused = words, str(fault)
    assert found == words
    assert '"gb18030" if that is what it is' in refused


def test_a_line_of_exactly_a_mebibyte_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    """Both sides of the limit, whether the line ends the file or not."""
    path = tmp_path / "rows.csv"
    for size, fits in ((sniffing.LONGEST_LINE, True), (sniffing.LONGEST_LINE + 1, False)):
        for ending in (b"\n", b"\n1,2\n", b""):
            path.write_bytes(b"a,b\n1," + b"x" * (size - 2) + ending)
            if fits:
                assert rows_of(path)[2] >= 1
            else:
                with pytest.raises(Unusable, match="line 2 is longer"):
                    sniff(path)

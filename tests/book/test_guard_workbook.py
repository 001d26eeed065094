"""A small file that unpacks to a large one is refused by what it would hold, before it is laid out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from arrears.book.guard_workbook import guard_workbook
from arrears.book.load_files import open_file
from arrears.book.mapping import SourceFile
from arrears.kernel.problem import Unusable

SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def workbook(path: Path, rows: Sequence[str], texts: Sequence[str] = ()) -> Path:
    """A workbook whose first sheet has exactly these rows of XML, and these texts that cells share."""
    plain = io.BytesIO()
    openpyxl.Workbook().save(plain)
    with zipfile.ZipFile(plain) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name in made.namelist():
            if name != "xl/sharedStrings.xml":
                sheet = f"<worksheet {SPACE}><sheetData>{''.join(rows)}</sheetData></worksheet>"
                out.writestr(name, sheet if name.endswith("sheet1.xml") else made.read(name))
        shared = "".join(f"<si><t>{text}</t></si>" for text in texts)
        out.writestr("xl/sharedStrings.xml", f"<sst {SPACE}>{shared}</sst>")
    return path


def cell(at: str, value: str = "<v>1</v>", more: str = "") -> str:
    """One cell."""
    return f'<c r="{at}"{more}>{value}</c>'


HEADER = f'<row r="1">{cell("A1")}{cell("B1")}</row>'


@pytest.mark.parametrize(
    "rows",
    [
        [f'<row r="1">{cell("A1")}</row>', f'<row r="1048576">{cell("XFD1048576")}</row>'],
        [f'<row r="1">{cell("A1")}</row>', f'<row r="2">{cell("XFD1048576")}</row>'],
        [f'<row r="1">{cell("XFD1")}</row>', f'<row r="1048576">{cell("A1048576")}</row>'],
        [f"<row>{'<c><v>1</v></c>' * 3000}</row>", '<row r="1048576"><c><v>1</v></c></row>'],
        [f"<row r='1'>{cell('A1')}</row>", "<row r='900000'><c r='CV900000'><v>1</v></c></row>"],
    ],
)
def test_a_stray_cell_is_refused_by_the_range_it_spans(tmp_path: Path, rows: list[str]) -> None:
    """Two filled cells, and thousands of millions between them."""
    with pytest.raises(Unusable, match="filled cells") as caught:
        guard_workbook(workbook(tmp_path / "a.xlsx", rows))
    assert caught.value.problem.code == "workbook_too_large"


@pytest.mark.parametrize("shared", [True, False])
def test_texts_are_counted_for_each_cell_that_holds_them(tmp_path: Path, shared: bool) -> None:
    """140,000 cells of a thousand letters, in a file of less than two megabytes."""
    inside, more = ("<v>0</v>", ' t="s"') if shared else (f"<is><t>{'x' * 1000}</t></is>", ' t="inlineStr"')
    rows = [f'<row r="{at}">{cell(f"A{at}", inside, more)}</row>' for at in range(1, 140_000)]
    path = workbook(tmp_path / "a.xlsx", rows, ["x" * 1000] if shared else [])
    assert path.stat().st_size < 2_000_000
    with pytest.raises(Unusable, match="texts of its cells"):
        guard_workbook(path)


def test_a_format_down_to_the_last_row_is_no_stray_cell(tmp_path: Path) -> None:
    """A column that was coloured as a whole: its cells are there and hold nothing."""
    path = workbook(tmp_path / "a.xlsx", [HEADER, '<row r="1048576"><c r="XFD1048576" s="1"/></row>'])
    guard_workbook(path)
    read, _ = open_file(path, SourceFile("a", ("a",)))
    assert read.header == ["1", "1"]


def test_a_part_that_is_longer_than_it_says_is_damage(tmp_path: Path) -> None:
    """The archive says ten bytes, and unpacks to a hundred thousand."""
    path = workbook(tmp_path / "a.xlsx", [HEADER])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/more.xml", "x" * 100_000)
    data = bytearray(path.read_bytes())
    for at in (data.find(b"PK\x03\x04", data.find(b"xl/more.xml") - 40) + 22, data.rfind(b"PK\x01\x02") + 24):
        data[at : at + 4] = (10).to_bytes(4, "little")
    path.write_bytes(data)
    with pytest.raises(Unusable) as caught:
        guard_workbook(path)
    assert caught.value.problem.code == "damaged_archive"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("[" * 200_000, "column_name_too_long"),
        ("a," * 100_000, "too_many_columns"),
        (",".join(f"c{at}" for at in range(2001)), "too_many_columns"),
    ],
)
def test_a_header_that_no_table_has_is_refused(tmp_path: Path, header: str, code: str) -> None:
    """It is compared with the names of the book, which takes as long as it is."""
    path = tmp_path / "a.csv"
    path.write_text(header + "\n")
    with pytest.raises(Unusable) as caught:
        open_file(path, SourceFile("a", ("a",)))
    assert caught.value.problem.code == code


def test_two_thousand_columns_are_read(tmp_path: Path) -> None:
    """The other side of the line."""
    path = tmp_path / "a.csv"
    path.write_text(",".join(f"c{at}" for at in range(2000)) + "\n")
    assert len(open_file(path, SourceFile("a", ("a",)))[0].header) == 2000

"""A mapping that is suggested imports, or says which line a person must fill in."""

from __future__ import annotations

import tempfile
import tomllib
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from arrears.book.load_mapping import load_mapping
from arrears.book.preview import preview
from arrears.book.suggest_mapping import suggested_toml
from arrears.book.take_in import TakenIn, take_in
from arrears.kernel.problem import Unusable

HEADER = ["借据号", "客户号", "姓名", "手机号", "产品", "放款日期", "贷款余额", "逾期金额", "逾期天数", "状态"]
ROWS = [
    ["A1", "P1", "拟天枢", "15400000001", "消费贷", "2025-01-15", "1,000.00", "100.00", "12", "逾期"],
    ["A2", "P2", "例天璇", "15400000002", "车贷", "2025-02-15", "2000.00", "0.00", "0", "正常"],
]


def suggested(path: Path) -> str:
    """What `book check --suggest` prints for one file."""
    seen = preview([path])
    return suggested_toml(seen.seen(), seen.titles())


def imported(path: Path, mapping: str, home: Path) -> TakenIn:
    """The file imported with it, unchanged."""
    (home / "map.toml").write_text(mapping)
    return take_in([path], home=home / "home", mapping=load_mapping(home / "map.toml"))


def sheet(path: Path, above: list[list[str]], *, merged: str = "") -> Path:
    """A workbook with rows above its header."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in [*above, HEADER, *ROWS]:
        page.append(row)
    if merged:
        page.merge_cells(merged)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("above", "merged"),
    [
        ([], ""),
        ([["贷款明细表"]], "A1:J1"),
        ([["贷款明细表"], [], ["制表人", "某某", "", "日期", "2025-02-15"]], "A1:J1"),
        ([[], [], ["逾期明细"], ["单位：元"]], ""),
        ([["借款人信息", "", "", "", "借款信息"]], "A1:D1"),
    ],
)
def test_the_header_below_titles_is_found_and_skip_is_suggested(
    tmp_path: Path, above: list[list[str]], merged: str
) -> None:
    """A title over merged cells, who made it and when, blank rows, the heads of groups of columns."""
    path = sheet(tmp_path / "a.xlsx", above, merged=merged)
    text = suggested(path)
    said = tomllib.loads(text)["files"]["a"].get("skip", 0)
    assert said in (len(above), 0 if not any(above) else len(above))
    taken = imported(path, text, tmp_path)
    assert (taken.rows["accounts"], taken.problems) == (2, ())


@pytest.mark.parametrize(
    "title", ["2025年贷款明细表", "贷款明细,,,,", "客户,某某有限公司,,,,,,,,\n制表人,某某,,", '"多行\n标题"']
)
def test_titles_above_a_text_are_counted_in_lines(tmp_path: Path, title: str) -> None:
    """Also where a title is one record of two lines."""
    path = tmp_path / "a.csv"
    rows = [title, "", *(";".join(row) for row in (HEADER, *ROWS))]
    path.write_bytes("\n".join(rows).encode("gb18030"))
    text = suggested(path)
    assert tomllib.loads(text)["files"]["a"]["skip"] == title.count("\n") + 2
    assert imported(path, text, tmp_path).rows["accounts"] == 2


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("above", [[["贷款明细表"]], [["贷款明细表"], [], ["制表人", "某某"]]], ids=["title", "titles"])
def test_titles_that_the_mapping_does_not_skip_are_named_with_how_many_to_skip(
    tmp_path: Path, kind: str, above: list[list[str]]
) -> None:
    """The mapping of last month's file meets one with a title: the message says what to write, and that imports."""
    path = tmp_path / f"a.{kind}"
    if kind == "csv":
        path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in [*above, HEADER, *ROWS]))
    else:
        sheet(path, above)
    told = suggested(path).replace(f"skip = {len(above)} #", "#")
    with pytest.raises(Unusable) as refused:
        imported(path, told, tmp_path)
    assert refused.value.problem.code == "missing_column"
    assert f"skip = {len(above)} " in refused.value.problem.fix
    mended = told.replace("[files.a]", f"[files.a]\nskip = {len(above)}")
    assert imported(path, mended, tmp_path).rows["accounts"] == 2


def test_a_column_that_is_missing_from_a_header_at_the_top_is_not_laid_to_titles(tmp_path: Path) -> None:
    """Nothing stands above: the message asks for the column alone."""
    path = sheet(tmp_path / "a.xlsx", [])
    told = suggested(path).replace("贷款余额", "贷款本金余额")
    with pytest.raises(Unusable) as refused:
        imported(path, told, tmp_path)
    assert "skip" not in refused.value.problem.fix


def test_a_word_nobody_knows_is_a_line_to_fill_in(tmp_path: Path) -> None:
    """The line stands there with its words, and the import names the column."""
    path = tmp_path / "a.csv"
    path.write_text(
        "\n".join(",".join(row).replace("1,000", "1000") for row in (HEADER, *ROWS)).replace("车贷", "神秘贷")
    )
    text = suggested(path)
    assert '"神秘贷" = ""' in text
    assert "# needed: say what 神秘贷 mean (one of auto_loan, consumer_loan" in text
    with pytest.raises(Unusable, match="nothing feeds product"):
        imported(path, text, tmp_path)
    filled = text.replace("# product", "product").replace('"神秘贷" = ""', '"神秘贷" = "other"')
    assert imported(path, filled, tmp_path).rows["accounts"] == 2


def test_contact_points_without_a_lawful_source_are_left_out_and_say_so(tmp_path: Path) -> None:
    """Where a number comes from is not ours to guess; the rest imports."""
    text = suggested(sheet(tmp_path / "a.xlsx", []))
    assert "# contact_points are left out until these lines are filled in: lawful_source" in text
    assert {table["into"] for table in tomllib.loads(text)["table"]} == {"accounts", "persons", "parties"}


names = some.text(some.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=6)


@given(
    kept=some.sets(some.sampled_from(HEADER)),
    more=some.lists(names, max_size=3),
    words=some.lists(some.sampled_from(["消费贷", "x", '"', "consumer_loan", "\\", ""]), min_size=2, max_size=2),
    encoding=some.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
    mark=some.sampled_from(",;\t|"),
    file=some.sampled_from(["a.csv", "贷款.csv", "a[1].csv", "b c.csv"]),
)
@settings(max_examples=60, deadline=None)
def test_a_suggestion_imports_or_says_what_is_needed(
    kept: set[str], more: list[str], words: list[str], encoding: str, mark: str, file: str
) -> None:
    """Whatever columns are there, however they are called: the text is a mapping, and a refusal was announced in it."""
    header = [name for name in HEADER if name in kept] + more
    rows = [[*(row[HEADER.index(name)] for name in HEADER if name in kept), *more] for row in ROWS]
    for row, word in zip(rows, words, strict=True):
        row[:] = [word if cell in ("消费贷", "车贷") else cell for cell in row]
    cells = [["借", *header], *([f"r{at}", *row] for at, row in enumerate(rows))]
    lines = [mark.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in cells]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / file
        path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
        try:
            text = suggested(path)
        except Unusable:
            return  # the file itself is refused, with its reason
        tomllib.loads(text)
        assert "# needed" in text or _imports(path, text, Path(folder))


def _imports(path: Path, text: str, folder: Path) -> bool:
    taken = imported(path, text, folder)
    return taken.rows["accounts"] > 0

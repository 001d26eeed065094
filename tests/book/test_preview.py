"""What is understood of files nobody has described yet."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.book.sample import TABLES, written

from arrears.book.preview import preview
from arrears.book.suggest import Seen, likeness, shape_of, suggestions, table_of


def test_files_with_the_books_own_names_are_recognised(tmp_path: Path) -> None:
    """Each table of the sample, by its names and what its values look like."""
    seen = preview([written(tmp_path / "in")]).seen()
    assert {name: f"{table_of(columns)}.csv" for name, columns in seen.items()} == {name: name for name in seen}


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        (["15400000001", "+86 15400000002"], "mobile number"),
        (["990000199001010014", "99000019900101003X"], "identity number"),
        (["made-up@example.invalid"], "email"),
        (["2026-01-05", "2026/1/5", "2026年1月5日", "20260105"], "date"),
        (["1", "20", "-2"], "whole number"),
        (["1,234.50", "¥12", "3元"], "amount"),
        (["7.2%", "24％"], "percentage"),
        (["是", "否", "Y"], "yes or no"),
        (["正常", "逾期", "正常"], "few words"),
        ([f"word {n}" for n in range(20)], "text"),
        ([], "empty"),
        (["2026-13-01"] * 20, "few words"),
    ],
)
def test_the_shape_of_a_column_is_what_nearly_all_of_its_values_look_like(values: list[str], shape: str) -> None:
    """By form alone; a month thirteen is no date."""
    assert shape_of(values) == shape


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("account_id", "Loan No."),
        ("account_id", "借据编号"),
        ("overdue_cents", "Past-Due Amount"),
        ("overdue_cents", "逾期金额（元）"),
        ("reported_days_past_due", "DPD"),
        ("lawful_source", "信息来源"),
    ],
)
def test_names_are_alike_whatever_their_case_width_and_separators(column: str, name: str) -> None:
    """A lender's header is typed by people."""
    assert likeness(column, name) > 0.72


def test_the_shape_of_the_values_speaks_against_a_likely_name() -> None:
    """A column called “balance” that holds dates is not the balance."""
    money, days = Seen("balance", "amount", 9), Seen("balance", "date", 9)
    assert [one.column for one in suggestions([money], ("accounts",))][0:1] == ["balance_cents"]
    assert "balance_cents" not in {one.column for one in suggestions([days], ("accounts",))}


def test_a_preview_without_a_mapping_reads_every_kind_of_file(tmp_path: Path) -> None:
    """Rows are counted, and the notes and mappings that lie beside the files are left alone."""
    seen = preview([written(tmp_path / "in")])
    assert {file.name: file.rows for file in seen.files} == {
        f"{name}.csv": text.count("\n") - 1 for name, text in TABLES.items()
    }
    assert seen.ignored == ("book.toml",)
    assert seen.rows == {}

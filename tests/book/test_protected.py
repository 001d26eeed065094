"""A fact that protects somebody outranks the run: it is placed, or the import stops and says whom it would leave."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.book.sample import TABLES, changed, codes, imported, stopped, with_row, written
from typer.testing import CliRunner

from arrears.cli import application


def test_an_id_with_a_character_nobody_sees_is_the_same_id(tmp_path: Path) -> None:
    """Accounts say P2 and a zero-width space, the hardship request says P2: it is one person, and it holds."""
    tables = {
        name: text if name == "holds" else text.replace("P2", "P2\u200b").replace("P1", "\ufeffP1\u00a0")
        for name, text in TABLES.items()
    }
    taken = imported(written(tmp_path / "in", tables), tmp_path / "home")
    plain = imported(written(tmp_path / "plain"), tmp_path / "home")
    assert codes(taken) == []
    assert taken.book_id == plain.book_id


def test_an_id_that_a_spreadsheet_made_a_number_is_the_same_id(tmp_path: Path) -> None:
    """2002.0 in one file and 2002 in another."""
    tables = {name: text.replace("P2", "2002" if name == "holds" else "2002.0") for name, text in TABLES.items()}
    assert codes(imported(written(tmp_path / "in", tables), tmp_path / "home")) == []


@pytest.mark.parametrize("kind", ["stop", "dispute", "hardship", "represented", "deceased", "complaint"])
def test_a_protective_row_that_cannot_be_placed_stops_the_import(tmp_path: Path, kind: str) -> None:
    """Its person would be on tonight's list."""
    rows = [f"P{n},{kind},2026-11-12,2026-11-12" for n in (7, 8, 8)]
    fault = stopped(written(tmp_path / "in", with_row("holds", rows[0], rows[1])), tmp_path / "home")
    assert fault.problem.code == "people_unprotected"
    assert "2 protective rows" in str(fault.problem)
    assert "leaves 2 people unprotected" in str(fault.problem)
    assert "holds.csv:2" in str(fault.problem)
    assert "--accept-unprotected" in str(fault.problem)


@pytest.mark.parametrize(
    ("table", "cells"),
    [
        ("holds", {"kind": "不要再联系"}),
        ("holds", {"placed_on": "2026-02-30"}),
        ("contacts", {"outcome": "stop_requested", "at": "2026-11-18"}),
        ("contacts", {"outcome": "deceased", "person_id": "P9"}),
        ("pauses", {"reason": "breathing_space", "end_on": "2026-11-01"}),
    ],
)
def test_whatever_row_says_that_somebody_is_left_alone_counts(
    tmp_path: Path, table: str, cells: dict[str, str]
) -> None:
    """A word nobody knows may be any of them; a request in the history of contact is one; so is breathing space."""
    fault = stopped(written(tmp_path / "in", changed(table, 1, **cells)), tmp_path / "home")
    assert fault.problem.code == "people_unprotected"
    assert "leaves 1 people unprotected" in str(fault.problem)


def test_a_row_of_holds_that_cannot_be_split_counts(tmp_path: Path) -> None:
    """It may be about anybody."""
    fault = stopped(written(tmp_path / "in", with_row("holds", "P1,stop,2026-11-12,2026-11-12,,,x")), tmp_path / "home")
    assert fault.problem.code == "people_unprotected"


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("holds", "P9,plan,2026-11-12,2026-11-12"),
        ("holds", "P2,hardship,2026-11-12,2026-11-12"),
        ("pauses", "A9,2026-11-10,2026-11-25,holiday,2026-11-10"),
        ("contacts", "C2,P9,A1,15400000001,2026-11-18T10:12:00+08:00,call,outbound,true,right_party"),
    ],
)
def test_any_other_row_in_quarantine_does_not_stop_the_import(tmp_path: Path, table: str, row: str) -> None:
    """A plan of nobody, the same request sent twice, a holiday, a call."""
    taken = imported(written(tmp_path / "in", with_row(table, row)), tmp_path / "home")
    assert len(codes(taken)) == 1
    assert taken.unprotected == 0


def test_it_stops_also_where_the_same_rows_were_imported_before(tmp_path: Path) -> None:
    """That the accepted rows are known says nothing about a request that came today."""
    imported(written(tmp_path / "in"), tmp_path / "home")
    folder = written(tmp_path / "in", with_row("holds", "P9,stop,2026-11-12,2026-11-12"))
    assert stopped(folder, tmp_path / "home").problem.code == "people_unprotected"


def test_the_command_stops_with_three_and_goes_on_when_told(tmp_path: Path) -> None:
    """Who goes on is told how many people stay unprotected, and the manifest keeps it."""
    folder = written(tmp_path / "in", with_row("holds", "P9,stop,2026-11-12,2026-11-12"))
    command = ["book", "import", str(folder), "--home", str(tmp_path / "home")]
    run = CliRunner().invoke
    refused = run(application(), command)
    assert refused.exit_code == 3
    assert "leaves 1 people unprotected" in refused.output
    seen = run(application(), ["book", "check", str(folder)])
    assert "An import would stop" in seen.output
    done = run(application(), [*command, "--accept-unprotected"])
    assert done.exit_code == 0, done.output
    assert "1 people are left unprotected" in done.output
    assert '"unprotected": 1' in run(application(), ["book", "show", "--home", str(tmp_path / "home")]).output

"""A fact that protects somebody outranks the run: it is placed, or the import stops and says whom it would leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.book.sample import MAPPING, TABLES, changed, codes, imported, stopped, with_row, written
from typer.testing import CliRunner

from arrears.cli import application
from arrears.kernel.problem import Unusable


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


# ── a list that goes on naming people who left ──

TODAY = {
    name: "".join(
        line for line in text.splitlines(keepends=True) if not any(gone in line for gone in ("A1,", "P1,", "P3,"))
    )
    for name, text in TABLES.items()
    if name not in ("instalments", "payments", "contacts", "contact_points")
}
"""The sample without its first loan and the people of it."""
STOP = "P1,stop,2026-11-12,2026-11-12\n"
NEXT = MAPPING.replace("2026-11-20", "2026-11-21")


def after_a_book(tmp_path: Path, tables: Mapping[str, str], first: Mapping[str, str] = TABLES) -> tuple[Path, Path]:
    """A folder of the next day's files, and the home that had a book of the day before."""
    imported(written(tmp_path / "first", first), tmp_path / "home")
    return written(tmp_path / "next", tables, mapping=NEXT), tmp_path / "home"


def listing(row: str) -> dict[str, str]:
    """Today's files with one more row on the stop list."""
    return {**TODAY, "holds": TODAY["holds"] + row}


def test_a_hold_of_somebody_who_left_with_their_accounts_is_kept_as_theirs(tmp_path: Path) -> None:
    """Taken, not in quarantine; warned of and counted; still so two books later, and known of the years before."""
    folder, home = after_a_book(tmp_path, listing(STOP))
    for day in ("2026-11-21", "2026-11-22"):
        taken = imported(folder, home, as_of=date.fromisoformat(day))
        assert codes(taken) == []
        assert taken.unprotected == 0
        assert [(one.code, one.count, one.file, one.row) for one in taken.warnings] == [
            ("hold_of_one_who_left", 1, "holds.csv", 2)
        ]
        held = pq.read_table(taken.directory / "holds.parquet").to_pylist()
        assert [(row["person_id"], row["kind"]) for row in held] == [("P1", "stop"), ("P2", "hardship")]
        night = CliRunner().invoke(application(), ["night", "run", "--home", str(home)])
        assert night.exit_code == 0, night.output
    back = imported(written(tmp_path / "back", with_row("holds", STOP.strip())), home, as_of=date(2026, 11, 23))
    assert back.warnings == ()
    assert codes(back) == []


def test_a_contact_person_of_an_earlier_book_left_too(tmp_path: Path) -> None:
    """Whoever a party was, or only a person: an earlier book knew them."""
    folder, home = after_a_book(tmp_path, listing(STOP.replace("P1", "P3")))
    assert [one.code for one in imported(folder, home).warnings] == ["hold_of_one_who_left"]


def test_whoever_no_book_of_the_home_has_had_still_stops_it(tmp_path: Path) -> None:
    """Beside one who left; and the one who left stops it in a home that never had them."""
    folder, home = after_a_book(tmp_path, listing(STOP + STOP.replace("P1", "P9")))
    fault = stopped(folder, home)
    assert "1 protective rows" in str(fault.problem)
    assert "holds.csv:3" in str(fault.problem)
    assert "1 protective rows" in str(stopped(written(tmp_path / "x", listing(STOP)), tmp_path / "new").problem)
    later = imported(written(tmp_path / "l", TABLES, mapping=NEXT), tmp_path / "later").directory.parent.parent
    assert "1 protective rows" in str(stopped(written(tmp_path / "x", listing(STOP)), later, backdated=True).problem)


@pytest.mark.parametrize("role", ["borrower", "contact_person"])
def test_a_list_by_ids_that_the_lender_no_longer_uses_stops_it(tmp_path: Path, role: str) -> None:
    """Their account is still here, under another id: they have not left, and the stop would protect nobody."""
    other = {name: text.replace("P1,", "N1,").replace("P3,", "N3,") for name, text in TABLES.items()}
    whom = "P1" if role == "borrower" else "P3"
    folder, home = after_a_book(tmp_path, {**other, "holds": TABLES["holds"] + STOP.replace("P1", whom)})
    assert stopped(folder, home).problem.code == "people_unprotected"


def test_an_earlier_book_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """By its place, where somebody has to be looked for in it; without such it is not looked at."""
    folder, home = after_a_book(tmp_path, listing(STOP))
    (broken,) = (home / "books").glob("2026*")
    (broken / "accounts.parquet").write_bytes(b"PAR1 and nothing else PAR1")
    with pytest.raises(Unusable, match="an earlier book can't be read") as told:
        imported(folder, home)
    assert (told.value.problem.code, told.value.problem.where) == ("book_damaged", str(broken))
    assert codes(imported(written(tmp_path / "plain", TODAY, mapping=NEXT), home)) == []

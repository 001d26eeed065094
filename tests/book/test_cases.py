"""Small files with one fault each, gathered from what others' software got wrong: what an import makes of them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from typer.testing import CliRunner

from arrears.book.load_mapping import load_mapping
from arrears.book.take_in import TakenIn, take_in
from arrears.cli import application

CASES = Path(__file__).parent / "cases" / "bugs"
AS_OF = date(2026, 11, 20)


def case(name: str) -> tuple[Path, Any]:
    """A case's folder, and what it expects."""
    return CASES / name, json.loads((CASES / name / "expected.json").read_text())


def imported(folder: Path, home: Path, given: str = "book") -> TakenIn:
    """One file or folder of a case, imported with the case's mapping or the book's own names."""
    mapping = folder / "map.toml"
    return take_in(
        [folder / given], home=home, mapping=load_mapping(mapping if mapping.exists() else "arrears"), as_of=AS_OF
    )


def values(taken: TakenIn, table: str, columns: str) -> list[tuple[Any, ...]]:
    """Columns of a published table, in its order."""
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        found: list[tuple[Any, ...]] = con.execute(
            f"SELECT {columns} FROM read_parquet('{taken.directory}/{table}.parquet')"
        ).fetchall()
        return found


def test_the_sign_of_another_currency_is_not_ignored(tmp_path: Path) -> None:
    """Six signs in a book of yuan; three rows in yuan."""
    folder, expected = case("22-foreign-currency-sign-ignored")
    taken = imported(folder, tmp_path, "loans.csv")
    assert [one for (one,) in values(taken, "accounts", "account_id")] == expected["accepted"]
    assert {fault.problem.code for fault in taken.problems} == {"currency_differs"}


def test_an_identity_number_that_a_spreadsheet_cut_is_refused(tmp_path: Path) -> None:
    """Three numbers that end in zeros."""
    folder, expected = case("23-identity-number-cut-to-15-digits")
    taken = imported(folder, tmp_path, "loans.csv")
    assert [one for (one,) in values(taken, "persons", "person_id")] == expected["accepted"]
    assert {fault.problem.code for fault in taken.problems} == {"digits_lost"}


def test_a_day_with_a_time_is_the_day_of_the_lender(tmp_path: Path) -> None:
    """Midnight adds nothing; sixteen hours UTC is the next day in Shanghai; the 29th of February 2025 is none."""
    folder, _ = case("25-excel-date-with-time")
    taken = imported(folder, tmp_path, "loans.csv")
    days = dict(values(taken, "accounts", "account_id, opened_on"))
    assert days == {
        "A000": date(2025, 1, 15),
        "A001": date(2025, 1, 15),
        "A002": date(2025, 1, 16),
        "A004": date(2025, 1, 15),
    }
    assert [fault.problem.code for fault in taken.problems] == ["impossible_date"]


def test_a_workbook_counts_days_from_its_own_first_day(tmp_path: Path) -> None:
    """1900 or 1904; a number with 18 digits has lost its last; an empty balance is unknown."""
    folder, expected = case("26-workbook-1904-and-number-ids")
    windows = imported(folder, tmp_path / "windows", "loans.xlsx")
    assert values(windows, "accounts", "account_id, opened_on, balance_cents") == [("A1", date(2025, 1, 15), 100010)]
    assert [fault.problem.code for fault in windows.problems] == ["digits_lost", "missing_value"]
    mac = imported(folder, tmp_path / "mac", "loans_mac.xlsx")
    assert [[one, day.isoformat()] for one, day in values(mac, "accounts", "account_id, opened_on")] == expected["mac"]


def test_nobody_with_a_request_to_stop_is_on_the_list_for_a_character_nobody_sees(tmp_path: Path) -> None:
    """The accounts carry a zero-width space behind the id, the request does not."""
    folder, expected = case("28-invisible-character-loses-a-stop")
    imported(folder, tmp_path)
    night = CliRunner().invoke(application(), ["night", "run", "--home", str(tmp_path)])
    assert night.exit_code == 0, night.output
    assert f"the day has {expected['night_people']} people to work with, of 2 people" in night.output


def test_an_instant_is_read_by_the_zone_it_names(tmp_path: Path) -> None:
    """UTC, GMT and Los Angeles in a file whose own clock is New York's."""
    folder, expected = case("29-instant-with-utc-word")
    taken = imported(folder, tmp_path)
    found = {f"{at:%Y-%m-%d %H:%M}" for (at,) in values(taken, "contacts", "timezone('UTC', \"at\")")}
    assert found == set(expected.values())


def test_an_instant_with_something_left_over_or_without_a_time_is_none(tmp_path: Path) -> None:
    """Neither is read by guessing."""
    folder, expected = case("31-instant-with-rubbish-or-no-time")
    taken = imported(folder, tmp_path)
    assert {fault.problem.code for fault in taken.problems} == set(expected.values())
    assert len(taken.problems) == len(expected)


def test_a_name_does_not_turn_its_line_round(tmp_path: Path) -> None:
    """An override of direction is a character nobody sees."""
    folder, _ = case("43-web-bidi-override-in-name")
    assert values(imported(folder, tmp_path), "persons", "name") == [("王五",)]


def test_a_cell_that_is_not_one_point_of_contact_is_refused(tmp_path: Path) -> None:
    """Two numbers, a word, a stump, the father's number, an address that is none."""
    folder, expected = case("45-phone-cell-is-not-one-phone")
    taken = imported(folder, tmp_path)
    assert [one for (one,) in values(taken, "contact_points", "contact_point_id")] == expected["accepted"]

"""Import as a lender's operations desk meets it: files in, one book out, nothing lost, nothing twice."""

from __future__ import annotations

import gzip
import json
from datetime import date, datetime
from pathlib import Path

import ibis
import openpyxl
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from tests.book.sample import TABLES, balanced, changed, codes, imported, published, stopped, with_row, written

from arrears.book.quarantine import COLUMNS
from arrears.book.read import books, latest_book, manifest_of, open_book
from arrears.book.table import TABLES as BOOK
from arrears.kernel.problem import Unusable
from arrears.kernel.table import schema_of


def test_a_published_book_has_every_table_in_its_stated_shape(tmp_path: Path) -> None:
    """Whoever opens a book finds the columns and types of book.table, and the tables nobody sent empty and named."""
    taken = imported(written(tmp_path / "in"), tmp_path / "home")
    snapshot = open_book(taken.directory, ibis.duckdb.connect())
    assert snapshot.as_of == date(2026, 11, 20)
    assert snapshot.absent == {"chargebacks", "months"}
    assert "persons.occupation" in snapshot.absent_columns
    assert "persons.name" not in snapshot.absent_columns
    for name, columns in BOOK.items():
        assert snapshot[name].schema() == schema_of(columns), name
        assert snapshot[name].count().execute() == taken.rows.get(name, 0), name


def test_what_was_written_is_what_is_read(tmp_path: Path) -> None:
    """Amounts to the cent, days to the day, instants to the second in UTC, unknown as null."""
    taken = imported(written(tmp_path / "in"), tmp_path / "home")
    snapshot = open_book(taken.directory, ibis.duckdb.connect())
    account = snapshot["accounts"].filter(lambda row: row.account_id == "A1").execute().iloc[0]
    assert account["balance_cents"] == 100000
    assert account["opened_on"].isoformat()[:10] == "2026-01-05"
    contact = pq.read_table(taken.directory / "contacts.parquet").to_pylist()[0]
    assert contact["at"].isoformat() == "2026-11-18T02:12:00+00:00"
    assert contact["connected"] is True
    assert contact["contact_point_id"] is None


def test_the_manifest_says_where_every_row_came_from(tmp_path: Path) -> None:
    """Sources with their hashes, rows read and what became of them, totals, the mapping, what is absent."""
    taken = imported(written(tmp_path / "in", changed("payments", 1, account_id="A9")), tmp_path / "home")
    manifest = manifest_of(taken.directory)
    assert manifest["book_id"] == taken.directory.name == taken.book_id
    payments = next(source for source in manifest["sources"] if source["file"] == "payments.csv")
    assert (payments["read"], payments["accepted"], payments["quarantined"]) == (1, 0, 1)
    assert len(payments["sha256"]) == 64
    assert manifest["totals"]["CNY"]["balance_cents"] == 150000
    assert manifest["quarantined"] == 1
    assert manifest["absent"] == ["chargebacks", "months"]
    assert len(manifest["mapping"]["sha256"]) == 64
    quarantined = pq.read_table(taken.directory / "quarantine.parquet")
    assert tuple(quarantined.column_names) == COLUMNS
    assert quarantined.num_rows == 1


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".tsv", ".parquet", ".xlsx"])
def test_every_kind_of_file_gives_the_same_book(tmp_path: Path, ending: str) -> None:
    """CSV, packed CSV, tab-separated text, Parquet and a workbook with the same cells are the same book."""
    plain = imported(written(tmp_path / "plain"), tmp_path / "home")
    folder = written(tmp_path / "other", {})
    for name, text in TABLES.items():
        target = folder / f"{name}{ending}"
        rows = [line.split(",") for line in text.splitlines()]
        if ending == ".csv.gz":
            target.write_bytes(gzip.compress(text.encode()))
        elif ending == ".parquet":
            source = tmp_path / "plain" / f"{name}.csv"
            pq.write_table(pa_csv.read_csv(source), target)
        elif ending == ".xlsx":
            book = openpyxl.Workbook()
            for row in rows:
                book.active.append([int(cell) if cell.isdigit() and len(cell) < 10 else cell for cell in row])
            book.save(target)
        else:
            target.write_text(text.replace(",", "\t" if ending == ".tsv" else ","))
    taken = imported(folder, tmp_path / "home")
    assert codes(taken) == []
    assert taken.book_id == plain.book_id


def test_a_workbook_gives_dates_and_whole_numbers_as_they_were_meant(tmp_path: Path) -> None:
    """A date cell is that day, 100000.0 is 100000, and an account number of 18 digits is refused: its end is lost."""
    header, first, second = (line.split(",") for line in TABLES["accounts"].splitlines())
    book = openpyxl.Workbook()
    book.active.append(header)
    day = header.index("opened_on")
    for row in (first, second):
        cells: list[object] = [float(cell) if cell.isdigit() else cell for cell in row]
        cells[day] = datetime.fromisoformat(row[day])
        book.active.append(cells)
    cells[0] = 622848000000000123
    book.active.append(cells)
    folder = written(tmp_path / "in", {})
    book.save(folder / "accounts.xlsx")
    taken = imported(folder, tmp_path / "home")
    assert codes(taken) == ["digits_lost"]
    plain = imported(written(tmp_path / "plain", {"accounts": TABLES["accounts"]}), tmp_path / "home")
    assert plain.book_id == taken.book_id


def test_a_named_sheet_is_read_and_one_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """The first sheet of a workbook is often a cover."""
    book = openpyxl.Workbook()
    book.active.append(["cover"])
    sheet = book.create_sheet("明细")
    for line in TABLES["accounts"].splitlines():
        sheet.append(line.split(","))
    mapping = (
        'as_of = 2026-11-20\ncurrency = "CNY"\namounts = "cents"\n[files.accounts]\nsheet = "明细"\n'
        '[[table]]\ninto = "accounts"\nsame_names = true\n'
    )
    folder = written(tmp_path / "in", {}, mapping=mapping)
    book.save(folder / "accounts.xlsx")
    assert imported(folder, tmp_path / "home").rows["accounts"] == 2
    (folder / "book.toml").write_text(mapping.replace("明细", "细"))
    with pytest.raises(Unusable, match="it has Sheet, 明细"):
        imported(folder, tmp_path / "home")


def test_a_parquet_file_with_real_dates_and_instants_needs_no_parsing(tmp_path: Path) -> None:
    """A generated book in Parquet and the same in CSV are one book."""
    from arrears.book.synthetic import generate

    made = {"loans": 300, "seed": 5, "as_of": date(2026, 11, 20)}
    generate(tmp_path / "parquet", **made, format="parquet")  # type: ignore[arg-type]
    generate(tmp_path / "csv", **made, format="csv")  # type: ignore[arg-type]
    first = imported(tmp_path / "parquet", tmp_path / "home")
    second = imported(tmp_path / "csv", tmp_path / "home")
    assert first.is_new
    assert second.book_id == first.book_id
    assert not second.is_new


def test_importing_the_same_content_again_changes_nothing(tmp_path: Path) -> None:
    """Not a byte of the home, however the file is named or its rows are ordered."""
    folder, home = written(tmp_path / "in"), tmp_path / "home"
    first = imported(folder, home)
    before = {path: path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}
    header, *rows = TABLES["accounts"].splitlines()
    written(folder, {"accounts": "\n".join([header, *reversed(rows)]) + "\n"})
    (folder / "accounts.csv").rename(folder / "ACCOUNTS.csv")
    again = imported(folder, home)
    assert not again.is_new
    assert again.directory == first.directory
    assert {path: path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()} == before


def test_a_corrected_book_of_the_same_day_stands_beside_the_first_and_is_the_latest(tmp_path: Path) -> None:
    """Nothing published is ever changed or removed."""
    folder, home = written(tmp_path / "in"), tmp_path / "home"
    first = imported(folder, home)
    written(folder, changed("accounts", 1, balance_cents="100001"))
    second = imported(folder, home)
    assert {path for path, _ in books(home)} == {first.directory, second.directory}
    assert latest_book(home) == second.directory


def test_no_home_has_no_latest_book(tmp_path: Path) -> None:
    """There is nothing to open before the first import."""
    assert latest_book(tmp_path / "nowhere") is None


def test_a_book_with_a_table_missing_is_not_opened(tmp_path: Path) -> None:
    """Decided on without its payments, everybody would be late."""
    taken = imported(written(tmp_path / "in"), tmp_path / "home")
    (taken.directory / "payments.parquet").unlink()
    with pytest.raises(Unusable, match=r"payments\.parquet"):
        open_book(taken.directory, ibis.duckdb.connect())


def test_a_directory_that_is_no_book_is_not_opened(tmp_path: Path) -> None:
    """The manifest is written last, so a directory without one is not whole."""
    with pytest.raises(Unusable, match=r"manifest\.json"):
        open_book(tmp_path, ibis.duckdb.connect())


def test_a_book_of_another_format_is_not_opened(tmp_path: Path) -> None:
    """Columns may mean something else in another format."""
    taken = imported(written(tmp_path / "in"), tmp_path / "home")
    file = taken.directory / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "format": 99}))
    with pytest.raises(Unusable, match="format is 99"):
        open_book(taken.directory, ibis.duckdb.connect())


# ------------------------------------------------------------------------------------------------ control totals


def test_totals_that_are_met_let_the_book_through(tmp_path: Path) -> None:
    """Rows, principal, overdue and balance as the lender counted them."""
    declared = {"accounts": "2", "payments": "1", "principal": "1400.00", "overdue": "200.00", "balance": "1500.00"}
    taken = imported(written(tmp_path / "in"), tmp_path / "home", declared=declared)
    assert taken.differences == ()


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        (
            {"accounts": "3"},
            "accounts: declared 3, accepted 2, difference 1, of which 0 in quarantine and 1 unexplained",
        ),
        ({"principal": "1400.01"}, "principal: declared 1400.01, accepted 1400.00, difference 0.01"),
        ({"overdue": "199.99"}, "overdue: declared 199.99, accepted 200.00, difference -0.01"),
    ],
)
def test_totals_that_are_not_met_stop_the_import_and_say_by_how_much(
    tmp_path: Path, declared: dict[str, str], words: str
) -> None:
    """One row or one cent is enough."""
    fault = stopped(written(tmp_path / "in"), tmp_path / "home", declared=declared)
    assert fault.problem.code == "totals_differ"
    assert words in str(fault.problem)


def test_a_difference_that_is_accepted_is_published_and_stays_on_record(tmp_path: Path) -> None:
    """Going on knowingly is allowed; forgetting it is not."""
    taken = imported(written(tmp_path / "in"), tmp_path / "home", declared={"accounts": "3"}, accept_difference=True)
    assert "declared 3, accepted 2" in str(taken.differences[0])
    assert manifest_of(taken.directory)["differences"] == [str(taken.differences[0])]


def test_a_difference_tells_what_of_it_lies_in_quarantine(tmp_path: Path) -> None:
    """So the desk knows whether to correct a row or to ask for a lost file."""
    folder = written(tmp_path / "in", changed("accounts", 1, product="yacht"))
    fault = stopped(folder, tmp_path / "home", declared={"balance": "1500.00"})
    assert "accepted 500.00, difference 1000.00, of which 1000.00 in quarantine and 0.00 unexplained" in str(
        fault.problem
    )
    assert fault.quarantined[0].problem.code == "unknown_code"


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        ({"accounts": "8"}, "accepted 2, difference 6, of which 6 in quarantine and 0 unexplained"),
        ({"accounts": "9"}, "accepted 2, difference 7, of which 6 in quarantine and 1 unexplained"),
        ({"balance": "9000.00"}, "and 7500.00 in 6 rows of the quarantine that can't be read, or unexplained"),
    ],
)
def test_rows_that_can_not_be_read_are_counted_in_the_difference(
    tmp_path: Path, declared: dict[str, str], told: str
) -> None:
    """A row with a control character in it is a row: a count has it, and an amount says that it may lie there."""
    rows = [f"B{n},P1,L1,consumer_loan,CNY,2026-01-05,100\x00000,0,90000,0,active" for n in range(6)]
    fault = stopped(written(tmp_path / "in", with_row("accounts", *rows)), tmp_path / "home", declared=declared)
    assert told in str(fault.problem)
    assert [one.problem.code for one in fault.quarantined].count("control_character") == 6


def test_a_total_nobody_knows_is_refused(tmp_path: Path) -> None:
    """A spelling mistake must not pass for a control."""
    with pytest.raises(Unusable, match="no control total 'acounts'"):
        imported(written(tmp_path / "in"), tmp_path / "home", declared={"acounts": "3"})


# ------------------------------------------------------------------------------------------------ counting


def test_what_a_quarantined_row_carried_goes_with_it_and_is_counted(tmp_path: Path) -> None:
    """An account in quarantine takes its schedule, payments and parties along, each with its reason."""
    taken = imported(written(tmp_path / "in", changed("accounts", 1, loan_status="?")), tmp_path / "home")
    assert balanced(taken)
    assert taken.rows["accounts"] == 1
    assert taken.rows["instalments"] == taken.rows["payments"] == 0
    assert set(codes(taken)) == {
        "unknown_code",
        "account_quarantined",
    }


def test_several_files_of_one_kind_are_one_table(tmp_path: Path) -> None:
    """Branches send a file each; a row is still named by its own file."""
    header, first, second = TABLES["accounts"].splitlines()
    mapping = (
        'as_of = 2026-11-20\ncurrency = "CNY"\namounts = "cents"\n[files.accounts]\nmatch = ["branch*.csv"]\n'
        '[[table]]\ninto = "accounts"\nsame_names = true\n'
    )
    folder = written(
        tmp_path / "in",
        {
            "branch-1": f"{header}\n{first}\n",
            "branch-2": f"{header}\n{second}\n{second.replace('A2', 'A3').replace('CNY', 'XXX')}\n",
        },
        mapping=mapping,
    )
    taken = imported(folder, tmp_path / "home")
    assert [(source.file, source.read, source.accepted) for source in taken.sources] == [
        ("branch-1.csv", 1, 1),
        ("branch-2.csv", 2, 1),
    ]
    assert (taken.problems[0].problem.where, taken.problems[0].problem.row) == ("branch-2.csv", 2)


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    """An editor's empty line at the end is not a quarantined row."""
    taken = imported(written(tmp_path / "in", with_row("payments", "", "", "")), tmp_path / "home")
    assert codes(taken) == []
    assert taken.rows["payments"] == 1


def test_a_large_import_works_on_the_disk_and_gives_the_same_book(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not fit into memory is put beside the draft, and is gone afterwards."""
    plain = imported(written(tmp_path / "in"), tmp_path / "home")
    monkeypatch.setattr("arrears.book.take_in.LARGE", 1)
    taken = imported(tmp_path / "in", tmp_path / "other")
    assert taken.book_id == plain.book_id
    assert published(tmp_path / "other") == [taken.book_id]


def test_leftovers_of_a_killed_import_are_removed_by_the_next(tmp_path: Path) -> None:
    """A draft is never a book, and does not stay."""
    home = tmp_path / "home"
    (home / "books" / ".draft-4711").mkdir(parents=True)
    (home / "books" / ".draft-4711" / "accounts.parquet").write_bytes(b"half")
    taken = imported(written(tmp_path / "in"), home)
    assert published(home) == [taken.book_id]

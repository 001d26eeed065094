"""What a lender may send by mistake: each mistake is told with where, what, why and what to do."""

from __future__ import annotations

import csv
import gzip
import io
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.book.sample import (
    AS_OF,
    MAPPING,
    TABLES,
    balanced,
    changed,
    codes,
    imported,
    only,
    published,
    stopped,
    unusable,
    with_row,
    written,
)

from arrears.book.load_mapping import load_mapping
from arrears.book.take_in import take_in
from arrears.kernel.problem import Problem, Unusable


def says(problem: Problem, *words: str) -> bool:
    """A message has all four parts, and these words."""
    assert problem.where, "where"
    assert problem.what, "what"
    assert problem.why, "why"
    assert problem.fix, "what to do"
    for word in words:
        assert word in str(problem), f"{word!r} is not in: {problem}"
    return True


def test_the_sample_itself_is_sound(tmp_path: Path) -> None:
    """Every other test breaks one thing of it, so that what it finds is that one thing."""
    taken = imported(written(tmp_path / "in"), tmp_path / "home")
    assert taken.is_new
    assert codes(taken) == []
    assert taken.rows == {name: text.count("\n") - 1 for name, text in TABLES.items()}
    assert set(taken.absent) == {"chargebacks", "months"}


# ------------------------------------------------------------------------------------------------ whole files


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    """An export that failed does not say that there are no payments."""
    fault = unusable(written(tmp_path / "in", {**TABLES, "payments": ""}), tmp_path / "home")
    assert fault.problem.code == "empty_file"
    assert says(fault.problem, "payments.csv", "empty", "header alone")


def test_a_header_without_accounts_is_refused(tmp_path: Path) -> None:
    """A book without accounts would withdraw all work."""
    header = TABLES["accounts"].splitlines()[0] + "\n"
    fault = unusable(written(tmp_path / "in", {"accounts": header}), tmp_path / "home")
    assert fault.problem.code == "header_only"
    assert says(fault.problem, "accounts.csv", "not one row")


def test_a_header_without_payments_says_that_there_were_none(tmp_path: Path) -> None:
    """ "No payment was made" and "nobody told us" are different facts: an empty table is not an absent one."""
    header = TABLES["payments"].splitlines()[0] + "\n"
    taken = imported(written(tmp_path / "in", {**TABLES, "payments": header}), tmp_path / "home")
    assert taken.rows["payments"] == 0
    assert "payments" not in taken.absent


def test_a_missing_column_is_named_with_what_may_be_meant(tmp_path: Path) -> None:
    """The message names the file, the column, the header, and the nearest name in it."""
    text = TABLES["accounts"].replace("balance_cents", "balanc_cents")
    fault = unusable(written(tmp_path / "in", {"accounts": text}), tmp_path / "home")
    assert fault.problem.code == "missing_column"
    assert says(fault.problem, "accounts.csv", "'balance_cents'", "Did you mean balanc_cents")


def test_a_column_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    """Which of two balances is meant is not ours to guess."""
    text = TABLES["accounts"].replace("overdue_cents", "balance_cents")
    fault = unusable(written(tmp_path / "in", {"accounts": text}), tmp_path / "home")
    assert fault.problem.code == "column_twice"
    assert says(fault.problem, "balance_cents", "Rename")


def test_mixed_encodings_are_told_with_a_line_of_each(tmp_path: Path) -> None:
    """Read as either, the names of the other come out wrong, and a person is addressed by a wrong name."""
    utf8, gb = "P1,拟天枢,1990-01-01,Asia/Shanghai\n".encode(), "P2,例天璇,1985-05-05,Asia/Urumqi\n".encode("gb18030")
    mixed = b"person_id,name,birth_on,time_zone\n" + utf8 + gb
    fault = unusable(written(tmp_path / "in", {**TABLES, "persons": mixed}), tmp_path / "home")
    assert fault.problem.code == "mixed_encodings"
    assert says(fault.problem, "persons.csv", "line 2 is in UTF-8", "line 3 in GB18030")


def test_with_the_encoding_named_the_other_lines_are_quarantined(tmp_path: Path) -> None:
    """The lender's word about the encoding is taken, and what contradicts it is told row by row."""
    utf8, gb = "P1,拟天枢,1990-01-01,Asia/Shanghai\n".encode(), "P2,例天璇,1985-05-05,Asia/Urumqi\n".encode("gb18030")
    mixed = b"person_id,name,birth_on,time_zone\n" + utf8 + gb
    mapping = MAPPING + '[files.accounts]\n[files.persons]\nencoding = "utf-8"\n'
    folder = written(tmp_path / "in", {**only("accounts"), "persons": mixed}, mapping=mapping + FED)
    taken = imported(folder, tmp_path / "home")
    assert codes(taken) == ["undecodable_line"]
    assert taken.problems[0].problem.row == 2
    assert balanced(taken)


FED = '[[table]]\ninto = "accounts"\nsame_names = true\n[[table]]\ninto = "persons"\nsame_names = true\n'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_each_encoding_gives_the_same_book(tmp_path: Path, encoding: str) -> None:
    """How the bytes were written leaves no trace in the book."""
    plain = imported(written(tmp_path / "plain"), tmp_path / "home")
    other = {name: text.encode(encoding) for name, text in TABLES.items()}
    taken = imported(written(tmp_path / "other", other), tmp_path / "home")
    assert taken.book_id == plain.book_id
    assert not taken.is_new


def test_text_in_utf_16_is_refused_by_name(tmp_path: Path) -> None:
    """A spreadsheet's “Unicode text”: the message says how to save it instead."""
    fault = unusable(written(tmp_path / "in", {"accounts": TABLES["accounts"].encode("utf-16")}), tmp_path / "home")
    assert fault.problem.code == "unsupported_encoding"
    assert says(fault.problem, "UTF-16", "CSV UTF-8")


def test_a_line_longer_than_a_mebibyte_is_refused_with_its_number(tmp_path: Path) -> None:
    """No row of a loan book is that long."""
    text = TABLES["accounts"] + "A3," + "x" * (1 << 20) + "\n"
    fault = unusable(written(tmp_path / "in", {"accounts": text}), tmp_path / "home")
    assert fault.problem.code == "line_too_long"
    assert says(fault.problem, "line 4", "one row a line")


def test_a_huge_line_is_refused_without_being_read_into_memory(tmp_path: Path) -> None:
    """
    A line of 256 MB (sparse on disk) costs a few pieces of four: the reader's peak memory grows by far less than the
    line. A line of a gigabyte goes the same way, since reading stops at the first mebibyte.
    """
    target = tmp_path / "accounts.csv"
    with target.open("wb") as stream:
        stream.write(TABLES["accounts"].encode())
        stream.truncate(256 << 20)
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from arrears.book.sniff import sniff\n"
        "from arrears.kernel.problem import Unusable\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "try:\n"
        "    sniff(Path(sys.argv[1]))\n"
        "except Unusable as fault:\n"
        "    print(fault.problem.code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(target)], capture_output=True, text=True, check=True, timeout=120
    ).stdout.split()
    assert told[0] == "line_too_long"
    assert int(told[1]) < 64 * 1024, f"{told[1]} KiB more than before (pieces of 4 MiB, line of 256 MiB)"


def _zip(*names: str) -> bytes:
    import io

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, TABLES["accounts"])
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "really", "fix"),
    [
        ("accounts.csv", _zip("accounts.csv"), "a zip archive", "Unpack it"),
        ("accounts.csv", _zip("xl/workbook.xml"), "an Excel workbook", "Rename it to .xlsx"),
        ("accounts.csv", gzip.compress(TABLES["accounts"].encode()), "gzip data", ".csv.gz"),
        ("accounts.csv", b"PAR1 and more", "a Parquet file", ".parquet"),
        ("accounts.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel file", ".xlsx or CSV"),
        ("accounts.csv.gz", gzip.compress(_zip("accounts.csv")), "a zip archive", "Unpack it"),
        ("accounts.csv.gz", TABLES["accounts"].encode(), "something else", "Find out"),
        ("accounts.xlsx", TABLES["accounts"].encode(), "something else", "Find out"),
        ("accounts.xlsx", _zip("accounts.csv"), "a zip archive", "Unpack it"),
        ("accounts.parquet", TABLES["accounts"].encode(), "something else", "Find out"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    tmp_path: Path, name: str, content: bytes, really: str, fix: str
) -> None:
    """A zip renamed to csv would be rows of nonsense; the message says what it really is."""
    folder = written(tmp_path / "in", {})
    (folder / name).write_bytes(content)
    fault = unusable(folder, tmp_path / "home")
    assert fault.problem.code == "not_what_its_name_says"
    assert says(fault.problem, name, really, fix)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("accounts.csv.gz", gzip.compress(TABLES["accounts"].encode() * 50)[:-20]),
        ("accounts.xlsx", _zip("xl/workbook.xml")[:-30]),
        ("accounts.parquet", b"PAR1" + b"x" * 100),
    ],
)
def test_a_damaged_archive_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    """What could be unpacked may not be all of it."""
    folder = written(tmp_path / "in", {})
    (folder / name).write_bytes(content)
    fault = unusable(folder, tmp_path / "home")
    assert fault.problem.code == "damaged_archive"
    assert says(fault.problem, name, "may not be all")


def test_old_macintosh_line_ends_are_refused(tmp_path: Path) -> None:
    """Otherwise the whole file would be its own header."""
    fault = unusable(written(tmp_path / "in", {"accounts": TABLES["accounts"].replace("\n", "\r")}), tmp_path / "home")
    assert fault.problem.code == "old_line_ends"


def test_a_quotation_mark_that_is_never_closed_is_told_with_its_line(tmp_path: Path) -> None:
    """The rest of the file would be one value."""
    rows = "".join(f"A{n},P{n},L1,micro_loan,CNY,2026-02-05,50000,0,50000,0,active\n" for n in range(3, 40_000))
    text = TABLES["accounts"] + 'A0,"P0,L1,micro_loan,CNY,,1,1,1,1,active\n' + rows
    fault = unusable(written(tmp_path / "in", {"accounts": text}), tmp_path / "home")
    assert fault.problem.code == "quote_never_closed"
    assert says(fault.problem, "line 4", "Close or remove")


def test_a_file_that_the_mapping_does_not_mention_is_refused(tmp_path: Path) -> None:
    """A file that is left out silently is rows lost."""
    folder = written(tmp_path / "in")
    (folder / "repayments.csv").write_text(TABLES["payments"])
    with pytest.raises(Unusable) as caught:
        take_in(
            [folder / "accounts.csv", folder / "repayments.csv"],
            home=tmp_path / "home",
            mapping=load_mapping(folder / "book.toml"),
        )
    assert caught.value.problem.code == "unmapped_file"
    assert says(caught.value.problem, "repayments.csv")


def test_a_file_that_is_not_there_is_told_by_its_name(tmp_path: Path) -> None:
    """Not a traceback."""
    folder = written(tmp_path / "in")
    with pytest.raises(Unusable) as caught:
        take_in(
            [folder / "accounts.csv", tmp_path / "payments.csv"],
            home=tmp_path / "home",
            mapping=load_mapping(folder / "book.toml"),
        )
    assert caught.value.problem.code == "file_not_found"
    assert says(caught.value.problem, "payments.csv", "No such file")


def test_payments_without_accounts_are_refused(tmp_path: Path) -> None:
    """A book is about accounts."""
    fault = unusable(written(tmp_path / "in", only("payments")), tmp_path / "home")
    assert fault.problem.code == "missing_file"
    assert says(fault.problem, "accounts")


def test_a_book_of_no_known_day_is_refused(tmp_path: Path) -> None:
    """Days past due count from it."""
    fault = unusable(written(tmp_path / "in", mapping='extends = "arrears"\n'), tmp_path / "home")
    assert fault.problem.code == "no_business_day"


def test_a_file_of_another_shape_says_that_nothing_was_accepted(tmp_path: Path) -> None:
    """Most often the mapping is of another file."""
    text = TABLES["accounts"].replace(",active", ",??")
    fault = unusable(written(tmp_path / "in", {"accounts": text}), tmp_path / "home")
    assert fault.problem.code == "nothing_accepted"
    assert says(fault.problem, "2 × unknown_code", "accounts.csv:1 [loan_status]")


# ------------------------------------------------------------------------------------------------ single cells


@pytest.mark.parametrize(
    ("table", "cells", "code"),
    [
        ("accounts", {"balance_cents": ""}, "missing_value"),
        ("accounts", {"balance_cents": "-100"}, "negative_amount"),
        ("accounts", {"overdue_cents": "-1"}, "negative_amount"),
        ("accounts", {"balance_cents": "10000000000001"}, "absurd_amount"),
        ("accounts", {"balance_cents": "99999999999999999999999"}, "absurd_amount"),
        ("accounts", {"balance_cents": "a lot"}, "not_an_amount"),
        ("accounts", {"balance_cents": "100.5"}, "too_many_decimals"),
        ("accounts", {"balance_cents": "1e+05"}, "exponent_form"),
        ("accounts", {"opened_on": "2026-02-30"}, "impossible_date"),
        ("accounts", {"opened_on": "soon"}, "not_a_date"),
        ("accounts", {"opened_on": "2026-11-21"}, "date_after_book"),
        ("accounts", {"opened_on": "1899-12-31"}, "date_out_of_range"),
        ("accounts", {"matures_on": "2999-12-31"}, "date_out_of_range"),
        ("accounts", {"matures_on": "2025-12-31"}, "out_of_order"),
        ("accounts", {"reported_days_past_due": "many"}, "not_a_whole_number"),
        ("accounts", {"reported_days_past_due": "-3"}, "number_out_of_range"),
        ("accounts", {"reported_days_past_due": "100000"}, "number_out_of_range"),
        ("accounts", {"product": "yacht"}, "unknown_code"),
        ("accounts", {"currency": "USD"}, "currency_mix"),
        ("accounts", {"currency": "JPY"}, "unknown_code"),
        ("accounts", {"account_id": "6.22848E+17"}, "digits_lost"),
        ("accounts", {"opened_on": "2026-01-05T16:00:00.000Z"}, "instant_for_a_day"),
        ("accounts", {"overdue_cents": "US$100"}, "currency_differs"),
        ("payments", {"amount_cents": "HK$100"}, "currency_differs"),
        ("persons", {"name": "拟\ue5e5枢"}, "garbled_text"),
        ("persons", {"name": "拟\ufffd枢"}, "garbled_text"),
        ("persons", {"id_number": "990101199003071000"}, "digits_lost"),
        ("contact_points", {"value": "15400000001/15400000002"}, "not_one_phone"),
        ("contact_points", {"value": "无"}, "not_one_phone"),
        ("contact_points", {"value": "15400000001（父亲）"}, "names_somebody_else"),
        ("contact_points", {"channel": "email", "value": "a@b"}, "not_one_email"),
        ("persons", {"birth_on": "2026-12-01"}, "date_after_book"),
        ("persons", {"time_zone": "China"}, "not_a_time_zone"),
        ("persons", {"payday": "32"}, "number_out_of_range"),
        ("contacts", {"at": "2026-11-18 10:12:00"}, "instant_without_offset"),
        ("contacts", {"at": "yesterday"}, "not_an_instant"),
        ("contacts", {"at": "2026-11-22T00:00:00+00:00"}, "date_after_book"),
        ("contacts", {"at": "2026-11-18T10:12:00+08:00 foo"}, "not_an_instant"),
        ("contacts", {"at": "2026-11-18"}, "not_an_instant"),
        ("contacts", {"connected": "perhaps"}, "not_yes_or_no"),
        ("contacts", {"outcome": "so-so"}, "unknown_code"),
        ("contacts", {"person_id": "P9"}, "unknown_person"),
        ("contact_points", {"lawful_source": "bought"}, "no_lawful_source"),
        ("contact_points", {"lawful_source": ""}, "no_lawful_source"),
        ("contact_points", {"person_id": "P9"}, "unknown_person"),
        ("parties", {"role": "contact_person"}, "contact_person_is_not_an_obligor"),
        ("parties", {"liability": "none"}, "obligor_without_liability"),
        ("parties", {"person_id": "P9"}, "unknown_person"),
        ("payments", {"account_id": "A9"}, "unknown_account"),
        ("payments", {"learned_on": "2026-11-05"}, "out_of_order"),
        ("instalments", {"account_id": "A9"}, "unknown_account"),
        ("instalments", {"instalment_no": "0"}, "number_out_of_range"),
        ("pauses", {"end_on": "2026-11-09"}, "out_of_order"),
        ("pauses", {"reason": "because"}, "unknown_code"),
        ("holds", {"kind": "sad"}, "unknown_code"),
    ],
)
def test_a_bad_cell_puts_its_row_in_quarantine(tmp_path: Path, table: str, cells: dict[str, str], code: str) -> None:
    """The fault names file, row and column, says why it matters and what to do, in English and in Chinese."""
    taken = imported(written(tmp_path / "in", changed(table, 1, **cells)), tmp_path / "home", accept_unprotected=True)
    fault = next(fault for fault in taken.problems if fault.problem.where == f"{table}.csv")
    assert fault.problem.code == code
    assert fault.problem.row == 1
    assert fault.problem.column is not None
    assert says(fault.problem)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in fault.zh), "no Chinese sentence"
    assert "{" not in str(fault.problem) + fault.zh, "a template was not filled in"
    assert balanced(taken)


def test_no_lawful_source_is_refused_with_the_rule_and_how_sure_we_are(tmp_path: Path) -> None:
    """The clause number was not seen, so the message claims none."""
    taken = imported(written(tmp_path / "in", changed("contact_points", 1, lawful_source="scraped")), tmp_path / "home")
    assert says(taken.problems[0].problem, "scraped", "six lawful sources", "article number not seen")


def test_the_borrower_is_never_only_a_contact_person_of_their_own_account(tmp_path: Path) -> None:
    """Either the account or the party is wrong, and a contact person is never asked to pay."""
    taken = imported(
        written(tmp_path / "in", changed("parties", 1, role="contact_person", liability="none")), tmp_path / "home"
    )
    assert codes(taken) == ["contact_person_is_not_an_obligor"]
    assert says(taken.problems[0].problem, "names them as its borrower")


def test_values_about_a_person_are_masked_in_the_quarantine(tmp_path: Path) -> None:
    """A quarantine is sent to and fro; it shows the shape of a birthday and not the birthday."""
    taken = imported(written(tmp_path / "in", changed("persons", 1, birth_on="1990-13-45")), tmp_path / "home")
    assert codes(taken)[0] == "impossible_date"
    assert "1990-13-45" not in str(taken.problems[0].problem)
    assert "1990-13-45" not in taken.problems[0].zh


def test_a_row_with_too_many_columns_is_quarantined_and_the_rest_goes_on(tmp_path: Path) -> None:
    """Values may have slipped into other columns."""
    tables = with_row("payments", "Y2,A1,2026-11-06,2026-11-07,25,500", "Y3,A2,2026-11-06,2026-11-07,100")
    taken = imported(written(tmp_path / "in", tables), tmp_path / "home")
    assert codes(taken) == ["wrong_number_of_columns"]
    assert says(taken.problems[0].problem, "payments.csv:2", "6 columns where the header has 5")
    assert taken.rows["payments"] == 2


def test_a_row_with_a_nul_is_quarantined(tmp_path: Path) -> None:
    """The row was damaged on its way."""
    tables = with_row("payments", "Y2,A1,2026-11-06,2026-11-07,25\x0000")
    taken = imported(written(tmp_path / "in", tables), tmp_path / "home")
    assert codes(taken) == ["control_character"]
    assert balanced(taken)


# ------------------------------------------------------------------------------------------------ several rows


def test_of_two_accounts_with_one_id_and_different_facts_neither_is_taken(tmp_path: Path) -> None:
    """Which of them is right is not ours to guess; what hangs on the account waits with it."""
    tables = with_row("accounts", "A1,P1,L1,consumer_loan,CNY,2026-01-05,777,20000,90000,15,active")
    taken = imported(written(tmp_path / "in", tables), tmp_path / "home")
    told = [(fault.problem.where, fault.problem.row, fault.problem.code) for fault in taken.problems]
    assert told[:2] == [("accounts.csv", 1, "duplicate_id"), ("accounts.csv", 3, "duplicate_id")]
    assert {code for where, _, code in told[2:]} == {"account_quarantined", "person_quarantined", "unknown_person"} & {
        code for _, _, code in told
    }
    assert taken.rows["accounts"] == 1
    assert taken.rows["payments"] == 0
    assert balanced(taken)


def test_a_row_sent_twice_word_for_word_is_taken_once(tmp_path: Path) -> None:
    """A payment counted twice would hide a debt; not counted at all it would invent one."""
    tables = with_row("payments", TABLES["payments"].splitlines()[1])
    taken = imported(written(tmp_path / "in", tables), tmp_path / "home")
    assert codes(taken) == ["duplicate_row"]
    assert taken.rows["payments"] == 1
    assert balanced(taken)


def test_a_payment_for_a_quarantined_account_waits_with_it(tmp_path: Path) -> None:
    """It is not the payment's fault, and the message says so."""
    taken = imported(written(tmp_path / "in", changed("accounts", 1, balance_cents="?")), tmp_path / "home")
    payment = next(fault.problem for fault in taken.problems if fault.problem.where == "payments.csv")
    assert payment.code == "account_quarantined"
    assert says(payment, "A1", "this one needs nothing")


def test_two_currencies_of_one_lender_that_nobody_declared_stop_the_import(tmp_path: Path) -> None:
    """Amounts of two currencies never add."""
    mapping = 'extends = "arrears"\nas_of = 2026-11-20\n'
    fault = unusable(
        written(tmp_path / "in", changed("accounts", 2, currency="USD"), mapping=mapping), tmp_path / "home"
    )
    assert fault.problem.code == "currency_mix"
    assert says(fault.problem, "L1", "CNY 1, USD 1", "currencies")


def test_two_currencies_that_the_mapping_declares_are_taken_and_totalled_apart(tmp_path: Path) -> None:
    """A lender may lend in two currencies, if it says so."""
    mapping = 'extends = "arrears"\nas_of = 2026-11-20\ncurrencies = ["CNY", "USD"]\n'
    taken = imported(
        written(tmp_path / "in", changed("accounts", 2, currency="USD"), mapping=mapping), tmp_path / "home"
    )
    assert {currency: total["balance_cents"] for currency, total in taken.totals.items()} == {
        "CNY": 100000,
        "USD": 50000,
    }


def test_a_formula_in_a_name_is_kept_as_text_and_neutral_in_what_is_exported(tmp_path: Path) -> None:
    """It may be what was typed; it must not run on the desk of whoever opens the quarantine."""
    import csv

    from arrears.book.quarantine import write_quarantine

    tables = changed("persons", 1, name='=HYPERLINK("http://example.invalid")')
    tables["payments"] = TABLES["payments"] + "=1+1,A9,2026-11-06,2026-11-07,100\n+cmd,@A8,2026-11-06,2026-11-07,100\n"
    taken = imported(written(tmp_path / "in", tables), tmp_path / "home")
    assert taken.rows["persons"] == 3
    assert any("persons.name begin like a spreadsheet formula" in note for note in taken.notes)
    write_quarantine(tmp_path / "quarantine.csv", taken.problems)
    with (tmp_path / "quarantine.csv").open(encoding="utf-8-sig", newline="") as stream:
        cells = [cell for row in csv.DictReader(stream) for cell in row.values()]
    assert "'@A8" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


# ------------------------------------------------------------------------------------------------ safety rules


def test_a_book_for_a_day_that_was_decided_is_stopped(tmp_path: Path) -> None:
    """People have been contacted on that plan. The same content is no second book, and is let through."""
    folder, home = written(tmp_path / "in"), tmp_path / "home"
    imported(folder, home)
    (home / "nights" / f"{AS_OF.isoformat()}-0123456789abcdef").mkdir(parents=True)
    again = imported(folder, home)
    assert not again.is_new
    written(folder, changed("accounts", 1, balance_cents="100001"))
    fault = stopped(folder, home)
    assert fault.problem.code == "day_already_decided"
    assert says(fault.problem, "2026-11-20", "--as-of")


def test_a_book_older_than_the_last_is_stopped_unless_it_is_said_to_be(tmp_path: Path) -> None:
    """A night on it would undo what has happened since; for replay it may be kept beside the last."""
    from datetime import date

    from arrears.book.read import latest_book

    folder, home = written(tmp_path / "in"), tmp_path / "home"
    last = imported(folder, home, as_of=date(2026, 11, 21))
    fault = stopped(folder, home)
    assert fault.problem.code == "older_than_the_last"
    assert says(fault.problem, "2026-11-20", "2026-11-21", "--backdated")
    kept = imported(folder, home, backdated=True)
    assert kept.is_new
    assert published(home) == sorted([last.book_id, kept.book_id])
    assert latest_book(home) == last.directory


@pytest.mark.parametrize("kind", ["parquet", "xlsx"])
def test_a_file_that_is_damaged_anywhere_is_named_and_never_a_fault_of_ours(tmp_path: Path, kind: str) -> None:
    """In its head, its middle or its table of contents, of which each is read by another part of the engine."""
    folder = written(tmp_path / "in")
    (folder / "accounts.csv").unlink()
    file = folder / f"accounts.{kind}"
    rows = list(csv.reader(io.StringIO(TABLES["accounts"])))
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(file)
    else:
        columns = zip(*rows[1:], strict=True)
        pq.write_table(pa.table({name: list(column) for name, column in zip(rows[0], columns, strict=True)}), file)
    whole, draw = file.read_bytes(), random.Random(7)
    refused: list[Problem] = []
    for _ in range(120):
        data = bytearray(whole)
        for _ in range(draw.choice([1, 1, 2, 4])):
            at = draw.choice([draw.randrange(len(data)), len(data) - draw.randrange(1, 800)])
            data[at : at + draw.choice([0, 1, 4])] = draw.choice([b"\0", b"\xff" * 4, b"9" * 600, b"[", b"PK\5\6", b""])
        file.write_bytes(data)
        try:
            imported(folder, tmp_path / "home")
        except Unusable as fault:
            refused.append(fault.problem)
    assert all(says(problem, file.name) for problem in refused)
    assert sum(problem.code == "damaged_archive" for problem in refused) > 60

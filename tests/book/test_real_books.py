"""
Three books that real lenders kept, read by the shipped mappings; totals reconcile with the sources, counted here by
other means (the csv module and Decimal).

The Taiwan cards come with the project. The other two may not be redistributed: their tests run where the files are
(ARREARS_DATA, or ../shared/data), and a few made-up rows of the same shape stand in everywhere else.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
from collections import Counter
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from pathlib import Path

import duckdb
import ibis
import pytest
from tests.book.sample import balanced, codes

from arrears.ageing.rules import AgeingRules
from arrears.book.load_mapping import load_mapping
from arrears.book.read import manifest_of, open_book
from arrears.book.take_in import TakenIn, take_in
from arrears.decision.load import default_policy_for
from arrears.law.load import load_law
from arrears.nightly import publish_night

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("ARREARS_DATA", ROOT.parent / "shared" / "data"))
UCI = ROOT / "examples" / "uci-cards"

LENDINGCLUB_COLUMNS = (
    "row,emp_title,state,annual_income,loan_amount,term,interest_rate,installment,issue_month,loan_status,balance,"
    "paid_total,paid_principal,paid_interest,paid_late_fees"
)
LENDINGCLUB_ROWS = """
1,made up,NJ,90000.0,28000,60,14.07,652.53,Mar-2018,Current,27015.86,1999.33,984.14,1015.19,0.0
2,made up,TX,40000.0,2000,36,17.09,71.4,Feb-2018,Late (16-30 days),1824.63,281.8,175.37,106.43,0.0
3,made up,CA,40000.0,5000,36,6.72,153.76,Jan-2018,Fully Paid,0.0,5050.0,5000.0,50.0,0.0
4,made up,HI,40000.0,9000,36,30.17,384.11,Jan-2018,Charged Off,0.0,700.0,500.0,200.0,0.0
5,made up,AK,40000.0,7000,36,9.43,224.01,Feb-2018,In Grace Period,6600.5,500.0,399.5,100.5,0.0
6,made up,WA,40000.0,6000,36,9.43,192.01,Feb-2018,Late (31-120 days),5800.25,300.0,199.75,100.25,15.0
"""
BERKA_FILES = {
    "loan": """loan_id,account_id,date,amount,duration,payments,status
5314,1787,930705,96396,12,8033.00,B
5316,1801,930711,165960,36,4610.00,A
6863,9188,940728,127080,60,2118.00,C
7000,9189,970728,105804,36,2939.00,D
""",
    "disp": """disp_id,client_id,account_id,type
1,2166,1787,OWNER
2,2181,1801,OWNER
3,2182,1801,DISPONENT
4,11006,9188,OWNER
5,11007,9189,OWNER
6,1,1,OWNER
""",
    "client": """client_id,birth_number,district_id
1,706213,18
2166,475722,30
2181,680722,46
2182,686204,46
11006,386129,19
11007,450204,1
""",
    "district": """A1,A2,A3,A4
1,Hl.m. Praha,Prague,1204953
18,Made up,south Bohemia,?
19,Made up,south Bohemia,100
30,Made up,west Bohemia,100
46,Made up,east Bohemia,100
""",
}


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a packed CSV by the csv module."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def taken_in(folder: Path, home: Path, name: str) -> TakenIn:
    taken = take_in([folder], home=home, mapping=load_mapping(name))
    assert codes(taken) == []
    assert balanced(taken)
    return taken


def query(taken: TakenIn, sql: str) -> list[tuple[object, ...]]:
    """Rows of SQL over the published files, each table by its name."""
    with duckdb.connect() as con:
        for table in taken.rows:
            con.execute(f"CREATE VIEW {table} AS SELECT * FROM '{taken.directory}/{table}.parquet'").fetchall()
        found: list[tuple[object, ...]] = con.execute(sql).fetchall()
        return found


def cents(text: str) -> int:
    return int(Decimal(text) * 100)


# ------------------------------------------------------------------------------------------------ Taiwan cards


@pytest.fixture(scope="module")
def uci(tmp_path_factory: pytest.TempPathFactory) -> TakenIn:
    return take_in([UCI], home=tmp_path_factory.mktemp("uci"), mapping=load_mapping(UCI / "book.toml"))


def test_all_clients_of_the_card_book_are_accepted_and_its_totals_reconcile(uci: TakenIn) -> None:
    """21,117 clients; limits, statements and payments sum to what the file says, to the unit."""
    rows = read(UCI / "clients.csv.gz")
    assert len(rows) == 21_117 == uci.rows["accounts"]
    assert codes(uci) == []
    sums = query(uci, "SELECT sum(limit_cents), sum(balance_cents) FROM accounts")
    assert sums == [(sum(cents(row["LIMIT_BAL"]) for row in rows), sum(cents(row["BILL_AMT1"]) for row in rows))]
    sums = query(uci, "SELECT count(*), sum(statement_cents), sum(paid_cents) FROM months")
    bills = sum(cents(row[f"BILL_AMT{month}"]) for row in rows for month in range(1, 7))
    paid = sum(cents(row[f"PAY_AMT{month}"]) for row in rows for month in range(1, 7))
    assert sums == [(6 * 21_117, bills, paid)]


def test_card_statuses_below_one_are_not_late_and_each_month_keeps_its_own(uci: TakenIn) -> None:
    """-2, -1 and 0 are not late; 1 to 9 are months late; PAY_0 is September and there is no PAY_1."""
    rows = read(UCI / "clients.csv.gz")
    for month, column in ((9, "PAY_0"), (8, "PAY_2"), (7, "PAY_3"), (6, "PAY_4"), (5, "PAY_5"), (4, "PAY_6")):
        expected = Counter(max(0, int(row[column])) for row in rows)
        sql = f"SELECT months_late, count(*) FROM months WHERE month_on = DATE '2005-{month:02d}-01' GROUP BY 1"
        assert dict(query(uci, sql)) == expected, column  # type: ignore[arg-type]
    sql = "SELECT DISTINCT status_code FROM months WHERE months_late = 0 ORDER BY 1"
    assert query(uci, sql) == [("-1",), ("-2",), ("0",)]


def test_the_card_book_says_what_it_does_not_contain(uci: TakenIn) -> None:
    """No names, contact points or schedules; sex, education, marriage and age never enter the book."""
    snapshot = open_book(uci.directory, ibis.duckdb.connect())
    assert {"contact_points", "contacts", "instalments", "payments", "holds"} <= snapshot.absent
    assert {"persons.name", "persons.birth_on", "accounts.principal_cents"} <= snapshot.absent_columns
    assert query(uci, "SELECT DISTINCT time_zone FROM persons") == [("Asia/Taipei",)]
    assert any("declared here and not in the file" in note for note in manifest_of(uci.directory)["notes"])


def floored(amount: Decimal) -> int:
    return int(amount.to_integral_value(ROUND_FLOOR))


def test_the_cards_overdue_amounts_are_minimum_payments_missed_and_say_that_they_are_derived(uci: TakenIn) -> None:
    """Months late times 3.6 % of the statement, never more than it; the manifest says so in both languages."""
    expected = {}
    for row in read(UCI / "clients.csv.gz"):
        statement = max(Decimal(row["BILL_AMT1"]), Decimal(0)) * 100
        missed = max(0, int(row["PAY_0"])) * floored(statement * Decimal("0.036"))
        expected[f"uci-account-{row['ID']}"] = min(missed, int(statement))
    found = {str(row[0]): row[1] for row in query(uci, "SELECT account_id, overdue_cents FROM accounts")}
    assert found == expected
    assert set(manifest_of(uci.directory)["derived"]["accounts.overdue_cents"]) == {"zh", "en"}


def test_the_share_of_a_minimum_payment_is_measured_on_those_who_paid_it() -> None:
    """Of clients of status 0, more paid 3.6 % of the August statement than any other tenth of a percent."""
    shares = Counter(
        (Decimal(row["PAY_AMT1"]) / Decimal(row["BILL_AMT2"])).quantize(Decimal("0.001"))
        for row in read(UCI / "clients.csv.gz")
        if row["PAY_0"] == "0" and Decimal(row["BILL_AMT2"]) > 1000 and Decimal(row["PAY_AMT1"]) > 0
    )
    assert (shares.total(), shares.most_common(1)[0][0]) == (10_118, Decimal("0.036"))


# ------------------------------------------------------------------------------------------------ LendingClub


@pytest.fixture(scope="module", params=["real", "made up"])
def lendingclub(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[TakenIn, Path]:
    folder = DATA / "lendingclub_2018"
    if request.param == "real" and not (folder / "loans.csv.gz").exists():
        pytest.skip("the LendingClub file (CC BY-SA) does not come with the project; set ARREARS_DATA to its folder")
    if request.param == "made up":
        folder = tmp_path_factory.mktemp("loans")
        (folder / "loans.csv").write_text(LENDINGCLUB_COLUMNS + LENDINGCLUB_ROWS)
    file = next(folder.glob("loans.csv*"))
    return taken_in(folder, tmp_path_factory.mktemp("home"), "lendingclub-2018"), file


def test_the_loan_tape_reconciles_with_its_file(lendingclub: tuple[TakenIn, Path]) -> None:
    """Rows, balance, and for every loan still owed: balance and what was repaid make the amount lent."""
    taken, file = lendingclub
    rows = read(file)
    assert taken.rows["accounts"] == len(rows)
    assert taken.totals["USD"]["balance_cents"] == sum(cents(row["balance"]) for row in rows)
    repaid = sum(
        cents(row["loan_amount"]) - cents(row["paid_principal"]) for row in rows if row["loan_status"] != "Charged Off"
    )
    assert query(taken, "SELECT sum(balance_cents) FROM accounts WHERE loan_status <> 'charged_off'") == [(repaid,)]
    rates = query(taken, "SELECT sum(annual_rate_bps) FROM accounts")
    assert rates == [(sum(cents(row["interest_rate"]) for row in rows),)]


def test_status_words_tell_the_least_days_past_due_and_no_more(lendingclub: tuple[TakenIn, Path]) -> None:
    """ "Late (16-30 days)" is at least 16; a charged-off loan's age and a late one's amount are unknown, not zero."""
    taken, file = lendingclub
    least = {"Current": 0, "Fully Paid": 0, "In Grace Period": 1, "Late (16-30 days)": 16, "Late (31-120 days)": 31}
    words = Counter((row["loan_status"], least.get(row["loan_status"])) for row in read(file))
    found = query(taken, "SELECT status_code, reported_days_past_due, count(*) FROM accounts GROUP BY ALL")
    assert {(word, days): count for word, days, count in found} == dict(words)
    assert query(taken, "SELECT count(*) FROM accounts WHERE overdue_cents = 0 AND reported_days_past_due > 0") == [
        (0,)
    ]


def test_a_late_loan_owes_the_instalments_its_status_word_says_were_missed(lendingclub: tuple[TakenIn, Path]) -> None:
    """At least one in grace or 16 to 30 days late, two from 31 days, at most the balance; charged off is unknown."""
    taken, file = lendingclub
    fewest = {"Current": 0, "Fully Paid": 0, "In Grace Period": 1, "Late (16-30 days)": 1, "Late (31-120 days)": 2}
    expected = {
        f"lc-loan-{row['row']}": None
        if row["loan_status"] == "Charged Off"
        else min(fewest[row["loan_status"]] * cents(row["installment"]), cents(row["balance"]))
        for row in read(file)
    }
    found = {str(row[0]): row[1] for row in query(taken, "SELECT account_id, overdue_cents FROM accounts")}
    assert found == expected


def test_a_state_with_two_time_zones_leaves_the_borrowers_unknown(lendingclub: tuple[TakenIn, Path]) -> None:
    """Unknown is held, never guessed; a state with one zone has it."""
    taken, _ = lendingclub
    found = query(taken, "SELECT province, any_value(time_zone) FROM persons GROUP BY 1")
    zones = {str(state): zone for state, zone in found}
    assert zones["TX"] is None
    assert zones["CA"] == "America/Los_Angeles"
    assert zones["HI"] == "Pacific/Honolulu"


# ------------------------------------------------------------------------------------------------ Berka


@pytest.fixture(scope="module", params=["real", "made up"])
def berka(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[TakenIn, Path]:
    folder = DATA / "berka"
    if request.param == "real" and not (folder / "loan.csv.gz").exists():
        pytest.skip(
            "the Berka files name no licence and do not come with the project; set ARREARS_DATA to their folder"
        )
    if request.param == "made up":
        folder = tmp_path_factory.mktemp("bank")
        for name, text in BERKA_FILES.items():
            (folder / f"{name}.csv").write_text(text)
    return taken_in(folder, tmp_path_factory.mktemp("home"), "berka"), folder


def of(folder: Path, name: str) -> list[dict[str, str]]:
    return read(next(folder.glob(f"{name}.csv*")))


def test_the_relational_book_reconciles_with_its_files(berka: tuple[TakenIn, Path]) -> None:
    """One account a loan, each with its owner; what is finished and paid is owed no more."""
    taken, folder = berka
    loans = of(folder, "loan")
    assert taken.rows["accounts"] == len(loans)
    assert taken.totals["CZK"]["balance_cents"] == sum(cents(row["amount"]) for row in loans if row["status"] != "A")
    owners = {row["account_id"]: row["client_id"] for row in of(folder, "disp") if row["type"] == "OWNER"}
    expected = {(f"berka-loan-{row['loan_id']}", f"berka-client-{owners[row['account_id']]}") for row in loans}
    assert set(query(taken, "SELECT account_id, person_id FROM accounts")) == expected
    assert set(query(taken, "SELECT account_id, person_id FROM parties WHERE liability = 'full'")) == expected
    for source in taken.sources:
        assert source.read == len(of(folder, source.source))


def test_whoever_may_use_an_account_and_did_not_borrow_is_no_obligor(berka: tuple[TakenIn, Path]) -> None:
    """A DISPONENT is no party to the loan, and is not even in the book: nobody may speak to them about it."""
    taken, folder = berka
    users = {f"berka-client-{row['client_id']}" for row in of(folder, "disp") if row["type"] == "DISPONENT"}
    owners = {f"berka-client-{row['client_id']}" for row in of(folder, "disp") if row["type"] == "OWNER"}
    assert users - owners
    for table in ("parties", "persons", "accounts"):
        people = {person for (person,) in query(taken, f"SELECT person_id FROM {table}")}
        assert not people & (users - owners), table


def test_birth_numbers_become_days_and_question_marks_unknown(berka: tuple[TakenIn, Path]) -> None:
    """Women's months carry fifty; every birth is in the 1900s."""
    taken, folder = berka
    births = {f"berka-client-{row['client_id']}": row["birth_number"] for row in of(folder, "client")}
    for person, born in query(taken, "SELECT person_id, strftime(birth_on, '%y%m%d') FROM persons"):
        number = births[str(person)]
        month = int(number[2:4])
        assert str(born) == f"{number[:2]}{month - 50 if month > 50 else month:02d}{number[4:]}"
    assert query(taken, "SELECT count(*) FROM persons WHERE year(birth_on) NOT BETWEEN 1900 AND 1999") == [(0,)]


def test_a_loan_in_debt_owes_an_instalment_at_least_and_one_that_ran_out_since_its_last_day(
    berka: tuple[TakenIn, Path],
) -> None:
    """Status B and D say that something is overdue: one instalment; B since the day it ended, D for a day at least."""
    taken, folder = berka
    found = query(
        taken,
        "SELECT account_id, overdue_cents, reported_days_past_due, strftime(oldest_unpaid_due_on, '%Y-%m') "
        "FROM accounts",
    )
    expected = set()
    for row in of(folder, "loan"):
        status, month = row["status"], 12 * int(row["date"][:2]) + int(row["date"][2:4]) - 1 + int(row["duration"])
        expected.add(
            (
                f"berka-loan-{row['loan_id']}",
                cents(row["payments"]) if status in "BD" else 0,
                {"A": 0, "B": None, "C": 0, "D": 1}[status],
                f"{1900 + month // 12}-{month % 12 + 1:02d}" if status == "B" else None,
            )
        )
    assert set(found) == expected


# ------------------------------------------------------------------------------------------------ their nights


@pytest.mark.parametrize("name", ["uci", "lendingclub", "berka"])
def test_a_real_book_gives_a_real_plan(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """People are treated, at a value above nothing, and the summary says what is derived and what nobody sent."""
    books = {
        "uci": (UCI, "uci-cards", None),
        "lendingclub": (tmp_path / "loans", "lendingclub-2018", {"loans": LENDINGCLUB_COLUMNS + LENDINGCLUB_ROWS}),
        "berka": (tmp_path / "bank", "berka", BERKA_FILES),
    }
    folder, mapping, files = books[name]
    if files is None:
        taken = request.getfixturevalue("uci")
    else:
        folder.mkdir()
        for file, text in files.items():
            (folder / f"{file}.csv").write_text(text)
        taken = taken_in(folder, tmp_path / "home", mapping)
    (currency,) = taken.totals
    law = load_law(["cn"], run_on=date(2026, 11, 27)).pinned_to(date(2026, 11, 27))
    policy = default_policy_for(currency)

    night = publish_night(tmp_path / "nights", taken.directory, law, policy, AgeingRules(), dry_run=True)

    summary, certificate = night.manifest["summary"], night.manifest["certificate"]
    assert summary["persons_treated"] > 0
    assert certificate["value_cents"] > 0
    assert summary["overdue_cents"] > 0
    assert set(summary["derived"]["accounts.overdue_cents"]) == {"zh", "en"}
    assert "contact_points" in summary["absent"]
    assert {row["channel"] for row in summary["treatments"]} == {"none"}, (
        "nobody is contacted without a way to reach them"
    )

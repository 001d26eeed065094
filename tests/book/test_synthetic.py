"""The made-up book: consistent with itself, the same for the same seed, and about nobody."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import phonenumbers
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.book.sample import codes, imported

from arrears.book.read import manifest_of
from arrears.book.synthetic import generate, pieces, publish_synthetic, steps_of, tables_of
from arrears.book.synthetic.history import OUTCOMES
from arrears.book.synthetic.people import HOLD_KINDS, OCCUPATIONS, VULNERABILITIES
from arrears.book.table import DECLARED, TABLES, Column
from arrears.book.vocabulary import CHOICES, KEYS

AS_OF = date(2026, 11, 20)
LOANS = 6_000


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """A full book of 6,000 loans, each table by its name."""
    folder = tmp_path_factory.mktemp("made-up")
    generate(folder, loans=LOANS, seed=7, as_of=AS_OF)
    con = duckdb.connect()
    for table in tables_of("full"):
        con.execute(f"CREATE VIEW {table} AS SELECT * FROM '{folder}/{table}.parquet'").fetchall()
    return con


def one(book: duckdb.DuckDBPyConnection, sql: str) -> object:
    """The only value of a query."""
    return book.execute(sql).fetchall()[0][0]


def table(name: str, loans: int, detail: str = "full", seed: int = 7) -> pa.Table:
    return pa.concat_tables([made for made, _ in pieces(name, loans, seed, AS_OF, detail)])  # type: ignore[arg-type]


def test_schedules_sum_to_the_amount_lent_and_payments_to_what_is_settled(book: duckdb.DuckDBPyConnection) -> None:
    """
    What is overdue by the schedule (due before today, less what was paid and not reversed, plus chargebacks) is what
    the account says, for every account; and so is the principal still owed where nothing was paid in part.
    """
    wrong = book.execute(
        """
        WITH due AS (SELECT account_id, sum(principal_cents + interest_cents + fee_cents + penalty_cents) AS cents
                     FROM instalments WHERE due_on < DATE '2026-11-20' GROUP BY 1),
             paid AS (SELECT account_id, sum(amount_cents) AS cents FROM payments WHERE reversed_on IS NULL GROUP BY 1),
             back AS (SELECT account_id, sum(amount_cents) AS cents FROM chargebacks GROUP BY 1)
        SELECT account_id, overdue_cents, due.cents, paid.cents, back.cents FROM accounts
        LEFT JOIN due USING (account_id) LEFT JOIN paid USING (account_id) LEFT JOIN back USING (account_id)
        WHERE overdue_cents <> coalesce(due.cents, 0) - coalesce(paid.cents, 0) + coalesce(back.cents, 0)
        """
    ).fetchall()
    assert wrong == []
    assert one(book, "SELECT min(n) FROM (SELECT count(*) AS n FROM instalments GROUP BY account_id)") == 3


def test_days_past_due_are_those_of_the_oldest_unpaid_instalment(book: duckdb.DuckDBPyConnection) -> None:
    """Paid in order of due date, instalment by instalment, the first not covered gives the account's own number."""
    wrong = book.execute(
        """
        WITH owed AS (SELECT account_id, due_on, sum(principal_cents + interest_cents + fee_cents + penalty_cents)
                        OVER (PARTITION BY account_id ORDER BY due_on) AS until FROM instalments),
             paid AS (SELECT account_id, sum(amount_cents) AS cents FROM payments WHERE reversed_on IS NULL GROUP BY 1),
             oldest AS (SELECT account_id, min(due_on) AS due_on FROM owed LEFT JOIN paid USING (account_id)
                        WHERE until > coalesce(cents, 0) AND due_on < DATE '2026-11-20' GROUP BY 1)
        SELECT account_id FROM accounts LEFT JOIN oldest USING (account_id)
        WHERE reported_days_past_due <> coalesce(DATE '2026-11-20' - due_on, 0)
           OR oldest_unpaid_due_on IS DISTINCT FROM due_on
        """
    ).fetchall()
    assert wrong == []


def test_closed_loans_owe_nothing_and_no_loan_owes_less_than_is_overdue(book: duckdb.DuckDBPyConnection) -> None:
    """Balance is what is overdue and the principal to come."""
    assert (
        one(
            book,
            "SELECT count(*) FROM accounts WHERE loan_status = 'closed' AND (balance_cents, overdue_cents) <> (0, 0)",
        )
        == 0
    )
    assert one(book, "SELECT count(*) FROM accounts WHERE balance_cents < overdue_cents") == 0
    assert one(book, "SELECT count(*) FROM accounts WHERE principal_cents < 0 OR principal_cents > balance_cents") == 0
    assert one(book, "SELECT count(*) FROM accounts WHERE loan_status = 'closed'") != 0


def test_no_payment_is_made_before_its_instalment_is_due_or_after_the_book(book: duckdb.DuckDBPyConnection) -> None:
    """So no rule for early money changes what is owed."""
    late = "paid_on > DATE '2026-11-20' OR learned_on > DATE '2026-11-20' OR learned_on < paid_on"
    assert one(book, f"SELECT count(*) FROM payments WHERE {late}") == 0
    early = """
        SELECT count(*) FROM payments p JOIN instalments i ON i.account_id = p.account_id
        AND i.instalment_no = CAST(split_part(payment_id, '-', 2) AS INTEGER) % 500 WHERE paid_on < due_on
    """
    assert one(book, early) == 0


def test_the_contact_history_breaks_no_cap_and_no_hour(book: duckdb.DuckDBPyConnection) -> None:
    """
    Counted here again, on each borrower's clock: within 08:00 and 22:00, at most six attempts to a number and three
    connected calls to a person on a day; only borrowers were contacted, and only those who were late.
    """
    book.execute("SET TimeZone = 'UTC'").fetchall()
    local = "timezone(coalesce(time_zone, 'Asia/Shanghai'), \"at\")"
    hours = one(
        book,
        f"SELECT count(*) FROM contacts JOIN persons USING (person_id) WHERE extract('hour' FROM {local}) < 8 "
        f"OR extract('hour' FROM {local}) >= 22",
    )
    assert hours == 0
    joined = "FROM contacts JOIN persons USING (person_id) WHERE true"
    by_number = f"SELECT count(*) AS n {joined} AND number IS NOT NULL GROUP BY number, CAST({local} AS DATE)"
    assert 1 <= int(str(one(book, f"SELECT max(n) FROM ({by_number})"))) <= 6
    by_person = f"SELECT count(*) AS n {joined} AND connected GROUP BY person_id, CAST({local} AS DATE)"
    assert 1 <= int(str(one(book, f"SELECT max(n) FROM ({by_person})"))) <= 3
    borrowers = "SELECT person_id, account_id FROM parties WHERE role = 'borrower'"
    others = f"SELECT count(*) FROM contacts ANTI JOIN ({borrowers}) USING (person_id, account_id)"
    assert one(book, others) == 0
    assert (
        one(book, "SELECT count(*) FROM contacts JOIN accounts USING (account_id) WHERE reported_days_past_due = 0")
        == 0
    )


def test_a_call_is_connected_exactly_where_its_outcome_says_so(book: duckdb.DuckDBPyConnection) -> None:
    """Voicemail took the call; writing has no such thing as connected."""
    from arrears.outcome.table import OUTCOMES as KNOWN

    for outcome, connected in book.execute("SELECT DISTINCT outcome, connected FROM contacts").fetchall():
        assert connected is KNOWN[outcome].connected, outcome


def test_contact_history_is_about_as_long_as_asked(book: duckdb.DuckDBPyConnection) -> None:
    """Two contacts a loan of the whole book, though only late borrowers have any."""
    assert 1.8 < int(str(one(book, "SELECT count(*) FROM contacts"))) / LOANS < 2.3


def test_shares_are_those_that_the_docstring_states(book: duckdb.DuckDBPyConnection) -> None:
    """Within three points: 54 % not late, 20 % one instalment behind, paydays on their clusters, phones for 97 %."""

    def share(condition: str, of: str) -> float:
        return float(str(one(book, f"SELECT avg(CAST({condition} AS INTEGER)) FROM {of}")))

    assert share("reported_days_past_due = 0 AND loan_status = 'active'", "accounts") == pytest.approx(0.54, abs=0.03)
    assert share("reported_days_past_due BETWEEN 1 AND 31", "accounts") == pytest.approx(0.20, abs=0.03)
    assert share("product = 'consumer_loan'", "accounts") == pytest.approx(0.45, abs=0.03)
    assert share("payday IN (5, 10, 15, 28, 30)", "persons WHERE payday IS NOT NULL") == pytest.approx(0.84, abs=0.03)
    borrowers = "persons WHERE person_id LIKE 'P%'"
    assert share("time_zone IS NULL", borrowers) == pytest.approx(0.005, abs=0.004)
    assert share("vulnerability IS NOT NULL", borrowers) == pytest.approx(0.07, abs=0.02)
    reachable = "person_id IN (SELECT person_id FROM contact_points WHERE channel = 'phone')"
    assert share(reachable, borrowers) == pytest.approx(0.97, abs=0.02)
    assert one(book, "SELECT count(*) FROM persons WHERE time_zone = 'Asia/Urumqi' AND province NOT LIKE '新疆%'") == 0
    assert one(book, "SELECT count(*) FROM persons WHERE time_zone = 'Asia/Urumqi'") != 0


def test_nobody_in_the_book_can_exist(book: duckdb.DuckDBPyConnection) -> None:
    """
    Phone numbers are none that an operator could have given out, identity numbers carry a right check digit on a
    division that does not exist, mail goes nowhere, and names begin with a word for “made up”.
    """
    numbers = [
        str(row[0]) for row in book.execute("SELECT value FROM contact_points WHERE channel = 'phone'").fetchall()
    ]
    assert len(set(numbers)) == len(numbers)
    for number in numbers:
        assert number.startswith("154")
        assert not phonenumbers.is_valid_number(phonenumbers.parse(number, "CN")), number
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    for (identity,) in book.execute("SELECT id_number FROM persons").fetchall():
        assert identity.startswith("99")
        total = sum(int(digit) * weight for digit, weight in zip(identity, weights, strict=False))
        assert identity[17] == "10X98765432"[total % 11], identity
    assert one(book, "SELECT count(DISTINCT id_number) = count(*) FROM persons")
    assert (
        one(book, "SELECT count(*) FROM contact_points WHERE channel = 'email' AND value NOT LIKE '%@example.invalid'")
        == 0
    )
    assert one(book, "SELECT count(*) FROM persons WHERE name[1] NOT IN ('拟', '例', '样', '虚', '仿')") == 0


def test_contact_persons_owe_nothing_and_their_numbers_have_a_lawful_source(book: duckdb.DuckDBPyConnection) -> None:
    """Nobody is made an obligor by being named."""
    assert one(book, "SELECT count(*) FROM parties WHERE (role = 'contact_person') <> (liability = 'none')") == 0
    assert one(book, "SELECT count(*) FROM parties WHERE role = 'contact_person'") != 0
    sources = {row[0] for row in book.execute("SELECT DISTINCT lawful_source FROM contact_points").fetchall()}
    assert sources <= CHOICES["contact_points", "lawful_source"]


def test_the_words_it_uses_are_the_books_words() -> None:
    """A new word of the book must be drawn here too, or be left out knowingly."""
    assert set(OCCUPATIONS) == CHOICES["persons", "occupation"]
    assert set(VULNERABILITIES) == CHOICES["persons", "vulnerability"]
    assert set(HOLD_KINDS) == CHOICES["holds", "kind"] - {"promise", "incident"}, "those two arise by day"
    assert set(OUTCOMES) <= CHOICES["contacts", "outcome"]


def test_the_words_of_a_book_are_those_of_the_stages_that_read_it() -> None:
    """The book comes before outcome and can't ask it; this test asks both."""
    from arrears.outcome import table as outcome

    assert CHOICES["contacts", "outcome"] == set(outcome.OUTCOMES)
    assert CHOICES["holds", "kind"] == set(outcome.HOLD_KINDS)


@pytest.mark.parametrize("name", tables_of("full"))
def test_a_loan_has_the_same_facts_in_a_small_book_and_in_a_large_one(name: str) -> None:
    """Draws depend on the seed and on whose they are, not on how many there are."""
    small, large = table(name, 400), table(name, 60_000)
    key = KEYS[name][0]
    keep = set(small[key].to_pylist())
    mask = pa.array([value in keep for value in large[key].to_pylist()])
    assert large.filter(mask).to_pylist()[: small.num_rows] == small.to_pylist()


def test_another_seed_is_another_book() -> None:
    """And the same seed the same one."""
    assert table("accounts", 500).equals(table("accounts", 500))
    assert not table("accounts", 500).equals(table("accounts", 500, seed=8))


@pytest.mark.parametrize("detail", ["tape", "full"])
def test_what_is_published_at_once_is_what_import_would_publish(tmp_path: Path, detail: str) -> None:
    """The fast way for measurements is no other book: the same id, so the same rows."""
    made = {"loans": 700, "seed": 2, "as_of": AS_OF, "detail": detail}
    told: list[int] = []
    at_once = publish_synthetic(tmp_path / "fast", **made, progress=told.append)  # type: ignore[arg-type]
    generate(tmp_path / "in", **made)  # type: ignore[arg-type]
    taken = imported(tmp_path / "in", tmp_path / "home")
    assert codes(taken) == []
    assert at_once.name == taken.book_id
    assert manifest_of(at_once)["tables"] == manifest_of(taken.directory)["tables"]
    assert sum(told) == steps_of(700, detail)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("column", "given"),
    [
        (Column("string"), None),
        (Column("int64"), None),
        (Column("date"), None),
        (Column("!string", choices=("first", "second")), "first"),
        (Column("!int32", between=(3, 9)), 3),
    ],
)
@pytest.mark.parametrize("named", ["accounts", "holds"])
def test_one_new_column_of_a_table_is_in_the_made_up_book_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, column: Column, given: object
) -> None:
    """Declared and drawn by nothing, it is empty, or holds the first that it may; whatever else is drawn stays."""
    generate(tmp_path / "before", loans=40, seed=7, as_of=AS_OF)
    monkeypatch.setitem(DECLARED[named].columns, "new_one", column)
    monkeypatch.setitem(TABLES[named], "new_one", column.kind)
    generate(tmp_path / "after", loans=40, seed=7, as_of=AS_OF)
    made = pq.read_table(tmp_path / "after" / f"{named}.parquet")
    assert made.column_names == list(TABLES[named])
    assert made["new_one"].to_pylist() == [given] * len(made)
    for name in tables_of("full"):
        before = pq.read_table(tmp_path / "before" / f"{name}.parquet")
        assert pq.read_table(tmp_path / "after" / f"{name}.parquet").select(before.column_names).equals(before)


@pytest.mark.parametrize("column", [Column("!string"), Column("!date"), Column("!int64")])
def test_a_new_column_that_must_hold_what_nobody_can_guess_says_where_to_draw_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: Column
) -> None:
    """Not a bare key of a dictionary: the table, the column and the two things one can do."""
    monkeypatch.setitem(DECLARED["accounts"].columns, "new_one", column)
    monkeypatch.setitem(TABLES["accounts"], "new_one", column.kind)
    with pytest.raises(TypeError, match=r"accounts\.new_one .* book/synthetic.* book/table\.py"):
        generate(tmp_path, loans=40, seed=7, as_of=AS_OF)

"""A night's ageing at each level a lender may send, and what bends it: pauses, chargebacks, day 91, designation."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import ibis
import pyarrow.parquet as pq
import pytest
from tests.ageing.random_books import AS_OF, Book, Engine, Row, account, instalment, payment

from arrears.ageing.from_book import age
from arrears.ageing.rules import AgeingRules
from arrears.ageing.table import AGED
from arrears.book.table import TABLES, Snapshot
from arrears.kernel.table import schema_of

DEFAULT = AgeingRules()


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def aged(engine: Engine, book: Book, rules: AgeingRules = DEFAULT, **options: object) -> Row:
    """The one account of a book."""
    (row,) = engine.age(book, rules, **options)  # type: ignore[arg-type]
    return row


def pause(start_on: date, end_on: date, learned_on: date | None = None) -> Row:
    said = {"account_id": "A-1", "start_on": start_on, "end_on": end_on, "reason": "holiday"}
    return said | {"learned_on": learned_on or start_on}


def three_instalments(*, product: str = "consumer_loan") -> Book:
    """100 of principal and 10 of interest each: due 100, 40 and 0 days ago."""
    return {
        "accounts": [account(product=product)],
        "instalments": [
            instalment("A-1", 1, ago(100), 100, interest=10),
            instalment("A-1", 2, ago(40), 100, interest=10),
            instalment("A-1", 3, ago(0), 100, interest=10),
        ],
    }


def test_due_today_is_owed_and_not_overdue(engine: Engine) -> None:
    """Three numbers and their parts, from the schedule alone."""
    row = aged(engine, three_instalments())

    assert (row["age_source"], row["days_past_due"], row["bucket"]) == ("schedule", 100, "M4")
    assert (row["oldest_unpaid_due_on"], row["delinquent_since_on"]) == (ago(100), ago(100))
    assert (row["overdue_cents"], row["overdue_principal_cents"], row["overdue_interest_cents"]) == (220, 200, 20)
    assert (row["outstanding_cents"], row["risk_class"]) == (330, "substandard")


def with_instalment_ahead(balance: int, **first: object) -> Book:
    """100 of principal and 10 of interest each, due 40 and 0 days ago and in 20 days; the lender says `balance`."""
    return {
        "accounts": [account(balance_cents=balance)],
        "instalments": [
            instalment("A-1", 1, ago(40), 100, interest=10),
            instalment("A-1", 2, ago(0), 100, interest=10),
            instalment("A-1", 3, ago(-20), 100, interest=10),
        ],
    }


@pytest.mark.parametrize(
    ("balance", "reason"),
    [
        (320, None),  # principal of all three, and the interest of the two that fell due
        (330, "not_yet_due"),
        (300, "principal_alone"),
        (310, "due_today"),
        (-5, "credit"),
        (321, "unexplained"),
    ],
)
def test_interest_not_yet_due_is_not_outstanding_and_the_lenders_balance_is_explained(
    engine: Engine, balance: int, reason: str | None
) -> None:
    """Ours and the lender's stand side by side; what makes up the difference to the cent is its reason."""
    row = aged(engine, with_instalment_ahead(balance))
    assert (row["outstanding_cents"], row["lender_balance_cents"]) == (320, balance)
    assert row["balance_reason"] == reason


@pytest.mark.parametrize(
    ("paid", "outstanding"),
    [
        (0, 320),
        (110, 210),
        (220, 100),  # all that fell due is paid: the principal to come, and not its interest
        (225, 100),  # five of the interest to come, ahead of its day
        (230, 100),
        (231, 99),
        (330, 0),
        (400, 0),
    ],
)
def test_money_ahead_takes_off_what_it_pays_and_no_more(engine: Engine, paid: int, outstanding: int) -> None:
    """Interest paid ahead of its day lowers nothing that is owed today; principal does."""
    book = with_instalment_ahead(320) | {"payments": [payment("A-1", ago(1), paid)] if paid else []}
    assert aged(engine, book)["outstanding_cents"] == outstanding


def test_a_tape_has_the_lenders_balance_and_no_other(engine: Engine) -> None:
    """Without a schedule there is nothing to compare it with."""
    row = aged(engine, {"accounts": [account(balance_cents=777, reported_days_past_due=5)]})
    assert (row["outstanding_cents"], row["lender_balance_cents"], row["balance_reason"]) == (777, 777, None)


def test_a_lender_may_count_the_due_date_as_day_one(engine: Engine) -> None:
    """Then what is due today is a day late."""
    row = aged(engine, three_instalments(), AgeingRules(dpd_on_due_date=1))
    assert (row["days_past_due"], row["overdue_cents"]) == (101, 330)


def test_grace_makes_an_account_less_delinquent_and_no_less_late(engine: Engine) -> None:
    """Raw days and class stay; delinquent days and bucket are less grace."""
    row = aged(engine, three_instalments(), AgeingRules(grace_days=10))
    assert (row["days_past_due"], row["delinquent_days"], row["delinquent_since_on"]) == (100, 90, ago(90))
    assert (row["bucket"], row["risk_class"]) == ("M3", "substandard")


@pytest.mark.parametrize(
    ("said", "source", "days", "bucket"),
    [
        ({"oldest_unpaid_due_on": ago(31), "reported_days_past_due": 5}, "due_date", 31, "M2"),
        ({"oldest_unpaid_due_on": AS_OF + timedelta(days=9)}, "due_date", 0, "M0"),
        ({"reported_days_past_due": 31, "status_code": "Late (16-30 days)"}, "reported_days", 31, "M2"),
        ({"reported_days_past_due": 0}, "reported_days", 0, "M0"),
        ({"reported_days_past_due": -4}, "reported_days", 0, "M0"),
        ({"status_code": "Late (31-120 days)"}, "status_code", 31, "M2"),
        ({"status_code": "Current"}, "status_code", 0, "M0"),
        ({"overdue_cents": 0}, "not_overdue", 0, "M0"),
        ({"overdue_cents": 9}, "unknown", None, None),
        ({"status_code": "Weather"}, "unknown", None, None),
        ({}, "unknown", None, None),
        ({"loan_status": "closed", "reported_days_past_due": 50}, "not_overdue", 0, "M0"),
        ({"loan_status": "written_off", "reported_days_past_due": 50}, "not_overdue", 0, "M0"),
        ({"loan_status": "charged_off", "reported_days_past_due": 200}, "reported_days", 200, "M7+"),
    ],
)
def test_a_tape_ages_by_the_best_thing_it_tells(
    engine: Engine, said: Row, source: str, days: int | None, bucket: str | None
) -> None:
    """A due date before a number, a number before a word; and unknown is null, never zero."""
    rules = AgeingRules.from_toml(
        """
        [status_code_days]
        "Current" = 0
        "Late (16-30 days)" = 16
        "Late (31-120 days)" = 31
        """
    )
    row = aged(engine, {"accounts": [account(**said)]}, rules)

    assert (row["age_source"], row["days_past_due"], row["bucket"]) == (source, days, bucket)
    assert (row["risk_class"] is None) == (days is None)
    assert row["outstanding_cents"] == 100_000


def test_a_tape_does_not_tell_the_parts_of_what_is_overdue(engine: Engine) -> None:
    """The lender's own figure is kept; its parts are unknown, unless nothing is overdue."""
    row = aged(engine, {"accounts": [account(reported_days_past_due=9, overdue_cents=700)]})
    assert (row["overdue_cents"], row["overdue_principal_cents"], row["overdue_fee_cents"]) == (700, None, None)
    row = aged(engine, {"accounts": [account(reported_days_past_due=9)]})
    assert row["overdue_cents"] is None
    row = aged(engine, {"accounts": [account(reported_days_past_due=0)]})
    assert (row["overdue_cents"], row["overdue_principal_cents"]) == (0, 0)


@pytest.mark.parametrize(
    ("late", "days", "bucket"),
    [(-2, 0, "M0"), (0, 0, "M0"), (1, 1, "M1"), (2, 31, "M2"), (6, 151, "M6"), (7, 181, "M7+"), (9, 241, "M7+")],
)
def test_months_late_are_days_at_the_least(engine: Engine, late: int, days: int, bucket: str) -> None:
    """Month n is 30(n-1)+1 days or more, so that month n is bucket Mn; an exact due date is not claimed."""
    months = [{"account_id": "A-1", "month_on": ago(14), "months_late": late}]
    row = aged(engine, {"accounts": [account()], "months": months})
    assert (row["age_source"], row["days_past_due"], row["bucket"]) == ("months", days, bucket)
    assert row["oldest_unpaid_due_on"] is None


def test_the_latest_month_counts_even_where_it_says_nothing(engine: Engine) -> None:
    """An older month is no substitute for an unknown one, and a month after the night has not happened."""
    months: list[Row] = [
        {"account_id": "A-1", "month_on": ago(75), "months_late": 3},
        {"account_id": "A-1", "month_on": ago(45), "months_late": None},
        {"account_id": "A-1", "month_on": AS_OF + timedelta(days=16), "months_late": 1},
    ]
    row = aged(engine, {"accounts": [account()], "months": months})
    assert (row["age_source"], row["days_past_due"]) == ("unknown", None)


def test_a_schedule_without_payments_says_nothing_of_what_was_paid(engine: Engine) -> None:
    """ "Nobody paid" and "nobody told us" are different: the age is unknown, not a hundred days."""
    row = aged(engine, three_instalments(), absent=frozenset({"payments"}))
    assert (row["age_source"], row["days_past_due"], row["bucket"]) == ("unknown", None, None)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ({}, 40),
        ({"learned_on": AS_OF}, 40),
        ({"learned_on": AS_OF + timedelta(days=1)}, 100),  # not yet told
        ({"paid_on": AS_OF + timedelta(days=1)}, 100),  # not yet made
        ({"paid_on": AS_OF}, 40),  # a payment cures at once
        ({"reversed_on": ago(1)}, 100),  # was never made
        ({"reversed_on": AS_OF}, 100),
        ({"reversed_on": AS_OF + timedelta(days=1)}, 40),  # the reversal is not yet known
        ({"amount_cents": 109}, 100),  # a cent short
    ],
)
def test_what_counts_as_paid_tonight(engine: Engine, said: Row, days: int) -> None:
    """True by tonight, told by tonight, and not taken back by tonight."""
    book = three_instalments() | {"payments": [payment("A-1", ago(90), 110) | said]}
    assert aged(engine, book)["days_past_due"] == days


def test_a_chargeback_is_debt_from_its_own_day(engine: Engine) -> None:
    """Everything due was paid; 50 came back 20 days ago, and that is how late the account is."""
    book = three_instalments() | {
        "payments": [payment("A-1", ago(100), 110), payment("A-1", ago(40), 110)],
        "chargebacks": [
            {"account_id": "A-1", "charged_back_on": ago(20), "learned_on": ago(19), "amount_cents": 50},
            {"account_id": "A-1", "charged_back_on": ago(5), "learned_on": AS_OF + timedelta(days=2)}
            | {"amount_cents": 7},
        ],
    }
    row = aged(engine, book)
    assert (row["days_past_due"], row["overdue_cents"], row["overdue_principal_cents"]) == (20, 50, 50)
    assert row["outstanding_cents"] == 160


def test_a_card_pays_principal_first_from_day_91(engine: Engine) -> None:
    """Law note M03. On day 90 interest comes first; on day 91 principal does, of all that had fallen due."""
    for days_late, interest_left, principal_left in ((90, 0, 85), (91, 20, 65)):
        book = three_instalments(product="credit_card")
        book["instalments"] = book["instalments"][:2]
        book["payments"] = [payment("A-1", ago(100 - days_late), 135)]
        row = aged(engine, book)
        assert (row["overdue_interest_cents"], row["overdue_principal_cents"]) == (interest_left, principal_left)
        assert row["overdue_cents"] == 85


def test_another_product_keeps_interest_first_after_day_91(engine: Engine) -> None:
    """No binding text was found for other loans (law note M06): the contract, else 民法典 art. 561."""
    book = three_instalments() | {"payments": [payment("A-1", ago(1), 15)]}
    row = aged(engine, book)
    assert (row["overdue_interest_cents"], row["overdue_principal_cents"]) == (10, 195)


def test_money_goes_where_its_payer_said(engine: Engine) -> None:
    """Law note M05, 民法典 art. 560: the debtor designates. What it can't use flows on in the usual order."""
    paid = [payment("A-1", ago(1), 15, designation="principal")]
    row = aged(engine, three_instalments() | {"payments": paid})
    assert (row["overdue_interest_cents"], row["overdue_principal_cents"]) == (20, 185)

    paid = [payment("A-1", ago(1), 35, designation="interest")]  # 30 of interest in all; 5 flow on
    row = aged(engine, three_instalments() | {"payments": paid})
    assert (row["overdue_interest_cents"], row["overdue_principal_cents"]) == (0, 195)

    row = aged(engine, three_instalments() | {"payments": paid}, AgeingRules(follow_designation=False))
    assert (row["overdue_interest_cents"], row["overdue_principal_cents"]) == (10, 175)


def test_a_pause_takes_off_days_and_freezes_the_bucket(engine: Engine) -> None:
    """Raw days and the amount go on; delinquent days and the bucket stop."""
    book = three_instalments() | {"pauses": [pause(ago(12), AS_OF)]}
    row = aged(engine, book)
    assert (row["days_past_due"], row["delinquent_days"], row["paused"]) == (100, 88, True)
    assert (row["bucket"], row["overdue_cents"], row["risk_class"]) == ("M3", 220, "substandard")


def test_the_day_after_a_pause_the_bucket_follows_the_days_again(engine: Engine) -> None:
    """The bucket of 91 delinquent days, where it was that of 90 in the pause."""
    begun = pause(ago(10), AS_OF)  # on the day before it began: 89 days
    assert aged(engine, three_instalments() | {"pauses": [begun]})["bucket"] == "M3"
    ended = pause(ago(10), ago(1))
    row = aged(engine, three_instalments() | {"pauses": [ended]})
    assert (row["paused"], row["delinquent_days"], row["bucket"]) == (False, 91, "M4")


def test_paying_in_a_pause_cures_at_once(engine: Engine) -> None:
    """A frozen bucket does not keep an account in it that owes nothing overdue."""
    book = three_instalments() | {"pauses": [pause(ago(12), AS_OF)], "payments": [payment("A-1", ago(1), 220)]}
    row = aged(engine, book)
    assert (row["bucket"], row["days_past_due"], row["overdue_cents"], row["paused"]) == ("M0", 0, 0, True)


def test_a_pause_nobody_had_told_us_of_changes_nothing_tonight(engine: Engine) -> None:
    """And once told, late, it corrects at once: the days come off and the bucket is worked out that day."""
    late = pause(ago(30), AS_OF, learned_on=AS_OF + timedelta(days=1))
    row = aged(engine, three_instalments() | {"pauses": [late]})
    assert (row["delinquent_days"], row["bucket"], row["paused"]) == (100, "M4", False)

    told = pause(ago(30), AS_OF, learned_on=AS_OF)
    row = aged(engine, three_instalments() | {"pauses": [told]})
    assert (row["delinquent_days"], row["bucket"], row["paused"]) == (70, "M3", True)


def test_every_account_comes_out_once(engine: Engine) -> None:
    """Closed ones too: the totals of a night are those of its book."""
    book: Book = {
        "accounts": [account(f"A-{number}", loan_status=status) for number, status in enumerate(["active", "closed"])]
    }
    assert [row["account_id"] for row in engine.age(book, DEFAULT)] == ["A-0", "A-1"]


def test_an_empty_book_ages_to_an_empty_table(engine: Engine) -> None:
    """Of the right columns."""
    assert engine.age({"accounts": []}, DEFAULT) == []


@pytest.mark.parametrize("dialect", ["duckdb", "pyspark"])
@pytest.mark.parametrize("absent", [frozenset[str](), frozenset({"instalments", "payments", "pauses", "months"})])
def test_the_same_expression_is_sql_for_other_engines(dialect: str, absent: frozenset[str]) -> None:
    """Nothing in it is one engine's own; and its columns are those of AGED, in that order and of those types."""
    tables = {name: ibis.table(schema_of(columns), name=name) for name, columns in TABLES.items()}
    expression = age(Snapshot(AS_OF, tables, absent), DEFAULT)

    assert str(ibis.to_sql(expression, dialect=dialect))
    assert {name: kind.copy(nullable=True) for name, kind in expression.schema().items()} == {
        name: kind.copy(nullable=True) for name, kind in schema_of(AGED).items()
    }


def test_money_leaves_for_a_file_as_whole_units(engine: Engine, tmp_path: Path) -> None:
    """An engine that sums into a wider type writes it to Parquet as a double; amounts are cast back before that."""
    engine.age(three_instalments() | {"payments": [payment("A-1", ago(1), 7, designation="fee")]}, DEFAULT)
    night = age(Snapshot(AS_OF, engine.tables, frozenset()), DEFAULT)

    engine.con.to_parquet(night, str(tmp_path / "aged.parquet"))

    written = {field.name: str(field.type) for field in pq.read_schema(tmp_path / "aged.parquet")}
    assert {written[name] for name in AGED if name.endswith("_cents")} == {"int64"}
    assert {written[name] for name in AGED if name.endswith("_on")} == {"date32[day]"}

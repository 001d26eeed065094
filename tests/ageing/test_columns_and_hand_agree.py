"""The night in columns against the same account in plain words, on random books of every level."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.ageing.by_hand import age_by_hand
from tests.ageing.random_books import AS_OF, RULES, Book, Engine, Row, books, payment, rows_of

from arrears.ageing.rules import AgeingRules
from arrears.ageing.table import AGED

BATCHES = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    # A batch is one seed, which can't be made smaller; `differences` names the accounts instead.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def differences(in_columns: list[Row], book: Book, rules: AgeingRules, absent: frozenset[str] = frozenset()) -> str:
    """Each account on which the two disagree, with both figures."""
    said = []
    for row, account in zip(in_columns, book["accounts"], strict=True):
        plain = age_by_hand(rows_of(book, account["account_id"], absent), AS_OF, rules)
        apart = {name: (row[name], plain[name]) for name in AGED if row[name] != plain[name]}
        if apart:
            said.append(f"{account['account_id']}: (columns, by hand) {apart}")
    return "\n".join(said)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES.keys())
@BATCHES
@given(book=books)
def test_the_columns_say_what_the_plain_version_says(engine: Engine, rules: AgeingRules, book: Book) -> None:
    """Every figure of every account, with facts from the future and facts not yet learned among them."""
    in_columns = engine.age(book, rules)

    assert {tuple(row) for row in in_columns} == {tuple(AGED)}
    assert not differences(in_columns, book, rules)


@pytest.mark.parametrize("absent", [{"payments"}, {"pauses", "months"}, {"chargebacks"}, {"instalments", "pauses"}])
@BATCHES
@given(book=books)
def test_a_table_that_nobody_sent_is_not_an_empty_one(engine: Engine, absent: set[str], book: Book) -> None:
    """Without payments a schedule says nothing of what was paid, so the age comes from the tape or is unknown."""
    rules, without = RULES["the default"], frozenset(absent)

    in_columns = engine.age(book, rules, absent=without)

    assert not differences(in_columns, book, rules, without)
    if "payments" in absent:
        assert "schedule" not in {row["age_source"] for row in in_columns}


@BATCHES
@given(book=books, seed=st.integers(0, 999))
def test_shuffling_the_rows_changes_nothing(engine: Engine, book: Book, seed: int) -> None:
    """A book is a set of facts; the order of its rows is no fact."""
    rules, shuffled = RULES["the default"], {name: list(rows) for name, rows in book.items()}
    for rows in shuffled.values():
        Random(seed).shuffle(rows)

    assert engine.age(shuffled, rules) == engine.age(book, rules)


@BATCHES
@given(book=books, paid_on=st.integers(0, 400), amount=st.integers(1, 4000))
def test_paying_never_makes_an_account_older(engine: Engine, book: Book, paid_on: int, amount: int) -> None:
    """One more payment, made at any time: not a day more past due, not a cent more overdue or owed."""
    rules = RULES["one with nothing special"]
    day = AS_OF - timedelta(days=paid_on)
    scheduled = {row["account_id"] for row in book["instalments"]}
    more = [payment(account_id, day, amount) for account_id in sorted(scheduled)]

    before, after = engine.age(book, rules), engine.age(book | {"payments": book["payments"] + more}, rules)

    for then, now in zip(before, after, strict=True):
        assert (now["days_past_due"] or 0) <= (then["days_past_due"] or 0)
        assert (now["overdue_cents"] or 0) <= (then["overdue_cents"] or 0)
        assert now["outstanding_cents"] <= then["outstanding_cents"]


@BATCHES
@given(book=books, back=st.sampled_from([1, 45, 170]))
def test_a_past_night_comes_out_the_same_after_backdated_entries(engine: Engine, book: Book, back: int) -> None:
    """What was learned after a night, even about days before it, does not change how that night reads."""
    rules, then = RULES["the default"], AS_OF - timedelta(days=back)

    def learned(row: dict[str, object]) -> bool:
        day = row["learned_on"]
        return isinstance(day, date) and day <= then

    as_it_was: Book = book | {
        "payments": [
            row | {"reversed_on": None if (row["reversed_on"] or AS_OF) > then else row["reversed_on"]}
            for row in book["payments"]
            if learned(row)
        ],
        "chargebacks": [row for row in book["chargebacks"] if learned(row)],
        "pauses": [row for row in book["pauses"] if learned(row)],
    }

    assert engine.age(book, rules, as_of=then) == engine.age(as_it_was, rules, as_of=then)

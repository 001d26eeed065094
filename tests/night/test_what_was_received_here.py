"""A lender's balance that is ours and what we received since is said to be that, and no other difference is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import ibis
import pyarrow as pa
import pytest
from tests.ageing.random_books import AS_OF, account, instalment, payment

from arrears.ageing.from_book import age
from arrears.ageing.rules import AgeingRules
from arrears.ageing.table import BALANCE_REASONS
from arrears.book.table import TABLES, Snapshot
from arrears.kernel.table import schema_of
from arrears.nightly.run import paid_here, with_day
from arrears.web.words.labels import LABELS

BEFORE = AS_OF - timedelta(days=1)


def table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    schema = schema_of({column: kind.lstrip("!") for column, kind in TABLES[name].items()}).to_pyarrow()
    return pa.Table.from_pylist([{column: row.get(column) for column in TABLES[name]} for row in rows], schema=schema)


def reason_at_night(balance: int, ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> tuple[int, str | None]:
    """One loan of two instalments of 10,000 that fell due; what is owed, and why the lender says `balance`."""
    book = {
        "accounts": [account(balance_cents=balance)],
        "instalments": [instalment("A-1", n, AS_OF - timedelta(days=30 * n), 10_000) for n in (1, 2)],
        "payments": theirs,
    }
    snapshot = Snapshot(
        AS_OF, {name: ibis.memtable(table(name, book.get(name, []))) for name in TABLES}, frozenset({"months"})
    )
    received = table("payments", ours)
    aged = age(with_day(snapshot, {"payments": received}), AgeingRules())
    (row,) = paid_here(aged, snapshot, received).to_pyarrow().to_pylist()
    return row["outstanding_cents"], row["balance_reason"]


EARLIER = payment("A-1", AS_OF - timedelta(days=20), 5_000, payment_id="bank-0")
HERE = payment("A-1", BEFORE, 1_500, payment_id="here-1")


@pytest.mark.parametrize(
    ("balance", "ours", "theirs", "answer"),
    [
        (15_000, [HERE], [EARLIER], (13_500, "paid_here")),
        (13_500, [HERE], [EARLIER], (13_500, None)),
        (15_001, [HERE], [EARLIER], (13_500, "unexplained")),
        (15_000, [], [EARLIER], (15_000, None)),
        # The book lists it under its own number: what differs is not that it is unknown there.
        (13_500, [HERE], [EARLIER, HERE], (13_500, None)),
        (13_500, [HERE], [EARLIER, {**HERE, "payment_id": "bank-1"}], (12_000, "unexplained")),
        # Never made, or after the day of the book.
        (16_500, [{**HERE, "reversed_on": AS_OF}], [EARLIER], (15_000, "unexplained")),
        (16_500, [{**HERE, "learned_on": AS_OF + timedelta(days=1)}], [EARLIER], (15_000, "unexplained")),
    ],
)
def test_a_difference_is_what_was_received_here_only_to_the_cent(
    balance: int, ours: list[dict[str, Any]], theirs: list[dict[str, Any]], answer: tuple[int, str | None]
) -> None:
    """Whatever else makes the two differ is left for a person to look at."""
    assert reason_at_night(balance, ours, theirs) == answer


def test_a_reason_for_a_difference_has_words_wherever_it_is_shown() -> None:
    """The page and the command say each reason that a night may give."""
    from arrears.cli._night_summary import _WORDS

    assert set(LABELS["balance_reason"]) == set(BALANCE_REASONS)
    assert set(BALANCE_REASONS) <= set(_WORDS)

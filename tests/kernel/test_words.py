"""Facts, days, problems, tables: the shared words keep their promises."""

from __future__ import annotations

from datetime import UTC, datetime

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.kernel.days import aware, local_day, zone_named
from arrears.kernel.fact import Fact
from arrears.kernel.ids import derived_id
from arrears.kernel.problem import Problem
from arrears.kernel.table import conform, empty


@given(st.dictionaries(st.text(max_size=8), st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8) | st.booleans()))
def test_the_order_in_which_a_fact_was_written_does_not_change_its_bytes(body: dict[str, str | int | bool]) -> None:
    """Two readers who build the same fact hash the same bytes (RFC 8785)."""
    at = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
    backwards = dict(reversed(list(body.items())))
    assert Fact("attempt_permitted", at, body).canonical() == Fact("attempt_permitted", at, backwards).canonical()


def test_a_fact_without_an_offset_is_refused() -> None:
    """An instant that could be two instants proves nothing."""
    with pytest.raises(ValueError, match="no offset"):
        Fact("payment_received", datetime(2026, 3, 9, 10, 0))


def test_text_without_an_offset_is_not_an_instant() -> None:
    """The borrower's local time decides, so the offset must be there."""
    assert aware("2026-03-05T10:12:00Z").utcoffset() is not None
    with pytest.raises(ValueError, match="has no offset"):
        aware("2026-03-05T10:12:00")


def test_the_day_is_the_day_where_the_borrower_is() -> None:
    """16:30 UTC is already tomorrow in Shanghai and still today in New York."""
    instant = aware("2026-06-30T16:30:00Z")
    assert local_day(instant, "Asia/Shanghai").isoformat() == "2026-07-01"
    assert local_day(instant, "America/New_York").isoformat() == "2026-06-30"
    with pytest.raises(ValueError, match="not an IANA time zone"):
        zone_named("Beijing time")


def test_ids_that_name_different_things_differ() -> None:
    """("a", "bc") and ("ab", "c") are two things."""
    assert derived_id("book", "a", "bc") != derived_id("book", "ab", "c")
    assert derived_id("book", "a", "bc") == derived_id("book", "a", "bc")


def test_a_problem_says_where_what_why_and_what_to_do() -> None:
    """One line that a person can act on."""
    problem = Problem(
        code="negative_amount",
        where="loans.csv",
        row=7,
        column="balance",
        what="balance is -5.00.",
        why="A loan can't owe less than nothing.",
        fix="Correct the row or leave the loan out.",
    )
    assert str(problem).startswith("loans.csv:7 [balance]: balance is -5.00. A loan")


def test_a_table_that_lacks_a_promised_column_is_refused_by_name() -> None:
    """A stage that guesses is a stage that lies."""
    columns = {"account_id": "!string", "days_past_due": "int32"}
    with pytest.raises(TypeError, match="aged lacks days_past_due"):
        conform(ibis.memtable({"account_id": ["a"]}), columns, name="aged")
    given_wide = ibis.memtable({"days_past_due": [3], "account_id": ["a"], "extra": [1]})
    conformed = conform(given_wide, columns, name="aged")
    assert list(conformed.columns) == list(columns)
    assert empty(columns).count().execute() == 0

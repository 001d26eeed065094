"""Values are read by whole columns, and exactly as reading them one by one would."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from tests.book import parse_slowly

from arrears.book.mapping import Cell
from arrears.book.parse import faults_of, literal, value_of

AS_OF = date(2026, 11, 20)
CON = duckdb.connect()


def read(table: str, column: str, kind: str, cell: Cell, texts: list[str | None]) -> list[tuple[object, str | None]]:
    """(value, code) of each text, read as one column."""
    value = value_of(column, kind.lstrip("!"), cell, "t", "VARCHAR")
    faults = faults_of(table, column, kind, cell, "t", "v", AS_OF)
    code = "CASE " + " ".join(f"WHEN {when} THEN {literal(code)}" for when, code in faults) + " END"
    listed = ", ".join("NULL::VARCHAR" if text is None else literal(text) for text in texts)
    found: list[tuple[object, str | None]] = CON.execute(
        f"SELECT v, {code} FROM (SELECT *, {value} AS v FROM (SELECT unnest([{listed}]) AS t))"
    ).fetchall()
    return found


digits = some.text("0123456789", min_size=1, max_size=20)
amounts = some.one_of(
    some.builds("{}{}.{}".format, some.sampled_from(["", "-", "¥", "￥", "CNY ", "NT$"]), digits, digits),
    some.builds("{:,}".format, some.integers(-(10**15), 10**15)),
    some.builds("{:,.2f}元".format, some.decimals(0, 10**9, places=2)),
    some.integers(-(10**20), 10**20).map(str),
    some.from_regex(r"[0-9]\.[0-9]{0,3}[eE]\+?[0-9]{1,2}", fullmatch=True),
    some.text("0123456789.,-¥元 e+０１．", max_size=12),
)


@given(texts=some.lists(amounts, min_size=1, max_size=20), unit=some.sampled_from(["units", "cents", "wan"]))
@settings(max_examples=150, deadline=None)
def test_a_column_of_amounts_is_read_as_one_by_one(texts: list[str], unit: str) -> None:
    """To the cent, in every form we read, with the same fault where it can't be read."""
    texts = [text for text in texts if text.strip() == text and text]
    if texts:
        found = read("accounts", "overdue_cents", "int64", Cell(column="x", amount=unit), list(texts))
        for text, (value, code) in zip(texts, found, strict=True):
            assert (value, code) == parse_slowly.amount(text, unit), text


@given(cents=some.integers(-(10**13), 10**13))
@settings(max_examples=200, deadline=None)
def test_what_was_written_as_money_comes_back_to_the_cent(cents: int) -> None:
    """No float is anywhere on the way: every amount up to 100 billion is exact."""
    from arrears.kernel.money import decimal_text

    cell = Cell(column="x", negative="credit")
    assert read("accounts", "overdue_cents", "int64", cell, [decimal_text(cents)]) == [(cents, None)]


dates = some.one_of(
    some.dates(date(1880, 1, 1), date(2120, 12, 31)).flatmap(
        lambda day: some.sampled_from(
            [day.isoformat(), day.strftime("%Y/%m/%d"), day.strftime("%Y%m%d"), f"{day.year}年{day.month}月{day.day}日"]
        )
    ),
    some.from_regex(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", fullmatch=True),
    some.from_regex(r"[12][0-9]{7}|[0-9]{1,3}", fullmatch=True),
)


@given(texts=some.lists(dates, min_size=1, max_size=20))
@settings(max_examples=150, deadline=None)
def test_a_column_of_dates_is_read_as_one_by_one(texts: list[str]) -> None:
    """A day that no calendar has is told apart from what is no date at all."""
    found = read("accounts", "opened_on", "date", Cell(column="x"), list(texts))
    for text, (value, code) in zip(texts, found, strict=True):
        assert (value, code) == parse_slowly.day(text, AS_OF), text


@given(
    text=some.from_regex(r"[0-9]{1,4}(\.[0-9]{1,6})?[%％]?", fullmatch=True),
    unit=some.sampled_from(["percent", "fraction", "bps"]),
)
@settings(max_examples=150, deadline=None)
def test_a_rate_is_read_to_the_nearest_basis_point(text: str, unit: str) -> None:
    """A percent sign says percent, whatever the mapping says."""
    value, _ = read("accounts", "annual_rate_bps", "int32", Cell(column="x", rate=unit), [text])[0]
    assert value == parse_slowly.rate(text, unit)


@pytest.mark.parametrize(
    ("text", "cell", "cents"),
    [
        ("1.2345", Cell(column="x", amount="wan"), 1234500),
        ("5e+05", Cell(column="x", exponents=True), 50_000_000),
        ("1.5e+2", Cell(column="x", exponents=True), 15_000),
        ("-12.30", Cell(column="x", negative="credit"), -1230),
        ("12.300000", Cell(column="x"), 1230),
    ],
)
def test_forms_of_amount_that_a_mapping_declares(text: str, cell: Cell, cents: int) -> None:
    """Units, exact exponents and credits are read when the mapping says so, and not before."""
    assert read("accounts", "overdue_cents", "int64", cell, [text]) == [(cents, None)]


def test_an_exponent_that_hides_a_third_decimal_is_not_rounded() -> None:
    """1.2345e+1 is 12.345, and there is no half cent."""
    value, code = read("accounts", "overdue_cents", "int64", Cell(column="x", exponents=True), ["1.2345e+1"])[0]
    assert value is None
    assert code == "exponent_form"


@pytest.mark.parametrize(
    ("text", "day"),
    [("706213", date(1970, 12, 13)), ("450204", date(1945, 2, 4)), ("935013", None), ("991332", None)],
)
def test_czech_birth_numbers_add_fifty_to_a_womans_month(text: str, day: date | None) -> None:
    """Two-digit years take the century that the mapping names; an impossible month or day is refused."""
    cell = Cell(column="x", century=1900, month_offset=50)
    value, code = read("persons", "birth_on", "date", cell, [text])[0]
    assert value == day
    assert code == (None if day else "impossible_date")


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        ("2026-11-18T10:12:00+08:00", None, "2026-11-18 02:12:00"),
        ("2026-11-18T02:12:00Z", None, "2026-11-18 02:12:00"),
        ("2026-11-18 10:12:00", "Asia/Shanghai", "2026-11-18 02:12:00"),
        ("2026-11-18 10:12:00", "Asia/Urumqi", "2026-11-18 04:12:00"),
        ("2026-11-18 10:12:00", None, None),
        ("2026-11-18", None, None),
    ],
)
def test_an_instant_needs_an_offset_or_the_zone_of_the_file(text: str, zone: str | None, instant: str | None) -> None:
    """A contact at ten is lawful in one place and not in another."""
    value = value_of("at", "timestamp('UTC')", Cell(column="x", zone=zone), "t", "VARCHAR")
    CON.execute("SET TimeZone = 'UTC'").fetchall()
    found = CON.execute(f"SELECT strftime({value}, '%Y-%m-%d %H:%M:%S') FROM (SELECT {literal(text)} AS t)").fetchall()
    assert found == [(instant,)]


@pytest.mark.parametrize(("days", "code"), [(0, None), (1, "date_after_book")])
def test_the_day_of_the_book_is_the_last_that_can_have_happened(days: int, code: str | None) -> None:
    """A payment made today is in today's book; tomorrow's is a mistake."""
    text = (AS_OF + timedelta(days=days)).isoformat()
    assert read("payments", "paid_on", "!date", Cell(column="x"), [text])[0][1] == code


@pytest.mark.parametrize(
    ("cents", "code"), [(0, None), (-1, "negative_amount"), (10**13, None), (10**13 + 1, "absurd_amount")]
)
def test_both_sides_of_what_an_amount_may_be(cents: int, code: str | None) -> None:
    """Zero and 100 billion are amounts; a cent less and a cent more are not."""
    assert read("accounts", "overdue_cents", "int64", Cell(column="x", amount="cents"), [str(cents)])[0][1] == code

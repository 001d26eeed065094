"""Values are read by whole columns, and exactly as reading them one by one would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from arrears.book.mapping import Cell
from arrears.book.parse import cleaned as cleaned_sql
from arrears.book.parse import cleaned_id as cleaned_id_sql
from arrears.book.parse import faults_of, literal, value_of
from arrears.book.readers import register
from arrears.kernel.money import ABSURD_CENTS
from arrears.kernel.reading import Unreadable
from arrears.kernel.reading.amount import read_amount
from arrears.kernel.reading.day import read_day
from arrears.kernel.reading.instant import read_instant
from arrears.kernel.reading.text import cleaned, cleaned_id, is_garbled

AS_OF = date(2026, 11, 20)
CON = duckdb.connect()
CON.execute("SET TimeZone = 'UTC'")
register(CON)


def read(table: str, column: str, kind: str, cell: Cell, texts: list[str | None]) -> list[tuple[object, str | None]]:
    """(value, code) of each text, read as one column."""
    value = value_of(table, column, kind.lstrip("!"), cell, "t", "VARCHAR")
    faults = faults_of(table, column, kind, cell, "t", "v", AS_OF, "'CNY'")
    code = "CASE " + " ".join(f"WHEN {when} THEN {literal(code)}" for when, code in faults) + " END"
    listed = ", ".join("NULL::VARCHAR" if text is None else literal(text) for text in texts)
    found: list[tuple[object, str | None]] = CON.execute(
        f"SELECT v, {code} FROM (SELECT *, {value} AS v FROM (SELECT unnest([{listed}]) AS t))"
    ).fetchall()
    return found


def by_hand(read_one: Callable[[str], object], text: str) -> tuple[object, str | None]:
    """(value, code) of one text as the strict reader of its shape gives them."""
    try:
        return read_one(text), None
    except Unreadable as fault:
        return None, fault.code


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
        cell = Cell(column="x", amount=unit, negative="credit")
        for text, (value, code) in zip(
            texts, read("accounts", "overdue_cents", "int64", cell, list(texts)), strict=True
        ):
            cents, fault = by_hand(lambda text: read_amount(text, unit)[0], text)
            if fault is None:
                meant = read_amount(text, unit)[1]
                if meant is not None and "CNY" not in meant:
                    fault = "currency_differs"
                elif isinstance(cents, int) and abs(cents) > ABSURD_CENTS:
                    fault = "absurd_amount"
            assert (value, code) == (cents, fault), text


@given(cents=some.integers(-(10**13), 10**13))
@settings(max_examples=200, deadline=None)
def test_what_was_written_as_money_comes_back_to_the_cent(cents: int) -> None:
    """No float is anywhere on the way: every amount up to 100 billion is exact."""
    from arrears.kernel.money import decimal_text

    cell = Cell(column="x", negative="credit")
    assert read("accounts", "overdue_cents", "int64", cell, [decimal_text(cents)]) == [(cents, None)]


clocks = some.one_of(
    some.sampled_from(
        ["", " 0:00", "T00:00:00", " 00:00:00.0", "T16:00:00.000Z", " 12:00:00 AM", "T23:59:59+08:00", " x"]
    ),
    some.times().map(lambda time: f" {time.isoformat()}"),
)
dates = some.one_of(
    some.builds(
        "{}{}".format,
        some.dates(date(1880, 1, 1), date(2120, 12, 31)).flatmap(
            lambda day: some.sampled_from(
                [
                    day.isoformat(),
                    day.strftime("%Y/%m/%d"),
                    day.strftime("%Y%m%d"),
                    f"{day.year}年{day.month}月{day.day}日",
                ]
            )
        ),
        clocks,
    ),
    some.from_regex(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", fullmatch=True),
    some.from_regex(r"[12][0-9]{7}|[0-9]{1,3}", fullmatch=True),
)


@given(texts=some.lists(dates, min_size=1, max_size=20), zone=some.sampled_from([None, "Asia/Shanghai"]))
@settings(max_examples=150, deadline=None)
def test_a_column_of_dates_is_read_as_one_by_one(texts: list[str], zone: str | None) -> None:
    """A day that no calendar has is told apart from what is no date at all."""
    found = read("accounts", "opened_on", "date", Cell(column="x", zone=zone), list(texts))
    for text, (value, code) in zip(texts, found, strict=True):
        day, fault = by_hand(lambda text: read_day(text, (), zone), text)
        if isinstance(day, date):
            out = day.year < 1900 or day.year > AS_OF.year + 60
            fault = "date_out_of_range" if out else "date_after_book" if day > AS_OF else None
        assert (value, code) == (day, fault), text


instants = some.one_of(
    some.builds(
        "{}{}{}{}".format,
        some.dates(date(1969, 1, 1), date(2027, 12, 31)),
        some.sampled_from(["T", " "]),
        some.times().map(lambda time: time.isoformat()),
        some.sampled_from(["", "Z", "+08:00", "-0500", " UTC", " Asia/Shanghai", "+15:00", "foo"]),
    ),
    some.builds(
        "2026-{} {}:{:02d}:00".format,
        some.sampled_from(["03-08", "11-01", "03-07", "11-02", "02-30"]),
        some.sampled_from(["01", "02", "03", "1", "24"]),
        some.integers(0, 60),
    ),
    some.from_regex(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]([T ][0-9]{1,2}:[0-9]{2}( ?[AP]M)?)?", fullmatch=True),
)
zones = some.sampled_from([None, "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Europe/London"])


@given(texts=some.lists(instants, min_size=1, max_size=20), zone=zones)
@settings(max_examples=200, deadline=None)
def test_a_column_of_instants_is_read_as_one_by_one(texts: list[str], zone: str | None) -> None:
    """To the microsecond, on every clock, through the nights on which clocks are put on and back."""
    found = micros(texts, zone)
    for text, (value, code) in zip(texts, found, strict=True):
        instant, fault = by_hand(lambda text: read_instant(text, zone), text)
        if isinstance(instant, datetime):
            assert value == (instant - EPOCH) // timedelta(microseconds=1), text
            assert code in (None, "date_after_book"), text
        else:
            assert (value, code) == (None, fault), text


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(texts: list[str], zone: str | None) -> list[tuple[object, str | None]]:
    """(microseconds since 1970, code) of each text, read as one column of instants."""
    cell = Cell(column="x", zone=zone)
    value = value_of("contacts", "at", "timestamp('UTC')", cell, "t", "VARCHAR")
    faults = faults_of("contacts", "at", "timestamp('UTC')", cell, "t", "v", AS_OF)
    code = "CASE " + " ".join(f"WHEN {when} THEN {literal(code)}" for when, code in faults) + " END"
    listed = ", ".join(literal(text) for text in texts)
    found: list[tuple[object, str | None]] = CON.execute(
        f"SELECT epoch_us(v), {code} FROM (SELECT *, {value} AS v FROM (SELECT unnest([{listed}]) AS t))"
    ).fetchall()
    return found


strange = some.text(
    some.sampled_from("P1 2\t\n\u200b\ufeff\u00a0\u202e\u3000\u00ad拟枢\ue5e5\ufffd\x07.0"), min_size=1, max_size=8
)


@given(texts=some.lists(strange, min_size=1, max_size=20))
@settings(max_examples=150, deadline=None)
def test_a_column_of_text_is_cleaned_as_one_by_one(texts: list[str]) -> None:
    """What nobody sees is taken out of every cell alike, or two ids that look alike would not be alike."""
    listed = ", ".join(literal(text) for text in texts)
    found = CON.execute(
        f"SELECT {cleaned_sql('t')}, {cleaned_id_sql('t')} FROM (SELECT unnest([{listed}]) AS t)"
    ).fetchall()
    assert found == [(cleaned(text), cleaned_id(text)) for text in texts]


@given(texts=some.lists(strange, min_size=1, max_size=20))
@settings(max_examples=100, deadline=None)
def test_a_column_of_names_is_refused_for_its_characters_as_one_by_one(texts: list[str]) -> None:
    """Private use, a mark of loss and control characters are in no name."""
    texts = [text for text in map(cleaned, texts) if text]
    if texts:
        codes = [code for _, code in read("persons", "name", "string", Cell(column="x"), list(texts))]
        assert codes == ["garbled_text" if is_garbled(text) else None for text in texts]


def rate_by_hand(text: str, unit: str) -> int | None:
    """Basis points of a rate, to the nearest, halves up."""
    plain = text.rstrip("%％ ")
    scale = 100 if plain != text else {"percent": 100, "fraction": 10_000, "bps": 1}[unit]
    try:
        number = Decimal(plain) * scale
    except InvalidOperation:
        return None
    return int(number.quantize(Decimal(1), rounding="ROUND_HALF_UP"))


@given(
    text=some.from_regex(r"[0-9]{1,4}(\.[0-9]{1,6})?[%％]?", fullmatch=True),
    unit=some.sampled_from(["percent", "fraction", "bps"]),
)
@settings(max_examples=150, deadline=None)
def test_a_rate_is_read_to_the_nearest_basis_point(text: str, unit: str) -> None:
    """A percent sign says percent, whatever the mapping says."""
    value, _ = read("accounts", "annual_rate_bps", "int32", Cell(column="x", rate=unit), [text])[0]
    assert value == rate_by_hand(text, unit)


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
    value = value_of("contacts", "at", "timestamp('UTC')", Cell(column="x", zone=zone), "t", "VARCHAR")
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

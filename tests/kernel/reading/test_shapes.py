"""What is a day, an amount, an identity number, a phone, an e-mail address; and what is not."""

from __future__ import annotations

from datetime import date

import pytest

from arrears.kernel.reading import Unreadable
from arrears.kernel.reading.amount import SIGNS, read_amount
from arrears.kernel.reading.day import read_day, read_six_digits
from arrears.kernel.reading.email import read_email
from arrears.kernel.reading.identity_number import fits_its_check, read_identity_number
from arrears.kernel.reading.phone import read_phone
from arrears.kernel.reading.text import cleaned, cleaned_id, is_garbled

SHANGHAI = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-01-15", 15),
        ("2025/1/15 0:00", 15),
        ("2025-01-15T00:00:00", 15),
        ("2025-01-15 00:00:00.000", 15),
        ("2025-01-15 12:00:00 AM", 15),
        ("2025-01-15 18:30:00", 15),
        ("20250115", 15),
        ("2025.1.15", 15),
        ("２０２５年１月１５日", 15),
        ("2025-01-15T16:00:00.000Z", 16),
        ("2025-01-15T00:00:00+08:00", 15),
    ],
)
def test_a_day_is_read_with_whatever_time_a_spreadsheet_put_behind_it(text: str, day: int) -> None:
    """On the file's own clock a time adds nothing; with an offset only its midnight was a day."""
    assert read_day(text, (), SHANGHAI) == date(2025, 1, day)


@pytest.mark.parametrize(
    ("text", "zone", "code"),
    [
        ("2025-02-29", SHANGHAI, "impossible_date"),
        ("2025-02-29 0:00", SHANGHAI, "impossible_date"),
        ("2025-01-15T16:00:00.000Z", None, "instant_for_a_day"),
        ("2025-01-15T12:00:00Z", SHANGHAI, "instant_for_a_day"),
        ("2025-01-15 25:00", SHANGHAI, "not_a_date"),
        ("2025-01-15 foo", SHANGHAI, "not_a_date"),
        ("15/01/2025", SHANGHAI, "not_a_date"),
        ("25-01-15", SHANGHAI, "not_a_date"),
        ("2025115", SHANGHAI, "not_a_date"),
        ("45672", SHANGHAI, "not_a_date"),
    ],
)
def test_what_is_not_one_day_is_refused_with_the_true_reason(text: str, zone: str | None, code: str) -> None:
    """ "A day that no calendar has" is said of such days alone."""
    with pytest.raises(Unreadable) as refused:
        read_day(text, (), zone)
    assert refused.value.code == code


def test_forms_that_are_named_are_the_only_ones() -> None:
    """A file of days written the other way round must not be read both ways."""
    assert read_day("05.01.2025 0:00", ("%d.%m.%Y",)) == date(2025, 1, 5)
    with pytest.raises(Unreadable):
        read_day("2025-01-05", ("%Y%d%m",))
    assert read_six_digits("706213", 1900, 50) == date(1970, 12, 13)


@pytest.mark.parametrize(
    ("text", "cents", "currency"),
    [
        ("1000", 100_000, None),
        ("1,000.50", 100_050, None),
        ("¥1000", 100_000, "CNY"),
        ("￥１，０００．５０", 100_050, "CNY"),
        ("1000.00元", 100_000, "CNY"),
        ("人民币 1000 元", 100_000, "CNY"),
        ("RMB 1000", 100_000, "CNY"),
        ("-¥5", -500, "CNY"),
        ("¥-5", -500, "CNY"),
        ("US$1,000.00", 100_000, "USD"),
        ("$1,000.00", 100_000, "USD"),
        ("1000 USD", 100_000, "USD"),
        ("HK$1,000", 100_000, "HKD"),
        ("港币 1000", 100_000, "HKD"),
        ("NT$1000", 100_000, "TWD"),
        ("€1,000.00", 100_000, "EUR"),
        ("£1000", 100_000, "GBP"),
        ("JP¥1000", 100_000, "JPY"),
    ],
)
def test_an_amount_tells_what_its_sign_may_mean(text: str, cents: int, currency: str | None) -> None:
    """Dropping the sign would turn dollars into as many yuan."""
    read, meant = read_amount(text)
    assert read == cents
    assert (meant is None) == (currency is None)
    assert currency is None or currency in (meant or ())
    if currency not in (None, "CNY"):
        assert "CNY" not in (meant or ())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("#N/A", "not_an_amount"),
        ("1.234,5", "not_an_amount"),
        ("1 000", "not_an_amount"),
        ("(100)", "not_an_amount"),
        ("-¥-5", "not_an_amount"),
        ("1.2万元", "not_an_amount"),
        ("1000元 USD", "not_an_amount"),
        ("¥", "not_an_amount"),
        ("1e5", "exponent_form"),
        ("100.123", "too_many_decimals"),
        ("1" * 20, "absurd_amount"),
    ],
)
def test_what_is_not_an_amount_is_refused(text: str, code: str) -> None:
    """Nothing is rounded and nothing is guessed."""
    with pytest.raises(Unreadable) as refused:
        read_amount(text)
    assert refused.value.code == code


@pytest.mark.parametrize("sign", sorted(SIGNS))
def test_every_sign_and_word_of_money_is_read_on_both_sides(sign: str) -> None:
    """None of them is ever dropped."""
    assert read_amount(f"{sign} 10.50")[1] == SIGNS[sign]
    assert read_amount(f"10.50 {sign.lower()}")[1] == SIGNS[sign]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("11010119900307803X", "11010119900307803X"),
        ("110101 19900307 803x", "11010119900307803X"),
        ("１１０１０１１９９００３０７８０３Ｘ", "11010119900307803X"),
        ("110101900307803", "110101900307803"),
        ("E12345678", "E12345678"),
    ],
)
def test_an_identity_number_has_one_way_to_be_written(text: str, number: str) -> None:
    """Papers of other countries keep their own form."""
    assert read_identity_number(text) == number
    assert fits_its_check(number)


@pytest.mark.parametrize("text", ["110101199003071000", "110101199003070000", "1.10101E+17"])
def test_an_identity_number_that_a_spreadsheet_cut_is_refused(text: str) -> None:
    """It keeps fifteen digits, so the rest are zeros and the check character does not fit."""
    with pytest.raises(Unreadable) as refused:
        read_identity_number(text)
    assert refused.value.code == "digits_lost"


def test_an_identity_number_may_end_in_three_zeros_where_its_check_fits() -> None:
    """One in eleven does."""
    whole = next(f"11010119900307{n:02d}00" for n in range(100) if fits_its_check(f"11010119900307{n:02d}00"))
    sound = whole if whole.endswith("000") else None
    for century in range(1900, 2000):
        body = f"110101{century}0307000"
        if fits_its_check(body + "0"):
            sound = body + "0"
    assert sound is not None
    assert read_identity_number(sound) == sound


@pytest.mark.parametrize(
    "text",
    ["15400000001", "+86 154-0000-0001", "(010) 6234 5678", "010-62345678转801", "15400000001.0", "+13125550100"],
)
def test_one_phone_in_a_cell_is_taken(text: str) -> None:
    """As people write it."""
    assert read_phone(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("15400000002/15400000003", "not_one_phone"),
        ("15400000002 15400000003", "not_one_phone"),
        ("15400000002、15400000003", "not_one_phone"),
        ("6234567-6234568", "not_one_phone"),
        ("无", "not_one_phone"),
        ("空号", "not_one_phone"),
        ("154", "not_one_phone"),
        ("00000000000", "not_one_phone"),
        ("15400000004（已停机）", "not_one_phone"),
        ("15400000004（父亲）", "names_somebody_else"),
        ("妻子15400000004", "names_somebody_else"),
        ("15400000004 wife", "names_somebody_else"),
        ("+1 312 555 0100 (his mother)", "names_somebody_else"),
    ],
)
def test_a_cell_that_is_not_one_phone_of_the_person_is_refused(text: str, code: str) -> None:
    """The father's number under the borrower's name would be a call to a third party about a debt."""
    with pytest.raises(Unreadable) as refused:
        read_phone(text)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["a.b@example.invalid", "A+b@mail.example.com", "a＠example.com"])
def test_one_address_in_a_cell_is_taken(text: str) -> None:
    """With a point in its domain."""
    assert read_email(text)


@pytest.mark.parametrize(
    "text",
    ["a@b", "not-an-email", "无", "a@b.com;c@d.com", "a@b.com (wife)", "a..b@c.com", "@c.com", "a@-c.com", "a@c.1"],
)
def test_what_is_not_one_address_is_refused(text: str) -> None:
    """A message to it reaches nobody, or somebody else."""
    with pytest.raises(Unreadable):
        read_email(text)


def test_two_texts_that_look_alike_are_alike() -> None:
    """Zero-width characters, byte-order marks, soft hyphens and no-break spaces are not seen; .0 is a spreadsheet's."""
    for other in ("P1\u200b", "\ufeffP1", "P\u00ad1", "\u00a0P1\u3000", "P1\u2060", "\u202dP1\u202c"):
        assert cleaned(other) == "P1"
    assert cleaned_id("2001.0") == cleaned_id("2001") == "2001"
    assert cleaned("2001.0") == "2001.0"
    assert cleaned("\u202e王五") == "王五"


def test_characters_that_no_text_has_are_told() -> None:
    """They are the sign of a file that was read in the wrong encoding."""
    assert is_garbled("\ue5e5")
    assert is_garbled("王\ufffd")
    assert is_garbled("王\x07")
    assert not is_garbled("王五 O’Neil 𠮷田 Müller")

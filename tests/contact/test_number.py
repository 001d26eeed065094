"""One number is one number, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from arrears.contact.number import number_as_counted

MOBILE = "+8619900001234"
LANDLINE = "+861088888888"


@pytest.mark.parametrize(
    "written",
    [
        "19900001234",
        "199-0000-1234",
        "199 0000 1234",
        "+86 199 0000 1234",
        "0086-19900001234",
        "8619900001234",
        " +8619900001234 ",
        "１９９００００１２３４",
        "（０）199 0000 1234",
        "019900001234",
        "0019900001234",
        "199\u200b00001234",
        "+86 199.0000.1234 ext 8",
        "19900001234转8001",
        "199-0000-1234-3",
        "+86 199 0000 1234 - 12",
        "+8619900001234",
    ],
)
def test_a_mobile_number_has_one_form(written: str) -> None:
    """With or without the country's code, spaces and dashes."""
    assert number_as_counted("phone", written) == MOBILE


@pytest.mark.parametrize(
    "written",
    [
        "010-88888888",
        "01088888888",
        "+86 10 8888 8888",
        "+86 (0)10 8888 8888",
        "0086 010 88888888",
        "010-88888888-801",
        "010-88888888 分机 801",
    ],
)
def test_a_landline_has_one_form(written: str) -> None:
    """The zero before the area is dialled at home only, and whoever answers an extension answers the same line."""
    assert number_as_counted("phone", written) == LANDLINE


@pytest.mark.parametrize(
    ("written", "country", "key"),
    [
        ("(312) 555-0100", "US", "+13125550100"),
        ("1-312-555-0100 x4", "US", "+13125550100"),
        ("011 1 312 555 0100", "US", "+13125550100"),
        ("+1 312 555 0100", "CN", "+13125550100"),
        ("+44 (0)20 7946 0000", "CN", "+442079460000"),
        ("020 7946 0000", "GB", "+442079460000"),
        ("312-555-0100", None, "3125550100"),
        ("+1 312 555 0100", None, "+13125550100"),
    ],
)
def test_a_domestic_form_is_read_in_its_country(written: str, country: str | None, key: str) -> None:
    """Where the country is not known, nothing is guessed: only the digits are kept."""
    assert number_as_counted("phone", written, country) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("010-5550-0001", "021-5550-0001"),
        ("+1 010 555 0001", "0105550001"),
        ("+852 5550 0001", "5550 0001"),
        ("010-8655-0001", "010-5550-0001"),
    ],
)
def test_different_numbers_stay_different(one: str, other: str) -> None:
    """Another area, another country, a landline whose own digits begin with 86."""
    assert number_as_counted("phone", one) != number_as_counted("phone", other)


def test_addresses_differ_by_more_than_case_and_spaces() -> None:
    """E-mail does not know case; a street address does not know how many spaces."""
    assert number_as_counted("email", " Zhang@Example.invalid") == "zhang@example.invalid"
    assert number_as_counted("address", "幸福路  1 号\n") == "幸福路 1 号"


@given(st.text(max_size=30) | st.text("+0861 ", max_size=24), st.sampled_from(["phone", "email", "address"]))
@example("+868619900001234", "phone")
def test_the_form_is_its_own_form(value: str, channel: str) -> None:
    """Counting what was counted changes nothing."""
    once = number_as_counted(channel, value)
    assert number_as_counted(channel, once) == once

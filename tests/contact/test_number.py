"""One number is one number, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from arrears.contact.number import number_as_counted

MOBILE = "19900001234"


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
    ],
)
def test_a_mobile_number_has_one_form(written: str) -> None:
    """With or without the country's code, spaces and dashes."""
    assert number_as_counted("phone", written) == MOBILE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("010-5550-0001", "021-5550-0001"),
        ("+1 010 555 0001", "0105550001"),
        ("+852 5550 0001", "5550 0001"),
        ("8655500001", "55500001"),
    ],
)
def test_different_numbers_stay_different(one: str, other: str) -> None:
    """Another area, another country, a landline that begins with 86."""
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

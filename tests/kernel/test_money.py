"""Money is whole minor units; text becomes cents exactly or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.kernel.money import Money, cents_from_text, decimal_text, shared_out


@given(st.integers(-(10**15), 10**15))
def test_an_amount_survives_being_written_and_read(cents: int) -> None:
    """The text form of every contract loses nothing."""
    assert cents_from_text(decimal_text(cents)) == cents


@given(st.decimals(-(10**9), 10**9, places=2, allow_nan=False))
def test_reading_agrees_with_exact_decimals(amount: Decimal) -> None:
    """The slow obvious reading is the standard library's decimal."""
    assert cents_from_text(format(amount, "f")) == int(amount * 100)


@pytest.mark.parametrize("text", ["", "1,000.00", "1.005", "1e3", "¥5", "NaN", "--1", "٣", "1.", "0x10"])
def test_text_that_is_not_an_amount_is_refused_and_never_rounded(text: str) -> None:
    """A wrong amount is worse than none."""
    with pytest.raises(ValueError, match="not an amount"):
        cents_from_text(text)


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**6), min_size=1).filter(any))
def test_shares_sum_to_the_whole(cents: int, weights: list[int]) -> None:
    """Not one cent is lost or made, and nobody without weight receives anything."""
    shares = shared_out(cents, weights)
    assert sum(shares) == cents
    assert all(share == 0 for share, weight in zip(shares, weights, strict=True) if weight == 0)


def test_two_currencies_never_add() -> None:
    """A sum of yuan and dollars is a number without a meaning."""
    with pytest.raises(ValueError, match="do not add"):
        Money(100, "CNY") + Money(100, "USD")

"""
Money as whole minor units with a currency.

Every supported currency here has two decimals, so one minor unit is a cent, a fen or a penny. There is no
float anywhere: text becomes an integer of cents, or a ValueError that says why not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_DECIMAL = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,2})0*)?")

# Above this a consumer loan is a typing error: 100 billion units of currency.
ABSURD_CENTS = 10_000_000_000_000


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """`cents` minor units of `currency` (ISO 4217). Amounts of two currencies never add."""

    cents: int
    currency: str = "CNY"

    def __add__(self, other: Money) -> Money:
        return Money(self.cents + self._same(other).cents, self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.cents - self._same(other).cents, self.currency)

    def _same(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not add: convert one of them first")
        return other

    def __str__(self) -> str:
        return f"{self.currency} {decimal_text(self.cents)}"


def cents_from_text(text: str) -> int:
    """
    "1234.5" to 123450. At most two decimals that are not zero, an optional minus, nothing else.

    Raises ValueError where the text is anything else; it never rounds.
    """
    match = _DECIMAL.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is not an amount: write digits with at most two decimals, such as 1234.50")
    sign, whole, decimals = match.groups()
    cents = int(whole) * 100 + int((decimals or "").ljust(2, "0") or 0)
    return -cents if sign else cents


def decimal_text(cents: int) -> str:
    """123450 to "1234.50": the form of every contract and file."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


@dataclass(frozen=True, slots=True)
class Together:
    """Amounts of one currency added up: the cents that are known, and how many amounts nobody knows."""

    known: int
    unknown: int

    @property
    def may_be_above_zero(self) -> bool:
        """Unknown is not zero: something may be owed."""
        return self.known > 0 or self.unknown > 0


def together(amounts: Iterable[int | None]) -> Together:
    """The sum of amounts of which some may be unknown: the one way in which they are added up, by day and on pages."""
    listed = list(amounts)
    return Together(sum(cents for cents in listed if cents is not None), listed.count(None))


def shared_out(cents: int, weights: Sequence[int]) -> list[int]:
    """
    `cents` divided in proportion to `weights`, each share rounded down and what is left given to the last
    share that has weight, so that the shares sum to `cents` exactly.
    """
    total = sum(weights)
    if total <= 0:
        raise ValueError("shares need at least one positive weight")
    shares = [cents * weight // total for weight in weights]
    last = max(place for place, weight in enumerate(weights) if weight > 0)
    shares[last] += cents - sum(shares)
    return shares

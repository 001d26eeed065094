"""
The closed words and limits of a book's columns: keys, choices, which amounts may be negative, which days may lie ahead.

`table.py` declares them, column by column; here they stand by kind, as import asks for them. Import refuses
(quarantines) what is outside.
"""

from __future__ import annotations

from arrears.book import table
from arrears.book.table import DECLARED, Column

_COLUMNS: dict[tuple[str, str], Column] = {
    (name, column): declared for name, of in DECLARED.items() for column, declared in of.columns.items()
}

KEYS: dict[str, tuple[str, ...]] = {name: of.key for name, of in DECLARED.items()}
"""What makes a row of each table one thing: two rows with one key are a duplicate. Also the published order."""

CURRENCIES = frozenset(table.CURRENCIES)

CHOICES: dict[tuple[str, str], frozenset[str]] = {
    name: frozenset(column.choices) for name, column in _COLUMNS.items() if column.choices is not None
}
"""A value outside its set is `unknown_code`: the mapping's `codes` say what the sender's word means."""

MAY_BE_NEGATIVE = frozenset(name for name, column in _COLUMNS.items() if column.negative)
"""A card statement below zero is money in the borrower's favour. Any other amount needs `negative = "credit"`."""

INTEGER_RANGES: dict[tuple[str, str], tuple[int, int]] = {
    name: column.between for name, column in _COLUMNS.items() if column.between is not None
}
"""Smallest and largest whole number that can be meant."""

MAY_LIE_AHEAD = frozenset(name for name, column in _COLUMNS.items() if column.ahead)
"""Days that may come after the book's day. Any other date or instant there is an impossible one."""

PERSONAL = frozenset(name for name, column in _COLUMNS.items() if column.personal)
"""Columns whose values are masked wherever a preview or a problem shows them."""

FIRST_DAY = "1900-01-01"
YEARS_AHEAD = 60

IN_ORDER: dict[str, tuple[tuple[str, str], ...]] = {
    "accounts": (("opened_on", "matures_on"), ("opened_on", "charged_off_on"), ("opened_on", "oldest_unpaid_due_on")),
    "payments": (("paid_on", "learned_on"), ("paid_on", "reversed_on")),
    "chargebacks": (("charged_back_on", "learned_on"),),
    "pauses": (("start_on", "end_on"),),
    "holds": (("placed_on", "ends_on"),),
}
"""Pairs (earlier, later): the second may not come before the first."""

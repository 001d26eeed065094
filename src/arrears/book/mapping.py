"""
What a mapping says: which file feeds which table of the book, and how each column is made.

`load_mapping.py` reads one from TOML; `docs/how-to/import-a-book.md` explains every key.
"""

from __future__ import annotations

from collections.abc import Mapping as Given
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

NULL_WORDS = ("", "NULL", "null", "None", "NaN", "nan", "NA", "N/A", "-", "--")
AMOUNT_TOTALS = ("principal", "overdue", "balance")


@dataclass(frozen=True, slots=True)
class Cell:
    """How one column of a table is made from a row. Exactly one of `column`, `constant` and `as_of` is given."""

    column: str | None = None
    """A column of the file, or "alias.column" of a joined one."""
    constant: str | None = None
    as_of: bool = False
    """The day of the book."""
    amount: str = "units"
    """units (yuan) | cents | wan (ten thousand)"""
    exponents: bool = False
    """5e+05 is exactly 500000, as the sender's tool writes it."""
    negative: str = "refused"
    """refused | credit (money in the borrower's favour)"""
    date: tuple[str, ...] = ()
    """Forms of strptime, instead of those that are read without being named."""
    century: int | None = None
    """For six-digit dates: 1900 or 2000."""
    month_offset: int = 0
    """Taken off a month above it, as in birth numbers that add 50 for women."""
    zone: str | None = None
    """IANA zone of instants without an offset."""
    rate: str = "percent"
    """percent | fraction | bps"""
    codes: Given[str, str] | None = None
    """The sender's word to the book's."""
    other: str | None = None
    """What a word that `codes` does not list means."""
    prefix: str = ""
    default: str | None = None
    """Instead of an empty cell: only where the lender says that empty means it."""
    times: str | None = None
    """A column of amounts: the cell is a whole number of those, such as instalments missed. Cents, rounded down."""
    percent: Decimal = Decimal(100)
    """Of one of those amounts: 3.6 where a minimum payment is 3.6 % of the statement."""
    at_most: str | None = None
    """A column of amounts that the product does not exceed; below zero it is zero."""
    add_months: str | None = None
    """A column of whole months added to a day; a month that is too short ends on its last day."""
    derived: Given[str, str] | None = None
    """How the value was derived, in "zh" and "en", where the lender told none: kept with the book and said at night."""
    null_when: Given[str, tuple[str, ...]] = field(default_factory=dict)
    zero_when: Given[str, tuple[str, ...]] = field(default_factory=dict)

    def references(self) -> tuple[str | None, ...]:
        """The columns that the cell reads."""
        return (self.column, self.times, self.at_most, self.add_months, *self.null_when, *self.zero_when)


@dataclass(frozen=True, slots=True)
class Join:
    """Another file looked up for each row: by `on` (their column to ours), among the rows that `where` keeps."""

    file: str
    on: Given[str, str]
    where: Given[str, tuple[str, ...]]
    kind: str
    """required (no match: quarantined) | optional (no match: empty cells) | filter (no match: the row is set aside)"""


@dataclass(frozen=True, slots=True)
class Feed:
    """One table fed from one file."""

    into: str
    source: str
    cells: Given[str, Cell]
    joins: tuple[Join, ...] = ()
    where: Given[str, tuple[str, ...]] = field(default_factory=dict)
    distinct: bool = False
    """Equal rows are one and the same thing, such as a person who is on every loan's row."""
    same_names: bool = False
    """Columns of the file that have a book column's name feed it, read as `plain` says."""
    plain: Cell = field(default_factory=lambda: Cell(constant=""))
    fallback: Given[str, Cell] = field(default_factory=dict)
    """For columns that neither `cells` nor the file has."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One kind of file the lender sends."""

    name: str
    match: tuple[str, ...]
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    skip: int = 0
    """Lines above the header."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Everything a mapping says. `where` is how messages name it."""

    where: str
    name: str
    sha256: str
    sources: Given[str, SourceFile]
    feeds: tuple[Feed, ...]
    as_of: date | None = None
    currencies: tuple[str, ...] = ()
    null_words: tuple[str, ...] = NULL_WORDS
    totals: Given[str, int] = field(default_factory=dict)
    """Rows by table, and principal, overdue and balance in cents."""
    notes: tuple[str, ...] = ()

    def feeds_of(self, source: str) -> tuple[Feed, ...]:
        """The tables that this file feeds."""
        return tuple(feed for feed in self.feeds if feed.source == source)

    def derived(self) -> dict[str, Given[str, str]]:
        """Columns that are worked out and not told, each with how, in "zh" and "en"."""
        return {
            f"{feed.into}.{name}": cell.derived
            for feed in self.feeds
            for name, cell in sorted(feed.cells.items())
            if cell.derived is not None
        }

    def lookups(self) -> frozenset[str]:
        """Files that other files look rows up in."""
        return frozenset(join.file for feed in self.feeds for join in feed.joins)

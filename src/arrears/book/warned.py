# ruff: noqa: S608 - every name in the SQL here is ours
"""
What contradicts itself in rows that were taken: counted per kind and told with the totals, since nobody can say which
of the two facts is wrong, and either alone would be fine.

Comes in: the feeds of an import. Goes out: `Warned`, one per kind that was found. Never: a row quarantined or changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb

from arrears.book.accept import Accepted
from arrears.book.faults import WARNINGS
from arrears.book.load_files import FileRead, run

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SUM = " + ".join(f"(ascii(id_number[{at}]) - 48) * {weight}" for at, weight in enumerate(_WEIGHTS, start=1))
DAYS_APART = 1
"""One lender counts the due day as day 0 and another as day 1."""


@dataclass(frozen=True, slots=True)
class Warned:
    """How often one contradiction was found, and where first."""

    code: str
    count: int
    file: str
    row: int
    what: str
    zh: str

    def __str__(self) -> str:
        return f"{self.count:,} × {self.code}; first {self.file}:{self.row}: {self.what}"


def _conditions(as_of: date) -> dict[str, tuple[str, str]]:
    late = "reported_days_past_due"
    since = f"date_diff('day', oldest_unpaid_due_on, DATE '{as_of.isoformat()}')"
    # The check character of GB 11643, as kernel.reading.identity_number counts it.
    check = f"substr('10X98765432', ({_SUM}) % 11 + 1, 1) <> id_number[18]"
    return {
        "overdue_above_balance": ("accounts", "overdue_cents > greatest(balance_cents, 0)"),
        "late_without_overdue": ("accounts", f"overdue_cents = 0 AND {late} > 0 AND loan_status <> 'closed'"),
        "overdue_without_lateness": ("accounts", f"overdue_cents > 0 AND {late} = 0"),
        "days_past_due_differ": ("accounts", f"{late} > 0 AND abs({late} - {since}) > {DAYS_APART}"),
        "principal_above_balance": ("accounts", "principal_cents > balance_cents"),
        "closed_with_a_balance": ("accounts", "loan_status = 'closed' AND (balance_cents > 0 OR overdue_cents > 0)"),
        "wrong_check_digit": (
            "persons",
            f"CASE WHEN regexp_full_match(id_number, '[0-9]{{17}}[0-9X]') THEN {check} ELSE false END",
        ),
        "hold_of_one_who_left": ("holds", "person_id IN (FROM left_book)"),
    }


def warned(
    con: duckdb.DuckDBPyConnection, accepted: Accepted, files: list[FileRead], as_of: date
) -> tuple[Warned, ...]:
    """Every kind of contradiction that was found in accepted rows, in the order of WARNINGS."""
    conditions = _conditions(as_of)
    names = {read.number: read.path.name for read in files}

    def found() -> Iterator[Warned]:
        for fault in WARNINGS:
            table, condition = conditions[fault.code]
            parts = " UNION ALL ".join(
                f"SELECT file_no, row_no FROM {made} m WHERE {condition} AND NOT EXISTS "
                "(SELECT 1 FROM bad_row b WHERE b.file_no = m.file_no AND b.row_no = m.row_no)"
                for made, feed in accepted.feeds
                if feed.into == table
            )
            if not parts:
                continue
            count, first = run(con, f"SELECT count(*), min((file_no, row_no)) FROM ({parts})")[0]
            if first is not None:
                file_no, row_no = (int(str(part)) for part in first)  # type: ignore[attr-defined]
                yield Warned(fault.code, int(str(count)), names[file_no], row_no, fault.what, fault.zh)

    return tuple(found())

"""
The accounts that one figure of a night counts.

Reads:  plan.parquet of a published night, by DuckDB
Gives:  behind_figure: how many there are, what they owe, and one page of them, most overdue first
Never:  counts otherwise than the night's own summary: the same columns with the same values, null where it says null
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

COLUMNS = ("bucket", "treatment", "channel", "reason", "provision_id")
"""By what a night's figures are counted."""
SHOWN = (
    "account_id, person_id, currency, bucket, days_past_due, overdue_cents, treatment, channel, reason, provision_id"
)
ROWS = 50
"""Accounts of one page."""


@dataclass(frozen=True, slots=True)
class Figure:
    """`values` are columns with the value they have, None for null; `treated` leaves out who gets nothing."""

    values: Mapping[str, str | None]
    treated: bool = False

    def where(self) -> tuple[str, list[str | None]]:
        unknown = sorted(set(self.values) - set(COLUMNS))
        if unknown:
            raise ValueError(f"a night counts nothing by {', '.join(unknown)}; it counts by {', '.join(COLUMNS)}")
        said = [f"{name} IS NOT DISTINCT FROM ?" for name in self.values]
        if self.treated:
            said.append("treatment IS NOT NULL")
        return " AND ".join(said) or "true", list(self.values.values())


@dataclass(frozen=True, slots=True)
class Behind:
    """`overdue_cents` is the sum of what is known; of `unknown` accounts it is not."""

    accounts: int
    overdue_cents: int
    unknown: int
    rows: list[dict[str, Any]]


def behind_figure(night: Path, figure: Figure, *, page: int = 1) -> Behind | None:
    """Page `page` of the accounts of `figure`; None where the night's plan is not there or can't be read."""
    where, values = figure.where()
    counted = (
        f"SELECT count(*), coalesce(sum(overdue_cents), 0), count(*) - count(overdue_cents) FROM plan WHERE {where}"  # noqa: S608 - only names of COLUMNS
    )
    listed = (
        f"SELECT {SHOWN} FROM plan WHERE {where} "  # noqa: S608 - only names of COLUMNS
        f"ORDER BY overdue_cents DESC NULLS LAST, account_id LIMIT {ROWS} OFFSET {ROWS * (max(page, 1) - 1)}"
    )
    try:
        with duckdb.connect() as con:
            con.read_parquet(str(night / "plan.parquet")).create_view("plan")
            total = con.execute(counted, values).fetchone()
            found = con.execute(listed, values)
            names = [column[0] for column in found.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    except (duckdb.Error, OSError):
        return None
    accounts, overdue_cents, unknown = total or (0, 0, 0)
    return Behind(int(accounts), int(overdue_cents), int(unknown), rows)

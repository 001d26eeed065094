"""
What a night says about itself: counts by bucket, treatments with value and cost, reasons for none, contacts spared.

Comes in: a Night. Goes out: plain JSON values, every sum whole. Never: a figure that is not a sum over the plan.
"""

from __future__ import annotations

from typing import Any

import ibis
import ibis.expr.types as ir

from arrears.nightly.run import Night


def summary_of(night: Night) -> dict[str, Any]:
    """The summary of one night."""
    plan = night.plan
    treated = plan.filter(plan.treatment.notnull())
    return {
        "night_id": night.night_id,
        "as_of": night.as_of.isoformat(),
        "accounts": _one(plan.count()),
        "persons_treated": _one(night.queue.count()),
        "overdue_cents": _one(plan.overdue_cents.sum()),
        "overdue_unknown": _one(plan.overdue_cents.isnull().sum()),
        "outstanding_cents": _one(plan.outstanding_cents.sum()),
        "lender_balance_cents": _one(night.aged.lender_balance_cents.sum()),
        "balances": _rows(
            night.aged.filter(night.aged.balance_reason.notnull())
            .group_by("balance_reason")
            .agg(
                accounts=ibis._.count(),
                outstanding_cents=ibis._.outstanding_cents.sum(),
                lender_balance_cents=ibis._.lender_balance_cents.sum(),
            ),
            "balance_reason",
        ),
        "buckets": _rows(
            plan.group_by("bucket").agg(
                accounts=ibis._.count(),
                overdue_cents=ibis._.overdue_cents.sum(),
                treated=ibis._.treatment.count(),
            ),
            "bucket",
        ),
        "treatments": _rows(
            treated.group_by("treatment", "channel").agg(
                accounts=ibis._.count(),
                value_cents=ibis._.value_cents.cast("int64").sum(),
                cost_cents=ibis._.cost_cents.sum(),
                overdue_cents=ibis._.overdue_cents.sum(),
            ),
            "treatment",
        ),
        "reasons": _rows(
            plan.filter(plan.treatment.isnull())
            .group_by("reason", "provision_id")
            .agg(accounts=ibis._.count(), overdue_cents=ibis._.overdue_cents.sum()),
            "reason",
        ),
    }


def _one(value: Any) -> int:
    return int(value.to_pyarrow().as_py() or 0)


def _rows(table: ir.Table, key: str) -> list[dict[str, Any]]:
    """Rows in a steady order, nulls last, every number whole."""
    rows = table.to_pyarrow().to_pylist()
    rows.sort(
        key=lambda row: [
            (row[name] is None, str(row[name])) for name in (key, *row) if isinstance(row[name], str | None)
        ]
    )
    return [
        {name: int(v) if isinstance(v, int) or hasattr(v, "as_integer_ratio") else v for name, v in row.items()}
        for row in rows
    ]

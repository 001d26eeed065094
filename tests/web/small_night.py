"""The files of the small book's night, written from its plan in the store: what a night leaves in the home folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import ibis
from sqlalchemy import select
from tests.web.small_book import AS_OF, NIGHT

from arrears.store import schema
from arrears.store.open import Store

LEFT_ALONE = {
    "treatment": None,
    "channel": None,
    "reason": "held_for_dispute",
    "provision_id": "cn.gbt_45251.connected_calls",
}
BOOK_SAYS = {
    "derived": {"accounts.overdue_cents": {"zh": "逾期月数 × 月供", "en": "months late × instalment"}},
    "absent": ["chargebacks", "months"],
    "balances": [
        {"balance_reason": "unexplained", "accounts": 3, "outstanding_cents": 500_000, "lender_balance_cents": 512_000}
    ],
}


def write_night(store: Store, home: Path, *, more: list[dict[str, Any]] | None = None) -> Path:
    """Plan, summary, certificate and manifest; `more` are accounts beside those of the small book."""
    with store.read() as connection:
        wanted = select(schema.plan).where(schema.plan.c.night_id == NIGHT).order_by(schema.plan.c.account_id)
        rows = [dict(row) for row in connection.execute(wanted).mappings()]
    alone = {**rows[-1], **LEFT_ALONE, "account_id": "A-left-alone-0001", "overdue_cents": None, "bucket": None}
    rows += [alone, *({**alone, **each} for each in more or [])]
    directory = home / "nights" / f"{AS_OF.isoformat()}-{NIGHT.removeprefix('night-')}"
    directory.mkdir(parents=True)
    ibis.memtable(rows, schema=_schema()).to_parquet(str(directory / "plan.parquet"))
    for name, said in (("summary", summary_of(rows)), ("certificate", CERTIFICATE), ("manifest", {"night_id": NIGHT})):
        (directory / f"{name}.json").write_text(json.dumps(said), encoding="utf-8")
    return directory


def _schema() -> dict[str, str]:
    from arrears.decision.table import PLAN

    return {"night_id": "string", **PLAN}


CERTIFICATE = {
    "method": "dual",
    "value_cents": 900_000,
    "upper_bound": 900_000 * 65_536,
    "gap_cents": 0.0,
    "relative_gap": 0.0,
    "capacities": [{"id": "agent_minutes", "limit": 3600, "used": 1200, "price": 0, "closed": False}],
}


def summary_of(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The figures that these rows add up to, as a night words them."""

    def counted(by: tuple[str, ...], of: list[dict[str, Any]], *sums: str) -> list[dict[str, Any]]:
        groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
        for row in of:
            groups.setdefault(tuple(row[name] for name in by), []).append(row)
        return [
            {
                **dict(zip(by, key, strict=True)),
                "accounts": len(group),
                "treated": sum(row["treatment"] is not None for row in group),
                **{name: _sum(row[name] for row in group) for name in ("overdue_cents", *sums)},
            }
            for key, group in groups.items()
        ]

    treated = [row for row in rows if row["treatment"] is not None]
    return {
        "night_id": NIGHT,
        "as_of": AS_OF.isoformat(),
        "accounts": len(rows),
        "persons_treated": len({row["person_id"] for row in treated}),
        "overdue_cents": _sum(row["overdue_cents"] for row in rows) or 0,
        "overdue_unknown": sum(row["overdue_cents"] is None for row in rows),
        "outstanding_cents": sum(row["outstanding_cents"] for row in rows),
        "buckets": counted(("bucket",), rows),
        "treatments": counted(("treatment", "channel"), treated, "value_cents", "cost_cents"),
        "reasons": counted(("reason", "provision_id"), [row for row in rows if row["treatment"] is None]),
        **BOOK_SAYS,
    }


def _sum(values: Any) -> int | None:
    known = [int(value) for value in values if value is not None]
    return sum(known) if known else None

"""
A small book and the night made from it, written as the files that `load_night` reads.

Three people: Zhang owes on two accounts with a guarantor and a contact person, Li owes on one, Wang owes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from arrears.ageing.table import AGED
from arrears.book.publish import arrow_schema
from arrears.book.table import TABLES
from arrears.decision.table import PLAN
from arrears.kernel.ids import derived_id
from arrears.kernel.table import Columns, schema_of
from arrears.queue.table import QUEUE

Rows = Sequence[Mapping[str, Any]]

ZONE = "Asia/Shanghai"


def book(directory: Path, as_of: date, *, absent: Sequence[str] = (), **changed: Rows) -> Path:
    """A published book of that day; `changed` puts other rows in a table's place."""
    directory.mkdir(parents=True)
    rows = {**_rows(as_of), **changed}
    for name in TABLES:
        if name not in absent:
            table = pa.Table.from_pylist(list(rows.get(name, ())), schema=arrow_schema(name))
            pq.write_table(table, directory / f"{name}.parquet")
    manifest = {
        "format": 1,
        "book_id": directory.name,
        "as_of": as_of.isoformat(),
        "absent": sorted(absent),
        "absent_columns": [],
        "sequence": 1,
        "tables": {},
        "totals": {},
        "mapping": {"name": "small"},
        "quarantined": 0,
    }
    (directory / "manifest.json").write_text(json.dumps(manifest))
    return directory


def night(
    directory: Path,
    as_of: date,
    *,
    overdue: Mapping[str, int] | None = None,
    queued: Sequence[str] = ("P-zhang", "P-li"),
    **manifest: str,
) -> Path:
    """The night of that day: Zhang before Li. `overdue` is cents by account."""
    directory.mkdir(parents=True)
    owed = {"A-1": 1_200_00, "A-2": 300_00, "A-3": 800_00, "A-4": 0, **(overdue or {})}
    owner = {"A-1": "P-zhang", "A-2": "P-zhang", "A-3": "P-li", "A-4": "P-wang"}
    night_id = manifest.get("night_id", f"night-{as_of.isoformat()}")
    _write(directory / "aged.parquet", AGED, [_aged(account, owner[account], cents) for account, cents in owed.items()])
    _write(
        directory / "plan.parquet", PLAN, [_planned(account, owner[account], cents) for account, cents in owed.items()]
    )
    _write(
        directory / "queue.parquet",
        QUEUE,
        [
            _queued(night_id, person, n, sorted(a for a, p in owner.items() if p == person and owed[a]), owed, as_of)
            for n, person in enumerate(queued, start=1)
        ],
    )
    said = {"night_id": night_id, "as_of": as_of.isoformat(), "policy_id": "policy-1", "law_id": "law-1", **manifest}
    (directory / "manifest.json").write_text(json.dumps(said))
    return directory


def opens(as_of: date) -> datetime:
    """08:00 in Shanghai on that day."""
    return datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)


def _write(path: Path, columns: Columns, rows: Rows) -> None:
    schema: pa.Schema = schema_of({name: kind.lstrip("!") for name, kind in columns.items()}).to_pyarrow()
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema), path)


def _rows(as_of: date) -> dict[str, Rows]:
    before = opens(as_of) - timedelta(days=1)
    return {
        "accounts": [
            {
                "account_id": f"A-{n}",
                "person_id": person,
                "lender_id": "L-1",
                "product": "consumer_loan",
                "currency": "CNY",
                "balance_cents": 9_800_00,
                "loan_status": "active",
                "annual_rate_bps": 1_800,
                "installment_cents": 600_00,
            }
            for n, person in enumerate(("P-zhang", "P-zhang", "P-li", "P-wang"), start=1)
        ],
        "persons": [
            {"person_id": f"P-{name}", "name": f"{name} 某某", "language": "zh", "time_zone": ZONE}
            for name in ("friend", "guarantor", "li", "wang", "zhang")
        ],
        "parties": [
            {"account_id": "A-1", "person_id": "P-zhang", "role": "borrower", "liability": "full"},
            {"account_id": "A-1", "person_id": "P-guarantor", "role": "guarantor", "liability": "joint_guarantee"},
            {"account_id": "A-1", "person_id": "P-friend", "role": "contact_person", "liability": "none"},
            {"account_id": "A-2", "person_id": "P-zhang", "role": "borrower", "liability": "full"},
            {"account_id": "A-3", "person_id": "P-li", "role": "borrower", "liability": "full"},
        ],
        "contact_points": [
            point("zhang", "199-0000-0001"),
            point("guarantor", "199-0000-0002"),
            point("friend", "199-0000-0003"),
            point("li", "199-0000-0004"),
        ],
        "contacts": [
            contact("K-1", "P-zhang", before, account_id="A-1"),
            contact("K-2", "P-guarantor", before, account_id="A-1"),
            contact("K-3", "P-friend", before),
            contact("K-4", "P-li", before),
            contact("K-old", "P-li", before - timedelta(days=200)),
        ],
        "instalments": [
            {
                "account_id": account,
                "instalment_no": n,
                "due_on": date(2026, 9 + n, 1),
                "principal_cents": 500_00,
                "interest_cents": 100_00,
                "fee_cents": 0,
                "penalty_cents": 0,
            }
            for account in ("A-1", "A-4")
            for n in (1, 2)
        ],
        "payments": [payment("B-1", "A-1", date(2026, 9, 30))],
    }


def point(name: str, value: str) -> dict[str, Any]:
    return {
        "contact_point_id": f"C-{name}",
        "person_id": f"P-{name}",
        "channel": "phone",
        "value": value,
        "lawful_source": "contract",
    }


def contact(contact_id: str, person_id: str, at: datetime, account_id: str | None = None) -> dict[str, Any]:
    return {
        "contact_id": contact_id,
        "person_id": person_id,
        "account_id": account_id,
        "number": "+86 199-0000-0001",
        "at": at,
        "channel": "call",
        "direction": "outbound",
        "connected": True,
        "outcome": "right_party",
    }


def payment(payment_id: str, account_id: str, paid_on: date, cents: int = 100_00) -> dict[str, Any]:
    return {
        "payment_id": payment_id,
        "account_id": account_id,
        "paid_on": paid_on,
        "learned_on": paid_on,
        "amount_cents": cents,
    }


def _aged(account: str, person: str, cents: int) -> dict[str, Any]:
    return {
        "account_id": account,
        "person_id": person,
        "lender_id": "L-1",
        "product": "consumer_loan",
        "currency": "CNY",
        "loan_status": "active",
        "age_source": "schedule",
        "days_past_due": 12 if cents else 0,
        "delinquent_days": 12 if cents else 0,
        "overdue_cents": cents,
        "overdue_principal_cents": cents,
        "overdue_interest_cents": 0,
        "overdue_fee_cents": 0,
        "overdue_penalty_cents": 0,
        "outstanding_cents": 9_800_00,
        "bucket": "M1" if cents else "M0",
        "risk_class": "normal",
        "paused": False,
    }


def _planned(account: str, person: str, cents: int) -> dict[str, Any]:
    return {
        "account_id": account,
        "person_id": person,
        "currency": "CNY",
        "bucket": "M1" if cents else "M0",
        "days_past_due": 12 if cents else 0,
        "overdue_cents": cents,
        "outstanding_cents": 9_800_00,
        "treatment": "call_friendly" if cents else None,
        "channel": "call" if cents else None,
        "reason": None if cents else "no_arrears",
        "value_cents": cents / 10,
        "policy_id": "policy-1",
        "law_id": "law-1",
    }


def _queued(
    night_id: str, person: str, priority: int, account_ids: list[str], owed: Mapping[str, int], as_of: date
) -> dict[str, Any]:
    return {
        "queue_item_id": derived_id("item", night_id, person),
        "person_id": person,
        "lead_account_id": account_ids[0],
        "account_ids": account_ids,
        "treatment": "call_friendly",
        "channel": "call",
        "priority": priority,
        "not_before_at": opens(as_of),
        "not_after_at": opens(as_of) + timedelta(hours=14),
        "overdue_cents": sum(owed[account] for account in account_ids),
        "currency": "CNY",
        "days_past_due": 12,
        "bucket": "M1",
        "stage": "growth",
        "value_cents": 100.0,
        "policy_id": "policy-1",
        "law_id": "law-1",
    }

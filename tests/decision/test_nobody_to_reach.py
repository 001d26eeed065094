"""People of whom no number or address is known to work: why they wait, and what is done instead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest
from tests.decision.test_policy import LATE, LATE_SCHEMA

from arrears.decision.eligible import offers
from arrears.decision.from_segmentation import valued
from arrears.decision.load import default_policy_for, shipped
from arrears.decision.policy import Policy, policy_from_toml

DAY = date(2026, 11, 23)
CHANNELS = ("call", "sms", "email", "letter")


def late(policy: Policy, facts: Mapping[str, object]) -> ir.Table:
    row = {**LATE, "account_id": "A", "attempts": 0, **facts}
    table = ibis.memtable(pa.Table.from_pylist([row], schema=LATE_SCHEMA))
    return table.mutate(**offers(table, policy, DAY))


def ready(policy: Policy, facts: Mapping[str, object]) -> dict[str, Any]:
    lawful = {f"{channel}_allowed": ibis.literal(True) for channel in CHANNELS}
    cited = {f"{channel}_provision": ibis.null("string") for channel in CHANNELS}
    known = {"person_id": ibis.literal("P"), "payday_near": ibis.literal("unknown")}
    counted = {"attempts_7d": ibis.literal(0), "attempts_30d": ibis.literal(0)}
    rows = valued(late(policy, facts).mutate(**lawful, **cited, **known, **counted), policy).to_pyarrow().to_pylist()
    return dict(rows[0])


def only_contacts() -> Policy:
    """The default policy without the step that asks the lender."""
    text = shipped()["default-2026-11"]
    return policy_from_toml(text[: text.index("# Where no number or address of the borrower")], where="ours.toml")


def opened(facts: Mapping[str, object]) -> set[str]:
    policy = default_policy_for("CNY")
    [row] = late(policy, facts).to_pyarrow().to_pylist()
    return {t.id for t in policy.treatments if row[f"open_{t.id}"] and row[f"fits_{t.id}"]}


@pytest.mark.parametrize("stage", ["growth", "maturity", "decline", "end"])
@pytest.mark.parametrize("currency", ["CNY", "TWD", "CZK", "USD"])
def test_whoever_nobody_can_reach_has_a_way_out_tonight(stage: str, currency: str) -> None:
    """The lender is asked for a lawful way, in every stage and every shipped policy, without an attempt before."""
    policy = default_policy_for(currency)
    row = ready(policy, {"stage": stage})
    assert row["blocked_reason"] is None
    assert row["gross_ask_lender_for_contact"] is not None


def test_a_person_decides_about_somebody_nobody_can_try_to_reach() -> None:
    """Attempts that can't be made are not waited for; those that can be made are."""
    assert "refer_to_human" in opened({})
    assert "refer_to_human" not in opened({"phone": "1"})
    assert "refer_to_human" in opened({"phone": "1", "attempts": 5})
    assert "refer_to_human" not in opened({"address": "1", "attempts": 1})
    assert "refer_to_human" in opened({"address": "1", "attempts": 2})


def test_a_letter_is_the_first_step_where_an_address_is_all_there_is() -> None:
    """Three attempts by telephone can't come first where there is no telephone."""
    assert "letter" in opened({"address": "1"})
    assert "letter" not in opened({"address": "1", "phone": "1"})


def test_what_reaches_nobody_is_no_way_to_reach_them() -> None:
    """Without a contact point the reason is that, whatever treatment without a channel is still to come."""
    policy = only_contacts()
    assert ready(policy, {"overdue_cents": 50_000, "stage": "maturity"})["blocked_reason"] == (
        "held_for_missing_contact_point"
    )
    waits = {"last_second": 1_795_392_000, "attempts": 1}  # 2026-11-23 08:00 in Shanghai
    assert ready(policy, {**waits, "stage": "growth"})["blocked_reason"] == "held_for_missing_contact_point"
    assert ready(policy, waits)["blocked_reason"] is None
    assert ready(policy, {**waits, "phone": "1", "stage": "growth"})["blocked_reason"] == "held_for_minimum_wait"

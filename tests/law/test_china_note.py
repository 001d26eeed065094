"""The whole China note is law here, or is said not to be, and nothing claims more than the note knows."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from arrears.law.load import load_law
from arrears.law.provision import CONFIDENCES, Provision

NOTE: list[dict[str, Any]] = json.loads((Path(__file__).parent / "cases" / "regulation_cn.json").read_text())
BY_ID = {rule["id"]: rule for rule in NOTE}
PAGE = Path(__file__).parents[2] / "docs" / "concepts" / "law-not-encoded.md"
LAW = load_law(["cn"], date(2026, 11, 23), house=False)
LISTED = set(re.findall(r"^\| ([A-Z]\d\d) \|", PAGE.read_text(), re.M))


@pytest.mark.parametrize("rule_id", sorted(BY_ID))
def test_a_rule_of_the_note_is_a_provision_or_is_listed_with_its_reason(rule_id: str) -> None:
    """Nothing is forgotten, and nothing is both applied and said not to be."""
    encoded = any(item.note_id == rule_id for item in LAW.provisions)
    assert encoded != (rule_id in LISTED), f"{rule_id}: encoded {encoded}, listed {rule_id in LISTED}"


def test_the_page_lists_no_rule_that_the_note_does_not_have() -> None:
    """A page that outlives its reasons misleads."""
    assert set(BY_ID) >= LISTED


@pytest.mark.parametrize("provision", LAW.provisions, ids=lambda item: f"{item.id} {item.in_force_from}")
def test_a_provision_claims_no_more_certainty_than_the_note(provision: Provision) -> None:
    """`seen-text` shows the words; less than that is never raised by encoding it."""
    assert provision.note_id is not None
    known = BY_ID[provision.note_id]["confidence"]
    assert CONFIDENCES.index(provision.confidence) >= CONFIDENCES.index(known)
    assert provision.text or provision.confidence != "seen-text"


@pytest.mark.parametrize("provision", LAW.provisions, ids=lambda item: f"{item.id} {item.in_force_from}")
def test_no_clause_number_was_made_up(provision: Provision) -> None:
    """Every number in a citation stands in the note's article or source."""
    assert provision.note_id is not None
    rule = BY_ID[provision.note_id]
    known = set(re.findall(r"\d+", f"{rule['article']} {rule['source']}"))
    named = set(re.findall(r"\d+", provision.citation))
    assert named <= known, named - known


@pytest.mark.parametrize("provision", LAW.provisions, ids=lambda item: f"{item.id} {item.in_force_from}")
def test_a_provision_begins_no_earlier_than_the_note_knows(provision: Provision) -> None:
    """A rule is never stretched back; where the note has a month only, it begins with the next month or its own."""
    assert provision.note_id is not None
    first = BY_ID[provision.note_id]["effective_from"]
    if first is None:
        assert provision.in_force_from >= date(2025, 4, 1), "the copy that was read is of April 2025"
    else:
        assert provision.in_force_from.isoformat() >= first


@pytest.mark.parametrize(
    ("rule_id", "provision_id", "field", "value"),
    [
        ("F01", "cn.gbt_45251.connected_calls", "at_most", 3),
        ("F02", "cn.cba_2026.dial_attempts", "at_most", 6),
        ("R01", "cn.card_2011.call_recordings", "at_least_months", 2 * 12),
        ("R03", "cn.pact_2018.collection_records", "at_least_months", 5 * 12),
        ("R07", "cn.pipl.impact_assessment_records", "at_least_months", 3 * 12),
        ("R08", "cn.network_data_2025.records_of_giving", "at_least_months", 3 * 12),
        ("R09", "cn.sms_2026.sms_log", "at_least_months", 6),
        ("V01", "cn.cba_2026.visit_conditions", "visitors_at_least_people", 2),
        ("C16", "cn.credit_reporting_2013.dispute_in_20_days", "within_days", 20),
        ("M09", "cn.private_lending_2021.four_times_lpr", "lpr_multiple", 4),
        ("M25", "cn.civil_code.guarantee_period", "default_months", 6),
        ("E07", "cn.civil_procedure_2024.enforcement_period", "ordinary_years", 2),
        ("M08", "cn.court_policy_2017.total_cost_24", "all_in_at_most_bps", 2400),
        ("M15", "cn.civil_code.penalty_above_loss", "over_loss_pct", 30),
    ],
)
def test_a_threshold_is_the_number_of_the_note(rule_id: str, provision_id: str, field: str, value: int) -> None:
    """The number in the file is the number in the note, in the unit the encoding counts in."""
    assert LAW.get(provision_id).note_id == rule_id
    assert getattr(LAW.get(provision_id).encoding, field) == value
    noted = BY_ID[rule_id]["value"]
    if isinstance(noted, int):
        per_year = 12 if field.endswith("_months") and BY_ID[rule_id]["unit"] == "years" else 1
        assert value == noted * per_year
    elif isinstance(noted, float):
        assert value == round(noted * (10_000 if field.endswith("_bps") else 100))

"""The contract's form on every development case, and the floors that what was measured must not fall below."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from arrears.cli import application
from arrears.conduct.read_conversation import conversation_of
from arrears.conduct.review import review
from arrears.conduct.table import CODES, DUTIES, Review

CASES = Path(__file__).with_name("cases") / "conduct_dev.jsonl"
ROWS: list[dict[str, Any]] = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]


@cache
def reviews() -> dict[str, Review]:
    """Every development case, reviewed once."""
    return {row["id"]: review(conversation_of(row)) for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_every_finding_has_the_form_of_the_contract(row: dict[str, Any]) -> None:
    """Known code, an agent's turn, a verbatim quote, a severity, a clause, and what to say instead."""
    found = reviews()[row["id"]].as_json()
    assert list(found) == ["id", "findings", "duties", "abuse_by_other_party"]
    assert list(found["duties"]) == list(DUTIES)  # type: ignore[call-overload]
    for finding in found["findings"]:  # type: ignore[attr-defined]
        turn = row["turns"][finding["turn"]]
        assert finding["code"] in [code.value for code in CODES]
        assert turn["speaker"] == "agent"
        assert finding["quote"].strip()
        assert finding["quote"] in turn["text"]
        assert finding["severity"] in ("block", "high", "medium", "low")
        assert finding["clause"]
        assert finding["instead"]
    for abuse in found["abuse_by_other_party"]:  # type: ignore[attr-defined]
        turn = row["turns"][abuse["turn"]]
        assert turn["speaker"] in ("borrower", "third_party")
        assert abuse["quote"] in turn["text"]


def test_what_was_measured_on_the_development_cases_does_not_fall() -> None:
    """Micro-F1, false alarms and duties on the 92 cases, with room for a retraining, never for a regression."""
    right = extra = missed = alarms = clean = duties_right = duties = 0
    for row in ROWS:
        found = reviews()[row["id"]]
        got = {(f.turn, f.code.value) for f in found.findings}
        wanted = {(f["turn"], f["code"]) for f in row["labels"]["findings"]}
        right, extra, missed = right + len(got & wanted), extra + len(got - wanted), missed + len(wanted - got)
        if not wanted:
            clean, alarms = clean + 1, alarms + bool(got)
        for duty, state in row["labels"]["duties"].items():
            if state is not None:
                duties, duties_right = duties + 1, duties_right + (found.duties[duty] is state)
    assert 2 * right / (2 * right + extra + missed) >= 0.75
    assert alarms / clean <= 0.17
    assert duties_right / duties >= 0.95


def test_duties_that_have_no_meaning_are_null() -> None:
    """Messages and letters have three duties, chats no recording notice, third parties only the first two."""
    for row in ROWS:
        duties = reviews()[row["id"]].duties
        if row["channel"] in ("sms", "email", "letter"):
            assert all(duties[name] is None for name in DUTIES if name not in (DUTIES[0], DUTIES[3], DUTIES[5]))
        if row["channel"] == "chat":
            assert duties["recording_notice"] is None
        if row["audience"] == "third_party":
            assert all(duties[name] is None for name in DUTIES[2:])


def test_labels_in_the_file_change_nothing(tmp_path: Path) -> None:
    """The reader never sees the answers."""
    bare = [{key: value for key, value in row.items() if key not in ("labels", "note")} for row in ROWS]
    with_labels, without = tmp_path / "with.jsonl", tmp_path / "without.jsonl"
    with_labels.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), encoding="utf-8")
    without.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in bare), encoding="utf-8")
    run = CliRunner().invoke
    first = run(application(), ["conduct", "review", str(with_labels)])
    second = run(application(), ["conduct", "review", str(without), "--format", "json"])
    assert first.exit_code == second.exit_code == 0
    assert first.stdout == second.stdout
    assert [json.loads(line)["id"] for line in first.stdout.splitlines()] == [row["id"] for row in ROWS]

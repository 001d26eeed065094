"""Cases made from Regulation F's official interpretations, and what must not change their answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from arrears.cli import application
from arrears.law.audit.judge import answer
from arrears.law.audit.load import provisions

CASES = Path(__file__).parent / "cases"


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CASES / name).read_text(encoding="utf-8").splitlines()]


GIVEN = read("law_dev.jsonl")
OWN = [*read("own.jsonl"), *read("own_spellings.jsonl"), *read("own_blind.jsonl")]


@pytest.mark.parametrize("case", [*GIVEN, *OWN], ids=lambda case: case["id"])
def test_the_audit_answers_as_the_interpretations_do(case: dict[str, Any]) -> None:
    """The answer, every flag that is called for, and none that is excluded; each reason with its clause."""
    found = answer(case)
    assert found["answer"] == case["expected"], found
    assert set(case.get("expected_flags") or []) <= set(found["flags"])
    assert not set(case.get("forbidden_flags") or []) & set(found["flags"])
    known = provisions("us")
    for reason in found["reasons"]:
        assert reason["provision"] in known
        assert reason["clause"].startswith("12 CFR 1006")
        assert all(0 <= place < len(case["timeline"]) for place in reason["events"])


def bare(case: dict[str, Any]) -> dict[str, Any]:
    return {key: case[key] for key in ("id", "rule", "facts", "timeline", "action", "ask")}


def in_utc(case: dict[str, Any]) -> dict[str, Any]:
    """The same instants, all written with the offset of UTC."""

    def moved(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: moved(entry) for key, entry in value.items()}
        if isinstance(value, list):
            return [moved(entry) for entry in value]
        if isinstance(value, str) and len(value) == 25 and value[10] == "T":
            return datetime.fromisoformat(value).astimezone(UTC).isoformat()
        return value

    return {
        **bare(case),
        "timeline": moved(case["timeline"]),
        "action": moved(case["action"]),
        "ask": moved(case["ask"]),
    }


def other_debt_names(case: dict[str, Any]) -> dict[str, Any]:
    """The same debts under other names."""
    new = {name: f"loan-{place}" for place, name in enumerate(case["facts"].get("debts", {}), start=71)}

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {new.get(key, key): renamed(entry) for key, entry in value.items()}
        if isinstance(value, list):
            return [renamed(entry) for entry in value]
        return new.get(value, value) if isinstance(value, str) else value

    return {**bare(case), **{key: renamed(case[key]) for key in ("facts", "timeline", "action", "ask")}}


def beside_the_point(case: dict[str, Any]) -> dict[str, Any]:
    """With two more entries in the history that say nothing to any rule."""
    first = "2020-01-02T12:00:00-05:00"
    noise = [
        {"at": first, "event": "knowledge", "fact": "prefers_large_print", "source": "consumer"},
        {"at": first, "event": "file_reviewed", "by": "collector_clerk"},
    ]
    return {**bare(case), "timeline": [*noise, *case["timeline"]]}


@pytest.mark.parametrize("changed", [bare, in_utc, other_debt_names, beside_the_point])
@pytest.mark.parametrize("case", [*GIVEN, *OWN], ids=lambda case: case["id"])
def test_what_is_beside_the_point_changes_nothing(
    case: dict[str, Any], changed: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    """Not the words for people, nor the offset an instant is written with, nor a debt's name, nor unrelated entries."""
    assert answer(changed(case))["answer"] == case["expected"]


def test_an_instant_without_offset_is_not_guessed() -> None:
    """The answer is null, and says which instant."""
    case = {**bare(GIVEN[0]), "action": {**GIVEN[0]["action"], "at": "2026-03-10T22:00:00"}}
    found = answer(case)
    assert found["answer"] is None
    assert "offset" in found["unsupported"]


def test_an_unknown_place_is_no_place() -> None:
    """Without a zone or evidence of one the hour cannot be judged."""
    case = {**bare(GIVEN[0]), "facts": {"debts": {"d1": {}}}}
    found = answer(case)
    assert found["answer"] is None
    assert "where the consumer is" in found["unsupported"]


def test_no_rule_is_stretched_back_before_its_first_day() -> None:
    """29 November 2021 is answered null: the regulation was not yet law."""
    early = {**bare(GIVEN[0]), "action": {**GIVEN[0]["action"], "at": "2021-11-29T22:00:00-05:00"}}
    assert "2021-11-30" in answer(early)["unsupported"]
    late = {**bare(GIVEN[0]), "action": {**GIVEN[0]["action"], "at": "2021-11-30T22:00:00-05:00"}}
    assert answer(late)["answer"] == "prohibited"


def test_reasons_name_the_events_they_rest_on() -> None:
    """A cease notice, a stop request, a talk and the call after it: each by its place in the sender's timeline."""
    by_id = {case["id"]: answer(case)["reasons"] for case in GIVEN}
    assert [reason["events"] for reason in by_id["regf-6c1-1i-after"]] == [[1]]
    assert [reason["events"] for reason in by_id["regf-14h1-3i"]] == [[0]]
    assert [reason["events"] for reason in by_id["regf-14b2i-1ii-early"]] == [[1, 2]]
    assert [reason["events"] for reason in by_id["regf-14b2ii-1i"]] == [list(range(8))]
    assert by_id["regf-14b2ii-1i"][0]["clause"] == "12 CFR 1006.14(b)(2)(i)(A), (ii)"
    assert by_id["regf-14b2ii-1i"][0]["force"] == "presumed_violation"


def test_a_paragraph_nobody_encoded_is_said_to_be_so() -> None:
    """Null with the reason; never a default."""
    found = answer({**bare(GIVEN[0]), "rule": "1006.999(z)"})
    assert found["answer"] is None
    assert "1006.999(z)" in found["unsupported"]


def test_the_command_answers_line_by_line() -> None:
    """One JSON object a line, in the order of the file."""
    done = CliRunner().invoke(application(), ["law", "audit", str(CASES / "law_dev.jsonl"), "--pack", "us"])
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.exit_code == 0
    assert [(line["id"], line["answer"]) for line in lines] == [(case["id"], case["expected"]) for case in GIVEN]

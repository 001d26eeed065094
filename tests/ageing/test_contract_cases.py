"""The cases of the ageing contract, through the command line, as anyone else would run them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).parent / "cases" / "ageing_dev.jsonl"
REPORTED = Path(__file__).parent / "cases" / "ageing_reported.jsonl"
Case = dict[str, Any]


def explain(path: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("arrears")
    return subprocess.run([str(command), "ageing", "explain", str(path)], capture_output=True, text=True, check=False)


def explained(tmp_path: Path, *cases: Case | str) -> subprocess.CompletedProcess[str]:
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join(case if isinstance(case, str) else json.dumps(case) for case in cases))
    return explain(path)


def by_id(case_id: str) -> Case:
    (found,) = [case for case in map(json.loads, CASES.read_text().splitlines()) if case["id"] == case_id]
    return dict(found)


def test_every_case_of_the_contract_comes_out_as_it_says() -> None:
    """One answer a line, in the order of the file, each with the very figures the case asks for."""
    cases = [json.loads(line) for line in CASES.read_text().splitlines()]

    done = explain(CASES)

    assert done.returncode == 0
    assert done.stderr == ""
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [case["id"] for case in cases]
    wrong = [
        (case["id"], case["expected"], answer)
        for case, answer in zip(cases, answers, strict=True)
        if answer.get("result") != case["expected"]
    ]
    assert wrong == []


def test_days_count_from_the_oldest_instalment_of_which_something_is_still_unpaid() -> None:
    """Not from one of 0.00, nor from one that was paid since, in whatever order the rows came."""
    cases = [json.loads(line) for line in REPORTED.read_text().splitlines()]
    answers = [json.loads(line) for line in explain(REPORTED).stdout.splitlines()]
    assert [one["result"] for one in answers] == [case["expected"] for case in cases]


def test_the_answers_are_read_from_nowhere(tmp_path: Path) -> None:
    """With every value of `expected` blanked out, the answers are the same: only names are read there."""

    def blank(value: Any) -> Any:
        return dict.fromkeys(value) if isinstance(value, dict) else None

    cases = [json.loads(line) for line in CASES.read_text().splitlines()]
    blanked = [case | {"expected": {name: blank(value) for name, value in case["expected"].items()}} for case in cases]

    assert explained(tmp_path, *blanked).stdout == explain(CASES).stdout


def test_a_case_that_asks_for_nothing_gets_every_figure(tmp_path: Path) -> None:
    """The keys of the contract's table, all of them."""
    case = by_id("FIN-AGE-013")
    del case["expected"]

    (line,) = explained(tmp_path, case).stdout.splitlines()

    assert json.loads(line)["result"] == {
        "days_past_due": 61,
        "delinquent_days": 32,
        "overdue_amount": "1000.00",
        "overdue_principal": "1000.00",
        "overdue_interest": "0.00",
        "delinquent_since": "2023-10-04",
        "oldest_unpaid_due_date": "2023-10-01",
        "bucket": "RANGE_30",
        "installment_buckets": [
            {"name": "RANGE_1", "amount": "250.00"},
            {"name": "RANGE_3", "amount": "500.00"},
            {"name": "RANGE_30", "amount": "250.00"},
        ],
        "outstanding_amount": "1000.00",
        "next_payment_due_date": "2023-10-01",
        "next_payment_amount": "250.00",
    }


@pytest.mark.parametrize(
    ("convention", "value"),
    [
        ("dpd_on_due_date", 2),
        ("dpd_on_due_date", "0"),
        ("dpd_counts", "working_days"),
        ("delinquent_days", "dpd_times_two"),
        ("pause_overlap", "whole_pause"),
        ("bucket_while_paused", "melted"),
        ("installment_buckets_use_grace", "maybe"),
        ("next_payment_rule", "latest_unpaid"),
        ("payment_effective", "in_three_days"),
    ],
)
def test_a_convention_that_is_not_known_is_said_not_guessed(tmp_path: Path, convention: str, value: object) -> None:
    """`unsupported` names the convention and its value; the other lines are answered."""
    case = by_id("FIN-AGE-013")
    case["conventions"] = case["conventions"] | {convention: value}

    done = explained(tmp_path, case, by_id("FIN-AGE-012"))

    first, second = map(json.loads, done.stdout.splitlines())
    assert set(first) == {"id", "unsupported"}
    assert convention in first["unsupported"]
    assert repr(value) in first["unsupported"]
    assert second["result"] == by_id("FIN-AGE-012")["expected"]
    assert done.returncode == 0


def test_a_kind_that_is_not_known_is_unsupported(tmp_path: Path) -> None:
    """A kind is a promise about keys; an unknown one promises nothing."""
    (line,) = explained(tmp_path, {"id": "X", "kind": "astrology"}).stdout.splitlines()
    assert "astrology" in json.loads(line)["unsupported"]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda case: case | {"as_of": "2023-02-30"}, "as_of is '2023-02-30'"),
        (lambda case: case | {"as_of": None}, "as_of is null"),
        (lambda case: {name: value for name, value in case.items() if name != "schedule"}, "schedule is missing"),
        (lambda case: case | {"schedule": [{"due_date": "2023-10-01"}]}, "schedule[0]: fee is missing"),
        (lambda case: case | {"payments": [{"date": "2023-10-01", "amount": "1.005"}]}, "payments[0]: '1.005'"),
        (lambda case: case | {"payments": [{"date": "2023-10-01", "amount": "-1.00"}]}, "payments[0]: amount is -1.00"),
        (lambda case: case | {"payments": [{"date": "2023-10-01", "amount": 1.0}]}, "payments[0]: amount is 1.0"),
        (lambda case: case | {"grace_days": -1}, "grace_days is -1"),
        (lambda _: {"kind": "aging"}, "id is missing"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_the_rest_is_done(tmp_path: Path, spoil: Any, words: str) -> None:
    """Exit 1: something was found. stderr says file, line, field and what to write; the others are answered."""
    done = explained(tmp_path, by_id("FIN-AGE-012"), spoil(by_id("FIN-AGE-013")), by_id("FIN-AGE-011"))

    assert done.returncode == 1
    assert f"cases.jsonl:2: {words}" in done.stderr
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["FIN-AGE-012", "FIN-AGE-011"]


@pytest.mark.parametrize("broken", ["{", "[]", '"text"', '{"id": 1,}', "\x00", "{" * 5000])
def test_a_broken_line_does_not_stop_the_others(tmp_path: Path, broken: str) -> None:
    """Whatever the line holds, it is named, and the run goes on."""
    done = explained(tmp_path, broken, by_id("FIN-AGE-011"))

    assert done.returncode == 1
    assert "cases.jsonl:1: " in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stdout.splitlines()) == 1


def test_no_file_is_unusable(tmp_path: Path) -> None:
    """Exit 2, with the path and what to give instead."""
    done = explain(tmp_path / "nowhere.jsonl")
    assert done.returncode == 2
    assert "nowhere.jsonl" in done.stderr


def test_explaining_needs_no_engine() -> None:
    """Ibis and DuckDB take a second to load; explaining a case must not wait for them."""
    program = "import sys, arrears.ageing.explain; print({'ibis', 'duckdb', 'pandas', 'pyarrow'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"

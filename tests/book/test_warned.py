"""Rows that contradict themselves are taken, counted and told with the totals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.book.sample import changed, imported, written


@pytest.mark.parametrize(
    ("table", "cells", "code"),
    [
        ("accounts", {"overdue_cents": "100001"}, "overdue_above_balance"),
        ("accounts", {"overdue_cents": "0", "reported_days_past_due": "90"}, "late_without_overdue"),
        ("accounts", {"reported_days_past_due": "0"}, "overdue_without_lateness"),
        ("accounts", {"oldest_unpaid_due_on": "2026-11-07"}, "days_past_due_differ"),
        ("accounts", {"principal_cents": "100001"}, "principal_above_balance"),
        ("accounts", {"loan_status": "closed"}, "closed_with_a_balance"),
        ("persons", {"id_number": "990101199003078031"}, "wrong_check_digit"),
    ],
)
def test_a_contradiction_is_counted_under_its_own_code(
    tmp_path: Path, table: str, cells: dict[str, str], code: str
) -> None:
    """Nobody can say which of the two facts is wrong, so no row is lost; and it is in the manifest."""
    taken = imported(written(tmp_path / "in", changed(table, 1, **cells)), tmp_path / "home")
    assert taken.problems == ()
    assert [(warning.code, warning.count, warning.file, warning.row) for warning in taken.warnings] == [
        (code, 1, f"{table}.csv", 1)
    ]
    manifest = json.loads((taken.directory / "manifest.json").read_text())
    assert manifest["warnings"] == {code: 1}


@pytest.mark.parametrize(
    ("table", "cells"),
    [
        ("accounts", {"overdue_cents": "100000"}),
        (
            "accounts",
            {"overdue_cents": "0", "balance_cents": "-5", "principal_cents": "-5", "reported_days_past_due": "0"},
        ),
        ("accounts", {"oldest_unpaid_due_on": "2026-11-05"}),
        ("accounts", {"oldest_unpaid_due_on": "2026-11-06"}),
        ("accounts", {"principal_cents": "100000"}),
        ("accounts", {"overdue_cents": "0", "reported_days_past_due": "0"}),
        ("accounts", {"overdue_cents": "", "reported_days_past_due": "90"}),
        ("persons", {"id_number": "11010119900307803X"}),
        ("persons", {"id_number": "E12345678"}),
    ],
)
def test_what_may_be_true_is_not_warned_of(tmp_path: Path, table: str, cells: dict[str, str]) -> None:
    """The other side of each line; unknown contradicts nothing."""
    assert imported(written(tmp_path / "in", changed(table, 1, **cells)), tmp_path / "home").warnings == ()

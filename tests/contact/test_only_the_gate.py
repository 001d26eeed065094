"""Nothing reaches a person without a permit, and only the gate makes permits."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.contact.situations import lawful, of_china

from arrears.contact.gate import decide
from arrears.contact.permit import Permit, _OnlyTheGate

SRC = Path(__file__).parents[2] / "src" / "arrears"


def modules(*but: str) -> Iterator[tuple[Path, ast.Module]]:
    """Every module of the product except those named."""
    for path in sorted(SRC.rglob("*.py")):
        if path.relative_to(SRC).as_posix() not in but:
            yield path, ast.parse(path.read_text())


def permit() -> Permit:
    answer = decide(of_china(), lawful(), permit_id="permit-1", attempt_id="attempt-1")
    assert isinstance(answer, Permit), answer
    return answer


def test_a_permit_cannot_be_made_by_hand() -> None:
    """Not with another token, and not with none."""
    act = lawful().act

    with pytest.raises(TypeError, match="only the gate makes permits"):
        Permit("permit-1", "attempt-1", act, "law-1", made_by=_OnlyTheGate())
    with pytest.raises(TypeError):
        Permit("permit-1", "attempt-1", act, "law-1")  # type: ignore[call-arg]


def test_a_permit_cannot_be_bent_to_another_act() -> None:
    """A permit for one number is not turned into one for another by copying it with a change."""
    given = permit()

    with pytest.raises(ValueError, match="made_by"):
        replace(given, act=replace(given.act, number="19900009999"))  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        given.act = replace(given.act, number="19900009999")  # type: ignore[misc]
    assert copy.copy(given) == given


def test_no_other_module_makes_a_permit_or_holds_the_gates_token() -> None:
    """Seen in the source: `Permit(…)` and the token's name stand in contact/gate.py and contact/permit.py alone."""
    for path, tree in modules("contact/gate.py", "contact/permit.py"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func).split(".")[-1] != "Permit", (
                    f"{path}:{node.lineno}: ask contact.gate.decide"
                )
            if isinstance(node, ast.Name | ast.Attribute | ast.alias):
                name = node.id if isinstance(node, ast.Name) else getattr(node, "attr", getattr(node, "name", ""))
                assert name not in ("_MADE_BY_THE_GATE", "_OnlyTheGate"), f"{path}: the token is the gate's"


def test_a_permit_given_before_is_read_back_in_one_place() -> None:
    """`given_before` answers a repeated request from what is on record; nobody else may call it."""
    for path, tree in modules("contact/gate.py", "daytime/place_attempt.py"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func).split(".")[-1] != "given_before", f"{path}:{node.lineno}"


def test_attempts_of_the_day_are_written_in_one_place() -> None:
    """store.gate.record_permit writes attempt, permit and fact together, and place_attempt alone calls it."""
    for path, tree in modules("store/gate.py", "daytime/place_attempt.py"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func).split(".")[-1]
                assert called != "record_permit", f"{path}:{node.lineno}: call daytime.place_attempt"
                writes = called == "insert" and node.args and ast.unparse(node.args[0]) in ("attempts", "permits")
                assert not writes, f"{path}:{node.lineno}: attempts are written by store.gate.record_permit"

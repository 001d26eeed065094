"""House rules. Each prints the file, the line and what to write instead."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from arrears.kernel.reasons import WORDS, Reason

SRC = Path(__file__).parents[2] / "src" / "arrears"
STAGES = [
    "kernel",
    "law",
    "book",
    "ageing",
    "segmentation",
    "decision",
    "queue",
    "contact",
    "outcome",
    "playbook",
    "conduct",
]


def stage_files() -> Iterator[Path]:
    for stage in STAGES:
        yield from sorted((SRC / stage).rglob("*.py"))


def calls(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


CLOCK = {"datetime.now", "datetime.utcnow", "date.today", "time.time", "time.monotonic", "datetime.today"}


@pytest.mark.parametrize("path", stage_files(), ids=lambda path: str(path.relative_to(SRC)))
def test_no_stage_reads_the_clock(path: Path) -> None:
    """A night is a pure function: the day and the instant arrive as arguments."""
    for line, name in calls(ast.parse(path.read_text())):
        assert name not in CLOCK, f"{path}:{line}: {name}() in a stage. Take `as_of` or `at` as an argument instead."


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda path: str(path.relative_to(SRC)))
def test_every_module_says_what_it_is(path: Path) -> None:
    """The docstring says what comes in, what goes out and what is deliberately absent."""
    if path.stat().st_size:
        assert ast.get_docstring(ast.parse(path.read_text())), f"{path}:1: no docstring. Say what the module is for."


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda path: str(path.relative_to(SRC)))
def test_files_are_named_for_the_business_not_for_a_role(path: Path) -> None:
    """Role files (`service.py`, `utils.py`) grow without end."""
    role = {"utils", "service", "services", "helpers", "manager", "common", "misc"}
    assert path.stem not in role, f"{path}: name it for a verb of the business, such as place_call.py."


def test_the_verifier_needs_the_standard_library_only() -> None:
    """An auditor runs it on a machine that has Python and nothing else."""
    verifier = SRC / "evidence" / "verify.py"
    if not verifier.exists():
        pytest.fail("src/arrears/evidence/verify.py is missing")
    for node in ast.walk(ast.parse(verifier.read_text())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        for name in names:
            top = name.split(".")[0]
            assert top in sys.stdlib_module_names, (
                f"{verifier}:{node.lineno}: imports {name}; use the standard library."
            )


def test_migrations_are_one_line() -> None:
    """Two that follow the same one leave a store that can't be brought up to date."""
    follows: dict[str, str] = {}
    for path in sorted((SRC / "store" / "migrations" / "versions").glob("[0-9]*.py")):
        names = dict(re.findall(r'^(revision|down_revision) = "?([^"\n]+)"?$', path.read_text(), re.MULTILINE))
        before = names["down_revision"]
        assert before not in follows, (
            f"{path.name} and {follows[before]} both follow {before}: chain one after the other"
        )
        follows[before] = path.name
        assert path.stem.startswith(names["revision"][:4]), f"{path}: name the file for its revision"


def test_every_reason_has_words_in_both_languages() -> None:
    """What the ledger stores is what people read."""
    assert set(WORDS) == set(Reason)
    for reason, (zh, en) in WORDS.items():
        assert zh, reason
        assert en, reason

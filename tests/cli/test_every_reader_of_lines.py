"""
Every command that reads a file of lines, on lines that are almost right: one bad line never stops the rest.

Each file has a sound line, the drawn one, and another sound line. The sound ones get the answers they get alone; the
drawn one gets an answer, or is named on stderr; nothing ends in a fault of ours.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cli.hostile import WRONG_LINES, almost, line_of
from tests.cli.main_here import Ran, arrears_here

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Reader:
    """A command, and files of lines that it answers."""

    words: tuple[str, ...]
    cases: tuple[str, ...]


READERS = {
    "ageing explain": Reader(("ageing", "explain"), ("ageing/cases/ageing_dev.jsonl",)),
    "offers affordability": Reader(("offers", "affordability"), ("playbook/cases/affordability_dev.jsonl",)),
    "offers propose": Reader(("offers", "propose"), ("playbook/cases/propose_dev.jsonl",)),
    "offers schedule": Reader(("offers", "schedule"), ("playbook/cases/schedule_dev.jsonl",)),
    "playbook match": Reader(("playbook", "match"), ("playbook/cases/playbook_dev.jsonl",)),
    "promises status": Reader(("promises", "status"), ("outcome/cases/promises_dev.jsonl",)),
    "conduct review": Reader(("conduct", "review"), ("conduct/cases/conduct_dev.jsonl",)),
    "law audit": Reader(("law", "audit", "--pack", "us"), ("law/audit/cases/law_dev.jsonl",)),
    "evidence vectors": Reader(("evidence", "vectors"), ("evidence/cases/proofs.jsonl",)),
}


@cache
def sound(name: str) -> list[dict[str, Any]]:
    """Cases that the command answers, without what was expected of them."""
    lines = [line for file in READERS[name].cases for line in (TESTS / file).read_bytes().splitlines()]
    return [json.loads(line) for line in lines]


def run(name: str, *lines: bytes) -> Ran:
    with tempfile.TemporaryDirectory() as room:
        file = Path(room) / "cases.jsonl"
        file.write_bytes(b"\n".join(lines) + b"\n")
        return arrears_here(*READERS[name].words, file)


@cache
def alone(name: str) -> tuple[bytes, bytes, str, str]:
    """Two sound lines, and their answers when nothing is wrong beside them."""
    first, last = (line_of(case) for case in (sound(name)[0], sound(name)[-1]))
    ran = run(name, first, last)
    assert ran.code == 0, ran.err
    first_answer, last_answer = ran.lines
    return first, last, first_answer, last_answer


def holds(name: str, line: bytes) -> None:
    """Neither traceback nor silence, and the lines around it as they are without it."""
    first, last, first_answer, last_answer = alone(name)
    ran = run(name, first, line, last)
    assert ran.code in (0, 1), f"{line[:2000]!r}\n{ran.err}"
    assert "Traceback" not in ran.out + ran.err
    assert ran.lines[0] == first_answer
    assert ran.lines[-1] == last_answer
    between = ran.lines[1:-1]
    assert between or "cases.jsonl:2:" in ran.err, f"silence about {line[:2000]!r}"
    for answer in between:
        assert isinstance(json.loads(answer), dict)
    assert ran.code == 0 or "cases.jsonl:2:" in ran.err


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("line", WRONG_LINES, ids=lambda line: repr(line[:12]))
def test_a_line_that_is_no_case_is_answered_or_named(name: str, line: bytes) -> None:
    """Not JSON, not an object, not UTF-8, too deep, too long: the two around it have their answers."""
    holds(name, line)


@pytest.mark.parametrize("name", READERS)
def test_a_case_that_is_almost_right_is_answered_or_named(name: str) -> None:
    """Any place of a sound case may be anything."""

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(data=st.data())
    def drawn(data: st.DataObject) -> None:
        holds(name, line_of(data.draw(almost(sound(name)))))

    drawn()


@pytest.mark.parametrize("name", READERS)
def test_a_file_that_is_none_says_so(name: str, tmp_path: Path) -> None:
    """Not there, a directory, a name with a NUL, nothing in it."""
    for path in (tmp_path / "none", tmp_path):
        ran = arrears_here(*READERS[name].words, path)
        assert ran.code == 2
        assert ran.err.startswith("arrears: ")
        assert str(path) in ran.err
    (tmp_path / "empty").write_bytes(b"\n\n")
    assert arrears_here(*READERS[name].words, tmp_path / "empty").code == 0

"""
Faults planted one by one in the code that decides, and whether a test notices each: the mutation score.

    python -m bench mutants [--each N] [--only PART] [--seed N] [--jobs N]

Cosmic Ray's operators make the faults (comparisons, conditions, numbers, signs, loops); N of each module are drawn by
the seed, annotations and docstrings left out. A fault lives where the tests named beside its module all pass. They run
in the order named, the quick ones first, and the first that fails ends the trial; Hypothesis draws the same examples
each time, and does not look for the smallest that fails. Each fault is tried in a process forked before the project is
imported, with the faulty source in the place of the true one: no file is changed, and a command that a test runs as a
program of its own has no fault in it. Left out are the tests that take minutes. A fault that makes the tests run five
times as long is noticed.
"""

from __future__ import annotations

import argparse
import ast
import importlib.machinery
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SRC = Path(__file__).parents[1] / "src" / "arrears"
TIMELINES = "law/test_many_timelines.py::test_on_a_few_hundred_timelines_no_reader_disagrees_either"
LAW = (
    "law/test_provisions_alone.py",
    TIMELINES,
    "law/test_cases_of_provisions.py",
    "law/test_days_and_versions.py",
    "law/test_two_readers.py",
)
BY_HAND = ("ageing/test_waterfall.py", "ageing/test_pauses.py", "ageing/test_count_days.py")
PLANS = (
    "decision/test_allocation_parts.py",
    "decision/test_allocation.py::test_small_problems_are_solved_exactly",
)
SPOKEN = ("conduct/test_weigh_facts.py", "conduct/test_follow.py", "conduct/test_reading.py")
TESTS: dict[str, tuple[str, ...]] = {
    "law/judge": LAW,
    "law/columns": LAW,
    "law/columns_history": LAW,
    "contact/gate": ("contact/test_gate.py",),
    "outcome/promise_clock": ("outcome/test_promise_clock.py",),
    "ageing/waterfall": BY_HAND,
    "ageing/pauses": BY_HAND,
    "ageing/pause_columns": ("ageing/test_pause_columns.py", "ageing/test_from_book.py"),
    "ageing/count_days": BY_HAND,
    "decision/value": ("decision/test_value.py", "decision/test_row_by_row.py"),
    "decision/choose": ("decision/test_choose.py",),
    "decision/allocate/certificate": PLANS,
    "decision/allocate/dual": PLANS,
    "decision/allocate/passes": PLANS,
    "decision/allocate/problem": PLANS,
    "decision/allocate/rounding": PLANS,
    "decision/allocate/solve": PLANS,
    "conduct/weigh_facts": SPOKEN,
    "conduct/follow": (*SPOKEN, "conduct/test_reported_calls.py"),
}
KINDS = (
    "Comparison",
    "Unary",
    "Number",
    "AndWithOr",
    "OrWithAnd",
    "True",
    "False",
    "Break",
    "Continue",
    "AddNot",
    "Zero",
)
ARITHMETIC = (
    "Add_Sub",
    "Sub_Add",
    "Mul_Add",
    "Mul_FloorDiv",
    "FloorDiv_Mul",
    "Mod_FloorDiv",
    "BitAnd_BitOr",
    "BitOr_BitAnd",
)
HEAVY = ("numpy", "pyarrow", "duckdb", "ibis", "scipy.optimize", "sqlalchemy", "hypothesis", "pytest", "pydantic")


@dataclass(frozen=True, slots=True)
class Fault:
    """One changed source of one module."""

    module: str
    operator: str
    source: str
    line: int
    says: str
    """The changed line."""


def faults_of(module: str, most: int, seed: int) -> tuple[int, list[Fault]]:
    """How many faults there are to plant in a module, and those drawn."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator, operator_names

    path = SRC / f"{module}.py"
    source = path.read_text(encoding="utf-8")
    plain = _shape(source)
    found: list[Fault] = []
    for name in sorted(operator_names()):
        short = name.removeprefix("core/").removeprefix("Replace")
        wanted = any(kind in short for kind in KINDS) or any(short.endswith(f"Operator_{pair}") for pair in ARITHMETIC)
        if not wanted or "_Is" in short or "Unary_U" in short:
            continue
        for place in range(10_000):
            changed = mutate_code(source, get_operator(name)(), place)
            if changed is None:
                break
            if _shape(changed) not in (plain, None):
                line, says = _first_change(source, changed)
                found.append(Fault(module, short, changed, line, says))
    drawn = found if len(found) <= most else random.Random(f"{seed}-{module}").sample(found, most)
    return len(found), sorted(drawn, key=lambda fault: (fault.line, fault.operator))


def _shape(source: str) -> str | None:
    """What a source does: its tree without annotations and docstrings; None where it is no Python."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
        if isinstance(node, ast.arg):
            node.annotation = None
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(value=None)
        if isinstance(node, ast.ClassDef):
            node.decorator_list = []  # frozen and slots guard against slips of ours, and decide nothing
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [  # type: ignore[attr-defined]
                each for each in body if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
            ] or [ast.Pass()]
    return ast.dump(tree)


def _first_change(source: str, changed: str) -> tuple[int, str]:
    pairs = enumerate(zip(source.splitlines(), changed.splitlines(), strict=False), start=1)
    return next(((number, after.strip()) for number, (before, after) in pairs if before != after), (0, ""))


def noticed(fault: Fault | None, module: str, seconds: float) -> tuple[bool, float]:
    """Whether the tests of a module fail with a fault planted (None: as it is), and how long they took."""
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        _run(fault, module)
    while time.monotonic() - began < seconds:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status) != 0, time.monotonic() - began
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True, seconds


def _run(fault: Fault | None, module: str) -> None:
    """In the child: import the project with the fault in it, run the tests, and end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.dont_write_bytecode = True
    true_code = importlib.machinery.SourceFileLoader.get_code
    path = str(SRC / f"{module}.py")

    def get_code(loader: Any, name: str) -> Any:
        if fault is not None and loader.path == path:
            return compile(fault.source, path, "exec")
        return true_code(loader, name)

    setattr(importlib.machinery.SourceFileLoader, "get_code", get_code)  # noqa: B010 - typed as a method
    import hypothesis
    import pytest

    hypothesis.settings.register_profile(
        "fault", deadline=None, derandomize=True, phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate]
    )
    tests = [f"tests/{each}" for each in TESTS[module]]
    plain = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-profile", "fault"]
    code = pytest.main([*plain, "-k", "not postgresql and not never_disagree", *tests])
    os._exit(int(code))


def _loaded() -> None:
    for name in HEAVY:
        __import__(name)


def tried(module: str, most: int, seed: int, jobs: int) -> tuple[int, int, Iterator[tuple[Fault, bool]]]:
    """(faults there are, faults drawn, each with whether it was noticed)."""
    all_faults, drawn = faults_of(module, most, seed)
    fails, took = noticed(None, module, 600)
    if fails:
        raise SystemExit(f"the tests of {module} fail as they are")
    pool = ThreadPoolExecutor(jobs)
    answers = pool.map(lambda fault: (fault, noticed(fault, module, took * 5 + 10)[0]), drawn)
    return all_faults, len(drawn), answers


def main(arguments: Sequence[str]) -> int:
    """Print each fault that lives, and the score by module."""
    asked = argparse.ArgumentParser(prog="python -m bench mutants", description=__doc__)
    asked.add_argument("--each", type=int, default=30)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--only", default="")
    asked.add_argument("--jobs", type=int, default=1)
    given = asked.parse_args(arguments)
    _loaded()
    total = killed = 0
    for module in (each for each in TESTS if given.only in each):
        began = time.monotonic()
        there, drawn, answers = tried(module, given.each, given.seed, given.jobs)
        dead = 0
        for fault, was_noticed in answers:
            dead += was_noticed
            if not was_noticed:
                print(f"  lives  {module}:{fault.line} {fault.operator}: {fault.says}", flush=True)
        total, killed = total + drawn, killed + dead
        took = time.monotonic() - began
        print(f"{module:30} {dead}/{drawn} noticed ({there} there are), {took:.0f} s", flush=True)
    print(f"score {killed / max(1, total):.3f} ({killed} of {total})")
    return 0

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


def stage_files() -> list[Path]:
    return [path for stage in STAGES for path in sorted((SRC / stage).rglob("*.py"))]


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


FILES = {"open", "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "rglob", "glob", "mkdir", "unlink"}
NETWORK = {"socket", "ssl", "http", "urllib.request", "urllib3", "requests", "httpx", "aiohttp", "ftplib", "smtplib"}
ENGINES = {"sqlalchemy", "psycopg", "sqlite3", "subprocess"}
DOORS = {
    "book": "the stage whose work it is to read a lender's files and to publish them",
    "law/load.py": "law packs",
    "law/check.py": "law packs under their own check, which looks at files themselves",
    "law/audit/load.py": "tables of the audit",
    "decision/load.py": "policies",
    "contact/messages/load.py": "templates",
    "playbook/cards/read_deck.py": "cards",
    "playbook/match/load.py": "words and models",
    "playbook/match/train.py": "makes the model, never runs in a night or a day",
    "conduct/load.py": "words and models",
    "conduct/train.py": "makes the model, never runs in a night or a day",
}
"""The modules through which a stage's own data comes in. Each is called at the edge, before a stage begins."""


def doorway(path: Path) -> str | None:
    """The door that a module is, by its name in DOORS."""
    name = path.relative_to(SRC).as_posix()
    return name if name in DOORS else name.split("/")[0] if name.split("/")[0] in DOORS else None


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.lineno, node.module or ""


def touches_files(path: Path) -> list[int]:
    """The lines of a module that read, write or list files."""
    found = calls(ast.parse(path.read_text()))
    return [line for line, name in found if name.rsplit(".", 1)[-1] in FILES and name != "webbrowser.open"]


@pytest.mark.parametrize("path", stage_files(), ids=lambda path: str(path.relative_to(SRC)))
def test_no_stage_reads_a_file_or_the_network(path: Path) -> None:
    """What a stage works on arrives as an argument; its data comes in by a door that the edge opens first."""
    for line, name in imports(ast.parse(path.read_text())):
        top = name.split(".")[0]
        assert not {name, top} & NETWORK, (
            f"{path}:{line}: imports {name} in a stage. Nothing here asks another machine."
        )
        assert top not in ENGINES, (
            f"{path}:{line}: imports {name} in a stage. The edge reads the store and hands it in."
        )
    if doorway(path) is None:
        for line in touches_files(path):
            pytest.fail(f"{path}:{line}: reads or writes a file in a stage. Take its content as an argument.")


@pytest.mark.parametrize("door", DOORS)
def test_a_door_is_still_one(door: str) -> None:
    """The list of doors only gets shorter: one that reads no file any more is taken out of it."""
    files = [SRC / door] if door.endswith(".py") else sorted((SRC / door).rglob("*.py"))
    assert any(touches_files(path) for path in files if path.exists()), f"{door} reads no file: take it out of DOORS."


CHANCE = {"random", "secrets", "uuid"}
MAKES_UP = {"book/synthetic", "conduct/train.py", "playbook/match/train.py"}
"""They draw from a seed that is given to them."""


@pytest.mark.parametrize("path", stage_files(), ids=lambda path: str(path.relative_to(SRC)))
def test_no_stage_draws_by_chance(path: Path) -> None:
    """The same inputs give the same plan: ids are derived from content, or drawn at the edge and handed in."""
    name = path.relative_to(SRC).as_posix()
    if any(name.startswith(made) for made in MAKES_UP):
        return
    for line, module in imports(ast.parse(path.read_text())):
        assert module.split(".")[0] not in CHANCE, f"{path}:{line}: imports {module} in a stage. Take what it draws."


LINES_MOST = 500
LONGER = {
    "evidence/verify.py": (830, "one file that an auditor runs and reads in one sitting"),
    "store/schema.py": (600, "every table, once"),
}
"""Modules that may be longer, how long, and why. Neither list nor number grows: split the module instead."""


def test_no_module_grows_without_end() -> None:
    """A module is read in one sitting; a list of exceptions that no longer holds is shortened."""
    for path in sorted(SRC.rglob("*.py")):
        name, lines = path.relative_to(SRC).as_posix(), path.read_text().count("\n")
        most, _ = LONGER.get(name, (LINES_MOST, ""))
        assert lines <= most, f"{path} has {lines} lines, {most} are the most: put one subject of it into a module."
        assert name not in LONGER or lines > LINES_MOST, f"{name} has {lines} lines: take it out of LONGER."


def test_every_invariant_of_the_architecture_names_what_holds_it() -> None:
    """An invariant without a test is a wish. The table names a folder of tests that is there, or the linter."""
    text = (SRC.parents[1] / "ARCHITECTURE.md").read_text(encoding="utf-8")
    table = text.split("## Invariants", 1)[1].split("\n## ", 1)[0]
    rows = [row.strip("| ").split(" | ") for row in table.splitlines() if row.startswith("| ")][1:]
    assert len(rows) >= 12
    for what, held in rows:
        places = re.findall(r"`(tests/[a-z_]+)`", held)
        assert places or "lint-imports" in held, f"{what}: name the tests that hold it"
        for place in places:
            assert list((SRC.parents[1] / place).glob("test_*.py")), f"{what}: {place} holds no test"


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

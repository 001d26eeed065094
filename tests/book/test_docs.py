"""The pages about the book say what the code does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from arrears.book.faults import FAULTS, WARNINGS
from arrears.book.lawful_sources import LAWFUL_SOURCES
from arrears.book.load_mapping import load_mapping, shipped
from arrears.book.table import TABLES
from arrears.book.vocabulary import CHOICES

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "book.md").read_text(encoding="utf-8")
HOW_TO = (DOCS / "how-to" / "import-a-book.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("table", TABLES)
def test_every_column_and_word_of_the_book_is_in_the_reference(table: str) -> None:
    """A column nobody documented is a column nobody fills."""
    page = REFERENCE.split(f"\n## {table}\n", 1)[1].split("\n## ", 1)[0]
    for column, kind in TABLES[table].items():
        line = next((line for line in page.splitlines() if line.startswith(f"| `{column}` | {kind} |")), None)
        assert line is not None, f"{table}.{column} ({kind})"
        if column != "currency":
            for word in CHOICES.get((table, column), ()):
                assert f"`{word}`" in line, f"{table}.{column}: {word}"


@pytest.mark.parametrize("code", [*FAULTS, *(warning.code for warning in WARNINGS)])
def test_every_fault_is_in_the_reference_with_what_to_do(code: str) -> None:
    """Whoever finds a code in a quarantine finds it here."""
    assert f"| `{code}` |" in REFERENCE
    fix = {**FAULTS, **{warning.code: warning for warning in WARNINGS}}[code].fix
    assert fix.replace("|", "/") in REFERENCE


def test_the_how_to_names_every_shipped_mapping_and_lawful_source() -> None:
    """With the words of both languages."""
    for name in shipped():
        assert f"`{name}`" in HOW_TO
    for source, (zh, en) in LAWFUL_SOURCES.items():
        assert f"| `{source}` | {zh} | {en} |" in HOW_TO


def test_the_long_example_of_the_how_to_is_a_sound_mapping(tmp_path: Path) -> None:
    """A reader can copy it and begin."""
    examples = re.findall(r"```toml\n(.*?)```", HOW_TO, re.DOTALL)
    assert len(examples) == 3
    for example in examples:
        tomllib.loads(example)
    path = tmp_path / "example.toml"
    path.write_text(examples[0], encoding="utf-8")
    mapping = load_mapping(path)
    assert mapping.totals == {"accounts": 12031, "principal": 18_422_311_045, "overdue": 912_003_310}
    assert [feed.into for feed in mapping.feeds] == ["accounts", "persons"]

"""Every row of the source has a place where it is seen, and every place that is named is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import typer.main
from scripts.source_coverage import CHAPTERS, Row, read_rows

from arrears import cli
from arrears.playbook.cards import CARD_IDS, DATA, KINDS

WEB = Path(__file__).parents[2] / "src" / "arrears" / "web"
ROWS = read_rows()
COUNTS = {"T": 5, "S": 5, "X": 14, "C": 6, "L": 5, "P": 4, "E": 5, "R": 8, "N": 12, "K": 8}
MAY_WAIT = {"C6", "T2", "N12"}
"""Rows of visits and of practice; those of evidence and of the red lines may wait as well."""


def commands() -> set[str]:
    """Every command that can be typed."""
    found = set()

    def walk(path: str, command: object) -> None:
        found.add(path)
        for name, inner in getattr(command, "commands", {}).items():
            walk(f"{path} {name}", inner)

    walk("arrears", typer.main.get_command(cli.application()))
    return found


def test_the_seventy_two_rows_are_there() -> None:
    """No row of the source is left out, and none is invented."""
    assert [row.id for row in ROWS] == [f"{letter}{n}" for letter in CHAPTERS for n in range(1, COUNTS[letter] + 1)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_row_has_its_kind_its_cards_and_its_place(row: Row) -> None:
    """Rows of craft have a card of their kind; all have a page or a command; only what may wait says “not yet”."""
    assert row.kinds
    assert set(row.kinds) <= set(KINDS)
    assert row.teaches
    assert row.seen
    if row.not_yet:
        assert row.id[0] in "ER" or row.id in MAY_WAIT, f"{row.id} may not wait: build it, or say why in a decision"
    if row.id[0] in "ER":
        assert row.cards == ()
    else:
        held = [tomllib.loads((DATA / f"{card}.toml").read_text(encoding="utf-8"))["kinds"] for card in row.cards]
        assert held, f"no card has the row {row.id}"
        assert set(row.kinds) <= {kind for kinds in held for kind in kinds}


def test_every_card_is_for_a_row_of_the_source() -> None:
    """A card whose row nobody knows would be on no page of the map."""
    assert {card for row in ROWS for card in row.cards} == set(CARD_IDS)


@pytest.mark.parametrize("place", sorted({place for row in ROWS for place in row.seen}))
def test_every_place_that_is_named_is_there(place: str) -> None:
    """A page is a folder of the workspace and a part of it has its name in a template; a command can be typed."""
    if place.startswith("arrears "):
        assert place in commands()
        return
    page, _, part = place.partition("#")
    assert (WEB / page / "page.py").is_file()
    if part:
        templates = "".join(path.read_text(encoding="utf-8") for path in (WEB / page).glob("*.html"))
        assert re.search(rf'id="{part}(-name)?"', templates), f"no part of the page {page} is called {part}"

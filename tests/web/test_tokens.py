"""Colours: every text can be read on every ground it stands on, in light and in dark."""

from __future__ import annotations

import re

import pytest

from arrears.web.render import STATIC

SHEET = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
TEXT = [
    *(("ink", ground) for ground in ("ground", "surface", "sunken")),
    *(("ink-soft", ground) for ground in ("ground", "surface", "sunken")),
    *(("accent", ground) for ground in ("ground", "surface")),
    *(("accent-hover", ground) for ground in ("ground", "surface", "sunken")),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    *((state, f"{state}-ground") for state in ("allowed", "refused", "held", "told", "quiet")),
    *((state, "surface") for state in ("allowed", "refused", "held", "told", "quiet")),
    *(("ink", f"{state}-ground") for state in ("allowed", "refused", "held", "told", "quiet")),
]
EDGES = [
    ("line-strong", "surface"),
    ("line-strong", "ground"),
    ("focus", "surface"),
    ("focus", "ground"),
    ("allowed", "surface"),
]


def blocks() -> dict[str, dict[str, str]]:
    """Colour tokens of the light root, of the system's dark and of the reader's own dark."""
    found = re.findall(r"^(\s*):root([^{]*)\{([^}]*)\}", SHEET, re.MULTILINE)
    named = {}
    for _, selector, body in found:
        colours = dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})", body))
        if colours:
            named[
                {"": "light", ':not([data-theme="light"])': "system dark", '[data-theme="dark"]': "chosen dark"}[
                    selector.strip()
                ]
            ] = colours
    return named


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "system dark", "chosen dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_is_at_least_four_and_a_half_to_one(theme: str, text: str, ground: str) -> None:
    """WCAG 2.2 AA for text of any size."""
    colours = blocks()[theme]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "system dark", "chosen dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_the_edge_of_a_control_is_at_least_three_to_one(theme: str, edge: str, ground: str) -> None:
    """WCAG 2.2 AA for what a control is recognised by."""
    colours = blocks()[theme]
    assert contrast(colours[edge], colours[ground]) >= 3


def test_both_ways_to_dark_are_the_same_dark() -> None:
    """The system's choice and the reader's choice show the same colours, and every colour of light has its dark."""
    themes = blocks()
    assert themes["system dark"] == themes["chosen dark"]
    assert set(themes["light"]) == set(themes["chosen dark"])


def test_colours_are_stated_once() -> None:
    """No sheet but the tokens states a colour of its own."""
    for sheet in sorted((STATIC / "css").glob("*.css")):
        if sheet.name != "tokens.css":
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b", sheet.read_text(encoding="utf-8")), sheet.name

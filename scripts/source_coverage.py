"""
The page that says, for every row of the source, what kind of teaching it is, which cards it has and where it is seen.

Reads:  source_rows.toml beside this file, and the cards' own rows
Gives:  the page, and the rows for the tests
Never:  says that something is there which a row's own words do not name: tests hold each name to the code
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from arrears.playbook.cards import CARD_IDS, DATA

ROWS = Path(__file__).with_name("source_rows.toml")
CHAPTERS = {
    "T": "Way of working",
    "S": "Skills",
    "X": "Reasons for not paying",
    "C": "The call",
    "L": "Timing",
    "P": "People",
    "E": "Evidence",
    "R": "Red lines",
    "N": "Negotiation",
    "K": "Eight strategies",
}
_HEAD = """# What the source teaches, and where it is seen

The source is a Chinese manual for people who collect overdue loans. Each of its {rows} rows is lawful craft (`act`),
lawful only inside bounds (`limit`), or abuse that is refused, recognised and answered with the lawful way (`guard`).
No sentence of it is copied. A card is read with `arrears playbook show ID`; a place is a page of the workspace, after
`#` a part of it, or a command. {missing} rows say what is not there yet.
"""
_TABLE = "| row | teaches | kind | cards | seen | not yet |\n|---|---|---|---|---|---|\n"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the source."""

    id: str
    kinds: tuple[str, ...]
    teaches: str
    seen: tuple[str, ...]
    cards: tuple[str, ...]
    not_yet: str = ""


def read_rows() -> tuple[Row, ...]:
    """Every row in its order, with the cards that are for it."""
    cards: dict[str, list[str]] = {}
    for card_id in CARD_IDS:
        row = tomllib.loads((DATA / f"{card_id}.toml").read_text(encoding="utf-8"))["row"]
        cards.setdefault(row, []).append(card_id)
    return tuple(
        Row(
            id=row_id,
            kinds=tuple(body["kinds"]),
            teaches=body["teaches"],
            seen=tuple(body.get("seen", ())),
            cards=tuple(cards.get(row_id, ())),
            not_yet=body.get("not_yet", ""),
        )
        for row_id, body in tomllib.loads(ROWS.read_text(encoding="utf-8")).items()
    )


def coverage_page() -> str:
    """The page, chapter by chapter."""
    rows = read_rows()
    lines = [_HEAD.format(rows=len(rows), missing=sum(bool(row.not_yet) for row in rows))]
    for letter, name in CHAPTERS.items():
        lines.append(f"\n## {letter}. {name}\n\n{_TABLE}")
        lines += [_line(row) for row in rows if row.id[0] == letter]
    return "".join(lines)


def _line(row: Row) -> str:
    cards = ", ".join(f"`{card}`" for card in row.cards)
    seen = ", ".join(f"`{place}`" for place in row.seen)
    return f"| {row.id} | {row.teaches} | {', '.join(row.kinds)} | {cards} | {seen} | {row.not_yet} |\n"

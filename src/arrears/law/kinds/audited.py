"""
The kind for a paragraph that is judged over a whole history, by the rules in `law.audit`.

The file holds the words, the figures and the vocabularies; `law.audit` holds how they are applied. Its cases are
audit cases (`given`), one at least for each side named.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from arrears.law.kinds.answering import UNKNOWN, Given, Line, answered


@dataclass(frozen=True)
class Audited:
    """A paragraph the audit applies: `sides` are the answers on the two sides of its line."""

    sides: tuple[str, ...]
    figures: dict[str, Any] = field(default_factory=dict)
    """Numbers by name; the name says the unit."""
    lists: dict[str, Any] = field(default_factory=dict)
    """Vocabularies by name."""

    def __post_init__(self) -> None:
        if len(self.sides) < 2 or len(set(self.sides)) != len(self.sides):
            raise ValueError("sides are two different answers at least")

    def __hash__(self) -> int:
        return hash((self.sides, repr(self.figures), repr(self.lists)))

    def answer(self, given: Given) -> str:
        """The audit's answer to a case stated in full."""
        from arrears.law.audit.judge import answer

        # TOML has no null and an audit case may need one, so a case may be handed over as JSON text.
        case = json.loads(given["json"]) if "json" in given else given
        found = answer(case)["answer"]
        return UNKNOWN if found is None else str(found)

    def lines(self) -> tuple[Line, ...]:
        """A case must be seen on each side."""
        return tuple(answered(side) for side in self.sides)

    def stands_on(self, given: Given) -> Iterable[Line]:
        """The side on which a case with these facts stands."""
        return (answered(self.answer(given)),)

    def said(self, lang: str) -> list[tuple[str, str]]:
        """What the encoding says, as (zh, en) pairs."""
        zh = "按往来记录整体判断；可能的结论：" + "、".join(self.sides) + "。"
        en = "judged over the whole history; the answers are " + ", ".join(self.sides) + "."
        said = [(zh, en)]
        for name, value in self.figures.items():
            if isinstance(value, int):
                said.append((f"{name} = {value}。", f"{name.replace('_', ' ')}: {value}."))
        for name, words in self.lists.items():
            listed = ", ".join(map(str, words))
            said.append((f"{name}：{listed}。", f"{name.replace('_', ' ')}: {listed}."))
        return said

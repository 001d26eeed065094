"""
The kind for a paragraph that is judged over a whole history, by the rules in `law.audit`.

The file holds the words, the figures and the vocabularies; `law.audit` holds how they are applied. Its cases are
audit cases (`given`), one at least for each side named.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Audited:
    """A paragraph the audit applies: `sides` are the answers on the two sides of its line."""

    sides: tuple[str, ...]
    figures: dict[str, Any] = field(default_factory=dict)
    """Numbers by name; the last word of a name is its unit."""
    lists: dict[str, Any] = field(default_factory=dict)
    """Vocabularies by name."""

    def __post_init__(self) -> None:
        if len(self.sides) < 2 or len(set(self.sides)) != len(self.sides):
            raise ValueError("sides are two different answers at least")

    def __hash__(self) -> int:
        return hash((self.sides, repr(self.figures), repr(self.lists)))

    def answers(self) -> tuple[str, ...]:
        """The answers that a case must be seen to give."""
        return self.sides

    def answer(self, given: dict[str, Any]) -> str | None:
        """The audit's answer to a case stated in full."""
        from arrears.law.audit.judge import answer

        found = answer(given)["answer"]
        return None if found is None else str(found)

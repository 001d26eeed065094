"""
A fact is what evidence records: something that happened, said once, in canonical form.

Stages return facts; the edge (`daytime.py`) appends them in the transaction that makes them true.
A fact carries ids and reasons, never a name, a number or a text about a person: those stay in the store,
where they can be erased, and the fact carries a salted commitment to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

import rfc8785

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True)
class Fact:
    """`kind` is a snake_case past tense ("attempt_permitted"); `at` carries an offset."""

    kind: str
    at: datetime
    body: Mapping[str, Json] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError(f"fact {self.kind}: `at` has no offset; give an aware datetime")

    def canonical(self) -> bytes:
        """The bytes that are hashed: JSON by RFC 8785, so every reader computes the same hash."""
        return rfc8785.dumps({"at": self.at.isoformat(), "body": dict(self.body), "kind": self.kind})

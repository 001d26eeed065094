"""
What a text says, as features: pieces of its words, and the concepts of the lexicon with their order and their clause.

Reads:  a normalised text and the lexicon of its language
Gives:  windows (the whole text first, then runs of clauses of a long one), each with the keys of its features
Never:  knows a card or a right. A concept alone, two in one clause in their order ("he" before "owes me"), and two
        anywhere in the window are different features, so that who is ill, and now or then, can be told apart.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from itertools import pairwise

from arrears.playbook.match.load import Lexicon

WORDS, ORDERED, TOGETHER = 0, 1, 2
BLOCKS = 3
"""Families of features: pieces of words; concepts and their order within a clause; concepts in one window."""

_UNITS = re.compile(r"[a-z0-9']+|[^\s,.]")
_WORDS = re.compile(r"[a-z0-9']+")
_CLAUSE = re.compile(r"[^,.]+")
_RUN = 14
_LONG = {"zh": 26, "en": 90}
"""A longer clause, in characters, is cut into overlapping halves: speech comes without punctuation."""


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a text and the keys of its features, by family."""

    keys: tuple[frozenset[int], ...]


def windows_of(text: str, lexicon: Lexicon) -> list[Window]:
    """The whole text, then every run of one and of two clauses where it has more than two."""
    clauses = _clauses(text, _LONG[lexicon.language])
    found = [
        [(at.start(), name) for name, pattern in lexicon.concepts for at in pattern.finditer(text[start:end])]
        for start, end in clauses
    ]
    for each in found:
        each.sort()
    names = [[name for _, name in each] for each in found]
    pieces = [_pieces(text[start:end], lexicon.language) for start, end in clauses]
    ordered = [_ordered(each) for each in names]
    parts: list[range] = [range(len(clauses))]
    if len(clauses) > 1:
        parts += [range(at, at + 1) for at in range(len(clauses))]
    if len(clauses) > 2:
        parts += [range(at, at + 2) for at in range(len(clauses) - 1)]
    parts = parts[: 1 + 3 * _RUN]
    return [
        Window(
            (
                frozenset().union(*(pieces[at] for at in part)),
                frozenset().union(*(ordered[at] for at in part)),
                _together([names[at] for at in part]),
            )
        )
        for part in parts
    ]


def _clauses(text: str, long: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for clause in _CLAUSE.finditer(text):
        start, end = clause.span()
        if end - start <= long:
            spans.append((start, end))
            continue
        step = long // 2
        for at in range(start, max(end - step, start + 1), step):
            spans.append((at, min(at + long, end)))
    return spans or [(0, len(text))]


def _key(family: str, piece: str) -> int:
    return zlib.crc32(f"{family}{piece}".encode())


def _pieces(clause: str, language: str) -> frozenset[int]:
    keys: set[int] = set()
    if language == "zh":
        units = _UNITS.findall(clause)
        for size in (1, 2, 3, 4):
            keys.update(_key("g", "".join(units[at : at + size])) for at in range(len(units) - size + 1))
        return frozenset(keys)
    words = _WORDS.findall(clause)
    keys.update(_key("w", word) for word in words)
    keys.update(_key("b", f"{one} {two}") for one, two in pairwise(words))
    keys.update(_key("t", f"{words[at]} {words[at + 1]} {words[at + 2]}") for at in range(len(words) - 2))
    for word in words:
        padded = f"_{word}_"
        for size in (4, 5):
            keys.update(_key("c", padded[at : at + size]) for at in range(len(padded) - size + 1))
    return frozenset(keys)


def _ordered(names: list[str]) -> frozenset[int]:
    keys = {_key("o", name) for name in names}
    for at, first in enumerate(names):
        keys.update(_key("p", f"{first}>{second}") for second in names[at + 1 : at + 7])
    return frozenset(keys)


def _together(names: list[list[str]]) -> frozenset[int]:
    held = sorted({name for each in names for name in each})
    keys = {_key("a", name) for name in held}
    keys.update(_key("x", f"{one}+{two}") for at, one in enumerate(held) for two in held[at + 1 :])
    return frozenset(keys)

"""
Which ideas a text speaks of: hits of the word groups in `data/zh_words.toml` and `data/en_words.toml`.

Reads normalised text. Gives (group, start, end) for every word found. Words of one group inside one another are one
hit, the longest. Knows nothing of who speaks or whether the idea is denied.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from arrears.conduct import load
from arrears.conduct.table import Language


class Hit(NamedTuple):
    """`text[start:end]` belongs to the idea `group`."""

    group: str
    start: int
    end: int


class _Word(NamedTuple):
    text: str
    groups: tuple[str, ...]
    open_end: bool


@cache
def groups(language: Language) -> tuple[str, ...]:
    """The names of the groups, in the order of the file."""
    return tuple(load.table(f"{language}_words")["groups"])


@cache
def _index(language: Language) -> dict[str, list[_Word]]:
    """First characters to the words that begin so, the longest first."""
    members: dict[str, list[str]] = {}
    for group, written in load.table(f"{language}_words")["groups"].items():
        words = written.split() if language == "zh" else [word.strip() for word in written.split(",")]
        for word in words:
            members.setdefault(word, []).append(group)
    index: dict[str, list[_Word]] = {}
    for word, names in members.items():
        plain = word.rstrip("*")
        key = plain[0] if language == "zh" else plain[:2]
        index.setdefault(key, []).append(_Word(plain, tuple(dict.fromkeys(names)), word.endswith("*")))
    for entries in index.values():
        entries.sort(key=lambda entry: -len(entry.text))
    return index


def hits(text: str, language: Language) -> list[Hit]:
    """Every hit, in order of place."""
    return _chinese(text) if language == "zh" else _english(text)


def _chinese(text: str) -> list[Hit]:
    index = _index("zh")
    found: list[Hit] = []
    until: dict[str, int] = {}
    for start, letter in enumerate(text):
        entries = index.get(letter)
        if entries is None:
            continue
        for entry in entries:
            if text.startswith(entry.text, start):
                end = start + len(entry.text)
                for group in entry.groups:
                    if until.get(group, 0) < end:
                        until[group] = end
                        found.append(Hit(group, start, end))
    return found


def _english(text: str) -> list[Hit]:
    index = _index("en")
    found: list[Hit] = []
    until: dict[str, int] = {}
    size = len(text)
    previous = " "
    for start, letter in enumerate(text):
        if previous.isalnum() or letter == " ":
            previous = letter
            continue
        previous = letter
        entries = index.get(text[start : start + 2])
        if entries is None:
            continue
        for entry in entries:
            if not text.startswith(entry.text, start):
                continue
            end = start + len(entry.text)
            if entry.open_end:
                while end < size and text[end].isalpha():
                    end += 1
            elif end < size and text[end].isalnum() and entry.text[-1].isalnum():
                continue
            for group in entry.groups:
                if until.get(group, 0) < end:
                    until[group] = end
                    found.append(Hit(group, start, end))
    return found

"""
Plain words out of evasive ones, with the way back.

Gives a Normal: the text as the reader wants it (simplified, half-width, lower case, emoji and regional characters as
words, split or spelled-out words joined again), and for every character the place in the original that it came from,
so that a finding can quote the original exactly.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from arrears.conduct import load
from arrears.conduct.table import Language

LONGEST = 6000
"""Characters of one turn that are read. A longer turn is read at its beginning and its end."""
_HAN = "㐀-鿿"
_LIGHT_SIGNS = r"[\s.*_\-·/\\+~|^#=•]"
_SPELLED = re.compile(r"(?<![a-z])(?:[a-z][ .*_\-]){3,}[a-z](?![a-z'])")
_LATIN = re.compile(r"[a-z]")


@dataclass(frozen=True, slots=True)
class Normal:
    """`text[k]` came from `original[at[k]]`."""

    original: str
    text: str
    at: tuple[int, ...]
    evasions: tuple[str, ...] = ()
    """Words that had been hidden, as they read now."""

    def quote(self, start: int, end: int) -> str:
        """The verbatim part of the original behind `text[start:end]`."""
        if start >= end:
            return ""
        return self.original[self.at[start] : self.at[end - 1] + 1]


def normalise(original: str, language: Language) -> Normal:
    """The readable form of one turn."""
    draft = _Draft(*_characters(original, language))
    if language == "zh":
        draft.replace(_written("zh"), lambda found: _phrases("zh")[found])
        draft.join_hidden()
    else:
        draft.replace(_SPELLED, lambda found: re.sub(r"[ .*_\-]", "", found), note=True)
        draft.replace(_written("en"), lambda found: _phrases("en")[found])
    return Normal(original, draft.text, tuple(draft.at), tuple(draft.hidden))


@cache
def _one(character: str, language: Language) -> str:
    """What a single character reads as; empty where it is not to be read at all."""
    emoji = load.table("normalise")["emoji"].get(character)
    if emoji is not None:
        return str(emoji[0 if language == "zh" else 1])
    if character in "\n\r\t\u2028\u2029":
        return "\n" if character != "\t" else " "
    kind = unicodedata.category(character)
    if kind in ("Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Me"):
        return ""
    if character in "’‘ʼ":
        return "'"
    plain = unicodedata.normalize("NFKC", character).lower()
    if language == "zh" and len(plain) == 1:
        letters = load.table("normalise")["letters"]
        plain = letters.get(plain, plain)
        plain = load.simplified(plain)
        return str(letters.get(plain, plain))
    return "".join(mark for mark in unicodedata.normalize("NFKD", plain) if unicodedata.category(mark) != "Mn")


def _characters(original: str, language: Language) -> tuple[str, list[int]]:
    out: list[str] = []
    at: list[int] = []
    size = len(original)
    places = range(size) if size <= LONGEST else [*range(LONGEST * 2 // 3), *range(size - LONGEST // 3, size)]
    for place in places:
        read = _one(original[place], language)
        for mark in read:
            out.append(mark)
            at.append(place)
    return "".join(out), at


class _Draft:
    """Text under change with the place of every character."""

    def __init__(self, text: str, at: list[int]) -> None:
        self.text = text
        self.at = at
        self.hidden: list[str] = []

    def replace(self, pattern: re.Pattern[str], becomes: Callable[[str], str], note: bool = False) -> None:
        """Every match becomes `becomes(match)`; new characters stand where the old ones stood."""
        parts: list[str] = []
        at: list[int] = []
        last = 0
        for match in pattern.finditer(self.text):
            new = becomes(match.group())
            start, end = match.span()
            if new == self.text[start:end]:
                continue
            parts += [self.text[last:start], new]
            at += self.at[last:start]
            # The first new character takes the first old place and the last the last, so that a quote spans the whole.
            at += [self.at[min(start + k, end - 1)] for k in range(len(new) - 1)] + [self.at[end - 1]] * bool(new)
            last = end
            if note:
                self.hidden.append(new)
        if last:
            self.text = "".join([*parts, self.text[last:]])
            self.at = at + self.at[last:]

    def join_hidden(self) -> None:
        """Words of [phrases] that are split by signs or partly in pinyin."""
        latin = _LATIN.search(self.text) is not None
        if latin:
            self.replace(_pinyin(), lambda found: _pinyin_words().get(_squeezed(found), found), note=True)
        self.replace(_split(), lambda found: re.sub(_LIGHT_SIGNS, "", found), note=True)


def _squeezed(found: str) -> str:
    return re.sub(_LIGHT_SIGNS, "", found)


@cache
def _phrases(language: Language) -> dict[str, str]:
    return dict(load.table("normalise")["written"][language])


@cache
def _written(language: Language) -> re.Pattern[str]:
    words = sorted(_phrases(language), key=len, reverse=True)
    if language == "zh":
        # A Latin abbreviation is read only where no Latin letter stands beside it.
        parts = [rf"(?<![a-z]){re.escape(word)}(?![a-z])" if _LATIN.search(word) else re.escape(word) for word in words]
        return re.compile("|".join(parts))
    return re.compile(r"(?<![\w$@!*'])(?:" + "|".join(map(re.escape, words)) + r")(?![\w$@!*'])")


@cache
def _split() -> re.Pattern[str]:
    """A hidden word with at least one light sign between its characters."""
    words = sorted((word for word in load.table("normalise")["phrases"] if len(word) > 1), key=len, reverse=True)
    parts = []
    for word in words:
        gap = rf"{_LIGHT_SIGNS}{{0,3}}"
        parts.append(gap.join(map(re.escape, word)))
    return re.compile("|".join(parts))


@cache
def _pinyin_words() -> dict[str, str]:
    """Squeezed spelling to word, for every mix of characters and syllables with at least one syllable."""
    found: dict[str, str] = {}
    for word, sound in load.table("normalise")["phrases"].items():
        syllables = sound.split()
        if len(syllables) != len(word):
            continue
        mixes = [""]
        for letter, syllable in zip(word, syllables, strict=True):
            mixes = [mix + choice for mix in mixes for choice in (letter, syllable)]
        for mix in mixes:
            if _LATIN.search(mix) and (len(mix) > 3 or not mix.isascii()):
                found.setdefault(mix, word)
    return found


@cache
def _pinyin() -> re.Pattern[str]:
    parts = []
    for word, sound in sorted(load.table("normalise")["phrases"].items(), key=lambda pair: -len(pair[0])):
        syllables = sound.split()
        if len(syllables) != len(word) or len(word) < 2:
            continue
        gap = rf"{_LIGHT_SIGNS}{{0,2}}"
        parts.append(gap.join(f"(?:{re.escape(a)}|{b})" for a, b in zip(word, syllables, strict=True)))
    return re.compile(r"(?<![a-z])(?=[^。！？]{0,12}[a-z])(?:" + "|".join(parts) + r")(?![a-z])")

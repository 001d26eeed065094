"""
Text as a person sees it: without the characters that nobody sees, and with one kind of space.

Two ids that look alike must be alike, or a request to stop that carries the one never meets the loan that carries the
other; and a name must not turn round the line it stands in.
"""

from __future__ import annotations

import re
import unicodedata

INVISIBLE: tuple[tuple[int, int], ...] = (
    (0x00AD, 0x00AD),  # soft hyphen
    (0x034F, 0x034F),  # combining grapheme joiner
    (0x061C, 0x061C),  # Arabic letter mark
    (0x115F, 0x1160),  # Hangul fillers
    (0x17B4, 0x17B5),  # Khmer inherent vowels
    (0x180B, 0x180F),  # Mongolian selectors and vowel separator
    (0x200B, 0x200F),  # zero-width space, joiners, direction marks
    (0x202A, 0x202E),  # direction embeddings and overrides
    (0x2060, 0x206F),  # word joiner, invisible operators, direction isolates
    (0x3164, 0x3164),  # Hangul filler
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFEFF, 0xFEFF),  # byte-order mark
    (0xFFA0, 0xFFA0),  # half-width Hangul filler
    (0xFFF9, 0xFFFB),  # interlinear annotation
    (0xE0000, 0xE01EF),  # tags and more variation selectors
)
"""Ranges of characters that change nothing a reader sees, or change it behind their back. They are taken out."""

SPACES: tuple[tuple[int, int], ...] = (
    (0x0009, 0x000D),
    (0x0020, 0x0020),
    (0x0085, 0x0085),
    (0x00A0, 0x00A0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
)
"""Ranges of characters that are a space or a line end: each becomes one plain space, and none stands at an end."""

_DROPPED = {point: None for first, last in INVISIBLE for point in range(first, last + 1)}
_SPACED = {point: " " for first, last in SPACES for point in range(first, last + 1)}
_TABLE: dict[int, str | None] = {**_DROPPED, **_SPACED}
_WHOLE = re.compile(r"([0-9]+)\.0+")


def class_of(ranges: tuple[tuple[int, int], ...]) -> str:
    """The ranges as a character class of RE2, the expressions DuckDB reads."""
    return "[" + "".join(rf"\x{{{first:X}}}-\x{{{last:X}}}" for first, last in ranges) + "]"


def cleaned(text: str) -> str:
    """The text without invisible characters, each space a plain one, none at its ends."""
    return text.translate(_TABLE).strip(" ")


def cleaned_id(text: str) -> str:
    """An id, cleaned, without the ".0" that a spreadsheet's or a data frame's whole numbers end in."""
    text = cleaned(text)
    whole = _WHOLE.fullmatch(text)
    return whole.group(1) if whole else text


def is_garbled(text: str) -> bool:
    """
    Whether the text holds a character that no text has: a control character, private use, the mark of something lost,
    or one that is not assigned. So does a file that was read in the wrong encoding, or damaged on its way.
    """
    return any(letter == "\ufffd" or _is_no_text(letter) for letter in text)


def _is_no_text(letter: str) -> bool:
    # Chinese characters of the second and third plane are newer than the tables of some versions of Python.
    return unicodedata.category(letter) in ("Cc", "Cn", "Co", "Cs") and not 0x20000 <= ord(letter) <= 0x3FFFD


def narrow(text: str) -> str:
    """Full-width letters, digits and marks as narrow ones: "２０２５：０７" to "2025:07"."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)

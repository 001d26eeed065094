"""
Text of others as it may be shown: what would steer a terminal or turn a line round is written out instead.

Comes in: text of a book, a file or a form. Goes out: the same text, each control character and each control of
writing direction (U+202E turns the rest of a line round) as its number: `\\u202e`. Never: changes any other letter.
"""

from __future__ import annotations

import re

_CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
_HALF_PAIRS = "\ud800-\udfff"
_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_STEERS = re.compile(f"[{_CONTROLS}{_DIRECTION}{_HALF_PAIRS}]")
_STEERS_BUT_RETURN = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_DIRECTION}{_HALF_PAIRS}]")


def shown(text: str, *, keep_return: bool = False) -> str:
    """The text with what steers written out. Line feeds and tabs stay, and carriage returns where a page holds them."""
    return (_STEERS_BUT_RETURN if keep_return else _STEERS).sub(_written_out, text)


def letters_of(text: str) -> str:
    """The text without what steers: for a mask, which shows a first letter and never a control."""
    return _STEERS.sub("", text)


def _written_out(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"

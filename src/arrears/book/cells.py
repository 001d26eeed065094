"""
One cell of somebody's file, shown to a person: shortened, masked, and harmless in a spreadsheet.

A cell that begins with = + - @ (or a tab or carriage return before it) is a formula to Excel, LibreOffice and WPS, and
runs when the file is opened. Books keep such text as it came, since it may be true; whatever leaves a book for a
spreadsheet goes through `neutral`.
"""

from __future__ import annotations

import re

FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[+-]?[0-9][0-9,]*(\.[0-9]+)?%?")
SHOWN = 48


def neutral(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would run it. Plain numbers stay as they are."""
    if text.startswith(FORMULA_START) and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def shortened(text: str) -> str:
    """At most SHOWN characters, with an ellipsis where more was there."""
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def masked(text: str) -> str:
    """
    Enough to recognise the shape and not the person: the first character of a word, the ends of a long number.
    "李示例" to "李＊＊", "15400001234" to "154＊＊＊＊＊＊34", "a.b@example.invalid" to "a＊＊@example.invalid".
    """
    name, at, host = text.partition("@")
    if at and name:
        return f"{name[0]}＊＊@{shortened(host)}"
    if re.fullmatch(r"[0-9Xx +()-]{7,}", text):
        return f"{text[:3]}{'＊' * (len(text) - 5)}{text[-2:]}"
    return text[:1] + "＊" * min(len(text) - 1, 8)

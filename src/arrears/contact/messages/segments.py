"""
How many parts a text message is sent in: GSM 03.38 has 160 characters in one and 153 in each of several; a text with
any other character is sent as UCS-2, with 70 and 67.

Reads:  a text. Gives: how many. Never: shortens anything.
"""

from __future__ import annotations

import math

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€")
"""Sent with an escape before them: two characters."""


def segments(text: str) -> int:
    """Parts a text is sent in; 0 for an empty one."""
    if all(letter in _BASIC or letter in _EXTENDED for letter in text):
        length = sum(2 if letter in _EXTENDED else 1 for letter in text)
        single, each = 160, 153
    else:
        length = len(text.encode("utf-16-be")) // 2
        single, each = 70, 67
    if length <= single:
        return 1 if length else 0
    return math.ceil(length / each)

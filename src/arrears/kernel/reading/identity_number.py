"""
An identity number.

Taken      a Chinese number of 18 characters in capitals and without spaces; every other number as it is written, since
           other papers have other forms. Whether the check character fits is told apart (`fits_its_check`): where it
           does not, somebody mistyped, which is worth a warning and does not make the loan another one.
Refused    a number in exponent form, and an 18-digit one that ends in 000 with a wrong check character: a spreadsheet
           keeps 15 digits, so it names nobody, or somebody else.
"""

from __future__ import annotations

import re

from arrears.kernel.reading.text import cleaned_id, narrow
from arrears.kernel.reading.unreadable import Unreadable

_CHINESE = re.compile(r"[0-9]{17}[0-9Xx]")
_SPACED = re.compile(r"[0-9]{6}[ -]?[0-9]{8}[ -]?[0-9]{3}[0-9Xx]")
EXPONENT = re.compile(r"[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def read_identity_number(text: str) -> str:
    """The number, written as the law of its country writes it."""
    plain = narrow(cleaned_id(text))
    if EXPONENT.fullmatch(plain):
        raise Unreadable("digits_lost", "the number is in exponent form")
    if _SPACED.fullmatch(plain):
        plain = re.sub("[ -]", "", plain)
    if not _CHINESE.fullmatch(plain):
        return plain
    plain = plain.upper()
    if plain.endswith("000") and not fits_its_check(plain):
        raise Unreadable("digits_lost", "the last three digits were set to zero")
    return plain


def fits_its_check(number: str) -> bool:
    """False for a number of Chinese form whose last character does not belong to the other seventeen."""
    return not _CHINESE.fullmatch(number) or check_character(number[:17]) == number[17].upper()


def check_character(seventeen: str) -> str:
    """The 18th character of a Chinese identity number (GB 11643, ISO 7064 MOD 11-2)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(seventeen, _WEIGHTS, strict=True)) % 11]

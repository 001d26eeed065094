"""
The one form of a number or address by which attempts are counted, so that no cap is passed by writing it another way.

Reads:  a contact point's channel (phone | email | address), its value as the lender wrote it, the owner's country
Gives:  the form that history and act both carry
Never:  checks that the number exists
"""

from __future__ import annotations

import re
import unicodedata

from arrears.kernel.number import number_key

_SPACES = re.compile(r"\s+")


def number_as_counted(channel: str, value: str, country: str | None = "CN") -> str:
    """
    "+86 199-0000-0001", "0086 19900000001" and "19900000001" are one number; "A@B.c" and "a@b.c" one address.

    A text of a phone that has no digits (a mask, a word) stays as it is. `country`: see kernel.number.number_key.
    """
    if channel == "phone":
        return number_key(value, country)
    value = _SPACES.sub(" ", unicodedata.normalize("NFKC", value)).strip()
    return value.lower() if channel == "email" else value

"""
The one form of a number or address by which attempts are counted, so that no cap is passed by writing it another way.

Reads:  a contact point's channel (phone | email | address) and its value as the lender wrote it
Gives:  the form that history and act both carry
Never:  checks that the number exists
"""

from __future__ import annotations

import re

_NOT_DIGITS = re.compile(r"\D+")
_SPACES = re.compile(r"\s+")
_CHINA = "86"
_MOBILE_DIGITS = 11


def number_as_counted(channel: str, value: str) -> str:
    """
    "+86 199-0000-0001", "0086 19900000001" and "19900000001" are one number; "A@B.c" and "a@b.c" one address.

    A text of a phone that has no digits (a mask, a word) stays as it is.
    """
    value = value.strip()
    if channel == "email":
        return value.lower()
    if channel != "phone":
        return _SPACES.sub(" ", value)
    digits = _NOT_DIGITS.sub("", value)
    if not digits:
        return value
    international = value.startswith("+")
    while True:
        mobile_with_code = len(digits) == len(_CHINA) + _MOBILE_DIGITS and digits.startswith(_CHINA + "1")
        if digits.startswith("00"):
            digits, international = digits[2:], True
        elif mobile_with_code or (international and digits.startswith(_CHINA)):
            digits, international = digits[len(_CHINA) :], False
        else:
            break
    if not digits:
        return value
    return f"+{digits}" if international else digits

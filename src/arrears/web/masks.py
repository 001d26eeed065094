"""
What of a person's data a page shows before anybody asked to see more.

Comes in: a name, a number, an address as it is kept. Goes out: enough to tell two records apart, too little to
reach or recognise anybody. A mask never shows more than half of what it hides.
"""

from __future__ import annotations

import phonenumbers

from arrears.kernel.shown import letters_of

DOT = "*"


def masked_name(name: str) -> str:
    """王小明 to 王**, "Lin Weber" to "L** W**": the family name of a Chinese name alone, else initials."""
    name = letters_of(name).strip()
    if not name:
        return DOT * 2
    if any("㐀" <= letter <= "鿿" for letter in name):
        return name[0] + DOT * max(1, min(len(name) - 1, 3))
    return " ".join(part[0] + DOT * 2 for part in name.split()[:3])


def masked_number(number: str) -> str:
    """19900001234 and +8619900001234 to 199****1234 (the last four), shorter numbers to their last two."""
    kept = "".join(letter for letter in _at_home(number) if letter.isalnum())
    if len(kept) < 8:
        return DOT * 4 + kept[-2:] if len(kept) > 3 else DOT * 4
    return f"{kept[:3]}{DOT * 4}{kept[-4:]}" if len(kept) >= 11 else f"{DOT * 4}{kept[-4:]}"


def _at_home(number: str) -> str:
    """A number as it is counted (E.164), without the code of its country; any other as it is."""
    try:
        return str(phonenumbers.parse(number).national_number) if number.startswith("+") else number
    except phonenumbers.NumberParseException:
        return number


def masked_id(number: str) -> str:
    """An identity number to its last two characters."""
    return DOT * 4 + number.strip()[-2:] if len(number.strip()) > 6 else DOT * 4


def masked_email(address: str) -> str:
    """lin@example.test to l**@example.test: the provider alone is no secret."""
    head, at, host = address.partition("@")
    return f"{head[:1]}{DOT * 2}{at}{host}" if at else DOT * 4


def masked_address(address: str) -> str:
    """The first part only: a province or city in Chinese, the last comma part otherwise."""
    text = address.strip()
    if any("㐀" <= letter <= "鿿" for letter in text):
        for end in ("省", "自治区", "市"):
            if 0 < (place := text.find(end)) < 8:
                return text[: place + len(end)] + DOT * 4
        return text[:2] + DOT * 4
    *_, last = text.split(",")
    return f"{DOT * 4}, {last.strip()}" if "," in text else DOT * 4


def masked_point(channel: str, value: str) -> str:
    """A contact point by its kind: phone, email or address."""
    if channel == "email":
        return masked_email(value)
    if channel == "address":
        return masked_address(value)
    return masked_number(value)


def masked_account(account_id: str) -> str:
    """A0000002495 to …2495: the last four, of a longer number."""
    return f"…{account_id[-4:]}" if len(account_id) > 6 else account_id

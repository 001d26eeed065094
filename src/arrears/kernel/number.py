"""
One form for one telephone number, however it is written: the key by which attempts are counted.

Reads:  a number as a lender, a dialler or a person wrote it, and the country it is dialled from
Gives:  its key: E.164 without extension ("+8619900000011"), or its digits where it is no number of any country
Never:  says that the number exists or may be dialled; reads a book or a clock
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from babel.core import get_global

_SPACES = re.compile(r"\s+")
KINDS = {
    "call": "phone",
    "ai_call": "phone",
    "sms": "phone",
    "email": "email",
    "letter": "address",
    "visit": "address",
}
"""What a channel reaches: the kind of contact point behind it."""
_EXTENSION = re.compile(
    r"(?:转接?|分机号?|内线|(?<![a-z])(?:ext(?:ension)?|extn|x)\.?|#|;ext=)[\s:.]*\d{1,8}\s*$", re.IGNORECASE
)
_CHINESE_EXTENSION = re.compile(r"^(\D*0\d{2,3}\D+\d{7,8})\D+\d{1,6}$")
"""A landline with its area and a third group: 010-62345678-801."""
_CHINESE_MOBILE_EXTENSION = re.compile(r"^((?:(?:\+|00)?[\s.-]*86[\s.-]*)?1[3-9](?:[\s.-]?\d){9})[\s.-]+\d{1,6}$")
"""A mobile and a group after it, which no mobile has: 199-0000-0009-3."""
_PLAIN = re.compile(r"\+(?:86(?=1[3-9]\d{9}$)|1(?=[2-9]\d{9}$))\d+")
_CHINESE_MOBILE = re.compile(r"1[3-9]\d{9}")


def country_of_zone(time_zone: str | None) -> str | None:
    """The country ("CN") of an IANA zone, of the first of several joined by "|"; null where the name tells none."""
    if not time_zone:
        return None
    found = get_global("zone_territories").get(time_zone.split("|")[0])
    return str(found) if found and found != "001" else None


def point_key(kind: str, value: str, country: str | None = "CN") -> str:
    """
    The key of a contact point of any kind: of a phone its `number_key`; an e-mail address in narrow lower-case letters;
    a street address with single spaces. The key of a key is itself.
    """
    if kind == "phone":
        return number_key(value, country)
    text = _SPACES.sub(" ", unicodedata.normalize("NFKC", value)).strip()
    return text.lower() if kind == "email" else text


def country_of_currency(currency: str | None) -> str | None:
    """The country whose money it is ("CNY": "CN"); null for money of several countries, or of none."""
    country = (currency or "")[:2]
    return country if country in phonenumbers.SUPPORTED_REGIONS else None


@lru_cache(maxsize=262_144)
def number_key(value: str, country: str | None = "CN") -> str:
    """
    The one key of a number: "010-88888888", "+86 (0)10 8888 8888" and "０１０８８８８８８８８ 转 12" have the same.

    `country` is the one whose domestic form an unmarked number has (ISO 3166, two letters); null where it is not
    known, and then only numbers with a country code are brought together across forms. A text without any digit
    comes back as it is, trimmed. The key of a key is itself. Numbering plans: ITU-T E.164, as kept by libphonenumber.
    """
    text = unicodedata.normalize("NFKC", value)
    text = "".join(character for character in text if unicodedata.category(character) != "Cf").strip()
    if _PLAIN.fullmatch(text):
        return text
    if country == "CN" and _CHINESE_MOBILE.fullmatch(text):
        return "+86" + text
    text = _EXTENSION.sub("", text)
    if country == "CN" and (found := _CHINESE_EXTENSION.match(text) or _CHINESE_MOBILE_EXTENSION.match(text)):
        text = found[1]
    digits = "".join(character for character in text if character in "0123456789")
    if not digits:
        return text
    international = text.lstrip(" (").startswith("+")
    readings = _readings(digits, international, country)
    for reading in readings:
        if (parsed := _parsed(reading, country)) is not None and phonenumbers.is_valid_number(parsed):
            return _e164(parsed)
    for reading in readings:
        if (parsed := _parsed(reading, country)) is not None and phonenumbers.is_possible_number(parsed):
            return _e164(parsed)
    return f"+{digits}" if international else digits


def _readings(digits: str, international: bool, country: str | None) -> list[str]:
    """How the digits may be meant, the likeliest first."""
    bare = digits.lstrip("0")
    code = str(phonenumbers.country_code_for_region(country)) if country else ""
    if international or digits.startswith("00"):
        found = [f"+{bare}"]
    elif country == "US" and digits.startswith("011"):
        found = [f"+{digits[3:]}"]
    else:
        found = [digits]
    for prefix in (f"{code}{code}", code):
        # The country's code written twice; or with no mark of what it is (8619900000011).
        if code and bare.startswith(prefix):
            found.append(f"+{code}{bare[len(prefix) :]}")
    if country and not international:
        # Zeros that mean nothing: 0019900000011.
        found.append(bare)
    return found


def _parsed(reading: str, country: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(reading, country)
    except phonenumbers.NumberParseException:
        return None


def _e164(parsed: phonenumbers.PhoneNumber) -> str:
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))

"""
An amount of money: whole cents, exactly, and the currency that its sign or word says.

Taken      digits with at most the decimals of the unit, commas between thousands, a minus before or behind the sign,
           signs and words of currencies before or behind (¥ US$ HKD 元 人民币 …), full-width forms.
Refused    more decimals, exponents unless the sender is said to write exact ones, thousands by anything else, 万,
           parentheses, anything left over. A sign is never just dropped: what it may mean is told with the amount.
"""

from __future__ import annotations

import re
from decimal import Decimal

from arrears.kernel.reading.text import cleaned, narrow
from arrears.kernel.reading.unreadable import Unreadable

DECIMALS = {"units": 2, "cents": 0, "wan": 6}
"""Decimals of an amount in each unit: yuan (or any unit of a currency), cents, ten thousands."""
LARGEST = 9_000_000_000_000_000_000

_DOLLARS = "USD AUD CAD HKD MXN NZD SGD TWD MOP"
_MEANINGS: dict[str, str] = {
    "¥": "CNY JPY",
    "$": _DOLLARS,
    "€": "EUR",
    "£": "GBP EGP",
    "₹": "INR",
    "₽": "RUB",
    "₺": "TRY",
    "₴": "UAH",
    "₦": "NGN",
    "₱": "PHP",
    "฿": "THB",
    "₩": "KRW",
    "₫": "VND",
    "US$": "USD",
    "U$": "USD",
    "HK$": "HKD",
    "NT$": "TWD",
    "A$": "AUD",
    "AU$": "AUD",
    "C$": "CAD",
    "CA$": "CAD",
    "S$": "SGD",
    "NZ$": "NZD",
    "MX$": "MXN",
    "R$": "BRL",
    "MOP$": "MOP",
    "CN¥": "CNY",
    "JP¥": "JPY",
    "RMB": "CNY",
    "RMB¥": "CNY",
    "CNH": "CNY",
    "NTD": "TWD",
    "RM": "MYR",
    "RS": "INR PKR LKR",
    "RS.": "INR PKR LKR",
    "KSH": "KES",
    "FR": "CHF",
    "FR.": "CHF",
    "SFR": "CHF",
    "KČ": "CZK",
    "FT": "HUF",
    "ZŁ": "PLN",
    "LEI": "RON",
    "KR": "SEK NOK DKK",
    "R": "ZAR",
    "元": "CNY TWD HKD MOP",
    "元整": "CNY TWD HKD MOP",
    "圆": "CNY",
    "圓": "TWD HKD",
    "块": "CNY",
    "人民币": "CNY",
    "人民幣": "CNY",
    "美元": "USD",
    "美金": "USD",
    "港元": "HKD",
    "港币": "HKD",
    "港幣": "HKD",
    "新台币": "TWD",
    "新臺幣": "TWD",
    "新台幣": "TWD",
    "台币": "TWD",
    "臺幣": "TWD",
    "台幣": "TWD",
    "澳门元": "MOP",
    "澳門元": "MOP",
    "澳门币": "MOP",
    "欧元": "EUR",
    "歐元": "EUR",
    "英镑": "GBP",
    "英鎊": "GBP",
    "日元": "JPY",
    "日圆": "JPY",
    "日圓": "JPY",
    "円": "JPY",
    "韩元": "KRW",
    "韓元": "KRW",
    "澳元": "AUD",
    "加元": "CAD",
    "新加坡元": "SGD",
    "新币": "SGD",
    "泰铢": "THB",
    "卢布": "RUB",
    "卢比": "INR PKR LKR",
    "瑞士法郎": "CHF",
    "DOLLARS": _DOLLARS,
    "EUROS": "EUR",
    "POUNDS": "GBP EGP",
    "YUAN": "CNY",
    "YEN": "JPY",
}
_CODES = (
    "AED ARS AUD BHD BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KES KRW KWD KZT LKR "
    "MOP MXN MYR NGN NOK NZD OMR PEN PHP PKR PLN RON RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR"
)
SIGNS: dict[str, frozenset[str]] = {
    **{word: frozenset(codes.split()) for word, codes in _MEANINGS.items()},
    **{code: frozenset({code}) for code in _CODES.split()},
}
"""What each sign or word of money, in capitals, may mean. "$" may be any of nine dollars."""

_DIGITS = r"(?P<digits>[0-9]{1,16}|[0-9]{1,3}(?:,[0-9]{3}){1,5})(?:\.(?P<fine>[0-9]+))?"
_AMOUNT = re.compile(rf"(?P<minus>-?) ?(?P<sign>(?:[^0-9.,+-]+\.?)??) ?(?P<inner>-?){_DIGITS} ?(?P<word>[^0-9,+-]*?)")
_TOO_LONG = re.compile(r"-?[0-9]{17,}(?:\.[0-9]*)?")
_EXPONENT = re.compile(r"-?[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{1,2}")


def read_amount(text: str, unit: str = "units", *, exponents: bool = False) -> tuple[int, frozenset[str] | None]:
    """(cents, the currencies that its sign may mean; None where it has none)."""
    plain = narrow(cleaned(text))
    scale = 10 ** DECIMALS[unit]
    if _EXPONENT.fullmatch(plain):
        number = Decimal(plain) * scale
        if exponents and number == number.to_integral_value():
            return _bounded(int(number)), None
        raise Unreadable("exponent_form", f"{text!r} is a number in exponent form")
    match = _AMOUNT.fullmatch(plain)
    if match is None or (match["minus"] and match["inner"]):
        if _TOO_LONG.fullmatch(plain):
            raise Unreadable("absurd_amount", f"{text!r} is more than any loan")
        raise Unreadable("not_an_amount", f"{text!r} is not an amount")
    meant = _meant(text, match["sign"], match["word"])
    number = Decimal(f"{match['digits'].replace(',', '')}.{match['fine'] or 0}") * scale
    if number != number.to_integral_value():
        raise Unreadable("too_many_decimals", f"{text!r} has more decimals than there are cents")
    cents = int(number)
    return _bounded(-cents if match["minus"] or match["inner"] else cents), meant


def _meant(text: str, *words: str) -> frozenset[str] | None:
    meant: frozenset[str] | None = None
    for word in (word.strip().upper() for word in words):
        if not word:
            continue
        if word not in SIGNS:
            raise Unreadable("not_an_amount", f"{text!r}: {word} is no currency")
        meant = SIGNS[word] if meant is None else meant & SIGNS[word]
    return meant


def _bounded(cents: int) -> int:
    # What would not fit a column is absurd all the same, and must be told so rather than lost.
    return max(min(cents, LARGEST), -LARGEST)

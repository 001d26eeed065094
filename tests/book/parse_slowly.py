"""
One cell at a time, the obvious way: what `book.parse` does for whole columns, written as a person would explain it.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

ABSURD = 10_000_000_000_000


def amount(text: str, unit: str) -> tuple[int | None, str | None]:
    """(cents, fault) of an amount in yuan ("units"), cents or ten thousands ("wan")."""
    decimals = {"units": 2, "cents": 0, "wan": 6}[unit]
    plain = text.translate(str.maketrans("０１２３４５６７８９．，－", "0123456789.,-"))
    plain = re.sub(r"^(CNY|RMB|NT\$|US\$|HK\$|[¥￥$€£])\s*", "", plain)
    plain = re.sub(r"\s*元$", "", plain)
    if re.fullmatch(r"-?[0-9]{1,3}(,[0-9]{3}){1,5}(\..*)?", plain):
        plain = plain.replace(",", "")
    if re.fullmatch(r"-?[0-9]{1,16}(\.[0-9]+)?", plain):
        number = Decimal(plain) * 10**decimals
        if number == number.to_integral_value():
            cents = int(number)
            if abs(cents) > ABSURD:
                return max(min(cents, 9 * 10**18), -9 * 10**18), "absurd_amount"
            return cents, "negative_amount" if cents < 0 else None
        return None, "too_many_decimals"
    if re.fullmatch(r"-?[0-9]{17,}(\.[0-9]*)?", plain):
        return None, "absurd_amount"
    if re.fullmatch(r"-?[0-9](\.[0-9]+)?[eE]\+?[0-9]{1,2}", text):
        return None, "exponent_form"
    return None, "not_an_amount"


def day(text: str, as_of: date) -> tuple[date | None, str | None]:
    """(day, fault) of a date that may not lie after the book."""
    found = None
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y.%m.%d", "%Y年%m月%d日"):
        try:
            found = datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar day has no zone
            break
        except ValueError:
            continue
    if found is None:
        dated = re.fullmatch(r"[0-9]{4}[-/.年]?[0-9]{1,2}[-/.月]?[0-9]{1,2}日?", text)
        return None, "impossible_date" if dated else "not_a_date"
    if found.year < 1900 or found.year > as_of.year + 60:
        return found, "date_out_of_range"
    return found, "date_after_book" if found > as_of else None


def rate(text: str, unit: str) -> int | None:
    """Basis points of a rate, to the nearest, halves up."""
    plain = text.rstrip("%％ ")
    scale = 100 if plain != text else {"percent": 100, "fraction": 10_000, "bps": 1}[unit]
    try:
        number = Decimal(plain) * scale
    except InvalidOperation:
        return None
    return int(number.quantize(Decimal(1), rounding="ROUND_HALF_UP"))

"""
The amount of a debt on a day, and of several debts together: comments 34(c)(2)(vii)-1, (ix)-2.

On the itemization date it holds the interest, fees and charges then owed; now, what came and went since. Several
debts on one notice are one sum. Amounts are read as decimals and printed with two; no floats.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from arrears.law.audit.case import Case, as_day, within
from arrears.law.audit.verdict import Finding, answered, unknown
from arrears.law.audit.words import as_list, says, words

INFORMATION = "us.reg_f.validation_information"

_PIECE = r" (principal|interest|fees?|charges?|costs?|other|escrow|penalt\w*|late|expenses?) "
_TAKEN_OFF = r" (payments?|credits?|paid|refunds?) "
_SINCE = r" (since|after|subsequent\w*|later|post) "
_TOTAL = r" (amount|balance|total|owed|due) "


def money_of(value: Any) -> Decimal | None:
    """A decimal from '1,250.00' or '$80'; an empty or 'none' entry of an itemization is nothing."""
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).replace(",", "").replace("$", "").strip()
    if text.lower() in ("none", ""):
        return Decimal(0)
    try:
        return Decimal(text)
    except (InvalidOperation, ValueError):
        return None


def amount(case: Case) -> Finding:
    """`amount`: on the itemization date, or now, over the debts asked about."""
    on_date = says(words(case.ask.get("which")), r" itemization date ") or within(case.rule, ("34", "c", "2", "vii"))
    wanted = as_list(case.ask.get("debt"))
    debts = [debt for name, debt in case.debts.items() if not wanted or name in wanted or "all" in wanted]
    total = Decimal(0)
    for debt in debts:
        value = _on_date(debt) if on_date else _now(debt)
        if value is None:
            value = _from_history(case, on_date=on_date)
        if value is None:
            return unknown("The amount of a debt is not given.")
        total += value
    return answered(f"amount={total:.2f}", INFORMATION)


def _numbers(debt: Mapping[str, Any]) -> dict[str, Decimal]:
    """Every amount in a debt's entry by the words of its name, nested entries included."""
    found: dict[str, Decimal] = {}
    for name, value in debt.items():
        if isinstance(value, Mapping):
            found.update({f"{name} {inner}": part for inner, part in _numbers(value).items()})
        elif says(name, r" (type|id|number|status|group|account|creditor|rate|days) $"):
            continue
        elif (part := money_of(value)) is not None:
            found[name] = part
    return found


def _sum(parts: Mapping[str, Decimal]) -> Decimal:
    return sum((-part if says(name, _TAKEN_OFF) else part for name, part in parts.items()), Decimal(0))


def _on_date(debt: Mapping[str, Any]) -> Decimal | None:
    """What was owed on the itemization date: the total given for it, or its parts."""
    parts = {name: part for name, part in _numbers(debt).items() if not says(name, _SINCE) and "current" not in name}
    totals = [part for name, part in parts.items() if says(name, r" itemization ", _TOTAL) and not says(name, _PIECE)]
    if totals:
        return totals[0]
    pieces = {name: part for name, part in parts.items() if says(name, _PIECE)}
    if pieces:
        return _sum(pieces)
    rest = [part for name, part in parts.items() if says(name, _TOTAL)]
    return rest[0] if rest else None


def _now(debt: Mapping[str, Any]) -> Decimal | None:
    """What is owed now: the current total, or the amount on the date with what came since, or its parts."""
    parts = _numbers(debt)
    current = [part for name, part in parts.items() if says(name, r" (current|now|today) ") and not says(name, _PIECE)]
    if current:
        return current[0]
    at_first = [part for name, part in parts.items() if says(name, r" itemization ", _TOTAL) and not says(name, _SINCE)]
    since = {
        name: part
        for name, part in parts.items()
        if (says(name, _PIECE) or says(name, _TAKEN_OFF)) and (says(name, _SINCE) or at_first)
    }
    if at_first:
        return at_first[0] + _sum(since)
    pieces = {name: part for name, part in parts.items() if says(name, _PIECE) or says(name, _TAKEN_OFF)}
    if pieces:
        return _sum(pieces)
    rest = [part for name, part in parts.items() if says(name, _TOTAL)]
    return rest[0] if rest else None


def _from_history(case: Case, *, on_date: bool) -> Decimal | None:
    """From the timeline: what was charged, less what was paid or credited, up to the day."""
    until = as_day(case.fact("itemization_date")) if on_date else None
    found = False
    total = Decimal(0)
    for event in case.events:
        part = money_of(event.get("amount"))
        if part is None or (until is not None and case.day(event.at) > until):
            continue
        found = True
        total += -part if says(event.kind, _TAKEN_OFF) else part
    return total if found else None

"""The amount of a debt on a day, and of several debts together: comments 34(c)(2)(vii)-1, (ix)-2."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from arrears.law.audit.case import Case, within
from arrears.law.audit.verdict import (
    Finding,
    answered,
    unknown,
)
from arrears.law.audit.words import as_list, says, words

INFORMATION = "us.reg_f.validation_information"


def money_of(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value).replace(",", "").replace("$", ""))
    except (InvalidOperation, ValueError):
        return None


def amount(case: Case) -> Finding:
    """`amount`: on the itemization date with all charges then owed; now, over all debts on the notice."""
    which = words(case.ask.get("which"))
    wanted = as_list(case.ask.get("debt"))
    debts = [debt for name, debt in case.debts.items() if not wanted or name in wanted or "all" in wanted]
    if says(which, r" itemization date ") or within(case.rule, ("34", "c", "2", "vii")):
        return _sum(debts, INFORMATION, on_date=True, case=case)
    return _sum(debts, INFORMATION, on_date=False, case=case)


_DATE_KEYS = ("amount_on_itemization_date", "itemization_date_amount", "balance_on_itemization_date")
_PIECES = ("principal", "interest", "fees", "fee", "charges", "other_charges", "other", "escrow", "late_fees", "costs")


def _sum(debts: list[Mapping[str, Any]], provision: str, *, on_date: bool, case: Case) -> Finding:
    total = Decimal(0)
    for debt in debts:
        value = _one_amount(debt, on_date=on_date)
        if value is None:
            return unknown("The amount of a debt is not given.")
        total += value
    return answered(f"amount={total:.2f}", provision)


def _one_amount(debt: Mapping[str, Any], *, on_date: bool) -> Decimal | None:
    for key in _DATE_KEYS if on_date else ("current_amount", "current_balance", "total_balance", "balance", "amount"):
        if isinstance(debt.get(key), Mapping):
            return _pieces(debt[key], signed=False)
        if money_of(debt.get(key)) is not None:
            return money_of(debt[key])
    for key in ("on_itemization_date", "at_itemization_date") if on_date else ("current", "now"):
        if isinstance(debt.get(key), Mapping):
            return _pieces(debt[key], signed=False)
    start = next((money_of(debt[key]) for key in _DATE_KEYS if money_of(debt.get(key)) is not None), None)
    since = debt.get("since_itemization_date", debt.get("since", debt.get("itemization")))
    if not on_date and start is not None and isinstance(since, Mapping):
        change = _pieces(since, signed=True)
        return None if change is None else start + change
    if any(key in debt for key in _PIECES):
        return _pieces({key: debt[key] for key in (*_PIECES, "payments", "credits") if key in debt}, signed=True)
    return None


def _pieces(values: Mapping[str, Any], *, signed: bool) -> Decimal | None:
    total = Decimal(0)
    for name, value in values.items():
        part = money_of("0" if str(value).strip().lower() in ("", "none", "no") else value)
        if part is None:
            return None
        less = says(name, r" (payments?|credits?) ")
        total += -part if less else part
    return total

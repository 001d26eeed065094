"""The date an itemization refers to: 12 CFR 1006.34(b)(3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arrears.law.audit.case import Case, Event, as_day, within
from arrears.law.audit.figures import names
from arrears.law.audit.media import is_collectors
from arrears.law.audit.verdict import (
    Finding,
    barred,
    free,
    unknown,
)
from arrears.law.audit.words import says, truth, words

ITEMIZATION_DATE = "us.reg_f.itemization_date"


def _reference(value: Any) -> str:
    return " ".join(words(value).split())


def itemization_reference(case: Case) -> Finding:
    """34(b)(3): any one of five dates, used consistently for one debt and consumer."""
    action = case.action
    if action is None:
        return unknown("1006.34(b)(3) speaks about a notice, and none is given.")
    given = action.get(
        "itemization_reference",
        "itemization_references",
        "reference_dates",
        "itemization_date",
        "reference_date",
        "itemization_date_type",
    )
    used = [given] if not isinstance(given, Mapping) else list(given.values())
    references = [_reference(entry) for entry in used if entry is not None]
    if len(set(references)) > 1:
        return barred(ITEMIZATION_DATE)
    for event in case.until_action:
        before = event.get(
            "itemization_reference",
            "reference_date",
            "itemization_date",
            "reference_date_used",
            "itemization_date_type",
        )
        if before is None or not references:
            continue
        if not is_collectors(case, event.by) and event.by != "collector":
            continue
        earlier = {_reference(entry) for entry in (before.values() if isinstance(before, Mapping) else [before])}
        if event.debts and action.debts and not set(event.debts) & set(action.debts):
            continue
        if not earlier <= set(references):
            return barred(ITEMIZATION_DATE, event)
    for reference in references:
        if not _is_reference(case, action, reference):
            return barred(ITEMIZATION_DATE)
    return free(ITEMIZATION_DATE)


def _is_reference(case: Case, action: Event, reference: str) -> bool:
    """Whether a named date is one of the five, and the right one of its kind."""
    line = f" {reference} "
    known = {name.replace("_", " ") for name in names(ITEMIZATION_DATE, "reference_dates")}
    if not any(name in line for name in known):
        if (
            says(line, r" (statement|charge|chargeoff|payment|transaction|judgment|judgement) ")
            or line.strip()[:4].isdigit()
        ):
            return True
        return not line.strip()
    if says(line, r" last statement ") or within(case.rule, ("34", "b", "3", "i")):
        sender = words(
            action.get(
                "statement_provided_by",
                "last_statement_by",
                "statement_by",
                "statement_sender",
                "last_statement_provided_by",
            )
        )
        creditor = (
            truth(case.fact("collector_is_creditor", "is_also_creditor", "also_creditor", "collector_also_creditor"))
            is True
        )
        if (
            says(sender, r" collector ")
            and not creditor
            and not says(sender, r" (creditor|service provider|on behalf) ")
        ):
            return False
        day = as_day(line.strip().split(" ")[-3:] and "-".join(line.split()[-3:]))
        if day is not None:
            statements = [event for event in case.until_action if says(words(event.kind), r" (statement|invoice) ")]
            given = [event for event in statements if case.day(event.at) == day]
            if given and all(says(words(event.by), r" collector ") for event in given) and not creditor:
                return False
            lawful = [event for event in statements if not says(words(event.by), r" collector ") or creditor]
            if lawful and case.day(lawful[-1].at) != day:
                return False
    if says(line, r" transaction date "):
        day = as_day("-".join(line.split()[-3:]))
        possible = [
            case.day(event.at)
            for event in case.until_action
            if event.kind in _TRANSACTIONS
            or says(
                words(event.kind),
                (
                    r" (contract|service|goods|purchase|procedure|transaction|membership|delivery|delivered|"
                    r"performed|executed) "
                ),
            )
        ]
        if day is not None and possible and day not in possible:
            return False
    if says(line, r" last payment date "):
        day = as_day("-".join(line.split()[-3:]))
        last = last_payment(case)
        if day is not None and last is not None and day != case.day(last.at):
            return False
    return True


_TRANSACTIONS = (
    "contract_executed",
    "service_performed",
    "goods_delivered",
    "purchase",
    "transaction",
    "procedure_performed",
    "service_provided",
)


def last_payment(case: Case) -> Event | None:
    """Comment 34(b)(3)(iii)-1: the last payment applied, a third party's included."""
    found: Event | None = None
    for event in case.until_action:
        if (
            event.kind in ("payment", "third_party_payment", "insurance_payment", "payment_applied", "credit_applied")
            and not event.denied("applied")
            and not event.yes("reversed", "returned", "refused")
        ):
            found = event
    return found

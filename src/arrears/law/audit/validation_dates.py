"""The validation period and the dates around it: 12 CFR 1006.34(b)(5)."""

from __future__ import annotations

from datetime import date, timedelta

from arrears.law.audit.case import Case, Event, as_day
from arrears.law.audit.figures import number
from arrears.law.audit.holidays import business_days_on
from arrears.law.audit.itemize import last_payment
from arrears.law.audit.validation_notice import came_back, initial_communication, notices
from arrears.law.audit.verdict import (
    Finding,
    answered,
    barred,
    free,
    unknown,
)
from arrears.law.audit.words import says, truth, words

NOTICE = "us.reg_f.validation_notice"
ITEMIZATION_DATE = "us.reg_f.itemization_date"
PERIOD = "us.reg_f.validation_period"


def dates(case: Case) -> Finding:
    """`date` questions under 1006.34: the end of the validation period, receipt, and the reference dates."""
    which = words(case.ask.get("which"))
    if says(which, r" last payment "):
        last = last_payment(case)
        return (
            answered(f"date={case.day(last.at)}", ITEMIZATION_DATE, last) if last else unknown("No payment is given.")
        )
    if says(which, r" (statement|invoice) "):
        found = [
            event
            for event in case.until_action
            if says(words(event.kind), r" (statement|invoice|bill) ")
            and (
                not says(words(event.by), r" collector ")
                or truth(case.fact("collector_is_creditor", "also_creditor")) is True
            )
        ]
        return (
            answered(f"date={case.day(found[-1].at)}", ITEMIZATION_DATE, found[-1])
            if found
            else unknown("No statement is given.")
        )
    for word, kinds in (
        ("charge", r" (charge off|charged off|chargeoff) "),
        ("judgment", r" (judgment|judgement) "),
        ("transaction", r" (transaction|contract|service|purchase|procedure|goods) "),
    ):
        if says(which, f" {word}"):
            seen = [event for event in case.until_action if says(words(event.kind), kinds)]
            if seen:
                return answered(
                    f"date={case.day(seen[0].at if word == 'transaction' else seen[-1].at)}", ITEMIZATION_DATE, seen[-1]
                )
            return unknown(f"No {word} date is given.")
    if says(which, r" (notice due|validation notice due|notice deadline|send by|deadline) "):
        first = initial_communication(case)
        if first is not None:
            return answered(f"date={case.day(first.at) + timedelta(days=number(NOTICE, 'within_days'))}", NOTICE, first)
    sent = effective_notice(case)
    if sent is None:
        return unknown("No validation notice is given.")
    receipt = _receipt(case, sent, use_actual=not says(which, r" (earliest|assum\w*|printed|stated|may print) "))
    if says(which, r" (receipt|receive|received|receives) "):
        return answered(f"date={receipt}", PERIOD, sent)
    if says(which, r" (start|begin|starts) "):
        return answered(f"date={case.day(sent.at)}", PERIOD, sent)
    return answered(f"date={receipt + timedelta(days=number(PERIOD, 'after_receipt_days'))}", PERIOD, sent)


def effective_notice(case: Case) -> Event | None:
    """Comment 34(b)(5)-2: where the first came back, the one sent after it."""
    sent = notices(case) or [
        event for event in case.until_action if event.named(True, r" (validation )?information ", r" oral\w* ")
    ]
    if not sent and case.action is not None and says(words(case.action.kind), r" validation "):
        return case.action
    good = [event for event in sent if not came_back(case, event)]
    return good[0] if good else (sent[-1] if sent else None)


def _receipt(case: Case, sent: Event, *, use_actual: bool) -> date:
    """34(b)(5): five days without weekends and public holidays; oral information is received when it is given."""
    if sent.named(True, r" oral\w* ") or says(words(sent.get("medium", "via")), r" (oral|telephone|in person) "):
        return case.day(sent.at)
    if use_actual:
        actual = as_day(sent.get("received_on", "received_at", "consumer_received_on"))
        if actual is not None:
            return actual
    return business_days_on(case.day(sent.at), number(PERIOD, "assumed_receipt_days"))


def period_rule(case: Case) -> Finding:
    """34(b)(5): what the end date is, or whether a printed one is late enough."""
    if case.ask.get("kind") == "date":
        return dates(case)
    action = case.action
    if action is None:
        return unknown("1006.34(b)(5) speaks about a notice, and none is given.")
    printed = as_day(
        action.get(
            "validation_period_end", "end_date", "validation_period_end_printed", "states_end_date", "printed_end_date"
        )
    )
    if printed is None:
        return free(PERIOD)
    sent = action if says(words(action.kind), r" validation ") else (effective_notice(case) or action)
    least = _receipt(case, sent, use_actual=False) + timedelta(days=number(PERIOD, "after_receipt_days"))
    return free(PERIOD) if printed >= least else barred(PERIOD)

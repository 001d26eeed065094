"""Telephone numbers a collector may text within the procedures: 12 CFR 1006.6(d)(5)."""

from __future__ import annotations

from arrears.law.audit.case import Case, Event, as_day
from arrears.law.audit.email_addresses import Met, about_debt, scope_covers
from arrears.law.audit.figures import number
from arrears.law.audit.media import (
    is_collectors,
    is_consumers,
)
from arrears.law.audit.opt_outs import last_opt_out
from arrears.law.audit.prior_consent import given_to_collector
from arrears.law.audit.words import says, truth, words

TEXT_USED = "us.reg_f.text_used_by_consumer"
TEXT_CONSENT = "us.reg_f.text_consent"


def _recent(case: Case, event: Event, action: Event, provision: str) -> bool:
    return 0 <= (case.day(action.at) - case.day(event.at)).days <= number(provision, "within_days")


def _checked(case: Case, action: Event, since: Event, provision: str) -> Event | None:
    """A database check within the period that the number was not reassigned since that day."""
    for event in reversed(case.until_action):
        if event.kind not in ("reassignment_check", "database_check", "reassigned_number_check", "number_check"):
            continue
        if event.number is not None and action.number is not None and event.number != action.number:
            continue
        if event.denied("database_complete_and_accurate", "complete_and_accurate"):
            continue
        if says(words(event.get("database")), r" (incomplete|inaccurate|informal|search engine|outdated|internal) "):
            continue
        result = words(event.get("result", "finding"))
        clean = says(result, r" (not reassigned|no|same|clear|unchanged|not) ") or event.denied("reassigned")
        if not clean or not _recent(case, event, action, provision):
            continue
        covers = as_day(event.get("checked_since", "since"))
        if covers is not None and covers > case.day(since.at):
            continue
        if event.at < since.at:
            continue
        return event
    return None


def text_used(case: Case, action: Event) -> Met:
    """(d)(5)(i): the consumer texted from the number about the debt; fresh, or checked against a database."""
    own = [
        event
        for event in case.until_action
        if event.kind == "text"
        and is_consumers(case, event.by)
        and about_debt(event)
        and (event.number is None or action.number is None or event.number == action.number)
        and (event.get("to") is None or is_collectors(case, str(event.get("to"))))
        and not says(
            words(event.get("content", "words", "body")), r"^ (stop|unsubscribe|opt out|stopall|quit|end|cancel) $"
        )
    ]
    if not own:
        return None
    last = own[-1]
    out = last_opt_out(case, action)
    if out is not None and out.at >= last.at:
        return None
    if _recent(case, last, action, TEXT_USED):
        return (last,)
    check = _checked(case, action, last, TEXT_USED)
    return (last, check) if check is not None else None


def text_consent(case: Case, action: Event) -> Met:
    """(d)(5)(ii): direct consent to texts; fresh, renewed, or checked against a database."""
    held: Event | None = None
    for event in case.until_action:
        if event.kind == "consent":
            scope = words([event.get("scope", "to_what"), event.get("medium")])
            if (
                given_to_collector(case, event)
                and says(scope, r" (text|texts|sms|electronic) ")
                and scope_covers(event, action.number)
            ):
                held = event
        elif event.kind in (
            "consumer_provided_number",
            "consumer_provided_phone",
            "number_provided",
            "consumer_provided_text_number",
        ):
            disclosed = [value for name, value in event.raw.items() if "disclos" in name or "conspicuous" in name]
            named = event.number is None or action.number is None or event.number == action.number
            if named and disclosed and all(truth(value) is True for value in disclosed):
                held = event
        elif event.kind == "consent_withdrawn" and held is not None:
            scope = words(event.get("scope"))
            if (not scope.strip() or says(scope, r" (text|texts|sms|all|any|electronic) ")) and scope_covers(
                event, action.number
            ):
                held = None
    if held is None:
        return None
    out = last_opt_out(case, action)
    if out is not None and out.at >= held.at:
        return None
    if _recent(case, held, action, TEXT_CONSENT):
        return (held,)
    check = _checked(case, action, held, TEXT_CONSENT)
    return (held, check) if check is not None else None

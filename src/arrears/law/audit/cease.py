"""
After the consumer refuses to pay, or asks that communication cease: 12 CFR 1006.6(c).

The notice is written and counts from its receipt, for the debts it names. Three purposes survive it, and what
mortgage servicing rules require (comments 6(c)(2)-1 and -2).
"""

from __future__ import annotations

from arrears.law.audit.case import Case, Event
from arrears.law.audit.people import CONSUMER, recipient_of, role_of
from arrears.law.audit.verdict import Finding, Ground, barred, free, places, unknown
from arrears.law.audit.words import says, words
from arrears.law.audit.written import in_writing, received

CEASE = "us.reg_f.cease"
AFTER_CEASE = "us.reg_f.after_cease"

_STOPS = r" (cease|refuse|refuses|refusal|refused|stop (all )?(communicat\w*|contact\w*)|stop all|no further) "
_AGAIN = r" (withdraw\w*|rescind\w*|resume\w*|revoke\w*|lift\w*|cancel\w*) "


def cease_notice(case: Case) -> Event | None:
    """The notice in force for a debt of the proposed step."""
    action = case.action
    about = set(case.debts_of(action)) if action is not None else set(case.debts)
    held: Event | None = None
    for event in case.until_action:
        named = words([event.kind, event.get("request", "content", "statement", "fact")])
        if event.kind not in (
            "consumer_request",
            "consumer_letter_received",
            "consumer_letter",
            "refuse_to_pay",
            "cease_communication",
            "consumer_notice",
            "cease_notice",
            "consumer_notification",
        ) and not (event.kind in ("letter", "email", "written_notice") and event.by == "consumer"):
            continue
        if not says(named, _STOPS):
            continue
        if event.debts and about and not about & set(event.debts):
            continue
        if says(named, _AGAIN):
            held = None
        elif not says(named, r" (medium|number|address|place) ") and in_writing(case, event) and received(case, event):
            held = held or event
    return held


def survives_cease(action: Event) -> str | None:
    """
    The paragraph of (c)(2) that the purpose of the step falls under, or None.

    A message that also asks for payment has another purpose than the three.
    """
    line = words(
        [action.get("purpose", "content", "says", "reason"), action.get("content_flags"), action.get("purposes")]
        + [name for name, value in action.raw.items() if value is True]
    )
    required = (
        r" (early intervention|1024 39|1024 37|force placed|forced placement|hazard insurance|"
        r"1026 20|1026 41|periodic statement|rate adjustment) "
    )
    if says(line, required) or action.yes("legally_required", "required_by_law") or says(line, r" required by law "):
        return "1006.6(c)(2)"
    asks = says(
        line,
        (
            r" (demand|demands|request payment|requests payment|ask for payment|asks for payment|"
            r"payment request|solicit\w*|settlement|negotiat\w*|offer) "
        ),
    )
    if asks:
        return None
    if says(line, r" (terminat\w+|ending|ceasing|end efforts|efforts end\w*|no further (effort|collection)\w*) "):
        return "1006.6(c)(2)(i)"
    remedy = says(line, r" (invoke|invokes|remedy|remedies|sue|lawsuit|suit|repossess\w*|foreclos\w*) ")
    if not remedy:
        return None
    if says(line, r" (unspecified|not specified|vague|non specific|nonspecific) ") or action.denied("remedy_specified"):
        return None
    if says(
        line, r" (not ordinar\w*|never ordinar\w*|does not ordinar\w*|not normally|not usually|unusual|extraordinary) "
    ):
        return None
    if action.denied("ordinarily_invokes", "remedy_ordinarily_invoked", "ordinarily_invoked"):
        return None
    if says(line, r" (intend|intends|intent|intention|will) "):
        if says(line, r" (not intend\w*|no intent\w*|without intent\w*) ") or action.denied("intends", "intended"):
            return None
        return "1006.6(c)(2)(iii)"
    return "1006.6(c)(2)(ii)"


def cease_is_kept(case: Case) -> Finding:
    """12 CFR 1006.6(c)(1) with the exceptions of (c)(2)."""
    action = case.action
    if action is None:
        return unknown("1006.6(c) speaks about a step, and none is proposed.")
    notice = cease_notice(case)
    if notice is None:
        return free(CEASE)
    if role_of(case, recipient_of(action), action) != CONSUMER:
        return free(CEASE, notice)
    clause = survives_cease(action)
    if clause is not None:
        return Finding("allowed", (Ground(AFTER_CEASE, places([notice]), "permitted", f"12 CFR {clause}"),))
    return barred(CEASE, notice)

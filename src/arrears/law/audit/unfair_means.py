"""Unfair means: amounts, postdated checks, charges, property, envelopes, social media. 12 CFR 1006.22."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from arrears.law.audit.case import Case, Event, as_day, within
from arrears.law.audit.electronic import employer_address
from arrears.law.audit.figures import number
from arrears.law.audit.holidays import business_days_between, business_days_on
from arrears.law.audit.media import SOCIAL, medium_of
from arrears.law.audit.said import flagged, proposed_step
from arrears.law.audit.verdict import Finding, answered, barred, free, unknown
from arrears.law.audit.words import as_list, says, truth, words

POSTCARD = "us.reg_f.postcard"
ENVELOPE = "us.reg_f.envelope"
SOCIAL_MEDIA = "us.reg_f.social_media"
POSTDATED = "us.reg_f.postdated"
AMOUNTS = "us.reg_f.unauthorized_amounts"
CHARGES = "us.reg_f.concealed_charges"
PROPERTY = "us.reg_f.nonjudicial_action"


def unfair_means(case: Case) -> Finding:
    """12 CFR 1006.22: the paragraph under test."""
    action = proposed_step(case)
    if action is None:
        return unknown("1006.22 speaks about a step, and none is given.")
    for place, rule in (
        (("22", "b"), amounts),
        (("22", "c"), postdated),
        (("22", "d"), concealed_charges),
        (("22", "e"), property_taken),
        (("22", "f", "1"), postcard),
        (("22", "f", "2"), envelope),
        (("22", "f", "3"), employer_address),
        (("22", "f", "4"), social_media),
        (("22", "g"), revealing),
    ):
        if within(case.rule, place):
            return rule(case)
    for rule in (
        postcard,
        envelope,
        social_media,
        employer_address,
        amounts,
        postdated,
        concealed_charges,
        property_taken,
    ):
        finding = rule(case)
        if finding.answer != "allowed":
            return finding
    return free("us.reg_f.unfair_means")


def revealing(case: Case) -> Finding:
    """12 CFR 1006.22(g): the collector's name in a message within the procedures is no unfair means."""
    from arrears.law.audit.electronic import procedure_is_met

    finding = procedure_is_met(case)
    if case.ask.get("kind") == "safe_harbor" or finding.answer is None:
        return finding
    return free("us.reg_f.unfair_means") if finding.answer == "safe_harbor" else barred("us.reg_f.unfair_means")


def amounts(case: Case) -> Finding:
    """12 CFR 1006.22(b): only what the agreement expressly authorizes or the law permits."""
    action = proposed_step(case)
    assert action is not None
    basis = words([action.get("basis", "authorized_by", "authority", "authorised_by", "content_flags")])
    yes = (
        action.yes(
            "expressly_authorized_by_agreement",
            "authorized_by_agreement",
            "permitted_by_law",
            "authorised_by_agreement",
            "authorized_by_law",
            "authorized",
            "agreement_authorizes",
            "law_permits",
            "expressly_authorized",
        )
        or case.states(
            "agreement_authorizes_fee",
            "fee_authorized_by_agreement",
            "permitted_by_law",
            "agreement_expressly_authorizes",
        )
        is True
    )
    if yes or (says(basis, r" (agreement|contract|law|statute) ") and not says(basis, r" (not|no|neither|un\w+) ")):
        return free(AMOUNTS)
    for holder in (action.raw, case.facts):
        for name, value in holder.items():
            if says(name, r" (authori[sz]e\w*|permitted|permits) ") and truth(value) is False:
                return barred(AMOUNTS)
    if says(flagged(action), r" (unauthori[sz]ed|not authori[sz]ed|not permitted) "):
        return barred(AMOUNTS)
    if action.has("authorized_by", "basis", "authority") and not says(basis, r" \w"):
        return barred(AMOUNTS)
    charges = says(
        words([action.kind, action.get("component", "what", "fee", "charge", "amount_type")]),
        r" (fee|charge|interest|expense|convenience) ",
    )
    return barred(AMOUNTS) if charges and within(case.rule, ("22", "b")) else free(AMOUNTS)


def _postdated_days(case: Case, action: Event) -> tuple[int | None, date | None]:
    stated = action.get("postdated_days", "postdated_by_days", "days_postdated")
    dated = as_day(
        action.get("check_date", "instrument_date", "dated", "postdate", "date_on_check", "instrument_dated")
    )
    if dated is None:
        for event in reversed(case.until_action):
            dated = dated or as_day(
                event.get("check_date", "instrument_date", "dated", "postdate", "date_on_check", "instrument_dated")
            )
    if stated is not None:
        return int(stated), dated
    return ((dated - case.day(action.at)).days if dated else None), dated


def postdated(case: Case) -> Finding:
    """12 CFR 1006.22(c): notice of three to ten days before deposit, no early deposit, no solicitation to prosecute."""
    action = proposed_step(case)
    assert action is not None
    line = words([flagged(action), action.kind])
    if says(line, r" (solicit\w*) ") or (
        says(line, r" (criminal prosecution|prosecut\w*) ") and not says(line, r" (not|no|without) ")
    ):
        prosecute = says(line, r" (prosecut\w*|criminal) ") and not says(
            line, r" (not|no|without) (\w+ ){0,2}(prosecut\w*|criminal) "
        )
        return barred(POSTDATED) if prosecute else free(POSTDATED)
    days, dated = _postdated_days(case, action)
    deposits = says(line, r" (deposit\w*|cash|present\w*) ") and not says(line, r" accept\w* ")
    if deposits:
        if dated is not None and case.day(action.at) < dated:
            return barred(POSTDATED)
        return _noticed(case, case.day(action.at), dated, action)
    if days is not None and days <= number(POSTDATED, "postdated_more_than_days"):
        return free(POSTDATED)
    if days is None and not says(line, r" postdat\w* "):
        return free(POSTDATED)
    promised = action.get(
        "notice",
        "will_notify_in_writing",
        "written_notice",
        "notice_planned",
        "written_notice_of_deposit",
        "notified_in_writing",
        "written_notice_given",
    )
    if truth(promised) is False:
        return barred(POSTDATED)
    lead = action.get(
        "notice_business_days_before_deposit", "notice_days_before_deposit", "notice_business_days", "notice_days"
    )
    if lead is not None:
        return free(POSTDATED) if _in_span(int(lead)) else barred(POSTDATED)
    deposit_on = as_day(action.get("deposit_on", "deposit_date", "planned_deposit_date", "intended_deposit_date"))
    notice_on = as_day(action.get("notice_on", "notice_date", "notice_sent_on", "written_notice_on"))
    if deposit_on and notice_on:
        return free(POSTDATED) if _in_span(business_days_between(notice_on, deposit_on)) else barred(POSTDATED)
    if truth(promised) is True:
        return free(POSTDATED)
    return _noticed(case, deposit_on or dated or case.day(action.at), dated, action)


def _in_span(days: int) -> bool:
    return number(POSTDATED, "notice_at_least_days") <= days <= number(POSTDATED, "notice_at_most_days")


def _noticed(case: Case, deposit_on: date, dated: date | None, action: Event) -> Finding:
    received = [
        event for event in case.until_action if says(event.kind, r" (payment|check|instrument|accept\w*|receiv\w*) ")
    ]
    if dated is not None and received:
        by = (dated - case.day(received[0].at)).days
        if by <= number(POSTDATED, "postdated_more_than_days"):
            return free(POSTDATED)
    notices = [
        event
        for event in case.until_action
        if event.says(r" notice ") and event.kind not in ("validation_notice_mailed",)
    ]
    given = as_day(action.get("notice_on", "notice_date", "notice_sent_on"))
    days = [
        case.day(event.at)
        for event in notices
        if not event.denied("in_writing", "written") and not event.says(r" (oral|telephone|phone) ")
    ]
    if given is not None:
        days.append(given)
    good = [day for day in days if _in_span(business_days_between(day, deposit_on))]
    return free(POSTDATED, *notices) if good else barred(POSTDATED, *notices)


def concealed_charges(case: Case) -> Finding:
    """12 CFR 1006.22(d)."""
    action = proposed_step(case)
    assert action is not None
    line = flagged(action) + words([action.get("charges_caused", "causes_charges", "charge")])
    charges = says(line, r" (collect call|collect|charge\w*|telegram|fee|cost\w*|reverse) ")
    hides = says(line, r" (conceal\w*|hid\w*|disguis\w*|pretext\w*|false purpose|without disclosing|misrepresent\w*) ")
    hides = hides or action.denied("discloses_true_purpose", "true_purpose_disclosed", "purpose_disclosed")
    if action.yes("purpose_concealed", "concealed_purpose", "conceals_true_purpose", "conceals_purpose") and charges:
        return barred(CHARGES)
    return barred(CHARGES) if charges and hides else free(CHARGES)


def property_taken(case: Case) -> Finding:
    """12 CFR 1006.22(e)."""
    action = proposed_step(case)
    assert action is not None
    for holder in (action.raw, case.facts):
        for name, value in holder.items():
            if says(name, r" (right|intention|intends?|enforceable|interest|present) ") and truth(value) is False:
                return barred(PROPERTY)
            if says(name, r" exempt ") and truth(value) is True:
                return barred(PROPERTY)
    line = flagged(action)
    if says(
        line,
        (
            r" (no (present )?(right|intention)|without (right|intention)|exempt|unenforceable|"
            r"not enforceable|no security interest) "
        ),
    ) and not says(line, r" not exempt "):
        return barred(PROPERTY)
    return free(PROPERTY)


def postcard(case: Case) -> Finding:
    """12 CFR 1006.22(f)(1)."""
    action = proposed_step(case)
    assert action is not None
    card = (
        action.kind == "postcard"
        or action.yes("postcard", "is_postcard")
        or says(words(action.get("form", "format", "type", "medium")), r" postcard ")
    )
    return barred(POSTCARD) if card else free(POSTCARD)


_POSTAL = (
    r" (address|name and address|debtors? name|consumers? name|postage|stamp|forwarding|"
    r"correction|barcode|mail barcode|"
    r"intelligent|return|window|po box|postal|first class|presort\w*|usps|zip) "
)


def envelope(case: Case) -> Finding:
    """12 CFR 1006.22(f)(2) and its comment: the address, an innocuous business name, and what helps the mail."""
    action = proposed_step(case)
    assert action is not None
    held = action.get("envelope", "envelope_shows", "envelope_text", "envelope_language")
    if held is None:
        return free(ENVELOPE)
    if isinstance(held, Mapping):
        return free(ENVELOPE) if all(_may_show(case, name, value) for name, value in held.items()) else barred(ENVELOPE)
    return free(ENVELOPE) if all(_may_show(case, str(item), True) for item in as_list(held)) else barred(ENVELOPE)


def _may_show(case: Case, name: str, value: Any) -> bool:
    name = name.replace("debt_collector", "sender").replace("collector", "sender").replace("debtor", "consumer")
    line = words([name, value if not isinstance(value, bool) else None])
    if isinstance(value, list):
        return all(_may_show(case, str(item), True) for item in value)
    if value is None or value is False or value == "":
        return True
    if says(name, r" indicates ") or says(
        line,
        (
            r" (debt|collect\w*|collections?|past due|overdue|final notice|urgent|delinquen\w*|legal|"
            r"important|immediate|confidential|personal and) "
        ),
    ):
        plain = says(line, r" (innocuous|neutral) ")
        return plain or says(line, r" (not|does not|no) (\w+ )?(indicat\w*|debt|collect\w*) ")
    if says(line, r" (business name|company name|collectors? name|name) ") and not says(line, _POSTAL):
        tells = truth(case.fact("name_indicates_debt_collection", "business_name_indicates_debt_collection"))
        return tells is not True and not says(line, r" (debts?|collections?|recovery|receivables) ")
    if says(line, _POSTAL):
        return True
    return not says(line, r" (logo|symbol|slogan|red|stamp|message|text|language|amount|account) ") and says(
        line, r" (plain|none|blank|nothing) "
    )


def social_media(case: Case) -> Finding:
    """12 CFR 1006.22(f)(4): nothing that the public or the person's contacts can see, a mere attempt included."""
    action = proposed_step(case)
    assert action is not None
    if medium_of(action) != SOCIAL and not action.kind.startswith("social"):
        return free(SOCIAL_MEDIA)
    seen = words([action.get("viewable_by", "visible_to", "audience", "visibility")])
    if says(seen, r" (public|contacts?|friends?|everyone|followers?|anyone|group|connections) ") and not says(
        seen, r" (not|only recipient|recipient only|nobody) "
    ):
        return barred(SOCIAL_MEDIA)
    if action.yes(
        "viewable_by_public", "viewable_by_contacts", "public", "viewable_by_general_public", "visible_to_contacts"
    ):
        return barred(SOCIAL_MEDIA)
    if action.denied("private") or (
        action.kind in ("social_media_post", "social_media_comment", "social_media_tag")
        and not seen.strip()
        and not action.yes("private")
    ):
        return barred(SOCIAL_MEDIA)
    return free(SOCIAL_MEDIA)


def notice_days(case: Case) -> Finding:
    """`date` under 22(c): the first or last day on which the notice of deposit may be sent."""
    which = words(case.ask.get("which"))
    steps = [*([case.action] if case.action else []), *reversed(case.events)]
    deposit = next(
        (
            day
            for day in (as_day(step.get("deposit_on", "deposit_date", "planned_deposit_date")) for step in steps)
            if day
        ),
        None,
    )
    if deposit is None:
        return unknown("The day of the deposit is not given.")
    earliest = says(which, r" (earliest|first) ")
    span = number(POSTDATED, "notice_at_most_days" if earliest else "notice_at_least_days")
    return answered(f"date={business_days_on(deposit, -span)}", POSTDATED)

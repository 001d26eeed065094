"""Emails and texts with a safe harbour against reaching somebody else by mistake.

12 CFR 1006.6(d)(3)-(5), 1006.22(f)(3) and (g). A procedure that is not met takes the safe harbour away; it is not by
itself a violation.
"""

from __future__ import annotations

from collections.abc import Callable

from arrears.law.audit.case import Case, Event, Paragraph, paragraph, within
from arrears.law.audit.email_addresses import (
    Met,
    email_consent,
    email_creditor,
    email_prior,
    email_used,
    employer_provided,
)
from arrears.law.audit.media import (
    EMAIL,
    medium_of,
)
from arrears.law.audit.opt_outs import same_address
from arrears.law.audit.text_numbers import text_consent, text_used
from arrears.law.audit.verdict import SAFE, UNSAFE, Finding, Ground, barred, because, free, unknown
from arrears.law.audit.words import says, words

KNOWN_DISCLOSURE = "us.reg_f.known_disclosure"
EMAIL_USED = "us.reg_f.email_used_by_consumer"
EMAIL_CONSENT = "us.reg_f.email_consent"
EMAIL_CREDITOR = "us.reg_f.email_creditor"
EMAIL_PRIOR = "us.reg_f.email_prior_collector"
TEXT_USED = "us.reg_f.text_used_by_consumer"
TEXT_CONSENT = "us.reg_f.text_consent"
EMPLOYER_EMAIL = "us.reg_f.employer_email"


def procedure_is_met(case: Case) -> Finding:
    """Whether an email or text falls within the procedures of (d)(3) that the case asks about."""
    action = case.action
    if action is None:
        return unknown("The procedures of 1006.6(d)(3) speak about a message, and none is proposed.")
    asked = paragraph(case.ask.get("procedure")) or case.rule
    if not within(asked, ("6", "d")):
        asked = case.rule if within(case.rule, ("6", "d")) else ("6", "d", "3")
    told = known_disclosure(case)
    if told is not None:
        return Finding(UNSAFE, (because(KNOWN_DISCLOSURE, told),))
    tried: list[Ground] = []
    for place, provision, rule in _PROCEDURES:
        general = asked in (("6", "d"), ("6", "d", "3"), ("6", "d", "3", "i"), ("6", "d", "3", "ii"))
        if not (general or within(place, asked) or within(asked, place)):
            continue
        if general and (place[2] == "4") != (medium_of(action) == EMAIL):
            continue
        met = rule(case, action)
        if met is not None:
            return Finding(SAFE, (because(provision, *met),))
        tried.append(because(provision))
    if asked[:4] == ("6", "d", "3", "ii") and not tried:
        return Finding(SAFE, (because(KNOWN_DISCLOSURE),))
    if asked[:4] == ("6", "d", "3", "ii") and not _any_evidence(case):
        return Finding(SAFE, (because(KNOWN_DISCLOSURE),))
    return Finding(UNSAFE, tuple(tried))


def _any_evidence(case: Case) -> bool:
    """Whether the case tells anything about how the address was come by; what it does not mention is in order."""
    kinds = ("email", "text", "consent", "consumer_provided_email", "creditor_notice", "email_address_obtained")
    return any(event.kind in kinds for event in case.until_action)


def known_disclosure(case: Case) -> Event | None:
    """(d)(3)(ii) and its comment: any person has said that this address or number led to a third party."""
    action = case.action
    assert action is not None
    held: Event | None = None
    for event in case.until_action:
        if event.kind not in (
            "knowledge",
            "notice",
            "third_party_notice",
            "report",
            "email",
            "text",
            "inbound_call",
            "third_party_report",
            "complaint",
            "information",
        ):
            continue
        line = words([event.get("fact", "content", "statement", "words", "info"), event.kind])
        misled = says(
            line,
            (
                r" (third part\w*|wrong person|someone else|other person|others|disclosure|disclosed|another person|"
                r"stranger|prohibited|roommate|neighbou?r|relative|spouse|coworker|friend|family|somebody else) "
            ),
        )
        about = says(
            line,
            r" (disclos\w*|read\w*|reach\w*|receiv\w*|led to|seen|saw|belongs|gets|opened|not (the )?consumers?) ",
        )
        if (
            misled
            and about
            and same_address(event, action)
            and not says(line, r" (no|not|never) (\w+ )?(led|disclos\w*) ")
        ):
            held = event
    if case.states("knows_prohibited_disclosure", "known_disclosure", "address_led_to_prohibited_disclosure") is True:
        return action
    return held


_PROCEDURES: tuple[tuple[Paragraph, str, Callable[[Case, Event], Met]], ...] = (
    (("6", "d", "4", "i", "A"), EMAIL_USED, email_used),
    (("6", "d", "4", "i", "B"), EMAIL_CONSENT, email_consent),
    (("6", "d", "4", "ii"), EMAIL_CREDITOR, email_creditor),
    (("6", "d", "4", "iii"), EMAIL_PRIOR, email_prior),
    (("6", "d", "5", "i"), TEXT_USED, text_used),
    (("6", "d", "5", "ii"), TEXT_CONSENT, text_consent),
)


def employer_address(case: Case) -> Finding:
    """12 CFR 1006.22(f)(3): no email to a known employer address, but for (d)(4)(i) and (iii)."""
    action = case.action
    if action is None:
        return unknown("1006.22(f)(3) speaks about an email, and none is proposed.")
    if medium_of(action) not in (EMAIL, None):
        return free(EMPLOYER_EMAIL)
    known = employer_provided(case, action)
    if known is None:
        return free(EMPLOYER_EMAIL)
    for rule in (email_used, email_consent, email_prior):
        met = rule(case, action)
        if met is not None:
            return free(EMPLOYER_EMAIL, *met)
    stated = paragraph(action.get("procedure", "address_procedure", "described_in"))
    if stated[:4] in (("6", "d", "4", "i"), ("6", "d", "4", "iii")):
        return free(EMPLOYER_EMAIL)
    return barred(EMPLOYER_EMAIL, known if isinstance(known, Event) else None)

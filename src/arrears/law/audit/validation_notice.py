"""When a validation notice is due, and to whom it goes: 12 CFR 1006.34(a), (b)(2)."""

from __future__ import annotations

from datetime import date, timedelta

from arrears.law.audit.case import Case, Event
from arrears.law.audit.communicate import is_communication, is_limited, is_pleading
from arrears.law.audit.figures import number
from arrears.law.audit.media import is_collectors
from arrears.law.audit.people import CONSUMER, recipient_of, role_of
from arrears.law.audit.verdict import (
    NOT_REQUIRED,
    REQUIRED,
    Finding,
    answered,
    barred,
    free,
    unknown,
)
from arrears.law.audit.words import says, truth, words

NOTICE = "us.reg_f.validation_notice"
PAID = "us.reg_f.validation_paid"
INITIAL = "us.reg_f.initial_communication"


NOTICE_KINDS = (
    "validation_notice_mailed",
    "validation_notice_sent",
    "validation_notice_emailed",
    "validation_notice",
    "send_validation_notice",
    "validation_information_provided",
    "validation_notice_delivered",
    "validation_notice_sent_electronically",
    "subsequent_validation_notice",
)


def notices(case: Case) -> list[Event]:
    return [
        event
        for event in case.until_action
        if event.kind in NOTICE_KINDS or says(words(event.kind), r" validation notice ")
    ]


def is_initial(case: Case, event: Event) -> bool:
    """34(b)(2): the first conveying of information regarding the debt, but for pleadings and notices of other laws."""
    if is_pleading(event) or is_limited(case, event):
        return False
    line = words([event.kind, event.get("content", "purpose", "form", "required_by", "type", "notice_type", "what")])
    if says(
        line,
        (
            r" (internal revenue|irs|irc|1099\w*|tax|gramm leach|glba|privacy notice|data breach|"
            r"security breach|breach|privacy risk) "
        ),
    ):
        related = event.yes("relates_to_collection", "related_to_collection", "also_asks_for_payment", "collects")
        required = not event.denied("expressly_required", "expressly_required_by_law")
        if not related and required:
            return False
    if event.kind == "initial_communication":
        return True
    if event.kind == "inbound_call" and not says(words(event.get("outcome")), r" conversation "):
        return False
    if event.kind == "call_attempt" and not says(words(event.get("outcome")), r" (conversation|voicemail|spoke) "):
        return False
    if event.kind not in ("conversation",) and not is_collectors(case, event.by):
        return False
    if role_of(case, recipient_of(event), event) != CONSUMER:
        return False
    return is_communication(case, event)


def initial_communication(case: Case) -> Event | None:
    action = case.action
    for event in case.events:
        if action is not None and event.at > action.at:
            break
        if is_initial(case, event):
            return event
    return None


def _paid_before(case: Case, due: date) -> Event | None:
    for event in case.until_action:
        if event.kind in ("payment", "paid", "paid_in_full"):
            partial = (
                event.named(False, r" full ")
                or event.named(True, r" partial\w* ")
                or says(words(event.get("kind", "type", "extent", "fact")), r" (partial|part) ")
            )
            if not partial and case.day(event.at) <= due:
                return event
    return None


def notice_timely(case: Case) -> Finding:
    """34(a)(1)(i)(B), (a)(2): within five days after the initial communication, unless paid before."""
    action = case.action
    first = initial_communication(case)
    kind = case.ask.get("kind")
    if kind == "duty":
        return notice_duty(case)
    if kind == "date":
        if first is None:
            return unknown("No initial communication is given.")
        return answered(f"date={case.day(first.at) + timedelta(days=number(NOTICE, 'within_days'))}", NOTICE, first)
    if action is None:
        return unknown("1006.34(a) speaks about sending a notice, and no step is proposed.")
    addressee = _addressee(case, action)
    if addressee is not None:
        return addressee
    if not says(words(action.kind), r" (validation|notice|letter|email|decision|wait|omit\w*) "):
        return free(NOTICE)
    if first is None or first.yes(
        "validation_information_given_orally",
        "validation_information_provided",
        "validation_information_included",
        "included_validation_information",
        "contains_validation_information",
    ):
        return free(NOTICE, first)
    sent = [event for event in notices(case) if event.at < action.at]
    if sent and (case.day(sent[0].at) - case.day(first.at)).days <= number(NOTICE, "within_days"):
        return free(NOTICE, first, *sent)
    due = case.day(first.at) + timedelta(days=number(NOTICE, "within_days"))
    paid = _paid_before(case, due)
    if paid is not None:
        return free(PAID, paid)
    return free(NOTICE, first) if case.day(action.at) <= due else barred(NOTICE, first)


def notice_duty(case: Case) -> Finding:
    """`duty`: whether a validation notice has to be sent at this point."""
    first = initial_communication(case)
    if first is None:
        acting = case.action
        if (
            acting is not None
            and says(words(acting.kind), r" (initial communication|email|letter|text|conversation) ")
            and is_initial(case, acting)
        ):
            return answered(REQUIRED, NOTICE)
        return answered(NOT_REQUIRED, INITIAL, *case.until_action)
    if first.yes(
        "validation_information_given_orally",
        "validation_information_provided",
        "validation_information_included",
        "contains_validation_information",
    ):
        return answered(NOT_REQUIRED, NOTICE, first)
    if first.kind in NOTICE_KINDS:
        return answered(NOT_REQUIRED, NOTICE, first)
    due = case.day(first.at) + timedelta(days=number(NOTICE, "within_days"))
    paid = _paid_before(case, due)
    if paid is not None:
        return answered(NOT_REQUIRED, PAID, paid)
    sent = [event for event in notices(case) if not came_back(case, event)]
    if sent:
        return answered(NOT_REQUIRED, NOTICE, *sent)
    return answered(REQUIRED, NOTICE, first)


def _addressee(case: Case, action: Event) -> Finding | None:
    """Comment 34(a)(1)-1: where the consumer is known to be dead, a person acting for the estate, by name."""
    if not case.deceased and case.states("knows_consumer_deceased") is not True:
        return None
    if (
        case.states(
            "validation_information_previously_provided_to_consumer",
            "validation_information_previously_provided",
            "previously_provided_to_consumer",
        )
        is True
    ):
        return free(NOTICE)
    addressee = action.get("addressee", "to", "recipient", "addressed_to")
    if addressee is None:
        return None
    line = words(addressee)
    named = action.get(
        "addressee_identified_by_name", "identified_by_name", "by_name", "named", "addressee_named", "individual_named"
    )
    acts = says(
        line,
        (
            r" (representative|executor|executrix|administrator|administratrix|successor|authorized|"
            r"authorised|personal representative|spouse) "
        ),
    )
    authorized = action.get("authorized_to_act", "addressee_authorized", "authorized_to_act_for_estate", "authorized")
    if truth(authorized) is False:
        return barred(NOTICE)
    if truth(authorized) is True:
        acts = True
    if not acts and not str(addressee).lower().startswith("person:"):
        return barred(NOTICE)
    if (
        says(line, r" spouse ")
        and truth(authorized) is not True
        and not says(line, r" (executor|representative|administrator) ")
    ):
        return barred(NOTICE)
    return barred(NOTICE) if truth(named) is False else free(NOTICE)


def came_back(case: Case, notice: Event) -> bool:
    from arrears.law.audit.furnish import same_channel, undeliverable

    later = [event for event in notices(case) if event.at > notice.at]
    before = later[0].at if later else None
    return any(
        event.at >= notice.at
        and (before is None or event.at <= before)
        and undeliverable(event)
        and same_channel(event, notice)
        for event in case.until_action
    )

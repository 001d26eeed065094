"""What comes before a debt is reported to a consumer reporting agency: 12 CFR 1006.30(a)."""

from __future__ import annotations

from datetime import timedelta

from arrears.law.audit.case import Case, Event, as_day, within
from arrears.law.audit.communicate import is_limited
from arrears.law.audit.figures import number
from arrears.law.audit.media import (
    EMAIL,
    MAIL,
    SOCIAL,
    TEXT,
    WEB,
    is_collectors,
    medium_of,
    named_medium,
)
from arrears.law.audit.people import CONSUMER, recipient_of, role_of
from arrears.law.audit.verdict import (
    SAFE,
    UNSAFE,
    Finding,
    because,
    unknown,
)
from arrears.law.audit.words import says, words

FURNISH = "us.reg_f.furnish"


def furnishing(case: Case) -> Finding:
    """12 CFR 1006.30(a): spoken with the consumer, or written and waited without a notice of undeliverability."""
    action = case.action
    if action is None:
        return unknown("1006.30(a) speaks about furnishing, and no step is proposed.")
    harbour = case.ask.get("kind") == "safe_harbor"
    yes, no = (SAFE, UNSAFE) if harbour else ("allowed", "prohibited")
    agency = words(
        [
            recipient_of(action),
            action.get("agency_type", "cra_type", "agency", "recipient_type"),
            case.facts.get("consumer_reporting_agency"),
        ]
    )
    if says(agency, r" (check|checks|specialty|specialized) ") and not says(agency, r" (not|other than) "):
        return Finding(yes, (because(FURNISH, force="permitted"),))
    spoken = [event for event in case.until_action if _spoke(case, event)]
    if spoken and not within(case.rule, ("30", "a", "1", "ii")):
        return Finding(yes, (because(FURNISH, *spoken[:1], force="permitted"),))
    wait = number(FURNISH, "wait_days")
    monitors = case.states(
        "monitors_undeliverability", "permits_and_monitors_undeliverability", "monitors", "monitoring"
    )
    returned: list[Event] = []
    for sent in (event for event in case.until_action if _sent_about_debt(case, event)):
        if monitors is False or sent.denied("monitored", "monitors_undeliverability"):
            returned.append(sent)
            continue
        period_end = case.day(sent.at) + timedelta(days=wait)
        bounced = [
            event
            for event in case.until_action
            if sent.at <= event.at <= action.at
            and case.day(event.at) < period_end
            and undeliverable(event)
            and same_channel(event, sent)
            and not _later_sending(case, sent, event)
        ]
        if bounced:
            returned.extend([sent, *bounced])
            continue
        if case.day(action.at) >= period_end:
            return Finding(yes, (because(FURNISH, sent, force="permitted"),))
        returned.append(sent)
    earlier = [event for event in case.until_action if event.kind == "furnish" and event.at < action.at]
    for event in earlier:
        before = Case(case.id, case.rule, case.rule_text, {"kind": "may_act"}, case.facts, case.events, event)
        if furnishing(before).answer == "allowed":
            return Finding(yes, (because(FURNISH, event, force="permitted"),))
    return Finding(no, (because(FURNISH, *returned),))


def _spoke(case: Case, event: Event) -> bool:
    """(a)(1)(i): speaks to the consumer about the debt, in person or by telephone."""
    if event.kind not in (
        "conversation",
        "call_attempt",
        "initial_communication",
        "visit",
        "in_person_conversation",
        "in_person_meeting",
    ):
        return False
    medium = medium_of(event) or named_medium(event.get("medium", "channel"))
    if event.kind == "call_attempt" and not says(words(event.get("outcome")), r" (conversation|spoke) "):
        return False
    if medium not in ("telephone", "in_person") and event.kind not in ("in_person_conversation", "in_person_meeting"):
        return False
    if event.denied("about_debt", "about_the_debt", "debt_discussed"):
        return False
    if says(words(event.get("topic", "content")), r" (no particular debt|not about|unrelated|general|wrong) "):
        return False
    if event.kind == "visit" and not says(event.line, r" (conversation|spoke|talk\w*) "):
        return False
    return role_of(case, recipient_of(event), event) == CONSUMER


def _sent_about_debt(case: Case, event: Event) -> bool:
    if not is_collectors(case, event.by) or is_limited(case, event):
        return False
    if event.denied("about_debt", "about_the_debt", "mentions_debt"):
        return False
    if says(words(event.get("content", "topic")), r" (marketing|advertis\w*|unrelated|not about) "):
        return False
    if role_of(case, recipient_of(event), event) != CONSUMER:
        return False
    if says(words(event.kind), r" validation (notice|information) "):
        return True
    return medium_of(event) in (MAIL, EMAIL, TEXT, SOCIAL, WEB)


def undeliverable(event: Event) -> bool:
    return says(
        words([event.kind, event.get("result", "status", "fact", "content")]),
        r" (undeliverab\w*|undelivered|returned( mail)?|bounce\w*|not delivered|return to sender) ",
    ) and event.kind not in ("placement_returned",)


def same_channel(event: Event, sent: Event) -> bool:
    given = named_medium(event.get("channel", "medium", "via"))
    refers = event.get("notice_sent_on", "of", "refers_to", "sent_on", "for_notice_of")
    if refers is not None and as_day(refers) is not None:
        return str(refers)[:10] == sent.at.date().isoformat()
    medium = medium_of(sent) or MAIL
    return given is None or given == medium


def _later_sending(case: Case, sent: Event, bounced: Event) -> bool:
    """Whether a later message of the same kind, sent before the notice came back, is the likelier one it is about."""
    return False

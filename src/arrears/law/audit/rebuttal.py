"""
Warnings beside a presumption: the factors that may rebut it either way, and what to look at across media.

Comments 14(b)(2)(i)-2, 14(b)(2)(ii)-2, 14(a)-1 and -2. A factor never changes the presumption; it is for people.
"""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from arrears.law.audit.case import Case, Event
from arrears.law.audit.figures import number
from arrears.law.audit.media import (
    EMAIL,
    SOCIAL,
    TELEPHONE,
    TEXT,
    contacts_by_consumer,
    is_collectors,
    is_consumers,
    medium_of,
)
from arrears.law.audit.words import says, words

if TYPE_CHECKING:
    from arrears.law.audit.count_calls import Call

REBUTS_COMPLIANCE = "us.reg_f.rebut_compliance"
CUMULATIVE = "us.reg_f.cumulative_contact"

_LITIGATION = (
    r" (litigation|lawsuit|court ordered|court order|settle (active )?(litigation|suit|case)|"
    r"litigat\w*|discovery|court|trial|hearing) "
)
_REQUIRED = (
    r" (required by law|required by applicable law|legally required|1024 39|regx|reg x|"
    r"comply with law|applicable law|12cfr\w*|12 cfr|loss mitigation|mandated|statutor\w*) "
)
_INFORMATION = (
    r" (information request|requested information|consumer request\w*|respond to consumer|"
    r"provide requested|information requested|consumer asked|answer consumer|information) "
)
_CRITICAL = (
    r" (dropped|resume\w*|complete (the )?conversation|reconnect|grace period|late fee|deadline|"
    r"avoid\w*|expir\w*|pending penalty|time critical|time sensitive|negative effect|"
    r"foreclosure|shutoff|repossession|penalty|pre ?empt) "
)
_OWN_CONTROL = (
    r" (collectors? control|in (the )?control|within (the )?(debt )?collectors? control|"
    r"controlled by (the )?collector|own control|discount|one time (only )?offer|promotional|"
    r"settlement offer expir\w*|artificial|collector could extend) "
)
_NOT_OWN = (
    r" (not (in|within) (the )?(debt )?collectors? control|"
    r"outside (the )?(debt )?collectors? control|creditors? control|creditor controlled|"
    r"beyond (the )?(debt )?collectors? control|set by (the )?creditor) "
)
_UNWANTED = (
    r" (not (wish|want)|do not (contact|call)|no (further )?contact|stop\w*|cease|refus\w*|"
    r"does not owe|not owe|not my debt|leave me alone|wrong person|not contact|no more calls|"
    r"disput\w*|denies|deny|not be contacted|not to be contacted) "
)
_ABUSIVE = r" (obscene|profane|profanity|abusive|vulgar|curse|cursing|expletive\w*|obscenit\w*) "
_VIOLENT = r" (violence|violent|threat\w*|criminal|harm) "


def flags_for(case: Case, calls: list[Call], until: datetime) -> tuple[str, ...]:
    """The warnings for these calls, in a settled order."""
    flags: list[str] = []
    events = [call.event for call in calls]
    flags.extend(_purposes(events))
    near = timedelta(minutes=number(REBUTS_COMPLIANCE, "rapid_within_minutes"))
    heavy = number(REBUTS_COMPLIANCE, "concentrated_at_least_per_day")
    silent = [call for call in calls if not says(words(call.event.get("outcome")), r" (conversation|spoke|answered) ")]
    if _rapid([call.event for call in silent], near):
        flags.append("rebuttal_factor:rapid_succession")
    if _heaviest_day(calls) >= heavy:
        flags.append("rebuttal_factor:high_concentration")
    left = [call for call in calls if _left_voicemail(call.event)]
    if _rapid([call.event for call in left], near) or _heaviest_day(left) >= heavy:
        flags.append("rebuttal_factor:voicemail_pattern")
    if _said_no(case, events, until):
        flags.append("rebuttal_factor:prior_communication_content")
    flags.extend(_conduct(case, events, until))
    if _cumulative(case, calls, until):
        flags.append("cumulative_contact_review")
    return tuple(dict.fromkeys(flags))


def _purposes(events: list[Event]) -> list[str]:
    flags: list[str] = []
    for event in events:
        line = words([event.get("purpose", "reason"), event.get("required_by"), event.get("purpose_detail", "detail")])
        truthy = words([name for name, value in event.raw.items() if value is True])
        both = words([line, truthy])
        if says(both, _REQUIRED):
            flags.append("rebuttal_factor:required_by_law")
        if says(both, _LITIGATION) and not says(both, r" (threat\w*|contemplated|no litigation|potential) "):
            flags.append("rebuttal_factor:active_litigation")
        if says(line, _INFORMATION) and says(line, r" (request\w*|respond\w*|asked|answer\w*) "):
            flags.append("rebuttal_factor:consumer_information_request")
        own = says(both, _OWN_CONTROL) and not says(both, _NOT_OWN)
        denied = event.yes(
            "within_collectors_control", "in_collectors_control", "negative_effect_in_collectors_control"
        )
        if (
            says(both, _CRITICAL)
            and not own
            and not denied
            and not says(both, _REQUIRED)
            and not event.denied("time_of_essence", "time_is_of_the_essence", "demonstrably_negative_effect")
        ):
            flags.append("rebuttal_factor:time_critical_benefit")
    return flags


def _rapid(events: list[Event], near: timedelta) -> bool:
    """Two to the same number within the interval."""
    by_number: dict[str | None, list[datetime]] = {}
    for event in events:
        by_number.setdefault(event.number, []).append(event.at)
    for instants in by_number.values():
        ordered = sorted(instants)
        if any(later - earlier <= near for earlier, later in itertools.pairwise(ordered)):
            return True
    return False


def _heaviest_day(calls: list[Call]) -> int:
    days: dict[object, int] = {}
    for call in calls:
        days[call.day] = days.get(call.day, 0) + 1
    return max(days.values(), default=0)


def _left_voicemail(event: Event) -> bool:
    line = words([event.get("outcome"), event.kind])
    return says(line, r" voicemail ") and not says(line, r" (unable|without message|no message|not leave) ")


def _said_no(case: Case, events: list[Event], until: datetime) -> bool:
    """2.iii: the person told the collector not to contact, that they refuse, that they do not owe; then a call came."""
    last_call = max((event.at for event in events), default=None)
    if last_call is None:
        return False
    for event in case.events:
        if event.at > until or event.at >= last_call:
            continue
        if event.kind in ("consent", "consent_withdrawn", "call_attempt"):
            continue
        if event.kind == "dispute":
            return True
        own = event.kind in (
            "consumer_request",
            "consumer_statement",
            "conversation",
            "knowledge",
            "inbound_call",
            "letter",
            "refuse_to_pay",
        ) or is_consumers(case, event.by)
        line = words(
            [
                event.kind,
                event.get("request", "fact", "statement", "content", "words"),
                event.get("words"),
                event.get("consumer_said", "said", "consumer_says", "content_flags"),
            ]
        )
        if own and says(line, r" (withdraw|withdrawn|no longer) inconvenient "):
            continue
        if own and says(line, _UNWANTED) and not says(line, r" (inconvenient time|opt out) "):
            return True
    return False


def _conduct(case: Case, events: list[Event], until: datetime) -> list[str]:
    """2.iv and comment 14(b)(1)-2: what the collector itself said before."""
    flags: list[str] = []
    seen = [event for event in case.events if event.at <= until and is_collectors(case, event.by)]
    spoken = [event for event in case.events if event.at <= until and event.kind == "conversation"]
    for event in [*seen, *spoken]:
        line = words(
            [
                event.get("content", "language", "content_flags", "words"),
                event.get("script"),
                event.get("voicemail_content", "message"),
            ]
        )
        truthy = words([name for name, value in event.raw.items() if value is True])
        if says(line, _ABUSIVE) or says(truthy, _ABUSIVE):
            flags.append("obscene_language")
            flags.append("rebuttal_factor:prior_conduct")
            flags.append("rebuttal_factor:prior_communication_content")
        elif says(line, _VIOLENT) and says(line, r" (violence|violent|criminal) "):
            flags.append("rebuttal_factor:prior_conduct")
            flags.append("rebuttal_factor:prior_communication_content")
    return flags


def _cumulative(case: Case, calls: list[Call], until: datetime) -> bool:
    """
    Comments 14(a)-1.i and -2.i: many unsolicited messages, alone or beside calls, without an answer.

    The thresholds are a house line for a review by a person, not the law's: the comments give none.
    """
    span = timedelta(days=number(CUMULATIVE, "days"))
    total_over = number(CUMULATIVE, "contacts_more_than")
    messages_least = number(CUMULATIVE, "messages_at_least")
    messages = [
        event
        for event in case.events
        if event.at <= until
        and medium_of(event) in (EMAIL, TEXT, SOCIAL)
        and is_collectors(case, event.by)
        and not event.yes("in_reply_to_consumer")
    ]
    answered = contacts_by_consumer(case, [event for event in case.events if event.at <= until])
    answered = [event for event in answered if medium_of(event) != TELEPHONE or event.kind == "inbound_call"]
    for message in messages:
        inside = [event for event in messages if timedelta(0) <= event.at - message.at < span]
        beside = [call for call in calls if abs(call.event.at - message.at) < span]
        spread = [*(event.at for event in inside), *(call.event.at for call in beside)]
        if max(spread) - min(spread) >= span + timedelta(days=1):
            continue
        replied = any(min(spread) <= event.at <= max(spread) for event in answered)
        if len(inside) >= messages_least and len(inside) + len(beside) > total_over and not replied:
            return True
    return False

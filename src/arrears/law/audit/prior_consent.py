"""What lifts the limits of (b)(1) to (3): the consumer's consent, a court's permission. 12 CFR 1006.6(b)(4)."""

from __future__ import annotations

from datetime import timedelta

from arrears.law.audit.case import Case, Event, as_day
from arrears.law.audit.inconvenient import clock_minute, covering, weekdays, windows_in
from arrears.law.audit.local_hours import inconvenient_at
from arrears.law.audit.media import (
    IN_PERSON,
    TELEPHONE,
    contacts_by_consumer,
    is_collectors,
    is_consumers,
    medium_of,
    named_medium,
)
from arrears.law.audit.place import zones_at
from arrears.law.audit.verdict import Finding, free
from arrears.law.audit.words import as_list, says, words

CONSENT = "us.reg_f.prior_consent"
COURT = "us.reg_f.court_permission"


def lifted(case: Case, what: str, since: Event | None = None) -> Finding | None:
    """The consumer's prior consent, given directly and lawfully, or a court's express permission."""
    court = _court(case)
    if court is not None:
        return free(COURT, court if isinstance(court, Event) else None)
    for event in case.until_action:
        if event.kind != "consent" or not _consents_to(case, event, what):
            continue
        if since is not None and event.at < since.at:
            continue
        if _withdrawn(case, event) or not _lawfully_given(case, event):
            continue
        return free(CONSENT, event)
    return None


def _court(case: Case) -> Event | bool | None:
    if case.states("court_permission", "express_court_permission", "court_express_permission") is True:
        return True
    for event in case.until_action:
        if event.says(r" court ", r" (permission|permits|permitted|authori\w+|allows|allowed) ") and not event.says(
            r" (denied|not|sought|requested|without|pending|no|incompetent) "
        ):
            return event
    return None


def given_to_collector(case: Case, event: Event) -> bool:
    """Comment 6(b)(4)(i)-2: directly to this collector, not to a creditor or an earlier collector."""
    given = event.get("given_to", "to", "received_by")
    line = words(given)
    if given is None:
        return not event.denied("given_directly", "direct")
    if says(line, r" (creditor|prior|previous|former|another|lender|earlier|servicer|original|third) "):
        return False
    if not says(line, r" (collector|agency|us|directly) ") and not is_collectors(case, str(given)):
        return False
    return not event.denied("given_directly", "direct")


def _consents_to(case: Case, event: Event, what: str) -> bool:
    action = case.action
    assert action is not None
    if not given_to_collector(case, event):
        return False
    by = event.get("by", "given_by")
    if by is not None and not is_consumers(case, str(by)):
        return False
    scope = event.get("scope", "to_what", "for")
    line = words([scope, event.get("windows"), event.get("words"), event.get("place"), event.get("number")])
    if says(line, r" (text|email) ") and not says(line, r" (time|hours?|any) ") and what != "attorney":
        minutes = False
    else:
        minutes = True
    if event.debts and action.debts and not set(event.debts) & set(action.debts):
        return False
    allowed_days = [as_day(given) for given in as_list(event.get("valid_on", "days_valid"))]
    if any(allowed_days) and case.day(action.at) not in allowed_days:
        return False
    until = as_day(event.get("valid_until", "until", "expires_on"))
    if until is not None and case.day(action.at) > until:
        return False
    if what == "time":
        return minutes and _covers_time(case, event, line)
    if what == "place":
        return says(line, r" (home|place|work|landline|hospital|there|any) ")
    if what == "workplace":
        return says(line, r" (work|workplace|office|employer|employment|any|place) ")
    return says(
        line, r" (direct\w*|contact|communicat\w*|me|attorney|call|calls|email|additional|represent\w*|any|discuss\w*) "
    )


def _covers_time(case: Case, event: Event, line: str) -> bool:
    action = case.action
    assert action is not None
    stated = list(windows_in(event.get("windows", "window", "times"), event))
    if stated:
        return covering(stated, case, action.at) is not None
    spoken = [word for word in line.split() if word.isdigit() and len(word) == 4]
    if len(spoken) >= 2:
        start, end = clock_minute(int(spoken[0])), clock_minute(int(spoken[1]))
        zones = zones_at(case, action.at)
        for zone in zones:
            local = action.at.astimezone(zone)
            minute = local.hour * 60 + local.minute
            days = weekdays(event.get("days"))
            if days and local.weekday() not in days:
                return False
            if (
                start is None
                or end is None
                or not (start <= minute <= end or (end < start and not end < minute < start))
            ):
                return False
        return True
    if len(spoken) == 1 and says(line, r" (after|from|until|before) "):
        limit = clock_minute(int(spoken[0])) or 0
        local = action.at.astimezone(zones_at(case, action.at)[0]) if zones_at(case, action.at) else action.at
        minute = local.hour * 60 + local.minute
        return minute >= limit if says(line, r" (after|from) ") else minute <= limit
    if says(
        line,
        (
            r" (any ?time|all hours|at any hour|anytime|outside hours|inconvenient|late|evening|"
            r"evenings|night|early|morning|weekend|weekends|after hours|after 9|before 8|after 2100|"
            r"before 800) "
        ),
    ):
        local = action.at.astimezone(zones_at(case, action.at)[0]) if zones_at(case, action.at) else action.at
        if says(line, r" (evening|evenings|night|late) ") and not says(line, r" (early|morning) "):
            return local.hour >= 12
        if says(line, r" (early|morning) ") and not says(line, r" (evening|night|late) "):
            return local.hour < 12
        named = weekdays(line)
        return not named or local.weekday() in named
    if says(line, r" (additional calls|continue|continuation) "):
        return False
    return weekdays(line) == frozenset() or action.at.astimezone().weekday() in weekdays(line)


def _withdrawn(case: Case, consent: Event) -> bool:
    scope = words(consent.get("scope"))
    for event in case.until_action:
        taken_back = event.kind == "consent_withdrawn" or event.says(r" (withdraw\w*|revoke\w*) consent ")
        if taken_back and event.at >= consent.at:
            named = event.get("scope")
            if named is None or words(named) == scope or says(words(named), r" (all|any) "):
                return True
    return False


def _lawfully_given(case: Case, consent: Event) -> bool:
    """
    (b)(4)(i): 'during a communication that does not violate paragraphs (b)(1) through (3)'.

    A consent that came in the consumer's own message is lawful at any hour; one asked for on a call that the
    collector placed at an inconvenient time or place is not.
    """
    if consent.denied("given_during_compliant_communication", "communication_lawful", "during_lawful_communication"):
        return False
    if consent.yes("given_during_inconvenient_communication", "given_during_violation", "during_inconvenient_call"):
        return False
    if consent.says(r" (during|in) (an |the )?(inconvenient|unlawful|late|prohibited) "):
        return False
    medium = named_medium(consent.get("via", "medium", "channel"))
    own = [
        event
        for event in contacts_by_consumer(case, case.until_action)
        if abs(event.at - consent.at) <= timedelta(hours=1)
    ]
    if any(medium is None or medium_of(event) == medium for event in own):
        return True
    if medium not in (None, TELEPHONE, IN_PERSON):
        return True
    placed = [
        event
        for event in case.until_action
        if event.at <= consent.at
        and consent.at - event.at <= timedelta(hours=1)
        and medium_of(event) == TELEPHONE
        and (is_collectors(case, str(event.get("call_placed_by", "by", default="collector"))))
    ]
    if not placed:
        return True
    begun = placed[0]
    earlier = Case(case.id, case.rule, case.rule_text, case.ask, case.facts, case.events, begun)
    return inconvenient_at(earlier, begun.at) is None

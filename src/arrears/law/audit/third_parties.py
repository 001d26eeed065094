"""
Who else may hear of a debt, and how one asks others where a consumer is: 12 CFR 1006.6(d)(1)-(2) and 1006.10.
"""

from __future__ import annotations

from arrears.law.audit.attorney import attorney_known
from arrears.law.audit.case import Case, Event, Paragraph, within
from arrears.law.audit.figures import number
from arrears.law.audit.media import is_collectors, medium_of
from arrears.law.audit.people import (
    CONSUMER,
    CONSUMER_ATTORNEY,
    CRA,
    MAY_BE_TOLD,
    recipient_of,
    role_of,
    same_person,
)
from arrears.law.audit.prior_consent import given_to_collector
from arrears.law.audit.verdict import Finding, barred, free, unknown
from arrears.law.audit.words import as_list, says, truth, words

THIRD_PARTIES = "us.reg_f.third_parties"
MAY_TELL = "us.reg_f.third_party_exceptions"
IDENTITY = "us.reg_f.location_identity"
NO_DEBT = "us.reg_f.location_no_debt"
NO_POSTCARD = "us.reg_f.location_no_postcard"
NO_SYMBOL = "us.reg_f.location_no_symbol"
TO_ATTORNEY = "us.reg_f.location_attorney"
ONCE = "us.reg_f.location_once"
CONSUMERS = "us.reg_f.consumer"


def who_is_reached(case: Case) -> str:
    """Who gets the message in fact, where the case says so: an overheard or misdirected one reaches another."""
    action = case.action
    assert action is not None
    reached = action.get("reaches", "received_by", "heard_by", "read_by", "actual_recipient", "answered_by")
    return str(reached) if reached is not None else recipient_of(action)


def conveys_debt(case: Case, action: Event) -> bool:
    """12 CFR 1006.2(d): information regarding a debt, directly or indirectly; a limited-content message has none."""
    stated = action.get("discloses_debt", "conveys_debt_information", "mentions_debt", "discloses_debt_information")
    if stated is not None:
        return truth(stated) is True
    about = words([action.get("content", "intended_outcome", "outcome", "says"), action.kind])
    return not says(
        about, r" (limited content|marketing|advertis\w*|no debt|without any specific debt|no information) "
    )


def may_be_told(case: Case) -> Finding:
    """12 CFR 1006.6(d)(1) with the exceptions of (d)(2)."""
    action = case.action
    if action is None:
        return unknown("1006.6(d) speaks about a step, and none is proposed.")
    person = who_is_reached(case)
    role = role_of(case, person, action)
    if role == CRA:
        permitted = case.states("cra_use_permitted_by_law", "permitted_by_law", "otherwise_permitted_by_law")
        return barred(THIRD_PARTIES) if permitted is False else free(THIRD_PARTIES)
    if role in MAY_BE_TOLD:
        return free(THIRD_PARTIES)
    if not conveys_debt(case, action):
        return free(THIRD_PARTIES)
    purpose = words([action.get("purpose", "reason"), case.facts.get("purpose")])
    if says(purpose, r" (location|locate|locating) "):
        if case.states("consumer_location_known", "location_known", "location_already_known") is True:
            return barred(THIRD_PARTIES)
        asked = location_call(case, ("10",))
        return asked if asked.answer != "allowed" else free(MAY_TELL)
    excused = _excused(case, person, purpose)
    return excused if excused is not None else barred(THIRD_PARTIES)


def _excused(case: Case, person: str, purpose: str) -> Finding | None:
    action = case.action
    assert action is not None
    if case.states("court_permission", "express_court_permission", "court_express_permission") is True:
        return free(MAY_TELL)
    remedy = words([purpose, [name for name, value in action.raw.items() if value is True]])
    if says(remedy, r" (postjudgment|post judgment|garnish\w*|levy|writ|execution) "):
        necessary = case.states("reasonably_necessary", "necessary", "judgment_obtained")
        if necessary is not False and not says(remedy, r" (not|un|pre ?judgment) (reasonably )?(necessary)? "):
            return free(MAY_TELL)
    held: Event | None = None
    for event in case.until_action:
        line = words([event.get("scope", "to_what", "content", "fact", "words"), event.get("person", "third_party")])
        if event.says(r" court ", r" (permission|permits|permitted|authori\w+) ") and not event.says(
            r" (denied|not|sought|requested|without|pending) "
        ):
            return free(MAY_TELL, event)
        if event.kind == "consent" and given_to_collector(case, event):
            if event.get("by") is not None and role_of(case, str(event.by)) != CONSUMER:
                continue
            if event.debts and action.debts and not set(event.debts) & set(action.debts):
                continue
            if _names(line, person):
                held = event
        elif (
            event.kind == "consent_withdrawn"
            and held is not None
            and (event.get("scope") is None or _names(line, person))
        ):
            held = None
    return free(MAY_TELL, held) if held is not None else None


_EMPTY = {"third", "party", "person", "the", "s", "consumers", "consumer", "of", "a"}


def _names(line: str, person: str) -> bool:
    """Whether a consent to tell others covers this person."""
    wanted = [word for word in words(person).split() if word not in _EMPTY]
    if any(f" {word} " in line for word in wanted):
        return True
    general = says(line, r" (third part(y|ies)|anyone|any person|others|disclos\w*|discuss\w*|communicat\w*) ")
    named = says(
        line,
        (
            r" (mother|father|sister|brother|sibling|friend|neighbou?r|employer|son|daughter|relative|"
            r"counsel\w*|coworker|landlord|partner|roommate) "
        ),
    )
    return general and not named


def stands_for_consumer(case: Case) -> Finding:
    """12 CFR 1006.6(a): the people who are 'the consumer' for this section, and may be told as such."""
    action = case.action
    if action is None:
        return unknown("1006.6(a) speaks about a person, and no step names one.")
    role = role_of(case, recipient_of(action), action)
    return free(CONSUMERS) if role == CONSUMER else barred(CONSUMERS)


# ── 1006.10 ──────────────────────────────────────────────────────────────


def location_call(case: Case, asked: Paragraph) -> Finding:
    """12 CFR 1006.10(b) and (c): all of it, or the paragraph asked about."""
    action = case.action
    if action is None:
        return unknown("1006.10 speaks about a step, and none is proposed.")
    for paragraph, rule in _LOCATION:
        if within(paragraph, asked) or within(asked, paragraph):
            finding = rule(case, action)
            if finding.answer != "allowed":
                return finding
            last = finding
    return last


def _identity(case: Case, action: Event) -> Finding:
    if action.no("identifies_individual_name", "identifies_self_by_name", "states_own_name", "identifies_by_name"):
        return barred(IDENTITY)
    if action.no("states_confirming_or_correcting_location", "states_confirming_location", "states_purpose"):
        return barred(IDENTITY)
    named = action.yes("names_employer", "identifies_employer", "states_employer", "gives_employer", "names_collector")
    asked = action.yes("employer_expressly_requested", "employer_requested", "expressly_requested", "employer_asked")
    return barred(IDENTITY) if named and not asked else free(IDENTITY)


def _no_debt(case: Case, action: Event) -> Finding:
    stated = ("states_consumer_owes_debt", "states_debt", "mentions_debt", "discloses_debt", "says_owes_debt")
    if action.yes(*stated):
        return barred(NO_DEBT)
    spoken = words([action.get("says", "script", "words", "statement")])
    if not any(action.has(name) for name in stated) and says(
        spoken, r" (owes|owe|owed|debt|debts|past due|overdue|delinquen\w*) "
    ):
        return barred(NO_DEBT)
    return free(NO_DEBT)


def _no_postcard(case: Case, action: Event) -> Finding:
    card = action.kind == "postcard" or action.yes("postcard") or says(action.get("form", "format"), r" postcard ")
    return barred(NO_POSTCARD) if card else free(NO_POSTCARD)


def _no_symbol(case: Case, action: Event) -> Finding:
    for name in ("envelope", "contents", "letter", "content", "mail"):
        held = action.get(name)
        if isinstance(held, dict):
            for key, value in held.items():
                if truth(value) is True and says(key, r" (debt|collect\w*|collection) ") and "not" not in key:
                    return barred(NO_SYMBOL)
        elif isinstance(held, str | list) and says(held, r" (debt|collection|collector|collections) "):
            return barred(NO_SYMBOL)
    for name, value in action.raw.items():
        if truth(value) is True and says(name, r" (indicates|shows|symbol|logo|language) ", r" (debt|collect\w*) "):
            return barred(NO_SYMBOL)
    return free(NO_SYMBOL)


def _to_attorney(case: Case, action: Event) -> Finding:
    if role_of(case, recipient_of(action), action) == CONSUMER_ATTORNEY:
        return free(TO_ATTORNEY)
    known = attorney_known(case)
    if not known:
        return free(TO_ATTORNEY)
    from arrears.law.audit.attorney import attorney_opens

    opened = attorney_opens(case)
    event = known if isinstance(known, Event) else None
    if opened and not (isinstance(opened, Event) and opened.says(r" consent\w* ")):
        return free(TO_ATTORNEY, opened if isinstance(opened, Event) else None)
    return barred(TO_ATTORNEY, event)


def _once(case: Case, action: Event) -> Finding:
    person = recipient_of(action)
    if role_of(case, person, action) == CONSUMER:
        return free(ONCE)
    spoken: list[Event] = []
    asked_again: Event | None = None
    erroneous = case.states(
        "earlier_response_erroneous_or_incomplete",
        "earlier_response_believed_erroneous",
        "earlier_response_erroneous",
        "earlier_response_incomplete",
        "believes_earlier_response_erroneous_or_incomplete",
        "reasonably_believes_earlier_response_erroneous_or_incomplete",
        "believes_earlier_erroneous",
        "reasonably_believes_earlier_response_erroneous",
        "earlier_answer_believed_wrong",
    )
    corrected = case.states(
        "person_now_has_correct_information",
        "now_has_correct_information",
        "now_has_correct_or_complete_information",
        "believes_person_now_has_correct_information",
        "believes_now_has_correct_information",
        "now_has_correct",
    )
    for event in case.until_action:
        about = event.get("to", "with", "person", "by", "recipient", "source")
        if (
            about is not None
            and not same_person(case, str(about), person)
            and event.kind not in ("determination", "knowledge")
        ):
            continue
        if event.says(
            r" (earlier|previous|prior|response|answer) ", r" (erroneous|incomplete|wrong|incorrect|mistaken) "
        ):
            erroneous = not event.says(r" (not|no reason) ")
        if event.says(r" now (has|have|knows) ") or event.says(r" (correct|complete) (location )?information "):
            corrected = not event.says(r" no reason ") and corrected is not False
        asks = event.says(
            r" (call back|call again|contact again|call me|requests? (another|a further|further)|"
            r"asked? to be (called|contacted)) "
        )
        invites = event.kind in ("third_party_request", "person_request", "request_by_person")
        if (asks or invites) and event.kind not in ("call_attempt", "letter", "email", "text"):
            asked_again = event
        elif is_collectors(case, event.by) and _communicated(event):
            if same_person(case, recipient_of(event), person):
                spoken.append(event)
        elif event.kind == "conversation" and same_person(case, recipient_of(event), person):
            spoken.append(event)
    belief = words(
        [action.get("belief", "basis", "reason", "because"), [n for n, v in action.raw.items() if v is True]]
    )
    if says(belief, r" (erroneous|incomplete|wrong|incorrect|mistaken) "):
        erroneous = True if erroneous is None else erroneous
    belief_asks = says(belief, r" (requested|requests|asked) ") and not says(belief, r" (employer|not) ")
    if belief_asks or truth(action.get("requested_by")) is True:
        return free(ONCE, *spoken)
    if action.yes(
        "requested_by_person", "requested_by_third_party", "at_person_request", "person_requested", "requested"
    ):
        return free(ONCE, *spoken)
    done = len({event.at for event in spoken})
    if done < number(ONCE, "at_most_times"):
        return free(ONCE)
    if asked_again is not None and asked_again.at >= spoken[-1].at:
        return free(ONCE, asked_again)
    if erroneous and corrected is not False:
        return free(ONCE, *spoken)
    return barred(ONCE, *spoken)


def _communicated(event: Event) -> bool:
    """A call that nobody answered was an attempt and no communication."""
    if medium_of(event) is None:
        return False
    outcome = words(event.get("outcome"))
    if event.kind in ("call_attempt", "call"):
        return says(outcome, r" (conversation|answered|spoke|voicemail) ") and not says(
            outcome, r" (limited|dropped|unable|without) "
        )
    return event.kind not in ("consent",)


_LOCATION = (
    (("10", "b", "1"), _identity),
    (("10", "b", "2"), _no_debt),
    (("10", "b", "3"), _no_postcard),
    (("10", "b", "4"), _no_symbol),
    (("10", "b", "5"), _to_attorney),
    (("10", "c"), _once),
)

__all__ = ["as_list", "conveys_debt", "location_call", "may_be_told", "stands_for_consumer", "who_is_reached"]

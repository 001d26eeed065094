"""Which calls and conversations there were, toward which debts, and which are excluded: 12 CFR 1006.14(b)(3)-(4).

Excluded calls (consent, not connected, attorney and the like) drop out before anything is counted; a number found
not to be the person's drops its calls backwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from arrears.law.audit.case import Case, Event, as_day, instant
from arrears.law.audit.figures import names, number
from arrears.law.audit.media import TELEPHONE, is_collectors, medium_of
from arrears.law.audit.people import CONSUMER, MAY_BE_TOLD, recipient_of, role_of, same_person
from arrears.law.audit.prior_consent import given_to_collector
from arrears.law.audit.words import as_list, says, words

CONSENTED = "us.reg_f.excluded_consent"
UNCONNECTED = "us.reg_f.excluded_unconnected"
PROFESSIONAL = "us.reg_f.excluded_professionals"


_SAME_CALL = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Call:
    """A call the collector placed: to whom, toward which debts it counts, on which day, and what excludes it."""

    event: Event
    person: str
    debts: frozenset[str]
    day: date
    excluded: str | None = None
    excluded_by: Event | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """A telephone conversation, whoever placed the call."""

    event: Event
    person: str
    debts: frozenset[str]
    day: date


def is_call(case: Case, event: Event) -> bool:
    """Comment 14(b)-1: placing a call includes a ringless voicemail and excludes a text or email."""
    if event.kind == "conversation" or medium_of(event) != TELEPHONE:
        return False
    if event.kind in ("inbound_call", "respond_on_inbound_call", "answer_inbound_call", "continue_call"):
        return False
    return is_collectors(case, event.by)


def not_connected(event: Event) -> bool:
    """Comment 14(b)(3)(ii)-1: busy or not in service; a call that rings, drops or meets a voicemail connected."""
    line = words(event.get("outcome", "result", "disposition"))
    for outcome in names(UNCONNECTED, "outcomes"):
        if says(line, f" {' '.join(outcome.split('_'))} "):
            return True
    if says(
        line,
        (
            r" (busy|not in service|out of service|disconnected|failed|sit tone|invalid number|no ring|"
            r"did not connect|not connect\w*|unconnected|network error|fast busy|intercept) "
        ),
    ):
        return True
    if line.strip():
        return False
    return event.denied("connected") or event.get("connected", default=True) is False


def loans_as_one(case: Case, debt: str) -> frozenset[str]:
    """14(b)(4): student loans serviced under one account number when obtained are one particular debt."""
    held = case.debts
    own = held.get(debt, {})
    group = _group(own)
    if group is None or not _student(own):
        return frozenset({debt})
    return frozenset(name for name, entry in held.items() if _student(entry) and _group(entry) == group) | {debt}


def _group(entry: Any) -> str | None:
    for name in (
        "account_group",
        "account_number_at_placement",
        "serviced_under",
        "account_number_when_obtained",
        "serviced_under_account",
        "account_number",
        "servicing_account",
    ):
        if entry.get(name) is not None:
            return str(entry[name])
    return None


def _student(entry: Any) -> bool:
    return says(words([entry.get("type"), entry.get("kind")]), r" student ")


def particular_debts(case: Case, asked: str) -> list[frozenset[str]]:
    """The particular debts a question is about: one, all of them, or the loans of one account."""
    every = list(dict.fromkeys(loans_as_one(case, debt) for debt in case.debts))
    if asked in ("all", "any", "*"):
        return every
    if asked.startswith("group:"):
        account = asked.split(":", 1)[1]
        members = frozenset(name for name, entry in case.debts.items() if _group(entry) == account)
        return [members or frozenset({asked})]
    return [loans_as_one(case, asked)]


def _counted_toward(case: Case, event: Event) -> frozenset[str] | None:
    given = event.get("counted_toward", "counts_toward", "count_toward", "counted_towards", "allotted_to")
    if given is None:
        return None
    found: set[str] = set()
    for name in as_list(given):
        if str(name).startswith("group:"):
            found |= particular_debts(case, str(name))[0]
        elif str(name) in ("all", "each", "both"):
            found |= set(case.debts)
        else:
            found.add(str(name))
    return frozenset(found)


def _person(case: Case, event: Event) -> str:
    return recipient_of(event)


def placed_calls(case: Case, until: datetime) -> list[Call]:
    """Every call the collector placed up to an instant, with what excludes it."""
    calls: list[Call] = []
    attempts: list[Event] = []
    steps = list(case.events)
    if case.action is not None and case.ask.get("kind") == "may_act":
        steps.append(case.action)
    for event in steps:
        if event.at > until:
            continue
        if is_call(case, event):
            if event.kind in ("voicemail", "recorded_message") and belongs_to(event, attempts):
                continue
            attempts.append(event)
            calls.append(read_call(case, event))
    for event in steps:
        placed_here = event.kind == "conversation" and event.at <= until and medium_of(event) == TELEPHONE
        if placed_here and _placed_by_collector(case, event) and not belongs_to(event, attempts):
            attempts.append(event)
            calls.append(read_call(case, event))
    calls.sort(key=lambda call: call.event.at)
    return _without_misdirected(case, calls, until)


def _placed_by_collector(case: Case, event: Event) -> bool:
    placed = event.get("call_placed_by", "placed_by", "initiated_by")
    return placed is not None and is_collectors(case, str(placed))


def belongs_to(event: Event, attempts: list[Event]) -> bool:
    """A conversation or voicemail with the same instant as a call is that call."""
    for attempt in attempts:
        gap = abs(attempt.at - event.at)
        if gap <= _SAME_CALL:
            return True
        talked = says(words(attempt.get("outcome")), r" (conversation|answered|voicemail\w*|spoke) ")
        if talked and timedelta(0) <= event.at - attempt.at <= timedelta(minutes=15):
            return True
    return False


def read_call(case: Case, event: Event) -> Call:
    person = _person(case, event)
    excluded, by = _exclusion(case, event, person)
    return Call(event, person, debts_of_call(case, event), case.day(event.at), excluded, by)


def debts_of_call(case: Case, event: Event) -> frozenset[str]:
    """14(b)(4)-1.i: the debt counted toward; else those raised by the collector; else those the call is about."""
    named = event.get(
        "mentions_debts", "refers_to_debts", "refers_to", "voicemail_about", "debts_mentioned", "mentions"
    )
    if named:
        return frozenset(str(debt) for debt in as_list(named))
    counted = _counted_toward(case, event)
    if counted is not None:
        return counted
    raised = event.get("debt_raised_by", "raised_by")
    if isinstance(raised, dict):
        own = frozenset(str(debt) for debt, who in raised.items() if is_collectors(case, str(who)))
        if own:
            return own
    listed = event.debts
    talk = _talk_on(case, event)
    if not listed and talk is not None and event is not talk:
        shared = talk.get("debt_raised_by")
        if isinstance(shared, dict):
            return frozenset(str(debt) for debt, who in shared.items() if is_collectors(case, str(who)))
        return _counted_toward(case, talk) or frozenset(talk.debts) or frozenset(case.debts)
    intended = event.get("intended_debts", "intended_for")
    if not listed and intended is not None:
        return frozenset(str(debt) for debt in as_list(intended))
    if "debts" in event.raw and not listed:
        return frozenset() if len(case.debts) > 1 else frozenset(case.debts)
    return frozenset(listed or case.debts)


def _talk_on(case: Case, call: Event) -> Event | None:
    for event in case.events:
        if event.kind == "conversation" and abs(event.at - call.at) <= _SAME_CALL:
            return event
    return None


def talks(case: Case, until: datetime) -> list[Talk]:
    """Every telephone conversation up to an instant, for each debt that was discussed or that it is counted toward."""
    found: list[Talk] = []
    for event in case.events:
        if event.at > until:
            continue
        if event.kind == "conversation" and medium_of(event) == TELEPHONE:
            discussed = event.get("debts_discussed", "discussed")
            debts = frozenset(str(debt) for debt in as_list(discussed)) or frozenset(event.debts)
            if not debts:
                debts = _counted_toward(case, event) or frozenset()
            if not debts:
                debts = frozenset(event.debts) or (
                    frozenset() if "debts" in event.raw and len(case.debts) > 1 else frozenset(case.debts)
                )
            found.append(Talk(event, recipient_of(event), debts, case.day(event.at)))
    for event in case.events:
        if event.at > until or not is_call(case, event):
            continue
        said = says(words(event.get("outcome")), r" (conversation|spoke with|talked) ")
        if said and not any(
            timedelta(minutes=-1) <= talk.event.at - event.at <= timedelta(minutes=15) for talk in found
        ):
            found.append(Talk(event, recipient_of(event), debts_of_call(case, event), case.day(event.at)))
    found.sort(key=lambda talk: talk.event.at)
    return found


def _exclusion(case: Case, event: Event, person: str) -> tuple[str | None, Event | None]:
    if not_connected(event):
        return UNCONNECTED, None
    role = role_of(case, person, event)
    if role in MAY_BE_TOLD and role != CONSUMER:
        return PROFESSIONAL, None
    consent = _consent_for(case, event, person)
    return (CONSENTED, consent) if consent is not None else (None, None)


def _consent_for(case: Case, call: Event, person: str) -> Event | None:
    """14(b)(3)(i) and its comments: direct, at most seven days with the first counted, ended by a conversation."""
    span = number(CONSENTED, "days")
    for event in case.events:
        if event.kind != "consent" or event.at > call.at or not given_to_collector(case, event):
            continue
        scope = words([event.get("scope", "to_what"), event.get("words")])
        to_calls = says(words(event.get("scope", "to_what")), r" (call|calls|callback|additional|telephone|phone) ")
        if not to_calls and (event.has("scope") or not says(scope, r" call ")):
            continue
        giver = event.get("by", "given_by")
        if giver is not None and not same_person(case, str(giver), person):
            continue
        about, asked = event.debts, debts_of_call(case, call)
        if about and asked and not _one_debt(case, about) & _one_debt(case, asked):
            continue
        first, today = case.day(event.at), case.day(call.at)
        if today > first + timedelta(days=span - 1):
            continue
        if not _valid_then(case, event, call, today):
            continue
        if _ended(case, event, call, person):
            continue
        return event
    return None


def _one_debt(case: Case, debts: Any) -> frozenset[str]:
    return frozenset().union(*(loans_as_one(case, str(debt)) for debt in debts))


def _valid_then(case: Case, consent: Event, call: Event, today: date) -> bool:
    days = [as_day(given) for given in as_list(consent.get("valid_on", "valid_days", "on"))]
    named = [day for day in days if day is not None]
    if named and today not in named:
        return False
    until = consent.get("valid_until", "until", "valid_through", "expires_on", "expires_at", "through")
    if until is not None:
        if len(str(until)) > 10:
            return call.at <= instant(until, case.id)
        last = as_day(until)
        return last is None or today <= last
    spans = consent.get("valid_for_days", "days", "duration_days")
    if spans is not None:
        return today <= case.day(consent.at) + timedelta(days=int(spans) - 1)
    start = as_day(consent.get("valid_from"))
    return start is None or today >= start


def _ended(case: Case, consent: Event, call: Event, person: str) -> bool:
    """Whether the consent was revoked, or used up by a conversation that came after it, before this call."""
    for event in case.events:
        if event is consent or not consent.at <= event.at <= call.at:
            continue
        about = not event.debts or not consent.debts or bool(set(event.debts) & set(consent.debts))
        if not about:
            continue
        if event.kind == "consent_withdrawn" or event.says(r" (withdraw\w*|revoke\w*) (prior )?consent "):
            scope = words(event.get("scope"))
            if not scope.strip() or says(scope, r" (call|calls|additional|all|any|telephone) "):
                return True
        talked = event.kind == "conversation" and medium_of(event) == TELEPHONE
        talked = talked or (is_call(case, event) and says(words(event.get("outcome")), r" (conversation|spoke) "))
        # The conversation in which the consent was given began before it; the call's own conversation is this call.
        between = consent.at < event.at and call.at - event.at > _SAME_CALL
        if talked and between and same_person(case, recipient_of(event), person):
            return True
    return False


def _without_misdirected(case: Case, calls: list[Call], until: datetime) -> list[Call]:
    """Comment 14(b)(2)(i)-3: calls to a number learnt not to be the person's were not calls to that person."""
    wrong: dict[str, str | None] = {}
    for event in case.events:
        if event.at > until or event.kind not in (
            "knowledge",
            "number_check",
            "reassignment_check",
            "determination",
            "conversation",
            "wrong_number",
            "third_party_notice",
            "inbound_call",
            "information",
        ):
            continue
        line = words([event.get("fact", "finding", "content", "words", "result", "statement"), event.kind])
        misdirected = says(
            line,
            (
                r" (wrong number|misdirected|belong\w* to (?!(the )?(consumer|debtor))\w+|"
                r"not (the )?(consumers?|persons?|hers|his)( number)?|someone elses?|reassigned|number not|"
                r"not (a |the )?consumer number|not belong\w*|different person) "
            ),
        )
        if misdirected and not says(line, r" not reassigned | (is|does belong) (the )?consumers? number "):
            target = event.number or event.get("wrong_number")
            wrong[str(target) if target is not None else "*"] = str(event.get("person", default="")) or None
    if not wrong:
        return calls
    kept: list[Call] = []
    for call in calls:
        if call.event.number in wrong or ("*" in wrong and len({c.event.number for c in calls}) == 1):
            continue
        kept.append(call)
    return kept

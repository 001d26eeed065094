"""How often a person was called about a debt, and what the law presumes from it: 12 CFR 1006.14(b)(1)-(2).

Counting is per person and particular debt, over calendar days at the consumer's place, the first day included.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from arrears.law.audit.case import Case, instant
from arrears.law.audit.count_calls import (
    Call,
    belongs_to,
    debts_of_call,
    is_call,
    loans_as_one,
    particular_debts,
    placed_calls,
    read_call,
    talks,
)
from arrears.law.audit.figures import number
from arrears.law.audit.people import recipient_of, same_person
from arrears.law.audit.rebuttal import flags_for
from arrears.law.audit.verdict import COMPLIANT, VIOLATION, Finding, Ground, because, unknown

FREQUENCY = "us.reg_f.call_frequency"
AFTER_TALK = "us.reg_f.call_after_conversation"
CONSENTED = "us.reg_f.excluded_consent"
UNCONNECTED = "us.reg_f.excluded_unconnected"
PROFESSIONAL = "us.reg_f.excluded_professionals"


def count(case: Case) -> Finding:
    """`count`: calls or conversations that count, between two instants."""
    person = str(case.ask.get("person", "consumer"))
    asked = str(case.ask.get("debt", "all"))
    start = case.ask.get("from", case.ask.get("from_"))
    first = instant(start, case.id) if start else None
    end = case.ask.get("to", case.ask.get("as_of"))
    last = instant(end, case.id) if end else max((event.at for event in case.events), default=None)
    if last is None:
        return Finding("count=0", (because(FREQUENCY),))
    about = frozenset().union(*particular_debts(case, asked)) if asked != "all" else None
    metric = str(case.ask.get("metric", "calls"))
    if "conversation" in metric or "talk" in metric:
        spoken = [
            talk
            for talk in talks(case, last)
            if same_person(case, talk.person, person)
            and (first is None or talk.event.at >= first)
            and (about is None or talk.debts & about)
        ]
        return Finding(f"count={len(spoken)}", (because(AFTER_TALK, *(talk.event for talk in spoken)),))
    counted = [call for call in _toward(case, person, last, about) if first is None or call.event.at >= first]
    grounds = [because(FREQUENCY, *(call.event for call in counted))]
    for kind in (CONSENTED, UNCONNECTED, PROFESSIONAL):
        left_out = [
            call.event
            for call in placed_calls(case, last)
            if call.excluded == kind
            and same_person(case, call.person, person)
            and (about is None or call.debts & about)
        ]
        if left_out:
            grounds.append(because(kind, *left_out, force="permitted"))
    return Finding(f"count={len(counted)}", tuple(grounds), flags_for(case, counted, last))


def _toward(case: Case, person: str, until: datetime, about: frozenset[str] | None) -> list[Call]:
    return [
        call
        for call in placed_calls(case, until)
        if call.excluded is None and same_person(case, call.person, person) and (about is None or call.debts & about)
    ]


def presumption(case: Case) -> Finding:
    """`presumption`: 14(b)(2)(i), (ii) over all calls up to `as_of`."""
    person = str(case.ask.get("person", "consumer"))
    given = case.ask.get("as_of", case.ask.get("to"))
    until = instant(given, case.id) if given else _last_instant(case)
    if until is None:
        return Finding(COMPLIANT, (because(FREQUENCY, force="presumed_compliant"),))
    return presumed(case, person, str(case.ask.get("debt", "all")), until)


def _last_instant(case: Case) -> datetime | None:
    instants = [event.at for event in case.events] + ([case.action.at] if case.action else [])
    return max(instants, default=None)


def presumed(case: Case, person: str, asked: str, until: datetime) -> Finding:
    grounds: list[Ground] = []
    flags: list[str] = []
    for debt in particular_debts(case, asked):
        calls = _toward(case, person, until, debt)
        grounds.extend(_too_many(calls))
        grounds.extend(_too_soon(case, calls, person, debt, until))
        flags.extend(flags_for(case, calls, until))
    if grounds:
        return Finding(VIOLATION, tuple(grounds)).flagged(flags)
    counted = [call.event for call in placed_calls(case, until) if call.excluded is None]
    return Finding(COMPLIANT, (because(FREQUENCY, *counted, force="presumed_compliant"),)).flagged(flags)


def _too_many(calls: list[Call]) -> list[Ground]:
    """More than the permitted calls in any run of seven consecutive days."""
    span, most = number(FREQUENCY, "days"), number(FREQUENCY, "at_most")
    for start in sorted({call.day for call in calls}):
        inside = [call for call in calls if start <= call.day < start + timedelta(days=span)]
        if len(inside) > most:
            return [because(FREQUENCY, *(call.event for call in inside))]
    return []


def _too_soon(case: Case, calls: list[Call], person: str, debt: frozenset[str], until: datetime) -> list[Ground]:
    """A call within seven days after a conversation; the day of the conversation is the first of them."""
    span = number(AFTER_TALK, "days")
    for talk in talks(case, until):
        if not same_person(case, talk.person, person) or not talk.debts & debt:
            continue
        for call in calls:
            later = call.event.at > talk.event.at and not belongs_to(talk.event, [call.event])
            if later and call.day < talk.day + timedelta(days=span):
                return [because(AFTER_TALK, talk.event, call.event)]
    return []


def may_call(case: Case) -> Finding:
    """Whether one more call would be presumed a violation: 14(b)(2) for the step itself."""
    action = case.action
    if action is None:
        return presumption(case)
    if not is_call(case, action):
        return Finding("allowed", (because(FREQUENCY, force="permitted"),))
    person = recipient_of(action)
    if read_call(case, action).excluded is not None:
        return Finding("allowed", (because(str(read_call(case, action).excluded), force="permitted"),))
    found: list[Ground] = []
    for debt in {loans_as_one(case, name) for name in debts_of_call(case, action)} or {frozenset(case.debts)}:
        calls = _toward(case, person, action.at, debt)
        span, most = number(FREQUENCY, "days"), number(FREQUENCY, "at_most")
        today = case.day(action.at)
        window = [call for call in calls if today - timedelta(days=span) < call.day <= today]
        if len(window) > most:
            found.append(because(FREQUENCY, *(call.event for call in window)))
        own = [call for call in calls if call.event is action]
        found.extend(_too_soon(case, own, person, debt, action.at))
    if found:
        return Finding("prohibited", tuple(found))
    return Finding("allowed", (because(FREQUENCY, force="permitted"),))


def calls_rule(case: Case) -> Finding:
    """Any question under 14(b), by what is asked."""
    kind = case.ask.get("kind")
    if kind == "count":
        return count(case)
    if kind == "presumption":
        return presumption(case)
    if kind == "may_act":
        return may_call(case)
    if kind == "duty" and case.action is not None:
        return unknown("1006.14(b) draws presumptions; it lays down no duty of this kind.")
    return presumption(case)

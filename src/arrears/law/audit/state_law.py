"""State law that protects more, beside the regulation: 12 CFR 1006.104."""

from __future__ import annotations

from datetime import timedelta

from arrears.law.audit.case import Case, Event
from arrears.law.audit.count_calls import is_call
from arrears.law.audit.figures import number
from arrears.law.audit.inconvenient import clock_minute
from arrears.law.audit.media import (
    is_collectors,
    is_electronic,
    medium_of,
    named_medium,
)
from arrears.law.audit.place import zones_at
from arrears.law.audit.verdict import (
    Finding,
    barred,
    free,
    unknown,
)
from arrears.law.audit.words import says, truth, words

STATE = "us.reg_f.state_law"


def state_law(case: Case) -> Finding:
    """
    12 CFR 1006.104: a state law that protects more stays in force beside the regulation.

    The law is a parameter of the case: a cap on contacts, hours, or something it forbids or requires.
    """
    action = case.action
    overlay = case.facts.get("state_overlay") or case.facts.get("state_law") or {}
    if action is None:
        return unknown("1006.104 is asked about a step, and none is proposed.")
    if not isinstance(overlay, dict):
        overlay = {"text": overlay}
    if (
        truth(overlay.get("inconsistent")) is True
        and truth(overlay.get("greater_protection", overlay.get("more_protective"))) is not True
    ):
        return free(STATE)
    capped = _cap(case, action, overlay)
    if capped is not None:
        return capped
    opens, closes = (
        _bound(overlay, r" (earliest|before|from|open\w*) "),
        _bound(overlay, r" (latest|after|until|clos\w*) "),
    )
    for zone in zones_at(case, action.at):
        local = action.at.astimezone(zone)
        minute = local.hour * 60 + local.minute
        if (opens is not None and minute < opens) or (closes is not None and minute > closes):
            return barred(STATE)
    for name, value in overlay.items():
        if truth(value) is not True:
            continue
        if says(name, r" (prohibits|bars|forbids|no|bans) "):
            about = named_medium(name)
            if about is None or about == medium_of(action):
                return barred(STATE)
        if says(name, r" (requires|must) ", r" (consent) ") and is_electronic(action):
            given = any(event.kind == "consent" for event in case.until_action)
            if not given:
                return barred(STATE)
    wanted = overlay.get("requires_disclosure", overlay.get("required_disclosure", overlay.get("disclosure_required")))
    if truth(wanted) is True:
        for name in (
            "state_disclosure",
            "includes_state_disclosure",
            "makes_state_disclosure",
            "state_disclosure_included",
            "includes_state_required_disclosure",
        ):
            if action.has(name):
                return free(STATE) if action.yes(name) else barred(STATE)
    if case.ask.get("kind") == "may_act" and is_call(case, action):
        from arrears.law.audit.calls import may_call

        return may_call(case) if not any(str(key).startswith("max") for key in overlay) else free(STATE)
    return free(STATE)


def _bound(overlay: dict[str, object], pattern: str) -> int | None:
    """An hour that a state's law draws, by the name of its field: 'earliest_call', 'no_calls_before'."""
    return next((clock_minute(value) for name, value in overlay.items() if says(name, pattern) and value), None)


def _cap(case: Case, action: Event, overlay: dict[str, object]) -> Finding | None:
    caps = [
        (str(key), value)
        for key, value in overlay.items()
        if says(str(key), r" (max|maximum|limit|cap|at most) ") and str(value).isdigit()
    ]
    if not caps:
        return None
    name, most = caps[0]
    span = next(
        (int(str(value)) for key, value in overlay.items() if says(str(key), r" days? ") and str(value).isdigit()),
        number(STATE, "days"),
    )
    medium = named_medium(name)
    each = words(overlay.get("per"))
    action_debts = set(case.debts_of(action))
    today = case.day(action.at)
    seen: list[Event] = []
    for event in case.until_action:
        if (
            not is_collectors(case, event.by)
            or event is action
            or medium_of(event) is None
            or event.kind == "conversation"
        ):
            continue
        if medium is not None and medium_of(event) != medium:
            continue
        if says(name, r" (conversation|conversations) "):
            continue
        if says(each, r" (debt|account) ") and event.debts and not action_debts & set(event.debts):
            continue
        if not today - timedelta(days=span) < case.day(event.at) <= today:
            continue
        seen.append(event)
    applies = medium is None or medium_of(action) == medium
    if applies and len(seen) >= int(str(most)):
        return barred(STATE, *seen)
    return free(STATE, *seen)

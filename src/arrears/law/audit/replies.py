"""
Whether a message answers one that the consumer sent, and has not been answered yet.

Comments 6(b)(1)-2 and 6(b)(2)-1, 12 CFR 1006.14(h)(2)(ii): one response to each message of the consumer, through
the same medium. While the consumer is on the collector's website or app, that medium stays open.
"""

from __future__ import annotations

from collections.abc import Callable

from arrears.law.audit.case import Case, Event
from arrears.law.audit.media import TELEPHONE, WEB, contacts_by_consumer, is_collectors, medium_of
from arrears.law.audit.people import CONSUMER, recipient_of, role_of

Within = Callable[[Event], bool]


def _anything(_: Event) -> bool:
    return True


def answers(
    case: Case,
    *,
    same_medium: bool = True,
    inside: Within = _anything,
    also: Within = _anything,
) -> Event | None:
    """
    The consumer's message that the proposed step may answer, or None.

    `inside` limits both the consumer's messages and the answers already given to one period or place.
    `also` limits the consumer's messages alone. Every answer already given uses up the oldest message.
    """
    action = case.action
    if action is None:
        return None
    medium = medium_of(action)
    session = open_session(case)
    if medium == WEB:
        return session
    waiting: list[Event] = []
    own = contacts_by_consumer(case, case.until_action)
    for event in case.until_action:
        if same_medium and medium_of(event) != medium:
            continue
        if not inside(event):
            continue
        if event in own:
            if also(event):
                waiting.append(event)
        elif _is_answer(case, event) and waiting:
            waiting.pop(0)
    if action.kind in ("respond_on_inbound_call", "answer_inbound_call", "continue_call") and not waiting:
        return _same_call(case, own)
    return waiting[-1] if waiting else None


def _same_call(case: Case, own: list[Event]) -> Event | None:
    """The call the consumer is still on: its own conversation is the one response and not a second one."""
    action = case.action
    assert action is not None
    for event in reversed(own):
        if event.kind == "inbound_call":
            late = (action.at - event.at).total_seconds()
            return event if late <= 3600 else None
    return None


def _is_answer(case: Case, event: Event) -> bool:
    if event.kind == "conversation":
        return medium_of(event) == TELEPHONE
    if not is_collectors(case, event.by) or medium_of(event) is None:
        return False
    return role_of(case, recipient_of(event), event) == CONSUMER


def open_session(case: Case) -> Event | None:
    """The consumer's visit to the website or app that is under way at the proposed step."""
    action = case.action
    if action is None:
        return None
    running: dict[str, Event] = {}
    for event in case.until_action:
        if not event.kind.startswith(("web_session", "app_session", "session", "web", "app")):
            continue
        channel = str(event.get("channel", "platform", default="web"))
        if event.kind.endswith(("_start", "_started", "_begin", "_opened", "_login")):
            running[channel] = event
        elif event.kind.endswith(("_end", "_ended", "_closed", "_stop", "_logout")):
            if event.has("channel", "platform"):
                running.pop(channel, None)
            else:
                running.clear()
    wanted = action.get("channel", "platform", "medium")
    if wanted is not None and str(wanted) in running:
        return running[str(wanted)]
    if action.yes("during_session", "consumer_navigating", "in_session") and not running:
        return action
    return next(iter(running.values()), None) if wanted is None or len(running) == 1 else None

"""
Pauses of one loan, plainly: which hold, which day takes which off, and whether a new one may be entered.

A pause is active from its start to its end, both days included. What it takes off is half open: the part of
[start, end) inside [oldest unpaid due date, the day). Pauses may touch; they may not overlap.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """`learned_on` None: entered no later than it began."""

    start: date
    end: date
    learned_on: date | None = None

    def is_active(self, on: date) -> bool:
        return self.start <= on <= self.end


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody entered: a `pause` with its end, or a `resume` of the pause running on its day."""

    kind: str
    start: date | None
    end: date | None


def effective(actions: Sequence[Action]) -> list[Pause]:
    """The pauses in the order entered, each ended early by a resume entered after it, inside it."""
    found = []
    for place, action in enumerate(actions):
        if action.kind == "pause" and action.start is not None and action.end is not None:
            inside = [
                later.start
                for later in actions[place + 1 :]
                if later.kind == "resume" and later.start is not None and action.start <= later.start <= action.end
            ]
            found.append(Pause(action.start, min([action.end, *inside])))
    return found


def paused_days(pauses: Sequence[Pause], due_on: date, on: date) -> int:
    """Days of [due_on, on) inside [start, end) of some pause; a day inside two counts once."""
    days: set[date] = set()
    for pause in pauses:
        first, last = max(pause.start, due_on), min(pause.end, on)
        days.update(first + _DAY * step for step in range((last - first).days))
    return len(days)


def frozen_on(pauses: Sequence[Pause], on: date) -> date | None:
    """
    The day at whose end the bucket was last worked out, where a pause is active on `on`; else None. That is the
    day before the pause began, or before the first of an unbroken run of them; where one of the run was entered
    after it began, the day it was entered, if that is later.
    """
    begun = [pause for pause in pauses if pause.start <= on]
    if not any(pause.is_active(on) for pause in begun):
        return None
    day = on
    while active := [pause for pause in begun if pause.is_active(day)]:
        day = min(pause.start for pause in active) - _DAY
    run = [pause for pause in begun if pause.end > day]
    late = [pause.learned_on for pause in run if pause.learned_on is not None and pause.learned_on > pause.start]
    return max([day, *late])


def refusal(
    new: Action, existing: Sequence[Action], *, business_day: date, disbursed_on: date | None, loan_status: str
) -> str | None:
    """Why the action may not be entered; None where it may."""
    if new.kind not in ("pause", "resume"):
        return "unknown_action" if new.kind else "missing_action"
    if loan_status != "active":
        return "loan_not_active"
    if new.start is None:
        return "missing_start"
    if new.kind == "resume":
        return _resume_refusal(new.start, new.end, existing, business_day)
    if new.end is None:
        return "missing_end"
    if new.end < new.start:
        return "end_before_start"
    if new.end == new.start:
        return "shorter_than_one_day"
    if disbursed_on is not None and new.start < disbursed_on:
        return "before_disbursement"
    if any(new.start < pause.end and pause.start < new.end for pause in effective(existing)):
        return "overlaps_existing_pause"
    return None


def _resume_refusal(start: date, end: date | None, existing: Sequence[Action], business_day: date) -> str | None:
    if start != business_day:
        return "resume_not_today"
    if end is not None:
        return "resume_has_end"
    if any(action.kind == "resume" and action.start == start for action in existing):
        return "resume_already_exists"
    if not any(pause.is_active(start) for pause in effective(existing)):
        return "resume_without_pause"
    return None

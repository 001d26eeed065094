"""
Which treatments the policy offers each late account tonight: the facts must fit and the ladder's waits have passed.

Comes in: late accounts with how they were contacted lately. Goes out: two boolean columns per treatment,
`fits_<id>` (what it is for) and `open_<id>` (the ladder has reached it). `tests/decision/row_by_row.py` says the same
row by row.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from arrears.decision.from_book import NO_SECOND
from arrears.decision.policy import ATTEMPT_CHANNELS, CHANNELS, Policy, Treatment

SECONDS_A_DAY = 86_400


def offers(late: ir.Table, policy: Policy, as_of: date) -> dict[str, ir.BooleanValue]:
    """`fits_<id>` and `open_<id>` for every treatment, as columns of `late`."""
    columns: dict[str, ir.BooleanValue] = {}
    for treatment in policy.treatments:
        columns[f"fits_{treatment.id}"] = _fits(late, treatment, policy)
        columns[f"open_{treatment.id}"] = _open(late, treatment, policy, as_of)
    return columns


def _fits(late: ir.Table, treatment: Treatment, policy: Policy) -> ir.BooleanValue:
    test: Any = late.stage.isin(treatment.stages) & (late.overdue_cents >= treatment.overdue_at_least_cents)
    for column, words in (
        ("bucket", treatment.buckets),
        ("segment", treatment.segments),
        ("product", treatment.products),
    ):
        if words:
            test = test & late[column].isin(words).fill_null(False)
    if treatment.vulnerable is not None:
        test = test & (late.vulnerable == treatment.vulnerable)
    if treatment.talked_before is not None:
        test = test & ((late.answered_before == "yes") == treatment.talked_before)
    if treatment.reachable is not None:
        test = test & (has_a_way(late, policy) == treatment.reachable)
    if treatment.for_decision:
        test = test & ~late.decided
    return test.fill_null(False)


def has_a_way(late: ir.Table, policy: Policy) -> Any:
    """Whether any number or address that the policy uses is on file of this person, and not known to be wrong."""
    on_file: Any = ibis.literal(False)
    for kind in sorted({kind for channel in policy.channels if (kind := CHANNELS[channel]) is not None}):
        on_file = on_file | late[kind].notnull()
    return on_file


def _open(late: ir.Table, treatment: Treatment, policy: Policy, as_of: date) -> ir.BooleanValue:
    step = policy.ladder[treatment.step]
    enough = late.attempts >= ibis.least(step.needs_attempts, _possible_before(late, treatment.step, policy))
    test: Any = enough & (_days_since(late, "last_second", as_of) >= step.wait_days)
    if treatment.channel in ATTEMPT_CHANNELS:
        since = _days_since(late, f"last_{treatment.channel}_second", as_of)
        test = test & (since >= step.again_after_days) & (late[f"attempts_{treatment.channel}"] < step.at_most)
    return test.fill_null(False)


def _possible_before(late: ir.Table, step: int, policy: Policy) -> Any:
    """
    The attempts that the steps before `step` leave room for, through what is on file of this person: nobody waits for
    a call to a number that is not there.
    """
    room: Any = ibis.literal(0)
    for channel, attempts in attempts_before(step, policy).items():
        room = room + ibis.ifelse(late[str(CHANNELS[channel])].notnull(), attempts, 0)
    return room


def attempts_before(step: int, policy: Policy) -> dict[str, int]:
    """Channel to the attempts that the steps before this one permit in it, inside the window."""
    found: dict[str, int] = {}
    for treatment in policy.treatments:
        if treatment.step < step and treatment.channel in ATTEMPT_CHANNELS:
            found[treatment.channel] = max(found.get(treatment.channel, 0), policy.ladder[treatment.step].at_most)
    return found


def _days_since(late: ir.Table, column: str, as_of: date) -> Any:
    """Whole days where the borrower is, from the day of the last attempt to the night's day."""
    local = (late[column] + late.offset_seconds).cast("float64") / SECONDS_A_DAY
    return ibis.literal(as_of.toordinal() - date(1970, 1, 1).toordinal()) - local.floor().cast("int64")


NEVER = {"attempts": 0, "attempts_7d": 0, "last_second": NO_SECOND}
"""What stands for a person nobody tried to reach inside the window."""

"""
The same answers for one account, as a person would work them out: the obvious version that the columns must equal.

Comes in: one row of AGED, the borrower's row of PERSONS (or None), the borrower's rows of HOLDS, and the day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from arrears.kernel.reasons import Reason
from arrears.segmentation.table import COLLECT_ON, ENDED, HOLD_REASONS, SEGMENTS, STAGE_FROM_BUCKET, STAGE_FROM_DAY

Row = Mapping[str, Any]


def segment_one(aged: Row, person: Row | None, holds: Sequence[Row], as_of: date) -> dict[str, Any]:
    """The columns of SEGMENTED for this account."""
    stage, stage_fact = _stage(aged)
    running = [hold for hold in holds if _runs(hold, as_of)] if aged["person_id"] is not None else []
    reason, fact, since, until = _held(aged, person, running)
    occupation = person["occupation"] if person else None
    stated = person["vulnerability"] if person else None
    vulnerability, vulnerability_fact = None, None
    if stated is not None:
        vulnerability, vulnerability_fact = stated, "vulnerability"
    elif occupation == "retired_public":
        vulnerability, vulnerability_fact = "retired", "occupation"
    return {
        "account_id": aged["account_id"],
        "person_id": aged["person_id"],
        "stage": stage,
        "stage_fact": stage_fact,
        "segment": None if occupation is None else occupation if occupation in SEGMENTS else "other",
        "segment_fact": None if occupation is None else "occupation",
        "vulnerability": vulnerability,
        "vulnerability_fact": vulnerability_fact,
        "holds": ",".join(sorted({hold["kind"] for hold in running})),
        "held_reason": reason,
        "held_fact": fact,
        "held_since_on": since,
        "held_until_on": until,
        "time_zone": person["time_zone"] if person else None,
        "payday": person["payday"] if person else None,
    }


def _stage(aged: Row) -> tuple[str | None, str | None]:
    if aged["loan_status"] in ENDED:
        return "end", "loan_status"
    days = aged["delinquent_days"]
    if days is not None:
        reached = [stage for stage, first in STAGE_FROM_DAY.items() if days >= first]
        return (reached[-1] if reached else "before_due"), "delinquent_days"
    stage = STAGE_FROM_BUCKET.get(aged["bucket"])
    return (stage, "bucket") if stage else (None, None)


def _runs(hold: Row, as_of: date) -> bool:
    known = hold["kind"] != COLLECT_ON and hold["placed_on"] <= as_of and hold["learned_on"] <= as_of
    return known and (hold["ends_on"] is None or hold["ends_on"] > as_of)


def _held(
    aged: Row, person: Row | None, running: Sequence[Row]
) -> tuple[str | None, str | None, date | None, date | None]:
    if aged["person_id"] is None:
        return Reason.HELD_FOR_MISSING_BORROWER.value, "person_id", None, None
    since, until = None, None
    if running:
        order = list(HOLD_REASONS)
        rank = min(order.index(hold["kind"]) if hold["kind"] in order else len(order) for hold in running)
        gravest = [h for h in running if (order.index(h["kind"]) if h["kind"] in order else len(order)) == rank]
        reason = HOLD_REASONS[order[rank]] if rank < len(order) else Reason.HELD_FOR_INCIDENT
        since = min(hold["placed_on"] for hold in gravest)
        until = None if any(h["ends_on"] is None for h in gravest) else max(hold["ends_on"] for hold in gravest)
        return reason.value, "holds", since, until
    if aged["paused"]:
        return Reason.HELD_FOR_PAUSE.value, "paused", None, None
    if aged["bucket"] is None:
        return Reason.HELD_FOR_MISSING_AGE.value, "bucket", None, None
    if aged["overdue_cents"] is None:
        return Reason.HELD_FOR_MISSING_OVERDUE_AMOUNT.value, "overdue_cents", None, None
    if person is None or person["time_zone"] is None:
        return Reason.HELD_FOR_MISSING_TIME_ZONE.value, "time_zone", None, None
    return None, None, None, None

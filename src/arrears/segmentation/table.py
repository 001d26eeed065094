"""
What segmentation gives: one row per account, with the age of the case, the kind of borrower, and what holds it.

Every answer keeps the name of the fact it rests on (`…_fact`, a column of AGED, PERSONS or HOLDS); the value of
that fact stands beside it in the night's files. What nobody stated is null, and null is never a segment.
"""

from __future__ import annotations

from arrears.ageing.table import AGED
from arrears.kernel.reasons import Reason

SEGMENTED = {
    "account_id": "!string",
    "person_id": "string",
    "stage": "string",  # before_due | growth | maturity | decline | end; null is unknown
    "stage_fact": "string",  # loan_status | delinquent_days | bucket
    "segment": "string",  # white_collar | retired_public | business_owner | worker | other; null is unknown
    "segment_fact": "string",  # occupation
    "vulnerability": "string",  # as stated, or "retired"; null is nothing stated, and never "not vulnerable"
    "vulnerability_fact": "string",  # vulnerability | occupation
    "holds": "!string",  # kinds in force, sorted, "complaint,dispute"; empty is none
    "held_reason": "string",  # kernel.reasons.Reason, the first in HELD_ORDER that applies; null is not held
    "held_fact": "string",  # holds | paused | person_id | bucket | overdue_cents | time_zone
    "held_since_on": "date",
    "held_until_on": "date",  # first day it no longer holds; null is until released, or not a matter of days
    "time_zone": "string",  # of the borrower
    "payday": "int32",
}

CASES = {**AGED, **SEGMENTED}
"""Both in one row: what a night keeps as `ageing.parquet`, and what decision reads."""

STAGES = ("before_due", "growth", "maturity", "decline", "end")
SEGMENTS = ("white_collar", "retired_public", "business_owner", "worker", "other")

STAGE_FROM_DAY = {"growth": 1, "maturity": 31, "decline": 91, "end": 181}
"""
First delinquent day of each age of a case (seed-map L2: before due, growth, maturity, decline, end). The source
names the ages and gives no days; these are this project's, at the edges of M1, M2, M4 and M7+ (law note M22).
"""
STAGE_FROM_BUCKET = {
    "M0": "before_due",
    "M1": "growth",
    "M2": "maturity",
    "M3": "maturity",
    "M4": "decline",
    "M5": "decline",
    "M6": "decline",
    "M7+": "end",
}
"""Where only the bucket is known. A bucket that a lender named otherwise says nothing about the stage."""
ENDED = ("charged_off", "written_off", "closed")
"""A loan of this status is at its end, whatever its days: restructuring, sale, litigation or write-off (L3)."""

HOLD_REASONS = {
    "deceased": Reason.HELD_FOR_DEATH,
    "dispute": Reason.HELD_FOR_DISPUTE,
    "represented": Reason.HELD_FOR_REPRESENTATION,
    "complaint": Reason.HELD_FOR_COMPLAINT,
    "hardship": Reason.HELD_FOR_HARDSHIP,
    "stop": Reason.HELD_FOR_STOP_REQUEST,
    "incident": Reason.HELD_FOR_INCIDENT,
    "litigation": Reason.HELD_FOR_LITIGATION,
    "handed_over": Reason.HELD_FOR_HAND_OVER,
    "written_off": Reason.HELD_FOR_WRITE_OFF,
    "case_closed": Reason.HELD_FOR_CLOSED_CASE,
    "plan": Reason.HELD_FOR_PLAN_BEING_KEPT,
    "promise": Reason.HELD_FOR_OPEN_PROMISE,
    "agreed_time": Reason.HELD_FOR_AGREED_TIME,
}
"""Kinds of book.table.HOLDS, the gravest first: the order in which one of several is named."""

COLLECT_ON = "collect_on"
"""A person decided that collection goes on: it holds nothing, and until its end no night asks a person again."""

HELD_ORDER = (
    Reason.HELD_FOR_MISSING_BORROWER,
    *HOLD_REASONS.values(),
    Reason.HELD_FOR_PAUSE,
    Reason.HELD_FOR_MISSING_AGE,
    Reason.HELD_FOR_MISSING_OVERDUE_AMOUNT,
    Reason.HELD_FOR_MISSING_TIME_ZONE,
)

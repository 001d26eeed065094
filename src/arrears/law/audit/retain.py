"""How long records and recordings are kept: 12 CFR 1006.100."""

from __future__ import annotations

import calendar
from datetime import date

from arrears.law.audit.case import Case, as_day, within
from arrears.law.audit.figures import number
from arrears.law.audit.media import (
    is_collectors,
)
from arrears.law.audit.verdict import (
    NOT_REQUIRED,
    REQUIRED,
    Finding,
    answered,
    barred,
    free,
    unknown,
)
from arrears.law.audit.words import says, words

RECORDS = "us.reg_f.records"
RECORDINGS = "us.reg_f.recordings"


def years_later(day: date, years: int) -> date:
    """The same day years on; 29 February becomes 28 February."""
    year = day.year + years
    return day.replace(year=year, day=min(day.day, calendar.monthrange(year, day.month)[1]))


def _kept_until(case: Case) -> tuple[str, date | None]:
    action = case.action
    record = words(
        [
            action.get("record", "what", "record_type", "kind_of_record") if action else case.ask.get("which"),
            action.get("recording") if action else None,
        ]
    )
    line = words([record, case.ask.get("which")])
    recording = says(line, r" (recording|recordings|audio|call recording|r1|r2|recorded) ") or within(
        case.rule, ("100", "b")
    )
    if recording and not says(record, r" (log|notice|letter|document) "):
        made = None
        wanted = action.get("recording_id", "id", "recording", "record") if action else None
        held = case.facts.get("recordings") or []
        for entry in held if isinstance(held, list) else []:
            if wanted is None or str(entry.get("id")) in str(wanted) or len(held) == 1:
                made = as_day(entry.get("call_date", entry.get("date", entry.get("recorded_on"))))
        if action is not None:
            made = as_day(action.get("call_date", "recorded_on", "call_on")) or made
        made = made or as_day(case.fact("call_date", "recorded_on"))
        if made is None:
            calls = [
                event
                for event in case.events
                if event.kind in ("call_attempt", "conversation", "inbound_call", "call_recorded", "recording")
            ]
            made = case.day(calls[-1].at) if calls else None
        return RECORDINGS, years_later(made, number(RECORDINGS, "keep_years")) if made else None
    last = as_day(
        case.fact("last_collection_activity", "last_activity", "last_collection_activity_on", "collection_ended")
    )
    if last is None:
        acts = [
            case.day(event.at)
            for event in case.events
            if is_collectors(case, event.by) and event.kind not in ("furnish_no",)
        ]
        last = max(acts, default=None)
    return RECORDS, years_later(last, number(RECORDS, "keep_years")) if last else None


def retention(case: Case) -> Finding:
    """12 CFR 1006.100: three years after the last collection activity; a recording, three years after its call."""
    provision, until = _kept_until(case)
    if case.ask.get("kind") == "date":
        return answered(f"date={until}", provision) if until else unknown("The last collection activity is not given.")
    action = case.action
    if action is None:
        return unknown("1006.100 speaks about a record, and no step is proposed.")
    if case.ask.get("kind") == "duty":
        line = words([case.ask.get("which"), action.kind, action.get("what", "record")])
        if says(line, r" (to record|record calls|make (a )?recording|recording calls) "):
            return answered(NOT_REQUIRED, RECORDINGS)
        if says(words(action.get("record", "what")), r" (unrelated|marketing|payroll|lease) "):
            return answered(NOT_REQUIRED, RECORDS)
        if until is None:
            return answered(REQUIRED, provision)
        return answered(REQUIRED if case.day(action.at) <= until else NOT_REQUIRED, provision)
    if not says(action.kind, r" (delete|destroy|purge|erase|discard|dispose|shred)") and not says(
        words(action.kind), r" (delete|destroy|purge|erase|discard|dispose|shred) "
    ):
        return free(provision)
    if until is None:
        return barred(provision) if not case.fact("last_collection_activity") else free(provision)
    return free(provision) if case.day(action.at) > until else barred(provision)

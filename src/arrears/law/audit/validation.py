"""Any question under 12 CFR 1006.34, by the paragraph under test."""

from __future__ import annotations

from arrears.law.audit.case import Case, within
from arrears.law.audit.itemize import itemization_reference
from arrears.law.audit.validation_dates import period_rule
from arrears.law.audit.validation_form import form, translation
from arrears.law.audit.validation_information import information
from arrears.law.audit.validation_notice import notice_duty, notice_timely
from arrears.law.audit.verdict import (
    Finding,
)


def validation_rule(case: Case) -> Finding:
    """Any question under 1006.34, by the paragraph under test."""
    rule = case.rule
    if within(rule, ("34", "a")):
        return notice_timely(case)
    if within(rule, ("34", "b", "2")):
        return notice_duty(case) if case.ask.get("kind") in ("duty", "disclosure") else notice_timely(case)
    if within(rule, ("34", "b", "3")):
        return itemization_reference(case)
    if within(rule, ("34", "b")):
        return period_rule(case)
    if within(rule, ("34", "c")):
        return information(case)
    if within(rule, ("34", "d")):
        return form(case)
    if within(rule, ("34", "e")):
        return translation(case)
    return notice_timely(case)

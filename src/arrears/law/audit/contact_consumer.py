"""When, where and through whom a consumer may be reached: 12 CFR 1006.6(b) as a whole."""

from __future__ import annotations

from arrears.law.audit.attorney import attorney_permits
from arrears.law.audit.case import Case
from arrears.law.audit.convenient_place import place_is_convenient, workplace_permits
from arrears.law.audit.convenient_time import time_is_convenient
from arrears.law.audit.verdict import Finding, barred, free

CONSENT = "us.reg_f.prior_consent"


def consent_to_go_on(case: Case) -> Finding:
    """Comment 6(b)(4)(i)-1: on an inconvenient call one may ask for a better time, not for leave to go on."""
    action = case.action
    assert action is not None
    if action.says(r" (continue|continuation|keep talking|go on|stay on|proceed) "):
        return barred(CONSENT)
    return free(CONSENT)


def consumer_may_be_reached(case: Case) -> Finding:
    """12 CFR 1006.6(b) as a whole: each of (b)(1) to (3), with the exceptions."""
    if (
        case.action is not None
        and case.action.says(r" (ask|asks|asking|question|request consent|seek) ")
        and case.action.says(r" (continue|continuation|convenient|go on) ")
    ):
        return consent_to_go_on(case)
    first: Finding | None = None
    for rule in (time_is_convenient, place_is_convenient, attorney_permits, workplace_permits):
        finding = rule(case)
        if finding.answer == "prohibited" or finding.answer is None:
            return finding
        if first is None or (finding.grounds and finding.grounds[0].events):
            first = finding
    assert first is not None
    return first

"""Suits and threats of suit on time-barred debts, and where a suit may be brought: 12 CFR 1006.26, 1006.30(d)."""

from __future__ import annotations

from datetime import date

from arrears.law.audit.case import Case, as_day, within
from arrears.law.audit.verdict import (
    Finding,
    barred,
    free,
    unknown,
)
from arrears.law.audit.words import says, truth, words

TIME_BARRED = "us.reg_f.time_barred"
VENUE = "us.reg_f.venue"


def time_barred(case: Case) -> Finding:
    """12 CFR 1006.26(b): no suit and no threat of one, known or not; proofs of claim are not covered."""
    action = case.action
    if action is None:
        return unknown("1006.26(b) speaks about a step, and none is proposed.")
    if says(words([action.kind, action.get("document", "form")]), r" proof of claim "):
        return free(TIME_BARRED)
    line = words(
        [
            action.get("content", "content_flags", "says", "threatens", "script"),
            [n for n, v in action.raw.items() if v is True],
        ]
    )
    sues = says(
        words(action.kind),
        r" (file lawsuit|lawsuit|sue|bring legal action|legal action|file complaint|counterclaim|litigation|suit) ",
    )
    threatens = action.yes(
        "threatens_lawsuit", "threatens_suit", "threatens_legal_action", "threat_of_suit", "threaten_lawsuit"
    )
    stated = action.has("threatens_lawsuit", "threatens_suit", "threatens_legal_action", "threat_of_suit")
    if not stated:
        threatens = threatens or (
            says(line, r" (threat\w*|will sue|may sue|sue you|legal action|lawsuit|take you to court) ")
            and not says(line, r" (cannot sue|will not sue|not sue|no suit) ")
        )
    if not sues and not threatens:
        return free(TIME_BARRED)
    for debt in case.debts_of(action):
        if _expired(case, case.debts.get(debt, {}), case.day(action.at)):
            return barred(TIME_BARRED)
    return free(TIME_BARRED)


def _expired(case: Case, debt: object, on: date) -> bool:
    held = debt if isinstance(debt, dict) else {}
    for name in (
        "limitations_expired_on",
        "limitations_expires_on",
        "limitation_expired_on",
        "statute_of_limitations_expires",
        "limitations_expiry",
        "limitations_end",
        "limitations_expire_on",
        "sol_expires_on",
        "limitations_ended_on",
    ):
        day = as_day(held.get(name))
        if day is not None:
            return on > day
    return truth(held.get("time_barred", case.fact("time_barred"))) is True


def venue(case: Case) -> Finding:
    """12 CFR 1006.30(d): where the property lies; otherwise where the consumer signed or lives."""
    action = case.action
    if action is None:
        return unknown("1006.30(d) speaks about a suit, and none is proposed.")
    line = words(
        [
            action.kind,
            action.get("type", "nature", "to_enforce", "purpose", "action_type", "claim"),
            [n for n, v in action.raw.items() if v is True],
        ]
    )
    where = action.get("district", "venue", "filed_in", "judicial_district", "court_district", "place")
    real = within(case.rule, ("30", "d", "1")) or says(
        line, r" (real property|real estate|foreclos\w*|mortgage|security interest in real) "
    )
    if within(case.rule, ("30", "d", "2")):
        real = False
    if real:
        located = case.states(
            "property_in_district",
            "real_property_located_in_district",
            "property_located_in_district",
            "real_property_in_district",
            "in_district_where_property_located",
        )
        if located is not None:
            return free(VENUE) if located else barred(VENUE)
        place = case.fact("property_district", "real_property_district", "property_located_in") or action.get(
            "property_district", "property_located_in"
        )
        for debt in case.debts.values():
            place = place or debt.get(
                "property_district", debt.get("property_located_in", debt.get("real_property_district"))
            )
        if place is not None and where is not None:
            return free(VENUE) if _same(place, where) else barred(VENUE)
        if where is not None and says(words(where), r" (property|located|real) "):
            return free(VENUE)
        return barred(VENUE) if where is not None else unknown("Where the property lies is not given.")
    signed = case.states(
        "contract_signed_in_district",
        "consumer_signed_contract_in_district",
        "signed_in_district",
        "contract_signed_here",
    )
    resides = case.states(
        "consumer_resides_in_district", "resides_in_district", "consumer_resides_there", "consumer_lives_in_district"
    )
    if signed is not None or resides is not None:
        return free(VENUE) if signed or resides else barred(VENUE)
    places = [
        case.fact("contract_signed_in", "contract_district", "signed_in", "contract_signed_district"),
        case.fact(
            "residence_district",
            "consumer_residence",
            "resides_in",
            "residence",
            "consumer_residence_district",
            "current_residence",
        ),
        action.get("contract_signed_in"),
        action.get("consumer_resides_in", "residence_at_commencement"),
    ]
    for debt in case.debts.values():
        places.append(debt.get("contract_signed_in", debt.get("signed_in")))
    for name, value in {**case.facts, **action.raw}.items():
        if says(name, r" (resid\w*|lives|signed) ") and isinstance(value, str):
            places.append(value)
    if where is not None and any(places):
        return free(VENUE) if any(_same(place, where) for place in places if place) else barred(VENUE)
    named = words(where)
    if says(named, r" (signed|contract|resid\w*|lives|consumers?) ") and not says(
        named, r" (former|previous|not|neither|creditor\w*|collector\w*|convenient) "
    ):
        return free(VENUE)
    return barred(VENUE) if where is not None else free(VENUE)


def _same(one: object, other: object) -> bool:
    return " ".join(words(one).split()) == " ".join(words(other).split())

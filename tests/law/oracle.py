"""
The slow, obvious version of the contact rules, written from the table of rules and not from the code.

One act, one list of contacts, plain loops. It knows the CN rules and the house lines by heart and reads no pack: if a
file changes a number, this disagrees. It answers the set of reasons, never the order, and takes the zone database
as the only authority on clocks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from arrears.law.act import Act, PastContact, Standing

SOURCES = {
    "contract",
    "reserved_information",
    "debtor_authorisation",
    "lawful_public_channel",
    "told_by_reserved_contact",
    "credit_bureau_or_similar_with_authorisation",
}
KNOWN_ZONES = available_timezones()
OWES = {"borrower", "co_borrower", "guarantor"}
PEOPLE = OWES | {"contact_person", "third_party"}
SHOWN_AS = {
    "dispute": "held_for_dispute",
    "hardship": "held_for_hardship",
    "represented": "held_for_representation",
    "stop": "held_for_stop_request",
    "complaint": "held_for_complaint",
    "plan": "held_for_plan_being_kept",
    "promise": "held_for_open_promise",
    "incident": "held_for_incident",
}
VOICE = {"call", "ai_call"}


def reasons(act: Act, standing: Standing, history: Sequence[PastContact]) -> set[str]:
    """Every reason against the act under the law of 2026-01-30 and after."""
    places = zones(standing.time_zone)
    before = [past for past in history if past.at <= act.at]
    found: set[str] = set()

    if act.lawful_source not in SOURCES:  # P10
        found.add("refused_no_lawful_source")

    pressing = act.purpose in ("collect", "locate", "pass_message")
    for hold in standing.holds:  # M02 and the house
        if hold == "deceased":
            if act.purpose == "collect":
                found.add("held_for_death")
        elif pressing:
            found.add(SHOWN_AS.get(hold, "refused_hold"))
    if standing.debtor_dead and act.purpose == "collect":
        found.add("held_for_death")
    if standing.debtor_incapable and act.purpose == "collect":
        found.add("refused_hold")

    role = act.recipient_role
    if role not in PEOPLE:  # P01
        found.add("refused_not_an_obligor")
    elif role not in OWES and act.purpose not in ("locate", "pass_message"):
        found.add("refused_third_party")
    if role not in OWES:
        if standing.declined_on is not None:  # P02, P04
            found.add("refused_third_party_declined")
        if act.purpose not in ("locate", "pass_message"):  # P04
            found.add("refused_third_party_purpose")
        if act.discloses_debt:  # P02, P04
            found.add("refused_third_party_disclosure")
        if role != "contact_person":  # P09
            found.add("refused_third_party")
        if not (standing.debtor_dead or standing.debtor_incapable or lost(act, standing, before, places)):
            found.add("refused_debtor_can_be_reached")  # P02, P03, P09

    if act.channel in standing.channels_stopped and act.purpose != "answer_request":
        found.add("refused_channel_stopped")
    if act.channel == "visit":
        if not standing.visits_enabled:
            found.add("refused_visit_not_enabled")
        found |= visit_reasons(standing)

    agreed = "contact_outside_hours" in standing.consents and role in OWES
    if not places and not agreed:
        found.add("held_for_missing_time_zone")
    if not agreed and any(asleep(act.at.astimezone(place)) for place in places):  # T01, T02
        found.add("refused_outside_hours")

    found |= counting_reasons(act, standing, before, places)
    return found


def zones(text: str | None) -> list[ZoneInfo]:
    names = (text or "").split("|")
    if any(name not in KNOWN_ZONES for name in names):
        return []
    return [ZoneInfo(name) for name in names]


def asleep(local: datetime) -> bool:
    return local.hour >= 22 or local.hour < 8


def visit_reasons(standing: Standing) -> set[str]:
    """V01 (two people with identification), V02 (recorded), V03 (entry agreed): three rules, each asked alone."""
    found: set[str] = set()
    facts = standing.facts
    people, papers = facts.get("visitors"), facts.get("visit_ids_carried")
    if people is None or papers is None:
        found.add("refused_unknown_fact")
    elif not isinstance(people, int) or people < 2 or papers is not True:
        found.add("refused_visit_conditions")
    for name in ("visit_recorded", "visit_entry_agreed"):
        if facts.get(name) is None:
            found.add("refused_unknown_fact")
        elif facts[name] is not True:
            found.add("refused_visit_conditions")
    return found


def counting_reasons(
    act: Act, standing: Standing, before: Sequence[PastContact], places: Sequence[ZoneInfo]
) -> set[str]:
    found: set[str] = set()
    owes = act.recipient_role in OWES

    def today(place: ZoneInfo) -> list[PastContact]:
        day = act.at.astimezone(place).date()
        return [past for past in before if past.direction == "outbound" and past.at.astimezone(place).date() == day]

    if act.channel in VOICE:
        if not places:
            found.add("held_for_missing_time_zone")
        for place in places:  # F01
            spoken = [p for p in today(place) if p.channel in VOICE and p.debtor_id == act.debtor_id]
            if len([p for p in spoken if p.connected is not False]) >= 3:
                found.add("refused_connected_calls_today")
        if not ("more_attempts_per_number" in standing.consents and owes):  # F02
            if places and not act.number:
                found.add("refused_unknown_fact")
            for place in places:
                dialled = [p for p in today(place) if p.channel in VOICE and act.number and p.number == act.number]
                if len(dialled) >= 6:
                    found.add("refused_attempts_to_number_today")
    if act.channel in ("sms", "email") and act.purpose in ("collect", "locate", "pass_message"):  # house, F05
        if not places:
            found.add("held_for_missing_time_zone")
        for place in places:
            sent = [p for p in today(place) if p.channel in ("sms", "email") and p.debtor_id == act.debtor_id]
            if len(sent) >= 2:
                found.add("refused_messages_today")
    return found


def lost(act: Act, standing: Standing, before: Sequence[PastContact], places: Sequence[ZoneInfo]) -> bool:
    """P03: the number is dead; or three failed calls by yesterday; or a failed call on three days running."""
    if standing.facts.get("debtor_number_invalid") is True:
        return True
    own = sorted((past for past in before if past.person_id == act.debtor_id), key=lambda past: past.at)
    failed: list[datetime] = []
    for at in sorted({past.at for past in own}):
        together = [past for past in own if past.at == at]
        answered = any(
            past.direction == "inbound" or (past.connected is True and past.channel in VOICE | {"visit"})
            for past in together
        )
        if answered:
            failed = []
            continue
        failed += [
            past.at
            for past in together
            if past.direction == "outbound" and past.channel in VOICE and past.connected is False
        ]
    return bool(places) and all(shown_in(failed, act.at, place) for place in places)


def shown_in(failed: Sequence[datetime], at: datetime, place: ZoneInfo) -> bool:
    today: date = at.astimezone(place).date()
    days = [moment.astimezone(place).date() for moment in failed]
    if len([day for day in days if day < today]) >= 3:
        return True
    return any({day, day + timedelta(days=1), day + timedelta(days=2)} <= set(days) for day in days)

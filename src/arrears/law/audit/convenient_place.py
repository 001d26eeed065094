"""Where a consumer may be reached, the workplace included: 12 CFR 1006.6(b)(1)(ii), (b)(3)."""

from __future__ import annotations

from datetime import timedelta

from arrears.law.audit.case import Case, Event
from arrears.law.audit.media import (
    EMAIL,
    IN_PERSON,
    MAIL,
    TELEPHONE,
    medium_of,
    named_medium,
    place_name,
    place_of,
    unusual_place,
)
from arrears.law.audit.prior_consent import lifted
from arrears.law.audit.replies import answers
from arrears.law.audit.verdict import Finding, barred, free, unknown
from arrears.law.audit.words import as_list, says, truth, words

PLACES = "us.reg_f.inconvenient_places"
WORKPLACE = "us.reg_f.workplace"


def place_is_convenient(case: Case) -> Finding:
    """12 CFR 1006.6(b)(1)(ii) and comment 1: a number or address that goes with a place, or a place known now."""
    action = case.action
    if action is None:
        return unknown("1006.6(b)(1)(ii) speaks about a step, and none is proposed.")
    barred_places = _places_barred(case)
    medium = medium_of(action)
    used = place_of(action)
    if medium == IN_PERSON and used is None:
        used = place_name(action.get("place", "address", "at_place", default=""))
    known_now = _known_now(case)
    for place, event, media in barred_places:
        there = used == place or (known_now is not None and known_now[0] == place)
        if there and (not media or medium in media):
            opening = lifted(case, "place")
            if opening is not None:
                return opening
            reply = answers(case, also=lambda contact, place=place: _from_place(case, contact, place))  # type: ignore[misc]
            if reply is not None and reply.at >= (event.at if event else reply.at):
                return free(PLACES, reply)
            return barred(PLACES, event, known_now[1] if known_now else None)
    unusual = used if unusual_place(used) else (known_now[0] if known_now and unusual_place(known_now[0]) else None)
    if unusual is not None:
        return lifted(case, "place") or barred(PLACES, known_now[1] if known_now else None)
    return free(PLACES)


_PLACE_FREE = (
    r" (withdraw\w*|no longer|lift\w*|fine|ok|okay|cancel\w*|rescind\w*|convenient again|remove\w*|revoke\w*) "
)


def _places_barred(case: Case) -> list[tuple[str, Event | None, tuple[str, ...]]]:
    held: list[tuple[str, Event | None, tuple[str, ...]]] = []
    for given in as_list(case.fact("inconvenient_places", "inconvenient_place")):
        held.append((place_name(given), None, ()))
    for event in case.until_action:
        if event.kind == "placement" and isinstance(event.get("file_notes"), dict):
            for name in ("inconvenient_place", "inconvenient_places", "do_not_contact_at"):
                held.extend((place_name(given), event, ()) for given in as_list(event.get("file_notes").get(name)))
        if event.kind not in ("consumer_request", "knowledge", "consumer_statement"):
            continue
        named = words(event.get("request", "fact", "statement"))
        if not says(named, r" (place|places|home|location|work|workplace|there) ") and not event.has("place", "places"):
            continue
        places = [place_name(given) for given in as_list(event.get("place", "places"))]
        if says(named, _PLACE_FREE):
            held = [entry for entry in held if places and entry[0] not in places]
        elif says(named, r" (inconvenient|unusual|not contact|do not|no contact|stop) "):
            clarified = event.get("clarified_media", "media", "media_clarified", "limited_to_media")
            media = tuple(
                medium for medium in (named_medium(given) for given in as_list(clarified)) if medium is not None
            )
            excluded = {named_medium(given) for given in as_list(event.get("media_excluded", "except_media"))}
            if excluded:
                media = tuple(medium for medium in (TELEPHONE, MAIL, IN_PERSON, EMAIL) if medium not in excluded)
            held.extend((place, event, media) for place in places)
    return held


def _known_now(case: Case) -> tuple[str, Event | None] | None:
    """Where the collector knows the consumer to be at the moment of the step."""
    found: tuple[str, Event | None] | None = None
    action = case.action
    if action is None:
        return None
    stated = action.get("consumer_known_at", "known_consumer_place", "collector_knows_consumer_at")
    if stated is not None:
        return place_name(stated), None
    for name, value in action.raw.items():
        if "know" in name and truth(value) is True and says(name, r" (home|work|hospital|funeral|church) "):
            return place_name(name), None
    for event in case.until_action:
        if event.kind not in ("knowledge", "consumer_statement", "consumer_request"):
            continue
        line = words([event.get("fact", "statement", "request"), event.get("place")])
        if says(line, r" (left|leaving|no longer at|not at|away from) "):
            found = None
        elif says(
            line, r" consumer is (now )?(at|in) | currently (at|in) | is (at|in) \w+ now | attending | right now "
        ) and (action.at - event.at) <= timedelta(hours=12):
            place = place_name(
                event.get("place")
                or " ".join(w for w in line.split() if w not in ("consumer", "is", "at", "now", "in", "currently"))
            )
            found = (place, event)
    return found


def _from_place(case: Case, contact: Event, place: str) -> bool:
    """Whether the consumer wrote or called from that place."""
    if place_of(contact) == place:
        return True
    stated = contact.get("from_place", "place", "location")
    return stated is not None and place_name(stated) == place


_FORBIDS = r" (cannot|cant|not|no|prohibit\w*|forbid\w*|bar|bars|barred|disallow\w*|against|never|stop) "
_AT_WORK = r" (work|workplace|employer|employers|job|office|employment) "
_ALLOWS = r" (permits|permitted|allows|allowed|may|can|fine|ok|okay|no longer prohibits|no longer) "


def workplace_permits(case: Case) -> Finding:
    """12 CFR 1006.6(b)(3): at the place of employment, where the employer is known to prohibit it."""
    action = case.action
    if action is None:
        return unknown("1006.6(b)(3) speaks about a step, and none is proposed.")
    known: Event | bool | None = truth(case.fact("employer_prohibits", "employer_prohibits_calls")) or None
    for event in case.until_action:
        if event.kind not in (
            "knowledge",
            "consumer_request",
            "consumer_statement",
            "placement",
            "conversation",
            "email",
        ):
            continue
        line = words(
            [
                event.get("fact", "statement", "request", "words", "content"),
                event.get("file_notes"),
                event.get("words"),
                event.get("place"),
            ]
        )
        if not says(line, _AT_WORK):
            continue
        if says(line, r" no longer (prohibit\w*|forbid\w*|bar) ") or (says(line, _ALLOWS) and not says(line, _FORBIDS)):
            known = None
        elif says(line, _FORBIDS) or says(line, r" inconvenient "):
            known = event
    at_work = place_of(action) == "work"
    now = _known_now(case)
    if not at_work and now is not None and now[0] == "work":
        at_work = True
    if medium_of(action) == EMAIL and says(words(action.address), r" (work|employer|office) "):
        at_work = True
    if not known or not at_work:
        return free(WORKPLACE)
    source = known if isinstance(known, Event) else None
    opening = lifted(case, "workplace", since=source)
    if opening is not None:
        return opening
    reply = answers(case, also=lambda contact: _from_place(case, contact, "work"))
    if reply is not None:
        return free(WORKPLACE, reply)
    return barred(WORKPLACE, source)

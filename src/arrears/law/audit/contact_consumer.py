"""
When, where and through whom a consumer may be reached: 12 CFR 1006.6(b).

Each rule looks at its own paragraph and the exceptions in (b)(4), and at nothing else.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from arrears.law.audit.case import Case, Event, as_day
from arrears.law.audit.figures import clock
from arrears.law.audit.inconvenient import Window, clock_minute, covering, designations, weekdays, windows_in
from arrears.law.audit.media import (
    EMAIL,
    IN_PERSON,
    MAIL,
    TELEPHONE,
    contacts_by_consumer,
    is_collectors,
    is_consumers,
    medium_of,
    named_medium,
    place_name,
    place_of,
    unusual_place,
)
from arrears.law.audit.people import CONSUMER, CONSUMER_ATTORNEY, recipient_of, role_of
from arrears.law.audit.place import zones_at
from arrears.law.audit.replies import answers
from arrears.law.audit.verdict import Finding, barred, free, unknown
from arrears.law.audit.words import as_list, says, truth, words

HOURS = "us.reg_f.hours"
DESIGNATED = "us.reg_f.inconvenient_times"
PLACES = "us.reg_f.inconvenient_places"
ATTORNEY = "us.reg_f.attorney"
WORKPLACE = "us.reg_f.workplace"
CONSENT = "us.reg_f.prior_consent"
COURT = "us.reg_f.court_permission"


# ── (b)(1)(i) time ───────────────────────────────────────────────────────


def outside_hours(case: Case, at: datetime) -> bool:
    """Before the opening or after the close of the day in any place the consumer might be."""
    opens, closes = clock(HOURS, "closed_to"), clock(HOURS, "closed_from")
    for zone in zones_at(case, at):
        local = at.astimezone(zone).time()
        if local < opens or local > closes:
            return True
    return False


def _inconvenient_at(case: Case, at: datetime) -> tuple[str, Window | None] | None:
    """What makes an instant inconvenient: the hours of the rule, or a window the consumer named."""
    named = designations(case, at)
    window = covering(named.inconvenient, case, at)
    if window is not None:
        return DESIGNATED, window
    if outside_hours(case, at) and covering(named.convenient, case, at) is None:
        return HOURS, None
    return None


def time_is_convenient(case: Case) -> Finding:
    """12 CFR 1006.6(b)(1)(i). An electronic message is sent when it is sent, not when it is read."""
    action = case.action
    if action is None:
        return unknown("1006.6(b)(1)(i) speaks about a step, and none is proposed.")
    sent_at = _sent_at(action)
    if not zones_at(case, sent_at) and not designations(case, sent_at).inconvenient:
        return unknown("Nothing says where the consumer is, so the local time is not known.")
    found = _inconvenient_at(case, sent_at)
    if found is None:
        return free(HOURS)
    provision, window = found
    source = window.source if window else None
    lifted = _lifted(case, "time")
    if lifted is not None:
        return lifted
    zones = zones_at(case, sent_at)

    def same_period(event: Event) -> bool:
        there = _inconvenient_at(case, event.at)
        if there is None or abs(sent_at - event.at) > timedelta(days=1):
            return False
        if window is not None:
            return covering([window], case, event.at) is not None and _same_stretch(window, event.at, sent_at, zones)
        return True

    answered = answers(case, inside=same_period)
    if answered is not None:
        return free(provision, answered)
    return barred(provision, source)


def _same_stretch(window: Window, one: datetime, other: datetime, zones: list[ZoneInfo]) -> bool:
    """Whether two instants lie in one run of the window: the same day, or one night."""
    zone = zones[0] if zones else None
    first = one.astimezone(zone) if zone else one
    second = other.astimezone(zone) if zone else other
    if window.start <= window.end:
        return first.date() == second.date()
    return abs(second - first) < timedelta(days=1)


def _sent_at(action: Event) -> datetime:
    given = action.get("sent_at", "released_at")
    return datetime.fromisoformat(str(given)) if given else action.at


# ── (b)(1)(ii) place ─────────────────────────────────────────────────────


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
            lifted = _lifted(case, "place")
            if lifted is not None:
                return lifted
            reply = answers(case, also=lambda contact, place=place: _from_place(case, contact, place))  # type: ignore[misc]
            if reply is not None and reply.at >= (event.at if event else reply.at):
                return free(PLACES, reply)
            return barred(PLACES, event, known_now[1] if known_now else None)
    unusual = used if unusual_place(used) else (known_now[0] if known_now and unusual_place(known_now[0]) else None)
    if unusual is not None:
        return _lifted(case, "place") or barred(PLACES, known_now[1] if known_now else None)
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


# ── (b)(2) attorney ──────────────────────────────────────────────────────


def attorney_known(case: Case) -> Event | bool | None:
    """The event (or True, a fact) by which the collector knows of the attorney for a debt of this step."""
    action = case.action
    known: Event | bool | None = None
    about = set(case.debts_of(action)) if action is not None else set(case.debts)
    fact = case.fact("represented_by_attorney", "attorney", "consumer_represented")
    if truth(fact) is True and not says(fact, r" (not|unknown|none) "):
        known = True
        if isinstance(fact, dict) and fact.get("debts") and not about & set(map(str, as_list(fact["debts"]))):
            known = None
    for event in case.until_action:
        line = words([event.get("fact", "finding", "statement", "content", "request", "info")])
        if not says(line, r" (attorney|represent\w*|lawyer|counsel|pro se|unrepresented) "):
            continue
        if event.kind not in (
            "knowledge",
            "consumer_statement",
            "consumer_request",
            "determination",
            "email",
            "letter",
        ):
            continue
        covers = not event.debts or not about or bool(about & set(event.debts))
        ended = (
            r" (no longer|not represented|unrepresented|withdrew|withdrawn|ended|terminated|dismissed|fired|ceased) "
        )
        if says(line, ended) or says(line, r" not (been )?represent"):
            if covers:
                known = None
        elif says(line, r" (fail\w*|consent\w*|respond\w*|permission|permits) "):
            continue
        elif covers and _identified(event):
            known = event
    return known


def _identified(event: Event) -> bool:
    identified = event.get("attorney_identified", "attorney_name_known", "name_and_address_known", "attorney_known")
    ascertain = event.get("readily_ascertainable", "can_readily_ascertain", "attorney_readily_ascertainable")
    if truth(identified) is False:
        return truth(ascertain) is True
    return True


_ATTORNEY_SILENT = r" (fail\w*|no|not|never|without) (\w+ ){0,3}(respon\w*|repl\w*|answer\w*)"


def _attorney_opens(case: Case) -> Event | bool | None:
    """(b)(2)(i), (ii): the attorney did not respond in reasonable time, or consented."""
    for name in ("attorney_failed_to_respond", "attorney_failed_to_respond_in_reasonable_time", "attorney_consents"):
        if case.states(name) is True:
            return True
    found: Event | None = None
    for event in case.until_action:
        line = words([event.kind, event.get("finding", "fact", "content", "scope", "request", "words"), event.by])
        if not says(line, r" (attorney|lawyer|counsel) "):
            continue
        if says(line, r" within (a )?reasonable (time|period) not | still within | not yet "):
            continue
        if says(line, _ATTORNEY_SILENT):
            found = event
        if says(line, r" (respond\w*|replied|answered) ") and not says(line, _ATTORNEY_SILENT):
            found = None
        agreed = says(line, r" (consent\w*|permi\w+|agree\w*|allow\w*|authori\w+) ")
        if agreed and not says(line, r" (not|no|refus\w+|den\w+|withdr\w+|revok\w+) ") and event.by != "consumer":
            found = event
        if agreed and says(line, r" (withdr\w+|revok\w+) "):
            found = None
    return found


def attorney_permits(case: Case) -> Finding:
    """12 CFR 1006.6(b)(2) with (i) and (ii), and comment 6(b)(2)-1: the consumer's own message may be answered."""
    action = case.action
    if action is None:
        return unknown("1006.6(b)(2) speaks about a step, and none is proposed.")
    if role_of(case, recipient_of(action), action) != CONSUMER:
        return free(ATTORNEY)
    known = attorney_known(case)
    if known is None or known is False:
        return free(ATTORNEY)
    event = known if isinstance(known, Event) else None
    opened = _attorney_opens(case)
    if opened:
        return free(ATTORNEY, opened if isinstance(opened, Event) else None)
    lifted = _lifted(case, "attorney", since=event)
    if lifted is not None:
        return lifted
    since = event.at if event is not None else None

    def later(contact: Event) -> bool:
        return since is None or contact.at >= since

    reply = answers(case, inside=later) or (
        answers(case, same_medium=False, inside=later) if _says_reply(action) else None
    )
    if reply is not None and reply is not event:
        return free(ATTORNEY, reply)
    return barred(ATTORNEY, event)


def _says_reply(action: Event) -> bool:
    return action.yes("in_reply_to_consumer", "response_to_consumer", "in_response_to_consumer", "reply_to_consumer")


# ── (b)(3) workplace ─────────────────────────────────────────────────────

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
    lifted = _lifted(case, "workplace", since=source)
    if lifted is not None:
        return lifted
    reply = answers(case, also=lambda contact: _from_place(case, contact, "work"))
    if reply is not None:
        return free(WORKPLACE, reply)
    return barred(WORKPLACE, source)


# ── (b)(4) exceptions ────────────────────────────────────────────────────


def _lifted(case: Case, what: str, since: Event | None = None) -> Finding | None:
    """The consumer's prior consent, given directly and lawfully, or a court's express permission."""
    court = _court(case)
    if court is not None:
        return free(COURT, court if isinstance(court, Event) else None)
    for event in case.until_action:
        if event.kind != "consent" or not _consents_to(case, event, what):
            continue
        if since is not None and event.at < since.at:
            continue
        if _withdrawn(case, event) or not _lawfully_given(case, event):
            continue
        return free(CONSENT, event)
    return None


def _court(case: Case) -> Event | bool | None:
    if case.states("court_permission", "express_court_permission", "court_express_permission") is True:
        return True
    for event in case.until_action:
        if event.says(r" court ", r" (permission|permits|permitted|authori\w+|allows|allowed) ") and not event.says(
            r" (denied|not|sought|requested|without|pending|no|incompetent) "
        ):
            return event
    return None


def given_to_collector(case: Case, event: Event) -> bool:
    """Comment 6(b)(4)(i)-2: directly to this collector, not to a creditor or an earlier collector."""
    given = event.get("given_to", "to", "received_by")
    line = words(given)
    if given is None:
        return not event.denied("given_directly", "direct")
    if says(line, r" (creditor|prior|previous|former|another|lender|earlier|servicer|original|third) "):
        return False
    if not says(line, r" (collector|agency|us|directly) ") and not is_collectors(case, str(given)):
        return False
    return not event.denied("given_directly", "direct")


def _consents_to(case: Case, event: Event, what: str) -> bool:
    action = case.action
    assert action is not None
    if not given_to_collector(case, event):
        return False
    by = event.get("by", "given_by")
    if by is not None and not is_consumers(case, str(by)):
        return False
    scope = event.get("scope", "to_what", "for")
    line = words([scope, event.get("windows"), event.get("words"), event.get("place"), event.get("number")])
    if says(line, r" (text|email) ") and not says(line, r" (time|hours?|any) ") and what != "attorney":
        minutes = False
    else:
        minutes = True
    if event.debts and action.debts and not set(event.debts) & set(action.debts):
        return False
    allowed_days = [as_day(given) for given in as_list(event.get("valid_on", "days_valid"))]
    if any(allowed_days) and case.day(action.at) not in allowed_days:
        return False
    until = as_day(event.get("valid_until", "until", "expires_on"))
    if until is not None and case.day(action.at) > until:
        return False
    if what == "time":
        return minutes and _covers_time(case, event, line)
    if what == "place":
        return says(line, r" (home|place|work|landline|hospital|there|any) ")
    if what == "workplace":
        return says(line, r" (work|workplace|office|employer|employment|any|place) ")
    return says(
        line, r" (direct\w*|contact|communicat\w*|me|attorney|call|calls|email|additional|represent\w*|any|discuss\w*) "
    )


def _covers_time(case: Case, event: Event, line: str) -> bool:
    action = case.action
    assert action is not None
    stated = list(windows_in(event.get("windows", "window", "times"), event))
    if stated:
        return covering(stated, case, action.at) is not None
    spoken = [word for word in line.split() if word.isdigit() and len(word) == 4]
    if len(spoken) >= 2:
        start, end = clock_minute(int(spoken[0])), clock_minute(int(spoken[1]))
        zones = zones_at(case, action.at)
        for zone in zones:
            local = action.at.astimezone(zone)
            minute = local.hour * 60 + local.minute
            days = weekdays(event.get("days"))
            if days and local.weekday() not in days:
                return False
            if (
                start is None
                or end is None
                or not (start <= minute <= end or (end < start and not end < minute < start))
            ):
                return False
        return True
    if len(spoken) == 1 and says(line, r" (after|from|until|before) "):
        limit = clock_minute(int(spoken[0])) or 0
        local = action.at.astimezone(zones_at(case, action.at)[0]) if zones_at(case, action.at) else action.at
        minute = local.hour * 60 + local.minute
        return minute >= limit if says(line, r" (after|from) ") else minute <= limit
    if says(
        line,
        (
            r" (any ?time|all hours|at any hour|anytime|outside hours|inconvenient|late|evening|"
            r"evenings|night|early|morning|weekend|weekends|after hours|after 9|before 8|after 2100|"
            r"before 800) "
        ),
    ):
        local = action.at.astimezone(zones_at(case, action.at)[0]) if zones_at(case, action.at) else action.at
        if says(line, r" (evening|evenings|night|late) ") and not says(line, r" (early|morning) "):
            return local.hour >= 12
        if says(line, r" (early|morning) ") and not says(line, r" (evening|night|late) "):
            return local.hour < 12
        named = weekdays(line)
        return not named or local.weekday() in named
    if says(line, r" (additional calls|continue|continuation) "):
        return False
    return weekdays(line) == frozenset() or action.at.astimezone().weekday() in weekdays(line)


def _withdrawn(case: Case, consent: Event) -> bool:
    scope = words(consent.get("scope"))
    for event in case.until_action:
        taken_back = event.kind == "consent_withdrawn" or event.says(r" (withdraw\w*|revoke\w*) consent ")
        if taken_back and event.at >= consent.at:
            named = event.get("scope")
            if named is None or words(named) == scope or says(words(named), r" (all|any) "):
                return True
    return False


def _lawfully_given(case: Case, consent: Event) -> bool:
    """
    (b)(4)(i): 'during a communication that does not violate paragraphs (b)(1) through (3)'.

    A consent that came in the consumer's own message is lawful at any hour; one asked for on a call that the
    collector placed at an inconvenient time or place is not.
    """
    if consent.denied("given_during_compliant_communication", "communication_lawful", "during_lawful_communication"):
        return False
    if consent.yes("given_during_inconvenient_communication", "given_during_violation", "during_inconvenient_call"):
        return False
    if consent.says(r" (during|in) (an |the )?(inconvenient|unlawful|late|prohibited) "):
        return False
    medium = named_medium(consent.get("via", "medium", "channel"))
    own = [
        event
        for event in contacts_by_consumer(case, case.until_action)
        if abs(event.at - consent.at) <= timedelta(hours=1)
    ]
    if any(medium is None or medium_of(event) == medium for event in own):
        return True
    if medium not in (None, TELEPHONE, IN_PERSON):
        return True
    placed = [
        event
        for event in case.until_action
        if event.at <= consent.at
        and consent.at - event.at <= timedelta(hours=1)
        and medium_of(event) == TELEPHONE
        and (is_collectors(case, str(event.get("call_placed_by", "by", default="collector"))))
    ]
    if not placed:
        return True
    begun = placed[0]
    earlier = Case(case.id, case.rule, case.rule_text, case.ask, case.facts, case.events, begun)
    return _inconvenient_at(earlier, begun.at) is None


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


__all__ = [
    "CONSUMER_ATTORNEY",
    "attorney_known",
    "attorney_permits",
    "consumer_may_be_reached",
    "given_to_collector",
    "place_is_convenient",
    "time_is_convenient",
    "workplace_permits",
]

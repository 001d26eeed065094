"""
Suits, credit reporting, sale, payments, records and state law: 12 CFR 1006.26, .30, .100, .104.
"""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from arrears.law.audit.calls import is_call
from arrears.law.audit.case import Case, Event, as_day, within
from arrears.law.audit.communicate import is_limited
from arrears.law.audit.figures import names, number
from arrears.law.audit.inconvenient import clock_minute
from arrears.law.audit.media import (
    EMAIL,
    MAIL,
    SOCIAL,
    TEXT,
    WEB,
    is_collectors,
    is_electronic,
    medium_of,
    named_medium,
)
from arrears.law.audit.people import CONSUMER, recipient_of, role_of
from arrears.law.audit.place import zones_at
from arrears.law.audit.verdict import (
    NOT_REQUIRED,
    REQUIRED,
    SAFE,
    UNSAFE,
    Finding,
    answered,
    barred,
    because,
    free,
    unknown,
)
from arrears.law.audit.words import as_list, says, truth, words

TIME_BARRED = "us.reg_f.time_barred"
FURNISH = "us.reg_f.furnish"
SALE = "us.reg_f.sale"
SALE_EXCEPT = "us.reg_f.sale_exceptions"
ONE_PAYMENT = "us.reg_f.multiple_debts"
VENUE = "us.reg_f.venue"
FORMS = "us.reg_f.deceptive_forms"
RECORDS = "us.reg_f.records"
RECORDINGS = "us.reg_f.recordings"
STATE = "us.reg_f.state_law"


# ── 26 ───────────────────────────────────────────────────────────────────


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


# ── 30(a) ────────────────────────────────────────────────────────────────


def furnishing(case: Case) -> Finding:
    """12 CFR 1006.30(a): spoken with the consumer, or written and waited without a notice of undeliverability."""
    action = case.action
    if action is None:
        return unknown("1006.30(a) speaks about furnishing, and no step is proposed.")
    harbour = case.ask.get("kind") == "safe_harbor"
    yes, no = (SAFE, UNSAFE) if harbour else ("allowed", "prohibited")
    agency = words(
        [
            recipient_of(action),
            action.get("agency_type", "cra_type", "agency", "recipient_type"),
            case.facts.get("consumer_reporting_agency"),
        ]
    )
    if says(agency, r" (check|checks|specialty|specialized) ") and not says(agency, r" (not|other than) "):
        return Finding(yes, (because(FURNISH, force="permitted"),))
    spoken = [event for event in case.until_action if _spoke(case, event)]
    if spoken and not within(case.rule, ("30", "a", "1", "ii")):
        return Finding(yes, (because(FURNISH, *spoken[:1], force="permitted"),))
    wait = number(FURNISH, "wait_days")
    monitors = case.states(
        "monitors_undeliverability", "permits_and_monitors_undeliverability", "monitors", "monitoring"
    )
    returned: list[Event] = []
    for sent in (event for event in case.until_action if _sent_about_debt(case, event)):
        if monitors is False or sent.denied("monitored", "monitors_undeliverability"):
            returned.append(sent)
            continue
        period_end = case.day(sent.at) + timedelta(days=wait)
        bounced = [
            event
            for event in case.until_action
            if sent.at <= event.at <= action.at
            and case.day(event.at) < period_end
            and _undeliverable(event)
            and _same_channel(event, sent)
            and not _later_sending(case, sent, event)
        ]
        if bounced:
            returned.extend([sent, *bounced])
            continue
        if case.day(action.at) >= period_end:
            return Finding(yes, (because(FURNISH, sent, force="permitted"),))
        returned.append(sent)
    earlier = [event for event in case.until_action if event.kind == "furnish" and event.at < action.at]
    for event in earlier:
        before = Case(case.id, case.rule, case.rule_text, {"kind": "may_act"}, case.facts, case.events, event)
        if furnishing(before).answer == "allowed":
            return Finding(yes, (because(FURNISH, event, force="permitted"),))
    return Finding(no, (because(FURNISH, *returned),))


def _spoke(case: Case, event: Event) -> bool:
    """(a)(1)(i): speaks to the consumer about the debt, in person or by telephone."""
    if event.kind not in (
        "conversation",
        "call_attempt",
        "initial_communication",
        "visit",
        "in_person_conversation",
        "in_person_meeting",
    ):
        return False
    medium = medium_of(event) or named_medium(event.get("medium", "channel"))
    if event.kind == "call_attempt" and not says(words(event.get("outcome")), r" (conversation|spoke) "):
        return False
    if medium not in ("telephone", "in_person") and event.kind not in ("in_person_conversation", "in_person_meeting"):
        return False
    if event.denied("about_debt", "about_the_debt", "debt_discussed"):
        return False
    if says(words(event.get("topic", "content")), r" (no particular debt|not about|unrelated|general|wrong) "):
        return False
    if event.kind == "visit" and not says(event.line, r" (conversation|spoke|talk\w*) "):
        return False
    return role_of(case, recipient_of(event), event) == CONSUMER


def _sent_about_debt(case: Case, event: Event) -> bool:
    if not is_collectors(case, event.by) or is_limited(case, event):
        return False
    if event.denied("about_debt", "about_the_debt", "mentions_debt"):
        return False
    if says(words(event.get("content", "topic")), r" (marketing|advertis\w*|unrelated|not about) "):
        return False
    if role_of(case, recipient_of(event), event) != CONSUMER:
        return False
    if says(words(event.kind), r" validation (notice|information) "):
        return True
    return medium_of(event) in (MAIL, EMAIL, TEXT, SOCIAL, WEB)


def _undeliverable(event: Event) -> bool:
    return says(
        words([event.kind, event.get("result", "status", "fact", "content")]),
        r" (undeliverab\w*|undelivered|returned( mail)?|bounce\w*|not delivered|return to sender) ",
    ) and event.kind not in ("placement_returned",)


def _same_channel(event: Event, sent: Event) -> bool:
    given = named_medium(event.get("channel", "medium", "via"))
    refers = event.get("notice_sent_on", "of", "refers_to", "sent_on", "for_notice_of")
    if refers is not None and as_day(refers) is not None:
        return str(refers)[:10] == sent.at.date().isoformat()
    medium = medium_of(sent) or MAIL
    return given is None or given == medium


def _later_sending(case: Case, sent: Event, bounced: Event) -> bool:
    """Whether a later message of the same kind, sent before the notice came back, is the likelier one it is about."""
    return False


# ── 30(b)-(e) ────────────────────────────────────────────────────────────


def sale(case: Case) -> Finding:
    """12 CFR 1006.30(b): no sale, transfer for consideration or placement of what is paid, settled or discharged."""
    action = case.action
    if action is None:
        return unknown("1006.30(b) speaks about a transfer, and none is proposed.")
    line = words(
        [
            action.kind,
            action.get("to", "recipient"),
            action.get("purpose", "reason", "as_part_of", "content", "what", "nature"),
            action.get("on_behalf_of"),
            [n for n, v in action.raw.items() if v is True],
        ]
    )
    status = " ".join(
        words([debt.get("status"), [n for n, v in debt.items() if v is True]])
        for name, debt in case.debts.items()
        if name in case.debts_of(action)
    )
    for event in case.until_action:
        if event.kind in ("payment", "settlement", "discharge", "bankruptcy_discharge", "knowledge") and _covers_debt(
            event, action
        ):
            status += words(
                [
                    event.kind if event.kind != "payment" else "",
                    event.get("fact", "status"),
                    "paid" if event.yes("in_full", "paid_in_full", "pays_in_full") else "",
                ]
            )
    gone = says(status, r" (paid|settled|discharged|discharge|satisfied|settlement) ") and not says(
        status, r" (unpaid|not paid|partly paid|partially) "
    )
    knows = case.states(
        "collector_knows_or_should_know",
        "knows_or_should_know",
        "collector_knows",
        "knew_or_should_have_known",
        "collector_knew_or_should_have_known",
    )
    if not gone or knows is False:
        return free(SALE)
    if action.denied("transfers_debt", "debt_transferred", "transfers_the_debt"):
        return free(SALE)
    if says(line, r" (data|information|file|analytics|scrub\w*|archiv\w*|report\w*) ") and not says(
        line, r" (portfolio sale|sell|sale|sold) "
    ):
        return free(SALE)
    if action.denied("for_consideration", "consideration") and not says(
        line, r" (sell|sale|sold|place|placement|placed) "
    ):
        return free(SALE)
    if says(line, r" (securiti[sz]\w*|pledg\w*|collateral) "):
        return free(SALE_EXCEPT)
    if says(line, r" (merger|merge|acquisition|purchase and assumption|substantially all|consolidat\w*) "):
        return free(SALE_EXCEPT)
    if says(line, r" (discharged|discharge|lien|secured) ") or says(status, r" (discharged|discharge) "):
        lien = any(
            truth(debt.get(name)) is True
            for debt in case.debts.values()
            for name in ("secured_by_enforceable_lien", "enforceable_lien", "secured", "lien_enforceable")
        ) or action.yes("secured_by_enforceable_lien", "enforceable_lien", "secured")
        told = action.yes(
            "notifies_transferee_of_discharge",
            "transferee_notified_of_discharge",
            "notifies_transferee",
            "transferee_notified",
            "notifies_transferee_personal_liability_discharged",
        )
        told = told or any(truth(v) is True and says(n, r" notif\w* ") for n, v in action.raw.items())
        if lien and told:
            return free(SALE_EXCEPT)
    to = words(action.get("to", "recipient"))
    behalf = words(action.get("on_behalf_of", "for"))
    if says(to, r" (previous|prior|former) ") and says(to, r" owner "):
        authorized = case.states(
            "authorized_by_original_contract",
            "original_contract_authorizes_transfer",
            "authorized_under_terms_of_original_contract",
            "original_contract_authorizes",
            "authorized_under_original_contract",
            "contract_authorizes_transfer",
            "authorized_by_contract",
            "transfer_authorized_by_original_contract",
            "original_contract_authorizes_return",
        )
        if authorized is None:
            authorized = (
                any(truth(v) is True and says(n, r" (authori[sz]\w*|contract) ") for n, v in action.raw.items()) or None
            )
        return free(SALE_EXCEPT) if authorized is True else barred(SALE)
    if (
        says(to, r" (owner|debt owner|creditor) ")
        and not says(behalf, r" owner ")
        and not says(to, r" (another|other|new) ")
    ):
        return free(SALE_EXCEPT)
    return barred(SALE)


def _covers_debt(event: Event, action: Event) -> bool:
    return not event.debts or not action.debts or bool(set(event.debts) & set(action.debts))


def one_payment(case: Case) -> Finding:
    """12 CFR 1006.30(c): never to a disputed debt; as the consumer directs."""
    action = case.action
    if action is None:
        return unknown("1006.30(c) speaks about applying a payment, and none is proposed.")
    to = {str(entry) for entry in as_list(action.get("to", "apply_to", "debt", "debts", "applied_to"))}
    if isinstance(action.get("allocation", "split", "applied"), dict):
        split = action.get("allocation", "split", "applied")
        to = {str(name) for name, amount in split.items() if amount not in (0, "0", "0.00", None)}
    disputed = {name for name, debt in case.debts.items() if truth(debt.get("disputed")) is True}
    for event in case.until_action:
        if event.kind == "dispute":
            disputed |= set(case.debts_of(event))
        if event.kind in ("dispute_withdrawn", "dispute_resolved"):
            disputed -= set(case.debts_of(event))
    payments = [event for event in case.until_action if event.kind == "payment"]
    payment = payments[-1] if payments else None
    if to & disputed:
        return barred(ONE_PAYMENT, payment)
    for source in (payment, action):
        if source is None:
            continue
        directed = source.get(
            "consumer_direction", "direction", "consumer_directs", "directed_to", "consumer_directed_to"
        )
        if directed is None:
            continue
        if isinstance(directed, dict):
            wanted = {str(name) for name, amount in directed.items() if amount not in (0, "0", None)}
        else:
            wanted = {word for word in (str(entry) for entry in as_list(directed)) if word in case.debts}
            wanted |= {name for name in case.debts if says(words(directed), f" {name.lower()} ")}
        if wanted and to and not to <= wanted:
            return barred(ONE_PAYMENT, payment)
    return free(ONE_PAYMENT, payment)


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


def deceptive_forms(case: Case) -> Finding:
    """12 CFR 1006.30(e): no form known to make the consumer believe that somebody other than the creditor collects."""
    action = case.action
    if action is None:
        return unknown("1006.30(e) speaks about a form, and none is given.")
    actual = case.states(
        "third_party_actually_participates",
        "collector_participates",
        "actually_participating",
        "participates_in_collection",
        "other_person_participates",
        "actually_participates",
    )
    if actual is True:
        return free(FORMS)
    known = case.states(
        "knows_false_belief", "knows_use", "knows_it_would_deceive", "knows", "known_to_deceive", "collector_knows"
    )
    if known is False:
        return free(FORMS)
    line = words(
        [
            action.kind,
            action.get("content_flags", "content", "purpose"),
            [n for n, v in action.raw.items() if v is True],
        ]
    )
    return (
        barred(FORMS)
        if says(line, r" (form|forms|letterhead|flat rat\w*|furnish\w*|false\w*|deceptive) ")
        else free(FORMS)
    )


# ── 100 ──────────────────────────────────────────────────────────────────


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


# ── 104 ──────────────────────────────────────────────────────────────────


def state_law(case: Case) -> Finding:
    """
    12 CFR 1006.104: a state law that protects more stays in force beside the regulation.

    The law is a parameter of the case: a cap on contacts, hours, or something it forbids or requires.
    """
    action = case.action
    overlay = case.facts.get("state_overlay") or case.facts.get("state_law") or {}
    if action is None:
        return unknown("1006.104 is asked about a step, and none is proposed.")
    if not isinstance(overlay, dict):
        overlay = {"text": overlay}
    if (
        truth(overlay.get("inconsistent")) is True
        and truth(overlay.get("greater_protection", overlay.get("more_protective"))) is not True
    ):
        return free(STATE)
    capped = _cap(case, action, overlay)
    if capped is not None:
        return capped
    opens, closes = (
        _bound(overlay, r" (earliest|before|from|open\w*) "),
        _bound(overlay, r" (latest|after|until|clos\w*) "),
    )
    for zone in zones_at(case, action.at):
        local = action.at.astimezone(zone)
        minute = local.hour * 60 + local.minute
        if (opens is not None and minute < opens) or (closes is not None and minute > closes):
            return barred(STATE)
    for name, value in overlay.items():
        if truth(value) is not True:
            continue
        if says(name, r" (prohibits|bars|forbids|no|bans) "):
            about = named_medium(name)
            if about is None or about == medium_of(action):
                return barred(STATE)
        if says(name, r" (requires|must) ", r" (consent) ") and is_electronic(action):
            given = any(event.kind == "consent" for event in case.until_action)
            if not given:
                return barred(STATE)
    wanted = overlay.get("requires_disclosure", overlay.get("required_disclosure", overlay.get("disclosure_required")))
    if truth(wanted) is True:
        for name in (
            "state_disclosure",
            "includes_state_disclosure",
            "makes_state_disclosure",
            "state_disclosure_included",
            "includes_state_required_disclosure",
        ):
            if action.has(name):
                return free(STATE) if action.yes(name) else barred(STATE)
    if case.ask.get("kind") == "may_act" and is_call(case, action):
        from arrears.law.audit.calls import may_call

        return may_call(case) if not any(str(key).startswith("max") for key in overlay) else free(STATE)
    return free(STATE)


def _bound(overlay: dict[str, object], pattern: str) -> int | None:
    """An hour that a state's law draws, by the name of its field: 'earliest_call', 'no_calls_before'."""
    return next((clock_minute(value) for name, value in overlay.items() if says(name, pattern) and value), None)


def _cap(case: Case, action: Event, overlay: dict[str, object]) -> Finding | None:
    caps = [
        (str(key), value)
        for key, value in overlay.items()
        if says(str(key), r" (max|maximum|limit|cap|at most) ") and str(value).isdigit()
    ]
    if not caps:
        return None
    name, most = caps[0]
    span = next(
        (int(str(value)) for key, value in overlay.items() if says(str(key), r" days? ") and str(value).isdigit()),
        number(STATE, "days"),
    )
    medium = named_medium(name)
    each = words(overlay.get("per"))
    action_debts = set(case.debts_of(action))
    today = case.day(action.at)
    seen: list[Event] = []
    for event in case.until_action:
        if (
            not is_collectors(case, event.by)
            or event is action
            or medium_of(event) is None
            or event.kind == "conversation"
        ):
            continue
        if medium is not None and medium_of(event) != medium:
            continue
        if says(name, r" (conversation|conversations) "):
            continue
        if says(each, r" (debt|account) ") and event.debts and not action_debts & set(event.debts):
            continue
        if not today - timedelta(days=span) < case.day(event.at) <= today:
            continue
        seen.append(event)
    applies = medium is None or medium_of(action) == medium
    if applies and len(seen) >= int(str(most)):
        return barred(STATE, *seen)
    return free(STATE, *seen)


__all__ = [
    "deceptive_forms",
    "furnishing",
    "names",
    "one_payment",
    "retention",
    "sale",
    "state_law",
    "time_barred",
    "venue",
    "years_later",
]

"""What stops while a dispute or a request for the original creditor is open: 12 CFR 1006.38."""

from __future__ import annotations

from datetime import date

from arrears.law.audit.case import Case, Event, as_day, within
from arrears.law.audit.furnish import same_channel, undeliverable
from arrears.law.audit.media import medium_of
from arrears.law.audit.people import CREDITOR, recipient_of, role_of
from arrears.law.audit.said import flagged
from arrears.law.audit.validation_dates import dates
from arrears.law.audit.validation_notice import notices
from arrears.law.audit.verdict import NOT_REQUIRED, REQUIRED, SAFE, UNSAFE, Finding, answered, barred, free, unknown
from arrears.law.audit.words import says, truth, words
from arrears.law.audit.written import in_writing, received

OVERSHADOW = "us.reg_f.overshadowing"
ORIGINAL = "us.reg_f.original_creditor"
DISPUTE = "us.reg_f.dispute"
DUPLICATE = "us.reg_f.duplicative_dispute"
_VERIFIES = r" (verification|judgment|judgement|verified|verify) "
_TELLS_ORIGINAL = r" original creditor "


def period_end(case: Case) -> date | None:
    """The end of the validation period: as printed, or as the regulation counts it."""
    for event in reversed(notices(case)):
        stated = as_day(event.get("validation_period_end", "period_end", "end_date"))
        if stated is not None:
            return stated
    stated = as_day(case.fact("validation_period_end", "validation_period_ends"))
    if stated is not None:
        return stated
    if notices(case):
        asked = Case(
            case.id,
            case.rule,
            case.rule_text,
            {"which": "validation_period_end_earliest"},
            case.facts,
            case.events,
            None,
        )
        found = dates(asked).answer
        return as_day(found.split("=")[1]) if found else None
    return None


def timely(case: Case, event: Event) -> bool:
    """Submitted in writing, on or before the last day of the validation period."""
    if event.denied("within_validation_period", "timely", "in_validation_period"):
        return False
    if not in_writing(case, event) or not received(case, event):
        return False
    if event.yes("within_validation_period", "timely"):
        return True
    end = period_end(case)
    posted = as_day(event.get("submitted_on", "mailed_on", "sent_on", "posted_on"))
    day = posted or case.day(event.at)
    return end is None or day <= end


def _acts_for_consumer(case: Case, event: Event) -> bool:
    """Comment 38-3: a person acting for the estate operates as the consumer."""
    given = event.get("by", "from", "submitted_by")
    if given is None:
        return True
    line = words(given)
    if says(line, r" (consumer|attorney|debtor|borrower) "):
        return True
    if says(line, r" (representative|executor|executrix|administrator|estate|authorized|authorised|successor) "):
        return case.deceased
    return says(line, r" (spouse|guardian) ") and not says(line, r" (friend|neighbou?r) ")


def _concerns(case: Case, event: Event) -> bool:
    action = case.action
    if action is None:
        return True
    return bool(set(case.debts_of(action)) & set(case.debts_of(event))) if case.debts else True


def _touches_disputed_part(case: Case, event: Event) -> bool:
    """The disputed portion alone is barred; the rest may be collected."""
    action = case.action
    part = event.get("disputed_portion", "portion", "disputed_amount", "part")
    if part is None or action is None or says(words(part), r" (all|whole|entire) "):
        return True
    about = words(
        [
            action.get("portion", "collects_portion", "about_portion", "part", "collects", "amount_portion", "scope"),
            [n for n, v in action.raw.items() if v is True],
        ]
    )
    return not says(about, r" (undisputed|other|remaining|remainder|not disputed|non ?disputed) ")


def _sent_well(case: Case, event: Event) -> bool:
    if event.denied(
        "manner_1006_42", "sent_in_manner_1006_42", "manner_complies", "in_manner_required", "manner_1006_42_met"
    ):
        return False
    if says(words(event.get("via", "medium", "manner", "form")), r" (oral|orally|telephone|phone|verbal\w*) "):
        return False
    later = [
        other
        for other in case.until_action
        if other.at >= event.at and undeliverable(other) and same_channel(other, event)
    ]
    return not later


def _open_requests(case: Case) -> tuple[Event | None, Event | None, str]:
    """The dispute and the original-creditor request still open at the step, and the clause for a dispute."""
    dispute: Event | None = None
    request: Event | None = None
    answered_before: list[Event] = []
    clause = DISPUTE
    for event in case.until_action:
        line = words([event.kind, event.get("request", "content")])
        if _is_request(event, line):
            if timely(case, event) and _acts_for_consumer(case, event) and _concerns(case, event):
                request = event
        elif _is_dispute(event, line):
            if timely(case, event) and _acts_for_consumer(case, event) and _concerns(case, event):
                dispute = event
                clause = DUPLICATE if _duplicates(event, answered_before) else DISPUTE
        elif says(line, r" (duplicative|duplicate) ") and says(line, r" (notice|sent) "):
            if dispute is not None and clause == DUPLICATE and _notice_complete(event) and _sent_well(case, event):
                dispute = None
        elif (
            says(line, _TELLS_ORIGINAL) and says(line, r" (sent|information|provided|notice|same|answer\w*) ")
        ) or says(line, r" same (creditor|as current|current) "):
            if request is not None and _answers_request(case, event):
                request = None
        elif says(line, r" (verification|verify) (requested|request|sought|asked|awaited|pending) "):
            continue
        elif says(line, _VERIFIES) and event.kind not in ("judgment", "judgment_entered") and event.by == "collector":
            if dispute is not None and _sent_well(case, event):
                answered_before.append(dispute)
                dispute = None
        elif says(line, r" dispute (withdrawn|resolved) "):
            dispute = None
    return dispute, request, clause


def _is_dispute(event: Event, line: str) -> bool:
    if event.kind == "dispute" or (event.kind.endswith("_dispute") and "notice" not in event.kind):
        return True
    return event.kind == "consumer_request" and says(line, r" disput\w* ")


def _is_request(event: Event, line: str) -> bool:
    return event.kind in ("original_creditor_request", "request_original_creditor") or (
        event.kind in ("consumer_request", "consumer_letter_received") and says(line, r" original creditor ")
    )


def _duplicates(event: Event, earlier: list[Event]) -> bool:
    """38(a)(1): substantially the same as an answered one, with nothing new and material."""
    if not earlier:
        return False
    if event.yes(
        "new_and_material_information",
        "includes_new_and_material_information",
        "new_and_material",
        "new_material_information",
    ):
        return False
    if event.denied("substantially_same", "substantially_the_same", "same_dispute"):
        return False
    support = event.get("support", "evidence", "encloses", "supporting_document", "new_information", "documents")
    if truth(support) is True and truth(event.get("material")) is not False and truth(event.get("new")) is not False:
        given = {words(old.get("support", "evidence", "encloses", "supporting_document")) for old in earlier}
        if words(support) not in given or not words(support).strip():
            return False
    claim = event.get("claim", "grounds", "reason")
    if claim is not None and earlier:
        same = [old for old in earlier if old.get("claim", "grounds", "reason") in (None, claim)]
        if not same:
            return False
    return True


def _notice_complete(event: Event) -> bool:
    """38(d)(2)(ii)(A): brief reasons, and a reference to the earlier response (comment -1: its date)."""
    for name, value in event.raw.items():
        if (
            says(name, r" (reasons?|refers|states|statement|brief|earlier|manner|date) ")
            and isinstance(value, bool | None)
            and truth(value) is not True
        ):
            return False
    return True


def _answers_request(case: Case, event: Event) -> bool:
    if not _sent_well(case, event):
        return False
    line = event.line
    if (
        says(line, r" same ")
        and not says(line, r" same (address|day) ")
        and event.denied(
            "refers_to_validation_information",
            "refers_to_earlier_validation_information",
            "reasonably_determined",
            "reasonably_determines_same",
            "notifies_consumer",
        )
    ):
        return False
    return not event.denied("name_and_address", "includes_address", "includes_name_and_address", "includes_name")


_COLLECTS = (
    "call_attempt",
    "email",
    "text",
    "letter",
    "voicemail",
    "ringless_voicemail",
    "visit",
    "social_media_message",
    "file_lawsuit",
    "furnish",
    "postcard",
    "message",
    "demand",
    "communication",
)


def _is_collection(case: Case, action: Event) -> bool:
    """Whether the step collects: an answer to the dispute itself, or a word to the creditor, does not."""
    line = words([action.kind, action.get("purpose", "content", "contains")])
    if says(
        line,
        (
            r" (verification|duplicative|original creditor information|response to dispute|"
            r"acknowledge\w*|copy of (a )?judgment|send verification) "
        ),
    ):
        return False
    if says(line, r" (required by law|legally required|periodic statement) ") or action.yes("legally_required"):
        return False
    if role_of(case, recipient_of(action), action) in (CREDITOR,):
        return False
    if action.denied("collects", "collection_activity", "in_connection_with_collection"):
        return False
    return (
        action.kind in _COLLECTS
        or medium_of(action) is not None
        or action.kind.startswith(("collect", "resume", "continue", "demand", "request_payment"))
    )


def collection_stops(case: Case) -> Finding:
    """38(c), (d)(2): collection of the debt, or its disputed portion, stops until the answer is sent."""
    action = case.action
    if action is None:
        return unknown("1006.38 speaks about a step, and none is proposed.")
    dispute, request, clause = _open_requests(case)
    if case.ask.get("kind") == "duty":
        open_now = dispute is not None or request is not None
        return answered(REQUIRED if open_now else NOT_REQUIRED, DISPUTE, dispute, request)
    if within(case.rule, ("38", "c")):
        dispute = None
    elif within(case.rule, ("38", "d")):
        request = None
    if not _is_collection(case, action):
        return free(DISPUTE, dispute, request)
    if request is not None:
        return barred(ORIGINAL, request)
    if dispute is not None and _touches_disputed_part(case, dispute):
        return barred(clause, dispute)
    earlier = [
        event
        for event in case.until_action
        if event.kind
        in (
            "dispute",
            "original_creditor_request",
            "verification_sent",
            "original_creditor_information_sent",
            "duplicative_dispute_notice_sent",
        )
    ]
    return free(ORIGINAL if within(case.rule, ("38", "c")) else DISPUTE, *earlier)


def overshadowing(case: Case) -> Finding:
    """38(b): nothing in the validation period that overshadows or contradicts the rights it discloses."""
    action = case.action
    if action is None:
        return unknown("1006.38(b) speaks about a step, and none is proposed.")
    if case.ask.get("kind") == "safe_harbor" or says(words(action.get("form")), r" model form "):
        own = says(words(action.get("form")), r" model form ") and not says(
            words(action.get("change", "changes")), r" (overshadow\w*|not substantially|threat\w*) "
        )
        if case.ask.get("kind") == "safe_harbor":
            return answered(SAFE if own else UNSAFE, OVERSHADOW)
    end = period_end(case)
    if end is not None and case.day(action.at) > end:
        return free(OVERSHADOW)
    for name, value in action.raw.items():
        if says(name, r" (overshadow\w*|inconsistent) "):
            return barred(OVERSHADOW, *notices(case)[-1:]) if truth(value) is True else free(OVERSHADOW)
    line = flagged(action)
    if says(line, r" (not|no|without) (overshadow\w*|inconsistent) "):
        return free(OVERSHADOW)
    bad = (
        r" (overshadow\w*|inconsistent|immediate payment|pay immediately|pay now|within \d+ days|"
        r"pay within|before the (validation )?period ends|no right to dispute|"
        r"cannot dispute|dispute by phone only|must dispute|waives?|threatens? (suit|lawsuit|legal)|"
        r"immediately|demand\w* payment|demands) "
    )
    return barred(OVERSHADOW, *notices(case)[-1:]) if says(line, bad) else free(OVERSHADOW)


def disputes_rule(case: Case) -> Finding:
    """Any question under 1006.38."""
    if within(case.rule, ("38", "b")):
        return overshadowing(case)
    if case.ask.get("kind") == "date":
        return dates(case)
    return collection_stops(case)

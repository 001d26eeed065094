"""
Through what a message went, and which place, if any, goes with it.

12 CFR 1006.2(d) and its comment 1: any medium. Comment 6(b)(1)(ii)-1: mailing addresses and landlines belong to a
place; email addresses and mobile numbers do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from arrears.law.audit.case import Case, Event
from arrears.law.audit.words import says, words

TELEPHONE = "telephone"
EMAIL = "email"
TEXT = "text"
MAIL = "mail"
SOCIAL = "social_media"
WEB = "web"
IN_PERSON = "in_person"
ELECTRONIC = (EMAIL, TEXT, SOCIAL, WEB)

_CALLS = {
    "call_attempt",
    "inbound_call",
    "respond_on_inbound_call",
    "voicemail",
    "ringless_voicemail",
    "conversation",
    "answer_inbound_call",
    "continue_call",
    "recorded_message",
    "prerecorded_call",
}

_NAMED: tuple[tuple[str, str], ...] = (
    (TEXT, r" (text|texts|texting|sms|mms) "),
    (EMAIL, r" e ?(mail|mails|mailing)s? | (email|emails|emailing) "),
    (SOCIAL, r" (social|facebook|instagram|linkedin|twitter|whatsapp|messenger) "),
    (WEB, r" (web|website|portal|app|mobile app|application|chat|push) "),
    (TELEPHONE, r" (call|calls|calling|phone|telephone|voicemail|voicemails|voice|landline|ringless|oral|orally) "),
    (MAIL, r" (letter|letters|mail|postal|post|postcard|writing|written|courier|paper|form|slip|envelope|mailing) "),
    (IN_PERSON, r" (person|visit|visits|face|door|doorstep) "),
)


_NO_CONTACT = {
    "consumer_request",
    "consumer_statement",
    "consumer_letter_posted",
    "consumer_provided_email",
    "consumer_provided_number",
    "consumer_provided_phone",
    "consent",
    "consent_withdrawn",
    "dispute",
    "knowledge",
    "determination",
    "placement",
    "placement_returned",
    "furnish",
    "payment",
    "apply_payment",
    "decision",
    "delete_record",
    "transfer_debt",
    "file_lawsuit",
    "file_proof_of_claim",
    "publication",
    "creditor_notice",
    "undeliverable",
    "contract_executed",
    "service_performed",
    "disclosure_of_debt",
    "send_validation_notice",
}


def named_medium(value: Any) -> str | None:
    """The medium that a word such as 'telephone_call', 'sms' or 'written letter' names."""
    line = words(value)
    for medium, pattern in _NAMED:
        if says(line, pattern):
            return medium
    return None


def medium_of(event: Event) -> str | None:
    """The medium of an event, or None where it has none (a payment, a decision)."""
    kind = event.kind
    if kind in ("conversation", "communication", "initial_communication", "message", "contact", "attempt"):
        given = event.get("medium", "channel", "via", "by_medium", "mode")
        if given is not None:
            return named_medium(given)
        if kind == "conversation":
            return TELEPHONE
        return None
    if kind in _CALLS or "voicemail" in kind or kind.endswith("_call") or kind.startswith("call_"):
        return TELEPHONE
    if kind.startswith("social_media") or kind.startswith("social"):
        return SOCIAL
    if kind.startswith(("web", "app", "portal", "push", "mobile_app")):
        return WEB
    if kind.startswith("email") and kind != "email_address_obtained":
        return EMAIL
    if kind.startswith(("text", "sms")):
        return TEXT
    if kind in ("letter", "postcard", "mail", "mail_required_disclosure", "letter_sent", "validation_notice_mailed"):
        return MAIL
    if kind in ("visit", "in_person_visit", "in_person", "in_person_contact"):
        return IN_PERSON
    given = event.get("medium", "channel", "via")
    if given is not None:
        return named_medium(given)
    if kind.startswith("send_") and event.has("address"):
        return EMAIL if event.yes("electronic") or "@" in str(event.address) else MAIL
    if kind in _NO_CONTACT or kind.endswith(("_obtained", "_sent", "_request", "_check", "_notice")):
        return None
    return named_medium(kind)


def is_electronic(event: Event) -> bool:
    medium = medium_of(event)
    how = words([event.get("delivery", "format", "sent_by", "manner", "form"), event.get("delivered")])
    return (
        medium in ELECTRONIC
        or event.yes(
            "electronic", "sent_electronically", "delivered_electronically", "electronic_delivery", "is_electronic"
        )
        or says(how, r" (electronic\w*|email|text) ")
    )


_HOME_WORDS = r" (home|residence|house|apartment|abode|landline|land line|family|house phone) "
_WORK_WORDS = r" (work|workplace|office|employer|employment|job|worksite|workline|business) "


def place_of(event: Event) -> str | None:
    """
    The place that goes with the number or address used; None for media that go with no place.

    A landline without more is the home's. An email address, a text or a mobile number belongs to no place.
    """
    medium = medium_of(event)
    if medium in (EMAIL, TEXT, SOCIAL, WEB):
        return None
    stated = event.get("place", "at_place", "location", "associated_place", "number_place")
    if stated is not None:
        return place_name(stated)
    target = event.number if medium == TELEPHONE else (event.address or event.number)
    line = words([target, event.get("number_type", "line_type", "address_type")])
    if says(line, r" (mobile|cell|cellular|cellphone) "):
        return None
    if says(line, _WORK_WORDS):
        return "work"
    if says(line, _HOME_WORDS):
        return "home"
    if target is None:
        return None
    if says(line, r" (po box|p o box|po|box|personal|second|last known) "):
        return None
    return place_name(target)


_UNUSUAL = ("hospital", "funeral", "church", "school", "prison", "court", "military", "hospice", "daycare")


def place_name(value: Any) -> str:
    """'home_landline' and 'the house' are home; 'office' is work; another place keeps its own name."""
    line = words(value)
    if says(line, _WORK_WORDS):
        return "work"
    for place in _UNUSUAL:
        if says(line, f" {place}"):
            return place
    if says(line, _HOME_WORDS):
        return "home"
    kept = [word for word in line.split() if word not in ("the", "at", "a", "landline", "phone", "number", "address")]
    return "_".join(kept[:2])


def unusual_place(place: str | None) -> bool:
    """A place at which nobody expects a collector: a hospital room, a funeral, a place of worship."""
    return place in _UNUSUAL


def same_target(asked: str | None, used: str | None) -> bool:
    """Whether a number or address named in a request is the one used; a request that names none means any."""
    if asked is None or used is None:
        return True
    return asked.strip().lower() == used.strip().lower()


def contacts_by_consumer(case: Case, events: Sequence[Event]) -> list[Event]:
    """The consumer's own messages and calls among these events."""
    found = []
    for event in events:
        if not is_consumers(case, event.by) and event.kind != "inbound_call":
            continue
        if event.kind in ("consumer_request", "consent", "consent_withdrawn", "dispute", "web_session_end"):
            continue
        if event.kind == "conversation":
            continue
        if medium_of(event) is None or event.says(r" consumer letter posted "):
            continue
        found.append(event)
    return found


def is_consumers(case: Case, by: str) -> bool:
    """Whether this actor is the consumer (or a person who stands in the consumer's place)."""
    name = by.lower()
    return name.startswith(("consumer", "person", "debtor", "borrower", "spouse")) and "attorney" not in name


def is_collectors(case: Case, by: str) -> bool:
    """Whether this actor is the collector under audit, and no earlier one."""
    own = case.facts.get("collector")
    names = {"collector", "debt_collector", "agent", "agency", "us"}
    if isinstance(own, dict):
        names.update(str(own[key]).lower() for key in ("id", "name", "business_name") if own.get(key))
    elif own is not None:
        names.add(str(own).lower())
    name = by.lower()
    return name in names or (name.startswith(("collector", "agent_")) and "attorney" not in name)

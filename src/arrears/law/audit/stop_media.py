"""
Media, numbers and addresses a person asked the collector not to use: 12 CFR 1006.14(h).

A request covers the whole medium, or the one number or address it names, for every debt, until it is taken back.
"""

from __future__ import annotations

from arrears.law.audit.case import Case, Event
from arrears.law.audit.media import ELECTRONIC, EMAIL, MAIL, TELEPHONE, TEXT, is_electronic, medium_of, named_medium
from arrears.law.audit.people import recipient_of, same_person
from arrears.law.audit.prior_consent import given_to_collector
from arrears.law.audit.replies import answers
from arrears.law.audit.verdict import Finding, barred, free, unknown
from arrears.law.audit.words import as_list, says, truth, words

STOPPED = "us.reg_f.stopped_medium"
STILL_OPEN = "us.reg_f.stopped_medium_exceptions"

_BACK = (
    r" (withdraw\w*|resume\w*|allow\w*|revoke\w*|lift\w*|opt in|again|may use|"
    r"no longer objects?|cancel\w*|reinstat\w*|rescind\w*) "
)
_STOP = r" (stop|stops|opt out|opt|not use|do not|dont|no more|unsubscribe\w*|avoid|prohibit\w*|only) "


def stop_request(case: Case) -> Event | None:
    """The request in force against the medium, number or address of the proposed step."""
    action = case.action
    assert action is not None
    medium = medium_of(action)
    person = recipient_of(action)
    held: Event | None = None
    for event in case.until_action:
        if event.kind in ("text", "email") and _typed_stop(event):
            if medium_of(event) == medium and _target_matches(event, action):
                held = event
            continue
        if event.kind == "consent" and held is not None and given_to_collector(case, event):
            scope = words([event.get("scope"), event.get("medium")])
            if named_medium(scope) == medium and event.at > held.at and not says(scope, r" additional "):
                target = event.address or event.number or ([*str(event.get("scope")).split(":", 1), ""])[1]
                if not target or target in (action.number, action.address):
                    held = None
            continue
        if event.kind not in (
            "consumer_request",
            "person_request",
            "third_party_request",
            "opt_out",
            "request",
            "opt_out_request",
        ):
            continue
        named = words([event.kind, event.get("request", "statement")])
        if not says(named, _STOP) or says(named, r" (inconvenient|cease|refuse\w*) "):
            continue
        if says(named, r" disput\w* "):
            continue
        asker = event.get("by", "person")
        if asker is not None and not same_person(case, str(asker), person) and person != "consumer":
            continue
        if (
            asker is not None
            and person == "consumer"
            and str(asker).startswith(("third_party", "person:"))
            and not same_person(case, str(asker), person)
        ):
            continue
        if not _covers(event, action, medium, named):
            continue
        held = None if says(named, _BACK) else event
    return held


def _typed_stop(event: Event) -> bool:
    if event.by not in ("consumer", "person", "debtor"):
        return False
    return says(words(event.get("content", "words", "body")), r"^ (stop|unsubscribe|opt out|stopall|quit) $")


def _target_matches(event: Event, action: Event) -> bool:
    named, used = event.address or event.number, action.address or action.number
    return named is None or used is None or named == used


def _covers(event: Event, action: Event, medium: str | None, named: str) -> bool:
    """Whether a request reaches this step: by medium, by number, by address."""
    given = [named_medium(entry) for entry in as_list(event.get("medium", "media", "channel", "mediums"))]
    if says(named, r" only "):
        return bool(given) and medium not in given
    numbers = [str(entry) for entry in as_list(event.get("number", "numbers", "phone", "phone_number"))]
    addresses = [str(entry) for entry in as_list(event.get("address", "addresses", "email_address"))]
    if says(named, r" (stop medium|medium|media|channel) ") or (given and not numbers and not addresses):
        if any(says(words(entry), r" electronic ") for entry in as_list(event.get("medium", "media"))):
            return is_electronic(action)
        return medium in given if given else True
    in_name = _medium_in_name(named)
    if numbers:
        if action.number is None or action.number not in numbers:
            return False
        if given:
            return medium in given
        if in_name is not None:
            return medium == in_name
        if says(named, r" (opt out|opt) ") or event.get("via") in ("text", "sms"):
            return medium == TEXT or (says(named, r" stop ") and medium == TELEPHONE)
        return medium in (TELEPHONE, TEXT)
    if addresses:
        if says(named, r" (opt|electronic) "):
            return medium in ELECTRONIC and (action.address or action.number) in addresses
        return (action.address or action.number) in addresses
    if in_name is not None:
        return medium == in_name
    via = named_medium(event.get("via"))
    if says(named, r" opt ") and via in ELECTRONIC:
        return medium == via
    if says(named, r" opt "):
        return medium in (EMAIL, TEXT)
    spoken = named_medium(event.get("words"))
    if spoken is not None:
        return medium == spoken
    return False


def _medium_in_name(named: str) -> str | None:
    if says(named, r" (text|texts|texting|sms) "):
        return TEXT
    if says(named, r" (email|emails|emailing) "):
        return EMAIL
    if says(named, r" (call|calls|calling|telephone|phone) "):
        return TELEPHONE
    if says(named, r" (letter|letters|mail|mailing) "):
        return MAIL
    return None


def medium_is_open(case: Case) -> Finding:
    """12 CFR 1006.14(h)(1) with the exceptions of (h)(2)."""
    action = case.action
    if action is None:
        return unknown("1006.14(h) speaks about a step, and none is proposed.")
    request = stop_request(case)
    if request is None:
        return free(STOPPED)
    if _confirms_only(action):
        return free(STILL_OPEN, request)
    if _required(case, action):
        return free(STILL_OPEN, request)
    reply = answers(
        case, inside=lambda event: event.at >= request.at, also=lambda event: not _is_the_request(event, request)
    )
    if reply is not None:
        return free(STILL_OPEN, request, reply)
    return barred(STOPPED, request)


def _is_the_request(event: Event, request: Event) -> bool:
    """The message that carried the request itself is not a new contact."""
    return event is request or event.at == request.at


def _confirms_only(action: Event) -> bool:
    """(h)(2)(i): an electronic confirmation that holds nothing but the confirmation."""
    line = words(
        [action.get("purpose", "content", "says"), action.kind, [n for n, v in action.raw.items() if v is True]]
    )
    confirms = says(line, r" (confirm\w*) ", r" (opt out|opt|request|stop) ")
    if not confirms or not is_electronic(action):
        return False
    if action.yes(
        "contains_other_information",
        "includes_other_information",
        "other_content",
        "contains_payment_request",
        "other_information",
    ):
        return False
    if action.named(False, r" only ", r" confirm\w* "):
        return False
    held = words([action.get("content", "contents", "says", "also", "contains"), action.get("content_flags")])
    if says(held, r" (payment|pay|balance|settle\w*|offer\w*|amount|owe\w*|survey|discount) ") and not says(
        held, r" no "
    ):
        return False
    extra = action.get("additional_content", "also_contains", "also_says", "extra_content", "other_contents")
    if truth(extra) is True:
        return False
    if any(
        truth(value) is True
        for name, value in action.raw.items()
        if says(name, r" (other|additional|also|extra|plus|includes (balance|payment|offer)) ")
    ):
        return False
    return not says(
        line,
        (
            r" (and|plus|with) (a |an |the )?(balance|payment|offer|settlement|debt|amount|reminder|"
            r"survey|request to pay|\w+ offer|\w+ link) "
        ),
    )


def _required(case: Case, action: Event) -> bool:
    """(h)(2)(iii) and its comment: otherwise required by applicable law, in that medium."""
    if action.denied("legally_required", "required_by_law", "required_by_applicable_law"):
        return False
    if action.yes(
        "legally_required", "required_by_law", "required_by_applicable_law", "required_by_applicable_law_in_this_medium"
    ):
        return not (
            truth(case.fact("consented_to_electronic_statements", "esign_consent_to_statements")) is True
            and medium_of(action) == MAIL
        )
    line = words([action.get("purpose", "content", "contains", "document", "type")])
    return says(
        line, r" (required by|legally required|periodic statement|1026 41|required disclosure|regz|reg z) "
    ) and not says(line, r" not (legally )?required ")

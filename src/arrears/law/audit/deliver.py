"""How required disclosures are sent: 12 CFR 1006.42."""

from __future__ import annotations

from arrears.law.audit.case import Case, Event, within
from arrears.law.audit.furnish import undeliverable
from arrears.law.audit.media import MAIL, is_electronic, medium_of
from arrears.law.audit.opt_outs import last_opt_out
from arrears.law.audit.verdict import SAFE, UNSAFE, Finding, answered, barred, free, unknown
from arrears.law.audit.words import as_list, says, truth, words

DELIVERY = "us.reg_f.delivery"
ESIGN = "us.reg_f.esign"
SUITABLE = "us.reg_f.delivery_exceptions"


def delivery(case: Case) -> Finding:
    """1006.42: reasonably expected to give actual notice, in a form that may be kept; electronically with E-SIGN."""
    action = case.action
    if action is None:
        return unknown("1006.42 speaks about sending a disclosure, and none is proposed.")
    harbour = case.ask.get("kind") == "safe_harbor"

    def good(provision: str = DELIVERY, *events: Event | None) -> Finding:
        return answered(SAFE, provision, *events) if harbour else free(provision, *events)

    def bad(provision: str = DELIVERY, *events: Event | None) -> Finding:
        return answered(UNSAFE, provision, *events) if harbour else barred(provision, *events)

    exempt = words(action.get("disclosure", "what", "which", "disclosures", "document"))
    if (
        says(exempt, r" (6\(e\)|1006 6\(e\)|18\(e\)|1006 18\(e\)) ")
        or (says(exempt, r"(^| |1006 )(6|18)\(e\)") and not says(exempt, r" (34|38|validation) "))
    ) and not action.yes(
        "on_validation_notice", "included_on_validation_notice", "on_required_notice", "on_notice_1006_34"
    ):
        return good(SUITABLE)
    if action.denied(
        "keepable", "can_keep", "form_consumer_may_keep", "retainable", "may_keep_and_access_later", "consumer_may_keep"
    ):
        return bad()
    electronic = is_electronic(action) or says(
        words([action.kind, action.get("medium", "via", "delivery", "manner")]),
        r" (electronic\w*|email|text|hyperlink|portal) ",
    )
    if electronic:
        return _electronic_delivery(case, action, good, bad)
    bounced = [event for event in case.events if undeliverable(event) and event.at >= action.at] + [
        event for event in case.until_action if undeliverable(event) and same_address_again(event, action)
    ]
    if bounced or action.yes(
        "returned_undeliverable", "undeliverable_notice_received", "notice_of_undeliverability_received"
    ):
        return bad(DELIVERY, *bounced)
    moved = [event for event in case.until_action if _moved(event)]
    stays = [
        event
        for event in case.until_action
        if moved and event.at > moved[-1].at and event.says(r" (moved back|still lives|current address|confirmed) ")
    ]
    if (
        moved
        and not stays
        and says(words([action.address, action.get("address_type")]), r" (last|known|old|previous|former|home) |^ $|  ")
    ):
        return bad(DELIVERY, *moved)
    if (
        case.states(
            "knows_consumer_moved", "consumer_moved", "knows_or_should_know_consumer_moved", "knows_not_residing"
        )
        is True
    ):
        return bad()
    where = words([action.address])
    if says(where, r" (old|former|previous|unverified|wrong|not last known|other) "):
        return bad()
    if not _printed(action):
        return bad()
    return good()


def _printed(action: Event) -> bool:
    return not action.denied("printed", "printed_copy") and medium_of(action) in (MAIL, None)


def _moved(event: Event) -> bool:
    line = words([event.get("fact", "statement", "request", "content"), event.kind])
    return (
        event.kind
        in ("knowledge", "consumer_request", "consumer_statement", "undeliverable", "change_of_address", "placement")
        and says(
            line,
            (
                r" (moved|no longer (lives|resides|receives|gets)|not (reside|live|receive)|"
                r"does not (reside|live|receive|currently reside)|new address|change of address|vacated|"
                r"left that address|not currently reside) "
            ),
        )
        and not says(line, r" (not moved|has not moved|moved back) ")
    )


def same_address_again(event: Event, action: Event) -> bool:
    named = event.address
    return named is not None and action.address is not None and named == action.address


def _electronic_delivery(case: Case, action: Event, good: object, bad: object) -> Finding:
    assert callable(good)
    assert callable(bad)
    out = last_opt_out(case, action)
    if out is not None:
        return bad(DELIVERY, out)  # type: ignore[no-any-return]
    if action.yes(
        "returned_undeliverable", "undeliverable_notice_received", "bounced", "notice_of_undeliverability_received"
    ) or any(undeliverable(event) for event in case.events if event.at >= action.at):
        return bad()  # type: ignore[no-any-return]
    line = words(
        [
            action.kind,
            action.get("disclosure", "what", "document", "contains", "notice", "notice_type", "disclosure_type"),
        ]
    )
    needs = within(case.rule, ("42", "b")) or says(
        line, r" (34\(a\)\(1\)\(i\)\(b\)|38\(c\)|38\(d\)\(2\)\(i\)|verification|original creditor|validation) "
    )
    in_initial = action.yes("in_initial_communication", "is_initial_communication") or says(
        line, r" 34\(a\)\(1\)\(i\)\(a\) "
    )
    consent = case.states(
        "esign_consent",
        "e_sign_consent",
        "esign_101c_consent",
        "esign_satisfied",
        "e_sign_compliant",
        "esign_compliant",
        "esign_101c_satisfied",
        "esign_section_101c",
        "esign_101c",
    )
    consents = [
        event
        for event in case.until_action
        if event.says(r" (e sign|esign) ")
        and event.kind in ("consent", "esign_consent", "e_sign_consent", "determination", "knowledge")
    ]
    refused = [event for event in consents if event.says(r" (withdr\w*|refus\w*|no consent) ")]
    if (needs or action.has("esign_consent")) and not in_initial:
        if consent is False or (consent is None and not consents and within(case.rule, ("42", "b"))) or refused:
            return bad(ESIGN, *refused)  # type: ignore[no-any-return]
        if within(case.rule, ("42", "b")):
            return good(ESIGN, *consents)  # type: ignore[no-any-return]
    if within(case.rule, ("42", "b")):
        return good(ESIGN, *consents)  # type: ignore[no-any-return]
    if (
        action.denied(
            "monitors_undeliverability",
            "permits_undeliverability_notices",
            "permitted_undeliverability_notices",
            "monitors",
        )
        or truth(case.fact("monitors_undeliverability")) is False
    ):
        return bad()  # type: ignore[no-any-return]
    if action.denied(
        "recognizable_sender",
        "sender_recognizable",
        "identifies_sender",
        "business_name_recognizable",
        "identifies_itself",
        "recognizable_business_name",
    ):
        return bad()  # type: ignore[no-any-return]
    return good() if _subject_tells(action) else bad()  # type: ignore[no-any-return]


def _subject_tells(action: Event) -> bool:
    """Comment 42(a)(1)-1.i: the creditor's name and one more fact, other than the amount."""
    if action.denied("subject_identifies_purpose", "subject_line_identifies_purpose", "subject_line_compliant"):
        return False
    given = action.get(
        "subject_line",
        "subject",
        "subject_contains",
        "subject_line_contains",
        "subject_includes",
        "subject_line_includes",
    )
    if given is None:
        return True
    if isinstance(given, dict):
        held = [words(name) for name, value in given.items() if truth(value) is True]
    elif isinstance(given, str) and not given.islower():
        return bool(given.strip())
    else:
        held = [words(entry) for entry in as_list(given)]
    creditor = any(says(line, r" creditor ") and not says(line, r" original ") for line in held)
    other = any(
        says(
            line,
            (
                r" (account|truncated|original creditor|brand|store|date|sale|service address|address|"
                r"physical|billing|mailing) "
            ),
        )
        and not says(line, r" (amount|balance) ")
        for line in held
    )
    return creditor and other

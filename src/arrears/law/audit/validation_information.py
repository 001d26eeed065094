"""What a validation notice says: 12 CFR 1006.34(c)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from arrears.law.audit.amount_owed import amount, money_of
from arrears.law.audit.case import Case, Event, paragraph, within
from arrears.law.audit.figures import names
from arrears.law.audit.media import is_electronic
from arrears.law.audit.validation_dates import dates, period_rule
from arrears.law.audit.validation_notice import initial_communication
from arrears.law.audit.verdict import (
    NOT_REQUIRED,
    REQUIRED,
    Finding,
    answered,
    barred,
    free,
    unknown,
)
from arrears.law.audit.words import as_list, says, truth, words

INFORMATION = "us.reg_f.validation_information"
PROTECTIONS = "us.reg_f.validation_protections"
RESPONSE = "us.reg_f.validation_response"
MORTGAGE = "us.reg_f.validation_mortgage"
OPTIONAL = "us.reg_f.optional_disclosures"


def information(case: Case) -> Finding:
    """34(c): what the notice says, paragraph by paragraph."""
    kind = case.ask.get("kind")
    if kind == "amount":
        return amount(case)
    if kind == "date":
        return dates(case)
    action = case.action
    if action is None:
        return unknown("1006.34(c) speaks about a notice, and none is given.")
    if kind == "duty":
        return _information_duty(case, action)
    for place, rule in _PARTS:
        if within(place, case.rule) or within(case.rule, place):
            finding = rule(case, action)
            if finding is not None and finding.answer != "allowed":
                return finding
    return free(INFORMATION)


def _information_duty(case: Case, action: Event) -> Finding:
    which = words([case.ask.get("which"), case.rule_text])
    asked = paragraph(case.ask.get("which")) or case.rule
    if says(which, r" 1006 34\(c\)\(2\)\(vi\)|34\(c\)\(2\)\((vi|vii|viii)\)|34\(c\)\(5\)"):
        if mortgage_statement(case, action):
            return answered(NOT_REQUIRED, MORTGAGE)
        return answered(REQUIRED, INFORMATION)
    if within(asked, ("34", "c", "3", "v")):
        return answered(
            REQUIRED if is_electronic(action) or action.yes("sent_electronically") else NOT_REQUIRED, PROTECTIONS
        )
    if within(asked, ("34", "c", "2", "iii")) or within(asked, ("34", "c", "3", "iv")):
        financial = case.states(
            "consumer_financial_product", "consumer_financial_product_or_service", "is_consumer_financial_product"
        )
        for debt in case.debts.values():
            stated = truth(debt.get("consumer_financial_product", debt.get("consumer_financial_product_or_service")))
            financial = stated if stated is not None else financial
            if financial is None and says(words(debt.get("type")), r" (medical|utility|rent|gym|membership|parking) "):
                financial = False
        return answered(NOT_REQUIRED if financial is False else REQUIRED, INFORMATION)
    if within(asked, ("34", "c", "2", "iv")):
        none = case.states("has_account_number", "account_number_exists")
        return answered(NOT_REQUIRED if none is False else REQUIRED, INFORMATION)
    if within(asked, ("34", "d", "3")):
        return answered(NOT_REQUIRED, OPTIONAL)
    return answered(REQUIRED, INFORMATION)


def mortgage_statement(case: Case, action: Event) -> bool:
    home = any(
        says(words(debt.get("type")), r" mortgage ") and truth(debt.get("periodic_statement_required")) is not False
        for debt in case.debts.values()
    )
    encloses = action.yes(
        "encloses_latest_regz_periodic_statement",
        "encloses_latest_periodic_statement",
        "encloses_periodic_statement",
        "encloses_most_recent_periodic_statement",
        "periodic_statement_enclosed",
    )
    refers = not action.denied("refers_to_statement", "refers_to_periodic_statement", "statement_referred_to")
    latest = not action.denied("statement_is_latest", "latest_statement", "most_recent", "same_communication")
    return home and encloses and refers and latest


def _disclosure_on_notice(case: Case, action: Event) -> Finding | None:
    """34(c)(1): in the initial communication the words of 18(e)(1); after it, either."""
    given = paragraph(action.get("disclosure", "collector_disclosure", "disclosure_used"))
    first = initial_communication(case)
    if action.no("disclosure", "collector_disclosure"):
        return barred(INFORMATION)
    if within(given, ("18", "e", "2")) and first is None:
        return barred(INFORMATION)
    return None


_NAME_PARTS = ("first", "middle", "last", "suffix", "prefix", "initial")


def _parts(value: Any) -> set[str]:
    return {part for part in _NAME_PARTS if says(words(value), f" {part}")}


def _consumer_name(case: Case, action: Event) -> Finding | None:
    """Comment 34(c)(2)(ii)-1: the most complete and accurate version that is known."""
    known, used = (
        action.get("consumer_name_known", "name_known", "known_name"),
        action.get("consumer_name_used", "name_used", "consumer_name"),
    )
    known = (
        known if known is not None else case.fact("consumer_name_known", "name_known", "name_parts_known", "known_name")
    )
    if known is None or used is None:
        return None
    if isinstance(known, Mapping):
        known = [key for key, value in known.items() if value]
    if isinstance(used, Mapping):
        used = [key for key, value in used.items() if value]
    wanted, shown = {str(entry).lower() for entry in as_list(known)}, {str(entry).lower() for entry in as_list(used)}
    if not _parts(known):
        wanted, shown = set(words(known).split()), set(words(used).split())
    return None if wanted <= shown else barred(INFORMATION)


def _account_number(case: Case, action: Event) -> Finding | None:
    """Comment 34(c)(2)(iv)-1: truncated, but still recognizable."""
    shown = words(
        action.get("account_number_display", "account_number", "account_number_shown", "account_number_truncation")
    )
    if says(
        shown,
        (
            r" (unrecogni[sz]able|first digit|last (one|1) |last digit|last two|scrambled|random|"
            r"hash\w*|internal|not recogni[sz]able|none|omitted|fully masked|all masked|masked entirely|"
            r"blank) "
        ),
    ):
        return barred(INFORMATION)
    if action.has("account_number_display", "account_number_shown") and not shown.strip():
        return barred(INFORMATION)
    if action.denied("account_number_recognizable", "recognizable", "remains_recognizable"):
        return barred(INFORMATION)
    return None


def _itemized(case: Case, action: Event) -> Finding | None:
    """Comments 34(c)(2)(viii)-1 to -4: every field, none blank; on a page of its own if the notice says so."""
    if mortgage_statement(case, action):
        return None
    fields = action.get("itemization_fields", "itemization", "fields")
    if isinstance(fields, Mapping):
        for name in names(INFORMATION, "itemization_fields"):
            if name not in fields:
                return barred(INFORMATION)
        if any(value is None or str(value).strip() == "" for value in fields.values()):
            return barred(INFORMATION)
    elif isinstance(fields, list) and not set(names(INFORMATION, "itemization_fields")) <= {
        str(entry) for entry in fields
    }:
        return barred(INFORMATION)
    if says(words(action.get("no_charges_statement", "statement")), r" no (interest|fees|charges) "):
        return None
    separate = action.yes("itemization_on_separate_page", "separate_page", "itemization_separate_page") or says(
        words(action.get("itemization_location", "itemization_on", "itemization_place")), r" separate "
    )
    if separate:
        refers = (
            "refers_to_separate_page",
            "notice_refers_to_separate_page",
            "statement_referring_to_page",
            "refers_to_page",
            "reference_on_notice",
        )
        if action.no(*refers) or action.named(False, r" refer\w* "):
            return barred(INFORMATION)
        if action.denied("same_communication", "in_same_communication", "page_in_same_communication") or action.yes(
            "separate_mailing", "sent_later"
        ):
            return barred(INFORMATION)
    other = words(action.get("itemization_used", "itemization_form", "itemization_required_by"))
    if (
        says(other, r" (other law|applicable law|state) ")
        or action.yes("itemization_required_by_other_law", "uses_itemization_required_by_other_law")
    ) and action.denied("substantially_similar", "substantially_similar_to_b1", "substantially_similar_to_model_form"):
        return barred(INFORMATION)
    if action.yes("blank_field", "field_left_blank", "field_blank"):
        return barred(INFORMATION)
    return None


def _current_amount(case: Case, action: Event) -> Finding | None:
    """Comment 34(c)(2)(ix)-2: several debts on one notice are one sum."""
    stated = action.get("current_amount", "current_amount_shown", "amount_shown", "amount_stated", "cumulative_amount")
    owed = [
        money_of(debt.get("current_amount", debt.get("amount", debt.get("balance")))) for debt in case.debts.values()
    ]
    if stated is None or isinstance(stated, Mapping | list) or not owed or any(value is None for value in owed):
        return barred(INFORMATION) if isinstance(stated, list) and len(stated) > 1 else None
    total = sum((value for value in owed if value is not None), Decimal(0))
    return None if money_of(stated) == total else barred(INFORMATION)


def _anything_missing(case: Case, action: Event) -> Finding | None:
    """A notice said to leave out something that is required."""
    for name in ("omits", "missing", "lacks", "leaves_out", "omitted"):
        left = action.get(name)
        if left and not says(words(left), r" (optional|telephone|reference code|payment|brand|spanish|website) "):
            return barred(INFORMATION)
    addresses = words(
        [
            action.get("mailing_address", "collector_address", "address_shown", "collector_mailing_address"),
            [n for n, v in action.raw.items() if v is True],
        ]
    )
    if says(addresses, r" (vendor|vendors) "):
        accepts = case.states(
            "vendor_accepts_disputes",
            "accepts_disputes_there",
            "disputes_accepted_at_address",
            "address_accepts_disputes",
            "accepts_disputes",
        )
        refused = accepts is False or action.named(False, r" accept\w* ")
        return barred(INFORMATION) if refused else None
    accepts = case.states(
        "disputes_accepted_at_address",
        "address_accepts_disputes",
        "accepts_disputes_there",
        "accepts_disputes_at_address",
    )
    if accepts is False:
        return barred(INFORMATION)
    if action.denied(
        "includes_response_form",
        "consumer_response_information",
        "dispute_prompts",
        "clear_and_conspicuous",
        "prompts_included",
        "end_date_stated",
        "includes_fields_for_all",
    ):
        return barred(RESPONSE)
    if action.yes("blank_end_date"):
        return barred(PROTECTIONS)
    if is_electronic(action) and action.denied(
        "explains_electronic_dispute",
        "electronic_dispute_statement",
        "explains_electronic_response",
        "electronic_dispute_instructions",
        "states_how_to_dispute_electronically",
    ):
        return barred(PROTECTIONS)
    return None


def _end_date_enough(case: Case, action: Event) -> Finding | None:
    finding = period_rule(case)
    return finding if finding.answer == "prohibited" else None


_PARTS = (
    (("34", "c", "1"), _disclosure_on_notice),
    (("34", "c", "2", "i"), _anything_missing),
    (("34", "c", "2", "ii"), _consumer_name),
    (("34", "c", "2", "iii"), _anything_missing),
    (("34", "c", "2", "iv"), _account_number),
    (("34", "c", "2", "v"), _anything_missing),
    (("34", "c", "2", "vi"), _itemized),
    (("34", "c", "2", "vii"), _anything_missing),
    (("34", "c", "2", "viii"), _itemized),
    (("34", "c", "2", "ix"), _current_amount),
    (("34", "c", "3"), _anything_missing),
    (("34", "c", "3"), _end_date_enough),
    (("34", "c", "4"), _anything_missing),
    (("34", "c", "5"), _itemized),
)

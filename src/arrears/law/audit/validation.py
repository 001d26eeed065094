"""
The notice that lets a consumer check a debt: when, to whom, with what on it. 12 CFR 1006.34.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from arrears.law.audit.case import Case, Event, as_day, paragraph, within
from arrears.law.audit.communicate import is_communication, is_limited, is_pleading
from arrears.law.audit.figures import names, number
from arrears.law.audit.holidays import business_days_on
from arrears.law.audit.media import is_collectors, is_electronic, medium_of
from arrears.law.audit.people import CONSUMER, recipient_of, role_of
from arrears.law.audit.verdict import (
    NOT_REQUIRED,
    REQUIRED,
    SAFE,
    UNSAFE,
    Finding,
    answered,
    barred,
    free,
    unknown,
)
from arrears.law.audit.words import as_list, says, truth, words

NOTICE = "us.reg_f.validation_notice"
PAID = "us.reg_f.validation_paid"
INITIAL = "us.reg_f.initial_communication"
ITEMIZATION_DATE = "us.reg_f.itemization_date"
PERIOD = "us.reg_f.validation_period"
INFORMATION = "us.reg_f.validation_information"
PROTECTIONS = "us.reg_f.validation_protections"
RESPONSE = "us.reg_f.validation_response"
MORTGAGE = "us.reg_f.validation_mortgage"
FORM = "us.reg_f.model_form"
OPTIONAL = "us.reg_f.optional_disclosures"
TRANSLATION = "us.reg_f.validation_translation"

_NOTICE_KINDS = (
    "validation_notice_mailed",
    "validation_notice_sent",
    "validation_notice_emailed",
    "validation_notice",
    "send_validation_notice",
    "validation_information_provided",
    "validation_notice_delivered",
    "validation_notice_sent_electronically",
    "subsequent_validation_notice",
)


def notices(case: Case) -> list[Event]:
    return [
        event
        for event in case.until_action
        if event.kind in _NOTICE_KINDS or says(words(event.kind), r" validation notice ")
    ]


# ── 34(a) ────────────────────────────────────────────────────────────────


def is_initial(case: Case, event: Event) -> bool:
    """34(b)(2): the first conveying of information regarding the debt, but for pleadings and notices of other laws."""
    if is_pleading(event) or is_limited(case, event):
        return False
    line = words([event.kind, event.get("content", "purpose", "form", "required_by", "type", "notice_type", "what")])
    if says(
        line,
        (
            r" (internal revenue|irs|irc|1099\w*|tax|gramm leach|glba|privacy notice|data breach|"
            r"security breach|breach|privacy risk) "
        ),
    ):
        related = event.yes("relates_to_collection", "related_to_collection", "also_asks_for_payment", "collects")
        required = not event.denied("expressly_required", "expressly_required_by_law")
        if not related and required:
            return False
    if event.kind == "initial_communication":
        return True
    if event.kind == "inbound_call" and not says(words(event.get("outcome")), r" conversation "):
        return False
    if event.kind == "call_attempt" and not says(words(event.get("outcome")), r" (conversation|voicemail|spoke) "):
        return False
    if event.kind not in ("conversation",) and not is_collectors(case, event.by):
        return False
    if role_of(case, recipient_of(event), event) != CONSUMER:
        return False
    return is_communication(case, event)


def initial_communication(case: Case) -> Event | None:
    action = case.action
    for event in case.events:
        if action is not None and event.at > action.at:
            break
        if is_initial(case, event):
            return event
    return None


def _paid_before(case: Case, due: date) -> Event | None:
    for event in case.until_action:
        if event.kind in ("payment", "paid", "paid_in_full"):
            partial = event.denied("in_full", "paid_in_full", "full") or says(
                words(event.get("kind", "type", "extent", "fact")), r" (partial|part) "
            )
            if not partial and case.day(event.at) <= due:
                return event
    return None


def notice_timely(case: Case) -> Finding:
    """34(a)(1)(i)(B), (a)(2): within five days after the initial communication, unless paid before."""
    action = case.action
    first = initial_communication(case)
    kind = case.ask.get("kind")
    if kind == "duty":
        return notice_duty(case)
    if kind == "date":
        if first is None:
            return unknown("No initial communication is given.")
        return answered(f"date={case.day(first.at) + timedelta(days=number(NOTICE, 'within_days'))}", NOTICE, first)
    if action is None:
        return unknown("1006.34(a) speaks about sending a notice, and no step is proposed.")
    addressee = _addressee(case, action)
    if addressee is not None:
        return addressee
    if not says(words(action.kind), r" (validation|notice|letter|email|decision|wait|omit\w*) "):
        return free(NOTICE)
    if first is None or first.yes(
        "validation_information_given_orally",
        "validation_information_provided",
        "validation_information_included",
        "included_validation_information",
        "contains_validation_information",
    ):
        return free(NOTICE, first)
    sent = [event for event in notices(case) if event.at < action.at]
    if sent and (case.day(sent[0].at) - case.day(first.at)).days <= number(NOTICE, "within_days"):
        return free(NOTICE, first, *sent)
    due = case.day(first.at) + timedelta(days=number(NOTICE, "within_days"))
    paid = _paid_before(case, due)
    if paid is not None:
        return free(PAID, paid)
    return free(NOTICE, first) if case.day(action.at) <= due else barred(NOTICE, first)


def notice_duty(case: Case) -> Finding:
    """`duty`: whether a validation notice has to be sent at this point."""
    first = initial_communication(case)
    if first is None:
        acting = case.action
        if (
            acting is not None
            and says(words(acting.kind), r" (initial communication|email|letter|text|conversation) ")
            and is_initial(case, acting)
        ):
            return answered(REQUIRED, NOTICE)
        return answered(NOT_REQUIRED, INITIAL, *case.until_action)
    if first.yes(
        "validation_information_given_orally",
        "validation_information_provided",
        "validation_information_included",
        "contains_validation_information",
    ):
        return answered(NOT_REQUIRED, NOTICE, first)
    if first.kind in _NOTICE_KINDS:
        return answered(NOT_REQUIRED, NOTICE, first)
    due = case.day(first.at) + timedelta(days=number(NOTICE, "within_days"))
    paid = _paid_before(case, due)
    if paid is not None:
        return answered(NOT_REQUIRED, PAID, paid)
    sent = [event for event in notices(case) if not _came_back(case, event)]
    if sent:
        return answered(NOT_REQUIRED, NOTICE, *sent)
    return answered(REQUIRED, NOTICE, first)


def _addressee(case: Case, action: Event) -> Finding | None:
    """Comment 34(a)(1)-1: where the consumer is known to be dead, a person acting for the estate, by name."""
    if not case.deceased and case.states("knows_consumer_deceased") is not True:
        return None
    if (
        case.states(
            "validation_information_previously_provided_to_consumer",
            "validation_information_previously_provided",
            "previously_provided_to_consumer",
        )
        is True
    ):
        return free(NOTICE)
    addressee = action.get("addressee", "to", "recipient", "addressed_to")
    if addressee is None:
        return None
    line = words(addressee)
    named = action.get(
        "addressee_identified_by_name", "identified_by_name", "by_name", "named", "addressee_named", "individual_named"
    )
    acts = says(
        line,
        (
            r" (representative|executor|executrix|administrator|administratrix|successor|authorized|"
            r"authorised|personal representative|spouse) "
        ),
    )
    authorized = action.get("authorized_to_act", "addressee_authorized", "authorized_to_act_for_estate", "authorized")
    if truth(authorized) is False:
        return barred(NOTICE)
    if truth(authorized) is True:
        acts = True
    if not acts and not str(addressee).lower().startswith("person:"):
        return barred(NOTICE)
    if (
        says(line, r" spouse ")
        and truth(authorized) is not True
        and not says(line, r" (executor|representative|administrator) ")
    ):
        return barred(NOTICE)
    return barred(NOTICE) if truth(named) is False else free(NOTICE)


# ── 34(b)(3) ─────────────────────────────────────────────────────────────


def _reference(value: Any) -> str:
    return " ".join(words(value).split())


def itemization_reference(case: Case) -> Finding:
    """34(b)(3): any one of five dates, used consistently for one debt and consumer."""
    if case.ask.get("kind") == "date":
        return dates(case)
    action = case.action
    if action is None:
        return unknown("1006.34(b)(3) speaks about a notice, and none is given.")
    given = action.get(
        "itemization_reference",
        "itemization_references",
        "reference_dates",
        "itemization_date",
        "reference_date",
        "itemization_date_type",
    )
    used = [given] if not isinstance(given, Mapping) else list(given.values())
    references = [_reference(entry) for entry in used if entry is not None]
    if len(set(references)) > 1:
        return barred(ITEMIZATION_DATE)
    for event in case.until_action:
        before = event.get(
            "itemization_reference",
            "reference_date",
            "itemization_date",
            "reference_date_used",
            "itemization_date_type",
        )
        if before is None or not references:
            continue
        if not is_collectors(case, event.by) and event.by != "collector":
            continue
        earlier = {_reference(entry) for entry in (before.values() if isinstance(before, Mapping) else [before])}
        if event.debts and action.debts and not set(event.debts) & set(action.debts):
            continue
        if not earlier <= set(references):
            return barred(ITEMIZATION_DATE, event)
    for reference in references:
        if not _is_reference(case, action, reference):
            return barred(ITEMIZATION_DATE)
    return free(ITEMIZATION_DATE)


def _is_reference(case: Case, action: Event, reference: str) -> bool:
    """Whether a named date is one of the five, and the right one of its kind."""
    line = f" {reference} "
    known = {name.replace("_", " ") for name in names(ITEMIZATION_DATE, "reference_dates")}
    if not any(name in line for name in known):
        if (
            says(line, r" (statement|charge|chargeoff|payment|transaction|judgment|judgement) ")
            or line.strip()[:4].isdigit()
        ):
            return True
        return not line.strip()
    if says(line, r" last statement ") or within(case.rule, ("34", "b", "3", "i")):
        sender = words(
            action.get(
                "statement_provided_by",
                "last_statement_by",
                "statement_by",
                "statement_sender",
                "last_statement_provided_by",
            )
        )
        creditor = (
            truth(case.fact("collector_is_creditor", "is_also_creditor", "also_creditor", "collector_also_creditor"))
            is True
        )
        if (
            says(sender, r" collector ")
            and not creditor
            and not says(sender, r" (creditor|service provider|on behalf) ")
        ):
            return False
        day = as_day(line.strip().split(" ")[-3:] and "-".join(line.split()[-3:]))
        if day is not None:
            statements = [event for event in case.until_action if says(words(event.kind), r" (statement|invoice) ")]
            given = [event for event in statements if case.day(event.at) == day]
            if given and all(says(words(event.by), r" collector ") for event in given) and not creditor:
                return False
            lawful = [event for event in statements if not says(words(event.by), r" collector ") or creditor]
            if lawful and case.day(lawful[-1].at) != day:
                return False
    if says(line, r" transaction date "):
        day = as_day("-".join(line.split()[-3:]))
        possible = [
            case.day(event.at)
            for event in case.until_action
            if event.kind in _TRANSACTIONS
            or says(
                words(event.kind),
                (
                    r" (contract|service|goods|purchase|procedure|transaction|membership|delivery|delivered|"
                    r"performed|executed) "
                ),
            )
        ]
        if day is not None and possible and day not in possible:
            return False
    if says(line, r" last payment date "):
        day = as_day("-".join(line.split()[-3:]))
        last = _last_payment(case)
        if day is not None and last is not None and day != case.day(last.at):
            return False
    return True


_TRANSACTIONS = (
    "contract_executed",
    "service_performed",
    "goods_delivered",
    "purchase",
    "transaction",
    "procedure_performed",
    "service_provided",
)


def _last_payment(case: Case) -> Event | None:
    """Comment 34(b)(3)(iii)-1: the last payment applied, a third party's included."""
    found: Event | None = None
    for event in case.until_action:
        if event.kind in ("payment", "third_party_payment", "insurance_payment", "payment_applied", "credit_applied"):
            if not event.denied("applied") and not event.yes("reversed", "returned", "refused"):
                found = event
    return found


def dates(case: Case) -> Finding:
    """`date` questions under 1006.34: the end of the validation period, receipt, and the reference dates."""
    which = words(case.ask.get("which"))
    if says(which, r" last payment "):
        last = _last_payment(case)
        return (
            answered(f"date={case.day(last.at)}", ITEMIZATION_DATE, last) if last else unknown("No payment is given.")
        )
    if says(which, r" (statement|invoice) "):
        found = [
            event
            for event in case.until_action
            if says(words(event.kind), r" (statement|invoice|bill) ")
            and (
                not says(words(event.by), r" collector ")
                or truth(case.fact("collector_is_creditor", "also_creditor")) is True
            )
        ]
        return (
            answered(f"date={case.day(found[-1].at)}", ITEMIZATION_DATE, found[-1])
            if found
            else unknown("No statement is given.")
        )
    for word, kinds in (
        ("charge", r" (charge off|charged off|chargeoff) "),
        ("judgment", r" (judgment|judgement) "),
        ("transaction", r" (transaction|contract|service|purchase|procedure|goods) "),
    ):
        if says(which, f" {word}"):
            seen = [event for event in case.until_action if says(words(event.kind), kinds)]
            if seen:
                return answered(
                    f"date={case.day(seen[0].at if word == 'transaction' else seen[-1].at)}", ITEMIZATION_DATE, seen[-1]
                )
            return unknown(f"No {word} date is given.")
    if says(which, r" (notice due|validation notice due|notice deadline|send by|deadline) "):
        first = initial_communication(case)
        if first is not None:
            return answered(f"date={case.day(first.at) + timedelta(days=number(NOTICE, 'within_days'))}", NOTICE, first)
    sent = _effective_notice(case)
    if sent is None:
        return unknown("No validation notice is given.")
    receipt = _receipt(case, sent, use_actual=not says(which, r" (earliest|assum\w*|printed|stated|may print) "))
    if says(which, r" (receipt|receive|received|receives) "):
        return answered(f"date={receipt}", PERIOD, sent)
    if says(which, r" (start|begin|starts) "):
        return answered(f"date={case.day(sent.at)}", PERIOD, sent)
    return answered(f"date={receipt + timedelta(days=number(PERIOD, 'after_receipt_days'))}", PERIOD, sent)


def _came_back(case: Case, notice: Event) -> bool:
    from arrears.law.audit.practices import _same_channel, _undeliverable

    later = [event for event in notices(case) if event.at > notice.at]
    before = later[0].at if later else None
    return any(
        event.at >= notice.at
        and (before is None or event.at <= before)
        and _undeliverable(event)
        and _same_channel(event, notice)
        for event in case.until_action
    )


def _effective_notice(case: Case) -> Event | None:
    """Comment 34(b)(5)-2: where the first came back, the one sent after it."""
    sent = notices(case)
    if not sent and case.action is not None and says(words(case.action.kind), r" validation "):
        return case.action
    good = [event for event in sent if not _came_back(case, event)]
    return good[0] if good else (sent[-1] if sent else None)


def _receipt(case: Case, sent: Event, *, use_actual: bool) -> date:
    """34(b)(5): five days without weekends and public holidays; oral information is received when it is given."""
    if sent.yes("given_orally", "oral", "validation_information_given_orally") or says(
        words(sent.get("medium", "via")), r" (oral|telephone|in person) "
    ):
        return case.day(sent.at)
    if use_actual:
        actual = as_day(sent.get("received_on", "received_at", "consumer_received_on"))
        if actual is not None:
            return actual
    return business_days_on(case.day(sent.at), number(PERIOD, "assumed_receipt_days"))


def period_rule(case: Case) -> Finding:
    """34(b)(5): what the end date is, or whether a printed one is late enough."""
    if case.ask.get("kind") == "date":
        return dates(case)
    action = case.action
    if action is None:
        return unknown("1006.34(b)(5) speaks about a notice, and none is given.")
    printed = as_day(
        action.get(
            "validation_period_end", "end_date", "validation_period_end_printed", "states_end_date", "printed_end_date"
        )
    )
    if printed is None:
        return free(PERIOD)
    sent = action if says(words(action.kind), r" validation ") else (_effective_notice(case) or action)
    least = _receipt(case, sent, use_actual=False) + timedelta(days=number(PERIOD, "after_receipt_days"))
    return free(PERIOD) if printed >= least else barred(PERIOD)


# ── 34(c) ────────────────────────────────────────────────────────────────


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
        if _mortgage_statement(case, action):
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


def _mortgage_statement(case: Case, action: Event) -> bool:
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
    if _mortgage_statement(case, action):
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
        if action.no(*refers):
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
    owed = [_money(debt.get("current_amount", debt.get("amount", debt.get("balance")))) for debt in case.debts.values()]
    if stated is None or isinstance(stated, Mapping | list) or not owed or any(value is None for value in owed):
        return barred(INFORMATION) if isinstance(stated, list) and len(stated) > 1 else None
    total = sum((value for value in owed if value is not None), Decimal(0))
    return None if _money(stated) == total else barred(INFORMATION)


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
        return barred(INFORMATION) if accepts is False else None
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


def _money(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value).replace(",", "").replace("$", ""))
    except (InvalidOperation, ValueError):
        return None


def amount(case: Case) -> Finding:
    """`amount`: on the itemization date with all charges then owed; now, over all debts on the notice."""
    which = words(case.ask.get("which"))
    wanted = as_list(case.ask.get("debt"))
    debts = [debt for name, debt in case.debts.items() if not wanted or name in wanted or "all" in wanted]
    if says(which, r" itemization date ") or within(case.rule, ("34", "c", "2", "vii")):
        return _sum(debts, INFORMATION, on_date=True, case=case)
    return _sum(debts, INFORMATION, on_date=False, case=case)


_DATE_KEYS = ("amount_on_itemization_date", "itemization_date_amount", "balance_on_itemization_date")
_PIECES = ("principal", "interest", "fees", "fee", "charges", "other_charges", "other", "escrow", "late_fees", "costs")


def _sum(debts: list[Mapping[str, Any]], provision: str, *, on_date: bool, case: Case) -> Finding:
    total = Decimal(0)
    for debt in debts:
        value = _one_amount(debt, on_date=on_date)
        if value is None:
            return unknown("The amount of a debt is not given.")
        total += value
    return answered(f"amount={total:.2f}", provision)


def _one_amount(debt: Mapping[str, Any], *, on_date: bool) -> Decimal | None:
    for key in _DATE_KEYS if on_date else ("current_amount", "current_balance", "total_balance", "balance", "amount"):
        if isinstance(debt.get(key), Mapping):
            return _pieces(debt[key], signed=False)
        if _money(debt.get(key)) is not None:
            return _money(debt[key])
    for key in ("on_itemization_date", "at_itemization_date") if on_date else ("current", "now"):
        if isinstance(debt.get(key), Mapping):
            return _pieces(debt[key], signed=False)
    start = next((_money(debt[key]) for key in _DATE_KEYS if _money(debt.get(key)) is not None), None)
    since = debt.get("since_itemization_date", debt.get("since", debt.get("itemization")))
    if not on_date and start is not None and isinstance(since, Mapping):
        change = _pieces(since, signed=True)
        return None if change is None else start + change
    if any(key in debt for key in _PIECES):
        return _pieces({key: debt[key] for key in (*_PIECES, "payments", "credits") if key in debt}, signed=True)
    return None


def _pieces(values: Mapping[str, Any], *, signed: bool) -> Decimal | None:
    total = Decimal(0)
    for name, value in values.items():
        part = _money("0" if str(value).strip().lower() in ("", "none", "no") else value)
        if part is None:
            return None
        less = says(name, r" (payments?|credits?) ")
        total += -part if less else part
    return total


# ── 34(d), (e) ───────────────────────────────────────────────────────────


def form(case: Case) -> Finding:
    """34(d)(1)-(3): clear and conspicuous; the model form keeps its safe harbour through permissible changes."""
    action = case.action
    if action is None:
        return unknown("1006.34(d) speaks about a notice, and none is given.")
    kind = case.ask.get("kind")
    if kind == "duty":
        return answered(NOT_REQUIRED, OPTIONAL)
    kept = _keeps_form(case, action)
    if kind == "safe_harbor":
        return answered(SAFE if kept else UNSAFE, FORM)
    if action.denied("clear_and_conspicuous", "readily_noticeable", "legible", "readily_understandable"):
        return barred(FORM)
    if within(case.rule, ("34", "d", "1")):
        return free(FORM)
    return free(OPTIONAL) if kept else barred(OPTIONAL)


_BAD_CHANGE = (
    r" (not substantially|own form|removes?|omits? (the )?(required|dispute|validation|"
    r"itemi[sz]ation|prompts?|consumer protection)|deletes?|drops?|leaves? out|rearrang\w*|out of order|threat\w*|overshadow\w*|demand\w*|"
    r"more prominent|more prominently|larger than|contradict\w*|false|reorders? (the )?(prompts|"
    r"required)|hides?|blank|smaller|obscur\w*|urgent|confusing) "
)


def _keeps_form(case: Case, action: Event) -> bool:
    """34(d)(2)-(3): substantially similar in substance, clarity and meaningful sequence."""
    line = words([action.get("form", "model_form", "form_used")])
    change = words(
        [
            action.get("change", "changes", "modification", "modifications"),
            action.get("adds"),
            action.get("optional_disclosures"),
        ]
    )
    if action.denied("substantially_similar", "uses_model_form", "model_form_b1"):
        return False
    if says(change, r" substantially similar ") and not says(change, r" not "):
        return True
    if says(line, r" (own|custom|other|different|none) ") and action.get("substantially_similar") is not True:
        return False
    if action.yes("more_prominent", "optional_more_prominent", "optional_disclosure_more_prominent") or action.denied(
        "no_more_prominent"
    ):
        return False
    if says(change, r" omit\w* ") and says(change, r" optional "):
        return True
    if says(change, _BAD_CHANGE):
        return says(
            change, r" (suggest liability|liability|no more prominent|not more prominent|removes language) "
        ) and not says(change, r" (threat\w*|overshadow\w*|own form) ")
    if says(change, r" hyperlink\w* "):
        electronic = is_electronic(action) or says(
            words([action.get("delivery", "delivered", "medium", "via", "format"), change]), r" (electronic\w*|email) "
        )
        paper = (
            says(
                words([action.get("delivery", "delivered", "medium", "via", "format"), change]),
                r" (paper|mail|printed|letter) ",
            )
            or medium_of(action) == "mail"
        )
        return electronic or not paper
    if says(change, r" (disclosures? required by (applicable )?law|reverse|time barred|state) "):
        if action.denied(
            "front_refers_to_reverse",
            "statement_on_front",
            "refers_to_reverse",
            "front_statement",
            "front_refers_to_disclosures",
        ):
            return False
        if action.yes(
            "behind_consumer_response",
            "on_reverse_of_consumer_response",
            "directly_on_reverse_of_response",
            "on_reverse_of_consumer_response_information",
        ):
            return False
        if action.denied(
            "specifically_required_by_law",
            "specifically_required",
            "required_by_applicable_law",
            "law_specifies_content",
        ):
            return False
        if says(change, r" (on the reverse of (the )?consumer response|not required|not specifically) "):
            return False
    if action.denied("specifically_required_by_law", "specifically_required"):
        return False
    if says(line, r" (separate page) ") and case.rule[-1:] == ("ii",):
        return True
    return True


def translation(case: Case) -> Finding:
    """34(e): beside an English notice or after one; Spanish on request where the notice offered it."""
    action = case.action
    offered = [event for event in case.until_action if _offers_spanish(event)]
    asked = [event for event in case.until_action if _asks_spanish(event)]
    if case.ask.get("kind") == "duty" or (
        within(case.rule, ("34", "e", "2"))
        and action is not None
        and not says(words(action.kind), r" send validation ")
    ):
        sent = offered[0] if offered else None
        stands = (
            truth(
                case.fact(
                    "spanish_disclosure_included",
                    "offered_spanish",
                    "notice_included_spanish_disclosure",
                    "optional_spanish_disclosure",
                )
            )
            is True
            or sent is not None
        )
        wants = bool(asked) or truth(case.fact("consumer_requested_spanish", "spanish_requested")) is True
        due = stands and wants
        if case.ask.get("kind") == "duty":
            return answered(REQUIRED if due else NOT_REQUIRED, TRANSLATION, *offered, *asked)
        refuses = action is not None and says(
            action.line, r" (refus\w*|declin\w*|ignor\w*|english only|not send|does not|omit\w*) "
        )
        return barred(TRANSLATION, *offered, *asked) if due and refuses else free(TRANSLATION)
    if action is None:
        return unknown("1006.34(e) speaks about a notice, and none is given.")
    if action.denied(
        "complete_and_accurate",
        "translation_complete_and_accurate",
        "translation_complete",
        "translation_accurate",
        "accurate",
        "complete",
    ):
        return barred(TRANSLATION)
    spoken = [str(entry).lower()[:2] for entry in as_list(action.get("languages", "language", "translated_into"))]
    english = "en" in spoken or action.yes(
        "english_enclosed", "includes_english", "english_notice_included", "english_in_same_communication"
    )
    before = (
        any(_is_english(event) for event in notices(case))
        or truth(
            case.fact("english_notice_previously_sent", "english_notice_sent_before", "english_previously_provided")
        )
        is True
    )
    before = before or action.yes(
        "english_previously_provided", "english_notice_previously_provided", "english_notice_previously_sent"
    )
    if not spoken or english or before:
        return free(TRANSLATION, *notices(case))
    return barred(TRANSLATION)


def _is_english(event: Event) -> bool:
    spoken = [str(entry).lower()[:2] for entry in as_list(event.get("languages", "language"))]
    return not spoken or "en" in spoken


def _offers_spanish(event: Event) -> bool:
    if event.denied(
        "offers_spanish",
        "spanish_disclosure_included",
        "includes_spanish_request_disclosure",
        "spanish_disclosure",
        "optional_spanish_disclosure",
    ):
        return False
    return says(words(event.kind), r" (validation|notice) ") and event.says(r" spanish ")


def _asks_spanish(event: Event) -> bool:
    return (
        event.kind not in _NOTICE_KINDS
        and event.says(r" (spanish|es|espanol) ")
        and event.says(r" (request\w*|ask\w*|wants?) ")
    )


def validation_rule(case: Case) -> Finding:
    """Any question under 1006.34, by the paragraph under test."""
    rule = case.rule
    if within(rule, ("34", "a")):
        return notice_timely(case)
    if within(rule, ("34", "b", "2")):
        return notice_duty(case) if case.ask.get("kind") in ("duty", "disclosure") else notice_timely(case)
    if within(rule, ("34", "b", "3")):
        return itemization_reference(case)
    if within(rule, ("34", "b")):
        return period_rule(case)
    if within(rule, ("34", "c")):
        return information(case)
    if within(rule, ("34", "d")):
        return form(case)
    if within(rule, ("34", "e")):
        return translation(case)
    return notice_timely(case)

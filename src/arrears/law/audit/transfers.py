"""Sale of debts, one payment for several, and forms that deceive: 12 CFR 1006.30(b), (c), (e)."""

from __future__ import annotations

from arrears.law.audit.case import Case, Event
from arrears.law.audit.verdict import (
    Finding,
    barred,
    free,
    unknown,
)
from arrears.law.audit.words import as_list, says, truth, words

SALE = "us.reg_f.sale"
SALE_EXCEPT = "us.reg_f.sale_exceptions"
ONE_PAYMENT = "us.reg_f.multiple_debts"
FORMS = "us.reg_f.deceptive_forms"


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


def identity_theft(case: Case) -> Finding:
    """15 U.S.C. 1681m(f)(1), see comment 30(b)(1)-2: no sale of a debt notified to stem from identity theft."""
    action = case.action
    if action is None:
        return unknown("15 U.S.C. 1681m(f) speaks about a transfer, and none is proposed.")
    told = says(words([dict(case.debts), case.facts.get("notices")]), r" identity theft ")
    told = told or any(event.says(r" identity theft ") for event in case.until_action)
    return barred(SALE) if told and action.says(r" (sell|sale|transfer\w*|place\w*) ") else free(SALE)


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

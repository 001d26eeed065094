"""Email addresses a collector may use within the procedures: 12 CFR 1006.6(d)(4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from arrears.law.audit.case import Case, Event, as_day, paragraph
from arrears.law.audit.figures import number
from arrears.law.audit.media import (
    is_collectors,
    is_consumers,
)
from arrears.law.audit.opt_outs import last_opt_out, simple_method
from arrears.law.audit.prior_consent import given_to_collector
from arrears.law.audit.words import as_list, says, truth, words

EMAIL_CREDITOR = "us.reg_f.email_creditor"


Met = tuple[Event, ...] | None
"""The events by which a procedure is met, or None where it is not."""


def about_debt(event: Event) -> bool:
    if event.denied("about_debt", "about_the_debt"):
        return False
    return not event.says(r" (unrelated|not about) ")


def _address_entry(case: Case, action: Event) -> Mapping[str, Any]:
    held = case.facts.get("email_addresses") or case.facts.get("addresses") or {}
    if isinstance(held, Mapping):
        entry = held.get(action.address or "", {})
        if isinstance(entry, Mapping) and entry:
            return entry
        if len(held) == 1:
            only = next(iter(held.values()))
            return only if isinstance(only, Mapping) else {}
    if isinstance(held, list):
        for candidate in held:
            if isinstance(candidate, Mapping) and candidate.get("id", candidate.get("name")) == action.address:
                return candidate
    return {}


def email_used(case: Case, action: Event) -> Met:
    """(d)(4)(i)(A): the consumer wrote from the address about the debt, to this collector, with no opt-out since."""
    used: Event | None = None
    for event in case.until_action:
        if event.kind != "email" or not is_consumers(case, event.by):
            continue
        to = event.get("to", "recipient")
        if to is not None and not is_collectors(case, str(to)):
            continue
        if event.address is not None and action.address is not None and event.address != action.address:
            continue
        if event.debts and action.debts and not set(event.debts) & set(action.debts):
            continue
        if about_debt(event):
            used = event
    if used is None:
        return None
    out = last_opt_out(case, action)
    return None if out is not None and out.at >= used.at else (used,)


def email_consent(case: Case, action: Event) -> Met:
    """(d)(4)(i)(B): direct consent, through any medium, or an address given after a clear disclosure of its use."""
    held: Event | None = None
    for event in case.until_action:
        if event.kind == "consent":
            scope = words([event.get("scope", "to_what"), event.address])
            if not given_to_collector(case, event) or not says(scope, r" (email|e mail|electronic) "):
                continue
            if not scope_covers(event, action.address):
                continue
            if event.get("by") is not None and not is_consumers(case, event.by):
                continue
            held = event
        elif event.kind in (
            "consumer_provided_email",
            "email_provided",
            "consumer_gave_email",
            "consumer_provides_email",
        ):
            to = event.get("to", "given_to")
            if to is not None and not is_collectors(case, str(to)):
                continue
            if event.says(r" creditor "):
                continue
            if event.address is not None and action.address is not None and event.address != action.address:
                continue
            disclosed = [
                value
                for name, value in event.raw.items()
                if "disclos" in name or "conspicuous" in name or "notice" in name
            ]
            if (disclosed and all(truth(value) is True for value in disclosed)) or event.yes("consented"):
                held = event
        elif event.kind == "consent_withdrawn" and held is not None:
            scope = words([event.get("scope"), event.address])
            if (not scope.strip() or says(scope, r" (email|e mail|all|any|electronic) ")) and scope_covers(
                event, action.address
            ):
                held = None
    if held is None:
        return None
    out = last_opt_out(case, action)
    return None if out is not None and out.at >= held.at else (held,)


def scope_covers(event: Event, target: str | None) -> bool:
    """'email:personal' covers the personal address; a consent that names no address covers any."""
    named = event.address or event.number
    scope = str(event.get("scope", "") or "")
    if named is None and ":" in scope:
        named = scope.split(":", 1)[1]
    return named is None or target is None or named == target or named in ("any", "all")


def email_creditor(case: Case, action: Event) -> Met:
    """(d)(4)(ii): every one of (A) to (E)."""
    entry = _address_entry(case, action)
    if truth(entry.get("creditor_obtained_from_consumer")) is False:
        return None
    if truth(entry.get("obtained_from_consumer")) is False:
        return None
    if says(
        entry.get("creditor_obtained_via", entry.get("obtained_from")), r" (purchas\w*|third|skip|append\w*|broker) "
    ):
        return None
    if truth(entry.get("creditor_used_for_account_communications")) is False:
        return None
    used_for = entry.get("creditor_used_for", entry.get("used_for"))
    for_marketing = says(used_for, r" (marketing|advertis\w*|promotion\w*|none|never) ") and not says(
        used_for, r" (statement|bill|invoice|reminder|confirmation|disclosure|account com)\w* "
    )
    if for_marketing and entry.get("creditor_used_for_account_communications") is None:
        return None
    if (
        truth(entry.get("consumer_asked_creditor_to_stop")) is True
        or truth(entry.get("asked_creditor_to_stop")) is True
    ):
        return None
    if not _public_domain(case, action, entry):
        return None
    notice = _creditor_notice(case, action)
    if notice is None:
        return None
    deadline = _deadline(case, notice)
    if deadline is None or case.day(action.at) <= deadline:
        return None
    if last_opt_out(case, action, since=case.day(notice.at)) is not None:
        return None
    for event in case.until_action:
        if event.says(r" (asked|asks|told|tells|request\w*) ", r" creditor ", r" stop "):
            return None
    return (notice,)


def _public_domain(case: Case, action: Event, entry: Mapping[str, Any]) -> bool:
    if employer_provided(case, action, entry) is not None:
        return False
    stated = truth(entry.get("domain_public", entry.get("domain_available_to_public", entry.get("public_domain"))))
    if stated is not None:
        return stated
    domain = (
        str(entry.get("domain") or str(entry.get("address_example", entry.get("address", "")))).split("@")[-1].lower()
    )
    if not domain or "." not in domain:
        return True
    if (
        domain.endswith((".gov", ".edu", ".mil"))
        or "nonprofit" in domain
        or says(domain, r" (agency|university|company|corp|mortgage) ")
    ):
        return False
    kind = words(entry.get("domain_kind", entry.get("domain_type")))
    return not says(
        kind, r" (branded|commercial|reserved|institution\w*|employer|government|university|nonprofit|company) "
    )


def employer_provided(case: Case, action: Event, entry: Mapping[str, Any] | None = None) -> Event | bool | None:
    """Comment 6(d)(4)(ii)(E)-2: any person has informed the collector that the employer provides the address."""
    held = _address_entry(case, action) if entry is None else entry
    if truth(held.get("collector_knows_employer_provided")) is True:
        return True
    if action.yes("collector_knows_employer_provided", "known_employer_provided", "address_known_employer_provided"):
        return True
    if truth(case.fact("collector_knows_employer_provided")) is True:
        return True
    for event in case.until_action:
        if event.kind in ("knowledge", "information", "determination", "consumer_request", "email", "placement"):
            line = words([event.get("fact", "content", "statement", "finding"), event.get("file_notes")])
            if (
                says(line, r" employer ", r" (provided|provides|address|email|account) ")
                and not says(line, r" (not|prohibit\w*) ")
                and (event.address is None or action.address is None or event.address == action.address)
            ):
                return event
    return None


_NEUTRAL = r" (combined|other information|electronic|written|automated|by mail) "


def _creditor_notice(case: Case, action: Event) -> Event | None:
    """(d)(4)(ii)(C): the last notice sent before the step that discloses all five things."""
    found: Event | None = None
    for event in case.until_action:
        if event.kind not in ("creditor_notice", "opt_out_notice", "transfer_notice"):
            continue
        if event.get("by") is not None and not says(words(event.by), r" creditor "):
            continue
        if (
            event.address is not None
            and action.address is not None
            and event.kind != "creditor_notice"
            and event.address != action.address
        ):
            continue
        if _complete(event):
            found = event
    return found


def _complete(notice: Event) -> bool:
    for name, value in notice.raw.items():
        line = words(name)
        if truth(value) is False and isinstance(value, bool) and not says(line, _NEUTRAL):
            return False
        if value is None and says(name, r" (opt out (method|deadline)|names|states|warns|identifies) "):
            return False
        if truth(value) is True and says(line, r" (omits|lacks|missing|generic|buried|requires|hidden) "):
            return False
    recipients = words(notice.get("opt_out_reply_to", "opt_out_recipient", "reply_to", "respond_to"))
    if says(recipients, r" both ") or (
        says(recipients, r" creditor ") and says(recipients, r" collector ") and not says(recipients, r" or ")
    ):
        return False
    form = words(notice.get("form", "medium", "via"))
    electronic = says(form, r" (electronic|email|text) ") if form.strip() else None
    if simple_method(notice.get("opt_out_method", "method"), electronic=electronic) is False:
        return False
    sent_to = words(notice.get("sent_to", "to_address", "address_used"))
    return not says(sent_to, r" (never|not|new|purchased|unverified|skip) ")


def _deadline(case: Case, notice: Event) -> date | None:
    sent = case.day(notice.at)
    least = number(EMAIL_CREDITOR, "opt_out_at_least_days")
    given = as_day(notice.get("opt_out_deadline", "deadline", "opt_out_by", "opt_out_date"))
    if given is None:
        span = notice.get("opt_out_days", "opt_out_period_days")
        if span is None:
            return None
        from datetime import timedelta

        given = sent + timedelta(days=int(span))
    return given if (given - sent).days >= least else None


def email_prior(case: Case, action: Event) -> Met:
    """(d)(4)(iii): obtained properly by any earlier collector, used by the one immediately before, no opt-out."""
    own = case.facts.get("collector")
    own_names = {"collector"}
    if isinstance(own, Mapping):
        own_names.update(str(own[key]) for key in ("id", "name", "business_name") if own.get(key))
    holders: list[str] = []
    for event in case.until_action:
        moved = says(event.kind, r" (placement|placed|sale|sold|transfer\w*|assign\w*) ")
        if moved and not says(event.kind, r" returned "):
            to = str(event.get("to", "recipient", default=""))
            if to and to != "creditor" and (not holders or holders[-1] != to):
                holders.append(to)
    stated = case.fact("prior_collectors", "collector_chain", "chain_of_collectors")
    if stated:
        holders = [str(entry.get("id") if isinstance(entry, Mapping) else entry) for entry in as_list(stated)]
    if not holders:  # a history without placements still says who wrote before
        wrote = (str(event.by) for event in case.until_action if says(event.by, r" (prior|previous|earlier) "))
        holders = list(dict.fromkeys(wrote))
    earlier = [name for name in holders if name not in own_names]
    if not earlier:
        return None
    last = earlier[-1]
    obtained: Event | None = None
    for event in case.until_action:
        if event.kind in ("email_address_obtained", "address_obtained", "email_obtained") and event.by in earlier:
            if event.address is not None and action.address is not None and event.address != action.address:
                continue
            how = paragraph(event.get("procedure", "under", "in_accordance_with"))
            proper = how[:4] in (("6", "d", "4", "i"), ("6", "d", "4", "ii"))
            if proper and not event.denied("in_accordance", "compliant", "procedure_met"):
                obtained = obtained or event
        elif (
            event.kind == "consent"
            and str(event.get("given_to")) in earlier
            and says(words(event.get("scope")), r" email ")
        ) or (event.kind == "email" and is_consumers(case, event.by) and str(event.get("to")) in earlier):
            obtained = obtained or event
        elif event.kind == "email" and event.by in earlier:
            under = paragraph(event.get("prior_collector_obtained_under", "obtained_under", "address_obtained_under"))
            if under[:4] in (("6", "d", "4", "i"), ("6", "d", "4", "ii")):
                obtained = obtained or event
    used = [
        event
        for event in case.until_action
        if event.kind == "email"
        and event.by == last
        and not is_collectors(case, event.by)
        and (event.address is None or action.address is None or event.address == action.address)
        and not event.says(r" (marketing|unrelated) ")
        and not event.denied("about_debt")
    ]
    if obtained is None or not used or last_opt_out(case, action) is not None:
        return None
    return (obtained, used[-1])

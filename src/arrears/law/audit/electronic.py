"""
Emails and texts that the collector may send with a safe harbour against reaching somebody else by mistake.

12 CFR 1006.6(d)(3)-(5), 1006.6(e), 1006.22(f)(3) and (g). A procedure that is not met takes the safe harbour away;
it is not by itself a violation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from arrears.law.audit.case import Case, Event, Paragraph, as_day, paragraph, within
from arrears.law.audit.contact_consumer import given_to_collector
from arrears.law.audit.figures import number
from arrears.law.audit.media import (
    EMAIL,
    TELEPHONE,
    TEXT,
    is_collectors,
    is_consumers,
    is_electronic,
    medium_of,
    named_medium,
)
from arrears.law.audit.verdict import SAFE, UNSAFE, Finding, Ground, barred, because, free, unknown
from arrears.law.audit.words import as_list, says, truth, words

KNOWN_DISCLOSURE = "us.reg_f.known_disclosure"
EMAIL_USED = "us.reg_f.email_used_by_consumer"
EMAIL_CONSENT = "us.reg_f.email_consent"
EMAIL_CREDITOR = "us.reg_f.email_creditor"
EMAIL_PRIOR = "us.reg_f.email_prior_collector"
TEXT_USED = "us.reg_f.text_used_by_consumer"
TEXT_CONSENT = "us.reg_f.text_consent"
OPT_OUT_NOTICE = "us.reg_f.opt_out_notice"
EMPLOYER_EMAIL = "us.reg_f.employer_email"

Met = tuple[Event, ...] | None
"""The events by which a procedure is met, or None where it is not."""


def procedure_is_met(case: Case) -> Finding:
    """Whether an email or text falls within the procedures of (d)(3) that the case asks about."""
    action = case.action
    if action is None:
        return unknown("The procedures of 1006.6(d)(3) speak about a message, and none is proposed.")
    asked = paragraph(case.ask.get("procedure")) or case.rule
    if not within(asked, ("6", "d")):
        asked = case.rule if within(case.rule, ("6", "d")) else ("6", "d", "3")
    told = known_disclosure(case)
    if told is not None:
        return Finding(UNSAFE, (because(KNOWN_DISCLOSURE, told),))
    tried: list[Ground] = []
    for place, provision, rule in _PROCEDURES:
        general = asked in (("6", "d"), ("6", "d", "3"), ("6", "d", "3", "i"), ("6", "d", "3", "ii"))
        if not (general or within(place, asked) or within(asked, place)):
            continue
        if general and (place[2] == "4") != (medium_of(action) == EMAIL):
            continue
        met = rule(case, action)
        if met is not None:
            return Finding(SAFE, (because(provision, *met),))
        tried.append(because(provision))
    if asked[:4] == ("6", "d", "3", "ii") and not tried:
        return Finding(SAFE, (because(KNOWN_DISCLOSURE),))
    if asked[:4] == ("6", "d", "3", "ii") and not _any_evidence(case):
        return Finding(SAFE, (because(KNOWN_DISCLOSURE),))
    return Finding(UNSAFE, tuple(tried))


def _any_evidence(case: Case) -> bool:
    """Whether the case tells anything about how the address was come by; what it does not mention is in order."""
    kinds = ("email", "text", "consent", "consumer_provided_email", "creditor_notice", "email_address_obtained")
    return any(event.kind in kinds for event in case.until_action)


def known_disclosure(case: Case) -> Event | None:
    """(d)(3)(ii) and its comment: any person has said that this address or number led to a third party."""
    action = case.action
    assert action is not None
    held: Event | None = None
    for event in case.until_action:
        if event.kind not in (
            "knowledge",
            "notice",
            "third_party_notice",
            "report",
            "email",
            "text",
            "inbound_call",
            "third_party_report",
            "complaint",
            "information",
        ):
            continue
        line = words([event.get("fact", "content", "statement", "words", "info"), event.kind])
        misled = says(
            line,
            (
                r" (third party|wrong person|someone else|other person|disclosure|disclosed|another person|"
                r"stranger|prohibited) "
            ),
        )
        about = says(
            line,
            r" (disclos\w*|read|reach\w*|receiv\w*|led to|seen|saw|belongs|gets|opened|not (the )?consumers?) ",
        )
        if (
            misled
            and about
            and _same_address(event, action)
            and not says(line, r" (no|not|never) (\w+ )?(led|disclos\w*) ")
        ):
            held = event
    if case.states("knows_prohibited_disclosure", "known_disclosure", "address_led_to_prohibited_disclosure") is True:
        return action
    return held


def _same_address(event: Event, action: Event) -> bool:
    named, used = event.address or event.number, action.address or action.number
    return named is None or used is None or named == used


# ── opt-outs ─────────────────────────────────────────────────────────────


def last_opt_out(case: Case, action: Event, since: date | None = None) -> Event | None:
    """The last opt-out that reaches the address or number of the step."""
    found: Event | None = None
    medium = medium_of(action)
    for event in case.until_action:
        if event.kind not in ("consumer_request", "opt_out", "consumer_opt_out", "text", "email", "consent_withdrawn"):
            continue
        line = words([event.kind, event.get("request", "content", "words", "statement")])
        if event.kind in ("text", "email"):
            outs = is_consumers(case, event.by) and says(
                words(event.get("content", "words", "body")),
                r"^ (stop|unsubscribe|opt out|stopall|end|quit|cancel) $| opt(s|ed)? out ",
            )
            if not outs or medium_of(event) != medium:
                continue
        elif (
            not says(line, r" (opt (\w+ )?out|opt out|opted out|stop\w*|unsubscribe\w*|withdraw\w*) ")
            or event.kind == "consent_withdrawn"
        ):
            continue
        if says(line, r" (withdraw|withdraws|withdrawn|revoke|resume|opt in) ") and not says(line, r" consent "):
            found = None
            continue
        if says(line, r" (stop medium|medium) "):
            if named_medium(event.get("medium")) not in (None, medium):
                continue
        elif event.address is not None or event.number is not None:
            if not _same_address(event, action):
                continue
            if event.number is not None and medium == EMAIL:
                continue
            if event.address is not None and medium == TEXT and event.number is None:
                continue
        elif named_medium(event.get("medium", "via")) not in (None, medium) and event.has("medium"):
            continue
        if since is None or case.day(event.at) >= since:
            found = event
    return found


# ── (d)(4) email ─────────────────────────────────────────────────────────


def _about_debt(event: Event) -> bool:
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
        if _about_debt(event):
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
            if not _scope_covers(event, action.address):
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
            if (not scope.strip() or says(scope, r" (email|e mail|all|any|electronic) ")) and _scope_covers(
                event, action.address
            ):
                held = None
    if held is None:
        return None
    out = last_opt_out(case, action)
    return None if out is not None and out.at >= held.at else (held,)


def _scope_covers(event: Event, target: str | None) -> bool:
    """'email:personal' covers the personal address; a consent that names no address covers any."""
    named = event.address or event.number
    scope = str(event.get("scope", "") or "")
    if named is None and ":" in scope:
        named = scope.split(":", 1)[1]
    return named is None or target is None or named == target or named in ("any", "all")


_GOOD_METHODS = (
    r" (hyperlink|link|reply stop|stop|reply form|form enclosed|enclosed form|form and envelope|"
    r"pre ?addressed|reply|click|checkbox|electronic|email) "
)


def simple_method(method: Any, *, electronic: bool | None) -> bool | None:
    """
    Comments 6(d)(4)(ii)(C)(4)-1 and 6(e)-1: a link or a reply when electronic, form and envelope when on paper.

    None where nothing is said about the method.
    """
    line = words(method)
    if not line.strip():
        return None
    if says(line, r" (call|calls|telephone|phone) ") and not says(line, r" (hyperlink|reply|enclosed form) "):
        return False
    if says(line, r" (write|request (a )?form|obtain|ask for (a )?form|must request|to get (a )?form|send for) "):
        return False
    if says(line, r" (website|web|visit|site|log ?in|account) ") and says(
        line, r" (without|no) (a )?(link|hyperlink) "
    ):
        return False
    if says(line, r" (visit|website|web ?site|web page) ") and not says(line, r" (link|hyperlink|linked) "):
        return False
    if says(line, r" (none|no method|unclear|burdensome|not reasonable|unreasonable|fee|in person|notari[sz]ed) "):
        return False
    paper = says(line, r" (postal|mail|letter|post|envelope|form|paper) ") and not says(
        line, r" (email|e mail|electronic form|web form|fillable) "
    )
    if electronic and paper and not says(line, r" (link|hyperlink|reply stop) "):
        return False
    if electronic is False and paper:
        if says(line, r" (without|no|not enclosed|separately) "):
            return False
        return says(line, r" (form|enclosed|included|envelope|reply|pre ?addressed|card) ")
    return True


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
        if event.kind in ("placement", "sale", "transfer", "debt_placed", "transfer_debt"):
            to = str(event.get("to", "recipient", default=""))
            if to and to != "creditor" and (not holders or holders[-1] != to):
                holders.append(to)
    stated = case.fact("prior_collectors", "collector_chain", "chain_of_collectors")
    if stated:
        holders = [str(entry.get("id") if isinstance(entry, Mapping) else entry) for entry in as_list(stated)]
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


# ── (d)(5) texts ─────────────────────────────────────────────────────────


def _recent(case: Case, event: Event, action: Event, provision: str) -> bool:
    return 0 <= (case.day(action.at) - case.day(event.at)).days <= number(provision, "within_days")


def _checked(case: Case, action: Event, since: Event, provision: str) -> Event | None:
    """A database check within the period that the number was not reassigned since that day."""
    for event in reversed(case.until_action):
        if event.kind not in ("reassignment_check", "database_check", "reassigned_number_check", "number_check"):
            continue
        if event.number is not None and action.number is not None and event.number != action.number:
            continue
        if event.denied("database_complete_and_accurate", "complete_and_accurate"):
            continue
        if says(words(event.get("database")), r" (incomplete|inaccurate|informal|search engine|outdated|internal) "):
            continue
        result = words(event.get("result", "finding"))
        clean = says(result, r" (not reassigned|no|same|clear|unchanged|not) ") or event.denied("reassigned")
        if not clean or not _recent(case, event, action, provision):
            continue
        covers = as_day(event.get("checked_since", "since"))
        if covers is not None and covers > case.day(since.at):
            continue
        if event.at < since.at:
            continue
        return event
    return None


def text_used(case: Case, action: Event) -> Met:
    """(d)(5)(i): the consumer texted from the number about the debt; fresh, or checked against a database."""
    own = [
        event
        for event in case.until_action
        if event.kind == "text"
        and is_consumers(case, event.by)
        and _about_debt(event)
        and (event.number is None or action.number is None or event.number == action.number)
        and (event.get("to") is None or is_collectors(case, str(event.get("to"))))
        and not says(
            words(event.get("content", "words", "body")), r"^ (stop|unsubscribe|opt out|stopall|quit|end|cancel) $"
        )
    ]
    if not own:
        return None
    last = own[-1]
    out = last_opt_out(case, action)
    if out is not None and out.at >= last.at:
        return None
    if _recent(case, last, action, TEXT_USED):
        return (last,)
    check = _checked(case, action, last, TEXT_USED)
    return (last, check) if check is not None else None


def text_consent(case: Case, action: Event) -> Met:
    """(d)(5)(ii): direct consent to texts; fresh, renewed, or checked against a database."""
    held: Event | None = None
    for event in case.until_action:
        if event.kind == "consent":
            scope = words([event.get("scope", "to_what"), event.get("medium")])
            if (
                given_to_collector(case, event)
                and says(scope, r" (text|texts|sms|electronic) ")
                and _scope_covers(event, action.number)
            ):
                held = event
        elif event.kind in (
            "consumer_provided_number",
            "consumer_provided_phone",
            "number_provided",
            "consumer_provided_text_number",
        ):
            disclosed = [value for name, value in event.raw.items() if "disclos" in name or "conspicuous" in name]
            named = event.number is None or action.number is None or event.number == action.number
            if named and disclosed and all(truth(value) is True for value in disclosed):
                held = event
        elif event.kind == "consent_withdrawn" and held is not None:
            scope = words(event.get("scope"))
            if (not scope.strip() or says(scope, r" (text|texts|sms|all|any|electronic) ")) and _scope_covers(
                event, action.number
            ):
                held = None
    if held is None:
        return None
    out = last_opt_out(case, action)
    if out is not None and out.at >= held.at:
        return None
    if _recent(case, held, action, TEXT_CONSENT):
        return (held,)
    check = _checked(case, action, held, TEXT_CONSENT)
    return (held, check) if check is not None else None


_PROCEDURES: tuple[tuple[Paragraph, str, Callable[[Case, Event], Met]], ...] = (
    (("6", "d", "4", "i", "A"), EMAIL_USED, email_used),
    (("6", "d", "4", "i", "B"), EMAIL_CONSENT, email_consent),
    (("6", "d", "4", "ii"), EMAIL_CREDITOR, email_creditor),
    (("6", "d", "4", "iii"), EMAIL_PRIOR, email_prior),
    (("6", "d", "5", "i"), TEXT_USED, text_used),
    (("6", "d", "5", "ii"), TEXT_CONSENT, text_consent),
)


# ── 6(e) ─────────────────────────────────────────────────────────────────


def opt_out_is_offered(case: Case) -> Finding:
    """12 CFR 1006.6(e): every electronic message says, clearly, how to stop such messages, simply and for nothing."""
    action = case.action
    if action is None:
        return unknown("1006.6(e) speaks about a message, and none is proposed.")
    if not is_electronic(action) and medium_of(action) is not None:
        return free(OPT_OUT_NOTICE)
    names = ("opt_out_notice", "opt_out", "opt_out_statement")
    if not action.has(*names):
        return barred(OPT_OUT_NOTICE) if action.yes("omits_opt_out_notice") else free(OPT_OUT_NOTICE)
    notice = action.get(*names)
    if isinstance(notice, Mapping):
        return free(OPT_OUT_NOTICE) if _offer_is_good(notice) else barred(OPT_OUT_NOTICE)
    if isinstance(notice, str) and truth(notice) is True:
        good = simple_method(notice, electronic=True)
        return barred(OPT_OUT_NOTICE) if good is False else free(OPT_OUT_NOTICE)
    return free(OPT_OUT_NOTICE) if truth(notice) is True else barred(OPT_OUT_NOTICE)


_MAY_ASK = (
    r" (opt out|preference|preferences|choice|email address|email|address|telephone number|"
    r"phone number|number|mobile number) "
)


def _offer_is_good(notice: Mapping[str, Any]) -> bool:
    for name, value in notice.items():
        line = words(name)
        if truth(value) is False and says(
            line,
            r" (legible|clear|conspicuous|readily|noticeable|visible|readable|reasonable|simple|present|included) ",
        ):
            return False
        if truth(value) is True and says(line, r" (fee|charge|cost|payment) "):
            return False
        if truth(value) is True and says(
            line, r" (hidden|illegible|buried|tiny|burdensome|account login|requires login) "
        ):
            return False
        if says(line, r" (requires|required|demands|asks) "):
            for wanted in as_list(value):
                if wanted is True or (isinstance(wanted, str) and not says(words(wanted), _MAY_ASK)):
                    return False
                if isinstance(wanted, str) and says(
                    words(wanted), r" (account|birth|social|ssn|name|password|reason|security|card|home) "
                ):
                    return False
    return simple_method(notice.get("method"), electronic=True) is not False


# ── 22(f)(3) and 22(g) ───────────────────────────────────────────────────


def employer_address(case: Case) -> Finding:
    """12 CFR 1006.22(f)(3): no email to a known employer address, but for (d)(4)(i) and (iii)."""
    action = case.action
    if action is None:
        return unknown("1006.22(f)(3) speaks about an email, and none is proposed.")
    if medium_of(action) not in (EMAIL, None):
        return free(EMPLOYER_EMAIL)
    known = employer_provided(case, action)
    if known is None:
        return free(EMPLOYER_EMAIL)
    for rule in (email_used, email_consent, email_prior):
        met = rule(case, action)
        if met is not None:
            return free(EMPLOYER_EMAIL, *met)
    stated = paragraph(action.get("procedure", "address_procedure", "described_in"))
    if stated[:4] in (("6", "d", "4", "i"), ("6", "d", "4", "iii")):
        return free(EMPLOYER_EMAIL)
    return barred(EMPLOYER_EMAIL, known if isinstance(known, Event) else None)


__all__ = [
    "TELEPHONE",
    "employer_address",
    "known_disclosure",
    "last_opt_out",
    "opt_out_is_offered",
    "procedure_is_met",
]

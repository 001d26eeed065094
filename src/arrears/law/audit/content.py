"""
What may not be said or done: 12 CFR 1006.14(a), (c)-(g), 1006.18(a)-(d), (f) and 1006.22.

A case hands over what a message holds as flags or as plain fields; each rule asks for its own thing and knows what
makes the same thing lawful.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from arrears.law.audit.case import Case, Event, as_day, within
from arrears.law.audit.communicate import is_limited
from arrears.law.audit.electronic import employer_address
from arrears.law.audit.figures import number
from arrears.law.audit.holidays import business_days_between, business_days_on
from arrears.law.audit.media import SOCIAL, TELEPHONE, medium_of
from arrears.law.audit.people import CONSUMER, CRA, recipient_of, role_of
from arrears.law.audit.verdict import Finding, answered, barred, free, unknown
from arrears.law.audit.words import as_list, says, truth, words

HARASS = "us.reg_f.harassment"
VIOLENCE = "us.reg_f.violence"
OBSCENE = "us.reg_f.obscene_language"
LIST = "us.reg_f.debtor_list"
ADVERTISE = "us.reg_f.coercive_advertising"
CALLER = "us.reg_f.caller_identity"
FALSE = "us.reg_f.false_representations"
POSTCARD = "us.reg_f.postcard"
ENVELOPE = "us.reg_f.envelope"
SOCIAL_MEDIA = "us.reg_f.social_media"
POSTDATED = "us.reg_f.postdated"
AMOUNTS = "us.reg_f.unauthorized_amounts"
CHARGES = "us.reg_f.concealed_charges"
PROPERTY = "us.reg_f.nonjudicial_action"
ALIAS = "us.reg_f.assumed_name"


def flagged(action: Event) -> str:
    """Every content flag and every field said to be true, as one line of words."""
    marked = [name for name, value in action.raw.items() if value is True]
    return words(
        [
            action.get("content_flags", "flags", "content", "contents", "says", "script", "words", "purpose"),
            marked,
            action.kind,
        ]
    )


def _step(case: Case) -> Event | None:
    return case.action if case.action is not None else (case.events[-1] if case.events else None)


# ── 14 ───────────────────────────────────────────────────────────────────


def harassment(case: Case) -> Finding:
    """12 CFR 1006.14(a): any conduct whose natural consequence is to harass, also by its sum (comments 14(a)-1, -2)."""
    from arrears.law.audit.calls import presumption
    from arrears.law.audit.rebuttal import CUMULATIVE, flags_for

    if case.ask.get("kind") in ("presumption", "count"):
        from arrears.law.audit.calls import calls_rule

        return calls_rule(case)
    action = _step(case)
    if action is None:
        return unknown("1006.14(a) speaks about conduct, and none is given.")
    for rule in (violence, obscene, debtor_list, advertising):
        finding = rule(case)
        if finding.answer == "prohibited":
            return finding
    if says(flagged(action), r" (harass\w*|abus\w*|oppress\w*|intimidat\w*|numerous|shame\w*|humiliat\w*) "):
        return barred(HARASS)
    until = action.at
    flags = flags_for(case, [], until)
    heavy = number(CUMULATIVE, "messages_more_than_per_day")
    days: dict[date, list[Event]] = {}
    from arrears.law.audit.media import is_collectors, is_electronic

    for event in [*case.until_action, *([case.action] if case.action else [])]:
        if is_electronic(event) and is_collectors(case, event.by):
            days.setdefault(case.day(event.at), []).append(event)
    busy = [events for events in days.values() if len(events) > heavy]
    if len(busy) >= number(CUMULATIVE, "days_at_least"):
        return barred(HARASS, *[event for events in busy for event in events]).flagged(flags)
    if "cumulative_contact_review" in flags or "cumulative_contact_review" in presumption(case).flags:
        return free(HARASS).flagged(["cumulative_contact_review"])
    return free(HARASS).flagged(flags)


def violence(case: Case) -> Finding:
    """12 CFR 1006.14(c)."""
    action = _step(case)
    if action is None:
        return unknown("1006.14(c) speaks about a step, and none is given.")
    line = flagged(action)
    threat = says(
        line,
        (
            r" (violen\w*|harm\w*|physical\w*|criminal means|injur\w*|beat\w*|assault\w*|destroy\w*|damag\w*|arson|"
            r"weapon\w*|kill\w*|hurt\w*) "
        ),
    )
    return (
        barred(VIOLENCE)
        if threat and not says(line, r" (no|without) (threat\w*|violen\w*|harm\w*) ")
        else free(VIOLENCE)
    )


def obscene(case: Case) -> Finding:
    """12 CFR 1006.14(d)."""
    action = _step(case)
    if action is None:
        return unknown("1006.14(d) speaks about a step, and none is given.")
    line = flagged(action)
    foul = says(
        line,
        (
            r" (obscen\w*|profan\w*|abus\w*|vulgar\w*|curs\w+|swear\w*|insult\w*|slur\w*|expletive\w*|"
            r"epithet\w*|racial\w*) "
        ),
    )
    if foul and not says(line, r" (no|without) (obscen\w*|profan\w*) "):
        return barred(OBSCENE).flagged(["obscene_language"])
    return free(OBSCENE)


def debtor_list(case: Case) -> Finding:
    """12 CFR 1006.14(e): not published, but to a reporting agency or those entitled under the FCRA."""
    action = _step(case)
    if action is None:
        return unknown("1006.14(e) speaks about a publication, and none is given.")
    line = flagged(action)
    listed = says(line, r" (list|lists|debtors?|deadbeat\w*|shame list) ") and says(
        line, r" (publish\w*|publication|list|lists|posts?) "
    )
    if not listed:
        return free(LIST)
    entitled = role_of(case, recipient_of(action), action) == CRA
    entitled = entitled or says(
        words([recipient_of(action), action.get("recipient_basis", "basis"), line]),
        r" (603(\(f\))?|604|fcra|fair credit|permissible purpose) ",
    )
    return free(LIST) if entitled else barred(LIST)


def advertising(case: Case) -> Finding:
    """12 CFR 1006.14(f): advertising a debt for sale to coerce payment."""
    action = _step(case)
    if action is None:
        return unknown("1006.14(f) speaks about an advertisement, and none is given.")
    line = flagged(action)
    for_sale = says(line, r" (advertis\w*|offers?|sale) ") and says(line, r" (sale|sell|sold|coerc\w*) ")
    coercive = not action.denied("to_coerce_payment", "to_coerce", "coercive", "intended_to_coerce") and not says(
        line, r" (portfolio|not to coerce|without coerc\w*|ordinary|to (licensed |qualified )?debt buyers?) "
    )
    return barred(ADVERTISE) if for_sale and coercive else free(ADVERTISE)


def caller_identity(case: Case) -> Finding:
    """12 CFR 1006.14(g); a limited-content message and a location call have their own rules (comment 2(j)-3)."""
    action = _step(case)
    if action is None:
        return unknown("1006.14(g) speaks about a call, and none is given.")
    if medium_of(action) not in (TELEPHONE, None):
        return free(CALLER)
    if is_limited(case, action):
        return free(CALLER)
    if says(words(action.get("purpose")), r" (location|locate) "):
        return free(CALLER)
    hidden = action.no(
        "discloses_caller_identity",
        "caller_identity_disclosed",
        "discloses_identity",
        "meaningful_disclosure",
        "identifies_caller",
        "meaningful_identity_disclosure",
    )
    line = flagged(action)
    hidden = hidden or says(
        line,
        r" (conceals?|hides?|without|refuses?|withholds?|spoof\w*|false) (\w+ ){0,3}(identity|caller|name) | spoof\w* ",
    )
    return barred(CALLER) if hidden else free(CALLER)


# ── 18 ───────────────────────────────────────────────────────────────────

_FALSE: tuple[tuple[tuple[str, ...], str], ...] = (
    (
        ("18", "b", "1", "i"),
        r" (government|united states|state|federal|badge|uniform|vouched|bonded|affiliat\w*|official) ",
    ),
    (("18", "b", "1", "ii"), r" (reporting agency|cra|credit bureau|bureau|consumer reporting|credit reporting) "),
    (("18", "b", "1", "iii"), r" (attorney|lawyer|law firm|counsel|legal department) "),
    (("18", "b", "1", "iv"), r" (crime|criminal|fraud|disgrace|theft) "),
    (("18", "b", "1", "v"), r" (transfer|sale|referral|lose|claim|defen[cs]e|practice) "),
    (("18", "b", "1", "vi"), r" (innocent|purchasers?|turned over) "),
    (("18", "b", "1", "vii"), r" (legal process|process) "),
    (("18", "b", "1", "viii"), r" (legal process|require|action|forms?) "),
    (("18", "b", "2"), r" (amount|character|status|services?|compensation|balance|false|misstat\w*|legal status) "),
    (("18", "b", "3"), r" (arrest\w*|imprison\w*|jail|prison|seiz\w*|garnish\w*|attach\w*|sale|sell|wages|property) "),
    (("18", "c", "1"), r" (threat\w*|action|suit|sue|lawsuit|legal|intend\w*|not intended|cannot) "),
    (("18", "c", "2"), r" (dispute\w*|credit information|false|furnish\w*|unmarked) "),
    (("18", "c", "3"), r" (simulat\w*|court|summons|official|document|approved|authori[sz]ed|government|look\w*) "),
    (("18", "c", "4"), r" (name|business name|company|alias|trade) "),
    (
        ("18", "d"),
        (
            r" (false|deceptive|pretext\w*|identity|trick\w*|conceal\w*|mislead\w*|fake|pos(e|es|ing)|"
            r"lie\w*|survey|prize) "
        ),
    ),
)
"""What each paragraph is about; a flag that says so makes the step false unless it is said to be true and meant."""

_TRUE = (
    r" (true|accurate|correct|truthful|genuine|actual|lawful|properly|correctly|accurately|"
    r"truthfully|real|is an attorney|from an attorney|licensed) "
)


def false_means(case: Case) -> Finding:
    """12 CFR 1006.18(a)-(d)."""
    action = _step(case)
    if action is None:
        return unknown("1006.18 speaks about a step, and none is given.")
    if within(case.rule, ("18", "f")):
        return assumed_name(case)
    social = _social_identity(case, action)
    if social is not None:
        return social
    flags = as_list(action.get("content_flags", "flags"))
    line = words(
        [
            flags,
            action.get("content", "says", "represents", "claims", "threatens", "script", "contents", "statement"),
            [name for name, value in action.raw.items() if value is True],
        ]
    )
    lawful = action.yes("action_lawful", "lawful", "is_lawful", "legally_permitted", "action_is_lawful")
    meant = action.yes(
        "intends_to_take_action",
        "intended",
        "intends",
        "action_intended",
        "intends_action",
        "creditor_intends_to_take_action",
    )
    not_lawful = action.denied(
        "action_lawful", "lawful", "is_lawful", "legally_permitted", "action_is_lawful", "can_legally_be_taken"
    )
    not_meant = action.denied("intends_to_take_action", "intended", "intends", "action_intended", "intends_action")
    if not_lawful or not_meant:
        return barred(FALSE)
    if within(case.rule, ("18", "b", "3")) or within(case.rule, ("18", "c", "1")):
        says_lawful = (
            says(line, r" (lawful|legal) ")
            and says(line, r" intend\w* ")
            and not says(line, r" (not|unlawful|never|without) ")
        )
        if (lawful and meant) or says_lawful:
            return free(FALSE)
        if (lawful or meant) and not (action.has("lawful", "action_lawful") and action.has("intended", "intends")):
            if not flags:
                return free(FALSE)
    if flags:
        innocent = all(
            says(words(flag), _TRUE) and not says(words(flag), r" (not|false\w*|other than|un\w+ful) ")
            for flag in flags
        )
        if innocent:
            return free(FALSE)
        if all(_marked_dispute(words(flag)) for flag in flags):
            return free(FALSE)
        return barred(FALSE)
    for name in ("true", "is_true", "accurate", "statement_true", "representation_true"):
        if name in action.raw:
            return free(FALSE) if truth(action.raw[name]) is True else barred(FALSE)
    if action.yes("false", "misleading", "deceptive", "falsely", "is_false"):
        return barred(FALSE)
    for place, pattern in _FALSE:
        if (within(case.rule, place) or within(place, case.rule)) and _claims(action, pattern):
            return barred(FALSE)
    return _particulars(case, action) or free(FALSE)


def _marked_dispute(line: str) -> bool:
    return says(line, r" (with|marked|marks|notes|communicates) (\w+ )?(disput\w*|mark) ") and not says(
        line, r" without "
    )


def _claims(action: Event, pattern: str) -> bool:
    """A field that says a false thing was said, such as `falsely_claims_attorney: true`."""
    for name, value in action.raw.items():
        if (
            value is True
            and says(name, pattern)
            and says(
                name,
                (
                    r" (false\w*|fake\w*|pos(e|es|ing)|impl\w+|represent\w*|simulat\w*|threat\w*|claim\w*|"
                    r"pretend\w*|uses|overstat\w*|misstat\w*|omit\w*|without|indicat\w*) "
                ),
            )
            and not says(name, _TRUE)
        ):
            return True
    return False


def _particulars(case: Case, action: Event) -> Finding | None:
    if within(case.rule, ("18", "c", "2")):
        disputed = case.states("debt_disputed", "disputed", "known_disputed")
        if disputed is None:
            about = case.debts_of(action)
            disputed = any(truth(case.debts.get(debt, {}).get("disputed")) is True for debt in about) or None
            disputed = disputed or any(event.kind == "dispute" for event in case.until_action) or None
        if disputed and action.no(
            "marked_disputed",
            "dispute_mark",
            "communicates_dispute",
            "notes_dispute",
            "states_disputed",
            "marks_disputed",
        ):
            return barred(FALSE)
    if within(case.rule, ("18", "c", "4")):
        used, own = (
            action.get("name_used", "business_name", "company_name"),
            case.fact("business_name", "true_name", "legal_name"),
        )
        names = {
            str(entry).strip().lower()
            for entry in [own, *as_list(case.fact("trade_names", "doing_business_as"))]
            if entry
        }
        if used and names:
            return free(FALSE) if str(used).strip().lower() in names else barred(FALSE)
    if within(case.rule, ("18", "b", "2")):
        stated, owed = (
            action.get("amount_stated", "stated_amount", "amount"),
            action.get("amount_owed", "true_amount", "actual_amount"),
        )
        if owed is None:
            owed = next(
                (debt.get("balance", debt.get("amount", debt.get("current_amount"))) for debt in case.debts.values()),
                None,
            )
        if stated is not None and owed is not None:
            return free(FALSE) if str(stated) == str(owed) else barred(FALSE)
    return None


def _social_identity(case: Case, action: Event) -> Finding | None:
    """Comment 18(d)-1: contact requests say who they come from; location messages use a true profile."""
    if medium_of(action) != SOCIAL and not action.kind.startswith("social"):
        return None
    if action.has(
        "profile_accurately_identifies_individual",
        "profile_identifies_individual_name",
        "profile_accurate",
        "profile_identifies_individual",
        "accurate_profile",
        "profile_accurately_identifies_individual_name",
    ):
        honest = action.yes(
            "profile_accurately_identifies_individual",
            "profile_identifies_individual_name",
            "profile_accurate",
            "profile_identifies_individual",
            "accurate_profile",
            "profile_accurately_identifies_individual_name",
        )
        return free(FALSE) if honest else barred(FALSE)
    profile = words([action.get("profile", "profile_name", "account_profile")])
    if says(profile, r" (false|fake|fictitious|pseudonym|invented|other|friend|stolen|anonymous) "):
        return barred(FALSE)
    told = (
        "discloses_debt_collector_identity",
        "discloses_identity",
        "identifies_as_debt_collector",
        "discloses_debt_collector",
        "discloses_collector_identity",
    )
    if action.has(*told):
        if role_of(case, recipient_of(action), action) != CONSUMER:
            return None
        return free(FALSE) if action.yes(*told) else barred(FALSE)
    return None


def assumed_name(case: Case) -> Finding:
    """12 CFR 1006.18(f): an assumed name used consistently by an employee whom the collector can readily identify."""
    action = _step(case)
    if action is None:
        return unknown("1006.18(f) speaks about a step, and none is given.")
    line = flagged(action)
    for name, value in action.raw.items():
        if truth(value) is False and says(name, r" (consistent\w*|identif\w*|traceable|readily|same) "):
            return barred(ALIAS)
        if truth(value) is True and says(
            name, r" (inconsistent\w*|several|multiple|different|shared) (\w+ )?(names?|aliases)? "
        ):
            return barred(ALIAS)
    if says(
        line,
        (
            r" (inconsistent\w*|cannot (be )?identif\w*|not (readily )?identif\w*|untraceable|varies|"
            r"changing|different names?|shared by) "
        ),
    ):
        return barred(ALIAS)
    return free(ALIAS)


# ── 22 ───────────────────────────────────────────────────────────────────


def unfair_means(case: Case) -> Finding:
    """12 CFR 1006.22: the paragraph under test."""
    action = _step(case)
    if action is None:
        return unknown("1006.22 speaks about a step, and none is given.")
    for place, rule in (
        (("22", "b"), amounts),
        (("22", "c"), postdated),
        (("22", "d"), concealed_charges),
        (("22", "e"), property_taken),
        (("22", "f", "1"), postcard),
        (("22", "f", "2"), envelope),
        (("22", "f", "3"), employer_address),
        (("22", "f", "4"), social_media),
        (("22", "g"), revealing),
    ):
        if within(case.rule, place):
            return rule(case)
    for rule in (
        postcard,
        envelope,
        social_media,
        employer_address,
        amounts,
        postdated,
        concealed_charges,
        property_taken,
    ):
        finding = rule(case)
        if finding.answer != "allowed":
            return finding
    return free("us.reg_f.unfair_means")


def revealing(case: Case) -> Finding:
    """12 CFR 1006.22(g): the collector's name in a message within the procedures is no unfair means."""
    from arrears.law.audit.electronic import procedure_is_met

    finding = procedure_is_met(case)
    if case.ask.get("kind") == "safe_harbor" or finding.answer is None:
        return finding
    return free("us.reg_f.unfair_means") if finding.answer == "safe_harbor" else barred("us.reg_f.unfair_means")


def amounts(case: Case) -> Finding:
    """12 CFR 1006.22(b): only what the agreement expressly authorizes or the law permits."""
    action = _step(case)
    assert action is not None
    basis = words([action.get("basis", "authorized_by", "authority", "authorised_by", "content_flags")])
    yes = (
        action.yes(
            "expressly_authorized_by_agreement",
            "authorized_by_agreement",
            "permitted_by_law",
            "authorised_by_agreement",
            "authorized_by_law",
            "authorized",
            "agreement_authorizes",
            "law_permits",
            "expressly_authorized",
        )
        or case.states(
            "agreement_authorizes_fee",
            "fee_authorized_by_agreement",
            "permitted_by_law",
            "agreement_expressly_authorizes",
        )
        is True
    )
    if yes or (says(basis, r" (agreement|contract|law|statute) ") and not says(basis, r" (not|no|neither|un\w+) ")):
        return free(AMOUNTS)
    for holder in (action.raw, case.facts):
        for name, value in holder.items():
            if says(name, r" (authori[sz]e\w*|permitted|permits) ") and truth(value) is False:
                return barred(AMOUNTS)
    if says(flagged(action), r" (unauthori[sz]ed|not authori[sz]ed|not permitted) "):
        return barred(AMOUNTS)
    if action.has("authorized_by", "basis", "authority") and not says(basis, r" \w"):
        return barred(AMOUNTS)
    charges = says(
        words([action.kind, action.get("component", "what", "fee", "charge", "amount_type")]),
        r" (fee|charge|interest|expense|convenience) ",
    )
    return barred(AMOUNTS) if charges and within(case.rule, ("22", "b")) else free(AMOUNTS)


def _postdated_days(case: Case, action: Event) -> tuple[int | None, date | None]:
    stated = action.get("postdated_days", "postdated_by_days", "days_postdated")
    dated = as_day(
        action.get("check_date", "instrument_date", "dated", "postdate", "date_on_check", "instrument_dated")
    )
    if dated is None:
        for event in reversed(case.until_action):
            dated = dated or as_day(
                event.get("check_date", "instrument_date", "dated", "postdate", "date_on_check", "instrument_dated")
            )
    if stated is not None:
        return int(stated), dated
    return ((dated - case.day(action.at)).days if dated else None), dated


def postdated(case: Case) -> Finding:
    """12 CFR 1006.22(c): notice of three to ten days before deposit, no early deposit, no solicitation to prosecute."""
    action = _step(case)
    assert action is not None
    line = words([flagged(action), action.kind])
    if says(line, r" (solicit\w*) ") or (
        says(line, r" (criminal prosecution|prosecut\w*) ") and not says(line, r" (not|no|without) ")
    ):
        prosecute = says(line, r" (prosecut\w*|criminal) ") and not says(
            line, r" (not|no|without) (\w+ ){0,2}(prosecut\w*|criminal) "
        )
        return barred(POSTDATED) if prosecute else free(POSTDATED)
    days, dated = _postdated_days(case, action)
    deposits = says(line, r" (deposit\w*|cash|present\w*) ") and not says(line, r" accept\w* ")
    if deposits:
        if dated is not None and case.day(action.at) < dated:
            return barred(POSTDATED)
        return _noticed(case, case.day(action.at), dated, action)
    if days is not None and days <= number(POSTDATED, "postdated_more_than_days"):
        return free(POSTDATED)
    if days is None and not says(line, r" postdat\w* "):
        return free(POSTDATED)
    promised = action.get(
        "notice",
        "will_notify_in_writing",
        "written_notice",
        "notice_planned",
        "written_notice_of_deposit",
        "notified_in_writing",
        "written_notice_given",
    )
    if truth(promised) is False:
        return barred(POSTDATED)
    lead = action.get(
        "notice_business_days_before_deposit", "notice_days_before_deposit", "notice_business_days", "notice_days"
    )
    if lead is not None:
        return free(POSTDATED) if _in_span(int(lead)) else barred(POSTDATED)
    deposit_on = as_day(action.get("deposit_on", "deposit_date", "planned_deposit_date", "intended_deposit_date"))
    notice_on = as_day(action.get("notice_on", "notice_date", "notice_sent_on", "written_notice_on"))
    if deposit_on and notice_on:
        return free(POSTDATED) if _in_span(business_days_between(notice_on, deposit_on)) else barred(POSTDATED)
    if truth(promised) is True:
        return free(POSTDATED)
    return _noticed(case, deposit_on or dated or case.day(action.at), dated, action)


def _in_span(days: int) -> bool:
    return number(POSTDATED, "notice_at_least_days") <= days <= number(POSTDATED, "notice_at_most_days")


def _noticed(case: Case, deposit_on: date, dated: date | None, action: Event) -> Finding:
    received = [
        event for event in case.until_action if says(event.kind, r" (payment|check|instrument|accept\w*|receiv\w*) ")
    ]
    if dated is not None and received:
        by = (dated - case.day(received[0].at)).days
        if by <= number(POSTDATED, "postdated_more_than_days"):
            return free(POSTDATED)
    notices = [
        event
        for event in case.until_action
        if event.says(r" notice ") and event.kind not in ("validation_notice_mailed",)
    ]
    given = as_day(action.get("notice_on", "notice_date", "notice_sent_on"))
    days = [
        case.day(event.at)
        for event in notices
        if not event.denied("in_writing", "written") and not event.says(r" (oral|telephone|phone) ")
    ]
    if given is not None:
        days.append(given)
    good = [day for day in days if _in_span(business_days_between(day, deposit_on))]
    return free(POSTDATED, *notices) if good else barred(POSTDATED, *notices)


def concealed_charges(case: Case) -> Finding:
    """12 CFR 1006.22(d)."""
    action = _step(case)
    assert action is not None
    line = flagged(action)
    charges = says(line, r" (collect call|collect|charge\w*|telegram|fee|cost\w*|reverse) ")
    hides = says(line, r" (conceal\w*|hid\w*|disguis\w*|pretext\w*|false purpose|without disclosing|misrepresent\w*) ")
    hides = hides or action.denied("discloses_true_purpose", "true_purpose_disclosed", "purpose_disclosed")
    if action.yes("purpose_concealed", "conceals_true_purpose", "conceals_purpose") and charges:
        return barred(CHARGES)
    return barred(CHARGES) if charges and hides else free(CHARGES)


def property_taken(case: Case) -> Finding:
    """12 CFR 1006.22(e)."""
    action = _step(case)
    assert action is not None
    for holder in (action.raw, case.facts):
        for name, value in holder.items():
            if says(name, r" (right|intention|intends?|enforceable|interest|present) ") and truth(value) is False:
                return barred(PROPERTY)
            if says(name, r" exempt ") and truth(value) is True:
                return barred(PROPERTY)
    line = flagged(action)
    if says(
        line,
        (
            r" (no (present )?(right|intention)|without (right|intention)|exempt|unenforceable|"
            r"not enforceable|no security interest) "
        ),
    ) and not says(line, r" not exempt "):
        return barred(PROPERTY)
    return free(PROPERTY)


def postcard(case: Case) -> Finding:
    """12 CFR 1006.22(f)(1)."""
    action = _step(case)
    assert action is not None
    card = (
        action.kind == "postcard"
        or action.yes("postcard", "is_postcard")
        or says(words(action.get("form", "format", "type", "medium")), r" postcard ")
    )
    return barred(POSTCARD) if card else free(POSTCARD)


_POSTAL = (
    r" (address|name and address|debtors? name|consumers? name|postage|stamp|forwarding|"
    r"correction|barcode|mail barcode|"
    r"intelligent|return|window|po box|postal|first class|presort\w*|usps|zip) "
)


def envelope(case: Case) -> Finding:
    """12 CFR 1006.22(f)(2) and its comment: the address, an innocuous business name, and what helps the mail."""
    action = _step(case)
    assert action is not None
    held = action.get("envelope", "envelope_shows", "envelope_text", "envelope_language")
    if held is None:
        return free(ENVELOPE)
    if isinstance(held, Mapping):
        return free(ENVELOPE) if all(_may_show(case, name, value) for name, value in held.items()) else barred(ENVELOPE)
    return free(ENVELOPE) if all(_may_show(case, str(item), True) for item in as_list(held)) else barred(ENVELOPE)


def _may_show(case: Case, name: str, value: Any) -> bool:
    name = name.replace("debt_collector", "sender").replace("collector", "sender").replace("debtor", "consumer")
    line = words([name, value if not isinstance(value, bool) else None])
    if isinstance(value, list):
        return all(_may_show(case, str(item), True) for item in value)
    if value is None or value is False or value == "":
        return True
    if says(name, r" indicates ") or says(
        line,
        (
            r" (debt|collect\w*|collections?|past due|overdue|final notice|urgent|delinquen\w*|legal|"
            r"important|immediate|confidential|personal and) "
        ),
    ):
        plain = says(line, r" (innocuous|neutral) ")
        return plain or says(line, r" (not|does not|no) (\w+ )?(indicat\w*|debt|collect\w*) ")
    if says(line, r" (business name|company name|collectors? name|name) ") and not says(line, _POSTAL):
        tells = truth(case.fact("name_indicates_debt_collection", "business_name_indicates_debt_collection"))
        return tells is not True and not says(line, r" (debts?|collections?|recovery|receivables) ")
    if says(line, _POSTAL):
        return True
    return not says(line, r" (logo|symbol|slogan|red|stamp|message|text|language|amount|account) ") and says(
        line, r" (plain|none|blank|nothing) "
    )


def social_media(case: Case) -> Finding:
    """12 CFR 1006.22(f)(4): nothing that the public or the person's contacts can see, a mere attempt included."""
    action = _step(case)
    assert action is not None
    if medium_of(action) != SOCIAL and not action.kind.startswith("social"):
        return free(SOCIAL_MEDIA)
    seen = words([action.get("viewable_by", "visible_to", "audience", "visibility")])
    if says(seen, r" (public|contacts?|friends?|everyone|followers?|anyone|group|connections) ") and not says(
        seen, r" (not|only recipient|recipient only|nobody) "
    ):
        return barred(SOCIAL_MEDIA)
    if action.yes(
        "viewable_by_public", "viewable_by_contacts", "public", "viewable_by_general_public", "visible_to_contacts"
    ):
        return barred(SOCIAL_MEDIA)
    if action.denied("private") or (
        action.kind in ("social_media_post", "social_media_comment", "social_media_tag")
        and not seen.strip()
        and not action.yes("private")
    ):
        return barred(SOCIAL_MEDIA)
    return free(SOCIAL_MEDIA)


def notice_days(case: Case) -> Finding:
    """`date` under 22(c): the first or last day on which the notice of deposit may be sent."""
    which = words(case.ask.get("which"))
    steps = [*([case.action] if case.action else []), *reversed(case.events)]
    deposit = next(
        (
            day
            for day in (as_day(step.get("deposit_on", "deposit_date", "planned_deposit_date")) for step in steps)
            if day
        ),
        None,
    )
    if deposit is None:
        return unknown("The day of the deposit is not given.")
    earliest = says(which, r" (earliest|first) ")
    span = number(POSTDATED, "notice_at_most_days" if earliest else "notice_at_least_days")
    return answered(f"date={business_days_on(deposit, -span)}", POSTDATED)


__all__ = ["false_means", "harassment", "notice_days", "timedelta", "unfair_means"]

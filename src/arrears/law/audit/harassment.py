"""Conduct that harasses, and calls without a name: 12 CFR 1006.14(a), (c)-(g)."""

from __future__ import annotations

from datetime import date

from arrears.law.audit.case import Case, Event
from arrears.law.audit.communicate import is_limited
from arrears.law.audit.figures import number
from arrears.law.audit.media import TELEPHONE, medium_of
from arrears.law.audit.people import CRA, recipient_of, role_of
from arrears.law.audit.said import flagged, proposed_step
from arrears.law.audit.verdict import Finding, barred, free, unknown
from arrears.law.audit.words import says, words

HARASS = "us.reg_f.harassment"
VIOLENCE = "us.reg_f.violence"
OBSCENE = "us.reg_f.obscene_language"
LIST = "us.reg_f.debtor_list"
ADVERTISE = "us.reg_f.coercive_advertising"
CALLER = "us.reg_f.caller_identity"


def harassment(case: Case) -> Finding:
    """12 CFR 1006.14(a): any conduct whose natural consequence is to harass, also by its sum (comments 14(a)-1, -2)."""
    from arrears.law.audit.calls import presumption
    from arrears.law.audit.rebuttal import CUMULATIVE, flags_for

    if case.ask.get("kind") in ("presumption", "count"):
        from arrears.law.audit.calls import calls_rule

        return calls_rule(case)
    action = proposed_step(case)
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
    action = proposed_step(case)
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
    action = proposed_step(case)
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
    action = proposed_step(case)
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
    action = proposed_step(case)
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
    action = proposed_step(case)
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

"""Through whom: a consumer whom an attorney represents, 12 CFR 1006.6(b)(2)."""

from __future__ import annotations

from arrears.law.audit.case import Case, Event
from arrears.law.audit.people import CONSUMER, recipient_of, role_of
from arrears.law.audit.prior_consent import lifted
from arrears.law.audit.replies import answers
from arrears.law.audit.verdict import Finding, barred, free, unknown
from arrears.law.audit.words import as_list, says, truth, words

ATTORNEY = "us.reg_f.attorney"


def attorney_known(case: Case) -> Event | bool | None:
    """The event (or True, a fact) by which the collector knows of the attorney for a debt of this step."""
    action = case.action
    known: Event | bool | None = None
    about = set(case.debts_of(action)) if action is not None else set(case.debts)
    fact = case.fact("represented_by_attorney", "attorney", "consumer_represented")
    if truth(fact) is True and not says(fact, r" (not|unknown|none) "):
        known = True
        if isinstance(fact, dict) and fact.get("debts") and not about & set(map(str, as_list(fact["debts"]))):
            known = None
    for event in case.until_action:
        line = words([event.get("fact", "finding", "statement", "content", "request", "info")])
        if not says(line, r" (attorney|represent\w*|lawyer|counsel|pro se|unrepresented) "):
            continue
        if event.kind not in (
            "knowledge",
            "consumer_statement",
            "consumer_request",
            "determination",
            "email",
            "letter",
        ):
            continue
        covers = not event.debts or not about or bool(about & set(event.debts))
        ended = (
            r" (no longer|not represented|unrepresented|withdrew|withdrawn|ended|terminated|dismissed|fired|ceased) "
        )
        if says(line, ended) or says(line, r" not (been )?represent"):
            if covers:
                known = None
        elif says(line, r" (fail\w*|consent\w*|respond\w*|permission|permits) "):
            continue
        elif covers and _identified(event):
            known = event
    return known


def _identified(event: Event) -> bool:
    identified = event.get("attorney_identified", "attorney_name_known", "name_and_address_known", "attorney_known")
    ascertain = event.get("readily_ascertainable", "can_readily_ascertain", "attorney_readily_ascertainable")
    if truth(identified) is False:
        return truth(ascertain) is True
    return True


_ATTORNEY_SILENT = r" (fail\w*|no|not|never|without) (\w+ ){0,3}(respon\w*|repl\w*|answer\w*)"


def attorney_opens(case: Case) -> Event | bool | None:
    """(b)(2)(i), (ii): the attorney did not respond in reasonable time, or consented."""
    for name in ("attorney_failed_to_respond", "attorney_failed_to_respond_in_reasonable_time", "attorney_consents"):
        if case.states(name) is True:
            return True
    found: Event | None = None
    for event in case.until_action:
        who = event.get("given_by", "consented_by", "source")
        line = words([event.kind, event.get("finding", "fact", "content", "scope", "request", "words"), event.by, who])
        if not says(line, r" (attorney|lawyer|counsel) "):
            continue
        if says(line, r" within (a )?reasonable (time|period) not | still within | not yet "):
            continue
        if says(line, _ATTORNEY_SILENT):
            found = event
        if says(line, r" (respond\w*|replied|answered) ") and not says(line, _ATTORNEY_SILENT):
            found = None
        agreed = says(line, r" (consent\w*|permi\w+|agree\w*|allow\w*|authori\w+) ")
        if agreed and not says(line, r" (not|no|refus\w+|den\w+|withdr\w+|revok\w+) ") and event.by != "consumer":
            found = event
        if agreed and says(line, r" (withdr\w+|revok\w+) "):
            found = None
    return found


def attorney_permits(case: Case) -> Finding:
    """12 CFR 1006.6(b)(2) with (i) and (ii), and comment 6(b)(2)-1: the consumer's own message may be answered."""
    action = case.action
    if action is None:
        return unknown("1006.6(b)(2) speaks about a step, and none is proposed.")
    if role_of(case, recipient_of(action), action) != CONSUMER:
        return free(ATTORNEY)
    known = attorney_known(case)
    if known is None or known is False:
        return free(ATTORNEY)
    event = known if isinstance(known, Event) else None
    opened = attorney_opens(case)
    if opened:
        return free(ATTORNEY, opened if isinstance(opened, Event) else None)
    opening = lifted(case, "attorney", since=event)
    if opening is not None:
        return opening
    since = event.at if event is not None else None

    def later(contact: Event) -> bool:
        return since is None or contact.at >= since

    reply = answers(case, inside=later) or (
        answers(case, same_medium=False, inside=later) if _says_reply(action) else None
    )
    if reply is not None and reply is not event:
        return free(ATTORNEY, reply)
    return barred(ATTORNEY, event)


def _says_reply(action: Event) -> bool:
    return action.yes("in_reply_to_consumer", "response_to_consumer", "in_response_to_consumer", "reply_to_consumer")

"""Opting out of electronic messages: who has, and whether a message says how. 12 CFR 1006.6(e)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from arrears.law.audit.case import Case, Event
from arrears.law.audit.media import (
    EMAIL,
    TEXT,
    is_consumers,
    is_electronic,
    medium_of,
    named_medium,
)
from arrears.law.audit.verdict import Finding, barred, free, unknown
from arrears.law.audit.words import as_list, says, truth, words

OPT_OUT_NOTICE = "us.reg_f.opt_out_notice"


def same_address(event: Event, action: Event) -> bool:
    named, used = event.address or event.number, action.address or action.number
    return named is None or used is None or named == used


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
            if not same_address(event, action):
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

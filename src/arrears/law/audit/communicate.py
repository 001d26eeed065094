"""
What is a communication, what is a limited-content message, and which words each must carry.

12 CFR 1006.2(b), (d), (j) and 1006.18(e); whom the regulation binds, 1006.2(e), (h), (i).
"""

from __future__ import annotations

from collections.abc import Mapping

from arrears.law.audit.case import Case, Event, paragraph, within
from arrears.law.audit.figures import names
from arrears.law.audit.media import EMAIL, MAIL, SOCIAL, TELEPHONE, TEXT, WEB, is_collectors, medium_of, named_medium
from arrears.law.audit.people import CONSUMER, recipient_of, role_of
from arrears.law.audit.verdict import (
    LIMITED,
    NOT_REQUIRED,
    REQUIRED,
    UNLIMITED,
    Finding,
    answered,
    barred,
    free,
    unknown,
)
from arrears.law.audit.words import as_list, says, truth, words

LIMITED_CONTENT = "us.reg_f.limited_content"
COMMUNICATION = "us.reg_f.communication"
ATTEMPT = "us.reg_f.attempt"
FIRST = "us.reg_f.initial_disclosure"
LATER = "us.reg_f.later_disclosure"
PLEADING = "us.reg_f.disclosure_pleading"
LANGUAGES = "us.reg_f.disclosure_languages"
COVERAGE = "us.reg_f.debt_collector"
DEBT = "us.reg_f.debt"


# ── limited-content messages ─────────────────────────────────────────────


def _component(value: object) -> str:
    """Fields name the parts of a message in several ways; each is brought to the rule's own list."""
    line = words(value)
    patterns = (
        (r" (any representative|representatives|associates|any associate) ", "any_representative"),
        (
            r" (suggested|reply times?|times to reply|dates to reply|best time|callback times?|call back times?) ",
            "suggested_reply_times",
        ),
        (r" (date|time|date time|timestamp) (of|and)? ?", "date_time"),
        (r" (salutation|greeting|hello|hi) ", "salutation"),
        (
            (
                r" (reply request|request to reply|request reply|callback request|call back request|"
                r"request (to )?call|request for reply) "
            ),
            "reply_request",
        ),
        (
            (
                r" (reply number|telephone number|phone number|callback number|number to reply|"
                r"call back number|contact number) "
            ),
            "reply_number",
        ),
        (r" (business|company) name ", "business_name"),
        (
            (
                r" (contact person|person name|natural person|individual name|agent name|caller name|"
                r"employee name|names? of (a )?person|contact name) "
            ),
            "contact_person_name",
        ),
    )
    own = " ".join(line.split()).replace(" ", "_")
    known = {*names(LIMITED_CONTENT, "required"), *names(LIMITED_CONTENT, "optional")}
    if own in known:
        return own
    if says(
        line,
        (
            r" (consumer|debtor|account|balance|debt|creditor|amount|credit|collect\w*|payment|"
            r"department|group|legal|urgent) "
        ),
    ):
        return own
    for pattern, name in patterns:
        if says(line, pattern):
            return name
    return own


def limited_content(case: Case, event: Event | None = None) -> Finding:
    """12 CFR 1006.2(j): a voicemail for a consumer with all of (j)(1), any of (j)(2) and nothing else."""
    message = event if event is not None else (case.action or (case.events[-1] if case.events else None))
    if message is None:
        return unknown("No message is given.")
    if not _is_voicemail(message):
        return answered(UNLIMITED, LIMITED_CONTENT, message)
    if role_of(case, recipient_of(message), message) != CONSUMER or message.yes(
        "known_third_party_number", "knowingly_third_party"
    ):
        return answered(UNLIMITED, LIMITED_CONTENT, message)
    owner = [value for name, value in message.raw.items() if says(name, r" (owner|belongs?|belong|known) ")]
    if message.yes("number_known_to_belong_to_third_party") or says(
        words(owner), r" (third|friend|relative|neighbou?r) "
    ):
        return answered(UNLIMITED, LIMITED_CONTENT, message)
    if _name_tells(case, message):
        return answered(UNLIMITED, LIMITED_CONTENT, message)
    listed = message.get("components", "content", "contents", "parts", "includes", "elements")
    if listed is None:
        named = words([message.get("outcome", "intended_outcome"), message.kind])
        if says(named, r" limited content "):
            return answered(LIMITED, LIMITED_CONTENT, message)
        return unknown("What the message says is not given part by part.")
    if isinstance(listed, Mapping):
        listed = [name for name, value in listed.items() if truth(value) is True]
    parts = {_component(part) for part in as_list(listed)}
    required = set(names(LIMITED_CONTENT, "required"))
    optional = set(names(LIMITED_CONTENT, "optional"))
    cut_short = message.denied("complete") or message.yes("cut_off", "partial", "interrupted")
    other = truth(message.get("other_content", "additional_content", "extra")) is True
    whole = required <= parts and parts <= required | optional and not cut_short and not other
    return answered(LIMITED if whole else UNLIMITED, LIMITED_CONTENT, message)


def _is_voicemail(event: Event) -> bool:
    if "voicemail" in event.kind:
        return True
    line = words([event.get("outcome", "intended_outcome"), event.get("medium", "channel", "via")])
    if event.kind in ("call_attempt", "message"):
        return says(line, r" voicemail ") or (event.has("components") and event.kind == "call_attempt")
    return False


def _name_tells(case: Case, message: Event) -> bool:
    """(j)(1)(i): a name that shows the business of collecting debts."""
    for holder in (message.raw, case.facts.get("collector") or {}):
        if isinstance(holder, Mapping):
            for name in (
                "name_indicates_debt_collection",
                "business_name_indicates_debt_collection",
                "indicates_debt_collection",
            ):
                if name in holder:
                    return truth(holder[name]) is True
    name = words(message.get("business_name") or case.fact("business_name"))
    return says(name, r" (debts?|collections?|collectors?|recovery|receivables?|recoveries) ")


def is_limited(case: Case, event: Event) -> bool:
    """Whether an event left a limited-content message and nothing more."""
    line = words([event.get("outcome", "intended_outcome", "content"), event.kind])
    if says(line, r" limited content ") and not says(line, r" not limited "):
        return True
    return event.has("components") and limited_content(case, event).answer == LIMITED


# ── what conveys information regarding a debt ────────────────────────────


def is_communication(case: Case, event: Event) -> bool:
    """12 CFR 1006.2(d) and comment 2: information regarding a debt is conveyed, to any person, by any medium."""
    stated = event.get(
        "conveys_debt_information", "discloses_debt", "mentions_debt", "information_regarding_debt", "about_debt"
    )
    line = words([event.get("content", "outcome", "intended_outcome", "topic"), event.kind])
    if says(line, r" (marketing|advertis\w*|promotion\w*) ") and (stated is None or truth(stated) is False):
        return says(line, r" (specific debt|about the debt|mentions debt|balance) ") and not says(
            line, r" (without|no) (any )?(specific|debt) "
        )
    if is_limited(case, event):
        return False
    if stated is not None:
        return truth(stated) is True
    if event.kind in (
        "conversation",
        "initial_communication",
        "communication",
        "respond_on_inbound_call",
        "answer_inbound_call",
    ):
        return True
    if event.kind == "inbound_call":
        return says(line, r" (conversation|communicat\w*|speaks|talk\w*) ") or event.yes("answered", "communicates")
    if event.kind in ("call_attempt", "ringless_voicemail"):
        return says(line, r" (conversation|spoke|voicemail|recorded message|message) ") and not says(
            line, r" (limited content|unable|partial|without) "
        )
    if event.kind in ("validation_notice_mailed", "send_validation_notice", "validation_notice_sent"):
        return True
    if event.kind in ("disclosure_of_debt", "voicemail"):
        return True
    return medium_of(event) in (EMAIL, TEXT, MAIL, SOCIAL, WEB)


def is_pleading(event: Event) -> bool:
    """A formal pleading in a civil action; a proof of claim is one (comment 34(b)(2)-1)."""
    line = words([event.kind, event.get("content", "document", "form", "purpose", "type")])
    return says(
        line,
        r" (pleading|complaint filed|proof of claim|summons and complaint|formal pleading|court filing|answer filed) ",
    ) or event.kind in (
        "file_proof_of_claim",
        "formal_pleading",
        "file_lawsuit",
        "pleading",
        "serve_complaint",
    )


def with_consumer(case: Case, event: Event) -> bool:
    return role_of(case, recipient_of(event), event) == CONSUMER


def earlier_communications(case: Case) -> list[Event]:
    """Communications between collector and consumer before the step, whoever began them."""
    found: list[Event] = []
    action = case.action
    for event in case.events:
        if action is not None and (event.at > action.at or event is action):
            continue
        if action is not None and event.at == action.at and event.kind == "inbound_call":
            continue
        ours = is_collectors(case, event.by) or event.kind in ("conversation", "initial_communication")
        if (
            event.kind in ("call_attempt", "inbound_call", "voicemail")
            and not says(words(event.get("outcome")), r" (conversation|voicemail) ")
            and event.kind != "voicemail"
        ):
            continue
        if (
            ours
            and not is_pleading(event)
            and _about_same(case, event)
            and is_communication(case, event)
            and (event.kind in ("conversation", "initial_communication", "communication") or with_consumer(case, event))
        ):
            found.append(event)
    return found


def _about_same(case: Case, event: Event) -> bool:
    action = case.action
    if action is None or not event.debts or not action.debts:
        return True
    return bool(set(event.debts) & set(action.debts))


_SPEECH = (TELEPHONE, "in_person")


def _written(event: Event) -> bool:
    medium = medium_of(event) or named_medium(event.get("medium", "channel"))
    if medium is None:
        return event.kind not in ("conversation", "initial_communication", "communication")
    return medium not in _SPEECH


def disclosure_wanted(case: Case) -> tuple[bool, bool, str]:
    """Whether (e)(1) and (e)(2) call for their words in the step, and the provision that decides."""
    action = case.action
    assert action is not None
    if is_pleading(action):
        return False, False, PLEADING
    if not is_communication(case, action):
        return False, False, COMMUNICATION
    earlier = earlier_communications(case)
    if not earlier:
        return True, False, FIRST
    first_written = _written(action) and not any(_written(event) for event in earlier)
    first_was_oral = not _written(earlier[0])
    if first_written and first_was_oral:
        return True, False, FIRST
    return False, True, LATER


def disclosure(case: Case) -> Finding:
    """`disclosure`: required or not, for 1006.18(e)(1), (e)(2) or either."""
    if case.action is None:
        return unknown("1006.18(e) speaks about a communication, and none is given.")
    which = paragraph(case.ask.get("which")) or case.rule
    first, later, provision = disclosure_wanted(case)
    if within(which, ("18", "e", "1")):
        wanted = first
    elif within(which, ("18", "e", "2")):
        wanted = later
    elif within(which, ("6", "e")):
        from arrears.law.audit.media import is_electronic

        return answered(REQUIRED if is_electronic(case.action) else NOT_REQUIRED, "us.reg_f.opt_out_notice")
    else:
        wanted = first or later
    return answered(REQUIRED if wanted else NOT_REQUIRED, provision, *earlier_communications(case))


def languages_match(case: Case) -> Finding:
    """12 CFR 1006.18(e)(4): the disclosure in every language of the communication, completely and accurately."""
    action = case.action
    if action is None:
        return unknown("1006.18(e)(4) speaks about a communication, and none is given.")
    if action.denied(
        "translation_complete", "translation_accurate", "translation_complete_and_accurate", "complete_and_accurate"
    ):
        return barred(LANGUAGES)
    spoken = {
        str(entry).lower()[:2] for entry in as_list(action.get("languages", "language", "communication_languages"))
    }
    told = {str(entry).lower()[:2] for entry in as_list(action.get("disclosure_languages", "disclosure_language"))}
    if not spoken or spoken <= told:
        return free(LANGUAGES)
    return barred(LANGUAGES)


def disclosure_is_made(case: Case) -> Finding:
    """`may_act` under 18(e): the words that are called for are not left out."""
    action = case.action
    if action is None:
        return unknown("1006.18(e) speaks about a communication, and none is given.")
    if within(case.rule, ("18", "e", "4")) or action.has("disclosure_languages"):
        return languages_match(case)
    first, later, provision = disclosure_wanted(case)
    if not first and not later:
        return free(provision)
    made = action.get("collector_disclosure", "disclosure", "disclosure_given", "disclosures")
    stated = action.has("collector_disclosure", "disclosure", "disclosure_given", "disclosures")
    if not stated:
        return free(provision)
    given = paragraph(made)
    if within(given, ("18", "e")) and len(given) > 2:
        if first and given[2] != "1":
            return barred(provision)
        return free(provision)
    return free(provision) if truth(made) is True else barred(provision)


# ── coverage ─────────────────────────────────────────────────────────────


def covered(case: Case) -> Finding:
    """12 CFR 1006.2(h), (i): whether the regulation speaks about this debt and this collector at all."""
    for debt in case.debts.values():
        purpose = words([debt.get("purpose"), debt.get("type")])
        if says(purpose, r" (business|commercial|agricultural|trade) ") and not says(
            purpose, r" (personal|household|family) "
        ):
            return answered(NOT_REQUIRED, DEBT)
        if says(
            words([debt.get("debtor", debt.get("obligor"))]), r" (corporation|company|llc|partnership|business|firm) "
        ):
            return answered(NOT_REQUIRED, DEBT)
    if truth(case.fact("natural_person", "consumer_is_natural_person")) is False:
        return answered(NOT_REQUIRED, DEBT)
    own = words([case.facts.get("collector"), case.facts.get("actor")])
    excluded = (
        r" (creditors? own (employee|officer|staff)|in (the )?creditors? name|process server|"
        r"serving legal process|credit counsel\w*|"
        r"government (employee|officer)|originated|not in default|affiliate\w*|escrow|fiduciary|bad check) "
    )
    if says(own, excluded) and not says(own, r" (other name|third person name|false name) "):
        return answered(NOT_REQUIRED, COVERAGE)
    holder = case.facts.get("collector")
    if isinstance(holder, Mapping):
        principal = next((truth(value) for name, value in holder.items() if says(name, r" principal ")), None)
        regular = [
            truth(value) for name, value in holder.items() if says(name, r" (others?|another|regularly|regular) ")
        ]
        if principal is False and True not in regular:
            return answered(NOT_REQUIRED, COVERAGE)
    return answered(REQUIRED, COVERAGE)


def coverage_rule(case: Case) -> Finding:
    finding = covered(case)
    if case.ask.get("kind") in ("duty", "disclosure"):
        return finding
    return (
        free(COVERAGE)
        if finding.answer == NOT_REQUIRED
        else Finding(
            None, unsupported="1006.2(i) says who is bound; whether a step is lawful is for another paragraph."
        )
    )


def communication_rule(case: Case) -> Finding:
    """12 CFR 1006.2(b), (d): asked as a disclosure, a duty, or a step."""
    kind = case.ask.get("kind")
    if kind == "disclosure":
        return disclosure(case)
    action = case.action
    if action is None:
        return unknown("1006.2(d) speaks about a message, and none is given.")
    yes = is_communication(case, action)
    if kind == "duty":
        return answered(REQUIRED if yes else NOT_REQUIRED, COMMUNICATION)
    return free(COMMUNICATION)

"""The form of a validation notice, and its translation: 12 CFR 1006.34(d), (e)."""

from __future__ import annotations

from arrears.law.audit.case import Case, Event, within
from arrears.law.audit.media import is_electronic, medium_of
from arrears.law.audit.validation_notice import NOTICE_KINDS, notices
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

FORM = "us.reg_f.model_form"
OPTIONAL = "us.reg_f.optional_disclosures"
TRANSLATION = "us.reg_f.validation_translation"


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
    r"itemi[sz]ation|prompts?|consumer protection)|deletes?|drops?|leaves? out|rearrang\w*|out of order|"
    r"threat\w*|overshadow\w*|demand\w*|"
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
    if action.named(False, r" (specif\w*|refer\w*|required|statement|similar) "):
        return False
    if says(action.get("prominence", "optional_disclosure_prominence"), r" (greater|larger|bigger|more) "):
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
                    "offers_spanish",
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
        event.kind not in NOTICE_KINDS
        and event.says(r" (spanish|es|espanol) ")
        and event.says(r" (request\w*|ask\w*|wants?) ")
    )

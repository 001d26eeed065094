"""
One case in, one answer out: the paragraph under test picks the rule, and nothing else is looked at.

Comes in: the JSON object of the law-audit contract. Goes out: the answer object of the same contract.
A case that cannot be read, or a paragraph that nobody encoded, is answered null with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from arrears.kernel.problem import Unusable
from arrears.law.audit import (
    amount_owed,
    attorney,
    calls,
    cease,
    communicate,
    contact_consumer,
    convenient_place,
    convenient_time,
    deliver,
    disputes,
    electronic,
    false_means,
    furnish,
    harassment,
    lawsuits,
    opt_outs,
    retain,
    state_law,
    stop_media,
    third_parties,
    transfers,
    unfair_means,
    validation,
    validation_dates,
    validation_form,
    validation_notice,
)
from arrears.law.audit.case import Case, Paragraph, instant, paragraph, within
from arrears.law.audit.figures import clause_of, force_of, in_force_from
from arrears.law.audit.verdict import Finding, unknown

Rule = Callable[[Case], Finding]

_RULES: tuple[tuple[Paragraph, Rule], ...] = (
    (("2", "b"), contact_consumer.consumer_may_be_reached),
    (("2", "d"), communicate.communication_rule),
    (("2", "e"), communicate.coverage_rule),
    (("2", "h"), communicate.coverage_rule),
    (("2", "i"), communicate.coverage_rule),
    (("2", "j"), communicate.limited_content),
    (("6", "a"), third_parties.stands_for_consumer),
    (("6", "b", "1", "i"), convenient_time.time_is_convenient),
    (("6", "b", "1", "ii"), convenient_place.place_is_convenient),
    (("6", "b", "2"), attorney.attorney_permits),
    (("6", "b", "3"), convenient_place.workplace_permits),
    (("6", "b"), contact_consumer.consumer_may_be_reached),
    (("6", "c"), cease.cease_is_kept),
    (("6", "d", "1"), third_parties.may_be_told),
    (("6", "d", "2"), third_parties.may_be_told),
    (("6", "d"), electronic.procedure_is_met),
    (("6", "e"), opt_outs.opt_out_is_offered),
    (("10",), lambda case: third_parties.location_call(case, case.rule)),
    (("14", "a"), harassment.harassment),
    (("14", "b"), calls.calls_rule),
    (("14", "c"), harassment.violence),
    (("14", "d"), harassment.obscene),
    (("14", "e"), harassment.debtor_list),
    (("14", "f"), harassment.advertising),
    (("14", "g"), harassment.caller_identity),
    (("14", "h"), stop_media.medium_is_open),
    (("18", "e"), communicate.disclosure_is_made),
    (("18",), false_means.false_means),
    (("22",), unfair_means.unfair_means),
    (("26",), lawsuits.time_barred),
    (("30", "a"), furnish.furnishing),
    (("30", "b"), transfers.sale),
    (("30", "c"), transfers.one_payment),
    (("30", "d"), lawsuits.venue),
    (("30", "e"), transfers.deceptive_forms),
    (("34",), validation.validation_rule),
    (("38",), disputes.disputes_rule),
    (("42",), deliver.delivery),
    (("100",), retain.retention),
    (("104",), state_law.state_law),
)


def rule_for(place: Paragraph) -> Rule | None:
    """The most particular rule that the paragraph falls under."""
    best: tuple[int, Rule] | None = None
    for key, rule in _RULES:
        if within(place, key) and (best is None or len(key) > best[0]):
            best = (len(key), rule)
    return best[1] if best else None


def judge(case: Case) -> Finding:
    """The answer to a case by the paragraph it names."""
    kind = case.ask.get("kind")
    if kind == "classify_voicemail":
        return communicate.limited_content(case)
    if kind == "disclosure":
        return communicate.disclosure(case)
    if kind in ("count", "presumption"):
        return calls.calls_rule(case)
    if kind == "safe_harbor":
        return _safe_harbour(case)
    if kind == "date":
        return _date(case)
    if kind == "amount":
        return amount_owed.amount(case)
    if kind == "duty":
        asked = paragraph(case.ask.get("which"))
        rule = rule_for(asked) if asked else None
        rule = rule or rule_for(case.rule)
        found = rule(case) if rule else unknown(f"{case.rule_text} is not encoded.")
        return _as_duty(found)
    if "1681m" in case.rule_text:
        return transfers.identity_theft(case)
    rule = rule_for(case.rule)
    if rule is None:
        return unknown(f"{case.rule_text or 'The rule'} is not encoded.")
    return rule(case)


def _as_duty(found: Finding) -> Finding:
    """A rule that spoke in terms of a step is asked whether something is owed."""
    if found.answer in ("required", "not_required", None):
        return found
    return Finding("required" if found.answer == "prohibited" else "not_required", found.grounds, found.flags)


def _safe_harbour(case: Case) -> Finding:
    asked = paragraph(case.ask.get("procedure")) or case.rule
    for place, rule in (
        (("6", "d"), electronic.procedure_is_met),
        (("22", "g"), unfair_means.revealing),
        (("30", "a"), furnish.furnishing),
        (("34", "d"), validation_form.form),
        (("38", "b"), disputes.overshadowing),
        (("42",), deliver.delivery),
    ):
        if within(asked, place):
            return rule(case)
    general = rule_for(case.rule)
    if general is None:
        return unknown(f"{case.rule_text} grants no safe harbour that is encoded.")
    found = general(case)
    if found.answer in ("allowed", "prohibited"):
        return Finding("safe_harbor" if found.answer == "allowed" else "no_safe_harbor", found.grounds, found.flags)
    return found


def _date(case: Case) -> Finding:
    if within(case.rule, ("22", "c")):
        return unfair_means.notice_days(case)
    if within(case.rule, ("100",)):
        return retain.retention(case)
    if within(case.rule, ("34", "a")):
        return validation_notice.notice_timely(case)
    return validation_dates.dates(case)


FIRST_DAY = "us.reg_f.call_frequency"


def _too_early(case: Case) -> Finding | None:
    """No rule is stretched back over days on which it was not law."""
    asked = case.ask.get("as_of", case.ask.get("to"))
    moment = case.action.at if case.action is not None else instant(asked, case.id) if asked else None
    first = in_force_from(FIRST_DAY)
    if moment is None or case.day(moment) >= first:
        return None
    return unknown(f"{case.day(moment)} is before {first}, the first day for which Regulation F is encoded here.")


def answer(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The answer object of the contract for one case object."""
    name = raw.get("id")
    try:
        case = Case.read(raw)
        found = _too_early(case) or judge(case)
    except Unusable as fault:
        found = unknown(str(fault.problem))
    except (TypeError, ValueError, AttributeError) as fault:
        found = unknown(f"A field is not of the shape the contract gives it: {fault}.")
    body: dict[str, Any] = {
        "id": name,
        "answer": found.answer,
        "flags": list(found.flags),
        "reasons": [
            {
                "provision": ground.provision,
                "clause": ground.clause or clause_of(ground.provision),
                "force": ground.force or force_of(ground.provision),
                "events": list(ground.events),
            }
            for ground in found.grounds
        ],
    }
    if found.answer is None:
        body["unsupported"] = found.unsupported
    return body

"""False, deceptive or misleading means, assumed names: 12 CFR 1006.18(a)-(d), (f).

A case hands over what a message holds as flags or as plain fields; each rule asks for its own thing and knows what
makes the same thing lawful.
"""

from __future__ import annotations

from arrears.law.audit.case import Case, Event, within
from arrears.law.audit.media import SOCIAL, medium_of
from arrears.law.audit.people import CONSUMER, recipient_of, role_of
from arrears.law.audit.said import flagged, proposed_step
from arrears.law.audit.verdict import Finding, barred, free, unknown
from arrears.law.audit.words import as_list, says, truth, words

FALSE = "us.reg_f.false_representations"
ALIAS = "us.reg_f.assumed_name"


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
    action = proposed_step(case)
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
        if (
            (lawful or meant) and not (action.has("lawful", "action_lawful") and action.has("intended", "intends"))
        ) and not flags:
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
    action = proposed_step(case)
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

"""
Who is at the other end, and what the law takes them for.

12 CFR 1006.6(a) puts the spouse, a minor's parent, the guardian, the estate's representative and a confirmed
successor in interest in the consumer's place; 1006.6(d)(1) names the others who may be told of the debt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arrears.law.audit.case import Case, Event
from arrears.law.audit.words import says, truth, words

CONSUMER = "consumer"
CONSUMER_ATTORNEY = "consumer_attorney"
CRA = "consumer_reporting_agency"
CREDITOR = "creditor"
CREDITOR_ATTORNEY = "creditor_attorney"
COLLECTOR_ATTORNEY = "collector_attorney"
PUBLIC = "public"
THIRD_PARTY = "third_party"

MAY_BE_TOLD = (CONSUMER, CONSUMER_ATTORNEY, CRA, CREDITOR, CREDITOR_ATTORNEY, COLLECTOR_ATTORNEY)

_ESTATE = (
    r" (executor|executrix|administrator|administratrix|personal representative|estate representative|"
    r"estate rep|representative of (the )?estate|universal successor|authorized to act|authorised to act|"
    r"declaration|affidavit|small estate|disposes of|disposing of|handles (the )?estate|probate|estate_representative) "
)


def recipient_of(event: Event) -> str:
    """The person an event goes to, as the case names them; the consumer where nothing is said."""
    found = event.get("to", "recipient", "with", "with_", "person", "addressee", "to_person", "called_person")
    return CONSUMER if found is None else str(found)


def details_of(case: Case, name: str) -> Mapping[str, Any]:
    """What the facts say about a person: their relation to the consumer, and the like."""
    key = name.split(":", 1)[1] if ":" in name else name
    for holder in ("persons", "people", "parties", "third_parties"):
        held = case.facts.get(holder)
        if isinstance(held, Mapping):
            for candidate in (key, name):
                entry = held.get(candidate)
                if isinstance(entry, Mapping):
                    return entry
                if entry is not None:
                    return {"relation": entry}
    return {}


def same_person(case: Case, one: str, other: str) -> bool:
    """Whether two names mean one person: the consumer has one name; anybody else is who they are called."""
    return _plain(case, one) == _plain(case, other)


def _plain(case: Case, name: str) -> str:
    lowered = name.strip().lower()
    if lowered in ("consumer", "debtor", "borrower", "person:consumer"):
        return CONSUMER
    return lowered.removeprefix("person:")


def role_of(case: Case, name: str, event: Event | None = None) -> str:
    """What the law takes this person for: one of MAY_BE_TOLD, `public` or `third_party`."""
    details = details_of(case, name)
    line = words([name, details.get("relation"), details.get("role"), details.get("relationship"), details.get("type")])
    if event is not None:
        relation = event.get("recipient_relation", "relation", "relationship", "recipient_role")
        line = words([line, relation])
    if says(line, r" (attorney|lawyer|counsel|solicitor) "):
        if says(line, r" creditor"):
            return CREDITOR_ATTORNEY
        if says(line, r" (collector|collectors|own|our) "):
            return COLLECTOR_ATTORNEY
        if says(line, r" (spouse|friend|relative|third|neighbour|neighbor) ") and not says(line, r" consumer"):
            return THIRD_PARTY
        return CONSUMER_ATTORNEY
    if says(line, r" (consumer reporting|credit bureau|credit reporting|cra|reporting agency) "):
        return CRA
    if says(line, r" (creditor|debt owner|owner of the debt|lender) ") and not says(line, r" (former|other|another) "):
        return CREDITOR
    if says(line, r" (public|everyone|world) ") and not says(line, r" third party "):
        return PUBLIC
    if name.lower().startswith("third_party") and says(words(name), r" of (?!estate|minor|the estate)"):
        return THIRD_PARTY
    if stands_as_consumer(case, line, details, event):
        return CONSUMER
    return THIRD_PARTY


def stands_as_consumer(case: Case, line: str, details: Mapping[str, Any], event: Event | None) -> bool:
    """12 CFR 1006.6(a) and its comments: who is 'the consumer' for section 1006.6."""
    if says(
        line, r" (ex|former|divorced|separated|girlfriend|boyfriend|fiance|fiancee|unmarried|roommate|cohabitant) "
    ):
        return False
    if says(line, r" (spouse|husband|wife|widow|widower) "):
        return True
    if says(line, r" (parent|mother|father) ") and not says(line, r" (grandparent|parents friend|in law) "):
        return _minor(case, line, details, event)
    if says(line, r" guardian "):
        return not says(line, r" (not|former|ad litem no) ")
    if says(line, _ESTATE):
        return case.deceased or says(line, r" (deceased|decedent|estate|late) ")
    if says(line, r" successor(s)? (in )?interest ") or says(line, r" successor "):
        if says(line, r" (unconfirmed|not|potential|claims|purported|alleged) "):
            return False
        confirmed = details.get("confirmed", event.get("confirmed") if event is not None else None)
        return truth(confirmed) is not False
    if says(line, r" (third|friend|neighbou?r|employer|coworker|colleague|sibling|brother|sister|relative|landlord) "):
        return False
    if says(line, r" (child|son|daughter|roommate|boss|supervisor|stranger|wrong|unrelated|other person|aunt|uncle) "):
        return False
    return says(line, r" (consumer|debtor|borrower) ")


def _minor(case: Case, line: str, details: Mapping[str, Any], event: Event | None) -> bool:
    if says(line, r" (adult|of age|not (a )?minor|over 18) "):
        return False
    if says(line, r" minor"):
        return True
    for holder in (details, case.facts, case.facts.get("consumer") or {}, event.raw if event is not None else {}):
        if not isinstance(holder, Mapping):
            continue
        for key, value in holder.items():
            if "minor" in str(key).lower():
                return truth(value) is True
            if str(key).lower() in ("age", "consumer_age", "age_years") and str(value).isdigit():
                return int(value) < 18
    return says(case.facts.get("consumer"), r" minor ")

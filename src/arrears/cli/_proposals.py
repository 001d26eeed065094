"""`arrears offers propose`: the contract's form of a debt to settle, read strictly, and of the offers, written."""

from __future__ import annotations

from datetime import date

from arrears.cli._cases import Case, count, each, hundredths, text
from arrears.decision.settlement import PARTS
from arrears.kernel.money import decimal_text
from arrears.playbook.propose import Offer, Request, Role, propose


def answer(case: Case) -> Case:
    """The offers for one line; or why the line can't be answered. Raises ValueError where it has no id."""
    case_id = text(case, "id")
    try:
        found = propose(_request(case))
    except ValueError as fault:
        return {"id": case_id, "unsupported": str(fault)}
    return {"id": case_id, "next": found.next, "offers": [written(offer) for offer in found.offers]}


def _request(case: Case) -> Request:
    text(case, "currency")
    owed, law = _object(case, "owed"), _object(case, "law")
    return Request(
        as_of=_day(case, "as_of"),
        owed={part: _inside(owed, "owed", part) for part in PARTS},
        arrears=hundredths(case, "arrears"),
        sustainable_instalment=hundredths(case, "sustainable_instalment"),
        minimum_instalment=hundredths(case, "minimum_instalment"),
        paydays=_paydays(case),
        role=text(case, "role"),
        authority=each(case, "authority", _role),
        discount_rate=hundredths(case, "discount_rate_pct"),
        law_instalments=count(law, "instalments"),
    )


def _role(line: Case) -> Role:
    waive = _object(line, "waive_pct")
    return Role(
        name=text(line, "role"),
        instalments=count(line, "instalments"),
        first_payment_days=count(line, "first_payment_days"),
        waive={part: _inside(waive, "waive_pct", part) for part in PARTS},
    )


def _inside(line: Case, outer: str, name: str) -> int:
    try:
        return hundredths(line, name)
    except ValueError as fault:
        raise ValueError(f"{outer}.{fault}") from None


def _object(case: Case, name: str) -> Case:
    found = case.get(name)
    if not isinstance(found, dict):
        raise ValueError(f"{name} is missing or is no object. Write {{…}}.")
    return found


def _paydays(case: Case) -> list[int]:
    found = case.get("paydays")
    if not isinstance(found, list) or any(isinstance(day, bool) or not isinstance(day, int) for day in found):
        raise ValueError("paydays is missing or is no list of days of the month. Write [10, 25], or [] for none.")
    return found


def _day(case: Case, name: str) -> date:
    written = text(case, name)
    try:
        day = date.fromisoformat(written)
    except ValueError:
        day = None
    if day is None or len(written) != len("2026-03-02"):
        raise ValueError(f'{name} is {written[:20]!r}. Write a calendar day, such as "2026-03-02".')
    return day


def written(offer: Offer) -> Case:
    """An offer as the contract writes it."""
    return {
        "offer": offer.name,
        "kind": offer.kind,
        "needs": offer.needs,
        "waiver": {part: decimal_text(offer.waiver[part]) for part in reversed(PARTS)},
        "instalments": [{"due_on": day.isoformat(), "amount": decimal_text(amount)} for day, amount in offer.payments],
        "total": decimal_text(offer.total),
        "remains": decimal_text(offer.remains),
        "present_value": decimal_text(offer.present_value),
    }

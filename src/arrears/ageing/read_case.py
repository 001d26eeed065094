"""
A case of the ageing contract, read strictly: amounts are decimal text, dates are ISO days, a count is a number.

Anything else is a ValueError that says which field and what to write; a value the contract doesn't know is
`Unsupported`, which is an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias, TypeVar

from arrears.ageing.pauses import Action, Pause
from arrears.ageing.rules import COMPONENTS, Bucket
from arrears.ageing.waterfall import Chargeback, Debt, Order, Payment
from arrears.kernel.money import cents_from_text

Case: TypeAlias = Mapping[str, Any]
T = TypeVar("T")

MOST = 3_652_059
"""Days from year 1 to year 9999."""


class Unsupported(Exception):  # noqa: N818 - an answer, not a fault
    """The case asks for something that is not worked out here; the message says what."""


def required(case: Case, name: str) -> Any:
    """The value of a field, or a ValueError that it is missing."""
    if name not in case:
        raise ValueError(f"{name} is missing.")
    return case[name]


def members(case: Case, name: str) -> Case:
    """The fields of an object, none where the case has none or null."""
    found = case.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise ValueError(f"{name} is {found!r:.60}. Write a JSON object.")
    return found


def day(case: Case, name: str) -> date:
    """An ISO day."""
    found = optional_day(case, name)
    if found is None:
        raise ValueError(f'{name} is null. Write an ISO day, such as "2026-03-05".')
    return found


def optional_day(case: Case, name: str) -> date | None:
    """An ISO day, or None where the field is null."""
    written = required(case, name)
    if written is None:
        return None
    try:
        if not isinstance(written, str) or len(written) != len("2026-03-05"):
            raise ValueError
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError(f'{name} is {written!r:.60}. Write an ISO day, such as "2026-03-05".') from None


def cents(case: Case, name: str) -> int:
    """Decimal text as minor units, zero or more."""
    written = required(case, name)
    if not isinstance(written, str):
        raise ValueError(f'{name} is {written!r:.60}. Write an amount as text, such as "250.00".')
    amount = cents_from_text(written)
    if amount < 0:
        raise ValueError(f"{name} is {written}, below zero. Write what is owed or paid as a positive amount.")
    return amount


def count(case: Case, name: str, most: int = MOST) -> int:
    """A whole number from zero to `most`: no count of days, instalments or decimals is larger."""
    found = required(case, name)
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found <= most:
        raise ValueError(f"{name} is {found!r:.60}. Write a whole number from 0 to {most}.")
    return found


def truth(case: Case, name: str) -> bool:
    """`true` or `false`."""
    found = required(case, name)
    if not isinstance(found, bool):
        raise ValueError(f"{name} is {found!r:.60}. Write true or false.")
    return found


def each(case: Case, name: str, read: Callable[[Case], T]) -> list[T]:
    """The objects of a list, each as `read` understands it."""
    items = required(case, name)
    if not isinstance(items, list):
        raise ValueError(f"{name} is {items!r:.60}. Write a list.")
    found = []
    for place, item in enumerate(items):
        if not isinstance(item, dict):
            raise ValueError(f"{name}[{place}] is {item!r:.60}. Write a JSON object.")
        try:
            found.append(read(item))
        except ValueError as fault:
            raise ValueError(f"{name}[{place}]: {fault}") from fault
    return found


def one_of(case: Case, name: str, choices: Mapping[Any, T], default: Any) -> T:
    """The meaning of a convention's value. An absent one has its default; an unknown one is Unsupported."""
    value = case.get(name, default)
    known = [meaning for word, meaning in choices.items() if word == value and isinstance(word, type(value))]
    if not known:
        raise Unsupported(f"{name} {value!r:.60}: known are {', '.join(str(word) for word in choices)}")
    return known[0]


def debt(line: Case) -> Debt:
    """One instalment of a schedule."""
    return Debt(day(line, "due_date"), {name: cents(line, name) for name in COMPONENTS})


def chargeback(line: Case) -> Chargeback:
    return Chargeback(day(line, "date"), cents(line, "amount"))


def payments(case: Case, by: date | None) -> list[Payment]:
    """Payments that stand on a day (all, where there is none). A reversed payment was never made."""

    def read(line: Case) -> Payment | None:
        kind = line.get("type", "repayment")
        if kind not in _MONEY_IN:
            raise Unsupported(f"payment type {kind!r:.60}: known are {', '.join(_MONEY_IN)}")
        rule = one_of(line, "future_rule", {None: None, **_FUTURE_RULES}, None)
        reversed_on = optional_day(line, "reversed_on") if "reversed_on" in line else None
        is_reversed = bool(line.get("reversed")) or (reversed_on is not None and (by is None or reversed_on <= by))
        return None if is_reversed else Payment(day(line, "date"), cents(line, "amount"), rule)

    return [payment for payment in each(case, "payments", read) if payment is not None]


def order(case: Case) -> Order:
    """The `allocation` of a case, or the default where it has none."""
    said = members(case, "allocation")
    components = _components(said, "order", COMPONENTS)
    return Order(
        processing=one_of(said, "processing", {"horizontal": "horizontal", "vertical": "vertical"}, "horizontal"),
        components=components,
        in_advance=_components(said, "in_advance_order", components),
        future_rule=one_of(said, "future_rule", _FUTURE_RULES, "next_installment"),
    )


def _components(said: Case, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    names = said.get(name, list(default))
    if not isinstance(names, list) or any(not isinstance(one, str) for one in names):
        raise ValueError(f"{name} is {names!r:.60}. Write a list of components.")
    if sorted(names) != sorted(COMPONENTS):
        raise Unsupported(f"{name} {names!r:.80}: it names each of {', '.join(COMPONENTS)} once")
    return tuple(names)


def bucket(line: Case) -> Bucket:
    last = None if required(line, "max_days") is None else count(line, "max_days")
    return Bucket(str(required(line, "name")), count(line, "min_days"), last)


def pause(line: Case) -> Pause:
    """A pause as it holds; an end that is null is open."""
    return Pause(day(line, "start"), optional_day(line, "end") or date.max)


def action(line: Case) -> Action:
    """A pause or a resume, or whatever else somebody wrote there: `refusal` says what is wrong with it."""
    kind = line.get("action") or ""
    if not isinstance(kind, str):
        raise ValueError(f"action is {kind!r:.60}. Write pause or resume.")
    return Action(
        kind.lower(),
        optional_day(line, "start") if "start" in line else None,
        optional_day(line, "end") if "end" in line else None,
    )


_FUTURE_RULES: dict[str, Any] = {
    "next_installment": "next_installment",
    "last_installment": "last_installment",
    "reamortization": "reamortization",
}
_MONEY_IN = ("repayment", "down_payment", "goodwill_credit", "merchant_issued_refund", "payout_refund")

"""
One case of the schedule contract: an instalment plan as a lender states it, to its rows.

A value that is not known is `Unsupported`, and so is a field that is not known: a plan worked out without one of
its terms is a wrong plan.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

from arrears.ageing import read_case as read
from arrears.ageing.read_case import Case, Unsupported
from arrears.playbook import schedule as plans
from arrears.playbook.schedule import ROUNDINGS, Plan, Row

_COMMON = {"method", "principal", "annual_rate_percent", "currency_decimals", "rounding"}
_DATED = _COMMON | {"day_count", "disbursed_on", "due_dates", "periods", "rate_factor_decimals", "last_installment"}
_COMPARED = {"compare_rounded_to_cents", "compare_rounded_to_whole_units"}
_FIELDS = {
    "declining_equal_installments": _DATED
    | _COMPARED
    | {"installment_rounding", "broken_period_interest", "first_due_on", "broken_days_in_year"},
    "flat": _DATED | _COMPARED,
    "annuity_unrounded": _DATED | _COMPARED,
    "fixed_installment_until_paid": _COMMON | _COMPARED | {"day_count", "installment", "rate_factor_decimals"},
    "nper": _COMMON | {"day_count", "installment", "decimals", "rate_factor_decimals"},
    "late_penalty": {"method", "overdue", "annual_rate_percent", "due_on", "as_of", "grace_days", "days_in_year"}
    | {"counted_from", "currency_decimals", "rounding"},
    "simple_interest": _COMMON | {"days", "days_in_year"},
    "due_dates": {"method", "first_repayment_anchor", "periods", "rule"},
}
_DECIMALS_MOST = 30
_SAME_METHOD = {
    "repay_over_number_of_periods": "declining_equal_installments",
    "repay_fixed_amount_per_period": "fixed_installment_until_paid",
}
"""Other words for a method, as lenders' systems write it."""
_SAME_FIELD = {"monthly_repayment_amount": "installment", "payment": "installment", "pmt": "installment"}


def answer(case: Case) -> Case:
    """{"id", "result"} of a case, or {"id", "unsupported"}. ValueError where a field has the wrong form."""
    case_id = read.required(case, "id")
    said = read.required(case, "input")
    if not isinstance(said, dict):
        raise ValueError(f"input is {said!r:.60}. Write a JSON object.")
    try:
        return {"id": case_id, "result": _asked(_worked_out(said), case.get("expected"))}
    except Unsupported as why:
        return {"id": case_id, "unsupported": str(why)}


def _asked(result: dict[str, Any], expected: Any) -> dict[str, Any]:
    """The figures a case asks for: the names, never the values, under `expected`. All, where it names none."""
    if not isinstance(expected, dict):
        return result
    found = {name: result[name] for name in expected if name in result}
    if isinstance(expected.get("rows_at"), dict) and "rows" in result:
        rows = result["rows"]
        found["rows_at"] = {
            place: {name: rows[int(place) - 1].get(name) for name in names if isinstance(name, str)}
            for place, names in expected["rows_at"].items()
            if isinstance(names, dict | list) and place.isdecimal() and len(place) < 6 and 1 <= int(place) <= len(rows)
        }
    return found


def _worked_out(said: Case) -> dict[str, Any]:
    method = read.required(said, "method")
    method = _SAME_METHOD.get(method, method) if isinstance(method, str) else method
    said = {_SAME_FIELD.get(name, name): value for name, value in said.items()} | {"method": method}
    if not isinstance(method, str) or method not in _FIELDS:
        raise Unsupported(f"method {method!r:.60}: known are {', '.join(_FIELDS)}")
    unknown = sorted(set(said) - _FIELDS[method])
    if unknown:
        raise Unsupported(f"fields {', '.join(unknown)}: {method} knows {', '.join(sorted(_FIELDS[method]))}")
    if method == "due_dates":
        return _due_dates(said)
    decimals = _decimals(said, "currency_decimals")
    rounding = read.one_of(said, "rounding", {name: name for name in ROUNDINGS}, "half_even")
    rate = _number(said, "annual_rate_percent") / 100
    if method == "late_penalty":
        return _late_penalty(said, rate, rounding, decimals)
    principal = _amount(said, "principal", decimals)
    if method == "simple_interest":
        interest = plans.simple_interest(
            principal, rate, read.count(said, "days"), read.count(said, "days_in_year") or 1, rounding
        )
        return {"interest": _text(interest, decimals)}
    if method in ("fixed_installment_until_paid", "nper"):
        return _by_instalment(said, principal, rate, rounding, decimals)
    if "broken_period_interest" in said:
        return _with_broken_period(said, principal, rate, rounding, decimals)
    factors, dues = _periods(said, rate, rounding)
    return _figures(_compared(said, _plan(said, principal, factors, dues, rounding), decimals), decimals)


def _by_instalment(said: Case, principal: int, rate: Fraction, rounding: str, decimals: int) -> dict[str, Any]:
    """Plans of a stated instalment: until paid, or how many payments that takes."""
    installment = _amount(said, "installment", decimals)
    factor = _monthly(said, rate, rounding)
    if said["method"] == "nper":
        needed = plans.payments_needed(principal, factor, installment)
        places = read.count(said, "decimals", _DECIMALS_MOST) if "decimals" in said else 4
        return {"nper": f"{needed:.{places}f}", "periods": ceil(needed)}
    plan = plans.until_paid(principal, factor, installment, rounding)
    shown = _compared(said, plan, decimals)
    total = sum(row.total for row in plan.rows)
    total = plans.ROUNDINGS["half_up"](Fraction(total, _unit(said, decimals))) * _unit(said, decimals)
    return _figures(shown, decimals) | {
        "periods": len(plan.rows),
        "last_installment": _text(shown.rows[-1].total, decimals),
        "total_payment": _text(total, decimals),
    }


def _with_broken_period(said: Case, principal: int, rate: Fraction, rounding: str, decimals: int) -> dict[str, Any]:
    """Full months from a month before the first due date; what lies before it is the broken period."""
    ways = {name: name for name in ("added_to_first", "spread")}
    how = read.one_of(said, "broken_period_interest", ways, None)
    disbursed, first = read.day(said, "disbursed_on"), read.day(said, "first_due_on")
    starts = plans.month_before(first)
    if starts < disbursed:
        raise ValueError(f"first_due_on is {first}. A broken period needs more than a month after disbursed_on.")
    dues = plans.due_days(first, _count(said))
    regular = {name: value for name, value in said.items() if name not in ("periods", "broken_period_interest")}
    regular |= {"disbursed_on": starts.isoformat(), "due_dates": [day.isoformat() for day in dues]}
    factors, days = _periods(regular, rate, rounding)
    year = read.count(said, "broken_days_in_year") if "broken_days_in_year" in said else 365
    broken = plans.simple_interest(principal, rate, (starts - disbursed).days, year or 365, rounding)
    plan = plans.with_broken_interest(_plan(said, principal, factors, days, rounding), broken, how)
    return _figures(_compared(said, plan, decimals), decimals) | {"broken_period_interest": _text(broken, decimals)}


def _late_penalty(said: Case, rate: Fraction, rounding: str, decimals: int) -> dict[str, Any]:
    since = read.one_of(said, "counted_from", {"after_grace": "after_grace", "due_date": "due_date"}, "after_grace")
    late = (read.day(said, "as_of") - read.day(said, "due_on")).days
    grace = read.count(said, "grace_days") if "grace_days" in said else 0
    year = read.count(said, "days_in_year") if "days_in_year" in said else 365
    overdue = _amount(said, "overdue", decimals, zero=True)
    penalty, days = plans.late_penalty(overdue, rate, late, grace, year or 365, rounding, since)
    return {"penalty": _text(penalty, decimals), "days": days}


def _amount(said: Case, name: str, decimals: int, *, zero: bool = False) -> int:
    exact = _number(said, name) * 10**decimals
    if exact.denominator != 1 or exact < 0 or (exact == 0 and not zero):
        least = "of zero or more" if zero else "above zero"
        raise ValueError(f"{name} is {said[name]!r}. Write an amount {least} with {decimals} decimals.")
    return int(exact)


def _monthly(said: Case, rate: Fraction, rounding: str) -> Fraction:
    """The rate factor of a month of a year of twelve."""
    day_count = said.get("day_count", "30/360")
    if day_count != "30/360":
        raise Unsupported(f"day_count {day_count!r:.60}: {said['method']} counts months of a year of twelve")
    places = read.count(said, "rate_factor_decimals", _DECIMALS_MOST) if "rate_factor_decimals" in said else None
    factor = rate / plans.MONTHS_IN_A_YEAR
    return factor if places is None else plans.rounded(factor, places, rounding)


def _unit(said: Case, decimals: int) -> int:
    """Minor units of the unit in which figures are compared."""
    return 10**decimals if read.one_of(said, "compare_rounded_to_whole_units", {True: True, False: False}, False) else 1


def _compared(said: Case, plan: Plan, decimals: int) -> Plan:
    """The plan as it is shown: each figure by itself to the whole unit, where a case asks for that."""
    unit = _unit(said, decimals)
    if unit == 1:
        return plan

    def whole(amount: int) -> int:
        return plans.ROUNDINGS["half_up"](Fraction(amount, unit)) * unit

    rows = [Row(row.due_on, whole(row.principal), whole(row.interest), whole(row.balance)) for row in plan.rows]
    return Plan(tuple(rows), whole(plan.installment), whole(plan.total_interest))


def _decimals(said: Case, name: str) -> int:
    return read.count(said, name, _DECIMALS_MOST) if name in said else 2


def _plan(said: Case, principal: int, factors: list[Fraction], dues: list[date] | list[None], rounding: str) -> Plan:
    ways = {"takes_the_remainder": True, "equal": False, "differs_least": None}
    last = read.one_of(said, "last_installment", ways, "takes_the_remainder")
    if said["method"] == "flat":
        if not last:
            raise Unsupported("last_installment 'equal' of a flat plan: rounding would leave a balance")
        return plans.flat(principal, factors, dues, rounding)
    if last is None:
        if said["method"] != "declining_equal_installments" or "installment_rounding" in said:
            raise Unsupported("last_installment 'differs_least': of declining_equal_installments, to the minor unit")
        return plans.differs_least(principal, factors, dues, rounding)
    exact = plans.equal_installment(principal, factors)
    if said["method"] == "annuity_unrounded":
        return _unrounded(principal, factors, dues, exact, rounding)
    step = 10 ** _decimals(said, "currency_decimals")
    whole = read.one_of(said, "installment_rounding", _TO_WHOLE_UNITS, None)
    installment = ROUNDINGS[rounding](exact) if whole is None else ROUNDINGS[whole](exact / step) * step
    return plans.declining(principal, factors, dues, installment, rounding, last_takes_remainder=last)


_TO_WHOLE_UNITS: dict[Any, str | None] = {
    None: None,
    "ceil_to_whole_unit": "ceiling",
    "floor_to_whole_unit": "floor",
    "round_to_whole_unit": "half_up",
}


def _unrounded(
    principal: int, factors: list[Fraction], dues: list[date] | list[None], exact: Fraction, rounding: str
) -> Plan:
    """An annuity carried exactly; only what is shown is rounded."""
    to_cents = ROUNDINGS[rounding]
    rows, balance = [], Fraction(principal)
    for factor, due_on in zip(factors, dues, strict=True):
        interest = balance * factor
        part = exact - interest
        balance -= part
        rows.append(Row(due_on, to_cents(part), to_cents(interest), to_cents(balance)))
    return Plan(tuple(rows), to_cents(exact))


def _periods(said: Case, rate: Fraction, rounding: str) -> tuple[list[Fraction], list[date] | list[None]]:
    """The rate factor and due date of each period. Without dates, periods are months of a year of twelve."""
    places = read.count(said, "rate_factor_decimals", _DECIMALS_MOST) if "rate_factor_decimals" in said else None

    def factor(part: Fraction) -> Fraction:
        return rate * part if places is None else plans.rounded(rate * part, places, rounding)

    day_count = said.get("day_count", "30/360")
    dues = _dues(said)
    if dues is None:
        if day_count != "30/360":
            raise Unsupported(f"day_count {day_count!r:.60} without dates: actual days need due_dates")
        return [factor(Fraction(1, plans.MONTHS_IN_A_YEAR))] * _count(said), [None] * _count(said)
    try:
        parts = plans.year_fractions(read.day(said, "disbursed_on"), dues, str(day_count))
    except ValueError as fault:
        if "day count" in str(fault):
            raise Unsupported(f"day_count: {fault}") from fault
        raise
    return [factor(part) for part in parts], dues


def _dues(said: Case) -> list[date] | None:
    if "due_dates" in said:
        listed = said["due_dates"]
        if not isinstance(listed, list) or not listed:
            raise ValueError("due_dates is empty or no list. Write at least one ISO day.")
        return [read.day({"due_dates": one}, "due_dates") for one in listed]
    if "disbursed_on" in said:
        return plans.due_days(read.day(said, "disbursed_on"), _count(said) + 1)[1:]
    return None


def _count(said: Case) -> int:
    periods = read.count(said, "periods")
    if not 1 <= periods <= plans.MOST_PERIODS:
        raise ValueError(f"periods is {periods}. Write a number of months from 1 to {plans.MOST_PERIODS}.")
    return periods


def _due_dates(said: Case) -> dict[str, Any]:
    rules = {name: name for name in ("same_day", "end_of_current_month", "start_of_next_month")}
    rule = read.one_of(said, "rule", rules, "same_day")
    days = [day.isoformat() for day in plans.due_days(read.day(said, "first_repayment_anchor"), _count(said), rule)]
    return {"dates": days, "first": days[0], "second": days[1] if len(days) > 1 else None, "last": days[-1]}


def _figures(plan: Plan, decimals: int) -> dict[str, Any]:
    return {
        "rows": [_row(row, place, decimals) for place, row in enumerate(plan.rows, start=1)],
        "installment": _text(plan.installment, decimals),
        "total_interest": _text(plan.total_interest, decimals),
    }


def _row(row: Row, place: int, decimals: int) -> dict[str, Any]:
    when = {"period": place} if row.due_on is None else {"due_date": row.due_on.isoformat()}
    return when | {
        "principal": _text(row.principal, decimals),
        "interest": _text(row.interest, decimals),
        "total": _text(row.total, decimals),
        "balance": _text(row.balance, decimals),
    }


def _number(said: Case, name: str) -> Fraction:
    """Decimal text, zero or more, exactly."""
    written = read.required(said, name)
    digits = written.replace(".", "", 1) if isinstance(written, str) else ""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 24):
        raise ValueError(f'{name} is {written!r:.60}. Write a decimal as text, such as "9.4822".')
    return Fraction(written)


def _text(units: int, decimals: int) -> str:
    whole = f"{abs(units):0{decimals + 1}d}"
    sign = "-" if units < 0 else ""
    return f"{sign}{whole[: len(whole) - decimals]}.{whole[len(whole) - decimals :]}" if decimals else f"{sign}{whole}"

"""
The ageing contract, case by case: how late a loan is, where money went, what a pause did, with nothing hidden.

Reads:  one case as a JSON object, of one of ten kinds, which carries its own conventions
Gives:  `explain(case)`: a JSON object with the figures the case asks for (the keys of its `expected`; without it, all)
Never:  reads a value of `expected`, the clock or a file
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from arrears.ageing import read_case as read
from arrears.ageing.count_days import Counting, Loan, age_loan, days_late, debts_on
from arrears.ageing.pauses import effective, refusal
from arrears.ageing.read_case import Case, Unsupported
from arrears.ageing.restructure import Terms, reage, reamortize
from arrears.ageing.rules import overlapping
from arrears.ageing.waterfall import Debt, Settled, settle
from arrears.kernel.money import decimal_text

Result = dict[str, Any]


def explain(case: Case) -> Result:
    """
    What the case asks. Raises Unsupported where its kind or a convention is unknown, ValueError where a field is
    missing or has the wrong form.
    """
    kind = read.required(case, "kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise Unsupported(f"kind {kind!r:.60}: known are {', '.join(_KINDS)}")
    result = _KINDS[kind](case)
    asked = _asked(case)
    return result if asked is None else {name: value for name, value in result.items() if name in asked}


def _asked(case: Case, *path: str) -> list[str] | None:
    """The figures a case asks for: the names, never the values, under `expected`. None where it names none."""
    found: Any = case.get("expected")
    for name in path:
        found = found.get(name) if isinstance(found, dict) else None
    return list(found) if isinstance(found, dict) else None


def _aging(case: Case) -> Result:
    as_of = read.day(case, "as_of")
    counting = _counting(case)
    loan = _loan(case, as_of)
    if read.required(case, "loan_status") != "active":
        loan = Loan(make_debts=list)
    age = age_loan(loan, as_of, counting)
    return {
        "days_past_due": age.days_past_due,
        "delinquent_days": age.delinquent_days,
        "overdue_amount": decimal_text(age.overdue),
        "overdue_principal": decimal_text(age.overdue_principal),
        "overdue_interest": decimal_text(age.overdue_interest),
        "delinquent_since": _iso(age.delinquent_since),
        "oldest_unpaid_due_date": _iso(age.oldest_unpaid_due_on),
        "bucket": age.bucket,
        "installment_buckets": [
            {"name": name, "amount": decimal_text(amount)} for name, amount in age.installment_buckets
        ],
        "outstanding_amount": decimal_text(age.outstanding),
        "next_payment_due_date": _iso(age.next_payment_due_on),
        "next_payment_amount": decimal_text(age.next_payment),
    }


def _counting(case: Case) -> Counting:
    """The conventions of a case. One it does not state has the contract's own value."""
    said = read.members(case, "conventions")
    raw = "raw_calendar_days_from_oldest_unpaid_due_date"
    read.one_of(said, "dpd_counts", {raw: True}, raw)
    half_open = "half_open_within_overdue_interval"
    read.one_of(said, "pause_overlap", {half_open: True}, half_open)
    grace, pauses = read.one_of(said, "delinquent_days", _DELINQUENT_DAYS, "dpd_minus_grace_minus_paused")
    return Counting(
        dpd_on_due_date=read.one_of(said, "dpd_on_due_date", {0: 0, 1: 1}, 0),
        grace_days=read.count(case, "grace_days") if "grace_days" in case else 0,
        takes_off_grace=grace,
        takes_off_pauses=pauses,
        freezes_bucket=read.one_of(said, "bucket_while_paused", _WHILE_PAUSED, "frozen"),
        installment_grace=read.one_of(said, "installment_buckets_use_grace", {False: False, True: True}, False),
        next_unpaid_from_today=read.one_of(said, "next_payment_rule", _NEXT_PAYMENT, "earliest_unpaid"),
        paid_on_day_counts=read.one_of(said, "payment_effective", _PAYMENT_EFFECTIVE, "end_of_same_day"),
        buckets=tuple(read.each(case, "buckets", read.bucket)) if "buckets" in case else (),
    )


_DELINQUENT_DAYS = {
    "dpd_minus_grace_minus_paused": (True, True),
    "dpd_minus_grace": (True, False),
    "dpd_minus_paused": (False, True),
    "dpd": (False, False),
}
_WHILE_PAUSED = {"frozen": True, "recomputed_when_pause_is_entered": False, "recomputed": False}
_NEXT_PAYMENT = {"earliest_unpaid": False, "next_unpaid": True}
_PAYMENT_EFFECTIVE = {"end_of_same_day": True, "next_day": False}


def _loan(case: Case, by: date | None) -> Loan:
    return Loan(
        make_debts=lambda: read.each(case, "schedule", read.debt),
        payments=read.payments(case, by),
        chargebacks=read.each(case, "chargebacks", read.chargeback) if "chargebacks" in case else (),
        pauses=read.each(case, "pauses", read.pause) if "pauses" in case else (),
        order=read.order(case),
    )


def _settled(case: Case, by: date | None) -> tuple[list[Debt], Settled]:
    """The debts of the schedule, in its own order, after the payments made by a day (all, where there is none)."""
    loan = _loan(case, by)
    debts = loan.make_debts()
    payments = [payment for payment in loan.payments if by is None or payment.on <= by]
    backs = [back for back in loan.chargebacks if by is None or back.on <= by]
    return debts, settle(debts, payments, loan.order, backs)


def _allocation(case: Case) -> Result:
    by = read.day(case, "as_of") if "as_of" in case else None
    debts, settled = _settled(case, by)
    in_time = sorted(payment.on for payment in read.payments(case, by) if by is None or payment.on <= by)
    return {
        "installments": [_installment(debt) for debt in debts],
        "payment_splits": [
            {"date": on.isoformat()} | {name: decimal_text(split[name]) for name in _SPLIT}
            for on, split in zip(in_time, settled.splits, strict=True)
        ],
    }


_SPLIT = ("penalty", "fee", "interest", "principal")


def _installment(debt: Debt) -> Result:
    """One instalment after its payments; `settled_on` is there once it is settled."""
    figures: Result = {
        "paid": decimal_text(debt.paid),
        "paid_in_advance": decimal_text(debt.paid_in_advance),
        "paid_late": decimal_text(debt.paid_late),
        "outstanding": decimal_text(debt.outstanding),
    }
    return figures if debt.settled_on is None else figures | {"settled_on": debt.settled_on.isoformat()}


def _pause_validation(case: Case) -> Result:
    new = read.required(case, "new_action")
    if not isinstance(new, dict):
        raise ValueError(f"new_action is {new!r:.60}. Write a JSON object.")
    reason = refusal(
        read.action(new),
        read.each(case, "existing_actions", read.action),
        business_day=read.day(case, "business_date"),
        disbursed_on=read.optional_day(case, "disbursed_on"),
        loan_status=read.required(case, "loan_status"),
    )
    return {"accepted": True} if reason is None else {"accepted": False, "reason": reason}


def _pause_effective(case: Case) -> Result:
    actions = read.each(case, "actions", read.action)
    if unknown := sorted({action.kind for action in actions} - {"pause", "resume"}):
        raise Unsupported(f"action {', '.join(map(repr, unknown))}: known are pause, resume")
    pauses = effective(actions)
    result: Result = {
        "effective_pauses": [{"start": pause.start.isoformat(), "end": pause.end.isoformat()} for pause in pauses]
    }
    if "as_of" in case:
        as_of = read.day(case, "as_of")
        result["active"] = [pause.is_active(as_of) for pause in pauses]
    return result


def _bucket_sum(case: Case) -> Result:
    totals: dict[tuple[int, str], int] = {}

    def add(line: Case) -> None:
        name = read.required(line, "bucket")
        if name is None:
            return
        key = (read.count(line, "min_days"), str(name))
        amount = 0 if read.required(line, "amount") is None else read.cents(line, "amount")
        totals[key] = totals.get(key, 0) + amount

    read.each(case, "installments", add)
    return {"totals": [{"name": name, "amount": decimal_text(amount)} for (_, name), amount in sorted(totals.items())]}


def _bucket_config(case: Case) -> Result:
    def edges(line: Case) -> tuple[int, int | None]:
        return (
            read.count(line, "min_days"),
            None if read.required(line, "max_days") is None else read.count(line, "max_days"),
        )

    fault = overlapping(read.each(case, "ranges", edges))
    return {"accepted": True} if fault is None else {"accepted": False, "reason": fault}


def _reamortize(case: Case) -> Result:
    on = read.day(case, "on")
    debts, _ = _settled(case, on)
    moved = reamortize(debts, on)
    if moved is None:
        raise Unsupported("no instalment falls due later, so that there is nowhere to move the principal")
    return {
        "moved_amount": decimal_text(moved),
        "outstanding_after": [decimal_text(debt.outstanding) for debt in debts],
    }


def _reage(case: Case) -> Result:
    debts, _ = _settled(case, read.day(case, "on"))
    read.required(case, "terms")
    said = read.members(case, "terms")
    installments, every = read.count(said, "installments"), read.count(said, "every")
    if not installments or not every:
        raise ValueError("terms: installments and every are 1 or more.")
    units: dict[str, Any] = {unit: unit for unit in ("days", "weeks", "months", "years")}
    terms = Terms(read.day(said, "first_due"), every, read.one_of(said, "unit", units, "days"), installments)
    moved, new = reage(debts, terms)
    return {
        "moved_amount": decimal_text(moved),
        "new_installments": [
            {"due_date": due_on.isoformat(), "principal": decimal_text(principal)} for due_on, principal in new
        ],
        "old_outstanding": [decimal_text(debt.outstanding) for debt in debts],
    }


def _dpd_series(case: Case) -> Result:
    counting, loan = _counting(case), _loan(case, None)
    written = _asked(case, "days_past_due_by_date")
    if written is None:
        days = sorted({debt.due_on for debt in loan.make_debts()} | {payment.on for payment in loan.payments})
        span = (days[-1] - days[0]).days + 1 if days else 0
        written = [(days[0] + timedelta(days=step)).isoformat() for step in range(span)]
    by_date = {}
    for text in written:
        on = read.day({"date": text}, "date")
        unpaid = [debt for debt in debts_on(loan, on, counting) if debt.outstanding]
        by_date[text] = days_late(unpaid[0].due_on, on, counting) if unpaid else 0
    return {"days_past_due_by_date": by_date}


def _npa_contagion(case: Case) -> Result:
    counting = _counting(case)
    said = read.members(case, "conventions")
    any_loan = "dpd_greater_than_threshold_on_any_loan"
    read.one_of(said, "npa_when", {any_loan: True}, any_loan)
    no_arrears = "no_loan_of_the_borrower_is_in_arrears"
    read.one_of(said, "npa_cleared_when", {no_arrears: True}, no_arrears)
    as_of, threshold = read.day(case, "as_of"), read.count(case, "npa_threshold_days")

    def days(line: Case) -> tuple[str, int]:
        due_on = read.optional_day(line, "oldest_unpaid_due_date")
        return str(read.required(line, "id")), 0 if due_on is None else days_late(due_on, as_of, counting)

    by_loan = dict(read.each(case, "loans", days))
    in_arrears = any(by_loan.values())
    is_npa = max(by_loan.values(), default=0) > threshold or (read.truth(case, "was_npa") and in_arrears)
    return {"is_npa": dict.fromkeys(by_loan, is_npa), "borrower_is_npa": is_npa}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


_KINDS: dict[str, Callable[[Case], Result]] = {
    "aging": _aging,
    "allocation": _allocation,
    "pause_validation": _pause_validation,
    "pause_effective": _pause_effective,
    "bucket_sum": _bucket_sum,
    "bucket_config": _bucket_config,
    "reamortize": _reamortize,
    "reage": _reage,
    "dpd_series": _dpd_series,
    "npa_contagion": _npa_contagion,
}

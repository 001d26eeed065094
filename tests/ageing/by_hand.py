"""
A book aged account by account, in the plainest words: what `from_book.py` must agree with.

Reads:  the rows of a book as dictionaries, by the columns of book.table
Gives:  the rows of ageing.table.AGED, in the order of the accounts
Never:  is used at night. It holds the columns to the plain arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from arrears.ageing.pauses import Pause, frozen_on, paused_days
from arrears.ageing.rules import COMPONENTS, AgeingRules
from arrears.ageing.waterfall import Chargeback, Debt, Order, Payment, settle

BookRow = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rows:
    """What a book says about one account. None: the book has no such table."""

    account: BookRow
    instalments: Sequence[BookRow] | None = None
    payments: Sequence[BookRow] | None = None
    chargebacks: Sequence[BookRow] | None = None
    pauses: Sequence[BookRow] | None = None
    months: Sequence[BookRow] | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """Where the age comes from, and what it is. `due_on` is where the days are counted from."""

    source: str
    days: int | None
    due_on: date | None = None
    debts: Sequence[Debt] | None = None


def age_by_hand(rows: Rows, as_of: date, rules: AgeingRules) -> dict[str, Any]:
    """One account as a row of AGED."""
    account = rows.account
    is_ageing = account["loan_status"] in rules.ageing_statuses
    found = _find(rows, as_of, rules) if is_ageing else _Found("not_overdue", 0)
    pauses = _known_pauses(rows, as_of)
    is_late = bool(found.days)
    is_dated = found.source in ("schedule", "due_date", "reported_days")
    overdue = _overdue(found, account, is_ageing, as_of, rules)
    by_schedule = found.source == "schedule"
    aged = {name: account[name] for name in _CARRIED}
    return aged | {
        "age_source": found.source,
        "days_past_due": found.days,
        "delinquent_days": _delinquent(found.days, found.due_on, as_of, pauses, rules),
        "oldest_unpaid_due_on": found.due_on if is_late and is_dated else None,
        "delinquent_since_on": (
            found.due_on + timedelta(days=rules.grace_days) if is_late and is_dated and found.due_on else None
        ),
        "overdue_cents": overdue,
        **{f"overdue_{name}_cents": _part(found, name, overdue, as_of, rules) for name in COMPONENTS},
        "outstanding_cents": _outstanding(found, as_of) if by_schedule else account["balance_cents"],
        "lender_balance_cents": account["balance_cents"],
        "balance_reason": _balance_reason(found, account["balance_cents"], as_of, rules) if by_schedule else None,
        "bucket": _bucket(rows, found, pauses, as_of, rules),
        "risk_class": None if found.days is None else rules.risk_class_of(found.days, account["product"]),
        "paused": is_ageing and any(pause.is_active(as_of) for pause in pauses),
    }


_CARRIED = ("account_id", "person_id", "lender_id", "product", "currency", "loan_status")


def _find(rows: Rows, as_of: date, rules: AgeingRules) -> _Found:
    """The first source that an account has."""
    account, late_on_day = rows.account, rules.dpd_on_due_date
    if rows.instalments and rows.payments is not None:
        debts = _settled_debts(rows, as_of, as_of, rules)
        due_on = _oldest(debts, as_of, rules)
        days = 0 if due_on is None else (as_of - due_on).days + late_on_day
        return _Found("schedule", days, due_on, debts)
    if account["oldest_unpaid_due_on"] is not None:
        due_on = account["oldest_unpaid_due_on"]
        days = max(0, (as_of - due_on).days + late_on_day)
        return _Found("due_date", days, due_on if days else None)
    if account["reported_days_past_due"] is not None:
        return _told("reported_days", account["reported_days_past_due"], as_of, rules)
    if account["status_code"] in rules.status_code_days:
        return _told("status_code", rules.status_code_days[account["status_code"]], as_of, rules)
    months = [row for row in rows.months or [] if row["month_on"] <= as_of]
    if months:
        latest = max(months, key=lambda row: row["month_on"])
        if latest["months_late"] is not None:
            return _told("months", 30 * (latest["months_late"] - 1) + 1, as_of, rules)
        if latest["status_code"] in rules.status_code_days:
            return _told("months", rules.status_code_days[latest["status_code"]], as_of, rules)
    if account["overdue_cents"] == 0:
        return _Found("not_overdue", 0)
    return _Found("unknown", None)


def _told(source: str, days: int, as_of: date, rules: AgeingRules) -> _Found:
    """Days that somebody told, and the due date they imply."""
    days = max(0, days)
    return _Found(source, days, as_of - timedelta(days=days - rules.dpd_on_due_date) if days else None)


def _settled_debts(rows: Rows, on: date, as_of: date, rules: AgeingRules) -> list[Debt]:
    """The debts at the end of `on`, by what was known on `as_of`: ordinary money first, then what is aimed."""
    standing = [
        row
        for row in rows.payments or []
        if row["learned_on"] <= as_of
        and row["paid_on"] <= on
        and (row["reversed_on"] is None or row["reversed_on"] > as_of)
    ]
    backs = [
        Chargeback(row["charged_back_on"], row["amount_cents"])
        for row in rows.chargebacks or []
        if row["learned_on"] <= as_of and row["charged_back_on"] <= on
    ]
    debts = [
        Debt(row["due_on"], {name: row[f"{name}_cents"] for name in COMPONENTS})
        for row in sorted(rows.instalments or [], key=lambda row: (row["due_on"], row["instalment_no"]))
    ]
    aims = [(_aim(row, standing, debts, backs, rows.account["product"], rules), row) for row in standing]
    ordinary = [Payment(row["paid_on"], row["amount_cents"]) for aim, row in aims if aim == "ordinary"]
    settled = settle(debts, ordinary, Order(components=rules.order, in_advance=rules.order), backs)
    _aimed_money(sorted(settled.debts, key=lambda debt: debt.due_on), aims, on, rules)
    return sorted(settled.debts, key=lambda debt: debt.due_on)


def _aim(
    row: BookRow,
    standing: Sequence[BookRow],
    debts: Sequence[Debt],
    backs: Sequence[Chargeback],
    product: str,
    rules: AgeingRules,
) -> str:
    """`ordinary`, `principal_first`, or the component its payer named."""
    if rules.follow_designation and row["designation"] in COMPONENTS:
        return str(row["designation"])
    if product not in rules.principal_first_products:
        return "ordinary"
    long_due_on = row["paid_on"] - timedelta(days=rules.principal_first_from_day - rules.dpd_on_due_date)
    long_due = sum(debt.outstanding for debt in debts if debt.due_on <= long_due_on)
    long_due += sum(back.amount for back in backs if back.on <= long_due_on)
    before = sum(other["amount_cents"] for other in standing if other["paid_on"] < row["paid_on"])
    return "principal_first" if before < long_due else "ordinary"


def _aimed_money(debts: Sequence[Debt], aims: Sequence[tuple[str, BookRow]], on: date, rules: AgeingRules) -> None:
    """Day-91 money, then designated money, then what both could not use. The debts are changed."""

    def spend(money: int, some: Sequence[Debt], names: Sequence[str]) -> int:
        for debt in some:
            for name in names:
                money -= debt.take(name, money, on)
        return money

    first = [row for aim, row in aims if aim == "principal_first"]
    left = 0
    if first:
        due = [debt for debt in debts if debt.due_on <= max(row["paid_on"] for row in first)]
        left = spend(sum(row["amount_cents"] for row in first), due, ["principal"])
        left = spend(left, due, [name for name in rules.order if name != "principal"])
    for component in COMPONENTS:
        left += spend(sum(row["amount_cents"] for aim, row in aims if aim == component), debts, [component])
    spend(left, debts, rules.order)


def _oldest(debts: Sequence[Debt], on: date, rules: AgeingRules) -> date | None:
    """The due date of the oldest debt that is unpaid and late."""
    return min((debt.due_on for debt in _late(debts, on, rules)), default=None)


def _late(debts: Sequence[Debt], on: date, rules: AgeingRules) -> list[Debt]:
    return [debt for debt in debts if debt.outstanding and (on - debt.due_on).days + rules.dpd_on_due_date > 0]


def _charges(debts: Sequence[Debt]) -> int:
    return sum(debt.outstanding - debt.owing["principal"] for debt in debts)


def _outstanding(found: _Found, as_of: date) -> int:
    """All principal, and the charges that have fallen due."""
    debts = found.debts or []
    return sum(debt.owing["principal"] for debt in debts) + _charges([debt for debt in debts if debt.due_on <= as_of])


def _balance_reason(found: _Found, balance: int, as_of: date, rules: AgeingRules) -> str | None:
    debts = found.debts or []
    principal = sum(debt.owing["principal"] for debt in debts)
    if balance == _outstanding(found, as_of):
        return None
    if balance == sum(debt.outstanding for debt in debts):
        return "not_yet_due"
    if balance == principal:
        return "principal_alone"
    if balance == principal + _charges(_late(debts, as_of, rules)):
        return "due_today"
    return "credit" if balance < 0 else "unexplained"


def _overdue(found: _Found, account: BookRow, is_ageing: bool, as_of: date, rules: AgeingRules) -> int | None:
    if not is_ageing:
        return 0
    if found.debts is not None:
        return sum(debt.outstanding for debt in _late(found.debts, as_of, rules))
    told: int | None = account["overdue_cents"]
    return 0 if told is None and found.days == 0 else told


def _part(found: _Found, name: str, overdue: int | None, as_of: date, rules: AgeingRules) -> int | None:
    """One component of what is overdue; a tape does not tell it, unless nothing is."""
    if overdue == 0:
        return 0
    if found.debts is None:
        return None
    return sum(debt.owing[name] for debt in _late(found.debts, as_of, rules))


def _known_pauses(rows: Rows, as_of: date) -> list[Pause]:
    return [
        Pause(row["start_on"], row["end_on"], row["learned_on"])
        for row in rows.pauses or []
        if row["learned_on"] <= as_of and row["start_on"] <= row["end_on"] and row["start_on"] <= as_of
    ]


def _delinquent(
    days: int | None, due_on: date | None, on: date, pauses: Sequence[Pause], rules: AgeingRules
) -> int | None:
    """Days past due, less grace, less paused days."""
    if days is None:
        return None
    return max(0, days - rules.grace_days - (0 if due_on is None else paused_days(pauses, due_on, on)))


def _bucket(rows: Rows, found: _Found, pauses: Sequence[Pause], as_of: date, rules: AgeingRules) -> str | None:
    """The bucket, as it was last worked out: in a pause, before it began."""
    if found.days is None:
        return None
    on, due_on = as_of, found.due_on
    if found.days and rules.bucket_while_paused == "frozen" and (froze_on := frozen_on(pauses, as_of)) is not None:
        on = froze_on
        if found.source == "schedule":
            due_on = _oldest(_settled_debts(rows, on, as_of, rules), on, rules)
    days = 0 if due_on is None else max(0, (on - due_on).days + rules.dpd_on_due_date)
    return rules.bucket_of(_delinquent(days, due_on, on, pauses, rules) or 0)

"""
The three things that bend the line of `pay_down.py`, each for few accounts, as whole columns.

- A chargeback is debt due on its own day. It enters the line behind whatever was due or paid by then.
- A payment made on day 91 or later (`principal_first_…`, law note M03) goes to the principal of all that had
  fallen due by the last such payment, then to the rest of that.
- A payment with a designation (law note M05) goes to the component it names, oldest debt first.

The last two are served, in this order, on what ordinary money has left; what they can't use flows on as ordinary
money. So an account is settled from totals, in no order but this one, and shuffling payments changes nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from arrears.ageing.rules import COMPONENTS, AgeingRules

if TYPE_CHECKING:
    from arrears.ageing.pay_down import Ledger

ORDINARY = "ordinary"
PRINCIPAL_FIRST = "principal_first"
AIMS = (PRINCIPAL_FIRST, *(f"for_{name}" for name in COMPONENTS))
"""How a payment is aimed, other than `ordinary`."""

UNPAID = ("account_id", "due_on", "on", "place", *COMPONENTS)
"""A debt and what is still unpaid of each component."""

CHARGEBACK_PLACE = 2**31 - 1
"""Among debts due on one day a chargeback comes after the instalments."""


def aimed(payments: ir.Table, debts: ir.Table, ledger: Ledger, rules: AgeingRules) -> ir.Table:
    """(account_id, paid_on, amount_cents, aim) of the payments."""
    aim: ir.StringValue = ibis.literal(ORDINARY)
    if rules.principal_first_products:
        first = _principal_first_days(payments, debts, ledger, rules)
        payments = payments.left_join(first, ["account_id", "paid_on"]).drop("account_id_right", "paid_on_right")
        aim = ibis.ifelse(payments.is_principal_first.fill_null(False), PRINCIPAL_FIRST, aim)
    if rules.follow_designation:
        named = payments.designation.fill_null("")
        aim = ibis.ifelse(named.isin(COMPONENTS), ibis.literal("for_") + named, aim)
    return payments.select("account_id", "paid_on", "amount_cents", aim=aim)


def _principal_first_days(payments: ir.Table, debts: ir.Table, ledger: Ledger, rules: AgeingRules) -> ir.Table:
    """
    Days on which a payment found the account `principal_first_from_day` or more past due: what was received on
    earlier days does not cover what had fallen due so long before.
    """
    kinds = ledger.products.filter(ledger.products.product.isin(sorted(rules.principal_first_products)))
    paid = payments.semi_join(kinds, "account_id")
    paid = paid.group_by("account_id", "paid_on").agg(paid_cents=paid.amount_cents.sum())
    running = ibis.window(group_by="account_id", order_by="paid_on", rows=(None, 0))
    back = ibis.interval(days=rules.principal_first_from_day - rules.dpd_on_due_date)
    paid = paid.mutate(
        before_cents=paid.paid_cents.sum().over(running) - paid.paid_cents,
        long_due_on=(paid.paid_on - back).cast("date"),
    )
    owing = debts.select("account_id", "due_on", debt_cents=debts.total_cents).union(
        ledger.chargebacks.select(
            "account_id", due_on=ledger.chargebacks.charged_back_on, debt_cents=ledger.chargebacks.amount_cents
        )
    )
    old = paid.inner_join(owing, ["account_id", owing.due_on <= paid.long_due_on])
    old = old.group_by("account_id", "paid_on").agg(
        before_cents=old.before_cents.max(), long_due_cents=old.debt_cents.sum()
    )
    return old.select("account_id", "paid_on", is_principal_first=old.before_cents < old.long_due_cents)


def reopened(ledger: Ledger, debts: ir.Table, payments: ir.Table, line: ir.Table) -> ir.Table:
    """
    (account_id, due_on, on, amount_cents, repaid_cents): chargebacks by day, and what ordinary money repaid.

    On the line of instalments a chargeback of day t stands at the greatest of: what was due by t, what was paid
    before t, and where the one before it stands. Money pays the line up to that point, then the chargeback.
    """
    keys = ["account_id", "due_on"]
    back = ledger.chargebacks.filter(ledger.chargebacks.charged_back_on <= ledger.chargebacks.on)
    back = back.group_by("account_id", due_on=back.charged_back_on).agg(
        on=back.on.max(), amount_cents=back.amount_cents.sum()
    )
    owing = debts.select("account_id", "total_cents", fell_due_on=debts.due_on)
    due = back.select(*keys).inner_join(owing, "account_id")
    due = due.group_by(keys).agg(due_cents=due.total_cents.sum(where=due.fell_due_on <= due.due_on))
    ordinary = payments.filter(payments.aim == ORDINARY).select("account_id", "paid_on", paid_cents="amount_cents")
    paid = back.select(*keys).inner_join(ordinary, "account_id")
    paid = paid.group_by(keys).agg(paid_cents=paid.paid_cents.sum(where=paid.paid_on < paid.due_on))

    back = back.inner_join(line.select("account_id", "total_cents", "ordinary_cents"), "account_id")
    back = back.left_join(due, keys).drop("account_id_right", "due_on_right")
    back = back.left_join(paid, keys).drop("account_id_right", "due_on_right")
    running = ibis.window(group_by="account_id", order_by="due_on", rows=(None, 0))
    back = back.mutate(earlier_cents=back.amount_cents.sum().over(running) - back.amount_cents)
    back = back.mutate(
        stands_at=ibis.greatest(
            back.due_cents.fill_null(0),
            ibis.least(back.paid_cents.fill_null(0) - back.earlier_cents, back.total_cents),
        )
    )
    back = back.mutate(stands_at=back.stands_at.max().over(running))
    reached = back.ordinary_cents - back.stands_at - back.earlier_cents
    return back.select(*keys, "on", "amount_cents", repaid_cents=_within(reached, back.amount_cents))


def with_reopened(line: ir.Table, back: ir.Table) -> ir.Table:
    """The line with its chargebacks, and `reach_cents`: how far ordinary money reaches along the instalments."""
    by_account = back.group_by("account_id").agg(
        reopened_cents=back.amount_cents.sum(), repaid_cents=back.repaid_cents.sum()
    )
    line = line.left_join(by_account, "account_id").drop("account_id_right")
    line = line.mutate(reopened_cents=line.reopened_cents.fill_null(0), repaid_cents=line.repaid_cents.fill_null(0))
    return line.mutate(reach_cents=line.ordinary_cents - line.repaid_cents)


def unpaid_chargebacks(back: ir.Table, line: ir.Table) -> ir.Table:
    """What is left of each chargeback, as UNPAID principal, for accounts with ordinary money only."""
    plain = line.filter(line.received_cents == line.ordinary_cents)
    return _as_debt(back.semi_join(plain, "account_id"))


def unpaid(debts: ir.Table, back: ir.Table, line: ir.Table, rules: AgeingRules) -> ir.Table:
    """What is left of each debt, as UNPAID, for accounts with money aimed at something."""
    some = line.filter(line.received_cents != line.ordinary_cents)
    some = some.select("account_id", "reach_cents", "principal_first_until", *(f"{aim}_cents" for aim in AIMS))
    rows = debts.inner_join(some.select("account_id", "reach_cents"), "account_id")
    left = spent(rows, rows.reach_cents - _before(rows, rows.total_cents), rules.order)
    left = left.union(_as_debt(back.semi_join(some, "account_id")))
    left = left.inner_join(some.drop("reach_cents"), "account_id")

    # Day 91: first the principal of what had fallen due by the last such payment, then the rest of it.
    within = (left.due_on <= left.principal_first_until).fill_null(False)
    left = left.mutate(aimed_at=ibis.ifelse(within, left.principal, 0), pool=left.principal_first_cents)
    left = _take(left, ["principal"])
    rest = tuple(name for name in rules.order if name != "principal")
    within = (left.due_on <= left.principal_first_until).fill_null(False)
    left = left.mutate(aimed_at=ibis.ifelse(within, _sum(left, rest), 0))
    left = _take(left, rest)
    left = left.mutate(flows_on=left.pool)

    for name in COMPONENTS:
        left = left.mutate(aimed_at=left[name], pool=left[f"for_{name}_cents"])
        left = _take(left, [name])
        left = left.mutate(flows_on=left.flows_on + left.pool)

    left = left.mutate(aimed_at=_sum(left, COMPONENTS), pool=left.flows_on)
    return _take(left, rules.order).select(*UNPAID)


def spent(rows: ir.Table, money: ir.IntegerValue, order: tuple[str, ...]) -> ir.Table:
    """The rows as UNPAID after `money` (which may be negative, or too much) went to their components in order."""
    left: ir.IntegerValue = ibis.greatest(money, 0)
    after = {}
    for name in order:
        after[name] = ibis.greatest(rows[name] - left, 0)
        left = ibis.greatest(left - rows[name], 0)
    return rows.mutate(**after).select(*UNPAID)


def _take(left: ir.Table, order: list[str] | tuple[str, ...]) -> ir.Table:
    """`pool` spent on `aimed_at` oldest first, out of the components named; what is not spent stays in `pool`."""
    left = left.mutate(taken=_within(left.pool - _before(left, left.aimed_at), left.aimed_at))
    money = left.taken
    after = {}
    for name in order:
        after[name] = left[name] - ibis.least(left[name], money)
        money = ibis.greatest(money - left[name], 0)
    whole = ibis.window(group_by="account_id")
    return left.mutate(**after, pool=left.pool - left.taken.sum().over(whole))


def _before(rows: ir.Table, amount: ir.IntegerValue) -> ir.IntegerValue:
    """The sum of `amount` over the older debts of the account."""
    running = ibis.window(group_by=rows.account_id, order_by=[rows.due_on, rows.place], rows=(None, 0))
    older: ir.IntegerValue = amount.sum().over(running) - amount
    return older


def _within(amount: ir.IntegerValue, most: ir.IntegerValue) -> ir.IntegerValue:
    inside: ir.IntegerValue = ibis.greatest(ibis.least(amount, most), 0)
    return inside


def _sum(rows: ir.Table, names: tuple[str, ...]) -> ir.IntegerValue:
    whole: ir.IntegerValue = rows[names[0]]
    for name in names[1:]:
        whole = whole + rows[name]
    return whole


def _as_debt(back: ir.Table) -> ir.Table:
    """A chargeback is principal due on its own day."""
    nothing = ibis.literal(0, "int64")
    return back.select(
        "account_id",
        "due_on",
        "on",
        place=ibis.literal(CHARGEBACK_PLACE, "int32"),
        **{name: back.amount_cents - back.repaid_cents if name == "principal" else nothing for name in COMPONENTS},
    )

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

from collections.abc import Sequence
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
from ibis.util import gen_name

from arrears.ageing.rules import COMPONENTS, AgeingRules
from arrears.kernel.table import summed

if TYPE_CHECKING:
    from arrears.ageing.pay_down import Ledger

ORDINARY = "ordinary"
PRINCIPAL_FIRST = "principal_first"
"""How a payment is aimed; a designated one is aimed at the name of its component."""

UNPAID = ("account_id", "due_on", "on", "place", *COMPONENTS)
"""A debt and what is still unpaid of each component."""

CHARGEBACK_PLACE = 2**31 - 1
"""Among debts due on one day a chargeback comes after the instalments."""


def may_happen(rules: AgeingRules) -> bool:
    """Whether these rules aim any payment at something."""
    return bool(rules.principal_first_products) or rules.follow_designation


def aimed(payments: ir.Table, ledger: Ledger, rules: AgeingRules) -> ir.Table:
    """(account_id, paid_on, amount_cents, aim) of the payments."""
    aim: ir.StringValue = ibis.literal(ORDINARY)
    if rules.principal_first_products:
        first = _principal_first_days(payments.select("account_id", "paid_on", "amount_cents"), ledger, rules)
        payments = payments.left_join(first, ["account_id", "paid_on"]).drop("account_id_right", "paid_on_right")
        aim = ibis.ifelse(payments.is_principal_first.fill_null(False), PRINCIPAL_FIRST, aim)
    if rules.follow_designation:
        named = payments.designation.fill_null("")
        aim = ibis.ifelse(named.isin(COMPONENTS), named, aim)
    return payments.select("account_id", "paid_on", "amount_cents", aim=aim)


def _principal_first_days(payments: ir.Table, ledger: Ledger, rules: AgeingRules) -> ir.Table:
    """
    Days on which a payment found the account `principal_first_from_day` or more past due: what was received on
    earlier days does not cover what had fallen due so long before.
    """
    kinds = ledger.products.filter(ledger.products.product.isin(sorted(rules.principal_first_products)))
    paid = payments.semi_join(kinds, "account_id")
    paid = paid.group_by("account_id", "paid_on").agg(paid_cents=summed(paid.amount_cents))
    running = ibis.window(group_by="account_id", order_by="paid_on", rows=(None, 0))
    back = ibis.interval(days=rules.principal_first_from_day - rules.dpd_on_due_date)
    paid = paid.mutate(
        before_cents=paid.paid_cents.sum().over(running) - paid.paid_cents,
        long_due_on=paid.paid_on - back,
    )
    debts = ledger.instalments
    owing = debts.select("account_id", "due_on", debt_cents=total_of(debts))
    if ledger.chargebacks is not None:
        again = ledger.chargebacks
        owing = owing.union(again.select("account_id", due_on=again.charged_back_on, debt_cents=again.amount_cents))
    old = paid.inner_join(owing, ["account_id", owing.due_on <= paid.long_due_on])
    old = old.group_by("account_id", "paid_on").agg(
        before_cents=old.before_cents.max(), long_due_cents=summed(old.debt_cents)
    )
    old = old.filter(old.before_cents < old.long_due_cents)
    days = old.select("account_id", "paid_on", is_principal_first=ibis.literal(True))
    return days.alias(gen_name("principal_first_days"))


def reopened(chargebacks: ir.Table, ledger: Ledger, payments: ir.Table, line: ir.Table) -> ir.Table:
    """
    (account_id, due_on, on, amount_cents, repaid_cents): chargebacks by day, and what ordinary money repaid.

    On the line of instalments a chargeback of day t stands at the greatest of: what was due by t, what was paid
    before t, and where the one before it stands. Money pays the line up to that point, then the chargeback.
    """
    keys = ["account_id", "due_on"]
    back = chargebacks.filter(chargebacks.charged_back_on <= chargebacks.on)
    back = back.group_by("account_id", due_on=back.charged_back_on).agg(
        on=back.on.max(), amount_cents=summed(back.amount_cents)
    )
    debts = ledger.instalments
    due = back.select(*keys).inner_join(
        debts.select("account_id", fell_due_on=debts.due_on, debt_cents=total_of(debts)), "account_id"
    )
    due = due.group_by(keys).agg(due_cents=summed(due.debt_cents, where=due.fell_due_on <= due.due_on))
    ordinary = payments.filter(payments.aim == ORDINARY).select("account_id", "paid_on", paid_cents="amount_cents")
    paid = back.select(*keys).inner_join(ordinary, "account_id")
    paid = paid.group_by(keys).agg(paid_cents=summed(paid.paid_cents, where=paid.paid_on < paid.due_on))

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
    back = back.select(*keys, "on", "amount_cents", repaid_cents=_within(reached, back.amount_cents))
    return back.alias(gen_name("reopened"))


def with_reopened(line: ir.Table, back: ir.Table) -> ir.Table:
    """The line with its chargebacks, and `reach_cents`: how far ordinary money reaches along the instalments."""
    by_account = back.group_by("account_id").agg(
        reopened_cents=summed(back.amount_cents), repaid_cents=summed(back.repaid_cents)
    )
    line = line.left_join(by_account, "account_id").drop("account_id_right")
    return line.mutate(
        reopened_cents=line.reopened_cents.fill_null(0),
        reach_cents=line.ordinary_cents - line.repaid_cents.fill_null(0),
    )


def unpaid_chargebacks(back: ir.Table, line: ir.Table) -> ir.Table:
    """What is left of each chargeback, as UNPAID principal, for accounts with ordinary money only."""
    return _reopened_as_debts(back.semi_join(line.filter(line.aimed_cents == 0), "account_id"))


def unpaid(payments: ir.Table, ledger: Ledger, back: ir.Table | None, line: ir.Table, rules: AgeingRules) -> ir.Table:
    """What is left of each debt, as UNPAID, for accounts with money aimed at something."""
    aims = payments.filter(payments.aim != ORDINARY)
    pools = aims.group_by("account_id").agg(
        **{f"{aim}_pool": summed(aims.amount_cents, where=aims.aim == aim) for aim in (PRINCIPAL_FIRST, *COMPONENTS)},
        until=aims.paid_on.max(where=aims.aim == PRINCIPAL_FIRST),
    )
    some = line.filter(line.aimed_cents > 0).select("account_id", "reach_cents")
    pools = pools.inner_join(some, "account_id")
    rows = as_debts(ledger.instalments).inner_join(pools.select("account_id", "reach_cents"), "account_id")
    left = spent(rows, rows.reach_cents - before(rows, sum_of(rows, COMPONENTS)), rules.order)
    if back is not None:
        left = left.union(_reopened_as_debts(back.semi_join(pools, "account_id")))
    left = left.inner_join(pools.drop("reach_cents"), "account_id")

    # Day 91: first the principal of what had fallen due by the last such payment, then the rest of it.
    left = left.mutate(is_within=(left.due_on <= left.until).fill_null(False))
    left = _take(left, [("principal_first_pool", ["principal"])], only=left.is_within)
    rest = [name for name in rules.order if name != "principal"]
    left = _take(left, [("principal_first_pool", rest)], only=left.is_within)
    left = _take(left, [(f"{name}_pool", [name]) for name in COMPONENTS])
    flows_on = sum((left[f"{name}_pool"] for name in COMPONENTS), left.principal_first_pool)
    left = left.mutate(flows_on=flows_on)
    return _take(left, [("flows_on", rules.order)]).select(*UNPAID)


def _take(left: ir.Table, pools: Sequence[tuple[str, Sequence[str]]], only: ir.BooleanValue | None = None) -> ir.Table:
    """
    Each pool spent on its components, oldest debt first and in their order, where `only` holds; what a pool can't
    use stays in it. The pools of one call have no component in common.
    """
    wanted = {}
    for pool, order in pools:
        whole = sum_of(left, order)
        wanted[pool] = whole if only is None else ibis.ifelse(only, whole, 0)
    left = left.mutate(
        **{f"{pool}_before": before(left, amount) for pool, amount in wanted.items()},
        **{f"{pool}_wanted": amount for pool, amount in wanted.items()},
        **{f"{pool}_all": amount.sum().over(group_by=left.account_id) for pool, amount in wanted.items()},
    )
    after = {}
    for pool, order in pools:
        money = _within(left[pool] - left[f"{pool}_before"], left[f"{pool}_wanted"])
        for name in order:
            after[name] = ibis.greatest(left[name] - money, 0)
            money = ibis.greatest(money - left[name], 0)
        after[pool] = ibis.greatest(left[pool] - left[f"{pool}_all"], 0)
    return left.mutate(**after).drop(*(f"{pool}_{use}" for pool, _ in pools for use in ("before", "wanted", "all")))


def as_debts(instalments: ir.Table) -> ir.Table:
    """Instalments as UNPAID, nothing paid."""
    return instalments.select(
        "account_id",
        "due_on",
        "on",
        place=instalments.instalment_no,
        **{name: instalments[f"{name}_cents"] for name in COMPONENTS},
    )


def _reopened_as_debts(back: ir.Table) -> ir.Table:
    """What is left of chargebacks, as UNPAID: principal due on its own day."""
    nothing = ibis.literal(0, "int64")
    return back.select(
        "account_id",
        "due_on",
        "on",
        place=ibis.literal(CHARGEBACK_PLACE, "int32"),
        **{name: back.amount_cents - back.repaid_cents if name == "principal" else nothing for name in COMPONENTS},
    )


def spent(rows: ir.Table, money: ir.IntegerValue, order: Sequence[str]) -> ir.Table:
    """The rows as UNPAID after `money` (which may be negative, or too much) went to their components in order."""
    rows = rows.mutate(money=ibis.greatest(money, 0))
    left: ir.IntegerValue = rows.money
    after = {}
    for name in order:
        after[name] = ibis.greatest(rows[name] - left, 0)
        left = left - rows[name]
    return rows.mutate(**{name: ibis.least(rows[name], amount) for name, amount in after.items()}).select(*UNPAID)


def total_of(instalments: ir.Table) -> ir.IntegerValue:
    """All four components of an instalment."""
    return sum_of(instalments, [f"{name}_cents" for name in COMPONENTS])


def sum_of(rows: ir.Table, names: Sequence[str]) -> ir.IntegerValue:
    whole: ir.IntegerValue = rows[names[0]]
    for name in names[1:]:
        whole = whole + rows[name]
    return whole


def before(rows: ir.Table, amount: ir.IntegerValue) -> ir.IntegerValue:
    """The sum of `amount` over the older debts of the account."""
    running = ibis.window(group_by=rows.account_id, order_by=[rows.due_on, rows.place], rows=(None, 0))
    older: ir.IntegerValue = amount.sum().over(running) - amount
    return older


def _within(amount: ir.IntegerValue, most: ir.IntegerValue) -> ir.IntegerValue:
    inside: ir.IntegerValue = ibis.greatest(ibis.least(amount, most), 0)
    return inside

"""
Schedules and payments, as whole columns: what each account has not paid, from when, by component.

Reads:  instalments, payments and chargebacks of many accounts, each row with the day `on` to stand on
Gives:  one row per account that has instalments (`OWED`)
Never:  goes account by account. `by_hand.py` says the same thing slowly and is held equal to this.

Money flows oldest debt first, and inside an instalment by component, so on any day the instalments are paid up
to one point on a line of money. That makes the common case two sums per account, and one running sum over the
due instalments of accounts that are late. What bends the line is in `pay_specially.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import ibis
import ibis.expr.types as ir

from arrears.ageing import pay_specially as special
from arrears.ageing.rules import COMPONENTS, AgeingRules

OWED = {
    "account_id": "!string",
    "outstanding_cents": "!int64",
    "oldest_unpaid_due_on": "date",  # null where nothing is overdue
    "overdue_fee_cents": "!int64",
    "overdue_penalty_cents": "!int64",
    "overdue_interest_cents": "!int64",
    "overdue_principal_cents": "!int64",
}


@dataclass(frozen=True, slots=True)
class Ledger:
    """The facts known on the night, each row with the day `on` at whose end its account is looked at."""

    products: ir.Table  # account_id, product
    instalments: ir.Table
    payments: ir.Table
    chargebacks: ir.Table

    @classmethod
    def known(cls, tables: dict[str, ir.Table], as_of: date, accounts: ir.Table) -> Ledger:
        """What had been learned by `as_of` about `accounts`. A reversal learned later has not happened yet."""
        night = ibis.literal(as_of)
        payments, chargebacks = tables["payments"], tables["chargebacks"]
        stands = payments.reversed_on.isnull() | (payments.reversed_on > night)
        return cls(
            products=accounts.select("account_id", "product"),
            instalments=tables["instalments"].mutate(on=night),
            payments=payments.filter(payments.learned_on <= night, stands).mutate(on=night),
            chargebacks=chargebacks.filter(chargebacks.learned_on <= night).mutate(on=night),
        )

    def standing_on(self, days: ir.Table) -> Ledger:
        """The same facts for the accounts of `days` (account_id, on), seen at the end of each one's own day."""

        def moved(table: ir.Table) -> ir.Table:
            return table.drop("on").inner_join(days.select("account_id", "on"), "account_id")

        return replace(
            self,
            instalments=moved(self.instalments),
            payments=moved(self.payments),
            chargebacks=moved(self.chargebacks),
        )


def owed(ledger: Ledger, rules: AgeingRules) -> ir.Table:
    """Every account with instalments, as OWED."""
    debts = _debts(ledger, rules)
    payments = special.aimed(_received(ledger), debts, ledger, rules)
    line = _line(debts, payments)
    reopened = special.reopened(ledger, debts, payments, line)
    line = special.with_reopened(line, reopened)
    unpaid = _unpaid_instalments(debts, line, rules).union(special.unpaid_chargebacks(reopened, line))
    unpaid = unpaid.union(special.unpaid(debts, reopened, line, rules))
    late = unpaid.filter(is_late(unpaid, rules), unpaid.fee + unpaid.penalty + unpaid.interest + unpaid.principal > 0)
    overdue = late.group_by("account_id").agg(
        oldest_unpaid_due_on=late.due_on.min(),
        **{f"overdue_{name}_cents": late[name].sum() for name in COMPONENTS},
    )
    found = line.select(
        "account_id",
        outstanding_cents=ibis.greatest(line.total_cents + line.reopened_cents - line.received_cents, 0),
    )
    found = found.left_join(overdue, "account_id").drop("account_id_right")
    return found.mutate(
        **{f"overdue_{name}_cents": found[f"overdue_{name}_cents"].fill_null(0) for name in COMPONENTS}
    ).select(*OWED)


def is_late(debts: ir.Table, rules: AgeingRules) -> ir.BooleanValue:
    """Whether a debt is overdue on `on` if it is unpaid."""
    late: ir.BooleanValue = debts.due_on <= debts.on if rules.dpd_on_due_date else debts.due_on < debts.on
    return late


def _debts(ledger: Ledger, rules: AgeingRules) -> ir.Table:
    """Instalments under short names, with their total."""
    table = ledger.instalments
    return table.select(
        "account_id",
        "due_on",
        "on",
        place=table.instalment_no,
        **{name: table[f"{name}_cents"] for name in COMPONENTS},
        total_cents=table.fee_cents + table.penalty_cents + table.interest_cents + table.principal_cents,
    )


def _received(ledger: Ledger) -> ir.Table:
    return ledger.payments.filter(ledger.payments.paid_on <= ledger.payments.on)


def _line(debts: ir.Table, payments: ir.Table) -> ir.Table:
    """Per account with instalments: all of them, those due by `on`, and the money received by how it is aimed."""
    sums = debts.group_by("account_id").agg(
        total_cents=debts.total_cents.sum(),
        due_cents=debts.total_cents.sum(where=debts.due_on <= debts.on).fill_null(0),
    )
    money = payments.group_by("account_id").agg(
        received_cents=payments.amount_cents.sum(),
        ordinary_cents=payments.amount_cents.sum(where=payments.aim == special.ORDINARY).fill_null(0),
        **{f"{aim}_cents": payments.amount_cents.sum(where=payments.aim == aim).fill_null(0) for aim in special.AIMS},
        principal_first_until=payments.paid_on.max(where=payments.aim == special.PRINCIPAL_FIRST),
    )
    line = sums.left_join(money, "account_id").drop("account_id_right")
    amounts = [name for name in money.columns if name.endswith("_cents")]
    return line.mutate(**{name: line[name].fill_null(0) for name in amounts})


def _unpaid_instalments(debts: ir.Table, line: ir.Table, rules: AgeingRules) -> ir.Table:
    """Due instalments of accounts whose money, all of it ordinary, does not reach what is due."""
    short = line.filter(line.received_cents == line.ordinary_cents, line.reach_cents < line.due_cents)
    rows = debts.filter(debts.due_on <= debts.on).inner_join(short.select("account_id", "reach_cents"), "account_id")
    running = ibis.window(group_by="account_id", order_by=["due_on", "place"], rows=(None, 0))
    rows = rows.mutate(paid_cents=rows.reach_cents - rows.total_cents.sum().over(running) + rows.total_cents)
    return special.spent(rows, rows.paid_cents, rules.order)

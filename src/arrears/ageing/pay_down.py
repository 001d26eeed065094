"""
Schedules and payments, as whole columns: what each account has not paid, from when, by component.

Reads:  instalments, payments and chargebacks of many accounts, each row with the day `on` to stand on
Gives:  one row per account that has instalments (`OWED`)
Never:  goes account by account. `tests/ageing/by_hand.py` says the same thing slowly and is held equal to this.

Money flows oldest debt first, and inside an instalment by component, so on any day the instalments are paid up
to one point on a line of money. That makes the common case two sums per account, and one running sum over the
due instalments of accounts that are late. What bends the line is in `pay_specially.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
from ibis.util import gen_name

from arrears.ageing import pay_specially as special
from arrears.ageing.rules import COMPONENTS, AgeingRules
from arrears.book.table import Snapshot
from arrears.kernel.table import summed

OWED = {
    "account_id": "!string",
    "outstanding_cents": "!int64",  # principal, and the interest, fees and penalties that have fallen due
    "not_yet_due_cents": "!int64",  # interest, fees and penalties of instalments to come, not paid ahead
    "due_charges_cents": "!int64",  # of `outstanding_cents`, what is not principal
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
    chargebacks: ir.Table | None  # None where the book has none

    @classmethod
    def tonight(cls, book: Snapshot) -> Ledger:
        """Every account, at the end of the night's day."""
        night = ibis.literal(book.as_of)
        return cls._of(book, lambda table: table.mutate(on=night))

    @classmethod
    def on_days(cls, book: Snapshot, days: ir.Table) -> Ledger:
        """The accounts of `days` (account_id, on), each at the end of its own day, by what is known on the night."""
        days = days.select("account_id", "on")
        return cls._of(book, lambda table: table.inner_join(days, "account_id"))

    @classmethod
    def _of(cls, book: Snapshot, stand: Callable[[ir.Table], ir.Table]) -> Ledger:
        """What had been learned by the night. A reversal learned later has not happened yet."""
        night = ibis.literal(book.as_of)
        payments, chargebacks = book["payments"], book["chargebacks"]
        stands = payments.reversed_on.isnull() | (payments.reversed_on > night)
        known = chargebacks.filter(chargebacks.learned_on <= night)
        return cls(
            products=book["accounts"].select("account_id", "product"),
            instalments=stand(book["instalments"]),
            payments=stand(payments.filter(payments.learned_on <= night, stands)),
            chargebacks=None if "chargebacks" in book.absent else stand(known),
        )


def owed(ledger: Ledger, rules: AgeingRules) -> ir.Table:
    """Every account with instalments, as OWED."""
    received = ledger.payments.filter(ledger.payments.paid_on <= ledger.payments.on)
    payments = special.aimed(received, ledger, rules)
    line = _line(ledger, payments)
    unpaid = []
    if ledger.chargebacks is None:
        line = line.mutate(reopened_cents=ibis.literal(0, "int64"), reach_cents=line.ordinary_cents)
        back = None
    else:
        back = special.reopened(ledger.chargebacks, ledger, payments, line)
        line = special.with_reopened(line, back)
        unpaid.append(special.unpaid_chargebacks(back, line))
    unpaid.append(_unpaid_instalments(ledger, line, rules))
    if special.may_happen(rules):
        unpaid.append(special.unpaid(payments, ledger, back, line, rules))
    left = _left(unpaid[0].union(*unpaid[1:]) if len(unpaid) > 1 else unpaid[0], rules)
    found = line.left_join(left, "account_id").drop("account_id_right")
    # Where money did not reach beyond what is due, no row is looked at to say that all the rest is still to come.
    is_plain = (found.aimed_cents == 0) & (found.reach_cents <= found.due_cents)
    ahead = ibis.ifelse(is_plain, found.ahead_cents, found.not_yet_due_cents.fill_null(0))
    whole = ibis.greatest(found.total_cents + found.reopened_cents - found.received_cents, 0)
    numbers = ("due_charges_cents", *(f"overdue_{name}_cents" for name in COMPONENTS))
    return (
        found.mutate(
            outstanding_cents=whole - ahead,
            not_yet_due_cents=ahead,
            **{name: found[name].fill_null(0) for name in numbers},
        )
        .select(*OWED)
        .alias(gen_name("owed"))
    )


def _line(ledger: Ledger, payments: ir.Table) -> ir.Table:
    """Per account with instalments: all of them, those due by `on`, and the money received by how it is aimed."""
    debts = ledger.instalments
    total = special.total_of(debts)
    sums = debts.group_by("account_id").agg(
        total_cents=summed(total),
        due_cents=summed(total, where=debts.due_on <= debts.on),
        ahead_cents=summed(total - debts.principal_cents, where=debts.due_on > debts.on),
    )
    amount, aim = payments.amount_cents, payments.aim
    money = payments.group_by("account_id").agg(
        received_cents=summed(amount),
        aimed_cents=summed(amount, where=aim != special.ORDINARY),
    )
    line = sums.left_join(money, "account_id").drop("account_id_right")
    line = line.mutate(received_cents=line.received_cents.fill_null(0), aimed_cents=line.aimed_cents.fill_null(0))
    line = line.mutate(ordinary_cents=line.received_cents - line.aimed_cents)
    return line.alias(gen_name("line"))  # worked out once, though many ask


def _unpaid_instalments(ledger: Ledger, line: ir.Table, rules: AgeingRules) -> ir.Table:
    """
    Of accounts with ordinary money alone: due instalments where it does not reach what is due, and those to come where
    it reaches beyond, but not to the end.
    """
    plain = line.filter(line.aimed_cents == 0, line.reach_cents != line.due_cents, line.reach_cents < line.total_cents)
    some = plain.select("account_id", "reach_cents", is_short=plain.reach_cents < plain.due_cents)
    rows = special.as_debts(ledger.instalments).inner_join(some, "account_id")
    # Money ahead of the due date is counted along the whole line, so an account paid ahead keeps its earlier rows.
    rows = rows.filter((rows.due_on <= rows.on) | ~rows.is_short)
    return special.spent(rows, rows.reach_cents - special.before(rows, special.sum_of(rows, COMPONENTS)), rules.order)


def _left(unpaid: ir.Table, rules: AgeingRules) -> ir.Table:
    """
    Per account: of what is late on `on`, the oldest due date and the amounts; of what is unpaid, what is not principal,
    by whether it has fallen due.
    """
    late = unpaid.due_on <= unpaid.on if rules.dpd_on_due_date else unpaid.due_on < unpaid.on
    is_late = late & (special.sum_of(unpaid, COMPONENTS) > 0)
    charges = special.sum_of(unpaid, [name for name in COMPONENTS if name != "principal"])
    return unpaid.group_by("account_id").agg(
        oldest_unpaid_due_on=unpaid.due_on.min(where=is_late),
        due_charges_cents=summed(charges, where=unpaid.due_on <= unpaid.on),
        not_yet_due_cents=summed(charges, where=unpaid.due_on > unpaid.on),
        **{f"overdue_{name}_cents": summed(unpaid[name], where=is_late) for name in COMPONENTS},
    )

"""
Where each payment of one loan goes, payment by payment: the plain version.

Past due first (oldest debt first), then what falls due on the day, then the future by its own rule. Horizontal
finishes one instalment before the next; vertical finishes one component over all instalments of the phase.

Gives:  debts with what was paid, in advance and late, and the split of each payment by component
Never:  reads the clock. Amounts are whole minor units.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from arrears.ageing.rules import COMPONENTS

Processing = Literal["horizontal", "vertical"]
FutureRule = Literal["next_installment", "last_installment", "reamortization"]


@dataclass(slots=True)
class Debt:
    """One instalment, or a chargeback: when it is due and what is still owed of each component."""

    due_on: date
    owing: dict[str, int]
    paid: int = 0
    paid_in_advance: int = 0
    paid_late: int = 0
    settled_on: date | None = None

    @property
    def outstanding(self) -> int:
        return sum(self.owing.values())

    def take(self, component: str, money: int, on: date) -> int:
        """Up to `money` paid on one component; what was taken."""
        taken = min(money, self.owing[component])
        if not taken:
            return 0
        self.owing[component] -= taken
        self.paid += taken
        if on < self.due_on:
            self.paid_in_advance += taken
        elif on > self.due_on:
            self.paid_late += taken
        if not self.outstanding:
            self.settled_on = on
        return taken


@dataclass(frozen=True, slots=True)
class Order:
    """How money goes to debts."""

    processing: Processing = "horizontal"
    components: tuple[str, ...] = COMPONENTS
    in_advance: tuple[str, ...] = COMPONENTS
    future_rule: FutureRule = "next_installment"


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received at the end of a day. `future_rule` overrules the loan's for this payment alone."""

    on: date
    amount: int
    future_rule: FutureRule | None = None


@dataclass(frozen=True, slots=True)
class Chargeback:
    """Money taken back: debt (principal) due on its own day."""

    on: date
    amount: int


@dataclass(slots=True)
class Settled:
    """A loan after all its payments."""

    debts: list[Debt]
    splits: list[dict[str, int]] = field(default_factory=list)
    """Of each payment in order of time, by component; what no debt could take is in none of them."""
    credit: int = 0
    """Money that no debt could take yet."""


def settle(
    debts: Sequence[Debt], payments: Iterable[Payment], order: Order, chargebacks: Iterable[Chargeback] = ()
) -> Settled:
    """
    Replay a loan in order of time. On one day chargebacks come before payments, and payments in the order given.
    Debts given are used up; credit left from an overpayment goes to the next chargeback.
    """
    settled = Settled(list(debts))
    events: list[tuple[date, int, Payment | Chargeback]] = [(one.on, 0, one) for one in chargebacks]
    events += [(one.on, 1, one) for one in payments]
    for _, _, event in sorted(events, key=lambda found: found[:2]):
        if isinstance(event, Chargeback):
            owing = dict.fromkeys(COMPONENTS, 0) | {"principal": event.amount}
            back = Debt(event.on, owing)
            settled.debts.append(back)
            settled.credit -= back.take("principal", settled.credit, event.on)
        else:
            split, left = pay(settled.debts, event.amount, event.on, order, event.future_rule)
            settled.splits.append(split)
            settled.credit += left
    return settled


def pay(
    debts: Sequence[Debt], amount: int, on: date, order: Order, future_rule: FutureRule | None = None
) -> tuple[dict[str, int], int]:
    """One payment into the debts. Gives its split by component, and what was left over."""
    split = dict.fromkeys(COMPONENTS, 0)
    oldest_first = sorted(debts, key=lambda debt: debt.due_on)
    past = [debt for debt in oldest_first if debt.due_on < on]
    today = [debt for debt in oldest_first if debt.due_on == on]
    future = [debt for debt in oldest_first if debt.due_on > on]
    rule = future_rule or order.future_rule
    left = _fill(past, amount, on, order.processing, order.components, split)
    left = _fill(today, left, on, order.processing, order.components, split)
    if rule == "reamortization":
        left = _share(future, left, on, order.processing, order.in_advance, split)
    else:
        in_turn = future if rule == "next_installment" else future[::-1]
        left = _fill(in_turn, left, on, order.processing, order.in_advance, split)
    return split, left


def _fill(
    debts: Sequence[Debt], money: int, on: date, way: Processing, components: Sequence[str], split: dict[str, int]
) -> int:
    """Money into the debts in the order they are in; what is left of it."""
    if way == "horizontal":
        turns = [(debt, component) for debt in debts for component in components]
    else:
        turns = [(debt, component) for component in components for debt in debts]
    for debt, component in turns:
        taken = debt.take(component, money, on)
        split[component] += taken
        money -= taken
    return money


def _share(
    debts: Sequence[Debt], money: int, on: date, way: Processing, components: Sequence[str], split: dict[str, int]
) -> int:
    """
    Money in equal parts over the debts still open, cents to the last; what one can't take is shared again.
    Vertical shares over one component until it is paid; horizontal goes through the components in every round.
    """
    rounds = [list(components)] if way == "horizontal" else [[component] for component in components]
    for names in rounds:
        while money and (still := [debt for debt in debts if any(debt.owing[name] for name in names)]):
            for name in names:
                parts = equal_parts(money, len(still))
                for debt, part in zip(still, parts, strict=True):
                    taken = debt.take(name, part, on)
                    split[name] += taken
                    money -= taken
    return money


def equal_parts(money: int, count: int) -> list[int]:
    """
    `money` in equal parts, each rounded half to even, and what that leaves or lacks on the last. Rounded down,
    where so few cents go to so many parts that the last would owe some back.
    """
    whole, rest = divmod(money, count)
    part = whole + (2 * rest + whole % 2 > count)
    if part * (count - 1) > money:
        part = whole
    return [part] * (count - 1) + [money - part * (count - 1)]

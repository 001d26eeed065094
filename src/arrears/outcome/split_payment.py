"""
What a payment takes off the overdue components, the moment it is known.

Reads:  the amount, what is overdue by component, the product and days past due, the lender's ageing rules, and
        what the payer said it is for
Gives:  a Split: cents per component, and what went beyond the overdue part
Never:  replaces the night. The total is exact; the split goes by the order of the rules over the sums, where the
        night goes instalment by instalment, so until the next night the components are provisional.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from arrears.ageing.rules import COMPONENTS, AgeingRules


@dataclass(frozen=True, slots=True)
class Split:
    """`taken` has every component of ageing.rules.COMPONENTS; `taken` and `beyond_cents` sum to the payment."""

    taken: Mapping[str, int]
    beyond_cents: int

    @property
    def overdue_cents(self) -> int:
        """What it took off the overdue amount."""
        return sum(self.taken.values())


def split(
    amount_cents: int,
    overdue: Mapping[str, int],
    *,
    product: str,
    days_past_due: int | None,
    designation: str | None,
    rules: AgeingRules,
) -> Split:
    """
    `overdue` has cents per component. The payer's designation comes first (M05), then principal on products and
    days where the rules put it first (M03), then the rules' order (M04). Raises ValueError for an amount below 1.
    """
    if amount_cents < 1:
        raise ValueError("a payment is at least one minor unit")
    left = amount_cents
    taken = dict.fromkeys(COMPONENTS, 0)
    for component in _order(product, days_past_due, designation, rules):
        share = min(left, max(overdue.get(component, 0), 0))
        taken[component] += share
        left -= share
    return Split(taken, left)


def _order(product: str, days_past_due: int | None, designation: str | None, rules: AgeingRules) -> list[str]:
    order = list(rules.order)
    late = days_past_due is not None and days_past_due >= rules.principal_first_from_day
    if late and product in rules.principal_first_products:
        order.sort(key=lambda component: component != "principal")
    if designation is not None and rules.follow_designation:
        order.sort(key=lambda component: component != designation)
    return order

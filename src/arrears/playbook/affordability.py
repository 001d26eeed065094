"""
What a borrower can pay without going short of a basic living, and whether a plan can fit it.

Reads:  one statement of income and outgoings, the balance, and what policy permits
Gives:  disposable income, the instalment it sustains, how many instalments, the waiver needed, hardship or not
Never:  guesses: income that nobody verified does not count. Whole minor units throughout, no binary floating point.

Where the disposable income is nothing, or no plan inside policy fits it, hardship is the route: the figures say
so, and nobody is asked for an instalment that living would have to pay for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SHARE_UNIT = 10_000
"""`share` is whole ten-thousandths of the disposable income."""

WHOLE_BALANCE = 10_000
"""A waiver is whole hundredths of a percent of the balance; this is all of it."""


@dataclass(frozen=True, slots=True)
class Income:
    """One line of income a month, in minor units. Only a verified line counts."""

    source: str
    amount: int
    verified: bool


@dataclass(frozen=True, slots=True)
class Means:
    """
    One borrower's month and what policy permits. Amounts are minor units of one currency; `share` is in
    ten-thousandths, above 0 and at most all; `max_waiver` is in hundredths of a percent of `balance`.
    """

    income: Sequence[Income]
    basic_living_allowance: int
    priority_obligations: int
    balance: int
    share: int
    cap_instalments: int
    max_waiver: int
    arrears: int | None = None
    """Context, part of `balance`; None where it was not said. It changes no figure, and a wrong one is still wrong."""
    dependants: int | None = None
    """Context: the allowance already covers them."""

    def __post_init__(self) -> None:
        for place, line in enumerate(self.income):
            if line.amount < 0:
                raise ValueError(
                    f"income[{place}]: amount is below 0.00. Money that goes out is no income: state it under "
                    "basic_living_allowance or priority_obligations."
                )
        if self.basic_living_allowance < 0 or self.priority_obligations < 0:
            raise ValueError("basic_living_allowance and priority_obligations are 0.00 or more")
        if self.balance <= 0:
            raise ValueError("balance is above 0.00: nothing owed needs no plan")
        if not 0 < self.share <= SHARE_UNIT:
            raise ValueError("share is above 0 and at most 1")
        if not 1 <= self.cap_instalments <= 60:
            raise ValueError("cap_instalments is 1 to 60")
        if not 0 <= self.max_waiver <= WHOLE_BALANCE:
            raise ValueError("max_waiver_pct is 0.00 to 100.00")
        if self.arrears is not None and not 0 <= self.arrears <= self.balance:
            raise ValueError(
                "arrears is 0.00 or more and at most the balance, which contains it. A credit is no arrears: "
                "write 0.00."
            )
        if self.dependants is not None and self.dependants < 0:
            raise ValueError("dependants is 0 or more: nobody has fewer than none.")


@dataclass(frozen=True, slots=True)
class Affordability:
    """Minor units a month, a count, and hundredths of a percent; None is "no such plan"."""

    disposable: int
    sustainable_instalment: int
    feasible_instalments: int | None
    waiver_needed: int | None
    hardship_required: bool


def affordability(means: Means) -> Affordability:
    """What these means sustain. `disposable` may be negative; the instalment never is."""
    disposable = (
        sum(line.amount for line in means.income if line.verified)
        - means.basic_living_allowance
        - means.priority_obligations
    )
    # Rounded down to the cent: the cent that rounding up would add is the borrower's.
    instalment = max(disposable, 0) * means.share // SHARE_UNIT
    feasible = _feasible_instalments(means, instalment)
    waiver = _waiver_needed(means, instalment)
    return Affordability(
        disposable=disposable,
        sustainable_instalment=instalment,
        feasible_instalments=feasible,
        waiver_needed=waiver,
        hardship_required=disposable <= 0 or (feasible is None and waiver is None),
    )


def _feasible_instalments(means: Means, instalment: int) -> int | None:
    """⌈balance ÷ instalment⌉ where that is within the cap. An instalment of nothing pays nothing."""
    if instalment == 0:
        return None
    count = _divided_up(means.balance, instalment)
    return count if count <= means.cap_instalments else None


def _waiver_needed(means: Means, instalment: int) -> int | None:
    """
    The smallest waiver, in hundredths of a percent, that makes the plan fit; None above what policy permits.

    ⌈balance × (1 - w) ÷ instalment⌉ ≤ cap is balance × (1 - w) ≤ cap × instalment, since the cap is whole; so the
    part of the balance that the cap can't reach is what has to go, rounded up.
    """
    if instalment == 0:
        return None
    out_of_reach = max(means.balance - means.cap_instalments * instalment, 0)
    waiver = _divided_up(out_of_reach * WHOLE_BALANCE, means.balance)
    return waiver if waiver <= means.max_waiver else None


def _divided_up(dividend: int, divisor: int) -> int:
    """⌈dividend ÷ divisor⌉ of whole numbers."""
    return -(-dividend // divisor)

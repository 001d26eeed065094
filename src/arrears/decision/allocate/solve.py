"""
Prices, a plan that fits, and the certificate that says how far from the best it can be.

    solve(passes, terms) -> Solution      prices, tally, certificate; `Solution.rounded` says who is near a tie
    assign(values, order, solution)       the choice of every unit of an array, ties settled by `order`

A small sample suggests the prices, a larger one corrects them, and the whole book confirms them: each step looks
only at the box that the step before suggests, and widens it where the least bound is on its edge.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from arrears.decision.allocate.dual import search, whole_box
from arrears.decision.allocate.passes import UNDECIDED, Passes, kinds_passes, screen_rows
from arrears.decision.allocate.problem import MAX_VALUE, PRICE_SCALE, Kinds, Tally, Terms, Whole
from arrears.decision.allocate.rounding import Rounded, round_to_fit

SAMPLES = (4_000, 120_000)
SHARES = (Fraction(1, 4), Fraction(1, 40))
"""How far, as a share of the prices, the next step looks around what a sample of that size says."""
COARSE, FINE = 1e-6, 1e-11
"""What may be left to gain, as a share of the bound, when the search stops: on a sample, on the whole."""
SMALL = 50_000
"""Up to here the whole book is its own sample."""


@dataclass(frozen=True)
class Solution:
    """Prices in 1/65536 cent per unit of capacity; the bound in 1/65536 cent; the value in whole cents."""

    terms: Terms
    units: int
    prices: tuple[int, ...]
    bound: int
    tally: Tally
    rounded: Rounded
    screens: int
    steps: int

    @property
    def gap(self) -> Fraction:
        """Bound less value, in cents, exactly."""
        return Fraction(self.bound, PRICE_SCALE) - self.tally.value

    @property
    def relative_gap(self) -> float:
        """The gap as a share of the bound; 0 where nothing is worth doing."""
        return float(self.gap / Fraction(self.bound, PRICE_SCALE)) if self.bound > 0 else 0.0


def solve(passes: Passes, terms: Terms) -> Solution:
    """The best plan under the capacities to within `Solution.gap`, which is proven and not estimated."""
    units = passes.units
    screens = steps = 0
    if units <= SMALL:
        whole = passes.sample(units)
        passes = kinds_passes(terms, whole)
        last = search(passes, terms, None, (), whole_box(terms, _greatest(whole)), FINE)
    else:
        outer = whole_box(terms, MAX_VALUE)
        prices: tuple[int, ...] | None = None
        reach: tuple[int, ...] = ()
        for wanted, share in zip(SAMPLES, SHARES, strict=True):
            sample = passes.sample(wanted)
            if sample.units == 0:
                continue
            inside = whole_box(terms, _greatest(sample)) if prices is None else outer
            found = search(
                kinds_passes(terms, sample), _for_sample(terms, sample.units, units), prices, reach, inside, COARSE
            )
            prices, steps = found.prices, steps + found.steps
            reach = _reach(terms, prices, sample, share)
        last = search(passes, terms, prices, reach, outer, FINE)
    rounded = round_to_fit(passes, terms, last.prices, last.kinds, last.bound)
    return Solution(
        terms, units, last.prices, last.bound, rounded.tally, rounded, screens + last.screens + 1, steps + last.steps
    )


def assign(values: Whole, order: Sequence[str], solution: Solution) -> Whole:
    """
    The choice of every row: by price, or near a tie by its kind's shares in the order of the hash of `order` (ids).
    """
    charges = solution.terms.charges(solution.prices)
    slack = solution.rounded.slack
    least = [charge - s for charge, s in zip(charges, slack, strict=True)]
    most = [charge + s for charge, s in zip(charges, slack, strict=True)]
    choice = screen_rows(np.asfortranarray(values), least, most)
    near = np.flatnonzero(choice == UNDECIDED)
    place_of = {row.tobytes(): kind for kind, row in enumerate(solution.rounded.core.values)}
    members: dict[int, list[int]] = {}
    for row in near.tolist():
        members.setdefault(place_of[np.ascontiguousarray(values[row]).tobytes()], []).append(row)
    for rows in members.values():
        rows.sort(key=lambda row: (hashlib.md5(order[row].encode(), usedforsecurity=False).hexdigest(), order[row]))
    for share in solution.rounded.shares:
        choice[members[share.kind][share.first : share.first + share.units]] = share.treatment
    return choice


def _greatest(kinds: Kinds) -> int:
    return int(kinds.values.max()) if kinds.values.size else 0


def _for_sample(terms: Terms, sampled: int, units: int) -> Terms:
    """The same terms with as much of each capacity as is the sample's share, at least one."""
    limits = tuple(limit if not limit else max(limit * sampled // units, 1) for limit in terms.limits)
    return replace(terms, limits=limits)


def _reach(terms: Terms, prices: tuple[int, ...], sample: Kinds, share: Fraction) -> tuple[int, ...]:
    """How far the next step looks: a share of the price, and of a small typical price where that is near zero."""
    tops = np.maximum(sample.values.max(axis=1), 0)
    typical = int((tops * sample.counts).sum() * PRICE_SCALE // max(sample.units, 1))
    reach = [0] * len(prices)
    for k in terms.priced:
        floor = typical // (20 * int(terms.use[:, k].max()))
        reach[k] = max(int(share * max(prices[k], floor)), 1)
    return tuple(reach)

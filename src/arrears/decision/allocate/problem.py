"""
What allocation chooses among: values of treatments, what each uses, how much of it there is.

All sums are whole numbers. A value is whole cents; a price is a whole number of 1/65536 cent per unit of
capacity. So the bound, the value and the gap are exact, and no sum depends on the order of rows or threads.

    values   int64 [units, treatments]   cents; NOT_ALLOWED where the unit may not have the treatment
    use      int64 [treatments, capacities]   whole units of capacity that one treatment uses
    limits   whole units of capacity per day, None where there is no limit
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Whole: TypeAlias = npt.NDArray[np.int64]
Real: TypeAlias = npt.NDArray[np.float64]

PRICE_SCALE = 1 << 16
"""Prices are whole multiples of 1/65536 cent."""
MAX_VALUE = 1 << 33
"""A value is cut to ±85.9 million units of currency, so that value × PRICE_SCALE × use fits 64 bits."""
MAX_USE = 1000
NOT_ALLOWED = -(1 << 40)
"""The value of a treatment that the unit may not have: no price makes it worth choosing."""
NOTHING = -1
"""The choice of no treatment: value 0, uses nothing, always allowed."""


@dataclass(frozen=True)
class Terms:
    """What the treatments use and how much there is. Order is the policy's and settles nothing but names."""

    treatments: tuple[str, ...]
    capacities: tuple[str, ...]
    use: Whole
    limits: tuple[int | None, ...]

    def __post_init__(self) -> None:
        if self.use.shape != (len(self.treatments), len(self.capacities)):
            raise ValueError(f"use has shape {self.use.shape}, not (treatments, capacities)")
        if len(self.limits) != len(self.capacities):
            raise ValueError("one limit for each capacity, None for no limit")
        if self.use.size and (self.use.min() < 0 or self.use.max() > MAX_USE):
            raise ValueError(f"a treatment uses 0 to {MAX_USE} whole units of a capacity")
        for name, limit in zip(self.capacities, self.limits, strict=True):
            if limit is not None and limit < 0:
                raise ValueError(f"capacity {name} is {limit}: no plan can use less than nothing")

    @property
    def priced(self) -> list[int]:
        """The capacities that can bind: limited, and used by some treatment."""
        return [k for k, limit in enumerate(self.limits) if limit and bool(self.use[:, k].any())]

    @property
    def closed(self) -> list[int]:
        """The capacities of which there is none today. Their price is the ceiling: nobody gets what uses them."""
        return [k for k, limit in enumerate(self.limits) if limit == 0 and bool(self.use[:, k].any())]

    def charges(self, prices: Sequence[int]) -> list[int]:
        """What one of each treatment costs at these prices, in 1/65536 cent."""
        return [sum(int(u) * int(p) for u, p in zip(row, prices, strict=True)) for row in self.use]

    def price_ceiling(self, capacity: int) -> int:
        """At this price no treatment that uses the capacity is worth choosing."""
        used = self.use[:, capacity]
        return int(MAX_VALUE * PRICE_SCALE // int(used[used > 0].min()))


@dataclass(frozen=True)
class Kinds:
    """Distinct rows of values with how many units share each: units worth the same are interchangeable."""

    values: Whole
    counts: Whole

    @property
    def units(self) -> int:
        return int(self.counts.sum())


@dataclass(frozen=True)
class Tally:
    """What a set of choices adds up to: how many took each treatment, and the cents they are worth."""

    chosen: tuple[int, ...]
    value: int
    units: int

    def __add__(self, other: Tally) -> Tally:
        chosen = tuple(a + b for a, b in zip(self.chosen, other.chosen, strict=True))
        return Tally(chosen, self.value + other.value, self.units + other.units)

    def used(self, terms: Terms) -> list[int]:
        """Units of each capacity."""
        return [sum(n * int(terms.use[t, k]) for t, n in enumerate(self.chosen)) for k in range(len(terms.capacities))]


def no_tally(terms: Terms) -> Tally:
    return Tally((0,) * len(terms.treatments), 0, 0)


def bound_of(tally: Tally, terms: Terms, prices: Sequence[int]) -> int:
    """The dual bound in 1/65536 cent, where `tally` is the best choice of every unit at `prices`."""
    charges = terms.charges(prices)
    net = tally.value * PRICE_SCALE - sum(n * charge for n, charge in zip(tally.chosen, charges, strict=True))
    return net + sum(int(p) * limit for p, limit in zip(prices, terms.limits, strict=True) if limit is not None)


def distinct(values: Whole, counts: Whole | None = None) -> Kinds:
    """Rows sorted and merged: the same kinds in the same order, however the rows came."""
    if values.shape[0] == 0:
        return Kinds(values.astype(np.int64), np.zeros(0, dtype=np.int64))
    weights = np.ones(values.shape[0], dtype=np.int64) if counts is None else counts
    order = np.lexsort(values.T[::-1])
    rows = values[order]
    first = np.concatenate([[True], (rows[1:] != rows[:-1]).any(axis=1)])
    starts = np.flatnonzero(first)
    return Kinds(np.ascontiguousarray(rows[starts]), np.add.reduceat(weights[order], starts))


def choose(values: Whole, charges: Sequence[int]) -> Whole:
    """Per row the treatment with the greatest value less charge, the first of equals; NOTHING where none is above 0."""
    best = np.zeros(values.shape[0], dtype=np.int64)
    choice = np.full(values.shape[0], NOTHING, dtype=np.int64)
    for t, charge in enumerate(charges):
        net = values[:, t] * PRICE_SCALE - charge
        better = net > best
        best[better] = net[better]
        choice[better] = t
    return choice


def tally_of(choice: Whole, values: Whole, counts: Whole, terms: Terms) -> Tally:
    """What these choices add up to."""
    chosen = []
    value = 0
    for t in range(len(terms.treatments)):
        mine = choice == t
        chosen.append(int(counts[mine].sum()))
        value += int((values[mine, t] * counts[mine]).sum())
    return Tally(tuple(chosen), value, int(counts.sum()))

"""
One columnar pass per price vector: over arrays in memory, or over a table on any engine.

Both answer the same two questions, to the unit and the cent:

    sample   a share of the units, picked by arithmetic on their values, so that the order of rows plays no part
    screen   which units make the same choice at every price vector of a box, tallied; and the rest, as kinds

A box is given by what each treatment is charged at least and at most; equal charges are a plain pass at one price
vector. A unit is certain when its best treatment at the most it is charged beats every rival at the least.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from arrears.decision.allocate.problem import (
    NOTHING,
    PRICE_SCALE,
    Kinds,
    Tally,
    Terms,
    Whole,
    distinct,
    no_tally,
    tally_of,
)

UNDECIDED = -2
"""The screen's answer for a unit whose choice depends on where in the box the prices lie."""
SAMPLE_MODULUS = 10_007
CHUNK = 1 << 16


class Passes(Protocol):
    """Whatever can look at every unit once."""

    @property
    def units(self) -> int: ...

    def sample(self, wanted: int) -> Kinds: ...

    def screen(self, least: Sequence[int], most: Sequence[int]) -> tuple[Tally, Kinds]: ...


def sample_threshold(units: int, wanted: int) -> int:
    """A unit is in the sample when its mix, modulo SAMPLE_MODULUS, is below this."""
    return min(SAMPLE_MODULUS, -(-wanted * SAMPLE_MODULUS // max(units, 1)))


def mix_weight(treatment: int) -> int:
    return 2 * treatment + 3


def best_two(values: Whole, least: Sequence[int]) -> tuple[Whole, Whole, Whole]:
    """Per row: the best choice at charges `least`, its net value, and the net value of the runner-up."""
    rows = values.shape[0]
    top = np.zeros(rows, dtype=np.int64)
    second = np.full(rows, np.iinfo(np.int64).min, dtype=np.int64)
    choice = np.full(rows, NOTHING, dtype=np.int64)
    for t, charge in enumerate(least):
        net = values[:, t] * PRICE_SCALE
        net -= charge
        better = net > top
        np.maximum(second, np.where(better, top, net), out=second)
        np.copyto(top, net, where=better)
        choice[better] = t
    return choice, top, second


def screen_rows(values: Whole, least: Sequence[int], most: Sequence[int]) -> Whole:
    """
    Per row: the treatment that is chosen at all charges between `least` and `most`, NOTHING, or UNDECIDED.

    Only the row whose best-case value is greatest can be certain: any other's worst case is below its own best
    case, and so below that one's.
    """
    choice, top, second = best_two(values, least)
    swing = np.array([high - low for low, high in zip(least, most, strict=True)] + [0], dtype=np.int64)  # NOTHING last
    return np.where(top - swing[choice] > second, choice, UNDECIDED)


@dataclass(frozen=True)
class ArrayPasses:
    """
    Units as an int64 array [units, treatments], best in Fortran order (one treatment after another in memory).
    `counts` says how many units each row stands for.
    """

    terms: Terms
    values: Whole
    counts: Whole | None = None
    threads: int = 2

    @property
    def units(self) -> int:
        return int(self.values.shape[0] if self.counts is None else self.counts.sum())

    def sample(self, wanted: int) -> Kinds:
        threshold = sample_threshold(self.units, wanted)
        if threshold >= SAMPLE_MODULUS:
            return distinct(self.values, self.counts)

        def part(start: int) -> npt.NDArray[np.bool_]:
            rows = self.values[start : start + CHUNK]
            mix = sum(rows[:, t] * mix_weight(t) for t in range(rows.shape[1]))
            return np.asarray(np.abs(mix) % SAMPLE_MODULUS < threshold)

        inside = np.flatnonzero(np.concatenate(self._each(part)))
        return distinct(self.values[inside], None if self.counts is None else self.counts[inside])

    def screen(self, least: Sequence[int], most: Sequence[int]) -> tuple[Tally, Kinds]:
        def part(start: int) -> tuple[Tally, Whole, Whole]:
            rows = self.values[start : start + CHUNK]
            counts = np.ones(len(rows), np.int64) if self.counts is None else self.counts[start : start + CHUNK]
            decided = screen_rows(rows, least, most)
            open_rows = decided == UNDECIDED
            tally = tally_of(decided, rows, counts, self.terms)
            open_counts = counts[open_rows]
            sure = Tally(tally.chosen, tally.value, tally.units - int(open_counts.sum()))
            return sure, rows[open_rows], open_counts

        total = no_tally(self.terms)
        left: list[Whole] = [np.zeros((0, len(self.terms.treatments)), dtype=np.int64)]
        left_counts: list[Whole] = [np.zeros(0, dtype=np.int64)]
        for tally, rows, counts in self._each(part):
            total += tally
            left.append(rows)
            left_counts.append(counts)
        return total, distinct(np.concatenate(left), np.concatenate(left_counts))

    def _each(self, part: Any) -> list[Any]:
        starts = range(0, self.values.shape[0], CHUNK)
        if len(starts) < 4:
            return [part(start) for start in starts] or [part(0)]
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(part, starts))


def kinds_passes(terms: Terms, kinds: Kinds) -> ArrayPasses:
    """Passes over kinds already in memory."""
    return ArrayPasses(terms, np.asfortranarray(kinds.values), kinds.counts)


def screened(table: ir.Table, columns: Sequence[str], least: Sequence[int], most: Sequence[int]) -> ir.IntegerColumn:
    """`screen_rows` as a column: at most one treatment beats every rival's best case, so the order is free."""
    scaled = [table[column] * PRICE_SCALE for column in columns]
    best_case = [value - charge for value, charge in zip(scaled, least, strict=True)]
    worst_case = [value - charge for value, charge in zip(scaled, most, strict=True)]
    nothing = ibis.literal(0, "int64")
    branches: list[tuple[Any, int]] = [(ibis.greatest(*best_case) < 0, NOTHING)]
    for t, worst in enumerate(worst_case):
        rivals = [case for other, case in enumerate(best_case) if other != t]
        branches.append((worst > ibis.greatest(nothing, *rivals), t))
    return ibis.cases(*branches, else_=UNDECIDED)


@dataclass(frozen=True)
class TablePasses:
    """
    Units as a table on an engine, one int64 column per treatment, never null. Each answer is two aggregating
    queries; what comes back to Python is a tally and the few kinds that are undecided.
    """

    terms: Terms
    table: ir.Table
    columns: tuple[str, ...]
    known_units: int

    @property
    def units(self) -> int:
        return self.known_units

    def sample(self, wanted: int) -> Kinds:
        threshold = sample_threshold(self.units, wanted)
        if threshold >= SAMPLE_MODULUS:
            return self._kinds(self.table)
        mix: Any = ibis.literal(0, "int64")
        for t, column in enumerate(self.columns):
            mix = mix + self.table[column] * mix_weight(t)
        return self._kinds(self.table.filter(mix.abs() % SAMPLE_MODULUS < threshold))

    def screen(self, least: Sequence[int], most: Sequence[int]) -> tuple[Tally, Kinds]:
        decided = self.table.select(*self.columns, decided=screened(self.table, self.columns, least, most))
        worth = ibis.cases(*[(decided.decided == t, decided[c]) for t, c in enumerate(self.columns)], else_=0)
        sums = (
            decided.filter(decided.decided != UNDECIDED)
            .group_by("decided")
            .agg(units=ibis._.count(), value=worth.sum())
            .to_pyarrow()
            .to_pydict()
        )
        by_choice = dict(zip(sums["decided"], zip(sums["units"], sums["value"], strict=True), strict=True))
        chosen = tuple(int(by_choice.get(t, (0, 0))[0]) for t in range(len(self.columns)))
        value = sum(int(worth) for _, worth in by_choice.values())
        tally = Tally(chosen, value, sum(int(units) for units, _ in by_choice.values()))
        return tally, self._kinds(decided.filter(decided.decided == UNDECIDED))

    def _kinds(self, rows: ir.Table) -> Kinds:
        grouped = rows.group_by(list(self.columns)).agg(units=ibis._.count()).to_pyarrow()
        values = np.empty((grouped.num_rows, len(self.columns)), dtype=np.int64, order="F")
        for t, column in enumerate(self.columns):
            values[:, t] = grouped[column].to_numpy()
        return distinct(values, grouped["units"].to_numpy().astype(np.int64))

"""
The prices that make the bound least: a level method in a box, widened until the least point is inside it.

Kelley's model (the greatest of the tangents seen so far) is a lower bound on the bound; the level method steps to
the nearest point at which the model promises half of what is still to be gained. Both questions are linear
programmes in as many unknowns as there are priced capacities, solved by HiGHS. Distance is the greatest
coordinate, so that the step is a linear programme too.

Source: Lemaréchal, Nemirovskii, Nesterov, "New variants of bundle methods", Mathematical Programming 69 (1995).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from arrears.decision.allocate.passes import Passes, best_two
from arrears.decision.allocate.problem import PRICE_SCALE, Kinds, Real, Tally, Terms, bound_of, tally_of

LEVEL = 0.4
MOST_STEPS = 400


@dataclass(frozen=True)
class Box:
    """Whole prices, low to high, for every capacity; both zero for one that has no price."""

    low: tuple[int, ...]
    high: tuple[int, ...]

    @property
    def width(self) -> Real:
        return np.array([h - lo for lo, h in zip(self.low, self.high, strict=True)], dtype=np.float64)


@dataclass(frozen=True)
class Priced:
    """Where the level method ended: prices, the bound there (1/65536 cent), and passes made over the kinds."""

    prices: tuple[int, ...]
    bound: int
    steps: int


def whole_box(terms: Terms, greatest_value: int) -> Box:
    """From nothing to the price at which the dearest unit would no longer pay for the capacity."""
    low, high = [0] * len(terms.capacities), [0] * len(terms.capacities)
    for k in terms.closed:
        low[k] = high[k] = terms.price_ceiling(k)
    for k in terms.priced:
        used = terms.use[:, k]
        least = int(used[used > 0].min())
        high[k] = min(terms.price_ceiling(k), max(greatest_value, 0) * PRICE_SCALE // least + 1)
    return Box(tuple(low), tuple(high))


def around(prices: Sequence[int], radius: Sequence[int], outer: Box) -> Box:
    """The box of that radius around the prices, inside `outer`."""
    low = tuple(max(p - r, lo) for p, r, lo in zip(prices, radius, outer.low, strict=True))
    high = tuple(min(p + r, h) for p, r, h in zip(prices, radius, outer.high, strict=True))
    return Box(low, high)


def on_the_edge(prices: Sequence[int], box: Box, outer: Box) -> bool:
    """Whether the least point of the box may not be the least point of the whole."""
    return any(
        (p <= lo and lo > out_lo) or (p >= h and h < out_h)
        for p, lo, h, out_lo, out_h in zip(prices, box.low, box.high, outer.low, outer.high, strict=True)
    )


def least_bound(
    fixed: Tally, kinds: Kinds, terms: Terms, box: Box, start: Sequence[int] | None, tolerance: float
) -> Priced:
    """
    The whole prices in `box` at which the bound is least, where `fixed` choose the same everywhere in the box.

    Stops when the model proves that no more than `tolerance` of the bound can still be gained, or nothing at all
    at the resolution of the prices.
    """
    width = box.width
    free = [k for k in range(len(width)) if width[k] > 0]
    limits = np.array([0 if limit is None else limit for limit in terms.limits], dtype=np.float64)
    values = np.asfortranarray(kinds.values)
    use = terms.use.astype(np.float64)

    def evaluate(point: Real) -> tuple[tuple[int, ...], int, Real]:
        prices = list(box.low)
        for k, x in zip(free, point, strict=True):
            prices[k] = min(max(box.low[k] + round(float(x) * width[k]), box.low[k]), box.high[k])
        choice, _, _ = best_two(values, terms.charges(prices))
        tally = fixed + tally_of(choice, kinds.values, kinds.counts, terms)
        slope = (limits - np.array(tally.chosen, dtype=np.float64) @ use)[free] * width[free]
        return tuple(prices), bound_of(tally, terms, prices), slope

    def position(prices: Sequence[int]) -> Real:
        return np.array([(prices[k] - box.low[k]) / width[k] for k in free])

    best_prices, best, slope = evaluate(position(box.low if start is None else start))
    if not free:
        return Priced(best_prices, best, 1)
    points, bounds, slopes = [position(best_prices)], [best], [slope]
    scale = float(max(abs(best), PRICE_SCALE))
    floor_abs = best - 4 * scale  # greatest known lower bound, in 1/65536 cent
    for step in range(1, MOST_STEPS):
        offsets = np.array([float(b - best) for b in bounds])
        tangents = np.array(slopes)
        constants = offsets - np.einsum("ij,ij->i", tangents, np.array(points))
        floor_abs = max(floor_abs, best + _model_least(tangents, constants, scale))
        gain = float(best - floor_abs)
        if gain <= max(tolerance * abs(best), 1.0):
            return Priced(best_prices, best, step)
        scale = gain
        target = float(floor_abs - best) + LEVEL * gain
        where = _nearest_below(tangents, constants, target, position(best_prices), scale)
        prices, bound, slope = evaluate(where)
        at = position(prices)
        if any(np.array_equal(at, seen) for seen in points):
            return Priced(best_prices, best, step)  # the next step is below the resolution of a price
        points.append(at)
        bounds.append(bound)
        slopes.append(slope)
        if bound < best:
            best_prices, best = prices, bound
    return Priced(best_prices, best, MOST_STEPS)


def _model_least(tangents: Real, constants: Real, scale: float) -> float:
    """The least value of the greatest tangent over the unit box, in the units of `constants`."""
    unknowns = tangents.shape[1]
    found = linprog(
        np.append(np.zeros(unknowns), 1.0),
        A_ub=np.hstack([tangents / scale, -np.ones((len(constants), 1))]),
        b_ub=-constants / scale,
        bounds=[(0.0, 1.0)] * unknowns + [(None, None)],
        method="highs",
    )
    return float(found.fun) * scale if found.status == 0 else -np.inf


def _nearest_below(tangents: Real, constants: Real, target: float, centre: Real, scale: float) -> Real:
    """The point nearest to `centre` at which every tangent is at most `target`."""
    unknowns = tangents.shape[1]
    ones = np.ones((unknowns, 1))
    found = linprog(
        np.append(np.zeros(unknowns), 1.0),
        A_ub=np.vstack(
            [
                np.hstack([tangents / scale, np.zeros((len(constants), 1))]),
                np.hstack([np.eye(unknowns), -ones]),
                np.hstack([-np.eye(unknowns), -ones]),
            ]
        ),
        b_ub=np.concatenate([(target - constants) / scale, centre, -centre]),
        bounds=[(0.0, 1.0)] * unknowns + [(0.0, None)],
        method="highs",
    )
    return np.asarray(found.x[:unknowns]) if found.status == 0 else centre


@dataclass(frozen=True)
class Search:
    """How the prices were found: for the certificate."""

    prices: tuple[int, ...]
    bound: int
    fixed: Tally
    kinds: Kinds
    screens: int
    steps: int


def search(
    passes: Passes, terms: Terms, start: Sequence[int] | None, radius: Sequence[int], outer: Box, tolerance: float
) -> Search:
    """Screen a box, find its least point, and widen the box until that point is inside it."""
    box = outer if start is None else around(start, radius, outer)
    reach = list(radius)
    steps = 0
    for screens in range(1, 30):
        fixed, kinds = passes.screen(terms.charges(box.low), terms.charges(box.high))
        found = least_bound(fixed, kinds, terms, box, start, tolerance)
        steps += found.steps
        if not on_the_edge(found.prices, box, outer):
            return Search(found.prices, found.bound, fixed, kinds, screens, steps)
        reach = [max(4 * r, 1) for r in reach]
        start = found.prices
        box = around(start, reach, outer)
    raise ArithmeticError("the price box did not settle: this is a fault in arrears, please report it")

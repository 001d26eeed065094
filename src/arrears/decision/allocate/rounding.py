"""
From prices to a plan that fits: everyone far from a tie keeps the choice, the few near one are chosen exactly.

At the best prices all but a handful of units are decided. Those near a tie (the core) share
what capacity the others leave, by a small integer programme (HiGHS), counted by kind and so the same for any
order of rows. Its answer is checked in whole numbers; where it fails, a plain greedy fill stands in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix

from arrears.decision.allocate.passes import Passes, best_two
from arrears.decision.allocate.problem import NOT_ALLOWED, NOTHING, PRICE_SCALE, Kinds, Tally, Terms, Whole, distinct

CORE_KINDS = 100
"""About so many kinds near a tie are looked at for each treatment."""
MOST_CORE_KINDS = 2000
"""A treatment few may have makes the first slack too wide; it is cut until the core is this small."""
MOST_VARIABLES = 6000
"""A larger programme is left to the greedy fill: the gap says what that costs."""
MOST_NODES = 100
AIM = 1e-7
"""The programme stops when what is left to gain is proven below this share of the whole."""


@dataclass(frozen=True)
class Share:
    """`units` of one kind, starting at `first` in the order of ids, take `treatment` (NOTHING for none)."""

    kind: int
    treatment: int
    first: int
    units: int


@dataclass(frozen=True)
class Rounded:
    """
    A plan that fits. Units outside `core` choose by price, and would choose the same if each treatment were
    charged its slack (1/65536 cent) more or less; the core is settled by its shares.
    """

    tally: Tally
    slack: tuple[int, ...]
    core: Kinds
    shares: tuple[Share, ...]
    at_ties: int


def slack_for(kinds: Kinds, terms: Terms, prices: tuple[int, ...], wanted: int) -> tuple[int, ...]:
    """
    Per treatment the margin within which about `wanted` kinds would take it or leave it. Each has its own, because
    a message is worth little beside a call, and both must be near a tie for capacity to be filled to the last unit.
    """
    if len(kinds.counts) == 0:
        return (0,) * len(terms.treatments)
    charges = terms.charges(prices)
    choice, top, second = best_two(np.asfortranarray(kinds.values), charges)
    slack = []
    for t, charge in enumerate(charges):
        allowed = kinds.values[:, t] > NOT_ALLOWED // 2
        rival = np.where(choice == t, second, top)[allowed]
        distance = np.abs(kinds.values[allowed, t] * PRICE_SCALE - charge - rival)
        place = min(wanted, len(distance)) - 1
        slack.append(int(np.partition(distance, place)[place]) if len(distance) else 0)
    return tuple(slack)


def round_to_fit(passes: Passes, terms: Terms, prices: tuple[int, ...], kinds: Kinds, bound: int) -> Rounded:
    """The core around these prices, chosen so that the whole fits; a wider core where the first does not."""
    charges = terms.charges(prices)
    slack = slack_for(kinds, terms, prices, CORE_KINDS)
    widened = False
    while True:
        least = [charge - near for charge, near in zip(charges, slack, strict=True)]
        most = [charge + near for charge, near in zip(charges, slack, strict=True)]
        fixed, core = passes.screen(least, most)
        left = [
            None if limit is None else limit - used for limit, used in zip(terms.limits, fixed.used(terms), strict=True)
        ]
        if any(room is not None and room < 0 for room in left):
            if core.units == passes.units:
                raise ArithmeticError(
                    "no plan fits, not even an empty one: this is a fault in arrears, please report it"
                )
            widened, slack = True, tuple(4 * near + PRICE_SCALE for near in slack)
        elif len(core.counts) > MOST_CORE_KINDS and any(slack) and not widened:
            slack = tuple(near // 4 for near in slack)
        else:
            break
    takes = _core_by_greed(core, terms, prices, left)
    exact = _core_by_programme(core, terms, prices, left, slack, bound)
    if exact is not None and _worth(exact, core) > _worth(takes, core):
        takes = exact
    _, top, second = best_two(np.asfortranarray(core.values), charges)
    return Rounded(
        tally=fixed + _tally_of_takes(core, takes),
        slack=slack,
        core=core,
        shares=_shares(core, takes),
        at_ties=int(core.counts[top == second].sum()),
    )


def _core_by_programme(
    core: Kinds, terms: Terms, prices: tuple[int, ...], left: list[int | None], slack: tuple[int, ...], bound: int
) -> Whole | None:
    """
    How many of each kind take each treatment, or None where HiGHS gives no answer that fits.

    Only treatments near a tie are in question. Kinds that agree on those are one variable, which keeps the
    programme small where thousands of units are worth the same.
    """
    near = _near_options(core, terms, prices, slack)
    merged = distinct(near, core.counts)
    rows, cols = np.nonzero(merged.values > NOT_ALLOWED)
    if len(rows) == 0:
        return np.zeros(core.values.shape, dtype=np.int64)
    if len(rows) > MOST_VARIABLES:
        return None
    variables = np.arange(len(rows))
    of_kind = csr_matrix((np.ones(len(rows)), (rows, variables)), shape=(len(merged.counts), len(rows)))
    constraints = [LinearConstraint(of_kind, -np.inf, merged.counts.astype(np.float64))]
    limited = [k for k, room in enumerate(left) if room is not None]  # a closed one too: its price bounds no slack
    if limited:
        used = csr_matrix(terms.use[cols][:, limited].T.astype(np.float64))
        constraints.append(LinearConstraint(used, -np.inf, np.array([float(left[k] or 0) for k in limited])))
    worth = merged.values[rows, cols].astype(np.float64)
    aim = max(bound / PRICE_SCALE * AIM, 0.5)
    found = milp(
        -worth,
        integrality=np.ones(len(rows)),
        bounds=Bounds(0, merged.counts[rows].astype(np.float64)),
        constraints=constraints,
        options={
            "node_limit": MOST_NODES,
            "presolve": False,
            "mip_rel_gap": min(aim / max(float(np.abs(worth).sum()), 1.0), 1e-3),
        },
    )
    if found.x is None:
        return None
    merged_takes = np.zeros(merged.values.shape, dtype=np.int64)
    merged_takes[rows, cols] = np.rint(found.x).astype(np.int64)
    takes = _spread(merged_takes, merged, near, core)
    return takes if _fits(takes, core, terms, left) else None


def _near_options(core: Kinds, terms: Terms, prices: tuple[int, ...], slack: tuple[int, ...]) -> Whole:
    """The values, with NOT_ALLOWED wherever the treatment can't be the choice of that kind within the slack."""
    charges = np.array(terms.charges(prices), dtype=np.int64)
    choice, top, _ = best_two(np.asfortranarray(core.values), [int(charge) for charge in charges])
    own = np.array([*slack, 0], dtype=np.int64)[choice]  # NOTHING is last and has no slack
    near = core.values * PRICE_SCALE - charges + np.array(slack, dtype=np.int64) >= (top - own)[:, None]
    return np.where(near & (core.values > 0), core.values, NOT_ALLOWED)


def _spread(merged_takes: Whole, merged: Kinds, near: Whole, core: Kinds) -> Whole:
    """What merged kinds take, handed to the kinds they stand for, in order, until it is used up."""
    place_of = {row.tobytes(): place for place, row in enumerate(merged.values)}
    to_give = merged_takes.copy()
    takes = np.zeros(core.values.shape, dtype=np.int64)
    for kind, row in enumerate(np.ascontiguousarray(near)):
        waiting = int(core.counts[kind])
        giving = to_give[place_of[row.tobytes()]]
        for t in np.flatnonzero(giving):
            takes[kind, t] = min(waiting, int(giving[t]))
            giving[t] -= takes[kind, t]
            waiting -= int(takes[kind, t])
    return takes


def _core_by_greed(core: Kinds, terms: Terms, prices: tuple[int, ...], left: list[int | None]) -> Whole:
    """Each kind in turn, the clearest first, takes what it likes best of what still fits."""
    charges = terms.charges(prices)
    nets = core.values * PRICE_SCALE - np.array(charges, dtype=np.int64)
    room = list(left)
    takes = np.zeros(core.values.shape, dtype=np.int64)
    for kind in np.argsort(-nets.max(axis=1), kind="stable") if len(core.counts) else []:
        waiting = int(core.counts[kind])
        for t in np.argsort(-nets[kind], kind="stable"):
            if core.values[kind, t] <= 0 or waiting == 0:
                continue
            fit = min(
                [waiting] + [r // int(u) for r, u in zip(room, terms.use[t], strict=True) if r is not None and u > 0]
            )
            takes[kind, t] = fit
            waiting -= fit
            room = [None if r is None else r - fit * int(u) for r, u in zip(room, terms.use[t], strict=True)]
    return takes


def _fits(takes: Whole, core: Kinds, terms: Terms, left: list[int | None]) -> bool:
    if (takes < 0).any() or (takes.sum(axis=1) > core.counts).any():
        return False
    used = takes.sum(axis=0) @ terms.use
    return all(room is None or int(u) <= room for u, room in zip(used, left, strict=True))


def _worth(takes: Whole, core: Kinds) -> int:
    return int((takes * np.where(takes > 0, core.values, 0)).sum())


def _tally_of_takes(core: Kinds, takes: Whole) -> Tally:
    return Tally(tuple(int(n) for n in takes.sum(axis=0)), _worth(takes, core), core.units)


def _shares(core: Kinds, takes: Whole) -> tuple[Share, ...]:
    """In the order of ids: first those with treatments, in the policy's order, then those with none."""
    shares = []
    for kind in range(len(core.counts)):
        first = 0
        for t in [int(t) for t in np.flatnonzero(takes[kind])]:
            shares.append(Share(kind, t, first, int(takes[kind, t])))
            first += int(takes[kind, t])
        if first < int(core.counts[kind]):
            shares.append(Share(kind, NOTHING, first, int(core.counts[kind]) - first))
    return tuple(shares)

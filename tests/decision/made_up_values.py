"""Values, uses and capacities drawn at random, and HiGHS asked the same question in one piece."""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix, vstack

from arrears.decision.allocate.problem import NOT_ALLOWED, Terms, Whole

USE = [[0, 1, 0, 0], [0, 1, 0, 0], [8, 0, 0, 0], [12, 0, 0, 0], [1, 0, 1, 0], [20, 0, 0, 1]]
RATES = (0.002, 0.0015, 0.02, 0.03, 0.012, 0.05)
COSTS = (5, 2, 1200, 1800, 600, 5000)


def drawn(units: int, seed: int = 1) -> tuple[Whole, Terms]:
    """Six treatments over four capacities, of which about a third, a fifth and a hundredth have room."""
    draw = np.random.default_rng(seed)
    amounts = draw.lognormal(12.5, 1.2, units)
    values = np.empty((units, 6), dtype=np.int64, order="F")
    for t, (rate, cost) in enumerate(zip(RATES, COSTS, strict=True)):
        values[:, t] = np.floor(amounts * rate * draw.beta(2, 5, units) * 3 - cost + 0.5)
        values[draw.random(units) < 0.2, t] = NOT_ALLOWED
    limits = (units * 2 // 3, units // 3, units // 20, units // 100)
    return values, terms(USE, limits)


def terms(use: list[list[int]], limits: tuple[int | None, ...]) -> Terms:
    treatments = tuple("abcdefgh"[: len(use)])
    return Terms(treatments, tuple(f"c{k}" for k in range(len(limits))), np.array(use, dtype=np.int64), limits)


def best_by_highs(values: Whole, of: Terms, *, whole: bool) -> float:
    """The best value by HiGHS over all units at once: of the linear programme, or in whole choices."""
    rows, cols = np.nonzero(values > 0)
    if len(rows) == 0:
        return 0.0
    worth = values[rows, cols].astype(float)
    one_each = csr_matrix((np.ones(len(rows)), (rows, np.arange(len(rows)))), shape=(len(values), len(rows)))
    limited = [k for k, limit in enumerate(of.limits) if limit is not None]
    used = csr_matrix(of.use[cols][:, limited].T.astype(float))
    left = vstack([one_each, used])
    right = np.concatenate([np.ones(len(values)), np.array([float(of.limits[k] or 0) for k in limited])])
    if not whole:
        found = linprog(-worth, A_ub=left, b_ub=right, bounds=(0, 1), method="highs")
        return float(-found.fun)
    constraint = LinearConstraint(left, -np.inf, right)
    options = {"mip_rel_gap": 1e-9, "presolve": False, "node_limit": 2000}
    exact = milp(-worth, integrality=np.ones(len(rows)), bounds=Bounds(0, 1), constraints=[constraint], options=options)
    return float(-exact.fun)

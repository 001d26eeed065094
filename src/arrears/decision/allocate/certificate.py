"""
The certificate of an allocation: what it chose, what it could at most have been worth, and what capacity is worth.

Comes in: a Solution. Goes out: plain JSON values. Bound and prices are whole numbers of 1/65536 cent, so that
anybody can compute the bound again from the choices file and compare without rounding.
"""

from __future__ import annotations

from typing import Any

from arrears.decision.allocate.problem import NOT_ALLOWED, PRICE_SCALE
from arrears.decision.allocate.solve import Solution


def certificate_of(solution: Solution) -> dict[str, Any]:
    """The certificate as JSON values; `verify_certificate` recomputes every number of it."""
    terms, tally = solution.terms, solution.tally
    used = tally.used(terms)
    return {
        "format": 1,
        "method": "Lagrangian dual by a level method, screened passes, core rounded by an integer programme",
        "price_unit": f"1/{PRICE_SCALE} cent per unit of capacity",
        "not_allowed_value_cents": NOT_ALLOWED,
        "persons": solution.units,
        "treatments": [
            {
                "id": treatment,
                "uses": {c: int(u) for c, u in zip(terms.capacities, terms.use[t], strict=True) if u},
                "chosen": tally.chosen[t],
            }
            for t, treatment in enumerate(terms.treatments)
        ],
        "capacities": [
            {
                "id": capacity,
                "limit": terms.limits[k],
                "used": used[k],
                "price": solution.prices[k],
                "closed": terms.limits[k] == 0,
            }
            for k, capacity in enumerate(terms.capacities)
        ],
        "upper_bound": solution.bound,
        "value_cents": tally.value,
        "gap_cents": float(solution.gap),
        "relative_gap": solution.relative_gap,
        "at_ties": solution.rounded.at_ties,
        "share_at_ties": solution.rounded.at_ties / solution.units if solution.units else 0.0,
        "core_kinds": len(solution.rounded.core.counts),
        "screens": solution.screens,
        "level_steps": solution.steps,
    }

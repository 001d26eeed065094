"""
One treatment per person from prices: the choice, what would come next, and what each is worth.

Comes in: units (one row per person, a value per treatment) and a Solution. Goes out: the same rows with
`treatment`, `second_treatment`, their values, and the propensity with which this treatment was chosen.
Units near a tie follow the shares of their kind, in the order of the hash of the account that leads the person.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from arrears.decision.allocate.passes import UNDECIDED, screened
from arrears.decision.allocate.problem import NOTHING, PRICE_SCALE
from arrears.decision.allocate.solve import Solution


def chosen(units: ir.Table, columns: Sequence[str], solution: Solution) -> ir.Table:
    """Every unit with its choice. `columns` are the value columns, in the order of the solution's treatments."""
    charges = solution.terms.charges(solution.prices)
    slack = solution.rounded.slack
    least = [charge - near for charge, near in zip(charges, slack, strict=True)]
    most = [charge + near for charge, near in zip(charges, slack, strict=True)]
    decided = units.mutate(choice=screened(units, columns, least, most))
    sure = decided.filter(decided.choice != UNDECIDED).mutate(propensity=ibis.literal(1.0))
    near = _settled(decided.filter(decided.choice == UNDECIDED).drop("choice"), columns, solution)
    both = sure.union(near.select(sure.columns), distinct=False)
    return _named(both, columns, charges, solution.terms.treatments)


def _settled(near: ir.Table, columns: Sequence[str], solution: Solution) -> ir.Table:
    """Units near a tie: within each kind, the first by hash take the first share, and so on."""
    key = near.lead_account_id
    placed = near.mutate(
        place=ibis.row_number().over(
            ibis.window(group_by=[near[c] for c in columns], order_by=[key.hexdigest("md5"), key])
        )
    )
    shares = ibis.memtable(_share_rows(columns, solution))
    joined = placed.inner_join(
        shares,
        [
            *[placed[column] == shares[f"of_{column}"] for column in columns],
            placed.place >= shares.first_place,
            placed.place < shares.after_place,
        ],
    )
    return joined.drop(*[f"of_{column}" for column in columns], "first_place", "after_place", "place")


def _share_rows(columns: Sequence[str], solution: Solution) -> pa.Table:
    core, shares = solution.rounded.core, solution.rounded.shares
    rows: dict[str, Any] = {
        f"of_{column}": pa.array([int(core.values[share.kind, t]) for share in shares], pa.int64())
        for t, column in enumerate(columns)
    }
    rows["first_place"] = pa.array([share.first for share in shares], pa.int64())
    rows["after_place"] = pa.array([share.first + share.units for share in shares], pa.int64())
    rows["choice"] = pa.array([share.treatment for share in shares], pa.int8())
    rows["propensity"] = pa.array([share.units / int(core.counts[share.kind]) for share in shares], pa.float64())
    return pa.table(rows)


def _named(units: ir.Table, columns: Sequence[str], charges: Sequence[int], treatments: Sequence[str]) -> ir.Table:
    """Numbers to names, and the best of the rest: what would have been chosen were the choice not there."""
    net = [units[column] * PRICE_SCALE - charge for column, charge in zip(columns, charges, strict=True)]
    best_rest = ibis.greatest(*net)
    if len(net) > 1:
        rest = [[n for t, n in enumerate(net) if t != taken] for taken in range(len(net))]
        best_rest = ibis.cases(
            *[(units.choice == taken, ibis.greatest(*others)) for taken, others in enumerate(rest)], else_=best_rest
        )
    ranked = units.mutate(best_rest=best_rest)
    second = ibis.cases(
        *[
            ((ranked.choice != t) & (ranked[c] > 0) & (ranked[c] * PRICE_SCALE - charges[t] == ranked.best_rest), t)
            for t, c in enumerate(columns)
        ],
        else_=NOTHING,
    )
    return _worded(ranked.mutate(second=second).drop("best_rest"), columns, treatments)


def _worded(units: ir.Table, columns: Sequence[str], treatments: Sequence[str]) -> ir.Table:
    def name(index: Any) -> Any:
        return ibis.cases(*[(index == t, word) for t, word in enumerate(treatments)], else_=ibis.null("string"))

    def worth(index: Any) -> Any:
        return ibis.cases(*[(index == t, units[c]) for t, c in enumerate(columns)], else_=ibis.null("int64"))

    return units.mutate(
        treatment=name(units.choice),
        second_treatment=name(units.second),
        value=worth(units.choice),
        second_value=worth(units.second),
    ).drop("choice", "second")

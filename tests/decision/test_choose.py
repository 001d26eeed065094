"""From prices to a row a person can be shown: the choice, what would come next, and what each is worth."""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pytest
from tests.decision.made_up_values import drawn, terms

from arrears.decision.allocate.passes import ArrayPasses
from arrears.decision.allocate.problem import NOT_ALLOWED, NOTHING, PRICE_SCALE, Terms, Whole
from arrears.decision.allocate.solve import Solution, assign, solve
from arrears.decision.choose import chosen

Row = dict[str, Any]


def named(values: Whole, of: Terms) -> tuple[Solution, list[Row]]:
    """The rows of the columns, in the order of the units."""
    columns = [f"value_{name}" for name in of.treatments]
    ids = [f"A-{number}" for number in range(len(values))]
    solution = solve(ArrayPasses(of, np.asfortranarray(values)), of)
    table = pa.table({"lead_account_id": ids, **{column: values[:, t] for t, column in enumerate(columns)}})
    rows = chosen(ibis.memtable(table), columns, solution).to_pyarrow().to_pylist()
    by_id = {row["lead_account_id"]: row for row in rows}
    assert len(rows) == len(by_id) == len(values)
    return solution, [by_id[one] for one in ids]


def second_best(values: list[int], charges: list[int], taken: int) -> int:
    """The greatest value less charge of the others, where that other is worth anything; the first of equals."""
    others = [t for t in range(len(values)) if t != taken]
    best = max((values[t] * PRICE_SCALE - charges[t] for t in others), default=0)
    return next((t for t in others if values[t] > 0 and values[t] * PRICE_SCALE - charges[t] == best), NOTHING)


def as_it_must_be(values: Whole, of: Terms) -> list[Row]:
    """Every unit's choice, second and values hold, by the version over arrays and a plain search; gives the rows."""
    solution, rows = named(values, of)
    charges = solution.terms.charges(solution.prices)
    near = {tuple(kind) for kind in solution.rounded.core.values.tolist()}
    taken = assign(values, [row["lead_account_id"] for row in rows], solution).tolist()
    for row, choice, worth in zip(rows, taken, values.tolist(), strict=True):
        second = second_best(worth, charges, choice)
        told = (row["treatment"], row["value"], row["second_treatment"], row["second_value"])
        name = {NOTHING: None, **dict(enumerate(of.treatments))}
        value = {NOTHING: None, **dict(enumerate(worth))}
        assert told == (name[choice], value[choice], name[second], value[second])
        if tuple(worth) not in near:
            assert row["propensity"] == 1.0
        assert "choice" not in row
        assert "second" not in row
    return rows


@pytest.mark.parametrize("seed", [1, 2])
def test_every_unit_gets_what_the_prices_choose_and_is_told_what_would_come_next(seed: int) -> None:
    """Six treatments over four capacities: the table says what the arrays say, and each figure is the unit's own."""
    values, of = drawn(600, seed)
    rows = as_it_must_be(values, of)
    assert {row["treatment"] for row in rows} > {None, "a", "c"}
    assert any(row["second_treatment"] is None for row in rows)
    assert sum(row["propensity"] == 1.0 for row in rows) / len(rows) > 0.5


def test_equal_units_share_by_the_hash_of_their_account_and_the_propensity_is_the_share() -> None:
    """1,000 alike and room for 300: three in ten get it; whoever does was as likely to as anyone else."""
    rows = as_it_must_be(np.full((1_000, 1), 250, dtype=np.int64), terms([[2]], (600,)))
    assert sorted({(row["treatment"] or "", row["propensity"]) for row in rows}) == [("", 0.7), ("a", 0.3)]
    assert sum(row["treatment"] == "a" for row in rows) == 300
    assert all(row["second_treatment"] is None for row in rows if row["treatment"])


def test_each_kind_near_a_tie_shares_by_itself() -> None:
    """Two kinds of unit that the price leaves undecided are not counted through one another."""
    values = np.array([[250, 100]] * 40 + [[250, 101]] * 40 + [[9, 8]] * 20, dtype=np.int64)
    rows = as_it_must_be(values, terms([[1, 0], [0, 1]], (30, 50)))
    assert sum(row["treatment"] == "a" for row in rows) == 30
    assert sum(row["treatment"] == "b" for row in rows) == 50


def test_what_is_not_allowed_or_not_worth_anything_is_neither_chosen_nor_second() -> None:
    """A person with nothing that helps is told of nothing."""
    values = np.array([[NOT_ALLOWED, NOT_ALLOWED], [-5, 0], [NOT_ALLOWED, 7], [7, -1], [7, 1]], dtype=np.int64)
    rows = as_it_must_be(values, terms([[1], [1]], (9,)))
    told = [(row["treatment"], row["second_treatment"]) for row in rows]
    assert told == [(None, None), (None, None), ("b", None), ("a", None), ("a", "b")]

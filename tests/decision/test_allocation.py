"""Capacity goes where it helps most, provably: against HiGHS, at the edges, and whatever the order of rows."""

from __future__ import annotations

from itertools import count

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.decision.made_up_values import best_by_highs, drawn, terms

from arrears.decision.allocate import solve as solving
from arrears.decision.allocate.certificate import certificate_of
from arrears.decision.allocate.passes import ArrayPasses, TablePasses
from arrears.decision.allocate.problem import (
    NOT_ALLOWED,
    NOTHING,
    PRICE_SCALE,
    Terms,
    Whole,
    bound_of,
    choose,
    tally_of,
)
from arrears.decision.allocate.solve import Solution, assign, solve

ENGINE = ibis.duckdb.connect()
NUMBERS = count()


def solved(values: Whole, of: Terms) -> Solution:
    return solve(ArrayPasses(of, np.asfortranarray(values)), of)


def ids(units: int) -> list[str]:
    return [f"A-{number}" for number in range(units)]


def on_table(values: Whole, of: Terms) -> TablePasses:
    columns = tuple(f"value_{name}" for name in of.treatments)
    rows = pa.table({column: values[:, t] for t, column in enumerate(columns)})
    kept = ENGINE.create_table(f"units_{next(NUMBERS)}", ibis.memtable(rows))
    return TablePasses(of, kept, columns, len(values))


def must_fit(solution: Solution) -> None:
    for used, limit in zip(solution.tally.used(solution.terms), solution.terms.limits, strict=True):
        assert limit is None or used <= limit


def test_the_bound_equals_the_linear_programme_of_highs_at_20_000_units() -> None:
    """The dual finds the same optimum as one large programme, to a millionth."""
    values, of = drawn(20_000)
    solution = solved(values, of)
    best = best_by_highs(values, of, whole=False)
    assert solution.bound / PRICE_SCALE == pytest.approx(best, rel=1e-9)
    assert solution.bound / PRICE_SCALE >= best * (1 - 1e-12)
    must_fit(solution)


def test_the_screened_search_finds_the_same_prices_as_looking_at_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Above SMALL units a sample suggests the box; the bound must not depend on how it was found."""
    values, of = drawn(40_000, seed=4)
    whole = solved(values, of)
    monkeypatch.setattr(solving, "SMALL", 1_000)
    screened = solved(values, of)
    assert screened.bound == pytest.approx(whole.bound, rel=1e-10)
    assert screened.tally.value == pytest.approx(whole.tally.value, rel=1e-6)
    must_fit(screened)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_plan_equals_the_best_in_whole_choices(seed: int) -> None:
    """Rounding costs nothing that an integer programme over all units would win back."""
    values, of = drawn(400, seed)
    solution = solved(values, of)
    best = best_by_highs(values, of, whole=True)
    assert solution.tally.value == pytest.approx(best, rel=1e-6)
    assert solution.gap >= 0
    must_fit(solution)


def test_the_engine_and_the_arrays_agree_to_the_cent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same prices, bound and choices from passes on DuckDB as from NumPy, screened and not."""
    values, of = drawn(6_000, seed=9)
    for small in (50_000, 500):
        monkeypatch.setattr(solving, "SMALL", small)
        by_arrays, by_table = solved(values, of), solve(on_table(values, of), of)
        assert by_table.prices == by_arrays.prices
        assert certificate_of(by_table) == certificate_of(by_arrays)


def test_the_choices_of_all_units_add_up_to_the_tally() -> None:
    values, of = drawn(3_000, seed=2)
    solution = solved(values, of)
    choice = assign(values, ids(3_000), solution)
    assert tally_of(choice, values, np.ones(3_000, dtype=np.int64), of).chosen == solution.tally.chosen
    assert sum(int(values[row, t]) for row, t in enumerate(choice) if t != NOTHING) == solution.tally.value


def test_no_capacity_at_all_means_nothing_that_uses_it() -> None:
    """A closed capacity is not a division by zero: what needs it is not done, what does not need it is."""
    values = np.array([[900, 50], [800, 60]], dtype=np.int64)
    of = terms([[5, 0], [0, 1]], (0, 10))
    solution = solved(values, of)
    assert solution.tally.chosen == (0, 2)
    assert solution.gap == 0
    assert certificate_of(solution)["capacities"][0]["closed"]


def test_less_than_nothing_is_refused() -> None:
    """No plan can use less than nothing, so such a limit is an error and not an empty plan."""
    with pytest.raises(ValueError, match="no plan can use less than nothing"):
        terms([[1]], (-1,))


def test_without_limits_everybody_gets_the_best_and_prices_are_zero() -> None:
    values, _ = drawn(200)
    of = terms([[0, 1, 0, 0]] * 6, (None, None, None, None))
    solution = solved(values, of)
    assert solution.prices == (0, 0, 0, 0)
    assert solution.tally.value == int(np.maximum(values.max(axis=1), 0).sum())
    assert solution.gap == 0


def test_nobody_is_contacted_at_a_loss() -> None:
    """Negative and zero values choose nothing, and the plan is worth exactly nothing."""
    solution = solved(
        np.array([[-5, -1], [0, -7], [NOT_ALLOWED, NOT_ALLOWED]], dtype=np.int64), terms([[1], [2]], (9,))
    )
    assert solution.tally.chosen == (0, 0)
    assert (solution.bound, solution.tally.value, solution.relative_gap) == (0, 0, 0.0)


def test_an_empty_night_has_an_empty_plan() -> None:
    """All held: no unit at all."""
    solution = solved(np.zeros((0, 2), dtype=np.int64), terms([[1], [2]], (9,)))
    assert (solution.bound, solution.tally.value, solution.units) == (0, 0, 0)


def test_equal_units_share_capacity_by_the_hash_of_their_ids_not_by_their_order() -> None:
    """1,000 units alike and room for 300: the same 300, however the rows come."""
    values, of = np.full((1_000, 1), 250, dtype=np.int64), terms([[2]], (600,))
    solution = solved(values, of)
    assert solution.tally.chosen == (300,)
    assert solution.gap == 0
    assert solution.rounded.at_ties == 1_000
    names = ids(1_000)
    taken = {name for name, t in zip(names, assign(values, names, solution), strict=True) if t == 0}
    turned = list(reversed(names))
    again = {name for name, t in zip(turned, assign(values, turned, solution), strict=True) if t == 0}
    assert taken == again
    assert taken != set(names[:300])


@st.composite
def problems(draw: st.DrawFn) -> tuple[Whole, Terms]:
    treatments, capacities = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    use = [[draw(st.integers(0, 6)) for _ in range(capacities)] for _ in range(treatments)]
    limits = tuple(draw(st.one_of(st.none(), st.integers(0, 25))) for _ in range(capacities))
    value = st.one_of(st.integers(-30, 60), st.just(NOT_ALLOWED), st.integers(0, 1 << 33))
    rows = draw(st.lists(st.lists(value, min_size=treatments, max_size=treatments), min_size=1, max_size=12))
    return np.array(rows, dtype=np.int64), terms(use, limits)


@settings(max_examples=150, deadline=None)
@given(problems(), st.randoms(use_true_random=False))
def test_for_any_problem_the_plan_fits_is_bounded_and_ignores_the_order_of_rows(
    problem: tuple[Whole, Terms], chance: object
) -> None:
    """Fits, value ≤ best whole plan ≤ bound, the stated bound is what duality says, and a shuffle changes nothing."""
    values, of = problem
    solution = solved(values, of)
    must_fit(solution)
    choice = choose(values, of.charges(solution.prices))
    assert solution.bound == bound_of(tally_of(choice, values, np.ones(len(values), np.int64), of), of, solution.prices)
    best = best_by_highs(values, of, whole=True)
    assert solution.tally.value <= best * (1 + 1e-9) + 0.5
    assert best <= solution.bound / PRICE_SCALE * (1 + 1e-9) + 0.5
    order = list(range(len(values)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    shuffled = solved(values[order], of)
    assert certificate_of(shuffled) == certificate_of(solution)
    names = ids(len(values))
    first = dict(zip(names, assign(values, names, solution).tolist(), strict=True))
    mixed = [names[row] for row in order]
    assert dict(zip(mixed, assign(values[order], mixed, shuffled).tolist(), strict=True)) == first


@settings(max_examples=100, deadline=None)
@given(problems())
def test_small_problems_are_solved_exactly(problem: tuple[Whole, Terms]) -> None:
    """Where the core is the whole, the plan is the best there is."""
    values, of = problem
    solution = solved(values, of)
    assert solution.tally.value == pytest.approx(best_by_highs(values, of, whole=True), rel=1e-6, abs=0.5)

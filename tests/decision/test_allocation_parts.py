"""Each part of allocation by itself, beside a slow version of it or the sentence that says what it must keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import ibis
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.decision.made_up_values import best_by_highs, drawn, terms

from arrears.decision.allocate import passes as passing
from arrears.decision.allocate import rounding
from arrears.decision.allocate import solve as solving
from arrears.decision.allocate.certificate import certificate_of
from arrears.decision.allocate.dual import Box, around, on_the_edge, whole_box
from arrears.decision.allocate.passes import ArrayPasses, TablePasses, sample_threshold, screen_rows
from arrears.decision.allocate.problem import (
    MAX_USE,
    MAX_VALUE,
    NOT_ALLOWED,
    NOTHING,
    PRICE_SCALE,
    Kinds,
    Tally,
    Terms,
    Whole,
    bound_of,
    choose,
    distinct,
    tally_of,
)
from arrears.decision.allocate.solve import Solution, solve

VALUES = st.one_of(st.integers(-9, 12), st.just(NOT_ALLOWED), st.integers(-MAX_VALUE, MAX_VALUE))
QUICK = settings(max_examples=120, deadline=None)


@st.composite
def problems(draw: st.DrawFn) -> tuple[Whole, Terms, tuple[int, ...]]:
    """Rows of values, the terms, and whole prices that are often a tie for somebody."""
    treatments, capacities = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    use = [[draw(st.integers(0, 4)) for _ in range(capacities)] for _ in range(treatments)]
    limits = tuple(draw(st.one_of(st.none(), st.integers(0, 12))) for _ in range(capacities))
    rows = draw(st.lists(st.lists(VALUES, min_size=treatments, max_size=treatments), max_size=9))
    prices = tuple(draw(st.integers(0, 12)) * PRICE_SCALE // 2 for _ in range(capacities))
    return np.array(rows, dtype=np.int64).reshape(len(rows), treatments), terms(use, limits), prices


@st.composite
def cores(draw: st.DrawFn) -> tuple[Kinds, Terms, tuple[int, ...]]:
    """The same, merged to kinds that stand for one to five units each."""
    values, of, prices = draw(problems())
    counts = np.array([draw(st.integers(1, 5)) for _ in values], dtype=np.int64)
    return distinct(values, counts), of, prices


def left_of(of: Terms) -> list[int | None]:
    return list(of.limits)


# ── what is chosen among ──


@pytest.mark.parametrize(("use", "refused"), [(0, False), (MAX_USE, False), (MAX_USE + 1, True), (-1, True)])
def test_a_treatment_uses_nothing_up_to_the_most_whole_units(use: int, refused: bool) -> None:
    """Beyond the most, sums would leave 64 bits; below nothing it would make capacity."""
    if refused:
        with pytest.raises(ValueError, match="whole units of a capacity"):
            terms([[use]], (3,))
    else:
        assert terms([[use]], (3,)).charges([2]) == [2 * use]


def test_terms_that_do_not_belong_together_are_refused() -> None:
    """A use for each treatment and capacity, a limit for each capacity."""
    with pytest.raises(ValueError, match="not \\(treatments, capacities\\)"):
        Terms(("a", "b"), ("c",), np.array([[1]], dtype=np.int64), (3,))
    with pytest.raises(ValueError, match="one limit for each capacity"):
        Terms(("a",), ("c",), np.array([[1]], dtype=np.int64), (3, 4))


def test_a_capacity_is_priced_where_it_is_limited_and_used_and_closed_where_there_is_none_of_it() -> None:
    """One without a limit, or that nobody uses, has no price; none of it is not the same as no limit."""
    of = terms([[1, 1, 1, 0, 0]], (None, 0, 4, 4, 0))
    assert (of.priced, of.closed) == ([2], [1])


@QUICK
@given(problems())
def test_choice_tally_and_bound_are_what_row_by_row_they_say(problem: tuple[Whole, Terms, tuple[int, ...]]) -> None:
    """The first of the best that is worth more than nothing; sums over all; the bound by duality."""
    values, of, prices = problem
    charges = [sum(int(u) * p for u, p in zip(row, prices, strict=True)) for row in of.use]
    assert of.charges(prices) == charges
    nets = [[int(v) * PRICE_SCALE - c for v, c in zip(row, charges, strict=True)] for row in values]
    slow = [row.index(max(row)) if max(row) > 0 else NOTHING for row in nets]
    choice = choose(values, charges)
    assert choice.tolist() == slow
    tally = tally_of(choice, values, np.ones(len(values), np.int64), of)
    took = [t for t in slow if t != NOTHING]
    assert tally.chosen == tuple(took.count(t) for t in range(len(of.treatments)))
    assert tally.value == sum(int(values[row, t]) for row, t in enumerate(slow) if t != NOTHING)
    assert tally.units == len(values)
    assert tally.used(of) == [sum(int(of.use[t, k]) for t in took) for k in range(len(of.capacities))]
    worth = sum(max(0, *row) for row in nets)
    room = sum(p * limit for p, limit in zip(prices, of.limits, strict=True) if limit is not None)
    assert bound_of(tally, of, prices) == worth + room
    assert tally + tally == Tally(tuple(2 * n for n in tally.chosen), 2 * tally.value, 2 * tally.units)


@QUICK
@given(problems())
def test_kinds_are_the_distinct_rows_in_order_each_with_its_units(
    problem: tuple[Whole, Terms, tuple[int, ...]],
) -> None:
    """However the rows came, and however many units each stood for."""
    values, _, _ = problem
    counted = Counter(map(tuple, values.tolist()))
    for kinds, times in (
        (distinct(values), 1),
        (distinct(values[::-1], np.full(len(values), 3, dtype=np.int64)), 3),
    ):
        assert list(map(tuple, kinds.values.tolist())) == sorted(counted)
        assert kinds.counts.tolist() == [times * counted[row] for row in sorted(counted)]
        assert kinds.units == times * len(values)


# ── looking at all units ──


def screened_slowly(row: Sequence[int], least: Sequence[int], most: Sequence[int]) -> int:
    """One row: whether one treatment at its dearest beats nothing and every other at its cheapest."""
    dear = [int(v) * PRICE_SCALE - c for v, c in zip(row, most, strict=True)]
    cheap = [int(v) * PRICE_SCALE - c for v, c in zip(row, least, strict=True)]
    sure = [t for t in range(len(row)) if dear[t] > max(0, *[cheap[o] for o in range(len(row)) if o != t], 0)]
    return sure[0] if sure else NOTHING if max(cheap) < 0 else passing.UNDECIDED


@QUICK
@given(problems(), st.integers(0, 4 * PRICE_SCALE), st.sampled_from([1, 2, 3, 100]))
def test_a_pass_decides_who_chooses_alike_in_all_of_the_box_and_gives_the_rest(
    problem: tuple[Whole, Terms, tuple[int, ...]], wide: int, chunk: int
) -> None:
    """Row by row, in chunks of any size, over arrays and over a table: one tally, the same kinds left."""
    values, of, prices = problem
    least = of.charges(prices)
    most = [charge + wide for charge in least]
    slow = [screened_slowly(row, least, most) for row in values.tolist()]
    assert screen_rows(np.asfortranarray(values), least, most).tolist() == slow
    sure = [row for row, t in enumerate(slow) if t != passing.UNDECIDED]
    whole = passing.CHUNK
    try:
        passing.CHUNK = chunk
        tally, rest = ArrayPasses(of, np.asfortranarray(values)).screen(least, most)
        twice, _ = ArrayPasses(of, np.asfortranarray(values), np.full(len(values), 2, np.int64)).screen(least, most)
    finally:
        passing.CHUNK = whole
    assert tally.units == len(sure)
    assert tally.chosen == tuple(slow.count(t) for t in range(len(of.treatments)))
    assert tally.value == sum(int(values[row, slow[row]]) for row in sure if slow[row] != NOTHING)
    assert Counter(map(tuple, values.tolist())) - Counter(tuple(values[row].tolist()) for row in sure) == Counter(
        dict(zip(map(tuple, rest.values.tolist()), rest.counts.tolist(), strict=True))
    )
    assert twice == tally + tally


def on_table(values: Whole, of: Terms) -> TablePasses:
    columns = tuple(f"value_{name}" for name in of.treatments)
    rows = pa.table({column: pa.array(values[:, t], pa.int64()) for t, column in enumerate(columns)})
    return TablePasses(of, ibis.memtable(rows), columns, len(values))


@pytest.mark.parametrize("units", [0, 1, 2_000])
def test_a_table_is_looked_at_as_arrays_are(units: int) -> None:
    """Sampled and screened alike, to the unit and the cent."""
    values, of = drawn(units, seed=3)
    least = of.charges([900 * PRICE_SCALE] * 4)
    most = [charge + 700 * PRICE_SCALE for charge in least]
    arrays, table = ArrayPasses(of, values), on_table(values, of)
    assert table.screen(least, most)[0] == arrays.screen(least, most)[0]
    for ours, theirs in (
        (table.screen(least, most)[1], arrays.screen(least, most)[1]),
        (table.sample(400), arrays.sample(400)),
        (table.sample(units), arrays.sample(units)),
    ):
        assert ours.values.tolist() == theirs.values.tolist()
        assert ours.counts.tolist() == theirs.counts.tolist()


@pytest.mark.parametrize("wanted", [100, 1_000, 10_000])
def test_a_sample_is_about_as_large_as_was_wanted_and_the_same_in_any_order(wanted: int) -> None:
    """Picked by what the units are worth; the whole where as many are wanted as there are."""
    values, of = drawn(20_000, seed=5)
    sample = ArrayPasses(of, values).sample(wanted)
    assert wanted * 0.7 < sample.units < wanted * 1.3
    assert np.array_equal(ArrayPasses(of, values[::-1]).sample(wanted).values, sample.values)
    assert ArrayPasses(of, values).sample(20_000).units == 20_000
    assert sample_threshold(0, 0) == 0
    counts = np.full(20_000, 3, np.int64)
    assert ArrayPasses(of, values, counts).units == 60_000
    assert ArrayPasses(of, values, counts).sample(3 * wanted).units == 3 * sample.units


# ── the search for prices ──


def test_the_whole_box_reaches_to_where_the_dearest_unit_no_longer_pays() -> None:
    """By the least that any treatment uses of it; a closed capacity is at its ceiling, an idle one at nothing."""
    of = terms([[2, 0, 1, 0], [5, 0, 0, 0], [0, 0, 3, 0]], (9, 9, 0, None))
    ceiling = of.price_ceiling(2)
    assert ceiling == MAX_VALUE * PRICE_SCALE
    assert whole_box(of, 100) == Box((0, 0, ceiling, 0), (50 * PRICE_SCALE + 1, 0, ceiling, 0))
    assert whole_box(of, -3).high[0] == 1
    assert whole_box(of, 4 * MAX_VALUE).high[0] == of.price_ceiling(0)


def test_a_least_point_on_an_edge_is_least_of_the_whole_only_where_the_whole_ends_there() -> None:
    """A box around prices stays inside the outer one; on an edge of its own it must be widened."""
    outer = Box((0,), (100,))
    assert around([40], [15], outer) == Box((25,), (55,))
    assert around([10], [15], outer) == Box((0,), (25,))
    assert around([90], [15], outer) == Box((75,), (100,))
    for price, edge in ((25, True), (26, False), (54, False), (55, True)):
        assert on_the_edge([price], Box((25,), (55,)), outer) is edge
    assert not on_the_edge([0], Box((0,), (25,)), outer)
    assert not on_the_edge([100], Box((75,), (100,)), outer)


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_no_price_has_a_lesser_bound_than_those_found(seed: int) -> None:
    """The least bound is the optimum of the linear programme."""
    values, of = drawn(300, seed)
    solution = solve(ArrayPasses(of, values), of)
    assert solution.bound / PRICE_SCALE == pytest.approx(best_by_highs(values, of, whole=False), rel=1e-9)
    assert solution.steps < 60
    assert solution.screens == 2


def test_without_a_price_one_look_is_enough() -> None:
    """Nothing to search where no capacity binds."""
    values, _ = drawn(50)
    of = terms([[1]] * 6, (None,))
    assert solve(ArrayPasses(of, values), of).steps == 1


class Watched:
    """Passes that remember what they were asked."""

    def __init__(self, inner: ArrayPasses) -> None:
        self.inner, self.samples, self.screens = inner, list[int](), 0

    @property
    def units(self) -> int:
        return self.inner.units

    def sample(self, wanted: int) -> Kinds:
        self.samples.append(wanted)
        return self.inner.sample(wanted)

    def screen(self, least: Sequence[int], most: Sequence[int]) -> tuple[Tally, Kinds]:
        self.screens += 1
        return self.inner.screen(least, most)


def test_a_large_book_is_only_sampled_and_screened_and_each_screen_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is never held whole; up to SMALL it is looked at once, and is its own sample."""
    values, of = drawn(3_000, seed=6)
    small = Watched(ArrayPasses(of, values))
    monkeypatch.setattr(solving, "SMALL", 3_000)
    by_whole = solve(small, of)
    assert (small.samples, small.screens) == ([3_000], 0)
    monkeypatch.setattr(solving, "SMALL", 2_999)
    monkeypatch.setattr(solving, "SAMPLES", (200, 1_000))
    large = Watched(ArrayPasses(of, values))
    by_parts = solve(large, of)
    assert large.samples == [200, 1_000]
    assert by_parts.screens == large.screens
    assert by_parts.bound == pytest.approx(by_whole.bound, rel=1e-10)
    assert by_parts.steps > 2


def test_a_sample_without_anybody_only_leaves_the_search_without_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    """Units all alike may all be outside it."""
    values, of = np.full((400, 1), 3_000, dtype=np.int64), terms([[2]], (100,))
    monkeypatch.setattr(solving, "SAMPLES", (1, 2))
    whole = solve(ArrayPasses(of, values), of)
    monkeypatch.setattr(solving, "SMALL", 10)
    assert ArrayPasses(of, values).sample(2).units == 0
    hintless = solve(ArrayPasses(of, values), of)
    assert (hintless.bound, hintless.tally) == (whole.bound, whole.tally)


def test_a_sample_has_its_share_of_each_capacity() -> None:
    """At least one where there is any: none would close it; no limit stays none."""
    of = terms([[1, 1, 1, 1]], (None, 0, 100, 1))
    assert solving._for_sample(of, 5, 20).limits == (None, 0, 25, 1)


def test_the_next_step_looks_a_share_of_the_price_around_or_of_a_small_typical_one() -> None:
    """A twentieth of what a unit's best is worth on average, by what is used of it; what has no price stays."""
    of = terms([[2, 1, 0], [4, 0, 0]], (9, None, 9))
    sample = Kinds(np.array([[100, 60], [-5, 700], [-5, -1]], dtype=np.int64), np.array([2, 1, 6], dtype=np.int64))
    typical = (2 * 100 + 700) * PRICE_SCALE // 9
    large, share = 10**9, Fraction(1, 4)
    assert solving._reach(of, (large, 0, 0), sample, share) == (large // 4, 0, 0)
    assert solving._reach(of, (0, 0, 0), sample, share) == (typical // (20 * 4) // 4, 0, 0)
    assert solving._reach(of, (0, 0, 0), Kinds(sample.values[2:], sample.counts[2:]), share) == (1, 0, 0)


# ── from prices to a plan ──


@QUICK
@given(cores(), st.integers(1, 6))
def test_the_slack_of_a_treatment_is_the_margin_of_so_many_kinds(
    core: tuple[Kinds, Terms, tuple[int, ...]], wanted: int
) -> None:
    """How far each that may have it is from taking it or leaving it; the so-manieth nearest, or the farthest."""
    kinds, of, prices = core
    charges = of.charges(prices)
    expected = []
    for t in range(len(of.treatments)):
        margins = []
        for row in kinds.values.tolist():
            nets = [v * PRICE_SCALE - c for v, c in zip(row, charges, strict=True)]
            rivals = [0, *nets[:t], *nets[t + 1 :]]
            if row[t] != NOT_ALLOWED:
                margins.append(abs(nets[t] - max(rivals)))
        expected.append(sorted(margins)[:wanted][-1] if margins else 0)
    assert rounding.slack_for(kinds, of, prices, wanted) == tuple(expected)


@QUICK
@given(cores())
def test_filling_by_greed_fits_and_leaves_room_for_nobody_who_waits(core: tuple[Kinds, Terms, tuple[int, ...]]) -> None:
    """No treatment is given at a loss, and none that someone without one could still have is left."""
    kinds, of, prices = core
    takes = rounding._core_by_greed(kinds, of, prices, left_of(of))
    assert (takes >= 0).all()
    assert (takes.sum(axis=1) <= kinds.counts).all()
    assert (kinds.values[takes > 0] > 0).all()
    used = takes.sum(axis=0) @ of.use
    assert all(limit is None or int(u) <= limit for u, limit in zip(used, of.limits, strict=True))
    for kind in np.flatnonzero(takes.sum(axis=1) < kinds.counts):
        for t in np.flatnonzero(kinds.values[kind] > 0):
            need = used + of.use[t]
            assert any(limit is not None and int(u) > limit for u, limit in zip(need, of.limits, strict=True))


def test_greed_serves_the_clearest_first_and_gives_each_what_it_likes_best() -> None:
    """Room for two of the dear and one of the cheap: by what is left after the price."""
    kinds = Kinds(np.array([[10, 4], [30, 25], [20, 9]], dtype=np.int64), np.array([1, 1, 1], dtype=np.int64))
    of = terms([[1, 0], [0, 1]], (2, 1))
    assert rounding._core_by_greed(kinds, of, (0, 0), [2, 1]).tolist() == [[0, 1], [1, 0], [1, 0]]
    dear = rounding._core_by_greed(kinds, of, (12 * PRICE_SCALE, 0), [2, 1])
    assert dear.tolist() == [[1, 0], [0, 1], [1, 0]]


@QUICK
@given(cores(), st.data())
def test_takes_fit_where_nobody_has_two_and_no_capacity_is_passed(
    core: tuple[Kinds, Terms, tuple[int, ...]], data: st.DataObject
) -> None:
    """Counted one by one; and what they are worth, and whose they are, is counted the same way."""
    kinds, of, _ = core
    shape = kinds.values.shape
    takes = np.array(
        [[data.draw(st.integers(-1, 3)) for _ in range(shape[1])] for _ in range(shape[0])], dtype=np.int64
    )
    takes = takes.reshape(shape)
    used = [
        sum(int(takes[kind, t]) * int(of.use[t, k]) for kind in range(shape[0]) for t in range(shape[1]))
        for k in range(len(of.capacities))
    ]
    fits = (
        bool((takes >= 0).all())
        and all(int(takes[kind].sum()) <= int(kinds.counts[kind]) for kind in range(shape[0]))
        and all(limit is None or u <= limit for u, limit in zip(used, of.limits, strict=True))
    )
    assert rounding._fits(takes, kinds, of, left_of(of)) is fits
    if not fits:
        return
    given_out = [[NOTHING] * int(n) for n in kinds.counts]
    for share in rounding._shares(kinds, takes):
        for unit in range(share.first, share.first + share.units):
            assert given_out[share.kind][unit] == NOTHING
            given_out[share.kind][unit] = share.treatment
    for kind, row in enumerate(given_out):
        assert [row.count(t) for t in range(shape[1])] == takes[kind].tolist()
        had = [t for t in row if t != NOTHING]
        assert row == sorted(had) + [NOTHING] * (len(row) - len(had))
    tally = rounding._tally_of_takes(kinds, takes)
    assert tally.chosen == tuple(int(n) for n in takes.sum(axis=0))
    assert tally.value == sum(int(kinds.values[kind, t]) for kind, row in enumerate(given_out) for t in row if t >= 0)
    assert tally.units == kinds.units


def test_a_programme_of_exactly_the_most_variables_is_still_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more is left to greed, which here serves one for ten cents and loses two for thirteen."""
    values = np.array([[10, NOT_ALLOWED], [NOT_ALLOWED, 6], [NOT_ALLOWED, 7]], dtype=np.int64)
    of = terms([[2], [1]], (2,))
    kinds, prices = distinct(values), (0,)
    wide = (10**9, 10**9)
    for most, solved in ((3, True), (2, False)):
        monkeypatch.setattr(rounding, "MOST_VARIABLES", most)
        takes = rounding._core_by_programme(kinds, of, prices, [2], wide, 13 * PRICE_SCALE)
        assert (takes is not None) is solved
        if takes is not None:
            assert rounding._worth(takes, kinds) == 13
    assert rounding._worth(rounding._core_by_greed(kinds, of, prices, [2]), kinds) == 10


@QUICK
@given(cores())
def test_an_option_is_near_where_its_margin_is_inside_the_slacks(core: tuple[Kinds, Terms, tuple[int, ...]]) -> None:
    """A cent is worth having, nothing is not; with slack without end everything worth having is an option."""
    kinds, of, prices = core
    endless = (1 << 60,) * len(of.treatments)
    near = rounding._near_options(kinds, of, prices, endless)
    assert np.array_equal(near > NOT_ALLOWED, kinds.values > 0)
    tight = rounding._near_options(kinds, of, prices, (0,) * len(of.treatments))
    charges = of.charges(prices)
    for row, kept in zip(kinds.values.tolist(), tight.tolist(), strict=True):
        nets = [v * PRICE_SCALE - c for v, c in zip(row, charges, strict=True)]
        best = max(0, *nets)
        assert kept == [v if net == best and v > 0 else NOT_ALLOWED for v, net in zip(row, nets, strict=True)]


@QUICK
@given(cores())
def test_the_programme_gives_the_best_plan_of_its_core(core: tuple[Kinds, Terms, tuple[int, ...]]) -> None:
    """With every option open, nothing over all units at once is worth more; it fits."""
    kinds, of, prices = core
    kinds = distinct(np.minimum(kinds.values, 1000), kinds.counts)
    endless = (1 << 60,) * len(of.treatments)
    takes = rounding._core_by_programme(kinds, of, prices, left_of(of), endless, 1)
    assert takes is not None
    assert rounding._fits(takes, kinds, of, left_of(of))
    everybody = np.repeat(kinds.values, kinds.counts, axis=0)
    assert rounding._worth(takes, kinds) == pytest.approx(best_by_highs(everybody, of, whole=True), abs=1)


@pytest.mark.parametrize("seed", range(6))
def test_a_closed_capacity_costs_the_others_nothing(seed: int) -> None:
    """The plan beside it is as good as if what uses it were not there: the best in whole choices."""
    draw = np.random.default_rng(seed)
    values = draw.integers(1, 200, (40, 3))
    of = terms([[int(draw.integers(2, 8)), 0], [int(draw.integers(2, 8)), 0], [1, 1]], (int(draw.integers(5, 60)), 0))
    solution = solve(ArrayPasses(of, values), of)
    assert solution.tally.value == pytest.approx(best_by_highs(values, of, whole=True), abs=0.5)
    assert solution.tally.chosen[2] == 0


@pytest.mark.parametrize(("most", "cut"), [(40, True), (10_000, False)])
def test_a_core_too_large_is_cut_and_one_too_small_to_fit_is_widened(
    monkeypatch: pytest.MonkeyPatch, most: int, cut: bool
) -> None:
    """The plan fits either way, and never costs more than its gap says."""
    values, of = drawn(600, seed=8)
    monkeypatch.setattr(rounding, "MOST_CORE_KINDS", most)
    solution = solve(ArrayPasses(of, values), of)
    assert (len(solution.rounded.core.counts) <= most) is True
    assert (len(solution.rounded.core.counts) < 100) is cut
    used = solution.tally.used(of)
    assert all(limit is None or u <= limit for u, limit in zip(used, of.limits, strict=True))
    assert solution.tally.value * PRICE_SCALE <= solution.bound
    monkeypatch.setattr(rounding, "CORE_KINDS", 1)
    narrow = solve(ArrayPasses(of, values), of)
    assert all(limit is None or u <= limit for u, limit in zip(narrow.tally.used(of), of.limits, strict=True))


# ── what it says of itself ──


def by(values: list[list[int]], of: Terms) -> Solution:
    return solve(ArrayPasses(of, np.array(values, dtype=np.int64).reshape(len(values), len(of.treatments))), of)


def test_the_certificate_says_of_each_capacity_its_limit_its_use_and_whether_it_is_closed() -> None:
    """Closed is none of it today; without a limit, and one that is used up, are open."""
    certificate = certificate_of(by([[5, 9], [4, 7], [4, 1]], terms([[1, 0, 2], [0, 3, 0]], (2, 0, None))))
    assert certificate["format"] == 1
    assert [c["closed"] for c in certificate["capacities"]] == [False, True, False]
    assert [c["used"] for c in certificate["capacities"]] == [2, 0, 4]
    assert [t["uses"] for t in certificate["treatments"]] == [{"c0": 1, "c2": 2}, {"c1": 3}]
    assert [t["chosen"] for t in certificate["treatments"]] == [2, 0]
    assert (certificate["persons"], certificate["value_cents"]) == (3, 9)


@pytest.mark.parametrize(("units", "at_ties", "share"), [(0, 0, 0.0), (4, 4, 1.0)])
def test_the_share_at_a_tie_is_of_the_people_there_are(units: int, at_ties: int, share: float) -> None:
    """Four alike and room for two: all four stand at the tie; of nobody it is nothing."""
    certificate = certificate_of(by([[8]] * units, terms([[1]], (2,))))
    assert (certificate["at_ties"], certificate["share_at_ties"]) == (at_ties, share)
    assert certificate["relative_gap"] == 0.0

"""Random timelines by the thousand, from one seed: the mask, the gate and the oracle agree on every act."""

from __future__ import annotations

import pytest
from tests.law.timelines import EVERY, compare


@pytest.mark.slow
def test_on_many_random_timelines_no_reader_disagrees_and_no_permitted_act_breaks_a_rule() -> None:
    """The night's mask and the gate never differ, and the slow oracle has nothing against what they permit."""
    seen = compare(seed=20260305, timelines=2_000, acts_each=10)
    assert set(seen) >= EVERY, f"never came up: {EVERY - set(seen)}"


def test_on_a_few_hundred_timelines_no_reader_disagrees_either() -> None:
    """The same in a second: every reason comes up."""
    seen = compare(seed=20260307, timelines=400, acts_each=8)
    assert set(seen) >= EVERY, f"never came up: {EVERY - set(seen)}"

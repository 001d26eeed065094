"""Every provision is switched on with its own cases, on both sides of every line it draws."""

from __future__ import annotations

from datetime import date

import pytest

from arrears.law.load import load_law
from arrears.law.run_cases import Outcome, run_cases

READ_ON = date(2026, 11, 23)
OUTCOMES = list(run_cases(load_law(["cn"], READ_ON)))


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: f"{outcome.provision.id}: {outcome.case.says}")
def test_a_provision_answers_its_own_case_as_the_case_says(outcome: Outcome) -> None:
    """
    Alone, with no other rule that could hide a fault in it, a provision gives the answer its case expects.
    """
    assert outcome.holds, (
        f"{outcome.case.where}: expected {outcome.case.expect} (again {outcome.case.allowed_again}), "
        f"got {', '.join(outcome.answers)} (again {outcome.allowed_again})"
    )


def test_no_provision_is_without_cases() -> None:
    """Rules that were configured and never ran have hurt others."""
    law = load_law(["cn"], READ_ON)
    assert {item.id for item in law.provisions} == {outcome.provision.id for outcome in OUTCOMES}

"""Affordability: exact arithmetic, both sides of every line, and fractions searched one by one beside it."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.playbook.affordability import Affordability, Income, Means, affordability

CASES = Path(__file__).parent / "cases" / "affordability_dev.jsonl"


def means(
    disposable: int = 1000_00, *, balance: int, share: int = 10_000, cap: int = 10, waiver: int = 10_000
) -> Means:
    income = [Income("salary", disposable + 2000_00, verified=True)]
    return Means(income, 1500_00, 500_00, balance, share, cap, waiver)


def test_income_that_nobody_verified_does_not_count() -> None:
    """And two verified lines of one source count twice."""
    income = [
        Income("wages", 900_00, verified=True),
        Income("wages", 1450_00, verified=True),
        Income("tips", 9999_00, verified=False),
    ]
    assert affordability(Means(income, 1300_00, 430_00, 620_00, 10_000, 1, 0)).disposable == 620_00


@pytest.mark.parametrize(
    ("balance", "feasible", "waiver", "hardship"),
    [
        (10_000_00, 10, 0, False),  # exactly on the cap
        (10_000_01, None, 1, False),  # one cent over: 0.0000001 of it is waived, written 0.01 %
        (9_000_01, 10, 0, False),
        (9_000_00, 9, 0, False),
        (12_500_00, None, 2000, False),  # exactly 20.00 %
        (12_500_01, None, None, True),  # one cent more needs 20.01 %
    ],
)
def test_one_cent_over_the_cap_needs_a_waiver_and_one_over_the_waiver_is_hardship(
    balance: int, feasible: int | None, waiver: int | None, hardship: bool
) -> None:
    """Equal is inside, on the cap and on the waiver alike."""
    found = affordability(means(balance=balance, waiver=2000))
    assert (found.feasible_instalments, found.waiver_needed, found.hardship_required) == (feasible, waiver, hardship)


@pytest.mark.parametrize(
    ("disposable", "share", "instalment"),
    [(-1, 5000, 0), (0, 10_000, 0), (3, 3000, 0), (3, 3334, 1), (123_457, 3500, 43_209), (1, 10_000, 1), (9999, 1, 0)],
)
def test_the_instalment_is_floored_to_the_cent_and_never_below_nothing(
    disposable: int, share: int, instalment: int
) -> None:
    """The cent that rounding up would add is the borrower's."""
    assert affordability(means(disposable, balance=100_00, share=share)).sustainable_instalment == instalment


def test_an_instalment_of_nothing_pays_nothing_even_where_everything_may_be_waived() -> None:
    """Feasible and waiver are both absent: it is hardship, with money left over or not."""
    for disposable in (-50_00, 0, 1):
        found = affordability(means(disposable, balance=1, share=5000, cap=60, waiver=10_000))
        assert found == Affordability(disposable, 0, None, None, hardship_required=True)


def test_a_share_finer_than_a_percent_is_exact() -> None:
    """0.3333 of 1000.00 is 333.30, not 333.33."""
    assert affordability(means(1000_00, balance=1, share=3333)).sustainable_instalment == 333_30


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"balance": 0}, "above 0.00"),
        ({"share": 0}, "above 0"),
        ({"share": 10_001}, "at most 1"),
        ({"cap_instalments": 0}, "1 to 60"),
        ({"cap_instalments": 61}, "1 to 60"),
        ({"max_waiver": -1}, "0.00 to 100.00"),
        ({"max_waiver": 10_001}, "0.00 to 100.00"),
        ({"basic_living_allowance": -1}, "0.00 or more"),
        ({"priority_obligations": -1}, "0.00 or more"),
        ({"arrears": -1}, "arrears is 0.00 or more"),
        ({"arrears": 2}, "at most the balance"),
        ({"dependants": -1}, "dependants is 0 or more"),
    ],
)
def test_means_outside_the_contract_are_refused(changed: dict[str, int], message: str) -> None:
    """A wrong statement is never answered as if it were a right one."""
    right = {
        "basic_living_allowance": 1,
        "priority_obligations": 1,
        "balance": 1,
        "share": 1,
        "cap_instalments": 1,
        "max_waiver": 0,
    }
    with pytest.raises(ValueError, match=message):
        Means(income=[], **{**right, **changed})


def test_arrears_of_nothing_or_all_of_the_balance_are_lawful_statements() -> None:
    """Both edges are inside, nobody dependent is a fact, and what was not said is not refused."""
    whole = means(balance=100)
    for arrears, dependants in [(0, 0), (100, 0), (None, None)]:
        said = Means(whole.income, 1500_00, 500_00, 100, 10_000, 10, 10_000, arrears=arrears, dependants=dependants)
        assert affordability(said) == affordability(whole)


@pytest.mark.parametrize("verified", [True, False])
def test_income_below_nothing_is_refused_with_its_place(verified: bool) -> None:
    """Money that goes out is no income, whether or not somebody verified the line."""
    lines = [Income("salary", 0, verified=True), Income("rent", -1, verified=verified)]
    with pytest.raises(ValueError, match=r"income\[1\]: amount"):
        Means(lines, 0, 0, 1, 1, 1, 0)


# The slow obvious version: fractions, and every waiver tried in turn.


def oracle(given_means: Means) -> Affordability:
    """The contract read aloud."""
    disposable = sum(Fraction(line.amount, 100) for line in given_means.income if line.verified)
    disposable -= Fraction(given_means.basic_living_allowance + given_means.priority_obligations, 100)
    share = Fraction(given_means.share, 10_000)
    instalment = Fraction(math.floor(share * disposable * 100), 100) if disposable > 0 else Fraction(0)
    balance, cap = Fraction(given_means.balance, 100), given_means.cap_instalments

    feasible = waiver = None
    if instalment:
        if math.ceil(balance / instalment) <= cap:
            feasible = math.ceil(balance / instalment)
        for hundredths in range(given_means.max_waiver + 1):
            remaining = balance * (1 - Fraction(hundredths, 10_000))
            if math.ceil(remaining / instalment) <= cap:
                waiver = hundredths
                break
    return Affordability(
        int(disposable * 100), int(instalment * 100), feasible, waiver, disposable <= 0 or feasible is waiver is None
    )


@st.composite
def statements(draw: st.DrawFn) -> Means:
    """Small numbers as often as large ones, and balances that fall on a line and one cent beside it."""
    amounts = st.one_of(st.integers(0, 50), st.integers(0, 20_000_00))
    income = [Income("work", draw(amounts), draw(st.booleans())) for _ in range(draw(st.integers(0, 3)))]
    share, cap, waiver = draw(st.integers(1, 10_000)), draw(st.integers(1, 60)), draw(st.integers(0, 10_000))
    allowance, obligations = draw(amounts), draw(st.integers(0, 1000_00))
    made = Means(income, allowance, obligations, 1, share, cap, waiver)
    on_the_line = affordability(made).sustainable_instalment * cap
    near = st.integers(-2, 2).map(lambda cents: max(on_the_line + cents, 1))
    waived = st.integers(-2, 2).map(lambda cents: max(on_the_line * 10_000 // max(10_000 - waiver, 1) + cents, 1))
    balance = draw(st.one_of(near, waived, st.integers(1, 200), st.integers(1, 500_000_00)))
    return Means(income, allowance, obligations, balance, share, cap, waiver)


@given(statements())
def test_the_formula_agrees_with_every_waiver_tried_in_turn(made: Means) -> None:
    """Ceilings and floors in whole numbers against fractions and a search."""
    assert affordability(made) == oracle(made)


@given(statements())
def test_a_plan_or_a_waiver_or_hardship_always_one_of_them(made: Means) -> None:
    """Nobody is left without a route, and a plan that fits needs no waiver."""
    found = affordability(made)
    assert found.hardship_required == (found.waiver_needed is None)
    assert (found.waiver_needed == 0) == (found.feasible_instalments is not None)


@given(statements(), st.integers(0, 1000_00))
def test_more_verified_income_never_makes_a_plan_harder(made: Means, more: int) -> None:
    """A little more can only shorten the plan and shrink the waiver."""
    before = affordability(made)
    after = affordability(
        Means(
            [*made.income, Income("more", more, verified=True)],
            made.basic_living_allowance,
            made.priority_obligations,
            made.balance,
            made.share,
            made.cap_instalments,
            made.max_waiver,
        )
    )
    assert after.sustainable_instalment >= before.sustainable_instalment
    if before.waiver_needed is not None:
        assert after.waiver_needed is not None
        assert after.waiver_needed <= before.waiver_needed


# The command.


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from arrears.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_published_cases_pass_whole_through_the_command_line() -> None:
    """Every case, in its order, and nothing on stderr."""
    ran = run("offers", "affordability", str(CASES))
    asked = [json.loads(line) for line in CASES.read_text().splitlines()]
    assert [json.loads(line) for line in ran.stdout.splitlines()] == [
        {"id": case["id"], **case["expected"]} for case in asked
    ]
    assert (ran.returncode, ran.stderr) == (0, "")


GOOD = json.loads(CASES.read_text().splitlines()[0])
WRONG: dict[str, list[object]] = {
    "share": ["0", "0.00", "1.0001", "0.12345", "-0.5", "0,5", ".5", 0.5, None],
    "cap_instalments": [0, 61, "24", 24.0, True, None],
    "max_waiver_pct": ["100.01", "-0.01", "20", 20, "20.000"],
    "balance": ["0.00", "-1.00", "1", 100, "1e3", "NaN", "9" * 80 + ".00"],
    "basic_living_allowance": ["-0.01", None],
    "income": [None, {}, [None], [{"source": "salary", "amount": "1.00", "verified": "true"}], [{"amount": "1.00"}]],
    "id": [None, 7],
    "arrears": ["-5.00", "1", 5, f"{10**9}.00"],
    "dependants": [-3, "1", 1.5, True],
}
WRONG["income"].append([{"source": "salary", "amount": "-2000.00", "verified": True}])


def test_every_bad_line_is_named_with_its_field_and_the_others_are_answered(tmp_path: Path) -> None:
    """One stderr line each with its number and field, exit 1, and nothing lost."""
    lines = [(name, json.dumps({**GOOD, name: value})) for name, values in WRONG.items() for value in values]
    file = tmp_path / "cases.jsonl"
    file.write_text("\n".join([line for _, line in lines] + [json.dumps(GOOD)]))
    ran = run("offers", "affordability", str(file))
    assert ran.returncode == 1
    assert [json.loads(line)["id"] for line in ran.stdout.splitlines()] == [GOOD["id"]]
    complaints = ran.stderr.splitlines()
    assert len(complaints) == len(lines)
    for number, ((name, _), complaint) in enumerate(zip(lines, complaints, strict=True), start=1):
        assert complaint.startswith(f"{file}:{number}: {name}")

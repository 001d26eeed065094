"""Instalment plans: exact arithmetic, day counts, rounding, and a balance that ends at nothing."""

from __future__ import annotations

import decimal
import json
import subprocess
import sys
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.playbook.schedule import (
    ROUNDINGS,
    declining,
    differs_least,
    due_days,
    equal_installment,
    flat,
    payments_needed,
    rounded,
    until_paid,
    year_fractions,
)

CASES = Path(__file__).parent / "cases" / "schedule_dev.jsonl"
REPORTED = Path(__file__).parent / "cases" / "schedule_reported.jsonl"
TWELFTH = Fraction(1, 12)
Case = dict[str, Any]


def schedule(path: Path) -> subprocess.CompletedProcess[str]:
    command = Path(sys.executable).with_name("arrears")
    return subprocess.run([str(command), "offers", "schedule", str(path)], capture_output=True, text=True, check=False)


def scheduled(tmp_path: Path, *cases: Case) -> subprocess.CompletedProcess[str]:
    path = tmp_path / "plans.jsonl"
    path.write_text("\n".join(map(json.dumps, cases)))
    return schedule(path)


def terms(**said: Any) -> Case:
    usual = {
        "principal": "1000.00",
        "annual_rate_percent": "12",
        "day_count": "30/360",
        "disbursed_on": "2024-06-01",
        "due_dates": ["2024-07-01", "2024-08-01", "2024-09-01"],
        "method": "declining_equal_installments",
        "currency_decimals": 2,
        "rounding": "half_even",
        "rate_factor_decimals": 12,
        "last_installment": "takes_the_remainder",
    }
    return {"id": "S", "input": {name: value for name, value in (usual | said).items() if value is not None}}


def plan(tmp_path: Path, **said: Any) -> Case:
    done = scheduled(tmp_path, terms(**said))
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)["result"]
    return dict(result)


def test_every_case_of_the_contract_comes_out_as_it_says() -> None:
    """Through the command line, each with the very figures the case asks for."""
    cases = [json.loads(line) for line in CASES.read_text().splitlines()]

    done = schedule(CASES)

    assert (done.returncode, done.stderr) == (0, "")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["id"], one.get("result")) for one in answers] == [(one["id"], one["expected"]) for one in cases]


@pytest.mark.parametrize(
    ("day_count", "first", "last", "fraction"),
    [
        ("30/360", date(2024, 1, 1), date(2024, 2, 1), Fraction(30, 360)),
        # Bond basis: an end on the 31st is cut only where the start is the 30th or 31st.
        ("30/360", date(2024, 1, 15), date(2024, 1, 31), Fraction(16, 360)),
        ("30/360", date(2024, 1, 29), date(2024, 1, 31), Fraction(2, 360)),
        ("30/360", date(2024, 1, 30), date(2024, 1, 31), Fraction(0, 360)),
        ("30/360", date(2020, 2, 28), date(2020, 3, 31), Fraction(33, 360)),
        ("30/360", date(2020, 2, 29), date(2020, 3, 31), Fraction(32, 360)),
        ("30/360", date(2024, 1, 31), date(2024, 2, 29), Fraction(29, 360)),
        ("30/360", date(2024, 4, 30), date(2024, 5, 31), Fraction(30, 360)),
        # Eurobond: the 31st is the 30th, whatever the other end is.
        ("30E/360", date(2024, 1, 15), date(2024, 1, 31), Fraction(15, 360)),
        ("30E/360", date(2020, 2, 28), date(2020, 3, 31), Fraction(32, 360)),
        ("30E/360", date(2024, 4, 30), date(2024, 5, 31), Fraction(30, 360)),
        ("30E/360", date(2024, 1, 31), date(2024, 2, 29), Fraction(29, 360)),
        # Eurobond of ISDA: so is the last of February, but where the loan ends on it.
        ("30E/360 ISDA", date(2024, 2, 29), date(2024, 3, 31), Fraction(30, 360)),
        ("30E/360 ISDA", date(2024, 2, 28), date(2024, 3, 31), Fraction(32, 360)),
        ("30E/360 ISDA", date(2024, 1, 31), date(2024, 2, 29), Fraction(29, 360)),
        # US: a start on the last of February is the 30th, and then an end there too.
        ("30U/360", date(2024, 1, 15), date(2024, 1, 31), Fraction(16, 360)),
        ("30U/360", date(2024, 2, 29), date(2024, 3, 31), Fraction(30, 360)),
        ("30U/360", date(2024, 2, 28), date(2024, 3, 31), Fraction(33, 360)),
        ("30U/360", date(2023, 2, 28), date(2024, 2, 29), Fraction(360, 360)),
        ("30U/360", date(2024, 1, 31), date(2024, 2, 29), Fraction(29, 360)),
        ("30/360", date(2023, 1, 31), date(2023, 3, 31), Fraction(60, 360)),
        ("30/360", date(2024, 1, 1), date(2024, 1, 16), Fraction(15, 360)),  # an odd period
        ("30/365", date(2024, 1, 1), date(2024, 2, 1), Fraction(30, 365)),
        ("actual/365", date(2024, 1, 1), date(2024, 2, 1), Fraction(31, 365)),
        ("actual/360", date(2024, 2, 1), date(2024, 3, 1), Fraction(29, 360)),
        ("actual/364", date(2024, 1, 1), date(2024, 1, 8), Fraction(7, 364)),
        ("actual/actual", date(2024, 2, 1), date(2024, 3, 1), Fraction(29, 366)),
        ("actual/actual", date(2023, 12, 1), date(2024, 1, 31), Fraction(31, 365) + Fraction(30, 366)),
        ("actual/actual", date(2023, 1, 1), date(2025, 1, 1), Fraction(2)),
        ("actual/actual", date(2023, 12, 15), date(2024, 1, 15), Fraction(17, 365) + Fraction(14, 366)),
        ("actual/actual ISDA", date(2024, 12, 31), date(2025, 1, 2), Fraction(1, 366) + Fraction(1, 365)),
    ],
)
def test_the_part_of_a_year_in_a_period(day_count: str, first: date, last: date, fraction: Fraction) -> None:
    """Months of thirty days by each of their rules, real days over a stated year, or each day over its own year."""
    assert year_fractions(first, [last], day_count) == [fraction]


def test_plans_reported_as_wrong_elsewhere_come_out_by_the_named_convention() -> None:
    """Twelve instalments where twelve were agreed, 16 days to the 31st, and a year's turn over two lengths of year."""
    cases = {case["id"]: case for case in map(json.loads, REPORTED.read_text().splitlines())}
    asked = [{**case, "expected": None} for case in cases.values()]

    with TemporaryDirectory() as room:
        done = scheduled(Path(room), *asked)

    for line in done.stdout.splitlines():
        answer = json.loads(line)
        result, wanted = answer["result"], cases[answer["id"]]["expected"]
        totals = [decimal.Decimal(row["total"]) for row in result["rows"]]
        principal = sum(decimal.Decimal(row["principal"]) for row in result["rows"])
        found = result | {"n": len(totals), "principal_sum": str(principal), "min_total": str(min(totals))}
        assert {name: found[name] for name in wanted} == wanted


@pytest.mark.parametrize("day_count", ["30/360", "30E/360", "30U/360", "30E/360 ISDA"])
def test_a_plan_of_the_last_of_the_month_has_equal_months(day_count: str) -> None:
    """The plan's own day rules between due dates; only the broken stretch before the first goes by the dates."""
    dues = [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30)]
    assert year_fractions(date(2023, 12, 31), dues, day_count) == [TWELFTH] * 4
    broken = 15 if day_count.startswith("30E") else 16
    assert year_fractions(date(2024, 1, 15), dues, day_count) == [Fraction(broken, 360), *[TWELFTH] * 3]


def test_a_disbursement_on_the_last_of_february_is_not_the_day_of_a_plan_of_the_31st() -> None:
    """28 February to 31 March is 33 days by bond basis, though both are the last of their month."""
    dues = [date(2023, 3, 31), date(2023, 4, 30)]
    assert year_fractions(date(2023, 2, 28), dues, "30/360") == [Fraction(33, 360), TWELFTH]


def test_a_month_that_is_too_short_is_a_month_all_the_same() -> None:
    """A plan of the 30th: through February every period is a twelfth of the year."""
    dues = due_days(date(2023, 12, 30), 5)[1:]
    assert dues[1] == date(2024, 2, 29)
    assert year_fractions(date(2023, 12, 30), dues, "30/360") == [TWELFTH] * 4


@pytest.mark.parametrize(
    "day_count",
    [
        "30/actual",
        "real/365",
        "actual/0",
        "actual",
        "30/360.5",
        "",
        "30A/360",
        "actual/365 ISDA",
        "30/360 ISDA",
        "30E/actual",
    ],
)
def test_a_day_count_that_is_none_is_refused(day_count: str) -> None:
    """It is named, not read as something like it."""
    with pytest.raises(ValueError, match="day count"):
        year_fractions(date(2024, 1, 1), [date(2024, 2, 1)], day_count)


@pytest.mark.parametrize(
    ("rounding", "values"),
    [
        ("half_even", [-2, -2, 2, 2, 3]),
        ("half_up", [-2, -3, 2, 3, 3]),
        ("half_down", [-2, -2, 1, 2, 3]),
        ("up", [-3, -3, 2, 3, 3]),
        ("down", [-2, -2, 1, 2, 2]),
        ("ceiling", [-2, -2, 2, 3, 3]),
        ("floor", [-3, -3, 1, 2, 2]),
    ],
)
def test_every_way_to_round(rounding: str, values: list[int]) -> None:
    """-2.2, -2.5, 1.5, 2.5 and 2.6."""
    given_values = [Fraction(-22, 10), Fraction(-5, 2), Fraction(3, 2), Fraction(5, 2), Fraction(26, 10)]
    assert [ROUNDINGS[rounding](value) for value in given_values] == values


@given(st.fractions(max_denominator=10**6), st.sampled_from(sorted(ROUNDINGS)), st.integers(0, 4))
def test_rounding_is_that_of_the_decimal_module(value: Fraction, rounding: str, places: int) -> None:
    """Two implementations of one definition; the decimal one is given more digits than it can need."""
    with decimal.localcontext(prec=60):
        exact = decimal.Decimal(value.numerator) / decimal.Decimal(value.denominator)
        expected = exact.quantize(decimal.Decimal(1).scaleb(-places), rounding=f"ROUND_{rounding.upper()}")
    assert rounded(value, places, rounding) == Fraction(expected)


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("same_day", ["2022-12-31", "2023-01-31", "2023-02-28", "2023-03-31"]),
        ("end_of_current_month", ["2022-12-31", "2023-01-31", "2023-02-28", "2023-03-31"]),
        ("start_of_next_month", ["2023-01-01", "2023-02-01", "2023-03-01", "2023-04-01"]),
    ],
)
def test_due_dates_over_the_turn_of_a_year(rule: str, days: list[str]) -> None:
    """A short month takes its last day and does not shorten those after it."""
    assert [day.isoformat() for day in due_days(date(2022, 12, 31), 4, rule)] == days


def test_flat_interest_is_that_of_the_whole_term_to_the_cent(tmp_path: Path) -> None:
    """100 at 10 % for three months is 2.50, not three times 0.83: the last instalment takes the cent."""
    found = plan(tmp_path, principal="100.00", annual_rate_percent="10", method="flat", rate_factor_decimals=None)
    assert [row["interest"] for row in found["rows"]] == ["0.83", "0.83", "0.84"]
    assert [row["principal"] for row in found["rows"]] == ["33.33", "33.33", "33.34"]
    assert (found["total_interest"], found["rows"][-1]["balance"]) == ("2.50", "0.00")


def test_a_plan_without_interest_is_equal_parts(tmp_path: Path) -> None:
    """A rate of nothing divides by nothing nowhere."""
    found = plan(tmp_path, annual_rate_percent="0")
    assert [row["total"] for row in found["rows"]] == ["333.33", "333.33", "333.34"]
    assert found["total_interest"] == "0.00"


def test_odd_first_period_bears_its_own_interest(tmp_path: Path) -> None:
    """Forty-five days at 12 % on actual/360 are 15.00 per thousand; the amount stays one for all."""
    found = plan(tmp_path, day_count="actual/360", due_dates=["2024-07-16", "2024-08-16", "2024-09-16"])
    assert found["rows"][0]["interest"] == "15.00"
    assert len({row["total"] for row in found["rows"][:-1]}) == 1
    assert found["rows"][-1]["balance"] == "0.00"


def answered(tmp_path: Path, **said: Any) -> Case:
    """One case with these fields and no others."""
    done = scheduled(tmp_path, {"id": "S", "input": said})
    assert done.returncode == 0, done.stderr
    answer: Case = json.loads(done.stdout)
    return answer


def test_a_fixed_instalment_is_paid_until_nothing_is_left(tmp_path: Path) -> None:
    """So many periods, and the last is what is left: never more than the others."""
    said = {"principal": "1000.00", "annual_rate_percent": "12", "installment": "300.00"}
    found = answered(tmp_path, method="fixed_installment_until_paid", **said)["result"]
    assert [row["total"] for row in found["rows"]] == ["300.00", "300.00", "300.00", "122.48"]
    assert [row["interest"] for row in found["rows"]] == ["10.00", "7.10", "4.17", "1.21"]
    assert (found["periods"], found["last_installment"], found["rows"][-1]["balance"]) == (4, "122.48", "0.00")
    assert (found["total_interest"], found["total_payment"]) == ("22.48", "1022.48")
    words = {"monthly_repayment_amount": said.pop("installment"), **said}
    assert answered(tmp_path, method="repay_fixed_amount_per_period", **words)["result"] == found


@given(
    principal=st.integers(1, 10_000_00),
    permille=st.integers(0, 30),
    share=st.fractions(Fraction(1, 20), Fraction(2), max_denominator=50),
)
def test_a_plan_until_paid_repays_all_and_only_its_last_instalment_is_smaller(
    principal: int, permille: int, share: Fraction
) -> None:
    """Whatever the terms: the parts of principal sum to it, and the count is that of `nper`, rounding aside."""
    factor, installment = Fraction(permille, 1000), int(principal * (share + Fraction(permille, 1000))) + 2
    plan = until_paid(principal, factor, installment)
    assert sum(row.principal for row in plan.rows) == principal
    assert {row.total for row in plan.rows[:-1]} <= {installment}
    assert 0 < plan.rows[-1].total <= installment
    assert abs(len(plan.rows) - ceil(payments_needed(principal, factor, installment))) <= 1


@pytest.mark.parametrize("method", ["fixed_installment_until_paid", "nper"])
@pytest.mark.parametrize(("installment", "is_enough"), [("10.00", False), ("10.10", True)])
def test_an_instalment_of_the_interest_alone_never_repays(
    tmp_path: Path, method: str, installment: str, is_enough: bool
) -> None:
    """Exactly the first interest is not enough; nobody is told a number of payments that isn't one."""
    said = {"principal": "1000.00", "annual_rate_percent": "12", "installment": installment, "method": method}
    done = scheduled(tmp_path, {"id": "S", "input": said})
    if is_enough:
        assert json.loads(done.stdout)["result"]["periods"] > 400
    else:
        assert (done.returncode, "installment does not exceed" in done.stderr) == (1, True)


@pytest.mark.parametrize(
    ("rate", "payment", "nper", "periods"),
    [
        ("7", "150.00", "64.0733", 65),  # 8,000 at 7 % a year, 150 a month: the example of numpy-financial
        ("0", "3000.00", "2.6667", 3),
        ("0", "4000.00", "2.0000", 2),
    ],
)
def test_the_number_of_payments_for_a_given_payment(
    tmp_path: Path, rate: str, payment: str, nper: str, periods: int
) -> None:
    """With the part of a payment at its end, and the whole number that it takes."""
    said = {"principal": "8000.00", "annual_rate_percent": rate, "payment": payment}
    assert answered(tmp_path, method="nper", **said)["result"] == {"nper": nper, "periods": periods}


@pytest.mark.parametrize(
    ("how", "interests"),
    [("added_to_first", ["22.26", "8.04", "4.04"]), ("spread", ["15.42", "11.46", "7.46"])],
)
def test_a_broken_first_period_is_added_to_the_first_instalment_or_spread(
    tmp_path: Path, how: str, interests: list[str]
) -> None:
    """26 days before the first full month, 1,200 at 12 % over 365: 10.26, and no principal moves."""
    dated = {"disbursed_on": "2024-01-10", "first_due_on": "2024-03-05", "periods": 3}
    found = plan(tmp_path, principal="1200.00", due_dates=None, broken_period_interest=how, **dated)
    assert found["broken_period_interest"] == "10.26"
    assert [row["interest"] for row in found["rows"]] == interests
    assert [row["principal"] for row in found["rows"]] == ["396.03", "399.99", "403.98"]
    assert (found["installment"], found["rows"][-1]["balance"]) == ("408.03", "0.00")


def test_a_first_period_of_a_month_is_not_broken_and_a_shorter_one_is_refused(tmp_path: Path) -> None:
    """A month to the day has nothing broken before it."""
    dated = {"first_due_on": "2024-03-05", "periods": 3, "due_dates": None}
    found = plan(tmp_path, disbursed_on="2024-02-05", broken_period_interest="spread", **dated)
    assert found["broken_period_interest"] == "0.00"
    short = scheduled(tmp_path, terms(disbursed_on="2024-02-06", broken_period_interest="spread", **dated))
    assert (short.returncode, "first_due_on" in short.stderr) == (1, True)


@pytest.mark.parametrize(
    ("as_of", "counted_from", "penalty", "days"),
    [
        ("2024-01-06", "after_grace", "0.00", 0),
        ("2024-01-06", "due_date", "0.00", 0),  # the fifth day of five is within grace
        ("2024-01-07", "after_grace", "0.66", 1),
        ("2024-01-07", "due_date", "3.95", 6),
        ("2023-12-31", "due_date", "0.00", 0),
    ],
)
def test_a_late_penalty_begins_after_grace(
    tmp_path: Path, as_of: str, counted_from: str, penalty: str, days: int
) -> None:
    """1,000 overdue since 1 January at 24 % over 365 with five days of grace; the lender says where days count from."""
    said = {"overdue": "1000.00", "annual_rate_percent": "24", "due_on": "2024-01-01", "grace_days": 5}
    found = answered(tmp_path, method="late_penalty", as_of=as_of, counted_from=counted_from, **said)
    assert found["result"] == {"penalty": penalty, "days": days}


def test_figures_compared_in_whole_units_are_each_rounded_by_themselves(tmp_path: Path) -> None:
    """Half goes up; the plan beneath is the same, and so is the number of its rows."""
    exact = plan(tmp_path)
    whole = plan(tmp_path, compare_rounded_to_whole_units=True)
    for shown, row in zip(whole["rows"], exact["rows"], strict=True):
        for name in ("principal", "interest", "balance"):
            assert shown[name] == f"{decimal.Decimal(row[name]).quantize(decimal.Decimal(1), 'ROUND_HALF_UP')}.00"
    assert (exact["installment"], whole["installment"]) == ("340.02", "340.00")
    assert (exact["total_interest"], whole["total_interest"]) == ("20.07", "20.00")


@given(principal=st.integers(1_00, 100_000_00), bps=st.integers(0, 3_600), count=st.integers(1, 60))
def test_no_instalment_beside_it_makes_the_last_one_differ_less(principal: int, bps: int, count: int) -> None:
    """Tuned by whole minor units: each neighbour leaves the last one at least as far from the rest."""
    factors: list[Fraction] = [Fraction(bps, 120_000)] * count
    dues: list[None] = [None] * count
    tuned = differs_least(principal, factors, dues)

    def apart(installment: int) -> int:
        return abs(declining(principal, factors, dues, installment).rows[-1].total - installment)

    for step in (-1, 1):
        if tuned.installment + step > 0:
            assert apart(tuned.installment + step) >= apart(tuned.installment)
    assert sum(row.principal for row in tuned.rows) == principal


@pytest.mark.parametrize(("decimals", "principal", "text"), [(0, "1000", "340"), (3, "1000.000", "340.022")])
def test_a_currency_has_its_own_decimals(tmp_path: Path, decimals: int, principal: str, text: str) -> None:
    """None for yen, three for dinar: amounts are written with as many."""
    assert plan(tmp_path, currency_decimals=decimals, principal=principal)["installment"] == text


def test_the_instalment_may_be_rounded_to_whole_units(tmp_path: Path) -> None:
    """Up, down or to the nearest; the last instalment takes what that leaves."""
    amounts = {}
    for way in ("ceil_to_whole_unit", "floor_to_whole_unit", "round_to_whole_unit"):
        found = plan(tmp_path, installment_rounding=way)
        amounts[way] = (found["installment"], found["rows"][-1]["total"])
        assert found["rows"][-1]["balance"] == "0.00"
    assert {way: amount for way, (amount, _) in amounts.items()} == {
        "ceil_to_whole_unit": "341.00",
        "floor_to_whole_unit": "340.00",
        "round_to_whole_unit": "340.00",
    }
    up, down = (decimal.Decimal(amounts[f"{way}_to_whole_unit"][1]) for way in ("ceil", "floor"))
    assert up < decimal.Decimal("340.02") < down


def test_a_last_instalment_like_the_others_may_leave_a_remainder(tmp_path: Path) -> None:
    """Then the balance says so, to the cent."""
    found = plan(tmp_path, annual_rate_percent="0", last_installment="equal")
    assert [row["total"] for row in found["rows"]] == ["333.33"] * 3
    assert found["rows"][-1]["balance"] == "0.01"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"method": "balloon"}, "method 'balloon'"),
        ({"day_count": "actual/lunar"}, "day_count"),
        ({"rounding": "to_taste"}, "rounding 'to_taste'"),
        ({"last_installment": "vanishes"}, "last_installment 'vanishes'"),
        ({"installment_rounding": "to_the_dozen"}, "installment_rounding 'to_the_dozen'"),
        ({"grace_periods": 2}, "fields grace_periods"),
    ],
)
def test_a_term_that_is_not_known_is_said_not_ignored(tmp_path: Path, said: Case, words: str) -> None:
    """A plan worked out without one of its terms is a wrong plan."""
    done = scheduled(tmp_path, terms(**said))
    assert words in json.loads(done.stdout)["unsupported"]
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"principal": "0.00"}, "principal is '0.00'"),
        ({"principal": "-5.00"}, "principal is '-5.00'"),
        ({"principal": "1.005"}, "principal is '1.005'"),
        ({"principal": 1000}, "principal is 1000"),
        ({"annual_rate_percent": "a lot"}, "annual_rate_percent is 'a lot'"),
        ({"due_dates": []}, "due_dates is empty"),
        ({"due_dates": ["2024-06-01"]}, "due dates must rise"),
        ({"due_dates": ["2024-07-01", "2024-07-01"]}, "due dates must rise"),
        ({"disbursed_on": None}, "disbursed_on is missing"),
        ({"due_dates": None, "periods": 100000}, "periods is 100000"),
    ],
)
def test_a_plan_that_cannot_be_read_is_named_and_the_rest_is_done(tmp_path: Path, said: Case, words: str) -> None:
    """Exit 1, with line and field on stderr."""
    done = scheduled(tmp_path, terms(**said), terms())
    assert done.returncode == 1
    assert "plans.jsonl:1: " in done.stderr
    assert words in done.stderr
    assert len(done.stdout.splitlines()) == 1


principals = st.integers(1_000, 10_000_000)
factors = st.lists(st.fractions(0, Fraction(1, 10), max_denominator=10_000), min_size=1, max_size=60)


@given(principal=principals, rates=factors)
def test_the_exact_instalment_repays_the_loan_exactly(principal: int, rates: list[Fraction]) -> None:
    """Paying it every period leaves nothing: the definition, followed step by step without rounding."""
    amount, balance = equal_installment(principal, rates), Fraction(principal)
    for rate in rates:
        balance += balance * rate - amount
    assert balance == 0


@given(principal=principals, rates=factors, rounding=st.sampled_from(sorted(ROUNDINGS)))
def test_a_plan_repays_its_principal_to_the_unit(principal: int, rates: list[Fraction], rounding: str) -> None:
    """Principal parts sum to the loan, balances fall to nothing, and every row adds up, whatever the rounding."""
    dues = [date(2024, 1, 1) + timedelta(days=30 * place) for place in range(len(rates))]
    amount = ROUNDINGS[rounding](equal_installment(principal, rates))
    for found in (declining(principal, rates, dues, amount, rounding), flat(principal, rates, dues, rounding)):
        assert sum(row.principal for row in found.rows) == principal
        assert found.rows[-1].balance == 0
        left = principal
        for row in found.rows:
            left -= row.principal
            assert row.balance == left
            assert row.total == row.principal + row.interest
        assert found.total_interest == sum(row.interest for row in found.rows)

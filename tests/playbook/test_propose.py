"""Offers: never beyond a role, the law or the borrower's means; nothing worse than another; nothing missing."""

from __future__ import annotations

import calendar
import json
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from arrears.cli._proposals import answer
from arrears.decision.settlement import PARTS
from arrears.playbook.propose import MOST_OFFERS, Offer, Request, Role, dominates, propose

CASES = Path(__file__).parent / "cases" / "propose_dev.jsonl"
NO_WAIVER = dict.fromkeys(PARTS, 0)

amounts = st.integers(0, 400) | st.integers(0, 3_000_000)
steps = st.tuples(
    st.sampled_from([0, 1, 2, 6, 12]),
    st.sampled_from([0, 3, 14]),
    st.fixed_dictionaries({part: st.sampled_from([0, 1000, 3333, 5000]) for part in PARTS}),
)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """A debt, means and a rising authority of any size."""
    ladder: list[Role] = []
    for name, (more, days, waive) in zip(
        ("collector", "supervisor", "head"), draw(st.lists(steps, min_size=1)), strict=False
    ):
        below = ladder[-1] if ladder else Role("", 0, 0, NO_WAIVER)
        share = {part: min(10_000, below.waive[part] + waive[part]) for part in PARTS}
        ladder.append(Role(name, below.instalments + more, below.first_payment_days + days, share))
    owed = {part: draw(amounts) for part in PARTS}
    total = sum(owed.values())
    assume(total > 1)
    return Request(
        as_of=draw(st.dates(date(2023, 1, 1), date(2029, 1, 1))),
        owed=owed,
        arrears=draw(st.sampled_from([0, total]) | st.integers(0, total)),
        sustainable_instalment=draw(st.integers(0, total) | st.integers(0, max(1, total // 20))),
        minimum_instalment=draw(st.integers(0, total) | st.integers(0, 100)),
        paydays=draw(st.lists(st.integers(1, 31), max_size=3)),
        role=draw(st.sampled_from([role.name for role in ladder])),
        authority=ladder,
        discount_rate=draw(st.sampled_from([0, 1, 1200, 3600])),
        law_instalments=draw(st.sampled_from([0, 1, 2, 12, 60])),
    )


def may(asked: Request, role: Role, offer: Offer) -> bool:
    """Whether a role may make an offer, from its words."""
    waived = all(offer.waiver[part] * 10_000 <= asked.owed[part] * role.waive[part] for part in PARTS)
    count = offer.kind != "instalments" or len(offer.payments) <= min(role.instalments, asked.law_instalments)
    latest = asked.as_of + timedelta(days=role.first_payment_days)
    return waived and count and all(asked.as_of <= day <= latest for day, _ in offer.payments[:1])


@given(requests())
def test_every_offer_adds_up_and_stays_within_the_lowest_role_that_may(asked: Request) -> None:
    """What is paid, waived and left is what is owed; and approval is asked of nobody higher than need be."""
    for offer in propose(asked).offers:
        assert offer.total + offer.waived + offer.remains == asked.total
        named = next(role for role in asked.ladder if role.name == (offer.needs or asked.role))
        assert [role for role in asked.ladder if may(asked, role, offer)][:1] == [named]


@given(requests())
def test_a_plan_never_asks_for_more_than_can_be_kept(asked: Request) -> None:
    """Equal payments a month apart, none above the means, none but the last below the minimum."""
    for offer in propose(asked).offers:
        if offer.kind != "instalments":
            continue
        paid = [amount for _, amount in offer.payments]
        assert len(paid) >= 2
        assert max(paid) <= asked.sustainable_instalment
        assert len(set(paid[:-1])) == 1
        assert 0 < paid[-1] <= paid[0]
        assert paid[0] >= asked.minimum_instalment
        days = [day for day, _ in offer.payments]
        months = [day.year * 12 + day.month for day in days]
        assert months == list(range(months[0], months[0] + len(months)))
        longest = max(day.day for day in days)
        assert all(day.day == min(longest, calendar.monthrange(day.year, day.month)[1]) for day in days[1:])


@given(requests())
def test_the_first_payment_is_on_a_payday_wherever_one_is_in_reach(asked: Request) -> None:
    """The last day of a shorter month stands for a later payday."""

    def is_payday(day: date) -> bool:
        return day.day in {min(payday, calendar.monthrange(day.year, day.month)[1]) for payday in asked.paydays}

    for offer in propose(asked).offers:
        role = asked.ladder[offer.level]
        reach = [asked.as_of + timedelta(days=ahead) for ahead in range(role.first_payment_days + 1)]
        if offer.payments and any(is_payday(day) for day in reach):
            assert is_payday(offer.payments[0][0])


@given(requests())
def test_no_offer_shown_is_worse_than_another_for_both_sides(asked: Request) -> None:
    """And there are at most six."""
    offers = propose(asked).offers
    assert len(offers) <= MOST_OFFERS
    assert not any(dominates(one, other) for one in offers for other in offers)


@given(requests())
def test_there_is_always_a_way_that_can_be_kept(asked: Request) -> None:
    """A plan without a waiver, found by trying every count; else the smallest waiver; else hardship."""
    offers = propose(asked).offers
    each, total = asked.sustainable_instalment, asked.total
    least = max(1, asked.minimum_instalment)
    counts = {role.name: range(2, min(role.instalments, asked.law_instalments) + 1) for role in asked.ladder}
    plain = [
        role.name
        for role in asked.ladder
        if least <= each and any((n - 1) * max(least, -(-total // n)) < total <= n * each for n in counts[role.name])
    ]
    waived = [
        role.name
        for role in asked.ladder
        if least <= each
        and counts[role.name]
        and 0 < total - each * counts[role.name][-1] <= sum(asked.most_waived(role).values())
    ]
    plans = [offer for offer in offers if offer.kind == "instalments"]
    assert [offer.kind for offer in offers].count("pay_in_full") == 1
    if plain:
        assert any(not offer.waived and (offer.needs or asked.role) == plain[0] for offer in plans)
    elif waived:
        (only,) = plans
        assert (only.needs or asked.role) == waived[0]
        assert only.waived == total - each * counts[waived[0]][-1]
    assert any(offer.kind == "hardship" for offer in offers) is not bool(plain or waived)


@given(requests())
def test_the_opening_is_the_fullest_that_one_month_can_bear(asked: Request) -> None:
    """All of it, the arrears, a plan, a plan with help, hardship: the first that is possible."""
    found = propose(asked)
    opening = next(offer for offer in found.offers if offer.name == found.next)
    if asked.total <= asked.sustainable_instalment:
        assert opening.kind == "pay_in_full"
    elif 0 < asked.arrears < asked.total and asked.arrears <= asked.sustainable_instalment:
        assert opening.kind == "pay_arrears"
    else:
        assert opening.kind in ("instalments", "hardship")


DEBT = Request(
    as_of=date(2026, 3, 2),
    owed={"principal": 9000_00, "interest": 500_00, "fee": 100_00, "penalty": 200_00},
    arrears=1410_00,
    sustainable_instalment=350_00,
    minimum_instalment=50_00,
    paydays=[10, 25],
    role="collector",
    authority=[
        Role("collector", 12, 15, {**NO_WAIVER, "penalty": 5000}),
        Role("supervisor", 28, 30, {**NO_WAIVER, "penalty": 10_000}),
    ],
    discount_rate=1200,
    law_instalments=60,
)


@pytest.mark.parametrize(("instalments", "kind", "waived"), [(28, "instalments", 0), (27, "hardship", None)])
def test_one_payment_fewer_than_the_plan_needs_is_not_the_plan(instalments: int, kind: str, waived: int | None) -> None:
    """9,800.00 at 350.00 is exactly 28; with 27 the gap of 350.00 is above the penalty that may be waived."""
    asked = replace(DEBT, authority=[DEBT.authority[0], replace(DEBT.authority[1], instalments=instalments)])
    kept = next(offer for offer in propose(asked).offers if offer.kind in ("instalments", "hardship"))
    assert kept.kind == kind
    if waived is not None:
        assert (kept.needs, kept.waived, len(kept.payments)) == ("supervisor", waived, 28)


@pytest.mark.parametrize(("may_waive", "taken"), [(35_00, None), (36_00, {"penalty": 36_00})])
def test_a_waiver_is_no_larger_than_the_plan_needs(may_waive: int, taken: dict[str, int] | None) -> None:
    """To the cent, from the penalty first."""
    owed = {"principal": 9600_00, "interest": 0, "fee": 0, "penalty": 236_00}
    waive = {**NO_WAIVER, "penalty": -(-may_waive * 10_000 // 236_00)}
    asked = replace(DEBT, owed=owed, authority=[Role("collector", 28, 15, waive)])
    plans = [offer for offer in propose(asked).offers if offer.kind == "instalments"]
    assert [offer.waiver for offer in plans] == ([] if taken is None else [{**NO_WAIVER, **taken}])


REFUSED = [
    ("arrears", {"arrears": "9800.01"}),
    ("arrears", {"arrears": "-1.00"}),
    ("owed.penalty", {"owed": {"principal": "1.00", "interest": "0.00", "fee": "0.00", "penalty": "-0.01"}}),
    ("owed", {"owed": {"principal": "0.00", "interest": "0.00", "fee": "0.00", "penalty": "0.00"}, "arrears": "0.00"}),
    ("owed", {"owed": []}),
    ("role", {"role": "owner"}),
    ("paydays", {"paydays": [0]}),
    ("paydays", {"paydays": [32]}),
    ("paydays", {"paydays": "10"}),
    ("sustainable_instalment", {"sustainable_instalment": "-0.01"}),
    ("sustainable_instalment", {"sustainable_instalment": 350.0}),
    ("minimum_instalment", {"minimum_instalment": "50"}),
    ("discount_rate_pct", {"discount_rate_pct": "-1.00"}),
    ("as_of", {"as_of": "2026-02-30"}),
    ("as_of", {"as_of": "9999-12-31"}),
    ("law", {"law": None}),
    ("authority", {"authority": []}),
]


@pytest.mark.parametrize(("where", "changed"), REFUSED)
def test_a_line_that_cannot_be_true_is_refused_with_where_and_why(where: str, changed: dict[str, object]) -> None:
    """The answer names the field; nothing is guessed."""
    line = json.loads(CASES.read_text(encoding="utf-8").splitlines()[2])
    assert "offers" in answer(line)
    said = str(answer({**line, **changed}).get("unsupported"))
    assert said.startswith(where) or f" {where}" in said or where in ("role", "authority")
    assert said != "None"


def test_the_command_answers_every_line_and_refuses_only_what_must_be() -> None:
    """In the order of the file; `refuse` in the cases says which lines break the form."""
    done = subprocess.run(
        [sys.executable, "-m", "arrears", "offers", "propose", str(CASES)], capture_output=True, text=True, check=True
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    lines = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    assert [found["id"] for found in answers] == [line["id"] for line in lines]
    assert [("unsupported" in found) for found in answers] == [("refuse" in line) for line in lines]

"""The gate itself, without a store: what stands against an act, all of it, and how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.contact.situations import TEN, acting, called, lawful, of_china, standing

from arrears.contact.gate import STOPPING_HOLDS, Situation, decide, given_before, grounds_against, known_by
from arrears.contact.permit import Ground, Permit, Refusal, lapses_at
from arrears.kernel.reasons import Reason
from arrears.law.judge import judge
from arrears.law.load import load_law
from arrears.outcome.table import HOLD_WORDS


def reasons(situation: Situation) -> set[str]:
    return {str(ground.reason) for ground in grounds_against(of_china(), situation)}


def test_a_lawful_call_is_permitted() -> None:
    """The permit names the act, the attempt and the law it was judged by."""
    answer = decide(of_china(), lawful(), permit_id="permit-1", attempt_id="attempt-1")

    assert isinstance(answer, Permit)
    assert (answer.attempt_id, answer.law_id, answer.act) == ("attempt-1", of_china().law_id, lawful().act)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"claimed": False}, "refused_not_claimed"),
        ({"number_is_valid": False}, "refused_number_invalid"),
        ({"overdue_cents": 0}, "refused_paid"),
        ({"overdue_cents": -1}, "refused_paid"),
        ({"overdue_cents": None}, "refused_unknown_fact"),
        ({"standings": ()}, "refused_unknown_fact"),
    ],
)
def test_what_the_product_itself_asks(changes: dict[str, Any], reason: str) -> None:
    """Beyond the provisions: a claim, a number that is theirs, something known to be overdue."""
    assert reasons(lawful(**changes)) == {reason}


@pytest.mark.parametrize("changes", [{"number_is_valid": None}, {"number_is_valid": True}, {"claimed": None}])
def test_the_other_side_of_each(changes: dict[str, Any]) -> None:
    """A number not yet known to work may be tried, and a preview for nobody in particular asks for no claim."""
    assert reasons(lawful(**changes)) == set()


@pytest.mark.parametrize("hold", sorted(set(HOLD_WORDS) - {"promise"}))
def test_a_hold_stops_collection_whatever_law_is_loaded(hold: str) -> None:
    """Under the packs with the reason of the hold; with the house rules left out, the gate still says no."""
    from datetime import date

    from arrears.law.load import load_law

    bare = load_law(["cn"], date(2026, 11, 24), house=False)

    assert len(reasons(standing(holds=frozenset({hold})))) >= 1
    assert grounds_against(bare, standing(holds=frozenset({hold})))


def test_every_hold_that_can_be_placed_stops_collection_but_an_open_promise() -> None:
    """An open promise is judged by law; every other kind stops collection, an incident as well as a dispute."""
    assert set(HOLD_WORDS) - {"promise"} == STOPPING_HOLDS


@pytest.mark.parametrize("turned", [False, True])
def test_of_one_provision_said_twice_the_end_that_comes_last_is_kept(turned: bool) -> None:
    """06:00 in Shanghai is 22:00 in London: both are closed, and London opens eight hours later."""
    zones = ("Asia/Shanghai", "Europe/London")
    base = lawful().standings[0]
    early = replace(
        acting(at=TEN.replace(hour=6)),
        standings=tuple(replace(base, time_zone=zone) for zone in (reversed(zones) if turned else zones)),
    )

    grounds = grounds_against(of_china(), early)

    assert {ground.reason for ground in grounds} == {"refused_outside_hours"}
    assert {ground.allowed_again_at for ground in grounds} == {TEN.replace(hour=16)}


@pytest.mark.parametrize("turned", [False, True])
def test_an_end_that_nobody_knows_outlasts_every_known_one(turned: bool) -> None:
    """London, Shanghai and Los Angeles have no open hour in common; Shanghai alone opens at eight."""
    zones = ("Asia/Shanghai", "Europe/London|Asia/Shanghai|America/Los_Angeles")
    base = lawful().standings[0]
    early = replace(
        acting(at=TEN.replace(hour=6)),
        standings=tuple(replace(base, time_zone=zone) for zone in (reversed(zones) if turned else zones)),
    )
    assert {ground.allowed_again_at for ground in grounds_against(of_china(), early)} == {None}


def test_a_permit_given_again_is_the_same_and_not_a_new_one() -> None:
    """So that it counts once."""
    first = decide(of_china(), lawful(), permit_id="T-1", attempt_id="K-1")
    assert isinstance(first, Permit)
    again = given_before("T-1", "K-1", first.act, first.law_id)
    assert first.new
    assert not again.new
    assert again.act == first.act
    assert (again.permit_id, again.attempt_id, again.law_id) == (first.permit_id, first.attempt_id, first.law_id)


@pytest.mark.parametrize(("clock", "refused"), [(0, True), (1, False), (2, False)])
def test_contact_waits_for_the_agreed_time(clock: int, refused: bool) -> None:
    """Before it refused, at it and after it allowed; to answer what they ask is no contact of ours."""
    made = lawful(agreed_at=TEN + timedelta(minutes=1), act=replace(lawful().act, at=TEN + timedelta(minutes=clock)))

    assert reasons(made) == ({"refused_before_agreed_time"} if refused else set())
    assert reasons(replace(made, act=replace(made.act, purpose="answer_request"))) == set()


def test_answering_what_a_held_borrower_asked_is_not_collecting() -> None:
    """A hold for a complaint must not stop its answer."""
    asked = standing(holds=frozenset({"complaint"}))

    assert "held_for_complaint" in reasons(asked)
    assert reasons(replace(asked, act=replace(asked.act, purpose="answer_request"))) == set()


def test_a_rule_that_binds_one_product_binds_a_person_who_has_several() -> None:
    """The grounds of every product of the act, each once."""
    base = lawful().standings[0]
    both = lawful(
        act=replace(lawful().act, recipient_role="contact_person", recipient_id="P-2"),
        standings=tuple(replace(base, facts={"product": product}) for product in ("consumer_loan", "credit_card")),
    )
    provisions = [ground.provision_id for ground in grounds_against(of_china(), both)]
    one_by_one = {
        ground.provision_id
        for each in both.standings
        for ground in grounds_against(of_china(), replace(both, standings=(each,)))
    }

    assert set(provisions) == one_by_one
    assert any("card_2011" in str(provision) for provision in provisions)


def test_a_refusal_ends_when_its_last_ground_ends_and_only_if_all_ends_are_known() -> None:
    """The latest of the ends; None where one of them is open."""
    night = TEN.replace(hour=23)
    late = acting(at=night)
    answer = decide(of_china(), late, permit_id="p", attempt_id="a")
    assert isinstance(answer, Refusal)
    assert answer.allowed_again_at == TEN.replace(day=25, hour=8)

    unclaimed = decide(of_china(), replace(late, claimed=False), permit_id="p", attempt_id="a")
    assert isinstance(unclaimed, Refusal)
    assert unclaimed.allowed_again_at is None


def test_what_is_on_record_counts_however_the_clocks_stand() -> None:
    """Three calls that other clocks place a moment ahead of ours are three calls."""
    history = tuple(called(n, TEN + timedelta(seconds=n)) for n in (1, 2, 3))

    assert reasons(lawful(history=history)) == {"refused_connected_calls_today"}
    assert [past.at for past in known_by(history, TEN)] == [TEN] * 3


def test_what_was_earlier_stays_earlier() -> None:
    """Only what a clock puts ahead of ours counts as now: yesterday's call is no call of today."""
    history = tuple(called(n, TEN + timedelta(hours=hours)) for n, hours in enumerate((-26, -1, 0, 1)))

    known = [past.at for past in known_by(history, TEN)]

    assert known == [TEN - timedelta(hours=26), TEN - timedelta(hours=1), TEN, TEN]


@pytest.mark.parametrize(("purpose", "stopped"), [("collect", True), ("service", False), ("answer_request", False)])
def test_a_hold_of_the_house_stops_collection_and_no_answer_or_notice(purpose: str, stopped: bool) -> None:
    """Someone whose dispute is looked into is still told what came of it."""
    made = acting(purpose=purpose, discloses_debt=False)
    held = replace(made, standings=(replace(made.standings[0], holds=frozenset({"incident"})),))
    bare = load_law(["cn"], TEN.date(), house=False)

    assert (Reason.REFUSED_HOLD in {ground.reason for ground in grounds_against(bare, held)}) is stopped


@pytest.mark.parametrize(("connected", "refused"), [(True, True), (None, True), (False, False)])
def test_a_call_of_which_nobody_said_that_it_failed_counts(connected: bool | None, refused: bool) -> None:
    """Unknown is counted as connected."""
    history = tuple(called(n, connected=connected) for n in range(3))

    assert ("refused_connected_calls_today" in reasons(lawful(history=history))) is refused


@given(
    calls=st.lists(
        st.tuples(st.integers(-1500, 1500), st.sampled_from([True, False, None]), st.booleans(), st.booleans()),
        max_size=12,
    ),
    hour=st.integers(0, 23),
    claimed=st.sampled_from([True, False, None]),
    overdue=st.sampled_from([None, 0, 1]),
    holds=st.sets(st.sampled_from([*sorted(STOPPING_HOLDS), "promise"]), max_size=2),
)
def test_a_permit_is_never_given_against_the_law_and_never_withheld_without_a_ground(
    calls: list[tuple[int, bool | None, bool, bool]],
    hour: int,
    claimed: bool | None,
    overdue: int | None,
    holds: set[str],
) -> None:
    """Permitted exactly where the law has nothing against it and the product asks for nothing more."""
    at = TEN.replace(hour=hour)
    history = tuple(
        called(
            n,
            at + timedelta(minutes=minutes),
            connected=connected,
            number="19900000001" if same_number else "19900000002",
            debtor_id="P-1" if same_debtor else "P-9",
        )
        for n, (minutes, connected, same_number, same_debtor) in enumerate(calls)
    )
    made = lawful(
        act=replace(lawful().act, at=at),
        standings=(replace(lawful().standings[0], holds=frozenset(holds)),),
        history=history,
        claimed=claimed,
        overdue_cents=overdue,
    )
    by_law = judge(of_china(), made.act, made.standings[0], known_by(history, at)).against

    answer = decide(of_china(), made, permit_id="p", attempt_id="a")

    lawful_and_wanted = not by_law and claimed is not False and overdue == 1 and not holds & STOPPING_HOLDS
    assert isinstance(answer, Permit) is lawful_and_wanted
    if isinstance(answer, Refusal):
        told = {(ground.provision_id, ground.reason) for ground in answer.grounds}
        assert {(finding.provision_id, finding.reason) for finding in by_law} <= told
        assert len(told) == len(answer.grounds)


def test_a_ground_survives_being_stored() -> None:
    """What the store keeps is what the page shows."""
    for ground in grounds_against(of_china(), acting(at=TEN.replace(hour=23))):
        assert Ground.from_json(ground.as_json()) == ground
    house = Ground.of_house(Reason.REFUSED_NOT_CLAIMED)
    assert Ground.from_json(house.as_json()) == house


def test_nothing_lapses_where_nothing_stands() -> None:
    """No ground, no end."""
    assert lapses_at(()) is None

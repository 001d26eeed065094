"""The night's mask and the gate read one encoding, and a third reader that never saw the code agrees with both."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import ibis
import pytest
from hypothesis import HealthCheck, given, settings
from tests.law import oracle
from tests.law.worlds import DAYS, ZONES, World, tables, worlds

from arrears.kernel.days import aware
from arrears.law.act import Act, PastContact, Standing
from arrears.law.columns import VERDICTS, judge_columns
from arrears.law.judge import judge
from arrears.law.load import load_law

LAW = load_law(["cn"], date(2026, 11, 23))
ENGINE = ibis.duckdb.connect()
NAMED = [zone for zone in ZONES if zone not in ("Mars/Olympus", "Europe/London|Nowhere/At_All")]


def masked(world: World, *, arrays: bool) -> dict[str, tuple[bool, str | None, str | None]]:
    acts, history = tables(world, arrays=arrays)
    verdicts = judge_columns(LAW, acts, history, as_of=world.as_of, zones=NAMED)
    assert list(verdicts.columns) == list(VERDICTS)
    rows = ENGINE.to_pyarrow(verdicts).to_pylist()
    assert len(rows) == len(world.acts)
    return {row["act_id"]: (row["allowed"], row["reason"], row["provision_id"]) for row in rows}


def agrees(world: World, *, arrays: bool) -> None:
    mask = masked(world, arrays=arrays)
    for number, (act, standing) in enumerate(world.acts):
        verdict = judge(LAW, act, standing, world.history)
        slow = oracle.reasons(act, standing, world.history)
        assert {finding.reason.value for finding in verdict.against} == slow, (act, standing)
        first = verdict.against[0] if verdict.against else None
        expected = (not slow, first.reason.value if first else None, first.provision_id if first else None)
        assert mask[f"A-{number}"] == expected, (act, standing)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(worlds())
def test_the_gate_the_mask_and_the_slow_oracle_never_disagree(world: World) -> None:
    """Whatever the act, the zone, the second and the history: one answer, and the mask gives its first reason."""
    agrees(world, arrays=False)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(worlds())
def test_lists_may_be_text_or_arrays(world: World) -> None:
    """ "dispute,plan" and ["dispute", "plan"] are the same holds."""
    agrees(world, arrays=True)


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_the_order_of_history_changes_nothing(world: World) -> None:
    """What happened is a set; the order it was stored in is nobody's fact."""
    shuffled = list(world.history)
    random.Random(7).shuffle(shuffled)
    for act, standing in world.acts:
        one, other = judge(LAW, act, standing, world.history), judge(LAW, act, standing, shuffled)
        assert [f.reason for f in one.against] == [f.reason for f in other.against]
        assert one.allowed_again_at == other.allowed_again_at


@settings(max_examples=60, deadline=None)
@given(worlds())
def test_what_is_allowed_again_is_lawful_then_and_not_a_second_before(world: World) -> None:
    """
    "Allowed again on …" is a promise to a collector: at that instant the act is lawful, and one second sooner it
    is not, with nothing else having happened in between.
    """
    for act, standing in world.acts:
        again = judge(LAW, act, standing, world.history).allowed_again_at
        if again is None:
            continue
        happened = [past for past in world.history if past.at <= act.at]
        assert judge(LAW, moved(act, again), standing, happened).allowed
        assert not judge(LAW, moved(act, again - timedelta(seconds=1)), standing, happened).allowed


def moved(act: Act, at: datetime) -> Act:
    return replace(act, at=at)


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_one_more_contact_never_makes_a_refused_call_lawful(world: World) -> None:
    """Caps only tighten with history (for those who owe: a failed call may open a lawful request to a third party)."""
    extra = [
        PastContact("C-x", act.at, "call", act.debtor_id, act.debtor_id, number=act.number, connected=True)
        for act, _ in world.acts[:1]
    ]
    for act, standing in world.acts:
        if act.recipient_role in oracle.OWES and not judge(LAW, act, standing, world.history).allowed:
            assert not judge(LAW, act, standing, [*world.history, *extra]).allowed


def test_a_contact_at_the_very_instant_counts_and_one_a_second_later_does_not() -> None:
    """Three calls in which they spoke are the day's last; a debtor reached at the instant of the act is not lost."""
    noon = aware("2026-11-24T12:00:00+08:00")
    standing = Standing("Asia/Shanghai", facts=dict.fromkeys(FACTS))
    call = Act(noon, "call", "P-1", "P-1", "borrower", number="199-0000-0001", lawful_source="contract")
    past = PastContact("C-0", noon, "call", "P-1", "P-1", number="199-0000-0001", connected=True)
    agreed = replace(
        call, recipient_id="P-2", recipient_role="contact_person", number="199-0000-0002", purpose="locate"
    )
    failed = [replace(past, contact_id=f"F-{n}", at=noon - timedelta(days=n), connected=False) for n in (1, 2, 3)]
    for seconds in (0, 1):
        at = noon + timedelta(seconds=seconds)
        spoken = [replace(past, contact_id=f"C-{n}", at=at) for n in range(3)]
        assert judge(LAW, call, standing, spoken).allowed is bool(seconds)
        agrees(World(noon.date(), [(call, standing)], spoken), arrays=False)
        reached = [*failed, replace(past, at=at)]
        assert judge(LAW, agreed, standing, reached).allowed is bool(seconds)
        agrees(World(noon.date(), [(agreed, standing)], reached), arrays=False)


EDGES = [
    ("21:59:59", True),
    ("22:00:00", False),
    ("23:59:59", False),
    ("00:00:00", False),
    ("07:59:59", False),
    ("08:00:00", True),
]


@pytest.mark.parametrize("day", DAYS)
def test_the_recipients_wall_clock_decides_to_the_second(day: date) -> None:
    """Both sides of both lines, in four places: the same in winter, in summer, and on the days the clocks change."""
    acts: list[tuple[Act, Standing]] = []
    for zone in ("Asia/Shanghai", "Asia/Urumqi", "America/New_York", "Europe/London"):
        standing = Standing(time_zone=zone, facts=dict.fromkeys(FACTS))
        for clock, lawful in EDGES:
            at = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
            act = Act(at, "call", "P-1", "P-1", "borrower", number="199-0000-0001", lawful_source="contract")
            assert judge(LAW, act, standing, ()).allowed is lawful, (zone, clock)
            acts.append((act, standing))
    agrees(World(day, acts, []), arrays=False)


FACTS = ["debtor_number_invalid", "visitors", "visit_ids_carried", "visit_recorded", "visit_entry_agreed"]


def test_an_unknown_place_is_the_intersection_of_the_plausible_ones() -> None:
    """New York or Los Angeles: lawful from 11:00 to 22:00 Eastern, which is 08:00 to 19:00 Pacific."""
    zones = Standing(time_zone="America/New_York|America/Los_Angeles")

    def lawful(clock: str) -> bool:
        act = Act(aware(f"2026-01-15T{clock}-05:00"), "letter", "P-1", "P-1", "borrower", lawful_source="contract")
        return judge(LAW.pinned_to(date(2026, 3, 5)), act, zones, ()).allowed

    assert [lawful(clock) for clock in ("10:59:59", "11:00:00", "21:59:59", "22:00:00")] == [False, True, True, False]


def test_an_act_outside_the_window_of_the_night_is_refused_as_unknown() -> None:
    """A column judges the days around its business day; a stray act is not judged by another day's clocks."""
    act = Act(aware("2026-06-01T12:00:00+08:00"), "letter", "P-1", "P-1", "borrower", lawful_source="contract")
    world = World(date(2026, 3, 5), [(act, Standing("Asia/Shanghai", facts=dict.fromkeys(FACTS)))], [])
    assert masked(world, arrays=False)["A-0"] == (False, "refused_unknown_fact", None)


def test_a_provision_begins_at_midnight_where_it_is_law() -> None:
    """
    The CBA guide holds from 2026-01-30 in China: the seventh dial is free at 23:59:59 Beijing time on the 29th of
    a debtor who is in London, and refused the second after, in the mask as at the gate.
    """
    day = date(2026, 1, 29)
    history = [
        PastContact(f"C-{n}", aware(f"2026-01-29T15:{n:02d}:00+00:00"), "call", "P-1", "P-1", number="199-0000-0001")
        for n in range(6)
    ]
    history = [
        PastContact(p.contact_id, p.at, p.channel, p.person_id, p.debtor_id, number=p.number, connected=False)
        for p in history
    ]
    standing = Standing("Europe/London", facts=dict.fromkeys(FACTS))
    acts = [
        Act(aware(at), "call", "P-1", "P-1", "borrower", number="199-0000-0001", lawful_source="contract")
        for at in ("2026-01-29T15:59:59+00:00", "2026-01-29T16:00:00+00:00")
    ]
    assert [judge(LAW, act, standing, history).allowed for act in acts] == [True, False]
    mask = masked(World(day, [(act, standing) for act in acts], history), arrays=False)
    assert mask["A-0"] == (True, None, None)
    assert mask["A-1"] == (False, "refused_attempts_to_number_today", "cn.cba_2026.dial_attempts")


def test_every_iana_zone_is_known_where_none_is_named() -> None:
    """Without a list of zones in use, any IANA name is placed; what is no name is still held."""
    at = aware("2026-03-05T01:00:00+00:00")
    held = [("Asia/Shanghai", True), ("Pacific/Kiritimati", True), ("Europe/Berlin", False), ("Mars/Olympus", False)]
    acts = [
        (
            Act(at, "letter", "P-1", "P-1", "borrower", lawful_source="contract"),
            Standing(zone, facts=dict.fromkeys(FACTS)),
        )
        for zone, _ in held
    ]
    table, history = tables(World(date(2026, 3, 5), acts, []), arrays=False)
    rows = ENGINE.to_pyarrow(judge_columns(LAW, table, history, as_of=date(2026, 3, 5))).to_pylist()
    assert {row["act_id"]: row["allowed"] for row in rows} == {f"A-{n}": ok for n, (_, ok) in enumerate(held)}

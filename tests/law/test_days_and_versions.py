"""Every day from a pack's first is covered, old versions stay, and no rule is stretched over days nobody read."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import ibis
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.law.worlds import World, tables

from arrears.book.lawful_sources import LAWFUL_SOURCES
from arrears.kernel.days import aware, zone_named
from arrears.kernel.problem import Unusable
from arrears.law.act import Act, PastContact, Standing, Verdict
from arrears.law.check import problems_between
from arrears.law.differences import verdicts_that_differ
from arrears.law.judge import _in_force, judge, judge_by
from arrears.law.kinds.contact import ClosedHours, Counts
from arrears.law.load import PACKS, Law, load_law, provisions_of
from arrears.law.local_time import at_wall_clock, day_starts_at, local_date, pieces_between

READ_ON = date(2026, 11, 23)
LAW = load_law(["cn"], READ_ON)


def quarters(first: date) -> list[date]:
    """The first day of a pack, the first day of every quarter after it, and the day before each, to 2030."""
    days = [first]
    for year in range(first.year, 2031):
        for month in (1, 4, 7, 10):
            day = date(year, month, 1)
            days += [each for each in (day - timedelta(days=1), day) if each > first]
    return days


@pytest.mark.parametrize("pack", sorted(folder.name for folder in PACKS.iterdir() if folder.is_dir()))
def test_in_every_quarter_something_applies_and_nothing_clashes(pack: str) -> None:
    """
    From the own first day of each pack that is shipped, each kind it promises is in force, and something is; with no
    assertion on what it says.
    """
    alone = load_law([pack], READ_ON, house=False)
    clashes = [problem for problem in problems_between(alone, {}, READ_ON) if problem.code != "case_missing_a_side"]
    assert clashes == []
    for day in quarters(alone.packs[0].first_day):
        kinds = {item.kind for item in alone.on(day)}
        assert kinds, day
        assert set(alone.packs[0].covers) <= kinds, day
        ids = [item.id for item in alone.on(day)]
        assert len(ids) == len(set(ids)), f"two versions of one provision on {day}"


@pytest.mark.parametrize("day", quarters(date(2025, 2, 28)))
def test_the_gate_answers_on_every_quarter(day: date) -> None:
    """Noon is lawful and midnight is not, on every day that the pack covers."""
    noon = datetime.combine(day, time(12), zone_named("Asia/Shanghai")).astimezone(UTC)
    standing = Standing("Asia/Shanghai")
    act = Act(noon, "letter", "P-1", "P-1", "borrower", lawful_source="contract")
    late = Act(noon + timedelta(hours=12), "letter", "P-1", "P-1", "borrower", lawful_source="contract")
    assert judge(LAW, act, standing, ()).allowed
    assert not judge(LAW, late, standing, ()).allowed


def test_a_day_before_the_packs_first_is_refused_and_may_be_judged_by_another_days_law_on_purpose() -> None:
    """No rule is stretched back; a book of 1998 is judged by a stated day's law, and the law's id says so."""
    act = Act(aware("1998-06-01T12:00:00+08:00"), "letter", "P-1", "P-1", "borrower", lawful_source="contract")
    with pytest.raises(Unusable, match="2025-02-28"):
        judge(LAW, act, Standing("Asia/Shanghai"), ())
    pinned = LAW.pinned_to(date(2026, 11, 23))
    assert judge(pinned, act, Standing("Asia/Shanghai"), ()).allowed
    assert pinned.law_id != LAW.law_id


def test_a_rule_that_was_replaced_still_holds_for_its_own_days() -> None:
    """Harassing messages: art. 42 until the end of 2025, art. 50 from 2026-01-01."""
    old, new = (LAW.get("cn.psapl.harassing_messages", day) for day in (date(2025, 12, 31), date(2026, 1, 1)))
    assert "art. 42" in old.citation
    assert old.encoding.fine_at_most_cents == 50_000
    assert "art. 50" in new.citation
    assert new.encoding.fine_at_most_cents == 100_000


def test_the_law_id_is_the_laws_content() -> None:
    """The same packs give the same id on another day of run; one pack less gives another."""
    assert load_law(["cn"], READ_ON).law_id == load_law(["cn"], READ_ON + timedelta(days=30)).law_id == LAW.law_id
    assert load_law(["cn"], READ_ON, house=False).law_id != LAW.law_id


def test_a_reading_of_365_days_is_still_read_and_of_366_is_stale() -> None:
    """ "At least every 365 days": both sides."""
    assert load_law(["cn"], READ_ON + timedelta(days=365))
    with pytest.raises(Unusable, match="366 days before this run"):
        load_law(["cn"], READ_ON + timedelta(days=366))


def hours(law: Law, day: date) -> int:
    return len(provisions_of(law, [ClosedHours], day))


def test_two_rules_on_hours_stand_side_by_side() -> None:
    """The standard alone in 2025, the guide beside it from 2026-01-30: overlays add, and neither replaces the other."""
    assert hours(LAW, date(2026, 1, 29)) == 1
    assert hours(LAW, date(2026, 1, 30)) == 2


# --- the calendar and the clock ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "hours_long"),
    [
        ("Asia/Shanghai", date(2026, 3, 29), 24),
        ("Europe/London", date(2026, 3, 29), 23),
        ("Europe/London", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
    ],
)
def test_a_day_is_as_long_as_its_clock_says(zone: str, day: date, hours_long: int) -> None:
    """A cap per day counts 23 hours or 25 on the days the clocks change."""
    place = zone_named(zone)
    assert day_starts_at(day + timedelta(days=1), place) - day_starts_at(day, place) == timedelta(hours=hours_long)


def test_a_day_without_midnight_begins_when_the_clock_jumps() -> None:
    """Beirut went from 24:00 to 01:00 on 2022-03-27: the day's first instant is that one."""
    place = zone_named("Asia/Beirut")
    assert day_starts_at(date(2022, 3, 27), place) == aware("2022-03-26T22:00:00+00:00")
    assert local_date(aware("2022-03-26T22:00:00+00:00"), place) == date(2022, 3, 27)
    assert local_date(aware("2022-03-26T21:59:59+00:00"), place) == date(2022, 3, 26)


def test_a_clock_time_that_was_skipped_is_moved_on() -> None:
    """02:30 on the night New York goes forward is 03:30; nothing is opened an hour early."""
    at = at_wall_clock(date(2026, 3, 8), time(2, 30), zone_named("America/New_York"))
    assert at.isoformat() == "2026-03-08T03:30:00-04:00"


@given(
    st.sampled_from(["Asia/Shanghai", "Australia/Lord_Howe", "Africa/Casablanca", "America/New_York|Europe/London"]),
    st.dates(date(2025, 6, 1), date(2027, 6, 1)),
    st.integers(0, 3 * 86_400 - 1),
)
def test_an_instant_falls_into_exactly_one_piece_with_its_own_offset_and_day(text: str, day: date, second: int) -> None:
    """What the columns read off a small table is what the clock there shows."""
    pieces = pieces_between(text, day, day + timedelta(days=2), 2)
    epoch = int(datetime.combine(day, time(0), UTC).timestamp()) + second
    (piece,) = [each for each in pieces if each.from_s <= epoch < each.to_s]
    for place, offset, starts in zip(text.split("|"), piece.offsets, piece.starts, strict=True):
        local = datetime.fromtimestamp(epoch, zone_named(place))
        assert local.utcoffset() == timedelta(seconds=offset)
        for back, start in enumerate(starts):
            its_day = local.date() - timedelta(days=back)
            assert local_date(datetime.fromtimestamp(start, UTC), zone_named(place)) == its_day
            assert local_date(datetime.fromtimestamp(start - 1, UTC), zone_named(place)) < its_day


def test_acts_that_a_change_of_law_decides_otherwise_are_named() -> None:
    """The seventh dial of a day was free in 2025 and is not in 2026; a letter at noon is lawful under both."""
    at = aware("2026-03-05T15:00:00+08:00")
    standing = Standing("Asia/Shanghai", facts=dict.fromkeys(FACTS))
    call = Act(at, "call", "P-1", "P-1", "borrower", number="199-0000-0001", lawful_source="contract")
    letter = Act(at, "letter", "P-1", "P-1", "borrower", lawful_source="contract")
    history = [
        PastContact(f"C-{n}", at - timedelta(hours=1, minutes=n), "call", "P-1", "P-1", "outbound", call.number, False)
        for n in range(6)
    ]
    acts, past = tables(World(date(2026, 3, 5), [(call, standing), (letter, standing)], history), arrays=False)
    differ = verdicts_that_differ(
        LAW,
        acts,
        past,
        as_of=date(2026, 3, 5),
        first=date(2025, 12, 31),
        second=date(2026, 3, 5),
        zones=["Asia/Shanghai"],
    )
    assert ibis.duckdb.connect().to_pyarrow(differ).to_pylist() == [
        {
            "act_id": "A-0",
            "allowed_before": True,
            "provision_before": None,
            "allowed_after": False,
            "provision_after": "cn.cba_2026.dial_attempts",
        }
    ]


FACTS = ["debtor_number_invalid", "visitors", "visit_ids_carried", "visit_recorded", "visit_entry_agreed"]


def test_the_import_and_the_gate_know_the_same_lawful_sources() -> None:
    """What the book takes in is what the gate lets through: six sources, by the same names."""
    assert set(LAW.get("cn.cba_2026.contact_data_sources").encoding.sources) == set(LAWFUL_SOURCES)


def test_a_cap_of_seven_days_lapses_at_the_midnight_that_the_contact_leaves_the_window() -> None:
    """A contact counts on its own day and the six after it, up to the very instant of the act."""
    law = load_law(["us"], READ_ON)
    zone = zone_named("America/New_York")
    week = next(
        item for item in law.on_contact(READ_ON) if isinstance(item.encoding, Counts) and item.encoding.days == 7
    )
    rule = week.encoding
    assert isinstance(rule, Counts)
    first = datetime(2026, 11, 10, 12, tzinfo=zone)
    channel = rule.channels[0]
    calls = [
        PastContact(f"C-{n}", first, channel, "P-1", "P-1", number="199-0000-0001", connected=True)
        for n in range(rule.at_most)
    ]

    def against(at: datetime) -> Verdict:
        act = Act(at, channel, "P-1", "P-1", "borrower", number="199-0000-0001", lawful_source="contract")
        return judge_by((week,), act, Standing("America/New_York"), calls)

    lapses = datetime(2026, 11, 17, tzinfo=zone)
    assert against(first - timedelta(seconds=1)).allowed
    assert against(first).allowed_again_at == lapses
    assert against(lapses - timedelta(seconds=1)).allowed_again_at == lapses
    assert against(lapses).allowed


def begins_of(law: Law) -> list[tuple[str, date]]:
    """Every pack with each day on which one of its provisions begins or ends, once all packs are in force."""
    first = max(pack.first_day for pack in law.packs) + timedelta(days=2)
    days = {
        (item.pack, day)
        for item in law.provisions
        for day in (item.in_force_from, item.in_force_until)
        if day is not None and first <= day <= READ_ON
    }
    return sorted(days)


@pytest.mark.parametrize("names", [["cn", "us"], ["us", "cn"]])
def test_at_one_instant_each_pack_is_read_by_the_day_on_its_own_clock(names: list[str]) -> None:
    """
    Around midnight in one country it is another day in the other: what begins there has begun, and nothing here has.
    """
    law = load_law(names, READ_ON)
    begins = [*begins_of(law), ("cn", READ_ON), ("us", READ_ON)]
    apart = 0
    for pack, day in begins:
        midnight = day_starts_at(day, zone_named(law.clocks[pack]))
        for minutes in (-721, -1, 0, 1, 721):
            at = midnight + timedelta(minutes=minutes)
            days = {name: local_date(at, zone_named(clock)) for name, clock in law.clocks.items()}
            apart += len(set(days.values())) > 1
            slow = {item for name, of in days.items() for item in law.on_contact(of) if item.pack == name}
            assert _in_force(law, at) == tuple(sorted(slow, key=law.order)), (pack, at)
    assert apart

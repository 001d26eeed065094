"""Random acts, standings and histories, crowded around the lines the law draws."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from hypothesis import strategies as st

from arrears.law.act import Act, PastContact, Standing

ZONES = [
    "Asia/Shanghai",
    "Asia/Urumqi",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",  # half an hour of summer time
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Asia/Shanghai|Asia/Urumqi",
    "America/New_York|America/Chicago|America/Los_Angeles",
    "Europe/London|Nowhere/At_All",
    "Mars/Olympus",
]
DAYS = [
    date(2026, 3, 8),  # New York goes forward
    date(2026, 3, 29),  # London goes forward
    date(2026, 4, 5),  # Lord Howe goes back half an hour
    date(2026, 10, 25),  # London goes back
    date(2026, 11, 1),  # New York goes back
    date(2026, 7, 15),
]
PEOPLE = ["P-1", "P-2"]
NUMBERS = ["199-0000-0001", "199-0000-0002"]


@dataclass(frozen=True)
class World:
    as_of: date
    acts: list[tuple[Act, Standing]]
    history: list[PastContact]


def near(day: date) -> st.SearchStrategy[datetime]:
    """Instants of a day and its neighbours; half of them within two seconds of a local line somewhere."""
    offsets = [-8, -7, -6, -5, -4, -3, 0, 1, 5.75, 6, 8, 10.5, 11, 13]
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    on_a_line = st.builds(
        lambda hour, offset, second, days: midnight + timedelta(days=days, hours=hour - offset, seconds=second),
        st.sampled_from([0, 8, 22]),
        st.sampled_from(offsets),
        st.integers(-2, 2),
        st.integers(0, 1),
    )
    anywhere = st.integers(-86_400, 2 * 86_400 - 1).map(lambda second: midnight + timedelta(seconds=second))
    return st.one_of(on_a_line, anywhere)


def acts(day: date) -> st.SearchStrategy[Act]:
    return st.builds(
        Act,
        at=near(day),
        channel=st.sampled_from(["call", "call", "call", "ai_call", "sms", "sms", "email", "letter", "visit"]),
        debtor_id=st.sampled_from(PEOPLE),
        recipient_id=st.sampled_from([*PEOPLE, "P-9"]),
        recipient_role=st.sampled_from(
            [
                "borrower",
                "borrower",
                "co_borrower",
                "guarantor",
                "contact_person",
                "contact_person",
                "third_party",
                "boss",
            ]
        ),
        number=st.sampled_from([*NUMBERS, *NUMBERS, None, ""]),
        purpose=st.sampled_from(["collect", "collect", "locate", "pass_message", "service", "answer_request"]),
        lawful_source=st.sampled_from(
            ["contract", "contract", "contract", "reserved_information", "data_broker", None]
        ),
        discloses_debt=st.sampled_from([False, False, False, True]),
    )


def few(values: list[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.one_of(st.just(frozenset[str]()), st.frozensets(st.sampled_from(values), max_size=2))


def standings() -> st.SearchStrategy[Standing]:
    maybe: st.SearchStrategy[bool | None] = st.sampled_from([True, True, False, None])
    return st.builds(
        Standing,
        time_zone=st.sampled_from([*ZONES, "Asia/Shanghai", "Asia/Shanghai", None, ""]),
        holds=few(["dispute", "hardship", "represented", "stop", "complaint", "deceased", "plan", "promise", "weird"]),
        consents=few(["contact_outside_hours", "more_attempts_per_number", "visit"]),
        channels_stopped=few(["sms", "call", "email"]),
        declined_on=st.sampled_from([None, None, None, date(2026, 2, 1)]),
        debtor_dead=st.sampled_from([False, False, False, True]),
        debtor_incapable=st.sampled_from([False, False, False, True]),
        visits_enabled=st.booleans(),
        facts=st.fixed_dictionaries(
            {
                "debtor_number_invalid": st.sampled_from([None, None, False, True]),
                "visitors": st.sampled_from([None, 1, 2, 3]),
                "visit_ids_carried": maybe,
                "visit_recorded": maybe,
                "visit_entry_agreed": maybe,
            }
        ),
    )


def contacts(day: date) -> st.SearchStrategy[list[PastContact]]:
    """A burst on the day and the days before, mostly failed calls, so that caps and lost contact come up."""
    back = st.one_of(st.just(0), st.just(0), st.integers(0, 5))
    one = st.builds(
        lambda at, days, channel, person, debtor, direction, number, connected: PastContact(
            contact_id="C",
            at=at - timedelta(days=days),
            channel=channel,
            person_id=person,
            debtor_id=debtor,
            direction=direction,
            number=number,
            connected=connected,
        ),
        near(day),
        back,
        st.sampled_from(["call", "call", "call", "ai_call", "sms", "email", "visit"]),
        st.sampled_from(["P-1", "P-1", "P-1", "P-2", "P-9"]),
        st.sampled_from(["P-1", "P-1", "P-2"]),
        st.sampled_from(["outbound"] * 6 + ["inbound"]),
        st.sampled_from([*NUMBERS, None]),
        st.sampled_from([False, False, False, True, None]),
    )
    return st.lists(one, max_size=40).map(
        lambda rows: [
            PastContact(
                contact_id=f"C-{number}",
                at=row.at,
                channel=row.channel,
                person_id=row.person_id,
                debtor_id=row.debtor_id,
                direction=row.direction,
                number=row.number,
                connected=row.connected,
            )
            for number, row in enumerate(rows)
        ]
    )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    day = draw(st.sampled_from(DAYS))
    proposed = draw(st.lists(st.tuples(acts(day), standings()), min_size=1, max_size=25))
    return World(day, proposed, draw(contacts(day)))


def tables(world: World, *, arrays: bool) -> tuple[ir.Table, ir.Table]:
    """The same world as ACTS and HISTORY; lists of words as arrays or as text."""
    acts_ = [act for act, _ in world.acts]
    held = [standing for _, standing in world.acts]

    def lists(name: str) -> pa.Array:
        values = [sorted(getattr(standing, name)) for standing in held]
        if arrays:
            return pa.array(values, pa.list_(pa.string()))
        return pa.array([",".join(value) or None for value in values], pa.string())

    text: list[str] = ["channel", "debtor_id", "recipient_id", "recipient_role", "number", "purpose", "lawful_source"]
    columns: dict[str, Any] = {
        "act_id": pa.array([f"A-{number}" for number in range(len(acts_))], pa.string()),
        "at": pa.array([act.at for act in acts_], pa.timestamp("us", "UTC")),
        **{name: pa.array([getattr(act, name) for act in acts_], pa.string()) for name in text},
        "discloses_debt": pa.array([act.discloses_debt for act in acts_], pa.bool_()),
        "time_zone": pa.array([standing.time_zone for standing in held], pa.string()),
        **{name: lists(name) for name in ("holds", "consents", "channels_stopped")},
        "declined_on": pa.array([standing.declined_on for standing in held], pa.date32()),
        **{
            name: pa.array([getattr(standing, name) for standing in held], pa.bool_())
            for name in ("debtor_dead", "debtor_incapable", "visits_enabled")
        },
        "visitors": pa.array([standing.facts["visitors"] for standing in held], pa.int64()),
        **{
            name: pa.array([standing.facts[name] for standing in held], pa.bool_())
            for name in ("debtor_number_invalid", "visit_ids_carried", "visit_recorded", "visit_entry_agreed")
        },
    }
    past = {
        "at": pa.array([row.at for row in world.history], pa.timestamp("us", "UTC")),
        "connected": pa.array([row.connected for row in world.history], pa.bool_()),
        **{
            name: pa.array([getattr(row, name) for row in world.history], pa.string())
            for name in ("contact_id", "channel", "person_id", "debtor_id", "direction", "number")
        },
    }
    return ibis.memtable(pa.table(columns)), ibis.memtable(pa.table(past))

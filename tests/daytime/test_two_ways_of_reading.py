"""
The gate reads a case in two statements under lock, a preview in many without: they must see the same.

What is read of the same rows in two ways drifts apart unless somebody compares.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert
from tests.daytime.town import add_party, at, build, point

from arrears.contact.number import number_as_counted
from arrears.daytime.gather import case_of, read_case
from arrears.store import contact, gate, permits
from arrears.store.open import Store
from arrears.store.schema import attempts, callbacks, consents, contact_points, declines, holds, stopped_channels

NOW = at("10:00")
PEOPLE = ("P-1", "P-2", "G-1")
KINDS = ("stop", "dispute", "hardship")

days = st.sampled_from([date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)])
moments = st.integers(-100, 2).map(lambda hours: NOW + timedelta(hours=24 * hours if hours < -50 else hours))
rows = st.fixed_dictionaries(
    {
        "holds": st.lists(
            st.tuples(st.sampled_from(PEOPLE), st.sampled_from(KINDS), days, st.none() | days), max_size=4
        ),
        "consents": st.lists(
            st.tuples(st.sampled_from(PEOPLE), moments, st.none() | moments), max_size=4, unique_by=lambda row: row[:2]
        ),
        "stopped": st.lists(
            st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["call", "sms"])), max_size=3, unique=True
        ),
        "declines": st.lists(
            st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["P-1", "P-2"]), days),
            max_size=3,
            unique_by=lambda row: row[:2],
        ),
        "callbacks": st.lists(
            st.tuples(st.sampled_from(PEOPLE), st.sampled_from(["P-1", "P-2"]), moments, moments, st.booleans()),
            max_size=4,
        ),
        "attempts": st.lists(
            st.tuples(
                moments,
                st.sampled_from(PEOPLE),
                st.sampled_from(["P-1", "P-2"]),
                st.sampled_from(["+8619900000001", "+8619900000002", "+8619900009999", None]),
                st.sampled_from([True, False, None]),
                st.sampled_from(["book", "day"]),
                st.sampled_from(["voicemail", None]),
            ),
            max_size=12,
        ),
    }
)


def test_the_gate_and_a_preview_read_the_same_case(store: Store) -> None:
    """For the borrower and for the guarantor, whatever is on record about them, to the last row of history."""
    debtors = build(store, 2)
    add_party(store, debtors[0], "G-1", "guarantor", "199-0000-9999")
    with store.write() as connection:
        connection.execute(insert(contact_points).values(**point("C-mail", "P-1", "a@example.invalid", "email")))

    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
    @given(rows)
    def same(drawn: dict[str, list[tuple[object, ...]]]) -> None:
        _write(store, drawn)
        with store.read() as connection:
            whole = read_case(connection, "P-1", NOW)
            for one in whole.points:
                locked = {person: whole.people[person] for person in {"P-1", one.person_id}}
                seen = gate.read_under_lock(connection, gate.Found("P-1", one, locked), NOW, [NOW.date()])
                case = case_of(seen, locked, NOW)
                assert seen.point == one
                assert case.agreed == whole.agreed
                assert set(case.permits) == set(permits.open_for(connection, locked))
                assert case.accounts == whole.accounts
                assert case.parties == whole.parties
                assert set(case.points) == {each for each in whole.points if each.person_id in locked}
                assert case.holds == contact.holds_of(connection, locked, [NOW.date()])
                assert case.declined == whole.declined
                for person in locked:
                    assert case.consents.get(person) == whole.consents.get(person)
                    assert case.stopped.get(person) == whole.stopped.get(person)
                number = number_as_counted(one.channel, one.value)
                assert list(case.history) == contact.history(connection, "P-1", locked, [number], NOW)

    same()


def _write(store: Store, drawn: dict[str, list[tuple[object, ...]]]) -> None:
    """These rows and no others."""
    made = datetime(2026, 11, 1, tzinfo=UTC)
    tables = {
        holds: [
            {"hold_id": f"H-{n}", "person_id": who, "kind": kind, "placed_on": placed, "learned_on": placed}
            | {"ends_on": ends, "source": "book"}
            for n, (who, kind, placed, ends) in enumerate(drawn["holds"])
        ],
        consents: [
            {"person_id": who, "kind": "contact_outside_hours", "given_at": given_at, "withdrawn_at": until}
            for who, given_at, until in drawn["consents"]
        ],
        stopped_channels: [
            {"person_id": who, "channel": channel, "stopped_at": made} for who, channel in drawn["stopped"]
        ],
        declines: [
            {"person_id": who, "debtor_id": debtor, "declined_on": day} for who, debtor, day in drawn["declines"]
        ],
        attempts: [
            {
                "attempt_id": f"T-{n}",
                "source": source,
                "outcome": outcome,
                "at": when,
                "channel": "call",
                "direction": "outbound",
            }
            | {"purpose": "collect", "debtor_id": debtor, "recipient_id": who, "account_ids": ["A-1"]}
            | {"number": number, "connected": reached}
            for n, (when, who, debtor, number, reached, source, outcome) in enumerate(drawn["attempts"])
        ],
        callbacks: [
            {"callback_id": f"B-{n}", "person_id": who, "debtor_id": debtor, "asked_at": asked, "taken_by": "li"}
            | {"not_before_at": until, "taken_back_at": asked if taken_back else None}
            for n, (who, debtor, asked, until, taken_back) in enumerate(drawn["callbacks"])
        ],
    }
    with store.write() as connection:
        for table, values in tables.items():
            connection.execute(delete(table))
            if values:
                connection.execute(insert(table), values)

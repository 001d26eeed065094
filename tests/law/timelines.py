"""
Random timelines from one seed, and three readings of each: the night's mask, the gate, and the slow oracle.

`compare` raises AssertionError with the act, its standing and its history where two of them differ. The test runs
some thousands; `python -m bench timelines` a million.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import ibis
from tests.law import oracle
from tests.law.worlds import DAYS, World, tables

from arrears.contact.gate import Situation, grounds_against
from arrears.law.act import Act, PastContact, Standing
from arrears.law.columns import judge_columns
from arrears.law.load import load_law

LAW = load_law(["cn"], date(2026, 11, 23))
PLACES = ["Asia/Shanghai"] * 8 + ["Asia/Urumqi", "America/New_York", "Europe/London", "Asia/Shanghai|Asia/Urumqi"]
AT_ONCE = 25_000
"""Timelines per pass of the mask."""

EVERY = set(oracle.SHOWN_AS.values()) | {
    "allowed",
    "refused_outside_hours",
    "refused_connected_calls_today",
    "refused_attempts_to_number_today",
    "refused_messages_today",
    "refused_third_party",
    "refused_third_party_declined",
    "refused_third_party_disclosure",
    "refused_debtor_can_be_reached",
    "refused_no_lawful_source",
    "refused_channel_stopped",
    "refused_visit_conditions",
    "held_for_missing_time_zone",
    "held_for_death",
}
"""What must come up, or the timelines show nothing about it."""


def timeline(
    rng: random.Random, name: str, day: date, acts_each: int
) -> tuple[list[tuple[Act, Standing]], list[PastContact]]:
    """One debtor's days up to and including `day`: calls by an eager dialler, then the acts proposed."""
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    numbers = [f"{name}-n{k}" for k in range(2)]
    place = rng.choice([*PLACES, None])
    history = []
    eager = rng.random() < 0.1  # one number, dialled all day
    for number in range(rng.choice([0, 2, 6, 12, 12])):
        days = 0 if eager else rng.choice([0, 0, 1, 2, 3])
        history.append(
            PastContact(
                contact_id=f"{name}-c{number}",
                at=start + timedelta(days=-days, seconds=rng.randrange(-28_800, 57_600)),
                channel=rng.choice(["call", "call", "call", "ai_call", "sms", "email", "visit"]),
                person_id=rng.choice([name, name, name, f"{name}-other"]),
                debtor_id=name,
                direction=rng.choice(["outbound"] * 12 + ["inbound"]),
                number=numbers[0] if eager else rng.choice([*numbers, None]),
                connected=rng.choice([False] * 6 + [True, True, None]),
            )
        )
    acts = []
    for _ in range(acts_each):
        edge = rng.choice([0, 8, 22]) - rng.choice([8, 6, 1, 0, -4, -5])
        second = rng.choice([edge * 3600 + rng.randint(-1, 1), rng.randrange(0, 86_400)])
        role = rng.choice(["borrower"] * 5 + ["co_borrower", "guarantor"] + ["contact_person"] * 2 + ["third_party"])
        asks = ["collect"] * 4 + ["service"] if role in oracle.OWES else ["pass_message", "locate", "collect"]
        act = Act(
            at=start + timedelta(seconds=second),
            channel=rng.choice(["call"] * 5 + ["ai_call", "sms", "sms", "email", "letter", "visit"]),
            debtor_id=name,
            recipient_id=name if role == "borrower" else f"{name}-other",
            recipient_role=role,
            number=rng.choice([*numbers * 8, None]),
            purpose=rng.choice(asks),
            lawful_source=rng.choice(["contract"] * 20 + ["data_broker"]),
            discloses_debt=rng.random() < 0.02,
        )
        standing = Standing(
            time_zone=place,
            holds=frozenset(rng.sample(sorted(oracle.SHOWN_AS), rng.choice([0] * 8 + [1, 2]))),
            consents=frozenset(["contact_outside_hours"] if rng.random() < 0.1 else []),
            channels_stopped=frozenset(["sms"] if rng.random() < 0.1 else []),
            declined_on=day if rng.random() < 0.05 else None,
            debtor_dead=rng.random() < 0.02,
            debtor_incapable=rng.random() < 0.02,
            visits_enabled=rng.random() < 0.5,
            facts={
                "debtor_number_invalid": rng.choice([None, None, None, True]),
                "visitors": rng.choice([None, 1, 2, 2, 2]),
                "visit_ids_carried": rng.choice([True, True, True, None]),
                "visit_recorded": rng.choice([True, True, True, False]),
                "visit_entry_agreed": rng.choice([True, True, True, False]),
            },
        )
        acts.append((act, standing))
    return acts, history


def compare(seed: int, timelines: int, acts_each: int) -> Counter[str]:
    """How often each reason came up, "allowed" among them. Nothing that was permitted has a reason by the oracle."""
    engine = ibis.duckdb.connect()
    rng = random.Random(seed)
    seen: Counter[str] = Counter()
    for batch in range(-(-timelines // AT_ONCE)):
        day = DAYS[batch % len(DAYS)]
        count = min(AT_ONCE, timelines - batch * AT_ONCE)
        lines = [timeline(rng, f"P-{batch}-{number}", day, acts_each) for number in range(count)]
        acts = [pair for proposed, _ in lines for pair in proposed]
        past = [contact for _, history in lines for contact in history]
        table, history = tables(World(day, acts, past), arrays=False)
        rows = engine.to_pyarrow(judge_columns(LAW, table, history, as_of=day, zones=sorted(set(PLACES)))).to_pylist()
        mask = {row["act_id"]: row for row in rows}
        number = 0
        for proposed, own in lines:
            for act, standing in proposed:
                slow = oracle.reasons(act, standing, own)
                # The gate reads what is on record at the act: contacts after it have not happened yet.
                known = [past for past in own if past.at <= act.at]
                grounds = grounds_against(LAW, Situation(act, (standing,), known, overdue_cents=1))
                row = mask[f"A-{number}"]
                assert {ground.reason.value for ground in grounds} == slow, (act, standing, own)
                assert row["allowed"] is (not grounds), (act, standing, own)
                if grounds:
                    first = grounds[0]
                    assert (row["reason"], row["provision_id"]) == (first.reason.value, first.provision_id), (act, own)
                seen.update(slow or {"allowed"})
                number += 1
    return seen

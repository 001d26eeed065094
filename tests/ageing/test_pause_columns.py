"""Pauses of a whole book in columns equal those of one loan at a time."""

from __future__ import annotations

import random
from datetime import date, timedelta

import ibis
import pyarrow as pa

from arrears.ageing.pause_columns import known_pauses, paused_days, running
from arrears.ageing.pauses import Pause, frozen_on
from arrears.ageing.pauses import paused_days as days_of_one

NIGHT = date(2026, 3, 20)
DUE = date(2026, 3, 5)


def drawn(accounts: int) -> dict[str, list[Pause]]:
    """Up to four pauses each around the night: touching, apart by a day, overlapping, of one day, entered late."""
    draw = random.Random(11)
    found = {}
    for number in range(accounts):
        pauses = []
        for _ in range(draw.randint(1, 4)):
            start = NIGHT - timedelta(days=draw.randint(0, 20))
            learned = min(NIGHT, start + timedelta(days=draw.choice([-3, 0, 0, 1, 4])))
            pauses.append(Pause(start, start + timedelta(days=draw.randint(0, 9)), learned))
        found[f"A-{number}"] = pauses
    return found


def in_columns(book: dict[str, list[Pause]]) -> tuple[dict[str, date], dict[str, int]]:
    """(account to the day its bucket froze, account to the days its pauses take off) tonight."""
    rows = [(account, one) for account, pauses in book.items() for one in pauses]
    table = pa.table(
        {
            "account_id": [account for account, _ in rows],
            "start_on": pa.array([one.start for _, one in rows], pa.date32()),
            "end_on": pa.array([one.end for _, one in rows], pa.date32()),
            "learned_on": pa.array([one.learned_on for _, one in rows], pa.date32()),
        }
    )
    late = pa.table(
        {
            "account_id": list(book),
            "due_on": pa.array([DUE] * len(book), pa.date32()),
            "on": pa.array([NIGHT] * len(book), pa.date32()),
        }
    )
    engine = ibis.duckdb.connect()
    known = known_pauses(engine.create_table("pauses", ibis.memtable(table)), NIGHT)
    frozen = running(known, NIGHT).to_pyarrow().to_pylist()
    taken = paused_days(known, engine.create_table("late", ibis.memtable(late))).to_pyarrow().to_pylist()
    assert len({row["account_id"] for row in frozen}) == len(frozen)
    return (
        {row["account_id"]: row["frozen_on"] for row in frozen},
        {row["account_id"]: row["paused_days"] for row in taken},
    )


def test_every_account_froze_on_the_day_and_loses_the_days_that_its_own_pauses_say() -> None:
    """600 made-up accounts, each beside the plain version."""
    book = drawn(600)
    frozen, taken = in_columns(book)
    plain = {account: frozen_on(pauses, NIGHT) for account, pauses in book.items()}
    assert frozen == {account: day for account, day in plain.items() if day is not None}
    assert taken == {account: days_of_one(pauses, DUE, NIGHT) for account, pauses in book.items()}


def test_what_nobody_knew_or_what_ends_before_it_begins_pauses_nothing() -> None:
    """A pause learned of tomorrow, one that begins tomorrow, and one that was written the wrong way round."""
    day = timedelta(days=1)
    book = {
        "later": [Pause(NIGHT - day, NIGHT + day, NIGHT + day)],
        "begins": [Pause(NIGHT + day, NIGHT + 2 * day, NIGHT)],
        "turned": [Pause(NIGHT, NIGHT - day, NIGHT)],
        "today": [Pause(NIGHT, NIGHT, NIGHT)],
    }
    frozen, taken = in_columns(book)
    assert frozen == {"today": NIGHT - day}
    assert taken == {"today": 0}

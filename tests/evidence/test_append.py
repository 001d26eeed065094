"""The log in the store: no gap under concurrency, and after a kill never a fact without its entry, nor the reverse."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from tests.daytime.town import add_user, build

from arrears.evidence.tree import extend, leaf_hash
from arrears.evidence.verify import Report, verify
from arrears.kernel.fact import Fact
from arrears.store import evidence as log
from arrears.store.evidence import About
from arrears.store.open import Store
from arrears.store.schema import evidence_entries, holds

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)


def verified(store: Store, room: Path) -> Report:
    """The log read out and verified; its head must be the one that the store remembers."""
    with store.read() as connection:
        head = log.head(connection)
        (room / "log.jsonl").write_bytes(b"".join(log.lines(connection)))
    report = verify(room / "log.jsonl")
    assert (report.size, report.root) == (head.size, head.root)
    return report


def test_many_clients_at_once_leave_no_gap(store: Store, tmp_path: Path) -> None:
    """Twelve clients, batches of one to three: every index once, each batch together and in its order."""

    def work(client: int) -> list[range]:
        got = []
        for turn in range(10):
            facts = [
                About(f"{client}-{turn}-{number}", Fact("outcome_recorded", AT, {"client": client, "turn": turn}))
                for number in range(1 + turn % 3)
            ]
            with store.write() as connection:
                got.append(log.append(connection, facts))
        return got

    with ThreadPoolExecutor(12) as pool:
        given_out = [indexes for client in pool.map(work, range(12)) for indexes in client]
    assert sorted(index for indexes in given_out for index in indexes) == list(range(12 * 19))
    assert verified(store, tmp_path).failures == []


def test_a_transaction_that_fails_leaves_nothing_in_the_log(store: Store, tmp_path: Path) -> None:
    """The entry goes with the row, and the next one takes its index."""

    def fails_after_appending() -> None:
        with store.write() as connection:
            assert log.append(connection, [About("lost", Fact("outcome_recorded", AT, {}))]) == range(1, 2)
            raise RuntimeError("the caller failed")

    with store.write() as connection:
        log.append(connection, [About("kept", Fact("outcome_recorded", AT, {}))])
    with pytest.raises(RuntimeError, match="the caller failed"):
        fails_after_appending()
    with store.write() as connection:
        assert log.append(connection, [About("next", Fact("outcome_recorded", AT, {}))]) == range(1, 2)
    assert verified(store, tmp_path).failures == []


@given(st.lists(st.binary(max_size=3), max_size=70))
def test_a_compact_range_survives_being_stored(entries: list[bytes]) -> None:
    """One byte of height and 32 of hash a node."""
    grown = extend((), [leaf_hash(entry) for entry in entries])
    assert log.range_from_bytes(log.range_to_bytes(grown)) == grown


# A supervisor places and lifts holds, for ever: two verbs, each a row and its fact.
WORKER = """
import sys
from datetime import UTC, datetime, timedelta
from arrears.daytime.place_hold import lift_hold, place_hold
from arrears.store.open import open_store
store, name, turn = open_store(sys.argv[1]), sys.argv[2], 0
while True:
    at = datetime(2026, 11, 24, 2, tzinfo=UTC) + timedelta(seconds=turn)
    placed = place_hold(store, person_id=f"P-{1 + turn % 3}", kind="dispute", by=name, at=at)
    lift_hold(store, placed.hold_id, by=name, at=at + timedelta(seconds=1), why="answered")
    turn += 1
    if turn == 1:
        print("working", flush=True)
"""


def test_killed_at_any_instant_no_fact_is_without_its_entry_and_no_entry_without_its_fact(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    """SIGKILL in the middle of the work, again and again; what the next client finds is whole, and goes on."""
    build(store, debtors=3)
    for name in ("fang", "zhou"):
        add_user(store, name, "supervisor")
    luck = random.Random(7)
    sizes = []
    for _ in range(4):
        workers = [
            subprocess.Popen([sys.executable, "-c", WORKER, store_url, name], stdout=subprocess.PIPE, text=True)
            for name in ("fang", "zhou")
        ]
        try:
            for worker in workers:
                assert worker.stdout is not None
                assert worker.stdout.readline() == "working\n"
            time.sleep(luck.uniform(0.02, 0.3))
        finally:
            for worker in workers:
                worker.send_signal(signal.SIGKILL)
            for worker in workers:
                worker.communicate()
        report = verified(store, tmp_path)
        assert report.failures == []
        sizes.append(report.size)
        with store.read() as connection:
            rows = list(connection.execute(select(holds.c.hold_id, holds.c.lifted_at)))
            entries = list(connection.execute(select(evidence_entries.c.about, evidence_entries.c.kind)))
        assert sorted(about for about, kind in entries if kind == "hold_placed") == sorted(row.hold_id for row in rows)
        lifted = sorted(row.hold_id for row in rows if row.lifted_at is not None)
        assert sorted(about for about, kind in entries if kind == "hold_lifted") == lifted
    assert sizes == sorted(set(sizes))

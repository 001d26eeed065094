"""
The evidence log: appends a second beside plain inserts, verifying a whole log, and single proofs.

    python -m bench evidence [--appends 30000] [--batch 100] [--entries 1000000] [--database URL]

Appends go through the store, one transaction a batch, on SQLite with its ordinary durability (or the migrated, empty
database that is given); the plain insert writes the same rows in the same batches without hashing or head. Entries are
verified by `verify.py` as an exported log with one checkpoint, in a process of its own.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from arrears.evidence import verify
from arrears.evidence.log import SigningKey, export_log
from arrears.evidence.tree import leaf_hash
from arrears.kernel.fact import Fact, Json
from arrears.store import evidence as log
from arrears.store.migrate import migrate
from arrears.store.open import Store, open_store
from arrears.store.schema import evidence_entries

AT = datetime(2026, 3, 5, 9, tzinfo=UTC)
# Plain rows start far behind the log's, in the same table.
APART = 1 << 40


def facts(count: int) -> Iterator[Fact]:
    """Facts of the size and shape that a permitted call leaves."""
    for number in range(count):
        body: dict[str, Json] = {
            "attempt_id": f"at-{number:024x}",
            "account_id": f"L{number:08d}",
            "person_id": f"P{number:08d}",
            "channel": "call",
            "provisions": ["cn.call_hours", "cn.call_frequency"],
        }
        yield Fact("attempt_permitted", AT + timedelta(seconds=number), body)


def batches(count: int, size: int) -> Iterator[list[log.About]]:
    """The same facts, `size` to a transaction."""
    kept = [log.About(f"at-{number:024x}", fact) for number, fact in enumerate(facts(count))]
    for start in range(0, count, size):
        yield kept[start : start + size]


def appended(store: Store, count: int, size: int) -> float:
    """Seconds to append through the store."""
    prepared = list(batches(count, size))
    began = time.perf_counter()
    for batch in prepared:
        with store.write() as connection:
            log.append(connection, batch)
    return time.perf_counter() - began


def inserted(store: Store, count: int, size: int) -> float:
    """Seconds to insert the same rows with nothing worked out but their bytes."""
    prepared = list(batches(count, size))
    began = time.perf_counter()
    for place, batch in enumerate(prepared):
        rows = [
            {
                "entry_index": APART + place * size + number,
                "kind": each.fact.kind,
                "about": each.about,
                "at": each.fact.at,
                "leaf_hash": b"",
                "data": each.fact.canonical(),
            }
            for number, each in enumerate(batch)
        ]
        with store.write() as connection:
            connection.execute(insert(evidence_entries), rows)
    return time.perf_counter() - began


def verified(count: int, room: Path) -> tuple[float, float]:
    """Seconds to verify a log of `count` entries, and seconds to make and check one proof."""
    key = SigningKey("bench.invalid/evidence", bytes(32))
    tree = export_log(room / "log", (fact.canonical() for fact in facts(count)), [], key.public_text)
    (room / "log" / "checkpoint").write_bytes(key.sign_checkpoint(count, tree.root()))
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "-I", verify.__file__, str(room / "log")], capture_output=True, check=False)
    seconds = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(done.stdout.decode())

    draw, times = random.Random(1), 200
    began = time.perf_counter()
    for _ in range(times):
        index = draw.randrange(count)
        leaf = tree.node(0, index)
        if not verify.verify_inclusion(index, count, leaf, tree.inclusion(index), tree.root()):
            raise RuntimeError(f"the proof of entry {index} does not verify")
    return seconds, (time.perf_counter() - began) / times


def main(arguments: list[str]) -> int:
    """Print a line per measurement."""
    asked = argparse.ArgumentParser(prog="python -m bench evidence", description=__doc__)
    asked.add_argument("--appends", type=int, default=30_000)
    asked.add_argument("--batch", type=int, default=100)
    asked.add_argument("--entries", type=int, default=1_000_000)
    asked.add_argument("--database", default=os.environ.get("ARREARS_BENCH_DATABASE_URL"))
    given = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        store = open_store(given.database or f"sqlite:///{room / 'bench.db'}")
        migrate(store)
        ours, plain = appended(store, given.appends, given.batch), inserted(store, given.appends, given.batch)
        with store.read() as connection:
            size = log.head(connection).size
        store.close()
        if size != given.appends:
            raise RuntimeError(f"{given.appends} entries were appended and the head says {size}")
        print(f"appends       {given.appends / ours:10,.0f} a second, {given.batch} a transaction, {store.dialect}")
        print(f"plain inserts {given.appends / plain:10,.0f} a second")
        print(f"ratio         {ours / plain:10.2f} times the plain insert")
        seconds, proof = verified(given.entries, room)
        print(f"verified      {given.entries:10,} entries in {seconds:.1f} s")
        print(f"proof         {proof * 1000:10.2f} ms to make and check, of {given.entries:,} entries")
        began = time.perf_counter()
        for _ in range(100_000):
            leaf_hash(b"x" * 287)
        print(f"leaf hash     {100_000 / (time.perf_counter() - began):10,.0f} a second")
    return 0

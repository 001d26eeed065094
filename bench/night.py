"""
The night at scale: from a book's Parquet to the published plan and queue.

    python -m bench night [--rows 1000000] [--home DIR]

Makes a loan tape of that many made-up loans with two contacts each (once for a --home), then runs the night that
`arrears night run` runs, in a process of its own, and prints the seconds of each stage, rows a second and the peak of
memory. The baseline is one query of the same engine in the same run that reads every column of the same Parquet and
counts each person's contacts: what reading the input costs before anything is decided.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

AS_OF = date(2026, 11, 24)
READ = """
COPY (
  SELECT a.*, p.* EXCLUDE (person_id), c.n
  FROM read_parquet('{book}/accounts.parquet') a
  JOIN read_parquet('{book}/persons.parquet') p USING (person_id)
  LEFT JOIN (SELECT person_id, count(*) n FROM read_parquet('{book}/contacts.parquet') GROUP BY person_id) c
    USING (person_id)
) TO '{out}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)
"""


def book_of(home: Path, loans: int) -> Path:
    """The book of that size in `home`, made where it is not there yet."""
    from arrears.book.read import latest_book
    from arrears.book.synthetic import publish_synthetic

    return latest_book(home) or publish_synthetic(home, loans=loans, seed=7, as_of=AS_OF)


def decide(home: str) -> None:
    """One night in this process; its stages and its peak of memory as JSON on stdout."""
    from arrears.ageing.rules import AgeingRules
    from arrears.book.read import latest_book
    from arrears.decision.load import default_policy_for
    from arrears.law.load import load_law
    from arrears.nightly.publish import publish_night

    stages: list[tuple[str, float]] = []
    began = time.perf_counter()
    law, policy = load_law(["cn"], run_on=AS_OF), default_policy_for("CNY")
    stages.append(("law and policy", time.perf_counter() - began))
    book = latest_book(Path(home))
    assert book is not None, "the bench made a book before"
    publish_night(
        Path(home),
        book,
        law,
        policy,
        AgeingRules(),
        again=True,
        told=lambda name, seconds: stages.append((name, seconds)),
    )
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"stages": stages, "seconds": seconds, "peak_bytes": peak}))


def read_seconds(book: Path, room: Path) -> float:
    """Seconds of the baseline."""
    import duckdb

    con = duckdb.connect()
    began = time.perf_counter()
    con.execute(READ.format(book=book, out=room / "read.parquet"))
    return time.perf_counter() - began


def main(arguments: list[str]) -> int:
    """Print a line per stage and the sums."""
    asked = argparse.ArgumentParser(prog="python -m bench night", description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--home", type=Path)
    given = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        home = given.home or Path(name)
        book = book_of(home, given.rows)
        print(f"{os.cpu_count()} cores, Python {platform.python_version()}, {given.rows:,} loans, 2 contacts each")
        code = "import sys; from bench.night import decide; decide(sys.argv[1])"
        done = subprocess.run([sys.executable, "-c", code, str(home)], capture_output=True, text=True, check=False)
        if done.returncode:
            print(done.stderr, file=sys.stderr)
            return 1
        said = json.loads(done.stdout.splitlines()[-1])
        for stage, seconds in said["stages"]:
            print(f"  {stage:16} {seconds:8.2f} s")
        base = read_seconds(book, Path(name))
        rate = given.rows / said["seconds"]
        print(f"night: {said['seconds']:.1f} s, {rate:,.0f} loans/s, peak {said['peak_bytes'] / 1e9:.2f} GB")
        print(
            f"reading and joining the same Parquet once: {base:.1f} s; the night is {said['seconds'] / base:.1f} x that"
        )
    return 0

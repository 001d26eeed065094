"""
Nights over many made-up books: every seed, size and number of threads, and not one error of the engine.

    python -m bench seeds [--first 0] [--seeds 200] [--sizes 1,20,80,300] [--threads 1,2,4]

Each book is made once and decided with every number of threads, which must also give the same bytes. Prints the first
line of whatever went wrong, and exits 1 where anything did. tests/night holds a sample of it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from arrears.ageing.rules import AgeingRules
from arrears.book.synthetic import publish_synthetic
from arrears.decision.load import default_policy_for
from arrears.law.load import Law, load_law
from arrears.nightly import publish_night
from arrears.nightly.publish import Engine

DAY = date(2026, 11, 27)


def main(arguments: list[str]) -> int:
    """Print what went wrong and how many nights ran; 1 where anything went wrong."""
    asked = argparse.ArgumentParser(prog="python -m bench seeds", description=__doc__)
    asked.add_argument("--first", type=int, default=0)
    asked.add_argument("--seeds", type=int, default=200)
    asked.add_argument("--sizes", default="1,20,80,300")
    asked.add_argument("--threads", default="1,2,4")
    said = asked.parse_args(arguments)
    sizes, threads = ([int(one) for one in text.split(",")] for text in (said.sizes, said.threads))
    law, started, wrong = load_law(["cn"], run_on=DAY), time.perf_counter(), 0
    for seed in range(said.first, said.first + said.seeds):
        for size in sizes:
            for fault in faults_of(law, seed, size, threads):
                wrong += 1
                print(f"seed {seed}, {size} loans: {fault}", flush=True)
    nights = said.seeds * len(sizes) * len(threads)
    print(f"engine {duckdb.__version__}: {nights} nights, {wrong} wrong, {time.perf_counter() - started:.0f} s")
    return 1 if wrong else 0


def faults_of(law: Law, seed: int, size: int, threads: Sequence[int]) -> list[str]:
    """What went wrong in the nights of one book, by number of threads; empty where nothing did."""
    faults: list[str] = []
    first: dict[str, str] | None = None
    with tempfile.TemporaryDirectory(prefix="arrears-seeds-") as room:
        book = publish_synthetic(Path(room), loans=size, seed=seed, as_of=DAY, detail="full")
        for count in threads:
            home = Path(room) / f"threads-{count}"
            engine = Engine(threads=count)
            try:
                night = publish_night(home, Path(book), law, default_policy_for("CNY"), AgeingRules(), engine=engine)
            except duckdb.Error as fault:
                faults.append(f"{count} threads: {str(fault).partition(chr(10))[0]}")
                continue
            files: dict[str, str] = night.manifest["files"]
            first = first or files
            if files != first:
                faults.append(f"{count} threads: not the bytes of {threads[0]}")
    return faults

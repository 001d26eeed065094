"""
Random timelines in which the night's mask, the gate and a slow oracle must agree on every act: how many, how fast.

    python -m bench timelines [--timelines 1000000] [--acts 1] [--processes 2] [--seed 1]

A timeline is a debtor's days of contact (up to twelve contacts, by an eager dialler) and acts proposed at the end of
it. Each act is judged three times: for the whole column (`law.columns`), by the gate (`contact.gate`), and by an oracle
that was written from the table of rules and reads no pack (`tests/law/oracle.py`). One difference stops the bench with
the act and its history. The baseline is the gate alone on such timelines.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.law.timelines import AT_ONCE, EVERY, LAW, compare, timeline
from tests.law.worlds import DAYS

from arrears.contact.gate import Situation, grounds_against


def gate_alone(seed: int, timelines: int, acts_each: int) -> float:
    """Acts a second by the gate, with nothing else timed."""
    rng = random.Random(seed)
    asked = [
        Situation(act, (standing,), history, overdue_cents=1)
        for number in range(timelines)
        for proposed, history in [timeline(rng, f"P-{number}", DAYS[0], acts_each)]
        for act, standing in proposed
    ]
    began = time.perf_counter()
    for situation in asked:
        grounds_against(LAW, situation)
    return len(asked) / (time.perf_counter() - began)


def main(arguments: list[str]) -> int:
    """Print a line per measurement."""
    asked = argparse.ArgumentParser(prog="python -m bench timelines", description=__doc__)
    asked.add_argument("--timelines", type=int, default=1_000_000)
    asked.add_argument("--acts", type=int, default=1)
    asked.add_argument("--processes", type=int, default=2)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args(arguments)
    share = AT_ONCE * 2
    parts = [min(share, given.timelines - start) for start in range(0, given.timelines, share)]
    seeds = [given.seed * 1_000_003 + number for number in range(len(parts))]
    seen: Counter[str] = Counter()
    began = time.perf_counter()
    with ProcessPoolExecutor(given.processes) as pool:
        for one in pool.map(compare, seeds, parts, [given.acts] * len(parts)):
            seen += one
    seconds = time.perf_counter() - began
    missing = EVERY - set(seen)
    if missing:
        raise RuntimeError(f"never came up, so nothing is shown about it: {sorted(missing)}")
    acts = given.timelines * given.acts
    alone = gate_alone(given.seed, 5_000, given.acts)
    print(f"timelines     {given.timelines:12,} of {given.acts} act(s), no two readings differ")
    print(f"permitted     {seen['allowed']:12,} acts, and the oracle has nothing against any of them")
    for reason, count in seen.most_common():
        if reason != "allowed":
            print(f"  {count:12,}  {reason}")
    print(f"time          {seconds:12.0f} s in {given.processes} processes, {acts / seconds:,.0f} acts a second")
    print(f"baseline      {alone:12,.0f} acts a second by the gate alone, one process")
    return 0

"""
The night from Parquet to plan and queue: seconds by stage, memory, rows a second, beside hand-written SQL.

    python -m bench night [--rows 1000000] [--home DIRECTORY] [--times 1] [--threads 2] [--memory 4GB]

The book is a synthetic loan tape with two contacts to each loan, made once and kept in --home. The night runs in a
process of its own, by the function that `arrears night run` calls, and publishes all its files. Beside it, on the same
engine with the same settings and again in a process of its own, runs bench/night.sql: one script that does the same
work with everything written out by hand. The script is given the prices, their slack and the shares at ties that the
night found (their search is left out of the script and of nothing else); its files must equal the night's row by row,
or the bench fails.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import string
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from arrears.ageing.rules import AgeingRules
from arrears.book.read import latest_book
from arrears.book.synthetic import publish_synthetic
from arrears.decision.allocate.passes import TablePasses
from arrears.decision.allocate.problem import MAX_VALUE, NOT_ALLOWED
from arrears.decision.allocate.solve import Solution, solve
from arrears.decision.from_book import NO_SECOND
from arrears.decision.from_segmentation import value_columns
from arrears.decision.load import default_policy_for
from arrears.decision.policy import Policy
from arrears.decision.value import PAYDAY_WITHIN_DAYS
from arrears.law.kinds.contact import LawfulSources
from arrears.law.load import Law, load_law, provisions_of
from arrears.nightly import latest_night, publish_night
from arrears.nightly.publish import ROWS_PER_GROUP, Engine, night_manifest

DAY = date(2026, 11, 24)
FILES = ("aged", "choices", "plan", "queue")


def main(arguments: list[str]) -> int:
    """Print the figures; 1 where the night and the script disagree."""
    asked = argparse.ArgumentParser(prog="python -m bench night", description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--home", type=Path, help="where the book is kept between runs")
    asked.add_argument("--times", type=int, default=1, help="runs of each; the quickest counts")
    asked.add_argument("--threads", type=int, default=2)
    asked.add_argument("--memory", default=Engine().memory, help="of the engine, for both")
    asked.add_argument("--only", choices=("night", "sql"), help=argparse.SUPPRESS)
    given = asked.parse_args(arguments)
    if given.only == "night":
        return run_the_night(given.home, Engine(given.threads, given.memory))
    if given.only == "sql":
        return run_the_script(given.home, Engine(given.threads, given.memory))
    with tempfile.TemporaryDirectory(prefix="arrears-bench-") as scratch:
        return compare(given, (given.home or Path(scratch)) / f"tape-{given.rows}")


def compare(given: argparse.Namespace, home: Path) -> int:
    """Both, one after the other, and what they differ in."""
    if latest_book(home) is None:
        began = time.perf_counter()
        publish_synthetic(home, loans=given.rows, seed=1, as_of=DAY)
        print(f"book      {given.rows:12,} loans made in {time.perf_counter() - began:.1f} s", flush=True)
    book = latest_book(home)
    assert book is not None
    contacts = pq.ParquetFile(book / "contacts.parquet").metadata.num_rows
    print(f"machine   {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ", end="")
    print(f"DuckDB {duckdb.__version__}, {given.threads} threads, memory {given.memory}")
    print(f"book      {given.rows:12,} loans, {contacts:,} contacts", flush=True)
    night = best_of(given, home, "night")
    prepare_script(home, book)
    script = best_of(given, home, "sql")
    told("night", night, given.rows)
    told("sql", script, given.rows)
    print(f"ratio     {night['seconds'] / script['seconds']:12.2f} times the script's seconds")
    print(f"          {night['cpu'] / script['cpu']:12.2f} times the script's processor seconds")
    faults = differences(home)
    for fault in faults:
        print(f"MISMATCH  {fault}")
    if not faults:
        print(f"equal     {', '.join(FILES)}: row by row")
    return 1 if faults else 0


def best_of(given: argparse.Namespace, home: Path, which: str) -> dict[str, Any]:
    """The quickest of some runs, each in a process of its own, with that process's peak of resident memory."""
    words = [sys.executable, "-m", "bench", "night", "--only", which, "--home", str(home)]
    words += ["--threads", str(given.threads), "--memory", given.memory]
    runs = []
    for _ in range(given.times):
        child = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        out = child.stdout.read() if child.stdout else ""
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise RuntimeError(f"the {which} process ended with {child.returncode}")
        peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        runs.append({**json.loads(out), "cpu": used.ru_utime + used.ru_stime, "peak": peak})
    return min(runs, key=lambda run: run["seconds"])


def told(which: str, run: dict[str, Any], rows: int) -> None:
    """One run in words."""
    print(
        f"{which:9} {run['seconds']:12.2f} s, {run['cpu']:.1f} processor s, peak {run['peak'] / 1e9:.2f} GB, "
        f"{rows / run['seconds']:,.0f} rows/s"
    )
    for stage, seconds in run["stages"].items():
        print(f"  {stage:10} {seconds:9.2f} s")


def law_and_policy() -> tuple[Law, Policy]:
    return load_law(["cn"], run_on=DAY), default_policy_for("CNY")


def run_the_night(home: Path, engine: Engine) -> int:
    """Decide and publish, once; says its seconds. What an earlier run published is removed first."""
    shutil.rmtree(home / "nights", ignore_errors=True)
    book = latest_book(home)
    assert book is not None
    law, policy = law_and_policy()
    stages: dict[str, float] = {}
    began = time.perf_counter()
    publish_night(home, book, law, policy, AgeingRules(), engine=engine, told=stages.__setitem__)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "stages": {**stages, "publish": seconds - sum(stages.values())}}))
    return 0


def prepare_script(home: Path, book: Path) -> None:
    """bench/night.sql with its names filled in, and the shares at ties of the night just published beside it."""
    law, policy = law_and_policy()
    night = latest_night(home)
    assert night is not None
    solution = solved_again(night, policy)
    room = home / "sql"
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir()
    core = solution.rounded.core
    shares: dict[str, Any] = {
        f"of_value_{t}": [int(core.values[share.kind, t]) for share in solution.rounded.shares]
        for t in range(len(policy.treatments))
    }
    shares["first_place"] = [share.first for share in solution.rounded.shares]
    shares["after_place"] = [share.first + share.units for share in solution.rounded.shares]
    shares["choice"] = [share.treatment for share in solution.rounded.shares]
    shares["propensity"] = [share.units / int(core.counts[share.kind]) for share in solution.rounded.shares]
    whole = [pa.field(name, pa.int64()) for name in shares if name != "propensity"]
    pq.write_table(pa.table(shares, pa.schema([*whole, pa.field("propensity", pa.float64())])), room / "shares.parquet")
    names = {
        "book": book,
        "out": room,
        "shares": room / "shares.parquet",
        "format": f"FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {ROWS_PER_GROUP}",
        "day": DAY,
        "today_number": (DAY - date(1970, 1, 1)).days,
        "yesterday": DAY - timedelta(days=1),
        "tomorrow": DAY + timedelta(days=1),
        "week_ago": DAY - timedelta(days=7),
        "window_from": DAY - timedelta(days=policy.window_days),
        "paydays": ", ".join(str((DAY - timedelta(days=back)).day) for back in range(PAYDAY_WITHIN_DAYS + 1)),
        "sources": ", ".join(f"'{source}'" for source in lawful_sources(law)),
        "never": NO_SECOND,
        "not_allowed": NOT_ALLOWED,
        "max_value": MAX_VALUE,
        "names": "[" + ", ".join(f"'{treatment.id}'" for treatment in policy.treatments) + "]",
        "policy_id": policy.policy_id,
        "law_id": law.law_id,
        "night_id": night_manifest(night)["night_id"],
        **{f"charge_{t}": charge for t, charge in enumerate(solution.terms.charges(solution.prices))},
        **{f"slack_{t}": slack for t, slack in enumerate(solution.rounded.slack)},
    }
    text = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    (room / "night.sql").write_text(string.Template(text).substitute(names), encoding="utf-8")


def lawful_sources(law: Law) -> tuple[str, ...]:
    """Of the one provision that names sources."""
    (rule,) = [item.encoding for item in provisions_of(law, [LawfulSources], DAY)]
    assert isinstance(rule, LawfulSources)
    return rule.sources


def solved_again(night: Path, policy: Policy) -> Solution:
    """The night's own prices and shares, worked out once more from its choices; the same, or an error."""
    con = ibis.duckdb.connect()
    units = con.read_parquet(str(night / "choices.parquet"))
    terms = policy.terms()
    solution = solve(TablePasses(terms, units, value_columns(policy), units.count().to_pyarrow().as_py()), terms)
    certificate = json.loads((night / "certificate.json").read_text(encoding="utf-8"))
    if [capacity["price"] for capacity in certificate["capacities"]] != list(solution.prices):
        raise RuntimeError("allocation from the night's own choices gives other prices than its certificate")
    return solution


def run_the_script(home: Path, engine: Engine) -> int:
    """Run bench/night.sql as prepared; says its seconds."""
    room = home / "sql"
    parts = (room / "night.sql").read_text(encoding="utf-8").split("\n-- stage: ")
    began = time.perf_counter()
    con = duckdb.connect()
    con.execute(f"SET threads = {engine.threads}; SET memory_limit = '{engine.memory}'; SET TimeZone = 'UTC'")
    con.execute(f"SET temp_directory = '{room / 'spill'}'; SET enable_progress_bar = false")
    stages: dict[str, float] = {}
    for part in parts:
        started = time.perf_counter()
        name, _, body = ("start", "", part) if part is parts[0] else part.partition("\n")
        con.execute(body)
        stages[name] = time.perf_counter() - started
    print(json.dumps({"seconds": time.perf_counter() - began, "stages": stages}))
    return 0


def differences(home: Path) -> list[str]:
    """Rows that only one of the two has, by file, and columns that don't match."""
    night = latest_night(home)
    assert night is not None
    con = duckdb.connect()
    con.execute("SET memory_limit = '4GB'; SET threads = 2")
    found = []
    for name in FILES:
        ours, theirs = night / f"{name}.parquet", home / "sql" / f"{name}.parquet"
        sizes = [pq.ParquetFile(file).metadata.num_rows for file in (ours, theirs)]
        if sizes[0] != sizes[1]:
            found.append(f"{name}: the night has {sizes[0]} rows, the script {sizes[1]}")
        # Both files are sorted by a unique key, so they are laid side by side, place by place.
        columns = pq.read_schema(ours).names
        sums = con.execute(
            "SELECT "
            + ", ".join(f'count(*) FILTER (WHERE o."{c}" IS DISTINCT FROM t."{c}")' for c in columns)
            + f" FROM '{ours}' AS o POSITIONAL JOIN '{theirs}' AS t"
        ).fetchone()
        assert sums is not None
        found += [f"{name}: {n} rows differ in {c}" for c, n in zip(columns, sums, strict=True) if n]
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

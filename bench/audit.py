"""
A whole contact log audited in one run: seconds, memory, and the ratio to one hand-written query for one of its rules.

    python -m bench audit [--rows 10000000] [--seed 1]

The log is made with DuckDB (twenty contacts a person over 45 days, in order of time, some calls busy or not in service)
and audited by `arrears law audit --log … --pack us` in a process of its own, whose findings are counted as they come.
The baseline is what one might write for the frequency rule alone (more than seven calls in seven days, 12 CFR
1006.14(b)(2)(i)(A)) with no check of a row and no clause; it must find as many as the audit does by that provision.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import duckdb

FREQUENCY = "us.reg_f.call_frequency"
PER_PERSON, DAYS = 20, 45

LOG = """
COPY (
  SELECT 'P' || who AS person, 'D' || (who * 2 + (n % 2)) AS debt,
      '212555' || lpad(CAST(who % 10000 AS VARCHAR), 4, '0') AS number,
      strftime(moment, '%Y-%m-%dT%H:%M:%S') || '-05:00' AS at, channel, 'outbound' AS direction,
      CASE WHEN channel <> 'call' THEN NULL WHEN dice < 0.85 THEN 'no_answer' WHEN dice < 0.93 THEN 'busy'
           WHEN dice < 0.98 THEN 'not_in_service' ELSE 'conversation' END AS outcome,
      'America/New_York' AS time_zone
  FROM (
    SELECT n, n // {each} AS who, random() AS dice,
        CASE WHEN random() < 0.85 THEN 'call' ELSE 'sms' END AS channel,
        TIMESTAMP '2026-01-05 08:00:00' + to_days(CAST(floor(power(random(), 2) * {days}) AS INTEGER))
            + to_seconds(CAST(floor(random() * 2342) AS BIGINT) * {each} + n % {each}) AS moment
    FROM (SELECT unnest(range({rows})) AS n)
  )
  ORDER BY moment, n
) TO '{path}' (FORMAT parquet)
"""

# A day is the first ten characters: the log is all of one zone, in winter.
BASELINE = """
SELECT count(*) FROM (
  SELECT count(*) OVER (PARTITION BY person, debt ORDER BY day RANGE BETWEEN INTERVAL 6 DAY PRECEDING AND CURRENT ROW)
      - count(*) OVER (PARTITION BY person, debt, day)
      + row_number() OVER (PARTITION BY person, debt, day ORDER BY "at") AS counted
  FROM (SELECT person, debt, "at", CAST(substr("at", 1, 10) AS DATE) AS day FROM read_parquet('{path}')
        WHERE channel = 'call' AND direction = 'outbound' AND outcome NOT IN ('busy', 'not_in_service'))
) WHERE counted > 7
"""


def make_log(path: Path, rows: int, seed: int) -> None:
    """A dialler's export; the same seed gives the same log on one thread."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.execute("SELECT setseed(?)", [(seed % 1000) / 1000]).fetchall()
    connection.execute(LOG.format(rows=rows, each=PER_PERSON, days=DAYS, path=path)).fetchall()
    connection.close()


def audit(path: Path) -> tuple[Counter[str], float, int]:
    """(findings by provision, seconds, peak memory in KiB) of the command in a process of its own."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "arrears", "law", "audit", "--log", str(path), "--mapping", "plain"]
    child = subprocess.Popen(
        [*command, "--pack", "us", "--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert child.stdout is not None
    counts: Counter[str] = Counter()
    for line in child.stdout:
        body = json.loads(line)
        counts[body.get("provision", "held")] += 1
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise RuntimeError(f"the audit ended with {os.waitstatus_to_exitcode(status)}")
    return counts, time.perf_counter() - began, usage.ru_maxrss


def main(arguments: list[str]) -> int:
    """Print a line per measurement."""
    asked = argparse.ArgumentParser(prog="python -m bench audit", description=__doc__)
    asked.add_argument("--rows", type=int, default=10_000_000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "log.parquet"
        make_log(path, given.rows, given.seed)
        counts, seconds, peak = audit(path)
        began = time.perf_counter()
        row = duckdb.connect().execute(BASELINE.format(path=path)).fetchone()
        plain = time.perf_counter() - began
        over = 0 if row is None else int(row[0])
    if counts[FREQUENCY] != over:
        raise RuntimeError(f"the audit finds {counts[FREQUENCY]} calls over the line and the plain query {over}")
    print(f"audited       {given.rows:12,} rows in {seconds:.1f} s, {given.rows / seconds:,.0f} rows a second")
    print(f"memory        {peak / 1024**2:12.2f} GiB at most")
    for provision, count in counts.most_common():
        print(f"  {count:12,}  {provision}")
    print(f"baseline      {plain:12.1f} s for one query of one rule; the audit takes {seconds / plain:.1f} times that")
    return 0

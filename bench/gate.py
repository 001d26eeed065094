"""
The gate under many clients: decisions a second and their latency on PostgreSQL, and not one attempt over a cap.

    python -m bench gate [--rows 1000000] [--clients 16] [--processes 1] [--seconds 20]

A PostgreSQL of its own is filled with contact rows (ten a debtor, over the last thirty days). The clients then place
attempts through `daytime.place_attempt`, evidence and all, each on the cases it holds; every tenth is about one of a
few numbers that several debtors share, so that clients meet on a cap. A permit ends by its outcome, and until then it
is the answer to every request about the person: so each is followed by its outcome, which is timed apart. `arrears
serve` answers requests with threads of one process, and so do the clients unless `--processes` says more; each process
has a pool of connections. Afterwards every row is counted the obvious way. Beside it: the same clients, one plain
INSERT and COMMIT of a contact row each.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from arrears.contact.permit import Permit
from arrears.daytime import place_attempt, record_outcome
from arrears.evidence.tree import Tree
from arrears.kernel.ids import derived_id
from arrears.law.load import Law, load_law
from arrears.store.bulk import stage
from arrears.store.evidence import head, leaf_hashes
from arrears.store.migrate import migrate
from arrears.store.open import Store, open_store
from arrears.store.schema import (
    accounts,
    attempts,
    contact_points,
    evidence_entries,
    nights,
    parties,
    permits,
    persons,
    queue_items,
    refusals,
    users,
)
from bench._postgresql import postgresql

AS_OF = date(2026, 11, 24)
NIGHT = "night-2026-11-24"
OPENS = datetime(2026, 11, 24, 1, tzinfo=UTC)  # 09:00 in Shanghai
CLOSES = OPENS + timedelta(hours=13)
EACH = 10
"""Contact rows a debtor."""
CROWDED = 0.1
"""Share of requests about a number that eight debtors share."""
SHARED_BY = 8
CASES = 1_000
"""Cases a client holds."""
CROWDED_CASES = 2
"""Of them, those whose number is shared: few, so that its cap is reached."""
CONNECTED_A_DAY, DIALS_A_DAY = 3, 6
OUTCOME = "hung_up"
"""It counts as connected, and nothing else follows from it."""

Took = list[tuple[float, float, bool]]
"""Of each request: seconds of the decision, seconds of the outcome that followed (0 where none did), permitted."""


@dataclass(frozen=True, slots=True)
class Clients:
    """Which of the run's clients this process is, and how long they work."""

    first: int
    count: int
    of: int
    seconds: float


def fill(store: Store, law: Law, rows: int, clients: int) -> None:
    """Debtors with their history; the first of them are cases, each held by one client."""
    people, cases = rows // EACH, CASES * clients
    if people < cases:
        raise SystemExit(f"--rows must be at least {cases * EACH:,}: every client holds {CASES} cases")
    names = [f"collector-{n}" for n in range(clients)]
    with store.write() as connection:
        connection.execute(
            insert(users),
            [
                {"user_id": n, "username": n, "name": n, "password_hash": "none", "role": "collector"}
                | {"language": "zh", "active": True, "created_at": OPENS}
                for n in names
            ],
        )
        connection.execute(
            insert(nights).values(
                night_id=NIGHT,
                as_of=AS_OF,
                published_at=OPENS,
                policy_id="p",
                law_id=law.law_id,
                digest="0",
                manifest={},
            )
        )
        _bring(connection, persons, ({"person_id": f"P-{n}", "time_zone": "Asia/Shanghai"} for n in range(people)))
        _bring(connection, accounts, (_account(n) for n in range(people)))
        _bring(
            connection,
            parties,
            (
                {"account_id": f"A-{n}", "person_id": f"P-{n}", "role": "borrower", "liability": "full"}
                for n in range(people)
            ),
        )
        _bring(connection, contact_points, (_point(n, clients) for n in range(people)))
        _bring(connection, queue_items, (_item(n, names[n % clients], law) for n in range(cases)))
        _bring(connection, attempts, _history(rows, people, clients))
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))


def _bring(connection: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    first = next(rows)
    columns = list(first)
    staged = stage(connection, table, columns, (tuple(row.values()) for row in chain((first,), rows))).table
    connection.execute(insert(table).from_select(columns, select(*(staged.c[name] for name in columns))))
    connection.execute(text(f"DROP TABLE {staged.name}"))


def _account(n: int) -> dict[str, Any]:
    return {
        "account_id": f"A-{n}",
        "person_id": f"P-{n}",
        "night_id": NIGHT,
        "as_of": AS_OF,
        "lender_id": "L-1",
        "product": "consumer_loan",
        "currency": "CNY",
        "loan_status": "active",
        "age_source": "schedule",
        "overdue_cents": 120_000,
        "outstanding_cents": 980_000,
        "paused": False,
    }


def _point(n: int, clients: int) -> dict[str, Any]:
    return {
        "contact_point_id": f"C-{n}",
        "person_id": f"P-{n}",
        "channel": "phone",
        "value": number_of(n, clients),
        "salt": f"{n}".encode().ljust(32, b"."),
        "lawful_source": "contract",
    }


def _item(n: int, holder: str, law: Law) -> dict[str, Any]:
    return {
        "queue_item_id": item_of(n),
        "night_id": NIGHT,
        "person_id": f"P-{n}",
        "lead_account_id": f"A-{n}",
        "account_ids": [f"A-{n}"],
        "treatment": "call_friendly",
        "channel": "call",
        "priority": n,
        "not_before_at": OPENS,
        "not_after_at": CLOSES,
        "overdue_cents": 120_000,
        "currency": "CNY",
        "value_cents": 1.0,
        "policy_id": "policy-1",
        "law_id": law.law_id,
        "status": "claimed",
        "claimed_by": holder,
        "claimed_at": OPENS,
        "claimed_until": CLOSES,
    }


def _history(rows: int, people: int, clients: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(1)
    for n in range(rows):
        who = n % people
        at = OPENS - timedelta(days=1 + n // people * 3, seconds=chance.randrange(30_000))
        reached = chance.random() < 0.3
        yield {
            "attempt_id": f"H-{n}",
            "source": "book",
            "at": at,
            "local_day": at.date(),
            "channel": "call",
            "direction": "outbound",
            "purpose": "collect",
            "debtor_id": f"P-{who}",
            "recipient_id": f"P-{who}",
            "recipient_role": "borrower",
            "account_ids": [f"A-{who}"],
            "number": number_of(who, clients),
            "connected": reached,
            "outcome": "right_party" if reached else "no_answer",
        }


def is_crowded(case: int, clients: int) -> bool:
    """The first few cases of every client share numbers with other clients' cases."""
    return case < clients * CROWDED_CASES


def number_of(case: int, clients: int) -> str:
    """Numbers that no operator has given out; eight cases of different clients have one together where crowded."""
    return f"199-{case // SHARED_BY:08d}" if is_crowded(case, clients) else f"198-{case:08d}"


def item_of(case: int) -> str:
    return derived_id("item", NIGHT, f"P-{case}")


def decide(store: Store, law: Law, client: int, clients: int, chance: random.Random, n: int) -> str | None:
    """One decision; the attempt that it permitted."""
    pick = chance.randrange(CROWDED_CASES) if chance.random() < CROWDED else chance.randrange(CASES)
    case = pick * clients + client
    answer = place_attempt(
        store,
        law,
        queue_item_id=item_of(case),
        contact_point_id=f"C-{case}",
        channel="call",
        collector_id=f"collector-{client}",
        at=_moment(n),
        request_key=f"{client}-{n}",
    )
    return answer.attempt_id if isinstance(answer, Permit) else None


def settle(store: Store, attempt_id: str, client: int, n: int) -> None:
    """What came of it, so that the next request is one."""
    record_outcome(store, attempt_id, outcome=OUTCOME, by=f"collector-{client}", at=_moment(n))


def _moment(n: int) -> datetime:
    return OPENS + timedelta(milliseconds=10 * n)


def insert_plainly(store: Store, law: Law, client: int, clients: int, chance: random.Random, n: int) -> None:
    """The same row that a permit leaves, and nothing else."""
    case = chance.randrange(CASES) * clients + client
    with store.write() as connection:
        connection.execute(
            insert(attempts).values(
                attempt_id=f"plain-{client}-{n}-{chance.getrandbits(48):012x}",
                source="book",
                at=OPENS - timedelta(days=60),
                channel="call",
                direction="outbound",
                purpose="collect",
                debtor_id=f"P-{case}",
                recipient_id=f"P-{case}",
                recipient_role="borrower",
                account_ids=[f"A-{case}"],
                contact_point_id=f"C-{case}",
                number=f"198-{case:08d}",
                collector_id=f"collector-{client}",
                queue_item_id=item_of(case),
            )
        )


Work = Callable[[Store, Law, int, int, random.Random, int], str | None]
WORKS: dict[str, Work] = {"decide": decide, "insert": insert_plainly}


def work_together(store: Store, law: Law, work: Work, share: Clients) -> Took:
    """This process's clients as threads: every request begun within the time."""
    start = threading.Barrier(share.count)

    def once(client: int, chance: random.Random, n: int) -> tuple[float, float, bool]:
        began = time.perf_counter()
        attempt_id = work(store, law, client, share.of, chance, n)
        decided = time.perf_counter()
        if attempt_id is not None:
            settle(store, attempt_id, client, n)
        return decided - began, time.perf_counter() - decided if attempt_id else 0.0, attempt_id is not None

    def one(client: int) -> Took:
        chance = random.Random(f"{client} {work.__name__}")
        took: Took = []
        for n in range(20):  # connections, statement caches, prepared plans
            once(client, chance, n)
        start.wait()
        ends = time.perf_counter() + share.seconds
        while time.perf_counter() < ends:
            took.append(once(client, chance, 20 + len(took)))
        return took

    with ThreadPoolExecutor(share.count) as pool:
        return [each for some in pool.map(one, range(share.first, share.first + share.count)) for each in some]


def crowd(url: str, name: str, clients: int, processes: int, seconds: float) -> Took:
    """Every client's requests; the clients are spread over the processes."""
    each = clients // processes
    jobs = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.gate", "client", url, name, *map(str, (n * each, each, clients, seconds))],
            stdout=subprocess.PIPE,
            text=True,
        )
        for n in range(processes)
    ]
    took: Took = []
    for job in jobs:
        out, _ = job.communicate()
        if job.returncode:
            raise RuntimeError(f"a client process ended with {job.returncode}")
        for line in out.splitlines():
            decided, settled, permitted = line.split()
            took.append((float(decided), float(settled), permitted == "True"))
    return took


def client(url: str, name: str, first: str, count: str, of: str, seconds: str) -> None:
    """One process of clients; prints a line per request."""
    store = open_store(url, pool_size=int(count))
    law = load_law(["cn"], AS_OF)
    for decided, settled, permitted in work_together(
        store, law, WORKS[name], Clients(int(first), int(count), int(of), float(seconds))
    ):
        print(decided, settled, permitted)
    store.close()


def check(store: Store) -> tuple[int, int]:
    """(permits, refusals) on record. RuntimeError where a cap is exceeded, or row, permit and fact differ."""
    day = func.date(func.timezone("Asia/Shanghai", attempts.c.at))
    today = select(func.count()).where(attempts.c.source == "day", day == AS_OF)
    connected = today.where(attempts.c.connected.isnot(False)).group_by(attempts.c.debtor_id)
    with store.read() as connection:
        dials = today.group_by(attempts.c.number)
        for what, counts, cap in (("connected calls", connected, CONNECTED_A_DAY), ("dials", dials, DIALS_A_DAY)):
            most = max(connection.execute(counts).scalars())
            if most > cap:
                raise RuntimeError(f"the most {what} on one day are {most}, and the cap is {cap}")
            print(f"most in a day  {most} {what}, of at most {cap}")
        made = connection.execute(select(func.count()).where(attempts.c.source == "day")).scalar_one()
        permitted = connection.execute(select(func.count()).select_from(permits)).scalar_one()
        refused = connection.execute(select(func.count()).select_from(refusals)).scalar_one()
        said: dict[str, int] = dict(
            connection.execute(
                select(evidence_entries.c.kind, func.count()).group_by(evidence_entries.c.kind)
            ).all()
        )  # fmt: skip
        refusals_said, outcomes_said = said.get("contact_refused", 0), said["outcome_recorded"]
        if not (made == permitted == outcomes_said == said["attempt_permitted"] and refused == refusals_said):
            raise RuntimeError(f"{made} attempts, {permitted} permits, {refused} refusals, and the log says {said}")
        now = head(connection)
        if (now.size, now.root) != (sum(said.values()), Tree(leaf_hashes(connection)).root()):
            raise RuntimeError("the head of the log is not that of its entries")
    return permitted, refused


def _told(label: str, taken: Iterable[float], seconds: float) -> float:
    times = sorted(taken)
    rate = len(times) / seconds
    p50, p99 = times[len(times) // 2] * 1000, times[int(len(times) * 0.99)] * 1000
    print(
        f"{label:14} {rate:8,.0f} a second   p50 {p50:6.1f} ms   p99 {p99:6.1f} ms   slowest {times[-1] * 1000:.0f} ms"
    )
    return rate


def main(arguments: list[str]) -> int:
    """Print a line per measurement."""
    asked = argparse.ArgumentParser(prog="python -m bench gate", description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--clients", type=int, default=16)
    asked.add_argument("--processes", type=int, default=1)
    asked.add_argument("--seconds", type=float, default=20)
    given = asked.parse_args(arguments)
    if given.clients % given.processes:
        raise SystemExit("--clients must be a multiple of --processes")
    law = load_law(["cn"], AS_OF)
    with postgresql() as url:
        store = open_store(url)
        migrate(store)
        began = time.perf_counter()
        fill(store, law, given.rows, given.clients)
        print(f"filled         {given.rows:,} contact rows in {time.perf_counter() - began:.0f} s")
        print(f"clients        {given.clients} threads in {given.processes} process(es), ordinary durability")
        took = crowd(url, "decide", given.clients, given.processes, given.seconds)
        rate = _told("decisions", (decided for decided, _, _ in took), given.seconds)
        permits_made = [settled for _, settled, permitted in took if permitted]
        _told("outcomes", permits_made, given.seconds)
        print(f"permitted      {len(permits_made):,} of {len(took):,} decisions")
        half = given.seconds / 2
        inserts = crowd(url, "insert", given.clients, given.processes, half)
        plain = _told("plain inserts", (taken for taken, _, _ in inserts), half)
        print(f"ratio          a decision with its outcome costs {plain / rate:.1f} plain INSERT and COMMIT")
        permitted, refused = check(store)
        print(f"checked        {permitted:,} permits and {refused:,} refusals on record, none over a cap")
        store.close()
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["client"]:
        client(*sys.argv[2:])
    else:
        sys.exit(main(sys.argv[1:]))

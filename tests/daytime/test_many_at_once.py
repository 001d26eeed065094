"""
Many clients at once, in threads and in processes, and clients that are killed: no cap is exceeded, no case has two
collectors, and rows and facts stay one.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import select
from tests.daytime.audit import audit
from tests.daytime.hammer import call_again_and_again, take_everything
from tests.daytime.town import AS_OF, add_party, at, build, call, claimed, day_attempts, facts, item_now

from arrears.contact.permit import Permit
from arrears.daytime import place_hold, receive_payment, record_outcome, take_next
from arrears.evidence.verify import verify
from arrears.outcome.table import Then
from arrears.store.evidence import head, lines
from arrears.store.open import Store, open_store
from arrears.store.schema import evidence_entries

T = TypeVar("T")
ROOT = Path(__file__).parents[2]


def crowd(url: str, kinds: list[str], rounds: int) -> list[list[str]]:
    """One process per kind, all at once; the lines that each printed."""
    clients = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.daytime.hammer", url, kind, str(seed), str(rounds)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed, kind in enumerate(kinds)
    ]
    said = []
    for client in clients:
        out, err = client.communicate(timeout=170)
        assert client.returncode == 0, err
        said.append(out.split())
    return said


def test_threads_of_three_collectors_never_exceed_a_cap(store: Store) -> None:
    """Three debtors share one number; four threads each hammer one debtor. Three connected, six dialled, per day."""
    debtors = build(store, 3, ("li", "wang", "zhao"), shared_number="199-0000-9999")
    crew = [(debtor, by) for debtor, by in zip(debtors, ("li", "wang", "zhao"), strict=True) for _ in range(3)]

    with ThreadPoolExecutor(len(crew)) as pool:
        told = list(
            pool.map(lambda job: call_again_and_again(store, job[1][0], job[1][1], job[0], rounds=8), enumerate(crew))
        )

    audit(store, AS_OF)
    permitted = sorted(attempt for some in told for attempt in some)
    assert permitted == sorted(attempt["attempt_id"] for attempt in day_attempts(store))
    by_day = Counter(attempt["local_day"] for attempt in day_attempts(store))
    assert all(n <= 6 for n in by_day.values()), by_day


def test_processes_of_many_collectors_never_exceed_a_cap(store: Store) -> None:
    """The same with nothing shared but the database; every process hears the same law from its own copy."""
    build(store, 2, ("li", "wang"), shared_number="199-0000-9999")

    told = crowd(store.url, ["call=li:0", "call=li:0", "call=wang:1", "call=wang:1"], rounds=12)

    audit(store, AS_OF)
    permitted = sorted(attempt for some in told for attempt in some)
    assert permitted == sorted(attempt["attempt_id"] for attempt in day_attempts(store))
    assert len(permitted) >= 6, "the crowd was let through to the cap"


def test_the_last_call_of_the_day_is_given_once(store: Store) -> None:
    """Sixteen threads ask at the same instant for the third connected call: one gets it."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"))
    for second in range(2):
        permit = call(store, debtor, at(f"10:00:0{second}"))
        assert isinstance(permit, Permit)
        record_outcome(store, permit.attempt_id, "voicemail", by="li", at=at(f"10:00:0{second}"))

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: call(store, debtor, at("10:01")), range(16)))

    assert sum(isinstance(answer, Permit) and answer.new for answer in answers) == 1
    assert len({answer.attempt_id for answer in answers if isinstance(answer, Permit)}) == 1
    audit(store, AS_OF)


def test_the_last_attempt_on_a_number_is_given_once(store: Store) -> None:
    """Twelve debtors share a number that was dialled five times; their twelve collectors ask at one instant."""
    names = [f"collector-{n}" for n in range(12)]
    debtors = build(store, 12, names, shared_number="199-0000-9999")
    for n in range(5):
        claimed(store, debtors[n], at("10:00"), by=names[n])
        permit = call(store, debtors[n], at(f"10:0{n}"), by=names[n])
        assert isinstance(permit, Permit)
        record_outcome(store, permit.attempt_id, "no_answer", by=names[n], at=at(f"10:0{n}"), then=Then.STAY)
    for debtor, name in zip(debtors, names, strict=True):
        claimed(store, debtor, at("11:00"), by=name)

    answers = all_at_once(
        [partial(call, store, debtor, at("11:01"), by=name) for debtor, name in zip(debtors, names, strict=True)]
    )

    assert sum(isinstance(answer, Permit) for answer in answers) == 1
    audit(store, AS_OF)


def test_a_guarantors_wish_to_be_left_alone_and_a_call_to_the_guarantor_never_cross(store: Store) -> None:
    """The guarantor is nobody's case, so it is the lock on the person that keeps the two apart."""
    debtors = build(store, 8, [f"collector-{n}" for n in range(8)])
    phones = [add_party(store, debtor, f"G-{n}", "guarantor", f"199-0001-{n:04d}") for n, debtor in enumerate(debtors)]
    for n, debtor in enumerate(debtors):
        claimed(store, debtor, at("10:00"), by=f"collector-{n}")

    jobs: list[Callable[[], object]] = []
    for n, debtor in enumerate(debtors):
        jobs.append(partial(call, store, debtor, at("10:01"), by=f"collector-{n}", point_id=phones[n]))
        jobs.append(partial(place_hold, store, person_id=f"G-{n}", kind="stop", by="portal", at=at("10:01")))
    all_at_once(jobs)

    for n in range(len(debtors)):
        happened = [fact for fact in story(store, f"G-{n}") if fact in ("hold_placed", "attempt_permitted")]
        assert happened in (["hold_placed"], ["attempt_permitted", "hold_placed"]), happened


def all_at_once(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """Every job in a thread of its own, let go together."""
    barrier = threading.Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T:
        barrier.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_one_request_key_from_many_clients_is_one_attempt(store: Store) -> None:
    """A page that was sent twenty times by a bad connection."""
    [debtor] = build(store)
    claimed(store, debtor, at("10:00"))

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: call(store, debtor, at("10:01"), request_key="k"), range(20)))

    assert {answer.attempt_id for answer in answers if isinstance(answer, Permit)} == {
        attempt["attempt_id"] for attempt in day_attempts(store)
    }
    assert len(day_attempts(store)) == 1
    assert all(isinstance(answer, Permit) for answer in answers)


def test_two_collectors_never_hold_one_case(store: Store) -> None:
    """Eight collectors empty a queue of forty together: each case is taken once, and none is missed."""
    names = [f"collector-{n}" for n in range(8)]
    debtors = build(store, 40, names)

    with ThreadPoolExecutor(8) as pool:
        taken = [item for some in pool.map(lambda by: take_everything(store, by), names) for item in some]

    assert Counter(taken) == Counter({debtor.item_id: 1 for debtor in debtors})
    audit(store, AS_OF)


def test_a_collector_who_presses_the_key_ten_times_takes_one_case(store: Store) -> None:
    """At once, from as many tabs."""
    build(store, 10)

    with ThreadPoolExecutor(10) as pool:
        got = {
            item.queue_item_id for item in pool.map(lambda _: take_next(store, "li", at=at("10:00")), range(10)) if item
        }

    assert len(got) == 1
    assert len(facts(store, "case_claimed")) == 1


@pytest.mark.parametrize("stopper", ["hold", "payment"])
def test_a_call_and_what_forbids_it_never_cross(store: Store, stopper: str) -> None:
    """Whichever is first is whole: after the hold or the payment is on record, no call is permitted."""
    debtors = build(store, 8)
    for debtor in debtors:
        claimed(store, debtor, at("10:00"))

    def stop(n: int) -> None:
        debtor = debtors[n]
        if stopper == "hold":
            place_hold(store, person_id=debtor.person_id, kind="stop", by="wang", at=at("10:01"))
        else:
            receive_payment(
                store,
                payment_id=f"pay-{n}",
                account_id=debtor.account_id,
                amount_cents=1_200_00,
                currency="CNY",
                paid_at=at("10:01"),
                at=at("10:01"),
                by="bank",
            )

    with ThreadPoolExecutor(8) as pool:
        stops = [pool.submit(stop, n) for n in range(8)]
        calls = [pool.submit(call, store, debtor, at("10:01")) for debtor in debtors]
        for stopped in stops:
            stopped.result()
        for called in calls:
            called.result()

    kind = "hold_placed" if stopper == "hold" else "payment_received"
    for debtor in debtors:
        # The log is the order in which things became true.
        happened = [
            fact for fact in story(store, debtor.person_id, debtor.account_id) if fact in (kind, "attempt_permitted")
        ]
        assert kind in happened
        assert "attempt_permitted" not in happened[happened.index(kind) :], debtor
        assert item_now(store, debtor)["status"] == "withdrawn"
    audit(store, AS_OF)


def story(store: Store, *ids: str) -> list[str]:
    """The kinds of the facts that name one of these, in the order of the log."""
    with store.read() as connection:
        entries = connection.execute(
            select(evidence_entries.c.kind, evidence_entries.c.data).order_by(evidence_entries.c.entry_index)
        ).all()
    names = {f'"{each}"' for each in ids}
    return [kind for kind, data in entries if any(name in data.decode() for name in names)]


@pytest.mark.parametrize("seed", range(3))
def test_a_killed_client_leaves_no_row_without_its_fact_and_no_fact_without_its_row(store: Store, seed: int) -> None:
    """SIGKILL at a random instant, again and again, while others go on working."""
    chance = random.Random(seed)
    *_, last = build(store, 13, ("li", "wang"))
    for turn in range(3):
        clients = [
            subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "tests.daytime.hammer",
                    store.url,
                    f"day={by}",
                    str(100 * seed + 10 * turn + n),
                    "10000",
                ],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            for n, by in enumerate(("li", "wang"))
        ]
        for client in clients:
            assert client.stdout is not None
            client.stdout.readline()  # at work now
        time.sleep(chance.uniform(0.0, 0.4))
        for client in clients:
            os.kill(client.pid, signal.SIGKILL)
            client.wait()
        audit(store, AS_OF)

    # And work goes on where it broke off.
    claimed(store, last, at("18:00"))
    assert isinstance(call(store, last, at("18:00")), Permit)
    audit(store, AS_OF)


def test_the_log_of_a_crowd_passes_the_auditors_verifier(store: Store, tmp_path: Path) -> None:
    """The exported lines, read by the verifier that knows nothing of the store."""
    build(store, 3, ("li", "wang"))
    crowd(store.url, ["day=li", "day=wang"], rounds=25)

    path = tmp_path / "log.jsonl"
    with store.read() as connection, path.open("wb") as file:
        file.writelines(lines(connection))

    report = verify(path)
    assert report.failures == []
    with store.read() as connection:
        assert (report.size, report.root) == (head(connection).size, head(connection).root)


def test_a_reader_sees_one_moment(store: Store) -> None:
    """A page read while others write shows the store between two verbs, never half of one."""
    build(store, 6, ("li", "wang"))
    other = open_store(store.url)
    with ThreadPoolExecutor(3) as pool:
        work = pool.submit(crowd, store.url, ["day=li", "day=wang"], 25)
        looked = 0
        while not work.done():
            audit(other, AS_OF)
            looked += 1
        work.result()
    other.close()
    assert looked > 0

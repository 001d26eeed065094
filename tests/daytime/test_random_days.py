"""
Random days: claims, calls, outcomes, promises, payments, holds and nights in any order, and what must stay true.

A small model says what the store must answer; `audit` reads everything else from the rows and the log.
"""

from __future__ import annotations

import shutil
import tempfile
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from tests.conftest import TEMPLATE
from tests.daytime.audit import audit
from tests.daytime.town import (
    AS_OF,
    Debtor,
    account_now,
    add_party,
    add_user,
    at,
    build,
    day_attempts,
    facts,
    item_now,
    law,
)

from arrears.contact.permit import Permit, Refusal
from arrears.daytime import (
    claim,
    finish,
    lift_hold,
    place_attempt,
    place_hold,
    preview,
    receive_payment,
    record_outcome,
    release,
    reverse_payment,
    take_next,
    take_promise,
)
from arrears.kernel.problem import Unusable
from arrears.outcome.table import HOLD_KINDS, OUTCOMES, outcomes_of
from arrears.queue.claim import NotClaimed, QueueItem
from arrears.store.open import Store, open_store

COLLECTORS = ("li", "wang")
DEBTORS = 3
CLOSES = at("22:00")

people = st.integers(0, DEBTORS - 1)
collectors = st.sampled_from(COLLECTORS)


class ADay(RuleBasedStateMachine):
    """One day of two collectors and three debtors. Subclasses say which database."""

    store: Store

    def open(self) -> Store:
        raise NotImplementedError

    @initialize()
    def morning(self) -> None:
        self.store = self.open()
        self.debtors = build(self.store, DEBTORS, COLLECTORS)
        add_user(self.store, "fang", "supervisor")
        self.guarantor = add_party(self.store, self.debtors[0], "P-guarantor", "guarantor", "199-0000-6666")
        self.now: datetime = at("07:30")
        self.open_attempts: dict[str, str] = {}
        self.permit_by: dict[str, str] = {}
        self.made: list[tuple[Debtor, datetime, Permit]] = []
        self.overdue = {debtor.account_id: 1_200_00 for debtor in self.debtors}
        self.held: dict[str, set[str]] = {debtor.person_id: set() for debtor in self.debtors}
        self.payments: dict[str, tuple[Debtor, int]] = {}
        self.reversed: set[str] = set()

    @rule(minutes=st.sampled_from([1, 7, 31, 130]))
    def time_passes(self, minutes: int) -> None:
        self.now = min(self.now + timedelta(minutes=minutes), at("23:30"))

    @rule(by=collectors)
    def take(self, by: str) -> None:
        rows = [item_now(self.store, debtor) for debtor in self.debtors]
        own = {
            row["queue_item_id"]
            for row in rows
            if row["claimed_by"] == by
            and (row["claimed_until"] > self.now or self.permit_by.get(row["person_id"]) == by)
        }
        item = take_next(self.store, by, at=self.now)
        if item is not None:
            assert item.claimed_by == by
            assert not own or item.queue_item_id in own, "a second case while one is at hand"
            assert own or item.not_before_at <= self.now < item.not_after_at
            assert not self.held[item.person_id], "a held case was offered"
            assert self.permit_by.get(item.person_id, by) == by, "a case in a colleague's call was offered"

    @rule(by=collectors, who=people)
    def claim_one(self, by: str, who: int) -> None:
        debtor = self.debtors[who]
        before = item_now(self.store, debtor)
        got = claim(self.store, debtor.item_id, by, at=self.now)
        permit_by = self.permit_by.get(debtor.person_id, by)
        busy = before["status"] == "claimed" and before["claimed_by"] != by and before["claimed_until"] > self.now
        busy = busy or (permit_by != by and before["claimed_by"] != by)
        may = before["status"] in ("waiting", "claimed") and not busy and not self.held[debtor.person_id]
        assert isinstance(got, QueueItem) is may, got

    @rule(by=collectors, who=people, done=st.booleans())
    def give_back(self, by: str, who: int, done: bool) -> None:
        debtor = self.debtors[who]
        before = item_now(self.store, debtor)
        got = (
            finish(self.store, debtor.item_id, by, at=self.now, why="data_wrong")
            if done
            else release(self.store, debtor.item_id, by, at=self.now)
        )
        mine = before["status"] == "claimed" and before["claimed_by"] == by
        assert isinstance(got, NotClaimed) is not (mine and debtor.person_id not in self.permit_by)

    @rule(by=collectors, who=people, channel=st.sampled_from(["call", "sms"]), guarantor=st.booleans())
    def contact(self, by: str, who: int, channel: str, guarantor: bool) -> None:
        debtor = self.debtors[who]
        point = self.guarantor if guarantor and who == 0 else debtor.point_id
        shown = {
            (each.contact_point_id, each.channel): each.grounds
            for each in preview(self.store, law(), person_id=debtor.person_id, at=self.now, collector_id=by)
        }
        answer = place_attempt(
            self.store,
            law(),
            queue_item_id=debtor.item_id,
            contact_point_id=point,
            channel=channel,
            collector_id=by,
            at=self.now,
        )
        if self.permit_by.get(debtor.person_id) == by:
            assert isinstance(answer, Permit)
            assert not answer.new, "a second permit while the first is open"
            assert answer.attempt_id in self.open_attempts
            return
        grounds = answer.grounds if isinstance(answer, Refusal) else ()
        assert {ground.reason for ground in grounds} == {ground.reason for ground in shown[(point, channel)]}
        if isinstance(answer, Permit):
            assert at("08:00") <= self.now < CLOSES, "a contact at night"
            assert self.overdue[debtor.account_id] > 0, "a contact about money that was paid"
            assert not self.held[debtor.person_id], "a contact during a hold"
            assert debtor.person_id not in self.permit_by, "two permits open for one person"
            self.open_attempts[answer.attempt_id] = channel
            self.permit_by[debtor.person_id] = by
            self.made.append((debtor, self.now, answer))

    @precondition(lambda self: self.open_attempts)
    @rule(data=st.data())
    def outcome(self, data: st.DataObject) -> None:
        attempt_id = data.draw(st.sampled_from(sorted(self.open_attempts)))
        channel = self.open_attempts[attempt_id]
        code = data.draw(st.sampled_from([each.code for each in outcomes_of(channel)]))
        debtor, _, permit = next(each for each in self.made if each[2].attempt_id == attempt_id)
        agreed = self.now + timedelta(minutes=20) if OUTCOMES[code].asks_time else None
        recorded = record_outcome(
            self.store,
            attempt_id,
            code,
            by=self.permit_by[debtor.person_id],
            at=self.now,
            note="记一笔",
            callback_at=agreed,
        )
        assert recorded.new
        del self.open_attempts[attempt_id]
        del self.permit_by[debtor.person_id]
        hold = OUTCOMES[code].hold
        by_guarantor = permit.act.recipient_id == "P-guarantor"
        if hold is not None and not (by_guarantor and hold in ("hardship", "represented", "stop")):
            self.held[debtor.person_id].add(hold)

    @rule(who=people, cents=st.sampled_from([1, 400_00, 1_200_00, 5_000_00]), again=st.booleans())
    def pay(self, who: int, cents: int, again: bool) -> None:
        debtor = self.debtors[who]
        payment_id = f"pay-{len(self.payments)}"
        for n in range(1 + again):
            received = receive_payment(
                self.store,
                payment_id=payment_id,
                account_id=debtor.account_id,
                amount_cents=cents,
                currency="CNY",
                paid_at=self.now,
                at=self.now,
                by="bank",
            )
            assert received.new is (n == 0)
        self.payments[payment_id] = (debtor, sum(received.split.values()))
        self.overdue[debtor.account_id] -= sum(received.split.values())
        assert received.overdue_cents == self.overdue[debtor.account_id] == max(0, received.overdue_cents or 0)
        if received.overdue_cents == 0:
            assert item_now(self.store, debtor)["status"] not in ("waiting", "claimed"), "a paid case is in the queue"

    @precondition(lambda self: set(self.payments) - self.reversed)
    @rule(data=st.data())
    def bounce(self, data: st.DataObject) -> None:
        payment_id = data.draw(st.sampled_from(sorted(set(self.payments) - self.reversed)))
        debtor, taken = self.payments[payment_id]
        reverse_payment(self.store, payment_id, at=self.now, by="bank", why="bounced")
        self.reversed.add(payment_id)
        self.overdue[debtor.account_id] += taken

    @rule(who=people, cents=st.sampled_from([0, 1, 300_00, 9_800_01]), hours=st.sampled_from([-1, 5, 80]))
    def promise(self, who: int, cents: int, hours: int) -> None:
        debtor = self.debtors[who]
        owed = account_now(self.store, debtor)["outstanding_cents"]
        asked: dict[str, Any] = {
            "account_id": debtor.account_id,
            "amount_cents": cents,
            "due_at": self.now + timedelta(hours=hours),
            "channel": "app",
            "money_source": "salary",
            "by": "portal",
            "at": self.now,
        }
        if 0 < cents <= owed and hours > 0:
            take_promise(self.store, **asked)
            assert item_now(self.store, debtor)["status"] not in ("waiting", "claimed")
        else:
            with pytest.raises(Unusable):
                take_promise(self.store, **asked)

    @rule(who=people, kind=st.sampled_from(sorted(HOLD_KINDS)))
    def hold(self, who: int, kind: str) -> None:
        debtor = self.debtors[who]
        placed = place_hold(self.store, person_id=debtor.person_id, kind=kind, by="portal", at=self.now)
        assert placed.new is (kind not in self.held[debtor.person_id])
        self.held[debtor.person_id].add(kind)
        assert item_now(self.store, debtor)["status"] not in ("waiting", "claimed"), "a held case is in the queue"

    @rule(who=people, kind=st.sampled_from(sorted(HOLD_KINDS)))
    def lift(self, who: int, kind: str) -> None:
        person = self.debtors[who].person_id
        placed = place_hold(self.store, person_id=person, kind=kind, by="portal", at=self.now)
        assert lift_hold(self.store, placed.hold_id, by="fang", at=self.now, why="answered")
        self.held[person].discard(kind)

    @invariant()
    def everything_is_true(self) -> None:
        if not hasattr(self, "store"):
            return
        audit(self.store, AS_OF)
        assert facts(self.store, "attempt_permitted") == [permit.attempt_id for _, _, permit in self.made]
        assert {row["attempt_id"] for row in day_attempts(self.store) if row["outcome"] is None} == set(
            self.open_attempts
        )
        for debtor in self.debtors:
            assert account_now(self.store, debtor)["overdue_cents"] == self.overdue[debtor.account_id]

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()


RANDOM_DAYS = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    # A day is printed as it was; making it smaller takes longer than reading it.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def test_random_days_on_sqlite(sqlite_template: Path, tmp_path: Path) -> None:
    """Whatever people do, and in whatever order, on the embedded database."""

    class OnSqlite(ADay):
        def open(self) -> Store:
            self.path = Path(tempfile.mkdtemp(dir=tmp_path)) / "day.db"
            shutil.copy(sqlite_template, self.path)
            return open_store(f"sqlite:///{self.path}")

    run_state_machine_as_test(OnSqlite, settings=RANDOM_DAYS)


def test_random_days_on_postgresql(postgresql: Path) -> None:
    """The same on the server, each day in a database of its own."""
    with psycopg.connect(f"host={postgresql} user=arrears dbname=postgres", autocommit=True) as admin:

        class OnPostgres(ADay):
            def open(self) -> Store:
                self.name = f"day_{uuid.uuid4().hex}"
                admin.execute(f'CREATE DATABASE "{self.name}" TEMPLATE "{TEMPLATE}"')
                return open_store(f"postgresql://arrears@/{self.name}?host={postgresql}")

            def teardown(self) -> None:
                super().teardown()
                if hasattr(self, "name"):
                    admin.execute(f'DROP DATABASE "{self.name}" WITH (FORCE)')

        run_state_machine_as_test(OnPostgres, settings=RANDOM_DAYS)

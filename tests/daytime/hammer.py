"""
What one client of a crowd does, as a thread or as a process of its own:

    python -m tests.daytime.hammer URL KIND SEED ROUNDS

It prints one line per answer, so that a test sees what a client was told as well as what the store says.
"""

from __future__ import annotations

import random
import sys
from datetime import timedelta
from pathlib import Path

from tests.daytime.town import Debtor, at, law, town_of

from arrears.contact.permit import Permit
from arrears.daytime import (
    claim,
    load_night,
    place_attempt,
    place_hold,
    receive_payment,
    record_outcome,
    rest,
    take_next,
    take_promise,
)
from arrears.outcome.table import Then
from arrears.queue.claim import QueueItem
from arrears.store.open import Store, open_store


def call_again_and_again(store: Store, debtor: Debtor, by: str, seed: int, rounds: int) -> list[str]:
    """One collector on one case, calling as often as the gate lets them; the attempts that were permitted."""
    chance = random.Random(seed)
    permitted = []
    for _ in range(rounds):
        moment = at("09:00", chance.choice(("2026-11-24", "2026-11-25"))) + timedelta(seconds=chance.randrange(36_000))
        claim(store, debtor.item_id, by, at=moment, lease=timedelta(days=9))
        answer = place_attempt(
            store,
            law(),
            queue_item_id=debtor.item_id,
            contact_point_id=debtor.point_id,
            channel="call",
            collector_id=by,
            at=moment,
        )
        # Another window of the same collector is shown the permit that is open, and leaves its outcome to the first.
        if isinstance(answer, Permit) and answer.new:
            permitted.append(answer.attempt_id)
            outcome = chance.choice(("no_answer", "no_answer", "busy", "voicemail"))
            record_outcome(store, answer.attempt_id, outcome, by=by, at=moment, then=Then.STAY)
    return permitted


def take_everything(store: Store, by: str) -> list[str]:
    """Take case after case, holding on to none; the items in the order taken."""
    taken = []
    while (item := take_next(store, by, at=at("10:00"))) is not None:
        taken.append(item.queue_item_id)
        rest(store, item.queue_item_id, by, at=at("10:00"), until=at("20:00"))
    return taken


def live_a_day(store: Store, debtors: list[Debtor], by: str, seed: int, rounds: int) -> None:
    """Every verb in random order, as fast as it goes."""
    chance = random.Random(seed)
    for n in range(rounds):
        debtor = chance.choice(debtors)
        moment = at("10:00") + timedelta(seconds=n)
        match chance.randrange(7):
            case 0 | 1 | 2:
                got = claim(store, debtor.item_id, by, at=moment)
                if isinstance(got, QueueItem):
                    answer = place_attempt(
                        store,
                        law(),
                        queue_item_id=debtor.item_id,
                        contact_point_id=debtor.point_id,
                        channel=chance.choice(("call", "sms")),
                        collector_id=by,
                        at=moment,
                    )
                    if isinstance(answer, Permit) and chance.random() < 0.8:
                        spoken = answer.act.channel == "call"
                        outcome = chance.choice(("no_answer", "right_party", "hardship")) if spoken else "sent"
                        record_outcome(store, answer.attempt_id, outcome, by=by, at=moment, note="说了几句")
            case 3:
                take_next(store, by, at=moment)
            case 4:
                receive_payment(
                    store,
                    payment_id=f"pay-{by}-{seed}-{n}",
                    account_id=debtor.account_id,
                    amount_cents=chance.randrange(1, 400_00),
                    currency="CNY",
                    paid_at=moment,
                    at=moment,
                    by="bank",
                )
            case 5:
                if chance.random() < 0.3:
                    place_hold(store, person_id=debtor.person_id, kind="complaint", by=by, at=moment)
            case 6:
                if chance.random() < 0.3:
                    take_promise(
                        store,
                        account_id=debtor.account_id,
                        amount_cents=1_00,
                        due_at=moment + timedelta(days=2),
                        channel="app",
                        money_source="salary",
                        by="portal",
                        at=moment,
                    )
        print(n, flush=True)


def main(url: str, kind: str, seed: str, rounds: str) -> None:
    """One process of a crowd: `call=COLLECTOR:ITEM`, `day=COLLECTOR` or `night=DIRECTORY:BOOK`."""
    store = open_store(url)
    what, _, rest = kind.partition("=")
    if what == "night":
        night_dir, book_dir = rest.split(":")
        print("begins", flush=True)
        load_night(store, Path(night_dir), Path(book_dir), at=at("20:00"))
        return
    debtors = town_of(store)
    if what == "call":
        by, place = rest.split(":")
        for attempt_id in call_again_and_again(store, debtors[int(place)], by, int(seed), int(rounds)):
            print(attempt_id)
    else:
        # The last debtor is left alone: a test sees with that one that work goes on.
        live_a_day(store, debtors[:-1], rest, int(seed), int(rounds))


if __name__ == "__main__":
    main(*sys.argv[1:])

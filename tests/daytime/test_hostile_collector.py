"""What a collector may try who wants one more call: each door is tried, on both databases, and stays shut."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update
from tests.daytime.audit import audit
from tests.daytime.town import AS_OF, add_user, at, build, call, claimed

from arrears.contact.permit import Permit
from arrears.daytime import correct_outcome, place_hold, record_outcome, release, take_over, undo_outcome
from arrears.kernel.problem import Unusable
from arrears.store.open import Store
from arrears.store.schema import contact_points

SPELLINGS = (
    "199-0000-0009",
    "+86 199 0000 0009",
    "１９９０００００００９",
    "0199 0000 0009",
    "199 0000 0009 转 3",
    "199-0000-0009-3",
    "86-199-0000-0009 - 12",
    "0086-19900000009",
)


def test_eight_debtors_who_share_one_phone_in_eight_spellings_are_dialled_six_times_a_day(store: Store) -> None:
    """The cap is the number's, however it is written, with a group after it or without."""
    debtors = build(store, len(SPELLINGS))
    with store.write() as connection:
        for debtor, spelling in zip(debtors, SPELLINGS, strict=True):
            point = contact_points.c.contact_point_id == debtor.point_id
            connection.execute(update(contact_points).where(point).values(value=spelling))
    permitted, moment = 0, at("09:00")
    for debtor in debtors:
        claimed(store, debtor, moment)
        for _ in range(2):
            moment += timedelta(minutes=2)
            answer = call(store, debtor, moment)
            if isinstance(answer, Permit):
                permitted += 1
                record_outcome(store, answer.attempt_id, outcome="no_answer", by="li", at=moment)
    assert permitted == 6
    audit(store, AS_OF)


@pytest.mark.parametrize("thief", ["another collector", "another case"])
def test_the_answer_of_anothers_request_is_no_permit(store: Store, thief: str) -> None:
    """A key that was seen in a colleague's page, sent again: no number comes back, and nothing is recorded."""
    first, second = build(store, 2)
    claimed(store, first, at("10:00"))
    claimed(store, second, at("10:00"), by="wang")
    given = call(store, first, at("10:01"), request_key="k")
    assert isinstance(given, Permit)

    about = first if thief == "another collector" else second
    with pytest.raises(Unusable) as caught:
        call(store, about, at("10:02"), by="wang", request_key="k")

    assert caught.value.problem.code == "request_key_used"
    again = call(store, first, at("10:03"), request_key="k")
    assert isinstance(again, Permit)
    assert again.permit_id == given.permit_id
    audit(store, AS_OF)


def test_a_refusal_of_anothers_request_is_theirs_too(store: Store) -> None:
    """It names grounds of a person whose case the asker does not hold."""
    first, _ = build(store, 2)
    claimed(store, first, at("10:00"))
    call(store, first, at("23:30"), request_key="k")
    with pytest.raises(Unusable, match="made by somebody else"):
        call(store, first, at("23:31"), by="wang", request_key="k")
    audit(store, AS_OF)


def test_everything_pressed_at_one_instant_leaves_one_permit_and_a_whole_log(store: Store) -> None:
    """Undo twice, correct, call again from two windows, take over, put down, hold: in any order each is whole."""
    debtors = build(store, 4)
    add_user(store, "fang", "supervisor")
    for turn, debtor in enumerate(debtors):
        start = at("10:00") + timedelta(minutes=20 * turn)
        claimed(store, debtor, start)
        permit = call(store, debtor, start)
        assert isinstance(permit, Permit)
        record_outcome(store, permit.attempt_id, outcome="hung_up", by="li", at=start)
        now, attempt, item = start + timedelta(seconds=3), permit.attempt_id, debtor.item_id
        pressed = [
            partial(undo_outcome, store, attempt, by="li", at=now),
            partial(undo_outcome, store, attempt, by="li", at=now),
            partial(correct_outcome, store, attempt, "no_answer", by="li", at=now, why="x"),
            partial(correct_outcome, store, attempt, "refused", by="fang", at=now, why="x"),
            partial(call, store, debtor, now),
            partial(call, store, debtor, now, by="fang"),
            partial(take_over, store, item, "fang", at=now, why="x"),
            partial(release, store, item, "li", at=now),
            partial(place_hold, store, person_id=debtor.person_id, kind="dispute", by="li", at=now),
            partial(record_outcome, store, attempt, outcome="no_answer", by="li", at=now),
        ]
        with ThreadPoolExecutor(len(pressed)) as pool:
            list(pool.map(_or_refused, pressed))
        audit(store, AS_OF)
        later = now + timedelta(seconds=1)
        for by in ("li", "fang", "wang"):
            answer = call(store, debtor, later, by=by)
            assert not isinstance(answer, Permit) or not answer.new
    audit(store, AS_OF)


def _or_refused(verb: Callable[[], object]) -> object:
    try:
        return verb()
    except Unusable as refused:
        return refused

"""The promise clock: every line the contract draws, on both sides, and a second-by-second replay beside it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arrears.outcome.promise_clock import Payment, Promise, PromiseStatus, Standing, standings

CASES = Path(__file__).parent / "cases" / "promises_dev.jsonl"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def promise(
    amount: int = 100_00,
    *,
    made: str = "2026-03-01T10:00:00+08:00",
    due: str = "2026-03-10T18:00:00+08:00",
    tolerance: int = 24,
    name: str = "p1",
) -> Promise:
    return Promise(name, at(made), amount, at(due), tolerance)


def told(promises: Sequence[Promise], payments: Sequence[tuple[int, str]], as_of: str) -> list[tuple[str, int]]:
    found = standings(promises, [Payment(amount, at(when)) for amount, when in payments], at(as_of))
    return [(one.status.value, one.paid) for one in found]


# Lines in time.


@pytest.mark.parametrize(
    ("paid_at", "status"),
    [
        ("2026-03-10T18:00:00+08:00", "kept"),
        ("2026-03-10T10:00:00Z", "kept"),
        ("2026-03-10T18:00:01+08:00", "kept_late"),
        ("2026-03-11T18:00:00+08:00", "kept_late"),
        ("2026-03-11T18:00:01+08:00", "broken"),
    ],
)
def test_the_second_of_due_at_is_on_time_and_the_second_of_the_end_is_still_inside(paid_at: str, status: str) -> None:
    """ "At or before" and "passed only after": both instants belong to the borrower."""
    paid = 0 if status == "broken" else 100_00
    assert told([promise()], [(100_00, paid_at)], "2026-03-20T09:00:00+08:00") == [(status, paid)]


@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        ("2026-03-09T23:59:59+08:00", "pending"),
        ("2026-03-10T00:00:00+08:00", "due_today"),
        ("2026-03-10T23:59:59+08:00", "due_today"),
        ("2026-03-11T00:00:00+08:00", "pending"),
        ("2026-03-11T18:00:00+08:00", "pending"),
        ("2026-03-11T18:00:01+08:00", "broken"),
    ],
)
def test_due_today_is_the_whole_calendar_day_and_broken_comes_after_tolerance(as_of: str, status: str) -> None:
    """The day is that of due_at's offset, earlier or later than the hour; after it the promise waits in tolerance."""
    assert told([promise()], [], as_of) == [(status, 0)]


def test_without_tolerance_a_promise_is_broken_the_second_after_it_was_due() -> None:
    """Broken on the very day, for it is no longer open."""
    kept_by_nobody = promise(tolerance=0)
    assert told([kept_by_nobody], [], "2026-03-10T18:00:00+08:00") == [("due_today", 0)]
    assert told([kept_by_nobody], [], "2026-03-10T18:00:01+08:00") == [("broken", 0)]


def test_the_day_is_read_in_the_offset_of_due_at_not_of_the_question() -> None:
    """One instant, asked from the other side of the world, has one answer."""
    for asked in ("2026-03-09T16:00:00Z", "2026-03-10T00:00:00+08:00", "2026-03-09T11:00:00-05:00"):
        assert told([promise()], [], asked) == [("due_today", 0)]
    assert told([promise()], [], "2026-03-09T15:59:59Z") == [("pending", 0)]


def test_tolerance_is_elapsed_hours_where_the_clock_goes_back() -> None:
    """In the night that has 25 hours, 24 hours of tolerance end at 17:00 by the wall, not at 18:00."""
    berlin = ZoneInfo("Europe/Berlin")
    due = datetime(2026, 10, 24, 18, tzinfo=berlin)
    made = Promise("p1", due - timedelta(days=3), 100, due, 24)
    last, after = datetime(2026, 10, 25, 17, tzinfo=berlin), datetime(2026, 10, 25, 17, 0, 1, tzinfo=berlin)

    assert standings([made], [Payment(100, last)], after)[0].status is PromiseStatus.KEPT_LATE
    assert standings([made], [Payment(100, after)], after)[0].status is PromiseStatus.BROKEN


def test_the_hour_that_comes_twice_is_two_hours() -> None:
    """Two datetimes of one zone compare by the wall clock in Python; the clock compares instants."""
    berlin = ZoneInfo("Europe/Berlin")
    due = datetime(2026, 10, 25, 2, 30, tzinfo=berlin)
    second_time = datetime(2026, 10, 25, 2, 15, tzinfo=berlin, fold=1)
    made = Promise("p1", due - timedelta(days=1), 100, due, 1)
    assert standings([made], [Payment(100, second_time)], second_time)[0].status is PromiseStatus.KEPT_LATE


# Superseded.


def test_a_new_promise_takes_the_place_of_an_open_one_and_what_it_had_received_stays() -> None:
    """The old keeps its money; the new one starts from nothing."""
    first, second = promise(name="p1"), promise(name="p2", made="2026-03-05T10:00:00+08:00")
    payments = [(40_00, "2026-03-04T10:00:00+08:00"), (30_00, "2026-03-06T10:00:00+08:00")]
    assert told([first, second], payments, "2026-03-07T10:00:00+08:00") == [("superseded", 40_00), ("pending", 30_00)]


def test_money_at_the_very_instant_of_a_new_promise_counts_for_the_new_one() -> None:
    """At one instant a promise is made before money is received, even money that would have completed the old."""
    first, second = promise(name="p1"), promise(name="p2", made="2026-03-05T10:00:00+08:00")
    paid = [(100_00, "2026-03-05T02:00:00Z")]
    assert told([first, second], paid, "2026-03-07T10:00:00+08:00") == [("superseded", 0), ("kept", 100_00)]


def test_a_promise_paid_a_second_before_the_next_one_is_kept() -> None:
    """One that is paid in full keeps its own status, and is not there to be superseded."""
    first, second = promise(name="p1"), promise(name="p2", made="2026-03-05T10:00:00+08:00")
    paid = [(100_00, "2026-03-05T09:59:59+08:00")]
    assert told([first, second], paid, "2026-03-07T10:00:00+08:00") == [("kept", 100_00), ("pending", 0)]


@pytest.mark.parametrize(
    ("second_made", "first_is"), [("2026-03-11T18:00:00+08:00", "superseded"), ("2026-03-11T18:00:01+08:00", "broken")]
)
def test_at_its_end_a_promise_can_still_be_superseded_and_a_second_later_it_is_broken(
    second_made: str, first_is: str
) -> None:
    """The end is inside: the promise is open at that instant."""
    second = promise(name="p2", made=second_made, due="2026-03-20T18:00:00+08:00")
    assert told([promise(), second], [], "2026-03-12T10:00:00+08:00") == [(first_is, 0), ("pending", 0)]


def test_promises_made_together_stand_side_by_side_until_a_third_supersedes_both() -> None:
    """The same instant in two offsets is the same instant."""
    twins = [promise(name="p1"), promise(name="p2", made="2026-03-01T02:00:00Z", due="2026-03-09T18:00:00+08:00")]
    assert told(twins, [], "2026-03-05T10:00:00+08:00") == [("pending", 0), ("pending", 0)]
    third = promise(name="p3", made="2026-03-04T10:00:00+08:00")
    assert told([*twins, third], [], "2026-03-05T10:00:00+08:00") == [
        ("superseded", 0),
        ("superseded", 0),
        ("pending", 0),
    ]


def test_a_superseded_promise_does_not_come_back_when_its_successor_ends() -> None:
    """Each is superseded by the next in line, not by whichever still stands."""
    chain = [
        promise(name="p1", due="2026-04-30T18:00:00+08:00"),
        promise(name="p2", made="2026-03-02T10:00:00+08:00", due="2026-03-03T10:00:00+08:00", tolerance=0),
    ]
    assert told(chain, [(5_00, "2026-03-04T10:00:00+08:00")], "2026-03-05T10:00:00+08:00") == [
        ("superseded", 0),
        ("broken", 0),
    ]


# Money.


def test_money_goes_to_the_promise_due_first_and_the_rest_flows_on() -> None:
    """Never more than is missing; what no open promise takes is not kept for a later one."""
    twins = [promise(name="late", due="2026-03-12T18:00:00+08:00"), promise(name="early")]
    paid = [(250_00, "2026-03-05T10:00:00+08:00"), (9_00, "2026-03-06T10:00:00+08:00")]
    assert told(twins, paid, "2026-03-07T10:00:00+08:00") == [("kept", 100_00), ("kept", 100_00)]


def test_where_two_are_due_at_one_instant_the_one_listed_first_is_served_first() -> None:
    """Whatever offsets they are written in."""
    listed = [promise(name="a"), promise(name="b", due="2026-03-10T10:00:00Z")]
    paid = [(60_00, "2026-03-05T10:00:00+08:00")]
    assert told(listed, paid, "2026-03-07T10:00:00+08:00") == [("pending", 60_00), ("pending", 0)]
    assert told(listed[::-1], paid, "2026-03-07T10:00:00+08:00") == [("pending", 60_00), ("pending", 0)]


def test_the_payment_that_completes_a_promise_decides_between_kept_and_late() -> None:
    """All but one cent on time, the last cent late: late."""
    paid = [(99_99, "2026-03-05T10:00:00+08:00"), (1, "2026-03-10T18:00:01+08:00")]
    assert told([promise()], paid, "2026-03-20T10:00:00+08:00") == [("kept_late", 100_00)]
    assert told([promise()], paid[:1], "2026-03-20T10:00:00+08:00") == [("partly_kept", 99_99)]


def test_money_before_a_promise_or_after_the_question_does_not_count() -> None:
    """A payment at as_of has happened; a second later has not."""
    paid = [
        (10_00, "2026-03-01T09:59:59+08:00"),
        (20_00, "2026-03-05T10:00:00+08:00"),
        (40_00, "2026-03-05T10:00:01+08:00"),
    ]
    assert told([promise()], paid, "2026-03-05T10:00:00+08:00") == [("pending", 20_00)]


def test_an_account_without_promises_has_no_standings() -> None:
    """And its payments are nobody's."""
    assert standings([], [Payment(5, at("2026-03-05T10:00:00Z"))], at("2026-03-06T10:00:00Z")) == []


# What can't be a promise.


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: promise(0), "above 0.00"),
        (lambda: promise(-5), "above 0.00"),
        (lambda: promise(tolerance=-1), "0 or more"),
        (lambda: promise(due="2026-03-01T10:00:00+08:00"), "later than made_at"),
        (lambda: promise(due="2026-03-10T18:00:00"), "no offset"),
        (lambda: Payment(-1, at("2026-03-05T10:00:00Z")), "never made"),
        (lambda: Payment(1, at("2026-03-05T10:00:00")), "no offset"),
        (lambda: told([promise()], [], "2026-03-01T09:59:59+08:00"), "made after as_of"),
    ],
)
def test_what_the_contract_rules_out_is_refused_with_its_reason(build: object, message: str) -> None:
    """A wrong case is never answered as if it were a right one."""
    assert callable(build)
    with pytest.raises(ValueError, match=message):
        build()


# The slow obvious version: time runs tick by tick and money moves cent by cent.

START = datetime(2026, 3, 1, 22, tzinfo=UTC)
TICK = timedelta(minutes=30)
OFFSETS = [timezone(timedelta(minutes=minutes)) for minutes in (0, 480, -300, 330, 60, -720, 840)]


def oracle(promises: Sequence[Promise], payments: Sequence[Payment], as_of: datetime) -> list[Standing]:
    """The contract read aloud, one half hour after another."""
    paid = dict.fromkeys(range(len(promises)), 0)
    superseded: set[int] = set()
    completed_at: dict[int, datetime] = {}

    def is_open(place: int, now: datetime) -> bool:
        one = promises[place]
        passed = now > one.due_at + timedelta(hours=one.tolerance_hours)
        return one.made_at <= now and place not in completed_at and place not in superseded and not passed

    now = START
    while now <= as_of:
        newly_made = [one for one in promises if one.made_at == now]
        if newly_made:
            superseded |= {p for p, one in enumerate(promises) if one.made_at < now and is_open(p, now)}
        for payment in payments:
            for _ in range(payment.amount if payment.at == now else 0):
                takers = [place for place in paid if is_open(place, now)]
                if takers:
                    taker = min(takers, key=lambda place: (promises[place].due_at, place))
                    paid[taker] += 1
                    if paid[taker] == promises[taker].amount:
                        completed_at[taker] = now
        now += TICK

    answers = []
    for place, one in enumerate(promises):
        if place in superseded:
            status = "superseded"
        elif place in completed_at:
            status = "kept" if completed_at[place] <= one.due_at else "kept_late"
        elif not is_open(place, as_of):
            status = "partly_kept" if paid[place] else "broken"
        else:
            same_day = as_of.astimezone(one.due_at.tzinfo).date() == one.due_at.date()
            status = "due_today" if same_day else "pending"
        answers.append(Standing(one.promise_id, PromiseStatus(status), paid[place]))
    return answers


ticks = st.integers(0, 60)
offsets = st.sampled_from(OFFSETS)


@st.composite
def accounts(draw: st.DrawFn) -> tuple[list[Promise], list[Payment], datetime]:
    """Few instants and small amounts, so that everything happens at once as often as not."""

    def moment(tick: int) -> datetime:
        return (START + tick * TICK).astimezone(draw(offsets))

    last = draw(ticks)
    promises = []
    for number in range(draw(st.integers(0, 4))):
        made = draw(st.integers(0, last))
        due = made + draw(st.integers(1, 30))
        promises.append(
            Promise(f"p{number}", moment(made), draw(st.integers(1, 6)), moment(due), draw(st.integers(0, 4)))
        )
    payments = [Payment(draw(st.integers(0, 8)), moment(draw(ticks))) for _ in range(draw(st.integers(0, 6)))]
    return promises, payments, moment(last)


@given(accounts())
def test_the_clock_agrees_with_time_run_tick_by_tick(account: tuple[list[Promise], list[Payment], datetime]) -> None:
    """Events and ticks are two ways to live the same life."""
    assert standings(*account) == oracle(*account)


@given(accounts(), st.randoms(use_true_random=False))
def test_the_order_of_payments_and_the_offsets_they_are_written_in_change_nothing(account, random) -> None:  # type: ignore[no-untyped-def]
    """Payments are instants; so are as_of and made_at. Only due_at's offset says something more: its day."""
    promises, payments, as_of = account
    rewritten = [Payment(one.amount, one.at.astimezone(random.choice(OFFSETS))) for one in payments]
    random.shuffle(rewritten)
    assert standings(promises, rewritten, as_of.astimezone(random.choice(OFFSETS))) == standings(*account)


@given(accounts())
def test_no_money_is_made(account: tuple[list[Promise], list[Payment], datetime]) -> None:
    """What promises received is at most what was paid by then, and no promise received more than it asked."""
    promises, payments, as_of = account
    found = standings(*account)
    assert sum(one.paid for one in found) <= sum(one.amount for one in payments if one.at <= as_of)
    assert all(one.paid <= made.amount for one, made in zip(found, promises, strict=True))


@given(accounts(), st.integers(1, 100))
def test_what_is_settled_stays_settled(account: tuple[list[Promise], list[Payment], datetime], later: int) -> None:
    """Asking later never changes a promise that was no longer open, nor takes money from one that was."""
    promises, payments, as_of = account
    before, after = standings(*account), standings(promises, payments, as_of + later * TICK)
    for old, new in zip(before, after, strict=True):
        assert new.paid >= old.paid
        assert old.status.is_open or new == old


# The command.


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from arrears.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_published_cases_pass_whole_through_the_command_line() -> None:
    """Every case, in its order, and nothing on stderr."""
    ran = run("promises", "status", str(CASES))
    asked = [json.loads(line) for line in CASES.read_text().splitlines()]
    assert [json.loads(line) for line in ran.stdout.splitlines()] == [
        {"id": case["id"], "promises": case["expected"]} for case in asked
    ]
    assert (ran.returncode, ran.stderr) == (0, "")


GOOD = json.loads(CASES.read_text().splitlines()[0])
WRONG = {
    "not JSON": "{",
    "a list": "[]",
    "null": "null",
    "no id": json.dumps({key: value for key, value in GOOD.items() if key != "id"}),
    "no as_of": json.dumps({key: value for key, value in GOOD.items() if key != "as_of"}),
    "a float amount": json.dumps({**GOOD, "payments": [{"amount": 12.5, "at": "2026-03-10T10:00:01Z"}]}),
    "three decimals": json.dumps({**GOOD, "payments": [{"amount": "1.005", "at": "2026-03-10T10:00:01Z"}]}),
    "other digits": json.dumps({**GOOD, "payments": [{"amount": "١.٠٠", "at": "2026-03-10T10:00:01Z"}]}),
    "no offset": json.dumps({**GOOD, "as_of": "2026-03-12T09:00:00"}),
    "no such day": json.dumps({**GOOD, "as_of": "2026-02-30T09:00:00Z"}),
    "half a second": json.dumps({**GOOD, "as_of": "2026-03-12T09:00:00.5Z"}),
    "tolerance true": json.dumps({**GOOD, "promises": [{**GOOD["promises"][0], "tolerance_hours": True}]}),
    "tolerance 1.0": json.dumps({**GOOD, "promises": [{**GOOD["promises"][0], "tolerance_hours": 1.0}]}),
    "due before made": json.dumps({**GOOD, "promises": [{**GOOD["promises"][0], "due_at": "2026-03-01T00:00:00Z"}]}),
    "too deep": "[" * 100_000,
    "number too long": '{"id": ' + "9" * 5000 + "}",
}


def test_every_bad_line_is_named_and_the_others_are_answered(tmp_path: Path) -> None:
    """One stderr line each with its number, exit 1, and nothing lost."""
    file = tmp_path / "cases.jsonl"
    file.write_text("\ufeff" + json.dumps(GOOD) + "\r\n\n" + "\n".join(WRONG.values()) + "\n" + json.dumps(GOOD))
    ran = run("promises", "status", str(file))
    assert ran.returncode == 1
    assert [json.loads(line)["id"] for line in ran.stdout.splitlines()] == [GOOD["id"], GOOD["id"]]
    complaints = ran.stderr.splitlines()
    assert [line.split(": ")[0] for line in complaints] == [f"{file}:{number}" for number in range(3, 3 + len(WRONG))]


def test_a_line_in_another_encoding_is_named(tmp_path: Path) -> None:
    """GB18030 is not UTF-8, and the message says which byte."""
    file = tmp_path / "cases.jsonl"
    file.write_bytes('{"id": "承诺"}'.encode("gb18030"))
    ran = run("promises", "status", str(file))
    assert ran.returncode == 1
    assert "not UTF-8 at byte 8" in ran.stderr


def test_a_file_that_is_not_there_is_unusable(tmp_path: Path) -> None:
    """Exit 2 and one message."""
    ran = run("promises", "status", str(tmp_path / "none.jsonl"))
    assert ran.returncode == 2
    assert "can't be read" in ran.stderr


def test_a_small_question_does_not_wait_for_large_libraries() -> None:
    """The command answers without the engines of the night, the store or the web being loaded."""
    code = (
        "import sys; sys.argv = ['arrears', 'promises', 'status', sys.argv[1]]\n"
        "from arrears.cli import main\n"
        "try: main()\n"
        "finally: print(sorted({'ibis', 'pandas', 'duckdb', 'pyarrow', 'sqlalchemy', 'fastapi'} & {*sys.modules}))"
    )
    ran = subprocess.run([sys.executable, "-c", code, str(CASES)], capture_output=True, text=True, check=False)
    assert ran.stdout.splitlines()[-1] == "[]"

"""Publishing a night into the store, and handing the day back to the next one."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.schema import Table
from tests.daytime.audit import audit
from tests.daytime.small_book import book, contact, night, opens, payment, point
from tests.daytime.town import facts, law, user

from arrears.book.publish import arrow_schema
from arrears.contact.permit import Permit
from arrears.daytime import (
    claim,
    day_tables,
    load_night,
    place_attempt,
    place_hold,
    receive_payment,
    record_outcome,
    reverse_payment,
    take_next,
    take_promise,
)
from arrears.daytime.day_tables import PROMISES
from arrears.kernel.problem import Unusable
from arrears.store.open import Store
from arrears.store.schema import (
    accounts,
    attempts,
    contact_points,
    holds,
    instalments,
    metadata,
    nights,
    parties,
    payments,
    persons,
    plan,
    queue_items,
    users,
)

TUESDAY = date(2026, 11, 24)
WEDNESDAY = date(2026, 11, 25)
EVENING = datetime(2026, 11, 24, 21, tzinfo=UTC)  # 05:00 on Wednesday in Shanghai


@pytest.fixture
def published(store: Store, tmp_path: Path) -> Store:
    """The store after Tuesday's night."""
    with store.write() as connection:
        connection.execute(insert(users), [user("li"), user("wang")])
    load_night(
        store,
        night(tmp_path / "night", TUESDAY),
        book(tmp_path / "book", TUESDAY),
        at=opens(TUESDAY) - timedelta(hours=3),
    )
    return store


def rows(store: Store, table: Table, *order: str) -> list[Any]:
    with store.read() as connection:
        return list(connection.execute(select(table).order_by(*(table.c[name] for name in order))).mappings())


def count(store: Store, table: Table) -> int:
    with store.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """The whole store, to see that nothing changed."""
    with store.read() as connection:
        return {
            table.name: sorted((tuple(map(str, row)) for row in connection.execute(select(table))), key=str)
            for table in metadata.sorted_tables
        }


def test_a_night_is_in_the_store_with_its_book(published: Store) -> None:
    """People, figures, parties, numbers, schedules of the queued accounts, plan and queue, and one fact."""
    assert [row["person_id"] for row in rows(published, persons, "person_id")] == [
        "P-friend",
        "P-guarantor",
        "P-li",
        "P-wang",
        "P-zhang",
    ]
    zhang = rows(published, accounts, "account_id")[0]
    assert (zhang["overdue_cents"], zhang["annual_rate_bps"], zhang["as_of"]) == (1_200_00, 1_800, TUESDAY)
    assert count(published, parties) == 5
    assert count(published, contact_points) == 4
    assert {row["account_id"] for row in rows(published, instalments, "account_id")} == {"A-1"}
    assert count(published, plan) == 4
    assert [
        (row["person_id"], row["status"], row["account_ids"]) for row in rows(published, queue_items, "priority")
    ] == [
        ("P-zhang", "waiting", ["A-1", "A-2"]),
        ("P-li", "waiting", ["A-3"]),
    ]
    assert facts(published, "night_published") == ["night-2026-11-24"]


def test_contact_history_says_whose_debt_it_was_about(published: Store) -> None:
    """By its account, by the accounts of the person reached, or by the accounts they have a part in."""
    assert {row["attempt_id"]: row["debtor_id"] for row in rows(published, attempts, "attempt_id")} == {
        "K-1": "P-zhang",
        "K-2": "P-zhang",
        "K-3": "P-zhang",
        "K-4": "P-li",
    }


def test_history_is_taken_as_far_back_as_counters_look(published: Store) -> None:
    """200 days ago is farther than any of them; numbers are in the form they are counted by."""
    taken = rows(published, attempts, "attempt_id")
    assert "K-old" not in {row["attempt_id"] for row in taken}
    assert {row["number"] for row in taken} == {"+8619900000001"}
    assert {row["local_day"] for row in taken} == {date(2026, 11, 23)}


def test_publishing_the_same_night_again_changes_nothing(published: Store, tmp_path: Path) -> None:
    """Not one byte, whatever time it is."""
    before = everything(published)

    again = load_night(published, tmp_path / "night", tmp_path / "book", at=EVENING)

    assert again.new is False
    assert everything(published) == before


def test_another_plan_for_a_published_day_is_refused(published: Store, tmp_path: Path) -> None:
    """A day is decided once."""
    before = everything(published)
    other = night(tmp_path / "other", TUESDAY, overdue={"A-3": 1})

    with pytest.raises(Unusable) as caught:
        load_night(published, other, tmp_path / "book", at=EVENING)

    assert caught.value.problem.code == "night_differs"
    assert everything(published) == before


def test_a_day_decided_anew_takes_the_place_of_what_it_names(published: Store, tmp_path: Path) -> None:
    """The new night says which one it replaces; both stay on record, and the old queue is withdrawn."""
    take_next(published, "li", at=opens(TUESDAY))
    anew = night(
        tmp_path / "anew", TUESDAY, overdue={"A-3": 700_00}, night_id="night-anew", replaces="night-2026-11-24"
    )

    loaded = load_night(published, anew, tmp_path / "book", at=opens(TUESDAY) + timedelta(hours=1))
    again = load_night(published, anew, tmp_path / "book", at=opens(TUESDAY) + timedelta(hours=2))

    assert (loaded.new, loaded.withdrawn, again.new) == (True, 2, False)
    assert count(published, nights) == 2
    live = [row["night_id"] for row in rows(published, queue_items, "priority") if row["status"] == "waiting"]
    assert live == ["night-anew", "night-anew"]


def test_a_night_that_replaces_one_that_is_not_the_last_is_refused(published: Store, tmp_path: Path) -> None:
    """Two people who decide a day anew at once don't undo each other."""
    for name in ("first", "second"):
        anew = night(tmp_path / name, TUESDAY, night_id=f"night-{name}", replaces="night-2026-11-24")
        if name == "first":
            load_night(published, anew, tmp_path / "book", at=EVENING)

    with pytest.raises(Unusable) as caught:
        load_night(published, anew, tmp_path / "book", at=EVENING)

    assert caught.value.problem.code == "night_differs"


def test_an_older_night_is_refused(published: Store, tmp_path: Path) -> None:
    """Work queued today is not replaced by yesterday's decision."""
    monday = TUESDAY - timedelta(days=1)

    with pytest.raises(Unusable) as caught:
        load_night(published, night(tmp_path / "n", monday), book(tmp_path / "b", monday), at=EVENING)

    assert caught.value.problem.code == "night_older_than_last"


def test_a_night_of_another_book_is_refused(store: Store, tmp_path: Path) -> None:
    """A plan is read beside the figures it was made from."""
    with pytest.raises(Unusable) as caught:
        load_night(store, night(tmp_path / "n", TUESDAY), book(tmp_path / "b", WEDNESDAY), at=EVENING)

    assert caught.value.problem.code == "night_of_another_book"


@pytest.mark.parametrize("missing", ["manifest.json", "plan.parquet", "queue.parquet", "aged.parquet"])
def test_a_night_that_was_not_written_to_its_end_is_refused(store: Store, tmp_path: Path, missing: str) -> None:
    """And the message says what is missing."""
    directory = night(tmp_path / "n", TUESDAY)
    (directory / missing).unlink()

    with pytest.raises(Unusable, match=missing) as caught:
        load_night(store, directory, book(tmp_path / "b", TUESDAY), at=EVENING)

    assert caught.value.problem.code == "night_unreadable"
    assert count(store, nights) == 0


def test_a_night_that_breaks_off_leaves_the_store_as_it_was(published: Store, tmp_path: Path) -> None:
    """The last file is the broken one: all that came before it is rolled back."""
    before = everything(published)
    directory = night(tmp_path / "n", WEDNESDAY)
    table = pq.read_table(directory / "queue.parquet")
    leads = table.schema.get_field_index("lead_account_id")
    broken = table.set_column(leads, "lead_account_id", pa.nulls(table.num_rows, pa.string()))
    pq.write_table(broken, directory / "queue.parquet")

    with pytest.raises(Exception, match="lead_account_id"):
        load_night(published, directory, book(tmp_path / "b", WEDNESDAY), at=EVENING)

    assert everything(published) == before


def test_a_night_killed_while_it_is_published_is_not_there_and_is_published_whole_the_next_time(
    published: Store, tmp_path: Path
) -> None:
    """SIGKILL at instants spread over the whole of the work: the store is as it was, or has all of the night."""
    directory, its_book = night(tmp_path / "n2", WEDNESDAY), book(tmp_path / "b2", WEDNESDAY)
    before = everything(published)
    killed_in_time = 0
    for milliseconds in (0, 3, 8, 15, 30, 60, 120, 240):
        client = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.daytime.hammer",
                published.url,
                f"night={directory}:{its_book}",
                "0",
                "0",
            ],
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert client.stdout is not None
        client.stdout.readline()
        time.sleep(milliseconds / 1000)
        client.kill()
        client.wait()
        if count(published, nights) == 2:
            break
        assert everything(published) == before
        killed_in_time += 1
    assert killed_in_time > 0, "the first kill comes before the work can be done"

    load_night(published, directory, its_book, at=EVENING)

    audit(published, TUESDAY)
    assert count(published, nights) == 2
    assert facts(published, "night_published") == ["night-2026-11-24", "night-2026-11-25"]


def test_the_next_night_takes_the_place_of_the_last(published: Store, tmp_path: Path) -> None:
    """Claimed work too: what was decided yesterday is not worked today."""
    take_next(published, "li", at=opens(TUESDAY))

    loaded = load_night(published, night(tmp_path / "n2", WEDNESDAY), book(tmp_path / "b2", WEDNESDAY), at=EVENING)

    assert loaded.withdrawn == 2
    by_night = {
        (row["night_id"][-2:], row["status"], row["withdrawn_reason"])
        for row in rows(published, queue_items, "priority")
    }
    assert by_night == {("24", "withdrawn", "withdrawn_next_night"), ("25", "waiting", None)}


def test_a_hold_of_the_day_keeps_the_person_out_of_the_next_queue(published: Store, tmp_path: Path) -> None:
    """Even where the night was decided before the hold was placed: withdrawn, visible and countable."""
    place_hold(published, person_id="P-zhang", kind="dispute", by="li", at=opens(TUESDAY))

    load_night(published, night(tmp_path / "n2", WEDNESDAY), book(tmp_path / "b2", WEDNESDAY), at=EVENING)

    [zhang] = [
        row
        for row in rows(published, queue_items, "priority")
        if row["night_id"].endswith("25") and row["person_id"] == "P-zhang"
    ]
    assert (zhang["status"], zhang["withdrawn_reason"]) == ("withdrawn", "withdrawn_hold")


def paid(store: Store, payment_id: str, account_id: str, cents: int, at: datetime) -> None:
    receive_payment(
        store,
        payment_id=payment_id,
        account_id=account_id,
        amount_cents=cents,
        currency="CNY",
        paid_at=at,
        at=at,
        by="bank",
    )


def test_money_that_came_after_the_book_was_taken_comes_off_the_nights_figures(
    published: Store, tmp_path: Path
) -> None:
    """A book of Tuesday decided on Wednesday morning: Tuesday evening's payment is not asked for again."""
    at = opens(WEDNESDAY) + timedelta(hours=1)
    paid(published, "D-1", "A-3", 800_00, at)

    load_night(
        published, night(tmp_path / "n2", WEDNESDAY), book(tmp_path / "b2", WEDNESDAY), at=at + timedelta(hours=1)
    )

    li = next(row for row in rows(published, accounts, "account_id") if row["account_id"] == "A-3")
    assert (li["overdue_cents"], li["outstanding_cents"]) == (0, 9_000_00)
    [item] = [
        row
        for row in rows(published, queue_items, "priority")
        if row["night_id"].endswith("25") and row["person_id"] == "P-li"
    ]
    assert (item["status"], item["withdrawn_reason"]) == ("withdrawn", "withdrawn_paid")


def test_money_that_the_book_already_has_is_not_taken_off_twice(published: Store, tmp_path: Path) -> None:
    """The book lists the payment, so its figures have it; the day's minute and split are kept."""
    at = opens(WEDNESDAY)
    paid(published, "D-1", "A-3", 500_00, at)
    listed = [payment("D-1", "A-3", WEDNESDAY, 500_00)]

    load_night(
        published,
        night(tmp_path / "n2", WEDNESDAY, overdue={"A-3": 300_00}),
        book(tmp_path / "b2", WEDNESDAY, payments=listed),
        at=at + timedelta(hours=1),
    )

    li = next(row for row in rows(published, accounts, "account_id") if row["account_id"] == "A-3")
    assert li["overdue_cents"] == 300_00
    [kept] = [row for row in rows(published, payments, "payment_id") if row["payment_id"] == "D-1"]
    assert (kept["source"], kept["paid_at"], kept["split"]["principal"]) == ("day", at, 500_00)


def test_money_that_the_night_read_from_the_day_is_not_taken_off_twice(published: Store, tmp_path: Path) -> None:
    """The night says when it read the day; what came later is taken off, what came before is in its figures."""
    at = opens(WEDNESDAY)
    paid(published, "D-1", "A-3", 500_00, at)
    paid(published, "D-2", "A-3", 100_00, at + timedelta(minutes=20))

    load_night(
        published,
        night(
            tmp_path / "n2",
            WEDNESDAY,
            overdue={"A-3": 300_00},
            day_read_at=(at + timedelta(minutes=10)).isoformat(),
        ),
        book(tmp_path / "b2", WEDNESDAY),
        at=at + timedelta(hours=1),
    )

    li = next(row for row in rows(published, accounts, "account_id") if row["account_id"] == "A-3")
    assert li["overdue_cents"] == 200_00


def test_an_account_that_left_the_book_is_kept_and_its_figures_are_unknown(published: Store, tmp_path: Path) -> None:
    """Unknown is not zero: nobody is contacted about a figure that nobody knows."""
    directory = night(tmp_path / "n2", WEDNESDAY, queued=("P-zhang",))
    table = pq.read_table(directory / "aged.parquet")
    pq.write_table(table.filter(pc.not_equal(table["account_id"], "A-3")), directory / "aged.parquet")

    load_night(published, directory, book(tmp_path / "b2", WEDNESDAY), at=EVENING)

    gone = next(row for row in rows(published, accounts, "account_id") if row["account_id"] == "A-3")
    assert gone["loan_status"] == "left_the_book"
    assert gone["overdue_cents"] is None
    assert gone["as_of"] == TUESDAY


def test_a_number_keeps_its_salt_and_what_the_day_found_about_it(published: Store, tmp_path: Path) -> None:
    """Unless it is another number now; one that the book dropped is not used again."""
    before = {row["contact_point_id"]: row for row in rows(published, contact_points, "contact_point_id")}
    with published.write() as connection:
        connection.execute(contact_points.update().values(valid=False))

    load_night(
        published,
        night(tmp_path / "n2", WEDNESDAY),
        book(
            tmp_path / "b2",
            WEDNESDAY,
            contact_points=[point("zhang", "199-0000-0001"), point("li", "199-0000-9999")],
        ),
        at=EVENING,
    )

    after = {row["contact_point_id"]: row for row in rows(published, contact_points, "contact_point_id")}
    assert set(after) == {"C-zhang", "C-li"}
    assert (after["C-zhang"]["salt"], after["C-zhang"]["valid"]) == (before["C-zhang"]["salt"], False)
    assert after["C-li"]["salt"] != before["C-li"]["salt"]
    assert after["C-li"]["valid"] is None


def test_our_own_attempts_sent_back_by_the_lender_are_not_written_over(published: Store, tmp_path: Path) -> None:
    """Of what was done here, the store knows more than a dialler's export."""
    permit = called(published, "P-zhang", "C-zhang", opens(TUESDAY))
    sent_back = [contact(permit.attempt_id, "P-zhang", opens(TUESDAY) + timedelta(hours=2), account_id="A-3")]

    load_night(
        published, night(tmp_path / "n2", WEDNESDAY), book(tmp_path / "b2", WEDNESDAY, contacts=sent_back), at=EVENING
    )

    [ours] = [row for row in rows(published, attempts, "attempt_id") if row["attempt_id"] == permit.attempt_id]
    assert (ours["source"], ours["at"], ours["account_ids"]) == ("day", opens(TUESDAY), ["A-1", "A-2"])


def test_a_hold_of_the_book_ends_when_the_book_no_longer_has_it(published: Store, tmp_path: Path) -> None:
    """And a hold that it has keeps the person out."""
    listed = [{"person_id": "P-li", "kind": "hardship", "placed_on": TUESDAY, "learned_on": TUESDAY}]
    load_night(published, night(tmp_path / "n2", WEDNESDAY), book(tmp_path / "b2", WEDNESDAY, holds=listed), at=EVENING)
    [item] = [
        row
        for row in rows(published, queue_items, "priority")
        if row["night_id"].endswith("25") and row["person_id"] == "P-li"
    ]
    assert item["withdrawn_reason"] == "withdrawn_hold"

    thursday = WEDNESDAY + timedelta(days=1)
    load_night(
        published, night(tmp_path / "n3", thursday), book(tmp_path / "b3", thursday), at=EVENING + timedelta(days=1)
    )
    [hold] = rows(published, holds, "hold_id")
    assert hold["ends_on"] == thursday


def test_a_book_of_accounts_alone_is_published(store: Store, tmp_path: Path) -> None:
    """What was not sent stays unknown: the people are ids, and there is nobody to call."""
    absent = ("persons", "parties", "contact_points", "contacts", "holds", "instalments", "payments", "pauses")
    loaded = load_night(store, night(tmp_path / "n", TUESDAY), book(tmp_path / "b", TUESDAY, absent=absent), at=EVENING)

    assert loaded.queue_items == 2
    assert [(row["person_id"], row["name"], row["time_zone"]) for row in rows(store, persons, "person_id")] == [
        ("P-li", None, None),
        ("P-wang", None, None),
        ("P-zhang", None, None),
    ]


def called(store: Store, person_id: str, point_id: str, at: datetime) -> Permit:
    """One permitted call to the person."""
    [item] = [row for row in rows(store, queue_items, "priority") if row["person_id"] == person_id]
    claim(store, item["queue_item_id"], "li", at=at)
    answer = place_attempt(
        store,
        law(),
        queue_item_id=item["queue_item_id"],
        contact_point_id=point_id,
        channel="call",
        collector_id="li",
        at=at,
    )
    assert isinstance(answer, Permit), answer
    return answer


def test_the_next_night_sees_what_the_day_did(published: Store) -> None:
    """Contacts, holds, payments and promises, in the shapes of the book and nothing that the book sent."""
    at = opens(TUESDAY) + timedelta(hours=2)
    permit = called(published, "P-zhang", "C-zhang", at)
    record_outcome(published, permit.attempt_id, "right_party", by="li", at=at)
    open_call = called(published, "P-li", "C-li", at)
    paid(published, "D-1", "A-1", 400_00, at)
    paid(published, "D-2", "A-1", 100_00, at)
    reverse_payment(published, "D-2", at=at, by="bank", why="bounced")
    promise = take_promise(
        published,
        account_id="A-2",
        amount_cents=300_00,
        due_at=datetime.fromisoformat("2026-11-27T18:00:00+08:00"),
        channel="app",
        money_source="salary",
        by="portal",
        at=at,
    )
    place_hold(published, person_id="P-li", kind="hardship", by="li", at=at)

    given = day_tables(published, TUESDAY)

    assert {name: given[name].schema for name in ("contacts", "holds", "payments")} == {
        name: arrow_schema(name) for name in ("contacts", "holds", "payments")
    }
    contacts = {row["contact_id"]: row for row in given["contacts"].to_pylist()}
    assert contacts[permit.attempt_id]["outcome"] == "right_party"
    assert contacts[permit.attempt_id]["connected"] is True
    assert (contacts[open_call.attempt_id]["outcome"], contacts[open_call.attempt_id]["connected"]) == (
        "not_recorded",
        None,
    )
    assert len(contacts) == 2
    assert [(row["person_id"], row["kind"], row["ends_on"]) for row in given["holds"].to_pylist()] == [
        ("P-li", "hardship", None),
        ("P-zhang", "promise", date(2026, 11, 29)),
    ]
    assert [(row["payment_id"], row["amount_cents"], row["reversed_on"]) for row in given["payments"].to_pylist()] == [
        ("D-1", 400_00, None),
        ("D-2", 100_00, TUESDAY),
    ]
    assert list(given["promises"].column_names) == list(PROMISES)
    assert [(row["promise_id"], row["status"], row["paid_cents"]) for row in given["promises"].to_pylist()] == [
        (promise.promise_id, "pending", 0)
    ]


def test_the_day_is_handed_back_up_to_its_last_minute_and_no_further(published: Store) -> None:
    """Wednesday's work is not in Tuesday's tables, though midnight is at 16:00 UTC."""
    late = datetime.fromisoformat("2026-11-24T21:59:00+08:00")
    called(published, "P-zhang", "C-zhang", late)
    paid(published, "D-1", "A-1", 1_00, datetime.fromisoformat("2026-11-24T23:59:59+08:00"))
    paid(published, "D-2", "A-1", 1_00, datetime.fromisoformat("2026-11-25T00:00:00+08:00"))

    tuesday, wednesday = day_tables(published, TUESDAY), day_tables(published, WEDNESDAY)
    monday = day_tables(published, TUESDAY - timedelta(days=1))

    assert tuesday["contacts"].num_rows == 1
    assert tuesday["payments"].column("payment_id").to_pylist() == ["D-1"]
    assert wednesday["payments"].column("payment_id").to_pylist() == ["D-1", "D-2"]
    assert all(table.num_rows == 0 for table in monday.values())

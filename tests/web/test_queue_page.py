"""The collector's day: what comes next and why, what is mine, and what an empty list means."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, event, insert, select, update
from tests.web.asking import post, sign_in, words_of
from tests.web.conftest import Workspace
from tests.web.small_book import NOON, PEOPLE, SHANGHAI

from arrears.store import schema
from arrears.web.words.catalogue import Words
from arrears.web.words.treatments import why_chosen


@pytest.fixture
def tom(client: TestClient) -> TestClient:
    """A collector who reads English."""
    sign_in(client, "tom")
    return client


def queue_of(client: TestClient) -> str:
    return words_of(client.get("/queue").text)


def test_the_next_case_says_who_how_much_how_late_why_and_when(tom: TestClient) -> None:
    """Everything a collector asks before taking it, and the key that takes it."""
    page = queue_of(tom)
    for words in (
        "Next case ¥4,210.00 王** A-wang 45 days late, M2",
        "Follow-up call: expected to recover about ¥261 more than it costs",
        "10:30 in Shanghai. Contact is open 08:00–22:00.",
        "Figures of 23 Nov 2026, computed 8 hours ago.",
    ):
        assert words in page
    assert 'data-key="n"' in tom.get("/queue").text


@pytest.mark.parametrize(
    ("second", "said"),
    [(100_000, "¥5,210.00"), (0, "¥4,210.00"), (None, "at least ¥4,210.00")],
)
def test_what_a_person_owes_overdue_is_one_number_in_the_queue_and_on_the_case(
    tom: TestClient, workspace: Workspace, second: int | None, said: str
) -> None:
    """All their accounts, whether or not the night does something for each; what nobody knows is never nothing."""
    with workspace.store.write() as connection:
        known = select(schema.accounts).where(schema.accounts.c.account_id == "A-wang")
        row = dict(connection.execute(known).mappings().one())
        beside = {**row, "account_id": "A-wang-2", "overdue_cents": second}
        gone = {**row, "account_id": "A-wang-3", "overdue_cents": None, "loan_status": "left_the_book"}
        connection.execute(insert(schema.accounts), [beside, gone])
    assert f"Next case {said} 王**" in queue_of(tom)
    assert f"Overdue {said}" in words_of(tom.get("/case/queue-wang").text)


def test_the_hours_of_each_line_are_those_where_the_borrower_lives(tom: TestClient) -> None:
    """Ürümqi's eight o'clock is not Shanghai's."""
    page = queue_of(tom)
    assert "08:00 to 22:00, Urumqi time" in page
    assert "08:00 to 22:00, Shanghai time" in page


def test_counts_say_where_the_days_work_stands(tom: TestClient, workspace: Workspace) -> None:
    """Every item is counted once, wherever it is."""
    assert f"Can be worked now {len(PEOPLE)}" in queue_of(tom)
    post(tom, "/queue/next")
    page = queue_of(tom)
    assert f"Can be worked now {len(PEOPLE) - 1}" in page
    assert "With me 1" in page
    post(tom, "/case/queue-wang/finish", why="lender_decides")
    assert "Done 1" in queue_of(tom)
    post(tom, "/case/queue-li/hold", kind="complaint")
    page = queue_of(tom)
    assert "Withdrawn: paid or on hold 1" in page
    assert f"Can be worked now {len(PEOPLE) - 2}" in page


def test_rested_and_promised_cases_have_words_of_their_own(tom: TestClient, workspace: Workspace) -> None:
    """A rested case is seen and taken back; a promised one is neither done nor withdrawn."""
    post(tom, "/queue/next")
    post(tom, "/case/queue-wang/rest")
    page = queue_of(tom)
    assert "Resting 1" in page
    assert "I put them aside" in page
    assert post(tom, "/case/queue-wang/claim").headers["location"].endswith("said=claimed")
    assert "Resting 0" in queue_of(tom)
    with workspace.store.write() as connection:
        connection.execute(
            schema.queue_items.update()
            .where(schema.queue_items.c.queue_item_id == "queue-wang")
            .values(status="done", claimed_by=None, claimed_until=None, closed_why="promised")
        )
    page = queue_of(tom)
    assert "Promised 1" in page
    assert "Done 0" in page


def test_large_counts_are_said_to_be_large_and_not_counted_to_the_end(tom: TestClient, workspace: Workspace) -> None:
    """Nobody works by the difference between 1,001 and 1,002."""
    with workspace.store.write() as connection:
        item = dict(connection.execute(select(schema.queue_items).limit(1)).mappings().one())
        people = [{"person_id": f"P-x{n}", "time_zone": "Asia/Shanghai"} for n in range(1_001)]
        connection.execute(insert(schema.persons), people)
        items = [{**item, "queue_item_id": f"x{n}", "person_id": f"P-x{n}", "priority": 99 + n} for n in range(1_001)]
        connection.execute(insert(schema.queue_items), items)
    assert "Can be worked now 1,000+" in queue_of(tom)


def test_my_own_case_comes_first_until_it_is_done(tom: TestClient) -> None:
    """Whoever went away comes back to what they hold, with one key."""
    post(tom, "/queue/next")
    assert "With you now ¥4,210.00 王** A-wang" in queue_of(tom)
    assert post(tom, "/queue/next").headers["location"] == "/case/queue-wang"


def test_reading_the_queue_takes_nothing(tom: TestClient, workspace: Workspace) -> None:
    """Only the key claims; a page that is merely looked at leaves every case free."""
    tom.get("/queue")
    tom.get("/case/queue-wang")
    with workspace.store.read() as connection:
        claimed = select(schema.queue_items).where(schema.queue_items.c.status == "claimed")
        assert connection.execute(claimed).all() == []


def test_before_the_first_lawful_minute_the_page_says_when_it_is(tom: TestClient, workspace: Workspace) -> None:
    """Nothing to take, and not because the work is done."""
    workspace.clock.now = datetime(2026, 11, 24, 7, 30, tzinfo=SHANGHAI)
    page = queue_of(tom)
    assert "Nobody may be contacted at this minute" in page
    assert "The first case opens at Tue 24 Nov 08:00." in page
    assert post(tom, "/queue/next").headers["location"] == "/queue?said=nothing_next"


def test_after_the_last_lawful_minute_the_day_is_over(workspace: Workspace) -> None:
    """What was not worked is counted, and belongs to the next night."""
    workspace.clock.now = NOON + timedelta(hours=14)
    with TestClient(workspace.app, follow_redirects=False) as client:
        sign_in(client, "tom")
        page = queue_of(client)
    assert "The day of this queue is over" in page
    assert f"{len(PEOPLE)} cases were not worked in their lawful hours" in page


def test_when_all_is_worked_the_page_says_that_and_not_that_something_is_wrong(
    tom: TestClient, workspace: Workspace
) -> None:
    """Done, and with colleagues, are two different rests."""
    with workspace.store.write() as connection:
        connection.execute(update(schema.queue_items).values(status="done"))
    assert "The queue is empty" in queue_of(tom)
    with workspace.store.write() as connection:
        lina = connection.execute(select(schema.users.c.user_id).where(schema.users.c.username == "lina")).scalar()
        until = NOON + timedelta(minutes=20)
        one = schema.queue_items.c.queue_item_id == "queue-li"
        values = {"status": "claimed", "claimed_by": lina, "claimed_at": NOON, "claimed_until": until}
        connection.execute(update(schema.queue_items).where(one).values(**values))
    assert "Every case is with a colleague" in queue_of(tom)


def test_without_a_night_the_page_says_how_to_get_one(tom: TestClient, workspace: Workspace) -> None:
    """An empty store is not an empty day."""
    with workspace.store.write() as connection:
        for table in (schema.queue_items, schema.plan, schema.nights):
            connection.execute(delete(table))
    page = queue_of(tom)
    assert "No night has been published yet" in page
    assert "arrears night run" in page


def test_a_night_that_left_everybody_alone_says_why(tom: TestClient, workspace: Workspace) -> None:
    """The real card book: nobody can be contacted, and the largest accounts stand with the reason."""
    with workspace.store.write() as connection:
        connection.execute(delete(schema.queue_items))
        values = {"treatment": None, "reason": "held_for_missing_contact_point"}
        connection.execute(update(schema.plan).values(**values))
    page = queue_of(tom)
    assert "The night put nobody into the queue" in page
    assert "Name not in the book NT$320,115.00 M3 A-card no contact point with a lawful source" in page


def test_figures_older_than_a_day_are_said_to_be_old(workspace: Workspace) -> None:
    """Two days later the page is the same, and says that it should not be."""
    workspace.clock.now = NOON + timedelta(days=2)
    with TestClient(workspace.app, follow_redirects=False) as client:
        sign_in(client, "tom")
        assert "These figures are more than a day old" in queue_of(client)
    workspace.clock.now = NOON
    with TestClient(workspace.app, follow_redirects=False) as client:
        sign_in(client, "tom")
        assert "more than a day old" not in queue_of(client)


def test_the_queue_is_read_in_as_many_questions_whatever_its_length(workspace: Workspace, tom: TestClient) -> None:
    """One query for the list, not one per line."""
    asked = 0

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    event.listen(workspace.store.engine, "before_cursor_execute", count)
    tom.get("/queue")
    event.remove(workspace.store.engine, "before_cursor_execute", count)
    assert asked < 25


@pytest.mark.parametrize(
    "asked", ["A-wang", "P-wang", "19900000001", "+86 199-0000-0001", "1 9 9 0 0 0 0 0 0 0 1", "王晓燕", "王晓"]
)
def test_a_case_is_found_by_account_number_phone_or_the_beginning_of_a_name(tom: TestClient, asked: str) -> None:
    """Whoever calls in says one of these; the phone is the same however it is written."""
    assert tom.get("/find", params={"asked": asked}).headers["location"] == "/case/queue-wang"


@pytest.mark.parametrize("asked", ["王", "199000", "1990000000", "%", "__", "晓燕"])
def test_a_search_is_no_way_to_look_through_a_book(tom: TestClient, asked: str) -> None:
    """One letter, part of a number, a wildcard or the middle of a name finds nobody."""
    answer = tom.get("/find", params={"asked": asked})
    assert answer.status_code == 404
    assert "The book has no account, person or telephone number like that" in words_of(answer.text)


def test_several_people_of_one_name_are_told_apart_masked(tom: TestClient) -> None:
    """The list shows no whole name and no whole account number."""
    page = words_of(tom.get("/find", params={"asked": "赵样本"}).text)
    assert "14 people found" in page
    assert "赵*** …re00" in page
    assert "赵样本0" not in page
    assert "A-more00" not in page


def test_a_row_shows_what_sorts_it_for_the_whole_person(tom: TestClient, workspace: Workspace) -> None:
    """Two accounts are worth both together, and the minute that the order goes by stands beside it."""
    with workspace.store.write() as connection:
        two = {"account_ids": ["A-wang", "A-other"], "value_cents": 146_200.0}
        connection.execute(update(schema.queue_items).where(schema.queue_items.c.person_id == "P-wang").values(**two))
    assert "about ¥1,462 after cost, ¥244 a minute" in queue_of(tom)


def test_days_and_bucket_are_of_one_account(tom: TestClient, workspace: Workspace) -> None:
    """A person with a fresh and an old account: the worst is shown whole, and named as the worst."""
    with workspace.store.write() as connection:
        row = dict(
            connection.execute(select(schema.accounts).where(schema.accounts.c.account_id == "A-wang")).mappings().one()
        )
        other = {**row, "account_id": "A-wang-2", "days_past_due": 288, "bucket": "M7+"}
        connection.execute(insert(schema.accounts), [other])
    assert "288 days late, M7+ (worst of 2 accounts)" in queue_of(tom)
    assert "288 days late, M7+ (worst of 2 accounts)" in words_of(tom.get("/case/queue-wang").text)


def test_a_better_step_that_capacity_left_out_is_explained() -> None:
    """What is worth more here and was not chosen went to where it is worth more; order and figures agree."""
    told = why_chosen(
        Words("en"),
        name="Follow-up call",
        value_cents=1_400,
        second="a person decides",
        second_value_cents=4_400,
        currency="CNY",
    )
    assert "A person decides would bring about ¥44 here, but there is not enough of it tonight" in told
    assert "next best" not in told

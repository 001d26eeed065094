"""The night's page, on a night that was really run: its figures are the night's own."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.web.asking import sign_in, words_of
from tests.web.conftest import DAY, MORNING

from arrears.law.load import Law
from arrears.store.open import open_store
from arrears.store.pages import read_night
from arrears.web.app import create_app
from arrears.web.night.page import night_files
from arrears.web.night.view import night_view
from arrears.web.words.catalogue import Words


def said_by(home: Path) -> dict[str, Any]:
    directory = next(path for path in (home / "nights").iterdir() if not path.name.startswith("."))
    return {name: json.loads((directory / f"{name}.json").read_text("utf-8")) for name in ("summary", "certificate")}


def test_every_figure_is_the_nights_own(opened: TestClient, night_home: Path) -> None:
    """Buckets, steps and reasons as summary.json has them, each in a table behind its chart."""
    sign_in(opened, "hana")
    html = opened.get("/night").text
    page = words_of(html)
    said = said_by(night_home)["summary"]
    en = Words("en")
    for row in said["buckets"]:
        overdue = en.money_round(row["overdue_cents"], "CNY")
        assert f"{row['bucket']} {row['accounts']} {overdue} {row['treated']}" in page
    for row in said["reasons"]:
        assert en.reason(row["reason"]) in page
    assert f"People who get a step {said['persons_treated']}" in page
    drawn = [int(value) for value in re.findall(r'data-value="(-?\d+)"', html)]
    assert sum(drawn) == sum(row["accounts"] + round(row["overdue_cents"] / 100) for row in said["buckets"]) + sum(
        round(row["value_cents"] / 100) for row in said["treatments"]
    )


def test_every_chart_has_a_table_behind_it_and_a_line_that_reads_it(opened: TestClient) -> None:
    """Whoever can't see the picture has the same numbers and the same point."""
    sign_in(opened, "hana")
    html = opened.get("/night").text
    charts = re.findall(r"<figure.*?</figure>", html, re.DOTALL)
    assert len(charts) == 2
    for chart in charts:
        assert "<table>" in chart
        assert re.search(r'class="reading">[^<]{20,}', chart)
        assert 'aria-hidden="true"' in chart.split("data-canvas")[1][:30]


def test_the_certificate_says_bound_reached_and_gap(opened: TestClient, night_home: Path) -> None:
    """The numbers of certificate.json, and in words what they prove."""
    sign_in(opened, "hana")
    page = words_of(opened.get("/night").text)
    said = said_by(night_home)["certificate"]
    en = Words("en")
    assert f"Upper bound {en.money_round(said['upper_bound'] / 65536, 'CNY')}" in page
    assert f"Reached {en.money_round(said['value_cents'], 'CNY')}" in page
    assert re.search("No (other )?plan under the same law and capacity could be worth more", page)


def test_the_page_says_how_old_it_is_and_where_it_comes_from(opened: TestClient, night_home: Path) -> None:
    """Day of the figures, when they were computed, night, policy and law by their ids."""
    sign_in(opened, "hana")
    page = words_of(opened.get("/night").text)
    assert re.search(r"Figures of 24 Nov 2026, computed .+ ago\.", page)
    for name in ("night-", "default-2026-11", "Law law-"):
        assert name in page or name.removeprefix("Law ") in page


def test_in_chinese_it_says_the_same(opened: TestClient) -> None:
    """Words of capacity and treatments are the policy's own Chinese."""
    sign_in(opened, "fang")
    page = words_of(opened.get("/night").text)
    for words in ("催收员小时", "最优性证明", "上界", "选定的措施", "不采取措施及原因"):
        assert words in page


def test_without_its_files_the_page_says_which_home_is_missing(night_home: Path, law: Law, tmp_path: Path) -> None:
    """A store without its home folder shows no figures of its own invention."""
    shutil.copy(night_home / "arrears.db", tmp_path / "arrears.db")
    store = open_store(f"sqlite:///{tmp_path / 'arrears.db'}")
    with TestClient(create_app(store, law, home=tmp_path, clock=lambda: MORNING), follow_redirects=False) as client:
        sign_in(client, "hana")
        page = words_of(client.get("/night").text)
    store.close()
    assert "The files of this night are not here" in page
    assert "Start the workspace with the home folder that the night was run in." in page


def row_of(**changed: Any) -> dict[str, Any]:
    """One capacity of a certificate."""
    return {"id": "agent_minutes", "limit": 3600, "used": 3600, "price": 65536 * 100, "closed": False, **changed}


@pytest.mark.parametrize(
    ("capacity", "words"),
    [
        (row_of(), "One more (collector-hour) would bring about ¥60.00 more."),
        (row_of(price=0, used=10), "There is enough of it: one more would bring nothing."),
        (row_of(limit=0, used=0, closed=True), "There is none of it today, so nobody gets what needs it."),
        (row_of(limit=None, price=0), "It has no limit."),
        (row_of(id="drone_flights", price=65536 * 250), "One more (drone flights) would bring about ¥2.50 more."),
    ],
)
def test_a_price_of_capacity_is_said_in_words(night_home: Path, capacity: dict[str, Any], words: str) -> None:
    """What one more unit that people count in would bring: 60 minutes at 1.00 are an hour at 60.00."""
    store = open_store(f"sqlite:///{night_home / 'arrears.db'}")
    with store.read() as connection:
        page = read_night(connection)
    store.close()
    assert page is not None
    said = said_by(night_home)
    certificate = {**said["certificate"], "capacities": [capacity]}
    view = night_view(page, said["summary"], certificate, Words("en"), MORNING)
    assert view.capacities[0].price == words


@pytest.mark.parametrize(
    ("gap_cents", "relative", "words"),
    [
        (0.0, 0.0, "No other plan under the same law and capacity could be worth more than this one."),
        (1250.0, 2.6e-6, "at most ¥12.50 (0.0003%) is left on the table"),
        (3.0, 1e-8, "at most ¥0.03 (less than 0.0001%) is left on the table"),
        (0.2, 1e-13, "at most less than ¥0.01 (less than 0.0001%) is left on the table"),
    ],
)
def test_a_gap_is_never_rounded_to_none(night_home: Path, gap_cents: float, relative: float, words: str) -> None:
    """A gap that is there is said, however small; only none is none."""
    store = open_store(f"sqlite:///{night_home / 'arrears.db'}")
    with store.read() as connection:
        page = read_night(connection)
    store.close()
    assert page is not None
    said = said_by(night_home)
    certificate = {**said["certificate"], "gap_cents": gap_cents, "relative_gap": relative}
    assert words in night_view(page, said["summary"], certificate, Words("en"), MORNING).gap_words


def test_what_the_book_does_not_say_is_unknown_and_not_nothing(night_home: Path) -> None:
    """A book of months has buckets and no overdue amounts: the page says unknown, and draws no bar for it."""
    store = open_store(f"sqlite:///{night_home / 'arrears.db'}")
    with store.read() as connection:
        page = read_night(connection)
    store.close()
    assert page is not None
    said = said_by(night_home)
    summary = {
        **said["summary"],
        "accounts": 30,
        "overdue_cents": 0,
        "buckets": [
            {"bucket": "M0", "accounts": 20, "overdue_cents": 0, "treated": 0},
            {"bucket": "M1", "accounts": 10, "overdue_cents": None, "treated": 0},
        ],
    }
    view = night_view(page, summary, said["certificate"], Words("en"), MORNING)
    assert view.overdue == "unknown"
    assert view.buckets[1].overdue == "unknown"
    assert view.buckets[1].overdue_value is None
    assert view.buckets_reading == "The book does not say how much is overdue on 10 of 30 accounts."


def test_the_files_are_those_of_the_night_that_people_work(night_home: Path) -> None:
    """Another id is another night, and its files are not shown in place of these."""
    name = next(path.name for path in (night_home / "nights").iterdir() if not path.name.startswith("."))
    night_id = "night-" + name.removeprefix(f"{DAY.isoformat()}-")
    assert night_files(night_home, DAY.isoformat(), night_id) is not None
    assert night_files(night_home, DAY.isoformat(), "night-0000000000000000") is None

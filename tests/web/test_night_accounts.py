"""Behind every figure of the night stand its accounts: as many as the figure says, and no others."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from fastapi.testclient import TestClient
from tests.web.asking import sign_in, words_of
from tests.web.conftest import Workspace
from tests.web.small_night import write_night
from tests.web.test_night_page import said_by

from arrears.book.table import TABLES
from arrears.kernel.reasons import Reason
from arrears.nightly.behind_figure import ROWS, Figure, behind_figure
from arrears.web.night.accounts_view import UNKNOWN, Asked, address_of
from arrears.web.words.catalogue import Words
from arrears.web.words.labels import LABELS

PROTECTED = [reason.value for reason in Reason if reason.startswith("held_for_") and reason != "held_for_minimum_wait"]


def figures_on(page: str) -> list[tuple[str, int]]:
    """Every figure of the page that opens a list: where, and what it says."""
    found = re.findall(r'<a href="(/night/accounts[^"]*)">([\d,]+)</a>', page)
    return [(html.unescape(href), int(number.replace(",", ""))) for href, number in found]


def plan_of(home: Path) -> list[dict[str, Any]]:
    directory = next(path for path in (home / "nights").iterdir() if not path.name.startswith("."))
    with duckdb.connect() as con:
        found = con.read_parquet(str(directory / "plan.parquet"))
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def test_every_figure_of_a_real_night_opens_as_many_accounts_as_it_says(opened: TestClient, night_home: Path) -> None:
    """By bucket, got a step, by treatment and by reason: the list has the figure's number at its head."""
    sign_in(opened, "hana")
    figures = figures_on(opened.get("/night").text)
    said = said_by(night_home)["summary"]
    assert len(figures) == 2 * len(said["buckets"]) + len(said["treatments"]) + len(said["reasons"])
    for href, number in figures:
        page = opened.get(href)
        assert page.status_code == 200
        assert f"Accounts {number:,} Overdue" in words_of(page.text), href
        assert page.text.count('<th scope="row" class="code nowrap">') == min(number, ROWS)


def test_a_list_goes_from_the_most_overdue_down_through_all_its_pages(opened: TestClient, night_home: Path) -> None:
    """No account twice, none left out: the pages together are the rows of the plan, in their order."""
    directory = next(path for path in (night_home / "nights").iterdir() if not path.name.startswith("."))
    rows = [row for row in plan_of(night_home) if row["reason"] == "no_arrears"]
    assert len(rows) > 2 * ROWS
    figure = Figure({"reason": "no_arrears"})
    pages = [behind_figure(directory, figure, page=n) for n in range(1, -(-len(rows) // ROWS) + 1)]
    listed = [row["account_id"] for page in pages if page is not None for row in page.rows]
    wanted = sorted(
        rows, key=lambda row: (row["overdue_cents"] is None, -(row["overdue_cents"] or 0), row["account_id"])
    )
    assert listed == [row["account_id"] for row in wanted]
    sign_in(opened, "hana")
    first = opened.get(address_of(figure.values)).text
    further = re.search(r'<a href="([^"]+)">Further</a>', first)
    assert further
    second = words_of(opened.get(html.unescape(further[1])).text)
    assert f"{ROWS + 1} to {2 * ROWS} of {len(rows)}, most overdue first." in second


def test_an_account_of_the_list_is_masked_and_leads_to_its_case(opened: TestClient, night_home: Path) -> None:
    """The end of the lender's number, days, overdue, step and reason; the link is the person's case as it stands."""
    sign_in(opened, "hana")
    treated = [row for row in plan_of(night_home) if row["treatment"]]
    row = max(treated, key=lambda row: row["overdue_cents"])
    page = opened.get(address_of({"bucket": row["bucket"]}, treated=True)).text
    assert row["account_id"] not in words_of(page)
    line = next(each for each in re.findall("<tr>.*?</tr>", page) if f"…{row['account_id'][-4:]}</a>" in each)
    en = Words("en")
    for words in (row["bucket"], str(row["days_past_due"]), en.money(row["overdue_cents"], row["currency"])):
        assert f">{words}<" in line
    href = re.search(r'href="(/case/[^"]+)"', line)
    assert href
    case = opened.get(href[1])
    assert case.status_code == 200
    assert row["account_id"] in case.text


def test_whoever_nobody_can_reach_is_listed_under_that_reason(opened: TestClient, night_home: Path) -> None:
    """Without a valid contact point nobody waits for a step: the lender is asked, or the reason says what is absent."""
    sign_in(opened, "hana")
    book = next(path for path in (night_home / "books").iterdir() if path.is_dir() and not path.name.startswith("."))
    with duckdb.connect() as con:
        reached = con.read_parquet(str(book / "contact_points.parquet")).filter("valid IS NOT false")
        may_be_reached = {row[0] for row in reached.project("person_id").fetchall()}
    alone = [row for row in plan_of(night_home) if row["person_id"] not in may_be_reached and row["bucket"] != "M0"]
    waited_for = {"held_for_missing_contact_point", "no_treatment_worth_its_cost", "no_capacity_left"}
    assert any(row["reason"] == "held_for_missing_contact_point" for row in alone)
    assert {row["reason"] for row in alone} - waited_for <= {None, *PROTECTED}
    assert {row["treatment"] for row in alone} <= {None, "ask_lender_for_contact", "refer_to_human"}
    listed = opened.get(address_of({"reason": "held_for_missing_contact_point"})).text
    assert "no contact point with a lawful source" in words_of(listed)
    for row in alone:
        if row["reason"] == "held_for_missing_contact_point":
            assert f"…{row['account_id'][-4:]}</a>" in listed


def test_who_opens_no_case_is_given_no_link_to_one(client: TestClient, workspace: Workspace, tmp_path: Path) -> None:
    """A compliance officer reads the list; a page that would refuse them is not offered."""
    write_night(workspace.store, tmp_path)
    sign_in(client, "compl")
    page = client.get(address_of({"bucket": "M2"})).text
    assert "A-wang" in page
    assert "/case/" not in page


def test_a_collector_is_shown_no_list_of_the_book(client: TestClient, workspace: Workspace, tmp_path: Path) -> None:
    """Whoever does not answer for the night is sent to those who do."""
    write_night(workspace.store, tmp_path)
    sign_in(client, "tom")
    answer = client.get("/night/accounts?bucket=M2")
    assert answer.status_code == 403
    assert "A-wang" not in answer.text


def test_what_is_not_known_is_a_figure_of_its_own(client: TestClient, workspace: Workspace, tmp_path: Path) -> None:
    """Accounts without a bucket or an amount are listed as unknown, after all that are known, and never as zero."""
    directory = write_night(workspace.store, tmp_path)
    sign_in(client, "hana")
    page = words_of(client.get(address_of({"bucket": None})).text)
    assert "bucket unknown" in page
    assert "Accounts 1 Overdue at least" in page
    assert "Of 1 accounts the book does not say how much is overdue; they come last." in page
    every = behind_figure(directory, Figure({}))
    assert every is not None
    assert every.rows[-1]["overdue_cents"] is None


@pytest.mark.parametrize(
    ("address", "total"),
    [
        ("/night/accounts?bucket=M2%27%20OR%201=1--", 0),
        ("/night/accounts?reason=no_such_reason", 0),
        ("/night/accounts?treatment=%3Cscript%3E", 0),
        ("/night/accounts?bucket=M2&page=-3", 2),
        ("/night/accounts?bucket=M2&page=9999999999999999999999", 2),
        ("/night/accounts?bucket=M2&page=٣", 2),
        ("/night/accounts?account_id=A-wang", None),
    ],
)
def test_an_address_that_somebody_typed_lists_what_it_says_and_no_more(
    client: TestClient, workspace: Workspace, tmp_path: Path, address: str, total: int | None
) -> None:
    """A value is a value and never part of a query; a name the night does not count by is not read."""
    write_night(workspace.store, tmp_path)
    sign_in(client, "hana")
    answer = client.get(address)
    assert answer.status_code == 200
    page = words_of(answer.text)
    assert "<script>" not in answer.text
    everyone = behind_figure(next((tmp_path / "nights").iterdir()), Figure({}))
    assert everyone is not None
    assert f"Accounts {everyone.accounts if total is None else total} Overdue" in page


def test_a_plan_that_is_missing_or_damaged_is_said(client: TestClient, workspace: Workspace, tmp_path: Path) -> None:
    """Never an empty list in its place."""
    directory = write_night(workspace.store, tmp_path)
    (directory / "plan.parquet").write_bytes(b"PAR1 nothing PAR1")
    sign_in(client, "hana")
    page = words_of(client.get("/night/accounts?bucket=M2").text)
    assert "The files of this night are not here" in page
    assert "arrears night show --verify" in page


def test_a_night_counts_by_nothing_else() -> None:
    """A column that no figure counts by is refused in words that name those it may be."""
    with pytest.raises(ValueError, match="it counts by bucket, treatment"):
        Figure({"person_id": "P-1"}).where()


def test_an_address_says_a_figure_and_is_read_back_as_it() -> None:
    """What is unknown has a sign of its own: an empty value is another."""
    values = {"treatment": None, "reason": "held_for_dispute", "provision_id": None}
    address = address_of(values, page=3)
    assert address == f"/night/accounts?treatment={UNKNOWN}&reason=held_for_dispute&provision_id={UNKNOWN}&page=3"
    asked = Asked.of(dict(pair.split("=") for pair in address.partition("?")[2].split("&")))
    assert (asked.values, asked.treated, asked.page) == (values, False, 3)


@pytest.mark.parametrize(
    ("username", "said"),
    [
        (
            "hana",
            (
                "The lender did not send: chargebacks, monthly records.",
                "Worked out, not told by the lender: accounts.overdue_cents = months late × instalment.",
                "Of 1 accounts the overdue amount is unknown; no sum counts them.",
                "On 3 accounts the lender's balance is another than ours, in all by NT$120: schedule and payments",
            ),
        ),
        ("fang", ("机构未报送：退单、月度记录。", "推算值，并非机构报送：accounts.overdue_cents = 逾期月数 × 月供。")),
    ],
)
def test_the_night_says_what_of_its_book_is_worked_out_and_what_is_absent(
    client: TestClient, workspace: Workspace, tmp_path: Path, username: str, said: tuple[str, ...]
) -> None:
    """Beside the figures, for whoever answers for them: what the lender told and what nobody did."""
    write_night(workspace.store, tmp_path)
    sign_in(client, username)
    page = words_of(client.get("/night").text)
    for words in said:
        assert words in page


def test_every_table_of_a_book_has_a_name_for_people() -> None:
    """A table that the lender left out is named, whichever it is."""
    assert set(LABELS["book_table"]) == set(TABLES)

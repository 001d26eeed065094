"""Offers, law and value of a whole book in columns equal those worked out account by account."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest
from tests.decision.row_by_row import one_offer, one_value

from arrears.ageing.from_book import age
from arrears.ageing.rules import AgeingRules
from arrears.book.read import open_book
from arrears.book.synthetic import publish_synthetic
from arrears.book.table import CONTACTS, Snapshot
from arrears.decision import from_segmentation as decision
from arrears.decision.allocate.problem import NOT_ALLOWED
from arrears.decision.from_book import NO_SECOND
from arrears.decision.law_mask import history_for, masked
from arrears.decision.load import shipped
from arrears.decision.policy import CHANNELS, Policy, policy_from_toml
from arrears.kernel.days import zone_named
from arrears.kernel.reasons import Reason
from arrears.kernel.table import schema_of
from arrears.law.act import Act, PastContact, Standing
from arrears.law.judge import judge
from arrears.law.load import Law, load_law
from arrears.nightly.run import with_day, zones_of
from arrears.segmentation.from_ageing import cases

NIGHT = date(2026, 11, 23)
Row = dict[str, Any]


@pytest.fixture(scope="module")
def law() -> Law:
    return load_law(["cn"], run_on=NIGHT)


@pytest.fixture(scope="module", params=["default", "impatient"])
def policy(request: pytest.FixtureRequest) -> Policy:
    """The shipped policy; and one whose ladder never waits, so that only law stands in its way."""
    text = shipped()["default-2026-11"]
    if request.param == "impatient":
        text = re.sub(r"(wait_days|again_after_days|needs_attempts)( *)= \d+", r"\1\2= 0", text)
        text = text.replace("vulnerable = false\n", "").replace("talked_before = false", "")
    return policy_from_toml(text, where=request.param)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """700 loans, and a busy morning: a third of the people we called lately were called again today, four times."""
    home = tmp_path_factory.mktemp("home")
    path = publish_synthetic(home, loans=700, seed=23, as_of=NIGHT, detail="full", contacts_per_loan=6)
    book = open_book(Path(path), ibis.duckdb.connect())
    calls = [row for row in rows_of(book, "contacts") if row["channel"] == "call" and row["number"]]
    first = {row["person_id"]: row for row in calls}
    today = [
        {
            **row,
            "contact_id": f"{row['contact_id']}-today-{hour}",
            "at": datetime.combine(NIGHT, time(hour), UTC) - timedelta(hours=8),
            "connected": place % 2 == 0,
        }
        for place, row in enumerate(list(first.values())[::3])
        for hour in (8, 8, 9, 9)[: 4 if place % 4 else 2]
    ]
    for number, row in enumerate(today):
        row["contact_id"] = f"{row['contact_id']}-{number}"
    schema = schema_of({name: kind.lstrip("!") for name, kind in CONTACTS.items()}).to_pyarrow()
    return with_day(book, {"contacts": pa.Table.from_pylist(today, schema=schema)})


@pytest.fixture(scope="module")
def ready(book: Snapshot, law: Law, policy: Policy) -> dict[str, Row]:
    """What the columns say, by account."""
    zones = zones_of(book)
    late = decision.late_accounts(cases(age(book, AgeingRules()), book), book, policy, zones).cache()
    lawful = masked(late, history_for(book, law).cache(), law, policy, NIGHT, zones)
    rows = decision.valued(lawful, policy).to_pyarrow().to_pylist()
    return {row["account_id"]: row for row in rows}


def rows_of(book: Snapshot, name: str) -> list[Row]:
    rows: list[Row] = book[name].to_pyarrow().to_pylist()
    return rows


def expected(book: Snapshot, law: Law, policy: Policy) -> dict[str, Row]:
    """The obvious version: one account after another, law asked one act at a time."""
    people = {row["person_id"]: row for row in rows_of(book, "persons")}
    points: dict[str, list[Row]] = defaultdict(list)
    for row in rows_of(book, "contact_points"):
        points[row["person_id"]].append(row)
    contacts: dict[str, list[Row]] = defaultdict(list)
    owner = {row["account_id"]: row["person_id"] for row in rows_of(book, "accounts")}
    history = []
    for row in rows_of(book, "contacts"):
        contacts[row["person_id"]].append(row)
        history.append(
            PastContact(
                contact_id=row["contact_id"],
                at=row["at"],
                channel=row["channel"],
                person_id=row["person_id"],
                debtor_id=owner.get(row["account_id"]) or row["person_id"],
                direction=row["direction"],
                number=row["number"],
                connected=row["connected"],
            )
        )
    found = {}
    for case in cases(age(book, AgeingRules()), book).to_pyarrow().to_pylist():
        if case["held_reason"] is None and (case["overdue_cents"] or 0) > 0:
            who = case["person_id"]
            facts = facts_of(case, people[who], contacts[who], policy)
            used = {CHANNELS[channel] for channel in policy.channels}
            facts["points"] = {p["channel"] for p in points[who] if p["valid"] is not False} & used
            found[case["account_id"]] = one_ready(case, facts, points[who], history, law, policy)
    return found


def facts_of(case: Row, person: Row, contacts: list[Row], policy: Policy) -> Row:
    since = datetime.combine(NIGHT - timedelta(policy.window_days), time(0), UTC)
    week = datetime.combine(NIGHT - timedelta(7), time(0), UTC)
    until = datetime.combine(NIGHT + timedelta(1), time(0), UTC)
    tried = [row for row in contacts if row["direction"] == "outbound" and since <= row["at"] < until]
    offset = datetime.combine(NIGHT, time(12), zone_named(case["time_zone"])).utcoffset()
    assert offset is not None

    def last(rows: list[Row]) -> int:
        return max((int(row["at"].timestamp()) for row in rows), default=NO_SECOND)

    calls = ("call", "ai_call")
    facts = {
        **case,
        "segment": case["segment"] or "unknown",
        "vulnerable": case["vulnerability"] is not None,
        "offset_seconds": int(offset.total_seconds()),
        "attempts": len(tried),
        "attempts_7d": sum(row["at"] >= week for row in tried),
        "last_second": last(tried),
        "answered_before": "unknown",
        "payday_near": payday_near(person["payday"]),
    }
    if tried:
        facts["answered_before"] = "yes" if any(row["connected"] and row["channel"] in calls for row in tried) else "no"
    for channel in policy.channels:
        mine = [row for row in tried if row["channel"] in (calls if channel == "call" else (channel,))]
        facts[f"attempts_{channel}"] = len(mine)
        facts[f"last_{channel}_second"] = last(mine)
    return facts


def payday_near(payday: int | None) -> str:
    """On the day or up to two days after it; the night is not at a month's end."""
    if payday is None:
        return "unknown"
    return "yes" if payday in {(NIGHT - timedelta(back)).day for back in range(3)} else "no"


def one_ready(case: Row, facts: Row, points: list[Row], history: list[PastContact], law: Law, policy: Policy) -> Row:
    gross: dict[str, int | None] = {}
    fitting = reachable = waited = contacting = False
    against: dict[str, str] = {}
    for treatment in policy.treatments:
        fits, is_open = one_offer(facts, treatment, policy, NIGHT)
        kind = CHANNELS[treatment.channel]
        usable = [point for point in points if point["channel"] == kind and point["valid"] is not False]
        usable.sort(key=lambda point: (point["valid"] is not True, point["contact_point_id"]))
        has_point = kind is None or bool(usable)
        fitting, reachable = fitting or fits, reachable or (fits and has_point)
        contacting = contacting or (fits and kind is not None)
        waited = waited or (fits and has_point and is_open)
        may = fits and has_point and is_open
        if may and kind is not None:
            provision = refused_by(case, treatment.channel, usable[0], history, law, policy)
            if provision is not None:
                against.setdefault(treatment.channel, provision)
                may = False
        one = {**facts, "vulnerable": False, "attempts_7d": facts["attempts_7d"]}
        gross[treatment.id] = gross_of(one, treatment.id, policy) if may else None
    reason, provision = None, None
    if all(value is None for value in gross.values()):
        if not fitting:
            reason = Reason.NO_TREATMENT_FITS
        elif not reachable or (contacting and not facts["points"]):
            reason = Reason.HELD_FOR_MISSING_CONTACT_POINT
        elif not waited:
            reason = Reason.HELD_FOR_MINIMUM_WAIT
        else:
            reason = Reason.NO_LAWFUL_TREATMENT
            provision = next(against[channel] for channel in policy.channels if channel in against)
    return {
        "blocked_reason": reason,
        "blocked_provision": provision,
        **{f"gross_{name}": value for name, value in gross.items()},
    }


def gross_of(facts: Row, treatment_id: str, policy: Policy) -> int:
    """The value with its cost and harm added back."""
    treatment = policy.treatment(treatment_id)
    nothing = one_value({**facts, "overdue_cents": 0}, treatment, policy)
    return one_value(facts, treatment, policy) - nothing


def refused_by(case: Row, channel: str, point: Row, history: list[PastContact], law: Law, policy: Policy) -> str | None:
    who = case["person_id"]
    at = datetime.combine(NIGHT, policy.slots[channel], zone_named(case["time_zone"]))
    act = Act(
        at=at,
        channel=channel,
        debtor_id=who,
        recipient_id=who,
        recipient_role="borrower",
        account_ids=(case["account_id"],),
        number=point["value"],
        lawful_source=point["lawful_source"],
    )
    holds = frozenset(filter(None, case["holds"].split(",")))
    standing = Standing(time_zone=case["time_zone"], holds=holds, facts={"product": case["product"]})
    related = [past for past in history if who in (past.person_id, past.debtor_id) or past.number == act.number]
    verdict = judge(law, act, standing, related)
    return verdict.against[0].provision_id if verdict.against else None


def test_offers_law_and_value_equal_the_obvious_version(
    book: Snapshot, law: Law, policy: Policy, ready: dict[str, Row]
) -> None:
    """Every late account: the same treatments open, worth the same cents, or closed for the same reason."""
    wanted = expected(book, law, policy)
    assert set(ready) == set(wanted)
    for account_id, row in wanted.items():
        assert {name: ready[account_id][name] for name in row} == row, account_id
    law_spoke = [row for row in wanted.values() if row["blocked_reason"] == Reason.NO_LAWFUL_TREATMENT]
    waits = [row for row in wanted.values() if row["blocked_reason"] == Reason.HELD_FOR_MINIMUM_WAIT]
    assert bool(law_spoke) != bool(waits), "the default waits before law has to speak; the impatient one meets law"


def test_a_persons_loans_add_up_and_cost_and_harm_count_once(ready: dict[str, Row], policy: Policy) -> None:
    """The borrower stands above the loan."""
    rows = [row for row in ready.values() if row["blocked_reason"] is None]
    together: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        together[row["person_id"]].append(row)
    assert any(len(loans) > 1 for loans in together.values())
    table = ibis.memtable(decision_rows(rows, policy))
    units = decision.persons_of(table, policy).to_pyarrow().to_pylist()
    assert {unit["person_id"] for unit in units} == set(together)
    for unit in units:
        loans = together[unit["person_id"]]
        assert unit["lead_account_id"] == min(loan["account_id"] for loan in loans)
        for treatment in policy.treatments:
            sums = [loan[f"gross_{treatment.id}"] for loan in loans if loan[f"gross_{treatment.id}"] is not None]
            facts = {
                "overdue_cents": 0,
                "stage": "growth",
                "attempts": 0,
                "attempts_7d": max(loan["attempts_7d"] for loan in loans),
                "vulnerable": any(loan["vulnerable"] for loan in loans),
                **dict.fromkeys(("segment", "product", "answered_before", "payday_near"), "unknown"),
            }
            paid = one_value(facts, treatment, policy)
            assert unit[f"value_{treatment.id}"] == (sum(sums) + paid if sums else NOT_ALLOWED)


def decision_rows(rows: list[Row], policy: Policy) -> Any:
    kinds = {
        "account_id": pa.string(),
        "person_id": pa.string(),
        "overdue_cents": pa.int64(),
        "vulnerable": pa.bool_(),
        "attempts_7d": pa.int64(),
        "blocked_reason": pa.string(),
        **{f"gross_{treatment.id}": pa.int64() for treatment in policy.treatments},
    }
    return pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in kinds.items()})

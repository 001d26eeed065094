"""A plain contact log: what is held, what is found, and that the columns agree with plain loops."""

from __future__ import annotations

import csv
import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.law.audit.slow_log import Found, Row, audit
from typer.testing import CliRunner

from arrears.cli import application
from arrears.cli._contact_log import FIELDS, examine, read_mapping
from arrears.kernel.problem import Unusable
from arrears.law.load import Law, load_law

RUN_ON = date(2026, 11, 23)
PACKS: dict[str, Law] = {pack: load_law([pack], RUN_ON, house=False) for pack in ("us", "cn")}
RUNNER = CliRunner()


def row(at: str, **stated: str | None) -> dict[str, str | None]:
    """A call that rang out, to one person about one debt, in New York; `stated` says what differs."""
    lawful: dict[str, str | None] = {
        "contact_id": None,
        "person": "P-1",
        "debtor": None,
        "debt": "D-1",
        "number": "199-0000-0001",
        "at": at,
        "channel": "call",
        "direction": "outbound",
        "outcome": "no_answer",
        "time_zone": "America/New_York",
    }
    return {**lawful, **stated}


def columns(rows: list[dict[str, str | None]], pack: str) -> tuple[Found, dict[int, str]]:
    """What the columnar audit finds and holds."""
    connection = duckdb.connect()
    given_rows = [{**one, "contact_id": one["contact_id"] or f"C-{place}"} for place, one in enumerate(rows, start=1)]
    table = pa.table(
        {"row": pa.array(range(1, len(rows) + 1), pa.int64())}
        | {name: pa.array([one[name] for one in given_rows], pa.string()) for name in FIELDS}
    )
    connection.register("given", table)
    connection.execute("CREATE TABLE contact_log AS SELECT * FROM given").fetchall()
    names = {one["contact_id"]: place for place, one in reversed(list(enumerate(given_rows, start=1)))}
    found = {
        (line["row"], line["provision"]): (line["counted"], tuple(sorted(names[event] for event in line["events"])))
        for line in examine(connection, PACKS[pack], pack)
    }
    held = connection.execute("SELECT row, held FROM log_rows WHERE held IS NOT NULL").fetchall()
    return found, dict(held)


def slowly(rows: list[dict[str, str | None]], pack: str) -> tuple[Found, dict[int, str]]:
    named: list[Row] = [
        {**one, "contact_id": one["contact_id"] or f"C-{place}"} for place, one in enumerate(rows, start=1)
    ]
    return audit(named, pack)


INSTANTS = st.integers(0, 12 * 24 * 4).map(
    lambda quarter: (datetime(2026, 1, 25, tzinfo=UTC) + timedelta(minutes=15 * quarter)).isoformat()
)
ROWS = st.builds(
    row,
    INSTANTS | st.sampled_from(["2026-01-29T10:00:00", "2026-02-30T10:00:00+08:00", "soon", "2020-01-01T10:00:00Z"]),
    person=st.sampled_from(["P-1", "P-1", "P-1", "P-2"]),
    debt=st.sampled_from(["D-1", "D-1", "D-2"]),
    number=st.sampled_from(["199-0000-0001", "19900000001", "+86 199 0000 0001", "0086-19900000001", "199-0000-0002"]),
    channel=st.sampled_from(["call", "call", "call", "sms", "pigeon"]),
    direction=st.sampled_from(["outbound", "outbound", "outbound", "inbound"]),
    outcome=st.sampled_from(["no_answer", "conversation", "busy", "voicemail", "answered_then_dropped", "odd"]),
    time_zone=st.sampled_from(
        ["America/New_York", "Asia/Shanghai", "America/New_York|America/Denver", "Mars/Olympus", None]
    ),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(rows=st.lists(ROWS, min_size=1, max_size=40), in_order=st.booleans(), pack=st.sampled_from(["us", "cn"]))
def test_the_columns_find_what_plain_loops_find(rows: list[dict[str, str | None]], in_order: bool, pack: str) -> None:
    """Same findings, same counts, same contacts behind them, same rows held for the same reason."""
    if in_order:
        rows = sorted(rows, key=lambda one: str(one["at"]))
    assert columns(rows, pack) == slowly(rows, pack)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(quarters=st.lists(st.integers(0, 24 * 4 * 9), min_size=9, max_size=30), pack=st.sampled_from(["us", "cn"]))
def test_a_busy_week_is_counted_alike(quarters: list[int], pack: str) -> None:
    """Many calls to one person: the caps are passed again and again."""
    start = datetime(2026, 3, 5, tzinfo=UTC)  # the week in which New York's clocks change
    rows = [
        row(
            (start + timedelta(minutes=15 * quarter)).isoformat(),
            outcome="no_answer" if quarter % 5 else "conversation",
        )
        for quarter in sorted(quarters)
    ]
    assert columns(rows, pack) == slowly(rows, pack)


@pytest.mark.parametrize(("calls", "found"), [(7, 0), (8, 1)])
def test_the_eighth_call_in_seven_days_is_presumed_a_violation(calls: int, found: int) -> None:
    """12 CFR 1006.14(b)(2)(i)(A): more than seven."""
    rows = [row(f"2026-03-{10 + place // 2:02d}T{10 + place % 2:02d}:00:00-04:00") for place in range(calls)]
    over, held = columns(rows, "us")
    assert not held
    assert [key for key in over if key[1] == "us.reg_f.call_frequency"] == [(8, "us.reg_f.call_frequency")][:found]


@pytest.mark.parametrize(("day", "found"), [("16", True), ("17", False)])
def test_seven_quiet_days_follow_a_conversation(day: str, found: bool) -> None:
    """12 CFR 1006.14(b)(2)(i)(B): the day of the conversation is the first of the seven."""
    rows = [row("2026-03-10T10:00:00-04:00", outcome="conversation"), row(f"2026-03-{day}T10:00:00-04:00")]
    assert bool(columns(rows, "us")[0]) is found


@pytest.mark.parametrize(("calls", "found"), [(3, 0), (4, 1)])
def test_the_fourth_answered_call_of_a_day_breaks_the_national_standard(calls: int, found: int) -> None:
    """Three connected calls per debtor and day, over every number."""
    rows = [
        row(
            f"2026-03-10T{10 + place}:00:00+08:00",
            outcome="conversation",
            number=f"199-0000-000{place}",
            time_zone="Asia/Shanghai",
        )
        for place in range(calls)
    ]
    assert len(columns(rows, "cn")[0]) == found


def test_the_seventh_dial_to_a_number_breaks_the_guide() -> None:
    """Six attempts per number and day, answered or not."""
    rows = [row(f"2026-03-10T{10 + place}:00:00+08:00", time_zone="Asia/Shanghai") for place in range(7)]
    found, _ = columns(rows, "cn")
    assert found == {(7, "cn.cba_2026.dial_attempts"): (7, (1, 2, 3, 4, 5, 6, 7))}


HELD = [
    ("instant_without_offset", {"at": "2026-03-10T10:00:00"}),
    ("impossible_time", {"at": "2026-02-30T10:00:00-05:00"}),
    ("impossible_time", {"at": "2026-03-10T25:00:00-05:00"}),
    ("impossible_time", {"at": "2026-03-10T10:00:00+19:00"}),
    ("before_first_day", {"at": "2021-11-29T10:00:00-05:00"}),
    ("missing_time_zone", {"time_zone": None}),
    ("missing_time_zone", {"time_zone": "Mars/Olympus"}),
    ("unknown_outcome", {"outcome": "weird"}),
    ("unknown_channel", {"channel": "pigeon"}),
    ("missing_number", {"number": None}),
    ("missing_person", {"person": None}),
    ("missing_debt", {"debt": None}),
]


@pytest.mark.parametrize(("reason", "stated"), HELD)
def test_a_row_that_cannot_be_read_is_held_and_never_guessed(reason: str, stated: dict[str, str | None]) -> None:
    """It is reported with its reason and counts toward nothing."""
    bad = {**row("2026-03-10T10:00:00-04:00"), **stated}
    found, held = columns([bad], "us")
    assert (found, held) == ({}, {1: reason})


@pytest.mark.parametrize(
    "written",
    [
        "2026-03-10 21:30:00-04",
        "2026-03-10 21:30:00-0400",
        "2026-03-10T21:30:00-04:00[America/New_York]",
        "2026-03-11 01:30:00 UTC",
        "2026-03-11 01:30:00 GMT",
        "2026-03-10 21:30:00 America/New_York",
        "2026/3/10 9:30 PM -04:00",
    ],
)
def test_an_instant_counts_in_every_form_that_says_its_offset(written: str) -> None:
    """Half past nine in the evening in New York is a closed hour, however the export writes it."""
    found, held = columns([row(written)], "us")
    assert (list(found), held) == ([(1, "us.reg_f.hours")], {})


def test_a_repeated_id_is_held_and_two_calls_of_one_minute_are_two() -> None:
    """Each contact once; and none is lost because it looks like another."""
    once = row("2026-03-10T10:00:00-04:00")
    assert columns([{**once, "contact_id": "c1"}, {**once, "contact_id": "c1"}], "us") == ({}, {2: "duplicate"})
    eight = [{**once, "contact_id": f"c{place}"} for place in range(8)]
    found, held = columns(eight, "us")
    assert (list(found), held) == ([(8, "us.reg_f.call_frequency")], {})


def test_rows_without_ids_that_are_the_same_in_every_column_are_one(tmp_path: Path) -> None:
    """An export joined twice says nothing new."""
    once = {
        name: text for name, text in row("2026-03-10T10:00:00-04:00").items() if name not in ("contact_id", "debtor")
    }
    log = write(tmp_path / "log.csv", [once, once, {**once, "outcome": "busy"}])
    done = RUNNER.invoke(application(), ["law", "audit", "--log", str(log), "--mapping", "plain"])
    assert [json.loads(line)["held"] for line in done.stdout.splitlines()] == ["duplicate"]


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_the_file_does_not_matter(order: int) -> None:
    """Exports come newest first as often as not; the instants say what came before what."""
    rows = [row(f"2026-03-{10 + place // 2:02d}T{10 + place % 2:02d}:00:00-04:00") for place in range(8)]
    rows.append(row("2026-03-09T10:00:00-04:00", outcome="conversation"))
    found, held = columns(rows[::order], "us")
    assert not held
    assert sum(key[1] == "us.reg_f.call_frequency" for key in found) == 2
    assert sum(key[1] == "us.reg_f.call_after_conversation" for key in found) == 8


# ── the command ──────────────────────────────────────────────────────────


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_diallers_export_is_audited_through_its_mapping(tmp_path: Path) -> None:
    """The shipped mapping names the export's columns and codes; every line says the clause and the calls behind it."""
    rows = [
        {
            "uniqueid": f"u{place}",
            "vendor_lead_code": "P-1",
            "source_id": "D-1",
            "phone_number_dialed": "1990000001",
            "call_date": f"2026-03-{10 + place // 2:02d} {10 + place % 2:02d}:00:00",
            "call_offset": "-04:00",
            "status": "NA",
            "lead_time_zone": "America/New_York",
        }
        for place in range(8)
    ]
    log = write(tmp_path / "export.csv", rows)
    done = RUNNER.invoke(application(), ["law", "audit", "--log", str(log), "--mapping", "vicidial", "--pack", "us"])
    assert done.exit_code == 1
    (line,) = [json.loads(text) for text in done.stdout.splitlines()]
    assert line["clause"] == "12 CFR 1006.14(b)(2)(i)(A), (ii)"
    assert line["force"] == "presumed_violation"
    assert line["events"] == [f"u{place}" for place in range(8)]


BUGS = Path(__file__).parent / "bugs"
"""Small logs made from public bug reports of neighbouring projects; each folder's source.md says which."""


@pytest.mark.parametrize("name", sorted(path.name for path in BUGS.iterdir()))
def test_logs_that_broke_other_programs(name: str) -> None:
    """What was found, and what was held, is what a person finds."""
    expected = json.loads((BUGS / name / "expected.json").read_text(encoding="utf-8"))
    pack = "us" if "us.reg_f" in str(expected) else "cn"
    done = RUNNER.invoke(
        application(), ["law", "audit", "--log", str(BUGS / name / "log.csv"), "--mapping", "plain", "--pack", pack]
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    found = [line for line in lines if "provision" in line]
    if isinstance(expected, list):
        assert sorted({line["contact"] for line in found}) == expected
    elif "found" in expected:
        assert [[line["contact"], line["provision"], line["counted"]] for line in found] == expected["found"]
        assert [line["contact"] for line in lines if "held" in line] == expected["held"]
    else:
        assert any(expected["found_contains"] in line["provision"] for line in found)


def test_a_pack_without_rules_for_a_log_says_so(tmp_path: Path) -> None:
    """Nothing found must not look like nothing wrong."""
    log = write(tmp_path / "log.csv", [row("2026-03-10T10:00:00-04:00")])
    done = RUNNER.invoke(application(), ["law", "audit", "--log", str(log), "--mapping", "plain", "--pack", "us_ca"])
    assert isinstance(done.exception, Unusable)
    assert "no rule that a plain log can show" in str(done.exception)


def test_without_its_offset_column_the_export_cannot_be_audited(tmp_path: Path) -> None:
    """The missing column is named; nothing is assumed about the server's clock."""
    log = write(tmp_path / "export.csv", [{"call_date": "2026-03-10 10:00:00"}])
    done = RUNNER.invoke(application(), ["law", "audit", "--log", str(log), "--mapping", "vicidial"])
    assert isinstance(done.exception, Unusable)
    assert "call_offset" in str(done.exception)


def test_parquet_and_csv_say_the_same(tmp_path: Path) -> None:
    """The same contacts, the same findings."""
    rows = [
        {**row(f"2026-03-10T{9 + place:02d}:00:00-04:00"), "contact_id": f"c{place}", "debtor": "P-1"}
        for place in range(9)
    ]
    as_csv = write(tmp_path / "log.csv", rows)
    as_parquet = tmp_path / "log.parquet"
    import pyarrow.parquet as pq

    pq.write_table(pa.Table.from_pylist(rows), as_parquet)
    said = [
        RUNNER.invoke(application(), ["law", "audit", "--log", str(path), "--mapping", "plain"]).stdout
        for path in (as_csv, as_parquet)
    ]
    assert said[0] == said[1] != ""


@pytest.mark.parametrize("name", ["plain", "vicidial", "amazon_connect"])
def test_every_shipped_mapping_can_be_read(name: str) -> None:
    """It names every field the audit needs, and only outcomes the audit knows."""
    from arrears.law.audit.log_rows import OUTCOMES

    mapping = read_mapping(name)
    assert set(mapping.get("codes", {}).get("outcome", {}).values()) <= set(OUTCOMES)


def test_a_mapping_with_an_unknown_field_is_refused(tmp_path: Path) -> None:
    """A misspelt field would silently drop a column."""
    path = tmp_path / "m.toml"
    path.write_text('[columns]\npersn = "x"\n', encoding="utf-8")
    with pytest.raises(Unusable, match=re.escape("persn")):
        read_mapping(str(path))

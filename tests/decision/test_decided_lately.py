"""A person who decided that collection goes on is not asked again before the day of that decision."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import pyarrow as pa
import pytest
from tests.decision.test_policy import LATE, LATE_SCHEMA

from arrears.book.table import HOLDS, Snapshot
from arrears.decision.eligible import offers
from arrears.decision.from_book import decided_lately
from arrears.decision.load import default_policy_for
from arrears.kernel.table import arrow_schema
from arrears.segmentation.from_ageing import holds_in_force
from arrears.segmentation.table import COLLECT_ON

DAY = date(2026, 11, 23)


def book(*rows: tuple[str, str, int, int | None]) -> Snapshot:
    """A snapshot with these holds: person, kind, first day and end as days from DAY."""
    held = [
        {
            "person_id": person,
            "kind": kind,
            "placed_on": DAY + timedelta(days=since),
            "learned_on": DAY + timedelta(days=since),
            "ends_on": None if until is None else DAY + timedelta(days=until),
        }
        for person, kind, since, until in rows
    ]
    tables = {"holds": ibis.memtable(pa.Table.from_pylist(held, schema=arrow_schema(HOLDS)))}
    return Snapshot(as_of=DAY, tables=tables, absent=frozenset())


def test_it_lasts_from_its_day_to_its_end_and_holds_nobody() -> None:
    """The end is the first day on which it counts no more; one to come counts not yet; a hold is another thing."""
    snapshot = book(
        ("ends today", COLLECT_ON, -30, 0),
        ("ends tomorrow", COLLECT_ON, -30, 1),
        ("begins tomorrow", COLLECT_ON, 1, 30),
        ("is held", "dispute", -1, None),
    )
    assert decided_lately(snapshot).to_pyarrow()["of_decided"].to_pylist() == ["ends tomorrow"]
    assert holds_in_force(snapshot).to_pyarrow()["of_person"].to_pylist() == ["is held"]


@pytest.mark.parametrize("decided", [False, True])
def test_only_what_a_person_decides_waits_for_that_day(decided: bool) -> None:
    """Every other step fits as before."""
    policy = default_policy_for("CNY")
    row = {**LATE, "decided": decided, "account_id": "A", "phone": "1"}
    late = ibis.memtable(pa.Table.from_pylist([row], schema=LATE_SCHEMA))
    [found] = late.mutate(**offers(late, policy, DAY)).to_pyarrow().to_pylist()
    assert found["fits_refer_to_human"] is not decided
    assert found["fits_letter"] is True

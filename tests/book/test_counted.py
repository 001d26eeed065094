"""One telephone number is one number, from the lender's file to the night, however it is written."""

from __future__ import annotations

from pathlib import Path

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.book.sample import TABLES, changed, imported, with_row, written

from arrears.book.load_mapping import load_mapping
from arrears.book.read import open_book
from arrears.decision.from_book import reachable
from arrears.kernel.number import number_key
from arrears.kernel.problem import Unusable

KEY = "+8615400000001"
SPELLINGS = (
    "15400000001",
    "+86 154 0000 0001",
    "0086-154-0000-0001",
    "１５４００００0001",
    "(0)15400000001",
    "154 0000 0001 转 8",
)


def keys_of(directory: Path, table: str) -> list[str]:
    return [str(key) for key in pq.read_table(directory / f"{table}.parquet")["number_key"].to_pylist()]


def test_a_number_has_one_key_in_contact_points_and_in_the_history(tmp_path: Path) -> None:
    """What the night and the gate count by is made once, when the book comes in; what the lender wrote is kept."""
    rows = [
        f"C{place},P1,A1,{number},2026-11-18T11:{place:02d}:00+08:00,call,outbound,false,no_answer"
        for place, number in enumerate(SPELLINGS, start=2)
    ]
    taken = imported(written(tmp_path / "in", with_row("contacts", *rows)), tmp_path / "home")
    assert keys_of(taken.directory, "contacts") == [KEY] * (len(rows) + 1)
    assert KEY in keys_of(taken.directory, "contact_points")
    said = pq.read_table(taken.directory / "contacts.parquet")["number"].to_pylist()
    assert "+86 154 0000 0001" in said


@pytest.mark.parametrize("written_as", SPELLINGS)
def test_the_night_counts_a_persons_number_by_the_same_key(tmp_path: Path, written_as: str) -> None:
    """The act and the history meet, so a cap of six a day is six."""
    taken = imported(written(tmp_path / "in", changed("contact_points", 1, value=written_as)), tmp_path / "home")
    snapshot = open_book(taken.directory, ibis.duckdb.connect())
    among = ibis.memtable({"person_id": ["P1"]})
    assert reachable(snapshot, ["call"], among=among).to_pyarrow()["phone"].to_pylist() == [KEY]


def test_what_is_made_plainly_in_the_engine_is_the_same_as_the_key_itself(tmp_path: Path) -> None:
    """The short way for eleven digits, beside the reader of numbers."""
    taken = imported(written(tmp_path / "in"), tmp_path / "home")
    points = pq.read_table(taken.directory / "contact_points.parquet")
    assert keys_of(taken.directory, "contact_points") == [number_key(value) for value in points["value"].to_pylist()]


def test_no_file_and_no_mapping_gives_a_key(tmp_path: Path) -> None:
    """A key that a lender could send could be sent so that no cap holds."""
    header, *rows = TABLES["contact_points"].splitlines()
    sent = "\n".join([f"{header},number_key", *(f"{row},free" for row in rows), ""])
    taken = imported(written(tmp_path / "in", {**TABLES, "contact_points": sent}), tmp_path / "home")
    assert "free" not in keys_of(taken.directory, "contact_points")
    mapping = tmp_path / "own.toml"
    mapping.write_text(
        '[files.points]\nmatch = "points.csv"\n\n[[table]]\nfrom = "points"\ninto = "contact_points"\n'
        '[table.columns]\nnumber_key = "phone"\n',
        encoding="utf-8",
    )
    with pytest.raises(Unusable, match="is made at import"):
        load_mapping(str(mapping))


def test_a_book_from_before_there_were_keys_is_counted_by_what_is_written(tmp_path: Path) -> None:
    """An older book opens, and its night runs."""
    taken = imported(written(tmp_path / "in"), tmp_path / "home")
    for name in ("contact_points", "contacts"):
        file = taken.directory / f"{name}.parquet"
        old: pa.Table = pq.read_table(file).drop_columns(["number_key"])
        pq.write_table(old, file)
    snapshot = open_book(taken.directory, ibis.duckdb.connect())
    among = ibis.memtable({"person_id": ["P1"]})
    assert reachable(snapshot, ["call"], among=among).to_pyarrow()["phone"].to_pylist() == ["15400000001"]

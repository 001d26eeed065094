"""What must stay true of every import, whatever was sent."""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as some
from tests.book.sample import TABLES, balanced, imported, published, written

from arrears.book.read import file_sha256
from arrears.book.take_in import TakenIn
from arrears.kernel.problem import Unusable


def attempt(folder: Path, home: Path) -> TakenIn | Unusable:
    """What an import of these files did, or the fault for which they were refused as a whole."""
    try:
        return imported(folder, home, accept_unprotected=True)
    except Unusable as fault:
        return fault


junk = some.sampled_from(
    [
        "",
        "-1",
        "99999999999999999999",
        "2026-02-30",
        "1e+05",
        '"',
        ",",
        "\n",
        "x",
        "=1+1",
        "A1",
        "P1",
        "￥1",
        "\x00",
        "；",
        "none",
        "contact_person",
        "1,000",
    ]
)


@some.composite
def damaged(draw: some.DrawFn) -> dict[str, bytes]:
    """The sample with rows repeated, dropped and shuffled, cells replaced, bytes overwritten and files cut short."""
    tables: dict[str, bytes] = {}
    for name, text in TABLES.items():
        header, *rows = text.splitlines()
        rows = draw(some.lists(some.sampled_from(rows), min_size=1, max_size=6))
        for _ in range(draw(some.integers(0, 2))):
            place = draw(some.integers(0, len(rows) - 1))
            cells = rows[place].split(",")
            cells[draw(some.integers(0, len(cells) - 1))] = draw(junk)
            rows[place] = ",".join(cells)
        data = bytearray("\n".join([header, *rows]).encode() + b"\n")
        if draw(some.integers(0, 9)) == 0:
            data[draw(some.integers(len(header) + 1, len(data) - 1))] = draw(some.integers(0, 255))
        if draw(some.integers(0, 19)) == 0:
            data = data[: draw(some.integers(len(header) + 1, len(data)))]
        tables[name] = bytes(data)
    return tables


@given(tables=damaged())
@settings(max_examples=30, deadline=None)
def test_accepted_and_quarantined_are_what_was_read(tables: dict[str, bytes]) -> None:
    """Every row of every file is accepted, or in quarantine with a reason; or the file as a whole is refused."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        taken = attempt(written(Path(folder) / "in", tables), home)
        if isinstance(taken, Unusable):
            assert taken.problem.fix
            assert published(home) == []
            return
        assert balanced(taken)
        assert published(home) == [taken.book_id]
        for source in taken.sources:
            assert source.read <= tables[source.source].count(b"\n") + tables[source.source].count(b"\r")


@given(tables=damaged(), seed=some.integers(0, 2**32))
@settings(max_examples=15, deadline=None)
def test_the_order_of_rows_leaves_no_trace(tables: dict[str, bytes], seed: int) -> None:
    """Shuffled rows give the same book, byte for byte, and as many rows in quarantine."""
    draws = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder) / "first", Path(folder) / "second"
        plain = {name: data for name, data in tables.items() if b'"' not in data}
        shuffled = {}
        for name, data in plain.items():
            header, *rows = data.rstrip(b"\n").split(b"\n")
            draws.shuffle(rows)
            shuffled[name] = b"\n".join([header, *rows]) + b"\n"
        one = attempt(written(Path(folder) / "in-1", plain), first)
        two = attempt(written(Path(folder) / "in-2", shuffled), second)
        if isinstance(one, Unusable) or isinstance(two, Unusable):
            assert isinstance(one, Unusable)
            assert isinstance(two, Unusable)
            assert one.problem.code == two.problem.code
            return
        assert two.book_id == one.book_id
        assert sorted(q.problem.code for q in two.problems) == sorted(q.problem.code for q in one.problems)
        for table in one.rows:
            name = f"{table}.parquet"
            assert file_sha256(one.directory / name) == file_sha256(two.directory / name), table


@given(tables=damaged())
@settings(max_examples=10, deadline=None)
def test_importing_again_is_a_no_op(tables: dict[str, bytes]) -> None:
    """Whatever came through once comes through again, and nothing changes."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        source = written(Path(folder) / "in", tables)
        first = attempt(source, home)
        if isinstance(first, Unusable):
            return
        copy = Path(folder) / "copy"
        shutil.copytree(home, copy)
        again = imported(source, home, accept_unprotected=True)
        assert not again.is_new
        assert again.book_id == first.book_id
        for path in copy.rglob("*"):
            if path.is_file():
                assert path.read_bytes() == (home / path.relative_to(copy)).read_bytes()

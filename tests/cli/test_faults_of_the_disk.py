"""What a disk does to a home: the command says which file and what to do, and nothing is left half done."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.main_here import Ran, arrears_here
from tests.cli.running import arrears, told_what_to_do

NOT_A_DATABASE = {
    "garbage": b"garbage that is no database at all" * 200,
    "a head, then garbage": b"SQLite format 3\0" + b"\xff" * 8000,
    "empty": b"",
}
NOT_A_MANIFEST = (b"[]", b"{}", b"null", b'{"format": 1}', b'{"format": 1, "as_of": "never"}', b"[" * 100_000, b"\xff")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A room with a lender's files and a home that has their book and its night."""
    room = tmp_path_factory.mktemp("made")
    for words in (
        ("book", "generate", "--size", "60", "--seed", "3", "--as-of", "2026-11-24", "--out", room / "in"),
        ("book", "import", room / "in", "--home", room / "home"),
        ("night", "run", "--home", room / "home"),
    ):
        ran = arrears_here(*words)
        assert ran.code == 0, ran.err
    return room


@pytest.fixture
def room(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "room"))


def published(room: Path, kind: str) -> Path:
    """The directory of the one book or the one night."""
    [found] = whole_in(room / "home", kind)
    return found


def names_it(ran: Ran, *words: str) -> None:
    """Exit code 2 and one message of ours, with the file and what to do."""
    assert ran.code == 2, ran.err
    assert "Traceback" not in ran.out + ran.err
    assert ran.err.startswith("arrears: ")
    for word in words:
        assert word in ran.err, ran.err


def changed(path: Path, *contents: bytes) -> Iterator[None]:
    """The file with each of these contents in turn, and at last as it was."""
    whole = path.read_bytes()
    for content in contents:
        path.write_bytes(content)
        yield
    path.write_bytes(whole)


def with_a_bit_flipped(path: Path, draw: random.Random) -> bytes:
    data = bytearray(path.read_bytes())
    data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return bytes(data)


def test_a_flipped_bit_in_any_table_of_a_book_stops_the_night_before_it_decides(room: Path) -> None:
    """What the disk turned round is never decided on as if the lender had sent it."""
    draw = random.Random(5)
    tables = [file for file in sorted(published(room, "books").glob("*.parquet")) if file.name != "quarantine.parquet"]
    assert len(tables) > 5
    for file in tables:
        for _ in changed(file, with_a_bit_flipped(file, draw)):
            names_it(arrears_here("night", "run", "--again", "--home", room / "home"), file.name, "Restore it")


def test_a_night_that_was_cut_short_is_not_handed_to_the_day(room: Path) -> None:
    """Half a plan is no plan, and the day's database takes nothing of it."""
    (room / "home" / "arrears.db").unlink()
    for name in ("plan.parquet", "queue.parquet", "aged.parquet", "manifest.json"):
        file = published(room, "nights") / name
        for _ in changed(file, file.read_bytes()[: file.stat().st_size // 2]):
            names_it(arrears_here("night", "run", "--home", room / "home"), file.parent.name, "Run the night again")


@pytest.mark.parametrize(
    ("kind", "asking"),
    [
        ("books", (("book", "show"), ("book", "list"), ("night", "run"))),
        ("nights", (("night", "show"), ("night", "run"))),
    ],
)
def test_a_manifest_that_lost_its_fields_is_named(room: Path, kind: str, asking: tuple[tuple[str, str], ...]) -> None:
    """JSON that is still JSON, and says nothing of what its readers need."""
    file = published(room, kind) / "manifest.json"
    for words in asking:
        for _ in changed(file, *NOT_A_MANIFEST):
            names_it(arrears_here(*words, "--home", room / "home"), file.parent.name)


def test_figures_that_are_not_those_of_the_night_are_not_shown(room: Path) -> None:
    """A summary or certificate with one byte changed is refused, though it reads well."""
    for name in ("summary.json", "certificate.json"):
        file = published(room, "nights") / name
        for _ in changed(file, b"{}", b"null", file.read_bytes().replace(b"1", b"2", 1)):
            names_it(arrears_here("night", "show", "--home", room / "home"), name, "Restore the file")


@pytest.mark.parametrize("content", NOT_A_DATABASE.values(), ids=NOT_A_DATABASE)
def test_a_database_that_is_none_is_named_by_every_command_that_opens_it(room: Path, content: bytes) -> None:
    """Which file, and what to do. An empty one is a new store to those that may make one."""
    file = room / "home" / "arrears.db"
    asking = [
        ("evidence", "verify"),
        ("evidence", "checkpoint"),
        ("evidence", "export", "log"),
        ("night", "show", "--verify"),
    ]
    if content:
        asking += [("user", "list"), ("night", "run"), ("serve",)]
    for words in asking:
        for beside in (room / "home").glob("arrears.db-*"):
            beside.unlink()
        file.write_bytes(content)
        asked = [room / word if word == "log" else word for word in words]
        names_it(arrears_here(*asked, "--home", room / "home"), "arrears.db")


def test_a_home_that_takes_no_writes_is_named(room: Path) -> None:
    """Whose right is missing and where, for a user who may read everything and write nothing."""
    prefix = _bound_by_modes(room)
    for words in (("book", "import", room / "in"), ("night", "run", "--again"), ("user", "list"), ("serve",)):
        told_what_to_do(arrears(*words, "--home", room / "home", prefix=prefix), "home")


def _bound_by_modes(room: Path) -> tuple[str, ...]:
    """A prefix for a user whom the modes of files bind: nobody, where these tests run as root."""
    for path in (room / "home").rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    (room / "home").chmod(0o555)
    if os.getuid() != 0:
        return ()
    for path in (room / "in").rglob("*"):
        path.chmod(0o444)
    for parent in (room / "in", room, *room.parents):
        if parent != parent.parent:
            parent.chmod(parent.stat().st_mode | 0o055)
    return ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--")


def full(most: int) -> tuple[str, ...]:
    """No file may hold more bytes than this: it stands for a full disk, in the command alone."""
    return ("prlimit", f"--fsize={most}", "--")


def test_a_disk_that_is_full_stops_an_import_and_leaves_no_half_of_a_book(room: Path) -> None:
    """Nothing published, nothing that the next import trips over."""
    home = room / "new"
    told_what_to_do(arrears("book", "import", room / "in", "--home", home, prefix=full(2_000)), "Make room")
    assert whole_in(home, "books") == []
    ran = arrears_here("book", "import", room / "in", "--home", home)
    assert ran.code == 0, ran.err


@pytest.mark.parametrize(("most", "decided"), [(2_000, 0), (60_000, 1)], ids=["as it begins", "as the day takes it in"])
def test_a_disk_that_is_full_stops_a_night_and_leaves_no_half_of_it(room: Path, most: int, decided: int) -> None:
    """A night is whole or not there, the day's database is as it was, and with room the same command finishes."""
    home = room / "home"
    shutil.rmtree(home / "nights")
    for file in home.glob("arrears.db*"):
        file.unlink()
    assert arrears_here("user", "list", "--home", home).code == 0
    before = arrears_here("evidence", "verify", "--home", home)
    told_what_to_do(arrears("night", "run", "--home", home, prefix=full(most)), " room on ")
    assert len(whole_in(home, "nights")) == decided
    assert not decided or arrears_here("night", "show", "--verify", "--home", home).code == 0
    assert arrears_here("evidence", "verify", "--home", home) == before
    ran = arrears_here("night", "run", "--home", home)
    assert ran.code == 0, ran.err


def whole_in(home: Path, kind: str) -> list[Path]:
    """The books or nights that were published."""
    room = home / kind
    return [path for path in room.iterdir() if not path.name.startswith(".")] if room.is_dir() else []

"""The evidence command on a real store, SQLite and PostgreSQL: sign, export, verify, and a database tampered with."""

from __future__ import annotations

import stat
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import text
from tests.evidence.material import KEY, STRANGER, WHOLE
from tests.evidence.tampering import let_change

from arrears.cli import main
from arrears.evidence.verify import verify
from arrears.kernel.fact import Fact
from arrears.store import evidence as log
from arrears.store.open import Store, open_store

AT = datetime(2026, 3, 5, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Ran:
    returncode: int
    stdout: str
    stderr: str


class Run(Protocol):
    def __call__(self, *arguments: str, home: Path, url: str | None = None) -> Ran: ...


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`arrears evidence …` as its own process would see it: arguments, environment, output, exit code."""

    def ran(*arguments: str, home: Path, url: str | None = None) -> Ran:
        monkeypatch.setattr(sys, "argv", ["arrears", "evidence", *arguments])
        monkeypatch.setenv("ARREARS_HOME", str(home))
        monkeypatch.delenv("ARREARS_DATABASE_URL", raising=False)
        if url:
            monkeypatch.setenv("ARREARS_DATABASE_URL", url)
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Ran(ended.value.code, said.out, said.err)

    return ran


def append(store: Store, count: int) -> None:
    with store.write() as connection:
        size = log.head(connection).size
        facts = [Fact("outcome_recorded", AT, {"attempt_id": f"a-{size + number}"}) for number in range(count)]
        log.append(connection, [log.About(f"a-{size + number}", fact) for number, fact in enumerate(facts)])


def test_a_log_is_signed_exported_and_verified(run: Run, store: Store, store_url: str, tmp_path: Path) -> None:
    """From an empty log to two checkpoints; the export passes the verifier, and an earlier checkpoint still holds."""
    home = tmp_path / "home"
    assert "日志为空" in run("verify", home=home, url=store_url).stdout

    public = run("key", "--name", "lender.example/evidence", home=home).stdout.strip()
    assert run("key", "--name", "other", home=home).stdout.strip() == public
    assert stat.S_IMODE((home / "evidence.key").stat().st_mode) == 0o600
    assert (home / "evidence.pub").read_text().strip() == public

    append(store, 5)
    first = run("checkpoint", home=home, url=store_url).stdout
    assert first.startswith("lender.example/evidence\n5\n")
    assert run("checkpoint", home=home, url=store_url).stdout == first
    append(store, 2)
    told = run("verify", home=home, url=store_url)
    assert told.returncode == 0
    assert "2 entries after the newest checkpoint are not signed" in told.stdout

    ran = run("export", str(tmp_path / "log"), home=home, url=store_url)
    assert (ran.returncode, ran.stdout.split(" ")[0]) == (0, "7")
    assert verify(tmp_path / "log", public, {"the first": first.encode()}).failures == []
    assert run("verify", str(tmp_path / "log"), home=home).returncode == 0
    assert run("verify", home=home, url=store_url).returncode == 0
    (tmp_path / "first").write_text(first)
    append(store, 1)
    assert run("verify", "--checkpoint", str(tmp_path / "first"), home=home, url=store_url).returncode == 0


TAMPERING = {
    "an entry reworded": "UPDATE evidence_entries SET data = (SELECT data FROM evidence_entries WHERE entry_index = 1)"
    " WHERE entry_index = 3",
    "an entry reworded with its hash": "UPDATE evidence_entries SET"
    " data = (SELECT data FROM evidence_entries WHERE entry_index = 1),"
    " leaf_hash = (SELECT leaf_hash FROM evidence_entries WHERE entry_index = 1) WHERE entry_index = 3",
    "a hash changed": "UPDATE evidence_entries SET"
    " leaf_hash = (SELECT leaf_hash FROM evidence_entries WHERE entry_index = 1) WHERE entry_index = 3",
    "the first deleted": "DELETE FROM evidence_entries WHERE entry_index = 0",
    "the last deleted": "DELETE FROM evidence_entries WHERE entry_index = 4",
    "all deleted": "DELETE FROM evidence_entries",
    "two swapped": "UPDATE evidence_entries SET entry_index = CASE entry_index WHEN 1 THEN 102 ELSE 101 END"
    " WHERE entry_index IN (1, 2); UPDATE evidence_entries SET entry_index = entry_index - 100 WHERE entry_index > 100",
    "the head forgotten": "UPDATE evidence_head SET size = 4",
    "a checkpoint of another root": "UPDATE evidence_checkpoints SET note = replace(note, '5', '6')",
}


@pytest.mark.parametrize(
    ("what", "signed"),
    [(what, True) for what in TAMPERING] + [(what, False) for what in TAMPERING if "checkpoint" not in what],
)
def test_a_database_that_was_tampered_with_does_not_verify(
    run: Run, store: Store, store_url: str, tmp_path: Path, what: str, signed: bool
) -> None:
    """Even before the first checkpoint the entries and the head that the store remembers must agree."""
    append(store, 5)
    if signed:
        run("key", home=tmp_path / "home")
        run("checkpoint", home=tmp_path / "home", url=store_url)
    assert run("verify", home=tmp_path / "home", url=store_url).returncode == 0
    with store.write() as connection:
        let_change(connection)
        for statement in TAMPERING[what].split("; "):
            connection.execute(text(statement))
    ran = run("verify", home=tmp_path / "home", url=store_url)
    assert ran.returncode == 1
    assert "FAILED" in ran.stdout


def test_without_its_public_key_a_signed_log_does_not_verify(run: Run, sqlite_url: str, tmp_path: Path) -> None:
    """A checkpoint that can't be checked is not taken on trust; nor is one by another key."""
    store = open_store(sqlite_url)
    append(store, 1)
    store.close()
    run("key", home=tmp_path)
    run("checkpoint", home=tmp_path, url=sqlite_url)
    public = (tmp_path / "evidence.pub").read_text()
    (tmp_path / "evidence.pub").unlink()
    assert "no public key" in run("verify", home=tmp_path, url=sqlite_url).stdout
    given = run("verify", "--key", public.strip(), home=tmp_path, url=sqlite_url)
    assert (given.returncode, "the key is the one you gave" in given.stdout) == (0, True)
    assert run("verify", "--key", STRANGER.public_text, home=tmp_path, url=sqlite_url).returncode == 1


def test_a_key_that_nobody_gave_is_said_to_be_the_homes_own(run: Run, sqlite_url: str, tmp_path: Path) -> None:
    """For the store, and for a log that was exported from it: who asks must know whose word they take."""
    store = open_store(sqlite_url)
    append(store, 1)
    store.close()
    run("key", home=tmp_path)
    run("checkpoint", home=tmp_path, url=sqlite_url)
    run("export", str(tmp_path / "log"), home=tmp_path, url=sqlite_url)
    for words in ([], [str(tmp_path / "log")]):
        told = run("verify", *words, home=tmp_path, url=sqlite_url)
        assert (told.returncode, "you gave" in told.stdout) == (0, False)
        assert f"the key is the one in {tmp_path / 'evidence.pub'}" in told.stdout


def test_the_command_verifies_a_bundle_as_the_file_inside_it_does(run: Run, tmp_path: Path) -> None:
    """Exit 0, 1 and 2, with the published key where it is given."""
    (tmp_path / "bundle.zip").write_bytes(WHOLE)
    (tmp_path / "cut.zip").write_bytes(WHOLE[:-1])
    (tmp_path / "letter.txt").write_text("hello")
    assert run("verify", str(tmp_path / "bundle.zip"), "--key", KEY.public_text, home=tmp_path).returncode == 0
    assert run("verify", str(tmp_path / "cut.zip"), home=tmp_path).returncode == 1
    assert run("verify", str(tmp_path / "letter.txt"), home=tmp_path).returncode == 2


@pytest.mark.parametrize("command", [["verify"], ["checkpoint"], ["export", "out"]])
def test_where_there_is_no_store_none_is_made(run: Run, tmp_path: Path, command: list[str]) -> None:
    """Exit 2, a message, and nothing on disk; the same for a file that is no database."""
    run("key", home=tmp_path)
    missing = run(*command, home=tmp_path)
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "There is no such file" in missing.stderr
    assert not (tmp_path / "arrears.db").exists()
    for content in (b"", b"no database at all, but long enough to be looked at as one" * 20):
        (tmp_path / "arrears.db").write_bytes(content)
        ran = run(*command, home=tmp_path)
        assert (ran.returncode, ran.stdout) == (2, ""), content
        assert "Traceback" not in ran.stderr


def test_without_a_key_nothing_is_signed_and_a_broken_key_is_never_replaced(
    run: Run, sqlite_url: str, tmp_path: Path
) -> None:
    """The message says what to do, and never shows what the file holds."""
    ran = run("checkpoint", home=tmp_path, url=sqlite_url)
    assert ran.returncode == 2
    assert "There is no signing key" in ran.stderr
    (tmp_path / "evidence.key").write_text("PRIVATE+KEY+secret")
    for command in (["key"], ["checkpoint"]):
        ran = run(*command, home=tmp_path, url=sqlite_url)
        assert ran.returncode == 2
        assert "Restore the file from its copy" in ran.stderr
        assert "secret" not in ran.stderr
    assert (tmp_path / "evidence.key").read_text() == "PRIVATE+KEY+secret"


def test_an_export_never_writes_over_another(run: Run, sqlite_url: str, tmp_path: Path) -> None:
    """Exit 2, and what is there stays."""
    run("key", home=tmp_path)
    (tmp_path / "out").mkdir()
    ran = run("export", str(tmp_path / "out"), home=tmp_path, url=sqlite_url)
    assert ran.returncode == 2
    assert "never writes over another" in ran.stderr
    assert list((tmp_path / "out").iterdir()) == []

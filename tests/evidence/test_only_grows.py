"""The log's tables refuse to be changed, and the log is held beside the tables it speaks of, on both databases."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, insert, text, update
from sqlalchemy.exc import DBAPIError
from tests.cli.running import arrears, said
from tests.daytime.town import at, facts
from tests.evidence.tampering import let_change

import arrears as arrears_package
from arrears.daytime import change_role, create_user, disable_user, enable_user, sign_in
from arrears.store import evidence as log
from arrears.store.migrate import downgrade, migrate
from arrears.store.open import Store, open_store
from arrears.store.reconcile import PAIRINGS, WITHOUT_A_ROW, reconcile
from arrears.store.schema import evidence_entries, sessions, users

REFUSED = {
    "an entry reworded": "UPDATE evidence_entries SET kind = 'other'",
    "an entry deleted": "DELETE FROM evidence_entries WHERE entry_index = 0",
    "all deleted": "DELETE FROM evidence_entries",
    "a checkpoint reworded": "UPDATE evidence_checkpoints SET note = ''",
    "a checkpoint deleted": "DELETE FROM evidence_checkpoints",
}
BY_ONE = {
    "sqlite": ["INSERT OR REPLACE INTO evidence_entries SELECT * FROM evidence_entries"],
    "postgresql": ["TRUNCATE evidence_entries", "TRUNCATE evidence_checkpoints"],
}


def a_log(store: Store, *, checkpoint: bool = True) -> None:
    create_user(store, username="li.na", name="李娜", password="long enough", role="collector", at=at("08:00"))
    sign_in(store, username="li.na", password="long enough", at=at("08:01"))
    if checkpoint:
        with store.write() as connection:
            log.keep_checkpoint(connection, 2, at("08:02"), "a note")


def test_the_tables_of_the_log_refuse_to_be_changed(store: Store) -> None:
    """Whoever asks: UPDATE, DELETE, TRUNCATE, and SQLite's INSERT OR REPLACE, which would delete without asking."""
    a_log(store)
    before = facts(store)
    for statement in (*REFUSED.values(), *BY_ONE[store.dialect]):
        with pytest.raises(DBAPIError, match="only grows"), store.write() as connection:
            connection.execute(text(statement))

    assert facts(store) == before
    sign_in(store, username="li.na", password="long enough", at=at("09:00"))
    assert len(facts(store)) == len(before) + 1


def test_the_refusal_comes_and_goes_with_its_migration(store: Store) -> None:
    """The way down and up again leaves the log as it was, and closed."""
    a_log(store)
    before = facts(store)
    downgrade(store, "0003_what_the_day_keeps")
    migrate(store)
    assert facts(store) == before
    with pytest.raises(DBAPIError, match="only grows"), store.write() as connection:
        connection.execute(delete(evidence_entries))


def of(store: Store) -> list[tuple[str, str]]:
    with store.read() as connection:
        return [(one.fault, one.what) for one in reconcile(connection).differences]


def test_a_store_that_only_verbs_changed_reconciles(store: Store) -> None:
    """A role changed twice and a user put out and back in are each one row and several facts."""
    assert of(store) == []
    a_log(store)
    change_role(store, "li.na", "supervisor", at=at("10:00"))
    change_role(store, "li.na", "collector", at=at("10:01"))
    disable_user(store, "li.na", at=at("10:02"))
    assert of(store) == []
    enable_user(store, "li.na", at=at("10:03"))
    assert of(store) == []


def reword(connection: Connection) -> None:
    let_change(connection)
    connection.execute(update(evidence_entries).values(about="user-somebody-else"))


TAMPERED: dict[str, tuple[Callable[[Connection], object], tuple[str, str]]] = {
    "a session deleted": (lambda c: c.execute(delete(sessions)), ("fact_without_row", "sessions")),
    "a role given past the verbs": (lambda c: c.execute(update(users).values(role="head")), ("differs", "users")),
    "a user put out past the verbs": (
        lambda c: c.execute(update(users).values(active=False)),
        ("row_without_fact", "disabled users"),
    ),
    "a user added past the verbs": (
        lambda c: c.execute(
            insert(users).values(
                user_id="user-x",
                username="x",
                name="x",
                password_hash="",
                role="head",
                language="zh",
                active=True,
                created_at=at("08:00"),
            )
        ),
        ("row_without_fact", "users"),
    ),
    "the columns beside an entry reworded": (reword, ("columns_differ", "entries")),
}


@pytest.mark.parametrize("what", TAMPERED)
def test_what_was_changed_beside_the_log_is_found(store: Store, what: str) -> None:
    """Each on its own, by what it is."""
    a_log(store)
    change, difference = TAMPERED[what]
    with store.write() as connection:
        change(connection)
    assert difference in of(store)


def test_every_kind_of_fact_is_compared_or_said_to_have_no_row() -> None:
    """A new kind of fact says here which row it makes true, or that there is none."""
    written: set[str] = set()
    for path in Path(arrears_package.__path__[0]).rglob("*.py"):
        written |= set(re.findall(r'(?:Fact|case_fact|_fact)\(\s*"([a-z_]+)"', path.read_text()))
    begun = {kind for pairing in PAIRINGS for kind in pairing.kinds}
    ended = {kind for pairing in PAIRINGS for kind in pairing.ended_by}
    assert not (begun | ended) & WITHOUT_A_ROW
    assert not begun & ended
    assert len(written) > 15
    assert written <= begun | ended | WITHOUT_A_ROW, "pair it in store/reconcile.py, or add it to WITHOUT_A_ROW"


def read_only(home: Path) -> tuple[str, ...]:
    """A prefix under which a home takes no writes: its modes, and a user who is bound by them."""
    for path in (*home.rglob("*"), home):
        path.chmod(0o555 if path.is_dir() else 0o444)
    for parent in home.parents:
        if parent != parent.parent and os.getuid() == 0:
            parent.chmod(parent.stat().st_mode | 0o055)
    return ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--") if os.getuid() == 0 else ()


@pytest.mark.parametrize("journal", [False, True], ids=["at rest", "with a journal beside it"])
def test_a_home_that_takes_no_writes_is_verified_and_reconciled(
    sqlite_template: Path, tmp_path: Path, journal: bool
) -> None:
    """An auditor is handed a copy on a disk that can't be written; entries still in the journal are read too."""
    live, home = tmp_path / "live", tmp_path / "home"
    live.mkdir()
    shutil.copy(sqlite_template, live / "arrears.db")
    store = open_store(f"sqlite:///{live / 'arrears.db'}")
    a_log(store, checkpoint=False)
    if not journal:
        store.close()
    shutil.copytree(live, home)
    store.close()
    prefix = read_only(home)
    before = {path.name: path.read_bytes() for path in home.iterdir()}

    compared = arrears("evidence", "reconcile", "--home", home, prefix=prefix)
    assert compared.returncode == 0, said(compared)
    assert "2 条事实" in said(compared)
    verified = arrears("evidence", "verify", "--home", home, prefix=prefix)
    assert verified.returncode == 0, said(verified)
    assert {path.name: path.read_bytes() for path in home.iterdir()} == before

"""
Bring a store's tables to the version this code needs, or back.

Reads:  the migrations packed in `migrations/`
Gives:  the tables of `schema`, and the version the store is at
Never:  changes half a store: a run of migrations is one transaction on both databases.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from arrears.kernel.problem import Problem, Unusable
from arrears.store.open import Store

MIGRATIONS = Path(__file__).parent / "migrations"
# Two processes that start at once migrate one after the other: any fixed number serves as the name of the lock.
_LOCK = 5_207_351


def migrate(store: Store, to: str = "head") -> str:
    """
    Upgrade to `to` (a revision or "head"); the revision the store is at afterwards. Safe to call at every start:
    at the newest version it changes nothing. Makes the directory of a SQLite file that is not there yet.
    """
    file = store.engine.url.database
    if store.dialect == "sqlite" and file and file != ":memory:":
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    with store.write() as connection:
        _one_at_a_time(store, connection)
        _refuse_unknown(connection)
        command.upgrade(config(connection), to)
        return _version(connection) or ""


def downgrade(store: Store, to: str) -> str:
    """Back to the revision `to` ("base" for an empty store). What only newer tables hold is lost."""
    with store.write() as connection:
        _one_at_a_time(store, connection)
        command.downgrade(config(connection), to)
        return _version(connection) or ""


def version(store: Store) -> str | None:
    """The revision the store is at; None where it has no tables of ours."""
    with store.read() as connection:
        return _version(connection)


def newest() -> str:
    """The revision this code needs."""
    head = ScriptDirectory.from_config(config(None)).get_current_head()
    if head is None:
        raise RuntimeError(f"{MIGRATIONS} holds no migration")
    return head


def config(connection: Connection | None) -> Config:
    """Alembic's configuration, with the open connection that the migrations run on."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["connection"] = connection
    return made


def _version(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _one_at_a_time(store: Store, connection: Connection) -> None:
    if store.dialect == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _refuse_unknown(connection: Connection) -> None:
    at = _version(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config(None)).walk_revisions()}
    if at is not None and at not in known:
        raise Unusable(
            Problem(
                code="store_newer_than_code",
                where="store",
                what=f"its tables are at version {at}, which this version of arrears does not know.",
                why="An older program would misread what a newer one wrote.",
                fix="Start the newer version of arrears, or downgrade the store with it first.",
            )
        )

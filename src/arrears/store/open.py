"""
Open the store named by a URL.

Reads:  a database URL: `sqlite:///var/arrears.db`, `postgresql://user@host/name`, or a bare path to a SQLite file
Gives:  a Store: `read()` and `write()` are one transaction each
Never:  creates or changes a table (`migrate.py` does), commits half a verb, or shows a statement's values in a fault.

SQLite runs in WAL with a busy timeout, and a write takes its lock at the start (BEGIN IMMEDIATE), so that what
a verb reads is what it decides on. PostgreSQL runs READ COMMITTED; verbs lock the rows they decide on.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from arrears.kernel.problem import Problem, Unusable

BUSY_TIMEOUT_MS = 60_000
ASK_AFTER_S = 5
"""How long a pooled connection may rest before it is asked whether it is still there."""

_IDLE_SINCE = "arrears_idle_since"


@dataclass(frozen=True, slots=True)
class Store:
    """One operational database."""

    engine: Engine

    @property
    def dialect(self) -> str:
        """sqlite | postgresql"""
        return self.engine.dialect.name

    @property
    def url(self) -> str:
        """With the password left in: for handing to a child process, never for a log."""
        return self.engine.url.render_as_string(hide_password=False)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One read-only transaction: everything read in it is of one moment."""
        with self.engine.connect() as connection:
            connection = connection.execution_options(arrears_reads=True)
            if self.dialect == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """One transaction that may write: committed when the block ends, rolled back when it raises."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def open_store(url: str, *, pool_size: int = 10) -> Store:
    """
    The store at `url`. Raises Unusable where the URL names no database we know.

    The store may be empty: call `migrate(store)` before the first verb.
    """
    target = _target(url)
    if target.get_backend_name() == "sqlite":
        engine = create_engine(
            target, pool_size=pool_size, max_overflow=pool_size, pool_timeout=60, hide_parameters=True
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(
            target,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=60,
            hide_parameters=True,
            isolation_level="READ COMMITTED",
        )
        event.listen(engine, "checkin", _note_when_idle)
        event.listen(engine, "checkout", _ask_after_a_rest)
    return Store(engine)


def _target(url: str) -> URL:
    try:
        target = make_url(url if "://" in url else f"sqlite:///{url}")
    except ArgumentError:
        target = None
    if target is None or target.get_backend_name() not in ("sqlite", "postgresql"):
        raise Unusable(
            Problem(
                code="store_url_unknown",
                where="store URL",
                what=f"{url.split('://')[0]!r} is not a database arrears keeps its store in.",
                why="The store's locks and migrations are proven on SQLite and PostgreSQL alone.",
                fix="Give sqlite:///path/to/arrears.db or postgresql://user@host/database.",
            )
        )
    if target.get_backend_name() == "postgresql":
        return target.set(drivername="postgresql+psycopg")
    return target.set(drivername="sqlite")


def _note_when_idle(_dbapi_connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[_IDLE_SINCE] = time.monotonic()


def _ask_after_a_rest(dbapi_connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
    """
    A connection that rested may be dead (a server restarted, a firewall forgot it): ask before it is used. The
    pool then opens a new one. One that was in use a moment ago is not asked: that would be a round trip per verb.
    """
    if time.monotonic() - record.info.get(_IDLE_SINCE, math.inf) < ASK_AFTER_S:
        return
    try:
        with dbapi_connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        dbapi_connection.rollback()
    except dbapi_connection.Error as fault:
        raise DisconnectionError("the connection is gone") from fault


def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    # The driver opens transactions by itself unless told not to; `_begin_sqlite` opens them instead.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    # FULL: once a verb has returned, its fact survives a power cut.
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("arrears_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

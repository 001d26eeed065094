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
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from arrears.kernel.problem import Problem, Unusable
from arrears.store.faults import problem_of

BUSY_TIMEOUT_MS = 60_000
ASK_AFTER_S = 5
"""How long a pooled connection may rest before it is asked whether it is still there."""

_IDLE_SINCE = "arrears_idle_since"


@dataclass(frozen=True, slots=True)
class Store:
    """One operational database."""

    engine: Engine
    copied: tempfile.TemporaryDirectory[str] | None = None
    """Where a copy lies that is read in place of a file whose directory takes no writes."""

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
        if self.copied is not None:
            self.copied.cleanup()


def open_store(url: str, *, pool_size: int = 10, only_read: bool = False) -> Store:
    """
    The store at `url`. Raises Unusable where the URL names no database we know; what is done with the store raises
    Unusable where the database can't be used (full, read-only, damaged, not reachable).

    The store may be empty: call `migrate(store)` before the first verb. `only_read` writes nothing, not even beside
    the file, and so works where nothing may be written.
    """
    target = _target(url)
    if only_read and target.get_backend_name() == "sqlite" and target.database:
        return _opened_to_read(Path(target.database))
    if target.get_backend_name() == "sqlite":
        engine = create_engine(
            target, pool_size=pool_size, max_overflow=pool_size, pool_timeout=60, hide_parameters=True
        )
        event.listen(engine, "connect", _naming(_prepare_sqlite, str(target.database)))
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
    _tell_faults(engine)
    return Store(engine)


def _opened_to_read(file: Path) -> Store:
    """
    A SQLite file that is only read. Where its directory takes no writes, SQLite could not keep track of other
    readers: a file at rest is then read as it lies, and one with a journal beside it is copied first.
    """
    room = None
    asked = "mode=ro"
    if not os.access(file.parent, os.W_OK):
        journal = file.with_name(f"{file.name}-wal")
        if journal.is_file() and journal.stat().st_size:
            room = tempfile.TemporaryDirectory(prefix="arrears-read-")
            copy = Path(room.name) / file.name
            shutil.copyfile(journal, copy.with_name(journal.name))
            shutil.copyfile(file, copy)
            file = copy
        else:
            asked = "mode=ro&immutable=1"
    address = f"file:{quote(str(file.resolve()))}?{asked}"
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(address, uri=True, check_same_thread=False),
        poolclass=QueuePool,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _naming(_prepare_to_read, str(file)))
    event.listen(engine, "begin", _begin_sqlite)
    _tell_faults(engine, str(file))
    return Store(engine, room)


def _tell_faults(engine: Engine, where: str | None = None) -> None:
    """What a person can mend is told as that, wherever the database says it."""
    named = where or engine.url.render_as_string(hide_password=True)

    def tell(context: ExceptionContext) -> None:
        fault = context.original_exception
        problem = problem_of(fault, named)
        if problem is not None:
            raise Unusable(problem) from fault

    event.listen(engine, "handle_error", tell)


def _naming(prepare: Callable[[Any, Any], None], where: str) -> Callable[[Any, Any], None]:
    """`prepare`, with a file that is no database told as that."""

    def prepared(dbapi_connection: Any, record: Any) -> None:
        try:
            prepare(dbapi_connection, record)
        except sqlite3.Error as fault:
            problem = problem_of(fault, where)
            if problem is None:
                raise
            raise Unusable(problem) from fault

    return prepared


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


def _prepare_to_read(dbapi_connection: Any, _record: Any) -> None:
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA query_only = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("arrears_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

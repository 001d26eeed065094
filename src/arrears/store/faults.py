"""
A database that can't be used, told as what it is: where, what, why, what to do.

Reads:  the driver's exception
Gives:  a Problem, where a person can mend it (full, read-only, damaged, not a database, not reachable); else None
Never:  repeats what a driver says of a value, or takes "busy" for a fault: verbs run again for that
"""

from __future__ import annotations

import sqlite3

from arrears.kernel.problem import Problem

_ROOM = "Make room on that disk and do it again: what was not committed is not there."
_RIGHTS = "Give the user who runs arrears the right to write it, or name another --home or --database."
_RESTORE = "Stop arrears and restore the file from its copy; the evidence log says what it must hold."
_LOOK = "Look at the disk: is there room on it? If so, stop arrears and restore the file from its copy."

_SQLITE = {
    "SQLITE_FULL": ("store_full", "the disk has no space left.", _ROOM),
    "SQLITE_READONLY": ("store_read_only", "it can't be written.", _RIGHTS),
    "SQLITE_PERM": ("store_read_only", "it may not be opened.", _RIGHTS),
    "SQLITE_CANTOPEN": ("store_not_opened", "it can't be opened.", "Check the path and the rights to its directory."),
    "SQLITE_CORRUPT": ("store_damaged", "it is damaged.", _RESTORE),
    "SQLITE_NOTADB": ("store_damaged", "it is no SQLite database, or damaged.", _RESTORE),
    "SQLITE_IOERR": ("store_disk_fault", "the disk answers with a fault.", _LOOK),
}
_LACKS = (
    "store_lacks_tables",
    "it lacks tables or columns of this version: it is empty, older, or of another program.",
    "Name the right --database; a store of an earlier version is brought up to date by `arrears night run`.",
)
_REACH = "Start the database, or correct --database (ARREARS_DATABASE_URL)."
_POSTGRESQL = {
    "53100": ("store_full", "the database's disk has no space left.", _ROOM),
    "25006": ("store_read_only", "the database takes no writes.", "Name the primary, not a copy that only reads."),
    "XX001": ("store_damaged", "a page of it is damaged.", "Restore the database from its copy."),
    "XX002": ("store_damaged", "an index of it is damaged.", "Rebuild the index, or restore the database."),
    "42P01": _LACKS,
    "42703": _LACKS,
    "28": ("store_unreachable", "the database does not let us in.", "Correct user and password in --database."),
    "3D": ("store_unreachable", "there is no such database.", "Create it, or correct the name in --database."),
    "08": ("store_unreachable", "the database does not answer.", _REACH),
    "57P": ("store_unreachable", "the database is shutting down or starting.", "Try again in a minute."),
    "53300": ("store_unreachable", "the database has no connection left.", "Let it have more, or ask with fewer."),
}


def problem_of(fault: BaseException | None, where: str) -> Problem | None:
    """The problem that `fault` of a driver stands for; None where no person can mend it."""
    found = None
    if isinstance(fault, sqlite3.Error):
        name = getattr(fault, "sqlite_errorname", "")
        found = next((told for start, told in _SQLITE.items() if name.startswith(start)), None)
        if name == "SQLITE_ERROR" and str(fault).startswith(("no such table", "no such column")):
            found = _LACKS
    elif fault is not None and type(fault).__module__.split(".")[0] == "psycopg":
        found = _of_postgresql(fault)
    if found is None:
        return None
    code, what, fix = found
    return Problem(code=code, where=where, what=what, why="Nothing can be shown or recorded without it.", fix=fix)


def _of_postgresql(fault: BaseException) -> tuple[str, str, str] | None:
    state = getattr(fault, "sqlstate", None)
    if state is None:
        # The driver gives no state where no server answered it.
        is_gone = type(fault).__name__ in ("OperationalError", "ConnectionTimeout")
        return _POSTGRESQL["08"] if is_gone else None
    return next((told for start, told in _POSTGRESQL.items() if state.startswith(start)), None)

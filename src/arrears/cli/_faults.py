"""
What ends a command early, told as what it is: a disk, a file or a database that can't be used, or a fault of ours.

Reads:  the exception that reached the edge
Gives:  a Problem for what the reader can mend; for the rest a report on disk and a message that says where it lies
Never:  prints a traceback, or ends with 1, which means "done, and something was found".
"""

from __future__ import annotations

import errno
import os
import re
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from arrears.kernel.fault_text import fault_text, name_of
from arrears.kernel.problem import Problem

EXIT_FAULT = 70

_FULL = "Make room on that disk and run the command again: what was half-written is not used."
_MAY_NOT = "Give the user who runs arrears the right to it, or name another place (--home, --database)."
_FIX = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EROFS: "Make the disk writable, or name another place (--home, --database).",
    errno.EACCES: _MAY_NOT,
    errno.EPERM: _MAY_NOT,
    errno.ENOENT: "Check the path.",
    errno.ENOTDIR: "A part of the path is a file: check the path.",
    errno.EISDIR: "That is a directory: give the path of a file.",
    errno.EEXIST: "Name a place where nothing is yet.",
    errno.ENAMETOOLONG: "Give a shorter path.",
    errno.EMFILE: "Let one process open more files (ulimit -n), and run the command again.",
    errno.EIO: "The disk answers with a fault: look at it first, then restore the file from its copy.",
}
_DAMAGED = (
    "magic bytes",
    "thrift",
    "deserialize",
    "corrupt",
    "invalid parquet",
    "unexpected end of",
    "snappy",
    "zstd",
    "decompress",
    "too small to be a parquet",
    "no magic",
    "checksum",
)
_NO_ROOM = ("no space left", "disk quota", "max_temp_directory_size", "disk full")


def unusable_of(fault: BaseException) -> Problem | None:
    """The problem that the reader can mend; None for a fault of ours."""
    if isinstance(fault, OSError) and fault.errno in _FIX:
        return _problem("not_usable", _where(fault), fault.strerror or str(fault), _FIX[fault.errno])
    if isinstance(fault, OSError) or type(fault).__module__.split(".")[0] in ("duckdb", "_duckdb", "pyarrow"):
        return _of_an_engine(fault)
    if isinstance(fault, MemoryError):
        return _problem("no_memory", "memory", "There is not enough of it.", "Give less at once, or a larger machine.")
    return None


def _of_an_engine(fault: BaseException) -> Problem | None:
    told = str(fault)
    said = told.lower()
    if any(sign in said for sign in _NO_ROOM):
        return _problem("disk_full", _file_in(told) or "disk", "There is no space left on it.", _FULL)
    if "permission denied" in said or "read-only file system" in said:
        return _problem("not_usable", _file_in(told) or "disk", "It can't be written or read.", _MAY_NOT)
    if "outofmemory" in type(fault).__name__.lower() or "out of memory" in said:
        fix = "Give the engine more with --memory, or free some."
        return _problem("no_memory", "memory", "The engine has not enough of it.", fix)
    if any(sign in said for sign in _DAMAGED):
        fix = "Restore it from its copy, or make it again: import the lender's files, then run the night."
        return _problem("file_damaged", _file_in(told) or "Parquet file", "It is damaged: it can't be read.", fix)
    return None


def _problem(code: str, where: str, what: str, fix: str) -> Problem:
    ended = what if what.endswith(".") else f"{what}."
    return Problem(code=code, where=where, what=ended, why="Nothing was changed that can't be done again.", fix=fix)


def _where(fault: OSError) -> str:
    named = fault.filename2 or fault.filename
    return os.fsdecode(named) if isinstance(named, str | bytes) else "disk"


def _file_in(told: str) -> str | None:
    """The first path that a message quotes."""
    found = re.search(r"""["'](/[^"']+|[^"']+\.parquet)["']""", told)
    return found[1] if found else None


def report(fault: BaseException) -> str | None:
    """Write the report of a fault of ours, for its owner's eyes; where it lies, or None where it can't be written."""
    told = f"arrears {__import__('arrears').__version__}, Python {sys.version.split()[0]}\n{fault_text(fault)}\n"
    try:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        handle, path = tempfile.mkstemp(prefix=f"arrears-fault-{stamp}-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(told)
    except OSError:
        return None
    return path


def in_one_line(fault: BaseException) -> str:
    """The kind of a fault and the line of ours where it happened."""
    at = fault.__traceback__
    place = ""
    while at is not None:
        file = Path(at.tb_frame.f_code.co_filename)
        if "arrears" in file.parts:
            place = f" at {'/'.join(file.parts[-2:])}:{at.tb_lineno}"
        at = at.tb_next
    return f"{name_of(fault)}{place}"


def tell_fault(fault: BaseException) -> int:
    """Say on stderr that the fault is ours, and where its report lies. Gives the exit code."""
    lies = report(fault)
    kept = f"The report is in {lies}; it holds no personal data." if lies else "No report could be written."
    print(
        f"arrears: a fault of our own ({in_one_line(fault)}). What you gave may be sound, and nothing was half-done. "
        f"{kept} Please send it to the maintainers.",
        file=sys.stderr,
    )
    return EXIT_FAULT

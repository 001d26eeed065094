"""
A fault of our own as text that may be kept and sent on: what kind it was and where in the code, never whose data.

Reads:  an exception and those that led to it
Gives:  text: one block per exception, the frames of each
Never:  shows what a database or a parser says of a value (it quotes the value), or a line of local variables.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator

from arrears.kernel.problem import Unusable

SPEAKS_OF_CODE = (RuntimeError, AssertionError, TypeError, AttributeError, NameError, ImportError, OSError)
"""Kinds whose message speaks of the program or of a file. Others quote what they could not use."""


def fault_text(fault: BaseException) -> str:
    """Oldest first, as Python prints them."""
    return "\n".join(_block(one) for one in reversed(list(_chain(fault))))


def name_of(fault: BaseException) -> str:
    """The kind of a fault, with a database's own code where it has one: `sqlalchemy.exc.DataError (22P05)`."""
    kind = type(fault)
    code = getattr(getattr(fault, "orig", fault), "sqlstate", None) or getattr(
        getattr(fault, "orig", fault), "sqlite_errorname", None
    )
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return f"{name} ({code})" if isinstance(code, str) else name


def _chain(fault: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    at: BaseException | None = fault
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield at
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)


def _block(fault: BaseException) -> str:
    frames = "".join(traceback.format_list(traceback.extract_tb(fault.__traceback__)))
    if isinstance(fault, Unusable):
        return f"{frames}{name_of(fault)}: {fault.problem.code}"
    told = f": {fault}" if isinstance(fault, SPEAKS_OF_CODE) and not _of_a_driver(fault) else ""
    return f"{frames}{name_of(fault)}{told}"


def _of_a_driver(fault: BaseException) -> bool:
    return type(fault).__module__.split(".")[0] in ("sqlalchemy", "sqlite3", "psycopg", "duckdb", "pyarrow")

"""
The strict readers of `kernel.reading` as functions of DuckDB, for the cells that no expression reads.

Comes in: a connection. Goes out: on it, per shape, `read_…` (the value; NULL where it is refused) and `fault_of_…` (the
code). An expression of `parse.py` reads the plain form of each shape, and asks these for everything else, so that the
shape is decided in one place and a column of millions is still read as a column.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import duckdb
import pyarrow as pa

from arrears.kernel.reading import Unreadable
from arrears.kernel.reading.amount import read_amount
from arrears.kernel.reading.day import read_day, read_six_digits
from arrears.kernel.reading.email import read_email
from arrears.kernel.reading.identity_number import read_identity_number
from arrears.kernel.reading.instant import read_instant
from arrears.kernel.reading.phone import read_phone
from arrears.kernel.reading.text import cleaned, is_garbled

KEPT = 100_000
"""Texts whose value is remembered: days and signs repeat, and a faulty cell is asked for its value and its code."""
BETWEEN = "\x1f"

_INSTANT = pa.timestamp("us", tz="UTC")
Read = Callable[..., Any]


def register(con: duckdb.DuckDBPyConnection) -> None:
    """Every reader, on one connection."""
    for shape, kind, sql, read, more in (
        ("instant", _INSTANT, "TIMESTAMPTZ", _instant, 1),
        ("day", pa.date32(), "DATE", _day, 2),
        ("six_digits", pa.date32(), "DATE", _six_digits, 2),
        ("amount", pa.int64(), "BIGINT", _amount, 2),
        ("identity_number", pa.string(), "VARCHAR", read_identity_number, 0),
        ("phone", pa.string(), "VARCHAR", read_phone, 0),
        ("email", pa.string(), "VARCHAR", read_email, 0),
    ):
        both = _both(read)
        _add(con, f"read_{shape}", lambda *given, both=both: both(*given)[0], kind, sql, more)
        _add(con, f"fault_of_{shape}", lambda *given, both=both: both(*given)[1], pa.string(), "VARCHAR", more)
    _add(con, "sign_of_amount", _sign, pa.string(), "VARCHAR", 2)
    _add(con, "is_garbled", is_garbled, pa.bool_(), "BOOLEAN", 0)
    _add(con, "cleaned", cleaned, pa.string(), "VARCHAR", 0)


def _both(read: Read) -> Read:
    @lru_cache(maxsize=KEPT)
    def both(*given: str) -> tuple[Any, str | None]:
        try:
            return read(*given), None
        except Unreadable as fault:
            return None, fault.code

    return both


def _add(con: duckdb.DuckDBPyConnection, name: str, read: Read, kind: pa.DataType, sql: str, more: int) -> None:
    """`more` arguments beside the text are the same for the whole column."""

    def column(texts: Any, *rest: Any) -> pa.Array:
        given = [other[0].as_py() for other in rest] if len(texts) else []
        return pa.array([None if text is None else read(text, *given) for text in texts.to_pylist()], kind)

    # The engine counts the parameters of what it is given.
    counted: tuple[Read, ...] = (
        lambda texts: column(texts),
        lambda texts, first: column(texts, first),
        lambda texts, first, second: column(texts, first, second),
    )
    con.create_function(name, counted[more], ["VARCHAR"] * (1 + more), sql, type="arrow", null_handling="special")


def _instant(text: str, zone: str) -> Any:
    return read_instant(text, zone or None)


def _day(text: str, forms: str, zone: str) -> Any:
    return read_day(text, tuple(forms.split(BETWEEN)) if forms else (), zone or None)


def _six_digits(text: str, century: str, month_offset: str) -> Any:
    return read_six_digits(text, int(century), int(month_offset))


def _amount(text: str, unit: str, exponents: str) -> int:
    return read_amount(text, unit, exponents=bool(exponents))[0]


def _sign(text: str, unit: str, exponents: str) -> str | None:
    try:
        meant = read_amount(text, unit, exponents=bool(exponents))[1]
    except Unreadable:
        return None
    return None if meant is None else " ".join(sorted(meant))

# ruff: noqa: S608 - every name in the SQL here is ours
"""
The column by which contact points and contacts are counted: one number, one key, however the lender wrote it.

Comes in: the accepted rows. Goes out: the same rows as SQL, with `number_key` made by `kernel.number` for the country
of the person's place (of the book's currency, where the place is not known). What is written plainly never leaves the
engine.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import duckdb
import pyarrow as pa

from arrears.book.accept import Accepted
from arrears.book.load_files import run
from arrears.book.parse import listed
from arrears.book.table import DERIVED
from arrears.kernel.number import KINDS, country_of_currency, country_of_zone, point_key

_OF = {"contact_points": "value", "contacts": "number"}
_PHONES = listed({"phone", *(channel for channel, kind in KINDS.items() if kind == "phone")})


def counted_rows(con: duckdb.DuckDBPyConnection, accepted: Accepted, table: str) -> str:
    """SELECT of a table's accepted rows, with its derived column made."""
    if (table, "number_key") not in DERIVED:
        return accepted.rows(table)
    _register(con, _home(con, accepted))
    zone = "NULL"
    people = ""
    if "persons" in accepted.tables:
        zone = "p.time_zone"
        people = f"LEFT JOIN ({accepted.rows('persons')}) p ON p.person_id = r.person_id"
    of = f"r.{_OF[table]}"
    plain = f"r.channel IN {_PHONES} AND regexp_full_match({of}, '1[3-9][0-9]{{9}}') AND dialled_in({zone}) = 'CN'"
    return (
        f"SELECT r.* REPLACE (CASE WHEN {of} IS NULL THEN NULL WHEN {plain} THEN '+86' || {of} "
        f"ELSE counted_key(r.channel, {of}, {zone}) END AS number_key) FROM ({accepted.rows(table)}) r {people}"
    )


def _home(con: duckdb.DuckDBPyConnection, accepted: Accepted) -> str | None:
    """The country of the book's money, where it is of one."""
    currencies = {str(row[0]) for row in run(con, f"SELECT DISTINCT currency FROM ({accepted.rows('accounts')})")}
    return country_of_currency(currencies.pop()) if len(currencies) == 1 else None


def _register(con: duckdb.DuckDBPyConnection, home: str | None) -> None:
    """`dialled_in(zone)` and `counted_key(channel, value, zone)` on the connection, once."""
    if run(con, "SELECT 1 FROM duckdb_functions() WHERE function_name = 'counted_key'"):
        return

    @lru_cache(maxsize=10_000)
    def country(zone: str | None) -> str | None:
        return country_of_zone(zone) or home

    @lru_cache(maxsize=1_000_000)
    def key(channel: str, value: str, zone: str | None) -> str:
        return point_key(KINDS.get(channel, channel), value, country(zone))

    def countries(zones: Any) -> pa.Array:
        return pa.array([country(zone) for zone in zones.to_pylist()], pa.string())

    def keys(channels: Any, values: Any, zones: Any) -> pa.Array:
        rows = zip(channels.to_pylist(), values.to_pylist(), zones.to_pylist(), strict=True)
        return pa.array(
            [None if value is None else key(channel, value, zone) for channel, value, zone in rows], pa.string()
        )

    con.create_function("dialled_in", countries, ["VARCHAR"], "VARCHAR", type="arrow", null_handling="special")
    con.create_function("counted_key", keys, ["VARCHAR"] * 3, "VARCHAR", type="arrow", null_handling="special")

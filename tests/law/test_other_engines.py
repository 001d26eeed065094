"""The column reader is an expression of no engine in particular: it is written for Spark as it is for DuckDB."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir
import pytest
from ibis.backends.sql.compilers.base import SQLGlotCompiler
from ibis.backends.sql.compilers.duckdb import DuckDBCompiler
from ibis.backends.sql.compilers.pyspark import PySparkCompiler
from ibis.backends.sql.compilers.trino import TrinoCompiler

from arrears.kernel.table import schema_of
from arrears.law.columns import ACTS, HISTORY, OPTIONAL_ACTS, judge_columns
from arrears.law.load import load_law

LAW = load_law(["cn"], date(2026, 11, 23))


def verdicts(*, optional: bool) -> ir.Table:
    columns = {**ACTS, **(OPTIONAL_ACTS if optional else {})}
    acts = ibis.table(schema_of(columns), name="acts")
    history = ibis.table(schema_of(HISTORY), name="history")
    return judge_columns(LAW, acts, history, as_of=date(2026, 3, 5), zones=["Asia/Shanghai", "Europe/London"])


CLOCKS = ["AT TIME ZONE", "AT_TIMEZONE", "FROM_UTC_TIMESTAMP", "CONVERT_TIMEZONE", "TIMEZONE(", "NOW(", "CURRENT_"]


@pytest.mark.parametrize("compiler", [DuckDBCompiler, PySparkCompiler, TrinoCompiler], ids=lambda each: each.__name__)
@pytest.mark.parametrize("optional", [False, True], ids=["plain acts", "with optional facts"])
def test_the_mask_is_sql_on_every_engine(compiler: type[SQLGlotCompiler], optional: bool) -> None:
    """It compiles with nothing left to Python, and asks no engine what time it is anywhere."""
    sql = compiler().to_sqlglot(verdicts(optional=optional).unbind()).sql(compiler.dialect).upper()
    for asked in (
        "AT TIME ZONE",
        "AT_TIMEZONE",
        "FROM_UTC_TIMESTAMP",
        "CONVERT_TIMEZONE",
        "TIMEZONE(",
        "NOW(",
        "CURRENT_",
    ):
        assert asked not in sql, asked
    assert "CN.GBT_45251.CONNECTED_CALLS" in sql


def test_history_is_read_only_as_far_back_as_the_rules_look() -> None:
    """The counters' scans of history carry a literal lower bound that an engine can push into a file."""
    sql = ibis.to_sql(verdicts(optional=False), dialect="duckdb").replace("\n", " ")
    assert "2026-03-01" in sql or "2026, 3, 1" in sql

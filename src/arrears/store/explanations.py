"""
SQL of explanations: the reason somebody gave for a fact that asks for one.

Reads:  a connection of the store
Gives:  rows written, and read back by what they are about
Never:  commits; changes a reason that was given
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from arrears.store.schema import explanations


def add(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(explanations).values(dict(values)))


def about(connection: Connection, ids: Iterable[str]) -> list[RowMapping]:
    """Every reason given about these ids, oldest first."""
    wanted = (
        select(explanations)
        .where(explanations.c.about.in_(list(ids)))
        .order_by(explanations.c.at, explanations.c.explanation_id)
    )
    return list(connection.execute(wanted).mappings())

"""
Column types that mean the same on SQLite and PostgreSQL.

Gives:  Instant (an aware datetime, always UTC in the store), Document (JSON), Cents (a 64-bit integer)
Never:  lets a datetime without an offset in, or a float where money is.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

_WIDE = "%Y-%m-%dT%H:%M:%S.%fZ"


class Instant(TypeDecorator[datetime]):
    """
    An aware datetime. PostgreSQL keeps `timestamptz`; SQLite keeps text of one width in UTC
    ("2026-11-24T02:00:00.000000Z"), so that it sorts as time does and a person can read it.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(Text())
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no offset: the store keeps aware instants only")
        utc = value.astimezone(UTC)
        return utc.strftime(_WIDE) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        instant: datetime = value
        return instant.astimezone(UTC)


Document = JSON().with_variant(JSONB(), "postgresql")
Cents = BigInteger

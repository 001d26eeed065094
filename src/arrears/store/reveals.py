"""
SQL of reveals: the detail that was masked, who looked at what, and who looks most.

Reads:  a connection of the store
Gives:  the detail, the times a user looked, counts by user; rows written
Never:  commits; decides who may look (daytime.reveal_detail does)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, insert, select

from arrears.store.schema import contact_points, persons, reveals, users

IDENTITY = ("name", "id_number", "birth_on")


def detail(connection: Connection, person_id: str, contact_point_id: str | None) -> Mapping[str, object] | None:
    """The person's identity, or the `value` of that contact point of theirs; None where there is none."""
    if contact_point_id is None:
        wanted = select(*(persons.c[name] for name in IDENTITY)).where(persons.c.person_id == person_id)
    else:
        wanted = select(contact_points.c.value).where(
            contact_points.c.contact_point_id == contact_point_id, contact_points.c.person_id == person_id
        )
    found = connection.execute(wanted).mappings().first()
    return None if found is None else dict(found)


def add(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(reveals).values(dict(values)))


def times_of(connection: Connection, user_id: str, since: datetime) -> list[datetime]:
    """When this user looked, after `since`, oldest first."""
    wanted = select(reveals.c.at).where(reveals.c.user_id == user_id, reveals.c.at > since).order_by(reveals.c.at)
    return list(connection.execute(wanted).scalars())


def by_user(connection: Connection, since: datetime) -> list[RowMapping]:
    """(user_id, name, reveals, people, last_at) since then, whoever looks most first."""
    count = func.count().label("reveals")
    wanted = (
        select(
            reveals.c.user_id,
            users.c.name,
            count,
            func.count(reveals.c.person_id.distinct()).label("people"),
            func.max(reveals.c.at, type_=reveals.c.at.type).label("last_at"),
        )
        .outerjoin(users, users.c.user_id == reveals.c.user_id)
        .where(reveals.c.at > since)
        .group_by(reveals.c.user_id, users.c.name)
        .order_by(count.desc(), reveals.c.user_id)
    )
    return list(connection.execute(wanted).mappings())

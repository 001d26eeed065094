"""
SQL of conversations: their steps, and what was heard.

Reads:  a connection of the store
Gives:  the conversation somebody is in, its steps and what was heard; rows written
Never:  commits; decides what may be noted (playbook.call_flow does)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, or_, select

from arrears.store.schema import attempts, call_steps, heard


def conversation_of(connection: Connection, debtor_id: str, by: str, since: datetime) -> RowMapping | None:
    """
    The newest contact of `by` about the debtor that is open, or ended or came in since then; with whom it is; None
    where they are in none.
    """
    a = attempts.c
    wanted = (
        select(a.attempt_id, a.channel, a.direction, a.recipient_id, a.at, a.outcome)
        .where(
            a.debtor_id == debtor_id,
            a.collector_id == by,
            a.source == "day",
            or_(a.outcome.is_(None), a.outcome_at >= since),
        )
        .order_by(a.at.desc(), a.attempt_id.desc())
        .limit(1)
    )
    return connection.execute(wanted).mappings().one_or_none()


def steps_of(connection: Connection, attempt_id: str) -> Sequence[RowMapping]:
    """The conversation's steps in the order noted."""
    wanted = select(call_steps).where(call_steps.c.attempt_id == attempt_id).order_by(call_steps.c.ordinal)
    return connection.execute(wanted).mappings().all()


def heard_in(connection: Connection, attempt_id: str) -> Sequence[RowMapping]:
    """What was heard in it, the oldest first."""
    wanted = select(heard).where(heard.c.attempt_id == attempt_id).order_by(heard.c.at, heard.c.heard_id)
    return connection.execute(wanted).mappings().all()


def last_heard(connection: Connection, person_id: str) -> RowMapping | None:
    """What was heard from this person last, in whichever conversation."""
    wanted = select(heard).where(heard.c.person_id == person_id).order_by(heard.c.at.desc(), heard.c.heard_id.desc())
    return connection.execute(wanted.limit(1)).mappings().one_or_none()


def add_step(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(call_steps).values(dict(values)))


def add_heard(connection: Connection, values: Mapping[str, Any]) -> None:
    connection.execute(insert(heard).values(dict(values)))

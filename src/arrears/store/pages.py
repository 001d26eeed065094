"""
SQL of the pages: what one page of the workspace shows, read in a fixed number of queries.

Reads:  a connection of `Store.read()`
Gives:  QueuePage, CasePage, NightRow; rows as mappings of column name to value
Never:  writes, or asks once per row. Counts stop at COUNT_MAX, because nobody reads "1,000,000" and every page
        would pay for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, and_, func, literal, or_, select

from arrears.store.schema import (
    accounts,
    attempts,
    consents,
    contact_points,
    holds,
    instalments,
    nights,
    parties,
    pauses,
    payments,
    permits,
    persons,
    plan,
    promises,
    queue_items,
    refusals,
    stopped_channels,
    users,
)

Row = RowMapping
COUNT_MAX = 1_000
ROWS_AHEAD = 15
ATTEMPTS_SHOWN = 80
REFUSALS_SHOWN = 30
PAYMENTS_SHOWN = 120


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Items with their person (name, time_zone) and the lead account's plan. Counts are capped at COUNT_MAX."""

    night: Row | None
    mine: Sequence[Row]
    ahead: Sequence[Row]
    counts: Mapping[str, int]
    next_opens_at: datetime | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything one case page says, of one moment. Lists are in the order in which they are read."""

    item: Row
    live_item_id: str | None
    night: Row | None
    person: Row
    accounts: Sequence[Row]
    instalments: Sequence[Row]
    payments: Sequence[Row]
    pauses: Sequence[Row]
    parties: Sequence[Row]
    points: Sequence[Row]
    holds: Sequence[Row]
    stopped: Sequence[Row]
    consents: Sequence[Row]
    attempts: Sequence[Row]
    refusals: Sequence[Row]
    promises: Sequence[Row]
    plan: Sequence[Row]
    people: Mapping[str, str]


def last_night(connection: Connection) -> Row | None:
    """The newest published night, or None where there is none yet."""
    return connection.execute(select(nights).order_by(nights.c.as_of.desc()).limit(1)).mappings().first()


def read_queue(connection: Connection, collector_id: str, at: datetime) -> QueuePage:
    """The collector's day at this minute."""
    waiting = queue_items.c.status == "waiting"
    lease_over = and_(queue_items.c.status == "claimed", queue_items.c.claimed_until <= at)
    open_now = and_(queue_items.c.not_before_at <= at, queue_items.c.not_after_at > at)
    opens_later = and_(waiting, queue_items.c.not_before_at > at)
    held = and_(queue_items.c.status == "claimed", queue_items.c.claimed_until > at)
    night = last_night(connection)
    of_night = queue_items.c.night_id == (night["night_id"] if night else "")
    counts = {
        "now": _count(connection, and_(or_(waiting, lease_over), open_now)),
        "later": _count(connection, opens_later),
        "mine": _count(connection, and_(held, queue_items.c.claimed_by == collector_id)),
        "others": _count(connection, and_(held, queue_items.c.claimed_by != collector_id)),
        "done": _count(connection, and_(of_night, queue_items.c.status == "done")),
        "withdrawn": _count(connection, and_(of_night, queue_items.c.status == "withdrawn")),
    }
    return QueuePage(
        night=night,
        mine=_items(connection, and_(held, queue_items.c.claimed_by == collector_id), 50),
        ahead=_items(connection, and_(waiting, open_now), ROWS_AHEAD),
        counts=counts,
        next_opens_at=connection.execute(select(func.min(queue_items.c.not_before_at)).where(opens_later)).scalar(),
    )


def _count(connection: Connection, where: ColumnElement[bool]) -> int:
    some = select(literal(1)).select_from(queue_items).where(where).limit(COUNT_MAX + 1).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def _items(connection: Connection, where: ColumnElement[bool], limit: int) -> Sequence[Row]:
    lead = and_(plan.c.night_id == queue_items.c.night_id, plan.c.account_id == queue_items.c.lead_account_id)
    wanted = (
        select(
            queue_items,
            persons.c.name,
            persons.c.time_zone,
            plan.c.second_treatment,
            plan.c.second_value_cents,
            plan.c.cost_cents,
            plan.c.value_cents.label("lead_value_cents"),
        )
        .join(persons, persons.c.person_id == queue_items.c.person_id)
        .outerjoin(plan, lead)
        .where(where)
        .order_by(queue_items.c.priority, queue_items.c.queue_item_id)
        .limit(limit)
    )
    return connection.execute(wanted).mappings().all()


def read_case(connection: Connection, queue_item_id: str) -> CasePage | None:
    """The case of a queue item, whatever became of the item; None where there is no such item."""
    item = (
        connection.execute(select(queue_items).where(queue_items.c.queue_item_id == queue_item_id)).mappings().first()
    )
    if item is None:
        return None
    person_id = item["person_id"]
    mine = select(accounts.c.account_id).where(accounts.c.person_id == person_id)

    def rows(statement: Any) -> Sequence[Row]:
        return connection.execute(statement).mappings().all()

    live = select(queue_items.c.queue_item_id).where(
        queue_items.c.person_id == person_id, queue_items.c.status.in_(("waiting", "claimed"))
    )
    its_parties = rows(
        select(parties, persons.c.name, persons.c.time_zone)
        .outerjoin(persons, persons.c.person_id == parties.c.person_id)
        .where(parties.c.account_id.in_(mine))
        .order_by(parties.c.account_id, parties.c.role, parties.c.person_id)
    )
    reached = {person_id, *(party["person_id"] for party in its_parties)}
    its_attempts = rows(
        select(attempts, permits.c.permit_id)
        .outerjoin(permits, permits.c.attempt_id == attempts.c.attempt_id)
        .where(attempts.c.debtor_id == person_id)
        .order_by(attempts.c.at.desc(), attempts.c.attempt_id)
        .limit(ATTEMPTS_SHOWN)
    )
    its_refusals = rows(
        select(refusals)
        .where(refusals.c.debtor_id == person_id)
        .order_by(refusals.c.at.desc(), refusals.c.refusal_id)
        .limit(REFUSALS_SHOWN)
    )
    its_promises = rows(
        select(promises).where(promises.c.person_id == person_id).order_by(promises.c.made_at, promises.c.promise_id)
    )
    its_holds = rows(
        select(holds).where(holds.c.person_id == person_id).order_by(holds.c.placed_on.desc(), holds.c.hold_id)
    )
    named = {row["collector_id"] for row in (*its_attempts, *its_refusals)}
    named |= {row["taken_by"] for row in its_promises} | {row["placed_by"] for row in its_holds}
    named |= {item["claimed_by"]}
    return CasePage(
        item=item,
        live_item_id=connection.execute(live).scalar(),
        night=connection.execute(select(nights).where(nights.c.night_id == item["night_id"])).mappings().first(),
        person=connection.execute(select(persons).where(persons.c.person_id == person_id)).mappings().one(),
        accounts=rows(
            select(accounts)
            .where(accounts.c.person_id == person_id)
            .order_by(accounts.c.overdue_cents.desc(), accounts.c.account_id)
        ),
        instalments=rows(
            select(instalments)
            .where(instalments.c.account_id.in_(mine))
            .order_by(instalments.c.account_id, instalments.c.due_on, instalments.c.instalment_no)
        ),
        payments=rows(
            select(payments)
            .where(payments.c.account_id.in_(mine))
            .order_by(payments.c.paid_on.desc(), payments.c.payment_id)
            .limit(PAYMENTS_SHOWN)
        ),
        pauses=rows(select(pauses).where(pauses.c.account_id.in_(mine)).order_by(pauses.c.start_on)),
        parties=its_parties,
        points=rows(
            select(contact_points)
            .where(contact_points.c.person_id.in_(sorted(reached)))
            .order_by(contact_points.c.person_id, contact_points.c.channel, contact_points.c.contact_point_id)
        ),
        holds=its_holds,
        stopped=rows(select(stopped_channels).where(stopped_channels.c.person_id == person_id)),
        consents=rows(select(consents).where(consents.c.person_id == person_id)),
        attempts=its_attempts,
        refusals=its_refusals,
        promises=its_promises,
        plan=rows(
            select(plan)
            .where(
                plan.c.night_id == item["night_id"], plan.c.account_id.in_([str(one) for one in item["account_ids"]])
            )
            .order_by(plan.c.account_id)
        ),
        people={
            row["user_id"]: row["name"]
            for row in rows(select(users.c.user_id, users.c.name).where(users.c.user_id.in_(named - {None})))
        },
    )


def work_of_the_day(connection: Connection, night_id: str) -> Mapping[str, int]:
    """Queue items of a night by status."""
    counted = (
        select(queue_items.c.status, func.count())
        .where(queue_items.c.night_id == night_id)
        .group_by(queue_items.c.status)
    )
    return {status: int(n) for status, n in connection.execute(counted).all()}

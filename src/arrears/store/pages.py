"""
SQL of the pages: what one page of the workspace shows, read in a fixed number of queries.

Reads:  a connection of `Store.read()`
Gives:  QueuePage, CasePage, NightRow; rows as mappings of column name to value
Never:  writes, or asks once per row. Counts stop at COUNT_MAX, because nobody reads "1,000,000" and every page
        would pay for it.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, func, literal, or_, select

from arrears.kernel.number import number_key
from arrears.kernel.reasons import Reason
from arrears.store.permits import its_collector_has_one
from arrears.store.plans import means_of
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
PERSON_KEY = "person."
NOT_QUEUED = "not_queued"
ATTEMPTS_SHOWN = 80
REFUSALS_SHOWN = 30
PAYMENTS_SHOWN = 120


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Items with their person (name, time_zone) and the lead account's plan. Counts are capped at COUNT_MAX."""

    night: Row | None
    mine: Sequence[Row]
    rested: Sequence[Row]
    """Cases this collector let rest, which come back later or are taken back."""
    ahead: Sequence[Row]
    counts: Mapping[str, int]
    next_opens_at: datetime | None
    owed: Mapping[str, Sequence[Row]]
    """Of each person in `mine` and `ahead`, the accounts: currency, loan_status, overdue_cents as they are now."""
    left_alone: Sequence[Row]
    """Where the night put nobody into the queue: the largest accounts it left alone, each with its reason."""


def in_contact(page: CasePage, user_id: str) -> bool:
    """Whether this user has a permit open about the case's person: then a claim of theirs does not end."""
    return any(
        row["source"] == "day"
        and row["direction"] == "outbound"
        and row["outcome"] is None
        and row["collector_id"] == user_id
        for row in page.attempts
    )


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything one case page says, of one moment. Lists are in the order in which they are read."""

    item: Mapping[str, Any]
    """A row of queue_items; of somebody in no queue, one with status NOT_QUEUED and nothing claimed."""
    live_item_id: str | None
    night: Row | None
    """That of the lead account's figures: a case closed on an earlier day shows what is owed now."""
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
    means: Row | None
    """What the person last said they live on; None where nobody asked."""
    people: Mapping[str, str]


def last_night(connection: Connection) -> Row | None:
    """The newest published night, or None where there is none yet."""
    return (
        connection.execute(select(nights).order_by(nights.c.as_of.desc(), nights.c.published_at.desc()).limit(1))
        .mappings()
        .first()
    )


def read_queue(connection: Connection, collector_id: str, at: datetime) -> QueuePage:
    """The collector's day at this minute."""
    waiting = queue_items.c.status == "waiting"
    in_contact = its_collector_has_one()
    rests = and_(waiting, queue_items.c.rests_until > at)
    awake = or_(queue_items.c.rests_until.is_(None), queue_items.c.rests_until <= at)
    lease_over = and_(queue_items.c.status == "claimed", queue_items.c.claimed_until <= at, ~in_contact)
    to_work = queue_items.c.for_decision.is_(False)
    open_now = and_(to_work, queue_items.c.not_before_at <= at, queue_items.c.not_after_at > at)
    opens_later = and_(waiting, to_work, queue_items.c.not_before_at > at)
    held = and_(queue_items.c.status == "claimed", or_(queue_items.c.claimed_until > at, in_contact))
    promised = or_(
        func.coalesce(queue_items.c.closed_why, "") == "promised",
        func.coalesce(queue_items.c.withdrawn_reason, "") == Reason.WITHDRAWN_PROMISE_TAKEN,
    )
    night = last_night(connection)
    of_night = and_(queue_items.c.night_id == (night["night_id"] if night else ""), to_work)
    counts = {
        "now": _count(connection, and_(or_(waiting, lease_over), open_now, awake)),
        "later": _count(connection, opens_later),
        "mine": _count(connection, and_(held, queue_items.c.claimed_by == collector_id)),
        "others": _count(connection, and_(held, queue_items.c.claimed_by != collector_id)),
        "resting": _count(connection, rests),
        "promised": _count(connection, and_(of_night, promised)),
        "done": _count(connection, and_(of_night, queue_items.c.status == "done", ~promised)),
        "withdrawn": _count(connection, and_(of_night, queue_items.c.status == "withdrawn", ~promised)),
        "over": _count(connection, and_(waiting, to_work, queue_items.c.not_after_at <= at)),
        "of_night": _count(connection, of_night),
    }
    mine = _items(connection, and_(held, queue_items.c.claimed_by == collector_id), 50)
    rested = _items(connection, and_(rests, queue_items.c.rested_by == collector_id), 50)
    ahead = _items(connection, and_(waiting, open_now, awake), ROWS_AHEAD)
    return QueuePage(
        night=night,
        mine=mine,
        rested=rested,
        ahead=ahead,
        owed=_owed(connection, {row["person_id"] for row in (*mine, *rested, *ahead)}),
        counts=counts,
        next_opens_at=connection.execute(select(func.min(queue_items.c.not_before_at)).where(opens_later)).scalar(),
        left_alone=_left_alone(connection, night["night_id"]) if night and not counts["of_night"] else [],
    )


def _owed(connection: Connection, person_ids: set[str]) -> Mapping[str, Sequence[Row]]:
    """Accounts of several people, by person: what the case page of each adds up."""
    wanted = select(
        *(accounts.c[name] for name in ("person_id", "currency", "loan_status", "overdue_cents")),
        *(accounts.c[name] for name in ("account_id", "days_past_due", "bucket")),
    ).where(accounts.c.person_id.in_(sorted(person_ids)))
    found: dict[str, list[Row]] = {person_id: [] for person_id in person_ids}
    for row in connection.execute(wanted).mappings():
        found[row["person_id"]].append(row)
    return found


def _left_alone(connection: Connection, night_id: str) -> Sequence[Row]:
    wanted = (
        select(plan, persons.c.name)
        .outerjoin(persons, persons.c.person_id == plan.c.person_id)
        .where(plan.c.night_id == night_id, plan.c.reason != Reason.NO_ARREARS)
        .order_by(plan.c.outstanding_cents.desc(), plan.c.account_id)
        .limit(ROWS_AHEAD)
    )
    return connection.execute(wanted).mappings().all()


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


def case_key(person_id: str) -> str:
    """The name of the case of somebody who is in no queue: safe in an address, whatever the lender's ids look like."""
    return PERSON_KEY + urlsafe_b64encode(person_id.encode()).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Found:
    """A person that a search found: the key of their case, their name, and an account of theirs."""

    key: str
    name: str | None
    account_id: str | None


def find_cases(connection: Connection, asked: str) -> Sequence[Found]:
    """
    The cases of an account or person of that exact id; else of whoever has that telephone number; else of those whose
    name begins so (from two letters on). Each with the key of its live queue item, else the newest, else the person's.
    """
    owner = connection.execute(select(accounts.c.person_id).where(accounts.c.account_id == asked)).scalar()
    by_id = select(persons.c.person_id).where(persons.c.person_id == (owner or asked))
    people = list(connection.execute(by_id).scalars())
    if not people and sum(letter.isdigit() for letter in asked) >= NUMBER_DIGITS:
        has_it = select(contact_points.c.person_id).where(
            contact_points.c.channel == "phone", contact_points.c.value.in_(_as_written(asked))
        )
        owes = select(accounts.c.person_id).where(accounts.c.person_id.in_(has_it)).distinct()
        about = select(accounts.c.person_id).where(
            accounts.c.account_id.in_(select(parties.c.account_id).where(parties.c.person_id.in_(has_it)))
        )
        people = sorted({*connection.execute(owes).scalars(), *connection.execute(about).scalars()})[:FOUND_SHOWN]
    if not people and len(asked) >= NAME_LETTERS:
        begins = persons.c.name.startswith(asked, autoescape=True)
        owing = select(persons.c.person_id).where(begins, persons.c.person_id.in_(select(accounts.c.person_id)))
        people = list(connection.execute(owing.order_by(persons.c.person_id).limit(FOUND_SHOWN)).scalars())
    return [_found(connection, person_id) for person_id in people]


NUMBER_DIGITS = 7
"""Fewer are no telephone number, and would be a way to look through a book."""
NAME_LETTERS = 2
FOUND_SHOWN = 20


def _as_written(asked: str) -> set[str]:
    """A number in the forms that books have: as asked, as counted, and without the country's code."""
    key = number_key(asked)
    return {asked, key, key.removeprefix("+"), key.removeprefix("+86"), f"0{key.removeprefix('+86')}"}


def _found(connection: Connection, person_id: str) -> Found:
    newest = (
        select(queue_items.c.queue_item_id)
        .join(nights, nights.c.night_id == queue_items.c.night_id)
        .where(queue_items.c.person_id == person_id)
        .order_by(queue_items.c.status.in_(("waiting", "claimed")).desc(), nights.c.as_of.desc())
        .limit(1)
    )
    item: str | None = connection.execute(newest).scalar()
    name = connection.execute(select(persons.c.name).where(persons.c.person_id == person_id)).scalar()
    first = select(func.min(accounts.c.account_id)).where(accounts.c.person_id == person_id)
    return Found(item or case_key(person_id), name, connection.execute(first).scalar())


def case_keys(connection: Connection, person_ids: set[str]) -> Mapping[str, str]:
    """Of each of these people whom the store knows: the key of their live queue item, else their own."""
    known = select(accounts.c.person_id).where(accounts.c.person_id.in_(sorted(person_ids))).distinct()
    live = select(queue_items.c.person_id, queue_items.c.queue_item_id).where(
        queue_items.c.person_id.in_(sorted(person_ids)), queue_items.c.status.in_(("waiting", "claimed"))
    )
    queued = {row.person_id: row.queue_item_id for row in connection.execute(live)}
    return {each: queued.get(each) or case_key(each) for each in connection.execute(known).scalars()}


def _item(connection: Connection, key: str) -> Mapping[str, Any] | None:
    """The queue item of that id; for a person's own key, what stands in its place: nothing claimed, nothing queued."""
    if not key.startswith(PERSON_KEY):
        row = connection.execute(select(queue_items).where(queue_items.c.queue_item_id == key)).mappings().one_or_none()
        return None if row is None else dict(row)
    try:
        coded = key.removeprefix(PERSON_KEY)
        person_id = urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode()
    except ValueError:
        return None
    night = last_night(connection)
    theirs = (
        select(accounts, plan.c.treatment, plan.c.channel, plan.c.stage)
        .outerjoin(plan, and_(plan.c.account_id == accounts.c.account_id, plan.c.night_id == accounts.c.night_id))
        .where(accounts.c.person_id == person_id)
        .order_by(accounts.c.overdue_cents.desc(), accounts.c.account_id)
    )
    rows = connection.execute(theirs).mappings().all()
    if not rows:
        return None
    lead = rows[0]
    return {
        **dict.fromkeys((column.name for column in queue_items.c), None),
        "queue_item_id": key,
        "night_id": night["night_id"] if night else None,
        "person_id": person_id,
        "lead_account_id": lead["account_id"],
        "account_ids": [row["account_id"] for row in rows],
        "status": NOT_QUEUED,
        **{name: lead[name] for name in ("treatment", "channel", "stage", "currency", "days_past_due", "bucket")},
    }


def read_case(connection: Connection, key: str) -> CasePage | None:
    """The case of a queue item (whatever became of it) or of a person (`case_key`); None where there is none."""
    item = _item(connection, key)
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
        night=connection.execute(_night_of_figures(item)).mappings().first(),
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
        means=means_of(connection, person_id),
        people={
            row["user_id"]: row["name"]
            for row in rows(select(users.c.user_id, users.c.name).where(users.c.user_id.in_(named - {None})))
        },
    )


def _night_of_figures(item: Mapping[str, Any]) -> Select[Any]:
    figures = select(accounts.c.night_id).where(accounts.c.account_id == item["lead_account_id"]).scalar_subquery()
    return select(nights).where(nights.c.night_id == func.coalesce(figures, item["night_id"]))


@dataclass(frozen=True, slots=True)
class NightPage:
    """The newest night, its currency, and what became of its queue by now: items by status."""

    night: Row
    currency: str | None
    work: Mapping[str, int]


def read_night(connection: Connection) -> NightPage | None:
    """None where no night is published."""
    night = last_night(connection)
    if night is None:
        return None
    of_night = plan.c.night_id == night["night_id"]
    counted = (
        select(queue_items.c.status, func.count())
        .where(queue_items.c.night_id == night["night_id"])
        .group_by(queue_items.c.status)
    )
    return NightPage(
        night=night,
        currency=connection.execute(select(plan.c.currency).where(of_night).limit(1)).scalar(),
        work={status: int(n) for status, n in connection.execute(counted).all()},
    )

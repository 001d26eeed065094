"""
A small made-up book as the last night published it, written straight into a store.

Nobody in it exists: names are invented, numbers are of the 199 0000 range that nobody has, identity numbers begin with
the division 99, which does not exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, insert

from arrears.store import schema
from arrears.store.open import Store

SHANGHAI = ZoneInfo("Asia/Shanghai")
AS_OF = date(2026, 11, 23)
NOON = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI).astimezone(UTC)
MIDNIGHT = datetime(2026, 11, 24, 22, 40, tzinfo=SHANGHAI).astimezone(UTC)
NIGHT = "night-2026-11-23-test"
HOSTILE = '<img src=x onerror="document.title=1">"\'&{{7*7}}'
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Someone:
    """One borrower of the book; `bare` is a person of whom the lender sent no name, number, schedule or history."""

    key: str
    name: str | None
    overdue_cents: int = 421_000
    days: int = 45
    zone: str | None = "Asia/Shanghai"
    bare: bool = False
    treatment: str = "call_followup"
    currency: str = "CNY"


PEOPLE: Sequence[Someone] = (
    Someone("wang", "王晓燕", 421_000, 45),
    Someone("li", "李大为", 1_283_040, 102, treatment="call_with_care"),
    Someone("hostile", HOSTILE, 88_050, 12, treatment="call_first"),
    Someone("weber", "Lin Weber", 230_000, 33),
    Someone("urumqi", "阿依努尔·买买提", 56_000, 20, zone="Asia/Urumqi", treatment="call_first"),
    *(Someone(f"more{n:02}", f"赵样本{n}", 90_000 + n * 1_111, 8 + n, treatment="call_first") for n in range(14)),
    Someone("card", None, 6_402_300, 61, bare=True, currency="TWD", treatment="refer_to_human"),
)


def item_id(key: str) -> str:
    """The queue item of a person of the book."""
    return f"queue-{key}"


def fill(store: Store) -> None:
    """The whole book, its night and its queue."""
    with store.write() as connection:
        _add(connection, schema.nights, [_night()])
        for priority, person in enumerate(PEOPLE, start=1):
            _person(connection, person, priority)
        _around_wang(connection)


def _add(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), list(rows))


def _night() -> dict[str, Any]:
    return {
        "night_id": NIGHT,
        "as_of": AS_OF,
        "published_at": datetime(2026, 11, 24, 2, 14, tzinfo=SHANGHAI),
        "policy_id": "default-2026-11@test",
        "law_id": "law-test",
        "digest": "0" * 64,
        "manifest": {},
    }


def _person(connection: Connection, who: Someone, priority: int) -> None:
    account = f"A-{who.key}"
    _add(
        connection,
        schema.persons,
        [
            {
                "person_id": f"P-{who.key}",
                "name": who.name,
                "id_number": None if who.bare else "990000199001010011",
                "birth_on": None if who.bare else date(1990, 1, 1),
                "language": None if who.bare else "zh",
                "time_zone": who.zone,
                "province": None if who.bare else "上海市",
                "occupation": None if who.bare else "white_collar",
                "income_pattern": None if who.bare else "monthly",
                "payday": None if who.bare else 28,
                "vulnerability": None,
            }
        ],
    )
    principal = who.overdue_cents * 8 // 10
    interest = who.overdue_cents // 10
    _add(
        connection,
        schema.accounts,
        [
            {
                "account_id": account,
                "person_id": f"P-{who.key}",
                "night_id": NIGHT,
                "as_of": AS_OF,
                "lender_id": "L-1",
                "product": "credit_card" if who.bare else "consumer_loan",
                "currency": who.currency,
                "loan_status": "active",
                "opened_on": None if who.bare else date(2025, 3, 10),
                "matures_on": None if who.bare else date(2027, 3, 10),
                "annual_rate_bps": None if who.bare else 1_800,
                "installment_cents": None if who.bare else 105_250,
                "limit_cents": 50_000_000 if who.bare else None,
                "age_source": "months" if who.bare else "schedule",
                "days_past_due": who.days,
                "delinquent_days": who.days - 3,
                "oldest_unpaid_due_on": None if who.bare else AS_OF - timedelta(days=who.days),
                "overdue_cents": who.overdue_cents,
                "overdue_principal_cents": None if who.bare else principal,
                "overdue_interest_cents": None if who.bare else interest,
                "overdue_fee_cents": None if who.bare else 0,
                "overdue_penalty_cents": None if who.bare else who.overdue_cents - principal - interest,
                "outstanding_cents": who.overdue_cents * 5,
                "bucket": f"M{min(7, (who.days - 1) // 30 + 1)}",
                "risk_class": "special_mention",
                "paused": False,
            }
        ],
    )
    _add(
        connection,
        schema.parties,
        [{"account_id": account, "person_id": f"P-{who.key}", "role": "borrower", "liability": "full"}],
    )
    if not who.bare:
        _add(connection, schema.contact_points, _points(who.key, f"P-{who.key}", priority))
        _add(connection, schema.instalments, _schedule(account))
    _add(
        connection,
        schema.plan,
        [
            {
                "night_id": NIGHT,
                "account_id": account,
                "person_id": f"P-{who.key}",
                "currency": who.currency,
                "bucket": f"M{min(7, (who.days - 1) // 30 + 1)}",
                "days_past_due": who.days,
                "overdue_cents": who.overdue_cents,
                "outstanding_cents": who.overdue_cents * 5,
                "stage": "maturity",
                "segment": "white_collar",
                "treatment": who.treatment,
                "channel": "call",
                "reason": None,
                "provision_id": None,
                "second_treatment": "sms_reminder",
                "value_cents": who.overdue_cents * 0.062,
                "second_value_cents": who.overdue_cents * 0.018,
                "cost_cents": 600,
                "propensity": 1.0,
                "policy_id": "default-2026-11@test",
                "law_id": "law-test",
            }
        ],
    )
    zone = ZoneInfo(who.zone or "Asia/Shanghai")
    _add(
        connection,
        schema.queue_items,
        [
            {
                "queue_item_id": item_id(who.key),
                "night_id": NIGHT,
                "person_id": f"P-{who.key}",
                "lead_account_id": account,
                "account_ids": [account],
                "treatment": who.treatment,
                "channel": "call",
                "priority": priority,
                "not_before_at": datetime(2026, 11, 24, 8, tzinfo=zone),
                "not_after_at": datetime(2026, 11, 24, 22, tzinfo=zone),
                "overdue_cents": who.overdue_cents,
                "currency": who.currency,
                "days_past_due": who.days,
                "bucket": f"M{min(7, (who.days - 1) // 30 + 1)}",
                "stage": "maturity",
                "value_cents": who.overdue_cents * 0.062,
                "policy_id": "default-2026-11@test",
                "law_id": "law-test",
                "status": "waiting",
            }
        ],
    )


def _points(key: str, person_id: str, n: int) -> list[dict[str, Any]]:
    kinds = [("phone", f"1990000{n:04}"), ("email", f"{key}@mail.invalid"), ("address", "上海市样本区无名路1号")]
    return [
        {
            "contact_point_id": f"CP-{key}-{channel}",
            "person_id": person_id,
            "channel": channel,
            "value": value,
            "salt": b"0" * 32,
            "lawful_source": "reserved_information",
            "obtained_on": date(2025, 3, 10),
            "valid": True,
        }
        for channel, value in kinds
    ]


def _schedule(account: str) -> list[dict[str, Any]]:
    first = date(2025, 4, 10)
    months = [date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 10) for n in range(24)]
    return [
        {
            "account_id": account,
            "instalment_no": n,
            "due_on": due,
            "principal_cents": 83_300 + n * 200,
            "interest_cents": 21_950 - n * 200,
            "fee_cents": 0,
            "penalty_cents": 0,
        }
        for n, due in enumerate(months, start=1)
    ]


def _around_wang(connection: Connection) -> None:
    """A guarantor, a contact person, history, payments, a broken promise and a pause."""
    others = (("guarantor", "陈保明", "joint_guarantee"), ("contact_person", "周友人", "none"))
    for n, (role, name, liability) in enumerate(others, start=901):
        _add(
            connection,
            schema.persons,
            [{"person_id": f"P-{role}", "name": name, "time_zone": "Asia/Shanghai", "language": "zh"}],
        )
        _add(
            connection,
            schema.parties,
            [{"account_id": "A-wang", "person_id": f"P-{role}", "role": role, "liability": liability}],
        )
        _add(connection, schema.contact_points, _points(role, f"P-{role}", n)[:1])
    history = [
        (datetime(2026, 11, 3, 10, 5, tzinfo=SHANGHAI), "sms", None, "delivered"),
        (datetime(2026, 11, 12, 10, 2, tzinfo=SHANGHAI), "call", False, "no_answer"),
        (datetime(2026, 11, 17, 15, 40, tzinfo=SHANGHAI), "call", True, "promised"),
    ]
    _add(
        connection,
        schema.attempts,
        [
            {
                "attempt_id": f"book-{n}",
                "source": "book",
                "at": at,
                "local_day": at.date(),
                "channel": channel,
                "direction": "outbound",
                "purpose": "collect",
                "debtor_id": "P-wang",
                "recipient_id": "P-wang",
                "recipient_role": "borrower",
                "account_ids": ["A-wang"],
                "number": "19900000001",
                "connected": connected,
                "outcome": outcome,
            }
            for n, (at, channel, connected, outcome) in enumerate(history)
        ],
    )
    _add(
        connection,
        schema.payments,
        [
            {
                "payment_id": f"pay-{n}",
                "account_id": "A-wang",
                "paid_on": date(2026, month, 10),
                "learned_on": date(2026, month, 11),
                "amount_cents": 105_250,
                "currency": "CNY",
                "source": "book",
            }
            for n, month in enumerate((6, 7, 8, 9))
        ],
    )
    _add(
        connection,
        schema.pauses,
        [
            {
                "account_id": "A-wang",
                "start_on": date(2026, 10, 1),
                "end_on": date(2026, 10, 3),
                "reason": "holiday",
                "learned_on": date(2026, 9, 28),
            }
        ],
    )

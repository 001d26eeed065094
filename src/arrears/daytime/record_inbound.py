"""
Record that somebody around the debt contacted us: it needs no permit, and gives the right to answer them.

Reads:  the store
Gives:  the id of the attempt, an inbound one
Never:  counts towards a cap of what we do; makes a permit. What they asked for is recorded by its own verb.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from arrears.contact.gate import CHANNELS_OF
from arrears.daytime.allowed import must_be_allowed
from arrears.daytime.gather import local_day_of, read_case
from arrears.daytime.place_hold import locked_person
from arrears.daytime.transaction import drawn_id, in_one_transaction, must_be_aware, unusable
from arrears.kernel.fact import Fact, Json
from arrears.outcome.table import SPOKEN
from arrears.store import gate
from arrears.store.evidence import About, append
from arrears.store.open import Store

INBOUND_CHANNELS = tuple(channel for channels in CHANNELS_OF.values() for channel in channels if channel != "ai_call")


def record_inbound(
    store: Store, *, debtor_id: str, by: str, at: datetime, channel: str = "call", person_id: str | None = None
) -> str:
    """
    A call, message, letter or visit of the debtor, or of `person_id` about the debtor's debt, that `by` took. Raises
    Unusable `person_unknown`, `person_not_in_case`, `channel_unknown`, `not_for_role`.
    """
    must_be_aware(at)
    if channel not in INBOUND_CHANNELS:
        raise unusable(
            "channel_unknown",
            "inbound contact",
            f"{channel[:40]!r} is not a way to contact us.",
            "What may be answered depends on how they asked.",
            f"Choose one of {', '.join(INBOUND_CHANNELS)}.",
        )

    def work(connection: Connection) -> str:
        must_be_allowed(connection, by, "contact.record_inbound")
        debtor = locked_person(connection, debtor_id)
        case = read_case(connection, debtor_id, at)
        who = person_id or debtor.person_id
        if who not in case.people:
            raise unusable(
                "person_not_in_case",
                f"person {who!r}",
                f"has no part in the accounts of {debtor_id!r}.",
                "Nothing about a debt is said to somebody who has no part in it.",
                "Record it for the person who owes, or take a complaint.",
            )
        attempt_id, spoken = drawn_id("attempt"), channel in SPOKEN
        gate.record_inbound(
            connection,
            {
                "attempt_id": attempt_id,
                "at": at,
                "local_day": local_day_of(case.people.get(who), at),
                "channel": channel,
                "purpose": "answer_request",
                "debtor_id": debtor_id,
                "recipient_id": who,
                "recipient_role": case.role_of(who),
                "account_ids": [account.account_id for account in case.accounts_with(who)],
                "connected": True if spoken else None,
                "outcome": "right_party" if spoken else "replied",
                "outcome_at": at,
                "collector_id": by,
            },
        )
        body: dict[str, Json] = {
            "attempt_id": attempt_id,
            "channel": channel,
            "debtor_id": debtor_id,
            "person_id": who,
            "by": by,
        }
        append(connection, [About(attempt_id, Fact("inbound_recorded", at, body))])
        return attempt_id

    return in_one_transaction(store, work)

"""
Ask a role above for a decision about an account: a plan beyond one's own authority, or another way to end the case.

Reads:  the store: who asks, the authority of the newest night; the law, for a plan's bound
Gives:  Asked: the request, and the lowest role that may decide it
Never:  asks for what whoever asks may agree to alone, or for two things about one account at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from arrears.daytime.agree_plan import role_for
from arrears.daytime.authority import agreeing_role, authority
from arrears.daytime.explain import explained, must_say_why
from arrears.daytime.place_hold import locked_person
from arrears.daytime.take_promise import borrower_of, known_account, must_be_in_contact
from arrears.daytime.transaction import drawn_id, in_one_transaction, must_be_aware, unusable
from arrears.decision.settlement import DECISIONS, RISING
from arrears.kernel.fact import Fact, Json
from arrears.law.load import Law
from arrears.outcome.desk import MAKES_A_PLAN
from arrears.outcome.payment_plan import Terms
from arrears.store import desk
from arrears.store.evidence import About, append
from arrears.store.open import Store

PLAN_KIND = {"restructure": "instalments", "settlement": "settlement"}
"""Decision to the kind of plan that it makes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that waits. `role` is the lowest that may decide it."""

    request_id: str
    account_id: str
    person_id: str
    kind: str
    role: str


def ask_for_decision(
    store: Store,
    law: Law,
    *,
    account_id: str,
    kind: str,
    by: str,
    at: datetime,
    why: str,
    terms: Terms | None = None,
) -> Asked:
    """
    `terms` are those of a plan, accepted by the borrower subject to approval; no other decision has any. Raises
    Unusable with the fault of the terms, `decision_unknown`, `decision_not_needed`, `request_open`, `terms_missing`,
    `no_authority`, `not_for_role`, `why_missing`, `promise_needs_contact`, `promise_under_hold`.
    """
    must_be_aware(at)
    words = must_say_why(why, f"account {account_id!r}", "asking for a decision")
    if kind not in DECISIONS or kind == "decline":
        raise unusable(
            "decision_unknown",
            f"request for account {account_id!r}",
            f"{kind[:40]!r} is nothing that can be asked for.",
            "What it takes, and what follows, depends on what is asked.",
            f"Choose one of {', '.join(each for each in DECISIONS if each != 'decline')}.",
        )

    def work(connection: Connection) -> Asked:
        role = agreeing_role(connection, by)
        person_id = borrower_of(known_account(connection, account_id))
        locked_person(connection, person_id)
        if role == RISING[0]:
            must_be_in_contact(connection, person_id, by, at)
        waiting = desk.open_request_of(connection, account_id)
        if waiting is not None:
            raise unusable(
                "request_open",
                f"request for account {account_id!r}",
                f"{waiting['request_id']} waits for a decision already.",
                "Two requests about one debt would be decided without knowing of each other.",
                "Wait for that decision, or have it declined first.",
            )
        needs = _needed(connection, law, account_id, kind, role, terms, at)
        row: dict[str, Any] = {
            "request_id": drawn_id("request"),
            "person_id": person_id,
            "account_id": account_id,
            "kind": kind,
            "terms": None if terms is None else written(terms),
            "role": needs,
            "asked_at": at,
            "asked_by": by,
        }
        desk.add_request(connection, row)
        said = explained(connection, about=row["request_id"], kind="decision_requested", words=words, by=by, at=at)
        body: dict[str, Json] = {
            **{name: row[name] for name in ("request_id", "person_id", "account_id", "kind", "role", "terms")},
            "by": by,
            "why": said,
        }
        append(connection, [About(row["request_id"], Fact("decision_requested", at, body))])
        return Asked(row["request_id"], account_id, person_id, kind, needs)

    return in_one_transaction(store, work)


def _needed(
    connection: Connection, law: Law, account_id: str, kind: str, role: str, terms: Terms | None, at: datetime
) -> str:
    """The lowest role that may decide it: where it makes a plan, one that may agree to its terms too."""
    settlement = authority(connection)
    decides = settlement.lowest_that_decides(kind)
    if decides is None:
        raise unusable(
            "decision_unknown",
            f"request for account {account_id!r}",
            f"no role may decide to {kind}, by the policy.",
            "Nobody grants what no policy gives them.",
            "Ask for something else.",
        )
    if (kind in MAKES_A_PLAN) != (terms is not None):
        raise unusable(
            "terms_missing",
            f"request for account {account_id!r}",
            "a plan is asked for and has no terms." if terms is None else f"{kind} has no payments to agree on.",
            "Whoever decides has to see what the borrower accepted.",
            "Give the payments of a restructuring or a settlement, and none for the rest.",
        )
    if terms is None:
        return decides
    agrees = role_for(connection, law, account_id, terms, role, at)
    if agrees == role:
        raise unusable(
            "decision_not_needed",
            f"request for account {account_id!r}",
            f"a {role} may agree to these terms.",
            "Work is asked of a role above where it is needed.",
            "Agree on the plan.",
        )
    return max(decides, agrees, key=RISING.index)


def written(terms: Terms) -> dict[str, Any]:
    """Terms as a request keeps them."""
    return {
        "kind": terms.kind,
        "payments": [[due_on.isoformat(), amount] for due_on, amount in terms.payments],
        "waiver": dict(terms.waiver),
        "accepted_how": terms.accepted_how,
        "accepted_at": terms.accepted_at.isoformat(),
    }


def read_terms(said: Mapping[str, Any]) -> Terms:
    """The same, read back."""
    return Terms(
        said["kind"],
        tuple((date.fromisoformat(due_on), amount) for due_on, amount in said["payments"]),
        said["waiver"],
        said["accepted_how"],
        datetime.fromisoformat(said["accepted_at"]),
    )

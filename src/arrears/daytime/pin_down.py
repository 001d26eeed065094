"""
Pin down what a conversation came to: the cause as a person confirmed it, and the next step with its day.

Reads:  the store
Gives:  ids of a cause and of a step
Never:  takes a cause that nothing was said about for one that claims show; never leaves two next steps open.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from arrears.daytime.allowed import must_be_allowed
from arrears.daytime.gather import local_day_of
from arrears.daytime.place_hold import locked_person
from arrears.daytime.take_claim import must_be_in_contact
from arrears.daytime.transaction import drawn_id, in_one_transaction, must_be_aware, unusable
from arrears.kernel.fact import Fact, Json
from arrears.outcome.next_step import STEPS
from arrears.playbook.claims import CAUSES
from arrears.store import claims
from arrears.store.evidence import About, append
from arrears.store.open import Store


def confirm_cause(
    store: Store, *, person_id: str, cause: str, by: str, at: datetime, claim_ids: Sequence[str] = ()
) -> str:
    """
    Why it is not paid, as whoever heard it understands it; `claim_ids` are what it rests on. Raises Unusable
    `person_unknown`, `cause_unknown`, `claim_of_another_person`, `claim_needs_contact`.
    """
    must_be_aware(at)
    if cause not in CAUSES:
        raise unusable(
            "cause_unknown",
            "cause",
            f"{cause[:40]!r} is not a cause on the list.",
            "Each cause deserves a treatment of its own.",
            f"Choose one of {', '.join(CAUSES)}.",
        )

    def work(connection: Connection) -> str:
        locked_person(connection, person_id)
        must_be_in_contact(connection, person_id, by, at)
        theirs = {row["claim_id"] for row in claims.claims_of(connection, person_id)}
        strange = sorted(set(claim_ids) - theirs)
        if strange:
            raise unusable(
                "claim_of_another_person",
                f"person {person_id!r}",
                f"{strange[0]!r} is no claim of theirs that stands.",
                "A cause rests on what this person said.",
                "Choose among the claims of this case.",
            )
        kept: list[Json] = [*sorted(set(claim_ids))]
        row = {
            "root_cause_id": drawn_id("cause"),
            "person_id": person_id,
            "cause": cause,
            "claim_ids": kept,
            "at": at,
            "by": by,
        }
        claims.add_cause(connection, row)
        body: dict[str, Json] = {
            "root_cause_id": str(row["root_cause_id"]),
            "person_id": person_id,
            "cause": cause,
            "claim_ids": kept,
            "by": by,
        }
        append(connection, [About(str(row["root_cause_id"]), Fact("cause_confirmed", at, body))])
        return str(row["root_cause_id"])

    return in_one_transaction(store, work)


def pin_next_step(
    store: Store, *, person_id: str, step: str, due_on: date, by: str, at: datetime, attempt_id: str | None = None
) -> str:
    """
    What was agreed to happen next, by the borrower's calendar; it takes the place of an earlier step. Raises Unusable
    `person_unknown`, `step_unknown`, `step_in_the_past`, `claim_needs_contact`.
    """
    must_be_aware(at)
    if step not in STEPS:
        raise unusable(
            "step_unknown",
            "next step",
            f"{step[:40]!r} is not a step on the list.",
            "Whoever opens the case next must know whose turn it is.",
            f"Choose one of {', '.join(STEPS)}.",
        )

    def work(connection: Connection) -> str:
        person = locked_person(connection, person_id)
        must_be_in_contact(connection, person_id, by, at)
        today = local_day_of(person, at) or at.date()
        if due_on < today:
            raise unusable(
                "step_in_the_past",
                f"person {person_id!r}",
                f"{due_on} has passed; it is {today} where they live.",
                "A next step is still to come.",
                "Give today or a later day.",
            )
        row = {
            "next_step_id": drawn_id("step"),
            "person_id": person_id,
            "step": step,
            "due_on": due_on,
            "at": at,
            "by": by,
            "attempt_id": attempt_id,
        }
        claims.add_step(connection, row)
        body: dict[str, Json] = {
            "next_step_id": str(row["next_step_id"]),
            "person_id": person_id,
            "step": step,
            "due_on": due_on.isoformat(),
            "attempt_id": attempt_id,
            "by": by,
        }
        append(connection, [About(str(row["next_step_id"]), Fact("step_pinned", at, body))])
        return str(row["next_step_id"])

    return in_one_transaction(store, work)


def finish_step(store: Store, step_id: str, *, by: str, at: datetime) -> bool:
    """The step is done; False where it was already. Raises Unusable `step_not_found`, `not_for_role`."""
    must_be_aware(at)

    def work(connection: Connection) -> bool:
        must_be_allowed(connection, by, "step.finish")
        row = claims.step_with_id(connection, step_id)
        if row is None:
            raise unusable(
                "step_not_found",
                f"step {step_id!r}",
                "is not on record.",
                "Only what was agreed can be done.",
                "Open the case again.",
            )
        locked_person(connection, row["person_id"])
        again = claims.step_with_id(connection, step_id)
        if again is None or again["done_at"] is not None:
            return False
        claims.set_step(connection, step_id, {"done_at": at, "done_by": by})
        body: dict[str, Json] = {"next_step_id": step_id, "person_id": row["person_id"], "by": by}
        append(connection, [About(step_id, Fact("step_done", at, body))])
        return True

    return in_one_transaction(store, work)

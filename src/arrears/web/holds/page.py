"""
What a supervisor keeps an eye on: holds in force, open permits, cases that rest, and who looks at most details.

Reads:  the store
Gives:  the page
Never:  changes anything: a hold is lifted and a case taken over on the case page, with a reason.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from arrears.outcome.table import HOLD_WORDS
from arrears.store.day_lists import holds_in_force, open_permits, resting
from arrears.store.pages import case_key
from arrears.store.reveals import by_user
from arrears.web.masks import masked_name
from arrears.web.visitor import InRole, Visitor
from arrears.web.words.labels import label
from arrears.web.workspace import Working

router = APIRouter()
Watching = Annotated[Visitor, Depends(InRole("supervisor", "head"))]
LOOKED_BACK = timedelta(hours=24)


@router.get("/holds")
def show(request: Request, visitor: Watching, work: Working) -> Response:
    words, at = visitor.words, visitor.at
    with work.store.read() as connection:
        held, opened = holds_in_force(connection, at), open_permits(connection)
        rested, looked = resting(connection, at), by_user(connection, at - LOOKED_BACK)
    return work.pages.show(
        request,
        "holds/page.html",
        here="/holds",
        holds=[
            (
                f"/case/{case_key(row['person_id'])}",
                masked_name(row["name"]) if row["name"] else row["person_id"],
                words.pair(*HOLD_WORDS[row["kind"]]) if row["kind"] in HOLD_WORDS else row["kind"],
                words.day(row["placed_on"]),
                words.day(row["ends_on"]) if row["ends_on"] else words.say("until it is lifted"),
            )
            for row in held
        ],
        permits=[
            (
                f"/case/{row['live_item_id'] or row['queue_item_id']}",
                masked_name(row["person_name"]) if row["person_name"] else row["debtor_id"],
                label(words, "channel", row["channel"]),
                row["collector_name"] or row["collector_id"],
                words.moment(row["at"], work.zone),
            )
            for row in opened
        ],
        rested=[
            (
                f"/case/{row['queue_item_id']}",
                masked_name(row["name"]) if row["name"] else row["person_id"],
                words.money(row["overdue_cents"], row["currency"]),
                row["rested_by"] or "",
                words.moment(row["rests_until"], work.zone),
            )
            for row in rested
        ],
        looked=[(row["name"] or row["user_id"], row["reveals"], row["people"]) for row in looked],
    )

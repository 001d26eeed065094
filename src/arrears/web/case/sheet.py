"""
The preparation sheet: one page to print before a conversation, filled from data where data has it, prompts where not.

Reads:  the case, the claims, the offers that authority and law permit, the twelve habits of negotiation
Gives:  the page
Never:  shows more of the person than the case page does, or an hour of theirs without how little it may mean
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from arrears.daytime import OffersFor, offers_for, preview
from arrears.daytime.deck import checked_deck
from arrears.kernel.problem import Unusable
from arrears.outcome.table import CALLS
from arrears.playbook.best_hours import best_hours
from arrears.store.pages import CasePage
from arrears.web.case.asks import paydays
from arrears.web.case.page import case_rows, ledger_on, zone_of
from arrears.web.case.view import case_view
from arrears.web.visitor import QUEUE_ROLES, InRole, Visitor
from arrears.web.words.catalogue import Words
from arrears.web.words.labels import label
from arrears.web.workspace import Working

router = APIRouter(prefix="/case/{item_id}")
Collecting = Annotated[Visitor, Depends(InRole(*QUEUE_ROLES))]
HABITS = tuple(f"N{number}" for number in range(1, 13))
HOURS_SHOWN = 3
ASKED = 2
"""Questions shown of each habit."""


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One offer in words."""

    kind: str
    total: str
    first: str
    waived: str
    needs: str
    opens: bool


@dataclass(frozen=True, slots=True)
class Habit:
    """One habit of negotiation, as a prompt."""

    id: str
    title: str
    gist: str
    ask: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the page says beside the case's own view."""

    made: str
    hours: tuple[str, ...]
    paydays: tuple[str, ...]
    offers: tuple[OfferLine, ...]
    habits: tuple[Habit, ...]


@router.get("/sheet")
def show(request: Request, item_id: str, visitor: Collecting, work: Working) -> Response:
    page, words, zone = case_rows(item_id, work), visitor.words, zone_of(case_rows(item_id, work), work)
    previews = preview(work.store, work.law, person_id=page.item["person_id"], at=visitor.at, collector_id=None)
    view = case_view(
        page,
        previews,
        work.law,
        words,
        visitor.at,
        me=visitor.me.user_id,
        house_zone=work.zone,
        letterhead=work.letterhead,
    )
    found = None
    with suppress(Unusable):  # nothing is owed, or nobody may agree to anything: said where the offers would stand
        found = offers_for(work.store, work.law, page.item["lead_account_id"], role=visitor.me.role, at=visitor.at)
    sheet = Sheet(
        made=words.say(
            "As of %(when)s. For your eyes: it goes back into the file or is destroyed.",
            when=words.moment(visitor.at, zone),
        ),
        hours=_hours(page, view.bar.open if view.bar else (), words, zone, visitor.at),
        paydays=tuple(words.weekday(day) for day in paydays(page.person["payday"], visitor.at.astimezone(zone).date())),
        offers=() if found is None else tuple(_offers(found, words)),
        habits=tuple(_habits(words)),
    )
    return work.pages.show(
        request,
        "case/sheet.html",
        back=f"/case/{item_id}/sheet",
        view=view,
        sheet=sheet,
        ledger=ledger_on(page, visitor, work),
    )


def _hours(
    page: CasePage, opened: tuple[tuple[int, int], ...], words: Words, zone: tzinfo, at: datetime
) -> tuple[str, ...]:
    """Parts of the day by their own history, within today's lawful hours."""
    calls = [
        (row["at"].astimezone(zone).hour, bool(row["connected"]))
        for row in page.attempts
        if row["channel"] in CALLS
        and row["direction"] == "outbound"
        and row["connected"] is not None
        and row["recipient_id"] == page.item["person_id"]
    ]
    if not opened:
        return ()
    opens, closes = min(start for start, _ in opened) // 60, max(end for _, end in opened) // 60
    return tuple(
        words.say(
            "%(first)s:00–%(after)s:00: reached in %(reached)s of %(calls)s calls (truly %(low)s to %(high)s)",
            first=one.first,
            after=one.after,
            reached=one.reached,
            calls=one.calls,
            low=words.percent(one.low, 0),
            high=words.percent(one.high, 0),
        )
        for one in best_hours(calls, opens, closes)[:HOURS_SHOWN]
    )


def _offers(found: OffersFor, words: Words) -> list[OfferLine]:
    return [
        OfferLine(
            kind=label(words, "offer", offer.kind),
            total=words.money(offer.total, found.currency),
            first=""
            if not offer.payments
            else f"{words.money(offer.payments[0][1], found.currency)} {words.weekday(offer.payments[0][0])}",
            waived=words.money(offer.waived, found.currency),
            needs=words.say("you") if offer.needs is None else label(words, "role", offer.needs),
            opens=offer.name == found.next,
        )
        for offer in found.offers
    ]


def _habits(words: Words) -> list[Habit]:
    deck = {card.id: card for card in checked_deck()[0].cards}
    return [
        Habit(
            card.id,
            card.title.in_(words.language),
            card.gist.in_(words.language),
            tuple(ask.in_(words.language) for ask in card.ask[:ASKED]),
        )
        for card in (deck[card_id] for card_id in HABITS if card_id in deck)
    ]

"""
What the case page says of offers and plans: each account's offers side by side, the plan that runs, what waits above.

Comes in: the case's rows, the store and the law by way of the verbs. Goes out: PlansView, ready to print. Never: makes
an offer itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from arrears.daytime.offers_for import OffersFor, offers_now
from arrears.daytime.promise_standing import PlanStanding, plans_at
from arrears.daytime.take_promise import known_account
from arrears.decision.settlement import DECISIONS, RISING
from arrears.kernel.problem import Unusable
from arrears.outcome.payment_plan import ACCEPTED, PLAN_STATUS_WORDS
from arrears.playbook.propose import Offer
from arrears.store import desk
from arrears.store.pages import CasePage
from arrears.web.decisions.view import offer_words
from arrears.web.visitor import Visitor
from arrears.web.words.catalogue import Words
from arrears.web.words.labels import label
from arrears.web.workspace import Workspace


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One offer beside the others. `needs` is the role that has to approve, in words; None where none has."""

    name: str
    words: str
    total: str
    worth: str
    """To the lender, today."""
    largest: str
    """The most that one payment asks of the borrower."""
    needs: str | None
    opens: bool


@dataclass(frozen=True, slots=True)
class PlanView:
    """One account: its plan, or the offers for it, and what waits for a decision."""

    account_id: str
    bear: str | None
    """What a month can bear; None where no means are on record."""
    plan: str | None
    payments: tuple[tuple[str, str, str], ...]
    offers: tuple[OfferLine, ...]
    agree: tuple[tuple[str, str], ...]
    ask: tuple[tuple[str, str], ...]
    waits: str | None


@dataclass(frozen=True, slots=True)
class PlansView:
    accounts: tuple[PlanView, ...]
    accepted: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]


SHOWN = 3
"""Accounts of one person whose offers stand on the page; the commands show the rest."""


def plans_view(page: CasePage, visitor: Visitor, work: Workspace) -> PlansView:
    """The accounts of the case, the one that leads first."""
    words, lead = visitor.words, page.item["lead_account_id"]
    owing = [row["account_id"] for row in page.accounts if row["outstanding_cents"] > 0]
    ordered = sorted(owing, key=lambda account_id: account_id != lead)[:SHOWN]
    found = [_plan_view(account_id, visitor, work) for account_id in ordered]
    return PlansView(
        accounts=tuple(found),
        accepted=tuple((code, words.pair(*pair)) for code, pair in ACCEPTED.items()),
        kinds=tuple((code, words.pair(*pair)) for code, pair in DECISIONS.items() if code != "decline"),
    )


def _plan_view(account_id: str, visitor: Visitor, work: Workspace) -> PlanView:
    words = visitor.words
    with work.store.read() as connection:
        account = known_account(connection, account_id)
        standing = plans_at(connection, account_id, visitor.at)
        waiting = desk.open_request_of(connection, account_id)
        offers: OffersFor | None = None
        if visitor.me.role in RISING:
            try:
                offers = offers_now(connection, work.law, account, visitor.me.role, visitor.at)
            except Unusable:
                offers = None
    last = standing[-1] if standing else None
    running = last is not None and last.held_until is not None
    currency = account["currency"]
    listed = [] if offers is None or running else list(offers.offers)
    plans = [one for one in listed if one.payments]
    return PlanView(
        account_id=account_id,
        bear=None if offers is None or offers.sustainable is None else words.money(offers.sustainable, currency),
        plan=None if last is None else _plan_words(last, words),
        payments=() if last is None else _payments(last, words),
        offers=tuple(_line(one, None if offers is None else offers.next, currency, words) for one in listed),
        agree=tuple((one.name, offer_words(one, currency, words)) for one in plans if one.needs is None),
        ask=tuple((one.name, offer_words(one, currency, words)) for one in plans if one.needs is not None),
        waits=None
        if waiting is None
        else words.say(
            "%(what)s waits for a decision: %(role)s",
            what=words.pair(*DECISIONS[waiting["kind"]]),
            role=label(words, "role", waiting["role"]),
        ),
    )


def _plan_words(standing: PlanStanding, words: Words) -> str:
    row = standing.row
    return words.say(
        "Plan of %(day)s: %(status)s, %(paid)s of %(total)s paid",
        day=words.day(row["agreed_at"].date()),
        status=words.pair(*PLAN_STATUS_WORDS[standing.status]),
        paid=words.money(standing.paid, row["currency"]),
        total=words.money(row["total_cents"], row["currency"]),
    )


def _payments(standing: PlanStanding, words: Words) -> tuple[tuple[str, str, str], ...]:
    currency = standing.row["currency"]
    return tuple(
        (words.day(due_on), words.money(amount, currency), label(words, "promise", str(one.status)))
        for due_on, amount, one in standing.instalments
    )


def _line(offer: Offer, opening: str | None, currency: str, words: Words) -> OfferLine:
    return OfferLine(
        name=offer.name,
        words=offer_words(offer, currency, words),
        total=words.money(offer.total, currency),
        worth=words.money(offer.present_value, currency),
        largest=words.money(offer.largest, currency),
        needs=None if offer.needs is None else label(words, "role", offer.needs),
        opens=offer.name == opening,
    )

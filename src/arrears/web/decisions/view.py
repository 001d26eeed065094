"""
What the decision desk says: the list, and one item with every decision and its preconditions.

Comes in: rows of the desk, what was weighed, words. Goes out: lines ready to print. Never: decides who may, or what
passes: the verb does, and the page shows the same checks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from arrears.daytime.ask_for_decision import read_terms
from arrears.daytime.decide_case import Weighed
from arrears.daytime.offers_for import OffersFor
from arrears.decision.settlement import DECISIONS, RISING, Settlement
from arrears.outcome.desk import ENDS_ON_A_DAY, MAKES_A_PLAN, State
from arrears.outcome.payment_plan import ACCEPTED, KINDS, Terms
from arrears.playbook.propose import Offer
from arrears.store.pages import Row, case_key
from arrears.web.masks import masked_name
from arrears.web.words.catalogue import Words
from arrears.web.words.labels import label
from arrears.web.words.treatments import treatment

STATES = {State.PASS: "allowed", State.FAIL: "refused", State.UNKNOWN: "held"}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that waits."""

    href: str
    person: str
    why: str
    amount: str
    value: str
    age: str
    role: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    code: str
    state: str
    state_words: str
    words: str
    provision_id: str | None
    asks: bool
    """Nobody knows it: whoever decides confirms it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision: `why_not` says why it is closed to this role, or None."""

    kind: str
    name: str
    checks: tuple[CheckLine, ...]
    plan: bool
    ends: bool
    closed: str | None


@dataclass(frozen=True, slots=True)
class ItemView:
    key: str
    case_href: str
    account_id: str
    facts: tuple[tuple[str, str], ...]
    asked: str | None
    terms: tuple[tuple[str, str], ...]
    choices: tuple[Choice, ...]
    offers: tuple[tuple[str, str], ...]
    accepted: tuple[tuple[str, str], ...]
    before: tuple[tuple[str, str, str], ...]
    today: str


def item_lines(rows: Sequence[Row], words: Words) -> list[Line]:
    """Items of the night, in its order."""
    return [
        Line(
            href=f"/decisions/{row['queue_item_id']}",
            person=masked_name(row["name"]) if row["name"] else row["person_id"],
            why=treatment(words, row["treatment"], row["channel"]),
            amount=words.money(row["overdue_cents"], row["currency"]),
            value=words.money_round(row["value_cents"], row["currency"]),
            age=words.count(row["days_past_due"]),
            role="",
        )
        for row in rows
    ]


def request_lines(rows: Sequence[Row], words: Words, at: datetime) -> list[Line]:
    """What was asked for, the oldest first."""
    return [
        Line(
            href=f"/decisions/{row['request_id']}",
            person=masked_name(row["name"]) if row["name"] else row["person_id"],
            why=words.pair(*DECISIONS[row["kind"]]),
            amount=words.money(row["overdue_cents"], row["currency"]),
            value=row["asked_by_name"] or words.say("a plan that broke"),
            age=words.say("%(n)s days", n=(at.date() - row["asked_at"].date()).days),
            role=label(words, "role", row["role"]),
        )
        for row in rows
    ]


def matrix(settlement: Settlement, words: Words) -> list[tuple[str, str, str, str, str]]:
    """Who may agree to what: role, instalments, first payment, waivers, decisions."""
    return [
        (
            label(words, "role", grant.role),
            words.count(grant.instalments),
            words.say("%(n)s days", n=grant.first_payment_days),
            words.pair("；", "; ").join(
                f"{label(words, 'component', part)} {words.percent(bps / 10_000, 0)}"
                for part, bps in grant.waive_bps.items()
                if bps
            )
            or words.say("none"),
            words.pair("；", "; ").join(words.pair(*DECISIONS[kind]) for kind in grant.decides) or words.say("none"),
        )
        for grant in settlement.grants
    ]


def item_view(
    weighed: Weighed, why: str | None, offers: OffersFor | None, before: Sequence[Row], role: str, words: Words
) -> ItemView:
    """One item for somebody of this role."""
    account, request = weighed.account, weighed.request
    currency = account["currency"]
    terms = read_terms(request["terms"]) if request is not None and request["terms"] else None
    may_plan = [] if offers is None else [one for one in offers.offers if one.payments and one.needs is None]
    return ItemView(
        key=weighed.key,
        case_href=f"/case/{weighed.item_id or case_key(weighed.person_id)}",
        account_id=account["account_id"],
        facts=(
            (words.say("Overdue"), words.money(account["overdue_cents"], currency)),
            (words.say("Owed"), words.money(account["outstanding_cents"], currency)),
            (words.say("Days past due"), words.count(account["days_past_due"])),
            (words.say("Status"), label(words, "loan_status", account["loan_status"])),
        ),
        asked=None if request is None else words.pair(*DECISIONS[request["kind"]]) + (f" · {why}" if why else ""),
        terms=() if terms is None else terms_lines(terms, currency, words),
        choices=tuple(_choice(kind, weighed, role, words) for kind in DECISIONS),
        offers=tuple((one.name, offer_words(one, currency, words)) for one in may_plan),
        accepted=tuple((code, words.pair(*pair)) for code, pair in ACCEPTED.items()),
        before=tuple(
            (words.day(row["decided_on"]), words.pair(*DECISIONS[row["kind"]]), row["decided_by_name"] or "")
            for row in before
        ),
        today=weighed.today.isoformat(),
    )


def terms_lines(terms: Terms, currency: str, words: Words) -> tuple[tuple[str, str], ...]:
    """A plan as it was accepted."""
    first, last = terms.payments[0], terms.payments[-1]
    waived = {part: cents for part, cents in terms.waiver.items() if cents}
    return (
        (words.say("Kind"), words.pair(*KINDS[terms.kind])),
        (words.say("Payments"), words.count(len(terms.payments))),
        (words.say("First"), f"{words.day(first[0])} · {words.money(first[1], currency)}"),
        (words.say("Last"), f"{words.day(last[0])} · {words.money(last[1], currency)}"),
        (words.say("Paid together"), words.money(terms.total, currency)),
        *((label(words, "component", part), words.money(-cents, currency)) for part, cents in waived.items()),
        (words.say("Accepted"), words.pair(*ACCEPTED[terms.accepted_how])),
    )


OFFER_WORDS = {
    **KINDS,
    "pay_in_full": ("一次还清", "pay all of it"),
    "hardship": ("困难帮扶，暂不还款", "hardship: no payment is asked for"),
}


def offer_words(offer: Offer, currency: str, words: Words) -> str:
    """An offer in a line: its kind, how many payments of what, from when, what is waived."""
    said = [words.pair(*OFFER_WORDS[offer.kind])]
    if offer.payments:
        said.append(f"{len(offer.payments)} × {words.money(offer.largest, currency)}")
        said.append(words.say("from %(day)s", day=words.day(offer.payments[0][0])))
    if offer.waived:
        said.append(words.say("waived %(money)s", money=words.money(offer.waived, currency)))
    return words.pair("，", ", ").join(said)


def _choice(kind: str, weighed: Weighed, role: str, words: Words) -> Choice:
    grant, lowest = weighed.settlement.grant(role), weighed.settlement.lowest_that_decides(kind)
    checks = tuple(
        CheckLine(
            code=check.code,
            state=STATES[check.state],
            state_words=label(words, "check", str(check.state)),
            words=words.pair(check.zh, check.en),
            provision_id=check.provision_id,
            asks=check.state is State.UNKNOWN,
        )
        for check in weighed.checks[kind]
    )
    closed = None
    if grant is None or kind not in grant.decides:
        who = label(words, "role", lowest) if lowest in RISING else words.say("nobody")
        closed = words.say("For: %(role)s", role=who)
    elif any(check.state is State.FAIL for check in weighed.checks[kind]):
        closed = words.say("What fails has to be put right first.")
    return Choice(kind, words.pair(*DECISIONS[kind]), checks, kind in MAKES_A_PLAN, kind in ENDS_ON_A_DAY, closed)

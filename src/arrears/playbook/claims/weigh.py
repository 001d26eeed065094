"""
Where a claim stands: what supports it, what contradicts it, and what is only open.

Reads:  one claim, and what is known at the moment (payments, promises, the book, documents read, earlier claims)
Gives:  Standing: a status and its grounds, in one fixed order
Never:  takes silence for a contradiction, except where a book that reaches far enough past the day shows no payment.

What a person read in a document outranks every rule here; the latest reading holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from arrears.playbook.claims.claim import Claim

SETTLING = timedelta(days=3)
"""A transfer may take as long to reach the lender's book, weekends counted."""
FAR_APART = (3, 4)
"""Two incomes differ where the smaller is below three quarters of the larger: wages vary with hours, not by more."""


class Status(StrEnum):
    """In the order of what a reader should look at first."""

    CONTRADICTED = "contradicted"
    UNVERIFIED = "unverified"
    SUPPORTED = "supported"


@dataclass(frozen=True, slots=True)
class Money:
    """Minor units of a currency."""

    cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class Ground:
    """
    One reason. `code` is in GROUNDS, `source` the id of the row it comes from; `money` and `on` are what that row says.
    """

    code: str
    source: str
    money: Money | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A claim's status with its grounds; no ground where nothing is known either way."""

    claim_id: str
    status: Status
    grounds: tuple[Ground, ...]


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment on record, of any of the person's accounts; `reversed_on` where it was taken back."""

    payment_id: str
    account_id: str
    money: Money
    paid_on: date
    reversed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise and whether it was kept: kept, broken, or None while it is open."""

    promise_id: str
    made_at: datetime
    kept: bool | None


@dataclass(frozen=True, slots=True)
class Document:
    """A paper on a claim: asked for, received, read. `supports` is None until somebody read it."""

    document_id: str
    claim_id: str
    asked_on: date | None
    received_on: date | None
    supports: bool | None
    read_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one person. `book_day` is the last day the book reaches; None where no book was taken in."""

    today: date
    book_day: date | None = None
    payments: Sequence[Paid] = ()
    documents: Sequence[Document] = ()
    claims: Sequence[Claim] = ()
    holds: Sequence[tuple[str, str]] = ()
    """(hold id, kind) that the lender's book placed: the lender knows of it."""
    payday: int | None = None


HOLD_SUPPORTS = {"death": "deceased", "dispute": "dispute"}
GROUNDS: dict[str, tuple[str, str]] = {
    "document_supports": ("已看过的材料支持", "a document that was read supports it"),
    "document_contradicts": ("已看过的材料与之不符", "a document that was read contradicts it"),
    "payment_found": ("账上有这笔还款", "the payment is on record"),
    "payment_reversed": ("账上这笔还款已被撤销", "that payment was taken back"),
    "payment_differs": ("账上那几天是另一个金额", "another amount is on record for those days"),
    "payment_absent": ("账目已更新到之后，没有这笔还款", "the book reaches past that day and shows no payment"),
    "payment_not_yet": ("账目还没更新到能看出这笔还款的日子", "the book does not reach far enough to show it yet"),
    "differs_from_earlier": ("与之前说的金额不同", "differs from what was said earlier"),
    "repeats_earlier": ("与之前说的一致", "the same was said earlier"),
    "other_currency": ("与之前说的币种不同，不能比较", "said earlier in another currency, so not comparable"),
    "payday_of_book": ("与登记的发薪日一致", "the payday on record is the same"),
    "payday_differs": ("与登记的发薪日不同", "the payday on record is another"),
    "day_has_passed": ("说好的日子已过", "the day it was expected on has passed"),
    "lender_knows": ("贷方已登记", "the lender has it on record"),
    "document_asked": ("已请对方提供材料", "a document was asked for"),
    "document_unread": ("材料已收到，还没看", "a document came and was not read yet"),
}
"""What a ground says, in (Chinese, English)."""


def weigh(claim: Claim, known: Known) -> Standing:
    """Where the claim stands on the day `known.today`. Claims said later than this one do not count against it."""
    papers = [paper for paper in known.documents if paper.claim_id == claim.claim_id]
    found = [*_read(papers), *_by_kind(claim, known), *_waiting(papers)]
    for ground in found:
        if ground.code in _DECIDES:
            return Standing(claim.claim_id, _DECIDES[ground.code], tuple(found))
    return Standing(claim.claim_id, Status.UNVERIFIED, tuple(found))


_DECIDES = {
    "document_supports": Status.SUPPORTED,
    "document_contradicts": Status.CONTRADICTED,
    "payment_found": Status.SUPPORTED,
    "payment_reversed": Status.CONTRADICTED,
    "payment_differs": Status.CONTRADICTED,
    "payment_absent": Status.CONTRADICTED,
    "differs_from_earlier": Status.CONTRADICTED,
    "lender_knows": Status.SUPPORTED,
}
"""The first of these grounds decides; the rest are said beside it."""


def _read(papers: Sequence[Document]) -> list[Ground]:
    """What was read, the latest reading first."""
    read = [paper for paper in papers if paper.supports is not None and paper.read_at is not None]
    read.sort(key=lambda paper: (paper.read_at, paper.document_id), reverse=True)
    return [
        Ground(
            "document_supports" if paper.supports else "document_contradicts", paper.document_id, on=paper.received_on
        )
        for paper in read
    ]


def _waiting(papers: Sequence[Document]) -> list[Ground]:
    found = []
    for paper in papers:
        if paper.received_on is None:
            found.append(Ground("document_asked", paper.document_id, on=paper.asked_on))
        elif paper.supports is None:
            found.append(Ground("document_unread", paper.document_id, on=paper.received_on))
    return found


def _by_kind(claim: Claim, known: Known) -> list[Ground]:
    if claim.kind == "payment_made":
        return _payment(claim, known)
    if claim.kind == "income":
        return [*_payday(claim, known), *_earlier(claim, known)]
    if claim.kind in HOLD_SUPPORTS:
        return [Ground("lender_knows", hold) for hold, kind in known.holds if kind == HOLD_SUPPORTS[claim.kind]]
    if claim.kind in ("receivable", "asset_for_sale"):
        late = claim.on is not None and claim.on < known.today
        return [*([Ground("day_has_passed", claim.claim_id, on=claim.on)] if late else []), *_earlier(claim, known)]
    return []


def _payment(claim: Claim, known: Known) -> list[Ground]:
    """A payment counts where its day is at most SETTLING from the day that was said, on the account if one was."""
    if claim.on is None or claim.amount_cents is None or claim.currency is None:
        return []
    said = Money(claim.amount_cents, claim.currency)
    near = [
        paid
        for paid in known.payments
        if abs(paid.paid_on - claim.on) <= SETTLING
        and paid.money.currency == said.currency
        and claim.account_id in (None, paid.account_id)
    ]
    same = [paid for paid in near if paid.money == said]
    standing = [paid for paid in same if paid.reversed_on is None]
    if standing:
        return [Ground("payment_found", paid.payment_id, paid.money, paid.paid_on) for paid in standing[:1]]
    if same:
        return [Ground("payment_reversed", same[0].payment_id, same[0].money, same[0].reversed_on)]
    others = [paid for paid in near if paid.reversed_on is None]
    if others:
        return [Ground("payment_differs", paid.payment_id, paid.money, paid.paid_on) for paid in others]
    reaches = known.book_day is not None and known.book_day > claim.on + SETTLING
    return [Ground("payment_absent" if reaches else "payment_not_yet", claim.claim_id, on=known.book_day)]


def _payday(claim: Claim, known: Known) -> list[Ground]:
    if claim.payday is None or known.payday is None:
        return []
    return [Ground("payday_of_book" if claim.payday == known.payday else "payday_differs", claim.claim_id)]


def _earlier(claim: Claim, known: Known) -> list[Ground]:
    """Against the last claim of the kind that was said before and is not the same."""
    before = [
        other
        for other in known.claims
        if other.kind == claim.kind
        and (other.said_at, other.claim_id) < (claim.said_at, claim.claim_id)
        and other.amount_cents is not None
    ]
    last = max(before, key=lambda other: (other.said_at, other.claim_id), default=None)
    if last is None or last.amount_cents is None or last.currency is None or claim.amount_cents is None:
        return []
    told = Money(last.amount_cents, last.currency)
    if last.currency != claim.currency:
        return [Ground("other_currency", last.claim_id, told, last.said_at.date())]
    low, high = sorted((last.amount_cents, claim.amount_cents))
    few, of = FAR_APART
    code = "differs_from_earlier" if low * of < high * few else "repeats_earlier"
    return [Ground(code, last.claim_id, told, last.said_at.date())]

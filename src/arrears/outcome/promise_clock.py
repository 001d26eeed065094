"""
The promise clock: where each promise to pay stands at an instant, and how much of it was paid.

Reads:  the promises and the payments of one account, in any order, and the instant asked about
Gives:  one standing per promise, in the order of the promises
Never:  reads the clock or the store. The instant arrives as `as_of`.

An account's life is replayed event by event: at one instant promises are made before money is received, so a
payment at the instant of a new promise counts for the new one. All arithmetic is whole minor units and whole
microseconds, so neither a time zone's jump nor a rounding can move a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall clock minus offset is exact for every instant, to year 9999
_HOUR = 3_600_000_000
_DAY = 24 * _HOUR


class PromiseStatus(StrEnum):
    """Where a promise stands. The first three and `broken` and `partly_kept` never change again."""

    SUPERSEDED = "superseded"
    KEPT = "kept"
    KEPT_LATE = "kept_late"
    PARTLY_KEPT = "partly_kept"
    BROKEN = "broken"
    DUE_TODAY = "due_today"
    PENDING = "pending"

    @property
    def is_open(self) -> bool:
        """Money may still arrive for it."""
        return self in {PromiseStatus.DUE_TODAY, PromiseStatus.PENDING}


@dataclass(frozen=True, slots=True)
class Promise:
    """
    `amount` minor units by `due_at`, said at `made_at`; both instants carry an offset. `tolerance_hours` are
    elapsed hours. The calendar day on which it is due is read in the offset of `due_at`.
    """

    promise_id: str
    made_at: datetime
    amount: int
    due_at: datetime
    tolerance_hours: int = 0

    def __post_init__(self) -> None:
        if self.amount <= 0:
            raise ValueError("a promise needs an amount above 0.00")
        if self.tolerance_hours < 0:
            raise ValueError("tolerance_hours is 0 or more")
        if _instant(self.due_at, "due_at") <= _instant(self.made_at, "made_at"):
            raise ValueError("a promise is due after it is made: due_at must be later than made_at")


@dataclass(frozen=True, slots=True)
class Payment:
    """`amount` minor units received `at` an instant with an offset. A reversed payment was never made: leave it out."""

    amount: int
    at: datetime

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError("a payment is 0.00 or more; leave out a reversed payment, it was never made")
        _instant(self.at, "at")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the clock says of one promise: its status and the minor units allocated to it."""

    promise_id: str
    status: PromiseStatus
    paid: int


@dataclass(slots=True)
class _Running:
    """One promise while the account's life is replayed. Instants are microseconds."""

    made: int
    due: int
    end: int
    missing: int
    superseded: bool = field(default=False)
    completed: int | None = field(default=None)

    def open_at(self, now: int) -> bool:
        """From made_at until paid in full, superseded, or its end has passed; the end itself is inside."""
        return self.made <= now <= self.end and self.completed is None and not self.superseded


def standings(promises: Sequence[Promise], payments: Sequence[Payment], as_of: datetime) -> list[Standing]:
    """
    Where each promise of one account stands at `as_of`. Payments after `as_of` have not happened.

    Raises ValueError where an instant has no offset, or a promise was made after `as_of`.
    """
    now = _instant(as_of, "as_of")
    running = [_started(promise) for promise in promises]
    for place, promise in enumerate(running):
        if promise.made > now:
            raise ValueError(f"promise {promises[place].promise_id!r} is made after as_of: ask about a later instant")

    # Sorted by instant; at one instant promises (0) come before money (1), and money in the order listed.
    events = [(promise.made, 0, 0) for promise in running]
    events += [(_instant(payment.at, "at"), 1, payment.amount) for payment in payments]
    for at, is_money, amount in sorted(events, key=lambda event: event[:2]):
        if at > now:
            break
        if is_money:
            _allocate(running, amount, at)
        else:
            _supersede(running, at)
    return [_standing(promise, state, as_of) for promise, state in zip(promises, running, strict=True)]


def _started(promise: Promise) -> _Running:
    due = _instant(promise.due_at, "due_at")
    return _Running(
        made=_instant(promise.made_at, "made_at"),
        due=due,
        end=due + promise.tolerance_hours * _HOUR,
        missing=promise.amount,
    )


def _supersede(running: list[_Running], at: int) -> None:
    """A promise made `at` takes the place of the open ones made earlier, not of those made at the same instant."""
    for promise in running:
        if promise.made < at and promise.open_at(at):
            promise.superseded = True


def _allocate(running: list[_Running], amount: int, at: int) -> None:
    """To the open promise due first (the one listed first where equal), never more than is missing."""
    for promise in sorted(running, key=lambda state: state.due):
        if amount == 0:
            return
        if promise.open_at(at):
            taken = min(amount, promise.missing)
            amount -= taken
            promise.missing -= taken
            if promise.missing == 0:
                promise.completed = at


def _standing(promise: Promise, state: _Running, as_of: datetime) -> Standing:
    paid = promise.amount - state.missing
    return Standing(promise.promise_id, _status(state, paid, promise, as_of), paid)


def _status(state: _Running, paid: int, promise: Promise, as_of: datetime) -> PromiseStatus:
    """The first row of the contract's table that holds."""
    if state.superseded:
        return PromiseStatus.SUPERSEDED
    if state.completed is not None:
        return PromiseStatus.KEPT if state.completed <= state.due else PromiseStatus.KEPT_LATE
    if _instant(as_of, "as_of") > state.end:
        return PromiseStatus.PARTLY_KEPT if paid else PromiseStatus.BROKEN
    if _day_where_due(promise.due_at, promise) == _day_where_due(as_of, promise):
        return PromiseStatus.DUE_TODAY
    return PromiseStatus.PENDING


def _day_where_due(instant: datetime, promise: Promise) -> int:
    """The calendar day of an instant in the offset of due_at, as days since 1970-01-01."""
    offset = promise.due_at.utcoffset() or timedelta()
    return (_instant(instant, "instant") + offset // _MICROSECOND) // _DAY


def _instant(moment: datetime, name: str) -> int:
    """
    Microseconds since 1970-01-01T00:00Z. Integers, because two datetimes of one zone compare by the wall clock,
    which goes back an hour in autumn.
    """
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError(f"{name} has no offset: give an aware datetime")
    return (moment.replace(tzinfo=None) - _EPOCH - offset) // _MICROSECOND

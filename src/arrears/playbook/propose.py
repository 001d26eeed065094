"""
Every way to settle a debt that policy and law permit and the borrower can keep, and the one to open with.

Reads:  what is owed, what the borrower can pay and when, what each role may grant, how many payments law permits
Gives:  at most six offers, none worse than another for both sides; who has to approve each; the next small step
Never:  goes beyond a role, the law or the borrower's means; grants more than a plan needs. Whole minor units;
        present values alone are decimals (28 digits, half even to the cent).

The most waiver a role may give is asked for only as one payment (`settlement`); a plan takes no more than lets it fit.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

from arrears.decision.settlement import PARTS

_WRITTEN = {"discount_rate": "discount_rate_pct", "law_instalments": "law.instalments"}
MOST_OFFERS = 6
FARTHEST_YEAR = 9000
MOST_INSTALMENTS = 1_200
"""A hundred years of months; more is a slip of the pen."""
MOST_DAYS = 3_660
MOST_RATE = 1_000_000
"""Hundredths of a percent a year."""
_HUNDREDTHS_OF_ALL = 10_000


@dataclass(frozen=True, slots=True)
class Role:
    """What one role may grant. `waive` is per part, in hundredths of a percent."""

    name: str
    instalments: int
    first_payment_days: int
    waive: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Request:
    """One debt to settle. Minor units of one currency; `discount_rate` is hundredths of a percent a year."""

    as_of: date
    owed: Mapping[str, int]
    arrears: int
    sustainable_instalment: int
    minimum_instalment: int
    paydays: Sequence[int]
    role: str
    authority: Sequence[Role]
    discount_rate: int
    law_instalments: int

    def __post_init__(self) -> None:
        for name in PARTS:
            if self.owed[name] < 0:
                raise ValueError(f"owed.{name}: below 0.00. A credit is not owed: write 0.00.")
        if self.total <= 0:
            raise ValueError("owed: nothing is owed, so there is nothing to offer.")
        if not 0 <= self.arrears <= self.total:
            raise ValueError("arrears: 0.00 or more and at most everything owed, which contains them.")
        for name in ("sustainable_instalment", "minimum_instalment", "discount_rate", "law_instalments"):
            if getattr(self, name) < 0:
                raise ValueError(f"{_WRITTEN.get(name, name)}: below 0.")
        if any(not 1 <= day <= 31 for day in self.paydays):
            raise ValueError("paydays: days of the month, 1 to 31.")
        if self.discount_rate > MOST_RATE:
            raise ValueError(f"discount_rate_pct: above {MOST_RATE // 100} % a year.")
        if self.as_of.year > FARTHEST_YEAR:
            raise ValueError(f"as_of: after the year {FARTHEST_YEAR}, where a plan would leave the calendar.")
        self._check_authority()

    def _check_authority(self) -> None:
        names = [role.name for role in self.authority]
        if self.role not in names:
            raise ValueError(f"role: {self.role!r} is not one of authority ({', '.join(names) or 'empty'}).")
        if len(set(names)) < len(names):
            raise ValueError("authority: a role stands there twice.")
        below: Role | None = None
        for place, role in enumerate(self.authority):
            if not 0 <= role.instalments <= MOST_INSTALMENTS or not 0 <= role.first_payment_days <= MOST_DAYS:
                raise ValueError(
                    f"authority[{place}]: instalments are 0 to {MOST_INSTALMENTS}, first_payment_days 0 to {MOST_DAYS}."
                )
            if any(not 0 <= role.waive[part] <= _HUNDREDTHS_OF_ALL for part in PARTS):
                raise ValueError(f"authority[{place}].waive_pct: 0.00 to 100.00.")
            if below is not None and not _may_as_much(role, below):
                raise ValueError(f"authority[{place}]: {role.name} may less than {below.name}; authority rises.")
            below = role

    @property
    def total(self) -> int:
        """Everything owed."""
        return sum(self.owed.values())

    @property
    def ladder(self) -> Sequence[Role]:
        """The role that asks, and those above it."""
        names = [role.name for role in self.authority]
        return self.authority[names.index(self.role) :]

    def most_waived(self, role: Role) -> dict[str, int]:
        """What a role may waive of each part, floored to the cent."""
        return {part: self.owed[part] * role.waive[part] // _HUNDREDTHS_OF_ALL for part in PARTS}

    def most_instalments(self, role: Role) -> int:
        """The role's count of payments, or the law's where that is less."""
        return min(role.instalments, self.law_instalments)


def _may_as_much(role: Role, other: Role) -> bool:
    return (
        role.instalments >= other.instalments
        and role.first_payment_days >= other.first_payment_days
        and all(role.waive[part] >= other.waive[part] for part in PARTS)
    )


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to settle. `needs` is the role that has to approve; None where the asking role may itself."""

    kind: str
    """pay_in_full | pay_arrears | instalments | settlement | hardship"""
    needs: str | None
    level: int
    waiver: Mapping[str, int]
    payments: tuple[tuple[date, int], ...]
    remains: int
    present_value: int
    name: str = ""

    @property
    def total(self) -> int:
        """All that is paid."""
        return sum(amount for _, amount in self.payments)

    @property
    def waived(self) -> int:
        return sum(self.waiver.values())

    @property
    def largest(self) -> int:
        return max((amount for _, amount in self.payments), default=0)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The offers, named o1, o2 … in the order in which to show them, and the one to open with."""

    offers: tuple[Offer, ...]
    next: str


def propose(asked: Request) -> Proposal:
    """
    Every offer worth making. There is always `pay_in_full`, and always one that the borrower can keep: a plan without
    a waiver by the lowest role that may, else one with the smallest waiver that lets it fit, else hardship.
    """
    plan = _plain(asked) or _waived(asked)
    kept = plan or _offer(asked, "hardship", asked.ladder[0], {}, (), remains=asked.total)
    first = [_at_once(asked, "pay_in_full", asked.total, 0)]
    if 0 < asked.arrears < asked.total:
        first.append(_at_once(asked, "pay_arrears", asked.arrears, asked.total - asked.arrears))
    chosen = [*first, kept]
    for more in _others(asked, plan):
        if len(chosen) < MOST_OFFERS and not any(dominates(one, more) for one in chosen):
            if dominates(more, kept) and _stands_for(more, kept):
                chosen[chosen.index(kept)], kept = more, more
            elif not any(dominates(more, one) for one in chosen):
                chosen.append(more)
    chosen.sort(key=lambda one: _ORDER.index(one.kind))
    named = [replace(one, name=f"o{place}") for place, one in enumerate(chosen, start=1)]
    return Proposal(tuple(named), named[chosen.index(_opening(asked, first, kept))].name)


_ORDER = ("pay_in_full", "pay_arrears", "instalments", "settlement", "hardship")


def _opening(asked: Request, first: Sequence[Offer], kept: Offer) -> Offer:
    """The first that the borrower could pay from one month's means; else the plan that can be kept, or hardship."""
    return next((one for one in first if one.total <= asked.sustainable_instalment), kept)


def dominates(one: Offer, other: Offer) -> bool:
    """Whether `one` is as good for both sides in everything and better in something, leaving the same owed."""
    if other.kind in ("pay_in_full", "pay_arrears", "hardship") or one.remains != other.remains:
        return False
    mine = (one.present_value, -one.total, -one.largest, -one.level)
    yours = (other.present_value, -other.total, -other.largest, -other.level)
    return mine != yours and all(a >= b for a, b in zip(mine, yours, strict=True))


def _stands_for(one: Offer, other: Offer) -> bool:
    return one.kind == other.kind == "instalments" and one.needs == other.needs and one.waived == other.waived


# ── plans ────────────────────────────────────────────────────────────────


def _plain(asked: Request) -> Offer | None:
    """All of it in the fewest payments that the borrower can keep, by the lowest role that may."""
    for role in asked.ladder:
        if (payments := _equal(asked, asked.total, 2)) and len(payments) <= asked.most_instalments(role):
            return _dated(asked, "instalments", role, {}, payments)
    return None


def _longest(asked: Request, role: Role) -> Offer | None:
    """All of it in the smallest payments that a role may agree to."""
    most = asked.most_instalments(role)
    payments = _equal(asked, asked.total, most) if most >= 2 else None
    return _dated(asked, "instalments", role, {}, payments) if payments and len(payments) <= most else None


def _equal(asked: Request, amount: int, least: int) -> list[int] | None:
    """
    `amount` in at least two equal payments, the last perhaps smaller: `least` of them, or more where the borrower
    can't keep so few, or fewer where they would fall below the minimum. None where no such plan exists.
    """
    most_each, least_each = asked.sustainable_instalment, asked.minimum_instalment
    if most_each < max(1, least_each):
        return None
    each = max(_up(amount, max(least, _up(amount, most_each))), least_each)
    count = _up(amount, each)
    return None if count < 2 else [each] * (count - 1) + [amount - each * (count - 1)]


def _waived(asked: Request) -> Offer | None:
    """As many of the largest payments as the lowest possible role may agree to, and the rest waived: no cent more."""
    each = asked.sustainable_instalment
    if each < max(1, asked.minimum_instalment):
        return None
    for role in asked.ladder:
        most, may = asked.most_instalments(role), asked.most_waived(role)
        need = asked.total - each * most
        if most >= 2 and 0 < need <= sum(may.values()):
            return _dated(asked, "instalments", role, _taken(need, may), [each] * most)
    return None


def _taken(need: int, may: Mapping[str, int]) -> dict[str, int]:
    """A waiver of `need`: from the penalty first, the principal last."""
    waiver: dict[str, int] = {}
    for part in PARTS:
        waiver[part] = min(need, may[part])
        need -= waiver[part]
    return waiver


def _others(asked: Request, plan: Offer | None) -> Iterator[Offer]:
    """What else may be worth showing, the most useful first."""
    own, above = asked.ladder[0], asked.ladder[1:]
    if plan is not None and not plan.waived and (longer := _longest(asked, asked.ladder[plan.level])):
        yield longer
    seen = 0
    for role in (own, *above):
        may = asked.most_waived(role)
        if seen < sum(may.values()) < asked.total:
            seen = sum(may.values())
            yield _dated(asked, "settlement", role, may, [asked.total - seen])


# ── days and values ──────────────────────────────────────────────────────


def _at_once(asked: Request, kind: str, amount: int, remains: int) -> Offer:
    return replace(_dated(asked, kind, asked.ladder[0], {}, [amount]), remains=remains)


def _dated(asked: Request, kind: str, role: Role, waiver: Mapping[str, int], amounts: Sequence[int]) -> Offer:
    """These amounts from the first payday in the role's reach, a month apart."""
    first, payday = _first_day(asked, role)
    payments = tuple((_months_after(first, place, payday), amount) for place, amount in enumerate(amounts))
    return _offer(asked, kind, role, waiver, payments, remains=0)


def _offer(
    asked: Request,
    kind: str,
    role: Role,
    waiver: Mapping[str, int],
    payments: tuple[tuple[date, int], ...],
    *,
    remains: int,
) -> Offer:
    level = asked.ladder.index(role)
    return Offer(
        kind=kind,
        needs=None if level == 0 else role.name,
        level=level,
        waiver={part: waiver.get(part, 0) for part in PARTS},
        payments=payments,
        remains=remains,
        present_value=present_value(payments, asked.as_of, asked.discount_rate),
    )


def _first_day(asked: Request, role: Role) -> tuple[date, int]:
    """
    The first payday in reach and the day of month it stands for. Where none is in reach, the last day in reach, the
    one nearest to it; where no payday is known, the day itself.
    """
    reach = [asked.as_of + timedelta(days=ahead) for ahead in range(role.first_payment_days + 1)]
    for day in reach:
        last = calendar.monthrange(day.year, day.month)[1]
        if meant := [payday for payday in sorted(asked.paydays) if min(payday, last) == day.day]:
            return day, meant[0]
    day = reach[-1] if asked.paydays else reach[0]
    return day, day.day


def _months_after(first: date, months: int, day: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, min(day, calendar.monthrange(year, month + 1)[1]))


def present_value(payments: Sequence[tuple[date, int]], as_of: date, rate: int) -> int:
    """Σ amount ÷ (1 + rate)^(days ÷ 365), in minor units, half even. `rate` is hundredths of a percent a year."""
    with localcontext() as exact:
        exact.prec = 28
        growth = 1 + Decimal(rate) / _HUNDREDTHS_OF_ALL
        parts = (Decimal(amount) / growth ** (Decimal((day - as_of).days) / 365) for day, amount in payments)
        return int(sum(parts, Decimal(0)).to_integral_value(ROUND_HALF_EVEN))


def _up(dividend: int, divisor: int) -> int:
    """⌈dividend ÷ divisor⌉ of whole numbers."""
    return -(-dividend // divisor)

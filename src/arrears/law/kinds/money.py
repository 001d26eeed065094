"""
Kinds about money: rates, order of allocation, instalments, classes by days late, amounts owed, who owes.

Rates are basis points a year, amounts minor units, days whole. No float anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from arrears.law.kinds.answering import UNKNOWN, Answer, Given, Line, answered, months_on


@dataclass(frozen=True, slots=True)
class RateCap:
    """
    Everything charged in a year, together, stays at or below the cap: a number, or a multiple of the one-year
    LPR at signing. given: all_in_bps, lpr_bps (for a multiple), tenor_months. answers: within | above.
    """

    all_in_at_most_bps: int = 0
    lpr_multiple: int = 0
    short_tenor_at_most_months: int = 0
    """Loans up to so long are under `all_in_at_most_bps` instead of the multiple."""
    average_at_most_bps: int = 0
    """Ceiling on the average of new loans (given: average_bps)."""
    on_request: bool = False
    """A court cuts the excess when the debtor asks; it does not fall away by itself."""

    def __post_init__(self) -> None:
        if not self.all_in_at_most_bps and not self.lpr_multiple:
            raise ValueError("neither all_in_at_most_bps nor lpr_multiple is stated")

    def cap_bps(self, given: Given) -> int | None:
        """The cap for this loan, or None where the LPR or the tenor it needs is not given."""
        if not self.lpr_multiple:
            return self.all_in_at_most_bps
        if self.short_tenor_at_most_months:
            tenor = given.get("tenor_months")
            if not isinstance(tenor, int):
                return None
            if tenor <= self.short_tenor_at_most_months:
                return self.all_in_at_most_bps
        lpr = given.get("lpr_bps")
        return self.lpr_multiple * lpr if isinstance(lpr, int) else None

    def answer(self, given: Given) -> Answer:
        if self.average_at_most_bps and "average_bps" in given:
            return "within" if given["average_bps"] <= self.average_at_most_bps else "above"
        cap, rate = self.cap_bps(given), given.get("all_in_bps")
        if cap is None or not isinstance(rate, int):
            return UNKNOWN
        return "within" if rate <= cap else "above"

    def lines(self) -> tuple[Line, ...]:
        lines: tuple[Line, ...] = (("cap", "at"), ("cap", "one over"))
        if self.average_at_most_bps:
            lines += (("average", "at"), ("average", "one over"))
        return lines

    def stands_on(self, given: Given) -> Iterable[Line]:
        if self.average_at_most_bps and "average_bps" in given:
            return _near("average", given["average_bps"], self.average_at_most_bps)
        cap = self.cap_bps(given)
        return _near("cap", given["all_in_bps"], cap) if cap is not None and "all_in_bps" in given else []


def _near(name: str, value: int, line: int) -> Iterable[Line]:
    if value == line:
        yield name, "at"
    if value == line + 1:
        yield name, "one over"


@dataclass(frozen=True, slots=True)
class PenaltyRate:
    """
    A penalty rate is the contract rate and an uplift in a band, by reason. given: why (overdue | misuse),
    contract_bps, penalty_bps. answers: within | below | above.
    """

    overdue_at_least_pct: int
    overdue_at_most_pct: int
    misuse_at_least_pct: int
    misuse_at_most_pct: int
    unpaid_interest_compounds: bool

    def answer(self, given: Given) -> Answer:
        why, contract, penalty = given.get("why"), given.get("contract_bps"), given.get("penalty_bps")
        if why not in ("overdue", "misuse") or not isinstance(contract, int) or not isinstance(penalty, int):
            return UNKNOWN
        least, most = self._band(str(why))
        if penalty * 100 < contract * (100 + least):
            return "below"
        return "above" if penalty * 100 > contract * (100 + most) else "within"

    def _band(self, why: str) -> tuple[int, int]:
        if why == "overdue":
            return self.overdue_at_least_pct, self.overdue_at_most_pct
        return self.misuse_at_least_pct, self.misuse_at_most_pct

    def lines(self) -> tuple[Line, ...]:
        return tuple((why, side) for why in ("overdue", "misuse") for side in ("below", "within", "above"))

    def stands_on(self, given: Given) -> Iterable[Line]:
        return [(str(given.get("why")), str(self.answer(given)))]


@dataclass(frozen=True, slots=True)
class MonthlyRate:
    """One month of a published rate."""

    month_on: date
    bps: int


@dataclass(frozen=True, slots=True)
class ReferenceRate:
    """A published rate by month. given: month_on (its first day). Answers basis points, or unknown."""

    series: str
    months: tuple[MonthlyRate, ...]

    def answer(self, given: Given) -> Answer:
        return next((item.bps for item in self.months if item.month_on == given.get("month_on")), UNKNOWN)

    def lines(self) -> tuple[Line, ...]:
        return (*(answered(item.bps) for item in self.months), answered(UNKNOWN))

    def stands_on(self, given: Given) -> Iterable[Line]:
        return [answered(self.answer(given))]

    def questions(self) -> tuple[str, ...]:
        return tuple(f"{self.series} {item.month_on}" for item in self.months)


@dataclass(frozen=True, slots=True)
class Band:
    """An order of allocation from a number of days past due on."""

    order: tuple[str, ...]
    from_days: int = 0


@dataclass(frozen=True, slots=True)
class Allocation:
    """
    The order in which a payment that is too small is set against the parts of one debt, unless agreed
    otherwise. given: days_past_due. Answers the order, joined by ">".
    """

    bands: tuple[Band, ...]

    def __post_init__(self) -> None:
        starts = [band.from_days for band in self.bands]
        if not starts or starts != sorted(set(starts)):
            raise ValueError("bands are given by rising from_days")

    def answer(self, given: Given) -> Answer:
        days = given.get("days_past_due")
        if not isinstance(days, int):
            return UNKNOWN
        found = [band for band in self.bands if days >= band.from_days]
        return ">".join(found[-1].order) if found else "not_asked"

    def lines(self) -> tuple[Line, ...]:
        later = self.bands[1:]
        edges = tuple((f"day {band.from_days}", side) for band in later for side in ("day before", "first day"))
        return edges or (("answer", ">".join(self.bands[0].order)),)

    def stands_on(self, given: Given) -> Iterable[Line]:
        yield answered(self.answer(given))
        yield from _edges(given.get("days_past_due"), [band.from_days for band in self.bands[1:]])

    def questions(self) -> tuple[str, ...]:
        return ("order of allocation",)


def _edges(days: object, starts: list[int]) -> Iterable[Line]:
    for start in starts:
        if days == start - 1:
            yield f"day {start}", "day before"
        if days == start:
            yield f"day {start}", "first day"


STEPS = ("debtor_designation", "matured_first", "least_secured", "most_burdensome", "earliest_due", "pro_rata")


@dataclass(frozen=True, slots=True)
class DebtOrder:
    """
    Which of two debts to one creditor a payment goes to first. given: one and other, each a table with
    designated, matured, security (amount), burden (rate) and due_on. answers: one | other | pro_rata.
    """

    steps: tuple[str, ...]

    def __post_init__(self) -> None:
        for step in self.steps:
            if step not in STEPS:
                raise ValueError(f"step {step!r} is not one of {', '.join(STEPS)}")

    def answer(self, given: Given) -> Answer:
        one, other = given.get("one"), given.get("other")
        if not isinstance(one, dict) or not isinstance(other, dict):
            return UNKNOWN
        for step in self.steps:
            before = _before(step, one, other)
            if before is not None:
                return before
        return UNKNOWN

    def lines(self) -> tuple[Line, ...]:
        return tuple((step, "decides") for step in self.steps)

    def stands_on(self, given: Given) -> Iterable[Line]:
        one, other = given.get("one", {}), given.get("other", {})
        deciding = next((step for step in self.steps if _before(step, one, other) is not None), None)
        return [(deciding, "decides")] if deciding else []


def _before(step: str, one: Given, other: Given) -> str | None:
    """Which goes first by one step, or None where the step does not tell them apart."""
    if step == "pro_rata":
        return "pro_rata"
    name, greater_first = {
        "debtor_designation": ("designated", True),
        "matured_first": ("matured", True),
        "least_secured": ("security", False),
        "most_burdensome": ("burden", True),
        "earliest_due": ("due_on", False),
    }[step]
    left, right = one.get(name), other.get(name)
    if left == right or left is None or right is None:
        return None
    return "one" if (left > right) == greater_first else "other"


@dataclass(frozen=True, slots=True)
class InstalmentLimit:
    """
    How long a plan may run and how large it may be. given: months (and cash_cents for cash instalments, which
    have their own months). answers: within | above.
    """

    at_most_months: int
    cash_at_most_months: int = 0
    cash_at_most_cents: int = 0

    def answer(self, given: Given) -> Answer:
        months, cash = given.get("months"), given.get("cash_cents")
        if not isinstance(months, int):
            return UNKNOWN
        if isinstance(cash, int) and self.cash_at_most_cents:
            return "within" if cash <= self.cash_at_most_cents and months <= self.cash_at_most_months else "above"
        return "within" if months <= self.at_most_months else "above"

    def lines(self) -> tuple[Line, ...]:
        lines: tuple[Line, ...] = (("months", "at"), ("months", "one over"))
        if self.cash_at_most_cents:
            lines += (("cash", "at"), ("cash", "one over"), ("cash months", "at"), ("cash months", "one over"))
        return lines

    def stands_on(self, given: Given) -> Iterable[Line]:
        if "cash_cents" in given and self.cash_at_most_cents:
            yield from _near("cash", given["cash_cents"], self.cash_at_most_cents)
            yield from _near("cash months", given["months"], self.cash_at_most_months)
        elif "months" in given:
            yield from _near("months", given["months"], self.at_most_months)


@dataclass(frozen=True, slots=True)
class Rung:
    """A class and the first day past due on which it is the least a loan may be put in."""

    name: str
    from_days: int


@dataclass(frozen=True, slots=True)
class DayLadder:
    """The class a loan is at least in, by days past due. given: days_past_due. Answers the class."""

    ladder: str
    rungs: tuple[Rung, ...]

    def __post_init__(self) -> None:
        starts = [rung.from_days for rung in self.rungs]
        if not starts or starts != sorted(set(starts)):
            raise ValueError("rungs are given by rising from_days")

    def answer(self, given: Given) -> Answer:
        days = given.get("days_past_due")
        if not isinstance(days, int):
            return UNKNOWN
        held = [rung.name for rung in self.rungs if days >= rung.from_days]
        return held[-1] if held else "none"

    def lines(self) -> tuple[Line, ...]:
        return tuple((f"day {rung.from_days}", side) for rung in self.rungs for side in ("day before", "first day"))

    def stands_on(self, given: Given) -> Iterable[Line]:
        return _edges(given.get("days_past_due"), [rung.from_days for rung in self.rungs])

    def questions(self) -> tuple[str, ...]:
        return (f"class on ladder {self.ladder}",)


@dataclass(frozen=True, slots=True)
class Excess:
    """
    A penalty more than so much above the loss it answers is excessive. given: penalty_cents, loss_cents.
    answers: excessive | not_excessive.
    """

    over_loss_pct: int

    def answer(self, given: Given) -> Answer:
        penalty, loss = given.get("penalty_cents"), given.get("loss_cents")
        if not isinstance(penalty, int) or not isinstance(loss, int):
            return UNKNOWN
        return "excessive" if penalty * 100 > loss * (100 + self.over_loss_pct) else "not_excessive"

    def lines(self) -> tuple[Line, ...]:
        return (("loss and margin", "at"), ("loss and margin", "one over"))

    def stands_on(self, given: Given) -> Iterable[Line]:
        if self.answer(given) == UNKNOWN:
            return []
        return _near("loss and margin", given["penalty_cents"], given["loss_cents"] * (100 + self.over_loss_pct) // 100)


@dataclass(frozen=True, slots=True)
class DebtAmount:
    """
    The principal is what was received, and interest runs only where it was agreed. given: paid_out_cents,
    stated_cents, interest_agreed, interest_cents. Answers the debt in minor units.
    """

    principal_is_received: bool
    no_interest_unless_agreed: bool

    def answer(self, given: Given) -> Answer:
        received, stated = given.get("received_cents"), given.get("stated_cents")
        if not isinstance(received, int) or not isinstance(stated, int) or "interest_agreed" not in given:
            return UNKNOWN
        principal = min(received, stated) if self.principal_is_received else stated
        free = self.no_interest_unless_agreed and not given["interest_agreed"]
        return principal + (0 if free else int(given.get("interest_cents", 0)))

    def lines(self) -> tuple[Line, ...]:
        return (("received", "less"), ("received", "all"), ("interest", "agreed"), ("interest", "not agreed"))

    def stands_on(self, given: Given) -> Iterable[Line]:
        if self.answer(given) != UNKNOWN:
            yield "received", "less" if given["received_cents"] < given["stated_cents"] else "all"
            yield "interest", "agreed" if given["interest_agreed"] else "not agreed"


@dataclass(frozen=True, slots=True)
class HeirOwes:
    """
    What an heir answers for: no more than was received, and nothing where the inheritance was renounced.
    given: owed_cents, received_cents, renounced. Answers minor units.
    """

    up_to_estate_received: bool
    nothing_if_renounced: bool

    def answer(self, given: Given) -> Answer:
        owed, received, renounced = given.get("owed_cents"), given.get("received_cents"), given.get("renounced")
        if renounced is None or not isinstance(owed, int):
            return UNKNOWN
        if renounced and self.nothing_if_renounced:
            return 0
        if not isinstance(received, int):
            return UNKNOWN
        return min(owed, received) if self.up_to_estate_received else owed

    def lines(self) -> tuple[Line, ...]:
        return (
            ("estate", "covers the debt"),
            ("estate", "does not cover it"),
            ("renounced", "yes"),
            ("renounced", "no"),
        )

    def stands_on(self, given: Given) -> Iterable[Line]:
        if given.get("renounced"):
            yield "renounced", "yes"
        elif self.answer(given) != UNKNOWN:
            yield "renounced", "no"
            covers = given["received_cents"] >= given["owed_cents"]
            yield "estate", "covers the debt" if covers else "does not cover it"


@dataclass(frozen=True, slots=True)
class Guarantee:
    """
    A guarantor is bound only where claimed on within the period, which nothing stops or restarts.
    given: due_on, claimed_on (or claimed = false), period_until where one was agreed. answers: bound | released.
    """

    default_months: int
    unclear_form_is: str

    def answer(self, given: Given) -> Answer:
        due = given.get("due_on")
        if not isinstance(due, date):
            return UNKNOWN
        agreed = given.get("period_until")
        until = agreed if isinstance(agreed, date) and agreed > due else months_on(due, self.default_months)
        claimed = given.get("claimed_on")
        if not isinstance(claimed, date):
            return "released" if given.get("claimed") is False and given.get("asked_on", due) > until else UNKNOWN
        return "bound" if claimed <= until else "released"

    def lines(self) -> tuple[Line, ...]:
        return (("period", "last day"), ("period", "day after"))

    def stands_on(self, given: Given) -> Iterable[Line]:
        due, claimed = given.get("due_on"), given.get("claimed_on")
        if isinstance(due, date) and isinstance(claimed, date) and "period_until" not in given:
            until = months_on(due, self.default_months)
            if claimed == until:
                yield "period", "last day"
            if (claimed - until).days == 1:
                yield "period", "day after"

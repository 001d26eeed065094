"""
The conventions one lender ages by: day count, grace, order of payment, pauses, buckets, risk classes.

Two lenders count the same loan differently, so every choice is written down here and travels with the night.
`AgeingRules()` is the default of this project; `AgeingRules.from_toml(text)` reads a lender's own (`arrears night run
--rules FILE`), whose form is described in `docs/concepts/ageing.md`. The caller reads the file; nothing here does.

Sources of the numbers (ids are those of the law notes):
  M03  principal first from day 91, bank cards: 商业银行信用卡业务监督管理办法 art. 57, seen in a report
  M04  cost, interest, principal, unless agreed otherwise: 民法典 art. 561, text seen
  M05  the debtor's designation comes first: 民法典 art. 560, text seen
  M20  substandard over 90 days, doubtful over 270, loss over 360: 商业银行金融资产风险分类办法 (2023), arts. 10-13;
       90 and 270 seen in a report, 360 and the article numbers recalled
  M22  M1 1-30 … M7+ over 180: industry usage without legal force, recalled
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from arrears.kernel.problem import Problem, Unusable
from arrears.kernel.toml_text import toml_of

COMPONENTS = ("fee", "penalty", "interest", "principal")
"""What an instalment is made of. A fee is a cost of enforcement or a charge; a penalty is what lateness added."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A range of delinquent days, both edges inside. `to_day` None is open-ended."""

    name: str
    from_day: int
    to_day: int | None = None

    def holds(self, days: int) -> bool:
        return self.from_day <= days and (self.to_day is None or days <= self.to_day)


@dataclass(frozen=True, slots=True)
class RiskClass:
    """A class that begins the day after `over_days`: "more than 90 days" is day 91."""

    name: str
    over_days: int


M_BUCKETS = (
    Bucket("M1", 1, 30),
    Bucket("M2", 31, 60),
    Bucket("M3", 61, 90),
    Bucket("M4", 91, 120),
    Bucket("M5", 121, 150),
    Bucket("M6", 151, 180),
    Bucket("M7+", 181, None),
)
"""M22: what the industry calls them. Recalled, and without legal force."""

FIVE_CLASSES = (
    RiskClass("special_mention", 0),  # M20: 1 to 90 days; the rule's own words for it were not seen
    RiskClass("substandard", 90),  # M20, seen in a report
    RiskClass("doubtful", 270),  # M20, seen in a report
    RiskClass("loss", 360),  # M20, recalled
)
"""M20: at least this class, by days overdue alone. A bank may class lower for other reasons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingRules:
    """One lender's conventions. Raises `Unusable` where they contradict themselves."""

    dpd_on_due_date: int = 0
    """What the due date itself counts: 0 (late from the next day) or 1 (late on the day)."""
    grace_days: int = 0
    """Taken off days past due to give delinquent days. M20's seven technical days are recalled, so none here."""
    order: tuple[str, ...] = COMPONENTS
    """Inside one instalment, what money pays first (M04)."""
    principal_first_products: frozenset[str] = frozenset({"credit_card"})
    principal_first_from_day: int = 91
    """On these products a payment made on this day past due or later pays principal first (M03)."""
    follow_designation: bool = True
    """A payment goes to the component its payer named (M05)."""
    bucket_while_paused: str = "frozen"
    """`frozen`: the bucket stays what it was the day before the pause. `recomputed`: it follows delinquent days."""
    buckets: tuple[Bucket, ...] = M_BUCKETS
    current_bucket: str = "M0"
    """The bucket of an account with no delinquent day."""
    outside_bucket: str = "outside"
    """The bucket of delinquent days that no range holds (ranges may leave gaps)."""
    risk_classes: tuple[RiskClass, ...] = FIVE_CLASSES
    risk_classes_by_product: Mapping[str, tuple[RiskClass, ...]] = field(default_factory=dict)
    """Products with a ladder of their own, such as cards under M21 (90, 120, 180)."""
    normal_class: str = "normal"
    ageing_statuses: frozenset[str] = frozenset({"active", "charged_off"})
    """Loans with another status (closed, written off) have zeros. A charged-off loan is still owed, so it ages."""
    status_code_days: Mapping[str, int] = field(default_factory=dict)
    """The lender's status words and the fewest days past due each means. A word not here is unknown."""

    def __post_init__(self) -> None:
        for wrong in self._contradictions():
            raise Unusable(wrong)

    def _contradictions(self) -> list[Problem]:
        found: list[Problem] = []

        def say(key: str, what: str, why: str, fix: str) -> None:
            found.append(Problem(f"ageing_rules_{key}", "ageing rules", f"{key}: {what}", why, fix))

        if self.dpd_on_due_date not in (0, 1):
            say(
                "dpd_on_due_date",
                f"{self.dpd_on_due_date} is neither 0 nor 1.",
                "Days are counted from it.",
                "Use 0 where an instalment is late from the day after it is due, 1 where it is late on the day.",
            )
        if self.grace_days < 0:
            say("grace_days", f"{self.grace_days} is negative.", "Grace makes an account younger.", "Use 0 or more.")
        if sorted(self.order) != sorted(COMPONENTS):
            say(
                "order",
                f"{list(self.order)} does not name each component once.",
                "Money would stop at a component that isn't named.",
                f"Name each of {', '.join(COMPONENTS)} once, first paid first.",
            )
        if self.bucket_while_paused not in ("frozen", "recomputed"):
            say(
                "bucket_while_paused",
                f"{self.bucket_while_paused!r} is not known.",
                "It decides what a pause does to the bucket.",
                'Use "frozen" or "recomputed".',
            )
        ranges = [(bucket.from_day, bucket.to_day) for bucket in self.buckets]
        if overlapping(ranges):
            say(
                "buckets",
                f"{overlapping(ranges)}.",
                "A day count would have two buckets.",
                "Both edges are inside a bucket: start the next one a day later. Gaps are allowed.",
            )
        for name, ladder in {"risk_classes": self.risk_classes, **self.risk_classes_by_product}.items():
            steps = [step.over_days for step in ladder]
            if steps != sorted(set(steps)):
                say("risk_class", f"{name} does not rise: {steps}.", "A later class is worse.", "Sort by days.")
        return found

    def bucket_of(self, delinquent_days: int) -> str:
        """The bucket of a known number of delinquent days."""
        if delinquent_days <= 0:
            return self.current_bucket
        return next((bucket.name for bucket in self.buckets if bucket.holds(delinquent_days)), self.outside_bucket)

    def risk_class_of(self, days_past_due: int, product: str) -> str:
        """The worst class that so many raw days past due reach. Grace and pauses don't count: M20 says overdue."""
        reached = [step.name for step in self.ladder_of(product) if days_past_due > step.over_days]
        return reached[-1] if reached else self.normal_class

    def ladder_of(self, product: str) -> tuple[RiskClass, ...]:
        return self.risk_classes_by_product.get(product, self.risk_classes)

    def said(self) -> dict[str, Any]:
        """Every rule in the form a lender writes it, for a manifest: plain values that JSON and TOML can hold."""
        return {one.name: _plain(one.name, getattr(self, one.name)) for one in fields(self)}

    @classmethod
    def from_toml(cls, text: str, *, where: str = "ageing rules") -> AgeingRules:
        """Rules as a lender writes them; what is not said keeps its default. Raises `Unusable`."""
        try:
            said = toml_of(text)
        except tomllib.TOMLDecodeError as fault:
            raise _unreadable(where, f"not TOML: {fault}.") from fault
        return cls.from_said(said, where=where)

    @classmethod
    def from_said(cls, said: Mapping[str, Any], *, where: str = "ageing rules") -> AgeingRules:
        """The same from what the text says: `said()` gives it back. Raises `Unusable`."""
        known = {one.name for one in fields(cls)}
        unknown = sorted(set(said) - known)
        if unknown:
            raise _unreadable(where, f"no such rule: {', '.join(unknown)}. Rules are {', '.join(sorted(known))}.")
        try:
            return cls(**{name: _value(name, given) for name, given in said.items()})
        except Unusable as fault:
            raise Unusable(replace(fault.problem, where=where)) from fault
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise _unreadable(where, f"a value has the wrong form: {fault!r}.") from fault


def overlapping(ranges: list[tuple[int, int | None]]) -> str | None:
    """The first two ranges of days that share a day (or one that ends before it starts), in words; else None."""
    previous: tuple[int, int | None] | None = None
    for first, last in sorted(ranges, key=lambda edges: edges[0]):
        if last is not None and last < first:
            return f"{first} to {last} ends before it starts"
        if previous is not None and (previous[1] is None or first <= previous[1]):
            ends = "…" if previous[1] is None else previous[1]
            return f"{previous[0]} to {ends} and {first} to {'…' if last is None else last} share a day"
        previous = (first, last)
    return None


def _value(name: str, given: Any) -> Any:
    """A TOML value in the form the field holds."""
    if name == "buckets":
        return tuple(Bucket(str(one["name"]), _days(one["from_day"]), _to_day(one)) for one in given)
    if name == "risk_classes":
        return _ladder(given)
    if name == "risk_classes_by_product":
        return {product: _ladder(ladder) for product, ladder in given.items()}
    if name == "status_code_days":
        return {str(code): _days(days) for code, days in given.items()}
    if name == "order":
        return tuple(str(one) for one in given)
    if name in ("principal_first_products", "ageing_statuses"):
        return frozenset(str(one) for one in given)
    if name in ("dpd_on_due_date", "grace_days", "principal_first_from_day"):
        return _days(given)
    if name == "follow_designation":
        if not isinstance(given, bool):
            raise ValueError(f"{name} is true or false, not {given!r}")
        return given
    return str(given)


def _plain(name: str, value: Any) -> Any:
    """A field's value in the form `_value` reads."""
    if name == "buckets":
        return [
            {"name": one.name, "from_day": one.from_day, **({} if one.to_day is None else {"to_day": one.to_day})}
            for one in value
        ]
    if name == "risk_classes":
        return _listed(value)
    if name == "risk_classes_by_product":
        return {product: _listed(value[product]) for product in sorted(value)}
    if name == "status_code_days":
        return {code: value[code] for code in sorted(value)}
    if isinstance(value, frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value


def _listed(ladder: tuple[RiskClass, ...]) -> list[dict[str, Any]]:
    return [{"name": step.name, "over_days": step.over_days} for step in ladder]


def _ladder(given: Any) -> tuple[RiskClass, ...]:
    """As a lender writes it, name = days; or as `said` lists it, since a store may keep a table's keys in any order."""
    if isinstance(given, list):
        return tuple(RiskClass(str(one["name"]), _days(one["over_days"])) for one in given)
    return tuple(RiskClass(name, _days(over)) for name, over in given.items())


def _to_day(given: Mapping[str, Any]) -> int | None:
    return _days(given["to_day"]) if "to_day" in given else None


def _days(given: Any) -> int:
    if not isinstance(given, int) or isinstance(given, bool):
        raise ValueError(f"{given!r} is not a whole number of days")
    return given


def _unreadable(where: str, what: str) -> Unusable:
    return Unusable(
        Problem(
            "ageing_rules_unreadable",
            where,
            what,
            "Accounts can't be aged by rules that can't be read.",
            "Compare it with the form in docs/concepts/ageing.md.",
        )
    )

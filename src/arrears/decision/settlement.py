"""
Who may agree to what, and who may decide what: the authority matrix of a policy, by role, the lowest first.

Comes in: the [settlement] table of a policy, as TOML or as a night's manifest keeps it. Goes out: Settlement; faults go
to the Reader. Never: a default for what the text leaves out, or a role that may less than one below it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from arrears.decision.read_policy import Reader

PARTS = ("penalty", "fee", "interest", "principal")
"""What a debt is made of, in the order in which a waiver is taken."""
RISING = ("collector", "supervisor", "head")
"""The roles that agree and decide, each above the one before."""
ALL_BPS = 10_000
MOST_INSTALMENTS = 360
MOST_DAYS = 366

DECISIONS: dict[str, tuple[str, str]] = {
    "restructure": ("重组（分期协议）", "restructure: a payment plan"),
    "settlement": ("减免后一次结清", "settlement: one payment, the rest waived"),
    "hardship": ("困难帮扶", "hardship arrangement"),
    "litigate": ("移送诉讼", "refer to litigation"),
    "hand_over": ("移交机构或受让方", "hand over to an agency or buyer"),
    "write_off": ("核销", "write off"),
    "close": ("结案", "close"),
    "decline": ("不批准，照常催收", "decline: collection goes on"),
}
"""What a person can decide about a case, to words in (Chinese, English)."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What one role may agree to with a borrower, and what it may decide. Waivers are hundredths of a percent."""

    role: str
    instalments: int
    first_payment_days: int
    waive_bps: Mapping[str, int]
    decides: tuple[str, ...]

    def may_as_much(self, other: Grant) -> bool:
        return (
            self.instalments >= other.instalments
            and self.first_payment_days >= other.first_payment_days
            and all(self.waive_bps[part] >= other.waive_bps[part] for part in PARTS)
            and set(self.decides) >= set(other.decides)
        )


@dataclass(frozen=True, slots=True)
class Settlement:
    """The authority matrix, and the figures that offers and decisions rest on. Amounts are minor units."""

    grants: tuple[Grant, ...]
    instalments_most: int
    """The bound on instalments where no law of the day names one."""
    income_share_bps: int
    """How much of what is left after a basic living may go into instalments."""
    minimum_instalment_cents: int
    discount_rate_bps: int
    review_days: int
    """After so many days, at the latest, a decision that holds a case is looked at again."""
    court_cost_cents: int
    court_recovery_permille: int
    """What a judgment is expected to bring in, of what is owed."""
    said: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def grant(self, role: str) -> Grant | None:
        return next((grant for grant in self.grants if grant.role == role), None)

    def from_role(self, role: str) -> tuple[Grant, ...]:
        """The grant of this role and those above it, rising; empty for a role that agrees to nothing."""
        if self.grant(role) is None:
            return ()
        return tuple(grant for grant in self.grants if RISING.index(grant.role) >= RISING.index(role))

    def lowest_that_decides(self, kind: str) -> str | None:
        """The lowest role that may decide this; None where no role may."""
        return next((grant.role for grant in self.grants if kind in grant.decides), None)


def settlement_said(said: Mapping[str, Any], where: str) -> Settlement:
    """The same from what a night's manifest keeps. Raises PolicyRefused where it is damaged."""
    reader = Reader(where, "", own_lines=0)
    found = read_settlement(dict(said), reader)
    reader.stop_if_wrong()
    return found


def read_settlement(body: dict[str, Any], reader: Reader) -> Settlement:
    """The [settlement] table of a policy."""
    reader.known(
        body,
        (
            *("basis", "source", "instalments_most", "income_share_bps", "minimum_instalment_cents"),
            *("discount_rate_bps", "review_days", "court_cost_cents", "court_recovery_permille", "authority"),
        ),
        "[settlement]",
    )
    reader.basis(body, "settlement")
    grants = []
    for role, inner in reader.tables(body, "authority").items():
        if role not in RISING:
            reader.complain(
                "unknown_role", f"{role} is no role that agrees to plans.", f"Use: {', '.join(RISING)}.", role
            )
            continue
        grants.append(_grant(role, inner, reader))
    grants.sort(key=lambda grant: RISING.index(grant.role))
    for below, above in pairwise(grants):
        if not above.may_as_much(below):
            reader.complain(
                "authority_falls",
                f"{above.role} may less than {below.role}.",
                "Give each role at least what the one below it may, decisions too.",
                above.role,
            )
    if not grants:
        reader.complain(
            "no_authority", "[settlement] gives no role any authority.", "Add [settlement.authority.collector].", None
        )
    return Settlement(
        grants=tuple(grants),
        instalments_most=reader.whole(body, "instalments_most", 1, MOST_INSTALMENTS),
        income_share_bps=reader.whole(body, "income_share_bps", 1, ALL_BPS),
        minimum_instalment_cents=reader.whole(body, "minimum_instalment_cents", 1, 10**9),
        discount_rate_bps=reader.whole(body, "discount_rate_bps", 0, 10**6),
        review_days=reader.whole(body, "review_days", 1, MOST_DAYS),
        court_cost_cents=reader.whole(body, "court_cost_cents", 0, 10**12),
        court_recovery_permille=reader.whole(body, "court_recovery_permille", 0, 1000),
        said=body,
    )


def _grant(role: str, body: dict[str, Any], reader: Reader) -> Grant:
    place = f"[settlement.authority.{role}]"
    reader.known(body, ("instalments", "first_payment_days", "waive_bps", "decides"), place)
    waive = reader.table(body, "waive_bps")
    reader.known(waive, PARTS, f"waive_bps of {place}")
    decides = reader.words(body, "decides")
    for kind in decides:
        if kind not in DECISIONS:
            reader.complain(
                "unknown_decision", f"{kind} is no decision, in {place}.", f"Use: {', '.join(DECISIONS)}.", "decides"
            )
    return Grant(
        role=role,
        instalments=reader.whole(body, "instalments", 0, MOST_INSTALMENTS),
        first_payment_days=reader.whole(body, "first_payment_days", 0, MOST_DAYS),
        waive_bps={part: reader.whole(waive, part, 0, ALL_BPS) for part in PARTS},
        decides=decides,
    )

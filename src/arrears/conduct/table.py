"""
What conduct reads and gives: a conversation in, findings and duties out.

Reads:  Conversation   one message or one transcript, with what is known about the debt
Gives:  Review         findings (agent turns only), seven duties, turns in which the other party is abusive
Never:  says what the law is: each finding names a provision of a law pack by its citation
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, Language] = ("zh", "en")


class Code(StrEnum):
    """The fifteen kinds of unlawful or abusive conduct, in the order of the contract."""

    ABUSE = "abuse"
    THREAT_VIOLENCE = "threat_violence"
    THREAT_UNLAWFUL = "threat_unlawful"
    FALSE_AUTHORITY = "false_authority"
    THIRD_PARTY_DISCLOSURE = "third_party_disclosure"
    THIRD_PARTY_PRESSURE = "third_party_pressure"
    HARASSMENT = "harassment"
    PRETEXT = "pretext"
    PRIVACY = "privacy"
    CASH_OR_PRIVATE_ACCOUNT = "cash_or_private_account"
    OVER_PROMISE = "over_promise"
    INDUCING_DEBT = "inducing_debt"
    EXPLOITS_VULNERABILITY = "exploits_vulnerability"
    MISSTATES_DEBT = "misstates_debt"
    IGNORES_RIGHTS = "ignores_rights"


CODES: tuple[Code, ...] = tuple(Code)
DUTIES = (
    "identity_stated",
    "recording_notice",
    "identity_confirmed",
    "payment_asked",
    "reason_asked",
    "consequence_explained",
    "commitment_obtained",
)


class Speaker(StrEnum):
    """Who says a turn. `UNKNOWN` is kept in its place and can carry no finding."""

    AGENT = "agent"
    BORROWER = "borrower"
    THIRD_PARTY = "third_party"
    SYSTEM = "system"
    UNKNOWN = "unknown"


CHANNELS = ("call", "sms", "email", "letter", "chat", "visit")
AUDIENCES = ("borrower", "obligor", "third_party", "unknown")
WRITTEN = frozenset({"sms", "email", "letter"})


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said, as it was written down."""

    speaker: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about the debt. `None` is unknown and decides nothing. `amount_due` is in minor units (cents)."""

    days_past_due: int | None = None
    amount_due: int | None = None
    ceased: bool | None = None
    disputed: bool | None = None
    hardship: bool | None = None
    represented: bool | None = None
    max_waiver_bp: int | None = None
    """The largest waiver this collector may grant, in hundredths of a per cent of `amount_due`."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation, or a one-way message (one turn by the agent)."""

    id: str
    language: Language
    turns: tuple[Turn, ...]
    channel: str = "call"
    audience: str = "unknown"
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True, slots=True)
class Finding:
    """One code on one agent turn. `quote` is a verbatim part of the turn; `because` says what decided."""

    code: Code
    turn: int
    quote: str
    severity: str
    clause: str
    instead: str
    score: float = 1.0
    because: tuple[str, ...] = ()

    def as_json(self) -> dict[str, str | int]:
        """The contract's form."""
        return {
            "code": self.code.value,
            "turn": self.turn,
            "quote": self.quote,
            "severity": self.severity,
            "clause": self.clause,
            "instead": self.instead,
        }


@dataclass(frozen=True, slots=True)
class Review:
    """What was found in one conversation. `duty_turns` names the turn that shows a duty done, where one does."""

    id: str
    findings: tuple[Finding, ...]
    duties: dict[str, bool | None]
    abuse_by_other_party: tuple[tuple[int, str], ...]
    duty_turns: dict[str, int] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        """True where a message with these findings must not be sent."""
        return any(finding.severity == "block" for finding in self.findings)

    def as_json(self) -> dict[str, object]:
        """The contract's output line."""
        return {
            "id": self.id,
            "findings": [finding.as_json() for finding in self.findings],
            "duties": dict(self.duties),
            "abuse_by_other_party": [{"turn": turn, "quote": quote} for turn, quote in self.abuse_by_other_party],
        }

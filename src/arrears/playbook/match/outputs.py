"""What a match answers, and which column of the weights speaks for what."""

from __future__ import annotations

from dataclasses import dataclass

CARDS = tuple(f"X{number}" for number in range(1, 15))
RIGHTS = ("dispute", "stop_contact", "represented", "complaint", "proof_requested")

SHOWN_MAX = 3
"""Cards in an answer, at most."""

# Columns of the matrix: one of fifteen (none, then the cards), then each output against all else, twice.
CHOICE = slice(0, 1 + len(CARDS))
SINGLE = (*CARDS, "any", "vulnerable", *RIGHTS)
LOGISTIC = slice(CHOICE.stop, CHOICE.stop + len(SINGLE))
MARGIN = slice(LOGISTIC.stop, LOGISTIC.stop + len(SINGLE))
COLUMNS = MARGIN.stop
ANY = len(CARDS)
VULNERABLE = ANY + 1
FIRST_RIGHT = VULNERABLE + 1


@dataclass(frozen=True, slots=True)
class CardScore:
    """One card and how well it fits, 0 to 1 (calibrated on texts that were not trained on)."""

    card: str
    score: float


@dataclass(frozen=True, slots=True)
class Matched:
    """What a text shows: cards (best first, none where none fits), vulnerability, rights exercised."""

    cards: tuple[CardScore, ...]
    vulnerable: bool
    rights: tuple[str, ...]
    vulnerable_score: float
    right_scores: tuple[float, ...]
    """In the order of RIGHTS."""

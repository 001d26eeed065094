"""
The cards: what a good collector knows about a reason, a person, a habit of talk or an age of a case.

    deck = read_deck(clauses, review)
    deck.card("X1").wordings("first_call", "ask_payment")
"""

from __future__ import annotations

from arrears.playbook.cards.card import (
    AUDIENCES,
    CARD_IDS,
    KINDS,
    OFFERS,
    REFERRED_TO,
    SLOTS,
    TASKS,
    TONES,
    Card,
    Deck,
    DeckRefused,
    Never,
    Refer,
    Say,
    Words,
    fill,
)
from arrears.playbook.cards.read_deck import DATA, read_deck

__all__ = [
    "AUDIENCES",
    "CARD_IDS",
    "DATA",
    "KINDS",
    "OFFERS",
    "REFERRED_TO",
    "SLOTS",
    "TASKS",
    "TONES",
    "Card",
    "Deck",
    "DeckRefused",
    "Never",
    "Refer",
    "Say",
    "Words",
    "fill",
    "read_deck",
]

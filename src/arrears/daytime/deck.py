"""
The cards, checked as they are read: by the conduct review, and by the law packs that they cite.

Reads:  the cards shipped, or a lender's own folder; all law packs
Gives:  (Deck, Law)
Never:  hands out a card that may not be used: DeckRefused lists every fault.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from arrears.conduct.review import objections
from arrears.law.load import Law, load_law, pack_names
from arrears.playbook.cards import DATA, Deck, read_deck

UNDATED = date.min
"""A day of run on which no reading is stale: a clause is looked up, nothing is decided by it."""


@lru_cache(maxsize=2)
def checked_deck(folder: Path = DATA) -> tuple[Deck, Law]:
    """The cards of the folder with the law they cite, read once. Raises DeckRefused."""
    law = load_law(pack_names(), UNDATED)
    return read_deck({provision.id for provision in law.provisions}, objections, folder), law

"""
When somebody tends to answer: their own history by parts of the day, with how little it may mean.

Reads:  calls that were made (local hour, whether somebody was reached), the lawful hours of the day
Gives:  Window per part of the day that is open, those most likely first
Never:  names a best hour on a handful of calls without its interval, or counts an hour the law closes. Reaching
        somebody is the aim; wearing them down is none.

Source: rows C1 and L4, less what L4 says of annoying people. The interval is Wilson's (1927) for a proportion, at 90 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

PARTS = ((0, 8), (8, 10), (10, 12), (12, 14), (14, 17), (17, 19), (19, 22), (22, 24))
"""Parts of the day as [first hour, after): meals and the way home set them apart."""
Z = 1.645


@dataclass(frozen=True, slots=True)
class Window:
    """Hours as [first, after), where the borrower is; `low` to `high` is where the share reached may truly lie."""

    first: int
    after: int
    calls: int
    reached: int
    low: float
    high: float


def best_hours(calls: Sequence[tuple[int, bool]], opens: int, closes: int) -> tuple[Window, ...]:
    """
    `calls` are (hour of the day, reached); `opens` and `closes` bound the lawful hours. Parts without a call are left
    out: nothing is known of them.
    """
    found = []
    for first, after in PARTS:
        first, after = max(first, opens), min(after, closes)
        reached = [was for hour, was in calls if first <= hour < after]
        if first < after and reached:
            found.append(Window(first, after, len(reached), sum(reached), *interval(sum(reached), len(reached))))
    return tuple(sorted(found, key=lambda one: (-one.low, -one.calls, one.first)))


def interval(hits: int, of: int) -> tuple[float, float]:
    """Wilson's interval of a proportion; (0, 1) where nothing was tried."""
    if of == 0:
        return 0.0, 1.0
    share, spread = hits / of, Z * Z / of
    centre = share + spread / 2
    half = Z * sqrt(share * (1 - share) / of + spread / (4 * of))
    return max(0.0, (centre - half) / (1 + spread)), min(1.0, (centre + half) / (1 + spread))

"""
The numbers of the law, read from the provision files: no rule here has a number of its own.

Comes in: the id of a provision and the name of a figure. Goes out: the figure as the file has it.
Raises: KeyError naming both, when a provision file lost a figure that a rule asks for: that is a broken build.
"""

from __future__ import annotations

from datetime import date, time
from typing import Any

from arrears.law.audit.load import provisions


def figure(provision: str, name: str) -> Any:
    """One figure of a provision, from whichever of its tables holds it."""
    body = provisions(provision.split(".", 1)[0])[provision]
    tables = [table for table in body.values() if isinstance(table, dict)]
    tables += [inner for table in tables for inner in table.values() if isinstance(inner, dict)]
    for table in tables:
        if name in table:
            return table[name]
    raise KeyError(f"{provision} has no {name}")


def number(provision: str, name: str) -> int:
    return int(figure(provision, name))


def names(provision: str, name: str) -> tuple[str, ...]:
    return tuple(str(entry) for entry in figure(provision, name))


def clock(provision: str, name: str) -> time:
    given = figure(provision, name)
    return given if isinstance(given, time) else time.fromisoformat(str(given))


def clause_of(provision: str) -> str:
    return str(provisions(provision.split(".", 1)[0])[provision]["citation"])


def force_of(provision: str) -> str:
    return str(provisions(provision.split(".", 1)[0])[provision]["force"])


def in_force_from(provision: str) -> date:
    first = provisions(provision.split(".", 1)[0])[provision]["in_force"]["from"]
    return first if isinstance(first, date) else date.fromisoformat(str(first))

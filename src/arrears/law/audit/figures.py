"""
The numbers of the law, read from the provision files: no rule here has a number of its own.

Comes in: the id of a provision and the name of a figure. Goes out: the figure as the file has it.
Raises: KeyError naming both, when a provision file lost a figure that a rule asks for: that is a broken build.
"""

from __future__ import annotations

import tomllib
from datetime import time
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any


@lru_cache(maxsize=8)
def provisions(pack: str) -> dict[str, dict[str, Any]]:
    """Every provision of a pack by id, the latest version last written winning."""
    found: dict[str, dict[str, Any]] = {}
    _walk(files("arrears.law").joinpath("packs", pack), found)
    return found


def _walk(folder: Traversable, found: dict[str, dict[str, Any]]) -> None:
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_dir():
            _walk(entry, found)
        elif entry.name.endswith(".toml") and not entry.name.endswith(".cases.toml"):
            body = tomllib.loads(entry.read_text(encoding="utf-8"))
            if "id" in body:
                found[str(body["id"])] = body


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

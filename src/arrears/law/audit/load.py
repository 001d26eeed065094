"""
The provision files of a pack as the audit reads them: figures, clauses and force by id.

The one file of the audit that touches a disk, and only packs. Whether a pack may be trusted (sources, days, gaps,
stale readings, cases) is for `arrears.law.load.load_law`, which the tests and `arrears law check` run over it.
"""

from __future__ import annotations

import tomllib
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

"""
The home directory: kept from other users of the machine, and a demo's kept apart from a lender's.

Reads:  --home and --database as given
Gives:  the home, made private; the URL of its store; whether it is a demo's
Never:  takes a directory for a demo's that the demo did not make
"""

from __future__ import annotations

import json
from pathlib import Path

from arrears.kernel.problem import Problem, Unusable

DEMO_MARK = "demo.json"
_OURS = ("arrears.db", "books", "nights", "evidence.key", DEMO_MARK)
_OTHERS = 0o077


def private_home(home: Path) -> Path:
    """The home, made where it is not there; nobody else on this machine may look into it."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    if home.stat().st_mode & _OTHERS and (any((home / name).exists() for name in _OURS) or not any(home.iterdir())):
        home.chmod(0o700)
    for file in (*home.glob("arrears.db*"), *home.glob("evidence.key")):
        if file.stat().st_mode & _OTHERS:
            file.chmod(0o600)
    return home


def store_url(home: Path, database: str | None) -> str:
    """The store that is named, or the one in the home."""
    return database or f"sqlite:///{home / 'arrears.db'}"


def is_demo(home: Path, database: str | None) -> bool:
    """Whether this is a demo's home with the demo's own store. With another store it is that store that counts."""
    return (home / DEMO_MARK).is_file() and database in (None, store_url(home, None))


def demo_home(home: Path) -> Path:
    """A home for a demo: its own from before, or a new one. Raises Unusable for a directory of anybody else."""
    if not (home / DEMO_MARK).is_file():
        if home.exists() and (not home.is_dir() or any(home.iterdir())):
            raise Unusable(
                Problem(
                    code="not_a_demo_home",
                    where=str(home),
                    what="there is something here that no demo made.",
                    why="A demo puts made-up people and users with a published password into its home.",
                    fix="Give --home a directory that does not exist yet.",
                )
            )
        private_home(home)
        (home / DEMO_MARK).write_text(json.dumps({"made_by": "arrears demo"}) + "\n", encoding="utf-8")
    return private_home(home)

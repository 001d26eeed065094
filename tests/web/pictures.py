"""
Which pages the pictures of the docs show, and whether those pages have changed since they were taken.

A page is its templates, those it shares with all, and the styles; `docs/screenshots/taken.json` keeps the digest of
each as it was when `make screenshots` took the pictures.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "screenshots"
TAKEN = PICTURES / "taken.json"
WEB = ROOT / "src" / "arrears" / "web"
SHARED = ("parts", "static/css")
PAGES = {
    "queue": ("queue",),
    "case": ("case",),
    "call": ("case",),
    "refused": ("case",),
    "night": ("night",),
    "tutorial": ("sign_in", "queue", "case", "holds", "night"),
}
"""The name a picture (or its folder) begins with, and the folders of its page."""


def digests() -> dict[str, str]:
    """SHA-256 of every page as it is now."""
    return {name: _digest((*folders, *SHARED)) for name, folders in PAGES.items()}


def _digest(folders: tuple[str, ...]) -> str:
    made = hashlib.sha256()
    for folder in folders:
        for path in sorted((WEB / folder).rglob("*")):
            if path.suffix in (".html", ".css"):
                made.update(path.relative_to(WEB).as_posix().encode() + b"\0" + path.read_bytes())
    return made.hexdigest()[:16]


def shown_pages() -> set[str]:
    """The pages of which there is a picture."""
    files = {path.name.partition("-")[0] for path in PICTURES.glob("*.png")}
    return files | {path.name for path in PICTURES.iterdir() if path.is_dir()}


def remember(*names: str) -> None:
    """Keep the digests of the pages whose pictures were just taken."""
    kept = json.loads(TAKEN.read_text(encoding="utf-8")) if TAKEN.exists() else {}
    now = digests()
    kept |= {name: now[name] for name in names}
    TAKEN.write_text(json.dumps(dict(sorted(kept.items())), indent=1) + "\n", encoding="utf-8")

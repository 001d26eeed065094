"""
An argument that is the name of something shipped or the path of a file of one's own.

Never: looks at the disk. A folder or file that happens to be called like a shipped mapping must not hide it.
"""

from __future__ import annotations

from pathlib import Path


def is_path(given: str | Path) -> bool:
    """Whether it has a separator or a suffix: "./berka" and "berka.toml" are paths, "berka" is a name."""
    text = str(given)
    return "/" in text or "\\" in text or bool(Path(text).suffix) or text in (".", "..")

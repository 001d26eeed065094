"""
Files that are kept as they came, by their own hash: written once, readable by their owner, never changed.

Reads:  bytes, a folder
Gives:  Kept: hash, size and kind; the bytes again, or None where they are gone or are not what they were
Never:  trusts a file's name or what it says it is: the kind is read from its first bytes.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

FOLDER = "documents"
"""Their place in the home."""
LARGEST = 20_000_000
"""Bytes: a dozen photographed pages."""
KINDS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


@dataclass(frozen=True, slots=True)
class Kept:
    """SHA-256 in hex, size in bytes, media type."""

    sha256: str
    size: int
    media_type: str


def media_type_of(data: bytes) -> str | None:
    """PDF, PNG or JPEG by its first bytes; None for anything else."""
    return next((kind for start, kind in KINDS if data.startswith(start)), None)


def keep(folder: Path, data: bytes, media_type: str) -> Kept:
    """Write the bytes once, durably; the same bytes again are the same file."""
    kept = Kept(hashlib.sha256(data).hexdigest(), len(data), media_type)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = folder / kept.sha256
    if not place.exists():
        part = folder / f".{kept.sha256}.{secrets.token_hex(4)}"
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(place)
        finally:
            part.unlink(missing_ok=True)
    return kept


def read_kept(folder: Path, sha256: str) -> bytes | None:
    """The bytes of that hash; None where they are missing or no longer give it."""
    try:
        data = (folder / sha256).read_bytes()
    except FileNotFoundError:
        return None
    return data if hashlib.sha256(data).hexdigest() == sha256 else None

"""A small log with its checkpoints, an original, a disclosed value, and the two bundles made of it."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from arrears.evidence.bundle import Bundle, Opening, Original, seal, write_bundle
from arrears.evidence.log import SigningKey, commit
from arrears.evidence.tree import Tree, leaf_hash
from arrears.evidence.verify import Report, verify
from arrears.kernel.fact import Fact

KEY = SigningKey("lender.example/evidence", bytes(range(32)))
STRANGER = SigningKey("lender.example/evidence", bytes(range(1, 33)))
SALT = bytes(range(100, 132))
RECORDING = b"fLaC" + bytes(20)
NAME, PART = "张三", "借款人：承诺三月十日付款"


def fact(number: int) -> bytes:
    body = {
        "attempt_id": f"a-{number}",
        "person": commit(NAME, SALT) if number == 3 else None,
        "recording": hashlib.sha256(RECORDING).hexdigest() if number == 4 else None,
    }
    at = datetime(2026, 3, 5, 1, tzinfo=UTC) + timedelta(minutes=number)
    return Fact("attempt_permitted", at, body).canonical()


ENTRIES = [fact(number) for number in range(9)]
SIZES = (4, 7, 9)


def tree_of(entries: Sequence[bytes]) -> Tree:
    return Tree(leaf_hash(entry) for entry in entries)


def checkpoints(entries: Sequence[bytes] = ENTRIES, key: SigningKey = KEY, sizes: Sequence[int] = SIZES) -> list[bytes]:
    return [key.sign_checkpoint(size, tree_of(entries).root(size)) for size in sizes]


def bundled(entries: Sequence[bytes] = ENTRIES, *, part: Sequence[int] | None = None, key: SigningKey = KEY) -> bytes:
    """The whole log, or with `part` these entries of it with their proofs."""
    target = io.BytesIO()
    write_bundle(
        target,
        Bundle(
            key=key,
            entries=[(index, entries[index]) for index in (range(len(entries)) if part is None else part)],
            checkpoints=checkpoints(entries, key),
            tree=None if part is None else tree_of(entries),
            originals={"call.flac": Original(RECORDING, 4)},
            openings=[Opening(3, ("body", "person"), NAME, SALT)],
            subject="C-1",
        ),
    )
    return target.getvalue()


WHOLE = bundled()
SLICE = bundled(part=(2, 3, 4, 8))


def contents_of(bundle: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(bundle)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def resealed(bundle: bytes, change: Callable[[dict[str, bytes]], object], key: SigningKey = KEY) -> bytes:
    """The bundle after `change` of its contents by someone who can sign a manifest but not change the log's past."""
    contents = contents_of(bundle)
    change(contents)
    target = io.BytesIO()
    inside = {name: content for name, content in contents.items() if not name.startswith("manifest.")}
    seal(target, key, inside, recorded={"files/call.flac": 4} if "files/call.flac" in inside else {}, subject="C-1")
    return target.getvalue()


def verified(
    tmp_path: Path, bundle: bytes, *, key: str | None = None, kept: Mapping[str, bytes] | None = None
) -> Report:
    file = tmp_path / "bundle.zip"
    file.write_bytes(bundle)
    return verify(file, key, kept)

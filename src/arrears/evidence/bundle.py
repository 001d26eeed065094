"""
A bundle: one zip that a court, an examiner or the borrower verifies with nothing but Python.

Reads:  entries of the log, its tree and checkpoints, the signing key, originals and what may be disclosed
Gives:  the zip, of which the same state always gives the same bytes
Never:  chooses what belongs to a case or draws its pages; that is for whoever asks for the bundle

Format: docs/concepts/evidence.md.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files as packed
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import BinaryIO, TypeAlias

import rfc8785

from arrears.evidence.log import SigningKey, checkpoint_files, export_line, size_of_checkpoint
from arrears.evidence.tree import Tree
from arrears.kernel.fact import Json

FORMAT = "arrears-evidence/1"
LARGEST = (1 << 32) - 1
"""A zip without extensions addresses 4 GiB. A larger case is split over several bundles of the same checkpoint."""

READ_ME = """\
这是一份可独立核验的催收证据包。核验只需要 Python 3.11，不联网：
    python verify.py 本文件.zip --key 公布的公钥
verify.py 请取自您信任的来源；包内附有一份，以备查阅。

This is a bundle of collection evidence that anyone can verify, with Python 3.11 and no network:
    python verify.py THIS_FILE.zip --key PUBLISHED_KEY
Take verify.py from a source you trust; the copy inside is for convenience.
"""

Content: TypeAlias = bytes | Path


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was received, and the entry of the log that recorded its SHA-256 (None: no entry did)."""

    content: Content
    entry: int | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """A value that entry `index` committed to at `path` ("body", "name"), with its salt, where it may be disclosed."""

    index: int
    path: Sequence[str]
    value: Json
    salt: bytes


@dataclass(frozen=True, slots=True)
class Bundle:
    """
    What goes in. `entries` are (index, canonical bytes), ascending: the whole log from 0, or with `tree` (the tree of
    the whole log) any part of it, each entry then with its proof. `checkpoints` are signed notes; the largest has to
    cover every entry. `originals` are by path inside the bundle, under `files/`.
    """

    key: SigningKey
    entries: Sequence[tuple[int, bytes]]
    checkpoints: Sequence[bytes]
    tree: Tree | None = None
    originals: Mapping[str, Original] = field(default_factory=dict)
    openings: Sequence[Opening] = ()
    subject: str = ""


def write_bundle(target: BinaryIO, bundle: Bundle) -> None:
    """Write the zip. Raises ValueError, before anything is written, where the parts do not fit each other."""
    recorded = {f"files/{name}": one.entry for name, one in bundle.originals.items() if one.entry is not None}
    seal(target, bundle.key, _contents(bundle), recorded=recorded, subject=bundle.subject)


def seal(
    target: BinaryIO,
    key: SigningKey,
    contents: Mapping[str, Content],
    *,
    recorded: Mapping[str, int],
    subject: str,
) -> None:
    """
    Write a zip of any contents behind a signed manifest of them. `recorded` says which entry of the log recorded the
    hash of which file. Whether the contents are true is not looked at: that is the verifier's part.
    """
    listed: dict[str, Json] = {}
    for name, content in contents.items():
        digest, size = hashlib.sha256(), 0
        for chunk in _chunks(content):
            digest.update(chunk)
            size += len(chunk)
        said: dict[str, Json] = {"sha256": digest.hexdigest(), "size": size}
        listed[name] = said | ({"entry": recorded[name]} if name in recorded else {})
    manifest = rfc8785.dumps({"bundle": FORMAT, "files": listed, "subject": subject})
    signed = f"{FORMAT} manifest\n{key.name}\n{hashlib.sha256(manifest).hexdigest()}\n"
    _write_zip(target, {"manifest.json": manifest, "manifest.note": key.sign_note(signed), **contents})


def _contents(bundle: Bundle) -> dict[str, Content]:
    """Every file but the manifest, in the order of their names."""
    newest = max((size_of_checkpoint(note) for note in bundle.checkpoints), default=0)
    indices = [index for index, _ in bundle.entries]
    if not indices or indices[-1] >= newest:
        raise ValueError(
            f"the newest checkpoint covers {newest} entries: sign one that covers every entry of the bundle"
        )
    if bundle.tree is None and indices != list(range(newest)):
        raise ValueError("a part of a log needs its tree: without proofs a bundle holds every entry from 0")

    contents: dict[str, Content] = {
        "READ-ME.txt": READ_ME.encode(),
        "key": f"{bundle.key.public_text}\n".encode(),
        "log.jsonl": b"".join(export_line(index, data) for index, data in bundle.entries),
        "verify.py": packed("arrears.evidence").joinpath("verify.py").read_bytes(),
        **checkpoint_files(bundle.checkpoints),
    }
    if bundle.tree is not None:
        contents["inclusion.jsonl"] = _lines(
            {"index": index, "proof": [each.hex() for each in bundle.tree.inclusion(index, newest)]}
            for index in indices
        )
        contents["consistency.jsonl"] = _lines(_steps(bundle.tree, bundle.checkpoints))
    if bundle.openings:
        contents["openings.jsonl"] = _lines(
            {"index": one.index, "path": list(one.path), "salt": one.salt.hex(), "value": one.value}
            for one in bundle.openings
        )
    for name, original in bundle.originals.items():
        parts = PurePosixPath(name).parts
        if not parts or name != "/".join(parts) or ".." in parts or name.startswith("/") or "\\" in name:
            raise ValueError(f"{name!r} can't be the path of an original: write it without .., \\ or a leading /")
        contents[f"files/{name}"] = original.content
    return dict(sorted(contents.items()))


def _steps(tree: Tree, checkpoints: Iterable[bytes]) -> Iterator[dict[str, Json]]:
    """The proof from each checkpoint to the next larger one."""
    sizes = sorted({size_of_checkpoint(note) for note in checkpoints} - {0})
    for smaller, larger in pairwise(sizes):
        yield {"from": smaller, "proof": [each.hex() for each in tree.consistency(smaller, larger)], "to": larger}


def _lines(values: Iterable[Mapping[str, Json]]) -> bytes:
    return b"".join(rfc8785.dumps(dict(value)) + b"\n" for value in values)


@contextmanager
def _opened(content: Content) -> Iterator[BinaryIO]:
    if isinstance(content, bytes):
        yield io.BytesIO(content)
    else:
        with content.open("rb") as file:
            yield file


def _chunks(content: Content) -> Iterator[bytes]:
    with _opened(content) as file:
        while chunk := file.read(1 << 20):
            yield chunk


# The zip. Stored, never compressed, no time but 1980-01-01, names in UTF-8: so it has one form, which the verifier
# holds it to byte for byte. (zipfile would write fields that differ between its versions.)

_DAY_ONE = 0x21
_VERSION, _UTF8 = 20, 0x800


def _write_zip(target: BinaryIO, contents: Mapping[str, Content]) -> None:
    directory, offset = b"", 0
    for name, content in contents.items():
        crc, size = 0, 0
        for chunk in _chunks(content):
            crc, size = zlib.crc32(chunk, crc), size + len(chunk)
        path = name.encode()
        if offset + size + 1024 + len(directory) > LARGEST:
            raise ValueError("the bundle would be larger than 4 GiB: split its originals over several bundles")
        common = struct.pack("<5H3I2H", _VERSION, _UTF8, 0, 0, _DAY_ONE, crc, size, size, len(path), 0)
        target.write(b"PK\x03\x04" + common + path)
        for chunk in _chunks(content):
            target.write(chunk)
        directory += b"PK\x01\x02" + struct.pack("<H", _VERSION) + common
        directory += struct.pack("<3H2I", 0, 0, 0, 0, offset) + path
        offset += 30 + len(path) + size
    count, mark = len(contents), FORMAT.encode()
    target.write(directory)
    target.write(struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, len(directory), offset, len(mark)) + mark)

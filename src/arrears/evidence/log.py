"""
The log as others see it: its key, its checkpoints, its commitments, and the folder it is exported to.

Reads:  entries as the store keeps them (canonical JSON bytes, in order), a size and a root, a signing key
Gives:  signed notes (C2SP signed-note), checkpoints (C2SP tlog-checkpoint), commitments, export files
Never:  decides where a key lies (the command line does), draws randomness, or checks anything (`verify.py` does)

Formats: docs/concepts/evidence.md. The writer shares no code with the verifier; tests hold the two together.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from arrears.evidence.tree import Tree, leaf_hash
from arrears.kernel.fact import Json

SALT_BYTES = 32

_ED25519 = b"\x01"
_COMMITMENT = b"\x02"
_NAME = re.compile(r"[^\s+]+")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The log's Ed25519 key. `name` is the log's origin, a name that nobody else uses: `lender.example/evidence`."""

    name: str
    seed: bytes
    """32 secret bytes."""

    def __post_init__(self) -> None:
        if _NAME.fullmatch(self.name) is None:
            raise ValueError(f"{self.name!r} can't name a log: no spaces, no plus sign, and at least one character")
        if len(self.seed) != 32:
            raise ValueError(f"the seed of an Ed25519 key has 32 bytes, not {len(self.seed)}")

    def __repr__(self) -> str:
        return f"SigningKey({self.public_text!r})"

    @property
    def _public(self) -> bytes:
        return _ED25519 + Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()

    @property
    def _id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + self._public).digest()[:4]

    @property
    def public_text(self) -> str:
        """What anyone may have, and a verifier needs: name+id+base64."""
        return f"{self.name}+{self._id.hex()}+{_base64(self._public)}"

    @property
    def secret_text(self) -> str:
        """What only the log's keeper may have."""
        return f"PRIVATE+KEY+{self.name}+{self._id.hex()}+{_base64(_ED25519 + self.seed)}"

    @classmethod
    def from_secret_text(cls, text: str) -> SigningKey:
        """The key of `secret_text`. ValueError where it is anything else; the message never shows it."""
        match = re.fullmatch(r"PRIVATE\+KEY\+([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)", text.strip())
        if match is None:
            raise ValueError("this is no signing key: one line PRIVATE+KEY+name+id+base64 is expected")
        data = base64.b64decode(match[3])
        key = cls(match[1], data[1:])
        if data[:1] != _ED25519 or key._id.hex() != match[2]:
            raise ValueError(f"the signing key of {match[1]} does not fit its id: restore it from a copy")
        return key

    def sign_note(self, text: str) -> bytes:
        """A signed note: `text` (which ends with a newline), a blank line, one signature line."""
        if not text.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f]", text):
            raise ValueError("the text of a note ends with a newline and has no other control character")
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"{text}\n— {self.name} {_base64(self._id + signature)}\n".encode()

    def sign_checkpoint(self, size: int, root: bytes) -> bytes:
        """The signed statement that this log has `size` entries and this root."""
        return self.sign_note(f"{self.name}\n{size}\n{_base64(root)}\n")


def size_of_checkpoint(note: bytes) -> int:
    """How many entries a checkpoint of our own covers (nothing is verified)."""
    return int(note.split(b"\n")[1])


def commit(value: Json, salt: bytes) -> str:
    """
    What a fact holds in place of personal data: SHA-256 of 0x02, 32 random bytes of salt and the canonical value.

    Value and salt stay in the store. While they are there the entry can be opened; erase them, and the entry
    still verifies and says nothing about the person.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} random bytes, this one has {len(salt)}")
    return hashlib.sha256(_COMMITMENT + salt + rfc8785.dumps(value)).hexdigest()


def export_line(index: int, data: bytes) -> bytes:
    """One line of log.jsonl: the entry's index, its canonical JSON as text, and its leaf hash."""
    line = {"index": index, "leaf": data.decode(), "leaf_hash": leaf_hash(data).hex()}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def checkpoint_files(checkpoints: Iterable[bytes]) -> dict[str, bytes]:
    """Checkpoints by the name of their file: the newest is `checkpoint`, the others lie in `checkpoints/` by size."""
    by_size = {size_of_checkpoint(note): note for note in checkpoints}
    newest = max(by_size, default=None)
    return {
        "checkpoint" if size == newest else f"checkpoints/{size:020d}": note for size, note in sorted(by_size.items())
    }


def export_log(folder: Path, entries: Iterable[bytes], checkpoints: Iterable[bytes], public_text: str) -> Tree:
    """
    Write a log to a new folder as the verifier reads it: log.jsonl, checkpoint, checkpoints/…, key. Entries come in
    order from 0 and are written as they come. Gives their tree. Raises FileExistsError where the folder is there.
    """
    folder.mkdir(parents=True)
    tree = Tree()
    with (folder / "log.jsonl").open("xb") as lines:
        for index, data in enumerate(entries):
            lines.write(export_line(index, data))
            tree.append(leaf_hash(data))
    write_files(folder, {**checkpoint_files(checkpoints), "key": f"{public_text}\n".encode()})
    return tree


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Files by name into a folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()

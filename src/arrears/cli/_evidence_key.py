"""
Where the log's signing key lies: HOME/evidence.key, readable by its owner alone, beside HOME/evidence.pub.

A key is made once and never replaced: with another key no later checkpoint would follow from an earlier one. Keep a
copy of evidence.key apart from the machine, and publish evidence.pub where an examiner finds it without asking you.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from arrears.cli._home import private_home
from arrears.evidence.log import SigningKey
from arrears.kernel.problem import Problem, Unusable

SECRET, PUBLIC = "evidence.key", "evidence.pub"


def public_key(home: Path) -> str | None:
    """
    The public key in `home`, as text; None where no key was published there. Where the secret key can be read too, it
    says what the public one is: a file that somebody put in its place does not.
    """
    path = home / PUBLIC
    if not path.exists():
        return None
    if os.access(home / SECRET, os.R_OK):
        with suppress(Unusable):
            return signing_key(home).public_text
    return path.read_text(encoding="utf-8").strip()


def signing_key(home: Path) -> SigningKey:
    """The key in `home`. Raises Unusable where there is none, or where the file holds something else."""
    path = home / SECRET
    try:
        return SigningKey.from_secret_text(path.read_text(encoding="utf-8"))
    except FileNotFoundError as fault:
        raise Unusable(
            Problem(
                code="evidence_key_missing",
                where=str(path),
                what="There is no signing key.",
                why="A checkpoint that nobody signed says nothing to anyone else.",
                fix="Make one with `arrears evidence key`, or restore yours from its copy.",
            )
        ) from fault
    except (OSError, ValueError) as fault:
        raise Unusable(
            Problem(
                code="evidence_key_unusable",
                where=str(path),
                what=f"The signing key can't be used: {fault}",
                why="The log has to be signed with the key that signed it before.",
                fix="Restore the file from its copy; making another key would end this log.",
            )
        ) from fault


def made_key(home: Path, name: str | None) -> SigningKey:
    """The key in `home`, made now where there is none. Without a name the log is named by its own key."""
    path = home / SECRET
    if path.exists():
        return signing_key(home)
    seed = secrets.token_bytes(32)
    key = SigningKey(name or f"arrears-log-{hashlib.sha256(b'name' + seed).hexdigest()[:16]}", seed)
    private_home(home)
    # Readable by its owner from the first instant, and never half-written under its own name.
    draft = path.with_suffix(".new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(key.secret_text + "\n")
        file.flush()
        os.fsync(file.fileno())
    (home / PUBLIC).write_text(key.public_text + "\n", encoding="utf-8")
    try:
        # Not a rename: of two that make a key at once, one must lose.
        path.hardlink_to(draft)
    except FileExistsError:
        key = signing_key(home)
        (home / PUBLIC).write_text(key.public_text + "\n", encoding="utf-8")
    finally:
        draft.unlink(missing_ok=True)
    return key

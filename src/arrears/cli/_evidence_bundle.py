"""One person's part of the log as a bundle that an outsider verifies, or the whole log with what was received."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from arrears.kernel.problem import Problem, Unusable

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from arrears.evidence.bundle import Bundle, Opening, Original
    from arrears.evidence.log import SigningKey
    from arrears.store.open import Store


def write(
    store: Store, signer: SigningKey, out: Path, *, person: str | None, files: Sequence[Path], disclose: bool
) -> int:
    """Sign the head, gather and write the zip; how many entries are in it. Raises Unusable, and then writes nothing."""
    from arrears.cli.evidence import signed_head
    from arrears.evidence.bundle import write_bundle

    if out.exists():
        raise _unusable("bundle_exists", str(out), "There is something here already.", "Name a file that is not there.")
    signed_head(store, signer)
    with store.read() as connection:
        bundle = _gathered(connection, signer, person, files, disclose)
    draft = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        with draft.open("xb") as target:
            write_bundle(target, bundle)
        draft.rename(out)
    except ValueError as fault:
        raise _unusable("bundle_does_not_fit", str(out), f"{fault}.", "Give other files, or another name.") from fault
    finally:
        draft.unlink(missing_ok=True)
    return len(bundle.entries)


def _gathered(
    connection: Connection, signer: SigningKey, person: str | None, files: Sequence[Path], disclose: bool
) -> Bundle:
    from arrears.evidence.bundle import Bundle, Opening
    from arrears.evidence.tree import Tree
    from arrears.store import evidence as log
    from arrears.store.person_entries import entries_of, is_known, openings_of

    size = log.head(connection).size
    notes = [note.encode() for kept, note in log.checkpoints(connection) if kept <= size]
    if person is None:
        entries = list(log.entries(connection))
    elif is_known(connection, person):
        entries = entries_of(connection, person)
    else:
        raise _unusable("person_unknown", person, "Nobody of that id is in the store.", "Give the id of the book.")
    if not entries:
        raise _unusable("nothing_to_bundle", person or "log", "No entry speaks of it.", "Choose another person.")
    openings: list[Opening] = []
    if disclose:
        openings = [
            Opening(one.index, ("body", one.name), one.value, one.salt) for one in openings_of(connection, entries)
        ]
    return Bundle(
        key=signer,
        entries=entries,
        checkpoints=notes,
        tree=None if person is None else Tree(log.leaf_hashes(connection, size)),
        originals=_originals(files, entries),
        openings=openings,
        subject=person or "log",
    )


def _originals(files: Sequence[Path], entries: Sequence[tuple[int, bytes]]) -> dict[str, Original]:
    """Files by their names, each with the entry that carries its SHA-256, where one of these does."""
    from arrears.book.read import file_sha256
    from arrears.evidence.bundle import Original

    found: dict[str, Original] = {}
    for file in files:
        if not file.is_file():
            raise _unusable("file_missing", str(file), "There is no such file.", "Correct the path.")
        if file.name in found:
            raise _unusable("file_twice", str(file), "Two files have this name.", "Give each its own name.")
        digest = file_sha256(file).encode()
        recorded = next((index for index, data in entries if digest in data), None)
        found[file.name] = Original(file, recorded)
    return found


def _unusable(code: str, where: str, what: str, fix: str) -> Unusable:
    why = "A bundle holds exactly what it says."
    return Unusable(Problem(code=code, where=where, what=what, why=why, fix=fix))

"""
The evidence log in the store: append in the transaction that makes a fact true, and read it back.

Reads:  facts, each with the id of the row it is about
Gives:  entries with an index that has no gap, the size and root of the log, and its lines as the verifier reads them
Never:  changes or removes an entry; commits. The caller's transaction makes row and entry true together, or neither.

The one row of `evidence_head` is locked from the append to the commit, so append last: it is what gives every
entry the next index and keeps the compact range (evidence.tree) in step with the entries.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from arrears.evidence.tree import HASH_SIZE, Range, extend, leaf_hash, root_from_range
from arrears.evidence.verify import entry_line
from arrears.kernel.fact import Fact
from arrears.store.schema import evidence_checkpoints, evidence_entries, evidence_head

_NODE_SIZE = 1 + HASH_SIZE


@dataclass(frozen=True, slots=True)
class About:
    """A fact and the id of the row that it made true."""

    about: str
    fact: Fact


@dataclass(frozen=True, slots=True)
class Head:
    """How many entries the log has, and the RFC 9162 root over them."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Grown:
    """What an append writes: the rows of the entries and the values of the head. Writing them is the caller's."""

    entries: list[dict[str, Any]]
    head: dict[str, Any]


_LOCKED_HEAD = select(evidence_head.c.size, evidence_head.c.compact_range).with_for_update()
# Those who wait for a row that changes under them are overtaken by those who come later; an advisory lock is a queue.
_TURN = select(func.pg_advisory_xact_lock(0x61727265617273))
_ADD_ENTRIES = insert(evidence_entries)


def next_entries(connection: Connection, facts: Sequence[About]) -> Grown:
    """Lock the head and work out what appending these facts writes, for a verb that writes it with its own rows."""
    if connection.dialect.name == "postgresql":
        connection.execute(_TURN)
    size, kept = connection.execute(_LOCKED_HEAD).one()
    entries = [each.fact.canonical() for each in facts]
    leaves = [leaf_hash(entry) for entry in entries]
    grown = extend(range_from_bytes(kept), leaves)
    rows = [
        {
            "entry_index": size + place,
            "kind": each.fact.kind,
            "about": each.about,
            "at": each.fact.at,
            "leaf_hash": leaf,
            "data": entry,
        }
        for place, (each, leaf, entry) in enumerate(zip(facts, leaves, entries, strict=True))
    ]
    return Grown(
        rows, {"size": size + len(rows), "root": root_from_range(grown), "compact_range": range_to_bytes(grown)}
    )


def append(connection: Connection, facts: Sequence[About]) -> range:
    """The indexes that the facts got, in their order."""
    if not facts:
        return range(0)
    grown = next_entries(connection, facts)
    connection.execute(_ADD_ENTRIES, grown.entries)
    connection.execute(update(evidence_head).values(grown.head))
    size: int = grown.head["size"]
    return range(size - len(facts), size)


def head(connection: Connection) -> Head:
    """Size and root as of this transaction."""
    return Head(*connection.execute(select(evidence_head.c.size, evidence_head.c.root)).one())


def lines(connection: Connection, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """Entries `start` up to and without `stop`, each as its line of `log.jsonl`, streamed."""
    wanted = (
        select(evidence_entries.c.entry_index, evidence_entries.c.data, evidence_entries.c.leaf_hash)
        .where(evidence_entries.c.entry_index >= start)
        .order_by(evidence_entries.c.entry_index)
    )
    if stop is not None:
        wanted = wanted.where(evidence_entries.c.entry_index < stop)
    for index, data, leaf in connection.execution_options(yield_per=1000).execute(wanted):
        yield entry_line(index, data.decode(), leaf)


def entries(connection: Connection) -> Iterator[tuple[int, bytes]]:
    """(index, canonical bytes) of every entry, oldest first."""
    wanted = select(evidence_entries.c.entry_index, evidence_entries.c.data).order_by(evidence_entries.c.entry_index)
    yield from ((index, data) for index, data in connection.execution_options(yield_per=1000).execute(wanted))


def leaf_hashes(connection: Connection, stop: int | None = None) -> Iterator[bytes]:
    """Every leaf hash in order, for proofs; up to and without `stop`."""
    wanted = select(evidence_entries.c.leaf_hash).order_by(evidence_entries.c.entry_index)
    if stop is not None:
        wanted = wanted.where(evidence_entries.c.entry_index < stop)
    yield from connection.execution_options(yield_per=10_000).execute(wanted).scalars()


def entries_about(connection: Connection, ids: Iterable[str]) -> list[tuple[int, str, bytes]]:
    """(index, kind, canonical bytes) of every entry about these ids, oldest first."""
    wanted = (
        select(evidence_entries.c.entry_index, evidence_entries.c.kind, evidence_entries.c.data)
        .where(evidence_entries.c.about.in_(list(ids)))
        .order_by(evidence_entries.c.entry_index)
    )
    return [(index, kind, data) for index, kind, data in connection.execute(wanted)]


def digest_of_night(connection: Connection, night_id: str) -> str | None:
    """The digest of its files with which a night was published, as the log has it; None where it was not."""
    found = [json.loads(data) for _, kind, data in entries_about(connection, [night_id]) if kind == "night_published"]
    return str(found[-1]["body"]["digest"]) if found else None


def keep_checkpoint(connection: Connection, size: int, signed_at: datetime, note: str) -> None:
    """A signed checkpoint of the log at `size`; one per size, the first one stays."""
    known = connection.execute(select(evidence_checkpoints.c.size).where(evidence_checkpoints.c.size == size)).first()
    if known is None:
        connection.execute(insert(evidence_checkpoints).values(size=size, signed_at=signed_at, note=note))


def checkpoints(connection: Connection) -> list[tuple[int, str]]:
    """(size, note) of every kept checkpoint, smallest first."""
    wanted = select(evidence_checkpoints.c.size, evidence_checkpoints.c.note).order_by(evidence_checkpoints.c.size)
    return [(size, note) for size, note in connection.execute(wanted)]


def range_to_bytes(kept: Range) -> bytes:
    """Per node one byte of height and 32 of hash, from left to right."""
    return b"".join(bytes([height]) + node for height, node in kept)


def range_from_bytes(data: bytes) -> Range:
    """The compact range that `range_to_bytes` wrote."""
    return tuple((data[at], data[at + 1 : at + _NODE_SIZE]) for at in range(0, len(data), _NODE_SIZE))

# ruff: noqa: S608 - every name in the SQL here is ours or goes through quoted() and literal()
"""
Whom the quarantine leaves unprotected: people about whom somebody said stop, and the row that said so was not taken.

Comes in: the feeds of an import with their faults. Goes out: `Unprotected`, or None. A protective fact outranks the
run: every other bad row may wait in quarantine, but these are people who would be contacted although they must not be.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from arrears.book.accept import Accepted
from arrears.book.load_files import FileRead, run
from arrears.book.parse import listed
from arrears.kernel.problem import Problem

NOT_PROTECTIVE = ("plan", "promise", "incident")
"""Kinds of hold that are not a person's word or state. Every other kind, and one nobody knows, protects."""
PROTECTIVE_OUTCOMES = (
    *("disputed", "hardship", "represented", "stop_requested", "channel_stopped"),
    *("complained", "deceased", "third_party_declined"),
)
PROTECTIVE_PAUSES = ("dispute", "breathing_space")

_PROTECTS = {
    "holds": (f"coalesce(kind, '') NOT IN {listed(NOT_PROTECTIVE)}", "person_id"),
    "contacts": (f"outcome IN {listed(PROTECTIVE_OUTCOMES)}", "person_id"),
    "pauses": (f"reason IN {listed(PROTECTIVE_PAUSES)}", "account_id"),
}
_HARMLESS = ("duplicate_row", "account_quarantined")
"""Another row says the same; or the account is not in the book at all."""


@dataclass(frozen=True, slots=True)
class Unprotected:
    """How many people, how many rows said that they are to be left alone, and the first of those rows."""

    people: int
    rows: int
    file: str
    row: int

    def problem(self) -> Problem:
        """Why the import stops."""
        return Problem(
            code="people_unprotected",
            where=self.file,
            row=self.row,
            what=f"{self.rows:,} protective rows (stop, dispute, hardship, represented, deceased, complaint) are in "
            f"quarantine, which leaves {self.people:,} people unprotected.",
            why="The night would take them for people who may be contacted.",
            fix="Correct these rows, most often an id that no other file has, and import again (a hold of somebody who "
            "left with their accounts since an earlier book of the home is taken); to go on knowingly, say "
            "--accept-unprotected.",
        )


def unprotected(con: duckdb.DuckDBPyConnection, accepted: Accepted, files: list[FileRead]) -> Unprotected | None:
    """The people whom quarantined rows would have protected; None where there is none."""
    parts = [
        f"SELECT file_no, row_no, coalesce({whom}, file_no || ':' || row_no) AS whom FROM {made} m "
        f"WHERE {protects} AND EXISTS (SELECT 1 FROM fault f WHERE f.file_no = m.file_no AND f.row_no = m.row_no "
        f"AND f.code NOT IN {listed(_HARMLESS)})"
        for made, feed in accepted.feeds
        if feed.into in _PROTECTS
        for protects, whom in (_PROTECTS[feed.into],)
    ]
    holds = {feed.source for _, feed in accepted.feeds if feed.into == "holds"}
    told = run(con, " UNION ALL ".join(parts)) if parts else []
    found = {(int(str(of)), int(str(row))): str(whom) for of, row, whom in told}
    for read in files:
        if read.source in holds:
            # A row that could not be split may be of any kind and about anybody.
            found |= {(read.number, broken.row): f"{read.number}:{broken.row}" for broken in read.broken}
    if not found:
        return None
    first = min(found)
    name = next(read.path.name for read in files if read.number == first[0])
    return Unprotected(len(set(found.values())), len(found), name, first[1])

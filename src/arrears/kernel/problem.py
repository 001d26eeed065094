"""
A problem in data that somebody gave us: where it is, what is wrong, why it matters, what to do.

Bad data is a value and the run goes on (rows with a problem are quarantined); a broken promise in our own
code raises an ordinary exception and stops it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. `row` counts data rows from 1; `column` is the name in the sender's file."""

    code: str
    """Snake_case fact, stable: tests and reports group by it."""
    where: str
    """File (or record) as the sender knows it."""
    what: str
    why: str
    fix: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    """The offending value, shortened, with nothing that a spreadsheet would run."""

    def __str__(self) -> str:
        place = self.where
        if self.row is not None:
            place += f":{self.row}"
        if self.column is not None:
            place += f" [{self.column}]"
        return f"{place}: {self.what} {self.why} {self.fix}"

    def as_row(self) -> dict[str, str | int | None]:
        """The columns of a quarantine file, in this order."""
        return asdict(self)


class Unusable(Exception):  # noqa: N818 - reads as what it is: the input is unusable
    """The input as a whole can't be used (no file, no columns, not what it claims to be). Exit code 2."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem

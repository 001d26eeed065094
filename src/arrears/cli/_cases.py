"""
Files of cases, one JSON object a line: read each, answer it, print one line; a bad line is named and the rest done.

The fields of a contract are read strictly: an amount is text with two decimals, an instant has whole seconds and
an offset, a count is a whole number. Anything else is a `ValueError` that says which field and what to write.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from arrears.cli import EXIT_FOUND
from arrears.cli._faults import EXIT_FAULT, in_one_line, report
from arrears.kernel.problem import Problem, Unusable

Case: TypeAlias = Mapping[str, Any]
T = TypeVar("T")

_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})")
_SHOWN = 60
_TOO_LARGE = "a day or a number in it is beyond what can be reckoned with: days lie in the years 1 to 9999. Correct it."


@dataclass(slots=True)
class Tally:
    """How the lines of a file went. `code` is the exit code that says it."""

    bad: int = 0
    faults: dict[str, str | None] = field(default_factory=dict)
    """Of our own, each kind and place once, with where its report lies."""

    @property
    def code(self) -> int:
        return EXIT_FAULT if self.faults else EXIT_FOUND if self.bad else 0


def answer_each(path: Path, answer: Callable[[Case], Case]) -> int:
    """
    Print `answer(case)` for every line of the file, in its order; say on stderr which lines can't be answered.
    Gives the exit code: 0, 1 where a line was bad, 70 where a fault of ours kept a line from its answer (that line
    then has `unsupported`). Raises Unusable where there is no such file.
    """
    tally = Tally()
    for answered in each_answer(path, lambda case, _: json.dumps(answer(case)), tally, unsupported):
        print(answered)
    return tally.code


def unsupported(case_id: object, why: str) -> str:
    """The line of a case that got no answer."""
    return json.dumps({"id": case_id, "unsupported": why})


def each_answer(
    path: Path,
    answer: Callable[[Case, int], T],
    tally: Tally,
    no_answer: Callable[[object, str], T],
    rest: str = "answered",
) -> Iterator[T]:
    """
    `answer(case, line number)` of every line, in the order of the file: one bad line never stops the rest. A line
    that can't be read is named on stderr; one on which a fault of ours broke is too, and gets `no_answer`.
    """
    for number, line in numbered_lines(path):
        case: Case = {}
        try:
            case = case_of(line)
            found = answer(case, number)
        except (ValueError, Unusable) as fault:
            tally.bad += 1
            print(f"{path}:{number}: {fault} The other lines are {rest}.", file=sys.stderr)
        except OverflowError:
            tally.bad += 1
            print(f"{path}:{number}: {_TOO_LARGE} The other lines are {rest}.", file=sys.stderr)
        except Exception as fault:  # whatever it is, the lines after this one have their answers
            told = in_one_line(fault)
            if told not in tally.faults:
                tally.faults[told] = report(fault)
            lies = f"; its report is in {tally.faults[told]}" if tally.faults[told] else ""
            why = f"{path}:{number}: a fault of our own ({told}){lies}."
            print(f"{why} The other lines are {rest}.", file=sys.stderr)
            yield no_answer(case.get("id"), why)
        else:
            yield found


def numbered_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """(line number from 1, bytes) of every line that is not blank."""
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                stripped = line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
                if stripped:
                    yield number, stripped
    except (OSError, ValueError) as fault:  # ValueError: a path with a NUL in it
        raise Unusable(
            Problem(
                code="file_not_readable",
                where=str(path),
                what=f"The file can't be read ({getattr(fault, 'strerror', None) or fault}).",
                why="There is nothing to answer.",
                fix="Give the path of a file with one JSON object a line.",
            )
        ) from fault


def case_of(line: bytes) -> Case:
    """The JSON object of a line. Raises ValueError where it is anything else."""
    try:
        found = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as fault:
        raise ValueError(f"not UTF-8 at byte {fault.start}. Save the file as UTF-8.") from fault
    except json.JSONDecodeError as fault:
        raise ValueError(
            f"not JSON at column {fault.colno} ({fault.msg}). A case is one JSON object on one line."
        ) from fault
    except (ValueError, RecursionError) as fault:
        raise ValueError("not JSON that can be read (a number too long or too deep). Shorten it.") from fault
    if not isinstance(found, dict):
        raise ValueError(f"{_kind(found)} where a case is one JSON object. Write {{...}} on the line.")
    return found


def text(case: Case, name: str) -> str:
    """A string."""
    return _field(case, name, str, "text")


def truth(case: Case, name: str) -> bool:
    """`true` or `false`."""
    return _field(case, name, bool, "true or false")


def count(case: Case, name: str) -> int:
    """A whole JSON number."""
    return _field(case, name, int, "a whole number")


def each(case: Case, name: str, read: Callable[[Case], T]) -> list[T]:
    """The objects of a list, each as `read` understands it; a fault says at which place, counted from 0."""
    found = []
    for place, item in enumerate(_field(case, name, list, "a list")):
        if not isinstance(item, dict):
            raise ValueError(f"{name}[{place}] is {_kind(item)}. It must be a JSON object.")
        try:
            found.append(read(item))
        except ValueError as fault:
            raise ValueError(f"{name}[{place}]: {fault}") from fault
    return found


def hundredths(case: Case, name: str) -> int:
    """Text with two decimals, such as "350.00", as whole hundredths."""
    return _whole_units(case, name, _AMOUNT, 2, 'text with two decimals, such as "350.00"')


def decimal(case: Case, name: str, places: int) -> int:
    """Text of a decimal with at most `places` decimals, as a whole number of the last place."""
    shape = re.compile(rf"-?[0-9]+(\.[0-9]{{1,{places}}})?")
    return _whole_units(case, name, shape, places, f'text with at most {places} decimals, such as "0.50"')


def instant(case: Case, name: str) -> datetime:
    """An instant of whole seconds with an offset."""
    written = text(case, name)
    advice = 'Write whole seconds and an offset, such as "2026-03-05T10:12:00+08:00".'
    if _INSTANT.fullmatch(written) is None:
        raise ValueError(f"{name} is {_shown(written)}. {advice}")
    try:
        return datetime.fromisoformat(written)
    except ValueError as fault:
        raise ValueError(f"{name} is {_shown(written)}, which is no instant ({fault}). {advice}") from fault


def _whole_units(case: Case, name: str, shape: re.Pattern[str], places: int, wanted: str) -> int:
    written = _field(case, name, str, wanted)
    if shape.fullmatch(written) is None:
        raise ValueError(f"{name} is {_shown(written)}. It must be {wanted}.")
    if len(written) > _SHOWN:
        raise ValueError(f"{name} has {len(written)} characters. It must be {wanted}.")
    whole, _, decimals = written.partition(".")
    return int(whole + decimals.ljust(places, "0"))


def _field(case: Case, name: str, kind: type[T], wanted: str) -> T:
    if name not in case:
        raise ValueError(f"{name} is missing. It must be {wanted}.")
    found = case[name]
    # bool is an int to Python; true is not a count.
    if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
        raise ValueError(f"{name} is {_kind(found)}. It must be {wanted}.")
    return found


def _kind(found: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list", dict: "an object"}
    return "null" if found is None else names.get(type(found), "something else")


def _shown(written: str) -> str:
    return repr(written if len(written) <= _SHOWN else written[:_SHOWN] + "…")

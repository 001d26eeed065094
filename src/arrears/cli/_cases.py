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
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from arrears.kernel.problem import Problem, Unusable

Case: TypeAlias = Mapping[str, Any]
T = TypeVar("T")

_AMOUNT = re.compile(r"-?[0-9]+\.[0-9]{2}")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})")
_SHOWN = 60


def answer_each(path: Path, answer: Callable[[Case], Case]) -> int:
    """
    Print `answer(case)` for every line of the file, in its order; say on stderr which lines can't be answered.
    Gives the exit code: 0, or 1 where a line was bad. Raises Unusable where there is no such file.
    """
    bad = 0
    for number, line in numbered_lines(path):
        try:
            answered = answer(case_of(line))
        except ValueError as fault:
            bad += 1
            print(f"{path}:{number}: {fault} The other lines are answered.", file=sys.stderr)
        else:
            print(json.dumps(answered))
    return 1 if bad else 0


def numbered_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """(line number from 1, bytes) of every line that is not blank."""
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                stripped = line.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else line.strip()
                if stripped:
                    yield number, stripped
    except OSError as fault:
        raise Unusable(
            Problem(
                code="file_not_readable",
                where=str(path),
                what=f"The file can't be read ({fault.strerror}).",
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

"""
From a TOML table to a dataclass: every key known, of the right type, and every number with a unit.

Comes in: a table as `tomllib` gave it, and the text it came from, so that a problem can name its line. Goes
out: the dataclass, or problems. Never: a default for something the file got wrong.
"""

from __future__ import annotations

import re
import tomllib
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date, datetime, time
from typing import Any, TypeVar

from arrears.kernel.problem import Problem
from arrears.kernel.toml_text import toml_of

T = TypeVar("T")

UNITS = ("years", "months", "days", "hours", "times", "bps", "pct", "cents", "people", "items", "factors", "multiple")
"""The last word of a key that carries its own unit: `at_least_years`, `fine_at_most_cents`."""

WHY_UNIT = "A number without its unit can be read two ways, and law is read one way."
WHY_KEY = "A key nobody reads is a rule nobody applies."


@dataclass(slots=True)
class Source:
    """One file's text and the problems found in it."""

    where: str
    text: str
    problems: list[Problem] = field(default_factory=list)
    model: str = "as the text of the provision has it"
    """What somebody who corrects the file goes by."""

    def complain(self, code: str, what: str, why: str, fix: str, *, key: str | None = None) -> None:
        """Adds a problem at the line of `key` (the first line where the key is not there)."""
        self.problems.append(
            Problem(code=code, where=self.where, row=self.line_of(key), column=key, what=what, why=why, fix=fix)
        )

    def line_of(self, key: str | None) -> int:
        """The line a key or `[table]` stands on; inline tables count too. `say[3]` is the third `[[say]]`."""
        if key is not None:
            name, _, nth = key.rstrip("]").partition("[")
            found = re.compile(rf"(^\s*|[{{,]\s*){re.escape(name)}\s*=|^\s*\[+{re.escape(name)}\]+")
            lines = [number for number, line in enumerate(self.text.splitlines(), start=1) if found.search(line)]
            if lines:
                return lines[min(int(nth or 1), len(lines)) - 1]
        return 1


class _Told(TypeError):  # noqa: N818 - reads as what it is
    """A value inside this one is at fault, and that was said already."""


def read_toml(source: Source) -> dict[str, Any] | None:
    """The text as a table, or None after complaining that it is not TOML."""
    try:
        return toml_of(source.text)
    except tomllib.TOMLDecodeError as fault:
        source.complain("not_toml", f"it is not TOML: {fault}.", "Nothing in it can be read.", "Correct the syntax.")
        return None


def filled(kind: type[T], body: Mapping[str, Any], source: Source, *, table: str) -> T | None:
    """`body` as a `kind`, or None after complaining to `source` about everything wrong with it."""
    before = len(source.problems)
    known = {item.name: item for item in fields(kind)}  # type: ignore[arg-type]
    hints = typing.get_type_hints(kind)
    for key in body:
        if key not in known:
            source.complain(
                "unknown_key",
                f"[{table}] has {key!r}, which is not part of it.",
                WHY_KEY,
                f"Use one of: {', '.join(known)}.",
                key=key,
            )
    values: dict[str, Any] = {}
    for name, item in known.items():
        if name in body:
            try:
                values[name] = _read(body[name], hints[name], source, table=f"{table}.{name}")
            except _Told:
                continue
            except TypeError as fault:
                source.complain(
                    "wrong_type",
                    f"[{table}] {name} is {body[name]!r}: {fault}.",
                    "What is read wrongly is applied wrongly.",
                    f"Write {name} as {_described(hints[name])}.",
                    key=name,
                )
        elif item.default is MISSING and item.default_factory is MISSING:
            source.complain(
                "missing_key",
                f"[{table}] lacks {name}.",
                "The rest can't be applied without it.",
                f"Write {name} = {_described(hints[name])}, {source.model}.",
                key=table.rsplit(".", 1)[-1],
            )
    _units_stated(body, source, table)
    if len(source.problems) > before:
        return None
    try:
        return kind(**values)
    except ValueError as fault:
        source.complain(
            "wrong_value",
            f"[{table}]: {fault}.",
            "It can't be applied as it stands.",
            f"Correct it, {source.model}.",
            key=table.rsplit(".", 1)[-1],
        )
        return None


def _units_stated(body: Mapping[str, Any], source: Source, table: str) -> None:
    if "unit" in body:
        return
    for key, value in body.items():
        if isinstance(value, Mapping):
            _units_stated(value, source, f"{table}.{key}")
        numeric = isinstance(value, int | float) and not isinstance(value, bool)
        if numeric and key.rsplit("_", 1)[-1] not in UNITS:
            source.complain(
                "threshold_without_unit",
                f"[{table}] {key} = {value} has no unit.",
                WHY_UNIT,
                'Add unit = "…" to the table (what is counted, per whom, over what time).',
                key=key,
            )


def _read(value: Any, hint: Any, source: Source, *, table: str) -> Any:
    """One value as its type says; TypeError with a readable reason where it is something else."""
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        inner = [part for part in typing.get_args(hint) if part is not type(None)]
        return _read(value, inner[0], source, table=table)
    if origin is tuple:
        if not isinstance(value, list):
            raise TypeError("not a list")
        part = typing.get_args(hint)[0]
        return tuple(_read(item, part, source, table=f"{table}[{place}]") for place, item in enumerate(value, start=1))
    if origin in (dict, Mapping) or hint is dict:
        if not isinstance(value, Mapping):
            raise TypeError("not a table")
        return dict(value)
    if hint is time:
        return _clock(value)
    if hint is date:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        raise TypeError("not a day such as 2026-01-30")
    if is_dataclass(hint) and isinstance(hint, type):
        if not isinstance(value, Mapping):
            raise TypeError("not a table")
        inner_value = filled(hint, value, source, table=table)
        if inner_value is None:
            raise _Told
        return inner_value
    if hint is int and isinstance(value, bool):
        raise TypeError("not a whole number")
    if not isinstance(value, hint):
        raise TypeError(f"not {_described(hint)}")
    return value


def _clock(value: Any) -> time:
    if isinstance(value, time):
        return value
    if isinstance(value, str):
        try:
            return time.fromisoformat(value)
        except ValueError:
            pass
    raise TypeError("not a clock time such as 22:00")


def _described(hint: Any) -> str:
    origin = typing.get_origin(hint)
    if origin in (types.UnionType, typing.Union):
        return _described(next(part for part in typing.get_args(hint) if part is not type(None)))
    if origin is tuple:
        return "a list"
    return {str: "text", int: "a whole number", bool: "true or false", time: '"HH:MM"', date: "a day"}.get(
        hint, "a table"
    )

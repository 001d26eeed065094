"""
Read a mapping from TOML, and refuse one that is unsound before any data is read.

Comes in: the path of a mapping, or the name of one that is shipped (`mappings/`). Goes out: `Mapping`. Raises
Unusable, naming the key and what to write instead.
"""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from collections.abc import Iterator
from collections.abc import Mapping as Given
from dataclasses import replace
from datetime import date
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

from arrears.book.encodings import OTHERS
from arrears.book.mapping import AMOUNT_TOTALS, NULL_WORDS, Cell, Feed, Join, Mapping, SourceFile
from arrears.book.table import DERIVED, TABLES
from arrears.book.vocabulary import CURRENCIES
from arrears.kernel.money import cents_from_text
from arrears.kernel.name_or_path import is_path
from arrears.kernel.problem import Problem, Unusable
from arrears.kernel.reading.instant import zone_names
from arrears.kernel.toml_text import toml_of


def shipped() -> list[str]:
    """Names of the mappings that come with the product."""
    room = files("arrears.book").joinpath("mappings")
    return sorted(entry.name.removesuffix(".toml") for entry in room.iterdir() if entry.name.endswith(".toml"))


def load_mapping(given: str | Path) -> Mapping:
    """The mapping at a path, or the shipped one of that name. Raises Unusable."""
    path = Path(given)
    if is_path(given):
        where, data = str(given), _bytes(path)
    elif str(given) in shipped():
        where = f"mappings/{given}.toml"
        data = files("arrears.book").joinpath("mappings", f"{given}.toml").read_bytes()
    else:
        raise _fault(str(given), "mapping_not_found", "no mapping of that name is shipped.", _near(given))
    try:
        said = toml_of(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise _fault(where, "mapping_not_toml", f"it is not TOML: {fault}.", "Correct it at the place named.") from None
    digest = hashlib.sha256(data)
    while "extends" in said:
        base = said.pop("extends")
        if not isinstance(base, str) or base not in shipped():
            raise _fault(where, "mapping_not_found", f"extends names {base!r}.", _near(base))
        below = files("arrears.book").joinpath("mappings", f"{base}.toml").read_bytes()
        digest.update(below)
        said = {**tomllib.loads(below.decode()), **said}
    return _read(_Keys(where, "", said), digest.hexdigest())


def _near(name: str | Path) -> str:
    return (
        f"Give the path of a mapping (such as ./{Path(name).name or 'book.toml'}), or one of: {', '.join(shipped())}."
    )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise _fault(str(path), "mapping_not_found", f"it can't be read: {fault.strerror}.", _near("")) from None


def _fault(where: str, code: str, what: str, fix: str) -> Unusable:
    why = "The mapping decides what every column means, so nothing is read until it is sound."
    return Unusable(Problem(code=code, where=where, what=what, why=why, fix=fix))


class _Keys:
    """A TOML table whose every key must be asked for: what is left over is a spelling mistake."""

    def __init__(self, where: str, at: str, said: object) -> None:
        self.where, self.at = where, at
        if not isinstance(said, dict):
            raise self.fault(f"it is {said!r}, not a table of keys.")
        self.left: dict[str, Any] = dict(said)
        self.asked: list[str] = []

    def fault(self, what: str, fix: str = "Correct it; the how-to lists every key.") -> Unusable:
        return _fault(self.where, "mapping_unsound", f"{self.at or 'the mapping'}: {what}", fix)

    def take(self, key: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
        self.asked.append(key)
        value = self.left.pop(key, default)
        if value is not default and (not isinstance(value, kind) or (isinstance(value, bool) and kind is int)):
            raise self.fault(f"{key} is {value!r}, which is of the wrong kind.")
        return value

    def words(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        value = self.take(key, (str, list), None)
        if value is None:
            return default
        return (value,) if isinstance(value, str) else tuple(str(word) for word in value)

    def one_of(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value: str = self.take(key, str, default)
        if value not in choices:
            raise self.fault(f"{key} is {value!r}.", f"Write one of {', '.join(choices)}.")
        return value

    def inside(self, key: str) -> Iterator[tuple[str, _Keys]]:
        for name, said in self.take(key, dict, {}).items():
            yield name, _Keys(self.where, f"{self.at}{key}.{name}", said)

    def sets(self, key: str) -> dict[str, tuple[str, ...]]:
        return {
            name: tuple(str(word) for word in (said if isinstance(said, list) else [said]))
            for name, said in self.take(key, dict, {}).items()
        }

    def done(self) -> None:
        for key in self.left:
            close = difflib.get_close_matches(key, self.asked, n=1)
            fix = f"Did you mean {close[0]}?" if close else f"Known here: {', '.join(sorted(set(self.asked)))}."
            raise self.fault(f"there is no key {key!r}.", fix)


def _read(keys: _Keys, digest: str) -> Mapping:
    currencies = keys.words("currency") or keys.words("currencies")
    for code in currencies:
        if code not in CURRENCIES:
            raise keys.fault(f"currency is {code!r}.", "Write an ISO 4217 code with two decimals, such as CNY.")
    defaults = Cell(
        amount=keys.one_of("amounts", ("units", "cents", "wan"), "units"),
        exponents=keys.take("exponents", bool, False),
        rate=keys.one_of("rates", ("percent", "fraction", "bps"), "percent"),
        date=keys.words("dates"),
        zone=_zone(keys),
    )
    sources = {name: _source(name, inner) for name, inner in keys.inside("files")}
    feeds = [
        feed
        for number, said in enumerate(keys.take("table", list, []), start=1)
        for feed in _feeds(_Keys(keys.where, f"table {number}", said), defaults, sources, currencies)
    ]
    mapping = Mapping(
        where=keys.where,
        name=keys.take("name", str, "unnamed"),
        sha256=digest,
        sources=sources,
        feeds=tuple(feeds),
        as_of=keys.take("as_of", date),
        currencies=currencies,
        null_words=("", *keys.words("null", NULL_WORDS)),
        totals=_totals(keys),
        notes=keys.words("notes"),
    )
    keys.done()
    if not any(feed.into == "accounts" for feed in feeds):
        raise keys.fault("no table feeds accounts.", 'Add [[table]] with into = "accounts": a book is about accounts.')
    return mapping


def _source(name: str, keys: _Keys) -> SourceFile:
    read = SourceFile(
        name=name,
        match=keys.words("match", (f"{name}.*",)),
        encoding=keys.one_of("encoding", ("detect", "utf-8", "gb18030", *OTHERS), "detect").replace("detect", "")
        or None,
        delimiter=_delimiter(keys),
        sheet=keys.take("sheet", str),
        skip=keys.take("skip", int, 0),
    )
    keys.done()
    return read


def _zone(keys: _Keys) -> str | None:
    zone: str | None = keys.take("zone", str)
    if zone is not None and zone not in zone_names():
        raise keys.fault(f"zone is {zone!r}.", "Write an IANA name, such as Asia/Shanghai.")
    return zone


def _delimiter(keys: _Keys) -> str | None:
    mark: str | None = keys.take("delimiter", str)
    if mark is not None and (len(mark) != 1 or not mark.isascii() or mark in '"\r\n'):
        raise keys.fault(f"delimiter is {mark!r}.", "Write one character, such as ; or \\t.")
    return mark


def _totals(keys: _Keys) -> dict[str, int]:
    declared: dict[str, int] = {}
    for name, said in keys.take("totals", dict, {}).items():
        declared[name] = total_declared(name, str(said), keys.where)
    return declared


def total_declared(name: str, said: str, where: str) -> int:
    """A control total as declared: rows of a table, or an amount in units ("1234.50") as cents. Raises Unusable."""
    try:
        if name in AMOUNT_TOTALS:
            return cents_from_text(said)
        if name in TABLES:
            return int(said)
    except ValueError:
        raise _fault(
            where, "mapping_unsound", f"total {name} is {said!r}.", "Write a number, such as 1234.50."
        ) from None
    known = ", ".join((*AMOUNT_TOTALS, *TABLES))
    raise _fault(where, "mapping_unsound", f"there is no control total {name!r}.", f"Known: {known}.")


def _feeds(keys: _Keys, defaults: Cell, sources: Given[str, SourceFile], currencies: tuple[str, ...]) -> Iterator[Feed]:
    into = keys.one_of("into", tuple(TABLES), "")
    source = keys.one_of("from", tuple(sources), into)
    keys.at = f"{keys.at} ({into})"
    joins = tuple(_join(_Keys(keys.where, f"{keys.at} join", said), sources) for said in keys.take("join", list, []))
    feed = Feed(
        into=into,
        source=source,
        cells={},
        joins=joins,
        where=keys.sets("where"),
        distinct=keys.take("distinct", bool, False),
        same_names=keys.take("same_names", bool, False),
        plain=defaults,
    )
    rounds = keys.take("each", list, [{}])
    said = keys.take("columns", dict, {})
    keys.done()
    for bound in rounds:
        cells = {}
        for column, how in said.items():
            if column not in TABLES[into]:
                close = difflib.get_close_matches(column, TABLES[into], n=1)
                raise keys.fault(
                    f"{into} has no column {column!r}.",
                    f"Did you mean {close[0]}?" if close else f"It has {', '.join(TABLES[into])}.",
                )
            if (into, column) in DERIVED:
                raise keys.fault(f"{into}.{column} is made at import.", "Leave it out; map the column it is made from.")
            cells[column] = _cell(keys, column, _bind(how, bound), defaults)
        fallback = {}
        if into == "accounts" and len(currencies) == 1:
            fallback["currency"] = replace(defaults, constant=currencies[0])
        _complete(keys, feed, {**fallback, **cells})
        yield replace(feed, cells=cells, fallback=fallback)


def _complete(keys: _Keys, feed: Feed, cells: Given[str, Cell]) -> None:
    lacking = [name for name, kind in TABLES[feed.into].items() if kind.startswith("!") and name not in cells]
    if lacking and not feed.same_names:
        raise keys.fault(f"nothing feeds {', '.join(lacking)}, which every row needs.", "Map a column or a constant.")


def _bind(how: Any, bound: Given[str, Any]) -> Any:
    """`how` with every {name} replaced by what this round of `each` says."""
    if isinstance(how, str):
        for name, value in bound.items():
            how = how.replace("{" + name + "}", str(value))
        return how
    if isinstance(how, dict):
        return {key: _bind(value, bound) for key, value in how.items()}
    return how


def _join(keys: _Keys, sources: Given[str, SourceFile]) -> Join:
    read = Join(
        file=keys.one_of("file", tuple(sources), ""),
        on={theirs: ours[0] for theirs, ours in keys.sets("on").items()},
        where=keys.sets("where"),
        kind=keys.one_of("match", ("required", "optional", "filter"), "required"),
    )
    keys.done()
    if not read.on:
        raise keys.fault("it has no `on`.", 'Write on = { their_column = "our_column" }.')
    return read


def _cell(keys: _Keys, name: str, how: object, defaults: Cell) -> Cell:
    said = _Keys(keys.where, f"{keys.at}.{name}", {"column": how} if isinstance(how, str) else how)
    codes = said.take("codes", dict)
    constant = said.take("constant", (str, int, date))
    cell = Cell(
        column=said.take("column", str),
        constant=None if constant is None else str(constant).lower() if isinstance(constant, bool) else str(constant),
        as_of=said.take("as_of", bool, False),
        amount=said.one_of("amount", ("units", "cents", "wan"), defaults.amount),
        exponents=said.take("exponents", bool, defaults.exponents),
        negative=said.one_of("negative", ("refused", "credit"), "refused"),
        date=said.words("date", defaults.date),
        century=said.take("century", int),
        month_offset=said.take("month_offset", int, 0),
        zone=_zone(said) or defaults.zone,
        rate=said.one_of("rate", ("percent", "fraction", "bps"), defaults.rate),
        codes=None if codes is None else {str(word): str(value) for word, value in codes.items()},
        other=said.take("other", str),
        prefix=said.take("prefix", str, ""),
        default=said.take("default", str),
        times=said.take("times", str),
        percent=Decimal(str(said.take("percent", (int, float), 100))),
        at_most=said.take("at_most", str),
        add_months=said.take("add_months", str),
        derived=said.take("derived", dict),
        null_when=said.sets("null_when"),
        zero_when=said.sets("zero_when"),
    )
    said.done()
    if (cell.times is None) != (cell.at_most is None):
        raise said.fault("times and at_most go together: an amount that is worked out needs its most.")
    if cell.times is not None and not name.endswith("_cents"):
        raise said.fault("times makes an amount.", "Use it for a column whose name ends in _cents.")
    if cell.add_months is not None and not name.endswith("_on"):
        raise said.fault("add_months makes a day.", "Use it for a column whose name ends in _on.")
    if (cell.times or cell.add_months) and set(cell.derived or ()) != {"zh", "en"}:
        raise said.fault("it is derived, and does not say how.", 'Write derived = { zh = "…", en = "…" }.')
    if not cell.percent.is_finite() or not 0 < cell.percent <= 100:
        raise said.fault(f"percent is {cell.percent}.", "Write a number above 0, at most 100.")
    if sum((cell.column is not None, cell.constant is not None, cell.as_of)) != 1:
        raise said.fault("it needs exactly one of column, constant and as_of.")
    return cell

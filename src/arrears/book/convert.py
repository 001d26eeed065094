# ruff: noqa: S608 - every name in the SQL here is ours or goes through quoted() and literal()
"""
From the cells of a file to the values of a book: one SQL statement per feed, whole columns at a time.

Comes in: a feed of the mapping and the raw tables. Goes out: the text of a SELECT with `file_no`, `row_no`, `joined`,
and for each column of the table its text `t_…`, its value `v_…` and the number of its fault `c_…` (0 is none; the place
in faults.CELL_FAULTS).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from arrears.book.faults import CELL_NUMBER
from arrears.book.load_files import Loaded, raw_table
from arrears.book.mapping import Cell, Feed
from arrears.book.parse import cleaned, cleaned_id, coded, faults_of, listed, literal, quoted, value_of
from arrears.book.table import DERIVED, TABLES

_READY = {
    "date": "DATE",
    "boolean": "BOOLEAN",
    "timestamp('UTC')": "TIMESTAMPTZ",
    "int64": "BIGINT",
    "int32": "BIGINT",
}
_NOTHING = "CAST(NULL AS VARCHAR)"


@dataclass(frozen=True)
class Converter:
    """What every feed of one import needs to know."""

    loaded: Loaded
    as_of: date
    null_words: tuple[str, ...]
    currencies: tuple[str, ...] = ()
    """Of the book, as the mapping says."""

    def select(self, feed: Feed) -> str:
        """
        The SELECT of a feed. `joined` is 0, or n where the n-th join found nothing it requires, or -n where it found
        several rows.
        """
        cells = self.cells(feed)
        first, second, third = [], [], []
        for name, kind in TABLES[feed.into].items():
            cell, base = cells.get(name), kind.lstrip("!")
            sql, sql_kind = self._text(feed, name, cell, base)
            text, value = quoted("t_" + name), quoted("v_" + name)
            first.append(f"{sql} AS {text}")
            made = value_of(
                feed.into, name, base, cell or Cell(constant=""), coded(cell, text) if cell else text, sql_kind
            )
            if cell and (cell.times or cell.add_months):
                beside = [one for one in (cell.times, cell.at_most, cell.add_months) if one is not None]
                names = [quoted(f"d{place}_{name}") for place in range(len(beside))]
                first += [
                    f"{self._cell_text(feed, one)} AS {as_name}" for one, as_name in zip(beside, names, strict=True)
                ]
                made = _derived(cell, coded(cell, text), made, names)
            if cell and cell.zero_when:
                first.append(f"{self._when(feed, cell.zero_when)} AS {quoted('z_' + name)}")
                made = f"CASE WHEN {quoted('z_' + name)} THEN 0 ELSE {made} END"
            second.append(f"{made} AS {value}")
            faults = faults_of(feed.into, name, kind, cell, text, value, self.as_of, self._currency(feed))
            chosen = " ".join(f"WHEN {condition} THEN {CELL_NUMBER[code]}" for condition, code in faults)
            number = f"(CASE {chosen} ELSE 0 END)" if chosen else "0"
            third.append(f"{number}::TINYINT AS {quoted('c_' + name)}")
        joins, joined, kept = self._joins(feed)
        kept += [_matches(f"r.{self._raw(feed.source, column)}", words) for column, words in feed.where.items()]
        return (
            f"SELECT *, {', '.join(third)} FROM (SELECT *, {', '.join(second)} FROM ("
            f"SELECT r.file_no, r.row_no, {joined} AS joined, {', '.join(first)} "
            f"FROM {raw_table(feed.source)} r {joins} WHERE {' AND '.join(kept) or 'true'}))"
        )

    def cells(self, feed: Feed) -> dict[str, Cell]:
        """The cells of a feed, with those that `same_names` adds."""
        cells = dict(feed.cells)
        if feed.same_names:
            for name in self.loaded.columns[feed.source]:
                if name in TABLES[feed.into] and (feed.into, name) not in DERIVED:
                    cells.setdefault(name, replace(feed.plain, constant=None, column=name))
        return {**feed.fallback, **cells}

    def join_key(self, feed: Feed, place: int) -> tuple[str, str]:
        """(the sender's column, its SQL text) by which a join looks rows up: for messages."""
        ours = next(iter(feed.joins[place].on.values()))
        return ours, f"CAST({self._reference(feed, ours)[0]} AS VARCHAR)"

    def joins(self, feed: Feed) -> str:
        """The joins of a feed as SQL, to look at the rows they are about."""
        return self._joins(feed)[0]

    def _raw(self, source: str, column: str) -> str:
        return quoted(self.loaded.columns[source][column][0])

    def _reference(self, feed: Feed, reference: str) -> tuple[str, str]:
        alias, dot, column = reference.partition(".")
        for place, join in enumerate(feed.joins):
            if dot and join.file == alias:
                return f"j{place}.{self._raw(alias, column)}", self.loaded.columns[alias][column][1]
        name = column if dot and alias == feed.source else reference
        return f"r.{self._raw(feed.source, name)}", self.loaded.columns[feed.source][name][1]

    def _currency(self, feed: Feed) -> str:
        """SQL of the currency that a row is in: its account's own, or the only one of the book; else NULL."""
        if feed.into == "accounts":
            return quoted("v_currency")
        return literal(self.currencies[0]) if len(self.currencies) == 1 else "NULL"

    def _text(self, feed: Feed, name: str, cell: Cell | None, base: str) -> tuple[str, str]:
        """(SQL, its type) of a cell before it is parsed: a text, or a value of the right type as it came."""
        if cell is None:
            return _NOTHING, "VARCHAR"
        if cell.as_of:
            return literal(self.as_of.isoformat()), "VARCHAR"
        if cell.constant is not None:
            return literal(cell.constant), "VARCHAR"
        sql, kind = self._reference(feed, cell.column or "")
        plain = not (cell.codes or cell.prefix or cell.default or cell.null_when)
        if plain and kind == _READY.get(base):
            return sql, kind
        text = sql if kind == "VARCHAR" else f"CAST({sql} AS VARCHAR)"
        text = cleaned_id(text) if name.endswith("_id") else cleaned(text)
        text = f"CASE WHEN {text} IN {listed(self.null_words)} THEN NULL ELSE {text} END"
        if cell.null_when:
            text = f"CASE WHEN {self._when(feed, cell.null_when)} THEN NULL ELSE {text} END"
        if cell.default is not None:
            text = f"coalesce({text}, {literal(cell.default)})"
        return text, "VARCHAR"

    def _cell_text(self, feed: Feed, reference: str) -> str:
        """SQL of another column's cell as cleaned text; NULL where it is empty."""
        text = cleaned(f"CAST({self._reference(feed, reference)[0]} AS VARCHAR)")
        return f"CASE WHEN {text} IN {listed(self.null_words)} THEN NULL ELSE {text} END"

    def _when(self, feed: Feed, conditions: Mapping[str, tuple[str, ...]]) -> str:
        return " AND ".join(_matches(self._reference(feed, column)[0], words) for column, words in conditions.items())

    def _joins(self, feed: Feed) -> tuple[str, str, list[str]]:
        """(joins, the expression of `joined`, conditions that a kept row meets)"""
        joins: list[str] = []
        failed: list[str] = []
        kept: list[str] = []
        for place, join in enumerate(feed.joins):
            keys = {theirs: self._raw(join.file, theirs) for theirs in join.on}
            others = [
                quoted(name) for column, (name, _) in self.loaded.columns[join.file].items() if column not in keys
            ]
            where = [_matches(self._raw(join.file, column), words) for column, words in join.where.items()]
            # With one row a key, min() is that row's value; with several the row is refused, whatever they hold.
            columns = [f"{_bare(key)} AS {key}" for key in keys.values()]
            columns += [f"min({name}) AS {name}" for name in others]
            met = [
                f"j{place}.{keys[theirs]} = {_bare(self._reference(feed, ours)[0])}" for theirs, ours in join.on.items()
            ]
            joins.append(
                f"LEFT JOIN (SELECT {', '.join(columns)}, count(*) AS matches FROM {raw_table(join.file)} "
                f"WHERE {' AND '.join(where) or 'true'} GROUP BY {', '.join(map(_bare, keys.values()))}) j{place} "
                f"ON {' AND '.join(met)}"
            )
            if join.kind == "filter":
                kept.append(f"j{place}.matches IS NOT NULL")
            if join.kind == "required":
                failed.append(f"WHEN j{place}.matches IS NULL THEN {place + 1}")
            failed.append(f"WHEN j{place}.matches > 1 THEN {-(place + 1)}")
        joined = f"CASE {' '.join(failed)} ELSE 0 END" if failed else "0"
        return " ".join(joins), joined, kept


def _derived(cell: Cell, said: str, made: str, beside: list[str]) -> str:
    """
    A whole number of another column's amounts, rounded down so that nobody is said to owe more; or a day some months
    after. `beside` names the texts it needs; where one of them is unknown, so is the value.
    """
    if cell.add_months:
        months = value_of("", "", "int32", cell, beside[0], "VARCHAR")
        return f"CAST(({made}) + to_months({months}) AS DATE)"
    each, most = (f"({value_of('', '', 'int64', cell, one, 'VARCHAR')})" for one in beside)
    count = f"({value_of('', '', 'int32', cell, said, 'VARCHAR')})"
    share = f"floor(greatest({each}, 0) * CAST({cell.percent} AS DECIMAL(9, 4)) / 100)"
    # `least` and `greatest` pass over NULL, which here is unknown and must stay so.
    product = f"CAST(greatest(least({count} * {share}, {most}), 0) AS BIGINT)"
    return f"CASE WHEN {count} IS NOT NULL AND {each} IS NOT NULL AND {most} IS NOT NULL THEN {product} END"


def _bare(sql: str) -> str:
    return f"({cleaned_id(f'CAST({sql} AS VARCHAR)')})"


def _matches(sql: str, words: tuple[str, ...]) -> str:
    return f"coalesce({_bare(sql)}, '') IN {listed(words)}"

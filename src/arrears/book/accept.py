# ruff: noqa: S608 - every name in the SQL here is ours or goes through quoted() and literal()
"""
Which rows of a lender's files are taken into the book, and which are not, with every reason.

Comes in: the raw tables and the mapping. Goes out: one table `made_<n>` per feed (values, whole columns at a time) and
the table `fault` with a line for each reason. A row of a file is taken whole or not at all: one fault in any table
that it feeds puts the row in quarantine, and what depended on it follows. The order of rows never matters.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from arrears.book.convert import Converter
from arrears.book.faults import CELL_FAULTS
from arrears.book.left_book import find_who_left
from arrears.book.load_files import Loaded, Progress, raw_table, run
from arrears.book.mapping import Cell, Feed, Mapping
from arrears.book.parse import listed, literal, quoted
from arrears.book.readers import register
from arrears.book.table import TABLES
from arrears.book.vocabulary import CURRENCIES, IN_ORDER, KEYS
from arrears.kernel.problem import Problem, Unusable

OF_ACCOUNTS = ("instalments", "payments", "chargebacks", "pauses", "months", "parties")
OF_PEOPLE = ("contact_points", "contacts")


@dataclass(frozen=True)
class Accepted:
    """Feeds with the tables that hold their rows, and the tables of the book that were sent at all."""

    feeds: tuple[tuple[str, Feed], ...]
    """(name of the made_ table, feed)"""
    converter: Converter

    @property
    def tables(self) -> list[str]:
        """Tables of the book that some file feeds, in the order of TABLES."""
        sent = {feed.into for _, feed in self.feeds}
        return [name for name in TABLES if name in sent]

    def rows(self, table: str) -> str:
        """SELECT of every row of a table that is not in quarantine, once."""
        of = [(made, feed) for made, feed in self.feeds if feed.into == table]
        columns = ", ".join(quoted(name) for name in TABLES[table])
        distinct = "DISTINCT " if any(feed.distinct for _, feed in of) else ""
        union = " UNION ALL ".join(
            f"SELECT {columns} FROM {made} m WHERE NOT EXISTS "
            "(SELECT 1 FROM bad_row b WHERE b.file_no = m.file_no AND b.row_no = m.row_no)"
            for made, _ in of
        )
        return f"SELECT {distinct}{columns} FROM ({union})"


def accept(
    con: duckdb.DuckDBPyConnection,
    loaded: Loaded,
    mapping: Mapping,
    as_of: date,
    progress: Progress | None = None,
    earlier: Iterable[Path] = (),
) -> Accepted:
    """
    Convert every row, find every fault. Raises Unusable for what no row can be blamed for.

    `earlier` are the books of the same home, newest first: a hold of somebody who left with their accounts is theirs.
    """
    run(
        con,
        "CREATE TABLE fault (file_no INTEGER, row_no BIGINT, code VARCHAR, t VARCHAR, c VARCHAR, v VARCHAR, d VARCHAR)",
    )
    run(con, "CREATE TABLE bad_row (file_no INTEGER, row_no BIGINT)")
    register(con)
    converter = Converter(loaded, as_of, mapping.null_words, mapping.currencies)
    feeds = [feed for feed in mapping.feeds if feed.source in loaded.columns]
    made = tuple((f"made_{place}", feed) for place, feed in enumerate(feeds))
    accepted = Accepted(made, converter)
    for name, feed in made:
        _make(con, name, feed, converter)
        if progress:
            progress(f"reading the cells of {feed.into}", 1)
    for name, feed in made:
        _whole_row_faults(con, name, feed)
    _currencies(con, accepted, mapping)
    for table in accepted.tables:
        _duplicates(con, accepted, table)
    _obligors(con, accepted)
    find_who_left(con, accepted.feeds, earlier)
    _gather_bad(con)
    while _dangling(con, accepted):
        pass
    return accepted


def _gather_bad(con: duckdb.DuckDBPyConnection) -> int:
    run(
        con,
        "INSERT INTO bad_row SELECT DISTINCT file_no, row_no FROM fault f WHERE NOT EXISTS "
        "(SELECT 1 FROM bad_row b WHERE b.file_no = f.file_no AND b.row_no = f.row_no)",
    )
    return int(str(run(con, "SELECT count(*) FROM bad_row")[0][0]))


def _make(con: duckdb.DuckDBPyConnection, made: str, feed: Feed, converter: Converter) -> None:
    columns = TABLES[feed.into]
    numbers = " + ".join(quoted("c_" + name) + "::INTEGER" for name in columns)
    values = ", ".join(f"{quoted('v_' + name)} AS {quoted(name)}" for name in columns)
    select = converter.select(feed)
    run(con, f"CREATE TABLE {made} AS SELECT file_no, row_no, joined, {numbers} = 0 AS sound, {values} FROM ({select})")
    if run(con, f"SELECT 1 FROM {made} WHERE NOT sound LIMIT 1"):
        texts = ", ".join(f"CAST({quoted('t_' + name)} AS VARCHAR) AS {quoted('t_' + name)}" for name in columns)
        codes = ", ".join(quoted("c_" + name) for name in columns)
        run(
            con,
            f"CREATE OR REPLACE TEMP TABLE unsound AS SELECT file_no, row_no, {texts}, {codes} "
            f"FROM ({select}) WHERE {numbers} > 0",
        )
        names = "[" + ", ".join(literal(fault.code) for fault in CELL_FAULTS) + "]"
        for name in columns:
            code = quoted("c_" + name)
            shown = column_shown(converter.cells(feed).get(name), name)
            run(
                con,
                f"INSERT INTO fault SELECT file_no, row_no, {names}[{code}], {literal(feed.into)}, {literal(shown)}, "
                f"{quoted('t_' + name)}, {literal(name)} FROM unsound WHERE {code} > 0",
            )
        run(con, "DROP TABLE unsound")
    for place, join in enumerate(feed.joins):
        shown, sql = converter.join_key(feed, place)
        for number, code in ((place + 1, "no_match"), (-(place + 1), "several_matches")):
            if run(con, f"SELECT 1 FROM {made} WHERE joined = {number} LIMIT 1"):
                run(
                    con,
                    f"INSERT INTO fault SELECT r.file_no, r.row_no, {literal(code)}, {literal(feed.into)}, "
                    f"{literal(shown)}, {sql}, {literal(join.file)} FROM {raw_table(feed.source)} r "
                    f"{converter.joins(feed)} JOIN {made} m ON m.file_no = r.file_no AND m.row_no = r.row_no "
                    f"WHERE m.joined = {number}",
                )


def column_shown(cell: Cell | None, name: str) -> str:
    """What the sender calls a column; the book's own name where no column of theirs feeds it."""
    return cell.column if cell is not None and cell.column is not None else name


def _whole_row_faults(con: duckdb.DuckDBPyConnection, made: str, feed: Feed) -> None:
    for earlier, later in IN_ORDER.get(feed.into, ()):
        before = f"{literal(', before ' + earlier + ', which is ')} || {quoted(earlier)}"
        detail = f"{literal(later + ' is ')} || {quoted(later)} || {before}"
        _blame(
            con, made, feed.into, "out_of_order", later, quoted(later), detail, f"{quoted(later)} < {quoted(earlier)}"
        )
    if feed.into == "parties":
        detail = "'the liability is ' || liability"
        condition = "role = 'contact_person' AND liability <> 'none'"
        _blame(con, made, "parties", "contact_person_is_not_an_obligor", "liability", "liability", detail, condition)
        condition = "role <> 'contact_person' AND liability = 'none'"
        _blame(con, made, "parties", "obligor_without_liability", "role", "role", "''", condition)


def _blame(
    con: duckdb.DuckDBPyConnection, made: str, table: str, code: str, column: str, value: str, detail: str, where: str
) -> None:
    run(
        con,
        f"INSERT INTO fault SELECT DISTINCT m.file_no, m.row_no, {literal(code)}, {literal(table)}, {literal(column)}, "
        f"CAST({value} AS VARCHAR), {detail} FROM {made} m WHERE {where}",
    )


def _currencies(con: duckdb.DuckDBPyConnection, accepted: Accepted, mapping: Mapping) -> None:
    for made, feed in accepted.feeds:
        if feed.into != "accounts":
            continue
        if mapping.currencies:
            allowed = listed(mapping.currencies)
            detail = literal(" and ".join(mapping.currencies))
            other = f"currency NOT IN {allowed} AND currency IN {listed(CURRENCIES)}"
            _blame(con, made, "accounts", "currency_mix", "currency", "currency", detail, other)
            continue
        mixed = run(
            con,
            f"SELECT lender_id, string_agg(currency || ' ' || n, ', ' ORDER BY currency) FROM (SELECT lender_id, "
            f"currency, count(*) AS n FROM {made} WHERE sound GROUP BY ALL) GROUP BY ALL "
            "HAVING count(*) > 1 ORDER BY 1",
        )
        if mixed:
            lender, counts = mixed[0]
            raise Unusable(
                Problem(
                    code="currency_mix",
                    where=feed.source,
                    what=f"accounts of lender {lender} are in several currencies ({counts} accounts).",
                    why="Amounts of two currencies never add, and nothing says that the mixture is meant.",
                    fix='Say `currency = "CNY"` in the mapping, and other rows go to quarantine; or list all of them '
                    "in `currencies`.",
                    column="currency",
                )
            )


def _duplicates(con: duckdb.DuckDBPyConnection, accepted: Accepted, table: str) -> None:
    """
    Rows with one key. Word for word the same: one is taken. Different: none is, since which is right is not ours to
    guess. Where the mapping says `distinct`, equal values are one thing and nothing is wrong.
    """
    of = [(made, feed) for made, feed in accepted.feeds if feed.into == table]
    key = ", ".join(quoted(name) for name in KEYS[table])
    known = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in KEYS[table])
    columns = ", ".join(quoted(name) for name in TABLES[table])
    union = " UNION ALL ".join(
        f"SELECT {place} AS place, file_no, row_no, {columns} FROM {made} WHERE {known}"
        for place, (made, _) in enumerate(of)
    )
    run(
        con,
        f"CREATE OR REPLACE TEMP TABLE twice AS SELECT * FROM ({union}) "
        f"SEMI JOIN (SELECT {key} FROM ({union}) GROUP BY ALL HAVING count(*) > 1) USING ({key})",
    )
    if not run(con, "SELECT 1 FROM twice LIMIT 1"):
        return
    told = " || ' ' || ".join(f"CAST({quoted(name)} AS VARCHAR)" for name in KEYS[table])
    if any(feed.distinct for _, feed in of):
        # Equal values are merged when the table is read (Accepted.rows), so only contradictions are faults.
        alike = f"SELECT {key} FROM (SELECT DISTINCT {columns} FROM twice) GROUP BY ALL HAVING count(*) > 1"
        wrong = (
            f"SELECT file_no, row_no, {told} AS told, 'duplicate_id' AS code "
            f"FROM twice SEMI JOIN ({alike}) USING ({key})"
        )
    else:
        sources = " UNION ALL ".join(_as_sent(accepted, place, feed) for place, (_, feed) in enumerate(of))
        wrong = (
            "SELECT file_no, row_no, told, CASE WHEN versions > 1 THEN 'duplicate_id' ELSE 'duplicate_row' END AS code "
            f"FROM (SELECT file_no, row_no, {told} AS told, count(DISTINCT (place, sent)) OVER same AS versions, "
            f"row_number() OVER (PARTITION BY {key} ORDER BY file_no, row_no) AS nth "
            f"FROM twice JOIN ({sources}) USING (place, file_no, row_no) WINDOW same AS (PARTITION BY {key})) "
            "WHERE versions > 1 OR nth > 1"
        )
    run(
        con,
        f"INSERT INTO fault SELECT DISTINCT file_no, row_no, code, {literal(table)}, {literal(KEYS[table][0])}, told, "
        f"{literal(table + ' ')} || told FROM ({wrong})",
    )


def _as_sent(accepted: Accepted, place: int, feed: Feed) -> str:
    """The cells of the twice-sent rows as they came, as one value to compare."""
    names = [name for name, _ in accepted.converter.loaded.columns[feed.source].values()]
    sent = f"row({', '.join(f'CAST({name} AS VARCHAR)' for name in names)})::VARCHAR" if names else "''"
    return (
        f"SELECT {place} AS place, file_no, row_no, {sent} AS sent FROM {raw_table(feed.source)} "
        f"SEMI JOIN (SELECT file_no, row_no FROM twice WHERE place = {place}) USING (file_no, row_no)"
    )


def _obligors(con: duckdb.DuckDBPyConnection, accepted: Accepted) -> None:
    """A borrower who is named only as a contact person of their own account: one of the two is wrong."""
    if "parties" not in accepted.tables:
        return
    borrowers = " UNION ALL ".join(
        f"SELECT account_id, person_id FROM {made}" for made, feed in accepted.feeds if feed.into == "accounts"
    )
    roles = " UNION ALL ".join(
        f"SELECT account_id, person_id, role FROM {made}" for made, feed in accepted.feeds if feed.into == "parties"
    )
    same = "a.account_id = m.account_id AND a.person_id = m.person_id"
    for made, feed in accepted.feeds:
        if feed.into == "parties":
            _blame(
                con,
                made,
                "parties",
                "contact_person_is_not_an_obligor",
                "role",
                "role",
                "'the account names them as its borrower'",
                f"m.role = 'contact_person' AND EXISTS (SELECT 1 FROM ({borrowers}) a WHERE {same}) AND NOT EXISTS "
                f"(SELECT 1 FROM ({roles}) a WHERE a.role <> 'contact_person' AND {same})",
            )


def _dangling(con: duckdb.DuckDBPyConnection, accepted: Accepted) -> bool:
    """Rows about accounts and people that are not in the book (any more); True where some were found."""
    before = int(str(run(con, "SELECT count(*) FROM bad_row")[0][0]))
    run(con, f"CREATE OR REPLACE TEMP TABLE have_account AS SELECT account_id FROM ({accepted.rows('accounts')})")
    _refer(
        con, accepted, OF_ACCOUNTS, "account_id", "have_account", "accounts", "unknown_account", "account_quarantined"
    )
    _gather_bad(con)
    people = [f"SELECT person_id FROM ({accepted.rows('accounts')})"]
    if "parties" in accepted.tables:
        people.append(f"SELECT person_id FROM ({accepted.rows('parties')})")
    if "persons" in accepted.tables:
        run(con, f"CREATE OR REPLACE TEMP TABLE have_person AS SELECT person_id FROM ({accepted.rows('persons')})")
        _refer(
            con, accepted, ("parties",), "person_id", "have_person", "persons", "unknown_person", "person_quarantined"
        )
        people.append("SELECT person_id FROM have_person")
    run(
        con,
        f"CREATE OR REPLACE TEMP TABLE have_person AS SELECT DISTINCT person_id FROM ({' UNION ALL '.join(people)})",
    )
    _refer(con, accepted, OF_PEOPLE, "person_id", "have_person", "persons", "unknown_person", "person_quarantined")
    run(con, "CREATE OR REPLACE TEMP TABLE have_or_had AS FROM have_person UNION FROM left_book")
    _refer(con, accepted, ("holds",), "person_id", "have_or_had", "persons", "unknown_person", "person_quarantined")
    return _gather_bad(con) > before


def _refer(
    con: duckdb.DuckDBPyConnection,
    accepted: Accepted,
    tables: tuple[str, ...],
    column: str,
    have: str,
    target: str,
    unknown: str,
    quarantined: str,
) -> None:
    """Blame sound rows of `tables` whose `column` is not among `have`; say so if it was, before the quarantine."""
    once = " UNION ALL ".join(f"SELECT {column} FROM {made}" for made, feed in accepted.feeds if feed.into == target)
    known = f"{column} IN (FROM ({once}))" if once else "false"
    for made, feed in accepted.feeds:
        if feed.into in tables:
            shown = column_shown(accepted.converter.cells(feed).get(column), column)
            run(
                con,
                f"INSERT INTO fault SELECT DISTINCT file_no, row_no, CASE WHEN {known} THEN {literal(quarantined)} "
                f"ELSE {literal(unknown)} END, {literal(feed.into)}, {literal(shown)}, {column}, '' "
                f"FROM (SELECT * FROM {made} m WHERE {column} IS NOT NULL AND NOT EXISTS "
                "(SELECT 1 FROM bad_row b WHERE b.file_no = m.file_no AND b.row_no = m.row_no)) "
                f"ANTI JOIN {have} USING ({column})",
            )

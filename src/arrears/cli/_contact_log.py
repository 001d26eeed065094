"""
Reading a contact log at the edge (CSV or Parquet, through DuckDB), and printing what the law says about it.

A mapping says which of the sender's columns is which of ours, what holds for every row, and what codes mean. It is
never guessed: a column that the mapping names and the file lacks is an error.
"""

from __future__ import annotations

import codecs
import json
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import typer

from arrears.book.sniff import Sniffed, pieces, sniff
from arrears.cli import EXIT_FOUND
from arrears.kernel.name_or_path import is_path
from arrears.kernel.problem import Problem, Unusable
from arrears.kernel.toml_text import toml_of

if TYPE_CHECKING:
    from arrears.law.load import Law

FIELDS = ("contact_id", "person", "debtor", "debt", "number", "at", "channel", "direction", "outcome", "time_zone")
NEEDED = ("person", "debt", "at", "channel", "direction", "time_zone")


def read_mapping(named: str) -> dict[str, Any]:
    """A mapping file, or one that is shipped, by its name."""
    path = Path(named)
    if is_path(named):
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as fault:
            raise _unusable(named, f"It can't be read ({fault.strerror}).", "Give the path of a file.") from fault
        except UnicodeDecodeError as fault:
            raise _unusable(named, f"It is not UTF-8 at byte {fault.start}.", "Save it as UTF-8.") from fault
    else:
        shipped = files("arrears.law.audit").joinpath("mappings")
        known = sorted(entry.name.removesuffix(".toml") for entry in shipped.iterdir() if entry.name.endswith(".toml"))
        if named not in known:
            raise Unusable(
                Problem(
                    code="no_mapping",
                    where=named,
                    what="No mapping of that name is shipped.",
                    why="Columns and codes are not guessed.",
                    fix=f"Give the path of a mapping file (such as ./{named}), or one of: {', '.join(known)}.",
                )
            )
        text = shipped.joinpath(f"{named}.toml").read_text(encoding="utf-8")
    try:
        body = toml_of(text)
    except tomllib.TOMLDecodeError as fault:
        raise _unusable(named, f"It is not TOML: {fault}.", "Correct the syntax.") from fault
    for table, allowed in (("columns", (*FIELDS, "offset")), ("constant", FIELDS), ("codes", FIELDS)):
        _must_be_texts(named, table, body.get(table, {}))
        wrong = [name for name in body.get(table, {}) if name not in allowed]
        if wrong:
            raise _unusable(named, f"[{table}] names {', '.join(wrong)}.", f"Use some of: {', '.join(allowed)}.")
    missing = [name for name in NEEDED if name not in {**body.get("columns", {}), **body.get("constant", {})}]
    if missing:
        raise _unusable(named, f"It says nothing of {', '.join(missing)}.", "Name the column, or a constant.")
    return body


def _must_be_texts(named: str, table: str, said: object) -> None:
    """A table of names to text; of names to tables of text where it is that of codes."""
    form = "one text for each name" if table != "codes" else 'a table of texts for each name: outcome = {B = "busy"}'
    inner = [said] if table != "codes" else list(said.values()) if isinstance(said, dict) else [said]
    for one in inner:
        if not isinstance(one, dict) or not all(isinstance(text, str | int) for text in one.values()):
            raise _unusable(named, f"[{table}] is not {form}.", f"Write {form}.")


def _unusable(where: str, what: str, fix: str) -> Unusable:
    return Unusable(
        Problem(code="mapping_unusable", where=where, what=what, why="Columns and codes are not guessed.", fix=fix)
    )


def read_log(connection: Any, path: Path, mapping: Mapping[str, Any], where: str) -> None:
    """The log as the DuckDB table `contact_log`, in the shape of log_rows.LOG: all text, rows as in the file."""
    if not path.is_file():
        raise Unusable(
            Problem(
                code="file_not_readable",
                where=str(path),
                what="There is no such file.",
                why="There is nothing to audit.",
                fix="Give the path of a CSV or Parquet file.",
            )
        )
    sniffed = sniff(path)
    if sniffed.kind == "xlsx":
        raise _unusable(str(path), "It is a workbook.", "Save the sheet as CSV, or send Parquet.")
    with TemporaryDirectory() as made:
        file = _as_utf8(sniffed, Path(made)) if sniffed.encoding == "gb18030" else path
        _load(connection, file, sniffed, mapping, where)


def _as_utf8(sniffed: Sniffed, folder: Path) -> Path:
    """The same text in UTF-8, beside nothing of the sender's."""
    decoder = codecs.getincrementaldecoder(sniffed.encoding)()
    written = folder / "log.csv"
    with written.open("w", encoding="utf-8", newline="") as out:
        try:
            for piece in pieces(sniffed.path, sniffed.packed):
                out.write(decoder.decode(piece))
            out.write(decoder.decode(b"", final=True))
        except UnicodeDecodeError as fault:
            raise _unusable(
                str(sniffed.path),
                f"Its encoding is neither UTF-8 nor GB18030 ({fault.reason}).",
                "Save it as CSV in UTF-8.",
            ) from None
    return written


def _load(connection: Any, file: Path, sniffed: Sniffed, mapping: Mapping[str, Any], where: str) -> None:
    """`file` holds the text of the log in UTF-8; `sniffed` is what the sender sent."""
    import duckdb

    path = sniffed.path
    quoted = str(file).replace("'", "''")
    if sniffed.kind == "parquet":
        source = f"read_parquet('{quoted}')"
    else:
        source = f"read_csv('{quoted}', all_varchar = true, header = true, strict_mode = true)"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()  # noqa: S608 - own path
    except duckdb.Error as fault:
        raise _unusable(
            str(path), f"The file can't be read ({str(fault).splitlines()[0]}).", "Check the file."
        ) from fault
    kinds = {str(row[0]): str(row[1]) for row in described}
    columns = mapping.get("columns", {})
    optional = {"debtor", "contact_id", "outcome", "number"} if where == "plain" else set()
    absent = [
        f"{column} (for {name})" for name, column in columns.items() if column not in kinds and name not in optional
    ]
    if absent:
        raise _unusable(
            str(path),
            f"The file has no column {', '.join(absent)}.",
            f"It has: {', '.join(kinds)}. Correct the mapping.",
        )
    chosen = [f"{_value(name, mapping, kinds)} AS {_identifier(name)}" for name in FIELDS]
    try:
        connection.execute(
            "CREATE TABLE contact_log AS "  # noqa: S608 - names are ours, columns and values quoted
            "SELECT row, coalesce(contact_id, 'row ' || row) AS contact_id, * EXCLUDE (row, contact_id) "
            f"FROM (SELECT row_number() OVER () AS row, {', '.join(chosen)} FROM {source})"
        ).fetchall()
    except duckdb.Error as fault:
        raise _unusable(
            str(path), f"The file can't be read ({str(fault).splitlines()[0]}).", "Check the file."
        ) from fault


def _value(name: str, mapping: Mapping[str, Any], kinds: Mapping[str, str]) -> str:
    column = mapping.get("columns", {}).get(name)
    if column is None or column not in kinds:
        constant = mapping.get("constant", {}).get(name)
        return "NULL" if constant is None else _literal(str(constant))
    found = _identifier(column)
    kind = kinds[column]
    if name == "at" and kind.startswith("TIMESTAMP WITH TIME ZONE"):
        found = f"strftime(epoch_ms(epoch_ms({found})), '%Y-%m-%dT%H:%M:%S') || 'Z'"
    elif name == "at" and kind.startswith("TIMESTAMP"):
        found = f"strftime({found}, '%Y-%m-%dT%H:%M:%S')"
    else:
        found = f"trim(CAST({found} AS VARCHAR))"
    if name == "at" and mapping.get("columns", {}).get("offset") is not None:
        found = f"{found} || coalesce(trim(CAST({_identifier(mapping['columns']['offset'])} AS VARCHAR)), '')"
    codes = mapping.get("codes", {}).get(name, {})
    if codes:
        cases = " ".join(f"WHEN {_literal(str(code))} THEN {_literal(str(ours))}" for code, ours in codes.items())
        found = f"CASE {found} {cases} ELSE {found} END"
    return f"nullif({found}, '')"


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def audited(log: Path, mapping: str, pack: str, format_: str, held: Path | None, run_on: date) -> int:
    """Audit a log and print it. Gives the exit code: 0, or 1 where something was found or held."""
    import duckdb

    from arrears.law.audit.log_rows import HELD
    from arrears.law.load import load_law

    law = load_law([pack], run_on, house=False)
    connection = duckdb.connect()
    read_log(connection, log, read_mapping(mapping), mapping)
    counts: Counter[str] = Counter()
    shown: list[dict[str, Any]] = []
    for body in examine(connection, law, pack):
        counts[body["provision"]] += 1
        if format_ == "json":
            typer.echo(json.dumps(body, ensure_ascii=False))
        else:
            shown.append(body)
    total, kept_out = _print_held(connection, format_, HELD, held)
    if format_ == "table":
        _print_table(shown)
    _print_summary(total, kept_out, counts)
    return EXIT_FOUND if counts or kept_out else 0


def examine(connection: Any, law: Law, pack: str) -> Iterator[dict[str, Any]]:
    """
    Every finding about the rows of the table `contact_log`, in the order of the file.

    Leaves the tables `log_rows` (the rows, with `held`) and `findings` behind.
    """
    import ibis

    from arrears.law.audit.log import counted_with, countings, findings, known_zones, offsets
    from arrears.law.audit.log_rows import read_rows

    first_day = next(item.first_day for item in law.packs if item.id == pack)
    _add_forms(connection, pack)
    engine = ibis.duckdb.from_connection(connection)
    zones = known_zones([row[0] for row in connection.execute("SELECT DISTINCT time_zone FROM contact_log").fetchall()])
    first_s = int(datetime.combine(first_day, time(0), UTC).timestamp())
    rows = _kept(engine, "log_rows", read_rows(engine.table("contact_forms"), zones, first_s))
    span = connection.execute("SELECT min(at_s), max(at_s) FROM log_rows WHERE held IS NULL").fetchall()[0]
    connection.register("shifts_given", offsets(zones, _day(span[0], first_day), _day(span[1], first_day)))
    connection.execute("CREATE TABLE shifts AS SELECT * FROM shifts_given").fetchall()
    shifts = engine.table("shifts")
    over = _kept(engine, "findings", findings(rows, shifts, law, pack))
    behind: dict[tuple[int, str], list[str]] = {}
    for counting in countings(law, pack):
        if connection.execute("SELECT 1 FROM findings WHERE provision = ? LIMIT 1", [counting.provision]).fetchall():
            found = engine.to_pyarrow(counted_with(rows, shifts, over, counting)).to_pylist()
            behind.update({(line["row"], counting.provision): line["events"] for line in found})
    provisions = {item.id: item for item in law.provisions}
    cursor = connection.execute(
        "SELECT f.*, r.contact_id AS since FROM findings f LEFT JOIN log_rows r ON r.row = f.since_row ORDER BY 1, 7"
    )
    names = [column[0] for column in cursor.description]
    for values in cursor.fetchall():
        line = dict(zip(names, values, strict=True))
        provision = provisions[line["provision"]]
        alone = [line["contact_id"]] if line["since"] is None else [line["since"], line["contact_id"]]
        yield {
            "row": line["row"],
            "contact": line["contact_id"],
            "person": line["person"],
            "debt": line["debt"],
            "number": line["number"],
            "at": line["at"],
            "provision": provision.id,
            "clause": provision.citation,
            "force": provision.force,
            "confidence": provision.confidence,
            "counted": line["counted"],
            "events": behind.get((line["row"], provision.id), alone),
        }


def _add_forms(connection: Any, pack: str) -> None:
    """
    The table `contact_forms`: `contact_log` with each number's key, read in the country of the person's place, and with
    instants that are not written plainly as ISO 8601, as the book reads them. Without an offset none is an instant.
    """
    import pyarrow as pa

    from arrears.kernel.number import KINDS, country_of_zone, point_key

    home = pack[:2].upper()
    seen = connection.execute(
        "SELECT DISTINCT channel, number, time_zone FROM contact_log WHERE number IS NOT NULL"
    ).fetchall()
    keys = [
        point_key(KINDS.get(channel, "phone"), number, country_of_zone(zone) or home) for channel, number, zone in seen
    ]
    odd = connection.execute(
        f'SELECT DISTINCT "at" FROM contact_log WHERE NOT regexp_full_match("at", \'{PLAIN_INSTANT}\')'  # noqa: S608 - ours
    ).fetchall()
    instants = [(at, read) for (at,) in odd if (read := _instant(at)) is not None]
    for name, columns, rows in (
        ("number_keys", ("c", "n", "z", "number_key"), [(*one, key) for one, key in zip(seen, keys, strict=True)]),
        ("odd_instants", ("t", "instant"), instants),
    ):
        given = [pa.array([row[place] for row in rows], pa.string()) for place in range(len(columns))]
        connection.register(name, pa.table(given, list(columns)))
    connection.execute(
        "CREATE TABLE contact_forms AS SELECT l.*, k.number_key, o.instant FROM contact_log l "
        "LEFT JOIN number_keys k ON k.n = l.number AND k.c IS NOT DISTINCT FROM l.channel "
        'AND k.z IS NOT DISTINCT FROM l.time_zone LEFT JOIN odd_instants o ON o.t = l."at"'
    ).fetchall()
    for name in ("number_keys", "odd_instants"):
        connection.unregister(name)


PLAIN_INSTANT = r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2})"


def _instant(text: str) -> str | None:
    """An instant in any form the book reads, with its own offset or zone; None where it has none or is none."""
    from arrears.kernel.reading import Unreadable
    from arrears.kernel.reading.instant import read_instant

    try:
        return read_instant(text).isoformat(timespec="seconds")
    except Unreadable:
        return None


def _kept(engine: Any, name: str, expression: Any) -> Any:
    """Work an expression out once and keep it as a table of the engine."""
    engine.con.execute(f"CREATE TABLE {name} AS {engine.compile(expression)}").fetchall()
    return engine.table(name)


def _day(seconds: int | None, otherwise: date) -> date:
    return otherwise if seconds is None else (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).date()


def _print_held(connection: Any, format_: str, why: Mapping[str, str], to: Path | None) -> tuple[int, Counter[str]]:
    import csv

    total = connection.execute("SELECT count(*) FROM log_rows").fetchall()[0][0]
    kept_out: Counter[str] = Counter()
    cursor = connection.execute(
        'SELECT row, contact_id, person, "at", channel, outcome, time_zone, held '
        "FROM log_rows WHERE held IS NOT NULL ORDER BY 1"
    )
    names = [column[0] for column in cursor.description]
    lines = [dict(zip(names, line, strict=True)) for line in cursor.fetchall()]
    for line in lines:
        kept_out[line["held"]] += 1
        if format_ == "json":
            typer.echo(
                json.dumps(
                    {"row": line["row"], "contact": line["contact_id"], "held": line["held"], "why": why[line["held"]]},
                    ensure_ascii=False,
                )
            )
    if to is not None:
        with to.open("w", newline="", encoding="utf-8") as out:
            writer = csv.DictWriter(out, fieldnames=[*names, "why"])
            writer.writeheader()
            for line in lines:
                safe = {name: _unrunnable(value) for name, value in line.items()}
                writer.writerow({**safe, "why": why[line["held"]]})
    return int(total), kept_out


def _unrunnable(value: Any) -> Any:
    """A cell that a spreadsheet would run is written as text."""
    return "'" + value if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value


def _print_table(found: list[dict[str, Any]]) -> None:
    from rich.markup import escape
    from rich.table import Table

    from arrears.cli._terminal import console
    from arrears.kernel.shown import shown

    table = Table("row", "contact", "person", "debt", "at", "clause", "force", "contacts behind it")
    for body in found:
        names = ("row", "contact", "person", "debt", "at", "clause", "force")
        cells = (*(str(body[name] or "") for name in names), ", ".join(map(str, body["events"])))
        table.add_row(*(escape(shown(cell)) for cell in cells))
    console().print(table)


def _print_summary(total: int, kept_out: Counter[str], counts: Counter[str]) -> None:
    out = sys.stderr
    print(f"{total} rows, {total - sum(kept_out.values())} audited, {sum(kept_out.values())} held.", file=out)
    for reason, times in sorted(kept_out.items()):
        print(f"  held {reason}: {times}", file=out)
    for provision, times in sorted(counts.items()):
        print(f"  {provision}: {times}", file=out)

"""
`arrears book`: look at a lender's files, import them, list what was imported, make up a book.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from arrears.cli._home import private_home
from arrears.cli._terminal import console

if TYPE_CHECKING:
    from arrears.book.mapping import Mapping
    from arrears.book.preview import FileSeen, Preview
    from arrears.book.take_in import TakenIn

app = typer.Typer(
    help="Look at a lender's files, import them as a book, list the books, make one up.", no_args_is_help=True
)

HOME = typer.Option(Path("var"), "--home", envvar="ARREARS_HOME", help="Where state lives.")
FILES = typer.Argument(..., metavar="FILES…", help="CSV, CSV.GZ, Parquet or XLSX files, or a directory of them.")
MAPPING = typer.Option(
    None,
    "--mapping",
    help="A mapping file, or the name of a shipped one (arrears, berka, lendingclub-2018, uci-cards). "
    "Without it: book.toml in the directory given.",
)
AS_OF = typer.Option(None, "--as-of", formats=["%Y-%m-%d"], help="Business day of the book. [default: the mapping's]")

EXIT_FOUND, EXIT_STOPPED = 1, 3
FAULTS_SHOWN = 8


@app.command()
def check(
    files: list[Path] = FILES,
    mapping: str | None = MAPPING,
    as_of: datetime | None = AS_OF,
    suggest: bool = typer.Option(False, "--suggest", help="Print a mapping for these files, to correct by hand."),
) -> None:
    """
    Show what every column is understood as and what would go to quarantine. Writes nothing.

    Without a mapping it shows what the columns look like; with --suggest it prints a mapping to start from.
    """
    from arrears.book.preview import preview
    from arrears.book.suggest_mapping import suggested_toml

    chosen = _found_mapping(files, mapping)
    with _progress() as told:
        seen = preview(files, None if suggest else chosen, _day(as_of), told)
    if suggest:
        print(suggested_toml(seen.seen(), seen.titles()))
        return
    for file in seen.files:
        _print_file(file)
    _print_preview(seen, chosen)


@app.command("import")
def import_(
    files: list[Path] = FILES,
    home: Path = HOME,
    mapping: str | None = MAPPING,
    as_of: datetime | None = AS_OF,
    expect: list[str] = typer.Option(
        [], "--expect", metavar="TOTAL=VALUE", help="A control total: accounts=1000, principal=123.45, overdue=…"
    ),
    accept_difference: bool = typer.Option(False, help="Publish even if control totals differ."),
    accept_unprotected: bool = typer.Option(
        False, help="Publish although rows that protect people (stop, dispute, hardship, …) are in quarantine."
    ),
    backdated: bool = typer.Option(False, help="Publish a book older than the last one, for replay."),
    quarantine: Path | None = typer.Option(None, help="Also write the quarantined rows to this CSV file."),
    strict: bool = typer.Option(False, help="Exit with 1 where a row was quarantined."),
) -> None:
    """
    Import files as one book and publish it in --home, whole or not at all.

    Rows that can't be used go to quarantine with a reason; accepted + quarantined = read. The same content again
    changes nothing. Exit codes: 0 done or already there, 1 with --strict and quarantined rows, 2 unusable input,
    3 stopped: a row that protects somebody (stop, dispute, hardship, represented, deceased, complaint) is in
    quarantine, totals differ, the day is decided, or the book is older than the last.
    """
    from arrears.book.quarantine import write_quarantine
    from arrears.book.take_in import Stopped, take_in

    chosen = _mapping(files, mapping)
    try:
        with _progress() as told:
            taken = take_in(
                files,
                home=private_home(home),
                mapping=chosen,
                as_of=_day(as_of),
                declared=_declared(expect),
                accept_difference=accept_difference,
                accept_unprotected=accept_unprotected,
                backdated=backdated,
                progress=told,
            )
    except Stopped as stop:
        if quarantine:
            write_quarantine(quarantine, stop.quarantined)
        _print_faults([fault.problem for fault in stop.quarantined])
        print(f"arrears: stopped: {stop.problem}", file=sys.stderr)
        raise typer.Exit(EXIT_STOPPED) from None
    if quarantine:
        write_quarantine(quarantine, taken.problems)
    _print_taken(taken)
    if strict and taken.problems:
        raise typer.Exit(EXIT_FOUND)


@app.command("list")
def list_(home: Path = HOME) -> None:
    """List the books in --home, oldest day first. Writes nothing."""
    from arrears.book.read import books

    for path, manifest in books(home):
        rows = manifest["tables"]["accounts"]["rows"]
        name, bad = manifest["mapping"]["name"], manifest["quarantined"]
        print(f"{path.name}  {name}  {rows:,} accounts  {bad:,} rows quarantined")


@app.command()
def show(
    book: str = typer.Argument("", help="The id of a book. [default: the latest]"),
    home: Path = HOME,
    quarantine: Path | None = typer.Option(None, help="Write the book's quarantine to this CSV file."),
) -> None:
    """Show where a book came from, what it holds and what it does not hold."""
    import json

    from arrears.book.read import latest_book, manifest_of

    directory = home / "books" / book if book else latest_book(home)
    if directory is None:
        print(f"There is no book in {home}. Import one with `arrears book import`.")
        return
    manifest = manifest_of(directory)
    print(json.dumps(manifest, ensure_ascii=False, indent=2))
    if quarantine:
        _export_quarantine(directory, quarantine)


@app.command()
def generate(
    out: Path = typer.Option(..., "--out", help="Directory to write the files into; made if it is not there."),
    size: int = typer.Option(10_000, "--size", min=1, help="How many loans."),
    seed: int = typer.Option(1, "--seed", help="The same seed gives the same book."),
    as_of: datetime = typer.Option("2026-11-20", "--as-of", formats=["%Y-%m-%d"], help="Business day of the book."),
    format: str = typer.Option("parquet", "--format", help="parquet or csv."),
    detail: str = typer.Option(
        "full", "--detail", help="full, or tape: without schedules, payments and third persons."
    ),
    contacts: int = typer.Option(2, "--contacts-per-loan", min=0, help="Contact history, on average."),
) -> None:
    """Write a made-up Chinese consumer-loan book as files that `arrears book import` takes. Nobody in it exists."""
    from arrears.book import synthetic

    if format not in ("parquet", "csv") or detail not in ("full", "tape"):
        raise typer.BadParameter("--format is parquet or csv, --detail is full or tape")
    with _progress(synthetic.steps_of(size, detail)) as told:  # type: ignore[arg-type]
        rows = synthetic.generate(
            out,
            loans=size,
            seed=seed,
            as_of=as_of.date(),
            detail=detail,  # type: ignore[arg-type]
            contacts_per_loan=contacts,
            format=format,  # type: ignore[arg-type]
            progress=lambda made: told("making up loans", made),
        )
    for table, count in rows.items():
        print(f"{count:>12,}  {out / table}.{format}")
    print(f"Import it with: arrears book import {out}")


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


def _found_mapping(files: list[Path], given: str | None) -> Mapping | None:
    from arrears.book.load_mapping import load_mapping

    if given is not None:
        return load_mapping(given)
    beside = [path / "book.toml" for path in files if path.is_dir() and (path / "book.toml").exists()]
    return load_mapping(beside[0]) if beside else None


def _mapping(files: list[Path], given: str | None) -> Mapping:
    from arrears.kernel.problem import Problem, Unusable

    found = _found_mapping(files, given)
    if found is not None:
        return found
    names = " ".join(str(path) for path in files[:3])
    raise Unusable(
        Problem(
            code="no_mapping",
            where=names,
            what="no mapping is given, and there is no book.toml beside the files.",
            why="Nothing says which column is the balance and which the amount overdue.",
            fix=f"Say --mapping NAME; `arrears book check --suggest {names} > book.toml` writes one to start from.",
        )
    )


def _declared(expect: list[str]) -> dict[str, str]:
    declared = {}
    for entry in expect:
        name, equals, value = entry.partition("=")
        if not equals:
            raise typer.BadParameter(f"--expect {entry}: write name=value, such as accounts=1000")
        declared[name.strip()] = value.strip()
    return declared


@contextmanager
def _progress(total: int | None = None) -> Iterator[Callable[[str, int], None]]:
    """A progress bar on a terminal, silence elsewhere."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    bar = console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=bar, transient=True, disable=not bar.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def told(what: str, rows: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.advance(tasks[what], rows)

        yield told


def _print_file(file: FileSeen) -> None:
    facts = [file.kind, f"{file.rows:,} rows"]
    facts += [f"{file.skip} lines above the header"] if file.skip else []
    facts += [f"encoding {file.encoding}", f"delimiter {file.delimiter!r}"] if file.encoding else []
    print(f"{file.name}: {', '.join(facts)}")
    for column in file.columns:
        feeds = ", ".join(column.feeds) or "-"
        print(f"  {column.name:<28} {column.shape:<16} {' | '.join(column.samples):<44} {feeds}")
    print()


def _print_preview(seen: Preview, mapping: Mapping | None) -> None:
    from arrears.book.suggest import suggestions

    if seen.ignored:
        print(f"not mentioned by the mapping: {', '.join(seen.ignored)}")
    if mapping is None:
        for name, columns in seen.seen().items():
            print(f"{name}: what the columns may be (no mapping given)")
            for one in suggestions(columns):
                print(f"  {one.source:<28} may be {one.table}.{one.column} ({one.score:.2f})")
        print("\n`arrears book check --suggest` prints a mapping to start from.")
        return
    print(
        f"With the mapping {mapping.name} this would be: "
        + ", ".join(f"{n:,} {table}" for table, n in seen.rows.items())
    )
    for file in seen.files:
        accepted = file.rows - file.quarantined
        print(f"  {file.name}: {file.rows:,} read = {accepted:,} accepted + {file.quarantined:,} quarantined")
    for one in seen.suggested:
        print(f"  unmapped: {one.source} may be {one.table}.{one.column} ({one.score:.2f})")
    _print_faults([fault.problem for fault in seen.problems])
    for warning in seen.warnings:
        print(f"  warning: {warning}")
    if seen.unprotected:
        print(f"An import would stop: {seen.unprotected}")
    print("Nothing was written.")


def _print_faults(problems: list[Any]) -> None:
    """How often each code, with its first row."""
    counts: dict[str, int] = {}
    first: dict[str, Any] = {}
    for problem in problems:
        counts[problem.code] = counts.get(problem.code, 0) + 1
        first.setdefault(problem.code, problem)
    for code in sorted(counts, key=lambda code: -counts[code])[:FAULTS_SHOWN]:
        print(f"  {counts[code]:,} × {code}; first {first[code]}")
    if len(counts) > FAULTS_SHOWN:
        print(f"  and {len(counts) - FAULTS_SHOWN} kinds more")


def _print_taken(taken: TakenIn) -> None:
    from arrears.kernel.money import decimal_text

    print(f"{'published' if taken.is_new else 'already imported, nothing changed'}: {taken.directory}")
    for source in taken.sources:
        aside = f" ({source.set_aside:,} set aside by the mapping)" if source.set_aside else ""
        print(
            f"  {source.file}: {source.read:,} read = {source.accepted:,} accepted{aside} + "
            f"{source.quarantined:,} quarantined"
        )
    for currency, total in taken.totals.items():
        amounts = []
        for name in ("principal", "overdue", "balance"):
            unknown = total[f"{name}_unknown"]
            if unknown == total["accounts"]:
                amounts.append(f"{name} unknown")
                continue
            known = f"{name} {decimal_text(total[f'{name}_cents'])}"
            amounts.append(f"{known} (unknown for {unknown:,})" if unknown else known)
        print(f"  {currency}: {total['accounts']:,} accounts, {', '.join(amounts)}")
    if taken.unprotected:
        print(f"  accepted although {taken.unprotected:,} people are left unprotected by rows in quarantine")
    for difference in taken.differences:
        print(f"  accepted although {difference}")
    if taken.absent:
        print(f"  not in this book: {', '.join(taken.absent)}")
    for warning in taken.warnings:
        print(f"  warning: {warning}")
    for note in taken.notes:
        print(f"  note: {note}")
    _print_faults([fault.problem for fault in taken.problems])


def _export_quarantine(directory: Path, target: Path) -> None:
    import pyarrow.parquet as pq

    from arrears.book.quarantine import write_rows

    file = directory / "quarantine.parquet"
    rows = pq.read_table(file).to_pylist() if file.exists() else []
    write_rows(target, rows)
    print(f"{len(rows):,} faults written to {target}")

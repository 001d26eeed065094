"""`arrears night`: decide what each account needs, publish the plan and the queue, and show what was decided."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from arrears.cli._home import private_home, store_url
from arrears.kernel.problem import Problem, Unusable

if TYPE_CHECKING:
    from arrears.decision.policy import Policy
    from arrears.law.load import Law
    from arrears.store.open import Store

app = typer.Typer(no_args_is_help=True, help="Decide tonight's treatment for every account, and show it.")

HOME = typer.Option(Path("var"), help="Where state lives.", envvar="ARREARS_HOME")
DAY = typer.Option(None, formats=["%Y-%m-%d"], help="Business day. [default: the latest]", show_default=False)
LANG = typer.Option("en", help="Language of the summary: zh or en.")


@app.command()
def run(
    home: Path = HOME,
    as_of: datetime | None = DAY,
    policy: str | None = typer.Option(None, help="A policy file, or the name of a shipped one.", show_default=False),
    rules: Path | None = typer.Option(
        None, help="The lender's ageing rules, a TOML file (docs/concepts/ageing.md).", show_default="this project's"
    ),
    packs: str = typer.Option("cn", "--law", help="Law packs, separated by commas."),
    database: str | None = typer.Option(
        None, envvar="ARREARS_DATABASE_URL", help="Where the day lives.", show_default="HOME/arrears.db"
    ),
    publish: bool = typer.Option(True, "--publish/--no-publish", help="Also hand the queue to the day's database."),
    again: bool = typer.Option(False, "--again", help="Decide a decided day anew; the old night stays on file."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Decide and print the summary; write nothing."),
    threads: int = typer.Option(0, min=0, help="Threads of the engine. 0: one per core.", show_default=False),
    memory: str = typer.Option("5GB", help="Memory of the engine; what is more goes to disk."),
    lang: str = LANG,
) -> None:
    """
    Decide tonight's treatment for every account of a book, with a reason for each.

    Reads the book, and what the day's database knows that the book does not; writes one night under HOME/nights, and
    hands its queue to the day. Running it again for the same day writes nothing and exits 0; other inputs for a
    decided day exit 3. Contacts nobody.
    """
    from arrears.book.read import refuse_damaged
    from arrears.cli._ageing_rules import rules_from
    from arrears.daytime import day_tables, load_night
    from arrears.nightly.publish import DayDecided, Engine, publish_night
    from arrears.store.migrate import migrate
    from arrears.store.open import open_store

    book, day = _book(private_home(home), as_of.date() if as_of else None)
    refuse_damaged(book)
    law = _law_for(packs.split(","), day)
    chosen = _policy(policy, book)
    ageing_rules = rules_from(rules)
    store = open_store(store_url(home, database))
    try:
        migrate(store)
        now = datetime.now().astimezone()
        try:
            night = publish_night(
                home,
                book,
                law,
                chosen,
                ageing_rules,
                day=day_tables(store, day, book),
                day_read_at=now.isoformat(),
                again=again,
                dry_run=dry_run,
                engine=Engine(memory=memory, **({"threads": threads} if threads else {})),
                told=_tell,
            )
        except DayDecided as decided:
            print(f"arrears: {decided.problem}", file=sys.stderr)
            raise typer.Exit(3) from decided
        if dry_run:
            from arrears.cli._night_summary import print_summary

            print_summary(night.manifest, night.manifest["summary"], night.manifest["certificate"], lang)
            return
        print(f"{'published' if night.new else 'already decided, nothing changed'}: {night.path}")
        if publish:
            loaded = load_night(store, night.path, book, at=now)
            print(
                f"the day has {loaded.queue_items} people to work with, of {loaded.persons} people and "
                f"{loaded.accounts} accounts taken in"
                if loaded.new
                else "the day has this night already"
            )
            _sign(store, home)
    finally:
        store.close()


@app.command()
def show(
    as_of: datetime | None = typer.Argument(None, formats=["%Y-%m-%d"], help="Business day. [default: the latest]"),
    home: Path = HOME,
    verify: bool = typer.Option(False, "--verify", help="Check hashes, certificate, policy, plan and store."),
    database: str | None = typer.Option(
        None, envvar="ARREARS_DATABASE_URL", help="The store, for --verify.", show_default="HOME/arrears.db"
    ),
    lang: str = LANG,
) -> None:
    """
    Show what a night decided: buckets, treatments with value and cost, reasons for none, prices, certificate.

    Changes nothing. --verify checks every file's hash against the manifest, the certificate against the policy and
    the plan, and the night against the one that the store took in; exit 1 says what does not hold.
    """
    from arrears.cli._night_summary import print_summary
    from arrears.nightly.publish import latest_night, night_manifest, night_of

    path = night_of(home, as_of.date()) if as_of else latest_night(home)
    if path is None:
        raise Unusable(
            Problem(
                code="no_night",
                where=str(home),
                what="there is no night" + (f" for {as_of:%Y-%m-%d}." if as_of else " yet."),
                why="A night is decided once a book is in.",
                fix="Run `arrears night run` with the same --home.",
            )
        )
    if verify:
        _verify(path, home, database)
    manifest = night_manifest(path)
    said = {name: _said(path / f"{name}.json", manifest) for name in ("summary", "certificate")}
    print_summary(manifest, said["summary"], said["certificate"], lang)


def _verify(path: Path, home: Path, database: str | None) -> None:
    from arrears.nightly.verify_night import faults_of

    faults = faults_of(path) or _differs_from_the_store(path, home, database)
    for fault in faults:
        print(f"{path.name}: {fault}", file=sys.stderr)
    if faults:
        print(f"{path.name}: does NOT hold. 不成立。", file=sys.stderr)
        raise typer.Exit(1)
    print(
        f"{path.name}: every file is as published, and the certificate follows from policy and plan; it holds. 成立。"
    )


def _differs_from_the_store(path: Path, home: Path, database: str | None) -> list[str]:
    """How the night's files differ from those that the store took in, where there is a store."""
    from arrears.nightly.publish import night_manifest
    from arrears.nightly.verify_night import digest_of
    from arrears.store.evidence import digest_of_night
    from arrears.store.open import open_store

    if database is None and not (home / "arrears.db").is_file():
        return []
    store = open_store(store_url(home, database), only_read=True)
    try:
        with store.read() as connection:
            known = digest_of_night(connection, night_manifest(path)["night_id"])
    finally:
        store.close()
    if known is None or known == digest_of(path):
        return []
    return ["the store took in another night under this id: the files or their manifest were changed since"]


def _said(path: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """A JSON file of the night, if it is the one that was published."""
    import hashlib
    import json

    try:
        text = path.read_bytes()
        if hashlib.sha256(text).hexdigest() != manifest["files"].get(path.name):
            raise ValueError("it is not the file that was published")
        found: dict[str, Any] = json.loads(text)
    except (OSError, ValueError, RecursionError) as fault:
        raise Unusable(
            Problem(
                code="night_damaged",
                where=str(path),
                what=f"it can't be read ({type(fault).__name__}: {fault}).",
                why="Only a whole night is shown.",
                fix="Restore the file from its copy, or decide the day again with `arrears night run --again`.",
            )
        ) from fault
    return found


def _tell(stage: str, seconds: float) -> None:
    if sys.stderr.isatty():
        print(f"  {stage:<10} {seconds:7.2f} s", file=sys.stderr)


def _book(home: Path, day: date | None) -> tuple[Path, date]:
    """The book of `day`, or the latest; and its day."""
    from arrears.book.read import books

    found = [(path, date.fromisoformat(manifest["as_of"])) for path, manifest in books(home)]
    if day is not None:
        found = [(path, of) for path, of in found if of == day]
    if not found:
        raise Unusable(
            Problem(
                code="no_book",
                where=str(home),
                what="there is no book" + (f" of {day}." if day else " yet."),
                why="A night decides on a book as it stood on one day.",
                fix="Import the lender's files with `arrears book import` and the same --home.",
            )
        )
    return found[-1]


def _law_for(packs: list[str], day: date) -> Law:
    """The law of `day`; for a book older than the packs, that of their first day, and it says so."""
    from arrears.law.load import load_law

    law = load_law(packs, run_on=datetime.now().astimezone().date())
    first = max(pack.first_day for pack in law.packs)
    if day < first:
        print(f"the book is of {day}, before the law packs begin: judged by the law in force on {first}")
        return law.pinned_to(first)
    return law


def _policy(name: str | None, book: Path) -> Policy:
    import ibis

    from arrears.book.read import open_book
    from arrears.decision.load import default_policy_for, load_policy

    if name:
        return load_policy(name)
    accounts = open_book(book, ibis.duckdb.connect())["accounts"]
    currencies = sorted(accounts.select("currency").distinct().to_pyarrow()["currency"].to_pylist())
    if not currencies:
        raise Unusable(
            Problem(
                code="empty_book",
                where=book.name,
                what="the book has no accounts.",
                why="There is nothing to decide, and no currency to choose a policy by.",
                fix="Import a book with accounts, or name a policy with --policy.",
            )
        )
    return default_policy_for(currencies[0])


def _sign(store: Store, home: Path) -> None:
    """Sign the head of the evidence log, so that nobody can later show another history of this night."""
    from arrears.cli._evidence_key import made_key
    from arrears.cli.evidence import sign_head

    made_key(home, None)
    sign_head(store, home)

"""What borrowers say: claims, the papers on them, the cause and the next step."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer

from arrears.cli._day import BY, DATABASE, HOME, JSON_LINES, WHY

app = typer.Typer(
    help="What borrowers say: claims, the papers on them, the cause, the next step.", no_args_is_help=True
)
CLAIM_ID = typer.Argument(..., metavar="CLAIM_ID", help="As `arrears claim list` shows it.")
DAY = ["%Y-%m-%d"]


@app.callback()
def claim() -> None:
    """What borrowers say: claims, the papers on them, the cause, the next step."""


@app.command()
def kinds(language: str = typer.Option("en", "--lang", help="zh or en.")) -> None:
    """List the kinds of claims: what each must say, and which paper would show it."""
    from arrears.playbook.claims import CLAIM_KINDS

    index = 0 if language == "zh" else 1
    for code, kind in CLAIM_KINDS.items():
        told = "; ".join(words[index] for words in kind.papers) or "-"
        print(f"{code:16} {kind.words[index]:28} {' '.join(kind.needs) or '-':12} {told}")


@app.command("list")
def list_(
    person_id: str = typer.Argument(..., metavar="PERSON_ID"),
    language: str = typer.Option("en", "--lang", help="zh or en."),
    json_lines: bool = JSON_LINES,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    What a person said and where each claim stands: supported, contradicted or open, and by what. Changes nothing.

    Then the causes that the claims point to, the one that was confirmed, and the next step.
    """
    import json

    from arrears.cli._day import now, opened
    from arrears.daytime.take_claim import known_ledger
    from arrears.kernel.money import decimal_text
    from arrears.outcome.next_step import STEPS
    from arrears.playbook.claims import CAUSES, CLAIM_KINDS
    from arrears.playbook.claims.weigh import GROUNDS

    index = 0 if language == "zh" else 1
    with opened(home, database) as store:
        ledger = known_ledger(store, person_id, now())
    for row in ledger.rows:
        standing = ledger.standings[row["claim_id"]]
        if json_lines:
            told = {
                "claim_id": row["claim_id"],
                "kind": row["kind"],
                "status": standing.status,
                "grounds": [{"code": ground.code, "source": ground.source} for ground in standing.grounds],
            }
            print(json.dumps(told, ensure_ascii=False))
            continue
        money = "" if row["amount_cents"] is None else f" {decimal_text(row['amount_cents'])} {row['currency']}"
        day = "" if row["about_on"] is None else f" {row['about_on']}"
        print(f"{row['claim_id']}  {CLAIM_KINDS[row['kind']].words[index]}{money}{day}: {standing.status}")
        for ground in standing.grounds:
            print(f"    {GROUNDS[ground.code][index]} ({ground.source})")
    if json_lines:
        return
    for pointer in ledger.pointers:
        cause = CAUSES[pointer.cause]
        print(f"? {cause.words[index]}: {cause.deserves[index]} ({', '.join(pointer.claims)})")
    if ledger.cause is not None:
        print(f"= {CAUSES[ledger.cause['cause']].words[index]}")
    if ledger.step is not None:
        print(f"> {STEPS[ledger.step['step']][index]} {ledger.step['due_on']} ({ledger.step['next_step_id']})")
    print(f"{len(ledger.rows)} claims")


@app.command()
def record(
    person_id: str = typer.Argument(..., metavar="PERSON_ID"),
    kind: str = typer.Argument(..., metavar="KIND", help="As `arrears claim kinds` lists them."),
    amount: str | None = typer.Option(None, "--amount", help="Such as 1200.50."),
    currency: str = typer.Option("CNY", "--currency", help="Of the amount."),
    on: datetime | None = typer.Option(None, "--on", formats=DAY, help="The day it speaks of."),
    payday: int | None = typer.Option(None, "--payday", help="Day of the month, 1 to 31."),
    account: str | None = typer.Option(None, "--account", metavar="ACCOUNT_ID", help="Where it is about one debt."),
    words: str | None = typer.Option(None, "--words", help="As they said it. Kept in the store, never in the log."),
    by: str = BY,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    Take down what a person said. Whoever does it holds their case or was in contact with them.

    Exits 2 where the kind needs an amount or a day that is not given, or the person is unknown.
    """
    from arrears.cli._day import acting, cents_of, now, opened
    from arrears.daytime import take_claim

    with opened(home, database) as store:
        claim_id = take_claim(
            store,
            person_id=person_id,
            kind=kind,
            by=acting(store, by),
            at=now(),
            amount_cents=None if amount is None else cents_of(amount),
            currency=currency,
            on=None if on is None else on.date(),
            payday=payday,
            account_id=account,
            words=words,
        )
    print(claim_id)


@app.command("take-back")
def take_back(claim_id: str = CLAIM_ID, by: str = BY, home: Path = HOME, database: str | None = DATABASE) -> None:
    """A slip of the pen counts no more; the evidence keeps that it was written. By whoever took it down."""
    from arrears.cli._day import acting, now, opened
    from arrears.daytime import take_back_claim

    with opened(home, database) as store:
        done = take_back_claim(store, claim_id, by=acting(store, by), at=now())
    print(f"{claim_id} {'counts no more' if done else 'did not count already'}")


@app.command()
def ask(claim_id: str = CLAIM_ID, by: str = BY, home: Path = HOME, database: str | None = DATABASE) -> None:
    """Note that a paper on the claim was asked for."""
    from arrears.cli._day import acting, now, opened
    from arrears.daytime import ask_for_document

    with opened(home, database) as store:
        print(ask_for_document(store, claim_id, by=acting(store, by), at=now()))


@app.command()
def receive(
    claim_id: str = CLAIM_ID,
    file: Path = typer.Argument(..., exists=True, dir_okay=False, help="A PDF, PNG or JPEG of at most 20 MB."),
    by: str = BY,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    Keep a file that the person sent, by its hash, and note it on the claim. The same file twice is one document.

    Exits 2 for an empty file, one above 20 MB, or one that by its first bytes is no PDF, PNG or JPEG.
    """
    from arrears.cli._day import acting, now, opened
    from arrears.daytime import receive_document
    from arrears.store.kept_files import FOLDER, LARGEST

    with file.open("rb") as opened_file:
        data = opened_file.read(LARGEST + 1)
    with opened(home, database) as store:
        document_id = receive_document(
            store,
            claim_id,
            data,
            file_name=file.name,
            folder=home / FOLDER,
            by=acting(store, by),
            at=now(),
        )
    print(document_id)


@app.command()
def read(
    document_id: str = typer.Argument(..., metavar="DOCUMENT_ID"),
    supports: bool = typer.Option(..., "--supports/--contradicts", help="What the paper says of the claim."),
    why: str = WHY,
    by: str = BY,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """Note what somebody read in a document: it supports its claim or contradicts it. The latest reading holds."""
    from arrears.cli._day import acting, now, opened
    from arrears.daytime import read_document

    with opened(home, database) as store:
        read_document(store, document_id, supports=supports, by=acting(store, by), at=now(), why=why)
    print(f"{document_id} {'supports' if supports else 'contradicts'} its claim")


@app.command()
def cause(
    person_id: str = typer.Argument(..., metavar="PERSON_ID"),
    code: str = typer.Argument(..., metavar="CAUSE", help="Such as income_shock or cash_flow_timing."),
    claims: list[str] = typer.Option([], "--claim", metavar="CLAIM_ID", help="What it rests on; may be repeated."),
    by: str = BY,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """Confirm why it is not paid, as whoever heard it understands it. The latest holds."""
    from arrears.cli._day import acting, now, opened
    from arrears.daytime import confirm_cause

    with opened(home, database) as store:
        print(confirm_cause(store, person_id=person_id, cause=code, by=acting(store, by), at=now(), claim_ids=claims))


@app.command()
def step(
    person_id: str = typer.Argument(..., metavar="PERSON_ID"),
    code: str = typer.Argument(..., metavar="STEP", help="Such as they_pay, they_send_papers or we_write."),
    due_on: datetime = typer.Option(..., "--on", formats=DAY, help="The day, where the person lives."),
    by: str = BY,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """Pin down what was agreed to happen next. It takes the place of an earlier step."""
    from arrears.cli._day import acting, now, opened
    from arrears.daytime import pin_next_step

    with opened(home, database) as store:
        print(
            pin_next_step(store, person_id=person_id, step=code, due_on=due_on.date(), by=acting(store, by), at=now())
        )

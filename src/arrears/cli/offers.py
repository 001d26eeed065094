"""Offers: what a borrower can afford, and the plans that fit it."""

from __future__ import annotations

from pathlib import Path

import typer

from arrears.cli._cases import Case
from arrears.cli._day import BY, DATABASE, HOME, JSON_LINES, PACKS

app = typer.Typer(help="Offers: what a borrower can afford, and the plans that fit it.")


@app.callback()
def offers() -> None:
    """Offers: what a borrower can afford, and the plans that fit it."""


@app.command()
def affordability(
    file: Path = typer.Argument(..., metavar="FILE.jsonl", help="One statement of means a line."),
) -> None:
    """
    Say what every borrower in FILE can pay after a basic living, and whether a plan inside policy fits it.

    Prints one JSON object a line, in the order of the file. Reads nothing else and writes nothing.

    Exits 0; 1 where a line can't be answered (stderr names it, the others are answered); 2 where there is no file.
    """
    from arrears.cli._cases import answer_each

    raise typer.Exit(answer_each(file, _afforded))


@app.command()
def schedule(
    file: Path = typer.Argument(..., metavar="FILE.jsonl", help="One instalment plan a line, by its terms."),
) -> None:
    """
    Work out the instalment plan of every line in FILE: what is due when, how much of it is interest.

    Prints {"id": …, "result": {…}} a line, in the order of the file, or {"id": …, "unsupported": why} where a term
    is not known here. Arithmetic is exact. Reads nothing else and writes nothing.

    Exits 0; 1 where a line can't be read (stderr names it, the others are answered); 2 where there is no file.
    """
    from arrears.cli._cases import answer_each
    from arrears.cli._schedules import answer

    raise typer.Exit(answer_each(file, answer))


@app.command()
def propose(
    file: Path = typer.Argument(..., metavar="FILE.jsonl", help="One debt to settle a line, with means and authority."),
) -> None:
    """
    Say which offers policy, law and the borrower's means permit for every debt in FILE, and which to open with.

    Prints one JSON object a line, in the order of the file, or {"id": …, "unsupported": "where: why"} where a line
    can't be what it says it is. No offer goes beyond a role or the law; a plan never asks for more than is
    sustainable. Reads nothing else and writes nothing.

    Exits 0; 1 where a line can't be read (stderr names it, the others are answered); 2 where there is no file.
    """
    from arrears.cli._cases import answer_each
    from arrears.cli._proposals import answer

    raise typer.Exit(answer_each(file, answer))


@app.command()
def account(
    account_id: str = typer.Argument(..., metavar="ACCOUNT_ID"),
    by: str = BY,
    packs: str = PACKS,
    json_lines: bool = JSON_LINES,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    Say which offers the user named may make on an account of the day, and which need somebody above them.

    What is owed, the means on record, the payday and the authority of the newest night's policy decide. Without means
    on record no plan is offered: `arrears offers means` takes them down. Changes nothing.
    """
    import json

    from arrears.cli._day import law_today, now, opened, role_acting
    from arrears.cli._proposals import written
    from arrears.daytime import offers_for
    from arrears.kernel.money import decimal_text

    law = law_today(packs)
    with opened(home, database) as store:
        found = offers_for(store, law, account_id, role=role_acting(store, by), at=now())
    if json_lines:
        said = {"account_id": account_id, "currency": found.currency, "next": found.next}
        print(json.dumps({**said, "offers": [written(offer) for offer in found.offers]}))
        return
    can_pay = "unknown, so no plan is offered" if found.sustainable is None else decimal_text(found.sustainable)
    print(f"{account_id}: {decimal_text(sum(found.owed.values()))} {found.currency} owed; a month can bear {can_pay}")
    for offer in found.offers:
        parts = [offer.name, offer.kind, f"{len(offer.payments)} x {decimal_text(offer.largest)}"]
        parts += [f"from {offer.payments[0][0]}"] if offer.payments else []
        parts += [f"waived {decimal_text(offer.waived)}"] if offer.waived else []
        parts += [f"needs {offer.needs}"] if offer.needs else []
        print("  ".join([*parts, *(["<- open with this"] if offer.name == found.next else [])]))


@app.command()
def means(
    person_id: str = typer.Argument(..., metavar="PERSON_ID"),
    income: list[str] = typer.Option(
        [], "--income", metavar="SOURCE=AMOUNT[:CURRENCY]", help="Verified income a month; may be given several times."
    ),
    unverified: list[str] = typer.Option([], "--unverified", metavar="SOURCE=AMOUNT", help="Kept, and not counted."),
    living: str = typer.Option(..., "--living", metavar="AMOUNT", help="What a basic living takes a month."),
    obligations: str = typer.Option("0.00", "--obligations", metavar="AMOUNT", help="What comes before this debt."),
    currency: str = typer.Option("CNY", "--currency", help="Of amounts that name none."),
    by: str = BY,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    Take down what a borrower lives on, and work out what a month can bear after a basic living.

    The latest statement holds. Exits 2 for an unknown person, an income in two currencies, or in another than the
    debt's.
    """
    from arrears.cli._day import acting, cents_of, now, opened
    from arrears.daytime import Stated, record_means
    from arrears.kernel.money import decimal_text

    def stated(line: str, verified: bool) -> Stated:
        source, _, rest = line.partition("=")
        amount, _, its_currency = rest.partition(":")
        return Stated(source.strip(), cents_of(amount), its_currency.strip() or currency, verified)

    lines = [*(stated(line, True) for line in income), *(stated(line, False) for line in unverified)]
    with opened(home, database) as store:
        kept = record_means(
            store,
            person_id=person_id,
            income=lines,
            basic_living_cents=cents_of(living),
            obligations_cents=cents_of(obligations),
            by=acting(store, by),
            at=now(),
        )
    print(f"{kept.means_id}: a month can bear {decimal_text(kept.sustainable_cents)} {kept.currency}")


def _afforded(case: Case) -> Case:
    """
    The contract's answer to one statement of means. `dependants` and `arrears` are context: they change no figure and
    may be absent, and are refused where they can't be true, since then the line is not about what it says it is.
    """
    from arrears.cli._cases import count, decimal, each, hundredths, text, truth
    from arrears.kernel.money import decimal_text
    from arrears.playbook.affordability import Income, Means, affordability

    def income(line: Case) -> Income:
        return Income(source=text(line, "source"), amount=hundredths(line, "amount"), verified=truth(line, "verified"))

    case_id = text(case, "id")
    found = affordability(
        Means(
            income=each(case, "income", income),
            basic_living_allowance=hundredths(case, "basic_living_allowance"),
            priority_obligations=hundredths(case, "priority_obligations"),
            balance=hundredths(case, "balance"),
            share=decimal(case, "share", 4),
            cap_instalments=count(case, "cap_instalments"),
            max_waiver=hundredths(case, "max_waiver_pct"),
            arrears=None if case.get("arrears") is None else hundredths(case, "arrears"),
            dependants=None if case.get("dependants") is None else count(case, "dependants"),
        )
    )
    return {
        "id": case_id,
        "disposable": decimal_text(found.disposable),
        "sustainable_instalment": decimal_text(found.sustainable_instalment),
        "feasible_instalments": found.feasible_instalments,
        "waiver_needed_pct": None if found.waiver_needed is None else decimal_text(found.waiver_needed),
        "hardship_required": found.hardship_required,
    }

"""Offers: what a borrower can afford, and the plans that fit it."""

from __future__ import annotations

from pathlib import Path

import typer

from arrears.cli._cases import Case

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

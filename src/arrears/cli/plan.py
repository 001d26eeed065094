"""Payment plans: what a borrower agreed to pay and when, and whether it is kept."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from arrears.cli._day import BY, DATABASE, HOME, JSON_LINES, PACKS

if TYPE_CHECKING:
    from arrears.daytime.promise_standing import PlanStanding

app = typer.Typer(help="Payment plans: what a borrower agreed to pay and when.", no_args_is_help=True)


@app.callback()
def plan() -> None:
    """Payment plans: what a borrower agreed to pay and when."""


@app.command()
def agree(
    account_id: str = typer.Argument(..., metavar="ACCOUNT_ID"),
    offer: str | None = typer.Option(None, "--offer", help="An offer of `arrears offers account`, as it stands now."),
    kind: str = typer.Option("instalments", "--kind", help="Of other terms: instalments, settlement or pay_arrears."),
    pay: list[str] = typer.Option([], "--pay", metavar="DAY=AMOUNT", help="Each payment, in order, for other terms."),
    waive: list[str] = typer.Option([], "--waive", metavar="PART=AMOUNT", help="Of penalty, fee, interest, principal."),
    accepted: str = typer.Option(..., "--accepted", help="How the borrower accepted: recorded_call, signed, portal, …"),
    accepted_at: datetime | None = typer.Option(
        None, formats=["%Y-%m-%dT%H:%M:%S%z"], help="When, with an offset. [default: now]"
    ),
    by: str = BY,
    packs: str = PACKS,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    Agree on a plan that the borrower has accepted: an offer by its name, or other terms inside authority, law, means.

    Collection from the person is held while the plan is kept. Exits 2 where the terms can't be agreed, a role above has
    to approve, a plan is running, or who agrees is not in contact with the borrower; then nothing is changed.
    """
    from arrears.cli._day import acting, cents_of, law_today, now, opened
    from arrears.daytime.agree_plan import agree_offer, agree_plan
    from arrears.kernel.money import decimal_text

    law, at = law_today(packs), now()
    with opened(home, database) as store:
        user = acting(store, by)
        if offer is not None:
            agreed = agree_offer(
                store,
                law,
                account_id=account_id,
                offer=offer,
                accepted_how=accepted,
                accepted_at=accepted_at or at,
                by=user,
                at=at,
            )
        else:
            agreed = agree_plan(
                store,
                law,
                account_id=account_id,
                kind=kind,
                payments=[(_day(day), cents_of(amount)) for day, _, amount in (each.partition("=") for each in pay)],
                waiver={part.strip(): cents_of(cents) for part, _, cents in (each.partition("=") for each in waive)},
                accepted_how=accepted,
                accepted_at=accepted_at or at,
                by=user,
                at=at,
            )
    first = agreed.payments[0][0]
    total = f"{decimal_text(agreed.total)} {agreed.currency} in {len(agreed.payments)}"
    print(f"{agreed.payment_plan_id}: {total} from {first}")
    print(f"collection is held until {agreed.held_until}, and on from each payment that is kept")


@app.command()
def show(
    account_id: str = typer.Argument(..., metavar="ACCOUNT_ID"),
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """Show the plans of an account, payment by payment, with where each stands. Changes nothing."""
    from arrears.cli._day import now, opened
    from arrears.daytime.promise_standing import plans_at
    from arrears.daytime.take_promise import known_account
    from arrears.kernel.money import decimal_text

    with opened(home, database) as store, store.read() as connection:
        known_account(connection, account_id)
        found = plans_at(connection, account_id, now())
    for one in found:
        print(_line(one))
        for due_on, amount, standing in one.instalments:
            print(f"  {due_on}  {decimal_text(amount)}  {standing.status}  paid {decimal_text(standing.paid)}")
    if not found:
        print("no plan")


@app.command()
def status(
    json_lines: bool = JSON_LINES,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """Say where every plan that nothing has ended stands now. Changes nothing."""
    import json

    from arrears.cli._day import now, opened
    from arrears.daytime.promise_standing import plans_at
    from arrears.kernel.money import decimal_text
    from arrears.store.plans import accounts_with_unended_plans

    with opened(home, database) as store, store.read() as connection:
        accounts = [row["account_id"] for row in accounts_with_unended_plans(connection)]
        found = [plans_at(connection, account_id, now())[-1] for account_id in accounts]
    for one in found:
        said = {"payment_plan_id": one.row["payment_plan_id"], "account_id": one.row["account_id"]}
        until = None if one.held_until is None else one.held_until.isoformat()
        said |= {"status": str(one.status), "paid": decimal_text(one.paid), "held_until": until}
        print(json.dumps(said) if json_lines else _line(one))
    if not json_lines:
        print(f"{len(found)} not ended")


def _line(one: PlanStanding) -> str:
    from arrears.kernel.money import decimal_text

    row = one.row
    total = f"{decimal_text(one.paid)} of {decimal_text(row['total_cents'])} {row['currency']}"
    return f"{row['payment_plan_id']}  {row['account_id']}  {row['kind']}  {one.status}  {total}"


def _day(text: str) -> date:
    from arrears.kernel.problem import Problem, Unusable

    try:
        return date.fromisoformat(text.strip())
    except ValueError as fault:
        raise Unusable(
            Problem(
                code="day_unreadable",
                where=f"--pay {text[:20]!r}",
                what="it is not a calendar day.",
                why="A payment is due on a day that both sides know.",
                fix="Write DAY=AMOUNT, such as 2026-12-05=350.00.",
            )
        ) from fault

"""Payments the lender was told of by day, and their reversal."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer

from arrears.cli._day import BY, DATABASE, HOME, WHY

app = typer.Typer(help="Payments the lender was told of by day, and their reversal.", no_args_is_help=True)


@app.callback()
def payment() -> None:
    """Payments the lender was told of by day, and their reversal."""


@app.command()
def record(
    account_id: str = typer.Argument(..., metavar="ACCOUNT_ID"),
    amount: str = typer.Argument(..., metavar="AMOUNT", help="In the account's currency, such as 1200.50."),
    payment_id: str = typer.Option(..., "--id", help="The payment's own number: the same one twice is one payment."),
    currency: str = typer.Option("CNY", "--currency", help="Of the amount."),
    paid_at: datetime | None = typer.Option(
        None, formats=["%Y-%m-%dT%H:%M:%S%z"], help="When it was paid, with an offset. [default: now]"
    ),
    designation: str | None = typer.Option(None, "--for", help="What the payer said it pays: principal, interest, …"),
    by: str = BY,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    Take in a payment: it comes off what is overdue at once, and work that it makes needless is withdrawn.

    A supervisor or the head of collections may. Exits 2 for an unknown account or user, another currency, or a payment
    of the same id that differs.
    """
    from arrears.cli._day import acting, cents_of, now, opened
    from arrears.daytime import receive_payment
    from arrears.kernel.money import decimal_text

    cents, at = cents_of(amount), now()
    with opened(home, database) as store:
        got = receive_payment(
            store,
            payment_id=payment_id,
            account_id=account_id,
            amount_cents=cents,
            currency=currency,
            paid_at=paid_at or at,
            at=at,
            by=acting(store, by),
            designation=designation,
        )
    left = "unknown" if got.overdue_cents is None else decimal_text(got.overdue_cents)
    print(f"{payment_id}: {'taken in' if got.new else 'on record already'}, {left} {currency} still overdue")


@app.command()
def reverse(
    payment_id: str = typer.Argument(..., metavar="PAYMENT_ID"),
    why: str = WHY,
    by: str = BY,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    A payment was never made, for the reason given: what it took off is owed again.

    A supervisor or the head of collections may. One that came with the lender's book is reversed by the next book
    (exit 2). Reversing twice changes nothing.
    """
    from arrears.cli._day import acting, now, opened
    from arrears.daytime import reverse_payment

    with opened(home, database) as store:
        done = reverse_payment(store, payment_id, at=now(), by=acting(store, by), why=why)
    print(f"{payment_id} {'is reversed' if done.new else 'was reversed already'}")

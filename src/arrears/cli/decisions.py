"""Decisions about cases: what waits on the desk, what each takes, and what was decided."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import typer

from arrears.cli._day import BY, DATABASE, HOME, JSON_LINES, PACKS, WHY

app = typer.Typer(help="Decisions about cases: what waits for one, and what is decided.", no_args_is_help=True)


@app.callback()
def decisions() -> None:
    """Decisions about cases: what waits for one, and what is decided."""


@app.command("list")
def list_(
    key: str | None = typer.Argument(None, metavar="[KEY]", help="One of the list: what each decision would take."),
    packs: str = PACKS,
    json_lines: bool = JSON_LINES,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    List what waits for a person's decision: items of the night and what was asked for, at most 500 of each.

    With KEY, the preconditions of every decision about that one: pass, fail or unknown, with why. Changes nothing.
    """
    import json

    from arrears.cli._day import law_today, now, opened
    from arrears.daytime.decide_case import weigh
    from arrears.kernel.money import decimal_text
    from arrears.store import desk

    with opened(home, database) as store, store.read() as connection:
        if key is not None:
            weighed = weigh(connection, law_today(packs), key, now())
            for kind, checks in weighed.checks.items():
                role = weighed.settlement.lowest_that_decides(kind)
                print(f"{kind}  by {role or 'nobody'} and above")
                for check in checks:
                    print(f"  {check.state:<8}{check.code}: {check.en}")
            return
        rows = [
            {
                "key": row["queue_item_id"],
                "account_id": row["lead_account_id"],
                "why": row["treatment"],
                "overdue": decimal_text(row["overdue_cents"]),
                "currency": row["currency"],
                "days_past_due": row["days_past_due"],
                "role": None,
            }
            for row in desk.waiting_items(connection)
        ]
        rows += [
            {
                "key": row["request_id"],
                "account_id": row["account_id"],
                "why": row["kind"],
                "overdue": None if row["overdue_cents"] is None else decimal_text(row["overdue_cents"]),
                "currency": row["currency"],
                "days_past_due": row["days_past_due"],
                "role": row["role"],
            }
            for row in desk.open_requests(connection)
        ]
    for told in rows:
        print(json.dumps(told) if json_lines else "  ".join(str(value or "-") for value in told.values()))
    if not json_lines:
        print(f"{len(rows)} to decide")


@app.command()
def ask(
    account_id: str = typer.Argument(..., metavar="ACCOUNT_ID"),
    kind: str = typer.Argument(..., metavar="KIND", help="Such as hardship, litigate, write_off; or by an offer."),
    offer: str | None = typer.Option(None, "--offer", help="Of `arrears offers account`: the plan that is asked for."),
    accepted: str = typer.Option("recorded_call", "--accepted", help="How the borrower accepted the plan."),
    why: str = WHY,
    by: str = BY,
    packs: str = PACKS,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    Ask the lowest role that may decide it. A restructuring or settlement names the offer that the borrower accepted.

    One request waits about an account at a time. Exits 2 where it can't be asked, or whoever asks may agree alone.
    """
    from arrears.cli._day import acting, law_today, now, opened
    from arrears.daytime.agree_plan import terms_of_offer
    from arrears.daytime.ask_for_decision import ask_for_decision
    from arrears.daytime.authority import agreeing_role
    from arrears.outcome.payment_plan import Terms

    law, at, terms = law_today(packs), now(), None
    with opened(home, database) as store:
        user = acting(store, by)
        if offer is not None:
            with store.read() as connection:
                role = agreeing_role(connection, user)
                terms = Terms(*terms_of_offer(connection, law, account_id, offer, role, at), accepted, at)
        asked = ask_for_decision(store, law, account_id=account_id, kind=kind, by=user, at=at, why=why, terms=terms)
    print(f"{asked.request_id}: {kind} of {account_id} is asked of {asked.role}")


@app.command()
def decide(
    key: str = typer.Argument(..., metavar="KEY", help="As `arrears decisions list` shows it."),
    kind: str = typer.Argument(..., metavar="KIND", help="Such as hardship, litigate, write_off, close or decline."),
    confirm: list[str] = typer.Option(
        [], "--confirm", metavar="CODE", help="An unknown precondition you have checked."
    ),
    until: datetime | None = typer.Option(
        None, formats=["%Y-%m-%d"], help="First day on which it holds no more, where it ends. [default: the policy's]"
    ),
    offer: str | None = typer.Option(None, "--offer", help="The plan, of `arrears offers account`, for an item."),
    accepted: str = typer.Option("recorded_call", "--accepted", help="How the borrower accepted the plan."),
    why: str = WHY,
    by: str = BY,
    packs: str = PACKS,
    home: Path = HOME,
    database: str | None = DATABASE,
) -> None:
    """
    Decide about a case on the desk, with the reason: the account, the queue and the next night follow.

    Exits 2 where a precondition fails or is unknown and not confirmed, where the policy gives it to another role, or
    where the case waits for no decision any more; then nothing is changed.
    """
    from arrears.cli._day import acting, law_today, now, opened
    from arrears.daytime.agree_plan import terms_of_offer
    from arrears.daytime.authority import agreeing_role
    from arrears.daytime.decide_case import decide_case, weigh
    from arrears.outcome.payment_plan import Terms

    law, at, terms = law_today(packs), now(), None
    with opened(home, database) as store:
        user = acting(store, by)
        if offer is not None:
            with store.read() as connection:
                role = agreeing_role(connection, user)
                account_id = weigh(connection, law, key, at).account["account_id"]
                terms = Terms(*terms_of_offer(connection, law, account_id, offer, role, at), accepted, at)
        done = decide_case(
            store,
            law,
            key,
            kind,
            by=user,
            at=at,
            why=why,
            confirmed=confirm,
            until_on=None if until is None else until.date(),
            terms=terms,
        )
    print(f"{done.decision_id}: {kind} of {done.account_id}" + (f" until {done.until_on}" if done.until_on else ""))

"""`arrears serve`: the workspace in the browser, on this machine."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from arrears.cli._home import is_demo, private_home, store_url
from arrears.kernel.problem import Problem, Unusable

if TYPE_CHECKING:
    from arrears.store.open import Store

app = typer.Typer(help="Open the workspace in the browser.")


@app.callback(invoke_without_command=True)
def serve(
    home: Path = typer.Option(Path("var"), envvar="ARREARS_HOME", help="Where state lives."),
    database: str | None = typer.Option(
        None, envvar="ARREARS_DATABASE_URL", help="The store.", show_default="sqlite file arrears.db in --home"
    ),
    packs: list[str] = typer.Option(["cn"], "--law", help="Law packs to apply."),
    host: str = typer.Option("127.0.0.1", help="Address to listen on. Anything but this machine needs TLS in front."),
    institution: str | None = typer.Option(
        None, envvar="ARREARS_INSTITUTION", help="The lender's name, as messages to people say it."
    ),
    service_phone: str | None = typer.Option(
        None, envvar="ARREARS_SERVICE_PHONE", help="The number that messages tell people to call."
    ),
    port: int = typer.Option(8080, min=1, max=65535, help="Port to listen on."),
) -> None:
    """
    Open the workspace and print its address; Ctrl+C ends it.

    Writes to the store what people do in the browser, and contacts nobody by itself. Where no user has been made
    yet, the page says how. Exit codes: 0 ended, 2 no store, no night, the port is taken, or a user has the password
    of the demo.
    """
    import logging

    import uvicorn

    from arrears.law.load import load_law
    from arrears.web.app import create_app
    from arrears.web.workspace import Letterhead

    store = store_with_a_night(home, database)
    if not is_demo(home, database):
        refuse_published_passwords(store)
    law = load_law(packs, run_on=datetime.now(UTC).date())
    refuse_taken(host, port)
    letterhead = Letterhead(institution, service_phone) if institution and service_phone else None
    application = create_app(store, law, home=home, clock=lambda: datetime.now(UTC), letterhead=letterhead)
    address = f"http://{'localhost' if host in ('127.0.0.1', '::1') else host}:{port}"
    print(f"The workspace is at {address}   (Ctrl+C ends it)", flush=True)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        uvicorn.run(application, host=host, port=port, log_level="warning", lifespan="off", server_header=False)
    finally:
        store.close()


def store_with_a_night(home: Path, database: str | None) -> Store:
    """The store, brought to this version's tables. Raises Unusable where there is none, or nothing in it to show."""
    from sqlalchemy.exc import OperationalError

    from arrears.store.migrate import migrate
    from arrears.store.open import open_store
    from arrears.store.pages import read_night

    if home.is_dir():
        private_home(home)
    file = home / "arrears.db"
    if database is None and not file.is_file():
        raise Unusable(
            Problem(
                code="no_store",
                where=str(file),
                what="there is no store.",
                why="The workspace shows the queue that a night has filled, and there is none yet.",
                fix="Run `arrears demo`, or `arrears book import` and `arrears night run` with the same --home.",
            )
        )
    store = open_store(store_url(home, database))
    try:
        migrate(store)
        with store.read() as connection:
            night = read_night(connection)
    except OperationalError as fault:
        raise Unusable(
            Problem(
                code="store_unreachable",
                where="store",
                what=f"the database does not answer ({str(fault.orig).strip().splitlines()[0]}).",
                why="Nothing can be shown or recorded without it.",
                fix="Start it, or correct --database (ARREARS_DATABASE_URL).",
            )
        ) from fault
    if night is None:
        raise Unusable(
            Problem(
                code="no_night_in_store",
                where="store",
                what="no night has been published into it.",
                why="The queue comes from the night; without one there is no case to work.",
                fix="Run the night of the newest book: `arrears night run`.",
            )
        )
    return store


def refuse_published_passwords(store: Store) -> None:
    """Outside a demo's home nobody may sign in with a password that everybody can read."""
    from arrears.daytime.sign_in import DEMO_USERS, with_published_password

    found = with_published_password(store, DEMO_USERS)
    if found:
        raise Unusable(
            Problem(
                code="demo_password_in_use",
                where="store",
                what=f"{', '.join(found)} can sign in with the password of the demo.",
                why="Everybody can read it, and this home is not a demo's.",
                fix="Give each a password of their own (`arrears user password NAME`) or put them out "
                "(`arrears user disable NAME`).",
            )
        )


def refuse_taken(host: str, port: int) -> None:
    """Say in one sentence that the port is taken, before a page of traceback does."""
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            raise Unusable(
                Problem(
                    code="port_not_free",
                    where=f"{host}:{port}",
                    what=f"the workspace can't listen there ({fault.strerror}).",
                    why="Another program uses the port, or the address is not one of this machine.",
                    fix="Give another with --port or --host, or end the other program.",
                )
            ) from fault

"""
One running workspace and one browser for the session, and a fresh browser context and store content per test.

The clock is a value that a test moves: the application asks it once per request.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from starlette.types import Receive, Scope, Send
from tests.web.browser import LAUNCH, Person, chromium
from tests.web.small_book import AS_OF, NOON, PASSWORD, fill
from typer.testing import CliRunner

from arrears.cli import application
from arrears.daytime import create_user
from arrears.law.load import Law, load_law
from arrears.store.open import Store, open_store
from arrears.web.app import create_app
from arrears.web.workspace import Letterhead

USERS = (
    ("lina", "李娜", "collector", "zh"),
    ("tom", "Tom Reed", "collector", "en"),
    ("fang", "方主管", "supervisor", "zh"),
    ("hana", "Hana Okafor", "head", "en"),
    ("compl", "何合规", "compliance", "zh"),
)
DAY = date(2026, 11, 24)
MORNING = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
"""The day of the real night, and an hour of it."""
LETTERHEAD = Letterhead("样本银行", "010-00000000")


@dataclass
class Clock:
    """What time it is, until a test says otherwise."""

    now: datetime = field(default=NOON)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Workspace:
    """A running or a callable workspace on the small book."""

    app: FastAPI
    store: Store
    clock: Clock
    address: str = ""


@pytest.fixture(scope="session")
def law() -> Law:
    return load_law(["cn"], run_on=AS_OF)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """A store with the small book and a user of every role, to copy."""
    path = tmp_path_factory.mktemp("web") / "filled.db"
    shutil.copy(sqlite_template, path)
    store = open_store(f"sqlite:///{path}")
    fill(store)
    for username, name, role, language in USERS:
        create_user(store, username=username, name=name, password=PASSWORD, role=role, language=language, at=NOON)
    store.close()  # the last connection to close folds the journal back into the file
    return path


@pytest.fixture
def workspace(filled: Path, law: Law, tmp_path: Path) -> Iterator[Workspace]:
    """The application on a store of this test alone."""
    path = tmp_path / "arrears.db"
    shutil.copy(filled, path)
    store = open_store(f"sqlite:///{path}")
    clock = Clock()
    yield Workspace(create_app(store, law, home=tmp_path, clock=clock, letterhead=LETTERHEAD), store, clock)
    store.close()


@pytest.fixture
def client(workspace: Workspace) -> Iterator[TestClient]:
    """A browser without a screen: keeps cookies, follows no redirect by itself."""
    with TestClient(workspace.app, follow_redirects=False, raise_server_exceptions=False) as opened:
        yield opened


class Switch:
    """One server for the session; each test hangs its own application behind it."""

    def __init__(self) -> None:
        self.behind: FastAPI | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.behind is None:
            raise RuntimeError("no test has put an application behind the switch")
        await self.behind(scope, receive, send)


@pytest.fixture(scope="session")
def server() -> Iterator[tuple[Switch, str]]:
    """The switch and its address on a free port of this machine."""
    switch = Switch()
    running = uvicorn.Server(uvicorn.Config(switch, host="127.0.0.1", port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not running.started:
        if time.monotonic() > deadline:
            raise RuntimeError("the workspace did not start within 20 s")
        time.sleep(0.02)
    yield switch, f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def served(workspace: Workspace, server: tuple[Switch, str]) -> Iterator[Workspace]:
    """The workspace of this test, answering over HTTP."""
    switch, workspace.address = server
    switch.behind = workspace.app
    yield workspace
    switch.behind = None


@pytest.fixture(scope="session")
def chromium_running() -> Iterator[Browser]:
    """One headless Chromium for the session."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=LAUNCH)
        yield browser
        browser.close()


@pytest.fixture
def person(chromium_running: Browser, served: Workspace) -> Iterator[Callable[..., Person]]:
    """Somebody at a browser of their own: `person("tom")` signs in. Any script error on any page fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def sit_down(username: str, *, width: int = 1440, height: int = 900) -> Person:
        context = chromium_running.new_context(
            base_url=served.address, viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
        return Person(page).signs_in(username)

    yield sit_down
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture(scope="session")
def night_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small made-up book, imported and decided by the commands that a lender would use."""
    home = tmp_path_factory.mktemp("night")
    run = CliRunner().invoke
    for words in (
        [
            "book",
            "generate",
            "--size",
            "400",
            "--seed",
            "5",
            "--as-of",
            DAY.isoformat(),
            "--out",
            str(home / "incoming"),
        ],
        ["book", "import", str(home / "incoming"), "--home", str(home)],
        ["night", "run", "--home", str(home)],
    ):
        done = run(application(), words)
        assert done.exit_code == 0, done.output
    store = open_store(f"sqlite:///{home / 'arrears.db'}")
    create_user(store, username="hana", name="Hana", password=PASSWORD, role="head", language="en", at=MORNING)
    create_user(store, username="fang", name="方", password=PASSWORD, role="supervisor", language="zh", at=MORNING)
    store.close()
    return home


@pytest.fixture
def opened(night_home: Path, law: Law) -> Iterator[TestClient]:
    """The workspace of that home, an hour into its day."""
    store = open_store(f"sqlite:///{night_home / 'arrears.db'}")
    app = create_app(store, law, home=night_home, clock=lambda: datetime.now(UTC) + timedelta(minutes=5))
    with TestClient(app, follow_redirects=False) as client:
        yield client
    store.close()

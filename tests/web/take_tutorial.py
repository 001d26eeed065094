"""
The tutorial, walked: `python -m tests.web.take_tutorial DIRECTORY` takes its pictures and prints what commands print.

A fresh home: a made-up book, imported; a night, shown and served; users; a collector's morning with a call and a
promise; a supervisor who records a payment, puts a hold and ends it; the log verified; the next day's book and night,
where promise and payment show. In Chinese and in English, at 1440 wide; the case once more at 390. The clock is the
workspace's own.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from tests.web.browser import LAUNCH, Person, chromium
from tests.web.conftest import LETTERHEAD, Clock
from tests.web.pictures import PICTURES, remember
from tests.web.small_book import PASSWORD
from tests.web.small_png import with_few_colours
from tests.web.take_screenshots import ask_until_permitted

from arrears.daytime import load_night
from arrears.law.load import load_law
from arrears.store.migrate import migrate
from arrears.store.open import Store, open_store
from arrears.web.app import create_app

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = ("2026-11-24", "2026-11-25")
PEOPLE = {"en": ("tom", "hana"), "zh": ("lina", "fang")}
LIFTED_WHY = {"en": "The lender's statement shows the charge is right.", "zh": "已与机构核对账单，金额无误"}
NAMES = {"tom": "Tom Reed", "hana": "Hana Ito", "lina": "李娜", "fang": "方敏"}


def morning(day: str) -> datetime:
    """Half past ten where the borrowers are."""
    return datetime.fromisoformat(f"{day}T10:30:00").replace(tzinfo=SHANGHAI).astimezone(UTC)


def answers(address: str) -> bool:
    """Whether a page is there."""
    try:
        with urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def run(*words: str, given: str | None = None) -> str:
    """A command of arrears, and what it printed."""
    print(f"$ arrears {' '.join(words)}", flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "arrears", *words], input=given, capture_output=True, text=True, check=True
    )
    print(done.stdout + done.stderr, flush=True)
    return done.stdout


@dataclass
class Walk:
    """One language's walk through one home."""

    language: str
    home: Path
    target: Path
    clock: Clock
    browser: Browser

    def prepared(self, day: str) -> None:
        """The day's book imported and decided, and its queue handed to the day."""
        incoming = self.home / "incoming" / day
        run("book", "generate", "--size", "200", "--seed", "7", "--as-of", day, "--out", str(incoming))
        run("book", "import", str(incoming), "--home", str(self.home))
        run("night", "run", "--home", str(self.home), "--as-of", day, "--no-publish", "--lang", self.language)
        night = next(path for path in (self.home / "nights").iterdir() if path.name.startswith(day))
        book = next(path for path in (self.home / "books").iterdir() if path.name.startswith(day))
        load_night(self.store, night, book, at=morning(day).replace(hour=0))

    @property
    def store(self) -> Store:
        store = open_store(f"sqlite:///{self.home / 'arrears.db'}")
        migrate(store)
        return store

    def page(self, address: str, width: int = 1440) -> Page:
        return self.browser.new_context(
            base_url=address,
            viewport={"width": width, "height": 900},
            locale="zh-CN" if self.language == "zh" else "en-GB",
            reduced_motion="reduce",
        ).new_page()

    def look(self, page: Page, name: str) -> None:
        page.wait_for_load_state("networkidle")
        picture = with_few_colours(page.screenshot())
        (self.target / f"{name}-{self.language}.png").write_bytes(picture)

    def goes(self, address: str) -> None:
        collector, supervisor = PEOPLE[self.language]
        self.clock.now = morning(DAYS[0])
        page = self.page(address)
        page.goto("/sign-in")
        self.look(page, "01-first-run")
        for name, role in ((collector, "collector"), (supervisor, "supervisor")):
            run(
                *("user", "add", name, "--role", role, "--name", NAMES[name], "--language", self.language),
                *("--home", str(self.home), "--password-stdin"),
                given=PASSWORD + "\n",
            )
        Person(page).signs_in(collector)
        page.goto("/queue")
        self.look(page, "02-queue")
        page.keyboard.press("n")
        page.wait_for_url("**/case/**")
        self.look(page, "03-case")
        ask_until_permitted(page)
        self.look(page, "04-permit")
        case = page.url.split("?")[0]
        page.click("#promise-name")
        page.locator("button.chip[data-fills=field-amount]:visible").first.click()
        page.locator("button.chip[data-fills=field-due_on]:visible").first.click()
        for choice in page.locator("form[action$='/promise'] select:visible").all():
            choice.select_option(index=1)
        self.look(page, "05-promise")
        page.locator("form[action$='/promise'] button.main:visible").click()
        page.locator("section[aria-labelledby=promises-name] li").first.wait_for()
        self.look(page, "06-promised")
        phone = self.page(address, width=390)
        Person(phone).signs_in(collector)
        phone.goto(case)
        self.look(phone, "07-phone")
        self.supervises(address, case, supervisor)

    def supervises(self, address: str, case: str, supervisor: str) -> None:
        page = self.page(address)
        Person(page).signs_in(supervisor)
        page.goto(case)
        page.locator("details:has(#payment-amount) summary").click()
        page.fill("#payment-amount", "150.00")
        page.fill("#payment-number", "BANK-1")
        self.look(page, "08-payment")
        page.locator("form[action$='/payment'] button:visible").last.click()
        page.locator("[role=status]:visible").first.wait_for()
        self.holds(page, case)
        run("evidence", "verify", "--home", str(self.home))
        run("evidence", "reconcile", "--home", str(self.home))
        self.prepared(DAYS[1])
        self.clock.now = morning(DAYS[1])
        again = self.page(address)
        Person(again).signs_in(supervisor)
        again.goto("/night")
        self.look(again, "12-next-night")
        again.goto(case)
        self.look(again, "13-case-next-day")

    def holds(self, page: Page, case: str) -> None:
        """They dispute the debt: nobody contacts them from that moment, until a supervisor has looked into it."""
        page.goto(case)
        page.click("#hold-name")
        page.locator("button[name=kind][value=dispute]").click()
        page.locator(".notice.held").first.wait_for()
        self.look(page, "09-on-hold")
        page.goto("/holds")
        self.look(page, "10-holds")
        run("hold", "list", "--home", str(self.home))
        page.goto(case)
        page.locator("details:has(#lift-hold) > summary").click()
        page.fill("#lift-why", LIFTED_WHY[self.language])
        self.look(page, "11-hold-ends")
        page.locator("form[action$='/lift'] button:visible").last.click()
        page.locator("[role=status]:visible").first.wait_for()

    def served(self) -> None:
        """The commands that show the night and open the workspace, on this home."""
        run("night", "show", "--home", str(self.home), "--lang", self.language)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        words = ("serve", "--home", str(self.home), "--port", port)
        print(f"$ arrears {' '.join(words)}", flush=True)
        serving = subprocess.Popen([sys.executable, "-m", "arrears", *words], stdout=subprocess.PIPE, text=True)
        try:
            print(serving.stdout.readline() if serving.stdout else "", flush=True)
            deadline = time.monotonic() + 30
            while not answers(f"http://127.0.0.1:{port}/health"):
                if serving.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("`arrears serve` did not answer within 30 s")
                time.sleep(0.2)
        finally:
            serving.terminate()
            serving.wait()


def main(target: Path) -> None:
    """Both languages, each in a home of its own."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=LAUNCH)
        for language in PEOPLE:
            with tempfile.TemporaryDirectory() as folder:
                walk = Walk(language, Path(folder), target, Clock(), browser)
                walk.prepared(DAYS[0])
                walk.served()
                law = load_law(["cn"], run_on=morning(DAYS[0]).date())
                app = create_app(walk.store, law, home=Path(folder), clock=walk.clock, letterhead=LETTERHEAD)
                server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
                threading.Thread(target=server.run, daemon=True).start()
                while not server.started:
                    time.sleep(0.02)
                walk.goes(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
                server.should_exit = True
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    if Path(sys.argv[1]).resolve() == PICTURES / "tutorial":
        remember("tutorial")

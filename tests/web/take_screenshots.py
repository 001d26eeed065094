"""
Pictures of the main pages: `python -m tests.web.take_screenshots DIRECTORY [--all | --docs]`.

`--docs` takes the few of docs/screenshots, as much as a window shows of each; else every page is taken whole.

A workspace on the made-up Chinese book of 3,000 loans, imported and decided by the commands a lender would use, at
1440 and 390 wide, in both languages, light and dark. Says which page is wider than its window.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from tests.web.browser import LAUNCH, Person, chromium
from tests.web.conftest import LETTERHEAD, USERS, Clock
from tests.web.pictures import PICTURES, remember
from tests.web.small_book import PASSWORD
from tests.web.small_png import with_few_colours

from arrears.daytime import create_user, load_night
from arrears.law.load import load_law
from arrears.store.migrate import migrate
from arrears.store.open import Store, open_store
from arrears.web.app import create_app

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = "2026-11-24"
MORNING = datetime(2026, 11, 24, 10, 30, tzinfo=SHANGHAI).astimezone(UTC)
LATE = datetime(2026, 11, 24, 22, 40, tzinfo=SHANGHAI).astimezone(UTC)
WIDTHS = {"desk": (1440, 900), "phone": (390, 844)}
DOCUMENTED = ("queue", "case", "call", "refused", "night")
SHOWN = {"zh": ("lina", "fang"), "en": ("tom", "hana")}


def home_with_a_night(folder: Path) -> Store:
    """The book of the day, imported, decided and published at 02:14."""
    for words in (
        ["book", "generate", "--size", "3000", "--seed", "7", "--as-of", DAY, "--out", str(folder / "incoming")],
        ["book", "import", str(folder / "incoming"), "--home", str(folder)],
        ["night", "run", "--home", str(folder), "--no-publish"],
    ):
        subprocess.run([sys.executable, "-m", "arrears", *words], check=True, stdout=subprocess.DEVNULL)
    store = open_store(f"sqlite:///{folder / 'arrears.db'}")
    migrate(store)
    night, book = (
        next(path for path in (folder / kind).iterdir() if path.is_dir() and not path.name.startswith("."))
        for kind in ("nights", "books")
    )
    load_night(store, night, book, at=datetime(2026, 11, 24, 2, 14, tzinfo=SHANGHAI))
    for username, name, role, language in USERS:
        create_user(store, username=username, name=name, password=PASSWORD, role=role, language=language, at=MORNING)
    return store


def main(target: Path, *, everything: bool, documents: bool) -> None:
    """Serve, look, write one PNG per page, width, language and colour scheme."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        store = home_with_a_night(Path(folder))
        clock = Clock()
        law = load_law(["cn"], run_on=MORNING.date())
        app = create_app(store, law, home=Path(folder), clock=clock, letterhead=LETTERHEAD)
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
        threading.Thread(target=server.run, daemon=True).start()
        while not server.started:
            time.sleep(0.02)
        address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=LAUNCH)
            for size in WIDTHS:
                for language in SHOWN:
                    for colours in ("light", "dark"):
                        if everything or colours == "light" or (documents and (size, language) == ("desk", "zh")):
                            walk(browser, address, clock, target, (size, language, colours), whole=not documents)
            browser.close()
        server.should_exit = True


def walk(
    browser: Browser, address: str, clock: Clock, target: Path, kind: tuple[str, str, str], *, whole: bool
) -> None:
    """A collector's pages and then a head's, in the order of a day."""
    size, language, colours = kind
    width, height = WIDTHS[size]
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": height},
        locale="zh-CN" if language == "zh" else "en-GB",
        color_scheme="dark" if colours == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    collector, head = SHOWN[language]

    def look(name: str) -> None:
        if not whole and name not in DOCUMENTED:
            return
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            print(f"{name} {kind}: {wide} px wide on {width}", file=sys.stderr)
        picture = page.screenshot(full_page=whole and name != "keys")
        (target / f"{name}-{'-'.join(kind)}.png").write_bytes(picture if whole else with_few_colours(picture))

    clock.now = MORNING
    page.goto("/sign-in")
    look("sign-in")
    Person(page).signs_in(collector)
    page.goto("/queue")
    look("queue")
    page.keyboard.press("n")
    page.wait_for_url("**/case/**")
    look("case")
    opened = page.url
    ask_until_permitted(page)
    look("call")
    page.click("#promise-name")
    page.fill("#field-amount", "9999999")
    page.locator("form[action$='/promise'] button.main:visible").click()
    page.wait_for_selector("[aria-invalid=true]")
    look("promise")
    page.locator("h1").click()
    page.keyboard.press("2")
    page.locator("[role=status]:visible").first.wait_for()
    look("recorded")
    context.clear_cookies()
    clock.now = LATE
    Person(page).signs_in(collector)
    page.goto(opened)
    look("refused")
    page.keyboard.press("?")
    look("keys")
    context.clear_cookies()
    clock.now = MORNING + timedelta(minutes=5)
    Person(page).signs_in(head)
    page.goto("/night")
    page.wait_for_selector("figure.drawn canvas")
    look("night")
    page.goto("/law")
    look("law")
    page.goto("/law/cn.gbt_45251.connected_calls")
    look("provision")
    page.goto("/style")
    page.wait_for_selector("figure.drawn canvas")
    look("style")
    page.goto("/nowhere")
    look("missing")
    context.close()


def ask_until_permitted(page: Page) -> None:
    """Press the first call that is allowed, of this case or of one of the next."""
    for _ in range(20):
        if page.locator("button[data-key=c]:enabled").count():
            page.keyboard.press("c")
            page.wait_for_selector(".permit")
            return
        leaves(page)


def leaves(page: Page) -> None:
    """This one rests; on to the next case, and wait until it is there."""
    page.keyboard.press("z")
    page.wait_for_url("**/queue**")
    page.keyboard.press("n")
    page.wait_for_url("**/case/**")


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    for picture in folder.glob("*.png"):
        picture.unlink()
    main(folder, everything="--all" in sys.argv, documents="--docs" in sys.argv)
    if folder.resolve() == PICTURES:
        remember(*DOCUMENTED)

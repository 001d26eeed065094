"""
Pictures of the main pages for docs/screenshots: `python -m tests.web.take_screenshots DIRECTORY [--all]`.

A workspace on the small made-up book, at 1440 and 390 wide, in both languages, light and dark.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright
from tests.web.browser import LAUNCH, chromium
from tests.web.conftest import USERS, Clock
from tests.web.small_book import AS_OF, MIDNIGHT, NOON, PASSWORD, fill

from arrears.daytime import create_user
from arrears.law.load import load_law
from arrears.store.migrate import migrate
from arrears.store.open import open_store
from arrears.web.app import create_app

WIDTHS = {"desk": (1440, 900), "phone": (390, 844)}


def main(target: Path, *, everything: bool) -> None:
    """Serve, look, write one PNG per page, width, language and colour scheme."""
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/arrears.db")
        migrate(store)
        fill(store)
        for username, name, role, language in USERS:
            create_user(store, username=username, name=name, password=PASSWORD, role=role, language=language, at=NOON)
        clock = Clock()
        app = create_app(store, load_law(["cn"], run_on=AS_OF), home=Path(folder), clock=clock)
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off"))
        threading.Thread(target=server.run, daemon=True).start()
        while not server.started:
            time.sleep(0.02)
        address = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=LAUNCH)
            for size in WIDTHS:
                for language in ("zh", "en"):
                    for colours in ("light", "dark"):
                        if everything or (size, colours) != ("phone", "dark"):
                            walk(browser, address, clock, target, size, language, colours)
            browser.close()
        server.should_exit = True


def walk(browser: Browser, address: str, clock: Clock, target: Path, size: str, language: str, colours: str) -> None:
    """One person's pages, in the order of a day."""
    width, height = WIDTHS[size]
    clock.now = NOON
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale="zh-CN" if language == "zh" else "en-GB",
        color_scheme="dark" if colours == "dark" else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()

    def look(name: str, *, whole: bool = True) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            print(f"{name} {size} {language}: {wide} px wide on {width}", file=sys.stderr)
        page.screenshot(path=target / f"{name}-{size}-{language}-{colours}.png", full_page=whole)

    page.goto(f"{address}/sign-in")
    look("sign-in")
    sign_in(page, "lina" if language == "zh" else "tom")
    page.goto(f"{address}/queue")
    look("queue")
    page.keyboard.press("n")
    page.wait_for_selector("h1")
    page.wait_for_url("**/case/**")
    look("case")
    page.click("[data-key=c]")
    page.wait_for_selector(".permit")
    look("call")
    page.fill("#field-amount", "9999999")
    page.click("text=/记录承诺|Record the promise/")
    page.wait_for_selector("[aria-invalid=true]")
    look("promise")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("2")
    page.wait_for_url("**said=**")
    page.goto(f"{address}/case/queue-card")
    look("bare")
    clock.now = MIDNIGHT  # the session of the morning has ended by then
    page.goto(f"{address}/case/queue-li")
    sign_in(page, "lina" if language == "zh" else "tom")
    look("refused")
    page.keyboard.press("?")
    look("keys", whole=False)
    clock.now = NOON
    context.clear_cookies()
    page.goto(f"{address}/sign-in")
    sign_in(page, "hana" if language == "en" else "fang")
    page.goto(f"{address}/night")
    page.wait_for_timeout(300)
    look("night")
    page.goto(f"{address}/style")
    page.wait_for_timeout(300)
    look("style")
    page.goto(f"{address}/nowhere")
    look("missing")
    context.close()


def sign_in(page: Page, username: str) -> None:
    page.fill("#field-username", username)
    page.fill("#field-password", PASSWORD)
    page.press("#field-password", "Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)


if __name__ == "__main__":
    shutil.rmtree(sys.argv[1], ignore_errors=True)
    main(Path(sys.argv[1]), everything="--all" in sys.argv)

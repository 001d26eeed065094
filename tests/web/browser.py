"""The browser that is on the machine (none is ever downloaded), and a person at it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from playwright.sync_api import Page
from tests.web.small_book import PASSWORD

LAUNCH = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str:
    """The path of Chromium, or an error that says how to get it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        raise RuntimeError("no Chromium on this machine: run `scripts/setup test` (make test does), which installs it")
    return found


@dataclass
class Person:
    """Somebody who works in the workspace."""

    page: Page

    def signs_in(self, username: str) -> Person:
        self.page.goto("/sign-in")
        self.page.fill("#field-username", username)
        self.page.fill("#field-password", PASSWORD)
        self.page.press("#field-password", "Enter")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)
        return self

    def presses(self, key: str) -> None:
        self.page.keyboard.press(key)

    def arrives(self, pattern: str) -> None:
        """Waits for an address; a step that goes nowhere fails here."""
        self.page.wait_for_url(pattern)

    def sees(self, *texts: str) -> None:
        """Each text stands on the page for everybody to read."""
        for text in texts:
            self.page.get_by_text(text).first.wait_for(state="visible")

    @property
    def text(self) -> str:
        return self.page.inner_text("body")

    @property
    def overflow_px(self) -> int:
        """How far the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

"""How the tests start the browser that is on the machine; none is ever downloaded."""

from __future__ import annotations

import shutil

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

"""The pictures of the docs show the pages as they are."""

from __future__ import annotations

import json

from tests.web.pictures import PAGES, TAKEN, digests, shown_pages


def test_no_picture_is_older_than_the_page_it_shows() -> None:
    """A reader who follows a picture finds what it shows. Where it fails: `make screenshots`, look, commit."""
    assert shown_pages() == set(PAGES)
    kept = json.loads(TAKEN.read_text(encoding="utf-8"))
    now = digests()
    older = sorted(name for name in PAGES if kept.get(name) != now[name])
    assert older == [], f"taken before the page changed: {', '.join(older)}; take them again with `make screenshots`"

"""What holds on every page in every state: one key for one thing, and Enter in a field sends nothing."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient
from tests.web.conftest import Workspace
from tests.web.page_states import STATES, page_in

TYPED = {"text", "search", "date", "time", "number", "email", "tel", "url", "password", "month", "datetime-local"}


class Forms(HTMLParser):
    """The forms of a page: method, address, whether something is typed into it, and its first button that sends."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.keys: list[str] = []
        self.forms: list[dict[str, object]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if told.get("data-key"):
            self.keys.append(str(told["data-key"]))
        if tag == "form":
            found: dict[str, object] = {
                "method": told.get("method", "get"),
                "action": told.get("action"),
                "typed": False,
                "first": None,
            }
            self.forms.append(found)
        elif self.forms and tag == "input" and told.get("type", "text") in TYPED:
            self.forms[-1]["typed"] = True
        elif self.forms and tag == "button" and self.forms[-1]["first"] is None and told.get("type") != "button":
            self.forms[-1]["first"] = "off" if "disabled" in told and "hidden" in told else "sends"


@pytest.mark.parametrize(("who", "name"), STATES)
def test_no_two_things_of_a_page_have_one_key(workspace: Workspace, client: TestClient, who: str, name: str) -> None:
    """
    A key does one thing wherever it is pressed: navigation, steps, outcomes and folds together, those that are off too.
    """
    keys = Counter(Forms(page_in(workspace, client, who, name, "en")).keys)
    assert [key for key, n in keys.items() if n > 1] == []


@pytest.mark.parametrize(("who", "name"), STATES)
def test_enter_in_a_field_records_nothing(workspace: Workspace, client: TestClient, who: str, name: str) -> None:
    """
    A form that changes something begins with a button that is off, so that Enter in one of its fields sends nothing:
    the outcome's own key or button does. Only the door itself opens with Enter.
    """
    for form in Forms(page_in(workspace, client, who, name, "en")).forms:
        if form["method"] == "post" and form["typed"] and form["action"] != "/sign-in":
            assert form["first"] == "off", form

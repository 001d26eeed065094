"""A form that comes too late is not lost: sign in again, see what was typed, send it on purpose."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import select
from tests.web.asking import sign_in, token_on, words_of
from tests.web.conftest import Workspace
from tests.web.small_book import PASSWORD

from arrears.store.schema import holds

OURS = {"origin": "http://testserver", "referer": "http://testserver/case/queue-wang"}
TYPED = '下周三发工资 <b>"&'


def fields_of(page: str) -> dict[str, str]:
    """The hidden fields of the last form that has a `kept` or a step in it."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.split("<main", 1)[1])
    return {html.unescape(name): html.unescape(value) for name, value in found}


def held(workspace: Workspace) -> bool:
    """Whether the day placed a hold."""
    with workspace.store.read() as connection:
        return connection.execute(select(holds).where(holds.c.source == "day")).first() is not None


def too_late(client: TestClient, workspace: Workspace, how: str) -> Response:
    """A hold with a note, sent from a page whose session is gone in one of the ways in which it goes."""
    sign_in(client, "tom")
    client.post("/case/queue-wang/claim", data={"csrf": token_on(client.get("/queue").text)})
    token = token_on(client.get("/case/queue-wang").text)
    if how == "ran out":
        workspace.clock.now += timedelta(hours=12, seconds=1)
    elif how == "signed out in another tab":
        client.post("/sign-out", data={"csrf": token})
    elif how == "cookie gone":
        client.cookies.clear()
    answer: Response = client.post(
        "/case/queue-wang/hold", data={"csrf": token, "kind": "dispute", "note": TYPED}, headers=OURS
    )
    return answer


@pytest.mark.parametrize("how", ["ran out", "signed out in another tab", "cookie gone"])
def test_a_form_sent_without_a_session_is_kept_through_signing_in(
    workspace: Workspace, client: TestClient, how: str
) -> None:
    """It asks for the password, shows what was typed, and does nothing until it is sent again."""
    late = too_late(client, workspace, how)
    assert late.status_code == 401
    carried = fields_of(late.text)
    assert carried["kept.note"] == TYPED

    again = client.post("/sign-in", data={**carried, "username": "tom", "password": PASSWORD})
    assert again.status_code == 200
    assert TYPED in words_of(again.text)
    assert 'action="/case/queue-wang/hold"' in again.text
    assert 'href="/case/queue-wang"' in again.text
    assert not held(workspace)

    sent = client.post("/case/queue-wang/hold", data=fields_of(again.text))
    assert sent.status_code == 303
    assert held(workspace)


def test_a_wrong_password_on_the_way_loses_nothing(workspace: Workspace, client: TestClient) -> None:
    """Neither the first wrong one nor the second."""
    page = too_late(client, workspace, "ran out").text
    for _ in range(2):
        page = client.post("/sign-in", data={**fields_of(page), "username": "tom", "password": "wrong one"}).text
    again = client.post("/sign-in", data={**fields_of(page), "username": "tom", "password": PASSWORD})
    assert TYPED in words_of(again.text)


def test_a_form_from_before_the_last_sign_in_is_shown_to_be_sent_again(
    workspace: Workspace, client: TestClient
) -> None:
    """Another tab signed in anew, so the old page's token is another session's: nothing typed is lost."""
    sign_in(client, "tom")
    old = token_on(client.get("/case/queue-wang").text)
    client.post("/sign-out", data={"csrf": old})
    sign_in(client, "tom")

    answer = client.post("/case/queue-wang/hold", data={"csrf": old, "kind": "dispute", "note": TYPED}, headers=OURS)

    assert answer.status_code == 403
    assert TYPED in words_of(answer.text)
    assert fields_of(answer.text)["note"] == TYPED
    assert not held(workspace)


@pytest.mark.parametrize("headers", [{}, {"origin": "https://evil.example"}, {"origin": "null"}])
def test_nothing_is_kept_of_a_form_that_no_page_of_ours_sent(
    workspace: Workspace, client: TestClient, headers: dict[str, str]
) -> None:
    """Without our own origin a form with a wrong token is refused, and not one of its fields comes back."""
    sign_in(client, "tom")
    answer = client.post("/case/queue-wang/hold", data={"csrf": "0" * 64, "note": "planted"}, headers=headers)
    assert answer.status_code == 403
    assert "planted" not in answer.text


def test_a_password_is_never_carried(client: TestClient) -> None:
    """A sign-in from a page of yesterday asks again and holds no secret."""
    answer = client.post(
        "/sign-in", data={"csrf": "0" * 64, "username": "tom", "password": "my own secret"}, headers=OURS
    )
    assert answer.status_code == 401
    assert "my own secret" not in answer.text
    assert sign_in(client, "tom").status_code == 303


def test_a_form_that_is_kept_never_leaves_this_site(client: TestClient) -> None:
    """Whatever the hidden fields say, the way on is a path of ours."""
    page = client.get("/sign-in").text
    sent = {"csrf": token_on(page), "username": "tom", "password": PASSWORD}
    answer = client.post("/sign-in", data={**sent, "kept_path": "https://evil.example/", "kept_page": "//evil.example"})
    assert "evil.example" not in answer.text

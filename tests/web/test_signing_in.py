"""Who gets in, for how long, and what an outsider learns."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from tests.web.asking import sign_in, token_on, words_of
from tests.web.conftest import Workspace
from tests.web.small_book import NOON

from arrears.daytime import create_user, disable_user, list_users
from arrears.web.visitor import language_accepted, local_path


def test_the_right_password_opens_the_first_page_of_the_role(client: TestClient) -> None:
    """A collector's day begins at the queue, a head's too; compliance begins at the night."""
    for username, first in (("lina", "/queue"), ("hana", "/queue"), ("compl", "/night")):
        client.cookies.clear()
        answer = sign_in(client, username)
        assert answer.status_code == 303
        assert answer.headers["location"] == first


def test_a_wrong_name_and_a_wrong_password_read_the_same(client: TestClient) -> None:
    """Names can't be found out by trying them."""
    wrong_password = words_of(sign_in(client, "lina", "not it at all").text)
    client.cookies.clear()
    wrong_name = words_of(sign_in(client, "nobody", "not it at all").text)
    assert wrong_password == wrong_name


def test_after_five_wrong_passwords_the_name_is_locked_and_says_for_how_long(workspace: Workspace) -> None:
    """The right password is of no use while the lock holds, and works again when it is over."""
    with TestClient(workspace.app, follow_redirects=False, headers={"accept-language": "en"}) as client:
        for _ in range(5):
            sign_in(client, "tom", "wrong guess")
        locked = sign_in(client, "tom")
        assert locked.status_code == 429
        assert "This name is locked for 15 more minutes" in words_of(locked.text)

        workspace.clock.now += timedelta(minutes=16)
        assert sign_in(client, "tom").status_code == 303


def test_a_name_that_nobody_has_is_locked_like_one_that_somebody_has(workspace: Workspace) -> None:
    """Six tries under each read the same, answer by answer: names can't be found by counting either."""
    read: dict[str, list[tuple[int, str]]] = {}
    for name in ("tom", "nobody-of-that-name", "无此人"):
        with TestClient(workspace.app, follow_redirects=False, headers={"accept-language": "en"}) as client:
            answers = [sign_in(client, name, "wrong guess") for _ in range(6)]
            read[name] = [(answer.status_code, words_of(answer.text)) for answer in answers]

    assert [status for status, _ in read["tom"]] == [422, 422, 422, 422, 429, 429]
    assert read["nobody-of-that-name"] == read["tom"]
    assert read["无此人"] == read["tom"]


def test_a_space_at_the_end_of_a_password_is_part_of_it(workspace: Workspace, client: TestClient) -> None:
    """A password is taken as it is typed, where it is made and where it is asked for."""
    create_user(
        workspace.store, username="spaces", name="空格", password="  two at each end  ", role="collector", at=NOON
    )

    assert sign_in(client, "spaces", "two at each end").status_code == 422
    assert sign_in(client, "spaces", "  two at each end  ").status_code == 303


@pytest.mark.parametrize(("language", "words"), [("zh", "还没有可登录的用户"), ("en", "Nobody can sign in yet")])
def test_the_first_page_says_how_to_make_the_first_user(
    workspace: Workspace, client: TestClient, language: str, words: str
) -> None:
    """While nobody can sign in, the command stands on the page; with the first user it is gone."""
    everybody = [user.username for user in list_users(workspace.store)]
    for name in everybody:
        disable_user(workspace.store, name, at=NOON)

    client.cookies.clear()
    asked = client.get("/sign-in", headers={"accept-language": language})
    assert words in words_of(asked.text)
    assert "arrears user add" in words_of(asked.text)
    tried = client.post("/sign-in", data={"csrf": token_on(asked.text), "username": "lina", "password": "guess"})
    assert "arrears user add" in words_of(tried.text)

    create_user(workspace.store, username="first", name="First", password=" a first one ", role="admin", at=NOON)
    assert "arrears user add" not in client.get("/sign-in").text
    assert sign_in(client, "first", " a first one ").status_code == 303


def test_the_session_cookie_is_new_at_sign_in_and_no_script_can_read_it(client: TestClient) -> None:
    """A cookie planted before sign-in opens nothing afterwards."""
    client.cookies.set("arrears_session", "planted" * 8)
    answer = sign_in(client, "lina")
    given = answer.headers["set-cookie"]
    assert "planted" not in given
    assert "HttpOnly" in given
    assert "SameSite=lax" in given
    client.cookies.clear()
    client.cookies.set("arrears_session", "planted" * 8)
    assert client.get("/queue").headers["location"].startswith("/sign-in")


def test_signing_in_again_ends_the_session_before(client: TestClient) -> None:
    """One person, one session in this browser: the old token is dead, not merely forgotten."""
    sign_in(client, "lina")
    old = client.cookies["arrears_session"]
    page = client.get("/queue").text
    client.post("/sign-in", data={"csrf": token_on(page), "username": "tom", "password": "correct horse battery"})
    client.cookies.clear()
    client.cookies.set("arrears_session", old)
    assert client.get("/queue").status_code == 303


def test_signing_out_ends_the_session_on_the_server(client: TestClient) -> None:
    """Whoever kept the cookie has nothing."""
    sign_in(client, "lina")
    kept = client.cookies["arrears_session"]
    left = client.post("/sign-out", data={"csrf": token_on(client.get("/queue").text)})
    assert left.headers["location"] == "/sign-in?said=signed_out"
    client.cookies.set("arrears_session", kept)
    assert client.get("/queue").status_code == 303


def test_a_session_ends_by_itself(workspace: Workspace, client: TestClient) -> None:
    """Twelve hours are a working day; the page after them asks for the password and comes back."""
    sign_in(client, "lina")
    workspace.clock.now += timedelta(hours=12, seconds=1)
    assert client.get("/queue").headers["location"] == "/sign-in?next=%2Fqueue"


def test_a_part_that_refreshes_itself_sends_the_whole_page_to_sign_in(client: TestClient) -> None:
    """The allowed-now panel never turns into a sign-in form."""
    answer = client.get("/case/queue-wang/allowed", headers={"hx-request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/sign-in"


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "", "/x\r\nset-cookie: a=b"],
)
def test_sign_in_never_sends_anybody_to_another_site(wanted: str) -> None:
    """`next` is a path of this site or nothing."""
    assert local_path(wanted) == "/"


def test_sign_in_goes_on_to_the_page_that_was_wanted(client: TestClient) -> None:
    """A link to a case from a colleague opens the case."""
    page = client.get("/sign-in?next=%2Fcase%2Fqueue-wang").text
    assert 'value="/case/queue-wang"' in page


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9", "en"),
        ("fr;q=1.0, en;q=0.5, zh;q=0.7", "zh"),
        ("fr", "zh"),
        ("", "zh"),
        ("en;q=high", "zh"),
    ],
)
def test_the_browser_says_which_language_until_the_person_does(header: str, language: str) -> None:
    """Weights are honoured; a browser that asks for neither gets Chinese."""
    assert language_accepted(header) == language


def test_the_language_a_person_chooses_stays_with_them(client: TestClient) -> None:
    """On another machine, with another browser, the pages are in the language they chose."""
    sign_in(client, "lina")
    page = client.get("/queue").text
    assert '<html lang="zh-CN"' in page
    client.post("/settings", data={"csrf": token_on(page), "language": "en", "back": "/queue"})
    client.cookies.clear()
    sign_in(client, "lina")
    assert '<html lang="en"' in client.get("/queue", headers={"accept-language": "zh"}).text

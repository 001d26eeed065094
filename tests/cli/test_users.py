"""`arrears user`: people are added, put out and changed from the command line, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.running import arrears, said, told_what_to_do
from tests.daytime.town import at, facts, kinds

from arrears.daytime import (
    NotSignedIn,
    SignedIn,
    anybody,
    change_password,
    change_role,
    create_user,
    disable_user,
    enable_user,
    list_users,
    sign_in,
    who,
)
from arrears.daytime.sign_in import ATTEMPTS_MAX, DEMO_PASSWORD
from arrears.kernel.problem import Unusable
from arrears.store.open import Store

SECRET = " 蓝色的 umbrella 42 "


def made(store: Store) -> None:
    create_user(store, username="li.na", name="李娜", password=SECRET, role="collector", at=at("08:00"))


def signed_in(store: Store, password: str = SECRET, clock: str = "09:00") -> SignedIn:
    got = sign_in(store, username="li.na", password=password, at=at(clock))
    assert isinstance(got, SignedIn)
    return got


def test_a_user_who_is_put_out_is_out_at_once_and_may_come_back(store: Store) -> None:
    """The session ends, not only the password; doing it twice is one fact."""
    made(store)
    session = signed_in(store)

    disable_user(store, "Li.Na", at=at("09:10"))
    disable_user(store, "li.na", at=at("09:11"))
    assert who(store, session.token, at=at("09:12")) is None
    assert sign_in(store, username="li.na", password=SECRET, at=at("09:12")) == NotSignedIn()
    assert not anybody(store)

    enable_user(store, "li.na", at=at("09:20"))
    assert who(store, session.token, at=at("09:21")) is None
    signed_in(store, clock="09:21")
    assert kinds(store) == [
        "user_created",
        "signed_in",
        "user_disabled",
        "sign_in_failed",
        "user_enabled",
        "signed_in",
    ]


def test_a_new_password_ends_what_the_old_one_opened_and_forgets_wrong_tries(store: Store) -> None:
    """Neither password is in any fact."""
    made(store)
    session = signed_in(store)
    for _ in range(ATTEMPTS_MAX):
        sign_in(store, username="li.na", password="wrong", at=at("09:05"))

    change_password(store, "li.na", "another one, longer", at=at("09:06"))

    assert who(store, session.token, at=at("09:07")) is None
    assert sign_in(store, username="li.na", password=SECRET, at=at("09:07")) == NotSignedIn()
    signed_in(store, "another one, longer", "09:08")
    assert all(SECRET not in fact and "another one" not in fact for fact in facts(store))


def test_a_role_holds_from_the_next_page_on(store: Store) -> None:
    """The session goes on; what it may do is asked anew each time."""
    made(store)
    session = signed_in(store)

    change_role(store, "li.na", "supervisor", at=at("09:01"))

    known = who(store, session.token, at=at("09:02"))
    assert known is not None
    assert known.role == "supervisor"
    assert [(user.username, user.role, user.active) for user in list_users(store)] == [("li.na", "supervisor", True)]


CHANGES: dict[str, Callable[[Store], object]] = {
    "disable": lambda store: disable_user(store, "nobody", at=at("09:00")),
    "enable": lambda store: enable_user(store, "nobody", at=at("09:00")),
    "role": lambda store: change_role(store, "nobody", "head", at=at("09:00")),
    "password": lambda store: change_password(store, "nobody", "long enough", at=at("09:00")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_to_nobody_is_refused_and_changes_nothing(store: Store, change: str) -> None:
    """It says how to see who is there."""
    with pytest.raises(Unusable, match="user list") as caught:
        CHANGES[change](store)
    assert caught.value.problem.code == "user_unknown"
    assert kinds(store) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"password": DEMO_PASSWORD}, "password_published"),
        ({"name": "李\x1b[2J娜"}, "name_unusable"),
        ({"name": "李\u202e娜"}, "name_unusable"),
        ({"name": "李\n娜"}, "name_unusable"),
        ({"username": "li\x00na"}, "username_unusable"),
    ],
)
def test_a_name_that_steers_the_page_or_a_password_everybody_knows_is_refused(
    store: Store, changes: dict[str, str], code: str
) -> None:
    """Before anything is kept."""
    asked = {"username": "wang", "name": "王", "password": SECRET, "role": "collector", **changes}
    with pytest.raises(Unusable) as caught:
        create_user(store, at=at("08:00"), **asked)  # type: ignore[arg-type]
    assert caught.value.problem.code == code
    assert kinds(store) == []


def test_the_commands_add_list_change_and_put_out(tmp_path: Path) -> None:
    """From an empty home to a user who was there and is not any more."""
    home = tmp_path / "home"
    given = b" two spaces at each end " + b"\n"

    def run(*words: str, given: bytes = b"") -> str:
        done = arrears("user", *words, "--home", home, given=given)
        assert done.returncode == 0, said(done)
        return said(done)

    assert "no user yet" in run("list")
    run("add", "li.na", "--role", "collector", "--name", "李娜", "--password-stdin", given=given)
    run("role", "li.na", "supervisor")
    run("password", "li.na", "--password-stdin", given="又一个很长的密码\r\n".encode())
    assert run("list").split() == ["li.na", "supervisor", "active", "zh", "李娜"]
    run("disable", "li.na")
    assert "disabled" in run("list")
    run("enable", "li.na")
    assert "active" in run("list")


def test_what_a_command_cannot_do_it_says(tmp_path: Path) -> None:
    """Exit code 2, one message, nothing made."""
    home = tmp_path / "home"
    add = ("user", "add", "li.na", "--role", "collector", "--home", home)
    told_what_to_do(arrears(*add), "--password-stdin")
    told_what_to_do(arrears(*add, "--password-stdin"), "first line")
    told_what_to_do(arrears(*add, "--password-stdin", given=b"\xff\xfe\n"), "UTF-8")
    told_what_to_do(arrears(*add, "--password-stdin", given=b"short\n"), "at least 8")
    told_what_to_do(arrears(*add, "--password-stdin", given=DEMO_PASSWORD.encode()), "that of the demo")
    told_what_to_do(arrears("user", "disable", "nobody", "--home", home), "user list")
    told_what_to_do(arrears("user", "role", "nobody", "owner", "--home", home), "Choose one of")

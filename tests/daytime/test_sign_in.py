"""Users, sessions, and what is never kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from tests.daytime.town import at, facts, kinds

from arrears.daytime import NotSignedIn, SignedIn, create_user, sign_in, sign_out, use_language, who
from arrears.daytime.sign_in import ATTEMPTS_MAX, SESSION
from arrears.kernel.problem import Unusable
from arrears.store.open import Store
from arrears.store.schema import sessions, users

SECRET = "蓝色的 umbrella 42"


def made(store: Store, username: str = "Li.Na") -> None:
    create_user(store, username=username, name="李娜", password=SECRET, role="collector", at=at("08:00"))


def signed_in(store: Store, clock: str = "09:00") -> SignedIn:
    got = sign_in(store, username="li.na", password=SECRET, at=at(clock))
    assert isinstance(got, SignedIn)
    return got


def test_a_user_signs_in_is_known_and_signs_out(store: Store) -> None:
    """The name in any case, the token only while the session runs."""
    made(store)
    session = signed_in(store)

    known = who(store, session.token, at=at("09:01"))
    assert known is not None
    assert (known.username, known.name, known.role) == ("li.na", "李娜", "collector")
    sign_out(store, session.token, at=at("09:02"))
    sign_out(store, session.token, at=at("09:03"))
    assert who(store, session.token, at=at("09:04")) is None
    assert kinds(store) == ["user_created", "signed_in", "signed_out"]


def test_a_session_ends_after_its_hours(store: Store) -> None:
    """The last second inside, the next outside."""
    made(store)
    session = signed_in(store)

    assert who(store, session.token, at=at("09:00") + SESSION - timedelta(seconds=1)) is not None
    assert who(store, session.token, at=at("09:00") + SESSION) is None


def test_neither_password_nor_token_is_in_the_store_or_the_log(store: Store) -> None:
    """An Argon2id hash of one, a SHA-256 of the other."""
    made(store)
    session = signed_in(store)

    with store.read() as connection:
        user = connection.execute(select(users)).mappings().one()
        kept = connection.execute(select(sessions)).mappings().one()
    assert user["password_hash"].startswith("$argon2id$")
    assert SECRET not in str(user)
    assert session.token not in str(kept)
    assert session.token not in repr(session)
    assert all(SECRET not in about for about in facts(store))


def test_a_wrong_name_and_a_wrong_password_read_the_same(store: Store) -> None:
    """Names can't be found by trying."""
    made(store)

    assert sign_in(store, username="li.na", password="wrong", at=at("09:00")) == NotSignedIn()
    assert sign_in(store, username="nobody", password="wrong", at=at("09:00")) == NotSignedIn()


def test_after_five_wrong_passwords_the_name_rests(store: Store) -> None:
    """The right one too, for a quarter of an hour; then the count begins again."""
    made(store)
    for n in range(ATTEMPTS_MAX):
        got = sign_in(store, username="li.na", password="wrong", at=at(f"09:0{n}"))
        assert got == NotSignedIn(at("09:19") if n == ATTEMPTS_MAX - 1 else None)

    assert sign_in(store, username="li.na", password=SECRET, at=at("09:18:59")) == NotSignedIn(at("09:19"))
    assert isinstance(sign_in(store, username="li.na", password=SECRET, at=at("09:19")), SignedIn)


def test_a_name_that_nobody_has_rests_too(store: Store) -> None:
    """Whether a name exists is not told by what wrong passwords do to it."""
    made(store)
    for name in ("li.na", "nobody"):
        got = [sign_in(store, username=name, password="wrong", at=at(f"09:0{n}")) for n in range(ATTEMPTS_MAX)]
        assert got == [NotSignedIn()] * (ATTEMPTS_MAX - 1) + [NotSignedIn(at("09:19"))]


def test_wrong_tries_under_one_name_are_counted_one_by_one(store: Store) -> None:
    """Guesses sent at once are as many as guesses sent one after the other."""
    made(store)
    with ThreadPoolExecutor(ATTEMPTS_MAX) as pool:
        got = list(pool.map(lambda _: sign_in(store, username="nobody", password="no", at=at("09:00")), range(5)))

    assert got.count(NotSignedIn()) == ATTEMPTS_MAX - 1
    assert got.count(NotSignedIn(at("09:15"))) == 1


def test_tries_under_a_name_are_forgotten_once_it_signs_in(store: Store) -> None:
    """Four wrong ones today and four tomorrow are not eight."""
    made(store)
    for clock in ("09:00", "10:00"):
        for _ in range(ATTEMPTS_MAX - 1):
            assert sign_in(store, username="li.na", password="wrong", at=at(clock)) == NotSignedIn()
        assert isinstance(sign_in(store, username="li.na", password=SECRET, at=at(clock)), SignedIn)


def test_an_inactive_user_does_not_get_in_and_is_put_out(store: Store) -> None:
    """A running session ends with the user."""
    made(store)
    session = signed_in(store)
    with store.write() as connection:
        connection.execute(users.update().values(active=False))

    assert who(store, session.token, at=at("09:01")) is None
    assert sign_in(store, username="li.na", password=SECRET, at=at("09:02")) == NotSignedIn()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"username": "LI.NA"}, "user_exists"),
        ({"username": "li na"}, "username_unusable"),
        ({"username": ""}, "username_unusable"),
        ({"password": "1234567"}, "password_too_short"),
        ({"role": "owner"}, "role_unknown"),
        ({"language": "fr"}, "language_unknown"),
    ],
)
def test_a_user_who_cannot_be_is_not_made(store: Store, changes: dict[str, str], code: str) -> None:
    """It says what to choose instead."""
    made(store)
    asked = {"username": "wang", "name": "王", "password": SECRET, "role": "collector", "language": "zh", **changes}

    with pytest.raises(Unusable) as caught:
        create_user(store, at=at("08:00"), **asked)  # type: ignore[arg-type]

    assert caught.value.problem.code == code
    assert kinds(store) == ["user_created"]


def test_a_user_reads_in_the_language_of_their_choice(store: Store) -> None:
    """From the next page on."""
    made(store)
    session = signed_in(store)

    use_language(store, session.user.user_id, "en")

    known = who(store, session.token, at=at("09:01"))
    assert known is not None
    assert known.language == "en"

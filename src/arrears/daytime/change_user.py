"""
Change a person who uses arrears: put out, let in again, another role, another password; and list them.

Reads:  the store; the username as given
Gives:  User as it is afterwards
Never:  removes anybody: their name stands in what they did. A user who is put out, or whose password changes, has
        no session any more.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from arrears.daytime.sign_in import check_password, check_role, hash_of
from arrears.daytime.transaction import in_one_transaction, must_be_aware, unusable
from arrears.kernel.fact import Fact, Json
from arrears.store import people
from arrears.store.evidence import About, append
from arrears.store.open import Store
from arrears.store.people import User


def list_users(store: Store) -> list[User]:
    """Everybody, those who were put out too, by username."""
    with store.read() as connection:
        return people.everybody(connection)


def disable_user(store: Store, username: str, *, at: datetime) -> User:
    """Nobody signs in with this name any more, and who is in is out. Doing it twice changes nothing."""
    return _changed(store, username, "user_disabled", at, active=False)


def enable_user(store: Store, username: str, *, at: datetime) -> User:
    """The name may sign in again, with the password it had."""
    return _changed(store, username, "user_enabled", at, active=True)


def change_role(store: Store, username: str, role: str, *, at: datetime) -> User:
    """From the next page on the user may do what the role may. Raises Unusable `role_unknown`."""
    check_role(username, role)
    return _changed(store, username, "user_role_changed", at, role=role)


def change_password(store: Store, username: str, password: str, *, at: datetime) -> User:
    """The old password opens nothing any more, and sessions that it opened are ended."""
    check_password(username, password)
    password_hash = hash_of(password)

    def work(connection: Connection) -> User:
        user = _known(connection, username)
        people.change_user(connection, user.user_id, password_hash=password_hash)
        people.end_sessions(connection, user.user_id, must_be_aware(at))
        people.forget_tries(connection, user.username, at)
        append(connection, [About(user.user_id, Fact("user_password_changed", at, {"user_id": user.user_id}))])
        return user

    return in_one_transaction(store, work)


def _changed(store: Store, username: str, kind: str, at: datetime, **values: Json) -> User:
    def work(connection: Connection) -> User:
        user = _known(connection, username)
        if all(getattr(user, name) == value for name, value in values.items()):
            return user
        people.change_user(connection, user.user_id, **values)
        if values.get("active") is False:
            people.end_sessions(connection, user.user_id, must_be_aware(at))
        said: dict[str, Json] = {"user_id": user.user_id, **{name: v for name, v in values.items() if name == "role"}}
        append(connection, [About(user.user_id, Fact(kind, at, said))])
        return _known(connection, username)

    return in_one_transaction(store, work)


def _known(connection: Connection, username: str) -> User:
    user = people.user_named(connection, username.strip().lower(), lock=True)
    if user is None:
        raise unusable(
            "user_unknown",
            f"user {username!r}",
            "is nobody.",
            "A change must be to somebody who is there.",
            "See who is there with `arrears user list`.",
        )
    return user

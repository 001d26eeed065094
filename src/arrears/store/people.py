"""
SQL of the people who use arrears: users and their sessions.

Reads:  a connection of the store
Gives:  User (never with the password hash), and rows written
Never:  commits; keeps a session's token (only its SHA-256)
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from arrears.store.schema import sessions, sign_in_tries, users

ROLES = ("collector", "supervisor", "head", "compliance", "admin")
LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class User:
    """Someone who signs in. Never carries the password hash."""

    user_id: str
    username: str
    name: str
    role: str
    language: str
    active: bool


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signing in checks."""

    user: User
    password_hash: str


@dataclass(frozen=True, slots=True)
class Tries:
    """Wrong passwords in a row under one name, whoever has it."""

    failed: int
    locked_until: datetime | None


_USER = (users.c.user_id, users.c.username, users.c.name, users.c.role, users.c.language, users.c.active)


def _user(row: Any) -> User:
    return User(row.user_id, row.username, row.name, row.role, row.language, row.active)


def add_user(connection: Connection, user: User, password_hash: str, at: datetime) -> None:
    connection.execute(
        insert(users).values(
            user_id=user.user_id,
            username=user.username,
            name=user.name,
            password_hash=password_hash,
            role=user.role,
            language=user.language,
            active=user.active,
            created_at=at,
        )
    )


def user_named(connection: Connection, username: str, *, lock: bool = False) -> User | None:
    """With `lock`, one change of this user at a time."""
    wanted = select(*_USER).where(users.c.username == username)
    row = connection.execute(wanted.with_for_update() if lock else wanted).one_or_none()
    return None if row is None else _user(row)


def everybody(connection: Connection) -> list[User]:
    """By username, those who were put out too."""
    return [_user(row) for row in connection.execute(select(*_USER).order_by(users.c.username))]


def anybody(connection: Connection) -> bool:
    """Whether anybody can sign in at all."""
    return connection.execute(select(users.c.user_id).where(users.c.active).limit(1)).first() is not None


def change_user(connection: Connection, user_id: str, **values: Any) -> None:
    connection.execute(update(users).where(users.c.user_id == user_id).values(values))


def lock_user(connection: Connection, user_id: str) -> bool:
    """One verb of this user at a time. False where there is no such active user."""
    wanted = select(users.c.user_id).where(users.c.user_id == user_id, users.c.active)
    return connection.execute(wanted.with_for_update(key_share=True)).first() is not None


def credentials(connection: Connection, username: str) -> Credentials | None:
    row = connection.execute(select(users).where(users.c.username == username)).one_or_none()
    return None if row is None else Credentials(_user(row), row.password_hash)


def role_of(connection: Connection, user_id: str) -> str | None:
    """The role of an active user; None where there is none of that id."""
    role: str | None = connection.execute(
        select(users.c.role).where(users.c.user_id == user_id, users.c.active)
    ).scalar_one_or_none()
    return role


def tries_under(connection: Connection, username: str, at: datetime) -> Tries:
    """Locked until the transaction ends, so that two wrong guesses at once are counted as two."""
    make: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    wanted = make(sign_in_tries).values(name_hash=_hashed(username), failed=0, last_at=at)
    wanted = wanted.on_conflict_do_update(index_elements=["name_hash"], set_={"last_at": wanted.excluded.last_at})
    row = connection.execute(wanted.returning(sign_in_tries.c.failed, sign_in_tries.c.locked_until)).one()
    return Tries(row.failed, row.locked_until)


def note_tries(connection: Connection, username: str, tries: Tries) -> None:
    connection.execute(
        update(sign_in_tries)
        .where(sign_in_tries.c.name_hash == _hashed(username))
        .values(failed=tries.failed, locked_until=tries.locked_until)
    )


def forget_tries(connection: Connection, username: str, before: datetime) -> None:
    """Those under this name, and any that nobody added to since `before`."""
    connection.execute(
        delete(sign_in_tries).where(
            (sign_in_tries.c.name_hash == _hashed(username)) | (sign_in_tries.c.last_at < before)
        )
    )


def change_language(connection: Connection, user_id: str, language: str) -> int:
    """How many users changed: 0 or 1."""
    return connection.execute(update(users).where(users.c.user_id == user_id).values(language=language)).rowcount


def add_session(connection: Connection, token: str, user_id: str, at: datetime, expires_at: datetime) -> None:
    connection.execute(
        insert(sessions).values(token_hash=_hashed(token), user_id=user_id, created_at=at, expires_at=expires_at)
    )


def user_of_session(connection: Connection, token: str, at: datetime) -> User | None:
    """The active user of a session that runs at `at`."""
    row = connection.execute(
        select(*_USER)
        .join(sessions, sessions.c.user_id == users.c.user_id)
        .where(
            sessions.c.token_hash == _hashed(token),
            sessions.c.ended_at.is_(None),
            sessions.c.expires_at > at,
            users.c.active,
        )
    ).one_or_none()
    return None if row is None else _user(row)


def end_session(connection: Connection, token: str, at: datetime) -> str | None:
    """The user whose running session was ended, or None."""
    ended: str | None = connection.execute(
        update(sessions)
        .where(sessions.c.token_hash == _hashed(token), sessions.c.ended_at.is_(None))
        .values(ended_at=at)
        .returning(sessions.c.user_id)
    ).scalar_one_or_none()
    return ended


def end_sessions(connection: Connection, user_id: str, at: datetime) -> None:
    """Every running session of a user."""
    connection.execute(
        update(sessions).where(sessions.c.user_id == user_id, sessions.c.ended_at.is_(None)).values(ended_at=at)
    )


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

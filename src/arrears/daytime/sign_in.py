"""
People who use arrears: create one, sign in, know who a token belongs to, sign out.

Reads:  the store; passwords and tokens as given
Gives:  User, SignedIn (with the token, shown once), NotSignedIn
Never:  keeps a password or a token: the store has an Argon2id hash of one and a SHA-256 of the other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from arrears.store.open import Store
from arrears.store.people import User

SESSION = timedelta(hours=12)
ATTEMPTS_MAX = 5
LOCKED_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session. `token` goes into the cookie and nowhere else."""

    user: User
    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NotSignedIn:
    """Wrong name and wrong password read the same, so that names can't be guessed. `locked_until` after too many."""

    locked_until: datetime | None = None


def create_user(
    store: Store, *, username: str, name: str, password: str, role: str, language: str = "zh", at: datetime
) -> User:
    """
    A new user, with an Argon2id hash of the password. `role`: collector | supervisor | head | compliance | admin.

    The same username again raises Unusable `user_exists`; others: `username_unusable`, `password_too_short`,
    `role_unknown`, `language_unknown`.
    """
    raise NotImplementedError


def sign_in(
    store: Store, *, username: str, password: str, at: datetime, lasts: timedelta = SESSION
) -> SignedIn | NotSignedIn:
    """A session for the right password. After ATTEMPTS_MAX wrong ones the name is locked for LOCKED_FOR."""
    raise NotImplementedError


def who(store: Store, token: str, *, at: datetime) -> User | None:
    """The user of a session that has neither expired nor ended, and who is still active."""
    raise NotImplementedError


def sign_out(store: Store, token: str, *, at: datetime) -> None:
    """End the session of `token`. Ending it twice, or one that never was, changes nothing."""
    raise NotImplementedError


def use_language(store: Store, user_id: str, language: str) -> None:
    """The language in which this user reads every page: zh | en."""
    raise NotImplementedError

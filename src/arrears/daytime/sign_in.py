"""
People who use arrears: create one, sign in, know who a token belongs to, sign out.

Reads:  the store; passwords and tokens as given
Gives:  User, SignedIn (with the token, shown once), NotSignedIn
Never:  keeps a password or a token: the store has an Argon2id hash of one and a SHA-256 of the other.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection

from arrears.daytime.transaction import drawn_id, in_one_transaction, must_be_aware, unusable
from arrears.kernel.fact import Fact
from arrears.kernel.shown import letters_of
from arrears.store import people
from arrears.store.evidence import About, append
from arrears.store.open import Store
from arrears.store.people import LANGUAGES, ROLES, User

SESSION = timedelta(hours=12)
ATTEMPTS_MAX = 5
LOCKED_FOR = timedelta(minutes=15)
TRIES_KEPT = timedelta(days=1)
"""Wrong passwords under a name that nobody tried for this long are forgotten."""
PASSWORD_MIN = 8
NAME_MAX = 80
DEMO_PASSWORD = "arrears-demo"  # noqa: S105 - printed for everybody to see, for a workspace on this machine alone
DEMO_USERS = ("collector", "supervisor", "head", "compliance")

_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


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
    store: Store,
    *,
    username: str,
    name: str,
    password: str,
    role: str,
    language: str = "zh",
    at: datetime,
    demo: bool = False,
) -> User:
    """
    A new user, with an Argon2id hash of the password. `role`: collector | supervisor | head | compliance | admin.

    The same username again raises Unusable `user_exists`; others: `username_unusable`, `name_unusable`,
    `password_too_short`, `password_published` (but for a `demo`), `role_unknown`, `language_unknown`.
    """
    username = username.strip().lower()
    _check_user(username, name, role, language)
    check_password(username, password, demo=demo)
    user = User(drawn_id("user"), username, name.strip() or username, role, language, active=True)
    password_hash = hash_of(password)

    def work(connection: Connection) -> User:
        if people.user_named(connection, username) is not None:
            raise unusable(
                "user_exists",
                f"user {username!r}",
                "is taken.",
                "A name stands for one person in every record.",
                "Choose another username, or sign in with this one.",
            )
        people.add_user(connection, user, password_hash, must_be_aware(at))
        append(connection, [About(user.user_id, Fact("user_created", at, {"user_id": user.user_id, "role": role}))])
        return user

    return in_one_transaction(store, work)


def sign_in(
    store: Store, *, username: str, password: str, at: datetime, lasts: timedelta = SESSION
) -> SignedIn | NotSignedIn:
    """
    A session for the right password. After ATTEMPTS_MAX wrong ones the name is locked for LOCKED_FOR, and so is a
    name that nobody has: who asks learns nothing from it.
    """
    username = username.strip().lower()
    must_be_aware(at)
    with store.read() as connection:
        known = people.credentials(connection, username)
    # Hashing takes its time on purpose; it is done outside the transaction, and for an unknown name too.
    right = _fits(known.password_hash if known else _nobodys_hash(), password)

    def work(connection: Connection) -> SignedIn | NotSignedIn:
        tries = people.tries_under(connection, username, at)
        if tries.locked_until is not None and at < tries.locked_until:
            return NotSignedIn(tries.locked_until)
        found = people.credentials(connection, username)
        # Compared again: the password may have been changed, or its user disabled, since it was read.
        stands = found is not None and known is not None and found.password_hash == known.password_hash
        if not right or not stands or found is None or not found.user.active:
            return _wrong(connection, username, tries, found, at)
        token = secrets.token_urlsafe(32)
        people.forget_tries(connection, username, at - TRIES_KEPT)
        people.add_session(connection, token, found.user.user_id, at, at + lasts)
        append(connection, [_fact("signed_in", found.user, at)])
        return SignedIn(found.user, token, at + lasts)

    return in_one_transaction(store, work)


def _wrong(
    connection: Connection, username: str, tries: people.Tries, found: people.Credentials | None, at: datetime
) -> NotSignedIn:
    failed = tries.failed + 1
    locked_until = at + LOCKED_FOR if failed >= ATTEMPTS_MAX else None
    people.note_tries(connection, username, people.Tries(0 if locked_until else failed, locked_until))
    if found is not None:
        append(connection, [_fact("sign_in_failed", found.user, at)])
    return NotSignedIn(locked_until)


def who(store: Store, token: str, *, at: datetime) -> User | None:
    """The user of a session that has neither expired nor ended, and who is still active."""
    with store.read() as connection:
        return people.user_of_session(connection, token, must_be_aware(at))


def sign_out(store: Store, token: str, *, at: datetime) -> None:
    """End the session of `token`. Ending it twice, or one that never was, changes nothing."""

    def work(connection: Connection) -> None:
        user_id = people.end_session(connection, token, must_be_aware(at))
        if user_id is not None:
            append(connection, [About(user_id, Fact("signed_out", at, {"user_id": user_id}))])

    in_one_transaction(store, work)


def use_language(store: Store, user_id: str, language: str) -> None:
    """The language in which this user reads every page: zh | en. Raises Unusable `language_unknown`."""
    _check_language(language)
    in_one_transaction(store, lambda connection: people.change_language(connection, user_id, language))


def anybody(store: Store) -> bool:
    """Whether there is anybody who can sign in."""
    with store.read() as connection:
        return people.anybody(connection)


def with_published_password(store: Store, names: Iterable[str]) -> list[str]:
    """Those of these usernames who can sign in with DEMO_PASSWORD, which everybody can read."""
    with store.read() as connection:
        found = [people.credentials(connection, name) for name in names]
    return [one.user.username for one in found if one and one.user.active and _fits(one.password_hash, DEMO_PASSWORD)]


@cache
def _hasher() -> PasswordHasher:
    """Argon2id with the second recommended option of RFC 9106 (64 MiB, three passes)."""
    return PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)


def hash_of(password: str) -> str:
    """What the store keeps of a password."""
    return _hasher().hash(password)


@cache
def _nobodys_hash() -> str:
    return hash_of(secrets.token_hex(16))


def _fits(password_hash: str, password: str) -> bool:
    try:
        return _hasher().verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _fact(kind: str, user: User, at: datetime) -> About:
    return About(user.user_id, Fact(kind, at, {"user_id": user.user_id}))


def _check_user(username: str, name: str, role: str, language: str) -> None:
    where = f"user {username!r}"
    if not _USERNAME.fullmatch(username):
        raise unusable(
            "username_unusable",
            where,
            "is not 1 to 64 of a-z, 0-9, dot, dash and underscore, beginning with a letter or digit.",
            "Two names that look alike must not be two people.",
            "Write it in plain lower-case letters, such as li.na.",
        )
    if letters_of(name) != name or len(name) > NAME_MAX or "\n" in name:
        raise unusable(
            "name_unusable",
            where,
            f"the name holds a control character, or more than {NAME_MAX} letters.",
            "It stands on every page beside what its owner did.",
            "Write it as its owner does, on one line.",
        )
    check_role(username, role)
    _check_language(language)


def check_password(username: str, password: str, *, demo: bool = False) -> None:
    """Raises Unusable `password_too_short` or `password_published`."""
    if len(password) < PASSWORD_MIN:
        raise unusable(
            "password_too_short",
            f"user {username!r}",
            f"the password has {len(password)} characters; it needs at least {PASSWORD_MIN}.",
            "A short password is found by trying.",
            "Use several words.",
        )
    if password == DEMO_PASSWORD and not demo:
        raise unusable(
            "password_published",
            f"user {username!r}",
            "the password is that of the demo.",
            "Everybody can read it.",
            "Use several words of your own.",
        )


def check_role(username: str, role: str) -> None:
    """Raises Unusable `role_unknown`."""
    if role not in ROLES:
        raise unusable(
            "role_unknown",
            f"user {username!r}",
            f"{role!r} is not a role.",
            "What a person may do follows from the role.",
            f"Choose one of {', '.join(ROLES)}.",
        )


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise unusable(
            "language_unknown",
            "language",
            f"{language!r} is not a language of the pages.",
            "Every page has its words in these languages only.",
            "Choose zh or en.",
        )

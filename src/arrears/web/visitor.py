"""
Who is asking, and in which language, colours and manner they read.

Reads:  the request's cookies and headers, the session in the store
Gives:  Visitor, once per request; refusals for those who are not signed in or not in the role; the form, once the
        request proved that it comes from our own page
Never:  trusts a form without the token that only our page could have put there.

The forgery token is a hash of the session cookie, so it needs no state of its own, changes at sign-in, and can't
be made by anybody who can't read a cookie that no script can read either.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from arrears.daytime import who
from arrears.store.kept_files import LARGEST
from arrears.store.people import User
from arrears.web.edge import TYPED, has_control, host_of
from arrears.web.faults import Fault, FaultKind
from arrears.web.sign_in.kept import kept_of
from arrears.web.words.catalogue import LANGUAGES, Words, marked

SESSION_COOKIE = "arrears_session"
GUEST_COOKIE = "arrears_guest"
LANGUAGE_COOKIE = "arrears_language"
THEME_COOKIE = "arrears_theme"
KEYS_COOKIE = "arrears_keys"
THEMES = ("auto", "light", "dark")
FORM_BYTES_MAX = 64 * 1024
UPLOADS = "/document"
"""The end of the one address that takes a file."""
SECRETS = ("password",)
"""Fields that are taken as they were typed: a space at the end of a password is part of it."""

QUEUE_ROLES = ("collector", "supervisor", "head")
NIGHT_ROLES = ("supervisor", "head", "compliance", "admin")
LAW_ROLES = ("collector", "supervisor", "head", "compliance", "admin")


@dataclass(frozen=True, slots=True)
class Place:
    """A page in the rail. `name` is a message."""

    href: str
    name: str
    key: str
    roles: tuple[str, ...]


PLACES = (
    Place("/queue", marked("Queue"), "q", QUEUE_ROLES),
    Place("/holds", marked("On hold and open"), ";", ("supervisor", "head")),
    Place("/decisions", marked("To decide"), "]", ("supervisor", "head")),
    Place("/night", marked("Night"), "g", NIGHT_ROLES),
    Place("/law", marked("Law"), "j", LAW_ROLES),
)


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person behind one request. `user` is None before sign-in; `cookie` is what the forgery token hangs on."""

    user: User | None
    words: Words
    theme: str
    keys: bool
    cookie: str
    new_guest: bool
    at: datetime

    @property
    def csrf(self) -> str:
        return forgery_token(self.cookie)

    @property
    def places(self) -> list[Place]:
        role = self.user.role if self.user else ""
        return [place for place in PLACES if role in place.roles]

    @property
    def me(self) -> User:
        """The user of a page that needs one."""
        if self.user is None:
            raise Fault(FaultKind.SIGN_IN_FIRST)
        return self.user


def forgery_token(cookie: str) -> str:
    return hashlib.sha256(b"arrears form\0" + cookie.encode()).hexdigest()


def cookie_of(request: Request) -> str | None:
    """What the forgery token hangs on: the session's cookie (one that has ended too), else the guest's."""
    for name in (SESSION_COOKIE, GUEST_COOKIE):
        cookie = request.cookies.get(name, "")
        if len(cookie) >= 32:
            return cookie
    return None


def visitor_of(request: Request) -> Visitor:
    """The visitor of this request, worked out once: a second call gives the first answer."""
    known: Visitor | None = getattr(request.state, "visitor", None)
    if known is not None:
        return known
    workspace = request.app.state.workspace
    at: datetime = workspace.clock()
    token = request.cookies.get(SESSION_COOKIE)
    user = who(workspace.store, token, at=at) if token else None
    kept = cookie_of(request)
    visitor = _visitor(request, user, kept, at)
    request.state.visitor = visitor
    return visitor


def arrived(request: Request, user: User, token: str, at: datetime) -> Visitor:
    """The visitor of this request from now on: who has just signed in, with the form token of the new session."""
    visitor = _visitor(request, user, token, at)
    request.state.visitor = visitor
    return visitor


def stranger_of(request: Request) -> Visitor:
    """The visitor as far as the request alone tells: for the page that says that the store does not answer."""
    return _visitor(request, None, cookie_of(request), request.app.state.workspace.clock())


def _visitor(request: Request, user: User | None, kept: str | None, at: datetime) -> Visitor:
    cookie = kept or secrets.token_urlsafe(32)
    return Visitor(
        user=user,
        words=Words(_language(request, user)),
        theme=_one_of(request.cookies.get(THEME_COOKIE), THEMES),
        keys=request.cookies.get(KEYS_COOKIE) != "off",
        cookie=cookie,
        new_guest=kept is None,
        at=at.astimezone(UTC),
    )


def _one_of(value: str | None, known: tuple[str, ...]) -> str:
    return value if value in known else known[0]


def _language(request: Request, user: User | None) -> str:
    if user is not None and user.language in LANGUAGES:
        return user.language
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return str(chosen)
    return language_accepted(request.headers.get("accept-language", ""))


def language_accepted(header: str) -> str:
    """The first of our languages by the header's weights; Chinese where it names neither."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")[:20]):
        tag, _, weight = part.strip().partition(";q=")
        code = tag.split("-")[0].lower()
        if code in LANGUAGES:
            try:
                wanted.append((-float(weight or 1), place, code))
            except ValueError:
                continue
    return min(wanted)[2] if wanted else next(iter(LANGUAGES))


Visiting = Annotated[Visitor, Depends(visitor_of)]


class InRole:
    """A dependency: the visitor, signed in and in one of these roles."""

    def __init__(self, *roles: str) -> None:
        self.roles = roles

    def __call__(self, request: Request) -> Visitor:
        visitor = visitor_of(request)
        if visitor.user is None:
            raise Fault(FaultKind.SIGN_IN_FIRST)
        if visitor.user.role not in self.roles:
            raise Fault(FaultKind.NOT_FOR_ROLE, roles=self.roles)
        return visitor


Form = dict[str, str]


async def refuse_forged(request: Request) -> None:
    """
    Stands before every route: a request that changes something carries the token of its visitor, comes from our
    own origin, and is small. Anything else is refused before its page is asked.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    length = request.headers.get("content-length", "")
    brings_file = request.url.path.endswith(UPLOADS)
    most = FORM_BYTES_MAX + (LARGEST if brings_file else 0)
    if not (length.isascii() and length.isdigit()) or int(length[:20]) > most:
        raise Fault(FaultKind.TOO_LARGE)
    origin = request.headers.get("origin")
    if origin is not None and host_of(origin) != request.headers.get("host"):
        raise Fault(FaultKind.FORGED)
    form = await request.form(max_files=1 if brings_file else 0, max_fields=60)
    if any(has_control(name) or (isinstance(text, str) and has_control(text, TYPED)) for name, text in form.items()):
        raise Fault(FaultKind.CONTROL_CHARACTER)
    request.state.kept = kept_of(
        request.url.path, request.headers.get("referer"), request.headers.get("host"), form.items()
    )
    token, cookie = form.get("csrf"), cookie_of(request)
    if cookie is None or not isinstance(token, str) or not _same(forgery_token(cookie), token):
        # Our own page, by what the browser says: its session is over, or newer than the page.
        raise Fault(FaultKind.OLDER_PAGE if origin is not None else FaultKind.FORGED)


def _same(ours: str, given: str) -> bool:
    """Compared in a time that tells nothing; as bytes, for a text outside ASCII is only another wrong one."""
    return hmac.compare_digest(ours.encode(), given.encode(errors="surrogatepass"))


async def posted(request: Request) -> Form:
    """The fields of a form as text, trimmed but for secrets; an upload is not text and is left out."""
    form = await request.form()
    texts = {name: text for name, text in form.items() if not isinstance(text, UploadFile)}
    return {name: text if name in SECRETS else text.strip() for name, text in texts.items()}


Posted = Annotated[Form, Depends(posted)]


def local_path(text: str | None) -> str:
    """A path on this site, or "/": a form may never send a visitor elsewhere."""
    if not text or not text.startswith("/") or text.startswith(("//", "/\\")) or has_control(text):
        return "/"
    try:
        parts = urlsplit(text)
    except ValueError:
        return "/"
    return "/" if parts.scheme or parts.netloc else text


def sign_in_path(request: Request) -> str:
    """Where a visitor without a session is sent; a page they wanted to read comes back after it."""
    if request.method != "GET" or request.url.path == "/":
        return "/sign-in"
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/sign-in?next={quote(wanted, safe='')}"

"""
Sign in and out; choose language, colours and single keys.

Reads:  the form, the store through `daytime`
Gives:  a session cookie that no script can read, made anew at every sign-in
Never:  says whether a name exists, or follows a `next` that leaves this site.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from arrears.daytime import SignedIn, sign_in, sign_out, use_language
from arrears.store.people import User
from arrears.web.render import go_to
from arrears.web.sign_in.kept import PAGE, PATH, carried
from arrears.web.visitor import (
    GUEST_COOKIE,
    KEYS_COOKIE,
    LANGUAGE_COOKIE,
    PLACES,
    SESSION_COOKIE,
    THEME_COOKIE,
    THEMES,
    Posted,
    Visiting,
    arrived,
    local_path,
)
from arrears.web.words.catalogue import LANGUAGES
from arrears.web.workspace import Working

router = APIRouter()

A_YEAR = 365 * 24 * 3600
COOKIE_KEPT = 7 * 24 * 3600


def first_page(user: User) -> str:
    """Where this person's day begins."""
    return next((place.href for place in PLACES if user.role in place.roles), "/sign-in")


@router.get("/")
def front(visitor: Visiting) -> Response:
    return go_to(first_page(visitor.user) if visitor.user else "/sign-in")


@router.get("/sign-in")
def ask(request: Request, visitor: Visiting, work: Working, next: str = "/") -> Response:
    if visitor.user is not None:
        return go_to(first_page(visitor.user))
    ended = bool(request.cookies.get(SESSION_COOKIE))
    return work.pages.show(request, "sign_in/page.html", next=local_path(next), kept=None, ended=ended)


@router.post("/sign-in")
def enter(request: Request, visitor: Visiting, work: Working, form: Posted) -> Response:
    wanted = local_path(form.get("next"))
    kept = carried(form, {name: local_path(form.get(name)) for name in (PATH, PAGE)})
    answer = sign_in(work.store, username=form.get("username", ""), password=form.get("password", ""), at=visitor.at)
    if not isinstance(answer, SignedIn):
        minutes = None
        if answer.locked_until is not None:
            minutes = max(1, -int((visitor.at - answer.locked_until).total_seconds() // 60))
        return work.pages.show(
            request,
            "sign_in/page.html",
            status=422 if minutes is None else 429,
            back="/sign-in",
            next=wanted,
            kept=kept,
            username=form.get("username", "")[:80],
            wrong=True,
            minutes=minutes,
        )
    before = request.cookies.get(SESSION_COOKIE)
    if before:
        sign_out(work.store, before, at=visitor.at)
    if kept is not None:
        arrived(request, answer.user, answer.token, visitor.at)
        return _opened(request, answer, work.pages.show(request, "sign_in/kept.html", back=kept.page, kept=kept))
    return _opened(request, answer, go_to(wanted if wanted != "/" else first_page(answer.user)))


def _opened(request: Request, session: SignedIn, answer: Response) -> Response:
    """
    The answer with the new session's cookie. The cookie outlives the session, which the server ends: by it a form
    that comes too late is known as one of our own pages, and what was typed in it is not lost.
    """
    answer.set_cookie(
        SESSION_COOKIE,
        session.token,
        max_age=COOKIE_KEPT,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )
    answer.delete_cookie(GUEST_COOKIE, path="/")
    return answer


@router.post("/sign-out")
def leave(request: Request, visitor: Visiting, work: Working) -> Response:
    sign_out(work.store, request.cookies.get(SESSION_COOKIE, ""), at=visitor.at)
    left = go_to("/sign-in?said=signed_out")
    left.delete_cookie(SESSION_COOKIE, path="/")
    # Nothing that this person looked at stays behind in the browser's cache.
    left.headers["clear-site-data"] = '"cache"'
    return left


@router.post("/settings")
def settle(request: Request, visitor: Visiting, work: Working, form: Posted) -> Response:
    done = go_to(local_path(form.get("back")))
    chosen: dict[str, str] = {}
    if form.get("language") in LANGUAGES:
        chosen[LANGUAGE_COOKIE] = form["language"]
        if visitor.user is not None:
            use_language(work.store, visitor.user.user_id, form["language"])
    if form.get("theme") in THEMES:
        chosen[THEME_COOKIE] = form["theme"]
    if form.get("keys") in ("on", "off"):
        chosen[KEYS_COOKIE] = form["keys"]
    for name, value in chosen.items():
        done.set_cookie(
            name, value, max_age=A_YEAR, httponly=True, samesite="lax", secure=request.url.scheme == "https", path="/"
        )
    return done

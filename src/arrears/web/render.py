"""
A page as HTML in the reader's language.

Reads:  templates of this package, the visitor, a page's view
Gives:  Pages.show, which answers with the page and the headers every page carries
Never:  marks text from a person or a book as safe: every value is escaped where it is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from arrears.kernel.shown import shown
from arrears.web.faults import Fault, FaultKind
from arrears.web.parts.said import said_of
from arrears.web.sign_in.kept import Kept
from arrears.web.visitor import GUEST_COOKIE, Visitor, local_path, sign_in_path, stranger_of, visitor_of
from arrears.web.words.catalogue import LANGUAGES, Words
from arrears.web.words.labels import label

HERE = Path(__file__).parent
STATIC = HERE / "static"
NEWS_COOKIE = "arrears_news"

HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cross-origin-opener-policy": "same-origin",
}
"""On every answer. Pages are also `no-store`: they hold people's data."""


@lru_cache(maxsize=64)
def static_address(name: str) -> str:
    """/static/<name>?v=<hash of its bytes>, so that a browser keeps it until it changes."""
    path = STATIC / name
    version = hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else "absent"
    return f"/static/{name}?v={version}"


def _environment(words: Words) -> Environment:
    env = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        finalize=_steers_nothing,
    )
    env.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.globals.update(
        words=words, languages=LANGUAGES, static=static_address, label=lambda kind, code: label(words, kind, code)
    )
    return env


def _steers_nothing(value: Any) -> Any:
    """What a page writes, with controls and turns of writing direction written out; markup stays markup."""
    if not isinstance(value, str):
        return value
    told = shown(value, keep_return=True)
    return value if told == value else Markup(told) if isinstance(value, Markup) else told  # noqa: S704 - it was markup


class Pages:
    """One template environment per language, made at start. `nobody` says whether nobody can sign in yet."""

    def __init__(self, nobody: Callable[[], bool]) -> None:
        self._of = {language: _environment(Words(language)) for language in LANGUAGES}
        for env in self._of.values():
            env.globals["nobody"] = nobody

    def show(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        here: str = "",
        back: str | None = None,
        said: tuple[str, str] | None = None,
        **view: Any,
    ) -> HTMLResponse:
        """The page. `here` is its place in the rail; `back` is where a change of language returns to."""
        visitor = visitor_of(request)
        words = visitor.words
        html = (
            self._of[words.language]
            .get_template(template)
            .render(
                visitor=visitor,
                here=here,
                back=back or _address(request),
                said=said or _news(request, words),
                **view,
            )
        )
        answer = HTMLResponse(html, status_code=status, headers={**HEADERS, "cache-control": "no-store"})
        _remember_guest(request, answer, visitor)
        if NEWS_COOKIE in request.cookies and not _is_part(request):
            answer.delete_cookie(NEWS_COOKIE, path="/")
        return answer

    def ask_to_sign_in(self, request: Request, kept: Kept | None) -> Response:
        """The sign-in page in answer to a form: what was typed goes through it."""
        if _is_part(request):
            return _to_sign_in(request)
        answer = self.show(
            request, "sign_in/page.html", status=401, back="/sign-in", next=kept.page if kept else "/", kept=kept
        )
        answer.headers["hx-push-url"] = "/sign-in"
        return answer

    def fault(self, request: Request, fault: Fault, *, number: str | None = None) -> Response:
        """The page of a fault, in words that say what to do."""
        visitor = _known_or_stranger(request)
        kept = getattr(request.state, "kept", None)
        if fault.kind is FaultKind.SIGN_IN_FIRST or (fault.kind is FaultKind.OLDER_PAGE and visitor.user is None):
            return self.ask_to_sign_in(request, kept) if request.method == "POST" else _to_sign_in(request)
        if fault.kind is FaultKind.OLDER_PAGE and kept is not None:
            return self.show(request, "sign_in/kept.html", status=403, back=local_path(kept.page), kept=kept)
        words = visitor.words
        told = fault.kind.value
        values = {
            "roles": words.pair("、", ", ").join(label(words, "role", role) for role in fault.roles),
            "role": label(words, "role", visitor.user.role) if visitor.user else "",
        }
        return self.show(
            request,
            "fault/page.html",
            status=told.status,
            back="/",
            title=words.say(told.title),
            what=words.gettext(told.what) % values if "%(" in told.what else words.say(told.what),
            do=words.say(told.do),
            number=number,
        )


def _is_part(request: Request) -> bool:
    """Whether a part of a page asked, and not a page."""
    return bool(request.headers.get("hx-request")) and not request.headers.get("hx-boosted")


def _news(request: Request, words: Words) -> tuple[str, str] | None:
    """
    The news of the step that led here: said once, and only where our own answer to that step left it. An address
    alone says nothing: it may come from a bookmark, from history or from a stranger.
    """
    code = request.query_params.get("said")
    return said_of(words, code) if code is not None and code == request.cookies.get(NEWS_COOKIE) else None


def _address(request: Request) -> str:
    """This page, without the news of the last step."""
    if request.method != "GET":
        return "/"
    asked = urlencode([(name, value) for name, value in request.query_params.multi_items() if name != "said"])
    return local_path(request.url.path + (f"?{asked}" if asked else ""))


def _known_or_stranger(request: Request) -> Visitor:
    """The visitor; where the store that knows them is what broke, whoever the request alone shows."""
    try:
        return visitor_of(request)
    except Exception:  # the fault that led here is in the log; this one must not hide its page
        visitor = stranger_of(request)
        request.state.visitor = visitor
        return visitor


def _remember_guest(request: Request, answer: Response, visitor: Visitor) -> None:
    if visitor.new_guest:
        answer.set_cookie(
            GUEST_COOKIE, visitor.cookie, httponly=True, samesite="lax", secure=request.url.scheme == "https", path="/"
        )


def _to_sign_in(request: Request) -> Response:
    if _is_part(request):
        # A part of a page that refreshes itself: the whole page goes to sign-in, not the part.
        return Response(status_code=401, headers={**HEADERS, "hx-redirect": "/sign-in"})
    return go_to(sign_in_path(request))


def go_to(path: str) -> RedirectResponse:
    """
    See Other: the browser reads the next page, and reloading it sends nothing twice. A path that ends in said=<code>
    brings the news of a step: the code goes along in a cookie that only this answer sets.
    """
    answer = RedirectResponse(path, status_code=303, headers=dict(HEADERS))
    if news := parse_qs(urlsplit(path).query).get("said"):
        answer.set_cookie(NEWS_COOKIE, news[0], max_age=60, httponly=True, samesite="strict", path="/")
    return answer

"""
The workspace as an ASGI application.

Reads:  the store, the law, the home folder, a clock, all handed in by `serve` or a test
Gives:  create_app
Never:  reads the time itself, opens a database, or has a route that changes something without the forgery check.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from fastapi import Depends, FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arrears.daytime import anybody
from arrears.kernel.fault_text import fault_text
from arrears.law.load import Law
from arrears.store.open import Store
from arrears.web.edge import has_control, is_host
from arrears.web.faults import Fault, FaultKind
from arrears.web.render import HEADERS, STATIC, Pages
from arrears.web.visitor import refuse_forged
from arrears.web.workspace import Letterhead, Workspace

log = logging.getLogger("arrears.web")


def create_app(
    store: Store, law: Law, *, home: Path, clock: Callable[[], datetime], letterhead: Letterhead | None = None
) -> FastAPI:
    """
    The application on a migrated store. Every page, and every refusal, in Chinese and English.

    `clock` is asked once per request, so that one page never sees two times.
    """
    from arrears.web.case import claims, plans, records, sheet
    from arrears.web.case import page as case
    from arrears.web.decisions import page as decisions
    from arrears.web.health import page as health
    from arrears.web.holds import page as holds
    from arrears.web.law import page as law_browser
    from arrears.web.night import page as night
    from arrears.web.queue import page as queue
    from arrears.web.sign_in import page as sign_in
    from arrears.web.style import page as style

    app = FastAPI(
        title="arrears", docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(refuse_forged)]
    )
    pages = Pages(nobody=lambda: not anybody(store))
    app.state.workspace = Workspace(store, law, home, clock, pages, letterhead)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    routed = (
        *(sign_in, queue, records, plans, claims, sheet, case, holds),
        *(decisions, night, law_browser, style, health),
    )
    for page in routed:
        app.include_router(page.router)
    app.add_middleware(GZipMiddleware, minimum_size=1_000)
    app.add_middleware(CarriesHeaders)
    app.add_middleware(AtTheEdge, pages=pages)

    @app.exception_handler(Fault)
    def at_fault(request: Request, fault: Fault) -> Response:
        return pages.fault(request, fault)

    @app.exception_handler(HTTPException)
    def no_such_page(request: Request, refused: HTTPException) -> Response:
        kind = FaultKind.TOO_LARGE if refused.status_code == 413 else FaultKind.NOT_FOUND
        return pages.fault(request, Fault(kind))

    return app


class AtTheEdge:
    """
    Answers HEAD as GET without a body; refuses an address that no page has (one with a control character in its
    path or search, or a host that is none); and answers for a fault of ours, which goes to the log without the
    values that a database or a parser quotes.
    """

    def __init__(self, app: ASGIApp, pages: Pages) -> None:
        self.app = app
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            scope, send = {**scope, "method": "GET"}, _without_body(send)
        host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "localhost")
        if not is_host(host):
            # The page of a fault asks for its own address, which such a request has not.
            hostless = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"host"]}
            await self._refuse(hostless, receive, send, Fault(FaultKind.NOT_FOUND))
        elif has_control(scope["path"] + unquote_plus(scope["query_string"].decode("latin-1"))):
            await self._refuse(scope, receive, send, Fault(FaultKind.CONTROL_CHARACTER))
        else:
            await self._answered(scope, receive, send)

    async def _answered(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except Exception as fault:  # nothing may go past here: the server would log it with all that it quotes
            number = secrets.token_hex(4)
            # The route and not the address: an address may hold what somebody typed.
            route = getattr(scope.get("route"), "path", "no route")
            log.error("incident %s: %s %s\n%s", number, scope["method"], route, fault_text(fault))
            if started:
                raise RuntimeError(f"the answer was broken off, see incident {number}") from None
            await self._refuse(scope, receive, send, Fault(FaultKind.BROKEN), number)

    async def _refuse(
        self, scope: Scope, receive: Receive, send: Send, fault: Fault, number: str | None = None
    ) -> None:
        await self.pages.fault(Request(scope, receive), fault, number=number)(scope, receive, send)


def _without_body(send: Send) -> Send:
    async def headers_alone(message: Message) -> None:
        await send({**message, "body": b""} if message["type"] == "http.response.body" else message)

    return headers_alone


class CarriesHeaders:
    """Puts the security headers on answers that no page wrote (static files), and lets versioned files be kept."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        kept = scope["path"].startswith("/static/") and b"v=" in scope["query_string"]

        async def carry(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                added: list[Any] = [
                    (name.encode(), value.encode()) for name, value in HEADERS.items() if name.encode() not in present
                ]
                if kept and message["status"] == 200:
                    added.append((b"cache-control", b"public, max-age=31536000, immutable"))
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self.app(scope, receive, carry)

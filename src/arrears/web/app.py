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

from fastapi import Depends, FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from arrears.law.load import Law
from arrears.store.open import Store
from arrears.web.faults import Fault, FaultKind
from arrears.web.render import HEADERS, STATIC, Pages
from arrears.web.visitor import refuse_forged
from arrears.web.workspace import Workspace

log = logging.getLogger("arrears.web")


def create_app(store: Store, law: Law, *, home: Path, clock: Callable[[], datetime]) -> FastAPI:
    """
    The application on a migrated store. Every page, and every refusal, in Chinese and English.

    `clock` is asked once per request, so that one page never sees two times.
    """
    from arrears.web.case import page as case
    from arrears.web.law import page as law_browser
    from arrears.web.night import page as night
    from arrears.web.queue import page as queue
    from arrears.web.sign_in import page as sign_in
    from arrears.web.style import page as style

    app = FastAPI(
        title="arrears", docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(refuse_forged)]
    )
    pages = Pages()
    app.state.workspace = Workspace(store, law, home, clock, pages)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for page in (sign_in, queue, case, night, law_browser, style):
        app.include_router(page.router)
    app.add_middleware(CarriesHeaders)

    @app.exception_handler(Fault)
    def at_fault(request: Request, fault: Fault) -> Response:
        return pages.fault(request, fault)

    @app.exception_handler(HTTPException)
    def no_such_page(request: Request, refused: HTTPException) -> Response:
        kind = FaultKind.TOO_LARGE if refused.status_code == 413 else FaultKind.NOT_FOUND
        return pages.fault(request, Fault(kind))

    @app.exception_handler(Exception)
    def broken(request: Request, fault: Exception) -> Response:
        number = secrets.token_hex(4)
        log.error("incident %s: %s %s", number, request.method, request.url.path, exc_info=fault)
        return pages.fault(request, Fault(FaultKind.BROKEN), number=number)

    return app


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

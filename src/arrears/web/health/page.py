"""
Whether the workspace works, for a monitor: no sign-in, no page, nothing about anybody.

Reads:  the store
Gives:  `/health` (JSON; 503 where the store doesn't answer) and `/metrics` (the Prometheus text format)
Never:  says a name, an amount or an address; changes anything.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from sqlalchemy.exc import SQLAlchemyError

from arrears.store import evidence
from arrears.web.workspace import Working

router = APIRouter()


def _entries(workspace: Working) -> int | None:
    """How many facts the log holds; None where the store doesn't answer."""
    try:
        with workspace.store.read() as connection:
            return evidence.head(connection).size
    except SQLAlchemyError:
        return None


@router.get("/health")
def health(workspace: Working) -> Response:
    """The store answers, or it does not."""
    if _entries(workspace) is None:
        return JSONResponse({"status": "the store does not answer"}, status_code=503)
    return JSONResponse({"status": "ok"})


@router.get("/metrics")
def metrics(workspace: Working) -> Response:
    """Whether the store answers, and how many facts the log holds."""
    entries = _entries(workspace)
    lines = [
        "# HELP arrears_store_up Whether the store answers.",
        "# TYPE arrears_store_up gauge",
        f"arrears_store_up {int(entries is not None)}",
    ]
    if entries is not None:
        lines += [
            "# HELP arrears_evidence_entries Facts in the evidence log.",
            "# TYPE arrears_evidence_entries counter",
            f"arrears_evidence_entries {entries}",
        ]
    return PlainTextResponse("\n".join(lines) + "\n")

"""
What no request may carry, whichever page it is for: control characters, an origin or host that is none.

Reads:  the parts of a request as text
Gives:  yes or no, for `visitor.refuse_forged` and `app.AtTheEdge`
Never:  repairs what was sent. A character that no key types was not meant, and PostgreSQL takes no NUL at all.
"""

from __future__ import annotations

from unicodedata import category
from urllib.parse import urlsplit

TYPED = "\t\n\r"
"""The controls that a text field of several lines sends."""


def has_control(text: str, allowed: str = "") -> bool:
    """Whether a text holds a control character (or half of a surrogate pair) that is not in `allowed`."""
    return any(category(letter) in ("Cc", "Cs") and letter not in allowed for letter in text)


def host_of(origin: str) -> str | None:
    """The host and port of an `Origin` header; None where it is no origin."""
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None


def is_host(host: str) -> bool:
    """Whether a `Host` header can be one."""
    try:
        return bool(host) and urlsplit(f"//{host}").netloc == host
    except ValueError:
        return False

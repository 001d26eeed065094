"""
A form that was sent without a session, or from a page older than it: what was typed is kept until it can be sent.

Reads:  the form as it came, its path, the page that it was on
Gives:  Kept, carried through the sign-in page as hidden fields and shown once on a page that sends it on purpose
Never:  keeps a password or a form token, puts what was typed into an address, or sends a form by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from arrears.web.words.catalogue import marked as _

PREFIX = "kept."
PATH, PAGE = "kept_path", "kept_page"
_NEVER = ("csrf", "password")
_NO_STEP = ("/sign-in", "/sign-out", "/settings")
"""Forms that there is nothing to keep of."""

TYPED: Mapping[str, str] = {
    "note": _("Note"),
    "amount": _("Amount"),
    "due_on": _("Day"),
    "due_time": _("Hour, where they live"),
}
"""Fields that a person types, with the words they stand under. The others are carried and not shown."""


@dataclass(frozen=True, slots=True)
class Kept:
    """`path` is where the form goes, `page` the page that it was on; `fields` are its own."""

    path: str
    page: str
    fields: tuple[tuple[str, str], ...]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """As fields of the sign-in form."""
        return [(PATH, self.path), (PAGE, self.page), *((PREFIX + name, value) for name, value in self.fields)]

    @property
    def typed(self) -> list[tuple[str, str]]:
        """(words, value) of what a person typed."""
        return [(TYPED[name], value) for name, value in self.fields if name in TYPED and value]


def kept_of(path: str, referer: str | None, host: str | None, form: Iterable[tuple[str, object]]) -> Kept | None:
    """What to keep of a form that came to `path`; None where it is no step of a case."""
    if path in _NO_STEP:
        return None
    fields = [(name, value) for name, value in form if isinstance(value, str) and name not in _NEVER]
    return Kept(path, _page(referer, host), tuple(fields))


def carried(form: Mapping[str, str], local: Mapping[str, str]) -> Kept | None:
    """What the sign-in form carries. `local` has its path and page as paths of this site."""
    if not form.get(PATH):
        return None
    fields = [(name.removeprefix(PREFIX), value) for name, value in form.items() if name.startswith(PREFIX)]
    return Kept(local[PATH], local[PAGE], tuple(fields))


def _page(referer: str | None, host: str | None) -> str:
    try:
        parts = urlsplit(referer or "")
    except ValueError:
        return "/"
    if not host or parts.netloc != host or not parts.path:
        return "/"
    return parts.path + (f"?{parts.query}" if parts.query else "")

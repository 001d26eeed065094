"""
One provision: its own words, where they stand, when they hold, how sure we are, and one encoding.

`in_force` is half open: `from` is the first day it holds, `until` the first day it no longer does; without
`until` it was in force when last read. Versions of one provision share an id and follow each other.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from arrears.law.kinds import NAME_OF, Encoding

FORCES = ("prohibited", "presumed_violation", "required", "permitted", "advised", "house")
"""
prohibited and required are the text's own must; presumed_violation can be rebutted; permitted is an exception;
advised is a text that says "should not" (不宜, 不应 in a recommended standard); house is this product's or the
lender's own line, and no law.
"""

CONFIDENCES = ("seen-text", "seen-report", "recalled", "uncertain")
"""seen-text: the words were read; seen-report: somebody who cites them was read; the rest is to be checked."""

AUTHORITIES = (
    "law",
    "administrative_regulation",
    "judicial_interpretation",
    "judicial_policy",
    "departmental_rule",
    "normative_document",
    "recommended_standard",
    "self_regulation",
    "local_notice",
    "reported_guidance",
    "market_data",
    "house_policy",
)
"""What kind of text it is, which says whom it binds (docs/concepts/law.md)."""


@dataclass(frozen=True, slots=True)
class Provision:
    """Everything the file says. `words_zh` and `words_en` explain; `text` is verbatim or empty."""

    id: str
    pack: str
    instrument: str
    citation: str
    source: str
    authority: str
    force: str
    confidence: str
    in_force_from: date
    in_force_until: date | None
    read_on: date
    text: str
    words_zh: str
    words_en: str
    encoding: Encoding
    scope: str = ""
    note_id: str | None = None
    products: tuple[str, ...] = ()
    """Products it is limited to (empty: all). A product that is not known counts as one of them."""
    lenders: tuple[str, ...] = ()
    """Kinds of lender it binds (empty: all). A lender that is not known counts as one of them."""
    excepts: tuple[str, ...] = ()
    """Ids of provisions that go before this one where both speak (TOML: `except`)."""
    where: str = field(default="", compare=False)
    """File, for messages."""

    @property
    def kind(self) -> str:
        return NAME_OF[type(self.encoding)]

    def in_force_on(self, day: date) -> bool:
        return self.in_force_from <= day and (self.in_force_until is None or day < self.in_force_until)

    def binds(self, product: str | None, lender: str | None) -> bool:
        """Whether it speaks about this product of this kind of lender; what is not known is not an escape."""
        return (not self.products or product is None or product in self.products) and (
            not self.lenders or lender is None or lender in self.lenders
        )

    def as_plain(self) -> dict[str, Any]:
        """Everything but the file's place, as JSON values: what `law_id` is a hash of."""
        body = {
            item.name: _plain(getattr(self, item.name))
            for item in dataclasses.fields(self)
            if item.name not in ("where", "encoding")
        }
        return {**body, self.kind: _plain(self.encoding)}


def _plain(value: Any) -> Any:
    """JSON without floats: numbers that are not whole are text, so that the hash has one form."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    return value

"""
Cases beside a provision: small stated situations and the answer the provision must give, on both sides of
every line it draws.

For a contact kind a case states `act`, `standing` and `history` in a few words, with everything else lawful;
`expect` is "allowed" or the reason. For any other kind it states `given`, and `expect` is the answer.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from arrears.kernel.days import aware
from arrears.kernel.toml_text import toml_of
from arrears.law.act import Act, PastContact, Standing
from arrears.law.read_fields import Source

NOON = "2026-03-05T12:00:00+08:00"


@dataclass(frozen=True, slots=True)
class Case:
    """One situation. `says` is a sentence a reader can check against the words of the provision."""

    says: str
    expect: str | int | bool
    given: Mapping[str, Any] = field(default_factory=dict)
    act: Act | None = None
    standing: Standing | None = None
    history: tuple[PastContact, ...] = ()
    allowed_again: datetime | None = None
    where: str = ""


def read_cases(source: Source) -> Iterator[Case]:
    """Every [[case]] of a file; what can't be read is complained about, with its line."""
    try:
        body = toml_of(source.text)
    except tomllib.TOMLDecodeError as fault:
        source.complain("not_toml", f"it is not TOML: {fault}.", "No case in it can be run.", "Correct the syntax.")
        return
    for number, raw in enumerate(body.get("case", []), start=1):
        try:
            yield _case(raw, f"{source.where}#{number}")
        except (KeyError, TypeError, ValueError) as fault:
            source.complain(
                "unreadable_case",
                f"case {number} ({raw.get('says', 'without `says`')}) can't be read: {fault}.",
                "A case that is not run proves nothing.",
                "A case has says, expect, and either given or act/standing/history.",
                key="case",
            )


def _case(raw: Mapping[str, Any], where: str) -> Case:
    unknown = set(raw) - {"says", "expect", "given", "act", "standing", "history", "allowed_again"}
    if unknown:
        raise ValueError(f"it has {', '.join(sorted(unknown))}, which is not part of a case")
    again = raw.get("allowed_again")
    plain = Case(says=raw["says"], expect=raw["expect"], given=raw.get("given", {}), where=where)
    if "given" in raw:
        return plain
    act = _act(raw.get("act", {}))
    return replace(
        plain,
        act=act,
        standing=_standing(raw.get("standing", {})),
        history=tuple(_history(raw.get("history", []), act)),
        allowed_again=aware(again) if again else None,
    )


def _act(raw: Mapping[str, Any]) -> Act:
    lawful: dict[str, Any] = {
        "at": NOON,
        "channel": "call",
        "debtor_id": "P-1",
        "recipient_id": "P-1",
        "recipient_role": "borrower",
        "number": "199-0000-0001",
        "lawful_source": "contract",
    }
    stated = {**lawful, **raw}
    stated["at"] = aware(stated["at"])
    if stated["recipient_role"] in ("contact_person", "third_party") and "recipient_id" not in raw:
        stated["recipient_id"] = "P-9"
    return Act(**stated)


def _standing(raw: Mapping[str, Any]) -> Standing:
    stated: dict[str, Any] = {"time_zone": "Asia/Shanghai", **raw}
    if stated["time_zone"] == "unknown":
        stated["time_zone"] = None
    for name in ("holds", "consents", "channels_stopped"):
        if name in stated:
            stated[name] = frozenset(stated[name])
    if "declined_on" in stated and not isinstance(stated["declined_on"], date):
        raise TypeError("declined_on is not a day")
    return Standing(**stated)


def _history(rows: list[Mapping[str, Any]], act: Act) -> Iterator[PastContact]:
    """`times = 3` repeats a row a minute apart; a row that says nothing of a person was to the debtor."""
    number = 0
    for raw in rows:
        stated = dict(raw)
        times = stated.pop("times", 1)
        at = aware(stated.pop("at"))
        for step in range(times):
            number += 1
            yield PastContact(
                contact_id=f"C-{number}",
                at=at + timedelta(minutes=step),
                **{
                    "channel": "call",
                    "person_id": act.debtor_id,
                    "debtor_id": act.debtor_id,
                    "number": act.number,
                    "connected": False,
                    **stated,
                },
            )

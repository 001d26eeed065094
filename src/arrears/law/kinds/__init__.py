"""
The closed set of kinds a provision can be encoded as.

Each kind is a frozen dataclass whose fields are the keys of its TOML table: `KINDS["closed_hours"]` reads
`[closed_hours]`. A provision has exactly one. Contact kinds speak about one act and have two readers, `judge`
and `columns`; the others answer a question about stated facts with `answer(given)`.

To add a kind: write the dataclass beside its like, add it to KINDS, give it words in `plain.py`, and the
sides of its lines in `sides.py`.
"""

from __future__ import annotations

from typing import Any

from arrears.law.kinds.audited import Audited
from arrears.law.kinds.contact import (
    ClosedHours,
    CollectOnlyFrom,
    Counts,
    Hold,
    LawfulSources,
    StoppedChannel,
    Switch,
    ThirdParty,
    Unreachable,
    VisitNeeds,
)

Encoding = (
    ClosedHours
    | Counts
    | CollectOnlyFrom
    | ThirdParty
    | Unreachable
    | LawfulSources
    | Hold
    | Switch
    | StoppedChannel
    | VisitNeeds
    | Audited
)

KINDS: dict[str, type[Any]] = {
    "lawful_sources": LawfulSources,
    "hold": Hold,
    "collect_only_from": CollectOnlyFrom,
    "third_party": ThirdParty,
    "unreachable": Unreachable,
    "stopped_channel": StoppedChannel,
    "switch": Switch,
    "visit_needs": VisitNeeds,
    "closed_hours": ClosedHours,
    "counts": Counts,
    "audited": Audited,
}
"""Name of the TOML table to its dataclass, in the order in which findings are reported."""

NAME_OF: dict[type[Any], str] = {kind: name for name, kind in KINDS.items()}

RANK: dict[type[Any], int] = {kind: rank for rank, kind in enumerate(KINDS.values())}

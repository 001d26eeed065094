"""
The closed set of kinds a provision can be encoded as.

Each kind is a frozen dataclass whose fields are the keys of its TOML table: `KINDS["closed_hours"]` reads
`[closed_hours]`. A provision has exactly one. Contact kinds (`contact.py`) speak about one act and have two
readers, `judge` and `columns`; the others answer a question about stated facts with `answer(given)`.

To add a kind: write the dataclass beside its like, add it to KINDS and give it words in `plain.py`. One that is
not about an act also has `answer`, `lines` and `stands_on` (`answering.py`).
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
from arrears.law.kinds.content import Forbids, Penalises, Says
from arrears.law.kinds.duties import Duty, Effects, LegalTest
from arrears.law.kinds.money import (
    Allocation,
    DayLadder,
    DebtAmount,
    DebtOrder,
    Excess,
    Guarantee,
    HeirOwes,
    InstalmentLimit,
    PenaltyRate,
    RateCap,
    ReferenceRate,
)
from arrears.law.kinds.periods import Erase, Keep, Limitation, LimitationStart

Encoding = Any
"""An instance of one of the classes of KINDS."""

KINDS: dict[str, type[Any]] = {
    # contact: judged for one act, and for a column of them
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
    # what is said and done
    "forbids": Forbids,
    "says": Says,
    "penalises": Penalises,
    # money
    "rate_cap": RateCap,
    "penalty_rate": PenaltyRate,
    "reference_rate": ReferenceRate,
    "allocation": Allocation,
    "debt_order": DebtOrder,
    "instalment_limit": InstalmentLimit,
    "day_ladder": DayLadder,
    "excess": Excess,
    "debt_amount": DebtAmount,
    # who owes
    "heir_owes": HeirOwes,
    "guarantee": Guarantee,
    # time that passes
    "keep": Keep,
    "erase": Erase,
    "limitation": Limitation,
    "limitation_start": LimitationStart,
    # duties, effects, tests
    "duty": Duty,
    "effects": Effects,
    "test": LegalTest,
    # judged over a whole history
    "audited": Audited,
}
"""Name of the TOML table to its dataclass, in the order in which findings are reported."""

CONTACT_KINDS = tuple(KINDS)[:10]

NAME_OF: dict[type[Any], str] = {kind: name for name, kind in KINDS.items()}

RANK: dict[type[Any], int] = {kind: rank for rank, kind in enumerate(KINDS.values())}

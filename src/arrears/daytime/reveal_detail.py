"""
Show a collector what a page masks, and keep that they looked.

Reads:  the store
Gives:  the value asked for, after the fact of asking is in the evidence log
Never:  shows a value whose reading is not recorded. The fact carries ids and the purpose, never the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from arrears.kernel.fact import Fact
from arrears.kernel.problem import Problem, Unusable
from arrears.store.evidence import About, append
from arrears.store.open import Store
from arrears.store.schema import contact_points, persons

PURPOSES = ("confirm_identity", "dial_by_hand", "answer_request", "write_letter", "correct_record")
IDENTITY = ("name", "id_number", "birth_on")


def reveal_detail(
    store: Store, *, person_id: str, purpose: str, by: str, at: datetime, contact_point_id: str | None = None
) -> Mapping[str, object]:
    """
    The person's identity (IDENTITY), or the value of one of their contact points (`value`).

    `purpose` is one of PURPOSES. Raises Unusable `purpose_unknown`, `person_unknown`, `contact_point_unknown`.
    """
    if purpose not in PURPOSES:
        raise Unusable(
            Problem(
                code="purpose_unknown",
                where="reveal",
                what=f"{purpose[:40]!r} is not a purpose.",
                why="Reading a person's data is recorded with what it is for.",
                fix=f"Give one of: {', '.join(PURPOSES)}.",
            )
        )
    if contact_point_id is None:
        wanted = select(*(persons.c[name] for name in IDENTITY)).where(persons.c.person_id == person_id)
    else:
        wanted = select(contact_points.c.value).where(
            contact_points.c.contact_point_id == contact_point_id, contact_points.c.person_id == person_id
        )
    with store.write() as connection:
        found = connection.execute(wanted).mappings().first()
        if found is None:
            kind = "person" if contact_point_id is None else "contact_point"
            raise Unusable(
                Problem(
                    code=f"{kind}_unknown",
                    where="reveal",
                    what=f"There is no such {kind.replace('_', ' ')} of {person_id!r}.",
                    why="There is nothing to show.",
                    fix="Open the case again; a newer book may have replaced it.",
                )
            )
        body = {"person_id": person_id, "purpose": purpose, "by": by, "contact_point_id": contact_point_id}
        append(connection, [About(contact_point_id or person_id, Fact("detail_revealed", at, body))])
    return dict(found)

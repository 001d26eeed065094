"""
Show a collector what a page masks, and keep that they looked.

Reads:  the store
Gives:  the value asked for, after the fact of asking is in the evidence log
Never:  shows a value whose reading is not recorded. The fact carries ids and the purpose, never the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from arrears.daytime.transaction import in_one_transaction, must_be_aware, unusable
from arrears.kernel.fact import Fact
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
        raise unusable(
            "purpose_unknown",
            "reveal",
            f"{purpose[:40]!r} is not a purpose.",
            "Reading a person's data is recorded with what it is for.",
            f"Give one of: {', '.join(PURPOSES)}.",
        )
    if contact_point_id is None:
        wanted = select(*(persons.c[name] for name in IDENTITY)).where(persons.c.person_id == person_id)
    else:
        wanted = select(contact_points.c.value).where(
            contact_points.c.contact_point_id == contact_point_id, contact_points.c.person_id == person_id
        )

    def work(connection: Connection) -> Mapping[str, object]:
        found = connection.execute(wanted).mappings().first()
        if found is None:
            kind = "person" if contact_point_id is None else "contact_point"
            raise unusable(
                f"{kind}_unknown",
                "reveal",
                f"there is no such {kind.replace('_', ' ')} of {person_id!r}.",
                "There is nothing to show.",
                "Open the case again; a newer book may have replaced it.",
            )
        body = {"person_id": person_id, "purpose": purpose, "by": by, "contact_point_id": contact_point_id}
        append(connection, [About(contact_point_id or person_id, Fact("detail_revealed", must_be_aware(at), body))])
        return dict(found)

    return in_one_transaction(store, work)

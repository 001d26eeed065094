"""The authority that the tests' night was decided by: that of the shipped policy, with what a test changes."""

from __future__ import annotations

import copy
from typing import Any

from sqlalchemy import update
from tests.daytime.town import NIGHT

from arrears.daytime import Stated, record_means
from arrears.decision.load import load_policy
from arrears.store.open import Store
from arrears.store.schema import accounts, nights, persons


def shipped_authority() -> dict[str, Any]:
    settlement = load_policy("default-2026-11").settlement
    assert settlement is not None
    return copy.deepcopy(dict(settlement.said))


def give_authority(store: Store, **changed: Any) -> None:
    """The night's manifest as `nightly.publish` writes it, as far as agreeing and deciding read it."""
    said = {**shipped_authority(), **changed}
    with store.write() as connection:
        manifest = {"settlement": said, "for_decision": ["refer_to_human"]}
        connection.execute(update(nights).where(nights.c.night_id == NIGHT).values(manifest=manifest))


def state_means(store: Store, person_id: str, monthly_cents: int, at: Any, **income: Any) -> None:
    """Means that leave `monthly_cents` for instalments, half of what is left by the shipped policy."""
    record_means(
        store,
        person_id=person_id,
        income=[Stated("wages", 2 * monthly_cents + 2_000_00, "CNY", True)],
        basic_living_cents=2_000_00,
        obligations_cents=0,
        by="portal",
        at=at,
    )
    if income:
        with store.write() as connection:
            connection.execute(update(persons).where(persons.c.person_id == person_id).values(**income))


def set_account(store: Store, account_id: str, **values: Any) -> None:
    with store.write() as connection:
        connection.execute(update(accounts).where(accounts.c.account_id == account_id).values(**values))

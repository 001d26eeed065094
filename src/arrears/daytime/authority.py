"""
Who may agree to what today: the authority matrix of the policy by which the newest night was decided.

Reads:  the store: the manifest of the newest night, and the role of whoever acts
Gives:  Settlement and Grant of decision.settlement
Never:  takes a role from a page or a form, or a default where the policy says nothing.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection

from arrears.daytime.transaction import unusable
from arrears.decision.settlement import RISING, Settlement, settlement_said
from arrears.law.kinds.money import InstalmentLimit
from arrears.law.load import Law, provisions_of
from arrears.store import people, plans


def authority(connection: Connection) -> Settlement:
    """Raises Unusable `no_authority` where no night is on record, or its policy says nothing."""
    night_id, said = plans.authority_said(connection)
    if said is None:
        raise unusable(
            "no_authority",
            f"night {night_id or '(none)'}",
            "its policy does not say who may agree to what." if night_id else "no night is published.",
            "Nobody grants what no policy gives them.",
            "Run a night by a policy with a [settlement] table; the shipped default shows its form.",
        )
    return settlement_said(said, str(night_id))


def agreeing_role(connection: Connection, by: str) -> str:
    """The role of `by`, where it is one that agrees and decides. Raises Unusable `not_for_role`."""
    role = people.role_of(connection, by)
    if role not in RISING:
        raise unusable(
            "not_for_role",
            f"user {by!r}",
            f"is {role or 'not an active user'}, and plans are agreed by {', '.join(RISING)}.",
            "Who agrees to something with a borrower answers for it by name.",
            "Ask somebody of that role to do it.",
        )
    return role


def law_bound(law: Law, product: str, day: date, settlement: Settlement) -> tuple[int, str | None]:
    """The most instalments that the law of the day permits this product, with the provision; else the policy's own."""
    bounds = [
        (provision.encoding.at_most_months, provision.id)
        for provision in provisions_of(law, [InstalmentLimit], day)
        if isinstance(provision.encoding, InstalmentLimit) and (not provision.products or product in provision.products)
    ]
    if bounds and min(bounds)[0] <= settlement.instalments_most:
        return min(bounds)
    return settlement.instalments_most, None

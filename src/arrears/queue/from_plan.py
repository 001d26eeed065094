"""
The order of the day's work: one live item per person, with the hours in which law leaves it open.

Reads:  decision.table.PLAN, the borrowers' zones, the policy, the law of the day
Gives:  queue.table.QUEUE
Never:  two items for one person; an item outside lawful hours; a clock.

People's work comes first, by what an agent's minute brings, then by what is overdue; work that takes no agent's
minute (a text message goes by itself) follows in the same order. Equal items are ordered by person.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from arrears.decision.policy import Policy
from arrears.decision.slots import open_windows
from arrears.kernel.table import conform, summed
from arrears.law.load import Law
from arrears.queue.table import QUEUE

MINUTES = "agent_minutes"
"""The capacity that is people's time."""


def fill_queue(
    plan: ir.Table, late: ir.Table, policy: Policy, law: Law, zones: Sequence[str], *, as_of: date, night_id: str
) -> ir.Table:
    """QUEUE for the treatments of `plan`; `late` (account_id, time_zone) gives the zone of every account treated."""
    treated = plan.filter(plan.treatment.notnull())
    where = late.filter(late.time_zone.notnull()).select(of_account="account_id", time_zone="time_zone")
    treated = treated.inner_join(where, treated.account_id == where.of_account).drop("of_account")
    items = _merged(treated)
    windows = open_windows(law, as_of, zones, policy.slots)
    items = items.inner_join(windows, [items.time_zone == windows.of_zone, items.channel == windows.of_channel]).drop(
        "of_zone", "of_channel"
    )
    uses = [(items.treatment == t.id, t.uses.get(MINUTES, 0)) for t in policy.treatments]
    items = items.mutate(minutes=ibis.cases(*uses, else_=0))
    per_minute = items.value_cents / ibis.greatest(items.minutes, 1)
    order = [
        (items.minutes == 0).cast("int32"),
        ibis.desc(per_minute),
        ibis.desc(items.overdue_cents),
        items.person_id,
    ]
    key = ibis.literal(f"{night_id}\x1f") + items.person_id
    return conform(
        items.mutate(
            priority=ibis.row_number().over(ibis.window(order_by=order)) + 1,
            queue_item_id=ibis.literal("item-") + key.hexdigest("sha256").substr(0, 16),
            policy_id=ibis.literal(policy.policy_id),
            law_id=ibis.literal(law.law_id),
        ),
        QUEUE,
        name="queue",
    )


def _merged(treated: ir.Table) -> ir.Table:
    """A person's accounts as one item, led by the account with the most value, then the first by id."""
    lead = ibis.window(group_by="person_id", order_by=[ibis.desc("value_cents"), "account_id"])
    placed = treated.mutate(place=ibis.row_number().over(lead))
    leads = placed.filter(placed.place == 0).select(
        "person_id", "treatment", "channel", "currency", "time_zone", "bucket", "stage", lead_account_id="account_id"
    )
    sums = treated.group_by(of_person="person_id").agg(
        account_ids=treated.account_id.collect(order_by=treated.account_id),
        overdue_cents=summed(treated.overdue_cents),
        days_past_due=treated.days_past_due.max(),
        value_cents=treated.value_cents.sum(),
    )
    return leads.inner_join(sums, leads.person_id == sums.of_person).drop("of_person")

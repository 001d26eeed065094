"""
Whether law allows each channel for each late account at its planned minute: one proposed act per account and channel.

Reads:  late accounts with number, lawful source, zone and planned instant; the recent history; a Law
Gives:  per channel, account_id with `<channel>_allowed` and `<channel>_provision` (what stands against it)
Never:  decides by itself: every word of the answer is `law.columns.judge_columns`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from string import ascii_lowercase
from typing import TypeAlias

import ibis
import ibis.expr.types as ir

from arrears.book.table import Snapshot
from arrears.decision.policy import CHANNELS, Policy
from arrears.kernel.table import nullable
from arrears.law.columns import judge_columns
from arrears.law.kinds.contact import Counts, Hold
from arrears.law.load import Law, provisions_of

Keep: TypeAlias = Callable[[str, ir.Table], ir.Table]
"""Given a stage's name and its lazy table, the same rows, materialised or not."""


def history_for(snapshot: Snapshot, law: Law) -> ir.Table:
    """
    HISTORY of law.columns for acts planned on the night's own day towards borrowers: contacts since the first day that
    any rule counts, with the person whose debt each was about. No zone's day begins 24 hours before it does in UTC.
    """
    days = [rule.days for item in law.provisions if isinstance(rule := item.encoding, Counts)]
    since = datetime.combine(snapshot.as_of - timedelta(days=max(days, default=1)), time(0), UTC)
    contacts = snapshot["contacts"]
    recent = contacts.filter(contacts.at >= ibis.literal(since))
    recent = recent.select(
        *("contact_id", "at", "channel", "person_id", "account_id", "direction", "connected"),
        number=recent.number_key.fill_null(recent.number),
    )
    owners = snapshot["accounts"].select(of_account="account_id", borrower_id="person_id")
    with_owner = recent.left_join(owners, recent.account_id == owners.of_account)
    return with_owner.select(
        "contact_id",
        "at",
        "channel",
        "person_id",
        "direction",
        "number",
        "connected",
        debtor_id=ibis.coalesce(with_owner.borrower_id, with_owner.person_id),
    )


def acts_of(late: ir.Table, channel: str) -> ir.Table:
    """ACTS of law.columns: the borrower, reached through `channel` at the planned minute, about this account."""
    kind = CHANNELS[channel]
    reachable = late.filter(late[str(kind)].notnull(), late[f"plans_{channel}"])
    none = ibis.null("string")
    return reachable.select(
        act_id="account_id",
        at=f"{channel}_at",
        channel=ibis.literal(channel),
        debtor_id="person_id",
        recipient_id="person_id",
        recipient_role=ibis.literal("borrower"),
        number=str(kind),
        purpose=ibis.literal("collect"),
        lawful_source=f"{kind}_source",
        time_zone="time_zone",
        holds="holds",
        consents=none,
        channels_stopped=none,
        declined_on=ibis.null("date"),
        debtor_dead=ibis.null("boolean"),
        debtor_incapable=ibis.null("boolean"),
        visits_enabled=ibis.literal(False),
        product="product",
    )


def acts_by_all(late: ir.Table, channels: Sequence[str]) -> ir.Table:
    """The acts of every channel in one table; `act_id` is the channel's mark, one letter, before the account."""
    acts = []
    for mark, channel in zip(ascii_lowercase, channels, strict=False):
        of_channel = acts_of(late, channel)
        acts.append(nullable(of_channel.mutate(act_id=ibis.literal(mark) + of_channel.act_id)))
    return acts[0].union(*acts[1:], distinct=False) if len(acts) > 1 else acts[0]


def judged(
    late: ir.Table, history: ir.Table, law: Law, channels: Sequence[str], as_of: date, zones: Sequence[str]
) -> ir.Table:
    """(act_id, allowed, provision_id) for the acts of every channel: the law is read once, not once a channel."""
    verdicts = judge_columns(law, acts_by_all(late, channels), history, as_of=as_of, zones=zones)
    return verdicts.select("act_id", "allowed", "provision_id")


def masked(
    late: ir.Table,
    history: ir.Table,
    law: Law,
    policy: Policy,
    as_of: date,
    zones: Sequence[str],
    keep: Keep | None = None,
) -> ir.Table:
    """`late` with `<channel>_allowed` and `<channel>_provision` for every channel of the policy."""
    channels = policy.channels
    verdicts = judged(late, history, law, channels, as_of, zones)
    if keep is not None:  # every channel reads them, so they are worked out once
        verdicts = keep("verdicts", verdicts)
    both = late
    for mark, channel in zip(ascii_lowercase, channels, strict=False):
        of_channel = verdicts.filter(verdicts.act_id.substr(0, 1) == mark).select(
            **{
                "of_act": verdicts.act_id.substr(1),
                f"{channel}_allowed": verdicts.allowed,
                f"{channel}_provision": verdicts.provision_id,
            }
        )
        both = both.left_join(of_channel, both.account_id == of_channel.of_act).drop("of_act")
    return both.mutate(**{f"{channel}_allowed": both[f"{channel}_allowed"].fill_null(False) for channel in channels})


def hold_provisions(law: Law, as_of: date) -> dict[str, str]:
    """Kind of hold to the provision that honours it, the first in the order of reporting."""
    found: dict[str, str] = {}
    for item in provisions_of(law, [Hold], as_of):
        rule = item.encoding
        if isinstance(rule, Hold) and not item.products and not item.lenders and "collect" in rule.purposes:
            for kind in rule.holds:
                found.setdefault(kind, item.id)
    return found

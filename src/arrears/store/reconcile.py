"""
Every fact has its row and every row its fact: the evidence log beside the tables it speaks of.

Reads:  a connection of the store
Gives:  Reconciled: how many of each were compared, and every difference
Never:  checks the log itself (`evidence verify` does), or takes a kind or an id from a column beside an entry: both
        are read from the entry's own bytes, which the log's root covers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, Select, select

from arrears.store.schema import (
    attempts,
    call_steps,
    claim_documents,
    claims,
    consents,
    contact_points,
    decision_requests,
    decisions,
    evidence_entries,
    heard,
    holds,
    means,
    next_steps,
    nights,
    payment_plans,
    payments,
    permits,
    promises,
    queue_items,
    refusals,
    root_causes,
    sessions,
    users,
)

Body: TypeAlias = Mapping[str, Any]
Key: TypeAlias = tuple[str, ...]
AT = "at"
"""Stands for the fact's own instant, in a key."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """
    What the facts of some kinds made true, and the rows that hold it. `key` names fields of the fact's body, in the
    order of the first columns of `rows`; further columns are compared with the fields of their own names. A fact of
    `ended_by` takes the row away again. Without `both`, a row needs no fact of these kinds.
    """

    what: str
    zh: str
    kinds: tuple[str, ...]
    key: tuple[str, ...]
    rows: Select[Any]
    ended_by: tuple[str, ...] = ()
    both: bool = True


BY_DAY = attempts.c.source == "day"
OUTBOUND = attempts.c.direction == "outbound"
_CASES = (
    "case_claimed",
    "case_released",
    "case_rested",
    "case_finished",
    "case_withdrawn",
    "case_restored",
    "case_taken_over",
)

PAIRINGS = (
    Pairing("nights", "夜间计划", ("night_published",), ("night_id",), select(nights.c.night_id, nights.c.digest)),
    Pairing(
        "attempts",
        "联系",
        ("attempt_permitted",),
        ("attempt_id",),
        select(
            attempts.c.attempt_id, attempts.c.channel, attempts.c.purpose, attempts.c.debtor_id, attempts.c.recipient_id
        ).where(BY_DAY, OUTBOUND),
    ),
    Pairing(
        "contacts of theirs",
        "对方来联系",
        ("inbound_recorded",),
        ("attempt_id",),
        select(attempts.c.attempt_id, attempts.c.channel, attempts.c.debtor_id).where(BY_DAY, ~OUTBOUND),
    ),
    Pairing(
        "permits",
        "许可",
        ("attempt_permitted",),
        ("permit_id",),
        select(permits.c.permit_id, permits.c.attempt_id, permits.c.collector_id, permits.c.law_id),
    ),
    Pairing(
        "refusals",
        "拒绝",
        ("contact_refused",),
        ("refusal_id",),
        select(refusals.c.refusal_id, refusals.c.channel, refusals.c.debtor_id, refusals.c.recipient_id),
    ),
    Pairing(
        "outcomes",
        "结果",
        ("outcome_recorded", "outcome_corrected"),
        ("attempt_id",),
        select(attempts.c.attempt_id, attempts.c.outcome).where(BY_DAY, OUTBOUND, attempts.c.outcome.is_not(None)),
        ended_by=("outcome_undone",),
    ),
    Pairing(
        "promises",
        "承诺",
        ("promise_taken",),
        ("promise_id",),
        select(promises.c.promise_id, promises.c.account_id, promises.c.amount_cents, promises.c.currency),
    ),
    Pairing(
        "means",
        "收支情况",
        ("means_recorded",),
        ("means_id",),
        select(means.c.means_id, means.c.person_id),
    ),
    Pairing(
        "payment plans",
        "分期协议",
        ("payment_plan_agreed",),
        ("payment_plan_id",),
        select(
            payment_plans.c.payment_plan_id,
            payment_plans.c.account_id,
            payment_plans.c.total_cents,
            payment_plans.c.currency,
        ),
    ),
    Pairing(
        "ended payment plans",
        "结束的分期协议",
        ("payment_plan_ended",),
        ("payment_plan_id",),
        select(payment_plans.c.payment_plan_id, payment_plans.c.ended_why.label("why")).where(
            payment_plans.c.ended_at.is_not(None)
        ),
        ended_by=("payment_plan_reopened",),
    ),
    Pairing(
        "requests",
        "审批申请",
        ("decision_requested",),
        ("request_id",),
        select(decision_requests.c.request_id, decision_requests.c.account_id, decision_requests.c.kind),
    ),
    Pairing(
        "decisions",
        "决定",
        ("decision_taken",),
        ("decision_id",),
        select(decisions.c.decision_id, decisions.c.account_id, decisions.c.kind, decisions.c.payment_plan_id),
    ),
    Pairing(
        "payments",
        "还款",
        ("payment_received",),
        ("payment_id",),
        select(payments.c.payment_id, payments.c.account_id, payments.c.amount_cents, payments.c.currency).where(
            payments.c.source == "day"
        ),
    ),
    Pairing(
        "reversed payments",
        "还款撤销",
        ("payment_reversed",),
        ("payment_id",),
        select(payments.c.payment_id).where(payments.c.source == "day", payments.c.reversed_on.is_not(None)),
    ),
    Pairing(
        "holds",
        "暂停",
        ("hold_placed", "hold_moved"),
        ("hold_id",),
        select(holds.c.hold_id, holds.c.person_id, holds.c.kind).where(holds.c.source == "day"),
    ),
    Pairing(
        "lifted holds",
        "解除暂停",
        ("hold_lifted",),
        ("hold_id",),
        select(holds.c.hold_id).where(holds.c.lifted_at.is_not(None)),
    ),
    Pairing(
        "consents",
        "同意",
        ("consent_given",),
        ("person_id", "consent", AT),
        select(consents.c.person_id, consents.c.kind, consents.c.given_at),
    ),
    Pairing(
        "withdrawn consents",
        "撤回同意",
        ("consent_withdrawn",),
        ("person_id", "consent", AT),
        select(consents.c.person_id, consents.c.kind, consents.c.withdrawn_at).where(
            consents.c.withdrawn_at.is_not(None)
        ),
    ),
    Pairing(
        "contact points",
        "联系方式",
        ("contact_point_added",),
        ("contact_point_id",),
        select(
            contact_points.c.contact_point_id,
            contact_points.c.person_id,
            contact_points.c.channel,
            contact_points.c.lawful_source,
        ).where(contact_points.c.added_at.is_not(None)),
    ),
    Pairing(
        "claims",
        "陈述",
        ("claim_taken",),
        ("claim_id",),
        select(claims.c.claim_id, claims.c.person_id, claims.c.kind, claims.c.amount_cents, claims.c.currency),
    ),
    Pairing(
        "claims taken back",
        "收回的陈述",
        ("claim_taken_back",),
        ("claim_id",),
        select(claims.c.claim_id).where(claims.c.taken_back_at.is_not(None)),
    ),
    Pairing(
        "documents asked for",
        "请对方提供的材料",
        ("document_asked",),
        ("document_id",),
        select(claim_documents.c.document_id, claim_documents.c.claim_id).where(
            claim_documents.c.asked_at.is_not(None)
        ),
    ),
    Pairing(
        "documents received",
        "收到的材料",
        ("document_received",),
        ("document_id",),
        select(
            claim_documents.c.document_id,
            claim_documents.c.claim_id,
            claim_documents.c.sha256,
            claim_documents.c.bytes,
            claim_documents.c.media_type,
        ).where(claim_documents.c.received_at.is_not(None)),
    ),
    Pairing(
        "documents read",
        "看过的材料",
        ("document_read",),
        ("document_id",),
        select(claim_documents.c.document_id, claim_documents.c.supports).where(
            claim_documents.c.supports.is_not(None)
        ),
    ),
    Pairing(
        "steps of conversations",
        "通话步骤",
        ("call_step_noted",),
        ("call_step_id",),
        select(call_steps.c.call_step_id, call_steps.c.attempt_id, call_steps.c.person_id, call_steps.c.step),
    ),
    Pairing(
        "what was heard",
        "听到的话",
        ("heard",),
        ("heard_id",),
        select(
            heard.c.heard_id, heard.c.attempt_id, heard.c.person_id, heard.c.cards, heard.c.vulnerable, heard.c.rights
        ),
    ),
    Pairing(
        "causes",
        "原因",
        ("cause_confirmed",),
        ("root_cause_id",),
        select(root_causes.c.root_cause_id, root_causes.c.person_id, root_causes.c.cause),
    ),
    Pairing(
        "next steps",
        "下一步",
        ("step_pinned",),
        ("next_step_id",),
        select(next_steps.c.next_step_id, next_steps.c.person_id, next_steps.c.step),
    ),
    Pairing(
        "steps done",
        "已完成的下一步",
        ("step_done",),
        ("next_step_id",),
        select(next_steps.c.next_step_id).where(next_steps.c.done_at.is_not(None)),
    ),
    Pairing("cases", "案件", _CASES, ("queue_item_id",), select(queue_items.c.queue_item_id), both=False),
    Pairing(
        "users",
        "用户",
        ("user_created", "user_role_changed"),
        ("user_id",),
        select(users.c.user_id, users.c.role),
    ),
    Pairing(
        "disabled users",
        "停用的用户",
        ("user_disabled",),
        ("user_id",),
        select(users.c.user_id).where(users.c.active.is_(False)),
        ended_by=("user_enabled",),
    ),
    Pairing(
        "sessions",
        "登录",
        ("signed_in",),
        ("user_id", AT),
        select(sessions.c.user_id, sessions.c.created_at),
    ),
)

WITHOUT_A_ROW = frozenset(
    {"sign_in_failed", "signed_out", "user_password_changed", "detail_revealed", "note_added", "document_opened"}
)
"""Facts that make no row true that could be counted."""


@dataclass(frozen=True, slots=True)
class Difference:
    """`fault`: row_without_fact | fact_without_row | differs | columns_differ. `key` is the id (or ids) it is about."""

    fault: str
    what: str
    zh: str
    key: str
    about: str = ""


@dataclass
class Reconciled:
    """Counts by what was compared, kinds that have no pairing here with how many facts, and the differences."""

    counts: dict[str, int] = field(default_factory=dict)
    not_compared: dict[str, int] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    facts: int = 0


def reconcile(connection: Connection) -> Reconciled:
    """Compare all facts with all rows, as they are in this one transaction."""
    found = Reconciled()
    said: dict[str, dict[Key, Body]] = {pairing.what: {} for pairing in PAIRINGS}
    starts = {kind: [p for p in PAIRINGS if kind in p.kinds] for p in PAIRINGS for kind in p.kinds}
    ends = {kind: [p for p in PAIRINGS if kind in p.ended_by] for p in PAIRINGS for kind in p.ended_by}
    for index, kind, body in _entries(connection, found):
        found.facts += 1
        for pairing in starts.get(kind, ()):
            held = said[pairing.what]
            key = _key_of(body, pairing)
            held[key] = {**held.get(key, {}), **body}
        for pairing in ends.get(kind, ()):
            said[pairing.what].pop(_key_of(body, pairing), None)
        if kind not in starts and kind not in ends and kind not in WITHOUT_A_ROW:
            found.not_compared[kind] = found.not_compared.get(kind, 0) + 1
        del index
    for pairing in PAIRINGS:
        found.differences += _compared(connection, pairing, said.pop(pairing.what), found.counts)
    return found


def _entries(connection: Connection, found: Reconciled) -> Iterator[tuple[int, str, Body]]:
    """Every entry by its own bytes; one whose columns say something else is a difference."""
    wanted = select(
        evidence_entries.c.entry_index, evidence_entries.c.kind, evidence_entries.c.about, evidence_entries.c.data
    ).order_by(evidence_entries.c.entry_index)
    for index, kind, about, data in connection.execution_options(yield_per=5000).execute(wanted):
        fact = json.loads(data)
        body = {**fact["body"], AT: _instant(fact["at"])}
        if kind != fact["kind"] or about not in body.values():
            found.differences.append(Difference("columns_differ", "entries", "条目", str(index), f"{kind}, {about}"))
        yield index, fact["kind"], body


def _key_of(body: Body, pairing: Pairing) -> Key:
    return tuple(str(body.get(name)) for name in pairing.key)


def _compared(
    connection: Connection, pairing: Pairing, facts: dict[Key, Body], counts: dict[str, int]
) -> Iterator[Difference]:
    def differs(fault: str, key: Key, about: str = "") -> Difference:
        return Difference(fault, pairing.what, pairing.zh, " ".join(key), about)

    width, rows = len(pairing.key), 0
    names = [column.name for column in pairing.rows.selected_columns][width:]
    seen: set[Key] = set()
    for row in connection.execution_options(yield_per=5000).execute(pairing.rows):
        rows += 1
        key = tuple(_text(value) for value in row[:width])
        body = facts.get(key)
        if body is None:
            if pairing.both:
                yield differs("row_without_fact", key)
            continue
        seen.add(key)
        for name, value in zip(names, row[width:], strict=True):
            if name in body and body[name] != value:
                yield differs("differs", key, f"{name}: {body[name]} ≠ {value}")
    counts[pairing.what] = rows if pairing.both else len(seen)
    for key in facts.keys() - seen:
        yield differs("fact_without_row", key)


def _text(value: Any) -> str:
    return _instant(value.isoformat()) if isinstance(value, datetime) else str(value)


def _instant(text: str) -> str:
    """An instant in one form, whatever its offset was."""
    return datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="microseconds")

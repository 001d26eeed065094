"""One provision at a time, read by the gate and by the columns: where it begins and ends, and whom it binds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import ibis
import pytest
from tests.law.worlds import World, tables

from arrears.kernel.days import aware
from arrears.law.act import Act, PastContact, Standing
from arrears.law.columns import judge_columns
from arrears.law.judge import judge
from arrears.law.kinds.contact import ClosedHours, CollectOnlyFrom, Counts, StoppedChannel, ThirdParty, Unreachable
from arrears.law.load import Law, load_law
from arrears.law.provision import Provision

DAY = date(2026, 3, 5)
LAW = load_law(["cn"], date(2026, 11, 23))
FACTS = ["debtor_number_invalid", "visitors", "visit_ids_carried", "visit_recorded", "visit_entry_agreed"]
HERE = Standing("Asia/Shanghai", facts=dict.fromkeys(FACTS))
LETTER = Act(aware("2026-03-05T12:00:00+08:00"), "letter", "P-1", "P-1", "borrower", lawful_source="contract")
CALL = replace(LETTER, channel="call", number="199-0000-0001")
FRIEND = replace(LETTER, recipient_id="P-2", recipient_role="contact_person", purpose="locate")


def alone(*provisions: Provision) -> Law:
    return replace(LAW, provisions=provisions, _on={}, _on_contact={})


def of_kind(kind: type[object], **wanted: object) -> Provision:
    return next(
        item
        for item in LAW.on_contact(DAY)
        if type(item.encoding) is kind
        and all(getattr(item.encoding, name, getattr(item, name, None)) == value for name, value in wanted.items())
    )


def reasons(
    law: Law,
    acts: list[Act],
    history: list[PastContact] | None = None,
    *,
    standing: Standing = HERE,
    **columns: str | None,
) -> list[str | None]:
    """The first reason against each act, the same at the gate and in the columns."""
    world = World(DAY, [(act, standing) for act in acts], history or [])
    table, past = tables(world, arrays=False)
    table = table.mutate(**{name: ibis.literal(value, "string") for name, value in columns.items()})
    known = replace(standing, facts={**standing.facts, **columns})
    by_gate = [judge(law, act, known, world.history).against for act in acts]
    told = [against[0].reason.value if against else None for against in by_gate]
    rows = ibis.duckdb.connect().to_pyarrow(judge_columns(law, table, past, as_of=DAY, zones=["Asia/Shanghai"]))
    by_columns = {row["act_id"]: row["reason"] for row in rows.to_pylist()}
    assert [by_columns[f"A-{number}"] for number in range(len(acts))] == told
    return told


def test_a_provision_that_is_repealed_holds_to_the_last_second_of_its_last_day() -> None:
    """`until` is the first day it no longer holds, from midnight where it is law."""
    hours = replace(of_kind(ClosedHours), in_force_until=date(2026, 3, 6))
    at = aware("2026-03-05T23:59:59+08:00")
    acts = [replace(LETTER, at=at + timedelta(seconds=more)) for more in (0, 1)]
    assert reasons(alone(hours), acts) == ["refused_outside_hours", None]


def test_a_provision_that_ended_or_begins_long_before_or_after_the_night_says_nothing() -> None:
    """Neither reader asks it."""
    hours = of_kind(ClosedHours)
    late = [replace(LETTER, at=aware("2026-03-05T23:30:00+08:00"))]
    assert reasons(alone(replace(hours, in_force_until=date(2026, 2, 1))), late) == [None]
    assert reasons(alone(replace(hours, in_force_from=date(2026, 5, 1))), late) == [None]
    assert reasons(alone(replace(hours, in_force_until=date(2026, 5, 1))), late) == ["refused_outside_hours"]


@pytest.mark.parametrize(
    ("product", "reason"), [("credit_card", "refused_third_party"), (None, "refused_third_party"), ("auto_loan", None)]
)
def test_a_rule_for_one_product_binds_that_product_and_one_that_nobody_knows(
    product: str | None, reason: str | None
) -> None:
    """Unknown is not permission."""
    rule = of_kind(CollectOnlyFrom, products=("credit_card",))
    assert reasons(alone(rule), [replace(FRIEND, purpose="collect")], product=product) == [reason]


def test_the_night_judges_from_two_days_before_to_ten_days_after_its_day() -> None:
    """What lies outside is refused as unknown by the columns, on either side, from the second on."""
    first, after = (datetime(2026, 3, day, tzinfo=UTC) for day in (3, 16))
    at = [first - timedelta(seconds=1), first, after - timedelta(seconds=1), after]
    acts = [replace(LETTER, at=one) for one in at]
    table, past = tables(World(DAY, [(act, HERE) for act in acts], []), arrays=False)
    rows = ibis.duckdb.connect().to_pyarrow(
        judge_columns(alone(of_kind(CollectOnlyFrom)), table, past, as_of=DAY, zones=["Asia/Shanghai"])
    )
    allowed = {row["act_id"]: row["allowed"] for row in rows.to_pylist()}
    assert [allowed[f"A-{number}"] for number in range(4)] == [False, True, True, False]


@pytest.mark.parametrize(("seconds", "reason"), [(0, "refused_connected_calls_today"), (-1, None)])
def test_a_day_counts_from_its_first_second(seconds: int, reason: str | None) -> None:
    """A call at midnight is today's, one a second sooner yesterday's; one whose end nobody noted counts as spoken."""
    rule = of_kind(Counts, what="connected_call")
    assert isinstance(rule.encoding, Counts)
    at = aware("2026-03-05T00:00:00+08:00") + timedelta(seconds=seconds)
    calls = [
        PastContact(f"C-{n}", at, "call", "P-1", "P-1", "outbound", CALL.number, None)
        for n in range(rule.encoding.at_most)
    ]
    assert reasons(alone(rule), [CALL], calls) == [reason]
    assert reasons(alone(rule), [CALL], [replace(call, connected=False) for call in calls]) == [None]
    assert reasons(alone(rule), [CALL], [replace(call, direction="inbound") for call in calls]) == [None]


def test_under_a_cap_of_zero_the_first_is_one_too_many() -> None:
    """With no history at all, and with no day named on which it would be lawful."""
    rule = of_kind(Counts, what="connected_call")
    assert isinstance(rule.encoding, Counts)
    none = replace(rule, encoding=replace(rule.encoding, at_most=0))
    assert reasons(alone(none), [CALL]) == ["refused_connected_calls_today"]
    assert judge(alone(none), CALL, HERE, ()).allowed_again_at is None


def test_a_list_of_stopped_channels_that_nobody_wrote_stops_none() -> None:
    """As text and as an array, in which null is an empty list."""
    rule = alone(of_kind(StoppedChannel))
    assert reasons(rule, [CALL, LETTER], standing=replace(HERE, channels_stopped=frozenset({"call"}))) == [
        "refused_channel_stopped",
        None,
    ]
    table, past = tables(World(DAY, [(CALL, HERE)], []), arrays=True)
    for kind in ("array<string>", "string"):
        unsaid = table.mutate(channels_stopped=ibis.null(kind))
        rows = ibis.duckdb.connect().to_pyarrow(judge_columns(rule, unsaid, past, as_of=DAY, zones=["Asia/Shanghai"]))
        assert rows.to_pylist()[0]["allowed"]


def failed(days: int, *, hours: int = 0) -> PastContact:
    at = FRIEND.at - timedelta(days=days, hours=hours)
    return PastContact(f"F-{days}-{hours}", at, "call", "P-1", "P-1", "outbound", CALL.number, connected=False)


SPOKE = replace(failed(2), contact_id="S", connected=True)


@pytest.mark.parametrize(
    ("history", "lost"),
    [
        ([failed(0, hours=1)], True),
        ([], False),
        ([SPOKE, failed(1)], True),
        ([failed(2, hours=1), SPOKE], False),
        ([failed(2), SPOKE], False),  # at the same instant: the debtor was reached then
        ([failed(2), replace(SPOKE, channel="sms")], True),  # a message delivered reaches nobody for sure
        ([failed(2), replace(SPOKE, direction="inbound", connected=None)], False),
        ([replace(failed(1), channel="sms")], False),
        ([replace(failed(1), connected=None)], False),
        ([replace(failed(1), direction="inbound")], False),
        ([replace(failed(1), person_id="P-3")], False),
    ],
)
def test_one_failed_call_shows_a_debtor_lost_where_the_rule_asks_for_one(
    history: list[PastContact], lost: bool
) -> None:
    """Only calls to the debtor that are known to have failed, after the debtor was last reached."""
    once = replace(
        of_kind(Unreachable), encoding=Unreachable(failed_calls=1, failed_days=1, unit="calls", number_invalid=True)
    )
    third = of_kind(ThirdParty, only_if=("unreachable", "dead", "incapable"))
    law = alone(third, once)
    assert reasons(law, [FRIEND], history) == [None if lost else "refused_debtor_can_be_reached"]


@pytest.mark.parametrize(("dead", "incapable"), [(True, False), (False, True)])
def test_a_third_party_may_be_asked_where_the_debtor_has_died_or_cannot_act(dead: bool, incapable: bool) -> None:
    """Each by itself, with no call made; and neither where it is not so."""
    law = alone(of_kind(ThirdParty, only_if=("unreachable", "dead", "incapable")))
    known = replace(HERE, debtor_dead=dead, debtor_incapable=incapable)
    assert reasons(law, [FRIEND], standing=known) == [None]
    assert reasons(law, [FRIEND]) == ["refused_debtor_can_be_reached"]

"""The decision desk: what waits for a person, what it takes, and what follows in account, queue and night."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from tests.daytime.audit import audit
from tests.daytime.authority import give_authority, set_account, shipped_authority, state_means
from tests.daytime.test_agree_plan import FIRST, agreed, town
from tests.daytime.test_promises_and_payments import pay
from tests.daytime.town import AS_OF, Debtor, account_now, add_user, at, build, call, claimed, facts, item_now, law
from tests.daytime.town import reasons as refused_for

from arrears.daytime import claim, day_tables, place_hold, record_inbound, take_next
from arrears.daytime.agree_plan import agree_offer
from arrears.daytime.ask_for_decision import Asked, ask_for_decision
from arrears.daytime.decide_case import Decided, decide_case, weigh
from arrears.daytime.keep_plan import follow_every_plan
from arrears.decision.settlement import DECISIONS
from arrears.kernel.problem import Unusable
from arrears.outcome.desk import HOLD_OF, MAKES_A_PLAN, OnRecord, State, checks_of, standing_against
from arrears.outcome.payment_plan import Terms, months_after
from arrears.queue.claim import NotClaimed, WhyNot
from arrears.segmentation.table import HOLD_REASONS
from arrears.store import desk
from arrears.store.evidence import append
from arrears.store.open import Store
from arrears.store.reconcile import reconcile
from arrears.store.schema import contact_points, decisions, persons, queue_items

ALL = {"means", "asked_or_shown", "contract", "told", "fit_taker", "ledger", "nothing_owed", "limitation"}


def on_the_desk(store: Store, debtors: int = 1) -> list[Debtor]:
    """Items of the night that a person decides, a supervisor (fang) and a head (hana)."""
    made = town(store, debtors)
    add_user(store, "fang", "supervisor")
    add_user(store, "hana", "head")
    with store.write() as connection:
        connection.execute(update(queue_items).values(for_decision=True, treatment="refer_to_human", channel="none"))
        connection.execute(update(persons).values(id_number="990000199001011234"))
        address = {"salt": b"." * 32, "lawful_source": "contract", "channel": "address", "value": "样本路1号"}
        for debtor in made:
            row = {"contact_point_id": f"AD-{debtor.person_id}", "person_id": debtor.person_id, **address}
            connection.execute(contact_points.insert().values(**row))
    for debtor in made:
        set_account(store, debtor.account_id, oldest_unpaid_due_on=date(2026, 8, 5))
    return made


def decided(store: Store, key: str, kind: str, by: str = "hana", **more: Any) -> Decided:
    values: dict[str, Any] = {"by": by, "at": at("11:00"), "why": "看过材料", "confirmed": ALL, **more}
    return decide_case(store, law(), key, kind, **values)


def twenty(moment: Any = None) -> Terms:
    """Twenty payments of 490.00: beyond a collector, within a supervisor."""
    payments = tuple((months_after(FIRST, n), 490_00) for n in range(20))
    return Terms("instalments", payments, {}, "recorded_call", moment or at("09:59"))


def asked(store: Store, kind: str = "restructure", terms: Terms | None = None, **more: Any) -> Asked:
    values: dict[str, Any] = {"account_id": "A-1", "kind": kind, "by": "li", "at": at("10:00"), "why": "家里有变故"}
    return ask_for_decision(store, law(), **{**values, "terms": terms, **more})


def night_holds(store: Store, as_of: date = AS_OF) -> dict[str, Any]:
    """Kind of hold to its end, in the next night."""
    rows = day_tables(store, as_of)["holds"].to_pylist()
    return {row["kind"]: row["ends_on"] for row in rows if row["ends_on"] is None or row["ends_on"] > as_of}


def test_what_a_person_decides_is_in_no_collectors_queue(store: Store) -> None:
    """It is taken by nobody, and listed for those who decide."""
    [debtor] = on_the_desk(store)
    assert take_next(store, "li", at=at("10:00")) is None
    answer = claim(store, debtor.item_id, "li", at=at("10:00"))
    assert isinstance(answer, NotClaimed)
    assert answer.why is WhyNot.FOR_DECISION
    with store.read() as connection:
        assert [row["queue_item_id"] for row in desk.waiting_items(connection)] == [debtor.item_id]


@pytest.mark.parametrize("kind", sorted(HOLD_OF))
def test_a_decision_stops_collection_takes_the_item_off_and_holds_the_next_night(store: Store, kind: str) -> None:
    """Account, queue and night follow, each with its own reason; it is a fact with what was checked."""
    [debtor] = on_the_desk(store)

    done = decided(store, debtor.item_id, kind)

    assert item_now(store, debtor)["withdrawn_reason"] == "withdrawn_hold"
    held = night_holds(store)
    assert set(held) == {HOLD_OF[kind]}
    assert HOLD_REASONS[HOLD_OF[kind]].value.startswith("held_for_")
    assert held[HOLD_OF[kind]] == done.until_on
    assert facts(store, "decision_taken") == [done.decision_id]
    assert "refused_hold" not in refused_for(call(store, debtor, at("11:30")))
    assert HOLD_REASONS[HOLD_OF[kind]].value in refused_for(call(store, debtor, at("11:31")))
    with store.read() as connection:
        [row] = connection.execute(select(decisions)).mappings()
        compared = {"decisions", "requests", "holds", "payment plans"}
        assert [each for each in reconcile(connection).differences if each.what in compared] == []
    assert {check["code"] for check in row["checked"]} == {c.code for c in weigh_checks(store, debtor, kind)}
    audit(store, AS_OF)


def weigh_checks(store: Store, debtor: Debtor, kind: str) -> Any:
    """The preconditions as they are listed for an item on the desk."""
    with store.write() as connection:
        connection.execute(update(queue_items).values(status="waiting", withdrawn_reason=None))
    with store.read() as connection:
        found = weigh(connection, law(), debtor.item_id, at("11:40")).checks[kind]
    with store.write() as connection:
        connection.execute(update(queue_items).values(status="withdrawn", withdrawn_reason="withdrawn_hold"))
    return found


def test_money_that_comes_after_a_write_off_is_still_recorded(store: Store) -> None:
    """Written off is not forgiven: what is recovered is taken in as any payment."""
    [debtor] = on_the_desk(store)
    decided(store, debtor.item_id, "write_off")
    got = pay(store, debtor, 500_00, at=at("12:01"), paid_at=at("12:00"))
    assert got.new
    assert account_now(store, debtor)["outstanding_cents"] == 9_300_00
    assert facts(store, "payment_received") == ["pay-1"]


def test_a_restructuring_of_an_item_is_a_plan_that_is_held(store: Store) -> None:
    """Decided by the offer that the borrower accepted; the item is off the queue, the night holds for the plan."""
    [debtor] = on_the_desk(store)
    done = decided(store, debtor.item_id, "restructure", by="fang", terms=twenty())
    assert done.payment_plan_id is not None
    assert item_now(store, debtor)["status"] == "withdrawn"
    assert set(night_holds(store)) == {"plan"}
    audit(store, AS_OF)


def test_a_plan_beyond_the_collector_is_asked_of_the_supervisor_who_sees_and_decides_it(store: Store) -> None:
    """The request names the lowest role that may; approved, the plan of the request runs and the request is closed."""
    [debtor] = town(store)
    add_user(store, "fang", "supervisor")
    claimed(store, debtor, at("09:58"))

    request = asked(store, terms=twenty())

    assert request.role == "supervisor"
    with store.read() as connection:
        assert [row["request_id"] for row in desk.open_requests(connection)] == [request.request_id]
    done = decided(store, request.request_id, "restructure", by="fang")
    with store.read() as connection:
        assert desk.open_requests(connection) == []
    assert (done.payment_plan_id is not None, done.account_id) == (True, "A-1")
    assert set(night_holds(store)) == {"plan"}
    with pytest.raises(Unusable) as refused:
        decided(store, request.request_id, "restructure", by="fang")
    assert refused.value.problem.code == "not_on_the_desk"
    audit(store, AS_OF)


def test_a_request_that_is_declined_changes_nothing_else(store: Store) -> None:
    """The case stays with its collector; another may be asked for."""
    [debtor] = town(store)
    add_user(store, "fang", "supervisor")
    claimed(store, debtor, at("09:58"))
    request = asked(store, terms=twenty())
    done = decided(store, request.request_id, "decline", by="fang")
    assert (done.until_on, night_holds(store)) == (None, {})
    assert item_now(store, debtor)["status"] == "claimed"
    record_inbound(store, debtor_id="P-1", by="li", at=at("11:09"))
    assert asked(store, terms=twenty(), at=at("11:10"), by="li").request_id != request.request_id


def test_declining_an_item_of_the_night_keeps_it_off_the_desk_until_its_day(store: Store) -> None:
    """Collection goes on by the night; nobody is asked the same again tomorrow."""
    [debtor] = on_the_desk(store)
    done = decided(store, debtor.item_id, "decline", by="fang", until_on=AS_OF + timedelta(days=30))
    assert item_now(store, debtor)["closed_why"] == "declined"
    assert night_holds(store) == {"collect_on": done.until_on}
    assert done.until_on == AS_OF + timedelta(days=30)
    assert night_holds(store, AS_OF + timedelta(days=30)) == {}
    assert "refused_hold" not in refused_for(call(store, debtor, at("11:30")))


def test_one_request_waits_about_an_account_whoever_asks_at_once(store: Store) -> None:
    """Two people in contact with the borrower ask at the same minute: one is told of the other's request."""
    [debtor] = town(store)
    record_inbound(store, debtor_id="P-1", by="wang", at=at("09:57"))
    claimed(store, debtor, at("09:58"))
    answers: list[str] = []

    def one(by: str) -> None:
        try:
            asked(store, terms=twenty(), by=by)
            answers.append("asked")
        except Unusable as refused:
            answers.append(refused.problem.code)

    threads = [threading.Thread(target=one, args=(by,)) for by in ("li", "wang")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["asked", "request_open"]


def test_two_who_decide_at_once_decide_once(store: Store) -> None:
    """The second is told that nothing waits any more."""
    [debtor] = on_the_desk(store)
    answers: list[str] = []

    def one(kind: str) -> None:
        try:
            decided(store, debtor.item_id, kind)
            answers.append("decided")
        except Unusable as refused:
            answers.append(refused.problem.code)

    threads = [threading.Thread(target=one, args=(kind,)) for kind in ("write_off", "hand_over")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["decided", "not_on_the_desk"]
    assert len(facts(store, "decision_taken")) == 1


@pytest.mark.parametrize(
    ("kind", "more", "code"),
    [
        ("write_off", {"by": "fang"}, "not_for_role"),
        ("hardship", {"by": "li"}, "not_for_role"),
        ("pardon", {}, "decision_unknown"),
        ("write_off", {"why": " "}, "why_missing"),
        ("write_off", {"confirmed": ()}, "precondition_fails"),
        ("restructure", {}, "terms_missing"),
        ("settlement", {"terms": twenty()}, "terms_missing"),
        ("hardship", {"until_on": AS_OF}, "decision_until"),
        ("hardship", {"until_on": AS_OF + timedelta(days=181)}, "decision_until"),
        (
            "restructure",
            {"by": "fang", "terms": Terms("instalments", ((FIRST, 1),), {}, "signed", at("09:00"))},
            "plan_",
        ),
    ],
)
def test_what_may_not_be_decided_is_refused_and_the_item_stays(
    store: Store, kind: str, more: dict[str, Any], code: str
) -> None:
    """Another role's decision, none that is known, no reason, a precondition nobody confirmed, no terms, no day."""
    [debtor] = on_the_desk(store)
    with pytest.raises(Unusable) as refused:
        decided(store, debtor.item_id, kind, **more)
    assert refused.value.problem.code.startswith(code)
    assert item_now(store, debtor)["status"] == "waiting"
    assert facts(store, "decision_taken") == []


def test_a_case_with_an_open_question_is_not_taken_to_court(store: Store) -> None:
    """A complaint that came after the night is seen by whoever decides; the item is withdrawn by it besides."""
    [debtor] = on_the_desk(store)
    place_hold(store, person_id="P-1", kind="complaint", by="li", at=at("10:30"))
    with pytest.raises(Unusable) as refused:
        decided(store, debtor.item_id, "litigate")
    assert refused.value.problem.code == "not_on_the_desk"
    request = asked(store, "litigate", by="fang")
    with pytest.raises(Unusable) as refused:
        decided(store, request.request_id, "litigate")
    assert refused.value.problem.code == "precondition_fails"


@pytest.mark.parametrize(
    ("unpaid_since", "paid_on", "state"),
    [
        (date(2023, 11, 24), None, State.PASS),
        (date(2023, 11, 23), None, State.FAIL),
        (date(2022, 11, 24), date(2024, 1, 1), State.PASS),
        (date(2020, 11, 24), date(2024, 1, 1), State.FAIL),
        (None, None, State.UNKNOWN),
    ],
)
def test_the_limitation_period_is_counted_to_its_last_day_and_anew_from_an_acknowledgement_in_time(
    unpaid_since: date | None, paid_on: date | None, state: State
) -> None:
    """Three years from the day, its corresponding day being the last; a payment after the end begins nothing anew."""
    known = record(unpaid_since=unpaid_since, last_acknowledged=paid_on)
    [check] = [check for check in checks_of("litigate", known) if check.code == "limitation"]
    assert check.state is state


def record(**changed: Any) -> OnRecord:
    values: dict[str, Any] = {
        "today": AS_OF,
        "owed_cents": 9_800_00,
        "overdue_cents": 1_200_00,
        "parts_known": True,
        "unpaid_since": date(2026, 8, 5),
        "matures_on": None,
        "last_acknowledged": None,
        "limitation_years": 3,
        "limitation_provision": "cn.civil_code.limitation",
        "court_cost_cents": 1_500_00,
        "court_recovery_permille": 300,
        "holds": frozenset(),
        "plan_running": False,
        "means_known": True,
        "identity_known": True,
        "address_known": True,
        "conversations": 3,
    }
    return OnRecord(**{**values, **changed})


@pytest.mark.parametrize(("owed", "state"), [(5_000_00, State.FAIL), (5_000_04, State.PASS)])
def test_court_is_for_what_brings_more_than_it_costs(owed: int, state: State) -> None:
    """Thirty in a hundred of what is owed against the cost: both sides of the line."""
    [check] = [one for one in checks_of("litigate", record(owed_cents=owed)) if one.code == "worth_its_cost"]
    assert check.state is state


@given(
    kind=st.sampled_from(sorted(DECISIONS)),
    holds=st.frozensets(st.sampled_from(["dispute", "complaint", "hardship", "promise"])),
    running=st.booleans(),
    means=st.booleans(),
    owed=st.integers(0, 10**7),
    confirmed=st.frozensets(st.sampled_from(sorted(ALL))),
)
def test_nothing_that_fails_can_be_confirmed_away(
    kind: str, holds: frozenset[str], running: bool, means: bool, owed: int, confirmed: frozenset[str]
) -> None:
    """A confirmation answers what nobody knew, and never what is known to be wrong."""
    known = record(holds=holds, plan_running=running, means_known=means, owed_cents=owed)
    checks = checks_of(kind, known)
    against = {check.code for check in standing_against(checks, confirmed)}
    assert {check.code for check in checks if check.state is State.FAIL} <= against
    assert against & confirmed <= {check.code for check in checks if check.state is State.FAIL}
    if kind not in ("decline", "hardship", "write_off", "close") and "dispute" in holds:
        assert against


def test_a_broken_plan_lies_on_the_desk_the_next_night(store: Store) -> None:
    """A missed payment is looked at by a person; a plan agreed meanwhile answers the question."""
    [debtor] = town(store)
    agreed(store, debtor)
    later = at("06:00", "2026-12-08")
    with store.write() as connection:
        append(connection, follow_every_plan(connection, by="night", at=later))
    with store.read() as connection:
        [request] = desk.open_requests(connection)
    assert (request["kind"], request["role"], request["asked_by"]) == ("restructure", "supervisor", "plan")

    record_inbound(store, debtor_id="P-1", by="li", at=at("09:58", "2026-12-08"))
    now = at("10:00", "2026-12-08")
    agree_offer(store, law(), account_id="A-1", offer="o3", accepted_how="signed", accepted_at=now, by="li", at=now)
    with store.read() as connection:
        assert desk.open_requests(connection) == []
    audit(store, date(2026, 12, 8))


def test_a_policy_that_gives_a_decision_to_nobody_lets_nobody_ask_for_it(store: Store) -> None:
    [debtor] = build(store)
    give_authority(store)
    said = shipped_authority()
    for grant in said["authority"].values():
        grant["decides"] = []
    give_authority(store, **said)
    state_means(store, "P-1", 1_000_00, at("08:30"))
    claimed(store, debtor, at("09:58"))
    with pytest.raises(Unusable) as refused:
        asked(store, "write_off")
    assert refused.value.problem.code == "decision_unknown"


def test_every_decision_that_holds_has_its_own_kind_of_hold() -> None:
    """Countable apart: no two decisions hide behind one reason, and those without a hold make a plan or go on."""
    assert len(set(HOLD_OF.values())) == len(HOLD_OF)
    assert set(DECISIONS) - set(HOLD_OF) == {*MAKES_A_PLAN, "decline"}

"""The offers of a live account: inside the role, the law and the borrower's means, with every figure behind them."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from tests.daytime.audit import audit
from tests.daytime.authority import give_authority, set_account, state_means
from tests.daytime.town import AS_OF, add_user, at, build, facts, law

from arrears.daytime import Stated, offers_for, record_means
from arrears.daytime.offers_for import OffersFor, owed_parts
from arrears.decision.settlement import RISING
from arrears.kernel.problem import Unusable
from arrears.store.open import Store
from arrears.store.outcome import account_with_id
from arrears.store.schema import evidence_entries, means


def offered(store: Store, account_id: str = "A-1", role: str = "collector") -> OffersFor:
    return offers_for(store, law(), account_id, role=role, at=at("10:00"))


def test_without_means_on_record_no_plan_is_offered(store: Store) -> None:
    """Unknown means are neither nothing nor enough: paying at once is offered, and the means are asked for."""
    build(store)
    give_authority(store)

    found = offered(store)

    assert (found.sustainable, found.next) == (None, None)
    assert {offer.kind for offer in found.offers} <= {"pay_in_full", "pay_arrears", "settlement"}
    assert "pay_in_full" in {offer.kind for offer in found.offers}


def test_means_and_payday_make_the_plan(store: Store) -> None:
    """9,800.00 at 1,000.00 a month is ten payments on the payday, which a collector may agree to."""
    build(store)
    give_authority(store)
    state_means(store, "P-1", 1_000_00, at("09:00"), income_pattern="monthly", payday=5)

    found = offered(store)

    plan = next(offer for offer in found.offers if offer.name == found.next)
    assert (plan.kind, plan.needs, len(plan.payments)) == ("instalments", None, 10)
    assert {day.day for day, _ in plan.payments} == {5}
    assert plan.payments[0][0] >= found.as_of == AS_OF
    assert (plan.total, plan.largest) == (9_800_00, 980_00)


def test_a_plan_beyond_the_role_names_the_role_that_may(store: Store) -> None:
    """Twenty payments are the supervisor's to agree to; the supervisor's own list asks nobody."""
    build(store)
    give_authority(store)
    state_means(store, "P-1", 500_00, at("09:00"))

    assert next(one.needs for one in offered(store).offers if one.kind == "instalments") == "supervisor"
    assert next(one.needs for one in offered(store, role="supervisor").offers if one.kind == "instalments") is None


def test_where_nothing_can_be_paid_hardship_is_offered_and_no_instalment(store: Store) -> None:
    """Means that are known to be nothing are another thing than unknown means."""
    build(store)
    give_authority(store)
    state_means(store, "P-1", 0, at("09:00"))

    found = offered(store)
    assert found.next == next(offer.name for offer in found.offers if offer.kind == "hardship")


def test_a_weekly_or_irregular_income_has_no_payday(store: Store) -> None:
    """A payday that the income does not keep is not planned on."""
    build(store)
    give_authority(store)
    for pattern, days in (("monthly", (5,)), (None, (5,)), ("weekly", ()), ("irregular", ()), ("seasonal", ())):
        state_means(store, "P-1", 1_000_00, at("09:00"), income_pattern=pattern, payday=5)
        assert offered(store).paydays == days


def test_the_law_of_the_product_bounds_the_instalments(store: Store) -> None:
    """A bank card's plan runs five years at most by its own notice, which is cited; the rest have the policy's."""
    build(store)
    give_authority(store, instalments_most=120)
    set_account(store, "A-1", product="credit_card")
    assert (offered(store).instalments_most, offered(store).provision_id) == (60, "cn.card_2011.plan_length")
    set_account(store, "A-1", product="consumer_loan")
    assert (offered(store).instalments_most, offered(store).provision_id) == (120, None)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    outstanding=st.integers(1, 10**7),
    overdue=st.one_of(st.none(), st.integers(0, 10**7)),
    monthly=st.integers(0, 10**6),
    role=st.sampled_from(RISING),
)
def test_no_offer_leaves_the_debt_the_means_or_the_authority(
    town: Store, outstanding: int, overdue: int | None, monthly: int, role: str
) -> None:
    """Whatever is owed: total, waiver and rest add up, no payment is above the means, no need is below the role."""
    set_account(town, "A-1", outstanding_cents=outstanding, overdue_cents=overdue)
    with town.write() as connection:
        connection.execute(delete(means))
    state_means(town, "P-1", monthly, at("09:00"))

    found = offered(town, role=role)

    assert sum(found.owed.values()) == outstanding
    for offer in found.offers:
        assert offer.total + offer.waived + offer.remains == outstanding
        assert offer.needs is None or RISING.index(offer.needs) > RISING.index(role)
        if offer.kind == "instalments":
            assert offer.largest <= monthly


@pytest.fixture
def town(store: Store) -> Store:
    build(store)
    give_authority(store)
    return store


def test_parts_that_do_not_fit_the_debt_are_all_principal(store: Store) -> None:
    """What nobody can split is the part of which least is waived."""
    build(store)
    set_account(store, "A-1", outstanding_cents=100_00)
    with store.read() as connection:
        account = account_with_id(connection, "A-1")
    assert account is not None
    assert owed_parts(account) == {"penalty": 0, "fee": 0, "interest": 0, "principal": 100_00}


def test_means_are_recorded_with_their_commitment_and_not_their_content(store: Store) -> None:
    """What somebody earns stays in the store; the log says that it was stated, and by whom it was taken down."""
    build(store)
    give_authority(store)
    state_means(store, "P-1", 1_234_00, at("09:00"))

    with store.read() as connection:
        [row] = connection.execute(select(means)).mappings()
        [said] = connection.execute(select(evidence_entries.c.data)).scalars()
    assert row["sustainable_cents"] == 1_234_00
    assert facts(store, "means_recorded") == [row["means_id"]]
    assert b"1234" not in said
    assert b"wages" not in said
    audit(store, AS_OF)


@pytest.mark.parametrize(
    ("income", "code"),
    [
        ((Stated("wages", 100, "CNY", True), Stated("rent", 100, "USD", True)), "income_in_two_currencies"),
        ((Stated("wages", 100, "USD", True),), "income_in_other_currency"),
        ((Stated("wages", -1, "CNY", True),), "means_unreadable"),
    ],
)
def test_means_that_cannot_be_meant_are_refused_and_nothing_is_kept(
    store: Store, income: tuple[Stated, ...], code: str
) -> None:
    """Two currencies never add; a negative income is no income."""
    build(store)
    give_authority(store)
    with pytest.raises(Unusable) as refused:
        record_means(
            store, person_id="P-1", income=income, basic_living_cents=0, obligations_cents=0, by="li", at=at("09:00")
        )
    assert refused.value.problem.code == code
    assert facts(store) == []


def test_a_night_whose_policy_says_nothing_grants_nothing(store: Store) -> None:
    """Nobody's authority is made up."""
    build(store)
    with pytest.raises(Unusable) as refused:
        offered(store)
    assert refused.value.problem.code == "no_authority"
    give_authority(store)
    add_user(store, "wen", "compliance")
    with pytest.raises(Unusable) as refused:
        offered(store, role="compliance")
    assert refused.value.problem.code == "not_for_role"

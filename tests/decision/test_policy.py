"""A policy is one file, read whole or refused with every fault, its line, and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import ibis
import pyarrow as pa
import pytest

from arrears.decision.eligible import offers
from arrears.decision.from_book import NO_SECOND
from arrears.decision.load import default_policy_for, load_policy, shipped
from arrears.decision.policy import ATTEMPT_CHANNELS, policy_from_toml
from arrears.decision.read_policy import FORBIDDEN_FACTS, PolicyRefused
from arrears.decision.settlement import RISING, settlement_said
from arrears.kernel.problem import Unusable
from arrears.segmentation.table import STAGES

TEXT = shipped()["default-2026-11"]
DAY = date(2026, 11, 23)
ALL = {"nobody", "phone", "email"}
LATE: dict[str, object] = {
    "stage": "decline",
    "overdue_cents": 10**7,
    "bucket": "M4",
    "segment": "unknown",
    "product": "consumer_loan",
    "vulnerable": False,
    "decided": False,
    "answered_before": "unknown",
    "offset_seconds": 0,
    "attempts": 9,
    "last_second": NO_SECOND,
    **{f"attempts_{channel}": 0 for channel in ATTEMPT_CHANNELS},
    **{f"last_{channel}_second": NO_SECOND for channel in ATTEMPT_CHANNELS},
}
"""A late account of which no way to reach anybody is known."""
LATE_SCHEMA = pa.schema(
    [
        (name, pa.bool_() if value is False else pa.int64() if isinstance(value, int) else pa.string())
        for name, value in LATE.items()
    ]
    + [(name, pa.string()) for name in ("account_id", "phone", "email", "address")]
)


def refusal(text: str) -> PolicyRefused:
    with pytest.raises(PolicyRefused) as fault:
        policy_from_toml(text, where="ours.toml", bases=shipped())
    return fault.value


def with_line(old: str, new: str) -> str:
    assert TEXT.count(old) >= 1
    return TEXT.replace(old, new, 1)


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_shipped_policy_reads_and_its_numbers_say_that_nobody_measured_them(name: str) -> None:
    """Priors are marked as priors until somebody measures."""
    policy = load_policy(name)
    assert policy.policy_id.startswith(f"{policy.name}-")
    for treatment in policy.treatments:
        assert treatment.recovery.basis == "prior"
        assert treatment.recovery.source
        assert set(treatment.stages) <= set(STAGES)


def test_the_ladder_ends_in_a_persons_decision() -> None:
    """Every ladder ends with somebody who decides, and not with more calls."""
    policy = load_policy("default-2026-11")
    last = max(policy.ladder)
    assert [treatment.id for treatment in policy.treatments if treatment.step == last] == ["refer_to_human"]
    assert policy.treatment("refer_to_human").channel == "none"
    assert "end" not in policy.treatment("call_followup").stages


def test_the_id_changes_with_what_the_policy_says_and_not_with_its_comments() -> None:
    policy = policy_from_toml(TEXT, where="a.toml")
    assert policy_from_toml("# a remark\n" + TEXT, where="b.toml").policy_id == policy.policy_id
    dearer = policy_from_toml(with_line("cost_cents = 600", "cost_cents = 601"), where="a.toml")
    assert dearer.policy_id != policy.policy_id


def test_a_policy_for_another_currency_is_the_default_with_its_amounts_scaled() -> None:
    """Amounts are scaled and rounded half up; shares and minutes are not money and stay."""
    ours, theirs = load_policy("default-2026-11"), default_policy_for("TWD")
    first, scaled = ours.treatment("call_first"), theirs.treatment("call_first")
    assert scaled.cost_cents == (2 * first.cost_cents * 450 + 100) // 200
    assert scaled.uses == first.uses
    assert scaled.recovery == first.recovery
    with pytest.raises(Unusable, match="no shipped policy has its amounts in XAU"):
        default_policy_for("XAU")


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ('channel    = "sms"', 'channel    = "visit"', "wrong_choice", "channel is 'visit'"),
        ("uses       = { messages = 1 }", "uses       = { pigeons = 1 }", "unknown_capacity", "pigeons"),
        ("uses       = { messages = 1 }", "uses       = { messages = 1.5 }", "wrong_use", "1.5"),
        ("cost_cents = 600", "cost_cents = -1", "wrong_number", "cost_cents is -1"),
        ("per_day = 3600", "per_day = -5", "wrong_number", "per_day is -5"),
        ("step       = 1", "step       = 9", "no_step", "step 9"),
        ('basis     = "prior"', 'basis     = "surely"', "no_basis", "'surely'"),
        ('source    = "product judgement: read less', 'sauce    = "x', "unknown_key", "'sauce'"),
        ('call   = "10:00"', 'call   = "25:00"', "wrong_slot", "25:00"),
        ("share_ppm = { growth = 9000, maturity = 1800 }", "share_ppm = { growth = 9000 }", "no_share", "maturity"),
        ('currency    = "CNY"', "currency    = 7", "no_words", "currency is 7"),
    ],
)
def test_a_fault_is_refused_with_its_file_its_line_and_what_to_do(old: str, new: str, code: str, said: str) -> None:
    """Where, what, why, fix; the line is one that holds the key."""
    text = with_line(old, new)
    fault = refusal(text)
    problem = next(one for one in fault.problems if one.code == code)
    assert said in problem.what
    assert problem.where == "ours.toml"
    assert problem.row is not None
    assert problem.why
    assert problem.fix


def test_all_faults_are_told_at_once() -> None:
    text = with_line("cost_cents = 600", "cost_cents = -1").replace("per_day = 3600", "per_day = -5")
    assert {"wrong_number"} == {problem.code for problem in refusal(text).problems}
    assert len(refusal(text).problems) == 2
    assert len(str(refusal(text)).splitlines()) == 2


@pytest.mark.parametrize("fact", sorted(FORBIDDEN_FACTS))
def test_who_a_person_is_never_decides(fact: str) -> None:
    """Sex, age, marriage, education, ethnicity, and what stands in for them."""
    text = with_line(
        "factors_permille.attempts_30d ", f"factors_permille.{fact} = {{ a = 2000 }}\nfactors_permille.attempts_30d "
    )
    assert "forbidden_fact" in {problem.code for problem in refusal(text).problems}


def test_nobody_is_pressed_through_others() -> None:
    """A treatment addressed to anybody but the borrower is refused by name."""
    text = with_line('channel    = "call"', 'recipients = ["contact_person"]\nchannel    = "call"')
    problem = refusal(text).problems[0]
    assert problem.code == "third_party_treatment"
    assert "through others" in problem.fix


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: "not toml ][", "policy_not_toml"),
        (lambda text: 'extends = "nothing"\n', "policy_base_unknown"),
        (lambda text: "", "no_table"),
        (lambda text: 'extends = "default-2026-11"\n[money_scale]\ntimes = 0\nover = 1\n', "wrong_scale"),
    ],
)
def test_a_file_that_is_no_policy_is_refused(change: Callable[[str], str], code: str) -> None:
    assert refusal(change(TEXT)).problems[0].code == code


def test_a_policy_that_is_not_there_names_those_that_are() -> None:
    with pytest.raises(PolicyRefused, match="default-2026-11"):
        load_policy("no/such/policy.toml")


@pytest.mark.parametrize(("reachable", "fits"), [("false", {"nobody"}), ("true", {"phone", "email"}), (None, ALL)])
def test_a_treatment_may_be_for_those_nobody_can_reach_or_for_those_somebody_can(
    reachable: str | None, fits: set[str]
) -> None:
    """One number or address of any kind that the policy uses is a way; without the key it is for everybody."""
    said = f"reachable = {reachable}\n" if reachable else ""
    text = TEXT.replace('channel    = "none"\n', f'channel    = "none"\n{said}', 1)
    policy = policy_from_toml(text, where="ours.toml")
    people = [
        {"account_id": "nobody"},
        {"account_id": "phone", "phone": "1"},
        {"account_id": "email", "email": "a@b.cn"},
    ]
    late = ibis.memtable(pa.Table.from_pylist([{**LATE, **one} for one in people], schema=LATE_SCHEMA))
    offered = offers(late, policy, DAY)["fits_refer_to_human"]
    rows = late.mutate(fits=offered).to_pyarrow().to_pylist()
    assert {row["account_id"] for row in rows if row["fits"]} == fits


def test_authority_rises_and_what_it_says_comes_back_from_a_nights_manifest() -> None:
    """Each role may all that the one below it may; the night keeps the matrix by which its day agrees to plans."""
    settlement = load_policy("default-2026-11").settlement
    assert settlement is not None
    assert [grant.role for grant in settlement.grants] == list(RISING)
    assert settlement_said(json.loads(json.dumps(settlement.said, sort_keys=True)), "night-1") == settlement
    assert settlement.lowest_that_decides("hardship") == "supervisor"
    assert settlement.lowest_that_decides("write_off") == "head"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("instalments        = 36", "instalments        = 6", "authority_falls"),
        ("[settlement.authority.head]", "[settlement.authority.chief]", "unknown_role"),
        ('"hardship", "decline"]', '"hardship", "forget"]', "unknown_decision"),
        ("review_days              = 180", "review_days              = 0", "wrong_number"),
        ("penalty = 10000, fee = 10000", "penalty = 10001, fee = 10000", "wrong_number"),
    ],
)
def test_a_faulty_authority_is_refused(old: str, new: str, code: str) -> None:
    """A matrix that falls, names nobody's role or decides what nobody knows is not guessed at."""
    assert code in {problem.code for problem in refusal(with_line(old, new)).problems}


def test_a_policy_without_authority_is_read_and_grants_nothing() -> None:
    """A policy written before the matrix was still decides its nights again."""
    before, _, rest = TEXT.partition("[settlement]")
    _, _, after = rest.partition("[treatment.sms_reminder]\n")
    assert policy_from_toml(f"{before}[treatment.sms_reminder]\n{after}", where="a.toml").settlement is None

"""A pack that can't be trusted is refused before the first account: each single fault, with file, line and remedy."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from arrears.kernel.problem import Problem
from arrears.law.load import LawRefused, load_law

FAULTS = Path(__file__).parent / "faults"
RUN_ON = date(2026, 3, 5)

ON_LINE = {
    "ends_before_it_starts": "in_force",
    "unknown_kind": "closed_ours",
    "unknown_force": "force",
    "unknown_confidence": "confidence",
    "unknown_authority": "authority",
    "seen_text_without_text": "confidence",
    "missing_key": "closed_hours",
    "wrong_type": "read_on",
    "wrong_value": "closed_hours",
    "stale_reading": "read_on",
    "unknown_exception": "except",
    "exception_not_read": "except",
    "threshold_without_unit": "at_most",
    "misfiled": "id",
    "unknown_key": "closed_for",
    "words_missing": "words",
}
"""A fault that stands on a line, and the key that line begins with."""

MISSING = ["id", "citation", "source", "in_force", "read_on", "force", "confidence", "authority"]

ALONE = sorted([*ON_LINE, *(f"{key}_missing" for key in MISSING), "not_one_encoding", "not_toml"])


def pack(tmp: Path, first_day: str = "2020-01-01") -> Path:
    """A pack `zz` with one sound provision and its cases; a test then puts its one fault in."""
    rules = tmp / "zz" / "rules"
    rules.mkdir(parents=True)
    (tmp / "zz" / "pack.toml").write_text(
        'id = "zz"\nname_zh = "虚构"\nname_en = "Nowhere"\nclock = "Asia/Shanghai"\n'
        f'first_day = {first_day}\ncovers = ["closed_hours"]\n'
    )
    shutil.copy(FAULTS / "sound.toml", rules / "night.toml")
    shutil.copy(FAULTS / "sound.cases.toml", rules / "night.cases.toml")
    return rules


def refused(tmp: Path, policy: Path | None = None) -> list[Problem]:
    with pytest.raises(LawRefused) as caught:
        load_law(["zz"], RUN_ON, policy, house=False, packs_at=tmp)
    return list(caught.value.problems)


def the(code: str, problems: list[Problem]) -> Problem:
    found = [problem for problem in problems if problem.code == code]
    assert found, f"{code} is not among {[problem.code for problem in problems]}"
    return found[0]


def readable(problem: Problem) -> None:
    """Where, what, why and what to do, each as a sentence."""
    assert problem.where
    assert problem.row is not None
    assert problem.row >= 1
    for said in (problem.what, problem.why, problem.fix):
        assert len(said) > 10, said
        assert said.rstrip().endswith((".", "}", "”", '"')), said


def test_a_sound_pack_is_loaded(tmp_path: Path) -> None:
    """The faults below are faults against this one, which has none."""
    pack(tmp_path)
    assert [item.id for item in load_law(["zz"], RUN_ON, house=False, packs_at=tmp_path).provisions] == [
        "zz.rules.night"
    ]


@pytest.mark.parametrize("fault", ALONE)
def test_a_provision_with_one_fault_is_refused_by_its_name(fault: str, tmp_path: Path) -> None:
    """The message names the fault, the file and the line, says why it matters and what to write."""
    rules = pack(tmp_path)
    shutil.copy(FAULTS / f"{fault}.toml", rules / "night.toml")
    problem = the(fault, refused(tmp_path))
    readable(problem)
    assert problem.where == str(rules / "night.toml")
    if fault in ON_LINE:
        line = (rules / "night.toml").read_text().splitlines()[(problem.row or 1) - 1]
        assert line.lstrip("[").startswith(ON_LINE[fault]), line


def test_two_versions_on_one_day_are_refused(tmp_path: Path) -> None:
    """Neither can be picked."""
    rules = pack(tmp_path)
    shutil.copy(FAULTS / "versions_overlap.toml", rules / "night-until-2030.toml")
    shutil.copy(FAULTS / "sound.cases.toml", rules / "night-until-2030.cases.toml")
    readable(the("versions_overlap", refused(tmp_path)))


def test_a_day_between_two_versions_is_refused(tmp_path: Path) -> None:
    """The earlier ended on 2019-12-31 and the next begins on 2020-01-01: the 31st is nobody's."""
    rules = pack(tmp_path)
    shutil.copy(FAULTS / "versions_leave_a_gap.toml", rules / "night-until-2019.toml")
    shutil.copy(FAULTS / "sound.cases.toml", rules / "night-until-2019.cases.toml")
    readable(the("versions_leave_a_gap", refused(tmp_path)))


def test_a_version_that_begins_where_the_last_one_ends_is_sound(tmp_path: Path) -> None:
    """`until` is the first day it no longer holds, so the same day may begin the next."""
    rules = pack(tmp_path)
    text = (FAULTS / "versions_leave_a_gap.toml").read_text().replace("until = 2019-12-31", "until = 2020-01-01")
    (rules / "night-until-2020.toml").write_text(text)
    shutil.copy(FAULTS / "sound.cases.toml", rules / "night-until-2020.cases.toml")
    law = load_law(["zz"], RUN_ON, house=False, packs_at=tmp_path)
    assert law.on(date(2020, 1, 1))[0].in_force_from == date(2020, 1, 1)
    assert law.get("zz.rules.night", date(2019, 12, 31)).in_force_until == date(2020, 1, 1)


ORDER_CASE = '[[case]]\nsays = "order"\ngiven = { days_past_due = 3 }\nexpect = "interest>principal"\n'


def clashing(tmp: Path) -> Path:
    rules = pack(tmp)
    for name, file, case in (
        ("night", "clash", ORDER_CASE),
        ("other", "clash_with", ORDER_CASE.replace("interest>principal", "principal>interest")),
    ):
        shutil.copy(FAULTS / f"{file}.toml", rules / f"{name}.toml")
        (rules / f"{name}.cases.toml").write_text(case)
    (tmp / "zz" / "pack.toml").write_text((tmp / "zz" / "pack.toml").read_text().replace("closed_hours", "allocation"))
    return rules


def test_two_rules_that_answer_one_question_differently_are_refused(tmp_path: Path) -> None:
    """Interest first and principal first can't both be the order of one payment."""
    clashing(tmp_path)
    readable(the("clash", refused(tmp_path)))


def test_a_clash_is_settled_by_naming_which_goes_first(tmp_path: Path) -> None:
    """`except` in the one that gives way."""
    rules = clashing(tmp_path)
    text = (rules / "night.toml").read_text()
    (rules / "night.toml").write_text(
        text.replace('text       = ""', 'except     = ["zz.rules.other"]\ntext       = ""')
    )
    assert load_law(["zz"], RUN_ON, house=False, packs_at=tmp_path).provisions


def test_a_day_no_version_covers_is_refused(tmp_path: Path) -> None:
    """The pack says it begins in 2020 and its hours begin in 2021: a year without a limit."""
    rules = pack(tmp_path)
    shutil.copy(FAULTS / "day_not_covered.toml", rules / "night.toml")
    problem = the("day_not_covered", refused(tmp_path))
    assert "2020-01-01" in problem.what


def test_a_rule_without_cases_is_refused(tmp_path: Path) -> None:
    """No rule is switched on without its own cases."""
    rules = pack(tmp_path)
    (rules / "night.cases.toml").unlink()
    readable(the("no_cases", refused(tmp_path)))


@pytest.mark.parametrize("fault", ["case_missing_a_side", "unreadable_case"])
def test_cases_with_one_fault_are_refused_by_its_name(fault: str, tmp_path: Path) -> None:
    """A line without a case on each side is not known to be where it is; a case without offset can't be run."""
    rules = pack(tmp_path)
    shutil.copy(FAULTS / f"{fault}.cases.toml", rules / "night.cases.toml")
    problem = the(fault, refused(tmp_path))
    readable(problem)
    assert problem.where.endswith("night.cases.toml")


def test_a_lenders_policy_that_permits_is_refused(tmp_path: Path) -> None:
    """Policy tightens; it never opens what the law closed."""
    pack(tmp_path)
    policy = tmp_path / "mine"
    (policy / "rules").mkdir(parents=True)
    (policy / "pack.toml").write_text(
        'id = "lender"\nname_zh = "本机构"\nname_en = "Ours"\nclock = "Asia/Shanghai"\nfirst_day = 2020-01-01\n'
    )
    shutil.copy(FAULTS / "policy_loosens.toml", policy / "rules" / "night.toml")
    shutil.copy(FAULTS / "sound.cases.toml", policy / "rules" / "night.cases.toml")
    readable(the("policy_loosens", refused(tmp_path, policy)))


def test_a_lenders_stricter_hours_are_one_more_reason(tmp_path: Path) -> None:
    """Overlays only tighten: at 20:30 the law is silent and the policy is not."""
    from arrears.kernel.days import aware
    from arrears.law.act import Act, Standing
    from arrears.law.judge import judge

    pack(tmp_path)
    policy = tmp_path / "mine"
    (policy / "rules").mkdir(parents=True)
    (policy / "pack.toml").write_text(
        'id = "lender"\nname_zh = "本机构"\nname_en = "Ours"\nclock = "Asia/Shanghai"\nfirst_day = 2020-01-01\n'
    )
    text = (FAULTS / "policy_loosens.toml").read_text().replace("permitted", "house").replace('"22:00"', '"20:00"')
    (policy / "rules" / "night.toml").write_text(text)
    cases = (
        (FAULTS / "sound.cases.toml").read_text().replace("T21:59:59", "T19:59:59").replace("T22:00:00", "T20:00:00")
    )
    (policy / "rules" / "night.cases.toml").write_text(cases)
    law = load_law(["zz"], RUN_ON, policy, house=False, packs_at=tmp_path)
    act = Act(aware("2026-03-05T20:30:00+08:00"), "call", "P-1", "P-1", "borrower")
    against = judge(law, act, Standing(time_zone="Asia/Shanghai"), ()).against
    assert [finding.provision_id for finding in against] == ["lender.rules.night"]


def test_every_fault_of_a_pack_is_listed_at_once(tmp_path: Path) -> None:
    """A reader who mends one fault does not find the next by running again."""
    rules = pack(tmp_path)
    text = (FAULTS / "citation_missing.toml").read_text().replace('"seen-report"', '"fairly-sure"')
    (rules / "night.toml").write_text(text)
    codes = {problem.code for problem in refused(tmp_path)}
    assert {"citation_missing", "unknown_confidence"} <= codes


def test_a_pack_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """Nothing is decided by a law that is not there."""
    the("no_pack", refused(tmp_path))

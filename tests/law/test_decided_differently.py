"""`arrears law diff --book`: the same night by the law of two days, and whom that changes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import ibis
import pyarrow as pa
import pytest
from typer.testing import CliRunner, Result

from arrears.ageing.rules import AgeingRules
from arrears.book.load_mapping import load_mapping
from arrears.book.read import latest_book, open_book
from arrears.book.synthetic import generate
from arrears.book.take_in import take_in
from arrears.cli._law_diff import print_compared
from arrears.cli.law import app
from arrears.decision.load import default_policy_for
from arrears.law.load import load_law
from arrears.nightly.compare_law import Compared, compare_law
from arrears.nightly.run import run_night

AS_OF = date(2026, 11, 24)
LOANS = 250
BEFORE, FROM = date(2026, 5, 31), date(2026, 6, 1)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small lender's book of 2026-11-24."""
    incoming, home = tmp_path_factory.mktemp("incoming"), tmp_path_factory.mktemp("home")
    generate(incoming, loans=LOANS, seed=11, as_of=AS_OF, detail="full")
    take_in([incoming], home=home, mapping=load_mapping(incoming / "book.toml"), as_of=AS_OF)
    found = latest_book(home)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def own_rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lender that from the first of June contacts nobody before seven in the evening."""
    faults, folder = Path(__file__).parent / "faults", tmp_path_factory.mktemp("lender")
    (folder / "rules").mkdir()
    (folder / "pack.toml").write_text(
        'id = "lender"\nname_zh = "本机构"\nname_en = "Ours"\nclock = "Asia/Shanghai"\nfirst_day = 2025-02-28\n'
    )
    rule = (faults / "policy_loosens.toml").read_text().replace('"permitted"', '"house"')
    rule = rule.replace("from = 2020-01-01", "from = 2026-06-01").replace('"08:00"', '"19:00"')
    cases = (faults / "sound.cases.toml").read_text().replace("2026-03-05", "2026-07-05")
    cases = cases.replace("T07:59:59", "T18:59:59").replace("T08:00:00", "T19:00:00")
    (folder / "rules" / "night.toml").write_text(rule)
    (folder / "rules" / "night.cases.toml").write_text(cases)
    return folder


def told(*words: object) -> Result:
    return CliRunner().invoke(app, ["diff", *map(str, words)])


def test_a_provision_that_begins_between_the_days_changes_whom_it_touches_and_nobody_else(
    book: Path, own_rules: Path
) -> None:
    """
    Every account with a contact planned before that hour is named with the provision; an account without a contact
    on either side is not.
    """
    con = ibis.duckdb.connect()
    con.raw_sql("SET TimeZone = 'UTC'")
    snapshot = open_book(book, con)
    law = load_law(["cn"], AS_OF, own_rules)
    policy = default_policy_for("CNY")
    compared = compare_law(con, snapshot, law, policy, AgeingRules(), BEFORE, FROM)

    assert compared.accounts == LOANS
    acts = compared.acts.to_pylist()
    assert acts
    assert all(row["allowed_before"] for row in acts)
    assert {row["provision_after"] for row in acts} == {"lender.rules.night"}
    plans = {row["account_id"]: row for row in compared.plans.to_pylist()}
    contacted = {
        row["account_id"]
        for row in run_night(snapshot, law.pinned_to(BEFORE), policy, AgeingRules()).plan.to_pyarrow().to_pylist()
        if row["channel"] not in (None, "none")
    }
    assert contacted
    assert contacted <= set(plans), "a contact that the new rule forbids stayed in the plan"
    assert all(plans[account]["channel_after"] in (None, "none") for account in contacted)
    assert {row["account_id"] for row in acts} >= contacted


def test_the_command_names_every_account_where_it_is_asked_to(book: Path, own_rules: Path) -> None:
    """Exit 1: some accounts are decided differently, and --all lists as many as the first line says."""
    result = told("--from", BEFORE, "--to", FROM, "--book", book, "--policy", own_rules, "--lang", "zh", "--all")

    assert result.exit_code == 1, result.output
    assert "lender.rules.night" in result.output
    head = next(line for line in result.output.splitlines() if "会有不同处理" in line)
    count = int(head.partition("账户中，")[2].split()[0])
    assert len(result.output.rpartition("\n\n")[2].strip().splitlines()[1:]) == count > 0


COMPARED = Compared(
    accounts=20,
    acts=pa.table(
        {
            "account_id": [f"A-{n:02}" for n in range(12)],
            "channel": ["call"] * 12,
            "allowed_before": [True] * 12,
            "provision_before": pa.array([None] * 12, pa.string()),
            "allowed_after": [False] * 12,
            "provision_after": ["cn.cba_2026.dial_attempts"] * 12,
        }
    ),
    plans=pa.table(
        {
            "account_id": ["A-00", "A-19"],
            "treatment_before": ["call_friendly", "sms_reminder"],
            "channel_before": ["call", "sms"],
            "reason_before": pa.array([None, None], pa.string()),
            "provision_id_before": pa.array([None, None], pa.string()),
            "treatment_after": [None, "call_friendly"],
            "channel_after": [None, "call"],
            "reason_after": ["no_lawful_treatment", None],
            "provision_id_after": ["cn.cba_2026.dial_attempts", None],
        }
    ),
)


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", ["12  call: allowed → cn.cba_2026.dial_attempts", "not by law itself", "the first 10"]),
        ("zh", ["12  电话: 允许 → cn.cba_2026.dial_attempts", "法律未直接改变", "前 10 个"]),
    ],
)
def test_counts_are_by_channel_and_provision_and_a_sample_is_ten(
    lang: str, said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """An account that law did not touch, whose capacity went elsewhere, is told apart."""
    print_compared(COMPARED, every=False, en=lang == "en")
    page = capsys.readouterr().out
    for words in said:
        assert words in page
    assert page.count("\n  A-") == 10


def test_the_same_law_on_both_days_changes_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is printed where nothing differs."""
    nothing = Compared(20, COMPARED.acts.slice(0, 0), COMPARED.plans.slice(0, 0))
    print_compared(nothing, every=True, en=True)
    assert capsys.readouterr().out == ""


def test_a_book_that_is_not_there_is_named_with_what_to_give(tmp_path: Path) -> None:
    """Nothing is compared with a guess."""
    result = told("--from", "2026-03-01", "--to", "2026-03-02", "--book", "2026-01-01", "--home", tmp_path)
    assert "there is no book of that day" in str(result.exception)

"""A night is a pure function of its inputs, published whole or not at all."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from arrears.ageing.rules import AgeingRules
from arrears.book.load_mapping import load_mapping
from arrears.book.read import latest_book
from arrears.book.synthetic import generate
from arrears.book.take_in import take_in
from arrears.decision.load import default_policy_for
from arrears.decision.verify_certificate import verify
from arrears.law.load import Law, load_law
from arrears.nightly import publish_night
from arrears.nightly.publish import DayDecided, Published

DAY = date(2026, 11, 24)
RULES = AgeingRules()
NIGHT_FILES = ("plan.parquet", "queue.parquet", "certificate.json", "summary.json")


@pytest.fixture(scope="module")
def law() -> Law:
    return load_law(["cn"], run_on=DAY)


@pytest.fixture(scope="module")
def incoming(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lender's files: 250 loans with everything that belongs to them."""
    folder = tmp_path_factory.mktemp("incoming")
    generate(folder, loans=250, seed=11, as_of=DAY, detail="full")
    return folder


def imported(incoming: Path, home: Path) -> Path:
    take_in([incoming], home=home, mapping=load_mapping(incoming / "book.toml"), as_of=DAY)
    book = latest_book(home)
    assert book is not None
    return book


def night(home: Path, book: Path, law: Law) -> Published:
    return publish_night(home, book, law, default_policy_for("CNY"), RULES)


@pytest.fixture(scope="module")
def decided(incoming: Path, law: Law, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    return night(home, imported(incoming, home), law).path


def test_shuffled_rows_give_the_same_plan_bytes(incoming: Path, decided: Path, law: Law, tmp_path: Path) -> None:
    """The order in which a lender happens to write rows decides nothing."""
    shuffled = tmp_path / "shuffled"
    shuffled.mkdir()
    draw = np.random.default_rng(5)
    for file in incoming.iterdir():
        if file.suffix == ".parquet":
            rows = pq.read_table(file)
            pq.write_table(rows.take(draw.permutation(rows.num_rows)), shuffled / file.name)
        else:
            (shuffled / file.name).write_bytes(file.read_bytes())
    home = tmp_path / "home"
    again = night(home, imported(shuffled, home), law)
    assert again.manifest["night_id"] == json.loads((decided / "manifest.json").read_text())["night_id"]
    for name in NIGHT_FILES:
        assert (again.path / name).read_bytes() == (decided / name).read_bytes(), name


def test_every_account_has_a_treatment_or_the_reason_for_none(decided: Path, incoming: Path) -> None:
    """Nothing is lost between the lender's file and the plan, and nothing is decided without a reason."""
    plan = pq.read_table(decided / "plan.parquet")
    assert plan["account_id"].to_pylist() == sorted(
        pq.read_table(incoming / "accounts.parquet")["account_id"].to_pylist()
    )
    for treatment, reason in zip(plan["treatment"].to_pylist(), plan["reason"].to_pylist(), strict=True):
        assert (treatment is None) != (reason is None)


def test_a_person_is_in_the_queue_once(decided: Path) -> None:
    """The borrower stands above the loan."""
    queue = pq.read_table(decided / "queue.parquet")
    people = queue["person_id"].to_pylist()
    assert people
    assert len(people) == len(set(people))
    assert queue["priority"].to_pylist() == list(range(1, len(people) + 1))


def test_the_certificate_follows_from_the_nights_own_files(decided: Path) -> None:
    """And one that says more than the files do is found out."""
    certificate = json.loads((decided / "certificate.json").read_text())

    def faults(said: dict[str, object]) -> list[str]:
        return verify(
            said,
            pq.ParquetFile(decided / "choices.parquet").iter_batches(),
            pq.ParquetFile(decided / "plan.parquet").iter_batches(),
        )

    assert faults(certificate) == []
    assert faults({**certificate, "value_cents": certificate["value_cents"] + 1})
    assert faults({**certificate, "upper_bound": certificate["upper_bound"] - 1})


def test_a_decided_day_is_not_decided_otherwise(incoming: Path, law: Law, tmp_path: Path) -> None:
    """The same inputs change nothing; another law for the same day is refused."""
    book = imported(incoming, tmp_path)
    first = night(tmp_path, book, law)
    assert first.new
    assert not night(tmp_path, book, law).new
    with pytest.raises(DayDecided, match="decided already"):
        publish_night(tmp_path, book, load_law(["cn"], run_on=DAY, house=False), default_policy_for("CNY"), RULES)


def test_a_lenders_own_rules_age_the_night_and_are_kept_with_it(incoming: Path, decided: Path, tmp_path: Path) -> None:
    """`--rules FILE`: its buckets are the plan's, its words are in the manifest, and other rules are another night."""
    imported(incoming, tmp_path)
    rules = tmp_path / "ours.toml"
    rules.write_text('grace_days = 5\ncurrent_bucket = "on time"\n[[buckets]]\nname = "late"\nfrom_day = 1\n')
    words = [sys.executable, "-m", "arrears", "night", "run", "--home", str(tmp_path)]

    ran = subprocess.run([*words, "--rules", str(rules)], capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stderr
    (night_path,) = (tmp_path / "nights").glob("2*")
    plan = pq.read_table(night_path / "plan.parquet")
    assert set(plan["bucket"].to_pylist()) <= {"on time", "late", None}
    manifest = json.loads((night_path / "manifest.json").read_text())
    assert AgeingRules.from_said(manifest["ageing_rules"]) == AgeingRules.from_toml(rules.read_text())
    assert manifest["night_id"] != json.loads((decided / "manifest.json").read_text())["night_id"]
    other = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (other.returncode, "ageing_rules_id" in other.stderr) == (3, True)


@pytest.mark.parametrize(("text", "said"), [("grace_days = -1", "grace_days"), ("kind = 1", "kind"), (None, "read")])
def test_rules_that_cannot_be_used_stop_the_night_and_name_the_file(
    incoming: Path, tmp_path: Path, text: str | None, said: str
) -> None:
    """Nothing is decided by rules that nobody meant."""
    imported(incoming, tmp_path)
    rules = tmp_path / "ours.toml"
    if text is not None:
        rules.write_text(text)
    words = [sys.executable, "-m", "arrears", "night", "run", "--home", str(tmp_path), "--rules", str(rules)]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert str(rules) in ran.stderr
    assert said in ran.stderr
    assert not list((tmp_path / "nights").glob("2*"))


def test_a_killed_night_leaves_nothing_and_the_next_run_finishes(
    incoming: Path, decided: Path, law: Law, tmp_path: Path
) -> None:
    """Killed at random points, there is a whole night or none; running it again gives the same bytes."""
    imported(incoming, tmp_path)
    words = [sys.executable, "-m", "arrears", "night", "run", "--home", str(tmp_path)]
    draw = random.Random(3)
    for _ in range(3):
        running = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(draw.uniform(0.8, 6.0))
        running.send_signal(signal.SIGKILL)
        running.wait()
        nights = tmp_path / "nights"
        for path in nights.iterdir() if nights.is_dir() else ():
            if not path.name.startswith("."):
                assert all((path / name).is_file() for name in (*NIGHT_FILES, "manifest.json"))
    assert subprocess.run(words, check=False, capture_output=True).returncode == 0
    (published,) = [path for path in (tmp_path / "nights").iterdir() if not path.name.startswith(".")]
    for name in ("plan.parquet", "certificate.json"):
        assert (published / name).read_bytes() == (decided / name).read_bytes(), name
    assert subprocess.run(words, check=False, capture_output=True).returncode == 0


def test_the_real_card_book_runs_a_night_and_says_what_it_lacks(law: Law, tmp_path: Path) -> None:
    """
    21,117 clients in, 21,117 decided: nobody is contacted, the lender is asked for a way or a person decides, and the
    rest say why.
    """
    example = Path(__file__).parents[2] / "examples" / "uci-cards"
    take_in([example], home=tmp_path, mapping=load_mapping("uci-cards"))
    book = latest_book(tmp_path)
    assert book is not None
    first_day = max(pack.first_day for pack in law.packs)
    published = publish_night(tmp_path, book, law.pinned_to(first_day), default_policy_for("TWD"), RULES)
    summary = json.loads((published.path / "summary.json").read_text())
    treated = {row["treatment"]: row["accounts"] for row in summary["treatments"]}
    assert set(treated) == {"ask_lender_for_contact", "refer_to_human"}
    assert sum(treated.values()) + sum(row["accounts"] for row in summary["reasons"]) == summary["accounts"] == 21_117
    reasons = {row["reason"] for row in summary["reasons"]}
    assert reasons == {"no_arrears", "no_treatment_worth_its_cost", "no_capacity_left"}
    assert summary["derived"].keys() == {"accounts.overdue_cents"}


def test_a_policy_in_another_currency_is_refused(incoming: Path, law: Law, tmp_path: Path) -> None:
    """A cost in one currency can't be weighed against a recovery in another."""
    from arrears.kernel.problem import Unusable

    book = imported(incoming, tmp_path)
    with pytest.raises(Unusable, match="another"):
        publish_night(tmp_path, book, law, default_policy_for("TWD"), RULES)
    assert not list((tmp_path / "nights").glob("2*"))

"""A published night is what its manifest, its policy and the store say, or the check says what it is not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from tests.cli.running import arrears, said

from arrears.book.read import file_sha256
from arrears.nightly.publish import latest_night
from arrears.nightly.verify_night import faults_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a book and its night, published into its store."""
    room = tmp_path_factory.mktemp("made")
    home = room / "home"
    for words in (
        ("book", "generate", "--size", "250", "--seed", "11", "--as-of", "2026-11-24", "--out", room / "in"),
        ("book", "import", room / "in", "--home", home),
        ("night", "run", "--home", home),
    ):
        done = arrears(*words)
        assert done.returncode == 0, said(done)
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A copy to change."""
    return Path(shutil.copytree(made, tmp_path / "home"))


@pytest.fixture
def night(home: Path) -> Path:
    found = latest_night(home)
    assert found is not None
    return found


def sealed_again(night: Path, name: str) -> None:
    """What somebody does who changes a file and its hash in the manifest with it."""
    manifest = json.loads((night / "manifest.json").read_text())
    manifest["files"][name] = file_sha256(night / name)
    (night / "manifest.json").write_text(json.dumps(manifest))


def rewrite(night: Path, name: str, change: Callable[[pa.Table], pa.Table]) -> str:
    pq.write_table(change(pq.read_table(night / name)), night / name)
    return name


def cut_queue(night: Path) -> str:
    return rewrite(night, "queue.parquet", lambda rows: rows.slice(0, 10))


def another_treatment(night: Path) -> str:
    """One row of the plan gets the treatment of another."""

    def change(plan: pa.Table) -> pa.Table:
        treatments = plan["treatment"].to_pylist()
        first = next(place for place, one in enumerate(treatments) if one)
        treatments[first] = next(one for one in treatments if one and one != treatments[first])
        return plan.set_column(plan.schema.get_field_index("treatment"), "treatment", pa.array(treatments))

    return rewrite(night, "plan.parquet", change)


def another_law(night: Path) -> str:
    def change(plan: pa.Table) -> pa.Table:
        other = pc.if_else(pc.equal(plan["account_id"], plan["account_id"][0]), "law-other", plan["law_id"])
        return plan.set_column(plan.schema.get_field_index("law_id"), "law_id", other)

    return rewrite(night, "plan.parquet", change)


def certificate(night: Path, change: Callable[[Any], None]) -> str:
    said_there = json.loads((night / "certificate.json").read_text())
    change(said_there)
    (night / "certificate.json").write_text(json.dumps(said_there))
    return "certificate.json"


def falsified_uses(night: Path) -> str:
    """Nothing uses anything, so nothing was ever scarce: the certificate fits itself."""

    def change(said_there: Any) -> None:
        for one in said_there["treatments"]:
            one["uses"] = {}
        for one in said_there["capacities"]:
            one["used"] = 0

    return certificate(night, change)


def falsified_limit(night: Path) -> str:
    def change(said_there: Any) -> None:
        next(one for one in said_there["capacities"] if one["limit"])["limit"] += 1000

    return certificate(night, change)


def falsified_policy(night: Path) -> str:
    """The policy says more capacity than it did: its id is the hash of what it said."""
    policy = json.loads((night / "policy.json").read_text())
    for body in policy["capacity"].values():
        body["per_day"] = 10**6
    (night / "policy.json").write_text(json.dumps(policy))
    return "policy.json"


CHANGES = {
    "the queue cut to ten rows": (cut_queue, "another treatment in the plan than in the queue"),
    "one row's treatment changed": (another_treatment, "another treatment in the plan than in the choices"),
    "one row by another law": (another_law, "another law_id"),
    "the certificate's uses falsified": (falsified_uses, "in the policy"),
    "the certificate's limit falsified": (falsified_limit, "in the policy"),
}


def test_a_night_as_it_was_published_holds(home: Path, night: Path) -> None:
    """Its files, its certificate, and what the store took in."""
    assert faults_of(night) == []
    done = arrears("night", "show", "--verify", "--home", home)
    assert done.returncode == 0, said(done)
    assert "it holds" in said(done)


@pytest.mark.parametrize("what", CHANGES)
def test_a_file_that_is_not_the_one_published_is_named(home: Path, night: Path, what: str) -> None:
    """By its hash, whatever was changed in it."""
    name = CHANGES[what][0](night)
    assert any(name in fault and "hash" in fault for fault in faults_of(night))
    done = arrears("night", "show", "--verify", "--home", home)
    assert done.returncode == 1
    assert name in said(done)
    assert "it holds" not in said(done)


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_file_is_found_even_with_its_hash_changed_too(night: Path, what: str) -> None:
    """Uses and limits are the policy's, and plan, choices and queue say the same of the same people."""
    change, expected = CHANGES[what]
    sealed_again(night, change(night))
    assert any(expected in fault for fault in faults_of(night)), faults_of(night)


def test_a_night_sealed_again_is_not_the_one_that_the_store_took_in(home: Path, night: Path) -> None:
    """A whole plan exchanged for another that fits itself: the log still has the first one's digest."""
    sealed_again(night, rewrite(night, "aged.parquet", lambda rows: rows.slice(0, rows.num_rows - 1)))
    assert faults_of(night) == []
    done = arrears("night", "show", "--verify", "--home", home)
    assert done.returncode == 1
    assert "the store took in another night" in said(done)


def test_a_policy_that_is_not_the_nights_is_not_believed(night: Path) -> None:
    """The shipped policy of that id is read in its place; where there is none, nothing is said to hold."""
    sealed_again(night, falsified_policy(night))
    assert faults_of(night) == []
    manifest = json.loads((night / "manifest.json").read_text())
    manifest["policy_id"] = "a-lenders-own-000000000000"
    (night / "manifest.json").write_text(json.dumps(manifest))
    assert any("is not at hand" in fault for fault in faults_of(night))


@pytest.mark.parametrize("name", ["plan.parquet", "choices.parquet", "certificate.json", "policy.json", "summary.json"])
def test_a_file_that_is_gone_or_cut_or_strange_is_named(home: Path, night: Path, name: str) -> None:
    """No traceback, no silence."""
    whole = (night / name).read_bytes()
    (night / name).write_bytes(whole[: len(whole) // 2])
    assert any(name in fault for fault in faults_of(night))
    (night / name).unlink()
    assert any(name in fault for fault in faults_of(night))
    done = arrears("night", "show", "--verify", "--home", home)
    assert done.returncode == 1
    assert "Traceback" not in said(done)
    (night / "stranger.txt").write_text("")
    assert any("stranger.txt" in fault for fault in faults_of(night))

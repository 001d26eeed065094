"""A day's rows beside its facts; one person's part of the log as a bundle; whose key an export is held to."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.cli.running import arrears, said, told_what_to_do
from tests.evidence.a_day import NOTE, worked

from arrears.evidence.log import SigningKey, export_log
from arrears.store import evidence as log
from arrears.store.open import Store
from arrears.store.reconcile import reconcile

MADE_BY_HAND = {("row_without_fact", "nights"), ("row_without_fact", "users")}
"""The town puts these rows straight into the store."""


def differences(store: Store) -> set[tuple[str, str]]:
    with store.read() as connection:
        found = reconcile(connection)
    assert not found.not_compared
    return {(one.fault, one.what) for one in found.differences} - MADE_BY_HAND


def test_every_row_of_a_day_has_its_fact_and_every_fact_its_row(store: Store) -> None:
    """After one of every verb, nothing is left over on either side."""
    worked(store)
    assert differences(store) == set()


CHANGED = {
    "every attempt deleted": (
        "DELETE FROM permits; DELETE FROM outcome_entries; DELETE FROM attempts",
        {("fact_without_row", "attempts"), ("fact_without_row", "permits"), ("fact_without_row", "outcomes")},
    ),
    "a refusal deleted": ("DELETE FROM refusals", {("fact_without_row", "refusals")}),
    "a refusal rewritten": ("UPDATE refusals SET debtor_id = 'P-9'", {("differs", "refusals")}),
    "an outcome reworded": ("UPDATE attempts SET outcome = 'answered'", {("differs", "outcomes")}),
    "an outcome taken out": ("UPDATE attempts SET outcome = NULL", {("fact_without_row", "outcomes")}),
    "a promise made larger": ("UPDATE promises SET amount_cents = 99999", {("differs", "promises")}),
    "a payment taken out": (
        "DELETE FROM payments",
        {("fact_without_row", "payments"), ("fact_without_row", "reversed payments")},
    ),
    "a reversal undone": ("UPDATE payments SET reversed_on = NULL", {("fact_without_row", "reversed payments")}),
    "a payment nobody received": (
        "INSERT INTO payments (payment_id, account_id, paid_on, learned_on, amount_cents, currency, source)"
        " SELECT 'pay-2', account_id, paid_on, learned_on, amount_cents, currency, source FROM payments",
        {("row_without_fact", "payments")},
    ),
    "a number put in past the verbs": (
        "UPDATE contact_points SET added_at = '2026-11-24 00:00:00' WHERE contact_point_id = 'C-2'",
        {("row_without_fact", "contact points")},
    ),
    "a contact point given to another": (
        "UPDATE contact_points SET person_id = 'P-2' WHERE channel = 'email'",
        {("differs", "contact points")},
    ),
    "a hold lifted past the verbs": (
        "UPDATE holds SET lifted_at = NULL",
        {("fact_without_row", "lifted holds")},
    ),
    "a hold taken out": ("DELETE FROM holds", {("fact_without_row", "holds"), ("fact_without_row", "lifted holds")}),
    "a consent taken out": ("DELETE FROM consents", {("fact_without_row", "consents")}),
    "a case taken out": ("DELETE FROM queue_items", {("fact_without_row", "cases")}),
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_row_that_was_changed_past_the_verbs_is_found(store: Store, what: str) -> None:
    """A log that verifies says nothing about rows: this says it, for each table, on both databases."""
    worked(store)
    statements, expected = CHANGED[what]
    with store.write() as connection:
        for statement in statements.split("; "):
            connection.execute(text(statement))
    assert expected <= differences(store)


def test_the_command_says_what_differs_and_ends_with_one(store: Store, store_url: str, tmp_path: Path) -> None:
    """In both languages, with the id; the rows that the town put there by hand are what differs here."""
    worked(store)
    done = arrears("evidence", "reconcile", "--home", tmp_path / "home", "--database", store_url)
    assert done.returncode == 1
    assert "users li: a row that no fact made true" in said(done)
    assert "有数据而无事实" in said(done)
    assert not (tmp_path / "home").exists()


@pytest.fixture
def home(store: Store, tmp_path: Path) -> Path:
    """A home with a key, for a store with a day in it."""
    worked(store)
    home = tmp_path / "home"
    assert arrears("evidence", "key", "--home", home, "--name", "lender.example/evidence").returncode == 0
    return home


def entries_in(bundle: Path) -> str:
    with zipfile.ZipFile(bundle) as opened:
        return opened.read("log.jsonl").decode()


def test_one_persons_part_is_a_bundle_that_verifies_and_shows_nobody_else(
    home: Path, store_url: str, tmp_path: Path
) -> None:
    """All of theirs, with proofs, and with the verifier inside; nothing opened that was not asked for."""
    out = tmp_path / "P-1.zip"
    where = ("--home", home, "--database", store_url)
    done = arrears("evidence", "bundle", out, "--person", "P-1", *where)
    assert done.returncode == 0, said(done)

    log_lines = entries_in(out)
    for kind in ("attempt_permitted", "outcome_recorded", "promise_taken", "payment_received", "consent_given"):
        assert kind in log_lines, kind
    for kind in ("contact_refused", "hold_placed", "P-2", "A-2"):
        assert kind not in log_lines, kind
    verified = arrears("evidence", "verify", out, "--home", home)
    assert verified.returncode == 0, said(verified)
    with zipfile.ZipFile(out) as opened:
        assert "openings.jsonl" not in opened.namelist()
        (tmp_path / "verify.py").write_bytes(opened.read("verify.py"))
    alone = subprocess.run(
        [sys.executable, "-I", str(tmp_path / "verify.py"), str(out)], capture_output=True, check=False
    )
    assert alone.returncode == 0, alone.stdout
    assert out.stat().st_mode & 0o777 == 0o600


def test_what_is_disclosed_is_what_was_committed_to(home: Path, store_url: str, tmp_path: Path) -> None:
    """The number and the note of the call, with their salts, open; a file that came with it is enclosed."""
    letter = tmp_path / "letter.txt"
    letter.write_text("as received")
    out = tmp_path / "P-1.zip"
    where = ("--home", home, "--database", store_url)
    done = arrears("evidence", "bundle", out, "--person", "P-1", "--disclose", "--file", letter, *where)
    assert done.returncode == 0, said(done)
    with zipfile.ZipFile(out) as opened:
        shown = opened.read("openings.jsonl").decode()
        assert opened.read("files/letter.txt") == b"as received"
    assert NOTE in shown
    assert shown.count("\n") == 2
    assert arrears("evidence", "verify", out, "--home", home).returncode == 0


def test_the_whole_log_is_a_bundle_too(home: Path, store: Store, store_url: str, tmp_path: Path) -> None:
    """Every entry, from the first on."""
    out = tmp_path / "log.zip"
    assert arrears("evidence", "bundle", out, "--home", home, "--database", store_url).returncode == 0
    with store.read() as connection:
        assert entries_in(out).count("\n") == log.head(connection).size
    assert arrears("evidence", "verify", out, "--home", home).returncode == 0


def test_a_bundle_that_can_not_be_made_is_not_begun(home: Path, store_url: str, tmp_path: Path) -> None:
    """Nobody of that id, a file that is not there, a bundle that is: exit 2, and nothing is left behind."""
    where = ("--home", home, "--database", store_url)
    out = tmp_path / "out.zip"
    told_what_to_do(arrears("evidence", "bundle", out, "--person", "nobody", *where), "nobody")
    told_what_to_do(arrears("evidence", "bundle", out, "--file", tmp_path / "none", *where), "no such file")
    told_what_to_do(arrears("evidence", "bundle", tmp_path / "no" / "o.zip", *where), "o.zip")
    assert not list(tmp_path.glob("*out.zip*"))
    out.write_text("mine")
    told_what_to_do(arrears("evidence", "bundle", out, *where), "something here already")
    assert out.read_text() == "mine"


def test_an_export_that_a_stranger_signed_anew_fails_in_a_home_that_has_its_key(
    home: Path, store: Store, store_url: str, tmp_path: Path
) -> None:
    """The home's own key is used without being named; whose key it is instead is said aloud."""
    sound, forged = tmp_path / "sound", tmp_path / "forged"
    assert arrears("evidence", "export", sound, "--home", home, "--database", store_url).returncode == 0
    stranger = SigningKey("lender.example/evidence", b"\x07" * 32)
    with store.read() as connection:
        entries = [data for _, data in log.entries(connection)][:-1]
        tree = export_log(forged, entries, [], stranger.public_text)
    (forged / "checkpoint").write_bytes(stranger.sign_checkpoint(len(entries), tree.root()))

    assert arrears("evidence", "verify", sound, "--home", home).returncode == 0
    refused = arrears("evidence", "verify", forged, "--home", home)
    assert refused.returncode == 1
    assert "the key inside is not the key given" in said(refused)
    assert "was held to the key of" in said(refused)
    assert arrears("evidence", "verify", forged, "--key", stranger.public_text, "--home", home).returncode == 0

    elsewhere = arrears("evidence", "verify", forged, "--home", tmp_path / "no home")
    assert "the key comes from the material itself" in said(elsewhere)


def test_a_public_key_that_was_put_in_the_place_of_ours_is_not_believed(
    home: Path, store_url: str, tmp_path: Path
) -> None:
    """Where the secret key can be read, it says what the public one is."""
    sound = tmp_path / "sound"
    assert arrears("evidence", "export", sound, "--home", home, "--database", store_url).returncode == 0
    (home / "evidence.pub").write_text(SigningKey("lender.example/evidence", b"\x07" * 32).public_text)
    assert arrears("evidence", "verify", sound, "--home", home).returncode == 0

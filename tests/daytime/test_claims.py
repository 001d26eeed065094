"""What is taken down of a conversation stands with its facts, and only by whoever heard it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from tests.daytime.town import add_user, at, build, claimed, facts, kinds

from arrears.daytime import (
    ask_for_document,
    confirm_cause,
    finish_step,
    pin_next_step,
    read_document,
    receive_document,
    take_back_claim,
    take_claim,
)
from arrears.daytime.take_claim import known_ledger
from arrears.kernel.problem import Unusable
from arrears.playbook.claims import Status
from arrears.store.evidence import entries
from arrears.store.kept_files import read_kept
from arrears.store.open import Store
from arrears.store.reconcile import reconcile
from arrears.store.schema import payments

PDF = b"%PDF-1.4\nslip of a transfer\n"
WORDS = "上周三转的,手机银行"


def heard(store: Store, **said: Any) -> str:
    asked: dict[str, Any] = {
        "person_id": "P-1",
        "kind": "payment_made",
        "by": "li",
        "at": at("10:00"),
        "amount_cents": 500_00,
        "currency": "CNY",
        "on": date(2026, 11, 18),
        "words": WORDS,
    }
    return take_claim(store, **(asked | said))


def town(store: Store, debtors: int = 1) -> None:
    made = build(store, debtors)
    claimed(store, made[0], at("09:59"))


def status(store: Store, claim_id: str, moment: str = "12:00") -> Status:
    return known_ledger(store, "P-1", at(moment)).standings[claim_id].status


def code_of(call: Any) -> str:
    with pytest.raises(Unusable) as caught:
        call()
    return caught.value.problem.code


def test_a_claim_is_taken_by_whoever_holds_the_case_and_by_nobody_else(store: Store) -> None:
    """Hearsay is not taken down; nothing is written where it is refused."""
    town(store)
    before = kinds(store)
    assert code_of(lambda: heard(store, by="wang")) == "claim_needs_contact"
    assert code_of(lambda: heard(store, account_id="A-9")) == "account_of_another"
    assert code_of(lambda: heard(store, on=None)) == "claim_needs_on"
    assert code_of(lambda: heard(store, person_id="P-9")) == "person_unknown"
    assert kinds(store) == before
    claim_id = heard(store)
    assert facts(store, "claim_taken") == [claim_id]


def test_their_words_stay_out_of_the_log(store: Store) -> None:
    """The log has a commitment; the store has the words."""
    town(store)
    heard(store)
    with store.read() as connection:
        log = b"".join(data for _, data in entries(connection))
    assert WORDS.encode() not in log
    assert known_ledger(store, "P-1", at("10:01")).rows[0]["words"] == WORDS


def test_a_claim_follows_the_payments_as_they_come_in(store: Store) -> None:
    """Open at first, supported once the payment is there: nothing is stored that can be computed."""
    town(store)
    claim_id = heard(store, on=date(2026, 11, 23))
    assert status(store, claim_id) is Status.UNVERIFIED
    with store.write() as connection:
        connection.execute(
            insert(payments).values(
                payment_id="PAY-1",
                account_id="A-1",
                paid_on=date(2026, 11, 24),
                learned_on=date(2026, 11, 24),
                amount_cents=500_00,
                currency="CNY",
                source="book",
            )
        )
    assert status(store, claim_id) is Status.SUPPORTED


def test_a_slip_is_taken_back_by_its_own_hand_and_counts_no_more(store: Store) -> None:
    """The evidence keeps that it was written."""
    town(store)
    claim_id = heard(store)
    assert code_of(lambda: take_back_claim(store, claim_id, by="wang", at=at("10:05"))) == "claim_of_another"
    assert take_back_claim(store, claim_id, by="li", at=at("10:05"))
    assert not take_back_claim(store, claim_id, by="li", at=at("10:06"))
    assert known_ledger(store, "P-1", at("10:07")).rows == []
    assert facts(store, "claim_taken_back") == [claim_id]


def test_the_same_request_twice_is_one_claim(store: Store) -> None:
    """Also where both come at once."""
    town(store)
    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(lambda _: heard(store, request_key="k"), range(4)))
    assert len(ids) == 1
    assert len(known_ledger(store, "P-1", at("10:01")).rows) == 1


def test_a_paper_is_asked_for_received_and_read(store: Store, tmp_path: Path) -> None:
    """Kept as it came, under its hash; the reading decides the claim; every step is a fact."""
    town(store)
    claim_id, folder = heard(store), tmp_path / "documents"

    def receive(data: bytes, name: str = "slip.pdf") -> str:
        return receive_document(store, claim_id, data, file_name=name, folder=folder, by="li", at=at("11:00"))

    document_id = ask_for_document(store, claim_id, by="li", at=at("10:01"))
    assert ask_for_document(store, claim_id, by="li", at=at("10:02")) == document_id

    def read() -> None:
        read_document(store, document_id, supports=True, by="li", at=at("11:30"), why="户名和金额相符")

    assert code_of(read) == "document_not_received"
    assert receive(PDF, "C:\\scans\\slip.pdf") == document_id
    assert receive(PDF, "again.pdf") == document_id
    row = known_ledger(store, "P-1", at("11:00")).documents[0]
    assert (row["file_name"], row["media_type"], row["bytes"]) == ("slip.pdf", "application/pdf", len(PDF))
    assert read_kept(folder, row["sha256"]) == PDF
    assert (folder / row["sha256"]).stat().st_mode & 0o777 == 0o400
    read()
    assert status(store, claim_id) is Status.SUPPORTED
    assert kinds(store)[-3:] == ["document_asked", "document_received", "document_read"]


def test_a_file_that_is_no_page_or_picture_is_not_kept(store: Store, tmp_path: Path) -> None:
    """Whatever its name says; and a name is shown to people, so it must be one."""
    town(store)
    claim_id, folder = heard(store), tmp_path / "documents"

    def receive(data: bytes, name: str) -> str:
        return code_of(
            lambda: receive_document(store, claim_id, data, file_name=name, folder=folder, by="li", at=at("11:00"))
        )

    assert receive(b"", "slip.pdf") == "document_empty"
    assert receive(b"MZ\x90\x00", "slip.pdf") == "document_kind"
    assert receive(b"%PDF-" + bytes(20_000_000), "slip.pdf") == "document_too_large"
    assert receive(PDF, "a\x07b.pdf") == "document_name"
    assert receive(PDF, "x" * 121) == "document_name"
    assert (
        code_of(
            lambda: receive_document(store, "claim-x", PDF, file_name="s.pdf", folder=folder, by="li", at=at("11:00"))
        )
        == "claim_not_found"
    )
    assert not folder.exists()


def test_a_file_that_was_changed_on_disk_is_not_shown_as_what_came(store: Store, tmp_path: Path) -> None:
    """Its hash is in the log; a file that no longer gives it is gone."""
    town(store)
    receive_document(store, heard(store), PDF, file_name="slip.pdf", folder=tmp_path / "d", by="li", at=at("11:00"))
    (kept,) = (tmp_path / "d").iterdir()
    kept.chmod(0o600)
    kept.write_bytes(PDF.replace(b"slip", b"slap"))
    assert read_kept(tmp_path / "d", kept.name) is None


def test_the_cause_rests_on_what_this_person_said(store: Store) -> None:
    """The last one confirmed holds."""
    town(store)
    claim_id = heard(store, kind="job_lost", amount_cents=None, currency=None, on=None)

    def confirm(cause: str, *claim_ids: str) -> str:
        return confirm_cause(store, person_id="P-1", cause=cause, by="li", at=at("10:05"), claim_ids=claim_ids)

    assert code_of(lambda: confirm("laziness")) == "cause_unknown"
    assert code_of(lambda: confirm("income_shock", "claim-x")) == "claim_of_another_person"
    confirm("income_shock", claim_id)
    ledger = known_ledger(store, "P-1", at("10:06"))
    assert [pointer.cause for pointer in ledger.pointers] == ["income_shock"]
    assert ledger.cause is not None
    assert ledger.cause["claim_ids"] == [claim_id]


def test_one_next_step_is_open_and_a_done_one_is_gone(store: Store) -> None:
    """It lies today or later, where the borrower lives."""
    town(store)

    def pin(step: str, day: date, moment: str) -> str:
        return pin_next_step(store, person_id="P-1", step=step, due_on=day, by="li", at=at(moment))

    assert code_of(lambda: pin("we_call", date(2026, 11, 23), "10:00")) == "step_in_the_past"
    assert code_of(lambda: pin("call_their_boss", date(2026, 11, 25), "10:00")) == "step_unknown"
    pin("we_call", date(2026, 11, 24), "10:00")
    last = pin("they_send_papers", date(2026, 11, 27), "10:01")
    step = known_ledger(store, "P-1", at("10:02")).step
    assert step is not None
    assert step["next_step_id"] == last
    assert finish_step(store, last, by="li", at=at("10:03"))
    assert not finish_step(store, last, by="li", at=at("10:04"))
    assert known_ledger(store, "P-1", at("10:05")).step is None


def test_every_row_of_a_conversation_has_its_fact(store: Store, tmp_path: Path) -> None:
    """Compared both ways, as `arrears evidence reconcile` does."""
    town(store)
    add_user(store, "fang", "supervisor")
    claim_id = heard(store)
    receive_document(store, claim_id, PDF, file_name="s.pdf", folder=tmp_path, by="fang", at=at("11:00"))
    take_back_claim(store, heard(store, kind="illness", amount_cents=None, on=None), by="li", at=at("10:10"))
    confirm_cause(store, person_id="P-1", cause="forgetfulness", by="li", at=at("10:11"), claim_ids=[claim_id])
    finish_step(
        store,
        pin_next_step(store, person_id="P-1", step="we_check", due_on=date(2026, 11, 25), by="li", at=at("10:12")),
        by="li",
        at=at("10:13"),
    )
    with store.read() as connection:
        found = reconcile(connection)
    about = {"claims", "claims taken back", "documents received", "causes", "next steps", "steps done"}
    assert not [difference for difference in found.differences if difference.what in about]
    assert {name: found.counts[name] for name in about} == {
        "claims": 2,
        "claims taken back": 1,
        "documents received": 1,
        "causes": 1,
        "next steps": 1,
        "steps done": 1,
    }
    assert not found.not_compared

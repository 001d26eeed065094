"""
The papers on a claim: asked for, received, read.

Reads:  the store, the folder of kept files, which the edge names
Gives:  ids of documents; a reading, which outranks what the records say
Never:  changes a file, or takes one that is not a page or a picture. Nobody must give a paper to be heard.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, RowMapping

from arrears.daytime.allowed import must_be_allowed
from arrears.daytime.explain import explained, must_say_why
from arrears.daytime.place_hold import locked_person
from arrears.daytime.take_claim import claim_not_found, known_claim, must_be_in_contact
from arrears.daytime.transaction import drawn_id, in_one_transaction, must_be_aware, unusable
from arrears.kernel.fact import Fact, Json
from arrears.kernel.problem import Unusable
from arrears.kernel.reading.text import cleaned, is_garbled
from arrears.store import claims, people
from arrears.store.evidence import About, append
from arrears.store.kept_files import LARGEST, Kept, keep, media_type_of, read_kept
from arrears.store.open import Store

NAME_LETTERS = 120


def ask_for_document(store: Store, claim_id: str, *, by: str, at: datetime) -> str:
    """
    The id of the paper that was asked for; the one that is still awaited where one is. Raises Unusable
    `claim_not_found`, `not_for_role`.
    """
    must_be_aware(at)

    def work(connection: Connection) -> str:
        must_be_allowed(connection, by, "document.ask")
        claim = known_claim(connection, claim_id)
        awaited = _awaited(connection, claim)
        if awaited is not None:
            return str(awaited["document_id"])
        row = {
            "document_id": drawn_id("document"),
            "claim_id": claim_id,
            "person_id": claim["person_id"],
            "asked_at": at,
            "asked_by": by,
        }
        claims.add_document(connection, row)
        append(connection, [_fact("document_asked", row["document_id"], claim, by, at)])
        return str(row["document_id"])

    return in_one_transaction(store, work)


def receive_document(
    store: Store, claim_id: str, data: bytes, *, file_name: str, folder: Path, by: str, at: datetime
) -> str:
    """
    Keep the file in `folder` and note it on the claim: the id of the document, the awaited one where one is.

    The same file twice for a claim is one document. Raises Unusable `claim_not_found`, `not_for_role`,
    `document_empty`, `document_too_large`, `document_kind`, `document_name`.
    """
    must_be_aware(at)
    name, kind = _readable(data, file_name)
    with store.read() as connection:
        must_be_allowed(connection, by, "document.receive")
        if claims.claim_with_id(connection, claim_id) is None:
            raise claim_not_found(claim_id)
    # Before the transaction that notes it: a file without its row is no harm, a row without its file would be.
    kept = keep(folder, data, kind)

    def work(connection: Connection) -> str:
        claim = known_claim(connection, claim_id)
        same = [row for row in _papers(connection, claim) if row["sha256"] == kept.sha256]
        if same:
            return str(same[0]["document_id"])
        got = {
            "received_at": at,
            "received_by": by,
            "sha256": kept.sha256,
            "bytes": kept.size,
            "media_type": kept.media_type,
            "file_name": name,
        }
        awaited = _awaited(connection, claim)
        if awaited is not None:
            document_id = str(awaited["document_id"])
            claims.set_document(connection, document_id, got)
        else:
            document_id = drawn_id("document")
            row = {"document_id": document_id, "claim_id": claim_id, "person_id": claim["person_id"], **got}
            claims.add_document(connection, row)
        append(connection, [_fact("document_received", document_id, claim, by, at, kept)])
        return document_id

    return in_one_transaction(store, work)


def read_document(store: Store, document_id: str, *, supports: bool, by: str, at: datetime, why: str) -> None:
    """
    What somebody read in it: it supports the claim or contradicts it. The latest reading holds. Raises Unusable
    `document_not_found`, `document_not_received`, `not_for_role`, `why_missing`.
    """
    must_be_aware(at)
    words = must_say_why(why, f"document {document_id!r}", "the reading")

    def work(connection: Connection) -> None:
        must_be_allowed(connection, by, "document.read")
        row = known_document(connection, document_id)
        if row["received_at"] is None:
            raise _not_received(document_id)
        claims.set_document(connection, document_id, {"supports": supports, "read_at": at, "read_by": by})
        body: dict[str, Json] = {
            "document_id": document_id,
            "claim_id": row["claim_id"],
            "person_id": row["person_id"],
            "supports": supports,
            "by": by,
            "why": explained(connection, about=document_id, kind="document_read", words=words, by=by, at=at),
        }
        append(connection, [About(document_id, Fact("document_read", at, body))])

    in_one_transaction(store, work)


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as it came."""

    document_id: str
    data: bytes
    media_type: str


def open_document(store: Store, document_id: str, *, folder: Path, by: str, at: datetime) -> Opened:
    """
    The file, to whoever holds the case, was contacted about it, or leads; that it was opened is a fact. Raises Unusable
    `document_not_found`, `document_not_received`, `document_gone`, `not_for_role`, `claim_needs_contact`.
    """
    must_be_aware(at)

    def work(connection: Connection) -> Opened:
        must_be_allowed(connection, by, "document.read")
        row = known_document(connection, document_id)
        if row["sha256"] is None:
            raise _not_received(document_id)
        if people.role_of(connection, by) == "collector":
            must_be_in_contact(connection, row["person_id"], by, at)
        data = read_kept(folder, row["sha256"])
        if data is None:
            raise unusable(
                "document_gone",
                f"document {document_id!r}",
                "its file is not in the home, or no longer gives the hash it came with.",
                "What was read must be what came.",
                "Bring the file back from a copy of the home; ask the person for it again if there is none.",
            )
        body: dict[str, Json] = {"document_id": document_id, "person_id": row["person_id"], "by": by}
        append(connection, [About(document_id, Fact("document_opened", at, body))])
        return Opened(document_id, data, row["media_type"])

    return in_one_transaction(store, work)


def _not_received(document_id: str) -> Unusable:
    return unusable(
        "document_not_received",
        f"document {document_id!r}",
        "has not come yet.",
        "Only what was seen can show anything.",
        "Receive the file first.",
    )


def known_document(connection: Connection, document_id: str) -> RowMapping:
    """The document's row, its person locked; Unusable `document_not_found` where there is none."""
    row = claims.document_with_id(connection, document_id)
    if row is None:
        raise unusable(
            "document_not_found",
            f"document {document_id!r}",
            "is not on record.",
            "A reading belongs to a paper that was asked for or came.",
            "Choose one that the case page or `arrears claim list` shows.",
        )
    locked_person(connection, row["person_id"])
    return claims.document_with_id(connection, document_id, lock=True) or row


def _readable(data: bytes, file_name: str) -> tuple[str, str]:
    """(name to show, media type) of a file that can be kept."""
    where = "document"
    if not data:
        raise unusable("document_empty", where, "the file is empty.", "Nothing is in it to read.", "Send it again.")
    if len(data) > LARGEST:
        raise unusable(
            "document_too_large",
            where,
            f"the file has {len(data):,} bytes.",
            f"At most {LARGEST:,} are taken, a dozen photographed pages.",
            "Send the pages that matter, or pictures of lower resolution.",
        )
    kind = media_type_of(data)
    if kind is None:
        raise unusable(
            "document_kind",
            where,
            "by its first bytes the file is no PDF, PNG or JPEG, whatever its name says.",
            "Only pages and pictures are opened by whoever reads them.",
            "Ask for a PDF or a photograph.",
        )
    name = cleaned(file_name.replace("\\", "/").rsplit("/", 1)[-1])
    if not name or len(name) > NAME_LETTERS or is_garbled(name):
        raise unusable(
            "document_name",
            where,
            f"the file's name is empty, longer than {NAME_LETTERS} letters, or holds characters no name has.",
            "It is shown to whoever reads the case.",
            "Name the file plainly and send it again.",
        )
    return name, kind


def _papers(connection: Connection, claim: RowMapping) -> list[RowMapping]:
    return [row for row in claims.documents_of(connection, claim["person_id"]) if row["claim_id"] == claim["claim_id"]]


def _awaited(connection: Connection, claim: RowMapping) -> RowMapping | None:
    return next((row for row in _papers(connection, claim) if row["received_at"] is None), None)


def _fact(kind: str, document_id: str, claim: RowMapping, by: str, at: datetime, kept: Kept | None = None) -> About:
    body: dict[str, Json] = {
        "document_id": document_id,
        "claim_id": claim["claim_id"],
        "person_id": claim["person_id"],
        "by": by,
    }
    if kept is not None:
        body |= {"sha256": kept.sha256, "bytes": kept.size, "media_type": kept.media_type}
    return About(document_id, Fact(kind, at, body))

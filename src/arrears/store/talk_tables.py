"""
The tables of a conversation: what was heard and noted in it, what the borrower claims, and what was pinned down.

Reads:  nothing
Gives:  one table per noun, part of `schema`, which names them all
Never:  keeps their words without the salt of the commitment that a fact carries
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from arrears.store.columns import Cents, Document, Instant
from arrears.store.metadata import metadata

claims = Table(
    "claims",
    metadata,
    Column("claim_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("account_id", Text),  # null where it is about the person
    Column("kind", Text, nullable=False),  # playbook.claims.CLAIM_KINDS
    Column("said_at", Instant, nullable=False),
    Column("amount_cents", Cents),
    Column("currency", Text),
    Column("about_on", Date),  # the day it speaks of, where the person lives
    Column("payday", Integer),
    Column("words", Text),  # as they said it; a fact carries the commitment
    Column("words_salt", LargeBinary),
    Column("attempt_id", Text),
    Column("taken_by", Text, nullable=False),
    Column("request_key", Text, unique=True),
    Column("taken_back_at", Instant),  # a slip of the pen: it counts no more
    CheckConstraint("amount_cents > 0", name="amount"),
)

claim_documents = Table(  # a paper on a claim: asked for, received, read. The file is kept beside the store by its hash
    "claim_documents",
    metadata,
    Column("document_id", Text, primary_key=True),
    Column("claim_id", Text, ForeignKey("claims.claim_id"), nullable=False, index=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("asked_at", Instant),  # null where it came unasked
    Column("asked_by", Text),
    Column("received_at", Instant),
    Column("received_by", Text),
    Column("sha256", Text),
    Column("bytes", BigInteger),
    Column("media_type", Text),
    Column("file_name", Text),
    Column("supports", Boolean),  # null until somebody has read it
    Column("read_at", Instant),
    Column("read_by", Text),
)

call_steps = Table(  # what was noted of a conversation, in order: playbook.call_flow reads where it stands
    "call_steps",
    metadata,
    Column("call_step_id", Text, primary_key=True),
    Column("attempt_id", Text, ForeignKey("attempts.attempt_id"), nullable=False, index=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("ordinal", Integer, nullable=False),  # from 0 in its conversation
    Column("step", Text, nullable=False),  # playbook.call_flow.Step
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    UniqueConstraint("attempt_id", "ordinal"),
)

heard = Table(  # what they said, as it was typed, and what the playbook made of it
    "heard",
    metadata,
    Column("heard_id", Text, primary_key=True),
    Column("attempt_id", Text, ForeignKey("attempts.attempt_id"), nullable=False, index=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("words", Text, nullable=False),
    Column("words_salt", LargeBinary, nullable=False),
    Column("language", Text, nullable=False),
    Column("cards", Document, nullable=False),  # ids, best first
    Column("vulnerable", Boolean, nullable=False),
    Column("rights", Document, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
)

root_causes = Table(  # why it is not paid, as a person confirmed it; the latest holds
    "root_causes",
    metadata,
    Column("root_cause_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("cause", Text, nullable=False),  # playbook.claims.CAUSES
    Column("claim_ids", Document, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
)

next_steps = Table(  # what was agreed to happen next; the latest holds until it is done
    "next_steps",
    metadata,
    Column("next_step_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("step", Text, nullable=False),  # outcome.next_step.STEPS
    Column("due_on", Date, nullable=False),  # where the person lives
    Column("at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("attempt_id", Text),
    Column("done_at", Instant),
    Column("done_by", Text),
)

means = Table(  # what a person said they live on; the latest holds
    "means",
    metadata,
    Column("means_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("currency", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("statement", Document, nullable=False),  # income, allowance, obligations, share: personal data
    Column("salt", LargeBinary, nullable=False),  # of the commitment that the fact carries in place of the statement
    Column("disposable_cents", Cents, nullable=False),
    Column("sustainable_cents", Cents, nullable=False),  # a month
)

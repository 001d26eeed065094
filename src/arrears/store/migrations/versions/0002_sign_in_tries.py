"""
Wrong passwords are counted by the name that was typed, whether or not somebody has it
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from arrears.store.columns import Instant

revision = "0002_sign_in_tries"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The counters leave `users`. A lock that runs now is forgotten: it would have lasted a quarter of an hour."""
    op.create_table(
        "sign_in_tries",
        sa.Column("name_hash", sa.Text(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("last_at", Instant(), nullable=False),
        sa.Column("locked_until", Instant()),
        sa.PrimaryKeyConstraint("name_hash", name="pk_sign_in_tries"),
    )
    op.create_index("ix_sign_in_tries_last_at", "sign_in_tries", ["last_at"])
    op.drop_column("users", "failed_sign_ins")
    op.drop_column("users", "locked_until")


def downgrade() -> None:
    """Back to counters of those who exist."""
    op.add_column("users", sa.Column("failed_sign_ins", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("users", sa.Column("locked_until", Instant()))
    op.drop_index("ix_sign_in_tries_last_at", table_name="sign_in_tries")
    op.drop_table("sign_in_tries")

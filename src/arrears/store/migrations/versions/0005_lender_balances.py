"""
The lender's balance of an account stands beside ours, with the reason where the two differ
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_lender_balances"
down_revision = "0004_log_only_grows"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Unknown until the next night is taken in."""
    op.add_column("accounts", sa.Column("lender_balance_cents", sa.BigInteger()))
    op.add_column("accounts", sa.Column("balance_reason", sa.Text()))


def downgrade() -> None:
    """The lender's balance is in the book's files still."""
    op.drop_column("accounts", "balance_reason")
    op.drop_column("accounts", "lender_balance_cents")

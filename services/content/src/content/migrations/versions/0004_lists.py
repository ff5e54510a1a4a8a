"""Indexes for the filters of lists: by status, and generations by month.

IF NOT EXISTS: on a large table an operator builds them beforehand without blocking writes, see docs/scaling.md.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SCHEMA = "content"
INDEXES = {
    "ix_content_item_status": "content_item (account_id, status, month, position, id)",
    "ix_generation_month": "generation (account_id, month, id)",
}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {SCHEMA}.{columns}")

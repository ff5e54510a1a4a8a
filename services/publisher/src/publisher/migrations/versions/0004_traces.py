"""A delivery remembers the trace of the event that made it, so that the call to Ayrshare belongs to the same trace.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("traceparent", sa.Text(), nullable=True), schema="publisher")

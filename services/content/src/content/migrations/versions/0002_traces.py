"""A job remembers the trace of the request that started it, so that its calls belong to the same trace.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TABLES = ("generation", "brand_profile")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("traceparent", sa.Text(), nullable=True), schema="content")
        op.execute(f"GRANT SELECT (traceparent) ON content.{table} TO content_loop")

"""Items that were handed over are due when the wait for their outcome ends."""

import sqlalchemy as sa
from alembic import op
from common.database.rls_v1 import all_rows

revision = "0003"
down_revision = "0002"

SCHEMA = "scheduler"


def upgrade() -> None:
    for column in (
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_owner", sa.Uuid(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("schedule_item", column, schema=SCHEMA)
    op.execute(f"CREATE INDEX ix_schedule_item_due ON {SCHEMA}.schedule_item (due_at) WHERE due_at IS NOT NULL")
    # The missed window is a setting, which a migration does not know: two days are longer than any sensible one.
    with all_rows(op, SCHEMA, "schedule_item"):
        op.execute(f"""
            UPDATE {SCHEMA}.schedule_item SET due_at = scheduled_for + interval '2 days' WHERE status = 'SCHEDULED'
        """)

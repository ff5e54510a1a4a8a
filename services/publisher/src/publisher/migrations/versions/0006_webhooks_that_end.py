"""Webhooks of profiles that are not known yet are kept for a while; why one was given up is stored.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from common.database.infrastructure_v1 import create_due_index, due_columns
from common.database.rls_v1 import allow_loop

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SCHEMA = "publisher"
TABLE = "unmatched_event"


def upgrade() -> None:
    op.add_column("ayrshare_event", sa.Column("error", sa.String(), nullable=True), schema=SCHEMA)
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("ref_id", "event_id", "action")),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        *due_columns(),
        sa.PrimaryKeyConstraint("id", name="pk_unmatched_event"),
        sa.UniqueConstraint("ref_id", "event_id", name="uq_unmatched_event_ref_id_event_id"),
        schema=SCHEMA,
    )
    create_due_index(op, SCHEMA, TABLE)
    # Its account is not known: requests may add rows without one, and can't read them.
    op.execute(f"ALTER TABLE {SCHEMA}.{TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {SCHEMA}.{TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY receive ON {SCHEMA}.{TABLE} FOR INSERT TO {SCHEMA} WITH CHECK (account_id IS NULL)")
    op.execute(f"GRANT INSERT ON {SCHEMA}.{TABLE} TO {SCHEMA}")
    allow_loop(op, SCHEMA, TABLE)

"""Indexes for the filters of the list of schedule items.

IF NOT EXISTS: on a large table an operator builds them beforehand without blocking writes, see docs/scaling.md.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

SCHEMA = "scheduler"
INDEXES = {
    "ix_schedule_item_status": "(account_id, status, scheduled_for, id)",
    "ix_schedule_item_platform": "(account_id, platform, scheduled_for, id)",
    "ix_schedule_item_at_risk": (
        "(account_id, scheduled_for, id) WHERE status = 'QUEUED' AND at_risk_code IS NOT NULL"
    ),
}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {SCHEMA}.schedule_item {columns}")

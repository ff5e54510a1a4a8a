"""The event that told the other services of the subscription's latest change, for consistency tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("subscription", sa.Column("event_id", sa.Uuid(), nullable=True), schema="billing")

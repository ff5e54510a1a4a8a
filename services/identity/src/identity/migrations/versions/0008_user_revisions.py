"""A revision for each user: events about the user name it, so that their order does not matter."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column(
        "user", sa.Column("revision", sa.Integer(), nullable=False, server_default=sa.text("1")), schema="identity"
    )

"""A used refresh token returns its successor again for a moment, to the client that used it."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

SCHEMA = "identity"


def upgrade() -> None:
    op.add_column("refresh_token", sa.Column("used_by", sa.LargeBinary(), nullable=True), schema=SCHEMA)
    op.add_column("refresh_token", sa.Column("successor_salt", sa.LargeBinary(), nullable=True), schema=SCHEMA)

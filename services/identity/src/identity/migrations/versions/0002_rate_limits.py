"""Rate limits are counted in the database, where all replicas share them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP

revision = "0002"
down_revision = "0001"

SCHEMA = "identity"
TABLE = "rate_limit_window"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", ARRAY(TIMESTAMP(timezone=True)), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "key", name="pk_rate_limit_window"),
        schema=SCHEMA,
    )
    op.create_index("ix_rate_limit_window_expires_at", TABLE, ["expires_at"], schema=SCHEMA)
    # The rows belong to no account, since a sign-in has none yet. Only the runtime role may use them.
    op.execute(f"ALTER TABLE {SCHEMA}.{TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {SCHEMA}.{TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY count ON {SCHEMA}.{TABLE} TO {SCHEMA} USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {SCHEMA}.{TABLE} TO {SCHEMA}")

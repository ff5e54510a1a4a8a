"""The keys that sign access tokens, with the times at which each is published, signs and retires."""

import sqlalchemy as sa
from alembic import op
from common.database.rls_v1 import ALL_RIGHTS, allow_loop

revision = "0006"
down_revision = "0005"

SCHEMA = "identity"
TABLE = "signing_key"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("private_key", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signs_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retires_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("kid", name="pk_signing_key"),
        schema=SCHEMA,
    )
    # The rows belong to no account. Requests read them; only the operator's command writes.
    op.execute(f"ALTER TABLE {SCHEMA}.{TABLE} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {SCHEMA}.{TABLE} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY sign ON {SCHEMA}.{TABLE} FOR SELECT TO {SCHEMA} USING (true)")
    op.execute(f"GRANT SELECT ON {SCHEMA}.{TABLE} TO {SCHEMA}")
    allow_loop(op, SCHEMA, TABLE, grants=ALL_RIGHTS)

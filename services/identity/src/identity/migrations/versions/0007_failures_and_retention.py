"""Failed sign-ins on their way to the audit log, and the rights of retention."""

import sqlalchemy as sa
from alembic import op
from common.database.infrastructure_v1 import create_due_index, due_columns
from common.database.rls_v1 import allow_loop, enable_tenant_rls

revision = "0007"
down_revision = "0006"

SCHEMA = "identity"
TABLE = "failed_sign_in"


def upgrade() -> None:
    # Without a foreign key: a sign-in with an unknown address writes a row as well, of an account that does not exist.
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        *due_columns(),
        sa.PrimaryKeyConstraint("id", name="pk_failed_sign_in"),
        sa.UniqueConstraint("account_id", "user_id", name="uq_failed_sign_in_account_id_user_id"),
        schema=SCHEMA,
    )
    create_due_index(op, SCHEMA, TABLE)
    enable_tenant_rls(op, SCHEMA, TABLE)
    allow_loop(op, SCHEMA, TABLE)
    for table in ("session", "refresh_token", "invitation", "device", "rate_limit_window"):
        allow_loop(op, SCHEMA, table, grants="SELECT, DELETE")

"""Devices from which a user has signed in, so that guesses of strangers do not keep the user out."""

import sqlalchemy as sa
from alembic import op
from common.database.rls_v1 import allow_lookup, create_lookup_function, enable_tenant_rls

revision = "0003"
down_revision = "0002"

SCHEMA = "identity"
TABLE = "device"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_device"),
        sa.UniqueConstraint("token_hash", name="uq_device_token_hash"),
        sa.ForeignKeyConstraint(
            ["account_id", "user_id"],
            [f"{SCHEMA}.user.account_id", f"{SCHEMA}.user.id"],
            name="fk_device_account_id_user_id_user",
        ),
        schema=SCHEMA,
    )
    op.create_index("ix_device_account_id_user_id", TABLE, ["account_id", "user_id"], schema=SCHEMA)
    enable_tenant_rls(op, SCHEMA, TABLE)
    allow_lookup(op, SCHEMA, TABLE)
    create_lookup_function(
        op,
        SCHEMA,
        "find_device(wanted bytea)",
        "TABLE (account_id uuid, device_id uuid)",
        f"SELECT t.account_id, t.id FROM {SCHEMA}.{TABLE} AS t WHERE t.token_hash = wanted",
    )

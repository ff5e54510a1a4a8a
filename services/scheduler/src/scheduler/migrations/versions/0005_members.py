"""The members of an account whose rights have changed: a secret calendar address ends with its maker's right.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from common.database.rls_v1 import enable_tenant_rls

revision = "0005"
down_revision = "0004"

SCHEMA = "scheduler"


def upgrade() -> None:
    op.create_table(
        "member",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "user_id", name="pk_member"),
        schema=SCHEMA,
    )
    enable_tenant_rls(op, SCHEMA, "member", grants="SELECT, INSERT, UPDATE")

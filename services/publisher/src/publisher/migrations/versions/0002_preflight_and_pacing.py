"""Pre-flight looks, pauses of provider profiles, turns of the accounts.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from common.database.infrastructure_v1 import create_due_index, create_turn_index, due_columns
from common.database.rls_v1 import allow_loop, enable_tenant_rls
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = "publisher"


def upgrade() -> None:
    for column in (
        sa.Column("pause_reason", sa.String(), nullable=True),
        sa.Column("refusals", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("refused_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("details_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("instagram_used", sa.Integer(), nullable=True),
    ):
        op.add_column("provider_profile", column, schema=SCHEMA)
    op.add_column("delivery", sa.Column("rejections", sa.Integer(), nullable=False, server_default="0"), schema=SCHEMA)
    create_turn_index(op, SCHEMA, "delivery")
    op.create_table(
        "preflight",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("schedule_item_id", sa.Uuid(), nullable=False),
        sa.Column("item_revision", sa.Integer(), nullable=False),
        sa.Column("content_id", sa.Uuid(), nullable=False),
        sa.Column("content_revision", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("payload", JSONB(), nullable=False),
        sa.Column("provider_profile_id", sa.String(), nullable=False),
        sa.Column("platform_account_id", sa.String(), nullable=False),
        sa.Column("scheduled_for", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        *(sa.Column(name, sa.String(), nullable=True) for name in ("error_code", "error_message", "error_remedy")),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())
            for name in ("created_at", "updated_at")
        ),
        *due_columns(),
        sa.PrimaryKeyConstraint("id", name="pk_preflight"),
        sa.UniqueConstraint("account_id", "schedule_item_id", name="uq_preflight_account_id_schedule_item_id"),
        sa.CheckConstraint("platform IN ('FACEBOOK', 'INSTAGRAM')", name="ck_preflight_platform"),
        sa.CheckConstraint("status IN ('waiting', 'passed', 'failed', 'left')", name="ck_preflight_status"),
        schema=SCHEMA,
    )
    create_due_index(op, SCHEMA, "preflight")
    create_turn_index(op, SCHEMA, "preflight")
    enable_tenant_rls(op, SCHEMA, "preflight", grants="SELECT, INSERT, UPDATE")
    allow_loop(op, SCHEMA, "preflight", grants="SELECT, UPDATE")

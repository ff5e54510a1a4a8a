"""Posting rules, schedule items, and the read models that they depend on."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from common.database.infrastructure_v1 import create_infrastructure
from common.database.rls_v1 import allow_loop, enable_tenant_rls
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

SCHEMA = "scheduler"
LIVE = "status IN ('QUEUED', 'SCHEDULED', 'PARKED')"


def upgrade() -> None:
    create_infrastructure(op, SCHEMA)
    _posting_rule()
    _schedule_item()
    _read_models()


def _column(name: str, kind: sa.types.TypeEngine[Any], **options: object) -> sa.Column[object]:
    return sa.Column(name, kind, nullable=False, **options)  # type: ignore[arg-type]


def _timestamps() -> list[sa.Column[object]]:
    return [
        _column(name, sa.DateTime(timezone=True), server_default=sa.func.now()) for name in ("created_at", "updated_at")
    ]


def _posting_rule() -> None:
    op.create_table(
        "posting_rule",
        _column("id", sa.Uuid()),
        _column("account_id", sa.Uuid()),
        _column("frequency", sa.Text()),
        _column("days_of_week", sa.ARRAY(sa.SmallInteger())),
        _column("time_window", sa.Text()),
        _column("blackout_dates", sa.ARRAY(sa.Date())),
        *_timestamps(),
        sa.PrimaryKeyConstraint("id", name="pk_posting_rule"),
        sa.UniqueConstraint("account_id", name="uq_posting_rule_account_id"),
        sa.CheckConstraint("frequency IN ('TWICE_WEEKLY', 'THREE_WEEKLY')", name="ck_posting_rule_frequency"),
        sa.CheckConstraint("time_window IN ('MORNING', 'AFTERNOON', 'EVENING')", name="ck_posting_rule_time_window"),
        schema=SCHEMA,
    )
    enable_tenant_rls(op, SCHEMA, "posting_rule")


def _schedule_item() -> None:
    op.create_table(
        "schedule_item",
        _column("id", sa.Uuid()),
        _column("account_id", sa.Uuid()),
        _column("content_id", sa.Uuid()),
        _column("content_revision", sa.Integer()),
        _column("content_hash", sa.Text()),
        _column("title", sa.Text()),
        _column("platform", sa.Text()),
        _column("payload", postgresql.JSONB()),
        _column("provider_profile_id", sa.Text()),
        _column("platform_account_id", sa.Text()),
        _column("scheduled_for", sa.DateTime(timezone=True)),
        _column("why", postgresql.JSONB()),
        _column("status", sa.Text()),
        _column("revision", sa.Integer()),
        sa.Column("due_event_id", sa.Uuid(), nullable=True),
        _column("delivery_revision", sa.Integer(), server_default="0"),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("error_remedy", sa.Text(), nullable=True),
        sa.Column("provider_post_id", sa.Text(), nullable=True),
        sa.Column("platform_post_id", sa.Text(), nullable=True),
        sa.Column("post_url", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        _column("created_by", sa.Uuid()),
        *_timestamps(),
        sa.PrimaryKeyConstraint("id", name="pk_schedule_item"),
        sa.CheckConstraint("platform IN ('FACEBOOK', 'INSTAGRAM')", name="ck_schedule_item_platform"),
        sa.CheckConstraint(
            "status IN ('QUEUED', 'SCHEDULED', 'PARKED', 'PUBLISHED', 'FAILED', 'UNKNOWN', 'CANCELLED', 'MISSED')",
            name="ck_schedule_item_status",
        ),
        sa.CheckConstraint("status <> 'QUEUED' OR due_event_id IS NOT NULL", name="ck_schedule_item_queued_has_timer"),
        schema=SCHEMA,
    )
    indexes = {
        "INDEX ix_schedule_item_calendar": "(account_id, scheduled_for, id)",
        "INDEX ix_schedule_item_content": "(account_id, content_id)",
        "INDEX ix_schedule_item_held": "(account_id, id) WHERE status IN ('QUEUED', 'PARKED')",
        "UNIQUE INDEX uq_schedule_item_due_event": "(due_event_id) WHERE due_event_id IS NOT NULL",
        "UNIQUE INDEX uq_schedule_item_live_content": f"(account_id, content_id, platform) WHERE {LIVE}",
        "UNIQUE INDEX uq_schedule_item_live_instant": f"(account_id, platform, scheduled_for) WHERE {LIVE}",
    }
    for index, definition in indexes.items():
        name = index.rpartition(" ")[2]
        op.execute(f"CREATE {index.removesuffix(name)}{name} ON {SCHEMA}.schedule_item {definition}")
    enable_tenant_rls(op, SCHEMA, "schedule_item")
    allow_loop(op, SCHEMA, "schedule_item", grants="SELECT, UPDATE")


def _read_models() -> None:
    op.create_table(
        "account",
        _column("account_id", sa.Uuid()),
        _column("name", sa.Text()),
        _column("timezone", sa.Text()),
        _column("revision", sa.Integer()),
        sa.PrimaryKeyConstraint("account_id", name="pk_account"),
        schema=SCHEMA,
    )
    op.create_table(
        "subscription",
        _column("account_id", sa.Uuid()),
        _column("posting", sa.Boolean()),
        _column("revision", sa.Integer()),
        sa.PrimaryKeyConstraint("account_id", name="pk_subscription"),
        schema=SCHEMA,
    )
    op.create_table(
        "publishing_profile",
        _column("account_id", sa.Uuid()),
        _column("revision", sa.Integer()),
        _column("verified_revision", sa.Integer()),
        sa.Column("provider_profile_id", sa.Text(), nullable=True),
        _column("platforms", postgresql.JSONB()),
        _column("lost", postgresql.JSONB()),
        sa.PrimaryKeyConstraint("account_id", name="pk_publishing_profile"),
        schema=SCHEMA,
    )
    op.create_table(
        "approved_content",
        _column("account_id", sa.Uuid()),
        _column("content_id", sa.Uuid()),
        _column("revision", sa.Integer()),
        _column("approved", sa.Boolean()),
        _column("deleted", sa.Boolean()),
        sa.Column("content_hash", sa.Text(), nullable=True),
        _column("payloads", postgresql.JSONB()),
        sa.Column("month", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "content_id", name="pk_approved_content"),
        schema=SCHEMA,
    )
    op.execute(
        f"CREATE INDEX ix_approved_content_month ON {SCHEMA}.approved_content (account_id, month, content_id) "
        "WHERE approved"
    )
    for table in ("account", "subscription", "publishing_profile", "approved_content"):
        enable_tenant_rls(op, SCHEMA, table)

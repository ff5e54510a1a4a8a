"""Connections, deliveries, read models, webhooks.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from common.database.infrastructure_v1 import create_due_index, create_infrastructure, due_columns
from common.database.rls_v1 import allow_lookup, allow_loop, create_lookup_function, enable_tenant_rls
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCHEMA = "publisher"
PLATFORMS = "platform IN ('FACEBOOK', 'INSTAGRAM')"


def upgrade() -> None:
    create_infrastructure(op, SCHEMA)
    create_connections()
    create_deliveries()
    create_read_models()
    create_webhooks()


def create_connections() -> None:
    _create(
        "provider_profile",
        *_identity(),
        _text("title"),
        _text("status"),
        _text("ref_id", nullable=True),
        sa.Column("profile_key", sa.LargeBinary(), nullable=True),
        _time("paused_until", nullable=True),
        _time("refreshed_at", nullable=True),
        *_timestamps(),
        sa.PrimaryKeyConstraint("id", name="pk_provider_profile"),
        sa.UniqueConstraint("account_id", "ref_id", name="uq_provider_profile_account_id_ref_id"),
        sa.UniqueConstraint("ref_id", name="uq_provider_profile_ref_id"),
        sa.CheckConstraint("status IN ('creating', 'ready', 'abandoned')", name="ck_provider_profile_status"),
        sa.CheckConstraint(
            "status <> 'ready' OR (ref_id IS NOT NULL AND profile_key IS NOT NULL)", name="ck_provider_profile_ready"
        ),
    )
    op.create_index(
        "uq_provider_profile_current",
        "provider_profile",
        ["account_id"],
        unique=True,
        schema=SCHEMA,
        postgresql_where=sa.text("status <> 'abandoned'"),
    )
    _create(
        "social_connection",
        *_identity(),
        _text("platform"),
        _text("provider_profile_id"),
        _text("platform_account_id"),
        _text("display_name"),
        _text("profile_url", nullable=True),
        _text("status"),
        _time("seen_at"),
        *_timestamps(),
        sa.PrimaryKeyConstraint("id", name="pk_social_connection"),
        sa.UniqueConstraint("account_id", "platform", name="uq_social_connection_account_id_platform"),
        _provider_profile_key("social_connection"),
        sa.CheckConstraint(PLATFORMS, name="ck_social_connection_platform"),
        sa.CheckConstraint("status IN ('LINKED', 'UNLINKED')", name="ck_social_connection_status"),
    )
    _create(
        "publishing_profile",
        *_identity(),
        _text("provider_profile_id"),
        *(_text(name, nullable=True) for name in ("facebook_account_id", "facebook_name")),
        *(_text(name, nullable=True) for name in ("instagram_account_id", "instagram_name")),
        _text("status"),
        sa.Column("lost_platforms", ARRAY(sa.Text()), nullable=False, server_default="{}"),
        _text("reason", nullable=True),
        _time("verified_at"),
        sa.Column("verified_by", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        *_timestamps(),
        sa.PrimaryKeyConstraint("id", name="pk_publishing_profile"),
        sa.UniqueConstraint("account_id", name="uq_publishing_profile_account_id"),
        _provider_profile_key("publishing_profile"),
        sa.CheckConstraint("status IN ('VERIFIED', 'NEEDS_RECONNECT')", name="ck_publishing_profile_status"),
        sa.CheckConstraint("(status = 'VERIFIED') = (lost_platforms = '{}')", name="ck_publishing_profile_lost"),
    )
    for table in ("provider_profile", "social_connection", "publishing_profile"):
        enable_tenant_rls(op, SCHEMA, table)


def create_deliveries() -> None:
    _create(
        "delivery",
        *_identity(),
        sa.Column("schedule_item_id", sa.Uuid(), nullable=False),
        _integer("item_revision"),
        sa.Column("content_id", sa.Uuid(), nullable=False),
        _integer("content_revision"),
        *(_text(name) for name in ("content_hash", "platform")),
        sa.Column("payload", JSONB(), nullable=False),
        *(_text(name) for name in ("provider_profile_id", "platform_account_id")),
        *(_time(name) for name in ("scheduled_for", "expires_at")),
        _text("status"),
        _integer("revision", default="1"),
        _time("due_since"),
        _integer("attempt", default="0"),
        _integer("next_attempt", default="1"),
        _integer("not_sent", default="0"),
        *(_time(name, nullable=True) for name in ("sent_at", "uncertain_since", "settling_since")),
        _integer("looks", default="0"),
        _integer("absent_looks", default="0"),
        sa.Column("key_used", sa.Boolean(), nullable=False, server_default=sa.false()),
        *(_text(name, nullable=True) for name in ("provider_post_id", "platform_post_id", "post_url")),
        _time("published_at", nullable=True),
        *(_text(name, nullable=True) for name in ("error_code", "error_message", "error_remedy")),
        *_timestamps(),
        *due_columns(),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("account_id", "id", name="uq_delivery_account_id_id"),
        sa.UniqueConstraint("schedule_item_id", name="uq_delivery_schedule_item_id"),
        sa.CheckConstraint(PLATFORMS, name="ck_delivery_platform"),
        sa.CheckConstraint(
            "status IN ('pending', 'sending', 'reconciling', 'unknown', 'published', 'failed', 'cancelled')",
            name="ck_delivery_status",
        ),
    )
    op.create_index("ix_delivery_page", "delivery", ["account_id", "id"], schema=SCHEMA)
    create_due_index(op, SCHEMA, "delivery")
    enable_tenant_rls(op, SCHEMA, "delivery", grants="SELECT, INSERT, UPDATE")
    allow_loop(op, SCHEMA, "delivery", grants="SELECT, UPDATE")
    _create(
        "delivery_attempt",
        *_identity(),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        _integer("number"),
        _integer("call"),
        _text("idempotency_key"),
        _time("started_at"),
        _time("finished_at", nullable=True),
        _text("outcome", nullable=True),
        _integer("provider_status", nullable=True),
        _text("provider_answer", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_delivery_attempt"),
        sa.UniqueConstraint("delivery_id", "number", "call", name="uq_delivery_attempt_delivery_id_number_call"),
        sa.ForeignKeyConstraint(
            ["account_id", "delivery_id"],
            [f"{SCHEMA}.delivery.account_id", f"{SCHEMA}.delivery.id"],
            name="fk_delivery_attempt_account_id_delivery_id_delivery",
        ),
    )
    enable_tenant_rls(op, SCHEMA, "delivery_attempt", grants="SELECT, INSERT, UPDATE")


def create_read_models() -> None:
    _create(
        "account",
        _account(),
        _text("name"),
        _integer("revision"),
        sa.PrimaryKeyConstraint("account_id", name="pk_account"),
    )
    _create(
        "subscription",
        _account(),
        sa.Column("posting", sa.Boolean(), nullable=False),
        _integer("revision"),
        sa.PrimaryKeyConstraint("account_id", name="pk_subscription"),
    )
    _create(
        "approved_content",
        _account(),
        sa.Column("content_id", sa.Uuid(), nullable=False),
        _integer("revision"),
        sa.Column("approved", sa.Boolean(), nullable=False),
        _text("content_hash", nullable=True),
        sa.Column("digests", JSONB(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "content_id", name="pk_approved_content"),
    )
    _create(
        "scheduled_post",
        _account(),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        _integer("revision"),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        _text("reason", nullable=True),
        sa.Column("frozen", JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", "item_id", name="pk_scheduled_post"),
    )
    for table in ("account", "subscription", "approved_content", "scheduled_post"):
        enable_tenant_rls(op, SCHEMA, table, grants="SELECT, INSERT, UPDATE")


def create_webhooks() -> None:
    _create(
        "ayrshare_event",
        *_identity(),
        *(_text(name) for name in ("event_id", "action")),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _time("received_at"),
        _time("processed_at", nullable=True),
        _text("outcome", nullable=True),
        *due_columns(),
        sa.PrimaryKeyConstraint("id", name="pk_ayrshare_event"),
        sa.UniqueConstraint("account_id", "event_id", name="uq_ayrshare_event_account_id_event_id"),
    )
    create_due_index(op, SCHEMA, "ayrshare_event")
    enable_tenant_rls(op, SCHEMA, "ayrshare_event", grants="SELECT, INSERT, UPDATE")
    allow_loop(op, SCHEMA, "ayrshare_event", grants="SELECT, UPDATE")
    allow_lookup(op, SCHEMA, "provider_profile")
    create_lookup_function(
        op,
        SCHEMA,
        "account_of_provider_profile(wanted text)",
        "uuid",
        "SELECT account_id FROM publisher.provider_profile WHERE ref_id = wanted",
    )


def _create(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(name, *parts, schema=SCHEMA)


def _identity() -> tuple[sa.Column[object], ...]:
    return sa.Column("id", sa.Uuid(), nullable=False), _account()


def _account() -> sa.Column[object]:
    return sa.Column("account_id", sa.Uuid(), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _integer(name: str, *, nullable: bool = False, default: str | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=nullable, server_default=default)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _timestamps() -> tuple[sa.Column[object], ...]:
    return tuple(
        sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())
        for name in ("created_at", "updated_at")
    )


def _provider_profile_key(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["account_id", "provider_profile_id"],
        [f"{SCHEMA}.provider_profile.account_id", f"{SCHEMA}.provider_profile.ref_id"],
        name=f"fk_{table}_provider_profile",
    )

"""Briefs, brand profiles, generations, content items and their platform posts."""

import sqlalchemy as sa
from alembic import op
from common.database.infrastructure_v1 import create_due_index, create_infrastructure, create_turn_index, due_columns
from common.database.rls_v1 import ALL_RIGHTS, allow_loop, enable_tenant_rls
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

SCHEMA = "content"
_JSON = postgresql.JSONB
_TEXTS = postgresql.ARRAY(sa.Text())
# The loop role claims and settles rows; it must not see or change anything else of an account.
_DUE = "id, account_id, due_at, lease_owner, attempts"
_CLAIMING = f"SELECT ({_DUE}), UPDATE (due_at, lease_owner, attempts)"


def upgrade() -> None:
    create_infrastructure(op, SCHEMA)
    _create_read_models()
    _create_briefs()
    _create_generations()
    _create_items()


def _uuid(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _number(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _time(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _timestamps() -> list[sa.Column[object]]:
    return [
        sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now())
        for name in ("created_at", "updated_at")
    ]


def _tenant_keys(table: str) -> list[sa.schema.SchemaItem]:
    """Return the primary key, and the key that foreign keys within an account refer to."""
    return [
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("account_id", "id", name=f"uq_{table}_account_id_id"),
    ]


def _in_account(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    """Return a foreign key that includes the account, because row-level security does not apply to foreign keys."""
    return sa.ForeignKeyConstraint(
        ["account_id", column],
        [f"{SCHEMA}.{target}.account_id", f"{SCHEMA}.{target}.id"],
        name=f"fk_{table}_{column}_{target}",
        ondelete="CASCADE",
    )


def _create_read_models() -> None:
    op.create_table(
        "account",
        _uuid("account_id"),
        _number("revision"),
        _text("name"),
        _text("website_url", nullable=True),
        _text("timezone"),
        sa.PrimaryKeyConstraint("account_id", name="pk_account"),
        schema=SCHEMA,
    )
    op.create_table(
        "subscription",
        _uuid("account_id"),
        _number("revision"),
        sa.Column("generation", sa.Boolean(), nullable=False),
        _number("posts_per_month"),
        sa.PrimaryKeyConstraint("account_id", name="pk_subscription"),
        schema=SCHEMA,
    )
    for table in ("account", "subscription"):
        enable_tenant_rls(op, SCHEMA, table, grants="SELECT, INSERT, UPDATE")


def _create_briefs() -> None:
    focus = "('NEW_CLIENTS', 'EDUCATION', 'RETENTION', 'BRAND_AWARENESS', 'SEASONAL', 'OTHER')"
    op.create_table(
        "monthly_brief",
        _uuid("id"),
        _uuid("account_id"),
        _text("month"),
        _text("primary_focus"),
        sa.Column("promo_enabled", sa.Boolean(), nullable=False),
        _text("promo_text"),
        _text("tone"),
        _text("notes"),
        *_timestamps(),
        *_tenant_keys("monthly_brief"),
        sa.UniqueConstraint("account_id", "month", name="uq_monthly_brief_account_id_month"),
        sa.CheckConstraint("month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'", name="ck_monthly_brief_month"),
        sa.CheckConstraint(f"primary_focus IN {focus}", name="ck_monthly_brief_primary_focus"),
        sa.CheckConstraint("tone IN ('NEUTRAL', 'EDUCATIONAL', 'PROMOTIONAL')", name="ck_monthly_brief_tone"),
        schema=SCHEMA,
    )
    op.create_table(
        "brand_profile",
        _uuid("id"),
        _uuid("account_id"),
        _text("website_url", nullable=True),
        sa.Column("profile", _JSON(), nullable=False),
        sa.Column("corrections", _JSON(), nullable=False),
        sa.Column("palette", _JSON(), nullable=False),
        sa.Column("fonts", _TEXTS, nullable=False),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        _text("logo_url", nullable=True),
        _time("read_at"),
        _text("trouble", nullable=True),
        _number("revision"),
        *due_columns(),
        *_timestamps(),
        *_tenant_keys("brand_profile"),
        sa.UniqueConstraint("account_id", name="uq_brand_profile_account_id"),
        schema=SCHEMA,
    )
    for table in ("monthly_brief", "brand_profile"):
        enable_tenant_rls(op, SCHEMA, table)
    create_due_index(op, SCHEMA, "brand_profile")
    create_turn_index(op, SCHEMA, "brand_profile")
    allow_loop(op, SCHEMA, "brand_profile", grants=_CLAIMING)


def _create_generations() -> None:
    op.create_table(
        "generation",
        _uuid("id"),
        _uuid("account_id"),
        _uuid("monthly_brief_id"),
        _text("month"),
        _uuid("requested_by"),
        _text("status"),
        _number("post_count"),
        _text("error", nullable=True),
        _time("finished_at"),
        *due_columns(),
        *_timestamps(),
        *_tenant_keys("generation"),
        _in_account("generation", "monthly_brief_id", "monthly_brief"),
        sa.CheckConstraint("status IN ('QUEUED', 'RUNNING', 'COMPLETED', 'FAILED')", name="ck_generation_status"),
        schema=SCHEMA,
    )
    create_due_index(op, SCHEMA, "generation")
    create_turn_index(op, SCHEMA, "generation")
    # two concurrent generations of a month would write each post twice
    op.execute(
        f"CREATE UNIQUE INDEX uq_generation_running ON {SCHEMA}.generation (account_id, month) "
        "WHERE status IN ('QUEUED', 'RUNNING')"
    )
    op.create_table(
        "generation_post",
        _uuid("id"),
        _uuid("account_id"),
        _uuid("generation_id"),
        _number("position"),
        _text("type"),
        _text("title"),
        _text("angle"),
        _text("headline"),
        _text("status"),
        _text("error", nullable=True),
        *_timestamps(),
        *_tenant_keys("generation_post"),
        _in_account("generation_post", "generation_id", "generation"),
        sa.UniqueConstraint("generation_id", "position", name="uq_generation_post_position"),
        sa.CheckConstraint("status IN ('PLANNED', 'DONE', 'FAILED')", name="ck_generation_post_status"),
        schema=SCHEMA,
    )
    op.create_table(
        "generation_progress",
        _uuid("id"),
        _uuid("account_id"),
        _uuid("generation_id"),
        _number("number"),
        _text("kind"),
        sa.Column("data", _JSON(), nullable=False),
        _time("created_at", nullable=False),
        *_tenant_keys("generation_progress"),
        _in_account("generation_progress", "generation_id", "generation"),
        sa.UniqueConstraint("generation_id", "number", name="uq_generation_progress_number"),
        schema=SCHEMA,
    )
    for table in ("generation", "generation_post", "generation_progress"):
        enable_tenant_rls(op, SCHEMA, table)
    allow_loop(op, SCHEMA, "generation", grants=_CLAIMING)


def _create_items() -> None:
    op.create_table(
        "content_item",
        _uuid("id"),
        _uuid("account_id"),
        _uuid("monthly_brief_id"),
        _uuid("generation_id", nullable=True),
        _text("month"),
        _number("position"),
        _text("type"),
        _text("title"),
        _text("caption"),
        sa.Column("hashtags", _TEXTS, nullable=False),
        _text("headline"),
        _text("subline"),
        _text("alt_text"),
        sa.Column("media", _JSON(), nullable=False),
        sa.Column("platform_targets", _TEXTS, nullable=False),
        _text("status"),
        _number("edit_count"),
        _number("revision"),
        _text("content_hash"),
        _uuid("approved_by", nullable=True),
        _time("approved_at"),
        *_timestamps(),
        *_tenant_keys("content_item"),
        _in_account("content_item", "monthly_brief_id", "monthly_brief"),
        sa.CheckConstraint("type IN ('POST', 'PROMO')", name="ck_content_item_type"),
        sa.CheckConstraint("status IN ('DRAFT', 'APPROVED', 'SCHEDULED', 'PUBLISHED')", name="ck_content_item_status"),
        sa.CheckConstraint("platform_targets <@ ARRAY['FACEBOOK', 'INSTAGRAM']", name="ck_content_item_targets"),
        schema=SCHEMA,
    )
    op.execute(f"CREATE INDEX ix_content_item_list ON {SCHEMA}.content_item (account_id, month, position, id)")
    op.create_table(
        "platform_post",
        _uuid("id"),
        _uuid("account_id"),
        _uuid("content_id"),
        _text("platform", nullable=True),
        _uuid("item_id"),
        _number("item_revision"),
        _number("delivery_revision"),
        _text("status"),
        _time("scheduled_for"),
        _text("post_url", nullable=True),
        _text("message", nullable=True),
        *_tenant_keys("platform_post"),
        sa.UniqueConstraint("account_id", "item_id", name="uq_platform_post_item_id"),
        sa.CheckConstraint(
            "status IN ('SCHEDULED', 'CANCELLED', 'PARKED', 'MISSED', 'PUBLISHED', 'FAILED', 'UNKNOWN')",
            name="ck_platform_post_status",
        ),
        schema=SCHEMA,
    )
    op.execute(f"CREATE INDEX ix_platform_post_content ON {SCHEMA}.platform_post (account_id, content_id)")
    enable_tenant_rls(op, SCHEMA, "content_item", grants=ALL_RIGHTS)
    enable_tenant_rls(op, SCHEMA, "platform_post", grants=ALL_RIGHTS)

"""The ledger of usage, the budget of model calls, and which pictures are in the bucket.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from common.database.infrastructure_v1 import create_due_index, create_turn_index, due_columns
from common.database.rls_v1 import all_rows, allow_loop, enable_tenant_rls
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SCHEMA = "content"
_KINDS = ("posts", "model_calls", "pictures", "website_readings")
# The loop role claims rows and removes old ones; it must not see anything else of an account.
_CLAIMING = "SELECT (id, account_id, due_at, lease_owner, attempts), UPDATE (due_at, lease_owner, attempts)"


def upgrade() -> None:
    _create_plan_terms()
    _create_usage_entry()
    _create_model_call_day()
    _create_post_pictures()
    op.execute(f"CREATE INDEX ix_generation_progress_created_at ON {SCHEMA}.generation_progress (created_at)")
    allow_loop(op, SCHEMA, "generation_progress", grants="SELECT (created_at), DELETE")


def _number(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _create_plan_terms() -> None:
    op.create_table(
        "plan_terms",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        _number("revision"),
        _time("effective_at"),
        sa.Column("generation", sa.Boolean(), nullable=False),
        _number("posts_per_month"),
        _time("period_ends_at", nullable=True),
        sa.PrimaryKeyConstraint("account_id", "revision", name="pk_plan_terms"),
        schema=SCHEMA,
    )
    # Accounts that subscribed before this release: their period counts from now until billing's next event.
    with all_rows(op, SCHEMA, "subscription"):
        op.execute(
            f"INSERT INTO {SCHEMA}.plan_terms (account_id, revision, effective_at, generation, posts_per_month) "
            f"SELECT account_id, revision, now(), generation, posts_per_month FROM {SCHEMA}.subscription"
        )
    enable_tenant_rls(op, SCHEMA, "plan_terms", grants="SELECT, INSERT")


def _create_usage_entry() -> None:
    op.create_table(
        "usage_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("work_id", sa.Uuid(), nullable=False),
        _time("created_at"),
        _time("settled_at", nullable=True),
        *(_number(f"{state}_{kind}") for state in ("reserved", "used") for kind in _KINDS),
        *due_columns(),
        sa.PrimaryKeyConstraint("id", name="pk_usage_entry"),
        sa.UniqueConstraint("account_id", "id", name="uq_usage_entry_account_id_id"),
        sa.CheckConstraint(
            "activity IN ('GENERATION', 'REWRITE', 'PICTURE', 'WEBSITE_READING')", name="ck_usage_entry_activity"
        ),
        *(
            sa.CheckConstraint(f"reserved_{kind} >= 0 AND used_{kind} >= 0", name=f"ck_usage_entry_{kind}")
            for kind in _KINDS
        ),
        schema=SCHEMA,
    )
    op.execute(f"CREATE INDEX ix_usage_entry_period ON {SCHEMA}.usage_entry (account_id, created_at)")
    op.execute(f"CREATE INDEX ix_usage_entry_work ON {SCHEMA}.usage_entry (work_id, id)")
    op.execute(f"CREATE INDEX ix_usage_entry_created_at ON {SCHEMA}.usage_entry (created_at)")
    create_due_index(op, SCHEMA, "usage_entry")
    create_turn_index(op, SCHEMA, "usage_entry")
    enable_tenant_rls(op, SCHEMA, "usage_entry", grants="SELECT, INSERT, UPDATE")
    allow_loop(op, SCHEMA, "usage_entry", grants=f"{_CLAIMING}, DELETE, SELECT (created_at)")


def _create_model_call_day() -> None:
    op.create_table(
        "model_call_day",
        sa.Column("day", sa.Date(), nullable=False),
        _number("calls"),
        sa.PrimaryKeyConstraint("day", name="pk_model_call_day"),
        schema=SCHEMA,
    )
    # The rows belong to no account: the budget is that of the installation.
    op.execute(f"ALTER TABLE {SCHEMA}.model_call_day ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {SCHEMA}.model_call_day FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY count ON {SCHEMA}.model_call_day TO {SCHEMA} USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON {SCHEMA}.model_call_day TO {SCHEMA}")
    allow_loop(op, SCHEMA, "model_call_day", grants="SELECT (day), DELETE")


def _create_post_pictures() -> None:
    op.create_table(
        "post_pictures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("removing", sa.Boolean(), nullable=False),
        _time("changed_at"),
        *due_columns(),
        sa.PrimaryKeyConstraint("id", name="pk_post_pictures"),
        sa.UniqueConstraint("account_id", "id", name="uq_post_pictures_account_id_id"),
        schema=SCHEMA,
    )
    create_due_index(op, SCHEMA, "post_pictures")
    create_turn_index(op, SCHEMA, "post_pictures")
    enable_tenant_rls(op, SCHEMA, "post_pictures")
    allow_loop(op, SCHEMA, "post_pictures", grants=f"{_CLAIMING}, SELECT (month)")
    op.add_column(
        "platform_post",
        sa.Column("media_urls", postgresql.ARRAY(sa.Text()), nullable=True),
        schema=SCHEMA,
    )

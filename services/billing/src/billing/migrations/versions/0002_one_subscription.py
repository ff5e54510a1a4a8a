"""One operation of an account at a time, further paid subscriptions, and Stripe's events that are set aside."""

import sqlalchemy as sa
from alembic import op
from common.database.rls_v1 import enable_tenant_rls

revision = "0002"
down_revision = "0001"

SCHEMA = "billing"


def upgrade() -> None:
    op.add_column("subscription", sa.Column("operation_id", sa.Uuid(), nullable=True), schema=SCHEMA)
    op.add_column(
        "subscription", sa.Column("operation_until", sa.DateTime(timezone=True), nullable=True), schema=SCHEMA
    )
    op.execute(f"DROP INDEX {SCHEMA}.ix_checkout_open")
    op.execute(
        f"CREATE INDEX ix_checkout_unsettled ON {SCHEMA}.checkout (account_id, id) WHERE status IN ('pending', 'open')"
    )
    _further_subscription()
    _set_aside()


def _further_subscription() -> None:
    op.create_table(
        "further_subscription",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.Column("stripe_subscription_id", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=True),
        sa.Column("posting_addon", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("current_period_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_further_subscription"),
        sa.UniqueConstraint("stripe_subscription_id", name="uq_further_subscription_stripe_subscription_id"),
        schema=SCHEMA,
    )
    op.execute(f"CREATE INDEX ix_further_subscription_account_id ON {SCHEMA}.further_subscription (account_id, id)")
    enable_tenant_rls(op, SCHEMA, "further_subscription")


def _set_aside() -> None:
    op.add_column("stripe_event", sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=True), schema=SCHEMA)
    op.execute(
        f"CREATE INDEX ix_stripe_event_set_aside ON {SCHEMA}.stripe_event (received_at) WHERE set_aside_at IS NOT NULL"
    )
    op.execute(f"CREATE INDEX ix_stripe_event_received_at ON {SCHEMA}.stripe_event (received_at)")
    # retention
    op.execute(f"GRANT DELETE ON {SCHEMA}.stripe_event TO {SCHEMA}_loop")

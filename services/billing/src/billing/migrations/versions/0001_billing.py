"""Customers, checkouts, subscriptions, Stripe's events, and the read model of the account."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from common.database.infrastructure_v1 import create_due_index, create_infrastructure, due_columns
from common.database.rls_v1 import allow_lookup, allow_loop, create_lookup_function, enable_tenant_rls

revision = "0001"
down_revision = None

SCHEMA = "billing"
PLANS = "plan IN ('ESSENTIAL', 'GROWTH', 'AUTHORITY')"
STATUSES = (
    "status IN ('none', 'incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due', 'canceled', 'unpaid', "
    "'paused')"
)


def upgrade() -> None:
    create_infrastructure(op, SCHEMA)
    _account_and_customer()
    _requests()
    _subscription()
    _stripe_event()
    _lookups()


def _column(name: str, kind: sa.types.TypeEngine[Any], **options: object) -> sa.Column[object]:
    return sa.Column(name, kind, nullable=bool(options.pop("nullable", False)), **options)  # type: ignore[arg-type]


def _optional(name: str, kind: sa.types.TypeEngine[Any]) -> sa.Column[object]:
    return _column(name, kind, nullable=True)


def _time(name: str, *, nullable: bool = False, **options: object) -> sa.Column[object]:
    return _column(name, sa.DateTime(timezone=True), nullable=nullable, **options)


def _tenant() -> list[sa.Column[object]]:
    stamps = [_time(name, server_default=sa.func.now()) for name in ("created_at", "updated_at")]
    return [_column("id", sa.Uuid()), _column("account_id", sa.Uuid()), *stamps]


def _account_and_customer() -> None:
    op.create_table(
        "account",
        _column("account_id", sa.Uuid()),
        _column("name", sa.Text()),
        _column("revision", sa.Integer()),
        sa.PrimaryKeyConstraint("account_id", name="pk_account"),
        schema=SCHEMA,
    )
    enable_tenant_rls(op, SCHEMA, "account")
    op.create_table(
        "customer",
        *_tenant(),
        _optional("stripe_customer_id", sa.Text()),
        _optional("name", sa.Text()),
        _column("attempt", sa.Integer()),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
        sa.UniqueConstraint("account_id", name="uq_customer_account_id"),
        sa.UniqueConstraint("stripe_customer_id", name="uq_customer_stripe_customer_id"),
        schema=SCHEMA,
    )
    enable_tenant_rls(op, SCHEMA, "customer")


def _requests() -> None:
    """Create the tables of users' requests: checkouts and changes of plan."""
    op.create_table(
        "checkout",
        *_tenant(),
        _column("plan", sa.Text()),
        _column("posting_addon", sa.Boolean()),
        _column("success_url", sa.Text()),
        _column("cancel_url", sa.Text()),
        _column("status", sa.Text()),
        _optional("stripe_session_id", sa.Text()),
        _optional("url", sa.Text()),
        _column("attempt", sa.Integer()),
        _column("created_by", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_checkout"),
        sa.UniqueConstraint("stripe_session_id", name="uq_checkout_stripe_session_id"),
        sa.CheckConstraint(PLANS, name=op.f("ck_checkout_plan")),
        sa.CheckConstraint("status IN ('pending', 'open', 'complete', 'expired')", name=op.f("ck_checkout_status")),
        sa.CheckConstraint("status <> 'open' OR url IS NOT NULL", name=op.f("ck_checkout_open_has_url")),
        schema=SCHEMA,
    )
    op.execute(f"CREATE INDEX ix_checkout_open ON {SCHEMA}.checkout (account_id, id) WHERE status = 'open'")
    enable_tenant_rls(op, SCHEMA, "checkout")
    op.create_table(
        "plan_change",
        *_tenant(),
        _column("plan", sa.Text()),
        _column("posting_addon", sa.Boolean()),
        _column("status", sa.Text()),
        _column("attempt", sa.Integer()),
        _column("created_by", sa.Uuid()),
        sa.PrimaryKeyConstraint("id", name="pk_plan_change"),
        sa.CheckConstraint(PLANS, name=op.f("ck_plan_change_plan")),
        sa.CheckConstraint("status IN ('pending', 'done')", name=op.f("ck_plan_change_status")),
        schema=SCHEMA,
    )
    op.execute(f"CREATE INDEX ix_plan_change_account_id ON {SCHEMA}.plan_change (account_id, id)")
    enable_tenant_rls(op, SCHEMA, "plan_change")


def _subscription() -> None:
    op.create_table(
        "subscription",
        *_tenant(),
        _optional("stripe_subscription_id", sa.Text()),
        _optional("plan", sa.Text()),
        _column("posting_addon", sa.Boolean()),
        _column("status", sa.Text()),
        _time("current_period_end", nullable=True),
        _column("cancel_at_period_end", sa.Boolean()),
        _time("cancel_at", nullable=True),
        _time("stripe_created", nullable=True),
        _column("revision", sa.Integer()),
        _column("comparison", sa.Integer()),
        _time("last_event_created", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
        sa.UniqueConstraint("account_id", name="uq_subscription_account_id"),
        sa.UniqueConstraint("stripe_subscription_id", name="uq_subscription_stripe_subscription_id"),
        sa.CheckConstraint(PLANS, name=op.f("ck_subscription_plan")),
        sa.CheckConstraint(STATUSES, name=op.f("ck_subscription_status")),
        sa.CheckConstraint(
            "(status = 'none') = (stripe_subscription_id IS NULL)", name=op.f("ck_subscription_none_without_stripe_id")
        ),
        schema=SCHEMA,
    )
    enable_tenant_rls(op, SCHEMA, "subscription")


def _stripe_event() -> None:
    op.create_table(
        "stripe_event",
        _column("id", sa.Uuid()),
        _optional("account_id", sa.Uuid()),
        _column("event_id", sa.Text()),
        _column("type", sa.Text()),
        _optional("api_version", sa.Text()),
        _time("created"),
        _column("payload", sa.JSON()),
        _time("received_at"),
        _time("processed_at", nullable=True),
        _optional("error", sa.Text()),
        *due_columns(),
        sa.PrimaryKeyConstraint("id", name="pk_stripe_event"),
        sa.UniqueConstraint("event_id", name="uq_stripe_event_event_id"),
        schema=SCHEMA,
    )
    create_due_index(op, SCHEMA, "stripe_event")
    op.execute(f"CREATE INDEX ix_stripe_event_failing ON {SCHEMA}.stripe_event (received_at) WHERE error IS NOT NULL")
    # An event has no account yet, and its payload may belong to any account: requests may add events but not read them.
    name = f"{SCHEMA}.stripe_event"
    op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY receive ON {name} FOR INSERT TO {SCHEMA} WITH CHECK (account_id IS NULL)")
    op.execute(f"GRANT INSERT ON {name} TO {SCHEMA}")
    allow_loop(op, SCHEMA, "stripe_event", grants="SELECT, UPDATE")


def _lookups() -> None:
    """Create the lookups that run before the account is known. They return nothing but the account's id."""
    for table, function, condition in (
        ("customer", "account_of_customer(wanted text)", "t.stripe_customer_id = wanted"),
        ("subscription", "account_of_subscription(wanted text)", "t.stripe_subscription_id = wanted"),
        ("checkout", "account_of_checkout(wanted uuid)", "t.id = wanted"),
    ):
        allow_lookup(op, SCHEMA, table)
        query = f"SELECT t.account_id FROM {SCHEMA}.{table} AS t WHERE {condition}"
        create_lookup_function(op, SCHEMA, function, "uuid", query)

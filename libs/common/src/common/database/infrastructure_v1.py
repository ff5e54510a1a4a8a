"""Outbox, inbox, idempotency keys and due columns for migrations. Frozen: a test compares its DDL with a snapshot.

Released migrations call these functions, so an edit here would change what they did. Write an ``infrastructure_v2``
for new migrations instead.
"""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from common.database.rls_v1 import ALL_RIGHTS, MigrationOperations, allow_loop, enable_tenant_rls


def due_columns() -> list[sa.Column[object]]:
    """Return the columns that make a table a due table (see ``common.due``)."""
    return [
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_owner", sa.Uuid(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
    ]


def create_due_index(op: MigrationOperations, schema: str, table: str) -> None:
    """Index what waits, and only that: a claim then costs the same with a thousand rows and with a million."""
    op.execute(f"CREATE INDEX ix_{table}_due ON {schema}.{table} (due_at) WHERE due_at IS NOT NULL")


def create_turn_index(op: MigrationOperations, schema: str, table: str) -> None:
    """Index what waits by account as well, for a due loop in which the accounts take turns (``per_account``)."""
    op.execute(f"CREATE INDEX ix_{table}_turn ON {schema}.{table} (account_id, due_at) WHERE due_at IS NOT NULL")


def create_infrastructure(op: MigrationOperations, schema: str) -> None:
    """Create outbox, inbox and idempotency keys with their rights."""
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False, comment="The event's id."),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True, comment="Not sent any more after this."),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        *due_columns(),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        schema=schema,
    )
    create_due_index(op, schema, "outbox")
    enable_tenant_rls(op, schema, "outbox")
    allow_loop(op, schema, "outbox", grants=ALL_RIGHTS)

    op.create_table(
        "inbox",
        sa.Column("consumer", sa.Text(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("consumer", "event_id", name="pk_inbox"),
        schema=schema,
    )
    op.execute(f"CREATE INDEX ix_inbox_received_at ON {schema}.inbox (received_at)")
    enable_tenant_rls(op, schema, "inbox", grants="SELECT, INSERT")
    allow_loop(op, schema, "inbox", grants="SELECT, DELETE")

    op.create_table(
        "idempotency_key",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("response_headers", postgresql.JSONB(), nullable=True),
        sa.Column("response_body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=sa.func.now()),
        sa.PrimaryKeyConstraint("account_id", "user_id", "key", name="pk_idempotency_key"),
        schema=schema,
    )
    op.execute(f"CREATE INDEX ix_idempotency_key_created_at ON {schema}.idempotency_key (created_at)")
    enable_tenant_rls(op, schema, "idempotency_key")
    allow_loop(op, schema, "idempotency_key", grants="SELECT, DELETE")

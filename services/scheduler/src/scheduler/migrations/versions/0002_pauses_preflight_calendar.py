"""Pauses, pre-flight checks, and calendar feeds."""

import sqlalchemy as sa
from alembic import op
from common.database.rls_v1 import all_rows, allow_lookup, create_lookup_function, enable_tenant_rls
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

SCHEMA = "scheduler"
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _schedule_item()
    _account_pause()
    _operator_pause()
    _calendar_feed()


def _schedule_item() -> None:
    for column in (
        sa.Column("upcoming_event_id", sa.Uuid(), nullable=True),
        sa.Column("preflight_at", TIME, nullable=True),
        sa.Column("at_risk_code", sa.Text(), nullable=True),
        sa.Column("at_risk_message", sa.Text(), nullable=True),
        sa.Column("at_risk_remedy", sa.Text(), nullable=True),
        sa.Column("paused_at", TIME, nullable=True),
        sa.Column("paused_by", sa.Uuid(), nullable=True),
        sa.Column("held_by", postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'::jsonb")),
    ):
        op.add_column("schedule_item", column, schema=SCHEMA)
    with all_rows(op, SCHEMA, "schedule_item"):
        op.execute(f"""
            UPDATE {SCHEMA}.schedule_item SET held_by = jsonb_build_array(
                jsonb_build_object('code', error_code, 'message', error_message, 'remedy', error_remedy))
            WHERE status = 'PARKED' AND error_code IS NOT NULL
        """)


def _account_pause() -> None:
    op.create_table(
        "account_pause",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("paused_at", TIME, nullable=False),
        sa.Column("paused_by", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("account_id", name="pk_account_pause"),
        schema=SCHEMA,
    )
    enable_tenant_rls(op, SCHEMA, "account_pause")


def _operator_pause() -> None:
    """Create the one table without an account: every request may read it, only the operator's command writes it."""
    op.create_table(
        "operator_pause",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("paused_at", TIME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_operator_pause"),
        sa.CheckConstraint("id = 1", name="ck_operator_pause_one_row"),
        schema=SCHEMA,
    )
    name = f"{SCHEMA}.operator_pause"
    op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY everybody_reads ON {name} FOR SELECT TO {SCHEMA} USING (true)")
    op.execute(f"CREATE POLICY operator ON {name} TO {SCHEMA}_loop USING (true) WITH CHECK (true)")
    op.execute(f"GRANT SELECT ON {name} TO {SCHEMA}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {name} TO {SCHEMA}_loop")


def _calendar_feed() -> None:
    op.create_table(
        "calendar_feed",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name="pk_calendar_feed"),
        sa.UniqueConstraint("token_hash", name="uq_calendar_feed_token_hash"),
        schema=SCHEMA,
    )
    enable_tenant_rls(op, SCHEMA, "calendar_feed")
    allow_lookup(op, SCHEMA, "calendar_feed")
    query = f"SELECT t.account_id FROM {SCHEMA}.calendar_feed AS t WHERE t.token_hash = wanted"
    create_lookup_function(op, SCHEMA, "account_of_calendar_feed(wanted bytea)", "uuid", query)

"""Profiles that are not used are deleted at Ayrshare; delays and refreshes are remembered; old webhooks may be removed.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from common.database.infrastructure_v1 import create_due_index, due_columns
from common.database.rls_v1 import all_rows, allow_loop, enable_tenant_rls

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

SCHEMA = "publisher"
PROFILE = "provider_profile"
CURRENT = "uq_provider_profile_current"


def upgrade() -> None:
    op.add_column("delivery", sa.Column("rejection_code", sa.String(), nullable=True), schema=SCHEMA)
    with all_rows(op, SCHEMA, "delivery"):
        op.execute("UPDATE publisher.delivery SET rejection_code = error_code WHERE rejections > 0")
    for name in ("link_session_at", "refresh_began_at"):
        op.add_column(PROFILE, sa.Column(name, sa.DateTime(timezone=True), nullable=True), schema=SCHEMA)
    _replace_status("'creating', 'ready', 'abandoned', 'deleting', 'deleted'")
    _replace_current_index("status NOT IN ('abandoned', 'deleted')")
    op.create_unique_constraint("uq_provider_profile_account_id_id", PROFILE, ["account_id", "id"], schema=SCHEMA)
    _create_profile_check()
    op.execute("GRANT DELETE ON publisher.ayrshare_event TO publisher_loop")
    op.execute("GRANT DELETE ON publisher.preflight TO publisher_loop")


def _create_profile_check() -> None:
    """Create the due table of provider profiles. It is a table of its own: the loop role must see no key."""
    op.create_table(
        "profile_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("unused_since", sa.DateTime(timezone=True), nullable=True),
        *due_columns(),
        sa.PrimaryKeyConstraint("id", name="pk_profile_check"),
        sa.ForeignKeyConstraint(
            ["account_id", "id"],
            [f"{SCHEMA}.{PROFILE}.account_id", f"{SCHEMA}.{PROFILE}.id"],
            name="fk_profile_check_provider_profile",
        ),
        schema=SCHEMA,
    )
    create_due_index(op, SCHEMA, "profile_check")
    with all_rows(op, SCHEMA, PROFILE):
        op.execute(
            "INSERT INTO publisher.profile_check (id, account_id, due_at) "
            "SELECT id, account_id, now() + interval '1 day' FROM publisher.provider_profile"
        )
    enable_tenant_rls(op, SCHEMA, "profile_check", grants="SELECT, INSERT, UPDATE")
    allow_loop(op, SCHEMA, "profile_check", grants="SELECT, UPDATE")


def _replace_status(values: str) -> None:
    op.drop_constraint("ck_provider_profile_status", PROFILE, schema=SCHEMA, type_="check")
    op.create_check_constraint("ck_provider_profile_status", PROFILE, f"status IN ({values})", schema=SCHEMA)


def _replace_current_index(condition: str) -> None:
    op.drop_index(CURRENT, PROFILE, schema=SCHEMA)
    op.create_index(CURRENT, PROFILE, ["account_id"], unique=True, schema=SCHEMA, postgresql_where=sa.text(condition))

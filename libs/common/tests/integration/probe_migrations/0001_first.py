import sqlalchemy as sa
from alembic import op
from common.database import infrastructure_v1, rls_v1

revision = "0001"
down_revision = None


def upgrade() -> None:
    infrastructure_v1.create_infrastructure(op, "probe")
    op.create_table(
        "job",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False, server_default=""),
        *infrastructure_v1.due_columns(),
        schema="probe",
    )
    infrastructure_v1.create_due_index(op, "probe", "job")
    infrastructure_v1.create_turn_index(op, "probe", "job")
    rls_v1.enable_tenant_rls(op, "probe", "job")
    rls_v1.allow_loop(op, "probe", "job")
    op.execute("GRANT INSERT ON probe.inbox, probe.job TO probe_loop")  # for handlers of many events at once
    op.create_table(
        "secret_note",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        schema="probe",
    )
    rls_v1.enable_tenant_rls(op, "probe", "secret_note")
    rls_v1.allow_lookup(op, "probe", "secret_note")
    rls_v1.create_lookup_function(
        op,
        "probe",
        "find_account(wanted text)",
        "uuid",
        "SELECT account_id FROM probe.secret_note WHERE note = wanted",
    )
    op.create_table(
        "shop",
        sa.Column("account_id", sa.Uuid(), primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        schema="probe",
    )
    op.create_table(
        "product",
        sa.Column("account_id", sa.Uuid(), primary_key=True),
        sa.Column("product_id", sa.Uuid(), primary_key=True),
        sa.Column("priced_revision", sa.Integer(), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("tags", sa.ARRAY(sa.Text()), nullable=False),
        schema="probe",
    )
    for table in ("shop", "product"):
        rls_v1.enable_tenant_rls(op, "probe", table)

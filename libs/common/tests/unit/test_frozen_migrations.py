"""The functions that released migrations call still do what they did at the release."""

from io import StringIO
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from common.database import builds_v1, infrastructure_v1, rls_v1

SNAPSHOT = Path(__file__).with_name("frozen_migrations_v1.sql")


def rendered() -> str:
    """Return the DDL of every function of version 1."""
    written = StringIO()
    op = Operations(
        MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": written})
    )
    infrastructure_v1.create_infrastructure(op, "probe")
    op.create_table("job", *infrastructure_v1.due_columns(), schema="probe")
    infrastructure_v1.create_due_index(op, "probe", "job")
    infrastructure_v1.create_turn_index(op, "probe", "job")
    rls_v1.enable_tenant_rls(op, "probe", "job", grants="SELECT")
    rls_v1.enable_tenant_rls(op, "probe", "note")
    rls_v1.allow_loop(op, "probe", "job")
    rls_v1.allow_loop(op, "probe", "note", grants=rls_v1.ALL_RIGHTS)
    rls_v1.allow_lookup(op, "probe", "note")
    rls_v1.create_lookup_function(op, "probe", "find_note(a text, b uuid)", "uuid", "SELECT id FROM probe.note")
    builds_v1.refuse_builds_before(op, "probe", "0002")
    return written.getvalue()


def test_the_ddl_of_version_1_stays_as_it_was_released() -> None:
    """Do not update the snapshot: services have run this DDL. Write a version 2 beside it for new migrations."""
    assert rendered() == SNAPSHOT.read_text(encoding="utf-8")

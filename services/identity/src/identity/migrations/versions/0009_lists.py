"""Indexes for the filters of the audit log: each filter alone, newest first.

The index by type and id of an entity is replaced: ids are unique across types. IF NOT EXISTS: on a large table an
operator builds them beforehand without blocking writes, see docs/scaling.md.
"""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    for column in ("entity_id", "entity_type", "user_id"):
        op.execute(
            f"CREATE INDEX IF NOT EXISTS ix_audit_event_account_id_{column}_seq "
            f"ON identity.audit_event (account_id, {column}, seq)"
        )
    op.execute("DROP INDEX identity.ix_audit_event_account_id_entity_seq")

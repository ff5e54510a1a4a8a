"""Which builds can use a schema, for migrations. Frozen, like ``infrastructure_v1``."""

from common.database.rls_v1 import MigrationOperations


def refuse_builds_before(op: MigrationOperations, schema: str, revision: str) -> None:
    """Say that builds whose newest migration is older than ``revision`` can't use this schema any more.

    For a migration that removes what they need. Such a build is then not ready and applies nothing.
    """
    op.execute(f"COMMENT ON TABLE {schema}.alembic_version IS 'oldest build: {revision}'")

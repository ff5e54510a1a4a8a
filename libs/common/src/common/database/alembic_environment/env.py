"""Run by alembic; ``common.database.migrate`` passes the connection and the service's name."""

from alembic import context

service = context.config.attributes["service"]
context.configure(
    connection=context.config.attributes["connection"],
    version_table="alembic_version",
    version_table_schema=service,
    include_schemas=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()

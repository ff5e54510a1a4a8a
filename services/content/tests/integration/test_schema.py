"""Models and migrations describe the same schema."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from common.database import asyncpg_url
from content.models import SERVICE, Base
from sqlalchemy import Connection, String, Text
from sqlalchemy.ext.asyncio import create_async_engine
from testing.servers import DatabaseServer

_OTHERS = {"outbox", "inbox", "idempotency_key", "alembic_version"}


def _differences(connection: Connection) -> list[object]:
    def ours(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        # partial indexes exist in the migrations only
        return kind in {"table", "column"} and name not in _OTHERS

    def schema(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "schema" or name == SERVICE

    def changed(_context: object, _seen: object, _meant: object, seen: object, meant: object) -> bool | None:
        # `str` maps to text, a String for SQLAlchemy; None leaves the other types to Alembic
        return False if isinstance(seen, Text) and isinstance(meant, String) else None

    options = {"include_schemas": True, "include_object": ours, "include_name": schema, "compare_type": changed}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


async def test_models_match_the_migrations(database_server: DatabaseServer) -> None:
    database_server.migrate(SERVICE)
    engine = create_async_engine(asyncpg_url(database_server.url))
    try:
        async with engine.connect() as connection:
            assert await connection.run_sync(_differences) == []
    finally:
        await engine.dispose()

import httpx2
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from common.database import Database, asyncpg_url
from identity.models import Base
from sqlalchemy.ext.asyncio import create_async_engine
from testing.servers import DatabaseServer

_INFRASTRUCTURE = {"outbox", "inbox", "idempotency_key", "alembic_version"}


def _is_own(_object: object, name: str | None, kind: str, *_: object) -> bool:
    return not (kind == "table" and name in _INFRASTRUCTURE)


async def test_models_and_migrations_agree(database_server: DatabaseServer, database: Database) -> None:
    engine = create_async_engine(asyncpg_url(database_server.url))
    options = {
        "include_schemas": True,
        "include_name": lambda name, kind, _parents: kind != "schema" or name == "identity",
        "include_object": _is_own,
        "compare_server_default": True,
    }
    async with engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts=options), Base.metadata)
        )
    await engine.dispose()

    assert differences == []


async def test_readiness_checks_database_and_schema(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/readyz")

    assert answer.json() == {"status": "ready", "checks": {"database": "ok", "schema": "ok"}}

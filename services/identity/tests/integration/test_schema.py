import httpx2
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from common.database import Database, asyncpg_url
from identity.models import Base
from sqlalchemy.ext.asyncio import create_async_engine
from testing.servers import DatabaseServer

_INFRASTRUCTURE = {"outbox", "inbox", "idempotency_key", "alembic_version"}


def _ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
    return not (kind == "table" and name in _INFRASTRUCTURE)


async def test_the_migrations_make_what_the_models_say(database_server: DatabaseServer, database: Database) -> None:
    engine = create_async_engine(asyncpg_url(database_server.url))
    options = {
        "include_schemas": True,
        "include_name": lambda name, kind, _parents: kind != "schema" or name == "identity",
        "include_object": _ours,
        "compare_server_default": True,
    }
    async with engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync, opts=options), Base.metadata)
        )
    await engine.dispose()

    assert differences == []


async def test_readiness_asks_database_and_schema(http: httpx2.AsyncClient) -> None:
    answer = await http.get("/readyz")

    assert answer.json() == {"status": "ready", "checks": {"database": "ok", "schema": "ok"}}

import asyncio

import asyncpg
from sqlalchemy.engine import make_url


def emptied_database(server_url: str, name: str) -> str:
    """Create the database ``name``, replacing an existing one, and return its URL."""
    asyncio.run(_make(server_url, name))
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


async def _make(server_url: str, name: str) -> None:
    connection = await asyncpg.connect(server_url)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()

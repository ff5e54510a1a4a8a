"""Roles that were made before the service was installed do not switch row-level security off (T1)."""

from collections.abc import AsyncIterator, Iterator
from functools import cached_property
from pathlib import Path

import asyncpg
import pytest
from common.database import Database, check_schema
from common.database.migrate import RightMissingError, migrate
from common.errors import NotReadyError
from common.ids import new_id
from sandbox.stack.postgres import Postgres
from sqlalchemy import text
from sqlalchemy.engine import make_url

pytestmark = pytest.mark.invariant("T1")

VERSIONS = Path(__file__).with_name("probe_migrations")
DEBIAN = Path("/usr/lib/postgresql/15/bin")
SERVERS = ["18", "16", *(["15"] if DEBIAN.exists() else [])]
# constant: the names of the tests contain it, and each process of a run must have the same
ACCOUNT = "0193a5c0-0000-7000-8000-000000000001"
ROLES = "probe, probe_loop, probe_lookup"

MADE_BEFOREHAND = {
    "inherits": "CREATE ROLE probe LOGIN",
    "bypasses": "CREATE ROLE probe LOGIN NOINHERIT BYPASSRLS",
    "superuser": "CREATE ROLE probe LOGIN NOINHERIT SUPERUSER",
    "creates roles": "CREATE ROLE probe LOGIN NOINHERIT CREATEROLE",
    "replicates": "CREATE ROLE probe LOGIN NOINHERIT REPLICATION",
    "no login": "CREATE ROLE probe NOLOGIN NOINHERIT",
    "member beforehand": "CREATE ROLE probe LOGIN; CREATE ROLE probe_loop; GRANT probe_loop TO probe",
    "may grant": """
        CREATE ROLE probe LOGIN NOINHERIT; CREATE ROLE probe_loop; GRANT probe_loop TO probe WITH ADMIN OPTION
    """,
    "granted by another": """
        CREATE ROLE probe LOGIN; CREATE ROLE probe_loop; CREATE ROLE dba CREATEROLE;
        GRANT probe_loop TO dba WITH ADMIN OPTION; SET ROLE dba; GRANT probe_loop TO probe; RESET ROLE
    """,
    "member of the lookups": "CREATE ROLE probe LOGIN; CREATE ROLE probe_lookup; GRANT probe_lookup TO probe",
    "member of a superuser": "CREATE ROLE probe LOGIN NOINHERIT; GRANT postgres TO probe",
    "member of a group": "CREATE ROLE owners; CREATE ROLE probe LOGIN NOINHERIT; GRANT owners TO probe",
    "loop bypasses": "CREATE ROLE probe_loop LOGIN BYPASSRLS",
    "loop is a member": "CREATE ROLE owners; CREATE ROLE probe_loop; GRANT owners TO probe_loop",
    "becomes the loop": """
        CREATE ROLE probe_loop; CREATE ROLE probe LOGIN NOINHERIT; ALTER ROLE probe SET role = probe_loop
    """,
    "has an account": f"CREATE ROLE probe LOGIN NOINHERIT; ALTER ROLE probe SET app.account_id = '{ACCOUNT}'",
    "owns the schema": "CREATE ROLE probe LOGIN NOINHERIT; CREATE SCHEMA probe AUTHORIZATION probe",
}
SPOILT_LATER = {
    "ALTER ROLE probe INHERIT": "the role probe has INHERIT",
    "ALTER ROLE probe BYPASSRLS": "the role probe has BYPASSRLS",
    "ALTER ROLE probe SUPERUSER": "the role probe has SUPERUSER",
    "ALTER ROLE probe CREATEROLE": "the role probe has CREATEROLE",
    "ALTER ROLE probe_lookup LOGIN": "the role probe_lookup has LOGIN",
    "GRANT probe_lookup TO probe": "probe is a member of probe_lookup",
    "GRANT probe_loop TO probe WITH ADMIN OPTION": "probe may grant probe_loop",
    "REVOKE probe_loop FROM probe": "probe has no membership in probe_loop",
    "ALTER TABLE probe.job OWNER TO probe": r"probe owns the table probe\.job",
    "ALTER ROLE probe IN DATABASE probe SET row_security = off": "the role probe sets row_security",
    f"ALTER DATABASE probe SET app.account_id = '{ACCOUNT}'": "the database sets app.account_id",
    f"ALTER ROLE ALL SET app.account_id = '{ACCOUNT}'": "the role ALL sets app.account_id",
    "CREATE POLICY support ON probe.job USING (true)": "the policy support of probe.job applies to every role",
    "ALTER SCHEMA probe OWNER TO probe": "probe owns the schema probe",
    "ALTER TABLE probe.job NO FORCE ROW LEVEL SECURITY": "row-level security is not forced on probe.job",
    "ALTER TABLE probe.job DISABLE ROW LEVEL SECURITY": "row-level security is not forced on probe.job",
}


class DebianPostgres(Postgres):
    """The distribution's server: before 16 a membership has no options of its own."""

    @cached_property
    def binaries(self) -> Path:
        return DEBIAN


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    version = str(request.param)
    kind = DebianPostgres if version == "15" else Postgres
    with kind(tmp_path_factory.mktemp(f"postgres{version}"), durable=False, version=version) as postgres:
        yield postgres


@pytest.fixture
async def admin(server: Postgres) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(server.url)
    await connection.execute("CREATE DATABASE probe")
    inside = await asyncpg.connect(url(server))
    yield inside
    await inside.close()
    await connection.execute("DROP DATABASE probe")
    for role in await connection.fetch(
        "SELECT quote_ident(rolname) FROM pg_roles WHERE rolname <> 'postgres' AND rolname NOT LIKE 'pg\\_%' "
        "ORDER BY rolname = 'dba'"
    ):
        await connection.execute(f"DROP OWNED BY {role[0]} CASCADE; DROP ROLE {role[0]}")
    await connection.close()


def url(server: Postgres, login: str = "postgres", password: str | None = None) -> str:
    address = make_url(server.url).set(database="probe", username=login)
    return (address if password is None else address.set(password=password)).render_as_string(hide_password=False)


async def apply(server: Postgres, login: str = "postgres", password: str | None = None) -> None:
    await migrate("probe", url(server, login, password), url(server, "probe", "secret"), VERSIONS)


async def visible_to_a_stranger(database: Database) -> int:
    """Write a row of one account and return how many another account sees."""
    account = new_id()
    async with database.transaction(account) as session:
        statement = text("INSERT INTO probe.job (id, account_id, due_at) VALUES (:id, :account, now())")
        await session.execute(statement, {"id": new_id(), "account": account})
    async with database.transaction(new_id()) as session:
        return int((await session.execute(text("SELECT count(*) FROM probe.job"))).scalar_one())


@pytest.fixture
async def database(server: Postgres, admin: asyncpg.Connection) -> AsyncIterator[Database]:
    opened = Database(url(server, "probe", "secret"), service="probe", pool_size=2)
    yield opened
    await opened.close()


@pytest.mark.parametrize("beforehand", list(MADE_BEFOREHAND))
async def test_migrate_repairs_roles_that_were_made_beforehand(
    server: Postgres, admin: asyncpg.Connection, database: Database, beforehand: str
) -> None:
    await admin.execute(MADE_BEFOREHAND[beforehand])
    await apply(server)
    assert await visible_to_a_stranger(database) == 0
    await check_schema(database, VERSIONS)
    async with database.cross_account.transaction() as session:
        assert (await session.execute(text("SELECT count(*) FROM probe.job"))).scalar_one() == 1


@pytest.mark.parametrize("spoil", list(SPOILT_LATER))
async def test_a_process_is_not_ready_until_a_spoilt_role_or_table_is_repaired(
    server: Postgres, admin: asyncpg.Connection, database: Database, spoil: str
) -> None:
    await apply(server)
    await check_schema(database, VERSIONS)
    await admin.execute(spoil)
    with pytest.raises(NotReadyError, match=SPOILT_LATER[spoil]):
        await check_schema(database, VERSIONS)
    await apply(server)
    await check_schema(database, VERSIONS)
    assert await visible_to_a_stranger(database) == 0


async def test_a_process_with_another_login_is_not_ready(server: Postgres, admin: asyncpg.Connection) -> None:
    await apply(server)
    other = Database(url(server), service="probe", pool_size=1)
    with pytest.raises(NotReadyError, match="logged in as postgres and not as probe"):
        await check_schema(other, VERSIONS)
    await other.close()


async def test_a_table_without_a_policy_keeps_a_process_from_being_ready(
    server: Postgres, admin: asyncpg.Connection, database: Database
) -> None:
    await apply(server)
    await admin.execute("DROP POLICY tenant ON probe.secret_note; DROP POLICY lookup ON probe.secret_note")
    with pytest.raises(NotReadyError, match="secret_note has no policy"):
        await check_schema(database, VERSIONS)


async def test_without_the_right_to_repair_migrate_names_the_statements_that_do(
    server: Postgres, admin: asyncpg.Connection, database: Database
) -> None:
    await admin.execute(
        "CREATE ROLE migrator LOGIN CREATEROLE PASSWORD 'm'; GRANT CREATE ON DATABASE probe TO migrator;"
        "CREATE ROLE probe LOGIN BYPASSRLS PASSWORD 'secret'; CREATE ROLE owners; GRANT owners TO probe"
    )
    with pytest.raises(RightMissingError) as caught:
        await apply(server, "migrator", "m")
    statements = [line.partition("--")[0].strip() for line in str(caught.value).splitlines()[1:]]
    assert 'ALTER ROLE "probe" NOBYPASSRLS;' in statements
    await admin.execute("".join(statements))
    await apply(server, "migrator", "m")
    await check_schema(database, VERSIONS)
    assert await visible_to_a_stranger(database) == 0


async def test_migrate_refuses_to_run_as_the_runtime_role(server: Postgres, admin: asyncpg.Connection) -> None:
    with pytest.raises(ValueError, match="use another login"):
        await apply(server, "probe", "secret")

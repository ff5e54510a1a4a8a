import asyncio
import uuid

import pytest
from common.database import Database, set_account
from common.ids import new_id
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

pytestmark = pytest.mark.invariant("T1")

INSERT = text("INSERT INTO probe.secret_note (id, account_id, note) VALUES (:id, :account, :note)")


async def note(database: Database, account: uuid.UUID, words: str) -> None:
    async with database.transaction(account) as session:
        await session.execute(INSERT, {"id": new_id(), "account": account, "note": words})


async def test_a_query_without_a_where_returns_only_rows_of_the_account(database: Database) -> None:
    mine, other = new_id(), new_id()
    await note(database, mine, "mine")
    await note(database, other, "theirs")
    async with database.transaction(mine) as session:
        assert (await session.execute(text("SELECT note FROM probe.secret_note"))).scalars().all() == ["mine"]


async def test_a_transaction_without_an_account_sees_nothing_even_on_a_used_connection(database: Database) -> None:
    account = new_id()
    await note(database, account, "mine")
    for _ in range(3):
        async with database.transaction() as session:
            assert (await session.execute(text("SELECT count(*) FROM probe.secret_note"))).scalar_one() == 0


async def test_writing_a_row_of_another_account_is_rejected(database: Database) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"):
        async with database.transaction(new_id()) as session:
            await session.execute(INSERT, {"id": new_id(), "account": new_id(), "note": "not mine"})


async def test_the_account_is_kept_after_a_savepoint_was_rolled_back(database: Database) -> None:
    account = new_id()
    await note(database, account, "mine")
    async with database.transaction(account) as session:
        nested = await session.begin_nested()
        await nested.rollback()
        assert (await session.execute(text("SELECT count(*) FROM probe.secret_note"))).scalar_one() == 1


async def test_a_transaction_serves_one_account_only(database: Database) -> None:
    async with database.transaction() as session:
        await set_account(session, new_id())
        with pytest.raises(ValueError, match="belongs to account"):
            await set_account(session, new_id())


async def test_the_cross_account_role_sees_all_due_rows_and_no_other_table(database: Database) -> None:
    account = new_id()
    await note(database, account, "mine")
    async with database.transaction(account) as session:
        await session.execute(
            text("INSERT INTO probe.job (id, account_id, due_at) VALUES (:id, :account, now())"),
            {"id": new_id(), "account": account},
        )
    async with database.cross_account.transaction() as session:
        assert (await session.execute(text("SELECT count(*) FROM probe.job"))).scalar_one() == 1
    with pytest.raises(DBAPIError, match="permission denied"):
        async with database.cross_account.transaction() as session:
            await session.execute(text("SELECT * FROM probe.secret_note"))


async def test_the_runtime_role_does_not_inherit_the_rights_of_the_cross_account_role(database: Database) -> None:
    account = new_id()
    async with database.transaction(account) as session:
        await session.execute(
            text("INSERT INTO probe.job (id, account_id, due_at) VALUES (:id, :account, now())"),
            {"id": new_id(), "account": account},
        )
    async with database.transaction(new_id()) as session:
        assert (await session.execute(text("SELECT count(*) FROM probe.job"))).scalar_one() == 0


async def test_the_runtime_role_cannot_become_another(database: Database) -> None:
    async with database.transaction(new_id()) as session:
        with pytest.raises(DBAPIError, match="permission denied"):
            await session.execute(text("SET ROLE postgres"))


async def test_the_runtime_role_cannot_switch_row_level_security_off(database: Database) -> None:
    async with database.transaction(new_id()) as session:
        await session.execute(text("SET row_security = off"))
        with pytest.raises(DBAPIError, match="row-level security"):
            await session.execute(text("SELECT * FROM probe.job"))


async def test_the_runtime_role_cannot_change_tables(database: Database) -> None:
    with pytest.raises(DBAPIError, match="must be owner"):
        async with database.transaction(new_id()) as session:
            await session.execute(text("ALTER TABLE probe.job DISABLE ROW LEVEL SECURITY"))


async def test_a_lookup_function_finds_the_account_and_nothing_else_is_visible(database: Database) -> None:
    account = new_id()
    await note(database, account, "the word")
    async with database.transaction() as session:
        found = (await session.execute(text("SELECT probe.find_account('the word')"))).scalar_one()
        assert found == account
        assert (await session.execute(text("SELECT count(*) FROM probe.secret_note"))).scalar_one() == 0


async def test_concurrent_transactions_keep_their_accounts(database: Database) -> None:
    accounts = [new_id() for _ in range(20)]
    for account in accounts:
        await note(database, account, str(account))

    async def read(account: uuid.UUID) -> list[str]:
        async with database.transaction(account) as session:
            await session.execute(text("SELECT pg_sleep(0.005)"))
            return list((await session.execute(text("SELECT note FROM probe.secret_note"))).scalars())

    assert await asyncio.gather(*(read(account) for account in accounts)) == [[str(a)] for a in accounts]


async def test_the_account_of_a_transaction_that_executed_nothing_is_not_that_of_the_next(database: Database) -> None:
    account = new_id()
    await note(database, account, "mine")
    single = Database(database.url, service="probe", pool_size=1)
    async with single.transaction(account) as session:
        await session.connection()
    async with single.engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM probe.secret_note"))).scalar_one() == 0
    await single.close()


async def test_a_savepoint_before_the_first_statement_has_the_account(database: Database) -> None:
    account = new_id()
    await note(database, account, "mine")
    async with database.transaction(account) as session, session.begin_nested():
        assert (await session.execute(text("SELECT count(*) FROM probe.secret_note"))).scalar_one() == 1

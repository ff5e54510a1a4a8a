import os
import stat
from pathlib import Path

import asyncpg
import pytest
from sandbox.stack.errors import DirectoryInUseError, PrerequisiteError
from sandbox.stack.postgres import Postgres

from .conftest import StartOwner, processes_in


async def ask(url: str, question: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_it_runs_in_a_long_path_with_spaces_and_leaves_no_process(awkward_directory: Path) -> None:
    async with Postgres(awkward_directory) as postgres:
        assert str(await ask(postgres.url, "SHOW server_version")).startswith("18")
        assert await ask(postgres.url, "SHOW listen_addresses") == "127.0.0.1"
        assert postgres.pid in processes_in(awkward_directory)

    assert processes_in(awkward_directory) == []


async def test_the_password_is_required_and_readable_only_by_its_owner(awkward_directory: Path) -> None:
    async with Postgres(awkward_directory) as postgres:
        with pytest.raises(asyncpg.InvalidPasswordError):
            await ask(postgres.url.replace(postgres.password, "wrong"), "SELECT 1")

    assert stat.S_IMODE((awkward_directory / "password").stat().st_mode) == 0o600


async def test_data_survives_a_stop_and_a_kill(tmp_path: Path) -> None:
    async with Postgres(tmp_path, durable=False) as postgres:
        await ask(postgres.url, "CREATE TABLE kept AS SELECT 1 AS number")
        url = postgres.url
        postgres.kill()
        assert processes_in(tmp_path) == []
        await postgres.restart_async()
        assert postgres.url == url, "clients find it at the same address"
        assert await ask(postgres.url, "SELECT number FROM kept") == 1

    async with Postgres(tmp_path) as again:
        assert await ask(again.url, "SELECT number FROM kept") == 1


async def test_a_killed_server_restarts_as_a_standby_that_refuses_writes_until_it_is_promoted(tmp_path: Path) -> None:
    async with Postgres(tmp_path, durable=False) as postgres:
        await ask(postgres.url, "CREATE TABLE kept AS SELECT 1 AS number")
        postgres.kill()
        await postgres.restart_as_standby_async()
        connection = await asyncpg.connect(postgres.url)
        assert await connection.fetchval("SELECT number FROM kept") == 1
        with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
            await connection.execute("INSERT INTO kept VALUES (2)")
        assert await ask(postgres.url, "SELECT pg_promote()") is True
        await connection.execute("INSERT INTO kept VALUES (2)")
        await connection.close()
        await postgres.restart_async()
        assert await ask(postgres.url, "SELECT pg_is_in_recovery()") is False


def test_it_dies_with_a_killed_owner_and_the_next_one_starts(tmp_path: Path, start_owner: StartOwner) -> None:
    owner = start_owner("postgres", tmp_path / "data of it")
    owner.kill()

    with Postgres(tmp_path / "data of it") as postgres:
        assert postgres.pid != owner.facts["pid"]
        assert owner.facts["pid"] not in processes_in(tmp_path)


def test_an_orphan_is_stopped_by_the_next_owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.stack.server.dies_with_parent", lambda _: None)  # as on macOS
    left = Postgres(tmp_path).start()
    left._lock.release()
    process = left._process
    assert process

    with Postgres(tmp_path) as postgres:
        assert process.poll() is not None
        assert postgres.pid


def test_an_unrelated_process_is_not_stopped(tmp_path: Path) -> None:
    Postgres(tmp_path).start().stop()
    (tmp_path / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n/elsewhere\n")

    with Postgres(tmp_path) as postgres:
        assert postgres.pid


async def test_two_can_run_but_not_in_the_same_directory(tmp_path: Path) -> None:
    async with Postgres(tmp_path / "a") as one, Postgres(tmp_path / "b") as other:
        assert one.port != other.port
        with pytest.raises(DirectoryInUseError, match=str(os.getpid())):
            Postgres(tmp_path / "a").start()
        assert await ask(one.url, "SELECT 1") == 1


def test_an_ordinary_user_can_run_it(ordinary_user: int, open_directory: Path, start_owner: StartOwner) -> None:
    owner = start_owner("postgres", open_directory / "postgres", uid=ordinary_user)

    assert owner.facts["uid"] != 0
    assert Path(f"/proc/{owner.facts['pid']}").stat().st_uid == owner.facts["uid"]


def test_without_user_namespaces_root_runs_it_as_the_user_nobody(
    open_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.stack.postgres.USER_NAMESPACE", ["false"])

    with Postgres(open_directory / "postgres", durable=False) as postgres:
        assert Path(f"/proc/{postgres.pid}").stat().st_uid != 0
        postgres.kill()
        postgres.restart()
        assert postgres.pid in processes_in(open_directory)
    assert processes_in(open_directory) == []


def test_without_a_directory_the_data_is_removed() -> None:
    with Postgres(durable=False) as postgres:
        directory = postgres.directory
        assert (directory / "data").is_dir()
    assert not directory.exists()


def test_data_of_another_version_is_refused_with_instructions(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "PG_VERSION").write_text("15\n")

    with pytest.raises(PrerequisiteError, match="PostgreSQL 15"):
        Postgres(tmp_path).start()

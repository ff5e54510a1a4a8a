import asyncio
import os
import signal
from pathlib import Path

import asyncpg
import pytest
from sandbox.stack.errors import DirectoryInUseError, PrerequisiteError
from sandbox.stack.lifetime import command_line
from sandbox.stack.postgres import Postgres
from sandbox.stack.processes import http_get
from sandbox.stack.stack import Progress, Stack

from .conftest import processes_in

SWITCHED_OFF = {"DATABASE_URL", "AMQP_URL", "S3_ENDPOINT_URL", "S3_BUCKET"}
PLAIN = {name: value for name, value in os.environ.items() if name not in SWITCHED_OFF}


async def test_own_servers_restart_with_their_state_and_leave_no_process(
    awkward_directory: Path, amqp_url: str
) -> None:
    environ = PLAIN | {"AMQP_URL": amqp_url}
    ports = []
    for _ in range(2):
        steps: list[Progress] = []
        async with Stack(awkward_directory, environ, progress=steps.append, services=(), standins=()) as stack:
            ports.append(stack.storage.port)
            ready = {step.name for step in steps if step.state == "ready"}
            assert ready == {"postgres", "storage", "migrations"}
            with pytest.raises(DirectoryInUseError):
                await Stack(awkward_directory, PLAIN).start()
        assert processes_in(awkward_directory) == []

    assert ports[0] == ports[1], "addresses of images outlive a restart"


async def test_external_servers_are_used_and_not_stopped(tmp_path: Path, amqp_url: str) -> None:
    steps: list[Progress] = []
    async with Postgres(tmp_path / "theirs", durable=False) as theirs:
        environ = PLAIN | {
            "DATABASE_URL": theirs.url,
            "AMQP_URL": amqp_url,
            "EVENTS_NAMESPACE": "stack-test",
            "S3_BUCKET": "theirs",
            "S3_PUBLIC_BASE_URL": "https://images.example",
            "AWS_ACCESS_KEY_ID": "id",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }
        async with Stack(
            tmp_path / "ours", environ, progress=steps.append, services=("identity",), standins=("website",)
        ) as stack:
            assert {step.name for step in steps if step.state == "external"} == {"postgres", "rabbitmq", "storage"}
            assert {step.name for step in steps if step.state == "ready"} == {"migrations", "identity", "website"}
            assert (await http_get(f"{stack.wiring.url('identity')}/.well-known/jwks.json"))[0] == 200
            pids = [child.pid for child in stack.processes.values()]
            os.kill(stack.processes["website"].pid or 0, signal.SIGKILL)
            ended = await asyncio.wait_for(stack.wait(), 5)
            assert "website exited with code -9" in str(ended)
        assert [pid for pid in pids if pid and command_line(pid)] == []

        connection = await asyncpg.connect(theirs.url)
        assert await connection.fetchval("SELECT count(*) FROM identity.alembic_version") == 1
        await connection.close()


async def test_an_invalid_environment_is_reported_before_anything_starts(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match="STRIPE_API_KEY"):
        await Stack(tmp_path, PLAIN | {"STRIPE_BASE_URL": "https://proxy"}).start()

    assert processes_in(tmp_path) == []

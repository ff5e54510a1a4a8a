import asyncio
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import aio_pika
import pytest
from sandbox.stack import rabbitmq_packages as packages
from sandbox.stack.errors import DirectoryInUseError
from sandbox.stack.rabbitmq import RabbitMQ

from .conftest import StartOwner, processes_in


async def send(url: str, text: str) -> None:
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        await channel.declare_queue("kept", durable=True)
        message = aio_pika.Message(text.encode(), delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, "kept")


async def receive(url: str) -> str:
    connection = await aio_pika.connect(url)
    async with connection:
        channel = await connection.channel()
        queue = await channel.get_queue("kept")
        message = await queue.get(no_ack=True, timeout=5)
        return message.body.decode()


def wait_until_empty(directory: Path, seconds: float = 10.0) -> list[int]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and processes_in(directory):
        time.sleep(0.05)
    return processes_in(directory)


@pytest.mark.slow
async def test_it_runs_in_a_long_path_with_spaces_restarts_after_a_kill_and_leaves_no_process(
    awkward_directory: Path,
) -> None:
    async with RabbitMQ(awkward_directory) as rabbitmq:
        url = rabbitmq.url
        await send(url, "before the kill")
        # Erlang's disk_log, which keeps the declarations, may buffer a write for two seconds
        await asyncio.sleep(2.5)
        rabbitmq.kill()
        await rabbitmq.restart_async()
        assert rabbitmq.url == url, "clients find it at the same address"
        assert await receive(url) == "before the kill"
        assert len(processes_in(awkward_directory)) >= 2, "the node and its port mapper are our children"

    assert processes_in(awkward_directory) == []


@pytest.mark.slow
async def test_it_dies_with_a_killed_owner_and_the_next_one_has_its_data(
    tmp_path: Path, start_owner: StartOwner
) -> None:
    directory = tmp_path / "data of it"
    owner = start_owner("rabbitmq", directory)
    await send(owner.facts["url"], "from the one before")
    owner.kill()

    async with RabbitMQ(directory) as rabbitmq:
        assert owner.facts["pid"] not in processes_in(directory)
        assert await receive(rabbitmq.url) == "from the one before"


@pytest.mark.slow
async def test_two_can_run_one_of_them_without_root(
    tmp_path: Path, ordinary_user: int | None, open_directory: Path, start_owner: StartOwner
) -> None:
    environ = readable_packages(open_directory)
    ours = RabbitMQ(tmp_path / "ours")
    async with ours:
        with pytest.raises(DirectoryInUseError, match=str(os.getpid())):
            RabbitMQ(tmp_path / "ours").start()
        theirs = start_owner("rabbitmq", open_directory / "theirs", uid=ordinary_user, environ=environ)
        assert theirs.facts["uid"] != 0
        await send(theirs.facts["url"], "theirs")
        await send(ours.url, "ours")
        assert await receive(theirs.facts["url"]) == "theirs"
        assert await receive(ours.url) == "ours"
        theirs.kill()
        assert wait_until_empty(open_directory) == []
        await send(ours.url, "still here")


def readable_packages(folder: Path) -> Mapping[str, str]:
    """Copy the cached packages to where an ordinary user can read them. Not needed for an installed RabbitMQ."""
    if packages.installed() is None:
        packages.unpacked(os.environ)
        shutil.copytree(packages.cache_folder(os.environ), folder / "cache" / "rabbitmq", symlinks=True)
        (folder / "cache").chmod(0o755)
    return {"PULSEWORKS_CACHE": str(folder / "cache")}

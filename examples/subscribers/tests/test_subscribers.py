"""The examples on a real broker, with a subscriber's permissions. They must not lose or repeat events."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from common.messaging import topology
from common.topology.definitions import definitions
from common.topology.rights import subscriber_queue, subscriber_rights
from pulseworks_contracts import ContentApproved, ContentDeleted, Queue, specs
from sandbox.subscribing import EXAMPLES, LANGUAGES, command
from testing.bus import Bus
from testing.engine import BrokerServer
from testing.servers import run

APPROVED = ContentApproved.model_validate_json(specs.example(ContentApproved))
DELETED = ContentDeleted.model_validate_json(specs.example(ContentDeleted))
PASSWORD = "of-a-subscriber"


def approval(title: str) -> ContentApproved:
    data = APPROVED.data.model_copy(update={"title": title, "content_id": uuid4()})
    return APPROVED.model_copy(update={"id": uuid4(), "data": data})


def queue_of(language: str) -> Queue:
    return subscriber_queue(language, [ContentApproved])


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy, so that npm installs outside the repository."""
    copy = tmp_path_factory.mktemp("examples") / "subscribers"
    shutil.copytree(EXAMPLES, copy, ignore=shutil.ignore_patterns("node_modules", "tests"))
    return copy


@pytest.fixture(scope="module")
def shared_bus(rabbitmq: BrokerServer) -> Iterator[Bus]:
    """A namespace with a user for each example, and without subscriber queues."""
    bus = Bus(rabbitmq.url, "examples")
    run(bus.declare([]))
    users = {subscriber_rights(bus.names, queue_of(language), replay=True): PASSWORD for language in LANGUAGES}
    rabbitmq.control("import_definitions", given=definitions(users, bus.names, "/"))
    yield bus
    run(remove(bus))


async def remove(bus: Bus) -> None:
    async with topology.connection(bus.url) as connected:
        channel = await connected.channel()
        for queue in map(queue_of, LANGUAGES):
            await channel.queue_delete(bus.names.queue(queue))
            await channel.queue_delete(bus.names.dead_queue(queue))
    await bus.remove()


class Running:
    """A running example, and the lines that it has printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.lines: list[str] = []

    async def printed(self, words: str) -> str:
        """Return the next line that contains these words; fail if there is none in time."""
        assert self._process.stdout is not None
        async with asyncio.timeout(30):
            async for raw in self._process.stdout:
                self.lines.append(raw.decode())
                if words in self.lines[-1]:
                    return self.lines[-1]
        pytest.fail(f"exited without printing {words!r}: {''.join(self.lines)}")

    @property
    def approvals(self) -> list[str]:
        return [line for line in self.lines if line.startswith("approved:")]


@asynccontextmanager
async def running(program: list[str], bus: Bus, queue: Queue, database: Path) -> AsyncIterator[Running]:
    user = bus.names.queue(queue)
    environ = {
        "AMQP_URL": bus.url.replace("guest:guest", f"{user}:{PASSWORD}"),
        "EVENTS_NAMESPACE": bus.namespace,
        "QUEUE": user,
        "DATABASE": str(database),
        "PYTHONWARNINGS": "error",
    }
    process = await asyncio.create_subprocess_exec(*program, env=environ, stdout=asyncio.subprocess.PIPE)
    try:
        yield Running(process)
    finally:
        process.terminate()
        assert process.stdout is not None
        await process.stdout.read()
        assert await process.wait() == 0


@pytest.mark.parametrize(
    "language",
    # the one in JavaScript installs its packages first
    [pytest.param(name, marks=pytest.mark.slow if name == "javascript" else ()) for name in LANGUAGES],
)
async def test_an_example_replays_receives_deduplicates_rejects_poison_and_resumes(
    language: str, examples: Path, shared_bus: Bus, tmp_path: Path
) -> None:
    bus, queue = shared_bus, queue_of(language)
    program = command(language, examples)
    database = tmp_path / "subscriber.sqlite3"
    before = approval(f"{language} before")
    await bus.publish(before)
    await bus.publish(DELETED)
    await bus.publish_raw(b"{", APPROVED.type)
    await bus.declare([queue])
    await bus.publish(between := approval(f"{language} between"))

    async with running(program, bus, queue, database) as first:
        await first.printed("replayed")
        await first.printed("waiting")
        await bus.publish(before)
        await bus.publish_raw(b'{"type": "content.approved.v1"}', APPROVED.type)
        await bus.publish(new := approval(f"{language} new"))
        await first.printed(new.data.title)
        for event in (before, between, new):
            assert sum(event.data.title in line for line in first.approvals) == 1

    await bus.publish(away := approval(f"{language} away"))
    async with running(program, bus, queue, database) as second:
        await second.printed(away.data.title)
        assert len(second.approvals) == 1, "handled events are neither replayed nor redelivered"

    assert await bus.depth(bus.names.queue(queue)) == 0
    assert await bus.depth(bus.names.dead_queue(queue)) == 1

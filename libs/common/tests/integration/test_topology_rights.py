"""Each RabbitMQ user can use its own queues and publish its own types; the broker refuses everything else."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import aio_pika
import pytest
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import ChannelClosed, ProbableAuthenticationError
from common.database import Database
from common.messaging import EventRouter, topology
from common.messaging.consumption import Consumption
from common.messaging.processor import Processor
from common.runtime.specification import emitted_by
from common.topology.__main__ import app
from common.topology.rights import SERVICES, subscriber_queue
from pulseworks_contracts import (
    ALL_QUEUES,
    AccountCreated,
    AccountUpdated,
    ContentApproved,
    Event,
    Names,
    SessionRevoked,
)
from pulseworks_contracts.queues import BILLING_ACCOUNTS, PUBLISHER_CONTENT
from testing.bus import Bus
from testing.engine import BrokerServer
from testing.servers import run
from typer.testing import CliRunner

CRM = subscriber_queue("crm", [ContentApproved])
NAMES = Names("rights")
RUN = CliRunner()


@dataclass(frozen=True)
class Broker:
    """A broker that a platform team has prepared."""

    url: str

    def url_of(self, user: str) -> str:
        return self.url.replace("guest:guest", f"rights.{user}:secret-of-{user}")

    @asynccontextmanager
    async def channel(self, user: str) -> AsyncIterator[AbstractChannel]:
        async with topology.connection(self.url_of(user)) as connected:
            yield await connected.channel(on_return_raises=True)


@pytest.fixture(scope="module")
def broker(rabbitmq: BrokerServer) -> Iterator[Broker]:
    environment = {"AMQP_URL": rabbitmq.url, "EVENTS_NAMESPACE": "rights"}
    passwords = {f"{service.upper()}_AMQP_PASSWORD": f"secret-of-{service}" for service in SERVICES}
    for command, extra in (
        (["declare"], {}),
        (["users"], passwords),
        (
            ["subscriber", "crm", "--types", "content.approved.v1"],
            {"SUBSCRIBER_AMQP_PASSWORD": "secret-of-subscriber.crm"},
        ),
    ):
        result = RUN.invoke(app, command, env={**environment, **extra})
        assert result.exit_code == 0, result.output
        if result.stdout:
            rabbitmq.control("import_definitions", given=result.stdout)
    yield Broker(rabbitmq.url)
    run(Bus(rabbitmq.url, "rights").remove())


async def refused(broker: Broker, user: str, attempt: Callable[[AbstractChannel], Awaitable[object]]) -> bool:
    """Return whether the broker refuses for a missing right; other errors are raised."""
    async with broker.channel(user) as channel:
        try:
            await attempt(channel)
        except ChannelClosed as error:
            if "ACCESS_REFUSED" not in str(error):
                raise
            return True
        return False


async def _leave(_message: AbstractIncomingMessage) -> None:
    """Consume without an acknowledgement: closing the channel returns the message."""


def publishing(routing_key: str, exchange: str = NAMES.exchange) -> Callable[[AbstractChannel], Awaitable[object]]:
    async def publish(channel: AbstractChannel) -> None:
        target = await channel.get_exchange(exchange, ensure=False) if exchange else channel.default_exchange
        await target.publish(aio_pika.Message(b"{}"), routing_key)

    return publish


def consuming(queue: str) -> Callable[[AbstractChannel], Awaitable[object]]:
    async def consume(channel: AbstractChannel) -> None:
        await channel.set_qos(1)
        await (await channel.get_queue(queue, ensure=False)).consume(_leave)

    return consume


def binding(queue: str, routing_key: str) -> Callable[[AbstractChannel], Awaitable[object]]:
    async def bind(channel: AbstractChannel) -> None:
        await (await channel.get_queue(queue, ensure=False)).bind(NAMES.exchange, routing_key)

    return bind


def deleting(queue: str) -> Callable[[AbstractChannel], Awaitable[object]]:
    return lambda channel: channel.queue_delete(queue)


def kind(event: type[Event]) -> str:
    return str(event.model_fields["type"].default)


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_consumes_its_own_queues_and_publishes_its_own_types(broker: Broker, service: str) -> None:
    for queue in ALL_QUEUES:
        if queue.service == service:
            assert not await refused(broker, service, consuming(NAMES.queue(queue)))
            assert not await refused(broker, service, consuming(NAMES.dead_queue(queue)))
    for event in emitted_by(service):
        assert not await refused(broker, service, publishing(kind(event)))


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_has_no_access_to_queues_and_types_of_another(broker: Broker, service: str) -> None:
    other = next(queue for queue in ALL_QUEUES if queue.service != service)
    foreign = next(event for event in (SessionRevoked, ContentApproved) if event not in emitted_by(service))
    assert await refused(broker, service, publishing(kind(foreign)))
    assert await refused(broker, service, publishing(NAMES.queue(other), exchange=""))
    assert await refused(broker, service, publishing(NAMES.queue(other), exchange=NAMES.dead_exchange))
    assert await refused(broker, service, consuming(NAMES.queue(other)))
    assert await refused(broker, service, binding(NAMES.queue(other), kind(other.events[0])))


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_can_check_but_not_change_the_topology(broker: Broker, service: str) -> None:
    url = broker.url_of(service)
    await topology.declare(url, "rights", service=service)
    await topology.check(url, "rights", service=service)
    for name in (NAMES.log, *(NAMES.queue(queue) for queue in ALL_QUEUES)):
        assert await refused(broker, service, deleting(name))
    assert await refused(broker, service, lambda channel: channel.exchange_delete(NAMES.exchange))


async def test_a_service_binds_its_queue_only_to_the_types_it_receives(broker: Broker) -> None:
    queue = NAMES.queue(PUBLISHER_CONTENT)
    assert await refused(broker, "publisher", binding(queue, "#"))
    assert await refused(broker, "publisher", binding(queue, "identity.session_revoked.v1"))


async def test_a_gateway_replica_receives_revoked_sessions_in_its_own_queue(broker: Broker) -> None:
    async with broker.channel("gateway") as channel:
        queue = await channel.declare_queue(
            f"{NAMES.gateway_queue}.replica", durable=False, exclusive=True, auto_delete=True
        )
        await queue.bind(NAMES.exchange, kind(SessionRevoked))
        assert not await refused(broker, "identity", publishing(kind(SessionRevoked)))
        message = await queue.get(timeout=5)
        assert message.routing_key == kind(SessionRevoked)
    assert not await refused(broker, "gateway", consuming(NAMES.log))


async def test_a_subscriber_consumes_its_queue_and_reads_the_stream(broker: Broker) -> None:
    assert not await refused(broker, "content", publishing(kind(ContentApproved)))
    async with broker.channel("subscriber.crm") as channel:
        own = await channel.get_queue(NAMES.queue(CRM))
        assert (await own.get(timeout=5)).routing_key == kind(ContentApproved)
        assert not await refused(broker, "subscriber.crm", consuming(NAMES.dead_queue(CRM)))
        assert not await refused(broker, "subscriber.crm", consuming(NAMES.log))


async def test_a_subscriber_can_not_publish_or_access_other_queues(broker: Broker) -> None:
    crm, queue = "subscriber.crm", NAMES.queue(CRM)
    for routing_key, exchange in [(kind(ContentApproved), NAMES.exchange), (queue, ""), (queue, NAMES.dead_exchange)]:
        assert await refused(broker, crm, publishing(routing_key, exchange))
    assert await refused(broker, crm, publishing("x", "amq.topic"))
    assert await refused(broker, crm, consuming(NAMES.queue(PUBLISHER_CONTENT)))
    assert await refused(broker, crm, binding(queue, "#"))
    assert await refused(broker, crm, lambda channel: channel.queue_delete(queue))
    assert await refused(broker, crm, lambda channel: channel.declare_queue("own", durable=True))


def test_a_password_is_not_printed(amqp_url: str) -> None:
    environment = {"AMQP_URL": amqp_url, "EVENTS_NAMESPACE": "rights", "CONTENT_AMQP_PASSWORD": "known-to-content"}
    result = RUN.invoke(app, ["users"], env=environment)
    assert "known-to-content" not in result.output
    assert f"rights.content@{urlsplit(amqp_url).hostname}" in result.stderr
    assert [user["name"] for user in json.loads(result.stdout)["users"]] == ["rights.content"]


async def test_a_user_without_a_given_password_keeps_its_own(broker: Broker, rabbitmq: BrokerServer) -> None:
    """Rotating one password must not lock the other services out."""
    environment = {"AMQP_URL": rabbitmq.url, "EVENTS_NAMESPACE": "rights", "IDENTITY_AMQP_PASSWORD": "rotated"}
    rabbitmq.control("import_definitions", given=RUN.invoke(app, ["users"], env=environment).stdout)

    for url in (broker.url_of("billing"), broker.url_of("identity").replace("secret-of-identity", "rotated")):
        async with topology.connection(url):
            pass
    with pytest.raises(ProbableAuthenticationError):
        async with topology.connection(broker.url_of("identity")):
            pass
    restored = environment | {"IDENTITY_AMQP_PASSWORD": "secret-of-identity"}
    rabbitmq.control("import_definitions", given=RUN.invoke(app, ["users"], env=restored).stdout)


def test_a_new_user_without_a_password_is_refused(rabbitmq: BrokerServer) -> None:
    """It would otherwise have rights that nobody can use, or a password that is not known."""
    environment = {"AMQP_URL": rabbitmq.url, "EVENTS_NAMESPACE": "never"}
    with pytest.raises(Exception, match=r"no_such_user|does not exist"):
        rabbitmq.control("import_definitions", given=RUN.invoke(app, ["users"], env=environment).stdout)


def test_an_unknown_event_type_is_answered_with_the_known_ones(amqp_url: str) -> None:
    result = RUN.invoke(app, ["subscriber", "crm", "--types", "content.aproved.v1"], env={"AMQP_URL": amqp_url})
    assert result.exit_code == 2
    assert "content.aproved.v1" in result.stderr
    assert "content.approved.v1" in result.stderr


async def test_faststream_consumes_with_the_rights_of_a_service(broker: Broker) -> None:
    """It declares nothing: the topology was declared with other rights."""

    async def keep_account(event: AccountCreated | AccountUpdated) -> None: ...

    def create_router() -> EventRouter:
        router = EventRouter()
        router.subscribe(BILLING_ACCOUNTS, keep_account)
        return router

    database = Database("postgresql://nobody@127.0.0.1:1/nowhere", service="billing")
    consumption = Consumption(
        broker.url_of("billing"), NAMES.namespace, [create_router], Processor(database, lambda session: session)
    )
    await consumption.start()
    assert consumption.silent() == []
    await consumption.stop()
    await database.close()

"""Receives revoked sessions: on start those of the last token lifetime from the stream, then new ones as they occur."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

import structlog
from aio_pika.abc import AbstractIncomingMessage
from common.messaging import topology
from common.messaging.consumption import Supervisor, close_broker, create_broker, silent_queues
from common.messaging.processor import DeadLetters
from common.runtime.stopping import STOP_SECONDS
from faststream.rabbit import Channel, RabbitQueue
from pulseworks_contracts import Names, SessionRevoked
from pulseworks_contracts.faststream import events_exchange
from pydantic import ValidationError

from gateway.revocation.service import RevocationList

log = structlog.get_logger(__name__)

TOKEN_LIFETIME = timedelta(minutes=15)
_MARGIN = timedelta(minutes=1)
_TYPE = str(SessionRevoked.model_fields["type"].default)
# The replay is complete when the stream delivers nothing for this long.
_IDLE_SECONDS = 0.5
_PREFETCH = 500
_POLL_SECONDS = 0.05
_CLOCK_SKEW = timedelta(seconds=2)
_TIME = re.compile(rb'"time":"([^"]+)"')
_ENVELOPE_BYTES = 600
_NEVER = datetime.min.replace(tzinfo=UTC)
# If the broker is down, the gateway serves after this long, as it does when the broker goes down later: tokens live for
# 15 minutes, and refusing every request is the greater harm (decision 11).
_START_TIMEOUT_SECONDS = 10.0


class RevocationFeed:
    """Keeps this replica's subscription alive."""

    def __init__(self, url: str, namespace: str, revocations: RevocationList) -> None:
        subscribe = partial(_Subscription, url, namespace, revocations)
        declare = partial(topology.declare, url, namespace, (), service="gateway")
        # after a lost connection a new subscription replays what was missed from the stream
        self._supervisor = Supervisor(subscribe, declare)
        self._revocations = revocations

    async def start(self) -> None:
        """Return when the replay is complete, or after ten seconds; then it continues in the background."""
        await self._supervisor.start(_START_TIMEOUT_SECONDS)
        self._revocations.is_fed = True

    @property
    def stop_seconds(self) -> float:
        return STOP_SECONDS

    async def stop(self) -> None:
        await self._supervisor.stop()

    async def check_broker(self) -> None:
        """Raise if revocations are not being received."""
        await self._supervisor.check()

    async def check_loops(self) -> None:
        """Do nothing: the gateway has no due loops."""


class _Subscription:
    """One connection with an exclusive queue: each replica needs every revocation."""

    def __init__(self, url: str, namespace: str, revocations: RevocationList) -> None:
        self._url = url
        self._names = Names(namespace)
        self._revocations = revocations
        self._broker = create_broker(url, [DeadLetters])
        queue = RabbitQueue(
            f"{self._names.gateway_queue}.{uuid4().hex}",
            durable=False,
            exclusive=True,
            auto_delete=True,
            robust=False,
            routing_key=_TYPE,
        )
        channel = Channel(prefetch_count=_PREFETCH)
        subscriber = self._broker.subscriber(queue, events_exchange(self._names), channel=channel, no_reply=True)
        subscriber(self._add)

    async def start(self) -> None:
        """Subscribe, then replay the stream; in this order nothing is missed."""
        await self._broker.start()
        await self._replay()

    async def stop(self) -> None:
        await close_broker(self._broker)

    def silent(self) -> list[str]:
        return silent_queues(self._broker)

    async def _add(self, event: SessionRevoked) -> None:
        self._revocations.add(event.data.session_id, event.data.tokens_expire_at)

    async def _add_replayed(self, body: bytes) -> None:
        try:
            event = SessionRevoked.model_validate_json(body)
        except ValidationError:  # it would be invalid on the next start too
            log.exception("revocation_invalid")
        else:
            await self._add(event)

    async def _replay(self) -> None:
        """Read the stream until it is idle or, if it never is, until it delivers events emitted after the start."""
        loop = asyncio.get_running_loop()
        last_message = 0.0
        began = datetime.now(UTC)
        caught_up = False

        async def read(message: AbstractIncomingMessage) -> None:
            nonlocal last_message, caught_up
            last_message = loop.time()
            caught_up = caught_up or _emitted_at(message.body) > began + _CLOCK_SKEW
            if message.routing_key == _TYPE:
                await self._add_replayed(message.body)
            await message.ack()

        async with topology.connection(self._url) as connected:
            channel = await connected.channel()
            await channel.set_qos(prefetch_count=_PREFETCH)
            stream = await channel.get_queue(self._names.log, ensure=False)
            await stream.consume(read, arguments={"x-stream-offset": began - TOKEN_LIFETIME - _MARGIN})
            last_message = max(last_message, loop.time())
            while not caught_up and loop.time() - last_message < _IDLE_SECONDS:  # noqa: ASYNC110 - no event signals an idle stream
                await asyncio.sleep(_POLL_SECONDS)


def _emitted_at(body: bytes) -> datetime:
    """Return the event's `time`, which precedes its data in the JSON; the earliest time if there is none."""
    found = _TIME.search(body, 0, _ENVELOPE_BYTES)
    try:
        return datetime.fromisoformat(found[1].decode()) if found else _NEVER
    except ValueError:
        return _NEVER

"""Receives revoked sessions: at the start those of the last token lifetime from the stream, then each as it comes."""

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
from faststream.rabbit import Channel, RabbitQueue
from pulseworks_contracts import Names, SessionRevoked
from pulseworks_contracts.faststream import events_exchange
from pydantic import ValidationError

from gateway.revocation.list import RevocationList

log = structlog.get_logger(__name__)

TOKEN_LIFETIME = timedelta(minutes=15)
_MARGIN = timedelta(minutes=1)
_TYPE = str(SessionRevoked.model_fields["type"].default)
# The stream has been read when it has nothing more to give for this long.
_QUIET_SECONDS = 0.5
_PREFETCH = 500
_LOOK_SECONDS = 0.05
_CLOCKS_APART = timedelta(seconds=2)
_TIME = re.compile(rb'"time":"([^"]+)"')
_ENVELOPE_BYTES = 600
_NEVER = datetime.min.replace(tzinfo=UTC)
# Without the broker the gateway serves after this long, as it goes on serving when the broker goes away later: tokens
# live for 15 minutes, and a front door that is closed for everybody is the greater harm (decision 11).
_FIRST_WAIT_SECONDS = 10.0


class RevocationFeed:
    """Keeps a replica's own subscription alive."""

    def __init__(self, url: str, namespace: str, revocations: RevocationList) -> None:
        subscribe = partial(_Subscription, url, namespace, revocations)
        declare = partial(topology.declare, url, namespace, (), service="gateway")
        # a lost connection means a new subscription, which reads what it missed from the stream
        self._supervisor = Supervisor(subscribe, declare)

    async def start(self) -> None:
        """Return when the past is known, or after ten seconds: the broker is then waited for in the background."""
        await self._supervisor.start(_FIRST_WAIT_SECONDS)

    async def stop(self) -> None:
        await self._supervisor.stop()

    async def check_broker(self) -> None:
        """Raise while revocations are not received."""
        await self._supervisor.check()

    async def check_loops(self) -> None:
        """Pass: the gateway has no due loops."""


class _Subscription:
    """One connection with a queue of its own, which dies with it: each replica needs every revocation."""

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
        subscriber(self._note)

    async def start(self) -> None:
        """Subscribe, then read the past: nothing falls between the two."""
        await self._broker.start()
        await self._read_past()

    async def stop(self) -> None:
        await close_broker(self._broker)

    def silent(self) -> list[str]:
        return silent_queues(self._broker)

    async def _note(self, event: SessionRevoked) -> None:
        self._revocations.add(event.data.session_id, event.data.tokens_expire_at)

    async def _note_past(self, body: bytes) -> None:
        try:
            event = SessionRevoked.model_validate_json(body)
        except ValidationError:  # what can't be read now can't be read at the next start either
            log.exception("revocation_not_understood")
        else:
            await self._note(event)

    async def _read_past(self) -> None:
        """Return when the stream falls silent, or, since a busy one never does, brings what was emitted after now."""
        loop = asyncio.get_running_loop()
        last = 0.0
        began = datetime.now(UTC)
        read_all = False

        async def read(message: AbstractIncomingMessage) -> None:
            nonlocal last, read_all
            last = loop.time()
            read_all = read_all or _emitted_at(message.body) > began + _CLOCKS_APART
            if message.routing_key == _TYPE:
                await self._note_past(message.body)
            await message.ack()

        async with topology.connection(self._url) as connected:
            channel = await connected.channel()
            await channel.set_qos(prefetch_count=_PREFETCH)
            stream = await channel.get_queue(self._names.log, ensure=False)
            await stream.consume(read, arguments={"x-stream-offset": began - TOKEN_LIFETIME - _MARGIN})
            last = max(last, loop.time())
            while not read_all and loop.time() - last < _QUIET_SECONDS:  # noqa: ASYNC110 - no event reports a lull
                await asyncio.sleep(_LOOK_SECONDS)


def _emitted_at(body: bytes) -> datetime:
    """Return the event's `time`, which stands before its data; the distant past when there is none."""
    found = _TIME.search(body, 0, _ENVELOPE_BYTES)
    try:
        return datetime.fromisoformat(found[1].decode()) if found else _NEVER
    except ValueError:
        return _NEVER

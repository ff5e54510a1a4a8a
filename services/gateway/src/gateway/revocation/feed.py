"""Hears of revoked sessions: at the start those of the last token lifetime from the stream, then each as it comes."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from aio_pika.exceptions import AMQPError, ChannelInvalidStateError
from common.messaging import topology
from prometheus_client import Gauge
from pulseworks_contracts import Names, SessionRevoked

from gateway.revocation.list import RevocationList

log = structlog.get_logger(__name__)

LISTENING = Gauge("gateway_revocations_listening", "1 while revoked sessions are heard of, 0 while the broker is away.")

TOKEN_LIFETIME = timedelta(minutes=15)
_MARGIN = timedelta(minutes=1)
_TYPE = str(SessionRevoked.model_fields["type"].default)
# The stream has been read when it has nothing more to give for this long.
_QUIET_SECONDS = 0.5
_PREFETCH = 500
_FAILURES = (AMQPError, ChannelInvalidStateError, OSError, TimeoutError, RuntimeError)


class RevocationFeed:
    """A replica's own subscription; each replica needs every revocation, so the queue is its own and dies with it."""

    def __init__(self, url: str, namespace: str, revocations: RevocationList) -> None:
        self._url = url
        self._namespace = namespace
        self._names = Names(namespace)
        self._revocations = revocations
        self._filled = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Return when the past is known; raise the broker's error when it can't be reached for a minute."""
        await topology.declare(self._url, self._namespace, service="gateway")
        self._task = asyncio.create_task(self._listen_for_ever(), name="revocations")
        await self._filled.wait()

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def check_broker(self) -> None:
        """Pass once the past has been read.

        A later loss of the broker does not close the front door for everybody: tokens live for 15 minutes, the feed
        catches up from the stream, and the gauge tells.
        """
        if not self._filled.is_set():
            raise RuntimeError("revoked sessions have not been read yet")

    async def check_loops(self) -> None:
        """Raise when the feed has ended, which it never should."""
        if self._task is None or self._task.done():
            raise RuntimeError("the feed of revoked sessions has ended")

    async def _listen_for_ever(self) -> None:
        while True:
            try:
                async with topology.connection(self._url) as connected:
                    lost = asyncio.Event()
                    connected.close_callbacks.add(partial(_set, lost))
                    await self._subscribe(await connected.channel())
                    await self._read_past(await connected.channel())
                    self._filled.set()
                    LISTENING.set(1)
                    await lost.wait()
            except _FAILURES as error:
                log.warning("revocations_not_heard", error=repr(error))
            LISTENING.set(0)
            await asyncio.sleep(0.5)

    async def _subscribe(self, channel: AbstractChannel) -> None:
        await channel.set_qos(prefetch_count=_PREFETCH)
        queue = await channel.declare_queue(exclusive=True, auto_delete=True)
        await queue.bind(self._names.exchange, _TYPE)
        await queue.consume(self._hear)

    async def _read_past(self, channel: AbstractChannel) -> None:
        await channel.set_qos(prefetch_count=_PREFETCH)
        stream = await channel.get_queue(self._names.log, ensure=False)
        last = asyncio.get_running_loop().time()

        async def read(message: AbstractIncomingMessage) -> None:
            nonlocal last
            last = asyncio.get_running_loop().time()
            if message.routing_key == _TYPE:
                self._note(message.body)
            await message.ack()

        since = datetime.now(UTC) - TOKEN_LIFETIME - _MARGIN
        await stream.consume(read, arguments={"x-stream-offset": since})
        while (quiet := asyncio.get_running_loop().time() - last) < _QUIET_SECONDS:  # noqa: ASYNC110 - a lull, which no event tells
            await asyncio.sleep(_QUIET_SECONDS - quiet)
        await channel.close()

    async def _hear(self, message: AbstractIncomingMessage) -> None:
        self._note(message.body)
        await message.ack()

    def _note(self, body: bytes) -> None:
        try:
            event = SessionRevoked.model_validate_json(body)
        except ValueError:
            log.exception("revocation_not_understood")
            return
        self._revocations.add(event.data.session_id, event.data.tokens_expire_at)


def _set(event: asyncio.Event, *_arguments: object) -> None:
    event.set()

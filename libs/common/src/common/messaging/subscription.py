"""One queue's messages, as they come: singly side by side, or many together; acknowledged by what became of them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from enum import Enum, auto
from functools import partial

import aiormq
import structlog
from aiormq.abc import DeliveredMessage

from common.messaging.connection import LOST

log = structlog.get_logger(__name__)

# Messages that come one by one within this many seconds are handled together: a transaction costs more than a message.
_SHORTEST_TURN = 0.01
_ACKNOWLEDGE_SECONDS = 5.0


class Verdict(Enum):
    """What the broker shall do with a message."""

    DONE = auto()
    POISON = auto()
    """It goes to the dead letters."""
    NOT_NOW = auto()
    """It stays unacknowledged, and goes back to its queue when the connection closes."""


Receive = Callable[[Sequence[DeliveredMessage]], Awaitable[Sequence[Verdict]]]


class Subscription:
    """Hands a queue's messages to ``receive``, which must not raise.

    With ``together`` above 1 it gets that many at most, whatever has come while it was at work with the last ones, and
    one call at a time for each channel: no message waits for others to come. Otherwise each message has a call of its
    own at once.
    ``prefetch`` is how many messages are here unacknowledged.
    """

    def __init__(self, queue: str, receive: Receive, *, prefetch: int, together: int = 1) -> None:
        self.queue = queue
        self._receive = receive
        self._prefetch = prefetch
        self._together = together
        self._channel: aiormq.abc.AbstractChannel | None = None
        self._lost: asyncio.Future[None] | None = None
        self._tag = ""
        self._waiting: list[DeliveredMessage] = []
        self._come = asyncio.Event()
        self._at_work: set[asyncio.Task[object]] = set()

    async def open(self, connection: aiormq.abc.AbstractConnection) -> "asyncio.Future[None]":
        """Begin to consume; return a future that is done when the channel or the queue is gone.

        Raises the broker's error, for instance when the queue is missing.
        """
        channel = await connection.channel(publisher_confirms=False)
        self._channel = channel
        self._waiting = []
        self._come.set()  # for a task of an earlier channel, which ends
        lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lost = lost
        for closed in (channel.closing.add_done_callback, channel.on_consumer_cancel_callbacks.add):
            closed(lambda _: _resolve(lost))
        await channel.basic_qos(prefetch_count=self._prefetch)
        together = self._together > 1
        if together:
            self._keep(self._take_together(channel))
        consumed = await channel.basic_consume(self.queue, partial(self._add if together else self._take_one, channel))
        self._tag = consumed.consumer_tag or ""
        return lost

    async def close(self, grace: float) -> None:
        """Take nothing more, let what is at work come to its end within ``grace`` seconds."""
        channel, self._channel = self._channel, None
        if channel is None:
            return
        try:
            if not channel.is_closed:
                await channel.basic_cancel(self._tag, timeout=grace)
        except LOST as error:
            log.debug("subscription_not_cancelled", queue=self.queue, error=repr(error))
        self._waiting = []
        self._come.set()
        if self._at_work:
            _, late = await asyncio.wait(self._at_work, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _keep(self, work: Coroutine[None, None, object]) -> None:
        """Run it in a task of our own: aiormq cancels its own with a channel, and a commit must not be cut off."""
        task = asyncio.create_task(work, name=self.queue)
        self._at_work.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[object]) -> None:
        self._at_work.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            # it must not look as if this queue were consumed: the broker begins anew with all of them
            log.error("consuming_failed", queue=self.queue, error=repr(error), exc_info=error)
            if self._lost is not None:
                _resolve(self._lost)

    # A message of an earlier channel is not taken: its tag would mean another message on the present one.

    async def _add(self, channel: aiormq.abc.AbstractChannel, message: DeliveredMessage) -> None:
        if channel is self._channel:
            self._waiting.append(message)
            self._come.set()

    async def _take_one(self, channel: aiormq.abc.AbstractChannel, message: DeliveredMessage) -> None:
        if channel is self._channel:
            self._keep(self._handle(channel, [message]))

    async def _take_together(self, channel: aiormq.abc.AbstractChannel) -> None:
        while self._channel is channel and not channel.is_closed:
            if not self._waiting:
                self._come.clear()
                await self._come.wait()
                continue
            began = time.monotonic()
            batch, self._waiting = self._waiting[: self._together], self._waiting[self._together :]
            if Verdict.NOT_NOW in await self._handle(channel, batch):
                return  # the next one's acknowledgement would take these along
            if len(self._waiting) < self._together:
                await asyncio.sleep(began + _SHORTEST_TURN - time.monotonic())

    async def _handle(
        self, channel: aiormq.abc.AbstractChannel, messages: Sequence[DeliveredMessage]
    ) -> Sequence[Verdict]:
        verdicts = await self._receive(messages)
        try:
            # a connection that is closing takes nothing more and does not say so
            async with asyncio.timeout(_ACKNOWLEDGE_SECONDS):
                await _acknowledge(channel, messages, verdicts)
        except LOST as error:
            # it will come again, to another channel, and the inbox knows it
            log.info("message_not_acknowledged", queue=self.queue, count=len(messages), error=repr(error))
        return verdicts


def _resolve(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)


async def _acknowledge(
    channel: aiormq.abc.AbstractChannel, messages: Sequence[DeliveredMessage], verdicts: Sequence[Verdict]
) -> None:
    done: list[int] = []
    for message, verdict in zip(messages, verdicts, strict=True):
        tag = message.delivery_tag
        if tag is None or verdict is Verdict.NOT_NOW:
            continue
        if verdict is Verdict.POISON:
            await channel.basic_reject(tag, requeue=False, wait=False)
        else:
            done.append(tag)
    if len(done) > 1 and Verdict.NOT_NOW not in verdicts:
        # all up to the last one have had their answer: what comes together comes in order, and nothing follows NOT_NOW
        await channel.basic_ack(done[-1], multiple=True, wait=False)
        return
    for tag in done:
        await channel.basic_ack(tag, wait=False)

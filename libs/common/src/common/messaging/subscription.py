"""One queue's messages, as they come: singly side by side, or many together; acknowledged by what became of them."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum, auto

import aiormq
import structlog
from aiormq.abc import DeliveredMessage
from aiormq.exceptions import AMQPError

log = structlog.get_logger(__name__)

# asyncio and aiormq say RuntimeError for a transport that closed under a call
LOST = (AMQPError, OSError, TimeoutError, RuntimeError)
# Messages that come one by one within this many seconds are handled together: a transaction costs more than a message.
_SHORTEST_TURN = 0.01


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
    one call at a time: no message waits for others to come. Otherwise each message has a call of its own at once.
    ``prefetch`` is how many messages are here unacknowledged.
    """

    def __init__(self, queue: str, receive: Receive, *, prefetch: int, together: int = 1) -> None:
        self.queue = queue
        self._receive = receive
        self._prefetch = prefetch
        self._together = together
        self._channel: aiormq.abc.AbstractChannel | None = None
        self._tag = ""
        self._waiting: list[DeliveredMessage] = []
        self._come = asyncio.Event()
        self._at_work: set[asyncio.Task[None]] = set()

    async def open(self, connection: aiormq.abc.AbstractConnection) -> "asyncio.Future[None]":
        """Begin to consume; return a future that is done when the channel or the queue is gone.

        Raises the broker's error, for instance when the queue is missing.
        """
        channel = await connection.channel(publisher_confirms=False)
        self._channel = channel
        self._waiting = []
        self._come.set()  # for a task of an earlier channel, which ends
        lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        for closed in (channel.closing.add_done_callback, channel.on_consumer_cancel_callbacks.add):
            closed(lambda _: None if lost.done() else lost.set_result(None))
        await channel.basic_qos(prefetch_count=self._prefetch)
        together = self._together > 1
        if together:
            self._keep(asyncio.create_task(self._take_together(channel), name=f"{self.queue}:together"))
        consumed = await channel.basic_consume(self.queue, self._add if together else self._take_one)
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

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)

    async def _add(self, message: DeliveredMessage) -> None:
        self._waiting.append(message)
        self._come.set()

    async def _take_one(self, message: DeliveredMessage) -> None:
        channel = self._channel
        if channel is not None:
            # a task of our own: aiormq cancels its tasks when the channel closes, and a commit must not be cut off
            self._keep(asyncio.create_task(self._handle(channel, [message]), name=self.queue))

    async def _take_together(self, channel: aiormq.abc.AbstractChannel) -> None:
        while self._channel is channel and not channel.is_closed:
            if not self._waiting:
                self._come.clear()
                await self._come.wait()
                continue
            began = time.monotonic()
            batch, self._waiting = self._waiting[: self._together], self._waiting[self._together :]
            await self._handle(channel, batch)
            if len(self._waiting) < self._together:
                await asyncio.sleep(began + _SHORTEST_TURN - time.monotonic())

    async def _handle(self, channel: aiormq.abc.AbstractChannel, messages: Sequence[DeliveredMessage]) -> None:
        verdicts = await self._receive(messages)
        try:
            await _acknowledge(channel, messages, verdicts)
        except LOST as error:
            # it will come again, to another channel, and the inbox knows it
            log.info("message_not_acknowledged", queue=self.queue, count=len(messages), error=repr(error))


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
        # messages that are handled together come in order, so all up to the last one have had their answer
        await channel.basic_ack(done[-1], multiple=True, wait=False)
        return
    for tag in done:
        await channel.basic_ack(tag, wait=False)

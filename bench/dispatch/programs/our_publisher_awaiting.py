"""The publisher as in `our_publisher`, but for the form of its batches: handlers await a future of their message.

FastStream then acknowledges each message by its own policy when its future is done. The batch, the transaction and the
tables are the same.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from types import SimpleNamespace
from typing import Any

from aio_pika import IncomingMessage
from common.messaging import batching, router
from faststream import AckPolicy, BaseMiddleware
from faststream.exceptions import NackMessage, RejectMessage
from faststream.message import StreamMessage

from dispatch.programs.living import live
from dispatch.programs.our_publisher import start

_futures: dict[int, "asyncio.Future[None]"] = {}


class _Awaiting(batching.BatchMiddleware):
    async def consume_scope(
        self, call_next: Callable[[StreamMessage[Any]], Awaitable[object]], msg: StreamMessage[Any]
    ) -> None:
        future = _futures[id(self._message)] = asyncio.get_running_loop().create_future()
        await super().consume_scope(call_next, msg)
        await future

    after_processed = BaseMiddleware.after_processed


class _Resolving:
    """Stands for the acknowledgements: resolves the futures."""

    def __init__(self, _queue: str) -> None:
        pass

    async def ack(self, messages: Sequence[IncomingMessage]) -> None:
        for message in messages:
            _futures.pop(id(message)).set_result(None)

    async def reject(self, message: IncomingMessage) -> None:
        _futures.pop(id(message)).set_exception(RejectMessage())

    async def nack(self, messages: Sequence[IncomingMessage]) -> None:
        for message in messages:
            _futures.pop(id(message)).set_exception(NackMessage())


if __name__ == "__main__":
    policies = SimpleNamespace(REJECT_ON_ERROR=AckPolicy.REJECT_ON_ERROR, MANUAL=AckPolicy.REJECT_ON_ERROR)
    router.AckPolicy = policies  # type: ignore[misc, assignment]  # that is the purpose, here and below
    batching._Acknowledgements = _Resolving  # type: ignore[misc, assignment]  # noqa: SLF001
    from common.messaging import consumption

    consumption.BatchMiddleware = _Awaiting  # type: ignore[misc]
    live(start)

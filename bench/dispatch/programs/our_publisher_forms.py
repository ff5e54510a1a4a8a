"""The publisher as in `our_publisher`, with batching in one of the two rejected forms (decision 11).

`FORM=middleware`: FastStream parses and decodes each message, and its innermost middleware passes it to the batch.
`FORM=awaiting`: the same, but the middleware waits until the batch is done, and FastStream acknowledges each message
alone. The batch, the transaction and the tables are the same.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from types import SimpleNamespace
from typing import Any

from aio_pika import IncomingMessage
from common.messaging import batching, consumption, subscriber
from faststream import AckPolicy, BaseMiddleware, ContextRepo
from faststream.message import StreamMessage
from faststream.rabbit.subscriber.usecase import RabbitSubscriber

from dispatch.programs.living import live
from dispatch.programs.our_publisher import start

_events: dict[int, Any] = {}
_futures: dict[int, "asyncio.Future[None]"] = {}


class _Collecting(BaseMiddleware):
    async def consume_scope(self, _call_next: Callable[..., Awaitable[object]], msg: StreamMessage[Any]) -> None:
        _events[id(self.msg)] = await msg.decode()
        self.context.get_local("handler_").collect(self.msg)


class _Awaiting(_Collecting):
    async def consume_scope(self, call_next: Callable[..., Awaitable[object]], msg: StreamMessage[Any]) -> None:
        future = _futures[id(self.msg)] = asyncio.get_running_loop().create_future()
        await super().consume_scope(call_next, msg)
        await future


class _Resolving:
    """Replaces the acknowledgements: resolves the futures. Nothing is rejected or returned in this bench."""

    def __init__(self, _queue: str) -> None:
        pass

    async def ack(self, messages: Sequence[IncomingMessage]) -> None:
        for message in messages:
            _futures.pop(id(message)).set_result(None)


async def _decoded(_batch: batching.Batch, message: IncomingMessage) -> Any:
    return _events.pop(id(message))


def use(form: str) -> None:
    middleware = {"middleware": _Collecting, "awaiting": _Awaiting}[form]

    def create(*_: object) -> Callable[..., BaseMiddleware]:
        def make(msg: Any, /, *, context: ContextRepo) -> BaseMiddleware:
            return middleware(msg, context=context)

        return make

    replacements: list[tuple[object, str, object]] = [
        (subscriber.BatchSubscriber, "consume", RabbitSubscriber.consume),
        (batching.Batch, "_decode", _decoded),
        (consumption, "TransactionPerEvent", create),
        (batching, "_Acknowledgements", _Resolving)
        if form == "awaiting"
        else (subscriber, "AckPolicy", SimpleNamespace(REJECT_ON_ERROR=AckPolicy.MANUAL)),
    ]
    for owner, name, replacement in replacements:
        getattr(owner, name)  # raises if the library no longer has it
        setattr(owner, name, replacement)


if __name__ == "__main__":
    use(os.environ["FORM"])
    live(start)

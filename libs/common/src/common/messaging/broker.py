"""FastStream's broker with the settings that are safe, in one place."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aio_pika.abc import AbstractIncomingMessage
from faststream import AckPolicy, BaseMiddleware
from faststream.exceptions import NackMessage
from faststream.message import StreamMessage
from faststream.rabbit import Channel, RabbitBroker
from prometheus_client import Counter

log = structlog.get_logger(__name__)

HANDLED = Counter("pulseworks_events_handled", "Events by what became of them.", ["queue", "outcome"])
DEAD_LETTERED = Counter("pulseworks_events_dead_lettered", "Messages that could not be understood.", ["type"])
CONTENT_TYPE = "application/cloudevents+json"


async def _decode(message: StreamMessage[Any]) -> Any:
    # FastStream's own decoder takes JSON for JSON only when the content type says application/json
    return json.loads(message.body)


class _ReportDeadLetters(BaseMiddleware[Any, Any]):
    """Logs and counts what cannot be understood; rejecting it alone would be silent."""

    async def consume_scope(
        self,
        call_next: Callable[[StreamMessage[AbstractIncomingMessage]], Awaitable[Any]],
        msg: StreamMessage[AbstractIncomingMessage],
    ) -> Any:
        try:
            return await call_next(msg)
        except NackMessage:
            raise
        except Exception as error:
            DEAD_LETTERED.labels(msg.raw_message.routing_key).inc()
            log.exception(
                "event_dead_lettered", event_id=msg.raw_message.message_id, type=msg.raw_message.type, error=repr(error)
            )
            raise


def create_broker(url: str, *, app_id: str, prefetch: int = 20) -> RabbitBroker:
    """Return a broker that is not connected yet.

    A message whose handler raises is rejected, which sends it to the dead-letter queue at once: FastStream's NACK would
    requeue it at once and make a hot loop. An outage of the database never gets that far (see ``consumer``).
    """
    return RabbitBroker(
        url,
        app_id=app_id,
        default_channel=Channel(prefetch_count=prefetch, publisher_confirms=True, on_return_raises=True),
        ack_policy=AckPolicy.REJECT_ON_ERROR,
        decoder=_decode,
        middlewares=[_ReportDeadLetters],
        graceful_timeout=5,
        reconnect_interval=1,
        logger=None,
    )

"""FastStream's broker with the settings that are safe, in one place."""

import json
from typing import Any

from faststream import AckPolicy
from faststream.message import StreamMessage
from faststream.rabbit import Channel, RabbitBroker

CONTENT_TYPE = "application/cloudevents+json"


async def _decode(message: StreamMessage[Any]) -> Any:
    # FastStream's own decoder takes JSON for JSON only when the content type says application/json
    return json.loads(message.body)


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
        graceful_timeout=5,
        reconnect_interval=1,
        logger=None,
    )

"""The subscriber of a busy queue. FastStream has batch subscribers for Kafka and NATS, but not for RabbitMQ."""

from collections.abc import Callable
from typing import Any, cast

from aio_pika import IncomingMessage
from faststream import AckPolicy
from faststream._internal.endpoint.subscriber.call_item import CallsCollection
from faststream.rabbit import Channel, RabbitExchange, RabbitQueue
from faststream.rabbit.configs import RabbitBrokerConfig
from faststream.rabbit.subscriber.config import RabbitSubscriberConfig, RabbitSubscriberSpecificationConfig
from faststream.rabbit.subscriber.specification import RabbitSubscriberSpecification
from faststream.rabbit.subscriber.usecase import RabbitSubscriber

__all__ = ["BatchSubscriber"]


class BatchSubscriber(RabbitSubscriber):
    """Passes each message to ``collect`` of the queue's batch (see ``batching``).

    Its own handlers are ordinary ones: by ``consume_single`` they receive the messages that no batch could handle.
    """

    collect: Callable[[IncomingMessage], None]

    @classmethod
    def create(cls, config: Any, queue: RabbitQueue, channel: Channel) -> "BatchSubscriber":
        """Return a subscriber for a router with ``config``, as ``RabbitRouter.subscriber`` creates ordinary ones."""
        outer = cast("RabbitBrokerConfig", config)
        exchange = RabbitExchange()
        calls = CallsCollection[Any]()
        return cls(
            config=RabbitSubscriberConfig(
                queue=queue,
                exchange=exchange,
                channel=channel,
                no_reply=True,
                _ack_policy=AckPolicy.REJECT_ON_ERROR,
                _outer_config=outer,
            ),
            specification=RabbitSubscriberSpecification(
                _outer_config=outer,
                specification_config=RabbitSubscriberSpecificationConfig(
                    queue=queue, exchange=exchange, title_=None, description_=None
                ),
                calls=calls,
            ),
            calls=calls,
        )

    async def consume(self, msg: IncomingMessage) -> None:
        if self.running:
            self.collect(msg)

    async def consume_single(self, msg: IncomingMessage) -> None:
        """Process the message as FastStream does: middlewares, handler, acknowledgement by the subscriber's policy."""
        await super().consume(msg)

"""A due post becomes a delivery; everything else happens from there."""

from collections.abc import Sequence

from common.messaging import Consumer
from pulseworks_contracts import PostDue, queues

from publisher.factory import Factory

consumer = Consumer[Factory](queues.PUBLISHER_DUE)


@consumer.handles(PostDue)
async def accept_due_post(factory: Factory, event: PostDue) -> None:
    await factory.deliveries().accept_due(event.account_id, event.data)


@consumer.handles_together(PostDue)
async def accept_due_posts(factory: Factory, events: Sequence[PostDue]) -> None:
    await factory.deliveries().accept_due_together([(event.account_id, event.data) for event in events])

"""A due post becomes a delivery, which the due loop sends."""

from collections.abc import Sequence

from common.messaging import EventRouter
from common.tracing import traceparent
from pulseworks_contracts import PostDue, queues

from publisher.dependencies import EventFactory
from publisher.factory import Factory


async def accept_due_post(event: PostDue, factory: EventFactory) -> None:
    await factory.deliveries().accept_due(event.account_id, event.data, traceparent() or event.traceparent)


async def accept_due_posts(events: Sequence[PostDue], factory: Factory) -> None:
    await factory.deliveries().accept_due_batch([(event.account_id, event.data, event.traceparent) for event in events])


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(queues.PUBLISHER_DUE, accept_due_post, batch=accept_due_posts)
    return router

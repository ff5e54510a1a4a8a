from common.messaging import EventRouter
from pulseworks_contracts import (
    PostCancelled,
    PostConfirmed,
    PostFailed,
    PostMissed,
    PostOutcomeUnknown,
    PostPublished,
    PostScheduled,
    PostUnanswered,
    queues,
)

from content.dependencies import EventFactory

_REASONS = {
    "cancelled": "The post was cancelled.",
    "approval_withdrawn": "The approval was withdrawn. Approve it and schedule it again.",
    "content_deleted": "The post was deleted.",
    "parked": "It is paused, or the subscription or connection lapsed. Mend that, and it goes out if it is in time.",
}


async def mark_scheduled(event: PostScheduled, factory: EventFactory) -> None:
    await factory.outcomes().scheduled(event.account_id, event.data)


async def mark_cancelled(event: PostCancelled, factory: EventFactory) -> None:
    data = event.data
    status = "PARKED" if data.reason == "parked" else "CANCELLED"
    await factory.outcomes().not_going_out(
        event.account_id, data.item_id, data.content_id, data.revision, status=status, message=_REASONS[data.reason]
    )


async def mark_missed(event: PostMissed, factory: EventFactory) -> None:
    data = event.data
    message = "Its time passed while it could not be sent. Schedule it again."
    await factory.outcomes().not_going_out(
        event.account_id, data.item_id, data.content_id, data.revision, status="MISSED", message=message
    )


async def mark_unanswered(event: PostUnanswered, factory: EventFactory) -> None:
    await factory.outcomes().unanswered(event.account_id, event.data)


async def mark_confirmed(event: PostConfirmed, factory: EventFactory) -> None:
    await factory.outcomes().confirmed(event.account_id, event.data)


async def mark_published(event: PostPublished, factory: EventFactory) -> None:
    await _deliver(factory, event, status="PUBLISHED", post_url=event.data.post_url, message=None)


async def mark_failed(event: PostFailed, factory: EventFactory) -> None:
    await _deliver(factory, event, status="FAILED", message=event.data.message)


async def mark_unknown(event: PostOutcomeUnknown, factory: EventFactory) -> None:
    await _deliver(factory, event, status="UNKNOWN", message=event.data.message)


async def _deliver(
    factory: EventFactory, event: PostPublished | PostFailed | PostOutcomeUnknown, **values: object
) -> None:
    data = event.data
    await factory.outcomes().delivered(
        event.account_id, data.item_id, data.content_id, data.revision, platform=data.platform, **values
    )


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(
        queues.CONTENT_SCHEDULE, mark_scheduled, mark_cancelled, mark_missed, mark_unanswered, mark_confirmed
    )
    router.subscribe(queues.CONTENT_OUTCOMES, mark_published, mark_failed, mark_unknown)
    return router

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
from content.models import PlatformPostStatus

_CANCELLATIONS = {
    "cancelled": "The post was cancelled.",
    "approval_withdrawn": "The approval was withdrawn. Approve the post and schedule it again.",
    "content_deleted": "The post was deleted.",
    "parked": "The post is held back: it is paused, or the subscription or the connection has lapsed. Fix the cause "
    "before the scheduled time, and the post is published.",
}


async def mark_scheduled(event: PostScheduled, factory: EventFactory) -> None:
    await factory.outcomes().scheduled(event.account_id, event.data)


async def mark_cancelled(event: PostCancelled, factory: EventFactory) -> None:
    data = event.data
    status = PlatformPostStatus.PARKED if data.reason == "parked" else PlatformPostStatus.CANCELLED
    await factory.outcomes().not_sent(
        event.account_id,
        data.item_id,
        data.content_id,
        data.revision,
        status=status,
        message=_CANCELLATIONS[data.reason],
    )


async def mark_missed(event: PostMissed, factory: EventFactory) -> None:
    data = event.data
    await factory.outcomes().not_sent(
        event.account_id,
        data.item_id,
        data.content_id,
        data.revision,
        status=PlatformPostStatus.MISSED,
        message="The post could not be sent at its scheduled time. Schedule it again.",
    )


async def mark_unanswered(event: PostUnanswered, factory: EventFactory) -> None:
    await factory.outcomes().unanswered(event.account_id, event.data)


async def mark_confirmed(event: PostConfirmed, factory: EventFactory) -> None:
    await factory.outcomes().confirmed(event.account_id, event.data)


async def mark_published(event: PostPublished, factory: EventFactory) -> None:
    await factory.outcomes().delivered(
        event.account_id, event.data, status=PlatformPostStatus.PUBLISHED, post_url=event.data.post_url, message=None
    )


async def mark_failed(event: PostFailed, factory: EventFactory) -> None:
    await factory.outcomes().delivered(
        event.account_id, event.data, status=PlatformPostStatus.FAILED, message=event.data.message
    )


async def mark_unknown(event: PostOutcomeUnknown, factory: EventFactory) -> None:
    await factory.outcomes().delivered(
        event.account_id, event.data, status=PlatformPostStatus.UNKNOWN, message=event.data.message
    )


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(
        queues.CONTENT_SCHEDULE, mark_scheduled, mark_cancelled, mark_missed, mark_unanswered, mark_confirmed
    )
    router.subscribe(queues.CONTENT_OUTCOMES, mark_published, mark_failed, mark_unknown)
    return router

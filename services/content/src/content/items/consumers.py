from common.messaging import Consumer
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

from content.factory import Factory

schedule = Consumer[Factory](queues.CONTENT_SCHEDULE)
outcomes = Consumer[Factory](queues.CONTENT_OUTCOMES)

_REASONS = {
    "cancelled": "The post was cancelled.",
    "approval_withdrawn": "The approval was withdrawn. Approve it and schedule it again.",
    "content_deleted": "The post was deleted.",
    "parked": "It is paused, or the subscription or connection lapsed. Mend that, and it goes out if it is in time.",
}


@schedule.handles(PostScheduled)
async def mark_scheduled(factory: Factory, event: PostScheduled) -> None:
    await factory.outcomes().scheduled(event.account_id, event.data)


@schedule.handles(PostCancelled)
async def mark_cancelled(factory: Factory, event: PostCancelled) -> None:
    data = event.data
    status = "PARKED" if data.reason == "parked" else "CANCELLED"
    await factory.outcomes().not_going_out(
        event.account_id, data.item_id, data.content_id, data.revision, status=status, message=_REASONS[data.reason]
    )


@schedule.handles(PostMissed)
async def mark_missed(factory: Factory, event: PostMissed) -> None:
    data = event.data
    message = "Its time passed while it could not be sent. Schedule it again."
    await factory.outcomes().not_going_out(
        event.account_id, data.item_id, data.content_id, data.revision, status="MISSED", message=message
    )


@schedule.handles(PostUnanswered)
async def mark_unanswered(factory: Factory, event: PostUnanswered) -> None:
    await factory.outcomes().unanswered(event.account_id, event.data)


@schedule.handles(PostConfirmed)
async def mark_confirmed(factory: Factory, event: PostConfirmed) -> None:
    await factory.outcomes().confirmed(event.account_id, event.data)


@outcomes.handles(PostPublished)
async def mark_published(factory: Factory, event: PostPublished) -> None:
    await _deliver(factory, event, status="PUBLISHED", post_url=event.data.post_url, message=None)


@outcomes.handles(PostFailed)
async def mark_failed(factory: Factory, event: PostFailed) -> None:
    await _deliver(factory, event, status="FAILED", message=event.data.message)


@outcomes.handles(PostOutcomeUnknown)
async def mark_unknown(factory: Factory, event: PostOutcomeUnknown) -> None:
    await _deliver(factory, event, status="UNKNOWN", message=event.data.message)


async def _deliver(factory: Factory, event: PostPublished | PostFailed | PostOutcomeUnknown, **values: object) -> None:
    data = event.data
    await factory.outcomes().delivered(
        event.account_id, data.item_id, data.content_id, data.revision, platform=data.platform, **values
    )

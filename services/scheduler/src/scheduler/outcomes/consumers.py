from common.messaging import EventRouter
from pulseworks_contracts import PostDelayed, PostFailed, PostOutcomeUnknown, PostPublished, queues

from scheduler.dependencies import EventFactory


async def show_delay(event: PostDelayed, factory: EventFactory) -> None:
    await factory.outcomes().delayed(event)


async def set_published(event: PostPublished, factory: EventFactory) -> None:
    await factory.outcomes().published(event)


async def set_failed(event: PostFailed, factory: EventFactory) -> None:
    await factory.outcomes().failed(event)


async def set_unknown(event: PostOutcomeUnknown, factory: EventFactory) -> None:
    await factory.outcomes().unknown(event)


def create_router() -> EventRouter:
    router = EventRouter()
    router.subscribe(queues.SCHEDULER_OUTCOMES, show_delay, set_published, set_failed, set_unknown)
    return router

from common.messaging import Consumer
from pulseworks_contracts import PostFailed, PostOutcomeUnknown, PostPublished, queues

from scheduler.factory import Factory

consumer = Consumer[Factory](queues.SCHEDULER_OUTCOMES)


@consumer.handles(PostPublished)
async def show_published(factory: Factory, event: PostPublished) -> None:
    await factory.outcomes().published(event)


@consumer.handles(PostFailed)
async def show_failed(factory: Factory, event: PostFailed) -> None:
    await factory.outcomes().failed(event)


@consumer.handles(PostOutcomeUnknown)
async def show_unknown(factory: Factory, event: PostOutcomeUnknown) -> None:
    await factory.outcomes().unknown(event)

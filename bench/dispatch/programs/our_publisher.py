"""The publisher's real consumer, handler and tables, without the loop that calls Ayrshare."""

import os
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from uuid import UUID

from common.runtime import Worker
from common.runtime.garbage import freeze_started_process
from common.runtime.settings import load_settings
from publisher.deliveries import consumers
from publisher.deliveries.service import DeliveryService
from publisher.factory import Factory, ProcessContext
from publisher.models import MIGRATIONS
from publisher.settings import PublisherSettings
from pulseworks_contracts import PostDueData

from dispatch.marks import Marks
from dispatch.posts import index_of
from dispatch.programs.living import live


def note_when_reached(marks: Marks) -> None:
    """Record the time at which the handler is entered, then call it."""
    accept_one, accept_batch = DeliveryService.accept_due, DeliveryService.accept_due_batch

    async def accept_due(
        self: DeliveryService, account_id: UUID, frozen: PostDueData, traceparent: str | None = None
    ) -> None:
        marks.note(index_of(frozen.item_id))
        await accept_one(self, account_id, frozen, traceparent)

    async def accept_due_batch(self: DeliveryService, posts: Sequence[tuple[UUID, PostDueData, str | None]]) -> None:
        for _, frozen, _ in posts:
            marks.note(index_of(frozen.item_id))
        await accept_batch(self, posts)

    for method in (accept_due, accept_due_batch):
        setattr(DeliveryService, method.__name__, method)


async def start() -> Callable[[], Awaitable[None]]:
    note_when_reached(Marks(Path(os.environ["MARKS"]), int(os.environ["POSTS"])))
    settings = load_settings(PublisherSettings)
    context = ProcessContext.create(settings)
    worker: Worker[Factory] = Worker(
        database=context.database,
        amqp_url=settings.amqp_url.get_secret_value(),
        namespace=settings.events_namespace,
        factory=context.factory,
        versions=MIGRATIONS,
        routers=[consumers.create_router],
    )
    await worker.start()
    freeze_started_process()

    async def stop() -> None:
        await worker.stop()
        await context.close()

    return stop


if __name__ == "__main__":
    live(start)

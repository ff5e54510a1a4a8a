"""The publisher's edge as it is: its consumer, its handler, its tables. The loop that calls Ayrshare is left out."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from common.clock import SystemClock
from common.contracts import PostDue, PostDueData
from common.database import Database
from common.messaging import Worker
from publisher.deliveries.consumers import consumer
from publisher.deliveries.repository import DeliveryRepository
from publisher.deliveries.service import DeliveryService
from sqlalchemy.ext.asyncio import AsyncSession

from dispatch.marks import Marks
from dispatch.posts import index_of
from dispatch.programs.living import live


class Deliveries(DeliveryService):
    """Notes when the handler has reached it, then does what it does."""

    marks: Marks

    async def accept_due(self, account_id: object, frozen: PostDueData) -> None:
        self.marks.note(index_of(frozen.item_id))
        await super().accept_due(account_id, frozen)  # type: ignore[arg-type]  # as the handler passes it


class Factory:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def deliveries(self) -> Deliveries:
        return Deliveries(self._session, DeliveryRepository(self._session), SystemClock())


async def start() -> Callable[[], Awaitable[None]]:
    Deliveries.marks = Marks(Path(os.environ["MARKS"]), int(os.environ["POSTS"]))
    database = Database(os.environ["DATABASE_URL"], service="publisher")
    worker: Worker[Factory] = Worker(
        database=database,
        amqp_url=os.environ["AMQP_URL"],
        namespace=os.environ["EVENTS_NAMESPACE"],
        factory=Factory,
        consumers=[consumer],  # type: ignore[list-item]  # our factory has the one method that the handler uses
    )
    assert PostDue in consumer.queue.events  # noqa: S101 - the bench would measure something else
    await worker.start()

    async def stop() -> None:
        await worker.stop()
        await database.close()

    return stop


if __name__ == "__main__":
    live(start)

"""The scheduler's worker as it is: the outbox is the timer, handing over marks the items."""

import os
from collections.abc import Awaitable, Callable
from datetime import timedelta

from common.clock import SystemClock
from common.database import Database
from common.messaging import Worker
from scheduler.timer.service import Timer

from dispatch.programs.living import live


async def start() -> Callable[[], Awaitable[None]]:
    database = Database(os.environ["DATABASE_URL"], service="scheduler")
    timer = Timer(SystemClock(), timedelta(hours=6))
    worker: Worker[None] = Worker(
        database=database,
        amqp_url=os.environ["AMQP_URL"],
        namespace=os.environ["EVENTS_NAMESPACE"],
        factory=lambda _session: None,
        on_sent=timer.hand_over,
        on_expired=timer.miss,
    )
    await worker.start()

    async def stop() -> None:
        await worker.stop()
        await database.close()

    return stop


if __name__ == "__main__":
    live(start)

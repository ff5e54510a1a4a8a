"""The scheduler's real worker: the outbox is the timer, and handing over marks the items."""

from collections.abc import Awaitable, Callable

from common.runtime.garbage import freeze_started_process
from common.runtime.settings import load_settings
from scheduler.factory import ProcessContext
from scheduler.settings import SchedulerSettings
from scheduler.worker import create_worker

from dispatch.programs.living import live


async def start() -> Callable[[], Awaitable[None]]:
    context = ProcessContext.create(load_settings(SchedulerSettings))
    worker = create_worker(context)
    await worker.start()
    freeze_started_process()

    async def stop() -> None:
        await worker.stop()
        await context.close()

    return stop


if __name__ == "__main__":
    live(start)

"""The life cycle of the bench's Python programs: on uvloop like the services, until SIGTERM."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable

import structlog
import uvloop


def live(start: Callable[[], Awaitable[Callable[[], Awaitable[None]]]]) -> None:
    """Run ``start``, report ready, wait for SIGTERM, then run what ``start`` returned."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))

    async def main() -> None:
        stopping = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
        stop = await start()
        print("ready", flush=True)
        await stopping.wait()
        await stop()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())

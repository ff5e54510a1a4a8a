"""How the Python programs of the bench live: on uvloop as the services do, until SIGTERM."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable

import structlog
import uvloop


def live(start: Callable[[], Awaitable[Callable[[], Awaitable[None]]]]) -> None:
    """Run ``start``, say that we are ready, wait for SIGTERM, run what ``start`` returned."""
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

"""Restarts services and servers that exit, as an orchestrator does."""

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Protocol

from .errors import ServerFailedError
from .server import PrivateServer

WATCH_SECONDS = 0.25
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STABLE_SECONDS = 60.0

Report = Callable[[str], None]
"""Receives a sentence for the person at the terminal."""


class Restartable(Protocol):
    """A `ChildProcess`, or a server as one."""

    @property
    def name(self) -> str: ...
    @property
    def pid(self) -> int | None: ...
    @property
    def stopped(self) -> bool: ...
    @property
    def returncode(self) -> int | None: ...
    async def start(self) -> None: ...
    async def wait_until_ready(self) -> None: ...


class RestartableServer:
    def __init__(self, server: PrivateServer) -> None:
        self._server = server
        self.name = server.title

    @property
    def pid(self) -> int | None:
        return self._server.pid

    @property
    def stopped(self) -> bool:
        return not self._server.has_ended

    @property
    def returncode(self) -> int | None:
        return self._server.returncode

    async def start(self) -> None:
        await self._server.restart_async()

    async def wait_until_ready(self) -> None:
        """Do nothing: it is ready once `start` has returned."""


class Restarts:
    """Watches processes until cancelled. Each that exits is started again after a pause.

    The pause doubles with each exit, up to 30 s, and is short again after the process has run for a minute.
    """

    def __init__(
        self,
        children: Iterable[Restartable],
        report: Report,
        *,
        first_pause: float = FIRST_PAUSE_SECONDS,
        longest_pause: float = LONGEST_PAUSE_SECONDS,
        stable_seconds: float = STABLE_SECONDS,
    ) -> None:
        self._children = list(children)
        self._report = report
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._stable_seconds = stable_seconds

    async def run(self) -> None:
        async with asyncio.TaskGroup() as group:
            for child in self._children:
                group.create_task(self._keep_running(child))

    async def _keep_running(self, child: Restartable) -> None:
        pause = self._first_pause
        started = time.monotonic()
        while True:
            if child.pid is not None or child.stopped:
                await asyncio.sleep(WATCH_SECONDS)
                continue
            if time.monotonic() - started > self._stable_seconds:
                pause = self._first_pause
            self._report(f"{child.name} exited with code {child.returncode}. It is started again in {pause:g} s.")
            await asyncio.sleep(pause)
            pause = min(pause * 2, self._longest_pause)
            started = time.monotonic()
            await self._start(child)

    async def _start(self, child: Restartable) -> None:
        try:
            await child.start()
            await child.wait_until_ready()
        except ServerFailedError as error:
            # one that exits again is started again; one that is not ready yet is left to become so
            self._report(str(error))
        else:
            self._report(f"{child.name} is ready again.")

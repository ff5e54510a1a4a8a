"""A service process that dies is started again, with growing pauses; the demo still fails loudly."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox.stack.processes import ChildProcess
from sandbox.stack.restarts import Restarts
from sandbox.stack.stack import Stack

LIVES = "import time; time.sleep(60)"
DIES = "raise SystemExit(3)"


def child(directory: Path, code: str) -> ChildProcess:
    arguments = [sys.executable, "-c", code]
    return ChildProcess("billing", arguments, environ=dict(os.environ), log=directory / "billing.log")


@asynccontextmanager
async def watched(one: ChildProcess, reports: list[str], **pauses: float) -> AsyncIterator[None]:
    await one.start()
    task = asyncio.ensure_future(Restarts([one], reports.append, **pauses).run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await one.stop()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.02)


async def test_a_process_that_is_killed_is_started_again(tmp_path: Path) -> None:
    reports: list[str] = []
    one = child(tmp_path, LIVES)
    async with watched(one, reports, first_pause=0.05):
        first = one.pid
        assert first is not None
        os.kill(first, 9)
        await until(lambda: len(reports) == 2)
        assert one.pid not in {None, first}
    assert reports == ["billing exited with code -9. It is started again in 0.05 s.", "billing is ready again."]


async def test_the_pause_grows_up_to_its_limit(tmp_path: Path) -> None:
    reports: list[str] = []
    async with watched(child(tmp_path, DIES), reports, first_pause=0.05, longest_pause=0.2):
        await until(lambda: sum("started again in" in text for text in reports) == 4)
    pauses = [text.rpartition(" in ")[2] for text in reports if "started again in" in text]
    assert pauses == ["0.05 s.", "0.1 s.", "0.2 s.", "0.2 s."]


async def test_a_process_that_was_stopped_is_not_started(tmp_path: Path) -> None:
    reports: list[str] = []
    one = child(tmp_path, LIVES)
    async with watched(one, reports, first_pause=0.01):
        await one.stop()
        await asyncio.sleep(0.6)
        assert one.pid is None
    assert reports == []


async def test_the_stack_reports_a_dead_service_unless_something_else_watches_it(tmp_path: Path) -> None:
    stack = Stack(tmp_path, {}, services=["billing"])
    stack.processes["billing"] = child(tmp_path, DIES)
    await stack.processes["billing"].start()

    error = await asyncio.wait_for(stack.wait(), 20)
    watching = asyncio.ensure_future(stack.wait(standins_only=True))
    await asyncio.sleep(0.6)

    assert "billing exited with code 3" in str(error)
    assert not watching.done()
    watching.cancel()

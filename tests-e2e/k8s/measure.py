"""What the processes need: `make k8s-measure` prints the table behind the requests and limits of `k8s/base`.

The servers, the stand-ins and the processes are those of `make demo`, but API and worker are apart, as in Kubernetes.
Two businesses make a month of posts each and publish some; then one client reads lists for some seconds.
"""

import asyncio
import os
import secrets
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from sandbox.demo.businesses import BUSINESSES
from sandbox.demo.client import Api
from sandbox.demo.story import Pace, Story
from sandbox.stack.environment import VARIABLES
from sandbox.stack.ports import free_port
from sandbox.stack.processes import ChildProcess
from sandbox.stack.stack import Stack

SOON = 4
READS = 2000
PATHS = ("/api/account", "/api/billing/subscription", "/api/content", "/api/schedule", "/api/social/deliveries")
TICKS = os.sysconf("SC_CLK_TCK")
MEBI = 1024


class SplitStack(Stack):
    """The stack with `api` in place of `serve`, and a worker beside it."""

    def service(self, name: str, *, port: int | None = None, log: str | None = None) -> ChildProcess:
        child = super().service(name, port=port, log=log)
        if name != "gateway":
            child.arguments[-1] = "worker" if port else "api"
        return child


@dataclass
class Use:
    """Of one process: seconds until it was ready, MiB of memory then and at most, seconds of processor."""

    name: str
    child: ChildProcess
    ready: float
    idle: int
    start: float

    @classmethod
    def after_start(cls, name: str, child: ChildProcess, ready: float) -> "Use":
        return cls(name, child, ready, memory(child, "VmRSS"), processor(child))

    def row(self) -> str:
        work = processor(self.child) - self.start
        peak = memory(self.child, "VmHWM")
        return f"| {self.name} | {self.ready:.1f} | {self.idle} | {peak} | {self.start:.1f} | {work:.1f} |"


def memory(child: ChildProcess, field: str) -> int:
    lines = Path(f"/proc/{child.pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:")) // MEBI


def processor(child: ChildProcess) -> float:
    fields = Path(f"/proc/{child.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def start(stack: Stack, name: str) -> Use:
    child = stack.service(name, port=free_port(), log=f"{name}-worker")
    began = time.monotonic()
    await child.start()
    await child.wait_until_ready()
    return Use.after_start(f"{name}-worker", child, time.monotonic() - began)


async def play(stack: Stack) -> None:
    async def one(number: int) -> None:
        async with Api(stack.url) as api:
            business, website = BUSINESSES[number], stack.wiring.url("website")
            await Story(api, business, website=website, report=lambda *_: None, pace=Pace(posts=SOON)).play(
                secrets.token_hex(6)
            )
            for _ in range(READS // len(PATHS)):
                for path in PATHS:
                    await api.call("GET", path)

    await asyncio.gather(*(one(number) for number in range(len(BUSINESSES))))


async def measure() -> None:
    environ = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    with tempfile.TemporaryDirectory(prefix="pulseworks-") as folder:
        ready: dict[str, float] = {}
        async with SplitStack(folder, environ, progress=lambda step: ready.update({step.name: step.seconds})) as stack:
            uses = [
                Use.after_start("gateway" if name == "gateway" else f"{name}-api", child, ready[name])
                for name, child in stack.services.items()
            ]
            uses += [await start(stack, name) for name in stack.services if name != "gateway"]
            try:
                await play(stack)
                sys.stdout.write(
                    "| process | ready after s | MiB then | MiB at most | CPU s to start | CPU s of work |\n"
                    "|---|---:|---:|---:|---:|---:|\n" + "".join(f"{use.row()}\n" for use in uses)
                )
            finally:
                await asyncio.gather(*(use.child.stop() for use in uses if use.name.endswith("-worker")))


if __name__ == "__main__":
    asyncio.run(measure())

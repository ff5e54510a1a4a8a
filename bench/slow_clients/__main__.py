"""``make bench-slow-clients``: the gateway's other clients beside 1,000 slow connections of each sort, in one run."""

import asyncio
import multiprocessing
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import aiohttp
import typer
from common.runtime.server import raise_file_limit
from dispatch.statistics import percentile

from slow_clients.attackers import SORTS, Outcome, Target, attack

_FOLDER = Path(__file__).parents[1]
_QUIET_SECONDS = 30.0
_SETTLE_SECONDS = 3.0
"""After an attack: all its connections end at once, which is no part of the quiet phase that follows."""


@dataclass(frozen=True)
class Phase:
    name: str
    latencies: list[float]
    outcome: Outcome

    @property
    def p99(self) -> float:
        return percentile(self.latencies, 0.99)


@contextmanager
def program(*arguments: str) -> Iterator[list[str]]:
    """Run one of the bench's servers; yield the words of its first line, of which the first is its port."""
    command = [sys.executable, "-m", "slow_clients.servers", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_FOLDER) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()
        finally:
            process.terminate()


async def others(target: Target, stop: asyncio.Event, per_second: float, latencies: list[float]) -> None:
    """Send ordinary requests at a fixed rate; note how long each took, in milliseconds."""
    headers = {"Authorization": f"Bearer {target.token.decode()}"}
    async with aiohttp.ClientSession(f"http://127.0.0.1:{target.port}", headers=headers) as session:

        async def one() -> None:
            began = time.perf_counter()
            async with session.get("/api/account") as response:
                await response.read()
                response.raise_for_status()
            latencies.append((time.perf_counter() - began) * 1000)

        async with asyncio.TaskGroup() as group:
            due = time.perf_counter()
            while not stop.is_set():
                group.create_task(one())
                due += 1 / per_second
                await asyncio.sleep(max(0.0, due - time.perf_counter()))


async def phase(
    name: str, target: Target, connections: int, seconds: float, per_second: float, opened_per_second: float = 0
) -> Phase:
    """Measure the others for some seconds, beside the slow connections of one sort if the name is one."""
    outcome, latencies, stop = Outcome(), list[float](), asyncio.Event()
    # in a process of their own, so that their work does not delay the clock of the others
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        pool.submit(int).result()  # its start takes a second of a processor: not while the others are measured
        measuring = asyncio.create_task(others(target, stop, per_second, latencies))
        if name in SORTS:
            outcome = await asyncio.get_running_loop().run_in_executor(
                pool, attack, name, target, connections, seconds, opened_per_second
            )
        else:
            await asyncio.sleep(seconds)
        stop.set()
        await measuring
    if name in SORTS:
        await asyncio.sleep(_SETTLE_SECONDS)
    return Phase(name, sorted(latencies), outcome)


async def measure(
    target: Target, sorts: Sequence[str], connections: int, seconds: float, per_second: float, opened_per_second: float
) -> list[Phase]:
    """Run each sort between two quiet phases: a machine that is slower for a while is so for both."""
    quiet_seconds = min(seconds, _QUIET_SECONDS)
    await phase("warm-up", target, 0, 2, per_second)
    phases = []
    for sort in sorts:
        phases.append(await phase("quiet", target, 0, quiet_seconds, per_second))
        phases.append(await phase(sort, target, connections, seconds, per_second, opened_per_second))
    phases.append(await phase("quiet", target, 0, quiet_seconds, per_second))
    return phases


def ratios(phases: Sequence[Phase]) -> dict[str, float]:
    """Return for each sort the p99 of the others, divided by the mean of the quiet phases around it."""
    return {
        phases[at].name: phases[at].p99 / ((phases[at - 1].p99 + phases[at + 1].p99) / 2)
        for at in range(1, len(phases), 2)
    }


def table(phases: Sequence[Phase]) -> str:
    found = ratios(phases)
    lines = ["| others beside | requests | p50 ms | p99 ms | p99 / quiet | slow connections ended as | held at most |"]
    lines.append("|---|---:|---:|---:|---:|---|---:|")
    for one in phases:
        ratio = f"{found[one.name]:.2f}" if one.name in found else ""
        ends = ", ".join(f"{count} × {end}" for end, count in one.outcome.ends.most_common())
        held = f"{max(one.outcome.held):.1f} s" if one.outcome.held else ""
        figures = f"{len(one.latencies)} | {percentile(one.latencies, 0.5):.2f} | {one.p99:.2f}"
        lines.append(f"| {one.name} | {figures} | {ratio} | {ends} | {held} |")
    return "\n".join(lines)


def peak_megabytes(pid: int) -> int:
    """Return the most memory that a process has had, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


@contextmanager
def gateway(deadline: float) -> Iterator[tuple[Target, int]]:
    """Run a gateway with these deadlines, in seconds, and a service behind it; yield its process id as well."""
    with program("service") as (port, _), program("gateway", f"http://127.0.0.1:{port}", str(deadline)) as words:
        yield Target(int(words[0]), words[1].encode()), int(words[2])


def main(
    *,
    connections: Annotated[int, typer.Option(min=1, help="Slow connections of each sort.")] = 1000,
    seconds: Annotated[float, typer.Option(min=1, help="How long each phase is.")] = 20.0,
    per_second: Annotated[float, typer.Option(min=1, help="Ordinary requests a second.")] = 100.0,
    deadline: Annotated[float, typer.Option(min=0.5, help="The gateway's deadlines, in seconds.")] = 10.0,
    opened_per_second: Annotated[
        float | None, typer.Option(min=1, help="Slow connections opened a second. Default: all within one deadline.")
    ] = None,
    sorts: Annotated[str, typer.Option(help="Which sorts, separated by commas.")] = ",".join(SORTS),
) -> None:
    """Print how the gateway's ordinary clients fare beside each sort of slow client."""
    raise_file_limit(4 * connections)
    opened = opened_per_second or connections / deadline
    with gateway(deadline) as (target, pid):
        print(table(asyncio.run(measure(target, sorts.split(","), connections, seconds, per_second, opened))))
        print(f"The gateway needed {peak_megabytes(pid)} MiB at most.")


if __name__ == "__main__":
    typer.run(main)

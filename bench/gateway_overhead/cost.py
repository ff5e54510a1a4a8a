"""What one request costs a service: processor time of its API process alone, which the machine's other work hardly
changes. An earlier commit can take turns with it, on the same servers.
"""

import statistics
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from dispatch.processes import processor_seconds
from sandbox.stack.ports import free_port, release_ports
from sandbox.stack.processes import ChildProcess
from sandbox.stack.stack import Stack

from gateway_overhead.load import Request, load

CONNECTIONS = (1, 16)
_WARM_UP_SECONDS = 2.0
OURS = "PulseWorks"


class Api:
    """A process that serves one service's HTTP and does nothing else."""

    def __init__(self, child: ChildProcess, port: int) -> None:
        self._child = child
        self._port = port

    async def milliseconds(self, request: Request, connections: int, seconds: float) -> float:
        """Return the processor time of one request."""
        pid = self._child.pid
        assert pid is not None
        before = processor_seconds(pid)
        done = await load(request, self._port, connections, seconds)
        if done.refused or not done.latencies:
            raise RuntimeError(f"{done.refused} of {len(done.latencies)} requests {request.name} were refused")
        return (processor_seconds(pid) - before) * 1000 / len(done.latencies)


@asynccontextmanager
async def _api(stack: Stack, service: str, python: str, log: str) -> AsyncIterator[Api]:
    port = free_port()
    environ = stack.wiring.service_environ(service) | {"PORT": str(port)}
    child = ChildProcess(
        service,
        [python, "-m", service, "api"],
        environ=environ,
        log=stack.logs / f"{log}.log",
        ready_url=f"http://127.0.0.1:{port}/readyz",
    )
    try:
        await child.start()
        await child.wait_until_ready()
        yield Api(child, port)
    finally:
        await child.stop()
        release_ports([port])


async def cost(
    stack: Stack, requests: Sequence[Request], *, beside: Mapping[str, str], seconds: float, rounds: int
) -> list[str]:
    """Return a table. `beside` has the Python interpreter of each other version, whose schema must be the same."""
    pythons = {OURS: sys.executable, **beside}
    lines = [
        "| request | connections | version | ms of processor, median | least | ÷ the last |",
        "|---|---:|---|---:|---:|---:|",
    ]
    for request in requests:
        async with AsyncExitStack() as running:
            apis = {
                name: await running.enter_async_context(
                    _api(stack, request.service, python, f"cost-{request.service}-{number}")
                )
                for number, (name, python) in enumerate(pythons.items())
            }
            for api in apis.values():
                await api.milliseconds(request, max(CONNECTIONS), _WARM_UP_SECONDS)
            for connections in CONNECTIONS:
                taken = await _take_turns(apis, request, connections, seconds=seconds, rounds=rounds)
                last = statistics.median(taken[list(taken)[-1]])
                lines += [
                    f"| {request.name} | {connections} | {name} | {statistics.median(found):.2f} | {min(found):.2f} "
                    f"| {statistics.median(found) / last:.2f} |"
                    for name, found in taken.items()
                ]
    return lines


async def _take_turns(
    apis: Mapping[str, Api], request: Request, connections: int, *, seconds: float, rounds: int
) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {name: [] for name in apis}
    for _ in range(rounds):
        for name, api in apis.items():
            taken[name].append(await api.milliseconds(request, connections, seconds))
    return taken

"""``make bench-gateway``: the gateway beside the service called directly and beside nginx, in one run.

``--cost`` measures the processor time of the services alone.
"""

import asyncio
import json
import multiprocessing
import secrets
import statistics
import tempfile
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from common.runtime.server import raise_file_limit
from dispatch.processes import processor_seconds
from dispatch.statistics import percentile
from sandbox.demo.businesses import BUSINESSES
from sandbox.demo.client import Api
from sandbox.demo.story import Story
from sandbox.stack.stack import Stack
from slow_clients.attackers import Target, attack
from testing.checkout import check_out

from gateway_overhead.cost import cost
from gateway_overhead.load import Load, Request, load
from gateway_overhead.nginx import Nginx

_CACHE = Path(__file__).parents[2] / ".pulseworks" / "bench"
_SERVICES = ("identity", "content", "scheduler")
_SLOW, _UPLOADS = 200, 20
_UPLOAD_BYTES, _UPLOAD_PIECE = 4_000_000, 64_000


@dataclass(frozen=True)
class Measured:
    rate: float
    p50: float
    p99: float
    service_ms: float
    """Processor time of the service for one request, in milliseconds."""
    front_ms: float
    """The same of what stands before it."""


class Bench:
    def __init__(self, stack: Stack, nginx: Nginx, requests: list[Request]) -> None:
        self._stack = stack
        self._nginx = nginx
        self.requests = requests

    def ports(self, service: str) -> dict[str, int]:
        return {
            "direct": _port(self._stack.wiring.url(service)),
            "nginx": self._nginx.ports[service],
            "gateway": _port(self._stack.url),
        }

    async def measure(self, request: Request, target: str, connections: int, seconds: float) -> Measured:
        watched = {"service": self._pid(request.service)}
        if target == "nginx":
            assert self._nginx.pid is not None
            watched["front"] = self._nginx.pid
        elif target == "gateway":
            watched["front"] = self._pid("gateway")
        before = {name: processor_seconds(pid) for name, pid in watched.items()}
        done = await load(request, self.ports(request.service)[target], connections, seconds)
        used = {name: processor_seconds(pid) - before[name] for name, pid in watched.items()}
        _check(done, request, target)
        each = 1000 / len(done.latencies)
        return Measured(
            done.rate,
            percentile(done.latencies, 0.5),
            percentile(done.latencies, 0.99),
            used["service"] * each,
            used.get("front", 0.0) * each,
        )

    def _pid(self, service: str) -> int:
        pid = self._stack.processes[service].pid
        assert pid is not None
        return pid


def _check(done: Load, request: Request, target: str) -> None:
    if done.refused or not done.latencies:
        raise RuntimeError(f"{done.refused} of {len(done.latencies)} requests {request.name} were refused by {target}")


def _port(url: str) -> int:
    port = urlsplit(url).port
    assert port is not None
    return port


@asynccontextmanager
async def _business(folder: Path) -> AsyncIterator[tuple[Stack, list[Request]]]:
    """Run the stack with one business that has a month of approved posts; yield the requests that are measured."""
    async with Stack(folder / "stack", durable=False) as stack, Api(stack.url) as api:
        story = Story(api, BUSINESSES[0], website=stack.wiring.url("website"), report=lambda *_: None)
        contents = await story.play_until_approved(secrets.token_hex(6))
        await api.call("PUT", "/api/schedule/rule", BUSINESSES[0].rule)
        token = api.access_token
        month = contents[0]["month"]
        plan = json.dumps({"month": month}).encode()
        yield (
            stack,
            [
                Request("GET /api/auth/me", "identity", "GET", "/api/auth/me", token),
                Request("GET /api/content", "content", "GET", f"/api/content?month={month}&limit=100", token),
                Request("POST /api/schedule/plan", "scheduler", "POST", "/api/schedule/plan", token, plan),
            ],
        )


@asynccontextmanager
async def bench(folder: Path) -> AsyncIterator[Bench]:
    async with _business(folder) as (stack, requests):
        with Nginx(folder / "nginx", _CACHE, {name: _port(stack.wiring.url(name)) for name in _SERVICES}) as nginx:
            yield Bench(stack, nginx, requests)


async def comparison(found: Bench, connections: list[int], seconds: float, rounds: int) -> list[str]:
    """Return a table: the targets take turns, so that a slow moment of the machine meets each of them."""
    lines = [
        "| request | connections | target | a second | ÷ direct | p50 ms | p99 ms | service ms | in front ms |",
        "|---|---:|---|---:|---:|---:|---:|---:|---:|",
    ]
    for request in found.requests:
        for count in connections:
            taken: dict[str, list[Measured]] = {target: [] for target in found.ports(request.service)}
            for _ in range(rounds):
                for target, measured in taken.items():
                    measured.append(await found.measure(request, target, count, seconds))
            direct = statistics.median(one.rate for one in taken["direct"])
            for target, measured in taken.items():
                rate, p50, p99, service, front = (
                    statistics.median(getattr(one, name) for one in measured)
                    for name in ("rate", "p50", "p99", "service_ms", "front_ms")
                )
                lines.append(
                    f"| {request.name} | {count} | {target} | {rate:.0f} | {rate / direct:.2f} | {p50:.1f} | {p99:.1f} "
                    f"| {service:.2f} | {front:.2f} |"
                )
    return lines


async def beside_slow_clients(found: Bench, seconds: float) -> list[str]:
    """Return a table: the first request over 16 connections, alone and beside slow clients and uploads."""
    request = found.requests[0]
    port = found.ports(request.service)["gateway"]
    lines = ["| beside | a second | p50 ms | p99 ms |", "|---|---:|---:|---:|"]
    for name in ("nothing", f"{_SLOW} slow clients and {_UPLOADS} uploads", "nothing"):
        async with asyncio.TaskGroup() as group:
            others = (
                [] if name == "nothing" else [group.create_task(_upload(request.token, port)) for _ in range(_UPLOADS)]
            )
            with _attacked(Target(port, request.token.encode()), seconds if others else 0.0):
                measured = await found.measure(request, "gateway", 16, seconds)
            for other in others:
                other.cancel()
        lines.append(f"| {name} | {measured.rate:.0f} | {measured.p50:.1f} | {measured.p99:.1f} |")
    return lines


@contextmanager
def _attacked(target: Target, seconds: float) -> Iterator[None]:
    if not seconds:
        yield
        return
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        attacking = pool.submit(attack, "dripping bodies", target, _SLOW, seconds, _SLOW)
        yield
        attacking.result()


async def _upload(token: str, port: int) -> None:
    """Upload 4 MB again and again, about a megabyte a second. The post does not exist, so the end is a refusal."""
    head = (
        f"PUT /api/content/00000000-0000-7000-8000-000000000000/image HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: image/png\r\nContent-Length: {_UPLOAD_BYTES}\r\n\r\n"
    ).encode()
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head)
        for _ in range(_UPLOAD_BYTES // _UPLOAD_PIECE):
            writer.write(b"x" * _UPLOAD_PIECE)
            await writer.drain()
            await asyncio.sleep(_UPLOAD_PIECE / 1_000_000)
        writer.write(b"x" * (_UPLOAD_BYTES % _UPLOAD_PIECE))
        await reader.readline()
        writer.close()


async def run(connections: list[int], seconds: float, rounds: int) -> str:
    with tempfile.TemporaryDirectory(prefix="pulseworks-bench-") as folder:
        async with bench(Path(folder)) as found:
            for request in found.requests:
                await found.measure(request, "gateway", 4, 1.0)  # warm up
            lines = await comparison(found, connections, seconds, rounds)
            return "\n".join([*lines, "", *await beside_slow_clients(found, max(seconds, 5.0))])


async def run_cost(seconds: float, rounds: int, commit: str) -> str:
    beside = {}
    if commit:
        checkout = check_out(commit, _CACHE / "earlier")
        beside[f"PulseWorks at {checkout.revision[:7]}"] = checkout.python
    with tempfile.TemporaryDirectory(prefix="pulseworks-bench-") as folder:
        async with _business(Path(folder)) as (stack, requests):
            return "\n".join(await cost(stack, requests, beside=beside, seconds=seconds, rounds=rounds))


def main(
    *,
    only_cost: Annotated[
        bool, typer.Option("--cost", help="Measure the processor time of a request in its service alone.")
    ] = False,
    beside: Annotated[str, typer.Option(help="For --cost: a commit with the same schema that takes turns.")] = "",
    connections: Annotated[list[int] | None, typer.Option(help="Connections at a time; may be repeated.")] = None,
    seconds: Annotated[float, typer.Option(min=0.5, help="How long each measurement takes.")] = 2.0,
    rounds: Annotated[int, typer.Option(min=1, help="Measurements of each; their median is shown.")] = 3,
) -> None:
    """Print what the gateway costs."""
    raise_file_limit(1000)
    if only_cost:
        print(asyncio.run(run_cost(seconds, rounds, beside)))
        return
    print(asyncio.run(run(connections or [1, 16, 64], seconds, rounds)))


if __name__ == "__main__":
    typer.run(main)

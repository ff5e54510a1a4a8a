"""Clients that send one request after the other, each on a connection of its own."""

import asyncio
import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """A request that is sent again and again."""

    name: str
    service: str
    method: str
    path: str
    token: str
    body: bytes = b""

    def bytes_for(self, port: int) -> bytes:
        head = (
            f"{self.method} {self.path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {self.token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(self.body)}\r\n\r\n"
        )
        return head.encode() + self.body


@dataclass
class Load:
    seconds: float
    latencies: list[float] = field(default_factory=list)
    """In milliseconds."""
    refused: int = 0

    @property
    def rate(self) -> float:
        return len(self.latencies) / self.seconds


async def load(request: Request, port: int, connections: int, seconds: float) -> Load:
    """Send the request for so many seconds over so many connections."""
    result = Load(seconds)
    sent = request.bytes_for(port)
    until = time.perf_counter() + seconds

    async def client() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1_000_000)
        while (began := time.perf_counter()) < until:
            writer.write(sent)
            head = await reader.readuntil(b"\r\n\r\n")
            await _read_body(reader, head)
            result.latencies.append((time.perf_counter() - began) * 1000)
            result.refused += not head.startswith(b"HTTP/1.1 2")
        writer.close()

    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(client())
    result.latencies.sort()
    return result


async def _read_body(reader: asyncio.StreamReader, head: bytes) -> None:
    lower = head.lower()
    at = lower.find(b"content-length:")
    if at >= 0:
        await reader.readexactly(int(lower[at + 15 : lower.index(b"\r\n", at)]))
        return
    while (size := int(await reader.readline(), 16)) > 0:  # chunked
        await reader.readexactly(size + 2)
    await reader.readline()

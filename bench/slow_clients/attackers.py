"""Slow clients: each opens its connections, keeps them as slow as its sort says, and counts how they end."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

HEAD = b"GET /api/content/large HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
POST = b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
CONNECTIONS_PER_ADDRESS = 100
_PIECE_SECONDS = 2.0


@dataclass
class Outcome:
    ends: Counter[str] = field(default_factory=Counter)
    held: list[float] = field(default_factory=list)
    """How long each connection stayed open, in seconds."""


@dataclass(frozen=True)
class Target:
    port: int
    token: bytes


Act = Callable[[Target, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def half_head(_target: Target, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"GET /api/account HTTP/1.1\r\nHost:")


async def dripping_head(_target: Target, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"GET /api/account HTTP/1.1\r\n")
    await _drip(writer, b"A: b\r\n")


async def dripping_body(_target: Target, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(POST)
    await _drip(writer, b"x")


async def stalled_body(_target: Target, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(POST + b"x" * 100)


async def slow_reader(target: Target, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD % target.token + b"\r\n")
    # the reader's small limit keeps asyncio from reading on
    while not reader.at_eof():
        await asyncio.sleep(_PIECE_SECONDS)
        await reader.read(1)


SORTS: dict[str, Act] = {
    "half heads": half_head,
    "dripping heads": dripping_head,
    "dripping bodies": dripping_body,
    "stalled bodies": stalled_body,
    "slow readers": slow_reader,
}


async def hold(act: Act, target: Target, number: int, outcome: Outcome, stop: asyncio.Event) -> None:
    """Open one connection and act on it until the server ends it or ``stop`` is set."""
    # every hundred connections have an address of their own, or the bound per client would refuse them at once
    local = (f"127.0.{1 + number // CONNECTIONS_PER_ADDRESS // 250}.{1 + number // CONNECTIONS_PER_ADDRESS % 250}", 0)
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", target.port, limit=1024, local_addr=local)
    except OSError:
        outcome.ends["not connected"] += 1
        return
    began = time.perf_counter()
    acting: asyncio.Future[Any] = asyncio.ensure_future(act(target, reader, writer))
    stopping: asyncio.Future[Any] = asyncio.ensure_future(stop.wait())
    ending: asyncio.Future[Any] = acting if act is slow_reader else asyncio.ensure_future(_end_of(reader))
    await asyncio.wait((ending, stopping), return_when=asyncio.FIRST_COMPLETED)
    if ending.done():
        outcome.ends[_name(ending)] += 1
        outcome.held.append(time.perf_counter() - began)
    else:
        outcome.ends["still open"] += 1
    for task in (acting, stopping, ending):
        task.cancel()
    await asyncio.gather(acting, stopping, ending, return_exceptions=True)
    writer.close()


async def _end_of(reader: asyncio.StreamReader) -> str:
    status = ""
    while line := await reader.readline():
        if line.startswith(b"HTTP/1.1 "):
            status = line[9:12].decode()
    return status or "closed"


def _name(ending: asyncio.Future[Any]) -> str:
    """Return the status of the last answer; an error or the end of a response in progress is a cut."""
    return "cut" if ending.exception() is not None else str(ending.result() or "cut")


async def _drip(writer: asyncio.StreamWriter, piece: bytes) -> None:
    with suppress(ConnectionError):
        while True:
            await asyncio.sleep(_PIECE_SECONDS)
            writer.write(piece)
            await writer.drain()

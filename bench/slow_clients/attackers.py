"""Slow clients: each keeps its connection as slow as its sort says, and opens another one when the server ends it."""

import asyncio
import socket
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

HEAD = b"GET /api/content/large HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
POST = b"POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
PER_ADDRESS = 100
_PIECE_SECONDS = 1.0
_PAUSE_SECONDS = 0.5
"""Between a connection's end and the next one."""


@dataclass
class Outcome:
    ends: Counter[str] = field(default_factory=Counter)
    held: list[float] = field(default_factory=list)
    """How long each connection stayed open, in seconds."""


@dataclass(frozen=True)
class Target:
    port: int
    token: bytes


Act = Callable[[Target, socket.socket], Awaitable[str]]
"""Uses a connection until the server ends it; returns the status of the last response, or how it ended without one."""


async def half_head(_target: Target, connection: socket.socket) -> str:
    return await _send(connection, b"GET /api/account HTTP/1.1\r\nHost:")


async def dripping_head(_target: Target, connection: socket.socket) -> str:
    return await _send(connection, b"GET /api/account HTTP/1.1\r\n", drip=b"A: b\r\n")


async def dripping_body(_target: Target, connection: socket.socket) -> str:
    return await _send(connection, POST, drip=b"x")


async def stalled_body(_target: Target, connection: socket.socket) -> str:
    return await _send(connection, POST + b"x" * 100)


async def slow_reader(target: Target, connection: socket.socket) -> str:
    await asyncio.get_running_loop().sock_sendall(connection, HEAD % target.token + b"\r\n")
    # what arrived before the end can still be read
    while not connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
        await asyncio.sleep(_PIECE_SECONDS)
        with suppress(BlockingIOError):
            connection.recv(1)
    return "cut"


SORTS: dict[str, Act] = {
    "half heads": half_head,
    "dripping heads": dripping_head,
    "dripping bodies": dripping_body,
    "stalled bodies": stalled_body,
    "slow readers": slow_reader,
}


def attack(sort: str, target: Target, connections: int, seconds: float, opened_per_second: float) -> Outcome:
    """Keep so many slow connections of one sort open for so long. It runs in a process of its own."""
    return asyncio.run(_attack(sort, target, connections, seconds, opened_per_second))


async def _attack(sort: str, target: Target, connections: int, seconds: float, opened_per_second: float) -> Outcome:
    act, network = SORTS[sort], 1 + list(SORTS).index(sort)
    outcome = Outcome()

    async def keep_attacking(number: int) -> None:
        await asyncio.sleep(number / opened_per_second)
        # every hundred connections have an address of their own, or the bound per client would refuse them at once
        address = f"127.{network}.{number // PER_ADDRESS // 250}.{1 + number // PER_ADDRESS % 250}"
        while True:
            await _hold(act, target, address, outcome)
            await asyncio.sleep(_PAUSE_SECONDS)

    attackers = [asyncio.ensure_future(keep_attacking(number)) for number in range(connections)]
    await asyncio.sleep(seconds)
    for attacker in attackers:
        attacker.cancel()
    await asyncio.gather(*attackers, return_exceptions=True)
    for attacker in attackers:
        assert attacker.cancelled()  # any other end is a fault of the bench
    return outcome


async def _hold(act: Act, target: Target, address: str, outcome: Outcome) -> None:
    """Open one connection and act on it until the server ends it."""
    with socket.socket() as connection:
        connection.setblocking(False)
        connection.bind((address, 0))
        try:
            await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", target.port))
        except OSError:
            outcome.ends["not connected"] += 1
            return
        began = time.perf_counter()
        try:
            end = await act(target, connection)
        except asyncio.CancelledError:
            outcome.ends["still open"] += 1
            raise
        outcome.ends[end] += 1
        outcome.held.append(time.perf_counter() - began)


async def _send(connection: socket.socket, first: bytes, *, drip: bytes = b"") -> str:
    """Send ``first`` at once and ``drip`` again and again; return how the server ends it."""
    loop = asyncio.get_running_loop()
    received = b""
    dripping = asyncio.ensure_future(_drip(connection, drip))
    try:
        await loop.sock_sendall(connection, first)
        while piece := await loop.sock_recv(connection, 4096):
            received += piece
    except ConnectionError:
        return "cut"
    finally:
        dripping.cancel()
        await asyncio.gather(dripping, return_exceptions=True)
    return received[9:12].decode() or "closed"


async def _drip(connection: socket.socket, piece: bytes) -> None:
    while piece:
        await asyncio.sleep(_PIECE_SECONDS)
        await asyncio.get_running_loop().sock_sendall(connection, piece)

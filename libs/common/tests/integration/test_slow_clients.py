"""Slow clients and many connections: each rule with short limits, on real sockets."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from common.runtime.connections import ConnectionLimits
from common.runtime.server import HttpServer, listen
from starlette.types import Receive, Scope, Send

LIMITS = ConnectionLimits(
    head_seconds=1, body_window_seconds=1, body_bytes_per_second=1000, response_stall_seconds=1, connections=40
)
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
GET = b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n"
TIMEOUT = b"HTTP/1.1 408"
# the deadline of one second, half a second until the next sweep, and a busy machine
SOON = 4


@dataclass
class Application:
    """Reads the body and answers; `/large` answers with 30 MB, `/events` with an event now and then."""

    disconnected: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        self.begun.set()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.disconnected += 1
                return
            more = message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range({"/large": 300, "/events": 4}.get(scope["path"], 1)):
            chunk = b"x" * 100_000 if scope["path"] == "/large" else b"data: 1\n\n"
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await asyncio.sleep(0.7 if scope["path"] == "/events" else 0)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


@dataclass
class Served:
    port: int
    server: HttpServer
    application: Application

    async def connect(self, data: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1000)
        writer.write(data)
        return reader, writer

    async def answer(self, data: bytes) -> bytes:
        """Return what a client receives until the server closes."""
        reader, writer = await self.connect(data)
        async with asyncio.timeout(SOON):
            received = await reader.read(-1)
        writer.close()
        return received


@contextlib.asynccontextmanager
async def serving(limits: ConnectionLimits, proxies: frozenset[str] = frozenset()) -> AsyncIterator[Served]:
    application = Application()
    listener = listen("127.0.0.1", 0)
    server = HttpServer(application, limits, is_proxy=proxies.__contains__, idle_seconds=0, drain_seconds=1)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    yield Served(listener.getsockname()[1], server, application)
    server.should_exit = True
    await task


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    async with serving(LIMITS) as opened:
        yield opened


async def drip(writer: asyncio.StreamWriter, piece: bytes, seconds: float) -> None:
    with contextlib.suppress(ConnectionError):
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(seconds)


@pytest.mark.parametrize("head", [b"GET / HTTP/1.1\r\nHost:", b"G", b"\r\n", b"\r\n\r\n"])
async def test_half_a_head_is_answered_with_408_in_time(served: Served, head: bytes) -> None:
    received = await served.answer(head)
    assert received.startswith(TIMEOUT)
    assert b'"code": "request_timeout"' in received
    assert b"Connection: close" in received


@pytest.mark.parametrize(
    ("start", "piece"), [(b"GET / HTTP/1.1\r\n", b"A: b\r\n"), (POST % 900, b"x"), (POST % 900_000, b"x" * 50)]
)
async def test_a_dripping_head_or_body_is_answered_with_408_in_time(served: Served, start: bytes, piece: bytes) -> None:
    reader, writer = await served.connect(start)
    dripping = asyncio.create_task(drip(writer, piece, 0.1))
    async with asyncio.timeout(SOON):
        assert (await reader.readline()).startswith(TIMEOUT)
    dripping.cancel()
    writer.close()


async def test_a_stalled_body_is_answered_with_408_and_the_application_learns_that_the_client_is_gone(
    served: Served,
) -> None:
    assert (await served.answer(POST % 900 + b"x" * 500)).startswith(TIMEOUT)
    assert served.application.disconnected == 1


async def test_a_body_at_the_minimum_rate_arrives(served: Served) -> None:
    reader, writer = await served.connect(POST % 4000)
    for _ in range(20):
        writer.write(b"x" * 200)
        await asyncio.sleep(0.1)
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    writer.close()


async def test_a_second_request_on_a_connection_has_the_same_deadlines(served: Served) -> None:
    for rest in (b"GET / HTTP", POST % 10 + b"x"):
        received = await served.answer(GET % b"/" + rest)
        assert received.startswith(b"HTTP/1.1 200")
        assert received.count(TIMEOUT) == 1


async def test_a_connection_without_a_request_is_closed_without_an_answer(served: Served) -> None:
    assert await served.answer(b"") == b""


@pytest.mark.parametrize(
    "start", [b"GET / HTTP/1.1\r\n", b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"]
)
async def test_headers_and_trailers_without_an_end_are_refused(served: Served, start: bytes) -> None:
    reader, writer = await served.connect(start)
    await asyncio.sleep(0.1)
    writer.write(b"A: " + b"x" * 70_000)
    async with asyncio.timeout(SOON):
        assert (await reader.readline()).startswith(b"HTTP/1.1 431")
    writer.close()


async def test_a_client_that_does_not_read_its_response_is_cut(served: Served) -> None:
    _, writer = await served.connect(GET % b"/large")
    async with asyncio.timeout(SOON + 2):
        await served.application.begun.wait()
        while served.server.server_state.connections:
            await asyncio.sleep(0.05)
    # and reset, or the system would keep what is unsent
    assert writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == errno.ECONNRESET
    writer.close()


async def test_a_slow_reader_that_keeps_reading_receives_everything() -> None:
    async with serving(LIMITS) as served:
        reader, writer = await served.connect(GET % b"/large")
        size = 0
        while size < 30_000_000:
            piece = await reader.read(2_000_000)
            size += len(piece)
            assert piece
        writer.close()


async def test_an_event_stream_with_nothing_to_send_is_not_cut(served: Served) -> None:
    reader, writer = await served.connect(GET % b"/events")
    received = await asyncio.wait_for(reader.readuntil(b"0\r\n\r\n"), 10)
    assert received.count(b"data: 1") == 4
    writer.close()


async def hold(served: Served, data: bytes, count: int) -> list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Open connections; `/events` keeps them in use for three seconds."""
    held = [await served.connect(data) for _ in range(count)]
    await asyncio.sleep(0.2)
    return held


async def test_connections_are_bounded_in_all(served: Served) -> None:
    held = await hold(served, GET % b"/events", 40)
    refused = await served.answer(b"")
    assert refused.startswith(b"HTTP/1.1 503")
    assert b"Retry-After: 5" in refused
    held[0][1].close()
    await asyncio.sleep(0.2)
    reader, writer = await served.connect(GET % b"/")
    assert (await reader.readline())[9:12] == b"200"
    for opened in (writer, *(writer for _, writer in held)):
        opened.close()


@pytest.mark.parametrize("slow", [b"", b"GET / HTTP/1.1\r\n", POST % 900 + b"x", GET % b"/large"])
async def test_at_the_limit_a_slow_client_makes_room_for_another(slow: bytes) -> None:
    async with serving(ConnectionLimits(connections=40, connections_per_client=10)) as served:
        kept_reader, kept_writer = await served.connect(GET % b"/")
        await kept_reader.readuntil(b"0\r\n\r\n")
        held = await hold(served, slow, 30)
        for _ in range(5):
            reader, writer = await served.connect(GET % b"/")
            assert (await reader.readline())[9:12] == b"200"
            held.append((reader, writer))
        kept_writer.write(GET % b"/")
        assert (await kept_reader.readline())[9:12] == b"200"
        for _, writer in (*held, (kept_reader, kept_writer)):
            writer.close()


@pytest.mark.parametrize(("proxies", "refused"), [(frozenset[str](), True), (frozenset({"127.0.0.1"}), False)])
async def test_connections_are_bounded_per_client_except_for_proxies(proxies: frozenset[str], *, refused: bool) -> None:
    async with serving(ConnectionLimits(connections_per_client=3), proxies) as served:
        held = await hold(served, GET % b"/events", 4)
        answers = [await reader.readline() for reader, _ in held]
        assert [answer[9:12] for answer in answers] == [b"200"] * 3 + [b"503" if refused else b"200"]
        for _, writer in held:
            writer.close()
        await asyncio.sleep(0.2)
        reader, writer = await served.connect(GET % b"/")
        assert (await reader.readline())[9:12] == b"200"
        writer.close()

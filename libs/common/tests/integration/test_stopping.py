"""A server that stops loses no request: clients leave first."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import pytest
from common.runtime.server import HttpServer, listen
from starlette.responses import PlainTextResponse

IDLE = 1.0
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@contextlib.asynccontextmanager
async def stopping() -> AsyncIterator[tuple[HttpServer, int]]:
    """Yield a server and its port; whoever uses it makes it stop."""
    listener = listen("127.0.0.1", 0)
    server = HttpServer(PlainTextResponse("here"), idle_seconds=IDLE, drain_seconds=1)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        await asyncio.sleep(0.01)
    yield server, listener.getsockname()[1]
    await serving


async def exchanged(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Send a request; return the response, whose body is `here`."""
    writer.write(REQUEST)
    return await reader.readuntil(b"here")


async def test_a_request_on_a_kept_connection_is_answered_during_the_stop_and_closes_it() -> None:
    async with stopping() as (server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert b"connection: close" not in (await exchanged(reader, writer)).lower()

        server.should_exit = True
        await asyncio.sleep(IDLE / 2)

        assert b"connection: close" in (await exchanged(reader, writer)).lower()
        assert await reader.read() == b""
        writer.close()


async def test_new_connections_are_accepted_while_others_are_open() -> None:
    async with stopping() as (server, port):
        _, kept = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(0.2)  # until the server has accepted it
        server.should_exit = True
        await asyncio.sleep(IDLE / 4)

        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert b"connection: close" in (await exchanged(reader, writer)).lower()
        writer.close()
        kept.close()


@pytest.mark.parametrize("idle_before", [0.0, IDLE])
async def test_a_connection_is_closed_once_no_client_of_ours_would_use_it(idle_before: float) -> None:
    async with stopping() as (server, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await exchanged(reader, writer)
        await asyncio.sleep(idle_before)

        server.should_exit = True
        began = time.monotonic()

        assert await reader.read() == b""
        assert time.monotonic() - began >= IDLE - idle_before - 0.1
        writer.close()


async def test_without_connections_it_stops_at_once() -> None:
    began = time.monotonic()
    async with stopping() as (server, _):
        server.should_exit = True
    assert time.monotonic() - began < IDLE

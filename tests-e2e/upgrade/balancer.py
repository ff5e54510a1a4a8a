"""A Service of Kubernetes on one machine: one address, whose connections go to the replicas that are ready."""

import asyncio
from contextlib import suppress

_CHUNK = 64 * 1024


class Balancer:
    """Passes each new connection to the next endpoint; an open connection stays where it is.

    Nothing is retried and no HTTP is read, as in kube-proxy: a request that meets a replica at its end is lost.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.endpoints: list[int] = []
        """The ports of the ready replicas."""
        self.refused = 0
        """Connections for which there was no endpoint, or whose endpoint did not accept them."""
        self._turn = 0
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self.port)

    async def stop(self) -> None:
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        try:
            port = self._next()
            opened = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            self.refused += 1
            writer.transport.abort()
            with suppress(OSError):
                await writer.wait_closed()
            return
        both = (reader, writer), opened
        try:
            await asyncio.gather(_pass(reader, opened[1]), _pass(opened[0], writer))
        except OSError:
            for _, end in both:
                end.transport.abort()
        finally:
            for _, end in both:
                end.close()
            for _, end in both:
                with suppress(OSError):
                    await end.wait_closed()

    def _next(self) -> int:
        if not self.endpoints:
            raise ConnectionRefusedError("no endpoint")
        self._turn += 1
        return self.endpoints[self._turn % len(self.endpoints)]


async def _pass(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while chunk := await source.read(_CHUNK):
        sink.write(chunk)
        await sink.drain()
    sink.write_eof()

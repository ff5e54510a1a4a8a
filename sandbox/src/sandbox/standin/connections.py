"""Which TCP connection a request came in on, so that a fault can cut it.

ASGI has no way to close a connection without an answer, so the server's protocol class notes its transports
by their two ends, which is what the scope of a request shows.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_Ends = tuple[Any, Any]
_open: dict[_Ends, asyncio.Transport] = {}


class CuttableProtocol(HttpToolsProtocol):
    """uvicorn's protocol, whose connections `cut` can find."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        _open[(self.client, self.server)] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        _open.pop((self.client, self.server), None)
        super().connection_lost(exc)


def cut(scope: Mapping[str, Any]) -> None:
    """Close the request's connection at once. Raise ConnectionResetError where there is no connection."""
    transport = _open.get((tuple(scope.get("client") or ()), tuple(scope.get("server") or ())))
    if transport is None:
        raise ConnectionResetError("the stand-in dropped this request")
    transport.abort()

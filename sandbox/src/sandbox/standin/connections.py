"""The TCP connection of a request, so that a fault can cut it.

ASGI can't close a connection without a response, so the server's protocol class records its transports by both of their
ends, which are in the scope of a request.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_Ends = tuple[Any, Any]
_open: dict[_Ends, asyncio.Transport] = {}


class CuttableProtocol(HttpToolsProtocol):
    """uvicorn's protocol, with connections that `cut` can find."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        _open[(self.client, self.server)] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        _open.pop((self.client, self.server), None)
        super().connection_lost(exc)


def cut(scope: Mapping[str, Any]) -> None:
    """Close the connection of the request immediately. Raises ConnectionResetError if there is none."""
    transport = _open.get((tuple(scope.get("client") or ()), tuple(scope.get("server") or ())))
    if transport is None:
        raise ConnectionResetError("the stand-in dropped this request")
    transport.abort()

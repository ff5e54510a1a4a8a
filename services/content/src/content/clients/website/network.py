"""Resolve a name, check every address, and connect to a checked one (pinning).

The pool's network backend opens the TCP connection; the pool then starts TLS with the URL's host as SNI and as the
name to verify. So pinning keeps the Host header and the certificate check, and there is no second look-up that a
rebinding DNS server could answer differently.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from ipaddress import ip_address
from typing import Any

import httpcore2

from content.clients.website.addresses import is_public
from content.clients.website.errors import WebsiteAddressNotPublicError, WebsiteUnreachableError
from content.clients.website.heads import LenientStream

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host name and port to IP addresses in text form; raises OSError for a name that does not resolve."""

MAX_ADDRESSES_TRIED = 4


async def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """Use the system's resolver, in a thread of the loop's default executor."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


class PinnedBackend(httpcore2.AsyncNetworkBackend):
    """Opens TCP connections to public addresses, and to the `allowed_hosts` of development."""

    def __init__(
        self,
        *,
        allowed_hosts: frozenset[tuple[str, int]],
        resolve: Resolve = resolve_by_system,
        dial: httpcore2.AsyncNetworkBackend | None = None,
    ) -> None:
        self._allowed_hosts = allowed_hosts
        self._resolve = resolve
        self._dial = dial or httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore2's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._checked_addresses(host, port)
                connection = await self._connect_to_first(addresses, port, local_address, socket_options)
                return LenientStream(connection)
        except TimeoutError as error:
            raise httpcore2.ConnectTimeout(f"no connection to {host} within {timeout} s") from error

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - the signature is httpcore2's
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002 - the signature is httpcore2's
    ) -> httpcore2.AsyncNetworkStream:
        raise WebsiteAddressNotPublicError(path, "it is a local socket")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def _checked_addresses(self, host: str, port: int) -> Sequence[str]:
        allowed_by_name = (host, port) in self._allowed_hosts
        if _is_ip_literal(host):
            addresses: Sequence[str] = [host]
        else:
            # The trailing dot makes the name absolute, so a cluster's search domains do not apply.
            name = host if allowed_by_name else f"{host}."
            try:
                addresses = await self._resolve(name, port)
            except (OSError, UnicodeError) as error:
                raise WebsiteUnreachableError(host, "the name does not exist") from error
        if not addresses:
            raise WebsiteUnreachableError(host, "the name has no address")
        if not allowed_by_name:
            for address in addresses:
                if not is_public(address):
                    raise WebsiteAddressNotPublicError(host, "its address is not on the public Internet")
        return addresses

    async def _connect_to_first(
        self,
        addresses: Sequence[str],
        port: int,
        local_address: str | None,
        socket_options: Iterable[Any] | None,
    ) -> httpcore2.AsyncNetworkStream:
        failure: httpcore2.ConnectError | None = None
        for address in addresses[:MAX_ADDRESSES_TRIED]:
            try:
                return await self._dial.connect_tcp(
                    address, port, local_address=local_address, socket_options=socket_options
                )
            except httpcore2.ConnectError as error:
                failure = error
        raise failure or httpcore2.ConnectError("no address")


def _is_ip_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True

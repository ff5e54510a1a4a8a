"""PulseWorks as a frontend sees it: the gateway's REST API and nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Self, TypeVar

import httpx2

ResultT = TypeVar("ResultT")
_ATTEMPT_SECONDS = 0.1


class DemoError(Exception):
    """The demo can't continue. The text says where and why."""


class _Loopback(httpx2.AsyncHTTPTransport):
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        request.url = request.url.copy_with(host="127.0.0.1")  # the header Host stays
        return await super().handle_async_request(request)


def browser() -> httpx2.AsyncClient:
    """Return a client for pages and pictures. As in browsers, names in .localhost are this machine (RFC 6761, 6.3)."""
    return httpx2.AsyncClient(timeout=30, mounts={"http://*.localhost": _Loopback()})


class Api:
    """The API calls of one signed-in user."""

    def __init__(self, gateway: str) -> None:
        self._http = httpx2.AsyncClient(base_url=gateway, timeout=30)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def call(self, method: str, path: str, body: object = None, **params: object) -> Any:
        """Return the JSON of the response. Raises DemoError with the problem's detail, or if there is no response."""
        try:
            response = await self._http.request(
                method, path, json=body, params={name: str(value) for name, value in params.items()}
            )
        except httpx2.TransportError as error:
            raise DemoError(f"{method} {path} got no answer: {error!r}") from error
        if response.is_error:
            problem = response.json()
            reasons = "; ".join(f"{e['field']}: {e['message']}" for e in problem.get("errors") or [])
            raise DemoError(
                f"{method} {path} answered {response.status_code} {problem['code']}: "
                f"{problem.get('detail') or problem['title']} {reasons}".strip()
            )
        return response.json() if response.content else None

    @property
    def access_token(self) -> str:
        """The token that the calls send."""
        token: str = self._http.headers["Authorization"].removeprefix("Bearer ")
        return token

    def sign_in(self, access_token: str) -> None:
        self._http.headers["Authorization"] = f"Bearer {access_token}"

    async def watch(self, path: str) -> AsyncIterator[tuple[str, dict[str, Any]]]:
        """Yield (name, data) of each server-sent event until the stream ends."""
        async with self._http.stream("GET", path) as response:
            if response.is_error:
                raise DemoError(f"GET {path} answered {response.status_code}")
            name = "message"
            async for line in response.aiter_lines():
                field, _, value = line.partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    yield name, json.loads(value)


async def until(
    what: str, look: Callable[[], Awaitable[ResultT]], good: Callable[[ResultT], object], *, seconds: float = 20.0
) -> ResultT:
    """Repeat a call until its result is accepted: services learn about changes through events, moments later.

    Raises DemoError that names ``what`` if that takes longer than ``seconds``.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    last: object = None
    while asyncio.get_running_loop().time() < deadline:
        try:
            found = await look()
        except DemoError as error:
            last = error
        else:
            if good(found):
                return found
            last = found
        await asyncio.sleep(_ATTEMPT_SECONDS)
    raise DemoError(f"{what}: not reached within {seconds:.0f} s; last result: {str(last)[:600]}")


async def wait_for_gateway(gateway: str, *, seconds: float = 60.0) -> None:
    """Return when the gateway answers. Raises DemoError if it does not within the time."""
    deadline = asyncio.get_running_loop().time() + seconds
    async with httpx2.AsyncClient(timeout=5) as http:
        while True:
            try:
                if (await http.get(f"{gateway}/livez")).is_success:
                    return
            except httpx2.TransportError as error:
                if asyncio.get_running_loop().time() > deadline:
                    raise DemoError(f"{gateway} does not answer within {seconds:.0f} s: {error!r}") from error
            await asyncio.sleep(_ATTEMPT_SECONDS)

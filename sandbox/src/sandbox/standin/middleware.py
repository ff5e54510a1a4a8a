"""Logs every request and applies the active faults."""

import asyncio
import json
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.standin.clock import Clock
from sandbox.standin.connections import cut
from sandbox.standin.faults import FaultKind, FaultRule, Faults
from sandbox.standin.requests import RequestLog

_TRUNCATED_JSON = b'{"status": "success", "id": '


class FaultMiddleware:
    """ASGI middleware of every stand-in. `/_control` and `/livez` pass unchanged."""

    def __init__(self, app: ASGIApp, *, faults: Faults, log: RequestLog, clock: Clock) -> None:
        self._app = app
        self._faults = faults
        self._log = log
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/_control") or scope["path"] == "/livez":
            await self._app(scope, receive, send)
            return
        body = await _read(receive)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        entry = self._log.add(
            at=self._clock.now(),
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            headers=headers,
            body=body,
        )
        delay, rule = self._faults.pick(f"{scope['method']} {scope['path']}", headers, body)
        if delay:
            await asyncio.sleep(delay)
        if rule is None:
            await self._app(scope, _replay(body, receive), _noting(entry, send))
            return
        entry["fault"] = rule.kind.value
        if rule.kind.takes_effect:
            await self._app(scope, _replay(body, receive), _noting(entry, None))
        await _answer(rule, scope, receive, send)


async def _read(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            break
    return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Replay the body that was read already, then pass the real channel (for the disconnect)."""
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _noting(entry: dict[str, Any], send: Send | None) -> Send:
    """Record the status in the log. Without a `send` the response is dropped, as the fault requires."""

    async def note(message: Message) -> None:
        if message["type"] == "http.response.start":
            entry["status"] = message["status"]
        if send is not None:
            await send(message)

    return note


async def _answer(rule: FaultRule, scope: Scope, receive: Receive, send: Send) -> None:
    match rule.kind:
        case FaultKind.TIMEOUT_BEFORE | FaultKind.TIMEOUT_AFTER:
            if not await _client_leaves(receive, rule.seconds):
                await _drop(scope, receive)
        case FaultKind.DROP_BEFORE | FaultKind.DROP_AFTER:
            await _drop(scope, receive)
        case FaultKind.MALFORMED | FaultKind.MALFORMED_BEFORE:
            answer = _TRUNCATED_JSON if rule.answer is None else _encoded(rule.answer)
            await _send(send, 200, rule.headers, answer)
        case _:
            body = (
                {"status": "error", "message": "An active fault of the stand-in"}
                if rule.answer is None
                else rule.answer
            )
            await _send(send, rule.status, rule.headers, _encoded(body))


async def _client_leaves(receive: Receive, seconds: float) -> bool:
    """Send nothing until the client disconnects (return True) or for `seconds` (return False)."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return False
    return True


async def _drop(scope: Scope, receive: Receive) -> None:
    cut(scope)
    # uvicorn would respond with 500 if the app returned before it noticed the closed connection
    await _client_leaves(receive, 1)


def _encoded(answer: Any) -> bytes:
    return answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()


async def _send(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    merged = {"content-type": "application/json; charset=utf-8", "content-length": str(len(body))}
    merged |= {name.lower(): value for name, value in headers.items()}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in merged.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})

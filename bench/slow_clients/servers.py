"""The programs of the bench: a gateway with its real application, and one service behind it."""

import asyncio
import os
import sys
from datetime import timedelta
from typing import Any

import uvloop
from common.clock import SystemClock
from common.http import ClientAddresses
from common.ids import new_id
from common.runtime.connections import ConnectionLimits
from common.runtime.garbage import freeze_started_process
from common.runtime.server import HttpServer, listen, raise_file_limit
from common.telemetry import configure_logging
from gateway.api import create_api
from gateway.clients.forwarder import Forwarder
from gateway.factory import ProcessContext
from gateway.recent_writes.service import RecentWrites
from gateway.revocation.service import RevocationList
from gateway.settings import SERVICES, GatewaySettings
from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send
from testing.tokens import TokenMinter

_SMALL = b'{"items":[],"next_cursor":null}'
_LARGE = b"x" * 1_500_000


async def service(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer at once, after the body: with a small document, or with 1.5 MB at `/api/content/large`."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body", False):
        pass
    body = _LARGE if scope["path"] == "/api/content/large" else _SMALL
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def gateway(upstream: str, minter: TokenMinter, limits: ConnectionLimits) -> tuple[ASGIApp, ConnectionLimits]:
    urls: dict[str, Any] = {f"{name}_url": upstream for name in SERVICES}
    settings = GatewaySettings(amqp_url=SecretStr("amqp://127.0.0.1:9/"), **urls)
    clock = SystemClock()
    context = ProcessContext(
        settings=settings,
        token_verifier=minter.verifier(),
        revocations=RevocationList(clock),
        forwarder=Forwarder(connect_seconds=2, silence_seconds=30, max_body_bytes=settings.max_body_bytes),
        client_addresses=ClientAddresses(settings.trusted_proxies),
        recent_writes=RecentWrites(clock),
    )
    return create_api(context), limits


async def _serve(app: ASGIApp, limits: ConnectionLimits | None, *words: str) -> None:
    listener = listen("127.0.0.1", 0)
    sys.stdout.write(" ".join((str(listener.getsockname()[1]), *words, str(os.getpid()))) + "\n")
    sys.stdout.flush()
    freeze_started_process()
    await HttpServer(app, limits).serve(sockets=[listener])


def main() -> None:
    configure_logging("bench", level="ERROR")  # to stderr: the first line of stdout is the address
    raise_file_limit(10_000)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        if sys.argv[1] == "service":
            runner.run(_serve(service, None))
            return
        minter = TokenMinter()
        limits = ConnectionLimits(
            head_seconds=float(sys.argv[3]),
            body_window_seconds=float(sys.argv[3]),
            response_stall_seconds=float(sys.argv[3]),
            connections=10_000,
            connections_per_client=256,
        )
        app, limits = gateway(sys.argv[2], minter, limits)
        token = minter.mint(new_id(), lifetime=timedelta(hours=2))
        runner.run(_serve(app, limits, token))


if __name__ == "__main__":
    main()

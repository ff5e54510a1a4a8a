"""The processes and servers of a stack: whether they run, and what they say about themselves."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Literal
from urllib.parse import urlsplit

from sandbox.stack.environment import Component
from sandbox.stack.processes import ChildProcess, http_get
from sandbox.stack.server import PrivateServer
from sandbox.stack.stack import Stack
from sandbox.status.snapshot import Part, State

DOES: Mapping[str, str] = {
    "gateway": "The only public entrance: forwards REST requests, serves the documentation",
    "identity": "Accounts, users, sessions, the audit log",
    "content": "Briefs, brand profiles, generated posts",
    "scheduler": "Posting rules, the calendar, the timer of each post",
    "publisher": "Connected social accounts, deliveries to Ayrshare",
    "billing": "Plans and subscriptions at Stripe",
    "openai": "Stand-in of OpenAI: writes the texts",
    "ayrshare": "Stand-in of Ayrshare: publishes the posts",
    "stripe": "Stand-in of Stripe: takes the payments",
    "website": "Websites of the sample businesses",
    Component.POSTGRES: "PostgreSQL: one schema for each service",
    Component.RABBITMQ: "RabbitMQ: the events between the services",
    Component.STORAGE: "S3: the pictures of the posts",
}
_CONNECT_SECONDS = 1.5


async def read_parts(stack: Stack) -> list[Part]:
    """Return services, servers and stand-ins, in this order."""
    known = [name for name in (*DOES, *stack.processes) if name in stack.processes]
    processes = [_process(stack, stack.processes[name]) for name in dict.fromkeys(known)]
    servers = [_server(stack, component) for component in (Component.POSTGRES, Component.RABBITMQ, Component.STORAGE)]
    parts = await asyncio.gather(*processes, *servers)
    order = ("service", "server", "stand-in")
    return sorted(parts, key=lambda part: order.index(part.kind))


async def _process(stack: Stack, child: ChildProcess) -> Part:
    kind: Literal["service", "stand-in"] = "service" if child.name in stack.services else "stand-in"
    state, reasons = await _readiness(child)
    return Part(
        child.name,
        DOES.get(child.name, ""),
        kind,
        state,
        reasons,
        address=stack.wiring.url(child.name),
        pid=child.pid,
        since=child.started_at,
        restarts=child.restarts,
        log=str(child.log),
    )


async def _readiness(child: ChildProcess) -> tuple[State, Sequence[str]]:
    if child.pid is None:
        return "down", [f"it exited with code {child.returncode}"]
    status, body = await http_get(child.ready_url or "")
    checks: dict[str, str] = {}
    with suppress(ValueError, AttributeError):
        checks = json.loads(body).get("checks", {})
    failed = [f"{name}: {reason}" for name, reason in checks.items() if reason != "ok"]
    if status == 200:
        return ("degraded" if failed else "ready"), failed
    return "not ready", failed or [f"{child.ready_url} answers with {status}" if status else f"no answer: {body}"]


async def _server(stack: Stack, component: Component) -> Part:
    if stack.external.replaces(component):
        where = _external_address(stack, component)
        state, reasons = ("external", []) if component is Component.STORAGE else await _connects(where)
        does = f"{DOES[component]}. Not started here: {', '.join(stack.external.switches(component))} is set"
        return Part(component, does, "server", "external" if state == "ready" else state, reasons, address=where)
    server: PrivateServer = {
        Component.POSTGRES: stack.postgres,
        Component.RABBITMQ: stack.rabbitmq,
        Component.STORAGE: stack.storage,
    }[component]
    address = f"127.0.0.1:{server.port}"
    state, reasons = ("down", ["it does not run"]) if server.pid is None else await _connects(address)
    return Part(
        component,
        DOES[component],
        "server",
        state,
        reasons,
        address=address,
        pid=server.pid,
        since=server.started_at,
        restarts=server.restarts,
        log=str(server.log),
    )


def _external_address(stack: Stack, component: Component) -> str:
    url = {
        Component.POSTGRES: stack.wiring.admin_database_url,
        Component.RABBITMQ: stack.wiring.amqp_url,
        Component.STORAGE: stack.wiring.storage.get("S3_ENDPOINT_URL", "https://s3.amazonaws.com"),
    }[component]
    parts = urlsplit(url)
    default = {"amqps": 5671, "amqp": 5672, "https": 443, "http": 80}.get(parts.scheme, 5432)
    return f"{parts.hostname}:{parts.port or default}"


async def _connects(address: str) -> tuple[State, list[str]]:
    """Open a connection and close it: a login is made for the figures below."""
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(host, int(port))
    except (OSError, TimeoutError) as error:
        return "not ready", [f"{address} does not accept connections: {str(error) or type(error).__name__}"]
    writer.close()
    return "ready", []

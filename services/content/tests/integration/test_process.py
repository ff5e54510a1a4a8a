"""The service as a process with a real broker, killed during a generation."""

import asyncio
import base64
import json
import os
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import httpx2
import pytest
from common.database import libpq_url
from common.ids import new_id
from content.settings import ContentSettings
from pulseworks_contracts import (
    AccountCreated,
    AccountData,
    ContentApproved,
    Entitlements,
    SubscriptionChanged,
    SubscriptionChangedData,
)
from pulseworks_contracts.queues import SCHEDULER_CONTENT
from pydantic import SecretStr
from sandbox.standin.server import serving
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route
from testing import Bus
from testing.servers import DatabaseServer
from testing.tokens import TokenMinter

from .conftest import MONTH, ProgressEvent, StandIn, parse_events


@asynccontextmanager
async def _jwks(minter: TokenMinter) -> AsyncIterator[str]:
    """Serve the public keys like identity."""
    x = base64.urlsafe_b64encode(minter._key.public_key().public_bytes_raw()).rstrip(b"=").decode()
    key = {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": minter.kid, "x": x}

    async def keys(_request: object) -> JSONResponse:
        return JSONResponse({"keys": [key]})

    async with serving(Starlette(routes=[Route("/jwks.json", keys)])) as server:
        yield f"{server.url}/jwks.json"


def _environment(settings: ContentSettings, **others: Any) -> dict[str, str]:
    values = settings.model_dump(exclude_none=True) | others
    plain = {name.upper(): v.get_secret_value() if isinstance(v, SecretStr) else v for name, v in values.items()}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "OPENAI_", "S3_"))}
    return inherited | {name: str(value) for name, value in plain.items()}


class Program:
    """`python -m content serve` on a free port."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.log: list[str] = []
        self._reading: asyncio.Task[None] | None = None

    @classmethod
    async def start(cls, environment: dict[str, str]) -> "Program":
        command = (sys.executable, "-m", "content", "serve")
        return cls(await asyncio.create_subprocess_exec(*command, env=environment, stdout=PIPE, stderr=STDOUT))

    async def url(self) -> str:
        """Return the address from its log, and keep reading the log in the background."""
        async for line in self._lines():
            if '"process_started"' in line:
                self._reading = asyncio.create_task(self._read())
                return f"http://{json.loads(line)['addresses'][0]}"
        pytest.fail("\n".join(self.log))

    async def _lines(self) -> AsyncIterator[str]:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.log.append(line.decode().rstrip())
            yield self.log[-1]

    async def _read(self) -> None:
        async for _ in self._lines():
            pass

    async def kill(self) -> None:
        self.process.kill()
        await self.ended()

    async def ended(self) -> int:
        code = await asyncio.wait_for(self.process.wait(), 30)
        if self._reading is not None:
            await self._reading
        return code


class Client:
    def __init__(self, minter: TokenMinter) -> None:
        self.account_id = new_id()
        self.http = httpx2.AsyncClient(headers=minter.headers(self.account_id), timeout=10)

    async def connect(self, program: Program) -> None:
        """Use this program from now on; return when it is ready."""
        self.http.base_url = httpx2.URL(await program.url())
        await self.until("GET", "/readyz", 200)

    async def until(self, method: str, path: str, status: int, body: Any = None) -> Any:
        """Repeat the request until the response has this status."""
        last = "nothing"
        try:
            async with asyncio.timeout(60):
                while True:
                    answer = await self.http.request(method, path, json=body)
                    if answer.status_code == status:
                        return answer.json()
                    last = answer.text
                    await asyncio.sleep(0.05)
        except TimeoutError:
            pytest.fail(f"{method} {path} did not answer {status} but {last}")

    async def watch(self, path: str, after: int, last: str) -> list[ProgressEvent]:
        """Return the events of a stream up to the first one of kind ``last``."""
        lines: list[str] = []
        headers = {"Last-Event-ID": str(after)} if after else {}
        async with self.http.stream("GET", path, headers=headers) as stream:
            async for line in stream.aiter_lines():
                lines.append(line)
                if not line and f"event: {last}" in lines:
                    break
        return list(parse_events(lines))


@pytest.mark.invariant("E1", "E2", "T2")
async def test_a_month_survives_a_kill_and_an_approval_reaches_the_scheduler(
    settings: ContentSettings, openai: StandIn, website_url: str, bus: Bus, database_server: DatabaseServer
) -> None:
    minter = TokenMinter()
    client = Client(minter)
    await bus.declare()
    async with _jwks(minter) as jwks_url:
        environment = _environment(
            settings,
            port=0,
            identity_jwks_url=jwks_url,
            amqp_url=bus.url,
            events_namespace=bus.namespace,
            caption_concurrency=1,
        )
        program = await Program.start(environment)
        try:
            await client.connect(program)
            await _introduce(bus, client, f"{website_url}/harbour-physio/")
            await client.until("POST", "/api/briefs", 201, {"month": MONTH, "primary_focus": "EDUCATION"})
            request = {"month": MONTH, "post_count": 5}
            generation = await client.until("POST", "/api/content/generations", 202, request)
            path = f"/api/content/generations/{generation['id']}"
            before = await client.watch(f"{path}/events", 0, "post_ready")

            await program.kill()
            connection = await asyncpg.connect(libpq_url(database_server.url))
            await connection.execute("UPDATE content.generation SET due_at = now()")  # the lease expires
            await connection.close()
            program = await Program.start(environment)
            await client.connect(program)
            rest = await client.watch(f"{path}/events", before[-1].number, "finished")

            events = before + rest
            assert [event.number for event in events] == list(range(1, len(events) + 1))
            assert [event.kind for event in events].count("post_ready") == 5
            items = (await client.until("GET", f"/api/content?month={MONTH}", 200))["items"]
            assert [item["position"] for item in items] == [0, 1, 2, 3, 4]
            assert len({item["caption"] for item in items}) == 5

            approval = {"content_hash": items[0]["content_hash"]}
            await client.until("POST", f"/api/content/{items[0]['id']}/approve", 200, approval)
            (event,) = await bus.collect(SCHEDULER_CONTENT, 1)
            assert isinstance(event, ContentApproved)
            assert (event.source, event.account_id) == ("/content", client.account_id)
            assert str(event.data.content_id) == items[0]["id"]
            program.process.terminate()
            assert await program.ended() == 0, "\n".join(program.log)
        finally:
            if program.process.returncode is None:
                await program.kill()
            await client.http.aclose()


async def _introduce(bus: Bus, client: Client, website: str) -> None:
    account = AccountData(revision=1, name="Harbour Physio", website_url=website, timezone="Pacific/Auckland")
    await bus.publish(AccountCreated(account_id=client.account_id, subject="account", data=account))
    plan = SubscriptionChangedData(
        revision=1,
        plan="GROWTH",
        posting_addon=False,
        status="active",
        current_period_end=None,
        entitlements=Entitlements(generation=True, posting=False, posts_per_month=12),
    )
    await bus.publish(SubscriptionChanged(account_id=client.account_id, subject="subscription", data=plan))

"""A real publisher that ends between `sending` and the response creates exactly one post.

After kill -9 it is searched for; after SIGTERM the publisher waits for the response first.

The publisher, the database, the broker and the stand-in of Ayrshare are separate processes. The publisher receives all
its facts through the bus.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from common.auth import Principal, Role
from common.database import Database
from common.ids import new_id
from cryptography.fernet import Fernet
from publisher.connections.workflow import ConnectionWorkflow
from publisher.factory import ProcessContext
from publisher.settings import PublisherSettings
from pulseworks_contracts import (
    ContentApproved,
    ContentApprovedData,
    Entitlements,
    FrozenPost,
    PlatformPayload,
    PostDue,
    PostDueData,
    PostPublished,
    PostScheduled,
    SubscriptionChanged,
    SubscriptionChangedData,
    content_digest,
    queues,
)
from sqlalchemy import text
from testing import Bus
from testing.servers import DatabaseServer

PAGE = "100200300400500"
SECONDS = 60.0


@pytest.fixture
def service_name() -> str:
    return "publisher"


@pytest.fixture
def ayrshare(tmp_path: Path) -> Iterator[str]:
    config = json.dumps({"fetch_media": False})
    arguments = [sys.executable, "-m", "sandbox.ayrshare", "--port", "0", "--config", config]
    process = subprocess.Popen([*arguments, "--state", str(tmp_path / "ayrshare")], stdout=subprocess.PIPE)
    assert process.stdout is not None
    yield f"http://127.0.0.1:{process.stdout.readline().decode().strip()}"
    process.kill()
    process.wait()
    process.stdout.close()


class Publisher:
    """`python -m publisher serve`, with settings that are short enough for a test."""

    def __init__(self, database_url: str, bus: Bus, ayrshare: str, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self.environ = {
            "DATABASE_URL": database_url,
            "AMQP_URL": bus.url,
            "EVENTS_NAMESPACE": bus.namespace,
            "IDENTITY_JWKS_URL": "http://127.0.0.1:1/",
            "AYRSHARE_BASE_URL": f"{ayrshare}/api",
            "AYRSHARE_API_KEY": "sandbox-ayrshare-key",
            "AYRSHARE_WEBHOOK_SECRET": "webhook-secret",
            "PROFILE_KEY_SECRETS": Fernet.generate_key().decode(),
            "DELIVERY_LEASE_SECONDS": "1",
            "SEND_TIMEOUT_SECONDS": "2",
            "RECONCILE_SETTLE_SECONDS": "2.5",
            "RECONCILE_PAUSE_SECONDS": "0.3",
        }

    async def start(self) -> None:
        self._spawn()
        assert self._process is not None
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{self.port}") as http, asyncio.timeout(SECONDS):
            while not await self._is_ready(http):
                assert self._process.poll() is None, self._log.read_text()
                await asyncio.sleep(0.1)

    def _spawn(self) -> None:
        environ = {**os.environ, **self.environ, "PORT": str(self.port)}
        with self._log.open("ab") as output:
            self._process = subprocess.Popen([sys.executable, "-m", "publisher", "serve"], env=environ, stderr=output)

    async def _is_ready(self, http: httpx2.AsyncClient) -> bool:
        try:
            return (await http.get("/readyz")).status_code == httpx2.codes.OK
        except httpx2.RequestError:
            return False

    def stop(self) -> int:
        """Send SIGTERM; return the exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(SECONDS)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
async def publisher(
    database: Database, database_server: DatabaseServer, bus: Bus, ayrshare: str, tmp_path: Path
) -> AsyncIterator[Publisher]:
    await bus.declare()
    started = Publisher(database_server.runtime_url("publisher"), bus, ayrshare, tmp_path / "publisher.log")
    yield started
    started.kill()


async def connect(publisher: Publisher, monkeypatch: pytest.MonkeyPatch, http: httpx2.AsyncClient) -> tuple[Any, str]:
    """Create a customer with a verified Page, as its own browser would; return account id and provider profile."""
    for name, value in publisher.environ.items():
        monkeypatch.setenv(name, value)
    account_id, context = new_id(), ProcessContext.create(PublisherSettings.load())
    expires = datetime.now(UTC) + timedelta(minutes=5)
    principal = Principal(account_id, new_id(), new_id(), Role.OWNER, expires)
    async with context.database.transaction(account_id) as session:
        await context.factory(session).subscriptions().apply(revision=1, posting=True)
    connections = ConnectionWorkflow(context)
    page = await connections.create_link_session(account_id)
    (await http.post(page.url, json={"facebook": PAGE})).raise_for_status()
    profile = await connections.verify(principal, {"FACEBOOK": PAGE, "INSTAGRAM": None})
    await context.close()
    return account_id, profile.provider_profile_id


async def fall_due(bus: Bus, account_id: Any, provider_profile_id: str) -> FrozenPost:
    """Publish the events of a post that was approved, scheduled and is due."""
    payload = PlatformPayload(platform="FACEBOOK", text="Open again from Monday", media=[])
    content_id, now = new_id(), datetime.now(UTC)
    frozen = FrozenPost(
        item_id=new_id(),
        revision=1,
        content_id=content_id,
        content_revision=1,
        content_hash=content_digest(account_id, content_id, [payload]),
        payload=payload,
        provider_profile_id=provider_profile_id,
        platform_account_id=PAGE,
        scheduled_for=now,
    )
    approved = ContentApprovedData(
        content_id=content_id,
        revision=1,
        month="2026-11",
        title="Monday",
        content_hash=frozen.content_hash,
        payloads=[payload],
        approved_by=new_id(),
        approved_at=now,
    )
    subscribed = SubscriptionChangedData(
        revision=1,
        plan="ESSENTIAL",
        posting_addon=True,
        status="active",
        current_period_end=None,
        entitlements=Entitlements(generation=True, posting=True, posts_per_month=8),
    )
    due = PostDueData(**frozen.model_dump(), expires_at=now + timedelta(hours=6))
    item = str(frozen.item_id)
    await bus.publish(SubscriptionChanged(account_id=account_id, subject="s", data=subscribed))
    await bus.publish(ContentApproved(account_id=account_id, subject=str(content_id), data=approved))
    await bus.publish(PostScheduled(account_id=account_id, subject=item, data=frozen))
    await bus.publish(PostDue(account_id=account_id, subject=item, data=due))
    return frozen


async def until_called(http: httpx2.AsyncClient) -> None:
    async with asyncio.timeout(SECONDS):
        while not (await calls(http)):
            await asyncio.sleep(0.01)


async def calls(http: httpx2.AsyncClient, method: str = "POST", path: str = "/api/post") -> list[dict[str, Any]]:
    response = await http.get("/_control/requests", params={"method": method, "path": path})
    found: list[dict[str, Any]] = response.json()["requests"]
    return found


@pytest.mark.invariant("P4", "P5")
@pytest.mark.parametrize(
    ("fault", "sent"),
    [
        pytest.param({"kind": "timeout_after", "seconds": 60}, 1, id="after the effect"),
        pytest.param({"kind": "latency", "seconds": 1.5}, 1, id="before an effect that follows"),
        pytest.param({"kind": "timeout_before", "seconds": 60}, 2, id="before the effect"),
    ],
)
@pytest.mark.slow  # the short fault run has these many times
async def test_a_publisher_killed_while_sending_creates_exactly_one_post(
    *,
    publisher: Publisher,
    bus: Bus,
    database: Database,
    ayrshare: str,
    monkeypatch: pytest.MonkeyPatch,
    fault: dict[str, Any],
    sent: int,
) -> None:
    async with httpx2.AsyncClient(base_url=ayrshare, timeout=10) as http:
        account_id, profile_id = await connect(publisher, monkeypatch, http)
        (await http.post("/_control/faults", json=[{"match": "POST /api/post", **fault}])).raise_for_status()
        await publisher.start()
        frozen = await fall_due(bus, account_id, profile_id)
        await until_called(http)
        publisher.kill()
        assert await status_of_delivery(database) == "sending"
        await publisher.start()

        [outcome] = await bus.collect(queues.CONTENT_OUTCOMES, 1, seconds=SECONDS)
        posts = (await http.get("/_control/posts")).json()
        assert isinstance(outcome, PostPublished)
        assert outcome.data.item_id == frozen.item_id
        assert (posts["count"], posts["on_primary"]) == (1, 0)
        assert outcome.data.platform_post_id == posts["posts"][0]["network_id"]
        keys = {json.loads(call["body"])["idempotencyKey"] for call in await calls(http)}
        assert (len(await calls(http)), len(keys)) == (sent, 1)
        assert await status_of_delivery(database) == "published"


@pytest.mark.slow
@pytest.mark.invariant("P5")
async def test_a_publisher_stopped_while_sending_waits_for_the_response(
    publisher: Publisher, bus: Bus, database: Database, ayrshare: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call takes longer than a process without a post has to stop, and less than the call may take."""
    publisher.environ |= {"SEND_TIMEOUT_SECONDS": "15", "RECONCILE_SETTLE_SECONDS": "16"}
    async with httpx2.AsyncClient(base_url=ayrshare, timeout=10) as http:
        account_id, profile_id = await connect(publisher, monkeypatch, http)
        slow = {"match": "POST /api/post", "kind": "latency", "seconds": 12}
        (await http.post("/_control/faults", json=[slow])).raise_for_status()
        await publisher.start()
        await fall_due(bus, account_id, profile_id)
        await until_called(http)

        assert await asyncio.to_thread(publisher.stop) == 0
        assert await status_of_delivery(database) == "published"
        assert (await http.get("/_control/posts")).json()["count"] == 1
        assert len(await calls(http)) == 1
        assert await calls(http, "GET", "/api/history") == []


async def status_of_delivery(database: Database) -> str:
    async with database.cross_account.transaction() as session:
        status: str = (await session.execute(text("SELECT status FROM publisher.delivery"))).scalar_one()
    return status

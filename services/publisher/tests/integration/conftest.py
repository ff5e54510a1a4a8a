"""A publisher for each test, and a stand-in for Ayrshare in its own process."""

import asyncio
import hashlib
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from common.auth import Principal, Role
from common.database import Database
from common.due import Done, DueTable, Retry, store
from common.ids import new_id
from cryptography.fernet import Fernet
from publisher.connections.workflow import ConnectionWorkflow
from publisher.deliveries.jobs import DeliveryJob
from publisher.factory import ProcessContext
from publisher.models import AYRSHARE_EVENTS, DELIVERIES, PREFLIGHTS, PROFILE_CHECKS, UNMATCHED_EVENTS, Delivery
from publisher.preflight.jobs import PreflightJob
from publisher.settings import PublisherSettings
from publisher.unused_profiles.jobs import ProfileCheckJob
from publisher.webhooks.jobs import UnmatchedWebhookJob, WebhookJob
from publisher.worker import ROUTERS
from pulseworks_contracts import (
    ContentApproved,
    ContentApprovedData,
    Entitlements,
    Event,
    FrozenPost,
    Media,
    Platform,
    PlatformPayload,
    PostDue,
    PostDueData,
    PostScheduled,
    PostUpcoming,
    SubscriptionChanged,
    SubscriptionChangedData,
    content_digest,
)
from pydantic import SecretStr
from sqlalchemy import select, text
from testing import ManualClock, claim_due, deliver
from testing.servers import DatabaseServer
from testing.tokens import TokenMinter

PAGE, INSTAGRAM = "100200300400500", "17841400000000777"
API_KEY, WEBHOOK_SECRET = "sandbox-ayrshare-key", "webhook-secret"
IMAGE = b"\xff\xd8 an image, as far as its bytes go"
CONFIG = {"fetch_media": False, "allow_http_media": True, "primary_linked": True}


@pytest.fixture(scope="session")
def ayrshare_url() -> Iterator[str]:
    process = subprocess.Popen([sys.executable, "-m", "sandbox.ayrshare", "--port", "0"], stdout=subprocess.PIPE)
    assert process.stdout is not None
    port = process.stdout.readline().decode().strip()
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()
    process.stdout.close()


class StandIn:
    """The stand-in's control API: received requests, live posts, configured faults."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx2.AsyncClient(base_url=url, timeout=10, verify=False)

    async def configure(self, **changes: Any) -> None:
        (await self.http.post("/_control/config", json=changes)).raise_for_status()

    async def fault(self, **rule: Any) -> None:
        (await self.http.post("/_control/faults", json=[{"match": "POST /api/post", **rule}])).raise_for_status()

    async def network_error(self, code: int, message: str = "no", platform: str = "facebook") -> None:
        errors = [{"platform": platform, "code": code, "message": message}]
        (await self.http.post("/_control/network_errors", json=errors)).raise_for_status()

    async def posts(self) -> list[dict[str, Any]]:
        """Return the live posts of all accounts."""
        posts: list[dict[str, Any]] = (await self.http.get("/_control/posts")).json()["posts"]
        return posts

    async def requests(self, path: str = "/api/post", method: str = "POST") -> list[dict[str, Any]]:
        answer = await self.http.get("/_control/requests", params={"method": method, "path": path})
        found: list[dict[str, Any]] = answer.json()["requests"]
        return found

    async def link(self, url: str, **accounts: Any) -> None:
        """Link accounts as the customer does on the linking page."""
        (await self.http.post(url, json=accounts)).raise_for_status()


@pytest.fixture
async def standin(ayrshare_url: str) -> AsyncIterator[StandIn]:
    standin = StandIn(ayrshare_url)
    (await standin.http.post("/_control/reset")).raise_for_status()
    await standin.configure(**CONFIG)
    yield standin
    await standin.http.aclose()


@pytest.fixture
def clock() -> ManualClock:
    """Starts at the real time, because the stand-in dates its posts by its own clock."""
    return ManualClock(datetime.now(UTC))


@pytest.fixture
def minter(clock: ManualClock) -> TokenMinter:
    return TokenMinter(clock=clock)


@pytest.fixture
def settings(ayrshare_url: str, database_server: DatabaseServer) -> PublisherSettings:
    return PublisherSettings(
        database_url=SecretStr(database_server.runtime_url("publisher")),
        amqp_url=SecretStr("amqp://127.0.0.1:1/"),
        identity_jwks_url="http://127.0.0.1:1",
        ayrshare_base_url=f"{ayrshare_url}/api",
        ayrshare_api_key=SecretStr(API_KEY),
        ayrshare_webhook_secret=SecretStr(WEBHOOK_SECRET),
        profile_key_secrets=SecretStr(Fernet.generate_key().decode()),
    )


@pytest.fixture
async def context(
    database: Database, settings: PublisherSettings, clock: ManualClock, minter: TokenMinter
) -> AsyncIterator[ProcessContext]:
    created = ProcessContext.create(settings, clock=clock)
    created.token_verifier = minter.verifier()
    created.random.seed(20261122)
    # the breaker uses the test's clock
    created.breaker._monotonic = lambda: clock.now().timestamp()
    yield created
    await created.close()


class Storage:
    """Our object storage, with one image and configurable failures."""

    def __init__(self) -> None:
        self.status = 200
        self.body = IMAGE
        self.header = "Server: storage"
        self.delay = 0.0
        self.asked = 0
        self.port = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked += 1
        try:
            await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(self.delay)
            head = [f"HTTP/1.1 {self.status} x", f"Content-Length: {len(self.body)}", "Connection: close", self.header]
            writer.write("\r\n".join([*head, "\r\n"]).encode() + self.body)
            await writer.drain()
        except OSError:
            pass  # the client has read enough
        finally:
            writer.transport.abort() if self.delay else writer.close()


class World:
    """One customer, known to the publisher by events alone, whose due rows the test runs."""

    def __init__(self, context: ProcessContext, standin: StandIn, clock: ManualClock) -> None:
        self.context = context
        self.database = context.database
        self.connections = ConnectionWorkflow(context)
        self.standin = standin
        self.clock = clock
        self.account_id = new_id()
        self.user_id = new_id()
        self.ref_id = ""
        self.media = Media(
            url="http://127.0.0.1:9/media/a.jpg",
            sha256="0" * 64,
            content_type="image/jpeg",
            width=1080,
            height=1080,
            alt_text="Bread on a shelf",
        )

    @property
    def principal(self) -> Principal:
        expires = self.clock.now() + timedelta(minutes=15)
        return Principal(self.account_id, self.user_id, new_id(), Role.OWNER, expires)

    async def receive(self, event: Event) -> None:
        assert await deliver(ROUTERS, event, self.database, self.context.factory) == "handled"

    async def connect(self, *, facebook: str | None = PAGE, instagram: str | None = INSTAGRAM) -> None:
        """Link a Page and an account and verify them."""
        session = await self.connections.create_link_session(self.account_id)
        chosen = {"facebook": facebook, "instagram": instagram}
        await self.standin.link(session.url, **{name: value for name, value in chosen.items() if value})
        profile = await self.connections.verify(self.principal, {"FACEBOOK": facebook, "INSTAGRAM": instagram})
        self.ref_id = profile.provider_profile_id

    async def subscribe(self, *, posting: bool = True, revision: int = 1) -> None:
        data = SubscriptionChangedData(
            revision=revision,
            plan="GROWTH",
            posting_addon=posting,
            status="active",
            current_period_end=None,
            entitlements=Entitlements(generation=True, posting=posting, posts_per_month=12),
        )
        await self.receive(SubscriptionChanged(account_id=self.account_id, subject="s", data=data))

    def post(self, text: str = "A quiet morning in the bakery", platform: Platform = "FACEBOOK") -> FrozenPost:
        """Return the frozen facts of a new schedule item with its own content."""
        payload = PlatformPayload(platform=platform, text=text, media=[self.media])
        content_id = new_id()
        return FrozenPost(
            item_id=new_id(),
            revision=1,
            content_id=content_id,
            content_revision=3,
            content_hash=content_digest(self.account_id, content_id, [payload]),
            payload=payload,
            provider_profile_id=self.ref_id,
            platform_account_id=PAGE if platform == "FACEBOOK" else INSTAGRAM,
            scheduled_for=self.clock.now(),
        )

    async def approve(self, frozen: FrozenPost, **changes: Any) -> None:
        data = ContentApprovedData(
            content_id=frozen.content_id,
            revision=frozen.content_revision,
            month="2026-11",
            title="Morning",
            content_hash=frozen.content_hash,
            payloads=[frozen.payload],
            approved_by=self.user_id,
            approved_at=self.clock.now(),
        ).model_copy(update=changes)
        event = ContentApproved(account_id=self.account_id, subject=str(frozen.content_id), data=data)
        await self.receive(event)

    async def schedule(self, frozen: FrozenPost) -> None:
        event = PostScheduled(account_id=self.account_id, subject=str(frozen.item_id), data=frozen)
        await self.receive(event)

    def due_event(self, frozen: FrozenPost, *, window: timedelta = timedelta(hours=6)) -> PostDue:
        data = PostDueData(**frozen.model_dump(), expires_at=frozen.scheduled_for + window)
        return PostDue(account_id=self.account_id, subject=str(frozen.item_id), data=data)

    async def come_due(self, frozen: FrozenPost) -> None:
        await self.receive(self.due_event(frozen))

    async def upcoming(self, frozen: FrozenPost) -> None:
        event = PostUpcoming(account_id=self.account_id, subject=str(frozen.item_id), data=frozen)
        await self.receive(event)

    async def ready_post(
        self, text: str = "A quiet morning in the bakery", platform: Platform = "FACEBOOK"
    ) -> FrozenPost:
        """Return a post that is approved, scheduled and due."""
        frozen = self.post(text, platform)
        await self.approve(frozen)
        await self.schedule(frozen)
        await self.come_due(frozen)
        return frozen

    async def run_loop(self, *, leases_end: bool = False, table: DueTable = DELIVERIES) -> int:
        """Run every waiting row once, as if it were due; return the number of rows."""
        held = "" if leases_end else "AND lease_owner IS NULL"
        run = {
            DELIVERIES: DeliveryJob(self.context).run,
            PREFLIGHTS: PreflightJob(self.context).run,
            AYRSHARE_EVENTS: WebhookJob(self.context).run,
            UNMATCHED_EVENTS: UnmatchedWebhookJob(self.context).run,
            PROFILE_CHECKS: ProfileCheckJob(self.context).run,
        }[table]
        async with self.database.cross_account.transaction() as session:
            await session.execute(
                text(f"UPDATE {table.qualified} SET due_at = now() - interval '1 s' WHERE due_at IS NOT NULL {held}")
            )
        rows = await claim_due(self.database, table)
        for row in rows:
            outcome = await run(row)
            async with self.database.cross_account.transaction() as session:
                if isinstance(outcome, Done):
                    await store.finish(session, table, [row])
                if isinstance(outcome, Retry):
                    await store.postpone(session, table, [row], [outcome.after])
        return len(rows)

    async def run_webhooks(self) -> int:
        return await self.run_loop(table=AYRSHARE_EVENTS)

    async def run_unmatched_webhooks(self) -> int:
        return await self.run_loop(table=UNMATCHED_EVENTS)

    async def run_until_settled(self, *, step: timedelta = timedelta(seconds=20), runs: int = 20) -> Delivery:
        """Run the loop and advance the clock until the only delivery is settled."""
        for _ in range(runs):
            if await self.run_loop() == 0:
                break
            self.clock.advance(step)
        return await self.delivery()

    async def delivery(self, item_id: UUID | None = None) -> Delivery:
        async with self.database.transaction(self.account_id) as session:
            statement = select(Delivery)
            if item_id is not None:
                statement = statement.where(Delivery.schedule_item_id == item_id)
            return (await session.execute(statement)).scalar_one()


@pytest.fixture
async def world(context: ProcessContext, standin: StandIn, clock: ManualClock) -> World:
    """A customer that is connected, verified and subscribed."""
    world = World(context, standin, clock)
    await world.subscribe()
    await world.connect()
    return world


@pytest.fixture
async def storage(world: World) -> AsyncIterator[Storage]:
    """Serve the image of the world's posts."""
    storage = Storage()
    server = await asyncio.start_server(storage.answer, "127.0.0.1", 0)
    storage.port = server.sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{storage.port}/media/a.jpg"
    world.media = world.media.model_copy(update={"url": url, "sha256": hashlib.sha256(IMAGE).hexdigest()})
    yield storage
    server.close()

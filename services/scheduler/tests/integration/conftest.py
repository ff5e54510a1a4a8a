import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import httpx2
import pytest
from common.auth import Role
from common.database import Database
from common.ids import new_id
from common.runtime import Worker
from pulseworks_contracts import (
    AccountCreated,
    AccountData,
    ContentApprovalWithdrawn,
    ContentApprovalWithdrawnData,
    ContentApproved,
    ContentApprovedData,
    ContentDeleted,
    ContentDeletedData,
    Entitlements,
    Event,
    Media,
    Platform,
    PlatformPayload,
    PostDelayed,
    PostDelayedData,
    PostFailed,
    PostFailedData,
    PostOutcomeUnknown,
    PostOutcomeUnknownData,
    PostPublished,
    PostPublishedData,
    ProfileNeedsReconnect,
    ProfileNeedsReconnectData,
    ProfileVerified,
    ProfileVerifiedData,
    SubscriptionChanged,
    SubscriptionChangedData,
    VerifiedPlatform,
    content_digest,
)
from pydantic import SecretStr
from scheduler.api import create_api
from scheduler.factory import Factory, ProcessContext
from scheduler.models import ScheduleItem
from scheduler.settings import SchedulerSettings
from scheduler.worker import ROUTERS, create_worker
from sqlalchemy.ext.asyncio import AsyncSession
from testing import Bus, ManualClock, deliver, deliver_twice
from testing.apps import app_of
from testing.tokens import TokenMinter

StartWorker = Callable[[], Awaitable[Worker[Factory]]]
BOTH: tuple[Platform, ...] = ("FACEBOOK", "INSTAGRAM")


@pytest.fixture
def minter(clock: ManualClock) -> TokenMinter:
    return TokenMinter(clock=clock)


@pytest.fixture
def context(database: Database, clock: ManualClock, minter: TokenMinter) -> ProcessContext:
    settings = SchedulerSettings(
        database_url=database.url, amqp_url="amqp://127.0.0.1:1/", identity_jwks_url="http://127.0.0.1:1"
    )

    async def now(session: AsyncSession) -> datetime:
        return clock.now()

    return ProcessContext(settings=settings, database=database, token_verifier=minter.verifier(), clock=clock, now=now)


@pytest.fixture
async def start_worker(context: ProcessContext, bus: Bus) -> AsyncIterator[StartWorker]:
    """Start replicas of the worker on the test's own bus. They stop with the test."""
    context.settings = context.settings.model_copy(
        update={"amqp_url": SecretStr(bus.url), "events_namespace": bus.namespace}
    )
    await bus.declare()
    workers: list[Worker[Factory]] = []

    async def start() -> Worker[Factory]:
        workers.append(create_worker(context))
        await workers[-1].start()
        return workers[-1]

    yield start
    for worker in workers:
        await worker.stop()


@dataclass
class Tenant:
    """An account with a user, and the events of other services about it."""

    context: ProcessContext
    minter: TokenMinter
    http: httpx2.AsyncClient
    account_id: UUID = field(default_factory=new_id)
    user_id: UUID = field(default_factory=new_id)

    async def request(
        self, method: str, path: str, body: Any = None, *, role: Role = Role.OWNER, **headers: str
    ) -> httpx2.Response:
        signed_in = self.minter.headers(self.account_id, role, user_id=self.user_id)
        return await self.http.request(method, f"/api/schedule{path}", json=body, headers=signed_in | headers)

    async def get(self, path: str, **options: Any) -> Any:
        response = await self.request("GET", path, **options)
        assert response.status_code == 200, response.text
        return response.json()

    async def post(self, path: str, body: Any = None, *, status: int = 200, **options: Any) -> Any:
        response = await self.request("POST", path, body, **options)
        assert response.status_code == status, response.text
        return response.json()

    async def item(self, item_id: str | UUID) -> ScheduleItem:
        async with self.context.database.transaction(self.account_id) as session:
            found = await session.get(ScheduleItem, UUID(str(item_id)))
            assert found is not None
            return found

    async def becomes(self, item_id: str, status: str) -> None:
        """Wait until the item has the status."""
        async with asyncio.timeout(5):
            while (await self.item(item_id)).status != status:
                await asyncio.sleep(0.02)

    async def receive(self, event: Event, *, twice: bool = True) -> None:
        """Let the service handle an event as the bus delivers it: at least once."""
        await (deliver_twice if twice else deliver)(
            ROUTERS, event, self.context.database, partial(Factory, self.context)
        )

    async def ready(self, *, zone: str = "Pacific/Auckland") -> "Tenant":
        """Receive everything that scheduling needs except content."""
        data = AccountData(revision=1, name="Harbour Dental", website_url=None, timezone=zone)
        await self.receive(AccountCreated(account_id=self.account_id, subject="account", data=data), twice=False)
        await self.receive(self.subscription(revision=1, posting=True), twice=False)
        await self.receive(self.verification(revision=1), twice=False)
        return self

    def subscription(self, *, revision: int, posting: bool) -> SubscriptionChanged:
        data = SubscriptionChangedData(
            revision=revision,
            plan="GROWTH",
            posting_addon=posting,
            status="active",
            current_period_end=None,
            entitlements=Entitlements(generation=True, posting=posting, posts_per_month=12),
        )
        return SubscriptionChanged(account_id=self.account_id, subject="subscription", data=data)

    async def subscribe(self, *, revision: int, posting: bool) -> None:
        await self.receive(self.subscription(revision=revision, posting=posting))

    def verification(
        self, *, revision: int, profile: str = "ref-1", page: str = "page-1", platforms: tuple[Platform, ...] = BOTH
    ) -> ProfileVerified:
        ids = {"FACEBOOK": page, "INSTAGRAM": "ig-1"}
        data = ProfileVerifiedData(
            revision=revision,
            provider_profile_id=profile,
            platforms=[VerifiedPlatform(platform=p, platform_account_id=ids[p], display_name=p) for p in platforms],
            verified_by=self.user_id,
            verified_at=self.context.clock.now(),
        )
        return ProfileVerified(account_id=self.account_id, subject="profile", data=data)

    async def verify(self, *, revision: int, **verified: Any) -> None:
        await self.receive(self.verification(revision=revision, **verified))

    def approval(
        self,
        content_id: UUID | None = None,
        *,
        revision: int = 1,
        month: str = "2026-12",
        platforms: tuple[Platform, ...] = BOTH,
        text: str = "Open late on Thursdays",
        position: int | None = None,
    ) -> ContentApproved:
        content_id = content_id or new_id()
        image = Media(
            url="https://media.example/a.png",
            sha256="0" * 64,
            content_type="image/png",
            width=1080,
            height=1080,
            alt_text="A clock",
        )
        payloads = [PlatformPayload(platform=p, text=f"{text} {p}", media=[image]) for p in platforms]
        data = ContentApprovedData(
            content_id=content_id,
            revision=revision,
            month=month,
            title=text,
            position=position,
            content_hash=content_digest(self.account_id, content_id, payloads),
            payloads=payloads,
            approved_by=self.user_id,
            approved_at=self.context.clock.now(),
        )
        return ContentApproved(account_id=self.account_id, subject=str(content_id), data=data)

    async def approve(self, content_id: UUID | None = None, **options: Any) -> UUID:
        event = self.approval(content_id, **options)
        await self.receive(event)
        return event.data.content_id

    async def withdraw(self, content_id: UUID, *, revision: int) -> None:
        data = ContentApprovalWithdrawnData(content_id=content_id, revision=revision, reason="withdrawn")
        await self.receive(ContentApprovalWithdrawn(account_id=self.account_id, subject=str(content_id), data=data))

    async def delete(self, content_id: UUID, *, revision: int) -> None:
        data = ContentDeletedData(content_id=content_id, revision=revision)
        await self.receive(ContentDeleted(account_id=self.account_id, subject=str(content_id), data=data))

    async def lose(self, *platforms: Platform, revision: int) -> None:
        data = ProfileNeedsReconnectData(revision=revision, platforms=list(platforms), reason="The token expired.")
        await self.receive(ProfileNeedsReconnect(account_id=self.account_id, subject="profile", data=data))

    async def outcome(self, item_id: str, kind: str, *, revision: int) -> None:
        """Receive an outcome from the publisher: `published`, `failed`, `unknown`, or that it is `delayed`."""
        item = await self.item(item_id)
        common = {
            "delivery_id": new_id(),
            "revision": revision,
            "item_id": item.id,
            "content_id": item.content_id,
            "platform": item.platform,
            "provider_profile_id": item.provider_profile_id,
            "platform_account_id": item.platform_account_id,
            "attempt": 1,
        }
        event: Event
        if kind == "published":
            published = PostPublishedData(
                **common,
                provider_post_id="ay-1",
                platform_post_id="fb-1",
                post_url="https://facebook.example/1",
                published_at=self.context.clock.now(),
            )
            event = PostPublished(account_id=self.account_id, subject=item_id, data=published)
        elif kind == "failed":
            failed = PostFailedData(**common, code="not_linked", message="Connect it again.", remedy="reconnect")
            event = PostFailed(account_id=self.account_id, subject=item_id, data=failed)
        elif kind == "delayed":
            delayed = PostDelayedData(**common, code="outcome_pending", message="We are looking for it.", remedy=None)
            event = PostDelayed(account_id=self.account_id, subject=item_id, data=delayed)
        else:
            unknown = PostOutcomeUnknownData(**common, message="It may be live. Look, then say so.")
            event = PostOutcomeUnknown(account_id=self.account_id, subject=item_id, data=unknown)
        await self.receive(event)

    async def schedule(self, at: datetime, content_id: UUID | None = None, *, platform: Platform = "FACEBOOK") -> str:
        """Schedule one content on one platform, approving a new one by default. Return the item's id."""
        content_id = content_id or await self.approve(month=f"{at:%Y-%m}")
        wanted = {"content_id": str(content_id), "platforms": [platform], "scheduled_for": at.isoformat()}
        result = await self.post("", {"items": [wanted]}, status=201)
        assert result["refused"] == []
        item_id: str = result["created"][0]["id"]
        return item_id


@pytest.fixture
async def new_tenant(context: ProcessContext, minter: TokenMinter) -> AsyncIterator[Callable[[], Tenant]]:
    transport = httpx2.ASGITransport(app=app_of(create_api, context))
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as http:
        yield lambda: Tenant(context, minter, http)


@pytest.fixture
async def tenant(new_tenant: Callable[[], Tenant]) -> Tenant:
    """An account that may schedule."""
    return await new_tenant().ready()

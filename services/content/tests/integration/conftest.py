"""The API in this process; PostgreSQL, S3, the OpenAI stand-in and the sample website as processes."""

import asyncio
import json
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx2
import pytest
from common.auth import Role
from common.database import Database
from common.ids import new_id
from content.api import create_api
from content.clients.language_model import before_call
from content.factory import Factory, ProcessContext
from content.items.rules import hash_of
from content.models import ContentItem, MonthlyBrief
from content.settings import ContentSettings
from content.worker import ROUTERS, create_loops
from pulseworks_contracts import (
    AccountCreated,
    AccountData,
    Entitlements,
    Event,
    SubscriptionChanged,
    SubscriptionChangedData,
)
from sandbox.stack.storage import Storage
from sqlalchemy import select
from testing import ManualClock, deliver_twice
from testing.apps import app_of
from testing.tokens import TokenMinter

MONTH = "2026-12"
# One for all clients: creating one reads the system's certificates.
TLS = ssl.create_default_context()


@dataclass(frozen=True)
class ProgressEvent:
    """A server-sent event."""

    number: int
    kind: str
    data: Any


def parse_events(lines: Iterable[str]) -> Iterator[ProgressEvent]:
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if name in {"id", "event", "data"}:
            fields[name] = value
        elif not line and fields:
            yield ProgressEvent(int(fields["id"]), fields["event"], json.loads(fields["data"]))
            fields = {}


@contextmanager
def _standin(name: str) -> Iterator[str]:
    """Start a stand-in as a process; yield its URL."""
    command = [sys.executable, "-m", f"sandbox.{name}", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


@dataclass
class StandIn:
    """A stand-in and its control routes."""

    url: str

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        async with httpx2.AsyncClient(base_url=self.url, verify=TLS) as client:
            answer = await client.request(method, f"/_control/{path}", json=body)
            assert answer.status_code == 200, answer.text
            return answer.json()

    async def behave(self, kind: str, **options: Any) -> None:
        """Set an outcome of the OpenAI stand-in."""
        await self.control("POST", "outcomes", [{"kind": kind, **options}])

    async def bodies(self) -> list[dict[str, Any]]:
        """Return the bodies of the completion requests."""
        entries = (await self.control("GET", "requests?path=/v1/chat/completions"))["requests"]
        return [json.loads(entry["body"]) for entry in entries]

    async def tasks(self) -> list[dict[str, Any]]:
        """Return the tasks of the completion requests."""
        return [json.loads(body["messages"][1]["content"]) for body in await self.bodies()]


@pytest.fixture(scope="session")
def storage() -> Iterator[Storage]:
    with Storage() as started:
        yield started


@pytest.fixture(scope="session")
def openai_url() -> Iterator[str]:
    with _standin("openai") as url:
        yield url


@pytest.fixture(scope="session")
def website_url() -> Iterator[str]:
    with _standin("website") as url:
        yield url


@pytest.fixture
async def openai(openai_url: str) -> StandIn:
    standin = StandIn(openai_url)
    await standin.control("POST", "reset")
    return standin


@pytest.fixture
def minter(clock: ManualClock) -> TokenMinter:
    return TokenMinter(clock=clock)


@pytest.fixture
def settings(database: Database, storage: Storage, openai: StandIn, website_url: str) -> ContentSettings:
    return ContentSettings(
        database_url=database.url,
        amqp_url="amqp://127.0.0.1:1/",
        identity_jwks_url="http://127.0.0.1:1",
        openai_base_url=f"{openai.url}/v1",
        openai_api_key="sk-sandbox",
        s3_endpoint_url=storage.url,
        s3_bucket=storage.bucket,
        s3_public_base_url=storage.public_base_url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        website_allowed_hosts=urlsplit(website_url).netloc,
    )


@pytest.fixture
async def context(settings: ContentSettings, clock: ManualClock, minter: TokenMinter) -> AsyncIterator[ProcessContext]:
    created = ProcessContext.create(settings, clock=clock, token_verifier=minter.verifier())
    yield created
    await created.close()


@dataclass
class Tenant:
    """An account, its users, and the events of other services about it."""

    context: ProcessContext
    minter: TokenMinter
    http: httpx2.AsyncClient
    website_url: str | None = None
    account_id: UUID = field(default_factory=new_id)
    user_id: UUID = field(default_factory=new_id)

    async def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        role: Role = Role.OWNER,
        headers: dict[str, str] | None = None,
    ) -> httpx2.Response:
        signed_in = self.minter.headers(self.account_id, role, user_id=self.user_id)
        return await self.http.request(method, f"/api{path}", json=body, headers=signed_in | (headers or {}))

    async def call(self, method: str, path: str, body: Any = None, *, status: int = 200, **options: Any) -> Any:
        response = await self.request(method, path, body, **options)
        assert response.status_code == status, response.text
        return response.json() if response.content else None

    async def get(self, path: str, **options: Any) -> Any:
        return await self.call("GET", path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> Any:
        return await self.call("POST", path, body, **options)

    async def patch(self, path: str, body: Any, **options: Any) -> Any:
        return await self.call("PATCH", path, body, **options)

    async def receive(self, event: Event) -> None:
        """Deliver an event twice, as the bus may."""
        await deliver_twice(ROUTERS, event, self.context.database, partial(Factory, self.context))

    async def sign_up(self, *, revision: int = 1, name: str = "Harbour Physio", website: str | None = None) -> None:
        data = AccountData(revision=revision, name=name, website_url=website, timezone="Pacific/Auckland")
        await self.receive(AccountCreated(account_id=self.account_id, subject="account", data=data))

    async def subscribe(
        self, *, revision: int = 1, generation: bool = True, posts: int = 12, ends: datetime | None = None
    ) -> None:
        data = SubscriptionChangedData(
            revision=revision,
            plan="GROWTH",
            posting_addon=True,
            status="active",
            current_period_end=ends,
            entitlements=Entitlements(generation=generation, posting=True, posts_per_month=posts),
        )
        await self.receive(SubscriptionChanged(account_id=self.account_id, subject="subscription", data=data))

    async def brief(self, month: str = MONTH, **fields: Any) -> Any:
        body = {"month": month, "primary_focus": "NEW_CLIENTS", "tone": "NEUTRAL", **fields}
        return await self.post("/briefs", body, status=201)

    async def start(self, count: int = 2, month: str = MONTH) -> str:
        started = await self.post("/content/generations", {"month": month, "post_count": count}, status=202)
        generation_id: str = started["id"]
        return generation_id

    async def generation(self, generation_id: str) -> Any:
        return await self.get(f"/content/generations/{generation_id}")

    async def finished(self, generation_id: str, *, by: ProcessContext | None = None, seconds: float = 20) -> Any:
        """Run the due loops (``by``: of another replica) until the generation has finished; return it."""
        async with running_loops(by or self.context), asyncio.timeout(seconds):
            while (found := await self.generation(generation_id))["status"] in {"QUEUED", "RUNNING"}:
                await asyncio.sleep(0.1)
            return found

    async def brand_read(self) -> Any:
        """Run the due loops until the website has been read; return the brand."""
        async with running_loops(self.context), asyncio.timeout(15):
            while (brand := await self.get("/brand"))["reading"]:
                await asyncio.sleep(0.05)
            return brand

    async def until(self, condition: Callable[[], Awaitable[bool]], *, seconds: float = 15) -> None:
        async with asyncio.timeout(seconds):
            while not await condition():
                await asyncio.sleep(0.01)

    async def progress(self, generation_id: str, *, after: int | None = None) -> list[ProgressEvent]:
        """Return the progress events of a finished generation, from its stream."""
        headers = {} if after is None else {"Last-Event-ID": str(after)}
        response = await self.request("GET", f"/content/generations/{generation_id}/events", headers=headers)
        assert response.status_code == 200, response.text
        return list(parse_events(response.text.splitlines()))

    async def contents(self, month: str = MONTH) -> list[Any]:
        items: list[Any] = (await self.get(f"/content?month={month}&limit=100"))["items"]
        return items

    async def draft(self, month: str = MONTH, **fields: Any) -> Any:
        """Insert a draft without a generation."""
        async with self.context.database.transaction(self.account_id) as session:
            brief = await session.scalar(select(MonthlyBrief).where(MonthlyBrief.month == month))
            if brief is None:
                brief = MonthlyBrief(
                    account_id=self.account_id,
                    month=month,
                    primary_focus="EDUCATION",
                    promo_enabled=False,
                    promo_text="",
                    tone="NEUTRAL",
                    notes="",
                )
                session.add(brief)
                await session.flush()
            item = ContentItem(**_draft(self.account_id, brief.id, month) | fields)
            item.content_hash = hash_of(self.account_id, item)
            session.add(item)
        return await self.get(f"/content/{item.id}")

    async def approved(self, **fields: Any) -> Any:
        item = await self.draft(**fields)
        return await self.post(f"/content/{item['id']}/approve", {"content_hash": item["content_hash"]})


def _draft(account_id: UUID, brief_id: UUID, month: str) -> dict[str, Any]:
    file = {"url": "https://media.example/a.png", "sha256": "0" * 64}
    media = {"url": file["url"], "png": file, "jpeg": file, "width": 1080, "height": 1080}
    return {
        "id": new_id(),
        "account_id": account_id,
        "monthly_brief_id": brief_id,
        "month": month,
        "position": 0,
        "type": "POST",
        "title": "Desk stretches",
        "caption": "Three stretches for people who sit all day.",
        "hashtags": ["DeskLife", "Physio"],
        "headline": "Stand up once an hour",
        "subline": "Your back will thank you",
        "alt_text": "The words “Stand up once an hour”.",
        "media": media | {"layout": 0, "source": "DRAWN"},
        "platform_targets": ["FACEBOOK", "INSTAGRAM"],
        "status": "DRAFT",
        "edit_count": 0,
        "revision": 1,
    }


@asynccontextmanager
async def running_loops(context: ProcessContext) -> AsyncIterator[None]:
    """Run the due loops of one replica, without the bus."""
    loops = create_loops(context)
    for loop in loops:
        await loop.start()
    try:
        yield
    finally:
        for loop in loops:
            await loop.stop()


@contextmanager
def free_model_calls() -> Iterator[None]:
    """Let the calls of the language model within be made without an account that pays for them."""

    async def uncounted() -> None:
        pass

    token = before_call.set(uncounted)
    try:
        yield
    finally:
        before_call.reset(token)


NewTenant = Callable[..., Tenant]
NewReplica = Callable[..., ProcessContext]


@pytest.fixture
async def new_tenant(context: ProcessContext, minter: TokenMinter, website_url: str) -> AsyncIterator[NewTenant]:
    transport = httpx2.ASGITransport(app=app_of(create_api, context))
    async with httpx2.AsyncClient(transport=transport, base_url="http://content") as http:
        yield lambda: Tenant(context, minter, http, f"{website_url}/harbour-physio/")


@pytest.fixture
async def replica(settings: ContentSettings, clock: ManualClock, minter: TokenMinter) -> AsyncIterator[NewReplica]:
    """Further replicas with their own settings on the same database."""
    made: list[ProcessContext] = []

    def make(**changes: Any) -> ProcessContext:
        own = type(settings).model_validate(settings.model_dump() | changes)
        made.append(ProcessContext.create(own, clock=clock, token_verifier=minter.verifier()))
        return made[-1]

    yield make
    for one in made:
        await one.close()


@pytest.fixture
async def tenant(new_tenant: NewTenant) -> Tenant:
    """An account with a plan of 12 posts and no website, which saves the second of reading it."""
    made: Tenant = new_tenant()
    await made.sign_up()
    await made.subscribe()
    return made


@pytest.fixture
async def online(new_tenant: NewTenant) -> Tenant:
    """An account with a plan of 12 posts and a website."""
    made: Tenant = new_tenant()
    await made.sign_up(website=made.website_url)
    await made.subscribe()
    return made

"""Customers as their frontend creates them: signed up, subscribed, connected and verified. Then they schedule posts."""

import asyncio
import hashlib
import io
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import httpx2
from PIL import Image
from pulseworks_contracts import (
    ContentApprovalWithdrawn,
    ContentApprovalWithdrawnData,
    ContentApproved,
    ContentApprovedData,
    Entitlements,
    Event,
    Media,
    PlatformPayload,
    SubscriptionChanged,
    SubscriptionChangedData,
    content_digest,
)

from . import wire
from .plan import Plan, Post
from .system import System

_PATIENCE = 90.0
_SPACE = UUID("5c6f3a86-0c5e-4f0e-9f2b-6d0b8a4b1c11")
_APPROVED_REVISION = 3
_NOT_YET = {"content_not_approved", "subscription_without_posting", "profile_not_verified"}


class SetupError(Exception):
    """The run can't start or continue. The text contains the response."""


@dataclass
class Customer:
    number: int
    http: httpx2.AsyncClient
    account_id: UUID = field(init=False)
    user_id: UUID = field(init=False)
    sign_in: dict[str, str] = field(default_factory=dict)
    """The address and the password."""
    accounts: dict[str, str] = field(default_factory=dict)
    """Platform to the id of the verified Page or account."""
    provider_profile_id: str = ""
    media: list[Media] = field(default_factory=list)

    async def call(self, method: str, path: str, body: object = None, *, key: str | None = None) -> Any:
        """Call the gateway until it responds, with the same key, so that nothing is done twice."""
        headers = {"Idempotency-Key": key} if key else {}
        deadline = asyncio.get_running_loop().time() + _PATIENCE
        last = ""
        while asyncio.get_running_loop().time() < deadline:
            try:
                response = await self.http.request(method, path, json=body, headers=headers)
            except httpx2.RequestError as error:
                last = repr(error)
            else:
                if response.status_code < 500 and response.status_code != 429:
                    if response.is_error:
                        raise SetupError(f"{method} {path} answered {response.status_code}: {response.text[:500]}")
                    return response.json() if response.content else None
                last = f"{response.status_code} {response.text[:300]}"
            await asyncio.sleep(0.3)
        raise SetupError(f"{method} {path} got no response for {_PATIENCE:.0f} s; last: {last}")

    async def every(self, path: str, **only: str) -> list[dict[str, Any]]:
        """Return all pages of a list."""
        found: list[dict[str, Any]] = []
        query: dict[str, str] = {"limit": "100", **only}
        while True:
            page = await self.call("GET", f"{path}?{httpx2.QueryParams(query)}")
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            query["cursor"] = page["next_cursor"]

    async def until(self, what: str, method: str, path: str, body: object, good: Any) -> Any:
        """Call until the result is accepted: services learn about changes through events, moments later."""
        last: object = None
        for _ in range(300):
            try:
                last = await self.call(method, path, body)
            except SetupError as error:
                last = error
            else:
                if good(last):
                    return last
            await asyncio.sleep(0.2)
        raise SetupError(f"{what}: not reached; last result: {str(last)[:500]}")


async def make_customers(system: System, plan: Plan, *, full: bool) -> list[Customer]:
    image = _image()
    at_once = asyncio.Semaphore(4)

    async def make(number: int) -> Customer:
        async with at_once:
            return await _customer(system, number, f"{plan.seed}-{plan.protected}".lower(), image, full=full)

    return list(await asyncio.gather(*(make(number) for number in range(plan.shape.customers))))


async def _customer(system: System, number: int, run: str, image: bytes, *, full: bool) -> Customer:
    customer = Customer(number, httpx2.AsyncClient(base_url=system.stack.url, timeout=30))
    customer.sign_in = {
        "email": f"owner-{run}-{number}@faults.example",
        "password": f"{run} is a long enough password",
    }
    signed_up = await customer.call(
        "POST",
        "/api/auth/signup",
        {
            **customer.sign_in,
            "account_name": f"Faults {run} {number}",
            "website_url": "https://faults.example",
            "timezone": "Pacific/Auckland",
        },
    )
    customer.http.headers["Authorization"] = f"Bearer {signed_up['access_token']}"
    me = await customer.call("GET", "/api/auth/me")
    customer.account_id, customer.user_id = UUID(me["account"]["id"]), UUID(me["user"]["id"])
    await (_subscribe if full else _say_subscribed)(system, customer)
    await _connect(customer)
    customer.media = [await _upload(system, customer, image)]
    return customer


async def _subscribe(_system: System, customer: Customer) -> None:
    wanted = {"plan": "AUTHORITY", "posting_addon": True}
    checkout = await customer.until("a checkout", "POST", "/api/billing/checkout", wanted, lambda a: a["url"])
    async with httpx2.AsyncClient(timeout=30) as browser:
        paid = await browser.post(checkout["url"], data={"card": "4242424242424242"})
    if paid.is_error:  # the page redirects to the frontend
        raise SetupError(f"the checkout page returned {paid.status_code}")


async def _say_subscribed(system: System, customer: Customer) -> None:
    """Emit the current state of billing, then an older one: the order on the bus is not assumed."""

    def said(revision: int, *, posting: bool) -> SubscriptionChanged:
        data = SubscriptionChangedData(
            revision=revision,
            plan="AUTHORITY",
            posting_addon=posting,
            status="active" if posting else "past_due",
            current_period_end=None,
            entitlements=Entitlements(generation=True, posting=posting, posts_per_month=20),
        )
        return SubscriptionChanged(account_id=customer.account_id, subject=str(customer.account_id), data=data)

    for event in (said(5, posting=True), said(4, posting=False)):
        await wire.publish(lambda: system.stack.rabbitmq.url, [event])


async def _connect(customer: Customer) -> None:
    async with httpx2.AsyncClient(timeout=30) as browser:
        link = await customer.until("a link", "POST", "/api/social/link", None, lambda response: response["url"])
        page = await browser.get(link["url"], headers={"Accept": "application/json"})
        chosen = {platform: page.json()["offers"][platform][0]["id"] for platform in ("facebook", "instagram")}
        (await browser.post(link["url"], json=chosen)).raise_for_status()
    profile = await customer.until("verified", "POST", "/api/social/profile/verify", chosen, lambda a: a["status"])
    customer.provider_profile_id = profile["provider_profile_id"]
    customer.accounts = {platform.upper(): identifier for platform, identifier in chosen.items()}


def _image() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (1080, 1080), (20, 90, 120)).save(data, "JPEG")
    return data.getvalue()


async def _upload(system: System, customer: Customer, image: bytes) -> Media:
    url = f"{system.stack.storage.public_base_url}/media/{customer.account_id}/faults.jpg"
    async with httpx2.AsyncClient(timeout=30) as http:
        put = await http.put(url, content=image, headers={"Content-Type": "image/jpeg"})
        put.raise_for_status()
    digest = hashlib.sha256(image).hexdigest()
    return Media(url=url, sha256=digest, content_type="image/jpeg", width=1080, height=1080, alt_text="A field")


@dataclass(frozen=True)
class Content:
    """Approved content: the posts of one text on both platforms, and the outdated events about it."""

    approved: ContentApproved
    late: list[Event]


def contents_of(plan: Plan, customer: Customer) -> dict[int, Content]:
    """Return the contents of a customer by number. Ids derive from the seed and the account."""
    own: dict[int, list[Post]] = {}
    for post in plan.posts:
        if post.customer == customer.number:
            own.setdefault(post.content, []).append(post)
    return {number: _content(customer, number, posts) for number, posts in own.items()}


def content_id_of(customer: Customer, number: int) -> UUID:
    return uuid5(_SPACE, f"{customer.account_id}/{number}")


def _content(customer: Customer, number: int, posts: list[Post]) -> Content:
    content_id = content_id_of(customer, number)
    now = datetime.now(UTC)

    def approved(revision: int, payloads: list[PlatformPayload]) -> ContentApproved:
        data = ContentApprovedData(
            content_id=content_id,
            revision=revision,
            month=f"{now:%Y-%m}",
            title=f"Post {number}",
            content_hash=content_digest(customer.account_id, content_id, payloads),
            payloads=payloads,
            approved_by=customer.user_id,
            approved_at=now,
        )
        return ContentApproved(account_id=customer.account_id, subject=str(content_id), data=data)

    payloads = [PlatformPayload(platform=post.platform, text=post.text, media=customer.media) for post in posts]
    late: list[Event] = []
    if number % 3 == 0:
        former = [payload.model_copy(update={"text": "A first draft."}) for payload in payloads]
        withdrawn = ContentApprovalWithdrawnData(
            content_id=content_id, revision=_APPROVED_REVISION - 1, reason="edited"
        )
        subject = {"account_id": customer.account_id, "subject": str(content_id)}
        late = [
            approved(_APPROVED_REVISION - 2, former),
            ContentApprovalWithdrawn(**subject, data=withdrawn),
        ]
    return Content(approved(_APPROVED_REVISION, payloads), late)


async def schedule(customer: Customer, posts: list[Post], start: datetime) -> None:
    """Schedule posts at their times. Retry those that can't be scheduled yet because an event has not arrived.

    A post whose time passes before it could be scheduled has no item: nobody was promised anything.
    """
    waiting = {(str(content_id_of(customer, post.content)), post.platform): post for post in posts}
    last: object = None
    for attempt in range(100):
        times = {named: start + timedelta(seconds=post.due) for named, post in waiting.items()}
        items = [
            {"content_id": content_id, "platforms": [platform], "scheduled_for": at.isoformat()}
            for (content_id, platform), at in times.items()
            if at > datetime.now(UTC)
        ]
        if not items:
            return  # each is scheduled, or its time has passed
        key = str(uuid5(_SPACE, f"{customer.account_id}/{posts[0].number}/{attempt}"))
        try:
            response = await customer.call("POST", "/api/schedule", {"items": items}, key=key)
        except SetupError as error:
            if "time_not_in_future" not in str(error):
                raise
            continue
        for item in response["created"]:
            waiting.pop((item["content_id"], item["platform"])).item_id = UUID(item["id"])
        if unexpected := {refused["code"] for refused in response["refused"]} - _NOT_YET:
            raise SetupError(f"not scheduled: {unexpected} in {response['refused'][:3]}")
        last = response["refused"][:3]
        await asyncio.sleep(0.3)
    raise SetupError(f"{len(waiting)} posts could not be scheduled: {last}")

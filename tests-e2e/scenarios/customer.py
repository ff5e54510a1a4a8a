"""A business for tests: the steps of the demo, one by one, and raw responses where those are tested."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import httpx2
from sandbox.demo.businesses import BUSINESSES, Business
from sandbox.demo.client import Api, until
from sandbox.demo.story import Pace, Story
from sandbox.stack.stack import Stack

_FINAL = {"PUBLISHED", "FAILED", "MISSED", "CANCELLED", "UNKNOWN"}


class Provider:
    """The state of the Ayrshare stand-in, independent of our own state."""

    def __init__(self, url: str, http: httpx2.AsyncClient) -> None:
        self._url = url
        self._http = http

    async def posts(self, **only: str) -> list[dict[str, Any]]:
        """Return the posts that are live."""
        response = await self._http.get(f"{self._url}/_control/posts", params=only)
        found: list[dict[str, Any]] = response.json()["posts"]
        return found

    async def control(self, path: str, body: object) -> None:
        (await self._http.post(f"{self._url}/_control/{path}", json=body)).raise_for_status()

    async def offers(self, page: str) -> dict[str, list[dict[str, str]]]:
        """Return the accounts offered on the page of a link."""
        response = await self._http.get(page, headers={"Accept": "application/json"})
        offers: dict[str, list[dict[str, str]]] = response.json()["offers"]
        return offers

    async def link(self, page: str, **chosen: str) -> None:
        """Select accounts there, like the page's form."""
        (await self._http.post(page, json=chosen)).raise_for_status()


class Customer:
    """One business and its owner."""

    def __init__(self, stack: Stack, business: Business, browser: httpx2.AsyncClient, *, soon: int) -> None:
        self.api = Api(stack.url)
        self.business = business
        self.provider = Provider(stack.wiring.url("ayrshare"), browser)
        self.story = Story(
            self.api, business, website=stack.wiring.url("website"), report=lambda *_: None, pace=Pace(posts=soon)
        )
        self.account_id = ""
        self.user_id = ""
        self.password = ""
        self.content: dict[str, Any] = {}
        self.scheduled: dict[str, Any] = {}
        self._browser = browser

    @property
    def month(self) -> str:
        return self.story._month

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": self.api._http.headers["Authorization"]}

    async def send(self, method: str, path: str, **options: Any) -> httpx2.Response:
        """Return the response, also if it is a refusal."""
        return await self.api._http.request(method, path, **options)

    async def sign_up(self) -> Self:
        run = secrets.token_hex(6)
        await self.story._sign_up(run)
        self.password = f"{run} is a long enough password"
        return await self.load_identity()

    async def load_identity(self) -> Self:
        me = await self.api.call("GET", "/api/auth/me")
        self.account_id, self.user_id = me["account"]["id"], me["user"]["id"]
        return self

    async def set_up(self) -> Self:
        """Sign up, subscribe with posting, connect and verify."""
        await self.sign_up()
        await asyncio.gather(self.story._subscribe(), self.story._connect())
        return self

    async def approved(self, count: int) -> list[dict[str, Any]]:
        """Write a brief, generate that many posts, approve them and return them."""
        contents = await self.drafts(count)
        await self.story._approve(contents)
        return contents

    async def drafts(self, count: int) -> list[dict[str, Any]]:
        """Write a brief, generate that many posts and return them."""
        await self.story._write_brief()
        wanted = {"month": self.month, "post_count": count}
        generation = await self.api.call("POST", "/api/content/generations", wanted)
        ended = await until(
            "its end",
            lambda: self.api.call("GET", f"/api/content/generations/{generation['id']}"),
            lambda g: g["status"] in {"COMPLETED", "FAILED"},
            seconds=40,
        )
        assert (ended["done"], ended["failed"]) == (count, 0), ended
        page = await self.api.call("GET", "/api/content", month=self.month, limit=100)
        contents: list[dict[str, Any]] = page["items"]
        return contents

    async def schedule(
        self, contents: Sequence[dict[str, Any]], *, seconds: float, platforms: Sequence[str] = ("FACEBOOK",)
    ) -> list[dict[str, Any]]:
        """Schedule posts for that many seconds from now; return the items with their frozen data."""
        due = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
        items = [{"content_id": each["id"], "scheduled_for": due, "platforms": platforms} for each in contents]
        response = await self.api.call("POST", "/api/schedule", {"items": items})
        assert response["refused"] == []
        return [await self.item(item["id"]) for item in response["created"]]

    async def item(self, item_id: str) -> dict[str, Any]:
        item: dict[str, Any] = await self.api.call("GET", f"/api/schedule/{item_id}")
        return item

    async def until_item(self, item: dict[str, Any], status: str) -> dict[str, Any]:
        """Wait until the item has the status. Another final status fails at once."""
        found = await until(status, lambda: self.item(item["id"]), lambda i: i["status"] in {status, *_FINAL})
        assert found["status"] == status, found
        return found

    async def until_past(self, item: dict[str, Any]) -> dict[str, Any]:
        """Wait until a second after its due time, and return it."""
        late = datetime.fromisoformat(item["scheduled_for"]) + timedelta(seconds=1)
        return await until("its time", lambda: self.item(item["id"]), lambda _: datetime.now(UTC) > late)

    async def arrivals(self, item: dict[str, Any]) -> list[dict[str, Any]]:
        """Return all live posts with the item's image, on any profile or account."""
        pictures = [media["url"] for media in item["payload"]["media"]]
        posts = await self.provider.posts(platform=item["platform"].lower())
        return [post for post in posts if post["media_urls"] == pictures]

    async def link_page(self) -> str:
        link: dict[str, str] = await self.api.call("POST", "/api/social/link")
        return link["url"]

    async def end_subscription(self) -> None:
        """End it immediately on the portal's page."""
        portal = await self.api.call("POST", "/api/billing/portal")
        page = (await self._browser.get(portal["url"])).text
        [subscription] = set(re.findall(r'name="subscription" value="(\w+)"', page))
        form = {"action": "cancel_now", "subscription": subscription}
        (await self._browser.post(portal["url"], data=form)).raise_for_status()


@asynccontextmanager
async def new_customer(stack: Stack, business: Business = BUSINESSES[1], *, soon: int = 0) -> AsyncIterator[Customer]:
    """A business that has not signed up yet; `soon` is the number of posts that its story publishes."""
    async with httpx2.AsyncClient(timeout=30) as browser:
        customer = Customer(stack, business, browser, soon=soon)
        try:
            async with customer.api:
                yield customer
        finally:
            await customer.story._browser.aclose()

"""The journey of one business, from sign-up to a published month."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.demo.businesses import Business
from sandbox.demo.client import Api, DemoError, browser, until

Report = Callable[[str, int, int], None]
"""(activity, posts ready, posts planned)"""


@dataclass(frozen=True)
class Pace:
    """When the posts that are watched fall due. The defaults are long enough to watch and short enough to wait for."""

    posts: int = 4
    """Contents, each of which is posted on two platforms."""
    first: timedelta = timedelta(seconds=4)
    """From scheduling to the first post."""
    between: timedelta = timedelta(milliseconds=750)
    patience_seconds: float = 60
    """How long to wait after scheduling until the last of them is live."""


@dataclass
class Result:
    business: Business
    contents: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    """The schedule items that fall due during the demo, with their frozen data."""
    later: list[dict[str, Any]] = field(default_factory=list)
    """The items scheduled at the times of the plan."""
    audit: dict[str, Any] = field(default_factory=dict)


class Story:
    def __init__(self, api: Api, business: Business, *, website: str, report: Report, pace: Pace | None = None) -> None:
        self._api = api
        self._business = business
        self._website = f"{website}/{business.site}/"
        self._report = report
        self._pace = pace or Pace()
        self._browser = browser()
        self._month = _next_month(datetime.now(UTC))
        self._done = (0, 0)

    async def play(self, run: str) -> Result:
        result = await self.play_until_scheduled(run)
        await self.wait_until_live(result)
        return result

    async def play_until_scheduled(self, run: str) -> Result:
        """Play the first part only; return the contents and the schedule items."""
        result = Result(self._business)
        async with self._browser:
            await self._sign_up(run)
            await asyncio.gather(self._subscribe(), self._connect())
            await self._write_brief()
            result.contents = await self._generate()
            await self._approve(result.contents)
            await self._schedule(result)
        return result

    async def play_until_approved(self, run: str) -> list[dict[str, Any]]:
        """Play the first part only; return the contents of a month that are approved but not yet scheduled."""
        async with self._browser:
            await self._sign_up(run)
            await self._subscribe()
            await self._write_brief()
            contents = await self._generate()
            await self._approve(contents)
        return contents

    def _show(self, activity: str) -> None:
        self._report(activity, *self._done)

    async def _sign_up(self, run: str) -> None:
        self._show("signing up")
        response = await self._api.call(
            "POST",
            "/api/auth/signup",
            {
                "email": f"owner-{run}@{self._business.site}.example",
                "password": f"{run} is a long enough password",
                "account_name": self._business.name,
                "website_url": self._website,
                "timezone": self._business.timezone,
            },
        )
        self._api.sign_in(response["access_token"])

    async def _subscribe(self) -> None:
        self._show("subscribing")
        wanted = {"plan": self._business.plan, "posting_addon": True}
        checkout = await until(
            "a checkout",
            lambda: self._api.call("POST", "/api/billing/checkout", wanted),
            lambda r: r["url"],
        )
        paid = await self._browser.post(checkout["url"], data={"card": "4242424242424242"})
        if paid.is_error:
            raise DemoError(f"the checkout page returned {paid.status_code}")
        await until(
            "the subscription",
            lambda: self._api.call("GET", "/api/billing/subscription"),
            lambda subscription: subscription["entitlements"]["posting"],
        )

    async def _connect(self) -> None:
        self._show("connecting Facebook and Instagram")
        link = await until("a link", lambda: self._api.call("POST", "/api/social/link"), lambda r: r["url"])
        page = await self._browser.get(link["url"], headers={"Accept": "application/json"})
        offers = page.json()["offers"]
        chosen = {platform: offers[platform][0]["id"] for platform in ("facebook", "instagram")}
        linked = await self._browser.post(link["url"], json=chosen)
        if linked.is_error:
            raise DemoError(f"the link page returned {linked.status_code}: {linked.text[:200]}")
        connections = await until(
            "both connections",
            lambda: self._api.call("GET", "/api/social/connections"),
            lambda response: len([c for c in response["items"] if c["status"] == "LINKED"]) == len(chosen),
        )
        seen = {c["platform"].lower(): c["platform_account_id"] for c in connections["items"]}
        await self._api.call("POST", "/api/social/profile/verify", seen)

    async def _write_brief(self) -> None:
        self._show("writing the brief")
        await self._api.call("POST", "/api/briefs", {"month": self._month, **self._business.brief})
        await until("the brand's website", lambda: self._api.call("GET", "/api/account"), lambda a: a["website_url"])

    async def _generate(self) -> list[dict[str, Any]]:
        self._show("generating")
        generation = await self._api.call("POST", "/api/content/generations", {"month": self._month})
        async for name, data in self._api.watch(f"/api/content/generations/{generation['id']}/events"):
            self._done = (data["done"], data["post_count"])
            self._show(data["message"] if name != "post_ready" else f"“{data['title']}”")
        ended = await self._api.call("GET", f"/api/content/generations/{generation['id']}")
        if ended["failed"] or ended["status"] != "COMPLETED":
            raise DemoError(
                f"the generation ended as {ended['status']} with {ended['failed']} failed posts: {ended['error']}"
            )
        page = await self._api.call("GET", "/api/content", month=self._month, limit=100)
        contents: list[dict[str, Any]] = page["items"]
        return contents

    async def _approve(self, contents: list[dict[str, Any]]) -> None:
        self._show("approving the posts")
        for content in contents:
            await self._api.call(
                "POST", f"/api/content/{content['id']}/approve", {"content_hash": content["content_hash"]}
            )

    async def _schedule(self, result: Result) -> None:
        self._show("planning the month")
        await self._api.call("PUT", "/api/schedule/rule", self._business.rule)
        expected = 2 * len(result.contents)
        plan = await self._api.call("POST", "/api/schedule/plan", {"month": self._month})
        if plan["approved_posts"] != len(result.contents):
            raise DemoError(f"the plan knows {plan['approved_posts']} of {len(result.contents)} approved posts")
        self._show(f"the plan has a time for {len(plan['posts'])} of {expected} posts")
        first = datetime.now(UTC) + self._pace.first
        soon = [
            {"content_id": content["id"], "scheduled_for": (first + number * self._pace.between).isoformat()}
            for number, content in enumerate(result.contents[: self._pace.posts])
        ]
        created = await self._api.call("POST", "/api/schedule", {"items": soon})
        if created["refused"]:
            raise DemoError(f"not scheduled: {created['refused']}")
        result.items = [await self._api.call("GET", f"/api/schedule/{item['id']}") for item in created["created"]]
        rest = await self._api.call("POST", "/api/schedule", {"month": self._month})
        result.later = rest["created"]
        self._show(f"{len(result.items)} posts due in seconds, {len(result.later)} at the times of the plan")

    async def wait_until_live(self, result: Result) -> None:
        """Wait until every post has its outcome, and the audit log's hash chain holds."""
        ids = {item["id"] for item in result.items}

        async def states() -> list[dict[str, Any]]:
            return [await self._api.call("GET", f"/api/schedule/{identifier}") for identifier in sorted(ids)]

        def ended(items: list[dict[str, Any]]) -> bool:
            live = sum(item["status"] == "PUBLISHED" for item in items)
            self._show(f"{live} of {len(items)} posts are live")
            return all(item["status"] in {"PUBLISHED", "FAILED", "MISSED", "CANCELLED"} for item in items)

        result.items = await until("every scheduled post", states, ended, seconds=self._pace.patience_seconds)
        result.audit = await until(
            "the audit log's hash chain", lambda: self._api.call("GET", "/api/audit/verify"), lambda a: a["valid"]
        )


def _next_month(now: datetime) -> str:
    following = (now.replace(day=1) + timedelta(days=32)).replace(day=1)
    return f"{following:%Y-%m}"

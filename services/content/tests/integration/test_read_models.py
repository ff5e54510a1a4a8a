"""Events of other services: repeated, late, and in any order."""

import itertools
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from common.ids import new_id
from content.factory import Factory, ProcessContext
from content.models import Account, PlatformPost, Subscription
from content.worker import ROUTERS
from pulseworks_contracts import (
    AccountCreated,
    AccountUpdated,
    FrozenPost,
    Media,
    Platform,
    PlatformPayload,
    PostCancelled,
    PostCancelledData,
    PostConfirmed,
    PostConfirmedData,
    PostFailed,
    PostFailedData,
    PostMissed,
    PostMissedData,
    PostOutcomeUnknown,
    PostOutcomeUnknownData,
    PostPublished,
    PostPublishedData,
    PostScheduled,
    PostUnanswered,
    PostUnansweredData,
    SubscriptionChanged,
)
from testing import ManualClock
from testing.read_models import Pair, ReadModelCheck, pairs

from .conftest import NewTenant, Tenant

PAIRS = [
    *pairs({Account: (AccountCreated, AccountUpdated), Subscription: (SubscriptionChanged,)}),
    # Two services emit events about a post, and PostPublished is final: only pairs that can follow each other.
    Pair(PlatformPost, PostScheduled, PostCancelled),
    Pair(PlatformPost, PostCancelled, PostScheduled),
    Pair(PlatformPost, PostScheduled, PostMissed),
    Pair(PlatformPost, PostScheduled, PostFailed),
    Pair(PlatformPost, PostScheduled, PostPublished),
    Pair(PlatformPost, PostOutcomeUnknown, PostPublished),
    Pair(PlatformPost, PostFailed, PostPublished),
]


class Post:
    """A post on one platform, with the events of scheduler and publisher."""

    def __init__(self, tenant: Tenant, item: Any, clock: ManualClock, platform: Platform = "FACEBOOK") -> None:
        self._tenant = tenant
        self._content_id = UUID(item["id"])
        self._hash = item["content_hash"]
        self._clock = clock
        self._platform = platform
        self.item_id = new_id()
        self.media: list[Media] = []
        """The pictures that the schedule item froze."""

    def _common(self, revision: int) -> dict[str, Any]:
        return {"item_id": self.item_id, "content_id": self._content_id, "revision": revision}

    async def _emit(self, event: type[Any], data: Any) -> None:
        await self._tenant.receive(event(account_id=self._tenant.account_id, subject=str(self.item_id), data=data))

    async def scheduled(self, revision: int, *, days: int = 1) -> None:
        data = FrozenPost(
            **self._common(revision),
            content_revision=2,
            content_hash=self._hash,
            payload=PlatformPayload(platform=self._platform, text="x", media=self.media),
            provider_profile_id="ref",
            platform_account_id="page",
            scheduled_for=self._clock.now() + timedelta(days=days),
        )
        await self._emit(PostScheduled, data)

    async def cancelled(self, revision: int, reason: Any = "cancelled") -> None:
        await self._emit(PostCancelled, PostCancelledData(**self._common(revision), reason=reason))

    async def missed(self, revision: int) -> None:
        await self._emit(PostMissed, PostMissedData(**self._common(revision), scheduled_for=self._clock.now()))

    async def unanswered(self, revision: int) -> None:
        data = PostUnansweredData(
            **self._common(revision), platform=self._platform, scheduled_for=self._clock.now(), message="Look there."
        )
        await self._emit(PostUnanswered, data)

    async def confirmed(self, revision: int) -> None:
        data = PostConfirmedData(
            **self._common(revision),
            platform=self._platform,
            post_url="https://facebook.example/1",
            confirmed_by=new_id(),
        )
        await self._emit(PostConfirmed, data)

    def _outcome(self, revision: int) -> dict[str, Any]:
        return {
            **self._common(revision),
            "delivery_id": new_id(),
            "platform": self._platform,
            "provider_profile_id": "ref",
            "platform_account_id": "page",
            "attempt": 1,
        }

    async def published(self, revision: int) -> None:
        data = PostPublishedData(
            **self._outcome(revision),
            provider_post_id="p",
            platform_post_id="fb",
            post_url="https://facebook.example/1",
            published_at=self._clock.now(),
        )
        await self._emit(PostPublished, data)

    async def failed(self, revision: int) -> None:
        data = PostFailedData(
            **self._outcome(revision), code="not_linked", message="Connect it again.", remedy="reconnect"
        )
        await self._emit(PostFailed, data)

    async def unknown(self, revision: int) -> None:
        await self._emit(PostOutcomeUnknown, PostOutcomeUnknownData(**self._outcome(revision), message="Look first."))


async def _shown(tenant: Tenant, item: Any) -> Any:
    found = await tenant.get(f"/content/{item['id']}")
    return found["status"], [platform["status"] for platform in found["platforms"]]


@pytest.fixture
def check(context: ProcessContext, new_tenant: NewTenant) -> ReadModelCheck[Factory]:
    async def content_item(account_id: UUID) -> dict[str, Any]:
        tenant = new_tenant()
        tenant.account_id = account_id
        return {"content_id": UUID((await tenant.draft())["id"])}

    return ReadModelCheck(context.database, partial(Factory, context), ROUTERS, entity=content_item)


@pytest.mark.invariant("E4")
@pytest.mark.parametrize("pair", PAIRS, ids=str)
async def test_two_events_commute(check: ReadModelCheck[Factory], pair: Pair) -> None:
    await check.in_both_orders(pair)


@pytest.mark.invariant("E4")
@pytest.mark.parametrize("pair", PAIRS, ids=str)
async def test_two_concurrent_events_end_like_sequential_ones(check: ReadModelCheck[Factory], pair: Pair) -> None:
    await check.at_once(pair)


@pytest.mark.invariant("E3", "E4")
async def test_account_and_subscription_events_commute(new_tenant: NewTenant) -> None:
    for order in itertools.permutations(range(3)):
        tenant = new_tenant()
        for number in order:
            await tenant.sign_up(revision=number + 1, name=f"Name {number}")
            await tenant.subscribe(revision=number + 1, posts=number, generation=number != 2)

        async with tenant.context.database.transaction(tenant.account_id) as session:
            factory = Factory(tenant.context, session)
            account, subscription = await factory.accounts().get(), await factory.subscriptions().get()
        assert account is not None
        assert subscription is not None
        assert (account.revision, account.name) == (3, "Name 2"), order
        assert (subscription.revision, subscription.posts_per_month, subscription.generation) == (3, 2, False), order


@pytest.mark.invariant("E4")
async def test_schedule_events_commute(tenant: Tenant, clock: ManualClock) -> None:
    """Scheduled, parked, scheduled again for another day."""
    for order in itertools.permutations(range(3)):
        item = await tenant.approved()
        post = Post(tenant, item, clock)
        steps = [
            partial(post.scheduled, 1, days=1),
            partial(post.cancelled, 2, "parked"),
            partial(post.scheduled, 3, days=5),
        ]
        for step in order:
            await steps[step]()

        found = await tenant.get(f"/content/{item['id']}")
        (platform,) = found["platforms"]
        assert (found["status"], platform["status"], platform["message"]) == ("SCHEDULED", "SCHEDULED", None), order
        assert platform["scheduled_for"] == "2026-11-07T09:00:00Z", order


@pytest.mark.invariant("E4", "P6")
async def test_published_is_final_in_any_order(tenant: Tenant, clock: ManualClock) -> None:
    revisions = {"scheduled": 1, "unknown": 1, "failed": 2, "published": 3}
    for order in itertools.permutations(revisions):
        item = await tenant.approved()
        post = Post(tenant, item, clock)
        for kind in order:
            await getattr(post, kind)(revisions[kind])
        await post.failed(9)
        await post.cancelled(9)

        found = await tenant.get(f"/content/{item['id']}")
        (platform,) = found["platforms"]
        assert (found["status"], platform["status"], platform["message"]) == ("PUBLISHED", "PUBLISHED", None), order
        assert platform["post_url"] == "https://facebook.example/1", order
        assert platform["scheduled_for"] == "2026-11-03T09:00:00Z", order


@pytest.mark.invariant("E4")
async def test_an_older_outcome_does_not_replace_a_newer_one(tenant: Tenant, clock: ManualClock) -> None:
    item = await tenant.approved()
    post = Post(tenant, item, clock)
    await post.scheduled(1)

    await post.failed(2)
    await post.unknown(1)
    await post.cancelled(5)

    assert await _shown(tenant, item) == ("APPROVED", ["FAILED"])


@pytest.mark.invariant("P5", "E4")
async def test_an_unanswered_post_is_unknown_until_it_is_cancelled(tenant: Tenant, clock: ManualClock) -> None:
    item = await tenant.approved()
    post = Post(tenant, item, clock)
    await post.scheduled(1)
    await post.unanswered(3)
    assert await _shown(tenant, item) == ("SCHEDULED", ["UNKNOWN"])

    await post.cancelled(4)
    assert await _shown(tenant, item) == ("APPROVED", ["CANCELLED"])

    item = await tenant.approved()
    post = Post(tenant, item, clock)
    await post.cancelled(4)
    await post.unanswered(3)
    assert await _shown(tenant, item) == ("APPROVED", ["CANCELLED"])


@pytest.mark.invariant("P5", "E4")
async def test_a_cancelled_unknown_outcome_stays_cancelled_in_any_order(tenant: Tenant, clock: ManualClock) -> None:
    revisions = {"scheduled": 1, "unanswered": 3, "cancelled": 4, "unknown": 1}
    for order in itertools.permutations(revisions):
        item = await tenant.approved()
        post = Post(tenant, item, clock)
        for event in order:
            await getattr(post, event)(revisions[event])
        assert await _shown(tenant, item) == ("APPROVED", ["CANCELLED"]), order


@pytest.mark.invariant("P6", "E4")
async def test_a_confirmed_post_is_published_in_any_order(tenant: Tenant, clock: ManualClock) -> None:
    revisions = {"scheduled": 1, "unanswered": 3, "confirmed": 4, "unknown": 1}
    for order in itertools.permutations(revisions):
        item = await tenant.approved()
        post = Post(tenant, item, clock)
        for kind in order:
            await getattr(post, kind)(revisions[kind])

        found = await tenant.get(f"/content/{item['id']}")
        (platform,) = found["platforms"]
        assert (found["status"], platform["status"], platform["message"]) == ("PUBLISHED", "PUBLISHED", None), order
        assert platform["post_url"] == "https://facebook.example/1", order


async def test_the_status_is_derived_from_both_platforms(tenant: Tenant, clock: ManualClock) -> None:
    item = await tenant.approved()
    facebook, instagram = Post(tenant, item, clock), Post(tenant, item, clock, "INSTAGRAM")
    await facebook.scheduled(1)
    await instagram.scheduled(1)
    assert await _shown(tenant, item) == ("SCHEDULED", ["SCHEDULED", "SCHEDULED"])

    await instagram.failed(1)
    assert await _shown(tenant, item) == ("SCHEDULED", ["SCHEDULED", "FAILED"])
    await facebook.missed(2)
    assert await _shown(tenant, item) == ("APPROVED", ["MISSED", "FAILED"])
    second = Post(tenant, item, clock, "INSTAGRAM")
    await second.scheduled(1)
    await second.published(1)
    assert await _shown(tenant, item) == ("PUBLISHED", ["MISSED", "FAILED", "PUBLISHED"])


async def test_late_events_do_not_restore_a_withdrawn_approval(tenant: Tenant, clock: ManualClock) -> None:
    item = await tenant.approved()
    post = Post(tenant, item, clock)
    await post.scheduled(1)
    await tenant.post(f"/content/{item['id']}/withdraw")

    await post.scheduled(2, days=2)
    assert await _shown(tenant, item) == ("DRAFT", ["SCHEDULED"])
    await post.cancelled(3, "approval_withdrawn")
    assert await _shown(tenant, item) == ("DRAFT", ["CANCELLED"])
    await post.published(1)
    assert await _shown(tenant, item) == ("PUBLISHED", ["PUBLISHED"])


async def test_events_about_a_deleted_post_are_acknowledged(tenant: Tenant, clock: ManualClock) -> None:
    item = await tenant.approved()
    post = Post(tenant, item, clock)
    await post.scheduled(1)
    await tenant.call("DELETE", f"/content/{item['id']}", status=204)

    await post.cancelled(2, "content_deleted")
    await post.failed(1)

    assert (await tenant.get("/content"))["items"] == []

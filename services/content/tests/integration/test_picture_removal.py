"""Stored pictures that nothing uses are removed after a grace time; those that something may use stay."""

import itertools
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from common.database import Database
from common.due import Done, DueRow, Outcome, Retry, Settled
from common.ids import new_id
from content.clients.storage import StorageRefusedError, StorageUnavailableError
from content.generation_runs.jobs import GenerationRunner
from content.items.rules import payloads_of
from content.models import ContentItem
from content.pictures.jobs import PictureRemover
from sqlalchemy import text
from testing import ManualClock

from .conftest import TLS, StandIn, Tenant, running_loops
from .test_images import _image_bytes, _upload
from .test_read_models import Post

GRACE = timedelta(days=31)


class Bucket:
    """The pictures of an account's posts, and the job that removes them when they are due."""

    def __init__(self, tenant: Tenant, clock: ManualClock, database: Database) -> None:
        self._tenant = tenant
        self._clock = clock
        self._database = database

    async def holds(self, image: Any) -> bool:
        """Return whether both files of an image are stored; fail if only one is."""
        async with httpx2.AsyncClient(verify=TLS) as browser:
            found = {(await browser.get(image[kind]["url"])).status_code for kind in ("png", "jpeg")}
        assert len(found) == 1
        return found == {200}

    async def claim(self, content_id: str) -> DueRow | None:
        """Claim the row of a post, if it is due by the clock."""
        statement = text(
            "UPDATE content.post_pictures SET lease_owner = :lease, attempts = attempts + 1 "
            "WHERE id = :id AND due_at <= :now RETURNING month"
        )
        lease, now = new_id(), self._clock.now()
        async with self._database.transaction(self._tenant.account_id) as session:
            values = {"lease": lease, "id": UUID(content_id), "now": now}
            month = (await session.execute(statement, values)).scalar_one_or_none()
        if month is None:
            return None
        return DueRow(UUID(content_id), self._tenant.account_id, now, now, 1, lease, False, {"month": month})

    async def clean(self, content_id: str) -> Outcome | None:
        row = await self.claim(content_id)
        return None if row is None else await PictureRemover(self._tenant.context).run(row)

    async def clean_after_grace(self, content_id: str) -> Outcome | None:
        self._clock.advance(GRACE)
        return await self.clean(content_id)


@pytest.fixture
def bucket(tenant: Tenant, clock: ManualClock, database: Database) -> Bucket:
    return Bucket(tenant, clock, database)


@pytest.fixture
async def post(tenant: Tenant) -> Any:
    (item,) = await drafts(tenant, 1)
    return item


async def drafts(tenant: Tenant, count: int) -> list[Any]:
    await tenant.brief()
    await tenant.finished(await tenant.start(count))
    return await tenant.contents()


async def redrawn(tenant: Tenant, item: Any, headline: str = "Quite another headline") -> Any:
    return await tenant.patch(f"/content/{item['id']}", {"headline": headline})


async def frozen(tenant: Tenant, item: Any, clock: ManualClock) -> Post:
    """Return a schedule item that froze the post's present pictures; no event has arrived yet."""
    made = Post(tenant, item, clock)
    async with tenant.context.database.transaction(tenant.account_id) as session:
        content = await session.get(ContentItem, UUID(item["id"]))
        assert content is not None
        made.media = [media for payload in payloads_of(content) for media in payload.media]
    return made


async def delete(tenant: Tenant, item: Any) -> None:
    await tenant.call("DELETE", f"/content/{item['id']}", status=204)


async def test_a_replaced_picture_is_removed_after_the_grace_time(
    tenant: Tenant, post: Any, bucket: Bucket, clock: ManualClock
) -> None:
    edited = await redrawn(tenant, post)
    clock.advance(GRACE - timedelta(seconds=1))
    assert await bucket.clean(post["id"]) is None
    assert await bucket.holds(post["image"])

    clock.advance(timedelta(seconds=1))

    assert await bucket.clean(post["id"]) == Done()
    assert not await bucket.holds(post["image"])
    assert await bucket.holds(edited["image"])
    async with httpx2.AsyncClient(verify=TLS) as browser:
        assert (await browser.get(edited["image"]["url"])).status_code == 200


async def test_a_picture_of_a_failed_save_is_removed(
    tenant: Tenant, post: Any, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = tenant.context.images.store_upload
    lost: list[Any] = []

    async def stored_and_lost(*arguments: Any) -> Any:
        image = await stored(*arguments)
        lost.append(image.model_dump())
        await tenant.patch(f"/content/{post['id']}", {"caption": "Faster."})
        return image

    monkeypatch.setattr(tenant.context.images, "store_upload", stored_and_lost)
    refused = await _upload(tenant, post, _image_bytes(), revision="1")
    assert refused.status_code == 409
    assert await bucket.holds(lost[0])

    await bucket.clean_after_grace(post["id"])

    assert not await bucket.holds(lost[0])
    assert await bucket.holds(post["image"])


async def test_all_pictures_of_a_deleted_post_are_removed(
    tenant: Tenant, post: Any, bucket: Bucket, database: Database
) -> None:
    await delete(tenant, post)

    await bucket.clean_after_grace(post["id"])

    assert not await bucket.holds(post["image"])
    async with httpx2.AsyncClient(verify=TLS) as browser:
        assert (await browser.get(post["image"]["url"])).status_code in {403, 404}
    assert await _rows(database, tenant) == (0, 0)


Life = Callable[[Post], Awaitable[None]]


async def _scheduled(item: Post) -> None:
    await item.scheduled(1)


async def _published(item: Post) -> None:
    await item.scheduled(1)
    await item.published(1)


async def _failed(item: Post) -> None:
    await item.scheduled(1)
    await item.failed(1)


async def _parked(item: Post) -> None:
    await item.scheduled(1)
    await item.cancelled(2, reason="parked")


async def _unknown_pictures(item: Post) -> None:
    await item.published(1)


async def _cancelled(item: Post) -> None:
    await item.scheduled(1)
    await item.cancelled(2, reason="content_deleted")


async def _missed(item: Post) -> None:
    await item.missed(2)


@pytest.mark.invariant("P2")
@pytest.mark.parametrize(
    ("life", "kept"),
    [
        (_scheduled, True),
        (_published, True),
        (_failed, True),
        (_parked, True),
        (_unknown_pictures, True),
        (_cancelled, False),
        (_missed, False),
    ],
)
async def test_a_picture_that_a_schedule_item_uses_is_kept(
    tenant: Tenant, bucket: Bucket, clock: ManualClock, *, life: Life, kept: bool
) -> None:
    """Whether the events of scheduler and publisher arrive before or after the post is edited or deleted."""
    orders = list(itertools.product(("edited", "deleted"), ("before", "after")))
    posts = await drafts(tenant, len(orders))
    published = life in (_published, _unknown_pictures)
    for post, (left, reported) in zip(posts, orders, strict=True):
        item = await frozen(tenant, post, clock)
        if reported == "before" and not published:  # what is live can neither be edited nor deleted
            await life(item)
        if left == "edited":
            await redrawn(tenant, post)
        else:
            await delete(tenant, post)
        if reported == "after" or published:
            await life(item)
    clock.advance(GRACE)

    for post in posts:
        await bucket.clean(post["id"])

    held = {order: await bucket.holds(post["image"]) for post, order in zip(posts, orders, strict=True)}
    assert held == dict.fromkeys(orders, kept)


async def test_a_cancellation_releases_the_picture_after_a_grace_time_of_its_own(
    tenant: Tenant, post: Any, bucket: Bucket, clock: ManualClock
) -> None:
    item = await frozen(tenant, post, clock)
    await item.scheduled(1)
    await delete(tenant, post)
    assert await bucket.clean_after_grace(post["id"]) == Done()
    await item.cancelled(2, reason="content_deleted")
    assert await bucket.clean(post["id"]) is None

    await bucket.clean_after_grace(post["id"])

    assert not await bucket.holds(post["image"])


async def test_while_the_pictures_of_a_platform_post_are_not_known_the_job_looks_again(
    tenant: Tenant, post: Any, bucket: Bucket, clock: ManualClock
) -> None:
    """The outcome of a post may arrive long before the event with its pictures."""
    edited = await redrawn(tenant, post)
    item = await frozen(tenant, edited, clock)
    await item.published(1)
    assert await bucket.clean_after_grace(post["id"]) == Retry(GRACE)
    await item.scheduled(1)

    assert await bucket.clean_after_grace(post["id"]) == Done()

    assert not await bucket.holds(post["image"])
    assert await bucket.holds(edited["image"])


async def test_a_generation_waits_while_old_pictures_of_its_posts_are_removed(
    tenant: Tenant, openai: StandIn, database: Database, clock: ManualClock
) -> None:
    """However long that takes: it is no failed run."""
    await tenant.brief()
    await openai.behave("refusal", times="forever", contains='\\"index\\": 0,')
    failed = await tenant.finished(await tenant.start(1))
    await openai.control("DELETE", "outcomes")
    await _set_removing(database, tenant, removing=True)
    await tenant.post(f"/content/generations/{failed['id']}/retry", status=202)
    generation_id, now = UUID(failed["id"]), clock.now()
    async with database.transaction(tenant.account_id) as session:
        await session.execute(text("UPDATE content.generation SET attempts = 50"))
    row = DueRow(generation_id, tenant.account_id, now, now, 50, new_id(), False)

    assert await GenerationRunner(tenant.context).run(row) == Retry(timedelta(seconds=5))

    await _set_removing(database, tenant, removing=False)
    assert (await tenant.finished(failed["id"]))["done"] == 1


async def test_storing_a_picture_takes_the_post_from_the_job(
    tenant: Tenant, post: Any, bucket: Bucket, clock: ManualClock
) -> None:
    """The same picture may be stored again, under the same key, while the job is about to remove it."""
    first = (await _upload(tenant, post, _image_bytes())).json()
    await _upload(tenant, post, _image_bytes(kind="PNG", size=(700, 700)))
    clock.advance(GRACE)
    row = await bucket.claim(post["id"])
    assert row is not None

    again = (await _upload(tenant, post, _image_bytes())).json()

    assert again["image"]["png"] == first["image"]["png"]
    assert await PictureRemover(tenant.context).run(row) == Settled()
    assert await bucket.holds(again["image"])


async def test_no_picture_is_stored_while_old_ones_are_removed(
    tenant: Tenant, post: Any, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A removal that was interrupted ends in the next run."""
    await redrawn(tenant, post)

    async def timed_out(keys: Any) -> None:
        raise StorageUnavailableError("It took too long.")

    with monkeypatch.context() as patch:
        patch.setattr(tenant.context.images, "remove", timed_out)
        assert await bucket.clean_after_grace(post["id"]) == Retry(timedelta(minutes=1))
    busy = await tenant.patch(f"/content/{post['id']}", {"headline": "Not now"}, status=503)
    assert busy["code"] == "pictures_busy"
    await tenant.patch(f"/content/{post['id']}", {"caption": "Text is not concerned."})

    assert await bucket.clean(post["id"]) == Done()

    assert not await bucket.holds(post["image"])
    assert (await redrawn(tenant, post, "Now again"))["revision"] == 4


async def test_a_refusal_of_the_store_does_not_block_the_post(
    tenant: Tenant, post: Any, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    await redrawn(tenant, post)

    async def refused(keys: Any) -> None:
        raise StorageRefusedError("Access denied.")

    monkeypatch.setattr(tenant.context.images, "remove", refused)

    assert isinstance(await bucket.clean_after_grace(post["id"]), Retry)

    assert (await redrawn(tenant, post, "Still possible"))["revision"] == 3


async def test_a_deletion_during_a_removal_is_not_forgotten(
    tenant: Tenant, post: Any, bucket: Bucket, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await redrawn(tenant, post)
    remove = tenant.context.images.remove

    async def slow(keys: Any) -> None:
        clock.advance(timedelta(seconds=1))
        await delete(tenant, post)
        await remove(keys)

    monkeypatch.setattr(tenant.context.images, "remove", slow)

    assert await bucket.clean_after_grace(post["id"]) == Retry(GRACE)


async def test_the_due_loop_removes_what_is_due(tenant: Tenant, post: Any, bucket: Bucket, database: Database) -> None:
    await delete(tenant, post)
    async with database.transaction(tenant.account_id) as session:
        await session.execute(text("UPDATE content.post_pictures SET due_at = now()"))

    async with running_loops(tenant.context):
        await tenant.until(lambda: _gone(database, tenant))

    assert not await bucket.holds(post["image"])


async def test_a_failed_post_of_a_generation_leaves_no_picture(
    tenant: Tenant, openai: StandIn, bucket: Bucket, database: Database
) -> None:
    """Its picture is announced before it is stored, so that it is found if the draft is never saved."""
    await tenant.brief()
    await openai.behave("refusal", times="forever", contains='\\"index\\": 1,')

    await tenant.finished(await tenant.start(2))

    assert (await _rows(database, tenant))[0] == 2


async def _set_removing(database: Database, tenant: Tenant, *, removing: bool) -> None:
    async with database.transaction(tenant.account_id) as session:
        statement = text("UPDATE content.post_pictures SET removing = :removing")
        await session.execute(statement, {"removing": removing})


async def _gone(database: Database, tenant: Tenant) -> bool:
    return (await _rows(database, tenant))[0] == 0


async def _rows(database: Database, tenant: Tenant) -> tuple[int, int]:
    counts = text("SELECT (SELECT count(*) FROM content.post_pictures), (SELECT count(*) FROM content.platform_post)")
    async with database.transaction(tenant.account_id) as session:
        pictures, posts = (await session.execute(counts)).one()
        return pictures, posts

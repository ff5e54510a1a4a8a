"""Half an hour before its time a post is looked at as if it went out now, while someone can still act."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from common.contracts import (
    ContentApprovalWithdrawn,
    ContentApprovalWithdrawnData,
    FrozenPost,
    PostCancelled,
    PostCancelledData,
    PostUpcoming,
    PreflightFailed,
    PreflightPassed,
    ProfileNeedsReconnect,
    ProfileVerified,
)
from common.ids import new_id
from common.testing import assert_emitted, deliver_twice, emitted
from publisher.models import PREFLIGHTS, Preflight
from publisher.preflight import consumers as preflight_consumers
from publisher.records import consumers
from sqlalchemy import func, select

MINUTE = timedelta(minutes=1)
IMAGE = b"\xff\xd8 an image, as far as its bytes go"


class Storage:
    """Our object storage: one image, and what may be wrong with it."""

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


@pytest.fixture
async def storage(world: Any) -> AsyncIterator[Storage]:
    storage = Storage()
    server = await asyncio.start_server(storage.answer, "127.0.0.1", 0)
    storage.port = server.sockets[0].getsockname()[1]
    url = f"http://127.0.0.1:{storage.port}/media/a.jpg"
    world.media = world.media.model_copy(update={"url": url, "sha256": hashlib.sha256(IMAGE).hexdigest()})
    yield storage
    server.close()


async def coming(world: Any, platform: Any = "FACEBOOK", text: str = "A quiet morning", **media: Any) -> FrozenPost:
    """Return a post that is approved and scheduled in half an hour, and whose look ahead is asked for."""
    world.media = world.media.model_copy(update=media)
    frozen: FrozenPost = world.post(text, platform)
    frozen = frozen.model_copy(update={"scheduled_for": world.clock.now() + 30 * MINUTE})
    await world.approve(frozen)
    await world.schedule(frozen)
    await world.upcoming(frozen)
    return frozen


async def look(world: Any) -> int:
    turned: int = await world.turn(table=PREFLIGHTS)
    return turned


async def row(world: Any) -> Preflight:
    async with world.database.transaction(world.account_id) as session:
        return (await session.execute(select(Preflight))).scalar_one()


async def failures(world: Any) -> list[str]:
    return [event.data.code for event in await emitted(world.database, PreflightFailed)]


@pytest.mark.parametrize("platform", ["FACEBOOK", "INSTAGRAM"])
async def test_a_post_that_would_go_out_passes(world: Any, standin: Any, storage: Storage, platform: Any) -> None:
    frozen = await coming(world, platform)
    assert await look(world) == 1
    told = await assert_emitted(world.database, PreflightPassed)
    assert (told.data.item_id, told.data.item_revision, told.subject) == (frozen.item_id, 1, str(frozen.item_id))
    assert told.data.checked_at == world.clock.now()
    assert await failures(world) == []
    assert await look(world) == 0
    [asked] = [r for r in await standin.requests("/api/user", "GET") if r["query"]] or [None]
    assert (asked is not None) == (platform == "INSTAGRAM"), "Facebook knows no quota"
    assert storage.asked == 1


@pytest.mark.invariant("E3", "E5")
async def test_the_consumer_stores_and_nothing_else(world: Any, standin: Any, storage: Storage) -> None:
    frozen = await coming(world)
    async with world.database.transaction(world.account_id) as session:
        assert (await session.execute(select(func.count()).select_from(Preflight))).scalar_one() == 1
    assert storage.asked == 0
    assert await emitted(world.database, PreflightPassed) == []
    # the same item again, at the same revision, is no second look
    await look(world)
    await world.upcoming(frozen)
    assert await look(world) == 0


async def test_a_moved_item_is_looked_at_anew(world: Any, storage: Storage) -> None:
    frozen = await coming(world)
    await look(world)
    moved = frozen.model_copy(update={"revision": 2, "scheduled_for": frozen.scheduled_for + 60 * MINUTE})
    await world.schedule(moved)
    await world.upcoming(moved)
    await look(world)
    told = await assert_emitted(world.database, PreflightPassed, times=2)
    assert told.data.item_revision == 2


async def test_a_bus_that_delivers_twice_makes_one_look(world: Any, storage: Storage, context: Any) -> None:
    frozen = await coming(world)
    event = PostUpcoming(account_id=world.account_id, subject="x", data=frozen.model_copy(update={"revision": 2}))
    await deliver_twice(preflight_consumers.consumer, event, world.database, context.factory)
    assert await look(world) == 1


# --- what speaks against a post ---------------------------------------------------------------------------------------


async def withdraw(world: Any, frozen: FrozenPost) -> None:
    data = ContentApprovalWithdrawnData(content_id=frozen.content_id, revision=9, reason="withdrawn")
    await world.tell(consumers.content, ContentApprovalWithdrawn(account_id=world.account_id, subject="c", data=data))


async def approve_anew(world: Any, frozen: FrozenPost) -> None:
    await world.approve(frozen, revision=9, content_hash="sha256:" + "1" * 64)


async def stop_paying(world: Any, _frozen: FrozenPost) -> None:
    await world.subscribe(posting=False, revision=2)


async def unlink_over_there(world: Any, _frozen: FrozenPost) -> None:
    world.clock.advance(2 * MINUTE)  # what was seen a moment ago is not asked again
    await world.standin.http.post("/_control/unlink", json={"ref_id": world.ref_id, "platform": "facebook"})


async def link_another_page(world: Any, _frozen: FrozenPost) -> None:
    world.clock.advance(2 * MINUTE)
    session = await world.context.linking.link(world.account_id)
    await world.standin.link(session.url, facebook="999000999000999")


async def verify_another_page(world: Any, _frozen: FrozenPost) -> None:
    await world.connect(facebook="999000999000999")


@pytest.mark.invariant("P3")
@pytest.mark.parametrize(
    ("breach", "code", "remedy"),
    [
        (withdraw, "content_not_approved", "edit"),
        (approve_anew, "content_changed", "edit"),
        (stop_paying, "subscription_inactive", "subscribe"),
        (unlink_over_there, "profile_not_verified", "reconnect"),
        (link_another_page, "profile_not_verified", "reconnect"),
        (verify_another_page, "profile_mismatch", "reconnect"),
    ],
)
async def test_whatever_would_stop_the_post_is_told_now(
    world: Any, storage: Storage, breach: Any, code: str, remedy: str
) -> None:
    frozen = await coming(world)
    await breach(world, frozen)
    await look(world)
    told = await assert_emitted(world.database, PreflightFailed)
    assert (told.data.code, told.data.remedy, told.data.item_id) == (code, remedy, frozen.item_id)
    assert told.data.message


async def test_a_connection_found_lost_is_told_to_everybody(world: Any, storage: Storage) -> None:
    """Ayrshare's webhook never came; the look ahead finds out in time, and parks what else goes there."""
    frozen = await coming(world)
    await unlink_over_there(world, frozen)
    await look(world)
    told = await assert_emitted(world.database, ProfileNeedsReconnect)
    assert told.data.platforms == ["FACEBOOK"]


@pytest.mark.parametrize(
    ("changes", "code", "remedy"),
    [
        ({"text": "x" * 2201}, "text_too_long", "edit"),
        ({"text": "#a #b #c #d #e #f"}, "too_many_hashtags", "edit"),
        ({"text": "@a @b @c @d"}, "too_many_mentions", "edit"),
        ({"width": 1080, "height": 1920}, "image_ratio", "edit"),
        ({"width": 2000, "height": 2000}, "image_width", "edit"),
        ({"content_type": "image/png"}, "image_format", "edit"),
    ],
)
async def test_what_instagram_would_refuse_is_told_now(
    world: Any, storage: Storage, changes: dict[str, Any], code: str, remedy: str
) -> None:
    await coming(world, "INSTAGRAM", **changes)
    await look(world)
    told = await assert_emitted(world.database, PreflightFailed)
    assert (told.data.code, told.data.remedy) == (code, remedy)


async def test_a_used_up_quota_is_told_now(world: Any, standin: Any, storage: Storage) -> None:
    for number in range(2):
        await world.ready_post(f"Earlier post number {number} of the day", "INSTAGRAM")
    await world.turn()
    world.context.settings.instagram_daily_posts = 2
    await coming(world, "INSTAGRAM")
    await look(world)
    told = await assert_emitted(world.database, PreflightFailed)
    assert (told.data.code, told.data.remedy) == ("quota_exhausted", "retry")
    assert "2 are used" in told.data.message


async def test_a_suspended_profile_is_told_now(world: Any, standin: Any, storage: Storage) -> None:
    user = {"activeSocialAccounts": ["facebook"], "suspended": True}
    user |= {"displayNames": [{"platform": "facebook", "id": "100200300400500", "pageName": "Page"}]}
    await standin.fault(match="GET /api/user", kind="status", status=200, answer=user, times="forever")
    await coming(world)
    world.clock.advance(2 * MINUTE)
    await look(world)
    assert await failures(world) == ["profile_refused"]


async def test_a_profile_that_pauses_beyond_the_time_is_told_now(world: Any, standin: Any, storage: Storage) -> None:
    answer = {"status": "error", "message": "Too many requests"}
    await standin.fault(kind="status", status=429, answer=answer, headers={"Retry-After": "14400"})
    await world.ready_post("An earlier post")
    await world.turn()
    await coming(world)
    await look(world)
    assert await failures(world) == ["profile_paused"]


# --- the image --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 401, 403, 404, 410])
async def test_an_image_that_is_not_there_is_told_after_three_looks(world: Any, storage: Storage, status: int) -> None:
    storage.status, storage.header = status, f"Location: http://127.0.0.1:{storage.port}/elsewhere"
    await coming(world)
    await look(world)
    await look(world)
    assert await failures(world) == [], "a moment's trouble is none"
    await look(world)
    assert await failures(world) == ["media_unreachable"]
    assert storage.asked == 3, "no redirect is followed"


@pytest.mark.invariant("P2", "P3")
async def test_other_bytes_than_the_approved_ones_are_told_now(world: Any, storage: Storage) -> None:
    storage.body = b"another image altogether"
    await coming(world)
    await look(world)
    assert await failures(world) == ["media_changed"]


@pytest.mark.invariant("M4")
async def test_an_image_without_end_is_not_read_to_the_end(world: Any, storage: Storage) -> None:
    storage.body = b"x" * 8_100_000
    await coming(world, "INSTAGRAM")
    await look(world)
    assert await failures(world) == ["image_too_large"]


@pytest.mark.invariant("M4")
async def test_an_image_that_never_comes_is_not_waited_for(world: Any, storage: Storage) -> None:
    storage.delay = 0.5
    world.context.media._seconds = 0.2
    await coming(world)
    await look(world)
    assert await failures(world) == []
    assert (await row(world)).tries == 1
    await asyncio.sleep(0.4)  # the server's end of the connection


@pytest.mark.invariant("M4")
async def test_only_addresses_of_the_web_are_called(world: Any, storage: Storage) -> None:
    await coming(world, url="file:///etc/passwd")
    for _ in range(3):
        await look(world)
    assert await failures(world) == ["media_unreachable"]
    assert storage.asked == 0


# --- outages, time and mending ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503},
        {"kind": "drop_before"},
        {"kind": "malformed"},
        {"kind": "status", "status": 401},
    ],
)
async def test_an_outage_of_the_provider_is_no_failure(
    world: Any, standin: Any, storage: Storage, fault: dict[str, Any]
) -> None:
    await standin.fault(match="GET /api/user", times=2, **fault)
    await coming(world)
    world.clock.advance(2 * MINUTE)
    for _ in range(2):
        await look(world)
        world.clock.advance(MINUTE)
    assert await failures(world) == []
    assert await emitted(world.database, PreflightPassed) == []
    await look(world)
    await assert_emitted(world.database, PreflightPassed)


async def test_an_outage_until_the_time_ends_without_a_word(world: Any, standin: Any, storage: Storage) -> None:
    await standin.fault(match="GET /api/user", kind="status", status=503, times="forever")
    await coming(world)
    for _ in range(8):
        world.clock.advance(5 * MINUTE)
        if await look(world) == 0:
            break
    assert (await row(world)).status == "left"
    assert await failures(world) == []
    assert await emitted(world.database, PreflightPassed) == []


async def test_the_payload_is_judged_also_while_the_provider_is_away(
    world: Any, standin: Any, storage: Storage
) -> None:
    await standin.fault(match="GET /api/user", kind="status", status=503, times="forever")
    await coming(world, "INSTAGRAM", text="#a #b #c #d #e #f")
    world.clock.advance(2 * MINUTE)
    await look(world)
    assert await failures(world) == ["too_many_hashtags"]


async def test_with_the_circuit_open_the_provider_is_not_asked(world: Any, standin: Any, storage: Storage) -> None:
    await coming(world, "INSTAGRAM")
    before = len(await standin.requests("/api/user", "GET"))
    world.context.breaker.permit().failed(at_once=True)
    await look(world)
    assert len(await standin.requests("/api/user", "GET")) == before
    world.clock.advance(MINUTE)
    await look(world)
    await assert_emitted(world.database, PreflightPassed)


async def test_looks_at_many_posts_ask_the_provider_once_a_minute(world: Any, standin: Any, storage: Storage) -> None:
    """Ayrshare counts these calls as it counts posts: looking must not use up what posting needs."""
    for number in range(6):
        await coming(world, "INSTAGRAM", text=f"Post number {number}")
    await look(world)
    await assert_emitted(world.database, PreflightPassed, times=6)
    assert len([r for r in await standin.requests("/api/user", "GET") if "instagramDetails" in r["query"]]) == 1


async def test_a_refused_look_pauses_the_profile(world: Any, standin: Any, storage: Storage) -> None:
    answer = {"status": "error", "message": "Too many requests"}
    await standin.fault(match="GET /api/user", kind="status", status=429, answer=answer)
    await coming(world, "INSTAGRAM")
    await look(world)
    await world.ready_post("A post that is due now")
    await world.turn()
    assert await standin.requests() == []
    assert await failures(world) == []
    world.clock.advance(6 * MINUTE)
    await look(world)
    await assert_emitted(world.database, PreflightPassed)


async def test_what_was_mended_is_told_too(world: Any, standin: Any, storage: Storage) -> None:
    storage.body = b"another image"
    await coming(world)
    for _ in range(3):
        await look(world)
    assert await failures(world) == ["media_changed"], "the same finding is told once"
    storage.body = IMAGE
    world.clock.advance(2 * MINUTE)
    await look(world)
    await assert_emitted(world.database, PreflightPassed)
    assert await look(world) == 0


@pytest.mark.invariant("P6")
async def test_a_page_that_is_linked_again_is_noticed_without_a_webhook(
    world: Any, standin: Any, storage: Storage
) -> None:
    frozen = await coming(world)
    await unlink_over_there(world, frozen)
    await look(world)
    session = await world.context.linking.link(world.account_id)
    await standin.link(session.url, facebook="100200300400500")
    world.clock.advance(2 * MINUTE)
    await look(world)
    assert await failures(world) == ["profile_not_verified"]
    await assert_emitted(world.database, PreflightPassed)
    assert (await emitted(world.database, ProfileVerified))[-1].data.revision == 3


async def test_nobody_is_told_when_nobody_could_act(world: Any, storage: Storage) -> None:
    storage.status = 404
    await coming(world)
    world.clock.advance(timedelta(minutes=29, seconds=30))
    for _ in range(3):
        await look(world)
    assert await failures(world) == []
    assert (await row(world)).status == "left"
    assert storage.asked == 0


async def test_a_cancelled_item_is_looked_at_no_further(world: Any, storage: Storage) -> None:
    frozen = await coming(world)
    data = PostCancelledData(item_id=frozen.item_id, revision=2, content_id=frozen.content_id, reason="cancelled")
    await world.tell(consumers.schedule, PostCancelled(account_id=world.account_id, subject="i", data=data))
    await look(world)
    assert (await row(world)).status == "left"
    assert storage.asked == 0


@pytest.mark.invariant("E4")
async def test_a_look_that_overtakes_its_records_waits_for_them(world: Any, storage: Storage) -> None:
    frozen = world.post()
    frozen = frozen.model_copy(update={"scheduled_for": world.clock.now() + 30 * MINUTE})
    await world.upcoming(frozen)
    await look(world)
    assert await failures(world) == []
    await world.schedule(frozen)
    await world.approve(frozen)
    await look(world)
    await assert_emitted(world.database, PreflightPassed)


async def test_a_crash_in_the_middle_only_means_another_look(world: Any, storage: Storage) -> None:
    await coming(world)

    async def dies(*_: object, **__: object) -> None:
        raise RuntimeError("killed")

    probe, world.context.media.problem = world.context.media.problem, dies
    with pytest.raises(RuntimeError, match="killed"):
        await look(world)
    world.context.media.problem = probe
    await world.turn(table=PREFLIGHTS, leases_end=True)
    await assert_emitted(world.database, PreflightPassed)


@pytest.mark.invariant("T1")
async def test_nobody_sees_anothers_look(world: Any, storage: Storage) -> None:
    await coming(world)
    async with world.database.transaction(new_id()) as session:
        assert (await session.execute(select(func.count()).select_from(Preflight))).scalar_one() == 0


def test_the_time_of_a_look_is_the_posts() -> None:
    when = datetime.fromisoformat("2026-11-22T12:00:00+00:00")
    assert Preflight(scheduled_for=when).expires_at == when

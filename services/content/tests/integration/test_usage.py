"""What an account may use: reserved where work starts, settled at its end, within its plan and within an hour."""

import asyncio
import itertools
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from common.database import Database
from common.ids import new_id
from content.factory import Factory, ProcessContext
from content.usage.errors import UsageLimitError
from content.usage.rules import Activity, Kind
from sqlalchemy import event, text
from testing import ManualClock

from .conftest import NewTenant, StandIn, Tenant, running_loops
from .test_images import _image_bytes, _upload

MONTHS = [f"2026-{month}" for month in (11, 12)] + [f"2027-{month:02}" for month in range(1, 9)]


async def usage(tenant: Tenant) -> Any:
    return await tenant.get("/content/usage")


def limits(context: ProcessContext, **changes: Any) -> None:
    context.settings = context.settings.model_copy(update=changes)


async def started(tenant: Tenant, count: int, month: str = MONTHS[1]) -> httpx2.Response:
    return await tenant.request("POST", "/content/generations", {"month": month, "post_count": count})


async def regenerated(tenant: Tenant, item: Any, *, part: str = "CAPTION") -> httpx2.Response:
    body = {"part": part, "revision": item["revision"]}
    return await tenant.request("POST", f"/content/{item['id']}/regenerate", body)


async def test_a_generation_reserves_its_posts_and_uses_those_that_succeed(tenant: Tenant, openai: StandIn) -> None:
    await tenant.brief()
    await openai.behave("refusal", times="forever", contains='\\"index\\": 1,')
    generation_id = await tenant.start(3)
    during = await usage(tenant)

    half = await tenant.finished(generation_id)
    after = await usage(tenant)

    assert half["done"] == 2
    assert during["posts"] == {"limit": 12, "used": 0, "reserved": 3, "left": 9}
    assert after["posts"] == {"limit": 12, "used": 2, "reserved": 0, "left": 10}
    assert after["pictures"]["used"] == 2
    assert after["model_calls"]["used"] == len(await openai.tasks()) > 3
    assert (after["included"], after["resets_at"]) == (True, "2026-12-02T09:00:00Z")
    await openai.control("DELETE", "outcomes")
    await tenant.post(f"/content/generations/{generation_id}/retry", status=202)
    assert (await usage(tenant))["posts"]["reserved"] == 1
    await tenant.finished(generation_id)
    assert (await usage(tenant))["posts"] == {"limit": 12, "used": 3, "reserved": 0, "left": 9}


async def test_deleting_posts_and_choosing_other_months_gives_no_more_posts(tenant: Tenant) -> None:
    for month in MONTHS[:2]:
        await tenant.brief(month)
    await tenant.finished(await tenant.start(12))
    for item in await tenant.contents():
        await tenant.call("DELETE", f"/content/{item['id']}", status=204)

    for month in MONTHS[:2]:
        refused = await started(tenant, 1, month)
        assert (refused.status_code, refused.json()["code"]) == (409, "month_full")
    body = refused.json()
    assert "room for 0 posts until 2 December 2026, 09:00 UTC, and 1 were requested" in body["detail"]
    assert (body["left"], body["used"], body["limit"], body["resets_at"]) == (0, 12, 12, "2026-12-02T09:00:00+00:00")


async def test_the_counts_reset_with_the_billing_period(tenant: Tenant, clock: ManualClock) -> None:
    await tenant.subscribe(revision=2, ends=clock.now() + timedelta(days=3))
    await tenant.brief()
    await tenant.finished(await tenant.start(12))
    clock.advance(timedelta(days=3) - timedelta(microseconds=1))
    assert (await started(tenant, 1)).status_code == 409

    clock.advance(timedelta(microseconds=1))

    assert (await usage(tenant))["posts"] == {"limit": 12, "used": 0, "reserved": 0, "left": 12}
    assert (await started(tenant, 1)).status_code == 202


async def test_a_larger_plan_for_minutes_gives_no_free_posts(tenant: Tenant, clock: ManualClock) -> None:
    ends = clock.now() + timedelta(days=30)
    await tenant.brief()
    await tenant.subscribe(revision=2, posts=8, ends=ends)
    await tenant.subscribe(revision=3, posts=20, ends=ends)
    await tenant.finished(await tenant.start(20))
    clock.advance(timedelta(minutes=9))
    await tenant.subscribe(revision=4, posts=8, ends=ends)

    assert (await started(tenant, 1)).status_code == 409
    clock.advance(timedelta(days=30))
    refused = (await started(tenant, 1)).json()
    assert refused["code"] == "month_full"
    assert "8 more were used in advance in an earlier period" in refused["detail"]


async def test_concurrent_generations_never_exceed_the_plan(tenant: Tenant) -> None:
    for month in MONTHS:
        await tenant.brief(month)

    answers = await asyncio.gather(*(started(tenant, 5, month) for month in MONTHS))

    assert sorted(answer.status_code for answer in answers) == [202] * 2 + [409] * 8
    assert (await usage(tenant))["posts"] == {"limit": 12, "used": 0, "reserved": 10, "left": 2}


async def test_concurrent_work_never_exceeds_a_limit(tenant: Tenant, context: ProcessContext) -> None:
    limits(context, pictures_per_post=1)
    items = [await tenant.draft(position=number) for number in range(16)]

    answers = await asyncio.gather(*(_upload(tenant, item, _image_bytes((400, 400))) for item in items))

    assert sorted(answer.status_code for answer in answers) == [200] * 12 + [409] * 4
    refused = next(answer.json() for answer in answers if answer.status_code == 409)
    assert (refused["code"], refused["kind"]) == ("usage_limit_reached", "pictures")
    assert (await usage(tenant))["pictures"] == {"limit": 12, "used": 12, "reserved": 0, "left": 0}


async def test_everything_that_costs_needs_a_subscription(online: Tenant, openai: StandIn) -> None:
    """Also after a cancellation. What costs nothing stays possible."""
    await online.brief()
    await openai.behave("refusal", times="forever", contains='\\"index\\": 1,')
    generation = await online.finished(await online.start(2))
    (item,) = await online.contents()
    await online.subscribe(revision=2, generation=False)
    await openai.control("DELETE", "requests")

    path = f"/content/{item['id']}"
    answers = [
        await started(online, 1),
        await online.request("POST", f"/content/generations/{generation['id']}/retry"),
        await online.request("POST", "/brand/refresh"),
        *[await regenerated(online, item, part=part) for part in ("CAPTION", "HASHTAGS", "IMAGE")],
        await online.request("PATCH", path, {"headline": "To be drawn"}),
        await _upload(online, item, _image_bytes()),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(402, "generation_not_included")}
    async with running_loops(online.context):
        await asyncio.sleep(0.3)
    assert await openai.tasks() == []
    assert (await online.patch(path, {"caption": "Written by hand."}))["caption"] == "Written by hand."
    assert (await usage(online))["included"] is False


async def test_an_edit_without_a_new_picture_leaves_the_ledger_alone(tenant: Tenant, context: ProcessContext) -> None:
    """Also when it is refused."""
    item = await tenant.draft()
    path = f"/content/{item['id']}"
    statements: list[str] = []

    def record(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(context.database.engine.sync_engine, "before_cursor_execute", record)
    await tenant.patch(path, {"caption": "Written by hand.", "revision": 1})
    refused = await tenant.patch(path, {"caption": "Too late.", "revision": 1}, status=409)
    event.remove(context.database.engine.sync_engine, "before_cursor_execute", record)

    assert refused["code"] == "content_changed"
    assert any("content_item" in statement for statement in statements)
    assert not [statement for statement in statements if "usage_entry" in statement]


@pytest.mark.invariant("E4")
async def test_the_order_of_subscription_events_does_not_matter(new_tenant: NewTenant, clock: ManualClock) -> None:
    ends = clock.now() + timedelta(days=20)
    found = []
    for order in itertools.permutations((1, 2, 3)):
        tenant = new_tenant()
        for revision in order:
            await tenant.subscribe(revision=revision, posts=4 * revision, generation=revision != 2, ends=ends)
        found.append(await usage(tenant))

    assert found == [found[0]] * 6
    assert (found[0]["included"], found[0]["resets_at"]) == (True, "2026-11-22T09:00:00Z")


async def test_usage_before_the_first_subscription_is_empty(new_tenant: NewTenant) -> None:
    found = await usage(new_tenant())

    assert (found["included"], found["resets_at"], found["posts"]["left"]) == (False, None, 0)


async def test_a_failed_rewrite_returns_its_picture_and_pays_for_its_texts(tenant: Tenant, openai: StandIn) -> None:
    item = await _generated(tenant)
    before = await usage(tenant)
    await openai.behave("refusal", times="forever")
    await openai.control("DELETE", "requests")

    assert (await regenerated(tenant, item, part="IMAGE")).status_code == 503

    after = await usage(tenant)
    assert after["pictures"] == before["pictures"]
    calls = len(await openai.tasks())
    assert after["model_calls"]["used"] == before["model_calls"]["used"] + calls > before["model_calls"]["used"]
    assert after["model_calls"]["reserved"] == 0


async def test_a_rewrite_is_refused_when_the_texts_are_used_up(tenant: Tenant, context: ProcessContext) -> None:
    item = await _generated(tenant)
    used = (await usage(tenant))["model_calls"]["used"]
    limits(context, model_calls_per_post=1)
    for _ in range(12 - used):
        item = (await regenerated(tenant, item)).json()

    refused = (await regenerated(tenant, item)).json()

    assert (refused["code"], refused["kind"], refused["left"]) == ("usage_limit_reached", "model_calls", 0)
    assert "room for 0 texts from the language model until 2 December 2026" in refused["detail"]


async def test_each_part_of_a_rewrite_uses_what_it_needs(tenant: Tenant) -> None:
    item = await _generated(tenant)
    before = await usage(tenant)

    await regenerated(tenant, item, part="CAPTION")
    text_only = await usage(tenant)
    await regenerated(tenant, await tenant.get(f"/content/{item['id']}"), part="IMAGE")

    assert text_only["pictures"] == before["pictures"]
    assert (await usage(tenant))["pictures"]["used"] == before["pictures"]["used"] + 1
    assert (await usage(tenant))["posts"] == before["posts"]


async def test_a_request_for_a_reading_that_is_pending_counts_once(online: Tenant) -> None:
    for _ in range(3):
        await online.post("/brand/refresh", status=202)
    assert (await usage(online))["website_readings"] == {"limit": 30, "used": 0, "reserved": 1, "left": 29}

    await online.brand_read()

    assert (await usage(online))["website_readings"] == {"limit": 30, "used": 1, "reserved": 0, "left": 29}


async def test_a_reading_that_fails_returns(online: Tenant, openai: StandIn) -> None:
    await openai.behave("refusal", times="forever")
    await online.post("/brand/refresh", status=202)

    await online.brand_read()

    assert (await usage(online))["website_readings"] == {"limit": 30, "used": 0, "reserved": 0, "left": 30}


async def test_an_hour_has_a_limit_for_generations_and_one_for_changes(
    tenant: Tenant, context: ProcessContext, clock: ManualClock
) -> None:
    limits(context, generations_per_hour=2, changes_per_hour=1)
    item = await tenant.draft(month=MONTHS[5])
    for month in MONTHS[:3]:
        await tenant.brief(month)
    assert (await started(tenant, 1, MONTHS[0])).status_code == 202
    clock.advance(timedelta(minutes=20))
    assert (await started(tenant, 1, MONTHS[1])).status_code == 202
    assert (await _upload(tenant, item, _image_bytes())).status_code == 200

    refused = await started(tenant, 1, MONTHS[2])

    assert (refused.status_code, refused.json()["code"]) == (429, "hourly_limit_reached")
    assert refused.headers["retry-after"] == str(40 * 60)
    assert refused.json()["detail"].endswith("within an hour. Try again in 40 minutes.")
    assert (await _upload(tenant, item, _image_bytes())).status_code == 429
    clock.advance(timedelta(minutes=40))
    assert (await started(tenant, 1, MONTHS[2])).status_code == 202


async def _generated(tenant: Tenant) -> Any:
    await tenant.brief()
    await tenant.finished(await tenant.start(1))
    (item,) = await tenant.contents()
    return item


async def _charge(tenant: Tenant, amounts: dict[Kind, int], work_id: UUID | None = None) -> UUID:
    work = work_id or new_id()
    async with tenant.context.database.transaction(tenant.account_id) as session:
        await Factory(tenant.context, session).usage().charge(Activity.PICTURE, work, amounts)
    return work


async def test_what_a_crashed_request_reserved_returns_once(tenant: Tenant, database: Database) -> None:
    """A process dies between charge and result. A result that still arrives counts, and nothing returns twice."""
    slow, dead = [await _charge(tenant, {Kind.PICTURES: 1}) for _ in range(2)]
    assert (await usage(tenant))["pictures"]["reserved"] == 2
    await _expire(database, tenant)

    async with running_loops(tenant.context):
        await tenant.until(lambda: _nothing_reserved(tenant))
    assert (await usage(tenant))["pictures"] == {"limit": 120, "used": 0, "reserved": 0, "left": 120}
    for _ in range(2):
        async with database.transaction(tenant.account_id) as session:
            factory = Factory(tenant.context, session)
            await factory.usage().settle(dead)
    async with database.transaction(tenant.account_id) as session:
        await Factory(tenant.context, session).usage().finish(slow, {Kind.PICTURES: 1})

    assert (await usage(tenant))["pictures"] == {"limit": 120, "used": 1, "reserved": 0, "left": 119}


async def test_the_reservation_of_a_running_generation_does_not_expire(tenant: Tenant, database: Database) -> None:
    await tenant.brief()
    await tenant.start(3)
    async with database.transaction(tenant.account_id) as session:
        await session.execute(text("UPDATE content.generation SET due_at = now() + interval '1 day'"))
    await _expire(database, tenant)

    async with running_loops(tenant.context):
        await tenant.until(lambda: _looked_at(database, tenant))

    assert (await usage(tenant))["posts"]["reserved"] == 3


async def _expire(database: Database, tenant: Tenant) -> None:
    async with database.transaction(tenant.account_id) as session:
        await session.execute(text("UPDATE content.usage_entry SET due_at = now()"))


async def _nothing_reserved(tenant: Tenant) -> bool:
    return bool((await usage(tenant))["pictures"]["reserved"] == 0)


async def _looked_at(database: Database, tenant: Tenant) -> bool:
    async with database.transaction(tenant.account_id) as session:
        found = text("SELECT bool_and(attempts > 0 AND lease_owner IS NULL) FROM content.usage_entry")
        return bool((await session.execute(found)).scalar_one())


async def test_a_charge_that_is_rolled_back_leaves_nothing(tenant: Tenant) -> None:
    with pytest.raises(UsageLimitError):
        await _charge(tenant, {Kind.PICTURES: 121})

    assert (await usage(tenant))["pictures"]["reserved"] == 0

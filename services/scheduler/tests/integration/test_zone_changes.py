"""The account's zone is corrected, or the rules of its zone change, after posts were scheduled."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from common.database import Database
from common.zone_data import ZONE_DATA_VERSION
from pulseworks_contracts import AccountData, AccountUpdated, AuditRecorded
from sqlalchemy import text
from testing import ManualClock, emitted

RULE = {"frequency": "TWICE_WEEKLY", "days_of_week": [2, 4], "time_window": "MORNING"}


async def correct_zone(tenant: Any, zone: str, *, revision: int = 2) -> None:
    data = AccountData(revision=revision, name="Harbour Dental", website_url=None, timezone=zone)
    await tenant.receive(AccountUpdated(account_id=tenant.account_id, subject="account", data=data))


async def local_times(tenant: Any) -> list[tuple[str, str]]:
    items = (await tenant.get(""))["items"]
    shown = [await tenant.get(f"/{item['id']}") for item in items]
    return sorted((item["platform"], item["why"]["local_time"][:16]) for item in shown)


async def test_after_a_correction_the_schedule_follows_on_request(
    tenant: Any, clock: ManualClock, database: Database
) -> None:
    await tenant.request("PUT", "/rule", RULE)
    for number in range(3):
        await tenant.approve(text=f"Post {number}")
    await tenant.post("", {"month": "2026-12"}, status=201)
    before = await local_times(tenant)
    assert await tenant.get("/zone") == {"zone": "Pacific/Auckland", "zone_data": ZONE_DATA_VERSION, "shifted": 0}

    await correct_zone(tenant, "Europe/Lisbon")

    assert (await tenant.get("/zone"))["shifted"] == 6
    plan = await tenant.post("/plan", {"month": "2026-12"})
    assert (plan["shifted"], plan["zone_data"]) == (6, ZONE_DATA_VERSION)
    assert (await tenant.post("", {"month": "2026-12"}))["shifted"] == 6
    result = await tenant.post("/zone/realign")
    assert (len(result["moved"]), result["stays"]) == (6, [])
    assert await local_times(tenant) == before, "the same times on the wall, in the right zone"
    assert (await tenant.get("/zone"))["shifted"] == 0
    moved = [event for event in await emitted(database, AuditRecorded) if event.data.event_type == "POST_MOVED"]
    assert len(moved) == 6
    assert await tenant.post("/zone/realign") == {"moved": [], "stays": []}


async def test_a_post_that_can_not_be_moved_stays_with_its_reason(tenant: Any, clock: ManualClock) -> None:
    """Eastwards times come earlier: one would be in the past, one is taken, one is held back."""
    await correct_zone(tenant, "America/Los_Angeles")
    past = await tenant.schedule(clock.now() + timedelta(hours=2))
    later = clock.now() + timedelta(days=3)
    taken = await tenant.schedule(later)
    held = await tenant.schedule(later + timedelta(days=1))
    await tenant.post(f"/{held}/pause")
    await correct_zone(tenant, "America/New_York", revision=3)
    blocker = await tenant.schedule(later - timedelta(hours=3))

    result = await tenant.post("/zone/realign")

    assert result["moved"] == []
    assert {stays["item_id"]: stays["code"] for stays in result["stays"]} == {
        past: "time_not_in_future",
        taken: "slot_taken",
        held: "item_parked",
    }
    assert (await tenant.get(f"/{blocker}"))["status"] == "QUEUED"


async def test_neighbours_move_into_each_others_places(tenant: Any, clock: ManualClock) -> None:
    start = datetime(2026, 12, 5, 20, tzinfo=UTC)
    await correct_zone(tenant, "America/Los_Angeles")
    for number in range(4):
        await tenant.schedule(start + number * timedelta(hours=3))
    await correct_zone(tenant, "America/New_York", revision=3)
    assert len((await tenant.post("/zone/realign"))["moved"]) == 4
    await correct_zone(tenant, "America/Los_Angeles", revision=4)
    assert len((await tenant.post("/zone/realign"))["moved"]) == 4


async def test_new_zone_data_are_noticed_without_a_change_of_the_zone(tenant: Any, clock: ManualClock) -> None:
    """As planned with data in which the zone still changes its clocks in autumn."""
    await correct_zone(tenant, "America/Vancouver")
    item_id = await tenant.schedule(datetime(2026, 12, 7, 18, tzinfo=UTC))
    statement = text("""
        UPDATE scheduler.schedule_item
        SET why = why || '{"local_time": "2026-12-07T10:00:00-08:00", "utc_offset": "-08:00"}'
    """)
    async with tenant.context.database.transaction(tenant.account_id) as session:
        await session.execute(statement)
    assert (await tenant.get("/zone"))["shifted"] == 1
    [moved] = (await tenant.post("/zone/realign"))["moved"]
    assert (moved["id"], moved["scheduled_for"]) == (item_id, "2026-12-07T17:00:00Z")


@pytest.mark.parametrize("zone", ["Europe/Lisbon", "Pacific/Auckland"])
async def test_a_post_that_was_published_now_is_never_shifted(tenant: Any, clock: ManualClock, zone: str) -> None:
    item_id = await tenant.schedule(clock.now() + timedelta(days=1))
    await tenant.post(f"/{item_id}/publish-now")
    await correct_zone(tenant, zone)
    assert (await tenant.get("/zone"))["shifted"] == 0

"""Failures of other schedulers, from their issue lists or their code, that must not happen here.

Those that belong to one feature are tested with it.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

import pytest
from common.database import Database
from common.messaging import outbox
from pulseworks_contracts import AccountData, AccountUpdated, Event, PostDue, PostUpcoming, queues
from scheduler.models import ScheduleItem
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from testing import Bus, ManualClock, emitted

DAY = timedelta(days=1)
RULE = {"frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "time_window": "MORNING"}


async def test_a_post_that_is_scheduled_during_an_outage_goes_out_after_it(
    tenant: Any, clock: ManualClock, bus: Bus, start_worker: Any
) -> None:
    """Postiz #1724, #1512, #1259: the request succeeds but sets no timer, and the post silently stays queued."""
    clock.set(datetime.now(UTC) - timedelta(hours=2))
    item_id = await tenant.schedule(clock.now() + timedelta(hours=1))

    await start_worker()

    [due] = await bus.collect(queues.PUBLISHER_DUE, 1)
    assert due.subject == item_id
    await tenant.becomes(item_id, "SCHEDULED")


@pytest.mark.invariant("E1")
@pytest.mark.parametrize("failing", [PostDue, PostUpcoming])
async def test_a_post_is_not_scheduled_without_its_timer(
    tenant: Any, database: Database, monkeypatch: pytest.MonkeyPatch, failing: type[Event]
) -> None:
    """Postiz swallows the error of its scheduler and responds with success."""
    content_id = await tenant.approve()
    add = outbox.add

    async def fails(session: AsyncSession, event: Event, **when: Any) -> None:
        if isinstance(event, failing):
            raise ConnectionError("the timer could not be set")
        await add(session, event, **when)

    monkeypatch.setattr(outbox, "add", fails)
    wanted = {"content_id": str(content_id), "scheduled_for": "2026-12-05T09:00:00Z"}
    response = await tenant.request("POST", "", {"items": [wanted]})

    assert response.status_code == 503
    async with database.transaction(tenant.account_id) as session:
        assert await session.scalar(select(func.count()).select_from(ScheduleItem)) == 0
    assert await emitted(database, PostDue) == []


@pytest.mark.invariant("P2")
async def test_an_edit_of_a_claimed_post_never_creates_a_second_one(tenant: Any, clock: ManualClock) -> None:
    """Postiz ends the workflow and starts another. The running activity continues, and both post."""
    content_id = await tenant.approve()
    item_id = await tenant.schedule(clock.now() + DAY, content_id)
    async with tenant.context.database.cross_account.transaction() as session:
        await session.execute(text("UPDATE scheduler.outbox SET attempts = 1"))

    await tenant.withdraw(content_id, revision=2)
    await tenant.approve(content_id, revision=3, text="A better text")
    wanted = {
        "content_id": str(content_id),
        "platforms": ["FACEBOOK"],
        "scheduled_for": (clock.now() + 2 * DAY).isoformat(),
    }
    refused = (await tenant.post("", {"items": [wanted]}))["refused"]

    assert [refusal["code"] for refusal in refused] == ["already_scheduled"]
    assert (await tenant.item(item_id)).status == "QUEUED"
    [due] = await emitted(tenant.context.database, PostDue)
    assert due.data.content_revision == 1


async def test_concurrent_requests_for_one_slot_get_it_once(tenant: Any, clock: ManualClock) -> None:
    """Mixpost reads and then saves, so two concurrent requests both find the slot free."""
    contents = [await tenant.approve() for _ in range(6)]
    at = (clock.now() + DAY).isoformat()
    wanted = [{"items": [{"content_id": str(c), "platforms": ["FACEBOOK"], "scheduled_for": at}]} for c in contents]

    answers = await asyncio.gather(*(tenant.request("POST", "", body) for body in wanted))

    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    refused = [refusal["code"] for answer in answers for refusal in answer.json()["refused"]]
    assert refused == ["slot_taken"] * 5


async def test_concurrent_requests_for_one_month_schedule_it_once(tenant: Any) -> None:
    await tenant.request("PUT", "/rule", RULE)
    for _ in range(4):
        await tenant.approve(platforms=("FACEBOOK",))

    answers = await asyncio.gather(*(tenant.request("POST", "", {"month": "2026-12"}) for _ in range(3)))

    assert sorted(len(answer.json()["created"]) for answer in answers) == [0, 0, 4]


async def test_a_moved_post_gets_exactly_the_requested_time(tenant: Any, clock: ManualClock) -> None:
    """Postiz #1052: a post that is dragged to another day goes out at 23:59."""
    item_id = await tenant.schedule(clock.now() + DAY)

    shown = await tenant.post(f"/{item_id}/move", {"scheduled_for": "2026-12-09T08:47:30+05:30"})

    assert shown["scheduled_for"] == "2026-12-09T03:17:30Z"


@pytest.mark.parametrize(
    "zone", ["Asia/Kolkata", "Asia/Calcutta", "Asia/Kathmandu", "Pacific/Chatham", "Etc/GMT-14", "America/St_Johns"]
)
async def test_windows_are_in_local_time_in_any_zone(new_tenant: Any, zone: str) -> None:
    """Postiz #1954 is off by an hour for zones with two names; Shoutrrr #61 is off by 5:30."""
    tenant = await new_tenant().ready(zone=zone)
    await tenant.request("PUT", "/rule", RULE)
    for _ in range(3):
        await tenant.approve()

    plan = await tenant.post("/plan", {"month": "2026-12"})

    assert plan["zone"] == zone
    for post in plan["posts"]:
        local = datetime.fromisoformat(post["why"]["local_time"])
        assert 8 <= local.hour < 11
        assert local == datetime.fromisoformat(post["scheduled_for"])
    assert len(plan["posts"]) == 6


async def test_scheduled_posts_keep_their_times_when_the_account_changes_its_zone(
    tenant: Any, clock: ManualClock
) -> None:
    at = clock.now() + DAY
    item_id = await tenant.schedule(at)
    data = AccountData(revision=2, name="Harbour Dental", website_url=None, timezone="Europe/Berlin")

    await tenant.receive(AccountUpdated(account_id=tenant.account_id, subject="account", data=data))

    shown = await tenant.get(f"/{item_id}")
    assert datetime.fromisoformat(shown["scheduled_for"]) == at
    assert shown["why"]["zone"] == "Pacific/Auckland"


async def test_an_unknown_zone_is_not_treated_as_utc(tenant: Any) -> None:
    data = AccountData(revision=2, name="Harbour Dental", website_url=None, timezone="Mars/Olympus")

    with pytest.raises(ZoneInfoNotFoundError):
        await tenant.receive(AccountUpdated(account_id=tenant.account_id, subject="account", data=data))


async def test_a_refusal_names_content_platform_and_remedy(tenant: Any, clock: ManualClock) -> None:
    """Postiz #1040: "caption is too long", without the account among ten."""
    content_id = await tenant.approve()
    await tenant.lose("INSTAGRAM", revision=2)
    wanted = {"content_id": str(content_id), "scheduled_for": (clock.now() + DAY).isoformat()}

    result = await tenant.post("", {"items": [wanted]}, status=201)

    [refusal] = result["refused"]
    assert (refusal["content_id"], refusal["platform"]) == (str(content_id), "INSTAGRAM")
    assert refusal["message"] == "The connection to Instagram was lost. Connect it again and verify it."


@pytest.mark.parametrize("at", ["2026-11-02T22:00:01+13:00", "2027-12-07T09:00:00Z", "2028-02-29T00:00:00Z"])
async def test_every_valid_future_time_is_accepted(tenant: Any, clock: ManualClock, at: str) -> None:
    """Mixpost #200: a valid future date is refused."""
    clock.set(datetime.fromisoformat(at).astimezone(UTC) - timedelta(seconds=1))

    item_id = await tenant.schedule(datetime.fromisoformat(at))

    assert (await tenant.item(item_id)).scheduled_for == datetime.fromisoformat(at)

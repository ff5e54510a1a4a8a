"""A post is checked before its time, and a failure is shown while someone can still act."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from common.database import Database
from common.ids import new_id
from pulseworks_contracts import (
    AuditRecorded,
    Event,
    PostDue,
    PostUpcoming,
    PreflightData,
    PreflightFailed,
    PreflightFailedData,
    PreflightPassed,
    queues,
)
from scheduler.items.errors import ItemUnknownError
from sqlalchemy import text
from testing import Bus, ManualClock, assert_emitted, emitted

HALF_AN_HOUR = timedelta(minutes=30)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


async def report(
    tenant: Any, item_id: str, *, at: datetime, revision: int = 1, code: str | None = "media_unreachable"
) -> None:
    """Receive a check result from the publisher. Without a code the check passed."""
    item = await tenant.item(item_id)
    found = {
        "item_id": item.id,
        "item_revision": revision,
        "content_id": item.content_id,
        "platform": item.platform,
        "checked_at": at,
    }
    event: Event
    if code is None:
        event = PreflightPassed(account_id=tenant.account_id, subject=item_id, data=PreflightData(**found))
    else:
        data = PreflightFailedData(**found, code=code, message="The picture can't be fetched.", remedy="edit")
        event = PreflightFailed(account_id=tenant.account_id, subject=item_id, data=data)
    await tenant.receive(event)


async def waiting_checks(database: Database) -> dict[str, datetime]:
    """Return item → when its check is requested."""
    async with database.cross_account.transaction() as session:
        rows = (await session.execute(text("SELECT id, due_at FROM scheduler.outbox"))).all()
    due = {row.id: row.due_at for row in rows}
    return {event.subject: due[event.id] for event in await emitted(database, PostUpcoming)}


async def audited(tenant: Any) -> list[str]:
    return [record.data.event_type for record in await emitted(tenant.context.database, AuditRecorded)]


async def test_the_check_is_requested_half_an_hour_ahead(tenant: Any, clock: ManualClock) -> None:
    at = clock.now() + DAY
    item_id = await tenant.schedule(at)

    check = await assert_emitted(tenant.context.database, PostUpcoming)

    assert await waiting_checks(tenant.context.database) == {item_id: at - HALF_AN_HOUR}
    due = await assert_emitted(tenant.context.database, PostDue)
    assert check.data.model_dump() == due.data.model_dump(exclude={"expires_at"})


async def test_a_post_with_less_time_left_is_checked_at_once(
    tenant: Any, clock: ManualClock, bus: Bus, start_worker: Any
) -> None:
    await start_worker()
    clock.set(datetime.now(UTC))

    item_id = await tenant.schedule(clock.now() + 10 * MINUTE)
    [check] = await bus.collect(queues.PUBLISHER_UPCOMING, 1)

    assert (type(check), check.subject) == (PostUpcoming, item_id)


async def test_the_check_is_moved_and_cancelled_with_its_post(tenant: Any, clock: ManualClock) -> None:
    moved, cancelled, parked = [await tenant.schedule(clock.now() + n * DAY) for n in (1, 2, 3)]
    later = clock.now() + 5 * DAY

    await tenant.post(f"/{moved}/move", {"scheduled_for": later.isoformat()})
    await tenant.post(f"/{cancelled}/cancel")
    await tenant.post(f"/{parked}/pause")

    assert await waiting_checks(tenant.context.database) == {moved: later - HALF_AN_HOUR}
    [check] = await emitted(tenant.context.database, PostUpcoming)
    assert check.data.revision == 2
    await tenant.post(f"/{parked}/resume")
    assert set(await waiting_checks(tenant.context.database)) == {moved, parked}


async def test_a_failed_check_is_shown_with_its_remedy_until_one_passes(tenant: Any, clock: ManualClock) -> None:
    """Other products find out at publish time. Here list and detail show it before, and show when it is fixed."""
    item_id = await tenant.schedule(clock.now() + DAY)
    other = await tenant.schedule(clock.now() + 2 * DAY)

    await report(tenant, item_id, at=clock.now())

    shown = await tenant.get(f"/{item_id}")
    assert shown["status"] == "QUEUED"
    assert datetime.fromisoformat(shown["at_risk"].pop("checked_at")) == clock.now()
    assert shown["at_risk"] == {
        "code": "media_unreachable",
        "message": "The picture can't be fetched.",
        "remedy": "edit",
    }
    assert [item["id"] for item in (await tenant.get("?at_risk=true"))["items"]] == [item_id]
    assert [item["id"] for item in (await tenant.get("?at_risk=false"))["items"]] == [other]
    await assert_emitted(tenant.context.database, PostDue, times=2)

    await report(tenant, item_id, at=clock.now() + MINUTE, code=None)

    assert (await tenant.get(f"/{item_id}"))["at_risk"] is None
    assert (await tenant.get("?at_risk=true"))["items"] == []


async def test_a_failed_check_is_repeated_once_shortly_before_the_time(tenant: Any, clock: ManualClock) -> None:
    at = clock.now() + DAY
    item_id = await tenant.schedule(at)
    database = tenant.context.database
    async with database.cross_account.transaction() as session:
        await session.execute(text("DELETE FROM scheduler.outbox WHERE type = 'scheduler.post_upcoming.v1'"))

    clock.set(at - HALF_AN_HOUR)
    await report(tenant, item_id, at=clock.now())
    assert await waiting_checks(database) == {item_id: at - 5 * MINUTE}

    clock.set(at - 5 * MINUTE)
    async with database.cross_account.transaction() as session:
        await session.execute(text("DELETE FROM scheduler.outbox WHERE type = 'scheduler.post_upcoming.v1'"))
    await report(tenant, item_id, at=clock.now())

    assert await waiting_checks(database) == {}
    assert await audited(tenant) == ["POST_SCHEDULED", "POST_AT_RISK"]


async def test_a_check_that_fails_for_another_reason_is_audited_again(tenant: Any, clock: ManualClock) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)

    for minute, code in enumerate(("media_unreachable", "media_unreachable", "not_linked")):
        await report(tenant, item_id, at=clock.now() + minute * MINUTE, code=code)

    assert await audited(tenant) == ["POST_SCHEDULED", "POST_AT_RISK", "POST_AT_RISK"]
    await assert_emitted(tenant.context.database, PostUpcoming)


@pytest.mark.invariant("E4")
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
async def test_the_newest_check_counts_in_any_order_of_arrival(
    tenant: Any, clock: ManualClock, order: tuple[int, ...]
) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)
    codes = ["media_unreachable", None, "not_linked"]

    for place in order:
        await report(tenant, item_id, at=clock.now() + place * MINUTE, code=codes[place])

    assert (await tenant.get(f"/{item_id}"))["at_risk"]["code"] == "not_linked"


@pytest.mark.invariant("E4")
async def test_a_check_of_an_earlier_revision_is_ignored(tenant: Any, clock: ManualClock) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)
    await report(tenant, item_id, at=clock.now())
    await tenant.post(f"/{item_id}/move", {"scheduled_for": (clock.now() + 2 * DAY).isoformat()})
    assert (await tenant.get(f"/{item_id}"))["at_risk"] is None

    await report(tenant, item_id, at=clock.now() + MINUTE, revision=1)
    assert (await tenant.get(f"/{item_id}"))["at_risk"] is None

    await report(tenant, item_id, at=clock.now(), revision=2)
    assert (await tenant.get(f"/{item_id}"))["at_risk"]["code"] == "media_unreachable"


@pytest.mark.parametrize("end", ["cancel", "pause"])
async def test_a_late_check_changes_nothing(tenant: Any, clock: ManualClock, end: str) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)
    await tenant.post(f"/{item_id}/{end}")
    before = await tenant.get(f"/{item_id}")

    await report(tenant, item_id, at=clock.now(), revision=before["revision"])

    assert await tenant.get(f"/{item_id}") == before
    assert "POST_AT_RISK" not in await audited(tenant)


async def test_a_check_for_an_item_of_another_account_is_refused(
    tenant: Any, new_tenant: Any, clock: ManualClock
) -> None:
    item = await tenant.item(await tenant.schedule(clock.now() + DAY))
    data = PreflightData(
        item_id=item.id, item_revision=1, content_id=item.content_id, platform="FACEBOOK", checked_at=clock.now()
    )

    with pytest.raises(ItemUnknownError):
        await new_tenant().receive(PreflightPassed(account_id=new_id(), subject=str(item.id), data=data))

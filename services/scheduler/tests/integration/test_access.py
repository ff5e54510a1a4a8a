"""Accounts see only their own schedule."""

from datetime import timedelta
from typing import Any

import pytest
from common.database import Database
from common.ids import new_id
from scheduler.models import Base
from sqlalchemy import func, select, text
from testing import ManualClock

from .test_calendar import changed

DAY = timedelta(days=1)
RULE = {"frequency": "TWICE_WEEKLY", "days_of_week": [2, 4], "time_window": "MORNING"}


@pytest.mark.invariant("T2")
@pytest.mark.parametrize("path", ["", "/cancel", "/move", "/publish-now", "/pause", "/resume", "/resolve"])
async def test_items_of_other_accounts_are_not_found(
    tenant: Any, new_tenant: Any, clock: ManualClock, path: str
) -> None:
    item_id = await tenant.schedule(clock.now() + DAY)
    stranger = await new_tenant().ready()
    bodies = {"/move": {"scheduled_for": (clock.now() + 2 * DAY).isoformat()}, "/resolve": {"outcome": "not_live"}}
    body = bodies.get(path)

    foreign = await stranger.request("POST" if path else "GET", f"/{item_id}{path}", body)
    missing = await stranger.request("POST" if path else "GET", f"/{new_id()}{path}", body)

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.json()["code"] == missing.json()["code"] == "schedule_item_not_found"
    assert (await stranger.get(""))["items"] == []
    assert (await tenant.item(item_id)).status == "QUEUED"


async def test_content_of_another_account_can_not_be_scheduled(
    tenant: Any, new_tenant: Any, clock: ManualClock
) -> None:
    content_id = await tenant.approve()
    stranger = await new_tenant().ready()

    wanted = {"content_id": str(content_id), "scheduled_for": (clock.now() + DAY).isoformat()}
    result = await stranger.post("", {"items": [wanted]})

    assert [refusal["code"] for refusal in result["refused"]] == ["content_not_approved"]


@pytest.mark.invariant("T1")
async def test_without_an_account_every_table_is_empty(tenant: Any, clock: ManualClock, database: Database) -> None:
    await tenant.schedule(clock.now() + DAY)
    await tenant.request("PUT", "/rule", RULE)
    await tenant.post("/calendar", status=201)
    await tenant.post("/pause")
    await tenant.receive(changed(tenant, 2, "ADMIN"))

    tables = [table for table in Base.metadata.sorted_tables if "account_id" in table.c]

    async with database.transaction(tenant.account_id) as session:
        own = [await session.scalar(select(func.count()).select_from(table)) for table in tables]
    async with database.transaction() as session:
        without_account = [await session.scalar(select(func.count()).select_from(table)) for table in tables]

    assert [table.name for table in Base.metadata.sorted_tables if table not in tables] == ["operator_pause"]

    assert own == [1] * len(own)
    assert without_account == [0] * len(own)


@pytest.mark.invariant("T1")
async def test_the_loop_role_can_not_delete_items_or_read_contents(
    tenant: Any, clock: ManualClock, database: Database
) -> None:
    await tenant.schedule(clock.now() + DAY)
    for forbidden in ("DELETE FROM scheduler.schedule_item", "SELECT 1 FROM scheduler.approved_content"):
        with pytest.raises(Exception, match="permission denied"):
            async with database.cross_account.transaction() as session:
                await session.execute(text(forbidden))

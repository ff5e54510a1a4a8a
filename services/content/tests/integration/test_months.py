"""New work is for months from the account's present one to a horizon; the past can be read."""

from datetime import UTC, datetime
from typing import Any

import pytest
from common.database import Database
from sqlalchemy import text
from testing import ManualClock

from .conftest import StandIn, Tenant

BRIEF = {"primary_focus": "OTHER"}


@pytest.mark.parametrize("month", ["2020-02", "2026-10", "2027-12", "2099-01"])
async def test_a_brief_outside_of_the_range_is_refused(tenant: Tenant, month: str) -> None:
    refused = await tenant.post("/briefs", BRIEF | {"month": month}, status=422)

    assert (refused["code"], refused["errors"][0]["field"]) == ("month_out_of_range", "month")
    assert refused["detail"].endswith("Choose a month from 2026-11 to 2027-11.")


@pytest.mark.parametrize("month", ["2026-11", "2027-11"])
async def test_the_first_and_the_last_month_are_accepted(tenant: Tenant, month: str) -> None:
    assert (await tenant.brief(month))["month"] == month


async def test_the_present_month_is_that_of_the_account_s_time_zone(tenant: Tenant, clock: ManualClock) -> None:
    """In Auckland, December begins on 30 November at 11:00 UTC."""
    clock.set(datetime(2026, 11, 30, 10, 59, tzinfo=UTC))
    await tenant.brief("2026-11")
    clock.set(datetime(2026, 11, 30, 11, 0, tzinfo=UTC))

    refused = await tenant.post("/content/generations", {"month": "2026-11"}, status=422)

    assert (refused["code"], refused["detail"][:16]) == ("month_out_of_range", "2026-11 is over.")


async def test_a_past_month_is_neither_changed_nor_generated_nor_retried_but_read(
    tenant: Tenant, openai: StandIn, clock: ManualClock, database: Database
) -> None:
    brief = await tenant.brief("2026-11")
    await openai.behave("refusal", times="forever", contains='\\"index\\": 1,')
    generation = await tenant.finished(await tenant.start(2, "2026-11"))
    clock.set(datetime(2027, 1, 5, tzinfo=UTC))
    await openai.control("DELETE", "requests")

    answers: list[Any] = [
        await tenant.call("PUT", "/briefs/2026-11", BRIEF, status=422),
        await tenant.post("/content/generations", {"month": "2026-11"}, status=422),
        await tenant.post(f"/content/generations/{generation['id']}/retry", status=422),
    ]

    assert {answer["code"] for answer in answers} == {"month_out_of_range"}
    assert await openai.tasks() == []
    assert await tenant.get("/briefs/2026-11") == brief
    assert len(await tenant.contents("2026-11")) == 1
    assert len((await tenant.get("/content/generations?month=2026-11"))["items"]) == 1
    async with database.transaction(tenant.account_id) as session:
        await session.execute(text("DELETE FROM content.content_item"))
    await tenant.call("DELETE", "/briefs/2026-11", status=204)

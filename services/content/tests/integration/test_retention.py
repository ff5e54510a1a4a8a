"""What is kept for a limited time only."""

from datetime import timedelta

from common.database import Database
from common.runtime.retention import Retention
from content.retention.jobs import ContentRetention
from sqlalchemy import text
from testing import ManualClock

from .conftest import Tenant
from .test_usage import limits, usage


async def _retain(tenant: Tenant) -> None:
    context = tenant.context
    await Retention(context.database, context.clock, purges=[ContentRetention(context).purge]).run_once()


async def test_the_progress_of_a_generation_is_kept_for_a_month(tenant: Tenant, clock: ManualClock) -> None:
    await tenant.brief()
    generation_id = await tenant.start(1)
    before = await tenant.finished(generation_id)
    clock.advance(timedelta(days=30))
    await _retain(tenant)
    assert await tenant.progress(generation_id)

    clock.advance(timedelta(seconds=1))
    await _retain(tenant)

    assert await tenant.progress(generation_id) == []
    assert await tenant.generation(generation_id) == before


async def test_usage_is_kept_for_longer_than_a_debt_lasts(
    tenant: Tenant, clock: ManualClock, database: Database
) -> None:
    limits(tenant.context, model_calls_per_day=100)
    await tenant.brief()
    await tenant.finished(await tenant.start(2))
    clock.advance(timedelta(days=400))
    await _retain(tenant)
    assert await _rows(database, tenant) == (1, 1)

    clock.advance(timedelta(days=1))
    await _retain(tenant)

    assert await _rows(database, tenant) == (0, 0)
    assert (await usage(tenant))["posts"]["left"] == 12


async def _rows(database: Database, tenant: Tenant) -> tuple[int, int]:
    counts = text("SELECT (SELECT count(*) FROM content.usage_entry), (SELECT count(*) FROM content.model_call_day)")
    async with database.transaction(tenant.account_id) as session:
        entries, days = (await session.execute(counts)).one()
        return entries, days

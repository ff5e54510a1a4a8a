"""What a migration does to existing rows."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from common.ids import new_id
from testing.migrations import database_before
from testing.servers import DatabaseServer

AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
ITEM = """
    INSERT INTO scheduler.schedule_item (id, account_id, content_id, content_revision, content_hash, title, platform,
        payload, provider_profile_id, platform_account_id, scheduled_for, why, status, revision, created_by, error_code,
        error_message, error_remedy)
    VALUES ($1, $2, $3, 1, 'sha256:', 'Open late', 'FACEBOOK', '{}', 'ref-1', 'page-1', $4, '{}', $5, 2, $2, $6, $7, $8)
"""
NO_ERROR = (None, None, None)


async def test_migration_0002_remembers_why_an_item_was_parked_before(
    database_server: DatabaseServer, service_name: str
) -> None:
    error = ("no_subscription", "The subscription has ended.", "subscribe")
    async with database_before(database_server, service_name, "0002") as old:
        for status, why in (("PARKED", error), ("PARKED", NO_ERROR), ("FAILED", error)):
            await old.connection.execute(ITEM, new_id(), new_id(), new_id(), AT, status, *why)

        await old.upgrade()

        rows = await old.connection.fetch(
            "SELECT held_by FROM scheduler.schedule_item ORDER BY status DESC, error_code"
        )
    code, message, remedy = error
    assert [json.loads(row["held_by"]) for row in rows] == [
        [{"code": code, "message": message, "remedy": remedy}],
        [],
        [],
    ]


@pytest.mark.invariant("P5")
async def test_migration_0003_sets_a_deadline_for_items_that_were_handed_over_before(
    database_server: DatabaseServer, service_name: str
) -> None:
    async with database_before(database_server, service_name, "0003") as old:
        for status in ("SCHEDULED", "PARKED", "FAILED", "UNKNOWN"):
            await old.connection.execute(ITEM, new_id(), new_id(), new_id(), AT, status, *NO_ERROR)

        await old.upgrade()

        found = dict(await old.connection.fetch("SELECT status, due_at FROM scheduler.schedule_item"))
    assert found == {"SCHEDULED": AT + timedelta(days=2), "PARKED": None, "FAILED": None, "UNKNOWN": None}

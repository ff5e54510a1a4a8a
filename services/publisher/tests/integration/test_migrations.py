"""What a migration does to existing rows."""

from datetime import UTC, datetime, timedelta

from common.ids import new_id
from testing.migrations import database_before
from testing.servers import DatabaseServer

DELIVERY = """
    INSERT INTO publisher.delivery (id, account_id, schedule_item_id, item_revision, content_id, content_revision,
        content_hash, platform, payload, provider_profile_id, platform_account_id, scheduled_for, expires_at, due_since,
        status, rejections, error_code)
    VALUES ($1, $1, $1, 1, $1, 1, 'sha256:', 'FACEBOOK', '{}', 'ref-1', 'page-1', now(), now(), now(), 'pending', $2,
        $3)
"""
PROFILE = "INSERT INTO publisher.provider_profile (id, account_id, title, status) VALUES ($1, $2, 'Bakery', 'creating')"


async def test_migration_0005_keeps_the_cause_of_earlier_rejections_and_watches_every_profile(
    database_server: DatabaseServer, service_name: str
) -> None:
    """A profile that is not watched costs money for ever."""
    profiles = {new_id(): new_id() for _ in range(2)}
    before = datetime.now(UTC)
    async with database_before(database_server, service_name, "0005") as old:
        await old.connection.execute(DELIVERY, new_id(), 2, "rate_limited")
        await old.connection.execute(DELIVERY, new_id(), 0, "profile_paused")
        for profile_id, account_id in profiles.items():
            await old.connection.execute(PROFILE, profile_id, account_id)

        await old.upgrade()

        causes = dict(await old.connection.fetch("SELECT rejections, rejection_code FROM publisher.delivery"))
        checks = await old.connection.fetch("SELECT id, account_id, due_at FROM publisher.profile_check")
    assert causes == {2: "rate_limited", 0: None}
    assert {check["id"]: check["account_id"] for check in checks} == profiles
    assert all(check["due_at"] >= before + timedelta(days=1) for check in checks)

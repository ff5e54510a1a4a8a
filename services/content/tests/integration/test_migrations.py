"""What a migration does to existing rows."""

from datetime import datetime

from common.ids import new_id
from testing.migrations import database_before
from testing.servers import DatabaseServer

SUBSCRIPTION = (
    "INSERT INTO content.subscription (account_id, revision, generation, posts_per_month) VALUES ($1, 7, $2, 8)"
)


async def test_migration_0003_keeps_the_plans_of_accounts_that_subscribed_before(
    database_server: DatabaseServer, service_name: str
) -> None:
    """Without their terms they could generate nothing until billing's next event."""
    subscribed, lapsed = new_id(), new_id()
    async with database_before(database_server, service_name, "0003") as old:
        await old.connection.execute(SUBSCRIPTION, subscribed, True)
        await old.connection.execute(SUBSCRIPTION, lapsed, False)

        await old.upgrade()

        found = {row["account_id"]: row for row in await old.connection.fetch("SELECT * FROM content.plan_terms")}
        forced = await old.connection.fetchval(
            "SELECT relforcerowsecurity FROM pg_class WHERE oid = 'content.subscription'::regclass"
        )
    assert {account_id: row["generation"] for account_id, row in found.items()} == {subscribed: True, lapsed: False}
    kept = found[subscribed]
    assert (kept["revision"], kept["posts_per_month"], kept["period_ends_at"]) == (7, 8, None)
    assert isinstance(kept["effective_at"], datetime)
    assert forced

"""Lists of accounts with many rows."""

from publisher.__main__ import service as publisher
from testing.conventions import ListConventions

_DELIVERIES = """
    INSERT INTO publisher.delivery (
        id, account_id, schedule_item_id, item_revision, content_id, content_revision, content_hash, platform, payload,
        provider_profile_id, platform_account_id, scheduled_for, expires_at, due_since, status
    )
    SELECT gen_random_uuid(), $1::uuid, gen_random_uuid(), 1, gen_random_uuid(), 1, '', 'FACEBOOK', '{}', '', '', now(),
        now(), now(), CASE WHEN n > $2::int - 3 THEN 'unknown' ELSE 'published' END
    FROM generate_series(1, $2::int) AS n
"""

LISTS = {"/api/social/deliveries": [{"status": "unknown"}, {"status": "published"}]}
ROWS = [_DELIVERIES]


class TestLists(ListConventions):
    service = publisher
    lists = LISTS
    rows = ROWS

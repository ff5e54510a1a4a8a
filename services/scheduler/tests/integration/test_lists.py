"""Lists of accounts with many rows."""

from scheduler.__main__ import service as scheduler
from testing.conventions import ListConventions

_ACCOUNT = """
    INSERT INTO scheduler.account (account_id, name, timezone, revision)
    SELECT $1::uuid, 'Harbour Bakery', 'Pacific/Auckland', 1 WHERE $2::int > 0
"""
_ITEMS = """
    INSERT INTO scheduler.schedule_item (
        id, account_id, content_id, content_revision, content_hash, title, platform, payload, provider_profile_id,
        platform_account_id, scheduled_for, why, status, revision, due_event_id, at_risk_code, created_by
    )
    SELECT gen_random_uuid(), $1::uuid, gen_random_uuid(), 1, '', 'A title',
        CASE WHEN rare THEN 'INSTAGRAM' ELSE 'FACEBOOK' END, '{}', '', '',
        timestamptz '2026-12-01' + n * interval '1 hour', '{}',
        CASE WHEN rare THEN 'QUEUED' ELSE 'PUBLISHED' END, 1,
        CASE WHEN rare THEN gen_random_uuid() END, CASE WHEN rare THEN 'link_lost' END, gen_random_uuid()
    FROM generate_series(1, $2::int) AS n, LATERAL (SELECT n > $2::int - 3 AS rare) AS rows
"""

LISTS = {
    "/api/schedule": [
        {"month": "2027-02"},
        {"status": "QUEUED"},
        {"status": "PUBLISHED"},
        {"platform": "INSTAGRAM"},
        {"platform": "FACEBOOK"},
        {"at_risk": "true"},
        {"at_risk": "false"},
    ]
}
ROWS = [_ACCOUNT, _ITEMS]


class TestLists(ListConventions):
    service = scheduler
    lists = LISTS
    rows = ROWS

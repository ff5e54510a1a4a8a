"""Lists of accounts with many rows."""

from collections.abc import Mapping
from uuid import UUID

import pytest
from identity.__main__ import service as identity
from testing.conventions import ListConventions

from .conftest import Person

_ENTITY, _USER = "the-entity", "01980000-0000-7000-8000-000000000001"
_USERS = """
    INSERT INTO identity."user" (id, account_id, email, password_hash, role, active)
    SELECT gen_random_uuid(), $1::uuid, gen_random_uuid()::text, '', 'MEMBER', true
    FROM generate_series(1, $2::int) AS n
"""
_AUDIT = f"""
    INSERT INTO identity.audit_event (
        id, account_id, seq, source, user_id, event_type, entity_type, entity_id, metadata, occurred_at, created_at,
        prev_hash, hash
    )
    SELECT gen_random_uuid(), $1::uuid, n + 100, 'identity',
        CASE WHEN n < 4 THEN '{_USER}'::uuid ELSE gen_random_uuid() END,
        CASE WHEN n < 4 THEN 'PASSWORD_CHANGED' ELSE 'POST_SCHEDULED' END,
        CASE WHEN n < 4 THEN 'user' ELSE 'schedule_item' END,
        CASE WHEN n < 4 THEN '{_ENTITY}' ELSE gen_random_uuid()::text END, '{{}}', now(), now(), '', ''
    FROM generate_series(1, $2::int) AS n
"""

LISTS = {
    "/api/users": [],
    "/api/audit": [
        {"event_type": "PASSWORD_CHANGED"},
        {"event_type": "POST_SCHEDULED"},
        {"entity_type": "user"},
        {"entity_type": "schedule_item"},
        {"entity_id": _ENTITY},
        {"entity_type": "user", "entity_id": _ENTITY},
        {"user_id": _USER},
    ],
}
ROWS = [_USERS, _AUDIT]


class TestLists(ListConventions):
    service = identity
    lists = LISTS
    rows = ROWS

    @pytest.fixture
    def reader(self, owner: Person) -> tuple[UUID, Mapping[str, str]]:
        return UUID(owner.account_id), owner.headers

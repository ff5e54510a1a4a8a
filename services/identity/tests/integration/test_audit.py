import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from common.database import libpq_url
from common.database.transient import is_transient
from common.ids import new_id
from identity.factory import Factory, ProcessContext
from identity.worker import ROUTERS
from pulseworks_contracts import AuditRecorded, AuditRecordedData
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession
from testing import deliver, deliver_twice
from testing.servers import DatabaseServer

from .conftest import People, Person


def _recorded(account_id: object, number: int = 1, **fields: Any) -> AuditRecorded:
    data = {
        "event_type": "POST_PUBLISHED",
        "entity_type": "delivery",
        "entity_id": f"delivery-{number}",
        "user_id": None,
        "occurred_at": datetime(2026, 11, 2, 8, 59, number, 123456, UTC),
        "metadata": {
            "provider_id": "ay_1",
            "cost": 1e22,
            "ratio": 1.0,
            "text": "Größe \U0001f600",
            "nested": [{"b": 1, "a": None}],
        },
    }
    event_data = AuditRecordedData.model_validate(data | fields)
    return AuditRecorded(
        account_id=UUID(str(account_id)), subject=event_data.entity_id, source="/publisher", data=event_data
    )


@pytest.fixture
def factory(context: ProcessContext) -> Callable[[AsyncSession], Factory]:
    return lambda session: Factory(context, session)


@pytest.fixture
def record(context: ProcessContext, factory: Any) -> Callable[[AuditRecorded], Awaitable[str]]:
    async def record_one(event: AuditRecorded) -> str:
        return await deliver(ROUTERS, event, context.database, factory)

    return record_one


@pytest.fixture
async def superuser(database_server: DatabaseServer) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(libpq_url(database_server.url))
    yield connection
    await connection.close()


@pytest.fixture
async def logged(owner: Person, record: Any) -> Any:
    """An owner whose audit log has four entries."""
    for number in range(1, 4):
        await record(_recorded(owner.account_id, number))
    return owner


_SWAP = """
UPDATE identity.audit_event SET seq = 9 WHERE seq = 2;
UPDATE identity.audit_event SET seq = 2 WHERE seq = 3
"""
_FORGE = """
INSERT INTO identity.audit_event
SELECT gen_random_uuid(), account_id, 5, source, user_id, event_type, entity_type, entity_id, metadata, occurred_at,
       created_at, hash, repeat('a', 64)
FROM identity.audit_event WHERE seq = 4
"""


async def _verify(person: Person) -> Any:
    return (await person.get("/api/audit/verify")).json()


@pytest.mark.invariant("E3", "P8")
async def test_an_entry_of_another_service_is_appended_once(
    context: ProcessContext, factory: Any, owner: Person
) -> None:
    event = _recorded(owner.account_id)

    await deliver_twice(ROUTERS, event, context.database, factory)

    entry, created = (await owner.get("/api/audit")).json()["items"]
    assert created["event_type"] == "ACCOUNT_CREATED"
    assert entry["id"] == str(event.id)
    assert entry["source"] == "/publisher"
    assert entry["metadata"] == event.data.metadata
    assert datetime.fromisoformat(entry["occurred_at"]) == event.data.occurred_at
    assert (entry["seq"], entry["prev_hash"]) == (2, created["hash"])
    assert await _verify(owner) == {"valid": True, "checked": 2, "first_broken": None}


@pytest.mark.invariant("P8")
async def test_concurrent_entries_form_one_chain(owner: Person, record: Any) -> None:
    others = (owner.patch("/api/account", json={"name": f"Bakery {n}"}) for n in range(5))

    await asyncio.gather(*(record(_recorded(owner.account_id, n)) for n in range(20)), *others)

    assert await _verify(owner) == {"valid": True, "checked": 26, "first_broken": None}


@pytest.mark.invariant("P8")
@pytest.mark.parametrize(
    ("tampering", "first_broken"),
    [
        ("UPDATE identity.audit_event SET entity_id = 'other' WHERE seq = 3", 3),
        ("UPDATE identity.audit_event SET metadata = '{}' WHERE seq = 2", 2),
        ("UPDATE identity.audit_event SET user_id = gen_random_uuid() WHERE seq = 4", 4),
        ("UPDATE identity.audit_event SET occurred_at = occurred_at + interval '1 microsecond' WHERE seq = 3", 3),
        ("UPDATE identity.audit_event SET source = '/content' WHERE seq = 3", 3),
        ("UPDATE identity.audit_event SET hash = repeat('0', 64) WHERE seq = 2", 2),
        ("DELETE FROM identity.audit_event WHERE seq = 2", 2),
        ("DELETE FROM identity.audit_event WHERE seq = 4", 4),
        ("DELETE FROM identity.audit_event", 1),
        ("DELETE FROM identity.audit_head", 1),
        (_SWAP, 2),
        (_FORGE, 5),
    ],
)
async def test_tampering_is_detected_at_its_position(
    logged: Person, superuser: asyncpg.Connection, tampering: str, first_broken: int
) -> None:
    assert (await _verify(logged))["valid"] is True

    await superuser.execute(tampering)

    found = await _verify(logged)
    assert (found["valid"], found["first_broken"]) == (False, first_broken)


@pytest.mark.invariant("P8")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE identity.audit_event SET entity_id = 'other'",
        "DELETE FROM identity.audit_event",
        "TRUNCATE identity.audit_event",
        "DELETE FROM identity.audit_head",
    ],
)
async def test_the_runtime_role_can_not_rewrite_the_log(
    context: ProcessContext, logged: Person, statement: str
) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with context.database.transaction(UUID(logged.account_id)) as session:
            await session.execute(text(statement))
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with context.database.cross_account.transaction() as session:
            await session.execute(text(statement))


@pytest.mark.invariant("P8")
async def test_the_export_can_be_verified_independently(logged: Person) -> None:
    answer = await logged.get("/api/audit/export")

    assert answer.headers["content-type"] == "application/x-ndjson"
    previous, count = "0" * 64, 0
    for line in answer.text.splitlines():
        entry = json.loads(line)
        claimed = entry.pop("hash")
        for field in ("occurred_at", "created_at"):
            entry[field] = datetime.fromisoformat(entry[field]).isoformat(timespec="microseconds")
        canonical = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert hashlib.sha256(canonical.encode()).hexdigest() == claimed
        assert entry["prev_hash"] == previous
        previous, count = claimed, count + 1
    assert count == 4


async def test_the_log_is_paginated_newest_first_and_filtered(logged: Person) -> None:
    first = (await logged.get("/api/audit?limit=3")).json()
    second = (await logged.get(f"/api/audit?limit=3&cursor={first['next_cursor']}")).json()
    by_type = (await logged.get("/api/audit?event_type=ACCOUNT_CREATED")).json()["items"]
    by_entity = (await logged.get("/api/audit?entity_type=delivery&entity_id=delivery-2")).json()["items"]
    by_user = (await logged.get(f"/api/audit?user_id={logged.id}")).json()["items"]

    assert [e["seq"] for e in first["items"] + second["items"]] == [4, 3, 2, 1]
    assert second["next_cursor"] is None
    assert [e["seq"] for e in by_type] == [1]
    assert [e["seq"] for e in by_entity] == [3]
    assert [e["seq"] for e in by_user] == [1]


@pytest.mark.invariant("T1")
async def test_each_account_has_its_own_log(logged: Person, people: People, record: Any) -> None:
    other = await people.owner()

    assert await _verify(other) == {"valid": True, "checked": 1, "first_broken": None}
    assert len((await other.get("/api/audit")).json()["items"]) == 1
    assert len((await other.get("/api/audit/export")).text.splitlines()) == 1


@pytest.mark.invariant("E5")
@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"entity_id": "a\u0000b"}, DBAPIError),
        ({"metadata": {"not a number of JSON": float("inf")}}, ValueError),
        ({"metadata": {"lone surrogate": "\ud800"}}, ValueError),
    ],
)
async def test_an_entry_that_can_not_be_stored_raises_and_leaves_the_chain_intact(
    context: ProcessContext, factory: Any, logged: Person, fields: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error) as raised:
        async with context.database.transaction(UUID(logged.account_id)) as session:
            await factory(session).audit().record(_recorded(logged.account_id, **fields))

    assert not is_transient(raised.value)
    assert await _verify(logged) == {"valid": True, "checked": 4, "first_broken": None}


@pytest.mark.invariant("E5")
async def test_an_entry_for_an_unknown_account_is_a_permanent_error(record: Any, owner: Person) -> None:
    with pytest.raises(IntegrityError) as raised:
        await record(_recorded(new_id()))

    assert not is_transient(raised.value)

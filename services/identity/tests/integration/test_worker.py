"""Identity with a real broker: its events arrive, and received audit entries are appended."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from common.ids import new_id
from common.runtime import Worker
from identity.factory import Factory, ProcessContext
from identity.worker import create_worker
from pulseworks_contracts import AccountCreated, AuditRecorded, AuditRecordedData, Queue
from pulseworks_contracts.queues import BILLING_ACCOUNTS, IDENTITY_AUDIT
from testing import Bus

from .conftest import Person


async def _eventually(condition: Callable[[], Awaitable[bool]], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.05)


@pytest.fixture
async def working(context: ProcessContext, bus: Bus) -> AsyncIterator[Worker[Factory]]:
    settings = type(context.settings).model_validate(
        context.settings.model_dump() | {"amqp_url": bus.url, "events_namespace": bus.namespace}
    )
    context.settings = settings
    worker = create_worker(context)
    await worker.start()
    yield worker
    await worker.stop()


@pytest.mark.invariant("E1", "E2", "E3")
async def test_events_are_sent_entries_appended_and_invalid_messages_dead_lettered(
    working: Worker[Factory], bus: Bus, owner: Person
) -> None:
    (event,) = await bus.collect(BILLING_ACCOUNTS, 1)
    assert isinstance(event, AccountCreated)
    assert str(event.account_id) == owner.account_id
    assert event.source == "/identity"

    data = AuditRecordedData(
        event_type="CONTENT_APPROVED",
        entity_type="content_item",
        entity_id=str(new_id()),
        user_id=None,
        occurred_at=event.time,
        metadata={},
    )
    record = AuditRecorded(account_id=event.account_id, subject=data.entity_id, source="/content", data=data)
    for _ in range(2):
        await bus.publish(record)
    await bus.publish_raw(b'{"no": "event"}', "audit.recorded.v1")

    async def written() -> bool:
        items = (await owner.get("/api/audit")).json()["items"]
        return [entry["event_type"] for entry in items] == ["CONTENT_APPROVED", "ACCOUNT_CREATED"]

    async def dead_lettered() -> bool:
        return await bus.depth(bus.names.dead_queue(IDENTITY_AUDIT)) == 1

    await _eventually(written)
    await _eventually(dead_lettered)
    assert (await owner.get("/api/audit/verify")).json() == {"valid": True, "checked": 2, "first_broken": None}
    await working.check_broker()
    await working.check_loops()


def test_the_audit_queue_belongs_to_identity() -> None:
    assert isinstance(IDENTITY_AUDIT, Queue)
    assert IDENTITY_AUDIT.service == "identity"

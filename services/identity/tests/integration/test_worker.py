"""Identity beside a real broker: what it sends arrives, what is sent to it is written down."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from common.ids import new_id
from common.runtime import Worker
from identity.factory import Factory, ProcessContext
from identity.worker import create_worker
from pulseworks_contracts import AccountCreated, AuditRecorded, AuditRecordedData, Queue
from pulseworks_contracts.queues import BILLING_ACCOUNTS, IDENTITY_AUDIT
from testing import Bus


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
async def test_events_go_out_records_come_in_and_nonsense_is_put_aside(
    working: Worker[Factory], bus: Bus, owner: Any
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

    async def put_aside() -> bool:
        return await bus.depth(bus.names.dead_queue(IDENTITY_AUDIT)) == 1

    await _eventually(written)
    await _eventually(put_aside)
    assert (await owner.get("/api/audit/verify")).json() == {"valid": True, "checked": 2, "first_broken": None}
    await working.check_broker()
    await working.check_loops()


def test_the_contracts_name_the_audit_queue_as_ours() -> None:
    assert isinstance(IDENTITY_AUDIT, Queue)
    assert IDENTITY_AUDIT.service == "identity"

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from common.clock import SystemClock
from common.ids import new_id
from common.testing import Bus
from gateway.revocation.feed import RevocationFeed
from gateway.revocation.list import RevocationList
from pulseworks_contracts import SessionRevoked, SessionRevokedData

pytestmark = pytest.mark.invariant("T2", "E6")


def revoked(session: UUID) -> SessionRevoked:
    data = SessionRevokedData(
        session_id=session,
        user_id=new_id(),
        reason="logout",
        tokens_expire_at=datetime.now(UTC) + timedelta(minutes=15),
    )
    return SessionRevoked(account_id=new_id(), subject=str(session), data=data)


async def test_a_replica_that_starts_knows_the_past_and_then_hears_the_present(bus: Bus) -> None:
    await bus.declare(())
    before, after = new_id(), new_id()
    await bus.publish(revoked(before))
    first, second = RevocationList(SystemClock()), RevocationList(SystemClock())
    feeds = [RevocationFeed(bus.url, bus.namespace, revocations) for revocations in (first, second)]
    for feed in feeds:
        with pytest.raises(RuntimeError):
            await feed.check_broker()
        await feed.start()
        await feed.check_broker()
    assert first.is_revoked(before)
    assert second.is_revoked(before)
    await bus.publish_raw(b"{}", "identity.session_revoked.v1")
    await bus.publish(revoked(after))
    async with asyncio.timeout(5):
        while not (first.is_revoked(after) and second.is_revoked(after)):
            await asyncio.sleep(0.02)
    for feed in feeds:
        await feed.stop()

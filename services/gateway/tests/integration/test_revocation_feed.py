import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from common.clock import SystemClock
from common.ids import new_id
from gateway.revocation import consumers
from gateway.revocation.consumers import RevocationFeed, _Subscription
from gateway.revocation.service import RevocationList
from pulseworks_contracts import SessionRevoked, SessionRevokedData
from testing import Bus

pytestmark = pytest.mark.invariant("T2", "E6")


def revoked(session: UUID) -> SessionRevoked:
    data = SessionRevokedData(
        session_id=session,
        user_id=new_id(),
        reason="logout",
        tokens_expire_at=datetime.now(UTC) + timedelta(minutes=15),
    )
    return SessionRevoked(account_id=new_id(), subject=str(session), data=data)


async def test_a_starting_replica_replays_past_revocations_and_then_receives_new_ones(bus: Bus) -> None:
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


async def test_a_revocation_during_a_lost_connection_is_replayed_after_it(bus: Bus) -> None:
    await bus.declare(())
    revocations, session = RevocationList(SystemClock()), new_id()
    feed = RevocationFeed(bus.url, bus.namespace, revocations)
    await feed.start()
    subscription = feed._supervisor._consumption
    assert isinstance(subscription, _Subscription)
    connection = subscription._broker._connection
    assert connection is not None
    assert connection.transport is not None
    await connection.transport.connection.close(ConnectionResetError())
    await bus.publish(revoked(session))
    async with asyncio.timeout(10):
        while not (revocations.is_revoked(session) and await is_consuming(feed)):
            await asyncio.sleep(0.02)
    await feed.stop()


async def is_consuming(feed: RevocationFeed) -> bool:
    try:
        await feed.check_broker()
    except RuntimeError:
        return False
    return True


async def test_a_gateway_starts_while_the_broker_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumers, "_START_TIMEOUT_SECONDS", 0.2)
    feed = RevocationFeed("amqp://127.0.0.1:9/", "nowhere", RevocationList(SystemClock()))
    await asyncio.wait_for(feed.start(), 5)
    with pytest.raises(RuntimeError):
        await feed.check_broker()
    await feed.stop()


async def test_replay_of_a_stream_that_is_never_idle_ends(bus: Bus) -> None:
    await bus.declare(())
    before = new_id()
    await bus.publish(revoked(before))
    revocations = RevocationList(SystemClock())
    feed = RevocationFeed(bus.url, bus.namespace, revocations)

    async def busy() -> None:
        while True:
            await bus.publish(revoked(new_id()))
            await asyncio.sleep(0.1)

    traffic = asyncio.create_task(busy())
    await asyncio.wait_for(feed.start(), 8)
    await feed.check_broker()
    assert revocations.is_revoked(before)
    traffic.cancel()
    await asyncio.gather(traffic, return_exceptions=True)
    await feed.stop()

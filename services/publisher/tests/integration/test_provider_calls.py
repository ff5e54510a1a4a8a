"""Every call for a profile respects its pace, and a page that shows connections makes few of them."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from publisher.clients.ayrshare.client import AyrshareClient
from publisher.clients.ayrshare.errors import AyrshareRateLimitedError, AyrshareUnavailableError
from publisher.models import AYRSHARE_EVENTS, AyrshareEvent, ProviderProfile
from pydantic import SecretStr
from sqlalchemy import select, text
from testing import ManualClock

from .conftest import INSTAGRAM, PAGE, StandIn, World

SECOND = timedelta(seconds=1)


async def asked(standin: StandIn) -> int:
    return len(await standin.requests("/api/user", "GET"))


async def provider(world: World) -> ProviderProfile:
    async with world.database.transaction(world.account_id) as session:
        return (await session.execute(select(ProviderProfile))).scalar_one()


async def pause(world: World) -> None:
    async with world.database.transaction(world.account_id) as session:
        await session.execute(text("UPDATE publisher.provider_profile SET paused_until = now() + interval '1 hour'"))


async def test_connections_are_fetched_once_a_minute_however_often_they_are_shown(
    world: World, standin: StandIn, clock: ManualClock
) -> None:
    before = await asked(standin)
    for _ in range(130):
        clock.advance(SECOND)
        _, fresh = await world.connections.list_connections(world.account_id)
        assert fresh
    assert await asked(standin) - before == 2


async def test_many_open_tabs_make_one_request(world: World, standin: StandIn, clock: ManualClock) -> None:
    clock.advance(61 * SECOND)
    before = await asked(standin)
    await standin.fault(match="GET /api/user", kind="latency", seconds=0.3)
    await asyncio.gather(*(world.connections.list_connections(world.account_id) for _ in range(20)))
    assert await asked(standin) - before == 1


async def test_a_new_link_appears_within_seconds(world: World, standin: StandIn, clock: ManualClock) -> None:
    session = await world.connections.create_link_session(world.account_id)
    await world.connections.list_connections(world.account_id)
    await standin.link(session.url, facebook="999000999000999")
    clock.advance(4 * SECOND)
    shown, _ = await world.connections.list_connections(world.account_id)
    assert {row.platform_account_id for row in shown} == {"999000999000999", INSTAGRAM}
    before = await asked(standin)
    for _ in range(10):
        clock.advance(4 * SECOND)
        await world.connections.list_connections(world.account_id)
    assert await asked(standin) == before, "the change has been seen"


async def test_refusals_of_connection_requests_count_and_end_them(
    world: World, standin: StandIn, clock: ManualClock
) -> None:
    """Two open tabs and a profile over its limit: after one 429 nothing is requested for a whole window."""
    await standin.fault(match="GET /api/user", kind="status", status=429, times="forever")
    before = await asked(standin)
    for _ in range(60):
        clock.advance(4 * SECOND)
        shown, _ = await world.connections.list_connections(world.account_id)
        assert len(shown) == 2, "answered from our records"
    assert await asked(standin) - before == 1
    assert (await provider(world)).refusals == 1


async def test_while_a_profile_pauses_no_call_is_made_for_it(
    world: World, standin: StandIn, clock: ManualClock
) -> None:
    await pause(world)
    clock.advance(61 * SECOND)
    before = [(r["method"], r["path"]) for r in (await standin.http.get("/_control/requests")).json()["requests"]]
    shown, fresh = await world.connections.list_connections(world.account_id)
    assert (len(shown), fresh) == (2, False)
    with pytest.raises(AyrshareRateLimitedError, match="Try again after that"):
        await world.connections.create_link_session(world.account_id)
    with pytest.raises(AyrshareRateLimitedError):
        await world.connections.verify(world.principal, {"FACEBOOK": PAGE, "INSTAGRAM": None})
    with pytest.raises(AyrshareRateLimitedError):
        await world.connections.disconnect(world.principal, "FACEBOOK")
    after = [(r["method"], r["path"]) for r in (await standin.http.get("/_control/requests")).json()["requests"]]
    assert after == before


async def test_a_webhook_waits_while_its_profile_pauses(world: World, standin: StandIn) -> None:
    await pause(world)
    async with world.database.transaction(world.account_id) as session:
        events = world.context.factory(session).ayrshare_events()
        body = b'{"action": "social", "type": "link", "platform": "facebook"}'
        await events.add(world.account_id, "hook:1", "social", body, world.clock.now())
    before = await asked(standin)
    await world.run_webhooks()
    async with world.database.transaction(world.account_id) as session:
        stored = (await session.execute(select(AyrshareEvent))).scalar_one()
    assert (stored.processed_at, stored.due_at is not None, await asked(standin)) == (None, True, before)
    world.clock.advance(timedelta(hours=2))
    await world.run_loop(table=AYRSHARE_EVENTS)
    assert await asked(standin) == before + 1


async def test_a_429_without_a_profile_key_ends_such_calls_for_a_window(world: World, standin: StandIn) -> None:
    """They count for our primary profile, whose suspension would stop every customer."""
    await standin.fault(match="POST /api/profiles$", kind="status", status=429, times="forever")
    for _ in range(5):
        with pytest.raises(AyrshareRateLimitedError):
            await world.context.ayrshare.create_profile("Another")
    assert len([r for r in await standin.requests("/api/profiles") if r["path"] == "/api/profiles"]) == 2


async def test_a_slow_answer_is_limited_as_a_whole() -> None:
    """Each piece arrives in time. The time that a worker has to stop is a sum of such limits."""

    ended = asyncio.Event()

    async def trickle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n")
        with suppress(ConnectionError):
            for _ in range(1000):
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.05)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        ended.set()

    async with await asyncio.start_server(trickle, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        client = AyrshareClient(url, SecretStr("key"), timeout=0.2, send_timeout=1)
        async with asyncio.timeout(2):
            with pytest.raises(AyrshareUnavailableError, match="TimeoutError"):
                await client.check_key()
        await client.close()
        await ended.wait()

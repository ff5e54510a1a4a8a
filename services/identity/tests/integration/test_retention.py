"""What is kept for a limited time only."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import asyncpg
import httpx2
import pytest
from common.database import libpq_url
from common.runtime.retention import Retention
from identity.factory import ProcessContext
from identity.retention.jobs import IdentityRetention
from testing import ManualClock
from testing.servers import DatabaseServer

from .conftest import Person

Counts = Callable[[], Awaitable[dict[str, int]]]
TABLES = ("session", "refresh_token", "invitation", "device", "rate_limit_window")


@pytest.fixture
async def kept(context: ProcessContext, database_server: DatabaseServer) -> Counts:
    """Run retention; return the number of rows left in each table."""

    async def run() -> dict[str, int]:
        await Retention(context.database, context.clock, purges=IdentityRetention(context).purges()).run_once()
        connection = await asyncpg.connect(libpq_url(database_server.url))
        counts = {table: await connection.fetchval(f"SELECT count(*) FROM identity.{table}") for table in TABLES}
        await connection.close()
        return counts

    return run


async def refresh(http: httpx2.AsyncClient, token: str) -> str:
    answer = await http.post("/api/auth/refresh", json={"refresh_token": token})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["refresh_token"])


async def test_a_live_session_keeps_its_used_tokens(
    http: httpx2.AsyncClient, clock: ManualClock, owner: Person, kept: Counts
) -> None:
    """Or a reuse would not be recognised."""
    first = owner.signed_in["refresh_token"]
    await refresh(http, await refresh(http, first))
    clock.advance(timedelta(minutes=1))

    assert (await kept())["refresh_token"] == 3
    reused = await http.post("/api/auth/refresh", json={"refresh_token": first})
    assert reused.json()["code"] == "refresh_token_reused"


async def test_an_ended_session_is_kept_for_thirty_days(owner: Person, clock: ManualClock, kept: Counts) -> None:
    await owner.post("/api/auth/logout")
    clock.advance(timedelta(days=30) - timedelta(seconds=1))
    assert (await kept())["session"] == 1
    clock.advance(timedelta(seconds=2))

    left = await kept()
    assert (left["session"], left["refresh_token"]) == (0, 0)


async def test_an_expired_session_is_kept_for_thirty_days_without_its_tokens(
    owner: Person, clock: ManualClock, kept: Counts
) -> None:
    clock.advance(timedelta(days=30))
    left = await kept()
    assert (left["session"], left["refresh_token"]) == (1, 0)
    clock.advance(timedelta(days=30, seconds=1))

    assert (await kept())["session"] == 0


@pytest.mark.parametrize("accepted", [True, False])
async def test_a_closed_invitation_is_kept_for_thirty_days(
    http: httpx2.AsyncClient, owner: Person, clock: ManualClock, kept: Counts, accepted: bool
) -> None:
    invited = await owner.post("/api/auth/invitations", json={"email": "new@example.com", "role": "MEMBER"})
    if accepted:
        body = {"token": invited.json()["token"], "password": owner.password}
        await http.post("/api/auth/invitations/accept", json=body)
    clock.advance(timedelta(days=30 if accepted else 37))
    assert (await kept())["invitation"] == 1
    clock.advance(timedelta(seconds=1))

    assert (await kept())["invitation"] == 0


async def test_devices_and_rate_limits_are_removed_when_they_expire(
    owner: Person, clock: ManualClock, kept: Counts
) -> None:
    await owner.http.post("/api/auth/login", json={"email": owner.email, "password": "not this one at all"})
    before = await kept()
    clock.advance(timedelta(days=1))
    after_a_day = await kept()
    clock.advance(timedelta(days=179))

    assert before["rate_limit_window"] > after_a_day["rate_limit_window"] == 0
    assert (before["device"], after_a_day["device"], (await kept())["device"]) == (1, 1, 0)

"""Rate limits: exact moving windows, shared by all replicas through the database."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import httpx2
import pytest
import structlog
from common.database import Database, libpq_url
from identity.api import create_api
from identity.factory import ProcessContext
from identity.rate_limits.errors import RateLimitedError
from identity.rate_limits.rules import RateLimit
from identity.rate_limits.workflow import count_attempt
from identity.settings import IdentitySettings
from prometheus_client import REGISTRY
from testing import ManualClock
from testing.servers import DatabaseServer

from .conftest import PASSWORD, Person, client_of, process

TWO_A_MINUTE = RateLimit.of("probe", "2/minute")
ONE_AN_HOUR = RateLimit.of("probe", "1/hour")
WRONG = "not this one at all"


async def login(http: httpx2.AsyncClient, email: str, password: str = WRONG) -> int:
    return (await http.post("/api/auth/login", json={"email": email, "password": password})).status_code


async def refused(context: ProcessContext, limit: RateLimit, key: str) -> float:
    """Return Retry-After of an attempt that must be refused."""
    with pytest.raises(RateLimitedError) as limited:
        await count_attempt(context, limit, key)
    return float(limited.value.headers["Retry-After"])


async def test_the_window_moves(context: ProcessContext, clock: ManualClock) -> None:
    limited = REGISTRY.get_sample_value("pulseworks_rate_limited_total", {"limit": "probe"}) or 0
    await count_attempt(context, TWO_A_MINUTE, "a")
    clock.advance(timedelta(seconds=30))
    await count_attempt(context, TWO_A_MINUTE, "a")

    assert await refused(context, TWO_A_MINUTE, "a") == 30
    await count_attempt(context, TWO_A_MINUTE, "b")
    assert REGISTRY.get_sample_value("pulseworks_rate_limited_total", {"limit": "probe"}) == limited + 1
    clock.advance(timedelta(seconds=30))
    await count_attempt(context, TWO_A_MINUTE, "a")
    assert await refused(context, TWO_A_MINUTE, "a") == 30


async def test_refused_attempts_do_not_extend_the_wait(context: ProcessContext, clock: ManualClock) -> None:
    limit = RateLimit.of("probe", "1/minute")
    await count_attempt(context, limit, "a")
    for _ in range(5):
        clock.advance(timedelta(seconds=10))
        await refused(context, limit, "a")
    clock.advance(timedelta(seconds=10))
    await count_attempt(context, limit, "a")


async def test_a_lowered_limit_applies_to_earlier_attempts(context: ProcessContext, clock: ManualClock) -> None:
    for _ in range(5):
        await count_attempt(context, RateLimit.of("probe", "5/minute"), "a")
        clock.advance(timedelta(seconds=1))

    assert await refused(context, TWO_A_MINUTE, "a") == 58


async def test_limits_count_separately(context: ProcessContext) -> None:
    await count_attempt(context, ONE_AN_HOUR, "a")
    await count_attempt(context, RateLimit.of("other", "1/hour"), "a")
    await refused(context, ONE_AN_HOUR, "a")


async def test_a_reset_key_starts_again(context: ProcessContext) -> None:
    await count_attempt(context, ONE_AN_HOUR, "a")
    async with context.transaction() as factory:
        await factory.rate_limits().reset(ONE_AN_HOUR, "a")
    await count_attempt(context, ONE_AN_HOUR, "a")


async def test_the_table_stores_no_key_and_no_expired_row(
    context: ProcessContext, clock: ManualClock, database_server: DatabaseServer
) -> None:
    for number in range(12):
        await count_attempt(context, TWO_A_MINUTE, f"guess{number}@example.com")
    clock.advance(timedelta(minutes=1))
    for _ in range(2):  # each removes up to ten
        await count_attempt(context, TWO_A_MINUTE, "late@example.com")

    connection = await asyncpg.connect(libpq_url(database_server.url))
    rows = await connection.fetch("SELECT * FROM identity.rate_limit_window")
    await connection.close()
    assert [len(row["attempts"]) for row in rows] == [2]
    assert b"late" not in rows[0]["key"]


async def test_a_client_is_limited_across_addresses(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person
) -> None:
    limit = RateLimit.of("logins_by_client", "2/minute")
    context.rate_limits = replace(context.rate_limits, logins_by_client=limit)

    async def attempt(number: int, address: str) -> int:
        headers = {"X-Client-Address": address}
        body = {"email": f"guess{number}@example.com", "password": WRONG}
        return (await http.post("/api/auth/login", json=body, headers=headers)).status_code

    assert [await attempt(n, "203.0.113.7") for n in range(3)] == [401, 401, 429]
    assert await attempt(9, "203.0.113.8") == 401


async def test_replicas_share_one_count(
    http: httpx2.AsyncClient, other_http: httpx2.AsyncClient, owner: Person
) -> None:
    statuses = [await login(replica, owner.email) for _ in range(4) for replica in (http, other_http)]

    assert statuses == [401] * 5 + [429] * 3


async def test_concurrent_attempts_on_two_replicas_do_not_exceed_the_limit(
    context: ProcessContext, other_context: ProcessContext
) -> None:
    limit = RateLimit.of("probe", "10/minute")

    async def attempt(number: int) -> bool:
        try:
            await count_attempt((context, other_context)[number % 2], limit, "a")
        except RateLimitedError:
            return False
        return True

    assert Counter(await asyncio.gather(*map(attempt, range(24)))) == {True: 10, False: 14}


async def test_a_restart_keeps_the_count(
    http: httpx2.AsyncClient, settings: IdentitySettings, clock: ManualClock, owner: Person
) -> None:
    for _ in range(5):
        await login(http, owner.email)

    async with process(settings, clock) as restarted, client_of(create_api(restarted)) as restarted_http:
        assert await login(restarted_http, owner.email, owner.password) == 429


BODIES = {
    "/api/auth/login": {"email": "ana@example.com", "password": PASSWORD},
    "/api/auth/signup": {"email": "new@example.com", "password": PASSWORD, "account_name": "Bakery"},
    "/api/auth/refresh": {"refresh_token": "unknown"},
    "/api/auth/invitations/accept": {"token": "unknown", "password": PASSWORD},
}


@pytest.fixture
async def without_rights(database_server: DatabaseServer, owner: Person) -> AsyncIterator[None]:
    """The database answers, and refuses the table of the rate limits."""
    connection = await asyncpg.connect(libpq_url(database_server.url))
    await connection.execute("REVOKE ALL ON identity.rate_limit_window FROM identity")
    yield
    await connection.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON identity.rate_limit_window TO identity")
    await connection.close()


@pytest.mark.usefixtures("without_rights")
@pytest.mark.parametrize("path", BODIES)
async def test_no_attempt_is_accepted_or_called_too_many_while_the_store_is_away(
    http: httpx2.AsyncClient, context: ProcessContext, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    hashed: list[object] = []

    async def recorded(*arguments: Any, **_: Any) -> str:
        hashed.append(arguments)
        return ""

    monkeypatch.setattr(context.passwords, "verify", recorded)
    monkeypatch.setattr(context.passwords, "hash", recorded)

    with structlog.testing.capture_logs() as logs:
        answer = await http.post(path, json=BODIES[path])

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert hashed == []
    assert [entry["log_level"] for entry in logs if entry["event"] == "dependency_unavailable"] == ["error"]


@pytest.mark.usefixtures("without_rights")
async def test_signed_in_users_can_work_while_the_store_is_away(owner: Person) -> None:
    assert (await owner.get("/api/auth/me")).status_code == 200
    assert (await owner.patch("/api/account", json={"name": "Bakery"})).status_code == 200
    answer = await owner.post(
        "/api/auth/password", json={"current_password": owner.password, "new_password": "a different harbour"}
    )
    assert answer.status_code == 503


async def test_sign_in_works_again_once_the_store_is_back(
    http: httpx2.AsyncClient, context: ProcessContext, owner: Person
) -> None:
    database = context.database
    context.database = Database("postgresql://identity@127.0.0.1:1/nowhere", service="identity")
    away = await login(http, owner.email, owner.password)
    await context.database.close()
    context.database = database

    assert away == 503
    assert await login(http, owner.email, owner.password) == 200

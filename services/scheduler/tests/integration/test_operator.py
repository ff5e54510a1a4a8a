"""The operator stops all accounts with one command, which every replica follows from the same moment."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx2
import pytest
from common.auth import Principal, Role
from common.database import Database
from common.ids import new_id
from pulseworks_contracts import PostDue, queues
from scheduler.__main__ import app
from scheduler.api import create_api
from scheduler.coordination.repository import lock_account
from scheduler.factory import Factory, ProcessContext
from scheduler.holds.rules import HoldResult
from scheduler.pauses import workflow
from scheduler.pauses.workflow import pause_all, resume_all
from scheduler.scheduling.schemas import PostIn
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError
from testing import Bus, ManualClock, emitted
from typer.testing import CliRunner, Result

DAY = timedelta(days=1)


async def statuses(*items: tuple[Any, str]) -> list[str]:
    return [(await tenant.item(item_id)).status for tenant, item_id in items]


async def test_all_accounts_are_held_back_and_released(
    tenant: Any, new_tenant: Callable[[], Any], clock: ManualClock, database: Database
) -> None:
    other, third = await new_tenant().ready(), await new_tenant().ready()
    items = [(t, await t.schedule(clock.now() + n * DAY)) for t in (tenant, other) for n in (1, 2)]

    stopped = await pause_all(tenant.context, "The network of Meta is down.")
    items.append((third, await third.schedule(clock.now() + DAY)))

    assert (stopped.accounts, stopped.holds.parked, stopped.failed) == (2, 4, 0)
    assert await statuses(*items) == ["PARKED"] * 5
    assert await emitted(database, PostDue) == []
    shown = await third.get(f"/{items[-1][1]}")
    assert [(blocker["code"], blocker["remedy"]) for blocker in shown["held_by"]] == [("paused_all", "wait")]
    assert "The network of Meta is down." in shown["error"]["message"]
    assert (await third.get("/pause"))["everything"]["reason"] == "The network of Meta is down."

    clock.advance(DAY)
    resumed = await resume_all(tenant.context)

    assert (resumed.accounts, resumed.holds.released, resumed.holds.missed) == (3, 2, 3)
    assert await statuses(*items) == ["MISSED", "QUEUED", "MISSED", "QUEUED", "MISSED"]
    assert len(await emitted(database, PostDue)) == 2


async def test_every_replica_follows_the_pause(tenant: Any, clock: ManualClock, database: Database) -> None:
    """No process caches it: a replica that was started before also holds new posts back."""
    twin = Database(database.url, service="scheduler", pool_size=2)
    transport = httpx2.ASGITransport(app=create_api(replace(tenant.context, database=twin)))
    async with httpx2.AsyncClient(transport=transport, base_url="http://twin") as http:
        elsewhere = replace(tenant, http=http)
        assert (await elsewhere.get("/pause"))["everything"] is None

        await pause_all(tenant.context, "An incident.")
        item_id = await elsewhere.schedule(clock.now() + DAY)

        assert (await tenant.get(f"/{item_id}"))["status"] == "PARKED"
        await resume_all(tenant.context)
        assert (await elsewhere.get(f"/{item_id}"))["status"] == "QUEUED"
    await twin.close()


async def test_the_pause_waits_for_posts_that_are_being_scheduled(
    tenant: Any, clock: ManualClock, database: Database
) -> None:
    """It has read that nothing is paused and is not visible yet, so the command waits for running changes."""
    wanted = PostIn(content_id=await tenant.approve(), platforms=["FACEBOOK"], scheduled_for=clock.now() + DAY)
    principal = Principal(
        account_id=tenant.account_id,
        user_id=tenant.user_id,
        session_id=new_id(),
        role=Role.OWNER,
        token_expires_at=clock.now() + DAY,
    )

    async with database.transaction(tenant.account_id) as session:
        [item] = (await Factory(tenant.context, session).scheduling().schedule_posts([wanted], principal)).created
        stopping = asyncio.create_task(pause_all(tenant.context, "An incident."))
        async with asyncio.timeout(5):
            while not await session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                assert not stopping.done()
                await asyncio.sleep(0.01)
        later = asyncio.create_task(tenant.schedule(clock.now() + 2 * DAY))
        await asyncio.sleep(0.05)
        assert not later.done()

    await stopping
    assert await statuses((tenant, str(item.id)), (tenant, await later)) == ["PARKED", "PARKED"]
    assert await emitted(database, PostDue) == []


async def test_a_command_that_dies_halfway_has_stopped_the_next_posts_and_can_be_repeated(
    tenant: Any, clock: ManualClock, bus: Bus, start_worker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set(datetime.now(UTC))
    item_id = await tenant.schedule(clock.now() + timedelta(milliseconds=1))

    async def dies(context: ProcessContext, account_id: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(workflow, "_update_account", dies)
        with pytest.raises(RuntimeError, match="killed"):
            await pause_all(tenant.context, "An incident.")
    assert (await tenant.item(item_id)).status == "QUEUED"
    await start_worker()
    await bus.collect(queues.CONTENT_SCHEDULE, 1)
    assert await bus.depth(bus.names.queue(queues.PUBLISHER_DUE)) == 0
    moved = await tenant.post(f"/{item_id}/move", {"scheduled_for": (clock.now() + DAY).isoformat()}, status=409)
    assert moved["code"] == "item_parked"

    await pause_all(tenant.context, "An incident.")
    assert (await tenant.item(item_id)).status == "PARKED"


async def test_stopped_timers_of_items_that_were_never_parked_restart(
    tenant: Any, clock: ManualClock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a killed pause-all followed by resume-all would leave a post that silently never goes out."""
    clock.set(datetime.now(UTC))
    at = clock.now() + timedelta(minutes=50)
    await tenant.schedule(at)

    async def dies(context: ProcessContext, account_id: object) -> None:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(workflow, "_update_account", dies)
        with pytest.raises(RuntimeError, match="killed"):
            await pause_all(tenant.context, "An incident.")
    assert await timers(database) == [None]
    await resume_all(tenant.context)

    assert await timers(database) == [at]


async def timers(database: Database) -> list[datetime | None]:
    async with database.cross_account.transaction() as session:
        found = await session.execute(text("SELECT due_at FROM scheduler.outbox WHERE type = 'scheduler.post_due.v1'"))
        return list(found.scalars())


async def test_an_account_that_fails_is_counted_and_does_not_stop_the_others(
    tenant: Any, new_tenant: Callable[[], Any], clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await new_tenant().ready()
    mine, theirs = await tenant.schedule(clock.now() + DAY), await other.schedule(clock.now() + 2 * DAY)
    update = workflow._update_account

    async def fails_for_one(context: ProcessContext, account_id: UUID) -> HoldResult:
        if account_id == tenant.account_id:
            raise OperationalError("SELECT 1", {}, OSError("connection lost"))
        return await update(context, account_id)

    monkeypatch.setattr(workflow, "_update_account", fails_for_one)
    stopped = await pause_all(tenant.context, "An incident.")

    assert (stopped.accounts, stopped.failed, stopped.holds.parked) == (1, 1, 1)
    assert await statuses((tenant, mine), (other, theirs)) == ["QUEUED", "PARKED"]


async def test_a_request_can_not_write_the_operator_pause(tenant: Any, database: Database) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with database.transaction(tenant.account_id) as session:
            await session.execute(
                text("INSERT INTO scheduler.operator_pause (id, paused_at, reason) VALUES (1, now(), '')")
            )


def command(context: ProcessContext, *arguments: str) -> Result:
    settings = context.settings
    environment = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "AMQP_URL": settings.amqp_url.get_secret_value(),
        "IDENTITY_JWKS_URL": settings.identity_jwks_url,
    }
    return CliRunner().invoke(app, list(arguments), env=environment)


async def test_the_commands_print_what_they_did(tenant: Any, clock: ManualClock) -> None:
    clock.set(datetime.now(UTC))
    item_id = await tenant.schedule(clock.now() + DAY)

    async def run(*arguments: str) -> tuple[int, str]:
        result = await asyncio.to_thread(command, tenant.context, *arguments)
        return result.exit_code, result.output

    assert await run("pause-all", "--reason", "An incident.") == (0, "Paused. Posts held back: 1; accounts: 1.\n")
    assert (await tenant.item(item_id)).status == "PARKED"
    assert (await run("pause-all"))[0] == 2
    assert (await run("pause-all", "--reason", "  "))[0] == 2
    assert await run("resume-all") == (0, "Resumed. Posts released: 1; missed meanwhile: 0.\n")
    assert (await tenant.item(item_id)).status == "QUEUED"


async def test_changes_of_different_accounts_do_not_wait_for_each_other(
    tenant: Any, new_tenant: Callable[[], Any], clock: ManualClock, database: Database
) -> None:
    other = await new_tenant().ready()
    async with database.transaction(tenant.account_id) as session:
        await lock_account(session)
        async with asyncio.timeout(5):
            await other.schedule(clock.now() + DAY)

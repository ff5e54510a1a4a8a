"""After a restore of the database, what may have gone out since is shown as unknown and is not sent."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from common.ids import new_id
from pulseworks_contracts import AuditRecorded, PostDue, PostUnanswered
from scheduler.__main__ import app
from scheduler.clients import event_log
from scheduler.restores.workflow import mark_maybe_sent
from sqlalchemy import text
from testing import Bus, ManualClock, assert_emitted, emitted
from typer.testing import CliRunner

HOUR = timedelta(hours=1)


async def mark(tenant: Any, since: datetime, until: datetime) -> int:
    return (await mark_maybe_sent(tenant.context, since, until, read_log=False)).marked


async def timers(tenant: Any) -> set[datetime]:
    return {event.data.scheduled_for for event in await emitted(tenant.context.database, PostDue)}


async def set_items(tenant: Any, assignment: str, *item_ids: str) -> None:
    """Put items into a state that processes of before the restore left."""
    async with tenant.context.database.cross_account.transaction() as session:
        statement = f"UPDATE scheduler.schedule_item SET {assignment} WHERE CAST(id AS text) = ANY(:ids)"
        await session.execute(text(statement), {"ids": list(item_ids)})


@pytest.mark.invariant("P4", "P5")
async def test_posts_of_the_lost_span_are_unknown_and_their_timers_are_gone(tenant: Any, clock: ManualClock) -> None:
    since, until = clock.now() + 2 * HOUR, clock.now() + 6 * HOUR
    before, within, claimed, after = [
        await tenant.schedule(at) for at in (since - HOUR, until, since + HOUR, until + HOUR)
    ]
    async with tenant.context.database.cross_account.transaction() as session:
        await session.execute(
            text(
                "UPDATE scheduler.outbox SET attempts = 1, lease_owner = gen_random_uuid() "
                "FROM scheduler.schedule_item i WHERE i.due_event_id = outbox.id AND CAST(i.id AS text) = :id"
            ),
            {"id": claimed},
        )

    assert await mark(tenant, since, until) == 3
    assert await mark(tenant, since, until) == 0

    for item_id in (before, within, claimed):
        shown = await tenant.get(f"/{item_id}")
        assert (shown["status"], shown["error"]["code"]) == ("UNKNOWN", "no_outcome")
        assert "restored our database" in shown["error"]["message"]
        assert "Facebook" in shown["error"]["message"]
    assert (await tenant.get(f"/{after}"))["status"] == "QUEUED"
    assert await timers(tenant) == {until + HOUR}


@pytest.mark.parametrize(("at", "status"), [(-HOUR, "PARKED"), (HOUR, "UNKNOWN"), (3 * HOUR, "PARKED")])
async def test_a_post_that_was_held_back_may_have_been_released_in_the_span(
    tenant: Any, clock: ManualClock, at: timedelta, status: str
) -> None:
    since = clock.now() + 2 * HOUR
    item_id = await tenant.schedule(since + at)
    await tenant.subscribe(revision=2, posting=False)

    await mark(tenant, since, since + 2 * HOUR)

    assert (await tenant.item(item_id)).status == status


async def test_a_post_that_the_publisher_had_waits_for_its_outcome(tenant: Any, clock: ManualClock) -> None:
    since = clock.now() + 2 * HOUR
    item_id = await tenant.schedule(since + HOUR)
    await set_items(tenant, "status = 'SCHEDULED', due_event_id = NULL, due_at = now() + interval '7 hours'", item_id)

    assert await mark(tenant, since, since + 2 * HOUR) == 0
    assert (await tenant.item(item_id)).status == "SCHEDULED"


async def test_a_person_resolves_it_and_can_schedule_the_content_again(tenant: Any, clock: ManualClock) -> None:
    since = clock.now() + 2 * HOUR
    content_id = await tenant.approve()
    item_id = await tenant.schedule(since + HOUR, content_id)
    await mark(tenant, since, since + 2 * HOUR)
    announced = await assert_emitted(tenant.context.database, PostUnanswered)
    assert announced.subject == item_id

    await tenant.post(f"/{item_id}/resolve", {"outcome": "not_live"})
    await tenant.schedule(since + 24 * HOUR, content_id)

    records = {record.data.event_type: record.data for record in await emitted(tenant.context.database, AuditRecorded)}
    assert records["POST_OUTCOME_UNKNOWN"].metadata["reason"] == "restored"


@pytest.mark.invariant("P4")
async def test_the_stream_shows_posts_that_were_moved_or_created_in_the_span(
    tenant: Any, clock: ManualClock, bus: Bus, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The restored database has the old time of one, and does not know the other."""
    monkeypatch.setattr(event_log, "_IDLE_SECONDS", 0.5)
    await bus.declare()
    clock.set(datetime.now(UTC))
    since, until = clock.now() - HOUR, clock.now()
    moved, stays = await tenant.schedule(until + HOUR), await tenant.schedule(until + 2 * HOUR)
    event = next(event for event in await emitted(tenant.context.database, PostDue) if event.subject == moved)
    created = event.model_copy(update={"id": new_id(), "data": event.data.model_copy(update={"item_id": new_id()})})
    for sent in (event, created):
        await bus.publish(sent)
    context = tenant.context
    environment = {
        "DATABASE_URL": context.settings.database_url.get_secret_value(),
        "AMQP_URL": bus.url,
        "EVENTS_NAMESPACE": bus.namespace,
        "IDENTITY_JWKS_URL": context.settings.identity_jwks_url,
    }
    arguments = ["restored", "--from", since.isoformat(), "--until", until.isoformat()]

    result = await asyncio.to_thread(CliRunner().invoke, app, arguments, env=environment)

    assert (result.exit_code, (await tenant.item(moved)).status, (await tenant.item(stays)).status) == (
        0,
        "UNKNOWN",
        "QUEUED",
    )
    at = event.data.scheduled_for.isoformat()
    lost = "Went out, and is not in the database: "
    lost += f"account {tenant.account_id}, FACEBOOK, {at}, content {event.data.content_id}."
    assert result.output.splitlines() == [
        "Posts that may have gone out, for customers to decide: 1.",
        lost,
    ]


@pytest.mark.parametrize(
    "arguments", [["2026-11-27 09:00:00", "2026-11-27 10:00+00"], ["2026-11-27T11Z", "2026-11-27T10Z"]]
)
def test_a_span_without_offset_or_end_is_refused(arguments: list[str]) -> None:
    since, until = arguments
    assert CliRunner().invoke(app, ["restored", "--from", since, "--until", until]).exit_code == 2

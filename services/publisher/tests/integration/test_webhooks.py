"""M1: signed over the raw body, stored once, answered, then processed."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from common.ids import new_id
from common.runtime.retention import Retention
from prometheus_client import REGISTRY
from publisher.api import create_api
from publisher.clients.ayrshare.errors import AyrshareUnavailableError
from publisher.factory import ProcessContext
from publisher.models import AYRSHARE_EVENTS, AyrshareEvent, ProviderProfile, PublishingProfile, SocialConnection
from publisher.retention.jobs import purges
from publisher.webhooks.jobs import webhook_loop
from publisher.webhooks.rules import MOST_ATTEMPTS, UNMATCHED_KEPT
from publisher.worker import create_worker
from pulseworks_contracts import ProfileNeedsReconnect, ProfileVerified
from sqlalchemy import select, text
from structlog.testing import capture_logs
from testing import assert_emitted, emitted

from .conftest import StandIn, World

PATH = "/api/webhooks/ayrshare"


@pytest.fixture
async def http(context: ProcessContext) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=create_api(context))
    async with httpx2.AsyncClient(transport=transport, base_url="http://publisher") as client:
        yield client


def unlinked(world: World, **more: Any) -> dict[str, Any]:
    return {
        "action": "social",
        "type": "unlink",
        "platform": "facebook",
        "refId": world.ref_id,
        "hookId": "hook-1",
        "details": {"status": "error", "code": 349, "message": "Account locked"},
        "timeStamp": int(world.clock.now().timestamp()) + 1,
        **more,
    }


async def deliver(http: httpx2.AsyncClient, event: dict[str, Any], **headers: str) -> httpx2.Response:
    body = json.dumps(event).encode()
    signature = hmac.new(b"webhook-secret", body, hashlib.sha256).hexdigest()
    return await http.post(PATH, content=body, headers={"X-Authorization-Content-SHA256": signature, **headers})


def ended(outcome: str) -> float:
    """Return how many webhooks have ended so, by the metric."""
    return REGISTRY.get_sample_value("pulseworks_ayrshare_webhooks_processed_total", {"outcome": outcome}) or 0


async def outcomes(world: World) -> dict[str, str | None]:
    return {event.event_id: event.outcome for event in await stored(world)}


async def stored(world: World) -> list[AyrshareEvent]:
    async with world.database.transaction(world.account_id) as session:
        return list((await session.execute(select(AyrshareEvent))).scalars())


@pytest.mark.invariant("M1")
async def test_after_an_unlink_the_profile_needs_a_reconnect(world: World, http: httpx2.AsyncClient) -> None:
    assert (await deliver(http, unlinked(world))).status_code == 200
    assert await emitted(world.database, ProfileNeedsReconnect) == [], "answered first, processed afterwards"
    await world.run_webhooks()
    event = await assert_emitted(world.database, ProfileNeedsReconnect)
    assert event.data.platforms == ["FACEBOOK"]
    assert "Account locked" in event.data.reason
    async with world.database.transaction(world.account_id) as session:
        profile = (await session.execute(select(PublishingProfile))).scalar_one()
    assert profile.status == "NEEDS_RECONNECT"


@pytest.mark.invariant("M1")
async def test_a_repeated_delivery_is_stored_and_processed_once(world: World, http: httpx2.AsyncClient) -> None:
    for attempt in ("1", "2"):
        headers = {"X-Ayrshare-Delivery-Id": "d", "X-Ayrshare-Delivery-Attempt": attempt}
        assert (await deliver(http, unlinked(world), **headers)).status_code == 200
    assert len(await stored(world)) == 1
    await world.run_webhooks()
    assert await world.run_webhooks() == 0
    await assert_emitted(world.database, ProfileNeedsReconnect)
    [event] = await stored(world)
    assert (event.outcome, event.processed_at is not None) == ("unlinked", True)


@pytest.mark.invariant("M1")
@pytest.mark.parametrize("hook_id", [None, ""])
async def test_without_a_hook_id_the_delivery_id_or_the_body_identifies_repeats(
    world: World, http: httpx2.AsyncClient, hook_id: str | None
) -> None:
    event = unlinked(world, hookId=hook_id)
    for _ in range(2):
        await deliver(http, event, **{"X-Ayrshare-Delivery-Id": "d-1"})
        await deliver(http, event)
    assert sorted(row.event_id.partition(":")[0] for row in await stored(world)) == ["delivery", "sha256"]


@pytest.mark.invariant("M1")
@pytest.mark.parametrize("encoding", ["hex", "base64", "rotation"])
async def test_both_encodings_and_a_rotated_secret_are_accepted(
    world: World, http: httpx2.AsyncClient, encoding: str
) -> None:
    body = json.dumps(unlinked(world)).encode()
    digest = hmac.new(b"webhook-secret", body, hashlib.sha256).digest()
    old = hmac.new(b"the-old-secret", body, hashlib.sha256).hexdigest()
    headers = {
        "hex": {"X-Authorization-Content-SHA256": digest.hex()},
        "base64": {"X-Authorization-Content-SHA256": base64.b64encode(digest).decode()},
        "rotation": {
            "X-Authorization-Content-SHA256": old,
            "X-Authorization-Content-SHA256-V2": f"v1={old}, v1={digest.hex()}",
        },
    }[encoding]
    assert (await http.post(PATH, content=body, headers=headers)).status_code == 200
    assert len(await stored(world)) == 1


@pytest.mark.invariant("M1")
async def test_a_forged_webhook_is_refused_and_not_stored(world: World, http: httpx2.AsyncClient) -> None:
    body = json.dumps(unlinked(world)).encode()
    signed = hmac.new(b"webhook-secret", body, hashlib.sha256).hexdigest()
    wrong = hmac.new(b"a-guessed-secret", body, hashlib.sha256)
    plain = hashlib.sha256(body).hexdigest()
    for content, signature in [
        (body, wrong.hexdigest()),
        (body, base64.b64encode(wrong.digest()).decode()),
        (body, plain),
        (body, signed[:-1]),
        (body, signed + "00"),
        (body, ""),
        (body, "v1="),
        (body.replace(b"facebook", b"instagram"), signed),
        (b"", signed),
    ]:
        headers = {"X-Authorization-Content-SHA256": signature, "X-Authorization-Content-SHA256-V2": signature}
        assert (await http.post(PATH, content=content, headers=headers)).status_code == 401
    assert await stored(world) == []
    assert await world.run_webhooks() == 0


@pytest.mark.invariant("M1")
async def test_a_replay_days_later_changes_nothing(world: World, standin: StandIn, http: httpx2.AsyncClient) -> None:
    """The signature does not cover the time, so it never expires: the hook's id identifies the repeat."""
    event = unlinked(world)
    await deliver(http, event)
    await world.run_webhooks()
    session = await world.connections.create_link_session(world.account_id)
    await standin.link(session.url, facebook="100200300400500")
    world.clock.advance(timedelta(days=3))
    await world.connections.verify(world.principal, {"FACEBOOK": "100200300400500", "INSTAGRAM": None})
    assert (await deliver(http, event, **{"X-Ayrshare-Delivery-Id": "another"})).status_code == 200
    assert await world.run_webhooks() == 0
    async with world.database.transaction(world.account_id) as opened:
        profile = (await opened.execute(select(PublishingProfile))).scalar_one()
    assert profile.status == "VERIFIED"


@pytest.mark.invariant("M1")
async def test_a_replay_under_another_id_does_not_unlink_a_newer_link(
    world: World, standin: StandIn, http: httpx2.AsyncClient
) -> None:
    """Even with a valid signature an old event only causes a refresh."""
    event = unlinked(world)
    world.clock.advance(timedelta(hours=1))
    await world.connections.refresh(world.account_id)
    await deliver(http, {**event, "hookId": "made-up"})
    await world.run_webhooks()
    assert await emitted(world.database, ProfileNeedsReconnect) == []
    [kept] = await stored(world)
    assert kept.outcome == "refreshed"


@pytest.mark.invariant("M1")
async def test_an_unsigned_or_altered_body_is_refused(world: World, http: httpx2.AsyncClient) -> None:
    body = json.dumps(unlinked(world)).encode()
    signature = hmac.new(b"webhook-secret", body, hashlib.sha256).hexdigest()
    for content, headers in [
        (body, {}),
        (body, {"X-Authorization-Content-SHA256": "0" * 64}),
        (body + b" ", {"X-Authorization-Content-SHA256": signature}),
    ]:
        answer = await http.post(PATH, content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "webhook_signature_invalid")
    assert await stored(world) == []


@pytest.mark.invariant("T1", "M1")
async def test_an_event_of_an_unknown_profile_is_answered_kept_for_a_while_and_given_up(
    world: World, http: httpx2.AsyncClient
) -> None:
    for _ in range(2):
        assert (await deliver(http, unlinked(world, refId="of-another-deployment"))).status_code == 200
    assert (await deliver(http, {"action": "feed"})).status_code == 200
    world.clock.advance(UNMATCHED_KEPT - timedelta(seconds=1))
    assert await world.run_unmatched_webhooks() == 1
    given_up = ended("unmatched")

    world.clock.advance(timedelta(seconds=1))
    with capture_logs() as logs:
        assert await world.run_unmatched_webhooks() == 1

    assert await world.run_unmatched_webhooks() == 0
    assert await stored(world) == []
    assert [(log["event"], log["log_level"]) for log in logs] == [("unmatched_webhook_given_up", "warning")]
    assert ended("unmatched") == given_up + 1


@pytest.mark.invariant("M1")
async def test_an_event_that_is_earlier_than_its_profile_is_processed(world: World, http: httpx2.AsyncClient) -> None:
    await deliver(http, {"action": "feed", "refId": "made-a-moment-later"})
    assert await world.run_unmatched_webhooks() == 1
    received_at = world.clock.now()
    world.clock.advance(timedelta(seconds=2))
    account_id = new_id()
    async with world.database.transaction(account_id) as session:
        session.add(
            ProviderProfile(account_id=account_id, title="Later", status="creating", ref_id="made-a-moment-later")
        )

    assert await world.run_unmatched_webhooks() == 1

    assert await world.run_unmatched_webhooks() == 0
    assert await world.run_webhooks() == 1
    async with world.database.transaction(account_id) as session:
        event = (await session.execute(select(AyrshareEvent))).scalar_one()
    assert (event.action, event.outcome, event.received_at) == ("feed", "ignored", received_at)


async def test_an_event_that_keeps_failing_is_given_up_and_blocks_no_other(
    world: World, standin: StandIn, http: httpx2.AsyncClient
) -> None:
    await standin.fault(match="GET /api/user", kind="status", status=400, times=100)
    await deliver(http, {"action": "social", "type": "refresh", "refId": world.ref_id, "hookId": "failing"})
    await deliver(http, unlinked(world, hookId="sound"))
    loop = webhook_loop(world.context)
    await loop.start()
    async with asyncio.timeout(10):
        while (await outcomes(world))["hook:sound"] != "unlinked":
            await asyncio.sleep(0.02)
    assert (await outcomes(world))["hook:failing"] is None
    given_up = ended("given_up")

    async with world.database.transaction(world.account_id) as session:
        await session.execute(
            text("UPDATE publisher.ayrshare_event SET attempts = :attempts, due_at = now() WHERE outcome IS NULL"),
            {"attempts": MOST_ATTEMPTS - 1},
        )
    async with asyncio.timeout(10):
        while (await outcomes(world))["hook:failing"] is None:
            await asyncio.sleep(0.02)
    await loop.stop()

    failed = next(event for event in await stored(world) if event.event_id == "hook:failing")
    assert (failed.outcome, failed.processed_at, failed.due_at) == ("given up", None, None)
    assert "AyrshareRefusedError" in (failed.error or "")
    assert ended("given_up") == given_up + 1


async def test_an_event_is_not_given_up_because_the_provider_does_not_answer(
    world: World, standin: StandIn, http: httpx2.AsyncClient
) -> None:
    await standin.fault(match="GET /api/user", kind="status", status=503)
    await deliver(http, {"action": "social", "type": "refresh", "refId": world.ref_id})
    async with world.database.transaction(world.account_id) as session:
        await session.execute(text("UPDATE publisher.ayrshare_event SET attempts = 1000"))
    with pytest.raises(AyrshareUnavailableError):
        await world.run_webhooks()


async def test_a_late_unlink_event_fetches_the_linked_accounts_instead(world: World, http: httpx2.AsyncClient) -> None:
    hour_ago = int((world.clock.now() - timedelta(hours=1)).timestamp())
    await deliver(http, unlinked(world, timeStamp=hour_ago))
    await world.run_webhooks()
    assert await emitted(world.database, ProfileNeedsReconnect) == []
    [event] = await stored(world)
    assert event.outcome == "refreshed"


async def test_a_link_event_records_the_new_connection(
    world: World, standin: StandIn, http: httpx2.AsyncClient
) -> None:
    session = await world.connections.create_link_session(world.account_id)
    await standin.link(session.url, facebook="999000999000999", facebook_name="The other Page")
    await deliver(http, {"action": "social", "type": "link", "platform": "facebook", "refId": world.ref_id})
    await world.run_webhooks()
    async with world.database.transaction(world.account_id) as opened:
        statement = select(SocialConnection).where(SocialConnection.platform == "FACEBOOK")
        connection = (await opened.execute(statement)).scalar_one()
    assert (connection.platform_account_id, connection.display_name) == ("999000999000999", "The other Page")


@pytest.mark.invariant("P6")
async def test_an_account_that_is_unlinked_and_linked_again_is_verified_again(
    world: World, standin: StandIn, http: httpx2.AsyncClient
) -> None:
    """No new verification is needed: it is the account that a person has verified."""
    await standin.http.post("/_control/unlink", json={"ref_id": world.ref_id, "platform": "facebook"})
    await deliver(http, unlinked(world))
    await world.run_webhooks()
    await assert_emitted(world.database, ProfileNeedsReconnect)
    session = await world.connections.create_link_session(world.account_id)
    await standin.link(session.url, facebook="100200300400500")
    world.clock.advance(timedelta(minutes=1))
    body = {"action": "social", "type": "link", "platform": "facebook", "refId": world.ref_id, "hookId": "hook-2"}
    await deliver(http, body)
    await world.run_webhooks()
    verified = await assert_emitted(world.database, ProfileVerified, times=2)
    assert verified.data.revision == 3
    async with world.database.transaction(world.account_id) as opened:
        profile = (await opened.execute(select(PublishingProfile))).scalar_one()
    assert (profile.status, profile.reason) == ("VERIFIED", None)


async def test_an_event_is_processed_once_the_provider_answers_again(
    world: World, standin: StandIn, http: httpx2.AsyncClient
) -> None:
    await standin.fault(match="GET /api/user", kind="status", status=503)
    await deliver(http, {"action": "social", "type": "refresh", "platform": "facebook", "refId": world.ref_id})
    with pytest.raises(AyrshareUnavailableError):
        await world.run_webhooks()
    await world.run_loop(table=AYRSHARE_EVENTS, leases_end=True)
    [event] = await stored(world)
    assert event.outcome == "refreshed"


@pytest.mark.invariant("P5")
async def test_a_scheduled_event_starts_the_lookup_of_an_uncertain_delivery(
    world: World, standin: StandIn, http: httpx2.AsyncClient
) -> None:
    await standin.fault(kind="drop_after")
    await world.ready_post()
    await world.run_loop()
    async with world.database.transaction(world.account_id):
        before = (await world.delivery()).due_at
    await deliver(http, {"action": "scheduled", "refId": world.ref_id, "id": "x", "status": "success"})
    await world.run_webhooks()
    delivery = await world.delivery()
    assert before is not None
    assert delivery.due_at is not None
    assert delivery.due_at < before
    await world.run_loop()
    assert (await world.delivery()).status == "published"


async def test_the_stand_ins_signature_is_accepted(world: World, standin: StandIn, http: httpx2.AsyncClient) -> None:
    """The stand-in's own payload is replayed."""
    await standin.configure(allow_http_webhooks=True)
    headers = {"Authorization": "Bearer sandbox-ayrshare-key"}
    hook = {"action": "social", "url": "http://127.0.0.1:9/", "secret": "webhook-secret"}
    (await standin.http.post("/api/hook/webhook", json=hook, headers=headers)).raise_for_status()
    await standin.http.post("/_control/unlink", json={"ref_id": world.ref_id, "platform": "instagram"})
    deliveries = (await standin.http.get("/_control/webhooks")).json()["deliveries"]
    payload = deliveries[0]["payload"]
    assert (await deliver(http, payload)).status_code == 200
    await world.run_webhooks()
    event = await assert_emitted(world.database, ProfileNeedsReconnect)
    assert event.data.platforms == ["INSTAGRAM"]


async def test_old_processed_webhooks_are_deleted_and_waiting_ones_are_not(
    world: World, http: httpx2.AsyncClient
) -> None:
    await deliver(http, unlinked(world))
    await world.run_webhooks()
    await deliver(http, unlinked(world, hookId="hook-2"))
    retention = Retention(world.database, world.clock, purges(world.context))
    world.clock.advance(timedelta(days=29))
    await retention.run_once()
    assert len(await stored(world)) == 2
    world.clock.advance(timedelta(days=2))
    await retention.run_once()
    assert [event.event_id for event in await stored(world)] == ["hook:hook-2"]


async def test_the_worker_runs_the_checks_of_profiles_and_the_deletion_of_old_rows(context: ProcessContext) -> None:
    worker = create_worker(context)
    assert len(worker.loops) == 6, "relay, deliveries, preflights, webhooks, unmatched webhooks, profile checks"

"""Scheduled posts, and the webhooks that report on them and on links."""

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")

SECRET = "whsec"


async def register(who: Any, receiver: Any, *, action: str = "scheduled", **fields: str) -> Any:
    body = {"action": action, "url": receiver.url, "secret": SECRET, **fields}
    response = await who.call("POST", "/hook/webhook", body)
    assert response.status_code == 200
    return response.json()


def in_minutes(minutes: float) -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_scheduled_post_goes_live_when_due_and_sends_a_webhook(ayrshare: Any, receiver: Any) -> None:
    await register(ayrshare, receiver)
    when = in_minutes(10)
    response = await ayrshare.post("Later", scheduleDate=when, notes="d-1:1")
    (post,) = response.json()["posts"]
    assert (response.status_code, response.json()["status"]) == (200, "success")
    assert set(post) == {"status", "scheduleDate", "id", "refId", "post"}
    assert (post["status"], post["scheduleDate"]) == ("scheduled", when)
    assert await ayrshare.live() == []
    assert (await ayrshare.history())[0]["status"] == "pending"

    await ayrshare.later(601)
    await receiver.wait_for(1)
    headers, raw = receiver.taken[0]
    payload = json.loads(raw)
    assert (payload["action"], payload["status"], payload["id"], payload["refId"]) == (
        "scheduled",
        "success",
        post["id"],
        ayrshare.ref_id,
    )
    assert payload["postIds"] == (await ayrshare.history())[0]["postIds"]
    assert payload["hookId"] == headers["x-ayrshare-delivery-id"]
    assert [row["notes"] for row in await ayrshare.live()] == ["d-1:1"]


async def test_signature_is_the_hmac_of_the_body_alone(ayrshare: Any, receiver: Any) -> None:
    await register(ayrshare, receiver, action="social")
    await ayrshare.link(facebook="10077")
    await receiver.wait_for(1)
    headers, raw = receiver.taken[0]
    digest = hmac.new(SECRET.encode(), raw, hashlib.sha256).digest()
    assert headers["x-authorization-content-sha256"] == digest.hex()
    assert abs(int(headers["x-authorization-timestamp"]) - datetime.now(UTC).timestamp()) < 5

    await ayrshare.configure(webhook_signature="base64")
    await ayrshare.call("DELETE", "/profiles/social", {"platform": "facebook"})
    await receiver.wait_for(2)
    headers, raw = receiver.taken[1]
    digest = hmac.new(SECRET.encode(), raw, hashlib.sha256).digest()
    assert headers["x-authorization-content-sha256"] == b64encode(digest).decode()


async def test_new_and_old_secret_both_sign_for_a_day(ayrshare: Any, receiver: Any) -> None:
    await register(ayrshare, receiver, action="social")
    await register(ayrshare, receiver, action="social", secret="fresh")
    await ayrshare.link(facebook="10077")
    await receiver.wait_for(1)
    headers, raw = receiver.taken[0]
    signed = [hmac.new(key, raw, hashlib.sha256).hexdigest() for key in (b"fresh", SECRET.encode())]
    assert headers["x-authorization-content-sha256"] == signed[0]
    assert headers["x-authorization-content-sha256-v2"] == f"v1={signed[0]},v1={signed[1]}"
    await ayrshare.later(86_400)
    await ayrshare.link(facebook="10078")
    await receiver.wait_for(2)
    assert "x-authorization-content-sha256-v2" not in receiver.taken[1][0]


async def test_link_and_unlink_send_webhooks(ayrshare: Any, receiver: Any) -> None:
    await register(ayrshare, receiver, action="social")
    await ayrshare.link(facebook="10077", facebook_name="New Page")
    await receiver.wait_for(1)
    await ayrshare.http.post("/_control/unlink", json={"ref_id": ayrshare.ref_id, "platform": "instagram"})
    await receiver.wait_for(2)
    linked, unlinked = (json.loads(raw) for _, raw in receiver.taken)
    assert (linked["type"], linked["platform"], linked["displayName"], linked["source"]) == (
        "link",
        "facebook",
        "New Page",
        "user",
    )
    assert (unlinked["type"], unlinked["platform"], unlinked["source"]) == ("unlink", "instagram", "system")
    assert unlinked["details"]["code"] == 349
    assert "profileKey" not in unlinked


async def test_repeated_link_sends_no_webhook(ayrshare: Any, receiver: Any) -> None:
    await register(ayrshare, receiver, action="social")
    await ayrshare.link(facebook="10001", instagram="17841009")
    await receiver.wait_for(1)
    assert [json.loads(raw)["platform"] for _, raw in receiver.taken] == ["instagram"]


async def test_profile_without_webhook_falls_back_to_the_primary_one(server: Any, receiver: Any) -> None:
    await server.call(
        "POST",
        "/hook/webhook",
        {"action": "social", "url": receiver.url, "secret": SECRET},
        profile_key="",
    )
    customer = await server.new_profile("Customer")
    await customer.link(facebook="10001")
    await receiver.wait_for(1)
    headers, raw = receiver.taken[0]
    assert json.loads(raw)["refId"] == customer.ref_id
    expected = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    assert headers["x-authorization-content-sha256"] == expected


async def test_immediate_post_has_no_webhook(ayrshare: Any, receiver: Any) -> None:
    await register(ayrshare, receiver)
    await ayrshare.post("Now")
    await ayrshare.post("Soon", scheduleDate=in_minutes(1))
    await ayrshare.later(61)
    await receiver.wait_for(1)
    assert len((await ayrshare.http.get("/_control/webhooks")).json()["deliveries"]) == 1


async def test_refused_delivery_is_retried_with_the_same_id(ayrshare: Any, receiver: Any) -> None:
    await ayrshare.configure(webhook_retry_seconds=[5, 30])
    await register(ayrshare, receiver, action="social")
    receiver.statuses = [503, 429]
    await ayrshare.link(facebook="10077")
    await receiver.wait_for(1)
    for count, wait in ((2, 5), (3, 30)):
        await ayrshare.later(wait)
        await receiver.wait_for(count)
    ids = {headers["x-ayrshare-delivery-id"] for headers, _ in receiver.taken}
    assert len(ids) == 1
    assert [headers["x-ayrshare-delivery-attempt"] for headers, _ in receiver.taken] == ["1", "2", "3"]


@pytest.mark.parametrize("status", [400, 401, 404, 302])
async def test_permanently_refused_delivery_is_not_retried(ayrshare: Any, receiver: Any, status: int) -> None:
    await register(ayrshare, receiver, action="social")
    receiver.statuses = [status]
    await ayrshare.link(facebook="10077")
    await receiver.wait_for(1)
    await ayrshare.later(4_000)
    await ayrshare.link(facebook="10078")
    await receiver.wait_for(2)
    assert [json.loads(raw)["displayName"] for _, raw in receiver.taken] == ["10077", "10078"]


async def test_delivery_can_arrive_more_than_once(ayrshare: Any, receiver: Any) -> None:
    await ayrshare.configure(webhook_copies=2)
    await register(ayrshare, receiver, action="social")
    await ayrshare.link(facebook="10077")
    await receiver.wait_for(2)
    assert receiver.taken[0][1] == receiver.taken[1][1]


async def test_webhooks_are_listed_and_removed(ayrshare: Any, receiver: Any) -> None:
    made = await register(ayrshare, receiver)
    assert made == {
        "status": "success",
        "action": "scheduled",
        "url": receiver.url,
        "refId": ayrshare.ref_id,
    }
    assert (await ayrshare.call("GET", "/hook/webhook")).json()["scheduled"] == receiver.url
    gone = await ayrshare.call("DELETE", "/hook/webhook", {"action": "scheduled"})
    assert gone.json() == {"status": "success", "action": "scheduled"}
    assert "scheduled" not in (await ayrshare.call("GET", "/hook/webhook")).json()
    plain = {"action": "scheduled", "url": "http://elsewhere.example/hook"}
    assert (await ayrshare.call("POST", "/hook/webhook", plain)).status_code == 400


async def test_hook_history_shows_past_deliveries(ayrshare: Any, receiver: Any) -> None:
    await register(ayrshare, receiver, action="social")
    await ayrshare.link(facebook="10077")
    await receiver.wait_for(1)
    (seen,) = (await ayrshare.call("GET", "/hook/history")).json()["history"]
    assert (seen["action"], seen["type"], seen["url"]) == ("social", "link", receiver.url)


async def test_media_gone_at_the_due_time_fail_the_scheduled_post(ayrshare: Any, receiver: Any, pictures: Any) -> None:
    await register(ayrshare, receiver)
    await ayrshare.post("Later", scheduleDate=in_minutes(10), mediaUrls=[pictures.url()])
    pictures.gone = True
    await ayrshare.later(601)
    await receiver.wait_for(1)
    payload = json.loads(receiver.taken[0][1])
    assert (payload["status"], payload["errors"][0]["code"]) == ("error", 440)
    assert await ayrshare.live() == []


async def test_scheduled_post_can_be_deleted_before_it_is_due(ayrshare: Any) -> None:
    for text in ("A", "B"):
        await ayrshare.post(text, scheduleDate=in_minutes(10))
    response = await ayrshare.call("DELETE", "/post", {"deleteAllScheduled": True})
    assert response.status_code == 200
    await ayrshare.later(3_600)
    assert await ayrshare.live() == []


async def test_past_date_is_refused_unless_switched(ayrshare: Any) -> None:
    assert (await ayrshare.post("Past", scheduleDate=in_minutes(-5))).status_code == 400
    await ayrshare.configure(past_schedule_date="publish")
    assert (await ayrshare.post("Past", scheduleDate=in_minutes(-5))).status_code == 200
    assert len(await ayrshare.live()) == 1


async def test_scheduled_post_is_checked_at_submission_unless_switched_off(server: Any) -> None:
    customer = await server.new_profile("Unlinked")
    response = await customer.post("Later", scheduleDate=in_minutes(10))
    assert (response.status_code, response.json()["posts"][0]["errors"][0]["code"]) == (400, 156)
    response = await customer.post("Later", scheduleDate=in_minutes(10), validateScheduled=False)
    assert (response.status_code, response.json()["posts"][0]["status"]) == (200, "scheduled")

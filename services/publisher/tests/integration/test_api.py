"""The REST API, with tokens, through the real application."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from common.auth import Role
from common.ids import new_id
from publisher.api import create_api
from publisher.factory import ProcessContext
from pulseworks_contracts import AuditRecorded, PostPublished
from testing import assert_emitted, emitted
from testing.tokens import TokenMinter

from .conftest import StandIn, World

PAGE, INSTAGRAM = "100200300400500", "17841400000000777"


@pytest.fixture
async def http(context: ProcessContext) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=create_api(context))
    async with httpx2.AsyncClient(transport=transport, base_url="http://publisher") as client:
        yield client


@pytest.fixture
def owner(world: World, minter: TokenMinter) -> dict[str, str]:
    # a day's lifetime, because the tests move the clock
    token = minter.mint(world.account_id, Role.OWNER, user_id=world.user_id, lifetime=timedelta(days=1))
    return {"Authorization": f"Bearer {token}"}


async def unknown_delivery(world: World, standin: StandIn, *, kind: str) -> str:
    await standin.fault(kind=kind)
    await standin.fault(match="GET /api/history", kind="status", status=503, times="forever")
    await world.ready_post()
    for _ in range(20):
        await world.run_loop()
        world.clock.advance(timedelta(minutes=5))
    delivery = await world.delivery()
    assert delivery.status == "unknown"
    await standin.http.request("DELETE", "/_control/faults")
    return str(delivery.id)


async def test_connect_verify_and_read(
    http: httpx2.AsyncClient, minter: TokenMinter, context: ProcessContext, standin: StandIn
) -> None:
    account_id = new_id()
    headers = minter.headers(account_id)
    empty = await http.get("/api/social/connections", headers=headers)
    assert empty.json() == {"items": [], "fresh": True}
    missing = await http.get("/api/social/profile", headers=headers)
    assert (missing.status_code, missing.json()["code"]) == (404, "publishing_profile_not_found")
    refused = await http.post("/api/social/link", headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (409, "subscription_without_posting")
    assert await standin.requests("/api/profiles") == [], "nothing that costs money was created"
    async with context.database.transaction(account_id) as session:
        await context.factory(session).subscriptions().apply(revision=1, posting=True)
    link = await http.post("/api/social/link", headers=headers)
    await standin.link(link.json()["url"], facebook=PAGE, facebook_name="Harbour Physio", instagram=INSTAGRAM)
    shown = (await http.get("/api/social/connections", headers=headers)).json()["items"]
    assert [(c["platform"], c["platform_account_id"], c["status"]) for c in shown] == [
        ("FACEBOOK", PAGE, "LINKED"),
        ("INSTAGRAM", INSTAGRAM, "LINKED"),
    ]
    assert shown[0]["display_name"] == "Harbour Physio"
    verified = await http.post(
        "/api/social/profile/verify", headers=headers, json={"facebook": PAGE, "instagram": None}
    )
    assert verified.json()["accounts"] == [
        {"platform": "FACEBOOK", "platform_account_id": PAGE, "display_name": "Harbour Physio", "lost": False}
    ]
    assert (await http.get("/api/social/profile", headers=headers)).json() == verified.json()
    gone = await http.delete("/api/social/connections/FACEBOOK", headers=headers)
    assert gone.status_code == 204
    assert (await http.get("/api/social/profile", headers=headers)).json()["status"] == "NEEDS_RECONNECT"


async def test_the_last_known_connections_are_returned_while_the_provider_is_down(
    http: httpx2.AsyncClient, owner: dict[str, str], standin: StandIn, world: World
) -> None:
    await standin.fault(match="GET /api/user", kind="status", status=503)
    world.clock.advance(timedelta(minutes=2))
    answer = (await http.get("/api/social/connections", headers=owner)).json()
    assert answer["fresh"] is False
    assert len(answer["items"]) == 2


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"facebook": None, "instagram": None}, 422, "invalid_request"),
        ({"facebook": "", "instagram": ""}, 422, "invalid_request"),
        ({"facebook": PAGE}, 422, "invalid_request"),
        ({"facebook": "999000999000999", "instagram": None}, 409, "not_linked_now"),
    ],
)
async def test_a_verification_of_no_account_or_another_one_is_refused(
    http: httpx2.AsyncClient, owner: dict[str, str], body: dict[str, Any], status: int, code: str
) -> None:
    answer = await http.post("/api/social/profile/verify", headers=owner, json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_deliveries_are_listed_newest_first_by_page_and_status(
    http: httpx2.AsyncClient, owner: dict[str, str], world: World
) -> None:
    for number in range(3):
        await world.ready_post(f"Post number {number} of three")
    await world.run_loop()
    await world.ready_post("One that waits")
    first = (await http.get("/api/social/deliveries?limit=2", headers=owner)).json()
    second = (await http.get(f"/api/social/deliveries?cursor={first['next_cursor']}", headers=owner)).json()
    ids = [item["id"] for item in first["items"] + second["items"]]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 4
    assert second["next_cursor"] is None
    published = (await http.get("/api/social/deliveries?status=published", headers=owner)).json()["items"]
    assert len(published) == 3
    detail = (await http.get(f"/api/social/deliveries/{published[0]['id']}", headers=owner)).json()
    assert detail["payload"]["text"] == "Post number 2 of three"
    assert [attempt["outcome"] for attempt in detail["attempts"]] == ["accepted"]
    assert (detail["error"], detail["resolvable"]) == (None, False)


@pytest.mark.invariant("T1", "T2")
async def test_another_account_sees_nothing(http: httpx2.AsyncClient, minter: TokenMinter, world: World) -> None:
    await world.ready_post()
    delivery = await world.delivery()
    headers = minter.headers(new_id())
    assert (await http.get("/api/social/deliveries", headers=headers)).json()["items"] == []
    path = f"/api/social/deliveries/{delivery.id}"
    assert (await http.get(path, headers=headers)).json()["code"] == "delivery_not_found"
    resolved = await http.post(f"{path}/resolve", headers=headers, json={"outcome": "send_again"})
    assert resolved.status_code == 404
    assert (await http.get(path)).status_code == 401


@pytest.mark.invariant("P5", "P8")
async def test_a_person_can_mark_a_post_as_live(
    http: httpx2.AsyncClient, owner: dict[str, str], world: World, standin: StandIn
) -> None:
    path = f"/api/social/deliveries/{await unknown_delivery(world, standin, kind='drop_after')}"
    assert (await http.get(path, headers=owner)).json()["resolvable"] is True
    url = "https://www.facebook.com/harbour/posts/1"
    answer = await http.post(f"{path}/resolve", headers=owner, json={"outcome": "live", "url": url})
    assert (answer.json()["status"], answer.json()["post_url"]) == ("published", url)
    event = await assert_emitted(world.database, PostPublished)
    assert event.data.post_url == url
    resolved = [
        r.data for r in await emitted(world.database, AuditRecorded) if r.data.event_type == "DELIVERY_RESOLVED"
    ]
    assert [(r.user_id, r.metadata["resolution"]) for r in resolved] == [(world.user_id, "live")]
    again = await http.post(f"{path}/resolve", headers=owner, json={"outcome": "send_again"})
    assert (again.status_code, again.json()["code"]) == (409, "delivery_not_unknown")


@pytest.mark.invariant("P5", "P8")
async def test_a_person_can_have_a_post_sent_again(
    http: httpx2.AsyncClient, owner: dict[str, str], world: World, standin: StandIn
) -> None:
    path = f"/api/social/deliveries/{await unknown_delivery(world, standin, kind='drop_before')}/resolve"
    assert (await http.post(path, headers=owner, json={"outcome": "send_again"})).json()["status"] == "pending"
    await world.run_loop()
    delivery = await world.delivery()
    assert (delivery.status, delivery.attempt) == ("published", 1)
    assert len(await standin.posts()) == 1


@pytest.mark.invariant("P5")
async def test_a_persons_mistake_does_not_make_a_second_post(
    http: httpx2.AsyncClient, owner: dict[str, str], world: World, standin: StandIn
) -> None:
    path = f"/api/social/deliveries/{await unknown_delivery(world, standin, kind='drop_after')}/resolve"
    answer = await http.post(path, headers=owner, json={"outcome": "send_again"})
    assert answer.json()["status"] == "pending"
    assert (await world.run_until_settled()).status == "published"
    assert len(await standin.requests()) == 2, "it was sent again, and its key was refused as used"
    assert len(await standin.posts()) == 1


@pytest.mark.parametrize("body", [{"outcome": "gone"}, {"outcome": "live"}, {"outcome": "live", "url": "x"}, {}])
async def test_a_resolution_must_be_one_of_the_two_kinds(
    http: httpx2.AsyncClient, owner: dict[str, str], world: World, body: dict[str, Any]
) -> None:
    await world.ready_post()
    path = f"/api/social/deliveries/{(await world.delivery()).id}/resolve"
    assert (await http.post(path, headers=owner, json=body)).status_code == 422

"""Ids of another account are useless, through the gateway and around it."""

import uuid
from typing import Any

import httpx2
import jwt
import pytest
from common.auth import Role
from sandbox.demo.client import until
from sandbox.stack.stack import Stack
from testing.tokens import TokenMinter

from .conftest import Month
from .customer import Customer
from .problems import problem_of

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.invariant("T1", "T2")]

NOT_FOUND = httpx2.codes.NOT_FOUND
UNAUTHORIZED = httpx2.codes.UNAUTHORIZED
# A read-only path of each service.
READS = {
    "identity": "/api/account",
    "billing": "/api/billing/subscription",
    "content": "/api/content",
    "scheduler": "/api/schedule",
    "publisher": "/api/social/deliveries",
}


async def ids_of(customer: Customer, month: Month) -> dict[str, str]:
    """Return one id of each kind in the account."""
    [result] = [r for r, c in zip(month.results, month.customers, strict=True) if c is customer]
    invitation = {"email": "someone@team.example", "role": "MEMBER"}
    delivery = await until(
        "a delivery", lambda: customer.api.call("GET", "/api/social/deliveries"), lambda page: page["items"]
    )
    generated = await customer.api.call("GET", "/api/audit", event_type="CONTENT_GENERATED")
    sessions = await customer.api.call("GET", "/api/auth/sessions")
    return {
        "content": result.later[0]["content_id"],
        "hash": next(c["content_hash"] for c in result.contents if c["id"] == result.later[0]["content_id"]),
        "item": result.later[0]["id"],
        "delivery": delivery["items"][0]["id"],
        "generation": generated["items"][0]["entity_id"],
        "session": sessions["items"][0]["id"],
        "user": customer.user_id,
        "invitation": (await customer.api.call("POST", "/api/auth/invitations", invitation))["id"],
    }


def requests_about(ids: dict[str, str]) -> list[tuple[str, str, Any]]:
    content, item = f"/api/content/{ids['content']}", f"/api/schedule/{ids['item']}"
    generation = f"/api/content/generations/{ids['generation']}"
    delivery = f"/api/social/deliveries/{ids['delivery']}"
    return [
        ("GET", content, None),
        ("GET", f"{content}/preview", None),
        ("PATCH", content, {"caption": "Taken over"}),
        ("POST", f"{content}/approve", {"content_hash": ids["hash"]}),
        ("POST", f"{content}/withdraw", None),
        ("DELETE", content, None),
        ("GET", generation, None),
        ("GET", f"{generation}/events", None),
        ("POST", f"{generation}/retry", None),
        ("GET", item, None),
        ("POST", f"{item}/cancel", None),
        ("POST", f"{item}/move", {"scheduled_for": "2027-01-01T00:00:00Z"}),
        ("GET", delivery, None),
        ("POST", f"{delivery}/resolve", {"outcome": "send_again"}),
        ("PATCH", f"/api/users/{ids['user']}", {"active": False}),
        ("DELETE", f"/api/auth/invitations/{ids['invitation']}", None),
        ("DELETE", f"/api/auth/sessions/{ids['session']}", None),
    ]


async def test_ids_of_another_account_are_not_found(month: Month) -> None:
    owner, stranger = month.customers
    ids = await ids_of(owner, month)
    before = await _state(owner, ids)
    # the same response as for ids that do not exist
    nothing = {name: str(uuid.uuid4()) for name in ids} | {"hash": ids["hash"]}
    theirs = [await stranger.send(m, path, json=body) for m, path, body in requests_about(ids)]
    unknown = [await stranger.send(m, path, json=body) for m, path, body in requests_about(nothing)]
    for response, same in zip(theirs, unknown, strict=True):
        assert response.status_code == NOT_FOUND, f"{response.request.method} {response.request.url}: {response.text}"
        problem = problem_of(response)
        assert [problem[n] for n in ("code", "title")] == [problem_of(same)[n] for n in ("code", "title")]
    assert await _state(owner, ids) == before


async def _state(owner: Customer, ids: dict[str, str]) -> list[Any]:
    paths = (f"/api/content/{ids['content']}", f"/api/schedule/{ids['item']}", "/api/users", "/api/auth/invitations")
    return [await owner.api.call("GET", path) for path in paths]


async def test_lists_contain_only_the_own_account(month: Month) -> None:
    lists = ("content", "schedule", "briefs", "users", "audit", "social/deliveries", "social/connections")
    for path in lists:
        shown = [await customer.api.call("GET", f"/api/{path}") for customer in month.customers]
        own, others = ({str(entry["id"]) for entry in page["items"]} for page in shown)
        assert own, path
        assert others, path
        assert own.isdisjoint(others), path


async def test_each_account_has_its_own_brief_of_a_month(month: Month) -> None:
    briefs = [await c.api.call("GET", f"/api/briefs/{c.month}") for c in month.customers]
    assert [brief["promo_text"] for brief in briefs] == [c.business.brief["promo_text"] for c in month.customers]


async def test_content_of_another_account_can_not_be_scheduled(month: Month) -> None:
    owner, stranger = month.customers
    theirs = (await ids_of(owner, month))["content"]
    response = await stranger.send("POST", "/api/schedule", json={"items": [{"content_id": theirs}]})
    assert response.json()["created"] == []
    plan = {"month": owner.month, "content_ids": [theirs]}
    assert theirs not in {
        p["content_id"] for p in (await stranger.api.call("POST", "/api/schedule/plan", plan))["posts"]
    }


async def test_without_the_gateway_headers_and_bodies_can_not_select_an_account(stack: Stack, month: Month) -> None:
    owner, stranger = month.customers
    ids = await ids_of(owner, month)
    forged = {
        "X-Account-Id": owner.account_id,
        "X-User-Id": owner.user_id,
        "X-Role": "OWNER",
        "X-Forwarded-User": owner.user_id,
        "X-Tenant": owner.account_id,
    }
    async with httpx2.AsyncClient(timeout=10) as http:
        for service, path in READS.items():
            url = stack.wiring.url(service) + path
            assert (await http.get(url, headers=forged)).status_code == UNAUTHORIZED, service
            params = {"account_id": owner.account_id}
            mixed = await http.get(url, headers=forged | stranger.bearer, params=params)
            plain = await http.get(url, headers=stranger.bearer)
            assert mixed.json() == plain.json(), service
        content = f"{stack.wiring.url('content')}/api/content/{ids['content']}"
        item = f"{stack.wiring.url('scheduler')}/api/schedule/{ids['item']}"
        delivery = f"{stack.wiring.url('publisher')}/api/social/deliveries/{ids['delivery']}"
        for url in (content, item, delivery):
            assert (await http.get(url, headers=forged | stranger.bearer)).status_code == NOT_FOUND
            assert (await http.get(url, headers=owner.bearer)).status_code == httpx2.codes.OK
        brief = {"account_id": owner.account_id, "month": "2027-03", "primary_focus": "OTHER"}
        await http.post(f"{stack.wiring.url('content')}/api/briefs", json=brief, headers=stranger.bearer)
        assert (await owner.send("GET", "/api/briefs/2027-03")).status_code == NOT_FOUND


async def test_forged_tokens_are_refused_by_every_service(stack: Stack, month: Month) -> None:
    owner = month.customers[0]
    good = owner.bearer["Authorization"].removeprefix("Bearer ")
    kid, claims = jwt.get_unverified_header(good)["kid"], jwt.decode(good, options={"verify_signature": False})
    head, body, signature = good.split(".")
    other = TokenMinter(kid=kid)
    bad = {
        "signed by another key": other.mint(uuid.UUID(owner.account_id), Role.OWNER),
        "of an unknown key": TokenMinter(kid="unknown").mint(uuid.UUID(owner.account_id), Role.OWNER),
        "not signed": jwt.encode(claims, "", algorithm="none", headers={"kid": kid}),
        "signed with a shared secret": jwt.encode(claims, "x" * 32, algorithm="HS256", headers={"kid": kid}),
        "with another body": ".".join((head, other.mint(uuid.uuid4()).split(".")[1], signature)),
        "without its signature": f"{head}.{body}.",
        "that is a refresh token": "x" * 43,
    }
    async with httpx2.AsyncClient(timeout=10) as http:
        for service, path in READS.items():
            for what, token in bad.items():
                for base in (stack.wiring.url(service), stack.url):
                    response = await http.get(base + path, headers={"Authorization": f"Bearer {token}"})
                    assert response.status_code == UNAUTHORIZED, f"{service} took a token {what}"
                    problem_of(response)

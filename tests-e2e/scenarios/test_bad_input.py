"""No input causes a server error, and every refusal is a problem document."""

import asyncio
import json
import re
import secrets
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from .customer import Customer
from .hostile_values import BODIES, IDS, QUERIES, VALUES, RoundRobin, mutated
from .problems import problem_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

JSON = {"Content-Type": "application/json"}
AT_ONCE = 8
LARGE = 13 * 1024 * 1024
LATER = "2027-06-01T10:00:00+12:00"


@pytest_asyncio.fixture(loop_scope="session")
async def owner(customer: Customer) -> Customer:
    """A business with a draft post."""
    [customer.content] = await customer.approved(1)
    [customer.scheduled] = await customer.schedule([customer.content], seconds=3600)
    return customer


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if path != "/api/auth/logout":
                yield method.upper(), path, operation


def filled(template: str) -> str:
    known = {"month": "2026-12", "platform": "FACEBOOK"}
    return re.sub(r"{(\w+)}", lambda found: known.get(found[1], str(uuid.uuid4())), template)


async def checked(customer: Customer, method: str, path: str, **options: Any) -> httpx2.Response:
    """Send a request. Fails on a server error, and on a refusal without a problem document."""
    response = await customer.send(method, path, **options)
    what = f"{method} {path[:200]} {str(options)[:300]}: {response.status_code} {response.text[:300]}"
    assert response.status_code < httpx2.codes.INTERNAL_SERVER_ERROR, what
    if response.status_code >= httpx2.codes.BAD_REQUEST:
        problem_of(response)
    return response


async def check_all(customer: Customer, requests: Iterable[tuple[str, str, dict[str, Any]]]) -> int:
    """Send all requests, some of them concurrently; return their number."""
    waiting = iter(list(requests))
    count = 0

    async def work() -> None:
        nonlocal count
        for method, path, options in waiting:
            count += 1
            await checked(customer, method, path, **options)

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return count


async def test_bodies_that_are_not_json_or_not_the_expected_json(
    shared_customer: Customer, openapi: dict[str, Any]
) -> None:
    values_in_turn = RoundRobin(7)
    requests = [
        (method, filled(template), {"content": content, "headers": {"Content-Type": kind} if kind else {}})
        for method, template, operation in operations(openapi)
        if "requestBody" in operation
        for content, kind in values_in_turn.take(BODIES)
    ]
    assert await check_all(shared_customer, requests) > 150


def valid_bodies(owner: Customer) -> list[tuple[str, str, dict[str, Any]]]:
    content, item = f"/api/content/{owner.content['id']}", f"/api/schedule/{owner.scheduled['id']}"
    person = {"email": f"{secrets.token_hex(4)}@a.example", "password": owner.password}
    business = {"account_name": "A", "website_url": "https://a.example", "timezone": "UTC"}
    brief = {"primary_focus": "OTHER", "promo_enabled": True, "promo_text": "x", "notes": "y", "tone": "NEUTRAL"}
    words = {"title": "a", "caption": "b", "hashtags": ["c"], "alt_text": "d", "platform_targets": ["FACEBOOK"]}
    post = {"content_id": owner.content["id"], "platforms": ["INSTAGRAM"], "scheduled_for": LATER}
    rule = {"frequency": "TWICE_WEEKLY", "days_of_week": [1, 2], "time_window": "MORNING"}
    return [
        ("POST", "/api/auth/signup", person | business),
        ("POST", "/api/auth/login", person),
        ("POST", "/api/auth/refresh", {"refresh_token": "x"}),
        ("POST", "/api/auth/password", {"current_password": "wrong, of course", "new_password": "x" * 12}),
        ("POST", "/api/auth/invitations", {"email": "b@a.example", "role": "MEMBER"}),
        ("POST", "/api/auth/invitations/accept", {"token": "x", "password": "y" * 12}),
        ("PATCH", "/api/account", {"name": "B", "website_url": None, "timezone": "Asia/Kathmandu"}),
        ("PATCH", f"/api/users/{owner.user_id}", {"role": "OWNER", "active": True}),
        ("POST", "/api/billing/checkout", {"plan": "GROWTH", "posting_addon": True, "success_url": None}),
        ("POST", "/api/billing/change", {"plan": "GROWTH", "posting_addon": True}),
        ("POST", "/api/billing/portal", {"return_url": None}),
        ("POST", "/api/briefs", brief | {"month": "2027-05"}),
        ("PUT", f"/api/briefs/{owner.month}", brief),
        ("PATCH", "/api/brand", {"voice": "warm", "words_to_avoid": ["cheap"], "audience": "people"}),
        ("POST", "/api/content/generations", {"month": "2027-05", "post_count": 1}),
        ("PATCH", content, words),
        ("PATCH", content, {"headline": "e", "subline": "f", "revision": 1}),
        ("POST", f"{content}/approve", {"content_hash": "sha256:" + "0" * 64}),
        ("POST", "/api/schedule", {"items": [post]}),
        ("POST", "/api/schedule", {"month": "2027-05"}),
        ("POST", "/api/schedule/plan", {"month": "2027-05", "content_ids": [owner.content["id"]]}),
        ("PUT", "/api/schedule/rule", rule | {"blackout_dates": ["2027-01-01"]}),
        ("POST", f"{item}/move", {"scheduled_for": LATER}),
        ("POST", "/api/social/profile/verify", {"facebook": "1", "instagram": None}),
        ("POST", f"/api/social/deliveries/{uuid.uuid4()}/resolve", {"outcome": "live", "url": "https://a.example/1"}),
    ]


async def test_valid_bodies_with_one_bad_value(owner: Customer) -> None:
    values_in_turn = RoundRobin(6)
    requests = [
        (method, path, {"content": json.dumps(bad).encode(), "headers": JSON})
        for method, path, body in valid_bodies(owner)
        for bad in mutated(body, lambda: values_in_turn.take(VALUES))
    ]
    assert await check_all(owner, requests) > 300


async def test_invalid_queries_and_cursors(shared_customer: Customer, openapi: dict[str, Any]) -> None:
    values_in_turn = RoundRobin(14)
    requests: list[tuple[str, str, dict[str, Any]]] = [
        (method, f"{template}?{query}", {})
        for method, template, operation in operations(openapi)
        if any(parameter["in"] == "query" for parameter in operation.get("parameters", []))
        for query in values_in_turn.take(QUERIES)
    ]
    assert await check_all(shared_customer, requests) > 60


async def test_invalid_ids(shared_customer: Customer, openapi: dict[str, Any]) -> None:
    values_in_turn = RoundRobin(6)
    requests: list[tuple[str, str, dict[str, Any]]] = [
        (method, value.join(re.split(r"{\w+}", template)), {})
        for method, template, _ in operations(openapi)
        if "{" in template
        for value in values_in_turn.take(IDS)
    ]
    assert await check_all(shared_customer, requests) > 100


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api", 404),
        ("GET", "/api/", 404),
        ("GET", "/api/nothing", 404),
        ("GET", "/api/contentious", 404),
        ("GET", "/api/content/x/y/z", 404),
        ("GET", "/api/webhooks/paypal", 404),
        ("GET", "/api//content", 400),
        ("GET", "/api/content/%2e%2e/users", 400),
        ("GET", "/api/content/x/%2E./users", 400),
        ("GET", "/api/content%2fx", 400),
        ("GET", "/api;/content", 404),
        ("PUT", "/api/content", 405),
        ("DELETE", "/api/account", 405),
        ("PROPFIND", "/api/schedule", 405),
        ("TRACE", "/api/briefs", 405),
        ("OPTIONS", "/api/social/profile", 204),
        ("GET", "/nothing", 404),
        ("POST", "/docs", 405),
    ],
)
async def test_unknown_paths_and_methods(shared_customer: Customer, method: str, path: str, status: int) -> None:
    response = await checked(shared_customer, method, path)
    assert response.status_code == status, response.text


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*;q=0", "image/*, ;;,q=", "a" * 4_000])
async def test_a_response_is_json_for_any_accept_header(shared_customer: Customer, accept: str) -> None:
    good = await checked(shared_customer, "GET", "/api/account", headers={"Accept": accept})
    assert good.headers["content-type"] == "application/json"
    await checked(shared_customer, "GET", f"/api/content/{uuid.uuid4()}", headers={"Accept": accept})


async def test_oversized_bodies(shared_customer: Customer) -> None:
    paths = (
        "/api/auth/invitations",
        "/api/billing/checkout",
        "/api/briefs",
        "/api/schedule",
        "/api/social/profile/verify",
    )

    async def chunks() -> Any:
        for _ in range(LARGE // 65_536):
            yield b" " * 65_536

    for path in paths:
        for content in (b" " * LARGE, b'"' + b"a" * 3_000_000 + b'"', chunks()):
            response = await checked(shared_customer, "POST", path, content=content, headers=JSON)
            assert response.status_code == httpx2.codes.CONTENT_TOO_LARGE, path
    stripe = await checked(shared_customer, "POST", "/api/webhooks/stripe", content=b"{" * LARGE)
    assert stripe.status_code == httpx2.codes.CONTENT_TOO_LARGE


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Idempotency-Key": ""}, 400),
        ({"Idempotency-Key": "k" * 300}, 400),
        ({"Idempotency-Key": "\xe4\xff"}, 400),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": "Basic eDp5"}, 401),
        ({"Authorization": "Bearer " + "a" * 8_000}, 401),
        ({"Authorization": "Bearer a.b.c"}, 401),
        ({"Authorization": "Bearer \xe4"}, 401),
        ({"X-Request-Id": "a" * 1_000}, 422),
        ({"X-Request-Id": "<script>"}, 422),
        ({"traceparent": "00-x-y-z"}, 422),
        ({"Content-Encoding": "gzip"}, 422),
    ],
)
async def test_invalid_headers(shared_customer: Customer, headers: dict[str, str], status: int) -> None:
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in {**JSON, **headers}.items()]
    response = await checked(shared_customer, "POST", "/api/briefs", content=b"{}", headers=encoded)
    assert response.status_code == status, response.text


@pytest.mark.parametrize("last", ["abc", "-1", "9" * 400, "1.5"])
async def test_a_stream_resumes_only_at_a_number(shared_customer: Customer, last: str) -> None:
    path = f"/api/content/generations/{uuid.uuid4()}/events"
    await checked(shared_customer, "GET", path, headers={"Last-Event-ID": last})


@pytest.mark.parametrize("at", ["2027-06-01T10:00:00", "2027-06-01", "1780000000", "2027-06-01T25:00:00Z"])
async def test_a_time_without_an_offset_is_refused_and_named(shared_customer: Customer, at: str) -> None:
    body = {"items": [{"content_id": str(uuid.uuid4()), "scheduled_for": at}]}
    response = await checked(shared_customer, "POST", "/api/schedule", json=body)
    assert response.status_code == 422
    assert response.json()["errors"][0]["field"] == "items.0.scheduled_for"

"""A POST repeated with the same key is executed once and returns the same response."""

import asyncio
import secrets

import pytest

from .customer import Customer
from .problems import problem_of

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.invariant("M2")]

BRIEF = {"month": "2027-01", "primary_focus": "EDUCATION"}


def key() -> dict[str, str]:
    return {"Idempotency-Key": secrets.token_hex(8)}


async def test_a_repeated_post_is_executed_once_and_gets_the_same_response(newcomer: Customer) -> None:
    headers = key()
    first = await newcomer.send("POST", "/api/briefs", json=BRIEF, headers=headers)
    again = await newcomer.send("POST", "/api/briefs", json=BRIEF, headers=headers)
    other_key = await newcomer.send("POST", "/api/briefs", json=BRIEF, headers=key())
    assert (first.status_code, again.status_code, other_key.status_code) == (201, 201, 409)
    assert again.content == first.content
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["x-request-id"] != first.headers["x-request-id"]


async def test_a_key_is_valid_for_one_request_only(newcomer: Customer) -> None:
    headers = key()
    await newcomer.send("POST", "/api/briefs", json=BRIEF, headers=headers)
    reused = await newcomer.send("POST", "/api/briefs", json=BRIEF | {"month": "2027-02"}, headers=headers)
    assert (reused.status_code, problem_of(reused)["code"]) == (422, "idempotency_key_reused")


async def test_concurrent_repeats_are_executed_once(newcomer: Customer) -> None:
    headers = key()
    responses = await asyncio.gather(
        *(newcomer.send("POST", "/api/briefs", json=BRIEF, headers=headers) for _ in range(8))
    )
    assert {(response.status_code, response.content) for response in responses} == {(201, responses[0].content)}
    assert len((await newcomer.api.call("GET", "/api/briefs"))["items"]) == 1


async def test_a_repeated_checkout_is_one_checkout(newcomer: Customer) -> None:
    headers, wanted = key(), {"plan": "GROWTH", "posting_addon": True}
    first = await newcomer.send("POST", "/api/billing/checkout", json=wanted, headers=headers)
    again = await newcomer.send("POST", "/api/billing/checkout", json=wanted, headers=headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json()["url"] == first.json()["url"]
    assert again.headers["idempotency-replayed"] == "true"


async def test_accounts_do_not_share_keys(newcomer: Customer, customer: Customer) -> None:
    headers = key()
    first = await newcomer.send("POST", "/api/briefs", json=BRIEF, headers=headers)
    other = await customer.send("POST", "/api/briefs", json=BRIEF, headers=headers)
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json()["id"] != other.json()["id"]

"""Faults that publishing must handle: what the caller sees, and the actual effect."""

from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOST = (httpx.RemoteProtocolError, httpx.ReadError)


async def switch(ayrshare: Any, **rule: Any) -> None:
    rules = [{"match": "^POST /api/post$", **rule}]
    (await ayrshare.http.post("/_control/faults", json=rules)).raise_for_status()


async def test_post_with_a_lost_response_is_found_by_its_notes(ayrshare: Any) -> None:
    await switch(ayrshare, kind="drop_after")
    with pytest.raises(LOST):
        await ayrshare.post("Hello", notes="d-1:1", idempotencyKey="d-1:1")
    assert [(post["notes"], post["status"]) for post in await ayrshare.history()] == [("d-1:1", "success")]
    again = await ayrshare.post("Hello", notes="d-1:1", idempotencyKey="d-1:1")
    assert (again.status_code, again.json()["code"]) == (400, 137)
    assert len(await ayrshare.live(notes="d-1:1")) == 1


async def test_post_that_never_arrived_is_not_in_the_history_and_its_key_is_unused(ayrshare: Any) -> None:
    await switch(ayrshare, kind="drop_before")
    with pytest.raises(LOST):
        await ayrshare.post("Hello", notes="d-1:1", idempotencyKey="d-1:1")
    assert await ayrshare.history() == []
    assert (await ayrshare.post("Hello", notes="d-1:1", idempotencyKey="d-1:1")).status_code == 200


async def test_500_after_the_effect(ayrshare: Any) -> None:
    await switch(ayrshare, kind="status_after_effect", status=500)
    assert (await ayrshare.post("Hello")).status_code == 500
    assert len(await ayrshare.live()) == 1


async def test_fault_for_one_customer_only(ayrshare: Any) -> None:
    other = await ayrshare.new_profile("Other")
    await other.link(facebook="10009")
    await switch(ayrshare, kind="status", times="forever", header={"Profile-Key": ayrshare.profile_key})
    assert (await ayrshare.post("Hello")).status_code == 503
    assert (await other.post("Hello")).status_code == 200


async def test_log_contains_the_requests(ayrshare: Any) -> None:
    await switch(ayrshare, kind="status", status=502)
    await ayrshare.post("Hello", notes="d-1:1")
    query = {"method": "POST", "path": "/api/post"}
    (seen,) = (await ayrshare.http.get("/_control/requests", params=query)).json()["requests"]
    assert seen["headers"]["profile-key"] == ayrshare.profile_key
    assert '"notes":"d-1:1"' in seen["body"]
    assert seen["fault"] == "status"

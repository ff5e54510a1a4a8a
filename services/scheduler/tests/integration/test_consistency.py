"""A request sees the changes whose `Consistency-Token` it carries, or is told that they are not there yet."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from common.http.consistency import format_token
from pulseworks_contracts import Event

from .conftest import Tenant

MONTH = {"month": "2026-12"}


def token_of(*events: Event) -> dict[str, Any]:
    return _header(format_token((event.type, event.id) for event in events))


def _header(token: str) -> dict[str, Any]:
    return {"Consistency-Token": token}


async def test_a_month_waits_for_approvals_that_are_still_on_their_way(tenant: Tenant) -> None:
    await tenant.request(
        "PUT", "/rule", {"frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "time_window": "MORNING"}
    )
    approvals = [tenant.approval(text=f"Post {number}") for number in range(12)]

    async def arrive_late() -> None:
        await asyncio.sleep(0.2)
        for event in approvals:
            await tenant.receive(event)

    planned, _ = await asyncio.gather(tenant.post("/plan", MONTH, **token_of(*approvals)), arrive_late())
    assert planned["approved_posts"] == len(approvals)
    scheduled = await tenant.post("", MONTH, status=201, **token_of(*approvals))
    assert (scheduled["approved_posts"], len(scheduled["created"])) == (12, 24)


@pytest.mark.parametrize(
    ("method", "path", "body"), [("POST", "/plan", MONTH), ("POST", "", MONTH), ("POST", "/pause", None)]
)
async def test_a_write_is_refused_while_an_earlier_change_is_missing(
    tenant: Tenant, method: str, path: str, body: Any
) -> None:
    missing = tenant.approval()
    await tenant.approve()
    response = await tenant.request(method, path, body, **token_of(missing))
    assert (response.status_code, response.json()["code"]) == (409, "not_there_yet")
    assert response.headers["Retry-After"] == "1"
    assert (await tenant.request("GET", "", **token_of(missing))).status_code == 200


async def test_a_refused_request_can_be_repeated_with_its_idempotency_key(tenant: Tenant) -> None:
    await tenant.request(
        "PUT", "/rule", {"frequency": "TWICE_WEEKLY", "days_of_week": [2, 4], "time_window": "MORNING"}
    )
    approval = tenant.approval()
    headers: dict[str, Any] = token_of(approval) | {"Idempotency-Key": "month-1"}
    assert (await tenant.request("POST", "", MONTH, **headers)).status_code == 409
    await tenant.receive(approval)
    assert (await tenant.request("POST", "", MONTH, **headers)).status_code == 201


async def test_an_event_of_another_account_is_not_there(tenant: Tenant, new_tenant: Callable[[], Tenant]) -> None:
    other = await new_tenant().ready()
    approval = other.approval()
    await other.receive(approval)
    assert (await tenant.request("POST", "/pause", **token_of(approval))).status_code == 409
    assert (await other.request("POST", "/pause", **token_of(approval))).status_code == 200


async def test_a_response_names_the_events_that_it_emitted(tenant: Tenant) -> None:
    item_id = await tenant.schedule(tenant.context.clock.now().replace(year=2027))
    response = await tenant.request("POST", f"/{item_id}/cancel")
    assert response.headers["Consistency-Token"].count(",") == 0
    for unchanged in (
        await tenant.request("POST", f"/{item_id}/cancel"),
        await tenant.request("POST", f"/{item_id}/pause"),
    ):
        assert "Consistency-Token" not in unchanged.headers


async def test_a_month_without_approved_posts_says_so(tenant: Tenant) -> None:
    await tenant.request(
        "PUT", "/rule", {"frequency": "TWICE_WEEKLY", "days_of_week": [2, 4], "time_window": "MORNING"}
    )
    for path in ("/plan", ""):
        answer = await tenant.post(path, MONTH)
        assert answer["approved_posts"] == 0
        problems = answer["problems"] if path else answer["refused"]
        assert [problem["code"] for problem in problems] == ["nothing_approved"]


async def test_a_made_up_token_is_a_bad_request(tenant: Tenant) -> None:
    response = await tenant.request("POST", "/plan", MONTH, **_header("nonsense"))
    assert (response.status_code, response.json()["code"]) == (400, "consistency_token_invalid")

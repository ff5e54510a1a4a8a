"""A frontend's next click depends on its last one: nothing that it changed a moment ago is left out silently."""

import asyncio
from typing import Any

import pytest

from .customer import Customer

pytestmark = pytest.mark.asyncio(loop_scope="session")

POSTS = 8
_RULE = {"frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "time_window": "MORNING"}


async def test_a_month_that_is_scheduled_right_after_its_approvals_has_all_of_its_posts(customer: Customer) -> None:
    await customer.api.call("PUT", "/api/schedule/rule", _RULE)
    contents = await customer.drafts(POSTS)
    tokens = await asyncio.gather(*(_approve(customer, content) for content in contents))
    plan = await customer.api.call("POST", "/api/schedule/plan", {"month": customer.month})
    assert (plan["approved_posts"], len(plan["posts"]), plan["problems"]) == (POSTS, 2 * POSTS, [])
    scheduled = await customer.send(
        "POST", "/api/schedule", json={"month": customer.month}, headers={"Consistency-Token": ", ".join(tokens)}
    )
    assert (len(scheduled.json()["created"]), scheduled.json()["refused"]) == (2 * POSTS, [])
    shown = await customer.api.call("GET", "/api/content", month=customer.month, limit=100)
    assert {content["status"] for content in shown["items"]} == {"SCHEDULED"}
    first = scheduled.json()["created"][0]
    await customer.api.call("DELETE", f"/api/content/{first['content_id']}")
    assert (await customer.item(first["id"]))["status"] == "CANCELLED"


async def _approve(customer: Customer, content: dict[str, Any]) -> str:
    approved = await customer.send(
        "POST", f"/api/content/{content['id']}/approve", json={"content_hash": content["content_hash"]}
    )
    assert approved.status_code == 200, approved.text
    return approved.headers["Consistency-Token"]

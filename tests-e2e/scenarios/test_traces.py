"""One trace follows a post from the request that scheduled it to the call that publishes it."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sandbox.collector import Collector
from sandbox.demo.client import until

from .customer import Customer

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_one_trace_covers_the_gateway_and_the_call_to_ayrshare(customer: Customer, collector: Collector) -> None:
    (content,) = await customer.approved(1)
    strangers_trace = secrets.token_hex(16)
    request_id = ""

    async def schedule() -> list[dict[str, Any]]:
        nonlocal request_id
        request_id = f"trace-{secrets.token_hex(8)}"
        due = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
        wanted = {"items": [{"content_id": content["id"], "scheduled_for": due, "platforms": ["FACEBOOK"]}]}
        headers = {"X-Request-Id": request_id, "traceparent": f"00-{strangers_trace}-{'1' * 16}-01"}
        response = await customer.send("POST", "/api/schedule", json=wanted, headers=headers)
        created: list[dict[str, Any]] = response.json()["created"]
        return created

    # the scheduler receives the approval as an event, moments later
    (item,) = await until("the schedule", schedule, lambda created: len(created) == 1)
    await customer.until_item(item, "PUBLISHED")

    spans = await collector.trace(request_id, until="Ayrshare POST /post")
    call = next(span for span in spans.values() if span.name == "Ayrshare POST /post")
    way = [call]
    while way[-1].parent_id in spans:
        way.append(spans[way[-1].parent_id])
    assert (way[-1].parent_id, call.trace_id != strangers_trace) == ("", True)
    ours = [span for span in reversed(way) if span.name != "fastapi.endpoint"]
    assert [(span.service, span.name.split(" ")[0]) for span in ours] == [
        ("gateway", "POST"),
        ("scheduler", "POST"),
        ("scheduler", "send"),
        ("publisher", "pulseworks.events.scheduler.post_due.v1"),
        ("publisher", "run"),
        ("publisher", "Ayrshare"),
    ]

"""The main journey, as in the demo: one brief, a month of posts, the right accounts, exactly once."""

import asyncio
from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sandbox.demo.client import until
from sandbox.demo.evidence import faults_of

from .conftest import SOON, Month
from .customer import Customer

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.invariant("P2", "P4")
async def test_every_scheduled_post_arrives_exactly_once_at_its_frozen_account(month: Month) -> None:
    assert len(month.rows) == len(month.customers) * SOON * 2
    assert faults_of(month.results, month.rows, month.posts) == []


@pytest.mark.invariant("P4")
async def test_nothing_is_posted_to_the_primary_profile(month: Month) -> None:
    everything = await month.customers[0].provider.posts()
    assert [post for post in everything if post["on_primary"]] == []


async def test_no_post_is_published_before_its_time(month: Month) -> None:
    early = [row for row in month.rows if row.sent is None or row.sent < row.due.replace(microsecond=0)]
    assert early == []


async def test_no_two_posts_of_a_month_share_text_or_image(month: Month) -> None:
    contents = [content for result in month.results for content in result.contents]
    captions = Counter(" ".join(content["caption"].casefold().split()) for content in contents)
    pictures = Counter(content["image"][kind]["sha256"] for content in contents for kind in ("png", "jpeg"))
    assert len(contents) == 12 + 8
    assert {text for text, times in captions.items() if times > 1} == set()
    assert {digest for digest, times in pictures.items() if times > 1} == set()


async def test_the_plan_follows_the_rule_in_the_zone_of_each_account(month: Month) -> None:
    hours = {"MORNING": range(5, 12), "AFTERNOON": range(12, 18)}
    for result in month.results:
        rule, zone = result.business.rule, ZoneInfo(result.business.timezone)
        times = [datetime.fromisoformat(item["scheduled_for"]).astimezone(zone) for item in result.later]
        assert len(times) == 2 * (len(result.contents) - SOON)
        assert {time.isoweekday() for time in times} <= set(rule["days_of_week"])
        assert {time.hour for time in times} <= set(hours[str(rule["time_window"])])


async def test_content_and_deliveries_show_live_posts(month: Month) -> None:
    for customer, result in zip(month.customers, month.results, strict=True):
        deliveries = (await customer.api.call("GET", "/api/social/deliveries"))["items"]
        assert Counter(d["status"] for d in deliveries) == {"published": 2 * SOON}
        for item in result.items:
            content = await _until_published(customer, item["content_id"])
            [shown] = [state for state in content["platforms"] if state["platform"] == item["platform"]]
            assert (shown["status"], shown["post_url"]) == ("PUBLISHED", item["post_url"])


async def _until_published(customer: Customer, content_id: str) -> dict[str, Any]:
    content: dict[str, Any] = await until(
        "the content's status",
        lambda: customer.api.call("GET", f"/api/content/{content_id}"),
        lambda content: content["status"] == "PUBLISHED",
    )
    return content


@pytest.mark.invariant("P8")
async def test_the_audit_log_contains_every_attempt_with_its_frozen_data(month: Month) -> None:
    for customer, result in zip(month.customers, month.results, strict=True):
        for event_type in ("POST_SCHEDULED", "POST_ATTEMPTED", "POST_PUBLISHED"):
            entries = await _until_recorded(customer, event_type, {item["id"] for item in result.items})
            for item in result.items:
                frozen = {
                    name: item[name]
                    for name in ("content_id", "content_hash", "platform", "provider_profile_id", "platform_account_id")
                }
                metadata = entries[item["id"]]["metadata"]
                assert {name: metadata[name] for name in frozen} == frozen
                if event_type == "POST_PUBLISHED":
                    assert metadata["platform_post_id"] == item["platform_post_id"]
                if event_type == "POST_SCHEDULED":
                    assert entries[item["id"]]["user_id"] == customer.user_id


async def _until_recorded(customer: Customer, event_type: str, items: set[str]) -> dict[str, dict[str, Any]]:
    async def recorded() -> dict[str, dict[str, Any]]:
        page = await customer.api.call("GET", "/api/audit", event_type=event_type, limit=100)
        return {entry["metadata"].get("schedule_item_id", entry["entity_id"]): entry for entry in page["items"]}

    return await until(event_type, recorded, lambda entries: items <= entries.keys())


@pytest.mark.invariant("P8")
async def test_the_audit_log_is_one_unbroken_chain(month: Month) -> None:
    for customer in month.customers:
        verified, exported = await asyncio.gather(
            customer.api.call("GET", "/api/audit/verify"), customer.send("GET", "/api/audit/export")
        )
        assert (verified["valid"], verified["first_broken"]) == (True, None)
        assert len(exported.text.splitlines()) == verified["checked"]


@pytest.mark.invariant("P6")
async def test_a_live_post_can_not_be_edited_cancelled_or_sent_again(month: Month) -> None:
    customer, item = month.customers[0], month.results[0].items[0]
    await _until_published(customer, item["content_id"])
    edited = await customer.send("PATCH", f"/api/content/{item['content_id']}", json={"caption": "Other words"})
    cancelled = await customer.send("POST", f"/api/schedule/{item['id']}/cancel")
    again = await customer.api.call("POST", "/api/schedule", {"items": [{"content_id": item["content_id"]}]})
    assert (edited.status_code, cancelled.status_code) == (409, 409)
    assert again["created"] == []

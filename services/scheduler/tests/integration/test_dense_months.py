"""Every plan's posts have a place, and a month goes out in the order of its plan."""

import random
from typing import Any

import pytest
from testing import ManualClock

RULE = {"frequency": "THREE_WEEKLY", "days_of_week": [1, 3, 5], "time_window": "MORNING"}


@pytest.mark.parametrize("posts", [8, 12, 20])
async def test_the_suggested_rule_places_all_posts_of_a_plan(tenant: Any, clock: ManualClock, posts: int) -> None:
    await tenant.request("PUT", "/rule", RULE | {"frequency": "TWICE_WEEKLY", "days_of_week": [2, 4]})
    for number in range(posts):
        await tenant.approve(text=f"Post {number}", month="2027-02", position=number)
    plan = await tenant.post("/plan", {"month": "2027-02"})
    if posts == 8:
        assert (plan["problems"], plan["suggested_rule"]) == ([], None), "four whole weeks have room for 8"
        return
    assert {problem["code"] for problem in plan["problems"]} == {"no_slot_left"}
    assert "suggested_rule" in plan["problems"][0]["message"]

    put = await tenant.request("PUT", "/rule", plan["suggested_rule"])

    assert put.status_code == 200, put.text
    after = await tenant.post("/plan", {"month": "2027-02"})
    assert (after["problems"], len(after["posts"])) == ([], 2 * posts)
    assert after["suggested_rule"] is None


async def test_a_rule_may_have_two_windows_and_any_number_of_posts(tenant: Any) -> None:
    rule = {"posts_per_week": 10, "days_of_week": [1, 2, 3, 4, 5], "time_window": "MORNING", "second_window": "EVENING"}
    put = await tenant.request("PUT", "/rule", rule)
    assert put.status_code == 200, put.text
    shown = await tenant.get("/rule")
    assert (shown["frequency"], shown["posts_per_week"], shown["second_window"]) == (None, 10, "EVENING")
    old = (await tenant.request("PUT", "/rule", RULE)).json()
    assert (old["frequency"], old["posts_per_week"], old["second_window"]) == ("THREE_WEEKLY", 3, None)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"posts_per_week": 5}, "invalid_request"),
        ({"frequency": None}, "invalid_request"),
        ({"second_window": "MORNING"}, "invalid_request"),
        ({"frequency": None, "posts_per_week": 4}, "too_few_days"),
        ({"frequency": None, "posts_per_week": 7, "second_window": "EVENING"}, "too_few_days"),
        ({"frequency": None, "posts_per_week": 15}, "invalid_request"),
    ],
)
async def test_a_rule_that_can_not_hold_is_refused(tenant: Any, changes: dict[str, Any], code: str) -> None:
    refused = await tenant.request("PUT", "/rule", RULE | changes)
    assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_a_month_is_scheduled_in_the_order_of_its_plan(tenant: Any) -> None:
    await tenant.request("PUT", "/rule", RULE)
    positions = list(range(10))
    random.Random(20261122).shuffle(positions)
    for position in positions:
        await tenant.approve(text=f"Post {position}", position=position, platforms=("FACEBOOK",))
    result = await tenant.post("", {"month": "2026-12"}, status=201)
    in_time = sorted(result["created"], key=lambda item: item["scheduled_for"])
    assert [item["title"] for item in in_time] == [f"Post {number}" for number in range(10)]

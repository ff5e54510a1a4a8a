"""P1 and P2: what may be scheduled, and what is frozen with it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from common.ids import new_id
from pulseworks_contracts import AuditRecorded, PostDue, PostScheduled
from testing import ManualClock, assert_emitted, emitted

AT = datetime(2026, 12, 1, 20, 30, tzinfo=UTC)
RULE = {"frequency": "TWICE_WEEKLY", "days_of_week": [2, 4], "time_window": "MORNING"}


def codes(result: Any) -> list[str]:
    return [refusal["code"] for refusal in result["refused"]]


@pytest.mark.invariant("P2")
async def test_an_item_freezes_everything_that_will_be_checked(tenant: Any) -> None:
    approval = tenant.approval()
    await tenant.receive(approval)

    item_id = await tenant.schedule(AT, approval.data.content_id)
    await tenant.approve(new_id())
    shown = await tenant.get(f"/{item_id}")

    assert shown["content_id"] == str(approval.data.content_id)
    assert shown["content_revision"] == 1
    assert shown["content_hash"] == approval.data.content_hash
    assert shown["payload"] == approval.data.payloads[0].model_dump(mode="json")
    assert (shown["provider_profile_id"], shown["platform_account_id"]) == ("ref-1", "page-1")
    scheduled = await assert_emitted(tenant.context.database, PostScheduled)
    due = await assert_emitted(tenant.context.database, PostDue)
    assert scheduled.account_id == due.account_id == tenant.account_id
    assert due.data.payload == scheduled.data.payload == approval.data.payloads[0]
    assert due.data.content_hash == approval.data.content_hash
    assert (due.data.provider_profile_id, due.data.platform_account_id) == ("ref-1", "page-1")
    assert due.data.expires_at - due.data.scheduled_for == timedelta(hours=6)
    record = await assert_emitted(tenant.context.database, AuditRecorded)
    assert (record.data.event_type, record.data.user_id) == ("POST_SCHEDULED", tenant.user_id)


@pytest.mark.invariant("P2")
async def test_each_platform_of_a_content_becomes_an_item(tenant: Any) -> None:
    content_id = await tenant.approve()

    result = await tenant.post(
        "", {"items": [{"content_id": str(content_id), "scheduled_for": AT.isoformat()}]}, status=201
    )

    assert [(item["platform"], item["status"]) for item in result["created"]] == [
        ("FACEBOOK", "QUEUED"),
        ("INSTAGRAM", "QUEUED"),
    ]
    events = await emitted(tenant.context.database, PostDue)
    assert {event.data.platform_account_id for event in events} == {"page-1", "ig-1"}


@pytest.mark.invariant("P1")
@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda t, _: t.subscribe(revision=2, posting=False), "subscription_without_posting"),
        (lambda t, _: t.verify(revision=2, platforms=("INSTAGRAM",)), "platform_not_verified"),
        (lambda t, c: t.withdraw(c, revision=2), "content_not_approved"),
        (lambda t, c: t.delete(c, revision=2), "content_not_approved"),
        (lambda t, _: t.lose("FACEBOOK", revision=2), "profile_needs_reconnect"),
    ],
)
async def test_nothing_is_scheduled_without_subscription_profile_and_approval(
    tenant: Any, spoil: Any, code: str
) -> None:
    content_id = await tenant.approve()
    await spoil(tenant, content_id)

    wanted = {"content_id": str(content_id), "platforms": ["FACEBOOK"], "scheduled_for": AT.isoformat()}
    result = await tenant.post("", {"items": [wanted]})

    assert (result["created"], codes(result)) == ([], [code])
    assert result["refused"][0]["message"]
    assert await emitted(tenant.context.database, PostDue) == []


@pytest.mark.invariant("P1")
async def test_an_account_without_read_models_schedules_nothing(new_tenant: Any) -> None:
    stranger = new_tenant()
    content_id = await stranger.approve()

    wanted = {"content_id": str(content_id), "scheduled_for": AT.isoformat()}
    result = await stranger.post("", {"items": [wanted]})

    assert set(codes(result)) == {"subscription_without_posting"}
    await stranger.subscribe(revision=1, posting=True)
    assert set(codes(await stranger.post("", {"items": [wanted]}))) == {"profile_not_verified"}


async def test_a_content_has_one_live_item_on_each_platform(tenant: Any) -> None:
    content_id = await tenant.approve()
    item_id = await tenant.schedule(AT, content_id)
    wanted = {"content_id": str(content_id), "platforms": ["FACEBOOK"], "scheduled_for": "2026-12-05T09:00:00Z"}

    assert codes(await tenant.post("", {"items": [wanted]})) == ["already_scheduled"]
    both = {"items": [wanted | {"platforms": ["INSTAGRAM"]}, wanted | {"platforms": ["INSTAGRAM"]}]}
    assert codes(await tenant.post("", both, status=201)) == ["already_scheduled"]

    await tenant.post(f"/{item_id}/cancel")
    assert codes(await tenant.post("", {"items": [wanted]}, status=201)) == []


async def test_no_two_posts_of_a_platform_go_out_at_one_instant(tenant: Any) -> None:
    await tenant.schedule(AT)
    other = await tenant.approve()
    same = AT.astimezone().isoformat()

    result = await tenant.post(
        "", {"items": [{"content_id": str(other), "platforms": ["FACEBOOK"], "scheduled_for": same}]}
    )

    assert codes(result) == ["slot_taken"]


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("2026-12-01T20:30:00", "timezone_aware"),
        ("2026-11-02T09:00:00Z", "time_not_in_future"),
        ("2026-11-02T21:59:59+13:00", "time_not_in_future"),
        ("0001-01-01T00:00:00+14:00", "time_not_in_future"),
        ("9999-12-31T23:59:59-12:00", "time_too_far"),
    ],
)
async def test_a_chosen_time_must_have_an_offset_and_be_in_the_future(tenant: Any, at: str, code: str) -> None:
    """A time without an offset leaves the zone to be guessed (Postiz #1954, Shoutrrr #61)."""
    content_id = await tenant.approve()

    response = await tenant.request("POST", "", {"items": [{"content_id": str(content_id), "scheduled_for": at}]})

    assert response.status_code == 422
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == [("items.0.scheduled_for", code)]


async def test_the_same_idempotency_key_schedules_once(tenant: Any) -> None:
    content_id = await tenant.approve()
    body = {"items": [{"content_id": str(content_id), "scheduled_for": AT.isoformat()}]}

    first = await tenant.request("POST", "", body, **{"Idempotency-Key": "k1"})
    again = await tenant.request("POST", "", body, **{"Idempotency-Key": "k1"})

    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    await assert_emitted(tenant.context.database, PostDue, times=2)


async def test_a_month_is_scheduled_exactly_as_its_plan_shows(tenant: Any) -> None:
    await tenant.request("PUT", "/rule", RULE)
    contents = [
        str(await tenant.approve(platforms=("FACEBOOK", "INSTAGRAM") if number % 2 else ("FACEBOOK",)))
        for number in range(11)
    ]

    plan = await tenant.post("/plan", {"month": "2026-12"})
    before = await tenant.get("")
    result = await tenant.post("", {"month": "2026-12"}, status=201)
    again = await tenant.post("", {"month": "2026-12"})

    assert before["items"] == []
    planned = {post["content_id"] for post in plan["posts"]}
    assert [(p["code"], p["content_id"]) for p in plan["problems"]] == [("no_slot_left", contents[-1])]
    assert planned == set(contents[:-1])
    assert _times(plan["posts"]) == _times(result["created"])
    assert len({at for _, _, at in _times(plan["posts"])}) == 10
    assert plan["zone"] == "Pacific/Auckland"
    assert plan["posts"][0]["why"]["utc_offset"] == "+13:00"
    detail = await tenant.get(f"/{result['created'][0]['id']}")
    assert detail["why"] == plan["posts"][0]["why"]
    assert result["refused"] == plan["problems"]
    assert (again["created"], codes(again)) == ([], ["no_slot_left"])


async def test_a_plan_lists_what_scheduling_would_refuse(tenant: Any) -> None:
    await tenant.request("PUT", "/rule", RULE)
    await tenant.subscribe(revision=2, posting=False)
    elsewhere = await tenant.approve(month="2027-01")
    done = await tenant.approve(platforms=("FACEBOOK",))
    unknown = new_id()

    plan = await tenant.post("/plan", {"month": "2026-12", "content_ids": [str(elsewhere), str(done), str(unknown)]})

    assert {(p["content_id"], p["platform"], p["code"]) for p in plan["problems"]} == {
        (str(elsewhere), None, "content_not_in_month"),
        (str(unknown), None, "content_not_approved"),
        (None, "FACEBOOK", "subscription_without_posting"),
    }
    assert [post["content_id"] for post in plan["posts"]] == [str(done)]


async def test_slots_keep_their_spacing_from_times_chosen_in_the_same_request(tenant: Any) -> None:
    await tenant.request("PUT", "/rule", RULE)
    by_rule, chosen = await tenant.approve(), await tenant.approve()
    first = (await tenant.post("/plan", {"month": "2026-12"}))["posts"][0]["scheduled_for"]

    result = await tenant.post(
        "",
        {"items": [{"content_id": str(by_rule)}, {"content_id": str(chosen), "scheduled_for": first}]},
        status=201,
    )

    times = {item["content_id"]: item["scheduled_for"] for item in result["created"]}
    assert times[str(chosen)] == first
    assert times[str(by_rule)] > first


@pytest.mark.parametrize("month", ["2020-02", "2026-10", "2027-12"])
async def test_a_month_that_is_over_or_beyond_the_horizon_is_neither_planned_nor_scheduled(
    tenant: Any, month: str
) -> None:
    await tenant.request("PUT", "/rule", RULE)

    for path in ("/plan", ""):
        refused = await tenant.post(path, {"month": month}, status=422)
        assert (refused["code"], refused["errors"][0]["field"]) == ("month_out_of_range", "month")
        assert refused["detail"].endswith("Choose a month from 2026-11 to 2027-11.")
    assert (await tenant.get(f"?month={month}"))["items"] == []


async def test_a_post_of_a_past_month_needs_a_chosen_time(tenant: Any) -> None:
    await tenant.request("PUT", "/rule", RULE)
    old = await tenant.approve(month="2026-10")

    refused = await tenant.post("", {"items": [{"content_id": str(old)}]})

    assert [refusal["message"] for refusal in refused["refused"]] == ["2026-10 is over. Choose a time."]
    chosen = {"content_id": str(old), "scheduled_for": AT.isoformat()}
    assert (await tenant.post("", {"items": [chosen]}, status=201))["created"]


async def test_a_plan_needs_a_rule_and_a_zone(new_tenant: Any) -> None:
    stranger = new_tenant()
    body = {"month": "2026-12"}
    assert (await stranger.post("/plan", body, status=409))["code"] == "account_not_ready"

    await stranger.ready()
    assert (await stranger.post("/plan", body, status=409))["code"] == "posting_rule_not_set"
    assert (await stranger.request("GET", "/rule")).json()["code"] == "posting_rule_not_set"


async def test_a_rule_is_validated_stored_and_replaced(tenant: Any) -> None:
    few = await tenant.request("PUT", "/rule", RULE | {"frequency": "THREE_WEEKLY", "days_of_week": [2, 4, 4]})
    assert (few.status_code, few.json()["code"]) == (422, "too_few_days")
    assert few.json()["errors"][0]["field"] == "days_of_week"
    assert (await tenant.request("PUT", "/rule", RULE | {"days_of_week": [0, 8]})).status_code == 422

    await tenant.request("PUT", "/rule", RULE)
    put = await tenant.request("PUT", "/rule", RULE | {"days_of_week": [5, 1], "blackout_dates": ["2026-12-25"]})

    assert put.json() == await tenant.get("/rule")
    assert put.json()["days_of_week"] == [1, 5]
    assert put.json()["blackout_dates"] == ["2026-12-25"]


async def test_the_list_is_paged_by_time_and_filtered(tenant: Any) -> None:
    hours = [3, 1, 4, 2, 0]
    for hour in hours:
        await tenant.schedule(datetime(2026, 12, 5, hour, tzinfo=UTC))
    # 1 January 2027, 00:30 in Auckland
    new_year = await tenant.schedule(datetime(2026, 12, 31, 11, 30, tzinfo=UTC), platform="INSTAGRAM")

    pages = [await tenant.get("?limit=4")]
    pages.append(await tenant.get(f"?limit=4&cursor={pages[0]['next_cursor']}"))

    times = [item["scheduled_for"] for page in pages for item in page["items"]]
    assert times == sorted(times)
    assert [len(page["items"]) for page in pages] == [4, 2]
    assert pages[1]["next_cursor"] is None
    assert [item["id"] for item in (await tenant.get("?month=2027-01"))["items"]] == [new_year]
    assert len((await tenant.get("?month=2026-12"))["items"]) == 5
    assert [item["id"] for item in (await tenant.get("?platform=INSTAGRAM&status=QUEUED"))["items"]] == [new_year]
    assert (await tenant.get("?status=PARKED"))["items"] == []


async def test_a_published_content_is_not_scheduled_again(tenant: Any, clock: ManualClock) -> None:
    """Postiz PR #1841: editing a published post publishes it again at once. Here PUBLISHED is final."""
    content_id = await tenant.approve()
    item_id = await tenant.schedule(clock.now() + timedelta(days=1), content_id)
    await tenant.outcome(item_id, "published", revision=1)

    wanted = {"content_id": str(content_id), "platforms": ["FACEBOOK"], "scheduled_for": AT.isoformat()}

    assert codes(await tenant.post("", {"items": [wanted]})) == ["already_published"]


def _times(posts: Any) -> list[tuple[str, str, str]]:
    return sorted((post["content_id"], post["platform"], post["scheduled_for"]) for post in posts)

"""Scheduled posts are cancelled, parked and released as conditions change."""

from typing import Any

import pytest
from sandbox.demo.client import until

from .customer import Customer

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Long enough to change things before the post is due, short enough to wait for it.
SOON = 3.0
AN_HOUR = 3600.0


async def both_platforms(customer: Customer) -> tuple[dict[str, Any], dict[str, Any]]:
    """Schedule a post for soon; return the Facebook and the Instagram item."""
    contents = await customer.approved(1)
    items = await customer.schedule(contents, seconds=SOON, platforms=["FACEBOOK", "INSTAGRAM"])
    facebook, instagram = sorted(items, key=lambda item: str(item["platform"]))
    return facebook, instagram


@pytest.mark.invariant("P3")
async def test_a_post_edited_or_cancelled_in_time_is_never_published(customer: Customer) -> None:
    edited, cancelled, sentinel = await customer.approved(3)
    [edited_item] = await customer.schedule([edited], seconds=SOON)
    [cancelled_item] = await customer.schedule([cancelled], seconds=SOON + 0.1)
    [last] = await customer.schedule([sentinel], seconds=SOON + 0.2)
    await customer.api.call("PATCH", f"/api/content/{edited['id']}", {"caption": "We have changed our minds."})
    await customer.api.call("POST", f"/api/schedule/{cancelled_item['id']}/cancel")

    withdrawn = await customer.until_item(edited_item, "CANCELLED")
    assert withdrawn["error"]["code"] == "approval_withdrawn"
    await customer.until_item(cancelled_item, "CANCELLED")
    # earlier due posts have had their chance
    await customer.until_item(last, "PUBLISHED")
    assert await customer.arrivals(edited_item) == []
    assert await customer.arrivals(cancelled_item) == []
    assert (await customer.api.call("GET", f"/api/content/{edited['id']}"))["status"] == "DRAFT"


@pytest.mark.invariant("P7")
async def test_without_a_subscription_posts_are_parked_and_are_released_with_it(customer: Customer) -> None:
    first, second = await customer.approved(2)
    [soon] = await customer.schedule([first], seconds=SOON)
    [later] = await customer.schedule([second], seconds=AN_HOUR)
    await customer.end_subscription()
    for item in (soon, later):
        parked = await customer.until_item(item, "PARKED")
        assert parked["error"]["remedy"] == "subscribe"

    # a post that is overdue once it could be sent again is shown as missed, not published late
    assert (await customer.until_past(soon))["status"] == "PARKED"
    await customer.story._subscribe()
    released = await customer.until_item(later, "QUEUED")
    await customer.until_item(soon, "MISSED")
    assert released["scheduled_for"] == later["scheduled_for"]
    assert await customer.arrivals(soon) == []


@pytest.mark.invariant("P7")
async def test_posts_for_an_unlinked_platform_are_parked_until_it_is_verified_again(customer: Customer) -> None:
    facebook, instagram = await both_platforms(customer)
    page = await customer.link_page()
    await customer.provider.control("unlink", {"ref_id": facebook["provider_profile_id"], "platform": "facebook"})
    parked = await customer.until_item(facebook, "PARKED")
    profile = await customer.api.call("GET", "/api/social/profile")
    assert (parked["error"]["code"], parked["error"]["remedy"]) == ("profile_needs_reconnect", "reconnect")
    assert profile["status"] == "NEEDS_RECONNECT"
    assert {a["platform"]: a["lost"] for a in profile["accounts"]} == {"FACEBOOK": True, "INSTAGRAM": False}

    await customer.provider.link(page, facebook=facebook["platform_account_id"])
    accounts = {"facebook": facebook["platform_account_id"], "instagram": instagram["platform_account_id"]}
    await customer.api.call("POST", "/api/social/profile/verify", accounts)
    for item in (facebook, instagram):
        await customer.until_item(item, "PUBLISHED")
        [arrived] = await customer.arrivals(item)
        assert arrived["platform_account_id"] == item["platform_account_id"]


@pytest.mark.invariant("P3")
async def test_a_post_is_published_only_on_its_frozen_page(customer: Customer) -> None:
    facebook, instagram = await both_platforms(customer)
    page = await customer.link_page()
    other = (await customer.provider.offers(page))["facebook"][1]["id"]
    await customer.provider.link(page, facebook=other)
    parked = await customer.until_item(facebook, "PARKED")
    assert parked["error"]["code"] == "profile_needs_reconnect"

    # not even once the other Page is verified: this post was made for the first one
    accounts = {"facebook": other, "instagram": instagram["platform_account_id"]}
    await customer.api.call("POST", "/api/social/profile/verify", accounts)
    await until("the reason", lambda: customer.item(facebook["id"]), lambda i: i["error"]["code"] == "profile_changed")
    await customer.until_item(instagram, "PUBLISHED")
    assert (await customer.until_past(facebook))["status"] == "PARKED"
    assert await customer.arrivals(facebook) == []


@pytest.mark.invariant("P3")
async def test_a_page_linked_without_a_webhook_receives_no_post(customer: Customer) -> None:
    """Ayrshare's webhook about it arrives too late."""
    contents = await customer.approved(1)
    await customer.provider.control("config", {"webhook_delay_seconds": 300})
    try:
        # late enough that the status fetched during verification is no longer fresh
        [item] = await customer.schedule(contents, seconds=2 * SOON)
        page = await customer.link_page()
        other = (await customer.provider.offers(page))["facebook"][1]["id"]
        await customer.provider.link(page, facebook=other)
        failed = await customer.until_item(item, "FAILED")
    finally:
        await customer.provider.control("config", {"webhook_delay_seconds": 0})
    assert (failed["error"]["code"], failed["error"]["remedy"]) == ("profile_not_verified", "reconnect")
    assert await customer.arrivals(item) == []
    assert await customer.provider.posts(platform_account_id=other) == []

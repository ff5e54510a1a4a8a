"""The history of posts, and deleting and retrying them."""

from datetime import datetime, timedelta
from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_history_returns_the_notes_and_the_network_ids(ayrshare: Any) -> None:
    posted = (await ayrshare.post("Hello", notes="d-1:1")).json()["posts"][0]
    (seen,) = await ayrshare.history()
    assert set(seen) == {
        "id",
        "post",
        "platforms",
        "postIds",
        "errors",
        "status",
        "type",
        "notes",
        "created",
        "scheduleDate",
        "urls",
        "refId",
    }
    assert (seen["id"], seen["notes"], seen["postIds"], seen["status"], seen["type"]) == (
        posted["id"],
        "d-1:1",
        posted["postIds"],
        "success",
        "now",
    )
    for path in (f"/post/{posted['id']}", f"/history/{posted['id']}"):
        assert (await ayrshare.call("GET", path)).json() == seen


async def test_history_is_of_one_profile(ayrshare: Any) -> None:
    other = await ayrshare.new_profile("Other")
    posted = (await ayrshare.post("Hello")).json()["posts"][0]
    assert await other.history() == []
    assert (await other.call("GET", f"/post/{posted['id']}")).status_code == 404


async def test_history_returns_25_by_default_newest_first(ayrshare: Any) -> None:
    for number in range(27):
        await ayrshare.post(f"Post {number}")
    assert [post["post"] for post in await ayrshare.history()] == [f"Post {n}" for n in range(26, 1, -1)]
    assert len(await ayrshare.history(limit=1000)) == 27
    assert (await ayrshare.call("GET", "/history", params={"limit": 1001})).status_code == 400


async def test_long_lists_are_stale_for_a_minute_and_short_ones_are_not(ayrshare: Any) -> None:
    assert await ayrshare.history(limit=26) == []
    await ayrshare.post("Hello")
    assert await ayrshare.history(limit=26) == []
    assert len(await ayrshare.history(limit=25)) == 1
    await ayrshare.later(60)
    assert len(await ayrshare.history(limit=26)) == 1


async def test_history_can_be_filtered(ayrshare: Any, pictures: Any) -> None:
    await ayrshare.post("Page")
    await ayrshare.post("Account", "instagram", mediaUrls=[pictures.url()])
    await ayrshare.post("Broken", "instagram")

    async def texts(**query: str) -> list[str]:
        return [post["post"] for post in await ayrshare.history(**query)]

    assert await texts(status="error") == ["Broken"]
    assert await texts(**{"platforms[0]": "facebook"}) == ["Page"]
    assert await texts(type="scheduled") == []
    await ayrshare.later(31 * 86_400)
    assert await texts() == []
    assert len(await texts(lastDays="0")) == 3
    assert (await ayrshare.call("GET", "/history", params={"page": 2})).status_code == 400


async def test_history_is_read_page_by_page_with_inclusive_dates(ayrshare: Any) -> None:
    """There is no cursor: the next page ends at the time of the last one's oldest post (EXTERNAL_APIS 1.4)."""
    for number in range(30):
        await ayrshare.post(f"Post {number}")
        await ayrshare.later(60)
    first = await ayrshare.history()
    oldest = datetime.fromisoformat(first[-1]["created"])
    end = f"{oldest + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
    second = await ayrshare.history(endDate=end)
    assert [post["post"] for post in second] == [f"Post {n}" for n in range(5, -1, -1)]
    start = f"{oldest:%Y-%m-%dT%H:%M:%SZ}"
    assert [post["post"] for post in await ayrshare.history(startDate=start, endDate=end)] == ["Post 5"]


async def test_delete_removes_a_page_post_but_not_an_instagram_post(ayrshare: Any, pictures: Any) -> None:
    page = (await ayrshare.post("Page")).json()["posts"][0]["id"]
    account = (await ayrshare.post("Account", "instagram", mediaUrls=[pictures.url()])).json()["posts"][0]["id"]

    response = await ayrshare.call("DELETE", "/post", {"id": page})
    assert (response.status_code, response.json()["status"], response.json()["code"]) == (200, "success", 200)
    assert response.json()["facebook"]["status"] == "success"
    response = await ayrshare.call("DELETE", "/post", {"id": account})
    assert (response.status_code, response.json()["instagram"]["status"]) == (400, "error")
    assert [row["platform"] for row in await ayrshare.live()] == ["instagram"]
    assert len(await ayrshare.live(deleted="true")) == 2

    marked = await ayrshare.call("DELETE", "/post", {"id": account, "markManualDeleted": True})
    assert marked.status_code == 200
    assert [post["post"] for post in await ayrshare.history(status="deleted")] == ["Account", "Page"]
    assert await ayrshare.history() == []


@pytest.mark.parametrize("body", [{}, {"id": "a", "bulk": ["b"]}, {"postId": "a"}], ids=str)
async def test_delete_must_name_one_thing(ayrshare: Any, body: dict[str, Any]) -> None:
    assert (await ayrshare.call("DELETE", "/post", body)).status_code == 400


async def test_delete_of_unknown_and_of_deleted_posts(ayrshare: Any) -> None:
    assert (await ayrshare.call("DELETE", "/post", {"id": "nothing"})).json()["code"] == 114
    post_id = (await ayrshare.post("Page")).json()["posts"][0]["id"]
    await ayrshare.call("DELETE", "/post", {"id": post_id})
    assert (await ayrshare.call("DELETE", "/post", {"id": post_id})).json()["code"] == 383


async def test_retry_publishes_what_failed_once_only(ayrshare: Any) -> None:
    error = {"platform": "facebook", "code": 500, "message": "Busy", "times": 2}
    await ayrshare.http.post("/_control/network_errors", json=[error])
    post_id = (await ayrshare.post("Hello")).json()["posts"][0]["id"]
    assert (await ayrshare.call("PUT", "/post/retry", {"id": post_id})).json()["status"] == "scheduled"
    await ayrshare.later(1)
    assert (await ayrshare.call("GET", f"/post/{post_id}")).json()["status"] == "error"
    again = await ayrshare.call("PUT", "/post/retry", {"id": post_id})
    assert again.status_code == 400
    assert "once" in again.json()["message"]


async def test_published_post_can_not_be_retried(ayrshare: Any) -> None:
    post_id = (await ayrshare.post("Hello")).json()["posts"][0]["id"]
    assert (await ayrshare.call("PUT", "/post/retry", {"id": post_id})).status_code == 400
    assert len(await ayrshare.live()) == 1

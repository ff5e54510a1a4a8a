"""`POST /post`: the format of its responses, and what goes live."""

import asyncio
from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_post_for_a_customer_is_wrapped_and_goes_live(ayrshare: Any, pictures: Any) -> None:
    response = await ayrshare.post(
        "Fresh bread", "facebook", "instagram", mediaUrls=[pictures.url()], notes="d-1:1", idempotencyKey="k1"
    )
    assert response.status_code == 200
    body = response.json()
    assert set(body) == {"status", "posts"}
    (post,) = body["posts"]
    assert (post["status"], post["errors"], post["refId"]) == ("success", [], ayrshare.ref_id)
    assert len(post["id"]) == 20
    facebook, instagram = post["postIds"]
    assert facebook["id"].startswith("10001_")
    assert instagram["usedQuota"] == 1

    rows = await ayrshare.live()
    assert [row["platform_account_id"] for row in rows] == ["10001", "17841001"]
    assert rows[0] == {
        "profile_ref_id": ayrshare.ref_id,
        "profile_title": "Harbour Cafe",
        "on_primary": False,
        "platform": "facebook",
        "platform_account_id": "10001",
        "text": "Fresh bread",
        "media_urls": [pictures.url()],
        "notes": "d-1:1",
        "idempotency_key": "k1",
        "post_id": post["id"],
        "network_id": facebook["id"],
        "url": facebook["postUrl"],
        "at": rows[0]["at"],
        "at_unix": rows[0]["at_unix"],
        "deleted_at": None,
    }


async def test_post_without_profile_key_lands_on_the_primary_profile_and_is_not_wrapped(
    ayrshare: Any,
) -> None:
    response = await ayrshare.call("POST", "/post", {"post": "Oops", "platforms": ["facebook"]}, profile_key="")
    assert response.status_code == 200
    assert set(response.json()) == {"status", "errors", "postIds", "id", "refId", "post"}
    counted = (await ayrshare.http.get("/_control/posts")).json()
    assert (counted["count"], counted["on_primary"]) == (1, 1)


async def test_network_that_is_not_linked_is_a_partial_failure(server: Any) -> None:
    customer = await server.new_profile("Page only")
    await customer.link(facebook="10002")
    response = await customer.post("Hello", "facebook", "instagram")
    assert response.status_code == 400
    (post,) = response.json()["posts"]
    assert response.json()["status"] == post["status"] == "error"
    assert [result["platform"] for result in post["postIds"]] == ["facebook"]
    assert [(error["platform"], error["code"]) for error in post["errors"]] == [("instagram", 156)]
    assert len(await customer.live()) == 1


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("facebookOptions", {"title": "x"}, "write faceBookOptions"),
        ("caption", "x", "caption"),
        ("autoRepost", {}, "does not simulate"),
        ("platforms", ["facebook", "myspace"], "platforms.1"),
        ("mediaUrls", "https://one.example/a.jpg", "mediaUrls"),
        ("isVideo", "false", "isVideo"),
        ("scheduleDate", "", "scheduleDate"),
        ("scheduleDate", "2026-07-08T12:30:00+12:00", "scheduleDate"),
        ("faceBookOptions", {"headline": "x"}, "faceBookOptions.headline"),
    ],
)
async def test_unknown_field_is_refused_by_the_api(ayrshare: Any, field: str, value: Any, named: str) -> None:
    response = await ayrshare.call("POST", "/post", {"post": "x", "platforms": ["facebook"], field: value})
    assert response.status_code == 400
    assert response.json()["status"] == "error"
    assert named in response.json()["message"]
    assert await ayrshare.live() == []


async def test_capital_b_options_are_accepted(ayrshare: Any) -> None:
    assert (await ayrshare.post(faceBookOptions={"title": "Menu"})).status_code == 200


async def test_body_that_is_not_declared_as_json_is_refused(ayrshare: Any) -> None:
    response = await ayrshare.http.post(
        "/api/post",
        content=b'{"post":"x","platforms":["facebook"]}',
        headers={"Authorization": "Bearer test-key", "Profile-Key": ayrshare.profile_key},
    )
    assert response.status_code == 400
    assert "Content-Type" in response.json()["message"]


async def test_wrong_api_key_is_code_102(ayrshare: Any) -> None:
    response = await ayrshare.http.get("/api/user", headers={"Authorization": f"Bearer {ayrshare.profile_key}"})
    assert (response.status_code, response.json()["code"]) == (403, 102)


async def test_unknown_profile_key_never_falls_back_to_the_primary_profile(ayrshare: Any) -> None:
    response = await ayrshare.call("POST", "/post", {"post": "x", "platforms": ["facebook"]}, profile_key="AAAA-BBBB")
    assert response.status_code == 403
    assert await ayrshare.live() == []


@pytest.mark.parametrize("second", ["Fresh bread today!", "FRESH  bread, today"])
async def test_near_identical_text_on_the_same_network_is_137(ayrshare: Any, second: str) -> None:
    await ayrshare.post("Fresh bread today!")
    response = await ayrshare.post(second)
    assert response.status_code == 400
    (post,) = response.json()["posts"]
    assert [(error["code"], error["platform"]) for error in post["errors"]] == [(137, "facebook")]
    assert post["postIds"] == []
    assert len(await ayrshare.live()) == 1


async def test_duplicates_are_per_profile_network_and_window(ayrshare: Any, pictures: Any) -> None:
    other = await ayrshare.new_profile("Other")
    await other.link(facebook="10009")
    await ayrshare.post("Same words")
    assert (await other.post("Same words")).status_code == 200
    assert (await ayrshare.post("Same words", "instagram", mediaUrls=[pictures.url()])).status_code == 200
    assert (await ayrshare.post("Same words 2")).status_code == 200
    await ayrshare.later(47 * 3600)
    assert (await ayrshare.post("Same words")).status_code == 400
    await ayrshare.later(3600)
    assert (await ayrshare.post("Same words")).status_code == 200


async def test_failed_post_does_not_count_as_a_duplicate(server: Any) -> None:
    customer = await server.new_profile("Late linker")
    assert (await customer.post("Hello")).status_code == 400
    await customer.link(facebook="10003")
    assert (await customer.post("Hello")).status_code == 200


async def test_used_key_is_rejected_forever_and_not_replayed(ayrshare: Any) -> None:
    first = await ayrshare.post("One", idempotencyKey="d-1:1")
    await ayrshare.later(400 * 86_400)
    again = await ayrshare.post("Another text", idempotencyKey="d-1:1")
    assert (first.status_code, again.status_code, again.json()["code"]) == (200, 400, 137)
    assert "idempotencyKey" in again.json()["message"]
    assert "id" not in again.json()
    assert len(await ayrshare.live()) == 1


@pytest.mark.parametrize("failing", [{"mediaUrls": ["http://elsewhere.example/a.jpg"]}, {"platforms": ["instagram"]}])
async def test_key_is_used_up_by_a_post_that_failed(ayrshare: Any, failing: dict[str, Any]) -> None:
    body = {"post": "One", "platforms": ["facebook"], "idempotencyKey": "k"}
    assert (await ayrshare.call("POST", "/post", body | failing)).status_code == 400
    response = await ayrshare.call("POST", "/post", body)
    assert (response.status_code, response.json()["code"]) == (400, 137)


async def test_keys_are_per_profile(ayrshare: Any) -> None:
    other = await ayrshare.new_profile("Other")
    await other.link(facebook="10009")
    await ayrshare.post("One", idempotencyKey="k")
    assert (await other.post("One", idempotencyKey="k")).status_code == 200


async def test_unconfirmed_answer_to_a_used_key_can_be_switched(ayrshare: Any) -> None:
    await ayrshare.post("One", idempotencyKey="k")
    await ayrshare.configure(idempotency_status=409, idempotency_code=999, idempotency_shape="posts")
    response = await ayrshare.post("Two", idempotencyKey="k")
    assert (response.status_code, response.json()["posts"][0]["errors"][0]["code"]) == (409, 999)


async def test_both_checks_can_be_switched_off(ayrshare: Any) -> None:
    await ayrshare.configure(duplicate_check=False, idempotency_check=False)
    for _ in range(2):
        assert (await ayrshare.post("Same", idempotencyKey="k")).status_code == 200
    assert len(await ayrshare.live()) == 2


@pytest.mark.parametrize(("racy_seconds", "live"), [(0, 1), (0.1, 2)])
async def test_equal_posts_at_the_same_time(ayrshare: Any, racy_seconds: float, live: int) -> None:
    await ayrshare.configure(racy_seconds=racy_seconds)
    await asyncio.gather(*(ayrshare.post("Same", idempotencyKey="k") for _ in range(2)))
    assert len(await ayrshare.live()) == live


async def test_injected_error_of_a_network(ayrshare: Any) -> None:
    error = {"platform": "facebook", "code": 161, "message": "Facebook authorization error."}
    await ayrshare.http.post("/_control/network_errors", json=[error])
    response = await ayrshare.post("Hello")
    assert response.json()["posts"][0]["errors"] == [{"action": "post", "status": "error", **error}]
    assert (await ayrshare.post("Hello")).status_code == 200


async def test_post_in_progress_shows_as_processing(ayrshare: Any) -> None:
    await ayrshare.configure(publish_seconds=0.2)
    posting = asyncio.create_task(ayrshare.post("Slow", notes="d-1:1"))
    async with asyncio.timeout(1):
        while not (seen := await ayrshare.history(limit=5)):
            await asyncio.sleep(0.01)
    assert [(post["notes"], post["status"]) for post in seen] == [("d-1:1", "processing")]
    assert (await posting).status_code == 200
    assert (await ayrshare.history(limit=5))[0]["status"] == "success"


@pytest.mark.parametrize("fields", [{"shortenLinks": True}, {"instagramOptions": {"autoResize": True}}], ids=str)
async def test_features_of_larger_plans_are_refused(ayrshare: Any, fields: dict[str, Any]) -> None:
    response = await ayrshare.post("Hello", **fields)
    assert (response.status_code, response.json()["code"]) == (403, 169)

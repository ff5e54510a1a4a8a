"""The limits of the networks, with media that are really fetched."""

from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")


def codes(response: Any) -> list[tuple[str, int]]:
    return [(error["platform"], error["code"]) for error in response.json()["posts"][0]["errors"]]


@pytest.mark.parametrize(
    "url", ["http://elsewhere.example/a.jpg", "ftp://127.0.0.1/a.jpg", "a.jpg", "http://10.0.0.1/a.jpg"]
)
async def test_media_must_be_https_or_on_this_machine(ayrshare: Any, url: str) -> None:
    response = await ayrshare.post("Hello", mediaUrls=[url])
    assert (response.status_code, response.json()["code"], response.json()["action"]) == (400, 136, "post")
    assert await ayrshare.live() == []


async def test_http_is_refused_unless_it_is_switched_on(ayrshare: Any, pictures: Any) -> None:
    await ayrshare.configure(allow_http_media=False)
    assert (await ayrshare.post("Hello", mediaUrls=[pictures.url()])).json()["code"] == 136
    await ayrshare.configure(http_media_hosts=["127.0.0.1"])
    assert (await ayrshare.post("Hello", mediaUrls=[pictures.url()])).status_code == 200


async def test_unreachable_media_are_136(ayrshare: Any, pictures: Any) -> None:
    pictures.gone = True
    response = await ayrshare.post("Hello", mediaUrls=[pictures.url()])
    assert (response.status_code, response.json()["code"]) == (400, 136)
    assert "404" in response.json()["details"]


@pytest.mark.parametrize(
    ("form", "width", "height"),
    [("PNG", 1080, 1080), ("JPEG", 300, 300), ("JPEG", 1441, 1441), ("JPEG", 1080, 1440), ("JPEG", 1080, 500)],
)
async def test_image_refused_by_instagram_is_182_and_facebook_accepts_it(
    ayrshare: Any, pictures: Any, form: str, width: int, height: int
) -> None:
    response = await ayrshare.post("Hello", "facebook", "instagram", mediaUrls=[pictures.url(form, width, height)])
    assert codes(response) == [("instagram", 182)]
    post = response.json()["posts"][0]
    assert post["errors"][0]["verifyCheck"] is True
    assert post["validate"] is True
    assert [result["platform"] for result in post["postIds"]] == ["facebook"]


@pytest.mark.parametrize(("width", "height"), [(1080, 1350), (1080, 566), (320, 320), (1440, 1440), (1080, 1920)])
async def test_image_at_the_limit_of_instagram(ayrshare: Any, pictures: Any, width: int, height: int) -> None:
    response = await ayrshare.post("Hello", "instagram", mediaUrls=[pictures.url("JPEG", width, height)])
    assert response.status_code == 200


async def test_instagram_without_media_is_refused(ayrshare: Any) -> None:
    assert codes(await ayrshare.post("Hello", "instagram")) == [("instagram", 138)]


async def test_sixth_hashtag_is_refused_on_instagram_only(ayrshare: Any, pictures: Any) -> None:
    fields = {"mediaUrls": [pictures.url()]}
    five, six = "Bread #a #b #c #d #e", "Cake #a #b #c #d #e #f"
    assert (await ayrshare.post(five, "instagram", **fields)).status_code == 200
    assert codes(await ayrshare.post(six, "facebook", "instagram", **fields)) == [("instagram", 138)]
    await ayrshare.configure(instagram_hashtags=30)
    assert (await ayrshare.post(six, "instagram", **fields)).status_code == 200


async def test_texts_have_a_maximum_length(ayrshare: Any, pictures: Any) -> None:
    fields = {"mediaUrls": [pictures.url()]}
    assert (await ayrshare.post("a" * 2_200, "instagram", **fields)).status_code == 200
    assert codes(await ayrshare.post("a" * 2_201, "facebook", "instagram", **fields)) == [("instagram", 132)]
    assert codes(await ayrshare.post("a" * 63_207)) == [("facebook", 132)]


async def test_instagram_has_a_daily_quota(ayrshare: Any, pictures: Any) -> None:
    await ayrshare.configure(instagram_daily_posts=2)
    fields = {"mediaUrls": [pictures.url()]}
    for number in range(2):
        assert (await ayrshare.post(f"Post {number}", "instagram", **fields)).status_code == 200
    assert codes(await ayrshare.post("Post 3", "instagram", **fields)) == [("instagram", 138)]
    await ayrshare.later(86_400)
    assert (await ayrshare.post("Post 3", "instagram", **fields)).status_code == 200


async def test_media_are_not_fetched_again_while_cached(ayrshare: Any, pictures: Any) -> None:
    await ayrshare.configure(media_cache_seconds=60)
    for number in range(3):
        await ayrshare.post(f"Post {number}", mediaUrls=[pictures.url()])
    assert len(pictures.asked) == 1


async def test_validate_has_no_effect_and_reports_errors(ayrshare: Any, pictures: Any) -> None:
    good = {"post": "Hello", "platforms": ["facebook"], "idempotencyKey": "k"}
    response = await ayrshare.call("POST", "/validate/post", good)
    assert (response.status_code, response.json()["status"]) == (200, "success")
    png = {"post": "Hello", "platforms": ["instagram"], "mediaUrls": [pictures.url("PNG")]}
    response = await ayrshare.call("POST", "/validate/post", png)
    assert (response.status_code, response.json()["action"], response.json()["code"]) == (400, "post", 182)
    assert await ayrshare.live() == []
    assert (await ayrshare.call("POST", "/post", good)).status_code == 200
    response = await ayrshare.call("POST", "/validate/post", good)
    assert response.json()["code"] == 137


async def test_validate_warns_about_a_network_that_is_not_linked(server: Any) -> None:
    customer = await server.new_profile("New")
    response = await customer.call("POST", "/validate/post", {"post": "Hello", "platforms": ["facebook"]})
    assert response.status_code == 200
    assert [warning["code"] for warning in response.json()["warnings"]] == [156]

"""Profiles, their links and their rate limit."""

from typing import Any

import pytest

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_key_is_shown_once_and_never_listed(server: Any) -> None:
    made = (await server.call("POST", "/profiles", {"title": "Cafe"}, profile_key="")).json()
    assert set(made) == {"status", "title", "refId", "profileKey", "messagingActive"}
    listed = (await server.call("GET", "/profiles", profile_key="")).json()
    assert made["profileKey"] not in str(listed)
    assert [profile["title"] for profile in listed["profiles"]] == ["Cafe"]
    assert (listed["count"], listed["pagination"]["hasMore"]) == (1, False)


async def test_title_is_unique(server: Any) -> None:
    await server.new_profile("Cafe")
    response = await server.call("POST", "/profiles", {"title": "Cafe"}, profile_key="")
    assert (response.status_code, response.json()["code"]) == (400, 146)


async def test_list_is_stale_for_five_minutes_and_pages(server: Any) -> None:
    for number in range(3):
        await server.new_profile(f"P{number}")

    async def listed(**query: Any) -> Any:
        return (await server.call("GET", "/profiles", params=query, profile_key="")).json()

    first = await listed(limit=2)
    second = await listed(limit=2, cursor=first["pagination"]["nextCursor"])
    assert [p["title"] for p in first["profiles"] + second["profiles"]] == ["P0", "P1", "P2"]
    assert not second["pagination"]["hasMore"]
    await server.new_profile("P3")
    assert (await listed(limit=2, cursor=first["pagination"]["nextCursor"])) == second
    await server.later(300)
    assert len((await listed(limit=2, cursor=first["pagination"]["nextCursor"]))["profiles"]) == 2


async def test_profile_can_be_renamed_and_deleted(ayrshare: Any) -> None:
    body = {"profileKey": ayrshare.profile_key, "title": "New name"}
    assert (await ayrshare.call("PATCH", "/profiles", body, profile_key="")).json() == {
        "status": "success",
        "refId": ayrshare.ref_id,
    }
    assert (await ayrshare.call("GET", "/user")).json()["title"] == "New name"
    assert (await ayrshare.call("DELETE", "/profiles")).json()["refId"] == ayrshare.ref_id
    assert (await ayrshare.call("GET", "/user")).status_code == 403


async def test_delete_without_a_name_never_deletes_the_primary_profile(server: Any) -> None:
    assert (await server.call("DELETE", "/profiles", profile_key="")).status_code == 400


async def test_user_without_links_has_no_active_accounts_field(server: Any) -> None:
    customer = await server.new_profile("New")
    user = (await customer.call("GET", "/user")).json()
    assert "activeSocialAccounts" not in user
    assert "displayNames" not in user
    assert user["refId"] == customer.ref_id


async def test_user_shows_which_page_and_account_are_linked(ayrshare: Any, pictures: Any) -> None:
    await ayrshare.post("Hello", "instagram", mediaUrls=[pictures.url()])
    user = (await ayrshare.call("GET", "/user", params={"instagramDetails": "true"})).json()
    assert user["activeSocialAccounts"] == ["facebook", "instagram"]
    facebook, instagram = user["displayNames"]
    assert (facebook["platform"], facebook["id"], facebook["pageName"]) == ("facebook", "10001", "10001")
    assert (instagram["id"], instagram["usedQuota"]) == ("17841001", 1)
    assert "usedQuota" not in (await ayrshare.call("GET", "/user")).json()["displayNames"][1]


async def test_unlinked_network_can_not_be_posted_to(ayrshare: Any) -> None:
    assert (await ayrshare.call("DELETE", "/profiles/social", {"platform": "facebook"})).status_code == 200
    assert (await ayrshare.post("Hello")).json()["posts"][0]["errors"][0]["code"] == 156
    assert (await ayrshare.call("DELETE", "/profiles/social", {"platform": "facebook"})).status_code == 400


async def test_link_page_offers_accounts_and_sends_the_browser_back(server: Any) -> None:
    customer = await server.new_profile("Cafe <b>")
    body = {"redirect": "http://localhost:3000/social", "allowedSocial": ["facebook"]}
    session = (await customer.call("POST", "/profiles/link-sessions", body)).json()
    assert set(session) == {"status", "sessionId", "url", "expiresAt", "emailSent", "title"}
    page = await server.http.get(session["url"])
    assert page.status_code == 200
    assert "Cafe &lt;b&gt;" in page.text
    assert "<b>" not in page.text
    assert 'name="instagram"' not in page.text

    offers = (await server.http.get(session["url"], headers={"Accept": "application/json"})).json()["offers"]
    chosen = offers["facebook"][1]
    done = await server.http.post(session["url"], data={"facebook": chosen["id"]})
    assert (done.status_code, done.headers["location"]) == (303, "http://localhost:3000/social")
    user = (await customer.call("GET", "/user")).json()
    assert (user["displayNames"][0]["id"], user["displayNames"][0]["pageName"]) == (
        chosen["id"],
        chosen["name"],
    )
    refused = await server.http.post(session["url"], json={"instagram": "17841001"})
    assert refused.status_code == 400


async def test_link_page_expires_after_five_minutes(ayrshare: Any) -> None:
    session = (await ayrshare.call("POST", "/profiles/link-sessions", {})).json()
    await ayrshare.later(300)
    response = await ayrshare.http.post(session["url"], json={"facebook": "10077"})
    assert (response.status_code, response.json()["code"]) == (410, 503)
    assert (await ayrshare.http.get(session["url"] + "x")).status_code == 404
    user = (await ayrshare.call("GET", "/user")).json()
    assert user["displayNames"][0]["id"] == "10001"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"mode": "connect"}, 504),
        ({"expiresIn": 30}, 169),
        ({"redirect": "javascript:x"}, 101),
        ({"url": 1}, 101),
    ],
)
async def test_link_session_refuses_what_the_plan_lacks(ayrshare: Any, body: Any, code: int) -> None:
    response = await ayrshare.call("POST", "/profiles/link-sessions", body)
    assert response.status_code in {400, 403}
    assert response.json()["code"] == code


async def test_link_session_needs_a_profile_key(server: Any) -> None:
    assert (await server.call("POST", "/profiles/link-sessions", {}, profile_key="")).status_code == 400


async def test_rate_limit_is_per_profile_and_window(ayrshare: Any) -> None:
    other = await ayrshare.new_profile("Other")
    await ayrshare.later(300)
    await ayrshare.configure(rate_limit=3)
    responses = [await ayrshare.call("GET", "/user") for _ in range(4)]
    assert [response.status_code for response in responses] == [200, 200, 200, 429]
    assert [response.headers["x-ratelimit-count"] for response in responses] == ["1", "2", "3", "4"]
    assert responses[0].headers["x-ratelimit-max"] == "3"
    assert "retry-after" not in responses[3].headers
    assert responses[3].json()["status"] == "error"
    assert (await other.call("GET", "/user")).status_code == 200
    await ayrshare.later(300)
    assert (await ayrshare.call("GET", "/user")).status_code == 200


async def test_too_many_429_suspend_the_profile(ayrshare: Any) -> None:
    await ayrshare.configure(rate_limit=1, suspend_after_429=3)
    for _ in range(5):
        await ayrshare.call("GET", "/user")
    await ayrshare.later(3 * 86_400)
    assert (await ayrshare.call("GET", "/user")).status_code == 403
    listed = (await ayrshare.call("GET", "/profiles", profile_key="")).json()["profiles"][0]
    assert (listed["status"], listed["suspended"]) == ("suspended", True)


async def test_unknown_call_is_a_json_404(ayrshare: Any) -> None:
    response = await ayrshare.call("PATCH", "/post", {"id": "x"})
    assert response.status_code == 404
    assert response.json()["status"] == "error"

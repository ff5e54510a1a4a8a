"""Ayrshare's own SDK for Python works against the stand-in, for the calls that are stood in for."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from ayrshare import SocialPost
from ayrshare import ayrshare as sdk_module

from .conftest import KEY, Ayrshare

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture
def sdk(server: Ayrshare, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(sdk_module, "base", f"{server.http.base_url}/api/".replace("//api", "/api"))
    return SocialPost(KEY)


async def run(call: Callable[..., Any], *arguments: Any) -> dict[str, Any]:
    """Run a call of the SDK, which blocks."""
    answer: dict[str, Any] = await asyncio.to_thread(call, *arguments)
    return answer


async def test_profiles_are_created_listed_changed_and_deleted(sdk: Any, server: Ayrshare) -> None:
    made = await run(sdk.createProfile, {"title": "Harbour Cafe"})
    assert made["status"] == "success"
    listed = await run(sdk.getProfiles)
    assert [profile["title"] for profile in listed["profiles"]] == ["Harbour Cafe"]
    changed = await run(sdk.updateProfile, {"profileKey": made["profileKey"], "title": "Harbour"})
    assert changed["status"] == "success"
    await server.configure(profiles_cache_seconds=0)  # as by the real API, the list is cached
    deleted = await run(sdk.deleteProfile, {"profileKey": made["profileKey"]})
    assert deleted["status"] == "success"
    assert (await run(sdk.getProfiles))["profiles"] == []


async def test_a_post_is_made_read_found_in_the_history_and_deleted(sdk: Any, ayrshare: Ayrshare) -> None:
    sdk.setProfileKey(ayrshare.profile_key)
    body = {"post": "Fresh scones", "platforms": ["facebook"]}
    answer = await run(sdk.post, body)
    post = answer["posts"][0] if "posts" in answer else answer
    assert post["status"] == "success"

    read = await run(sdk.getPost, {"id": post["id"]})
    history = await run(sdk.history, {"limit": 10, "platforms": ["facebook"]})
    one = await run(sdk.history, {"id": post["id"]})
    deleted = await run(sdk.delete, {"id": post["id"]})

    assert read["post"] == one["post"] == "Fresh scones"
    assert [entry["id"] for entry in history["history"]] == [post["id"]]
    assert deleted["status"] == "success", deleted


async def test_the_connected_accounts_are_shown_and_unlinked(sdk: Any, ayrshare: Ayrshare) -> None:
    sdk.setProfileKey(ayrshare.profile_key)
    user = await run(sdk.user, {"instagramDetails": "true"})
    assert sorted(user["activeSocialAccounts"]) == ["facebook", "instagram"]

    await run(sdk.unlinkSocial, {"platform": "facebook"})
    assert (await run(sdk.user))["activeSocialAccounts"] == ["instagram"]


async def test_webhooks_are_registered_listed_and_removed(sdk: Any, ayrshare: Ayrshare) -> None:
    hook = {"action": "social", "url": "http://127.0.0.1:9/hook"}
    assert (await run(sdk.registerWebhook, hook))["status"] == "success"
    assert "http://127.0.0.1:9/hook" in str(await run(sdk.listWebhooks))
    assert (await run(sdk.unregisterWebhook, {"action": "social"}))["status"] == "success"


async def test_a_field_that_the_call_does_not_have_is_still_refused(ayrshare: Ayrshare) -> None:
    answer = await ayrshare.call("POST", "/post", {"post": "x", "platforms": ["facebook"], "sauce": "pypi"})
    assert answer.status_code == 400
    assert "sauce" in answer.text

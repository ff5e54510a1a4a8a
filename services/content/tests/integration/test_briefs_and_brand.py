"""Briefs, and the brand profile: reading, correcting, refreshing."""

import pytest
from common.auth import Role

from .conftest import NewTenant, StandIn, Tenant


async def test_a_month_has_one_brief(tenant: Tenant) -> None:
    made = await tenant.brief(notes="Mention the new room.")

    again = await tenant.post("/briefs", {"month": "2026-12", "primary_focus": "OTHER"}, status=409)
    replaced = await tenant.call("PUT", "/briefs/2026-12", {"primary_focus": "SEASONAL"}, role=Role.MEMBER)

    assert again["code"] == "brief_exists"
    assert (replaced["id"], replaced["primary_focus"], replaced["notes"]) == (made["id"], "SEASONAL", "")
    assert await tenant.get("/briefs/2026-12") == replaced


async def test_briefs_are_listed_latest_month_first(tenant: Tenant) -> None:
    for month in ("2026-11", "2027-01", "2026-12"):
        await tenant.brief(month)

    first = await tenant.get("/briefs?limit=2")
    second = await tenant.get(f"/briefs?limit=2&cursor={first['next_cursor']}")

    assert [brief["month"] for brief in first["items"] + second["items"]] == ["2027-01", "2026-12", "2026-11"]


async def test_an_offer_requires_promo_text(tenant: Tenant) -> None:
    body = {"month": "2026-12", "primary_focus": "OTHER", "promo_enabled": True, "promo_text": "  "}

    refused = await tenant.post("/briefs", body, status=422)

    assert "promo_text must describe" in refused["errors"][0]["message"]


async def test_only_a_brief_without_posts_can_be_deleted(tenant: Tenant) -> None:
    await tenant.brief()
    generation_id = await tenant.start(1)
    running = await tenant.call("DELETE", "/briefs/2026-12", status=409)
    await tenant.finished(generation_id)
    (item,) = await tenant.contents()
    used = await tenant.call("DELETE", "/briefs/2026-12", status=409)
    await tenant.call("DELETE", f"/content/{item['id']}", status=204)

    await tenant.call("DELETE", "/briefs/2026-12", status=204)

    assert (running["code"], used["code"]) == ("brief_in_use", "brief_in_use")
    await tenant.call("GET", "/briefs/2026-12", status=404)
    await tenant.call("GET", f"/content/generations/{generation_id}", status=404)


async def test_a_generation_requires_a_brief_a_plan_and_room(new_tenant: NewTenant) -> None:
    tenant = new_tenant()
    await tenant.sign_up()
    wanted = {"month": "2026-12"}
    assert (await tenant.post("/content/generations", wanted, status=404))["code"] == "brief_not_found"
    await tenant.brief()
    assert (await tenant.post("/content/generations", wanted, status=402))["code"] == "generation_not_included"
    await tenant.subscribe(posts=2)
    full = await tenant.post("/content/generations", wanted | {"post_count": 3}, status=409)
    assert (full["code"], "room for 2" in full["detail"]) == ("month_full", True)

    started = await tenant.post("/content/generations", wanted, status=202)

    assert started["post_count"] == 2
    assert (await tenant.post("/content/generations", wanted, status=409))["code"] == "generation_running"
    listed = await tenant.get("/content/generations?month=2026-12")
    assert [generation["id"] for generation in listed["items"]] == [started["id"]]
    await tenant.finished(started["id"])
    has_its_posts = await tenant.post("/content/generations", wanted, status=409)
    assert (has_its_posts["code"], "left" in has_its_posts) == ("month_has_its_posts", False)
    none_left = await tenant.post("/content/generations", wanted | {"post_count": 1}, status=409)
    assert (none_left["code"], none_left["left"]) == ("month_full", 0)


async def test_a_retry_respects_the_plan_and_a_running_generation(tenant: Tenant, openai: StandIn) -> None:
    await tenant.brief()
    await openai.behave("refusal", times="forever", contains='\\"index\\": 1,')
    half = await tenant.finished(await tenant.start(2))
    path = f"/content/generations/{half['id']}/retry"
    assert (half["done"], half["failed"]) == (1, 1)

    await tenant.subscribe(revision=2, posts=1)
    full = await tenant.post(path, status=409)
    await tenant.subscribe(revision=3, generation=False)
    lapsed = await tenant.post(path, status=402)
    await tenant.subscribe(revision=4)
    await tenant.start(1)
    running = await tenant.post(path, status=409)

    assert [full["code"], lapsed["code"], running["code"]] == [
        "month_full",
        "generation_not_included",
        "generation_running",
    ]


async def test_the_brand_is_read_from_the_website_and_corrected(online: Tenant) -> None:
    assert (await online.call("GET", "/brand", status=404))["code"] == "brand_not_found"

    asked = await online.post("/brand/refresh", status=202)
    assert (asked["reading"], asked["read_at"], asked["business_name"]) == (True, None, "Harbour Physio")
    assert await online.post("/brand/refresh", status=202) == asked
    read = await online.brand_read()
    assert (read["read_at"], read["trouble"], read["corrected"]) == ("2026-11-02T09:00:00Z", None, [])
    assert read["facts"]
    assert all(fact["source_url"].startswith(online.website_url) for fact in read["facts"])
    assert read["logo_url"]

    own = {"voice": "Dry and short.", "palette": {"primary": "#102030", "accent": "#ffcc00"}}
    corrected = await online.patch("/brand", own)
    assert (corrected["voice"], corrected["palette"]["primary"]) == ("Dry and short.", "#102030")
    assert corrected["corrected"] == ["palette", "voice"]
    assert corrected["revision"] == read["revision"] + 1
    await online.post("/brand/refresh", status=202)
    assert (await online.brand_read())["voice"] == "Dry and short."
    back = await online.patch("/brand", {"voice": None, "palette": None})
    assert (back["voice"], back["palette"], back["corrected"]) == (read["voice"], read["palette"], [])


async def test_the_brand_can_be_corrected_before_the_first_reading(tenant: Tenant) -> None:
    own = await tenant.patch("/brand", {"what_they_do": "We mend backs."})

    assert (own["what_they_do"], own["business_name"], own["read_at"]) == ("We mend backs.", "Harbour Physio", None)


async def test_a_failed_refresh_keeps_the_earlier_profile(
    online: Tenant, openai: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await online.post("/brand/refresh", status=202)
    known = await online.brand_read()
    await openai.behave("refusal", times="forever")

    await online.post("/brand/refresh", status=202)
    now = await online.brand_read()

    assert "declined" in now["trouble"]
    assert {name for name in now if now[name] != known[name]} == {"trouble"}


@pytest.mark.parametrize("word", ["the", "we"])
async def test_forbidden_words_are_not_posted(tenant: Tenant, word: str) -> None:
    await tenant.brief()
    await tenant.patch("/brand", {"words_to_avoid": [word]})

    generation = await tenant.finished(await tenant.start(3))

    assert all(word not in item["caption"].casefold().split() for item in await tenant.contents())
    errors = [post["error"] for post in generation["posts"] if post["error"]]
    assert all("words that the brand profile excludes" in error for error in errors)

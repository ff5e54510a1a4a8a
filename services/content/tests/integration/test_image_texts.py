"""An image shows the words that the post says it does, and refuses or names what it can't show."""

from typing import Any

import pytest

from .conftest import NewTenant, Tenant


@pytest.fixture
async def post(tenant: Tenant) -> Any:
    """A draft with a drawn image."""
    await tenant.brief()
    await tenant.finished(await tenant.start(1))
    (item,) = await tenant.contents()
    return item


@pytest.mark.parametrize("headline", ["日本語", "नमस्ते", "Café 日本", "I ❤️ NZ", "🎉"])
async def test_a_headline_that_can_not_be_shown_is_refused_with_the_reason(
    tenant: Tenant, post: Any, headline: str
) -> None:
    refused = await tenant.patch(f"/content/{post['id']}", {"headline": headline}, status=422)

    assert refused["code"] == "text_not_drawable"
    assert [error["field"] for error in refused["errors"]] == ["headline"]
    assert "upload an image" in refused["detail"]
    assert await tenant.get(f"/content/{post['id']}") == post


async def test_equivalent_characters_are_shown(tenant: Tenant, post: Any) -> None:
    edited = await tenant.patch(f"/content/{post['id']}", {"headline": "10\u201120 % off, 7\u20119 pm"})

    assert "10-20 % off, 7-9 pm" in edited["image"]["shown_text"]
    assert edited["image"]["notice"] is None


async def test_an_alternative_text_follows_a_new_headline_unless_a_person_wrote_it(tenant: Tenant, post: Any) -> None:
    own = await tenant.patch(f"/content/{post['id']}", {"alt_text": f"A poster that says “{post['headline']}”"})
    assert own["alt_text"] == f"A poster that says “{post['headline']}”"

    edited = await tenant.patch(f"/content/{post['id']}", {"headline": "Quite another headline"})
    assert edited["alt_text"] == edited["image"]["shown_text"]
    assert "Quite another headline" in edited["alt_text"]

    kept = await tenant.patch(f"/content/{post['id']}", {"headline": "A third one", "alt_text": "Plain words."})
    assert kept["alt_text"] == "Plain words."


async def test_a_name_that_can_not_be_shown_is_left_out_and_said(new_tenant: NewTenant) -> None:
    made = new_tenant()
    await made.sign_up(name="日本整体")
    await made.subscribe()
    await made.brief()

    generation = await made.finished(await made.start(2))

    assert generation["done"] == 2
    for item in await made.contents():
        assert item["image"]["shown_text"]
        assert "business name" in item["image"]["notice"]
        assert "日本整体" not in item["image"]["shown_text"]
        assert item["alt_text"] == item["image"]["shown_text"]


@pytest.mark.parametrize("edit", [{"title": "\u200b\u200b"}, {"caption": "\u3164"}, {"headline": "\u00a0\u2800"}])
async def test_text_with_nothing_visible_is_refused(tenant: Tenant, post: Any, edit: dict[str, str]) -> None:
    await tenant.patch(f"/content/{post['id']}", edit, status=422)


@pytest.mark.parametrize(
    "edit",
    [
        {"caption": "a\x08b"},
        {"caption": "a\x1fb"},
        {"title": "a\nb"},
        {"headline": "a\tb"},
        {"capton": "a"},
        {"revision": "1"},
    ],
)
async def test_controls_unknown_fields_and_other_types_are_refused(
    tenant: Tenant, post: Any, edit: dict[str, Any]
) -> None:
    await tenant.patch(f"/content/{post['id']}", edit, status=422)


async def test_hashtags_of_any_script_are_stored_composed(tenant: Tenant, post: Any) -> None:
    edited = await tenant.patch(f"/content/{post['id']}", {"hashtags": ["हिन्दी", "#ko\u0304whai", "KŌWHAI"]})

    assert edited["hashtags"] == ["हिन्दी", "kōwhai"]

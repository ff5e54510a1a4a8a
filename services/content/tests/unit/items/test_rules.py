"""Payloads, the content hash, and the platforms' rules."""

from typing import Any
from uuid import UUID

import pytest
from content.items.rules import InstagramLimits, hash_of, payloads_of, text_of, violations
from content.items.schemas import ContentEdit
from content.models import ContentItem
from hypothesis import given
from hypothesis import strategies as st
from pulseworks_contracts import content_digest
from pydantic import ValidationError

ACCOUNT = UUID(int=1)
LIMITS = InstagramLimits(hashtags=5, mentions=3)


def item(**fields: Any) -> ContentItem:
    png, jpeg = ({"url": f"https://media.example/a.{kind}", "sha256": digit * 64} for kind, digit in ("p1", "j2"))
    values: dict[str, Any] = {
        "id": UUID(int=2),
        "title": "For ourselves",
        "caption": "Stand up once an hour.",
        "hashtags": ["Desk", "Back"],
        "alt_text": "Words",
        "platform_targets": ["FACEBOOK", "INSTAGRAM"],
        "media": {
            "url": "https://media.example/a",
            "png": png,
            "jpeg": jpeg,
            "width": 1080,
            "height": 1080,
            "layout": 0,
            "source": "DRAWN",
        },
    }
    return ContentItem(**values | fields)


def test_the_hash_is_the_content_digest_of_the_contracts() -> None:
    assert hash_of(ACCOUNT, item()) == content_digest(ACCOUNT, UUID(int=2), payloads_of(item()))


@pytest.mark.invariant("P2")
@pytest.mark.parametrize(
    "fields",
    [
        {"caption": "Stand up once an hour!"},
        {"hashtags": ["Back", "Desk"]},
        {"alt_text": "Word"},
        {"platform_targets": ["FACEBOOK"]},
        {"id": UUID(int=3)},
        {"media": item().media | {"jpeg": {"url": "https://media.example/a.j", "sha256": "3" * 64}}},
        {"media": item().media | {"png": {"url": "https://media.example/b.p", "sha256": "1" * 64}}},
    ],
)
def test_the_hash_covers_everything_visible(fields: dict[str, Any]) -> None:
    assert hash_of(ACCOUNT, item(**fields)) != hash_of(ACCOUNT, item())


@pytest.mark.parametrize("fields", [{"title": "Another"}, {"platform_targets": ["INSTAGRAM", "FACEBOOK"]}])
def test_the_hash_ignores_what_is_not_posted(fields: dict[str, Any]) -> None:
    assert hash_of(ACCOUNT, item(**fields)) == hash_of(ACCOUNT, item())
    assert hash_of(UUID(int=9), item()) != hash_of(ACCOUNT, item())


def test_instagram_gets_the_jpeg_and_facebook_the_png() -> None:
    assert {p.platform: (p.media[0].content_type, p.media[0].url) for p in payloads_of(item())} == {
        "FACEBOOK": ("image/png", "https://media.example/a.p"),
        "INSTAGRAM": ("image/jpeg", "https://media.example/a.j"),
    }


@pytest.mark.parametrize(
    ("caption", "tags", "text"),
    [(" Hello. ", ["A", "B"], "Hello.\n\n#A #B"), ("Hello.", [], "Hello."), ("", ["A"], "#A")],
)
def test_the_text_is_the_caption_with_its_hashtags(caption: str, tags: list[str], text: str) -> None:
    assert text_of(caption, tags) == text


@pytest.mark.parametrize(
    ("caption", "tags", "targets", "found"),
    [
        ("x" * 2_200, [], ["INSTAGRAM"], []),
        ("x" * 2_197, ["a"], ["INSTAGRAM"], ["caption:too_long"]),
        ("x" * 2_201, [], ["FACEBOOK"], []),
        ("x" * 63_207, [], ["FACEBOOK"], ["caption:too_long"]),
        ("x" * 63_207, [], ["FACEBOOK", "INSTAGRAM"], ["caption:too_long"] * 2),
        ("Hi", ["a", "b", "c", "d", "e"], ["INSTAGRAM"], []),
        ("Hi #f", ["a", "b", "c", "d", "e"], ["INSTAGRAM"], ["hashtags:too_many"]),
        ("Hi #f", ["a", "b", "c", "d", "e"], ["FACEBOOK"], []),
        ("@a @b @c", [], ["INSTAGRAM"], []),
        ("@a @b @c, (@d)", [], ["INSTAGRAM"], ["caption:too_many"]),
        ("We are #1 in Nelson", ["a", "b", "c", "d", "e"], ["INSTAGRAM"], []),
        ("https://ex.nz/#book", ["a", "b", "c", "d", "e"], ["INSTAGRAM"], []),
        ("#f#g", ["a", "b", "c", "d"], ["INSTAGRAM"], ["hashtags:too_many"]),
        ("me@a.nz you@b.nz we@c.nz they@d.nz a.nz/#x", ["a", "b", "c", "d"], ["INSTAGRAM"], []),
    ],
)
def test_violations_of_platform_rules(caption: str, tags: list[str], targets: list[str], found: list[str]) -> None:
    assert [f"{p.field}:{p.code}" for p in violations(caption, tags, targets, LIMITS)] == found


@given(st.lists(st.sampled_from(["Desk", "desk", "#DESK", "Back", "back", "Neck"]), max_size=12))
def test_duplicate_hashtags_are_removed_ignoring_case(tags: list[str]) -> None:
    kept = ContentEdit(hashtags=tags).hashtags or []

    first = list({tag.lstrip("#").casefold(): None for tag in tags})
    assert [tag.casefold() for tag in kept] == first
    for tag in kept:
        assert tag in {given.lstrip("#") for given in tags}


@pytest.mark.parametrize("edit", [{"hashtags": ["a b"]}, {"platform_targets": []}, {"caption": " "}, {"revision": 0}])
def test_an_invalid_edit_is_refused(edit: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ContentEdit.model_validate(edit)

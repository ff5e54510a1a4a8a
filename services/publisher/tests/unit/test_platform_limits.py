"""What the networks would refuse, by the payload alone."""

from typing import Any

import pytest
from publisher.preflight.rules import InstagramLimits, is_web_address, quota_used_up, refusals_of_payload
from pulseworks_contracts import Media, PlatformPayload

LIMITS = InstagramLimits(hashtags=5, mentions=3, daily_posts=50)


def payload(platform: Any = "INSTAGRAM", text: str = "A morning", count: int = 1, **media: Any) -> PlatformPayload:
    fields = {"url": "https://x/a.jpg", "sha256": "0" * 64, "content_type": "image/jpeg", "alt_text": ""}
    one = Media(**{**fields, "width": 1080, "height": 1080, **media})
    return PlatformPayload(platform=platform, text=text, media=[one] * count)


@pytest.mark.parametrize(
    ("given", "codes"),
    [
        (payload(), []),
        (payload(text="x" * 2200), []),
        (payload(text="x" * 2201), ["text_too_long"]),
        (payload("FACEBOOK", "x" * 63_206, content_type="image/png", width=3000, height=100), []),
        (payload("FACEBOOK", "x" * 63_207), ["text_too_long"]),
        (payload("FACEBOOK", "#a #b #c #d #e #f @a @b @c @d"), []),
        (payload("FACEBOOK", count=11), ["too_many_media"]),
        (payload(text="#one #two #three #four #five"), []),
        (payload(text="#one #two #three #four #five #six"), ["too_many_hashtags"]),
        (payload(text="mail@example.com a#b @a @b @c"), []),
        (payload(text="@a @b @c @d"), ["too_many_mentions"]),
        (payload(count=0), ["media_missing"]),
        (payload("FACEBOOK", count=0), []),
        (payload(width=1080, height=1350), []),
        (payload(width=1080, height=1351), []),
        (payload(width=1080, height=1400), ["image_ratio"]),
        (payload(width=1200, height=628), []),
        (payload(width=1200, height=600), ["image_ratio"]),
        (payload(width=319, height=319), ["image_width"]),
        (payload(width=1441, height=1441), ["image_width"]),
        (payload(content_type="image/png"), ["image_format"]),
        (payload(alt_text="x" * 1001), ["alt_text_too_long"]),
    ],
)
def test_what_a_network_would_refuse(given: PlatformPayload, codes: list[str]) -> None:
    found = list(refusals_of_payload(given, LIMITS))
    assert [refusal.code for refusal in found] == codes
    assert all(refusal.remedy == "edit" and refusal.message.endswith(".") for refusal in found)


@pytest.mark.parametrize(("used", "refused"), [(None, False), (49, False), (50, True), (51, True)])
def test_the_daily_quota_of_posts(used: int | None, *, refused: bool) -> None:
    assert (quota_used_up(used, LIMITS) is not None) is refused


@pytest.mark.parametrize(
    ("url", "fits"),
    [("https://a/b", True), ("http://a/b", True), ("file:///etc/passwd", False), ("https://", False), ("x", False)],
)
def test_only_web_addresses_are_valid(url: str, *, fits: bool) -> None:
    assert is_web_address(url) is fits

"""What the networks take, as far as it can be told from the payload.

https://www.ayrshare.com/docs/media-guidelines and the pages of the networks there. Instagram's numbers have changed
before (30 hashtags until 2025), so those that did are settings.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from pulseworks_contracts import Media, PlatformPayload

from publisher.deliveries.checks import Refusal

FACEBOOK_CHARACTERS = 63_206
INSTAGRAM_CHARACTERS = 2_200
INSTAGRAM_ALT_TEXT = 1_000
INSTAGRAM_WIDTHS = range(320, 1_441)
NARROWEST, WIDEST = 4 / 5, 1.91
MOST_MEDIA = 10
BYTES = {"FACEBOOK": 10_000_000, "INSTAGRAM": 8_000_000}
_SLACK = 0.005
_HASHTAG, _MENTION = re.compile(r"(?<!\w)#\w+"), re.compile(r"(?<!\w)@\w+")


@dataclass(frozen=True)
class InstagramLimits:
    hashtags: int
    mentions: int
    daily_posts: int


def refusals(payload: PlatformPayload, limits: InstagramLimits) -> Iterator[Refusal]:
    """Yield what the network would refuse, the most telling first."""
    if payload.platform == "FACEBOOK":
        yield from _too_long("Facebook", payload.text, FACEBOOK_CHARACTERS)
        yield from _too_many("media", "images", len(payload.media), MOST_MEDIA, "Facebook")
        return
    yield from _too_long("Instagram", payload.text, INSTAGRAM_CHARACTERS)
    yield from _too_many("hashtags", "hashtags", len(_HASHTAG.findall(payload.text)), limits.hashtags, "Instagram")
    yield from _too_many("mentions", "mentions", len(_MENTION.findall(payload.text)), limits.mentions, "Instagram")
    if not payload.media:
        yield _edit("media_missing", "Instagram takes no post without an image. Add one")
    yield from _too_many("media", "images", len(payload.media), MOST_MEDIA, "Instagram")
    for media in payload.media:
        yield from _unfit_for_instagram(media)


def _unfit_for_instagram(media: Media) -> Iterator[Refusal]:
    ratio = media.width / media.height
    size = f"{media.width}×{media.height}"
    if not NARROWEST - _SLACK <= ratio <= WIDEST + _SLACK:
        yield _edit("image_ratio", f"Instagram takes images from 4:5 to 1.91:1, and this one is {size}. Crop it")
    if media.width not in INSTAGRAM_WIDTHS:
        yield _edit("image_width", f"Instagram takes images 320 to 1440 pixels wide, and this one is {size}. Resize it")
    if media.content_type != "image/jpeg":
        yield _edit("image_format", f"Instagram takes JPEG images, and this one is {media.content_type}. Replace it")
    if len(media.alt_text) > INSTAGRAM_ALT_TEXT:
        yield _edit("alt_text_too_long", f"Instagram takes {INSTAGRAM_ALT_TEXT} characters of description. Shorten it")


def _too_long(network: str, text: str, most: int) -> Iterator[Refusal]:
    if len(text) > most:
        yield _edit("text_too_long", f"{network} takes {most} characters, and the caption has {len(text)}. Shorten it")


def _too_many(code: str, what: str, count: int, most: int, network: str) -> Iterator[Refusal]:
    if count > most:
        yield _edit(f"too_many_{code}", f"{network} takes {most} {what}, and there are {count}. Take some out")


def _edit(code: str, what: str) -> Refusal:
    return Refusal(code, f"{what}, approve the post and schedule it again.", "edit")


def quota_used_up(used: int | None, limits: InstagramLimits) -> Refusal | None:
    """Return the refusal when Instagram's posts of a rolling day are used up. ``used`` None: it was not told."""
    if used is None or used < limits.daily_posts:
        return None
    return Refusal(
        "quota_exhausted",
        f"Instagram takes {limits.daily_posts} posts of an account within 24 hours, and {used} are used. "
        "Move this post to a later time.",
        "retry",
    )


def is_web_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)

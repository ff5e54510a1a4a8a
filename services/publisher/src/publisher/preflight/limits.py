"""What the networks take, as far as it can be told from the payload.

Instagram's numbers have changed before, so those that did are settings.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from pulseworks_contracts import LIMITS, Media, PlatformLimits, PlatformPayload, Reason

_RATIO_SLACK = 0.005
_HASHTAG, _MENTION = re.compile(r"(?<!\w)#\w+"), re.compile(r"(?<!\w)@\w+")


@dataclass(frozen=True)
class InstagramLimits:
    hashtags: int
    mentions: int
    daily_posts: int


def refusals(payload: PlatformPayload, instagram: InstagramLimits) -> Iterator[Reason]:
    """Yield what the network would refuse, the most telling first."""
    limits = LIMITS[payload.platform]
    name, most, text = limits.display_name, limits.max_characters, payload.text
    if len(text) > most:
        yield _edit("text_too_long", f"{name} takes {most} characters, and the caption has {len(text)}. Shorten it")
    if payload.platform == "INSTAGRAM":
        yield from _too_many("hashtags", "hashtags", len(_HASHTAG.findall(text)), instagram.hashtags, name)
        yield from _too_many("mentions", "mentions", len(_MENTION.findall(text)), instagram.mentions, name)
        if not payload.media:
            yield _edit("media_missing", f"{name} takes no post without an image. Add one")
    yield from _too_many("media", "images", len(payload.media), limits.max_images, name)
    for media in payload.media:
        yield from _unfit(media, limits)


def _unfit(media: Media, limits: PlatformLimits) -> Iterator[Reason]:
    name, size, widths = limits.display_name, f"{media.width}×{media.height}", limits.image_widths
    if limits.image_ratios is not None:
        narrowest, widest = limits.image_ratios
        if not narrowest - _RATIO_SLACK <= media.width / media.height <= widest + _RATIO_SLACK:
            yield _edit("image_ratio", f"{name} takes images from 4:5 to 1.91:1, and this one is {size}. Crop it")
    if widths is not None and media.width not in widths:
        fit = f"{widths[0]} to {widths[-1]} pixels wide"
        yield _edit("image_width", f"{name} takes images {fit}, and this one is {size}. Resize it")
    if media.content_type not in limits.image_types:
        yield _edit("image_format", f"{name} takes JPEG images, and this one is {media.content_type}. Replace it")
    if limits.max_alt_text is not None and len(media.alt_text) > limits.max_alt_text:
        yield _edit("alt_text_too_long", f"{name} takes {limits.max_alt_text} characters of description. Shorten it")


def _too_many(code: str, what: str, count: int, most: int, network: str) -> Iterator[Reason]:
    if count > most:
        yield _edit(f"too_many_{code}", f"{network} takes {most} {what}, and there are {count}. Take some out")


def _edit(code: str, what: str) -> Reason:
    return Reason(code=code, message=f"{what}, approve the post and schedule it again.", remedy="edit")


def quota_used_up(used: int | None, limits: InstagramLimits) -> Reason | None:
    """Return the refusal when Instagram's posts of a rolling day are used up. ``used`` None: it was not told."""
    if used is None or used < limits.daily_posts:
        return None
    return Reason(
        code="quota_exhausted",
        message=f"Instagram takes {limits.daily_posts} posts of an account within 24 hours, and {used} are used. "
        "Move this post to a later time.",
        remedy="retry",
    )


def is_web_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)

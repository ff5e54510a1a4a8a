"""What the networks refuse, as errors of one network inside a response (EXTERNAL_APIS 1.2 and 1.9)."""

import re
from collections.abc import Iterator
from typing import Any

from sandbox.ayrshare.config import AyrshareConfig
from sandbox.ayrshare.media import Measured
from sandbox.ayrshare.profiles import Profile
from sandbox.ayrshare.schemas import PostRequest

FACEBOOK_TEXT = 63_206
INSTAGRAM_TEXT = 2_200
INSTAGRAM_FIRST_COMMENT = 2_196
_FACEBOOK_FORMATS = ("JPEG", "BMP", "PNG", "GIF", "TIFF")
_FACEBOOK_BYTES = 10_000_000
_INSTAGRAM_BYTES = 8_000_000
_INSTAGRAM_WIDTHS = range(320, 1_441)
_NARROWEST, _WIDEST, _STORY = 4 / 5, 1.91, 9 / 16
_RATIO_SLACK = 0.005
_MOST_MEDIA = 10
_NAMES = {"facebook": "Facebook", "instagram": "Instagram"}


def network_error(platform: str, code: int, message: str, **extra: Any) -> dict[str, Any]:
    """Return an item of `errors[]` (EXTERNAL_APIS 1.2)."""
    return {
        "action": "post",
        "status": "error",
        "code": code,
        "message": message,
        **extra,
        "platform": platform,
    }


def not_linked(platform: str) -> dict[str, Any]:
    name = _NAMES.get(platform, platform)
    return network_error(
        platform,
        156,
        f"{name} does not seem to be linked with Ayrshare. Please confirm the linkage on the Social "
        "Accounts page in your dashboard.",
    )


def refusal(
    platform: str, profile: Profile, post: PostRequest, media: list[Measured], config: AyrshareConfig
) -> dict[str, Any] | None:
    """Return the first reason for a network to refuse this post, or None."""
    if platform not in profile["linked"] or platform in profile["disable_social"]:
        return not_linked(platform)
    if platform == "facebook":
        return next(_facebook(post, media), None)
    return next(_instagram(post, media, config), None)


def _facebook(post: PostRequest, media: list[Measured]) -> Iterator[dict[str, Any]]:
    if len(post.post) > FACEBOOK_TEXT:
        yield _too_long("facebook", len(post.post), FACEBOOK_TEXT)
    if len(post.media_urls) > _MOST_MEDIA:
        yield network_error("facebook", 136, f"Facebook takes at most {_MOST_MEDIA} media, got {len(post.media_urls)}.")
    for file in media:
        if file.format not in _FACEBOOK_FORMATS:
            yield network_error("facebook", 136, f"Media URLs invalid. {file.url} is no image that Facebook takes.")
        if file.bytes > _FACEBOOK_BYTES:
            yield network_error(
                "facebook", 136, f"Media URLs invalid. {file.url} is larger than 10 MB ({file.bytes} bytes)."
            )


def _instagram(post: PostRequest, media: list[Measured], config: AyrshareConfig) -> Iterator[dict[str, Any]]:
    text = post.post
    if len(text) > INSTAGRAM_TEXT:
        yield _too_long("instagram", len(text), INSTAGRAM_TEXT)
    comment = post.first_comment.comment if post.first_comment else ""
    if len(comment) > INSTAGRAM_FIRST_COMMENT:
        yield _too_long("instagram", len(comment), INSTAGRAM_FIRST_COMMENT)
    for name, pattern, most in (
        ("hashtags", r"(?<![\w/&?=])#\d*[^\W\d_]\w*", config.instagram_hashtags),
        ("mentions", r"(?<![\w/])@\w+", config.instagram_mentions),
    ):
        count = len(re.findall(pattern, text))
        if count > most:
            yield network_error("instagram", 138, f"Instagram Error: at most {most} {name} are allowed, got {count}.")
    if not 1 <= len(post.media_urls) <= _MOST_MEDIA:
        yield network_error(
            "instagram",
            138,
            f"Instagram Error: 1 to {_MOST_MEDIA} media are required, got {len(post.media_urls)}.",
        )
    for file in media:
        reason = _unfit_for_instagram(file, config)
        if reason:
            yield network_error("instagram", 182, f"Instagram media verification failed: {reason}.", verifyCheck=True)


def _unfit_for_instagram(file: Measured, config: AyrshareConfig) -> str | None:
    if file.format not in config.instagram_formats:
        return f"{file.url} is {file.format or 'no image'}, allowed are {', '.join(config.instagram_formats)}"
    if file.bytes > _INSTAGRAM_BYTES:
        return f"{file.url} is larger than 8 MB ({file.bytes} bytes)"
    if file.width not in _INSTAGRAM_WIDTHS:
        return f"the width of {file.url} is {file.width}, allowed are 320 to 1440 pixels"
    ratio = file.width / file.height
    in_feed = _NARROWEST - _RATIO_SLACK <= ratio <= _WIDEST + _RATIO_SLACK
    if not in_feed and abs(ratio - _STORY) > _RATIO_SLACK:
        return f"the ratio of {file.url} is {ratio:.2f}, allowed are 4:5 (0.80) to 1.91:1, and 9:16"
    return None


def _too_long(platform: str, length: int, most: int) -> dict[str, Any]:
    return network_error(platform, 132, f"The post is too long: {length} characters, {_NAMES[platform]} allows {most}.")
